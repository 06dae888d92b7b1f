"""The verdict rule, version 2: interval, q, r and smallest effect of interest -> one status.

Signs are turned so that the claim predicts a positive effect. (L, U) is the 90 % interval, q the
Benjamini-Hochberg value of the two-sided p of "no effect", r that of the one-sided p of "the effect
is at least SEI"; a small r refutes so large an effect. Both run within a family of links (see
`r2klib.claims.multiplicity`).

1. U < 0 and q <= 0.10: contradicted
2. U < SEI and r <= 0.10, not 1: ruled out
3. L > 0 and q <= 0.10, neither 1 nor 2: supported
4. none of these: inconclusive

The rows partition all outcomes, and the point estimate plays no part. Version 1 asked U < SEI alone
in row 2, and called it immaterial.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from r2klib.claims.nouns import Status

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


def turned(interval: tuple[float, float], direction: int) -> tuple[float, float]:
    """The interval with its sign turned, so that the claim predicts a positive effect."""
    low, high = interval
    return (low, high) if direction == 1 else (-high, -low)


def minimum_detectable_effect(std_error: float) -> float:
    """Effect found with 80 % power by a one-sided 5 % test: 2.49 standard errors."""
    return MDE_PER_STD_ERROR * std_error


def observations_needed(n: int, mde: float, sei: float) -> int:
    """Observations that would bring the minimum detectable effect down to `sei`."""
    return math.ceil(n * (mde / sei) ** 2)
