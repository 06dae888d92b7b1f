"""Verdict cards: a claim, its status, the numbers behind it, and how they were found."""

from __future__ import annotations

import datetime as dt
import math
import re

from r2klib.audit.beside import months_after
from r2klib.claims import Verdict, pairs
from r2klib.claims.reasons import of_break
from r2klib.claims.words import places_of
from r2klib.data import catalog
from r2klib.errors import R2kError
from r2klib.show.html import Display, definitions, escape, paragraphs, remarks, sentence
from r2klib.show.inline import strip
from r2klib.show.numbers import (
    count,
    fixed,
    interval,
    number,
    probability,
    with_unit,
)
from r2klib.show.sources import origins_of
from r2klib.show.status import badge, dated, tone_of

SORTS = {
    "sense": "contemporaneous link: never tradable",
    "foretell": "link from a known signal to later returns",
    "event": "link to events",
    "level": "difference in level",
}


def card(verdict: Verdict, *, anchor: bool = True, figure: str = "", drawers: str = "") -> Display:
    """The verdict on one claim: what was found, drawn against what was claimed, and its status.

    Everything else that a reader needs to doubt it lies in drawers, which print opens.

    Parameters
    ----------
    verdict : Verdict
        Of any status; one without an estimate says why it has none.
    anchor : bool
        Whether the card carries the claim's permalink (``#P2``).
    figure : str
        HTML of a figure whose title says what was found, in place of the sentence.
    drawers : str
        HTML of further drawers.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.card(r2klib.evaluate(data, claims=h5)["H5"]).text.splitlines()[0]
    'H5  supported (material)'
    """
    claim, tone = verdict.claim, tone_of(verdict)
    ident = f' id="{escape(claim.id)}"' if anchor else ""
    heading = f"{claim.id}-statement"
    until = "" if verdict.reading else dated(verdict)  # a state's badge has the day
    found = until or (verdict.evidence.finding if verdict.evidence else "")
    html = (
        f'<article class="r2k r2k-card r2k-{tone}"{ident} aria-labelledby="{escape(heading)}" '
        f'data-r2k-claim="{escape(claim.id)}" data-r2k-status="{escape(verdict.status)}">'
        f"{figure or paragraphs([found and sentence(found)], 'r2k-found')}"
        f'<header><a class="r2k-id" href="#{escape(claim.id)}" '
        f'aria-label="Link to claim {escape(claim.id)}">{escape(claim.id)}</a>'
        f'<h3 class="r2k-statement" id="{escape(heading)}">{escape(claim.statement)}</h3></header>'
        f"{strip(verdict)}"
        f'<p class="r2k-standing">{badge(verdict)}{_beside(verdict)}</p>'
        f"{_drawer(verdict)}{drawers}</article>"
    )
    return Display(html=html, text=_text(verdict))


def _beside(verdict: Verdict) -> str:
    """Whether other pairs and all years say the same, beside the status."""
    stability = of_break(verdict.stability) if verdict.stability else ""
    pairs = verdict.agreement if verdict.agreement not in verdict.notes else ""  # said there
    said = ", ".join(filter(None, (pairs, stability)))
    return f' <span class="r2k-tag">{escape(said)}</span>' if said else ""


def _drawer(verdict: Verdict) -> str:
    """Why, the numbers, what to mind and how it was done; the reason alone stands open."""
    reason = paragraphs([reason_text(verdict)], "r2k-reason")
    if verdict.evidence is None:
        return reason + definitions(_numbers(verdict))
    earlier = paragraphs([_earlier(verdict)], "r2k-source")
    return (
        '<details class="r2k-drawer"><summary>Why, and how it was tested</summary>'
        f"{reason}{definitions([*_answer(verdict), *_numbers(verdict)])}"
        f"{remarks(verdict.evidence.remarks)}{earlier}{_how(verdict)}</details>"
    )


def effect(verdict: Verdict) -> tuple[str, str]:
    """The effect with its unit and its interval, as the page writes them; empty where none is.

    An effect has the decimals that the size claimed of it asks for, two figures of that: so has
    the sentence that says what was found.
    """
    estimate, reading = verdict.estimate, verdict.reading
    if estimate is None:
        return (with_unit(number(reading.value), reading.unit) if reading else ""), ""
    if not verdict.claim.sei:
        return with_unit(number(estimate.value), estimate.unit), interval(*estimate.interval)
    low, value, high = (
        _alike(verdict, x) for x in (estimate.interval[0], estimate.value, estimate.interval[1])
    )
    return with_unit(value, estimate.unit), f"[{low}, {high}]"


def _alike(verdict: Verdict, value: float | None) -> str:
    """A number in the claim's unit, with the decimals of its effect."""
    sei, estimate = verdict.claim.sei, verdict.estimate
    if not sei or estimate is None or value is None:
        return number(value)
    return fixed(value, places_of(sei, estimate.interval))


def effect_text(verdict: Verdict) -> str:
    """The effect with its unit and interval on one line; empty where there is none."""
    return " ".join(filter(None, effect(verdict)))


def pair_text(verdict: Verdict) -> str:
    """The pair of legs in words."""
    name = verdict.evidence.pair if verdict.evidence else ""
    if not name:
        return ""
    try:
        return pairs.get(name).title
    except R2kError:  # a user's own claim may name a pair of its own
        return name


def source_text(verdict: Verdict, until: dt.date | None = None) -> str:
    """Where a claim's figures come from: sources, pair, vintage, edition and last date.

    The date is that of the last row drawn, `until`, where a figure has dates.
    """
    evidence = verdict.evidence
    if evidence is None:
        return ""
    origins = _origins(verdict)
    source = f"Source: {origins}. " if origins else ""
    pair = f"Pair: {pair_text(verdict)}. " if evidence.pair else ""
    last = until or evidence.as_of
    return f"{source}{pair}Edition {verdict.edition}, {vintage_text(verdict)}, to {last}."


def vintage_text(verdict: Verdict) -> str:
    """Which release of figures was read, in words."""
    vintage = verdict.evidence.vintage if verdict.evidence else ""
    return vintage.replace("revised-with-lag", "revised figures by publication lag")


def reason_text(verdict: Verdict, *, short: bool = False) -> str:
    """The reason with series called by their titles alone; `short` leaves the command out."""
    titled = re.sub(r"” \(`[^`]+`\)", "”", verdict.reason)
    titled = re.sub(r"`([^\s`]+)`", lambda named: _title(named[1]), titled)
    return re.sub(r" `r2k [^`]+`[^.]*\.", "", titled) if short else titled


def _title(series: str) -> str:
    info = catalog.series().get(series)
    return f"“{info.title}”" if info else f"`{series}`"


def _origins(verdict: Verdict) -> str:
    """The publishers of the series that a claim's test reads, with a comma between them."""
    evidence = verdict.evidence
    assert evidence is not None
    kind = pairs.kind_named(verdict.edition)
    used = pairs.PAIRS[evidence.pair].series if evidence.pair in pairs.PAIRS else ()
    named = (*used, *verdict.claim.needs.get(kind, ()), *verdict.claim.at_hand)
    infos = (catalog.series().get(name) for name in named)
    found = {info.id: getattr(info, kind) for info in infos if info}
    return ", ".join(origins_of({name: origin.source for name, origin in found.items() if origin}))


def _answer(verdict: Verdict) -> list[tuple[str, str]]:
    """The estimate with its interval, or the reading."""
    value, ends = effect(verdict)
    if ends:
        return [("estimate", value), ("90 % interval", ends)]
    return [("reading", value)] if value else []


def _numbers(verdict: Verdict) -> list[tuple[str, str]]:
    estimate, reading, claim = verdict.estimate, verdict.reading, verdict.claim
    rows: list[tuple[str, str]] = []
    if estimate:
        n, looks = estimate.n, estimate.n_effective  # said where they are fewer than the rows
        rows += [
            ("observations", count(n)),
            ("effective observations", count(looks) if looks and round(looks) < n else ""),
            ("standard error", _alike(verdict, estimate.std_error)),
            ("p (two-sided)", probability(estimate.p_value)),
        ]
    elif reading:
        rows.append(("observations", count(reading.n)))  # its parts are in the reason
    if verdict.q_value is not None:
        rows.append(("q (p corrected)", probability(verdict.q_value)))
    if verdict.r_value is not None:
        rows.append(("r (of an effect as claimed)", probability(verdict.r_value)))
    if claim.sei is not None:
        rows.append(("smallest effect of interest", with_unit(number(claim.sei), claim.sei_unit)))
    if verdict.status == "inconclusive" and verdict.mde is not None:
        rows.append(("smallest detectable effect", number(verdict.mde, 2)))
        if not verdict.able:  # it could not even have found the claimed effect
            years = verdict.years_needed
            rows.append(
                ("observations to decide", count(verdict.n_needed))
                if years is None
                else ("years of data to decide", count(math.ceil(years)))
            )
    return rows


def _earlier(verdict: Verdict) -> str:
    """What version 1 said, beside what is said now."""
    earlier = verdict.earlier
    if earlier is None:
        return ""
    other = earlier.measure.rstrip(".") != verdict.claim.measure.rstrip(".")
    measured = f" It measured: {earlier.measure}" if other and earlier.measure else ""
    return f"{earlier}.{measured}"


def _how(verdict: Verdict) -> str:
    evidence, estimate, reading = verdict.evidence, verdict.estimate, verdict.reading
    if evidence is None:
        return ""
    claim, answer = verdict.claim, estimate or reading
    unseen = months_after(claim, evidence.as_of)
    since = f"{unseen or 'no'} month{'' if unseen in (0, 1) else 's'}"
    held = f"edition {verdict.edition}, {vintage_text(verdict)}, to {evidence.as_of}"
    rows = [
        ("declared measure", claim.measure),
        ("method", answer.method if answer else ""),
        ("null", estimate.null if estimate else ""),
        ("kind", SORTS.get(claim.sort or "", claim.kind)),
        ("pair", pair_text(verdict)),
        ("data", "; ".join(filter(None, (_origins(verdict), held)))),
        ("claim", f"version {claim.version}, frozen {claim.frozen}; {since} of data since"),
    ]
    return definitions(rows).replace("<dl>", '<dl class="r2k-how">', 1)


def _text(verdict: Verdict) -> str:
    claim = verdict.claim
    lines = [f"{claim.id}  {verdict.label}", f"    {claim.statement}"]
    effect = effect_text(verdict)
    if effect:
        lines.append(f"    {effect}")
    if verdict.reason:
        lines.append(f"    {verdict.reason}")
    beside = [("other pairs", verdict.agreement)]
    beside.append(("stability", of_break(verdict.stability) if verdict.stability else ""))
    facts = "; ".join(f"{term} {value}" for term, value in [*_numbers(verdict), *beside] if value)
    if facts:
        lines.append(f"    {facts}")
    if verdict.evidence:
        lines += [f"    {remark}" for remark in verdict.evidence.remarks]
    if verdict.earlier:
        lines.append(f"    {_earlier(verdict)}")
    return "\n".join(lines)
