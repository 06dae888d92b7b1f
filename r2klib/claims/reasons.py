"""Why a verdict is what it is, in sentences computed from its numbers."""

from __future__ import annotations

import datetime as dt

from r2klib.claims.nouns import Claim, Estimate, Reading
from r2klib.claims.rule import Ruling
from r2klib.stats.chance import named


def of_state(claim: Claim, reading: Reading, as_of: dt.date) -> str:
    """Which conditions were met, and whether the declared variations agree."""
    met = "is met" if reading.holds else "is not met"
    text = f"The condition ({claim.sei_unit}) {met} as of {as_of}."
    if len(reading.parts) > 1:
        found = (f"{part}: {'yes' if true else 'no'}" for part, true in reading.parts.items())
        text += f" One by one: {'; '.join(found)}."
    if reading.spread:
        agree = sum(variant == reading.holds for variant in reading.spread)
        text += f" Of {len(reading.spread)} declared variations {agree} agree."
    return text


def of_link(
    claim: Claim,
    estimate: Estimate,
    ruling: Ruling,
    q_value: float | None,
    mde: float,
    n_needed: int,
) -> str:
    """Say in one computed sentence which row of the rule decided, and with which numbers."""
    low, high = estimate.interval
    sei = f"{claim.claimed:g} {claim.sei_unit}".replace("-", "−", 1)
    interval = f"The 90 % interval [{low:.3g}, {high:.3g}]"
    alone = f"{named('p', estimate.p_value)}, not corrected"
    q = alone if q_value is None else named("q", q_value)
    power = _power(claim, estimate, mde, n_needed)
    reasons = {
        "contradicted": f"{interval} lies wholly against the claim ({q}).",
        "immaterial": f"{interval} rules out an effect of the claimed size, {sei}.",
        "supported": f"{interval} lies wholly on the claim's side and reaches {sei} ({q}).",
        "inconclusive": f"{interval} reaches {sei} but does not settle the sign ({q}); {power}.",
    }
    if ruling.note == "lead":
        reasons["inconclusive"] = (
            f"{interval} leans the claim's way, yet not firmly enough among so many tests ({q}); "
            f"{power}."
        )
    return reasons[ruling.status]


def _power(claim: Claim, estimate: Estimate, mde: float, n_needed: int) -> str:
    """What the sample could have detected, and how many observations would decide."""
    assert claim.sei is not None
    detectable = f"{mde:.2g} {estimate.unit}"
    if mde <= claim.sei:
        return (
            f"the sample could detect {detectable}, an effect of the claimed size, and yet leaves "
            "it open"
        )
    return (
        f"the smallest effect this sample could detect is {detectable}, and about "
        f"{n_needed:,} observations would decide"
    )
