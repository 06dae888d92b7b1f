"""Corrections for the number of links tested, within two families.

Level links are near-tautologies, as a beta above one: their rejections must not be lent to the
rest. So they are one family, and all other links with an estimate in the edition are the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pandas as pd
from scipy.stats import norm

from r2klib.claims.nouns import Claim, Estimate
from r2klib.stats import benjamini_hochberg, benjamini_yekutieli

#: A link and what its test said.
Answered = tuple[Claim, Estimate]


@dataclass(frozen=True)
class Corrected:
    """The p-values of a link, corrected for the number of links in its family; None where not.

    Parameters
    ----------
    q : float, optional
        Benjamini-Hochberg value of the two-sided p of "no effect".
    r : float, optional
        The same of the one-sided p of "the effect is at least as large as claimed".
    by : float, optional
        Benjamini and Yekutieli's value of the first p: under any dependence.
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
    as_large = pd.Series([p_claimed(*link) for link in family], names, dtype=float)
    values = (benjamini_hochberg(p), benjamini_hochberg(as_large), benjamini_yekutieli(p))
    for name in names:
        yield name, Corrected(*(float(found[name]) for found in values))


class Aimed(Protocol):
    """What claims an effect: its sign, and its smallest size of interest with the sign."""

    @property
    def direction(self) -> int | None:
        """Plus or minus one."""

    @property
    def claimed(self) -> float:
        """In the claim's unit."""


def p_claimed(claim: Aimed, estimate: Estimate) -> float:
    """One-sided p of "the effect is at least as large as claimed".

    A claim of one's own may bring an estimate without it: then that of a normal law with the
    estimate's value and standard error.
    """
    if estimate.p_claimed is not None:
        return estimate.p_claimed
    short = (claim.direction or 1) * (claim.claimed - estimate.value)
    if estimate.std_error == 0:
        return float(short <= 0)
    return float(norm.sf(short / estimate.std_error))
