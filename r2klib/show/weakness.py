"""Weakness or strength: what small companies' leads have followed, each claim in a line."""

from __future__ import annotations

from r2klib.claims import Verdict, Verdicts
from r2klib.claims.signals import REVISED
from r2klib.show.html import claim_link, prose
from r2klib.show.status import badge

#: The claims that say whether leads followed strong growth, or falls and troughs.
STRENGTH, WEAKNESS = "E1", ("H4", "C2", "P5", "K1")


def heading(verdicts: Verdicts) -> str:
    """The finding as a heading, no stronger than the statuses."""
    strength = verdicts[STRENGTH].status if STRENGTH in verdicts else ""
    if strength == "supported":
        return "Strength, as claimed"
    if strength != "contradicted":
        return "Strength or weakness?"
    weak = any(verdicts[name].status == "supported" for name in WEAKNESS if name in verdicts)
    return "Weakness, not strength" if weak else "Not strength"


def weakness(verdicts: Verdicts) -> str:
    """What followed strong growth, and what followed falls and troughs, as a list.

    Parameters
    ----------
    verdicts : Verdicts
        Claims without an estimate are left out.

    Returns
    -------
    str
        HTML; empty where none of them has an answer.
    """
    shown = [
        verdict
        for claim in (STRENGTH, *WEAKNESS)
        if (verdict := verdicts.get(claim)) and verdict.estimate and verdict.evidence
    ]
    if not shown:
        return ""
    return f'<ul class="r2k said">{"".join(map(_item, shown))}</ul>'


def _item(verdict: Verdict) -> str:
    assert verdict.evidence is not None
    known = "by figures revised since" if REVISED in verdict.evidence.vintage else "known then"
    if verdict.claim.hindsight:
        known = "known only later"
    if verdict.claim.sort == "sense":
        known = f"in the same months, {known}"
    return (
        f"<li>{claim_link(verdict.claim.id)} {prose(verdict.evidence.finding)}. "
        f'{badge(verdict)} <span class="r2k-tag">{known}</span></li>'
    )
