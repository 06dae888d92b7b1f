"""Weakness or strength: what small companies' leads have followed, each claim in a line."""

from __future__ import annotations

from r2klib.claims import Verdict, Verdicts
from r2klib.claims.designs import Slope
from r2klib.claims.signals import REVISED, SAHM_FOUND
from r2klib.claims.words import years
from r2klib.errors import listing
from r2klib.show.html import Display, claim_link, paragraphs, prose
from r2klib.show.status import badge, dated

#: The claims that say whether leads followed strong growth, or falls and troughs.
STRENGTH, WEAKNESS = "E1", ("H4", "C2", "P5", "K1")

#: What followed recessions and falls, in words after its number.
_AFTER = {
    "C2": "from the trough of business, beta left in",
    "H4": "from the month in which the market's rebound was visible, net of beta",
}


def heading(verdicts: Verdicts) -> tuple[str, str]:
    """The finding as a heading and as a sentence, no stronger than the statuses."""
    strength = verdicts[STRENGTH].status if STRENGTH in verdicts else ""
    if strength == "supported":
        return "Strength, as claimed", "So it has been."
    if strength != "contradicted":
        return "Strength or weakness?", "What their leads have followed, claim by claim."
    if any(verdicts[name].status == "supported" for name in _AFTER if name in verdicts):
        told = "Small companies have led out of weakness, not out of strength"
        return "Weakness, not strength", f"{told}: the thesis has the sign backwards."
    return "Not strength", "They have not led out of strength."


def weakness(verdicts: Verdicts) -> str:
    """What followed strong growth, and what followed falls and troughs, as a list.

    Claims without an estimate are left out; empty where none of them has an answer.
    """
    shown = [
        verdict
        for claim in (STRENGTH, *WEAKNESS)
        if (verdict := verdicts.get(claim)) and verdict.estimate and verdict.evidence
    ]
    if not shown:
        return ""
    rules = (
        "“Known then” is said of figures; the rules that read them were set later: Sahm's, by "
        f"which C2 and K1 are asked again, in {SAHM_FOUND}."
    )
    listed = f'<ul class="r2k said">{"".join(map(_item, shown))}</ul>'
    return listed + paragraphs([_inside(verdicts), rules], "prose")


def slump(verdicts: Verdicts) -> Display:
    """How what small companies lost in recessions, with beta and without, and led after them agree.

    Parameters
    ----------
    verdicts : Verdicts

    Returns
    -------
    Display
        What recessions cost with beta and without, and what came after; nothing where P5 or K1 has
        no answer.

    Examples
    --------
    >>> both = r2klib.claims.Ledger([r2klib.claims.ledger()[name] for name in ("P5", "K1")])
    >>> shown = r2klib.show.slump(r2klib.evaluate(r2klib.load("sample"), claims=both))
    >>> shown.text.split(", ")[-1]
    "so the market's own moves account for -5.9."
    """
    if not (inside := _inside(verdicts)):
        return Display("", "")
    after = [
        f"{verdict.estimate.value:+z.1f} % {what} ({verdict.claim.id}, {verdict.label})"
        for name, what in _AFTER.items()
        if (verdict := verdicts.get(name)) and verdict.estimate
    ]
    text = inside + (f" Against other months the year after ran {listing(after)}." if after else "")
    return Display(html=paragraphs([text], "r2k r2k-meaning"), text=text)


def _inside(verdicts: Verdicts) -> str:
    """What recessions cost small companies, and how much of it is beta; empty where not known."""
    gross, net = verdicts.get("P5"), verdicts.get("K1")
    if not (gross and net and gross.estimate and net.estimate and gross.evidence):
        return ""
    design, rows = gross.claim.design, gross.evidence.rows
    means = design.groups(rows) if isinstance(design, Slope) and rows is not None else None
    if rows is None or means is None:
        return ""
    # rounded first, so that what is shown adds up
    lost, left = round(-gross.estimate.value, 1), round(net.estimate.value, 1)
    return (
        f"One slump, read apart. In the recessions of {years(rows.index)} small minus large "
        f"averaged {means[1].value:+z.1f} % a year, {lost:+z.1f} against expansions with beta left "
        f"in (P5, {gross.label}); net of beta the difference is {left:+z.1f} (K1, {net.label}), so "
        f"the market's own moves account for {lost - left:+z.1f}."
    )


def _item(verdict: Verdict) -> str:
    assert verdict.evidence is not None
    known = "by figures revised since" if REVISED in verdict.evidence.vintage else "known then"
    if verdict.claim.hindsight:
        known = "known only later"
    if verdict.claim.sort == "sense":
        known = f"in the same months, {known}"
    return (
        f"<li>{claim_link(verdict.claim.id)} {prose(dated(verdict))}. "
        f'{badge(verdict)} <span class="r2k-tag">{known}</span></li>'
    )
