"""What must hold before a table lands in a snapshot, and what is recorded as odd.

A break of the schema (columns, types, dates, units) stops the series. An anomaly (a missing
session, a price of nothing, a jump that reverses, a late end) is written down and shown: prices
are never repaired in silence.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from r2klib.data.catalog import SeriesInfo
from r2klib.data.checks import check
from r2klib.data.provenance import ENDS, Table
from r2klib.errors import InputError, SchemaChanged

#: Days after the expected publication at which a series counts as late, by frequency.
LATE = {"daily": 10, "weekly": 20, "monthly": 70, "quarterly": 200}
#: Returns are decimals: a median absolute value above this means they are not.
MOST_TYPICAL_RETURN = 0.5
#: Rates and percentages outside these are not plausible for the series of the catalog.
PERCENT_BOUNDS = (-100.0, 1000.0)
#: A one-day move counts as a jump from here, if it also dwarfs the usual move.
JUMP, JUMP_IN_USUAL_MOVES = 0.08, 12.0
_PRICES = ["Open", "High", "Low", "Close", "Adj Close"]
_ADVICE = "The rows of the last snapshot stay. Update r2klib, or report this."


def validate(info: SeriesInfo, table: Table, today: dt.date) -> tuple[Table, tuple[str, ...]]:
    """Hold a table, as a source gave it, against its row of the catalog; `today` says what is late.

    Returns it in the form that editions hold, without periods that are not over, and what looks
    wrong in it, in words. Raises `SchemaChanged` if columns, types, dates or units are not what the
    catalog says.
    """
    source = f"{info.live.source if info.live else '?'}: {info.id}"
    _columns(source, info, table)
    try:
        table = check(info.id, table, info)
    except InputError as error:
        raise SchemaChanged(source, "dates and numbers in order", str(error), _ADVICE) from None
    _units(source, info, table)
    table, unfinished = _finished(source, info, table, today)
    return table, (*unfinished, *_anomalies(info, table, today))


def _columns(source: str, info: SeriesInfo, table: Table) -> None:
    expected = "a series" if info.what == "series" else ", ".join(info.columns) or "a frame"
    if isinstance(table, pd.Series) != (info.what == "series"):
        raise SchemaChanged(source, expected, f"a {type(table).__name__}", _ADVICE)
    if isinstance(table, pd.Series) or not info.columns:
        return
    if tuple(map(str, table.columns)) != info.columns:
        raise SchemaChanged(source, expected, ", ".join(map(str, table.columns)) or "none", _ADVICE)
    if "Close" in info.columns and not all(
        pd.api.types.is_float_dtype(table[name]) for name in table
    ):
        raise SchemaChanged(source, "numbers", str(dict(table.dtypes)), _ADVICE)


def _units(source: str, info: SeriesInfo, table: Table) -> None:
    numbers = table.to_frame() if isinstance(table, pd.Series) else table
    numbers = numbers.select_dtypes("number")
    values = numbers.to_numpy(dtype="float64", na_value=np.nan)
    if np.isinf(values).any():
        raise SchemaChanged(source, "finite numbers", "infinite ones", _ADVICE)
    if info.units.startswith("decimal") and np.nanmedian(np.abs(values)) > MOST_TYPICAL_RETURN:
        came = f"a typical size of {np.nanmedian(np.abs(values)):.3g}, as percent would have"
        raise SchemaChanged(source, "decimals", came, _ADVICE)
    if info.units.startswith("percent"):
        low, high = PERCENT_BOUNDS
        if (values < low).any() or (values > high).any():
            came = f"values from {np.nanmin(values):g} to {np.nanmax(values):g}"
            raise SchemaChanged(source, f"percentages in {low:g}..{high:g}", came, _ADVICE)
    if info.units == "0 or 1" and not np.isin(values[~np.isnan(values)], (0, 1)).all():
        raise SchemaChanged(source, "0 or 1", "other values", _ADVICE)
    if "Close" in numbers and (numbers[_PRICES] < 0).any(axis=None):
        raise SchemaChanged(source, "prices", "negative prices", _ADVICE)


def _finished(
    source: str, info: SeriesInfo, table: Table, today: dt.date
) -> tuple[Table, tuple[str, ...]]:
    """Leave out periods that are not over: their values are preliminary, their stamps ahead."""
    if info.frequency in ("table", "irregular"):
        return table, ()
    ahead = table.index > pd.Timestamp(today)
    if not ahead.any():
        return table, ()
    named = _days(table.index[ahead], "stamped after the pull and left out: not over yet")
    if ahead.all():
        raise SchemaChanged(source, f"values up to {today}", named, _ADVICE)
    return table[~ahead], (named,)


def _anomalies(info: SeriesInfo, table: Table, today: dt.date) -> Iterable[str]:
    yield from _late(info, table, today)
    if isinstance(table, pd.DataFrame) and set(_PRICES) <= set(table.columns):
        yield from _without_price(table)
        yield from _impossible(table)
        yield from _missing_sessions(table)
        yield from _reversals(table["Close"].dropna())


def _late(info: SeriesInfo, table: Table, today: dt.date) -> Iterable[str]:
    if info.discontinued or info.frequency not in LATE:
        return
    last = table.index[-1].date()
    allowed = LATE[info.frequency] + min(info.lag_days, 100)
    behind = (today - last).days
    if behind > allowed:
        yield f"{ENDS}{last}, {behind} days before the pull"


def _without_price(table: pd.DataFrame) -> Iterable[str]:
    odd = table["Close"].isna() | (table[_PRICES] == 0).any(axis=1)
    if odd.any():
        with_volume = int((odd & (table["Volume"] > 0)).sum())
        yield (
            f"{_days(table.index[odd], 'without a price or with a price of 0')}"
            f"; {with_volume} of them with volume"
        )


def _impossible(table: pd.DataFrame) -> Iterable[str]:
    top, bottom = table[["Open", "Close"]].max(axis=1), table[["Open", "Close"]].min(axis=1)
    slack = 1e-4 * table["Close"].abs()
    odd = (table["High"] < top - slack) | (table["Low"] > bottom + slack)
    if odd.any():
        yield _days(table.index[odd], "with open or close outside high and low")


def _missing_sessions(table: pd.DataFrame) -> Iterable[str]:
    first = max(table.index[0], pd.Timestamp("1990-01-01"))
    trading = sessions()
    due = trading[(trading >= first) & (trading <= table.index[-1])]
    missing = due.difference(table.index)
    if len(missing):
        yield _days(missing, "of trading in New York without a bar")
    days = table.index[table.index >= first]
    extra = days.difference(trading)
    if len(extra):
        yield _days(extra, "with a bar though New York was closed")


def _reversals(close: pd.Series) -> Iterable[str]:
    """One-day jumps that the next day takes back: the mark of a bad print."""
    close = close[close > 0]
    moves = np.log(close).diff()
    usual = moves.abs().rolling(250, min_periods=20).median()
    odd = _taken_back(moves, JUMP, JUMP_IN_USUAL_MOVES * usual)
    if odd.any():
        yield _days(close.index[odd], "with a jump that the next day reverses")


def disagreements(first: pd.Series, second: pd.Series) -> pd.DatetimeIndex:
    """Days on which one of two closes that move together is wrong: they part and meet again.

    A day counts where the one-day returns part by 0.4 %, if that is also ten times the usual gap
    (median of the 250 days before) and the next day takes it back.
    """
    both = pd.concat([first, second], axis=1, join="inner").dropna()
    ratio: pd.Series = both.iloc[:, 0] / both.iloc[:, 1]
    gap = pd.Series(np.log(ratio), both.index).diff()
    usual = gap.abs().rolling(250, min_periods=20).median().shift()
    odd = _taken_back(gap, 0.004, 10.0 * usual)
    return pd.DatetimeIndex(both.index[odd.to_numpy()])


def _taken_back(moves: pd.Series, least: float, unusual: pd.Series) -> pd.Series:
    """Moves of a day beyond both limits that the next day takes back."""
    size = moves.abs()
    return (size > least) & (size > unusual) & ((moves + moves.shift(-1)).abs() < 0.2 * size)


@cache
def sessions() -> pd.DatetimeIndex:
    """Days on which New York trades, from 1990; the first call is not safe beside threads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendars' own use of pandas
        import exchange_calendars

        calendar = exchange_calendars.get_calendar("XNYS", start="1990-01-01")
    return pd.DatetimeIndex(calendar.sessions).tz_localize(None)


def _days(days: pd.Index, what: str) -> str:
    stamps = pd.DatetimeIndex(days)
    named = ", ".join(str(day.date()) for day in stamps[-3:])
    more = "" if len(stamps) <= 3 else "the last "
    noun = "day" if len(stamps) == 1 else "days"
    return f"{len(stamps)} {noun} {what} ({more}{named})"
