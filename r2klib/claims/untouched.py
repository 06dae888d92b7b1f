"""The months after a claim was frozen: the only sample that nobody had seen when it was declared.

A link's own test is asked for its answer alone on an edition whose returns begin with the first
whole month after the freeze. Signals keep their whole past, for they are read and not predicted:
what a z-score looks back on, or a fall that began before, is the same as in the whole edition.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.nouns import Claim, Estimate, Evidence, Specification
from r2klib.data import Dataset
from r2klib.data.provenance import Table
from r2klib.errors import R2kError

#: Fewer months than this are not shown apart.
LEAST = 12
LABEL = "after the freeze"
#: Sources of returns and prices, and what of them no claim holds.
_RETURNS, _SIGNALS = ("french", "yahoo"), ("^VIX",)


def months_after(claim: Claim, as_of: dt.date) -> int:
    """Whole months between the freeze and the last observation of a claim's data."""
    begins, ends = _begins(claim), pd.Timestamp(as_of)
    whole = 12 * (ends.year - begins.year) + ends.month - begins.month
    return max(0, whole - (not ends.is_month_end and ends + pd.offsets.BMonthEnd(0) != ends))


def _begins(claim: Claim) -> pd.Timestamp:
    """End of the month in which the claim was frozen: returns count from there."""
    return pd.Timestamp(claim.frozen) + pd.offsets.MonthEnd(0)


def with_untouched(claim: Claim, data: Dataset, evidence: Evidence) -> Evidence:
    """The evidence with the months after the freeze as one more specification.

    Left as it is where the claim is no link, fewer than 12 months have passed, or the test can
    make no estimate of them alone.
    """
    whole = evidence.answer
    if claim.kind != "link" or months_after(claim, evidence.as_of) < LEAST:
        return evidence
    alone = _answer(claim, data)
    if alone is None or not isinstance(whole, Estimate) or alone.n >= whole.n:
        return evidence
    point = Specification(label=LABEL, value=alone.value, interval=alone.interval, n=alone.n)
    return replace(evidence, specifications=(*evidence.specifications, point))


def since(claim: Claim, data: Dataset) -> Dataset:
    """The edition with the claim's returns cut to what came after its freeze."""
    begins = _begins(claim)
    cut = {name: _later(data[name], begins) for name in _returns(claim, data)}
    return data.replaced({name: table for name, table in cut.items() if len(table)})


def _returns(claim: Claim, data: Dataset) -> list[str]:
    """The series that a claim's returns are made of: its pair's, else those it needs."""
    kind = pairs.kind_of(data)
    if pair := claim.pair.get(kind):
        return [name for name in pairs.get(pair).series if name in data]
    return [name for name in claim.needs.get(kind, ()) if name in data and _is_return(data, name)]


def _is_return(data: Dataset, name: str) -> bool:
    known = data.provenance[name]
    return known.source in _RETURNS and known.frequency != "table" and name not in _SIGNALS


def _later(table: Table, begins: pd.Timestamp) -> Table:
    """Rows after `begins`; of prices the last before too, from which the first change counts."""
    first = int(table.index.searchsorted(begins, side="right"))
    daily = len(table) > 1 and table.index[-1] - table.index[-2] < pd.Timedelta(days=7)
    return table.iloc[max(0, first - int(daily)) :]


def _answer(claim: Claim, data: Dataset) -> Estimate | None:
    """What the claim's test answers on the months after its freeze; None where it cannot."""
    try:
        found = claim.estimate(since(claim, data))
    except R2kError:
        return None
    return found if isinstance(found, Estimate) else None


def in_words(claim: Claim, evidence: Evidence) -> str:
    """One sentence on the months after the freeze; empty before there are any, and for no link."""
    months = months_after(claim, evidence.as_of)
    if claim.kind != "link" or months == 0:
        return ""
    count = f"{months} month{'' if months == 1 else 's'}"
    if months < LEAST:
        return f"{count} of data since the freeze ({claim.frozen}): too few to be shown apart."
    points = {point.label: point for point in evidence.specifications}
    if LABEL not in points:
        return f"The test can make no estimate of the {count} since the freeze ({claim.frozen})."
    alone = points[LABEL]
    assert alone.interval is not None
    low, high = alone.interval
    return (
        f"In the {count} since the freeze ({claim.frozen}) alone: {alone.value:.3g} "
        f"[{low:.3g}, {high:.3g}]."
    )
