"""The verdict rule, version 2: interval, q, r and smallest effect of interest -> one status.

Signs are turned so that the claim predicts a positive effect. (L, U) is the 90 % interval, q the
Benjamini-Hochberg value of the two-sided p of "no effect", r that of the one-sided p of "the effect
is at least SEI"; a small r refutes so large an effect.

1. U < 0 and q <= 0.10: contradicted
2. U < SEI and r <= 0.10, not 1: ruled out
3. L > 0 and q <= 0.10, neither 1 nor 2: supported
4. none of these: inconclusive

The rows partition all outcomes, and the point estimate plays no part. Version 1 asked U < SEI alone
in row 2, and called it immaterial.

Both corrections run within two families. Level links are near-tautologies, as a beta above one:
their rejections must not be lent to the rest. So they are one family, and all other links with an
estimate in the edition are the other.

Another pair decides nothing. One that could have decided a slow link, and whose interval by itself
says otherwise, is noted: the verdict depends on the pair.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy.special import ndtr

from r2klib.claims.nouns import Claim, Estimate, Evidence, Specification, Status
from r2klib.stats import benjamini_hochberg, benjamini_yekutieli

#: Version of the rule, and the day it was frozen.
VERSION, FROZEN = 2, dt.date(2026, 11, 28)
#: False discovery rate at which a link may be called.
Q_MAX = 0.10
#: The same for ruling out an effect of the claimed size.
R_MAX = 0.10
#: Minimum detectable effect in standard errors: 80 % power of a one-sided 5 % test.
MDE_PER_STD_ERROR = 2.49


@dataclass(frozen=True)
class Ruling:
    """A status and its note: ``material``, ``lead``, ``negligible``, ``wrong side`` or nothing."""

    status: Status
    note: str = ""


def judge(
    interval: tuple[float, float], q_value: float, r_value: float, sei: float, direction: int
) -> Ruling:
    """Apply the verdict rule to one link.

    Parameters
    ----------
    interval : (float, float)
        90 % interval of the effect, in the unit of `sei`.
    q_value : float
        Benjamini-Hochberg q of the two-sided p of "no effect", over the link's family.
    r_value : float
        The same of the one-sided p of "the effect is at least as large as claimed".
    sei : float
        Smallest effect of interest, positive.
    direction : {+1, -1}
        The sign the claim predicts.

    Returns
    -------
    Ruling
        `status`, and `note`: ``"material"``, ``"lead"``, ``"negligible"``, ``"wrong side"``, the
        last two together where both are so, or nothing.

    Examples
    --------
    >>> ruling = r2klib.claims.judge((0.12, 0.40), q_value=0.01, r_value=0.8, sei=0.10, direction=1)
    >>> ruling.status, ruling.note
    ('supported', 'material')
    """
    low, high = turned(interval, direction)
    significant = q_value <= Q_MAX
    if high < 0 and significant:
        return Ruling("contradicted")
    if high < sei and r_value <= R_MAX:
        notes = ("negligible" if low > -sei else "", "wrong side" if high < 0 else "")
        return Ruling("ruled out", ", ".join(filter(None, notes)))
    if low > 0 and significant:
        return Ruling("supported", "material" if low >= sei else "")
    return Ruling("inconclusive", "lead" if low > 0 else "")


def turned(interval: tuple[float, float], direction: float) -> tuple[float, float]:
    """The interval with its sign turned, so that the claim predicts a positive effect.

    `direction` is the sign that it predicts, or any number of that sign.
    """
    low, high = interval
    return (low, high) if direction > 0 else (-high, -low)


def minimum_detectable_effect(std_error: float) -> float:
    """Effect found with 80 % power by a one-sided 5 % test: 2.49 standard errors."""
    return MDE_PER_STD_ERROR * std_error


def observations_needed(n: int, mde: float, sei: float) -> int:
    """Observations that would bring the minimum detectable effect down to `sei`."""
    return math.ceil(n * (mde / sei) ** 2)


# ---- the number of links tested -----------------------------------------------------------------

#: A link and what its test said.
Answered = tuple[Claim, Estimate]


@dataclass(frozen=True)
class Corrected:
    """The p-values of a link, corrected for the number of links in its family; None where not.

    Benjamini-Hochberg values: `q` of the two-sided p of "no effect", `r` of the one-sided p of "the
    effect is at least as large as claimed". `by` is Benjamini and Yekutieli's of the first p.
    """

    q: float | None = None
    r: float | None = None
    by: float | None = None


def corrected(links: Iterable[Answered]) -> dict[str, Corrected]:
    """The corrected p-values of all links, by claim id."""
    families: dict[str, list[Answered]] = {}
    for claim, estimate in links:
        families.setdefault(family_of(claim), []).append((claim, estimate))
    return {name: found for members in families.values() for name, found in _within(members)}


def family_of(claim: Claim) -> str:
    """``level``, or ``other`` for links of every other sort."""
    return "level" if claim.sort == "level" else "other"


def _within(family: list[Answered]) -> Iterator[tuple[str, Corrected]]:
    names = [claim.id for claim, _ in family]
    p = pd.Series([estimate.p_value for _, estimate in family], names, dtype=float)
    as_large = pd.Series(
        [p_claimed(found, claim.claimed) for claim, found in family], names, dtype=float
    )
    values = (benjamini_hochberg(p), benjamini_hochberg(as_large), benjamini_yekutieli(p))
    for name in names:
        yield name, Corrected(*(float(found[name]) for found in values))


def p_claimed(estimate: Estimate, claimed: float) -> float:
    """One-sided p of "the effect is at least as large as claimed", which has the claim's sign.

    A claim of one's own may bring an estimate without it: then that of a normal law with the
    estimate's value and standard error.
    """
    if estimate.p_claimed is not None:
        return estimate.p_claimed
    short = math.copysign(1.0, claimed) * (claimed - estimate.value)
    if estimate.std_error == 0:
        return float(short <= 0)
    return float(ndtr(-short / estimate.std_error))


# ---- other pairs --------------------------------------------------------------------------------

#: What is noted where a pair able to decide says otherwise.
DEPENDS = "depends on the pair"
#: A pair is able to decide where its minimum detectable effect is at most so many SEIs.
ABLE = 1.5
#: What an interval says by itself, signs turned as the claim predicts.
Class = Literal["contradicted", "refuted", "supported side", "open"]


def class_of(interval: tuple[float, float], claimed: float) -> Class:
    """What an interval says by itself, without a correction for the number of tests."""
    low, high = turned(interval, claimed)
    if high < 0:
        return "contradicted"
    if high < abs(claimed):
        return "refuted"
    return "supported side" if low > 0 else "open"


def replicated(claim: Claim, evidence: Evidence) -> tuple[str, tuple[Specification, ...]]:
    """Whether other pairs agree, in words, and the points that could have decided otherwise.

    ``depends on the pair``, or on how many of the other pairs the answer is of the same class;
    empty for states, for weekly and daily links, and where no other pair was asked.
    """
    answer = evidence.answer
    if claim.kind != "link" or not isinstance(answer, Estimate) or not _is_slow(evidence):
        return "", ()
    others = [
        (p, class_of(p.interval, claim.claimed))
        for p in evidence.specifications
        if p.pair and p.interval
    ]
    if not others:
        return "", ()
    primary, able = class_of(answer.interval, claim.claimed), ABLE * abs(claim.claimed)
    against = tuple(
        point
        for point, found in others
        if "open" not in (primary, found) and found != primary and _detects(point, able)
    )
    same = sum(found == primary for _, found in others)
    return DEPENDS if against else f"agrees on {same} of {len(others)} pairs", against


def _is_slow(evidence: Evidence) -> bool:
    """Whether the rows are of months or quarters, and not of weeks, days or announcements."""
    index = evidence.rows.index if evidence.rows is not None else None
    return isinstance(index, pd.DatetimeIndex) and bool(index.is_month_end.mean() > 0.5)


def _detects(point: Specification, effect: float) -> bool:
    error = point.std_error
    return error is not None and minimum_detectable_effect(error) <= effect
