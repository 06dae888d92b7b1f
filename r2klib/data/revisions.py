"""What changed between two tables of the same series: rows added, revised and dropped."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.data.dataset import Dataset
from r2klib.data.provenance import Table

#: Yahoo rescales all of Adj Close with every dividend: that is no revision of a row.
_RESCALED = "Adj Close"


@dataclass(frozen=True)
class Change:
    """Rows of a series that are new, revised or gone."""

    new: int = 0
    revised: int = 0
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.revised or self.dropped)

    def to_dict(self) -> dict[str, int]:
        """Return the counts as plain data."""
        return dataclasses.asdict(self)


def compare(old: Table, new: Table) -> Change:
    """Count the rows in which two tables of one series differ: numbers by more than a billionth.

    Rows with dates are matched by date, lists without dates by their content. Bars are compared
    without Adj Close, whose level changes with every dividend.
    """
    before, after = _framed(old), _framed(new)
    if not isinstance(before.index, pd.DatetimeIndex) or set(before) != set(after):
        rows_before, rows_after = set(_rows(before)), set(_rows(after))
        return Change(len(rows_after - rows_before), 0, len(rows_before - rows_after))
    both = before.index[before.index.isin(after.index)]
    left, right = before.loc[both], after.loc[both, list(before.columns)]
    differs = np.zeros(len(both), dtype=bool)
    for name in left.columns:
        differs |= ~_equal(left[name], right[name])
    return Change(len(after) - len(both), int(differs.sum()), len(before) - len(both))


def compare_editions(old: Dataset, new: Dataset) -> dict[str, Change]:
    """Compare two editions: only the series that differ; one that only one holds counts whole."""
    found: dict[str, Change] = {}
    for name in dict.fromkeys([*new, *old]):
        if name not in old:
            found[name] = Change(new=new.provenance[name].rows)
        elif name not in new:
            found[name] = Change(dropped=old.provenance[name].rows)
        elif old.provenance[name].sha256 != new.provenance[name].sha256:
            found[name] = compare(old[name], new[name])
    return {name: change for name, change in found.items() if change}


def _framed(table: Table) -> pd.DataFrame:
    if isinstance(table, pd.Series):
        return table.to_frame("value")
    bars = _RESCALED in table and "Close" in table
    return table.drop(columns=_RESCALED) if bars else table


def _rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    filled = frame.astype(object).where(frame.notna(), None)
    return list(filled.itertuples(index=isinstance(frame.index, pd.DatetimeIndex), name=None))


def _equal(left: pd.Series, right: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(left) and pd.api.types.is_numeric_dtype(right):
        one = left.to_numpy(dtype="float64", na_value=np.nan)
        other = right.to_numpy(dtype="float64", na_value=np.nan)
        return np.asarray(np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    same = (left == right) | (left.isna() & right.isna())
    return np.asarray(same, dtype=bool)
