"""Why a verdict is what it is, in sentences computed from its numbers."""

from __future__ import annotations

import datetime as dt

from r2klib.claims import untouched
from r2klib.claims.nouns import Claim, Reading, Verdict
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


def of_link(verdict: Verdict) -> str:
    """Say in one computed sentence which row of the rule decided, and with which numbers."""
    claim, estimate = verdict.claim, verdict.estimate
    assert estimate is not None
    low, high = estimate.interval
    sei = f"{claim.sei:g} {claim.sei_unit}"
    interval = f"The 90 % interval [{low:.3g}, {high:.3g}]"
    q = f"{named('p', estimate.p_value)}, not corrected"
    if verdict.q_value is not None:
        q = named("q", verdict.q_value)
    power = _power(verdict)
    reasons = {
        "contradicted": f"{interval} lies wholly against the claim ({q}).",
        "immaterial": f"{interval} rules out an effect of the claimed size, {sei}.",
        "supported": f"{interval} lies wholly on the claim's side and reaches {sei} ({q}).",
        "inconclusive": f"{interval} reaches {sei} but does not settle the sign ({q}); {power}.",
    }
    if verdict.note == "lead":
        reasons["inconclusive"] = (
            f"{interval} leans the claim's way, yet not firmly enough among so many tests ({q}); "
            f"{power}."
        )
    assert verdict.evidence is not None
    since_freeze = untouched.in_words(claim, verdict.evidence)
    return f"{reasons[verdict.status]} {since_freeze}".rstrip()


def _power(verdict: Verdict) -> str:
    """What the sample could have detected, and how many observations would decide."""
    claim, estimate = verdict.claim, verdict.estimate
    assert estimate is not None
    assert verdict.mde is not None
    assert claim.sei is not None
    detectable = f"{verdict.mde:.2g} {estimate.unit}"
    if verdict.mde <= claim.sei:
        return (
            f"the sample could detect {detectable}, an effect of the claimed size, and yet leaves "
            "it open"
        )
    return (
        f"the smallest effect this sample could detect is {detectable}, and about "
        f"{verdict.n_needed:,} observations would decide"
    )
