"""Whether the other pairs of the specification curve give a slow link the same answer.

A pair decides nothing here. One that could have decided, and whose interval by itself says
otherwise, is noted: the verdict depends on the pair.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

import pandas as pd

from r2klib.claims.nouns import Claim, Estimate, Evidence, Specification
from r2klib.claims.rule import minimum_detectable_effect, turned

#: What is noted where a pair able to decide says otherwise.
DEPENDS = "depends on the pair"
#: A pair is able to decide where its minimum detectable effect is at most so many SEIs.
ABLE = 1.5
#: What an interval says by itself, signs turned as the claim predicts.
Class = Literal["contradicted", "refuted", "supported side", "open"]


def class_of(interval: tuple[float, float], sei: float, direction: int) -> Class:
    """What an interval says by itself, without a correction for the number of tests."""
    low, high = turned(interval, direction)
    if high < 0:
        return "contradicted"
    if high < sei:
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
    assert claim.sei is not None
    assert claim.direction is not None
    said = partial(class_of, sei=claim.sei, direction=claim.direction)
    others = [(p, said(p.interval)) for p in evidence.specifications if p.pair and p.interval]
    if not others:
        return "", ()
    primary, able = said(answer.interval), ABLE * claim.sei
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
