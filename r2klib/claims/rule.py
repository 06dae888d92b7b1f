"""The verdict rule: interval, q-value and smallest effect of interest -> one status.

Signs are turned so that the claim predicts a positive effect. (L, U) is the 90 % interval and
q the Benjamini-Hochberg value of the two-sided p over all links of the edition.

1. U < 0 and q <= 0.10: contradicted
2. U < SEI, not 1: immaterial
3. U >= SEI, L > 0, q <= 0.10: supported
4. U >= SEI, not 3: inconclusive

The rows partition all outcomes whatever their order, and the point estimate plays no part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from r2klib.claims.nouns import Status

#: False discovery rate at which a link may be called.
Q_MAX = 0.10
#: Minimum detectable effect in standard errors: 80 % power of a one-sided 5 % test.
MDE_PER_STD_ERROR = 2.49


@dataclass(frozen=True)
class Ruling:
    """A status and its note (``material``, ``lead``, ``wrong side`` or nothing)."""

    status: Status
    note: str = ""


def judge(interval: tuple[float, float], q_value: float, sei: float, direction: int) -> Ruling:
    """Apply the verdict rule to one link.

    Parameters
    ----------
    interval : (float, float)
        90 % interval of the effect, in the unit of `sei`.
    q_value : float
        Benjamini-Hochberg q of the two-sided p over the edition's links.
    sei : float
        Smallest effect of interest, positive.
    direction : {+1, -1}
        The sign the claim predicts.

    Returns
    -------
    Ruling
        `status`, and `note`: ``"material"``, ``"lead"``, ``"wrong side"`` or nothing.
    """
    low, high = interval if direction == 1 else (-interval[1], -interval[0])
    significant = q_value <= Q_MAX
    if high < 0 and significant:
        return Ruling("contradicted")
    if high < sei:
        return Ruling("immaterial", "wrong side" if high < 0 else "")
    if low > 0 and significant:
        return Ruling("supported", "material" if low >= sei else "")
    return Ruling("inconclusive", "lead" if low > 0 else "")


def minimum_detectable_effect(std_error: float) -> float:
    """Effect found with 80 % power by a one-sided 5 % test: 2.49 standard errors."""
    return MDE_PER_STD_ERROR * std_error


def observations_needed(n: int, mde: float, sei: float) -> int:
    """Observations that would bring the minimum detectable effect down to `sei`."""
    return math.ceil(n * (mde / sei) ** 2)
