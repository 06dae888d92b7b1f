"""A user's own data: a frame as catalogued tables, for `Dataset.from_frame`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from r2klib.data.catalog import Frequency, Origin, SeriesInfo
from r2klib.data.checks import check
from r2klib.data.provenance import Provenance, Table, describe
from r2klib.errors import InputError, check_of_pandas

T = TypeVar("T")


def own_tables(
    data: Table | Mapping[str, Table],
    units: str | Mapping[str, str],
    frequency: Frequency | Mapping[str, Frequency],
    lag_days: int | Mapping[str, int],
    source: str,
) -> tuple[dict[str, Table], dict[str, Provenance]]:
    """Split a user's data into checked tables and describe each; see `Dataset.from_frame`."""
    tables: dict[str, Table] = {}
    provenance: dict[str, Provenance] = {}
    for name, table in _as_tables(data).items():
        info = SeriesInfo(
            id=name,
            title=name,
            units=_for(name, units, "units"),
            frequency=_for(name, frequency, "frequency"),
            lag_days=_plain(_for(name, lag_days, "lag_days")),
            terms="your own data",
        )
        tables[name] = check(name, table, info)
        provenance[name] = describe(tables[name], info, Origin(source, name))
    return tables, provenance


def _as_tables(data: Table | Mapping[str, Table]) -> dict[str, Table]:
    check_of_pandas(data, "data")
    if isinstance(data, pd.Series):
        if data.name is None:
            raise InputError("`data` is a Series without a name. Give it one: `.rename('fund')`.")
        data = data.to_frame()
    if not isinstance(data, pd.DataFrame | Mapping):
        raise InputError(
            "`data` must be a DataFrame, a Series or a dict of them; it is a "
            f"{type(data).__name__}. Give an array its dates and names first: "
            "`pd.DataFrame(data, dates, names)`."
        )
    if len(data) == 0 or (isinstance(data, pd.DataFrame) and data.columns.empty):
        raise InputError("`data` is empty: there is nothing to make an edition of.")
    if not isinstance(data, pd.DataFrame):
        return dict(data)
    if not data.columns.is_unique or not all(isinstance(column, str) for column in data.columns):
        raise InputError(
            f"Every series needs a name of its own, a text, not {list(data.columns)}. Numbers "
            "become text by `data.columns.astype(str)`."
        )
    return {str(name): _trimmed(column) for name, column in data.items()}


def _trimmed(column: pd.Series) -> pd.Series:
    """Cut the missing values at both ends, which a column has where others start earlier."""
    held = np.flatnonzero(column.notna())
    return column.iloc[held[0] : held[-1] + 1] if held.size else column


def _plain(number: Any) -> Any:
    """Python's own number in place of numpy's; `check` refuses what is none."""
    return int(number) if isinstance(number, np.integer) else number


def _for(name: str, given: T | Mapping[str, T], argument: str) -> T:
    if not isinstance(given, Mapping):
        return given
    if name not in given:
        raise InputError(f"`{argument}` has no entry for the series {name!r}.")
    return given[name]
