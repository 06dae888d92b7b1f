"""Whether a table is fit to be held: dates in order, stamps at the period's end, numbers."""

from __future__ import annotations

from numbers import Number
from typing import Any, cast

import numpy as np
import pandas as pd

from r2klib.data.catalog import SeriesInfo
from r2klib.data.provenance import Provenance, Table
from r2klib.errors import InputError, check_day_is_plain

#: What moves a stamp to the end of its period.
PERIOD_ENDS = {"monthly": pd.offsets.MonthEnd(0), "quarterly": pd.offsets.QuarterEnd(0)}
#: A hundred years: a longer lag is a mistake, and would lead out of the calendar.
MOST_LAG_DAYS = 36_525
_FROM_A_FILE = "From a file: `r2klib.data.read_own(path, units=...)` knows the usual shapes."


def check_lag(lag: object, of: str = "") -> None:
    """Raise `InputError` unless `lag` is a number of days that a publication may take."""
    if not isinstance(lag, int) or isinstance(lag, bool) or not 0 <= lag <= MOST_LAG_DAYS:
        raise InputError(
            f"{of}`lag_days` must be a whole number of 0 to {MOST_LAG_DAYS} days, not {lag!r}."
        )


def check(name: str, table: Table, source: SeriesInfo | Provenance) -> Table:
    """Check a table against what is said of its frequency, lag and publication; return a copy.

    Its dates have microsecond resolution and the name ``"date"``, periods the date of their last
    day; a series has `name` as its name. Raises `InputError` if the table is empty or all missing,
    its index is not increasing unique dates or periods without time zone, its stamps do not fit the
    frequency, or a series does not hold numbers.
    """
    if not isinstance(table, pd.Series | pd.DataFrame):
        raise InputError(f"{name}: expected a pandas Series or DataFrame, not {type(table)}.")
    check_lag(source.lag_days, f"{name}: ")
    if table.empty or table.isna().to_numpy().all():
        raise InputError(f"{name}: there is no value in it. Leave the series out instead.")
    _check_columns(name, table, source.published_in)
    _check_finite(name, table)
    table = table.copy()
    if isinstance(table, pd.Series):
        table.name = name
    if source.frequency == "table":
        if source.published_in is None:
            raise InputError(f"{name}: a table without dates in its index needs `published_in`.")
        return table
    table.index = _dates(name, table.index, source)
    return table


def _check_columns(name: str, table: Table, published_in: str | None) -> None:
    if isinstance(table, pd.Series):
        if pd.api.types.is_datetime64_any_dtype(table):
            raise InputError(
                f"{name}: expected numbers, not {table.dtype}. Dates are the index: "
                f"`.set_index({name!r})`."
            )
        numeric = pd.api.types.is_numeric_dtype(table)
        if not numeric or pd.api.types.is_complex_dtype(table):
            raise InputError(
                f"{name}: expected numbers, not {table.dtype}. {_FROM_A_FILE} In a frame, "
                '`column.replace(".", None).astype(float)` takes "." as missing.'
            )
        return
    if not table.columns.is_unique or not all(isinstance(column, str) for column in table.columns):
        raise InputError(f"{name}: columns need unique names, not {list(table.columns)}.")
    if published_in is None:
        return
    if published_in not in table:
        raise InputError(f"{name}: the publication column {published_in!r} is not in it.")
    days = table[published_in]
    if not pd.api.types.is_datetime64_dtype(days) or days.isna().any():
        raise InputError(f"{name}: {published_in!r} must hold a date in every row.")


def _check_finite(name: str, table: Table) -> None:
    numbers = pd.DataFrame(table).select_dtypes("number").to_numpy(float, na_value=np.nan)
    if np.isinf(numbers).any():
        first = table.index[np.isinf(numbers).any(axis=1)][0]
        said = f"{first:%Y-%m-%d}" if isinstance(first, pd.Timestamp) else str(first)
        raise InputError(f"{name}: infinite at {said}. NaN marks what is missing.")


def _dates(name: str, index: pd.Index, source: SeriesInfo | Provenance) -> pd.DatetimeIndex:
    if isinstance(index, pd.PeriodIndex):  # it says itself what its values are of
        index = index.to_timestamp(how="end").normalize()
    if not isinstance(index, pd.DatetimeIndex):
        raise InputError(
            f"{name}: the index must be dates, not {index.dtype}. {_FROM_A_FILE} In a frame, name "
            "the format: `pandas.to_datetime(frame.index.astype(str), format='%Y%m')` for 202403."
        )
    if index.tz is not None:
        raise InputError(
            f"{name}: the index carries the time zone {index.tz}. Keep the day on the exchange's "
            "own clock: `index.tz_convert('Europe/Berlin').tz_localize(None).normalize()`, with "
            "its zone. UTC's day may be the one before."
        )
    if index.hasnans:
        raise InputError(f"{name}: the index has missing dates. Drop those rows.")
    if not index.is_monotonic_increasing:
        raise InputError(f"{name}: the dates are not in order. Sort with `.sort_index()`.")
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise InputError(f"{name}: {twice.date()} is there twice. Keep one row for each date.")
    _check_stamps(name, index, source.frequency)
    return index.as_unit("us").rename("date")


def _check_stamps(name: str, index: pd.DatetimeIndex, frequency: str) -> None:
    if frequency not in ("daily", "weekly", "monthly", "quarterly", "irregular"):
        raise InputError(
            f"{name}: `frequency` must be daily, weekly, monthly, quarterly or irregular, "
            f"not {frequency!r}."
        )
    if frequency == "irregular":
        return
    if not index.equals(index.normalize()):
        raise InputError(
            f"{name}: {frequency} dates carry a time of day. Drop it with `.normalize()`, if it is "
            "that of the exchange; times moved to UTC, such as 23:00, belong to the next day."
        )
    if (offset := PERIOD_ENDS.get(frequency)) is not None:
        ends = index + offset
        if not index.equals(ends):
            wrong = index[index != ends][0]
            raise InputError(
                f"{name}: {frequency} data are stamped on the last day of the period, but "
                f"{wrong.date()} is not one: a value of the whole period would be known before "
                f"its end. If the values are the period's, move the stamps: "
                f"`frame.index = frame.index + pandas.offsets.{type(offset).__name__}(0)`."
            )


def as_day(date: Any, name: str = "date") -> pd.Timestamp:
    """Return the day that a user means by the argument `name`; raises InputError for none."""
    advice = f"`{name}` must be a date without time zone, such as '2016-12-31', not {date!r}."
    if isinstance(date, Number):  # pandas would count nanoseconds: 2016 means 1970-01-01
        raise InputError(advice)
    check_day_is_plain(date, name)
    try:
        stamp: Any = pd.Timestamp(date)
    except (TypeError, ValueError) as error:
        raise InputError(advice) from error
    if stamp is pd.NaT or stamp.tzinfo is not None:
        raise InputError(advice)
    return cast("pd.Timestamp", stamp.normalize().as_unit("us"))
