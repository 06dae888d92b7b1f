"""The months after a claim was frozen: the only sample that nobody had seen when it was declared.

A link's own design is put to its rows from the first whole month after the freeze on. Signals keep
their whole past, for they are read and not predicted: what a z-score looks back on, or a fall that
began before, is the same as in all rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from r2klib.claims.designs import Design, Regression
from r2klib.claims.nouns import Claim, Estimate, Evidence, Specification
from r2klib.errors import R2kError

#: Fewer months than this are not shown apart.
LEAST = 12
LABEL = "after the freeze"
#: Added where the months make too few blocks for the design's own law.
_PLAIN = " (Newey-West)"


def months_after(claim: Claim, as_of: dt.date) -> int:
    """Whole months between the freeze and the last observation of a claim's data."""
    begins, ends = _begins(claim), pd.Timestamp(as_of)
    whole = 12 * (ends.year - begins.year) + ends.month - begins.month
    return max(0, whole - (not ends.is_month_end and ends + pd.offsets.BMonthEnd(0) != ends))


def _begins(claim: Claim) -> pd.Timestamp:
    """End of the month in which the claim was frozen: returns count from there."""
    return pd.Timestamp(claim.frozen) + pd.offsets.MonthEnd(0)


def alone(claim: Claim, evidence: Evidence) -> Specification | None:
    """What the claim's own design says of the returns since the freeze; None where it cannot.

    By Newey-West errors where they make too few blocks for the design's own law. None too where the
    claim is no link, fewer than 12 months have passed, or no earlier return is left out.
    """
    rows, design, whole = evidence.rows, claim.design, evidence.answer
    if rows is None or not isinstance(design, Design) or not isinstance(whole, Estimate):
        return None
    if claim.kind != "link" or months_after(claim, evidence.as_of) < LEAST:
        return None
    after = design.after(rows, _begins(claim))
    found, label = _found(design, after), LABEL
    if found is None and isinstance(design, Regression):
        found, label = _found(replace(design, newey_west=True), after), LABEL + _PLAIN
    if found is None or found.n >= whole.n:
        return None
    return Specification.of(label, found)


def _found(design: Design, rows: pd.DataFrame) -> Estimate | None:
    try:
        return design(rows)
    except R2kError:
        return None


def in_words(claim: Claim, evidence: Evidence) -> str:
    """One sentence on the months after the freeze; empty before there are any, and for no link."""
    months = months_after(claim, evidence.as_of)
    if claim.kind != "link" or months == 0:
        return ""
    count = f"{months} month{'' if months == 1 else 's'}"
    if months < LEAST:
        return f"{count} of data since the freeze ({claim.frozen}): too few to be shown apart."
    points = [point for point in evidence.specifications if point.label.startswith(LABEL)]
    if not points:
        return f"The test can make no estimate of the {count} since the freeze ({claim.frozen})."
    (alone,) = points
    assert alone.interval is not None
    low, high = alone.interval
    law = ", by Newey-West errors: too few blocks for its own law" * alone.label.endswith(_PLAIN)
    return (
        f"In the {count} since the freeze ({claim.frozen}) alone: {alone.value:.3g} "
        f"[{low:.3g}, {high:.3g}]{law}."
    )
