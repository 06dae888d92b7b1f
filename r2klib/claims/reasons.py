"""Why a verdict is what it is, and what its title may say: sentences computed from its numbers.

A title asserts a fact only where the verdict is one. A finding is put into words before its claim
is judged, since a correction for the number of tests needs all of them. So no theme can know
whether it may assert; the title is made here, from the finding and the status, and every figure,
page and record takes it from the verdict.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from r2klib.claims import pairs, words
from r2klib.claims.nouns import Claim, Estimate, Reading, Specification, Stability, Status
from r2klib.claims.rule import Class, Ruling, class_of, p_claimed, turned
from r2klib.errors import listing
from r2klib.stats.chance import named

#: A break is called visible at or below this p of the sup-Wald test.
BREAK_MAX = 0.10


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What a link's verdict rests on.

    Without `q_value` and `r_value` p alone decided; `against` are points of other pairs that could
    have decided and say otherwise; the rest is as in `Verdict`.
    """

    claim: Claim
    estimate: Estimate
    ruling: Ruling
    q_value: float | None
    r_value: float | None
    mde: float
    n_needed: int
    years_needed: float | None = None
    against: tuple[Specification, ...] = ()

    @property
    def turned(self) -> tuple[float, float]:
        """The interval, signs turned as the claim predicts."""
        return turned(self.estimate.interval, self.claim.claimed)

    @property
    def reaches(self) -> bool:
        """Whether the interval reaches the claimed size."""
        return self.turned[1] >= abs(self.claim.claimed)

    def says(self, interval: tuple[float, float]) -> Class:
        """What an interval says of the claim by itself."""
        return class_of(interval, self.claim.claimed)


def of_state(claim: Claim, reading: Reading, as_of: dt.date) -> str:
    """Which conditions were met, and whether the declared variations agree."""
    met = "is met" if reading.holds else "is not met"
    text = f"The condition ({claim.sei_unit}) {met} as of {as_of}."
    if len(reading.parts) > 1:
        found = (f"{part}: {'yes' if true else 'no'}" for part, true in reading.parts.items())
        text += f" One by one: {'; '.join(found)}."
    others = sum(variant != reading.holds for variant in reading.spread)
    if others:
        text += (
            f" {others} of {len(reading.spread)} declared variations "
            f"{'says' if others == 1 else 'say'} otherwise, so the state is borderline."
        )
    return words.spelt(text)


def of_link(grounds: Grounds) -> str:
    """Say which row of the rule decided, with which numbers, and which pairs say otherwise."""
    interval = f"The 90 % interval {_ends(grounds, grounds.estimate.interval)}"
    return f"{interval} {_row(grounds)}. {_pairs(grounds)}".rstrip()


def _pairs(grounds: Grounds) -> str:
    """What this pair and those that say otherwise say by their intervals alone."""
    if not grounds.against:
        return ""
    said = [f"this pair's {_SAYS[grounds.says(grounds.estimate.interval)]}"]
    for what, saying in _SAYS.items():
        points = [p for p in grounds.against if p.interval and grounds.says(p.interval) == what]
        if points:
            others = listing(_of_pair(grounds, point) for point in points)
            said.append(f"that of {others} {saying}")
    return f"It depends on the pair: by the interval alone, {listing(said)}."


_SAYS: dict[Class, str] = {
    "contradicted": "lies against the claim",
    "refuted": "ends short of the claimed size",
    "supported side": "lies on the claim's side",
}


def _row(grounds: Grounds) -> str:
    """What the interval does by the row that decided."""
    q, size, (low, high) = _q(grounds), grounds.claim.claimed_in_words, grounds.turned
    match grounds.ruling.status:
        case "contradicted":
            return f"lies wholly against the claim ({q})"
        case "ruled out":
            return f"rules out an effect of the claimed size, {size} ({_r(grounds)})"
        case "supported" if low >= (grounds.claim.sei or math.inf):
            return f"lies wholly on the claim's side, all of it at least as large as {size} ({q})"
        case "supported" if grounds.reaches:
            return f"lies wholly on the claim's side and includes {size} ({q})"
        case "supported":
            return f"lies wholly on the claim's side ({q}); {_falls_short(grounds)}"
    if low > 0:
        said = f"leans the claim's way, yet not firmly enough among so many tests ({q})"
    elif high < 0:
        said = f"leans against the claim, yet not firmly enough among so many tests ({q})"
    elif grounds.reaches:
        said = f"includes both zero and {size} ({q})"
    else:
        said = f"does not settle the sign ({q})"
    short = "" if grounds.reaches else f"; {_falls_short(grounds)}"
    return f"{said}{short}; {_power(grounds)}"


def _falls_short(grounds: Grounds) -> str:
    return (
        f"it ends short of {grounds.claim.claimed_in_words}, yet not firmly enough among so many "
        f"tests ({_r(grounds)}) to rule that out"
    )


def _of_pair(grounds: Grounds, point: Specification) -> str:
    """A pair and what it answers: ``IWM against SPY (-0.4 [-5.5, 4.6])``."""
    sei = grounds.claim.sei
    assert point.interval is not None
    assert sei is not None
    value = words.effect_of(point.value, sei, point.interval)
    return f"{pairs.get(point.pair).called} ({value} {_ends(grounds, point.interval)})"


def _ends(grounds: Grounds, interval: tuple[float, float]) -> str:
    return f"[{', '.join(words.ends(interval, grounds.claim.sei))}]"


def _q(grounds: Grounds) -> str:
    if grounds.q_value is None:
        return f"{named('p', grounds.estimate.p_value)}, not corrected"
    return named("q", grounds.q_value)


def _r(grounds: Grounds) -> str:
    if grounds.r_value is None:
        p = named("p", p_claimed(grounds.estimate, grounds.claim.claimed))
        return f"{p} of an effect that large, not corrected"
    return named("r", grounds.r_value)


def _power(grounds: Grounds) -> str:
    """What the sample could have detected, and how many observations and years would decide."""
    detectable = f"{grounds.mde:.2g} {grounds.estimate.unit}"
    if grounds.mde <= abs(grounds.claim.claimed):
        return (
            f"the sample could detect {detectable}, an effect of the claimed size, and yet leaves "
            "it open"
        )
    time = "" if grounds.years_needed is None else f", {_years(grounds.years_needed)},"
    return (
        f"the smallest effect this sample could detect is {detectable}, and about "
        f"{grounds.n_needed:,} observations{time} would decide"
    )


def _years(years: float) -> str:
    whole = math.ceil(years)
    return f"{whole:,} year{'' if whole == 1 else 's'} at this frequency"


def of_break(found: Stability) -> str:
    """``a break in 1984-02 (p = 0.03)``, or ``no break visible (p = 0.4)``."""
    p = named("p", found.p_value)
    if found.p_value <= BREAK_MAX:
        return f"a break in {found.date:%Y-%m} ({p})"
    return f"no break visible ({p})"


# ---- titles -------------------------------------------------------------------------------------

#: Statuses of a link whose finding may stand as a fact.
ASSERTED: tuple[Status, ...] = ("supported", "contradicted")


def title_of(claim: Claim, finding: str, estimate: Estimate, status: Status) -> str:
    """The finding of a link, with its interval, as far as its status bears it.

    The finding itself where the link is supported or contradicted; otherwise that no such effect is
    visible (as large as claimed where one is refuted, beyond chance where nothing is decided), then
    the finding. The claim says in `effect` what would be visible.

    Examples
    --------
    >>> title_of(claim, "After spring small led by 2 %", found, "inconclusive")  # doctest: +SKIP
    'No lead after spring is visible beyond chance: after spring small led by 2 % (...)'
    """
    said = _with_interval(finding, estimate)
    if status in ASSERTED:
        return said
    if status == "inconclusive":
        low, high = estimate.interval
        many = "" if low <= 0 <= high else " among so many claims"
        return f"No {claim.effect} is visible beyond chance{many}: {_as_clause(said)}"
    size = f"as large as claimed ({claim.claimed_in_words})"
    return f"No {claim.effect} {size} is visible: {_as_clause(said)}"


def _with_interval(finding: str, estimate: Estimate) -> str:
    if "90 % interval" in finding:
        return finding
    low, high = estimate.interval
    return f"{finding} (90 % interval {low:z.3g} to {high:z.3g} {estimate.unit})"


def _as_clause(sentence: str) -> str:
    """Its first letter small, unless the word is written with capitals."""
    first = sentence.split(" ", 1)[0]
    return sentence if first[1:] != first[1:].lower() else sentence[:1].lower() + sentence[1:]
