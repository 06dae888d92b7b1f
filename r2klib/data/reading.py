"""A user's own file as an edition: the shapes that files come in, recognised and said.

What a file cannot mean is refused in words: prices where returns are meant, percent where decimals
are, days that could be two, dates ahead of today.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast, get_args

import pandas as pd

from r2klib.data.catalog import Frequency
from r2klib.data.dataset import Dataset
from r2klib.data.own import own_tables
from r2klib.data.own_dates import Said, at_period_ends, dates_of, frequency_of
from r2klib.data.own_file import frame_of
from r2klib.errors import InputError, listing
from r2klib.home import resolve_today

Units = Literal["decimals", "percent", "prices"]
#: A typical return of a period beyond these is a percentage, or a price, respectively.
_DECIMAL, _PERCENT = 0.2, 40.0
#: A typical percentage of a period below this is a bill's, or a decimal.
_HARDLY = 0.1
#: What is said of returns that were made of something else.
OF_PRICES = "values: prices, made into returns (with dividends only if they are adjusted)"
#: What else the three words are called, which looks like none of them.
_CALLED = {"%": "percent", "pct": "percent", "return": "decimals", "returns": "decimals"}


def read_own(
    path: str | Path,
    *,
    units: str,
    frequency: Frequency | None = None,
    lag_days: int = 0,
    name: str = "mine",
    today: dt.date | None = None,
) -> Dataset:
    """Read a file of your own: dates in the first column, then one column per series.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV, separated by commas, semicolons (with decimal commas too) or tabs, as Excel, FRED,
        or yfinance write it, with its three lines of header; or a parquet file.
    units : str
        What the file holds: ``"decimals"`` or ``"percent"``, returns; ``"prices"``, of which
        returns are made, of bars from the closes alone; anything else, such as
        ``"index, 2001-01 = 0"``, is kept as it stands.
    frequency : str, optional
        "daily", "weekly", "monthly", "quarterly" or "irregular"; told from the dates without it.
        ``"monthly"`` makes months of daily prices. Months and quarters are dated by their last
        day, and one that is not over is left out.
    lag_days : int
        Days from the end of a period until its value is published: 0 for market prices.
    name : str
        Name of the edition.
    today : datetime.date, optional
        The day that no date may be ahead of: ``R2K_TODAY`` or the clock without it.

    Returns
    -------
    Dataset
        Of kind ``"user"``; returns are decimals a period. ``.provenance[series].notes`` says what
        was done to the file. NaN for blanks, ".", "-", "NA" and the like; (0.1) is -0.1.

    Raises
    ------
    InputError
        If the file cannot be read, or does not hold what `units` says: the message says which
        cell or column, what was expected and what to do.

    Examples
    --------
    >>> months = pd.date_range("2024-01-31", periods=3, freq="ME", name="date")
    >>> pd.DataFrame({"fund": [1.5, -0.5, 2.0]}, months).to_csv("fund.csv")
    >>> r2klib.data.read_own("fund.csv", units="percent").series("fund").tolist()
    [0.015, -0.005, 0.02]
    """
    file, said = Path(path), cast("Said", [])
    now = resolve_today(today)
    _check_units(units)
    frame = dated(file, said, now, percent=units not in ("decimals", "prices"))
    found = _frequency(pd.DatetimeIndex(frame.index), frequency, file.name)
    if found in ("monthly", "quarterly"):
        frame = at_ends(frame, found, file.name, said, now)
    else:  # a blank day is a holiday, a blank month is missing
        frame = frame.dropna(how="all")
    frame = closes_of(frame, said, file.stem) if units == "prices" else frame
    frame = _returns(frame, units, file.name, said)
    if frequency not in (None, found):
        frame = _months(frame, units, found, frequency, file.name, said)
    frame = frame.pct_change(fill_method=None).iloc[1:] if units == "prices" else frame
    kept = "decimals" if units in ("decimals", "percent", "prices") else units
    tables, sources = own_tables(frame, kept, frequency or found, lag_days, file.name)
    noted = {one: dataclasses.replace(p, notes=tuple(said)) for one, p in sources.items()}
    return Dataset(name, "user", tables, noted)


def dated(file: Path, said: Said, today: dt.date, *, percent: bool = True) -> pd.DataFrame:
    """Read a file's numbers by the days that its first column names: in order, one row for each.

    What is done is added to `said`; no date may be ahead of `today`, but for the end of a month or
    quarter that is not over, which is left out. Raises `InputError`, which says which cell, what
    was expected and what to do.
    """
    frame = frame_of(file, said, percent=percent)
    frame.index = dates_of([str(cell).strip() for cell in frame.index], file.name, said)
    return _until(today, _in_order(frame, file.name, said), file.name, said)


def closes_of(frame: pd.DataFrame, said: Said, name: str | None = None) -> pd.DataFrame:
    """Take the closes, called `name`, of a table of one asset's bars, as yfinance's `history` is.

    Other prices stay as they are.
    """
    columns = {str(column).casefold(): column for column in frame.columns}
    if not columns.keys() >= {"open", "high", "low", "close"}:
        return frame
    taken = columns.get("adj close", columns["close"])
    said.append(f"columns: bars of one asset, {taken} taken")
    return frame[[taken]].rename(columns={taken: name or taken})


def at_ends(
    frame: pd.DataFrame, frequency: Frequency, source: str, said: Said, today: dt.date
) -> pd.DataFrame:
    """Move rows to the ends of their months or quarters; one that is not over is left out.

    A period is over when no weekday of it is left after `today`. Raises `InputError` if two rows
    lie in one period, or none is left.
    """
    days = pd.DatetimeIndex(frame.index)
    moved = frame.set_axis(at_period_ends(days, frequency, said))
    period = frequency.removesuffix("ly")
    _once(moved.index, source, f"two rows of one {period}")
    return (
        moved if _is_over(moved.index[-1], today) else _but_last(frame, moved, period, source, said)
    )


def _is_over(end: pd.Timestamp, today: dt.date) -> bool:
    return bool(end < pd.Timestamp(today) + pd.offsets.BDay(1))


def _but_last(
    frame: pd.DataFrame, moved: pd.DataFrame, period: str, source: str, said: Said
) -> pd.DataFrame:
    """Leave out the last row of `moved`, which `frame` has under the day that is told."""
    day = frame.index[-1].date()
    if len(moved) == 1:
        raise InputError(f"{source}: its only {period}, {day}, is not over.")
    said.append(f"rows: the {period} of {day} was left out, for it is not over")
    return moved.iloc[:-1]


def _check_units(units: str) -> None:
    """Refuse what is nearly one of the three words, which would be kept as it stands."""
    word = units.strip().casefold()
    near = _CALLED.get(word) or next(iter(get_close_matches(word, get_args(Units), 1, 0.8)), units)
    if units != near:
        raise InputError(
            f"`units` is {units!r}: expected {near!r}, or words that are not so near to it for "
            "values that are to stay as they stand, such as 'index, 2001-01 = 0'."
        )


def _frequency(days: pd.DatetimeIndex, given: Frequency | None, source: str) -> Frequency:
    """What the dates tell, or where they do not, what was said."""
    try:
        return given if given == "irregular" else frequency_of(days, source)
    except InputError:
        if given is None:
            raise
        return given


def _in_order(frame: pd.DataFrame, source: str, said: Said) -> pd.DataFrame:
    _once(frame.index, source, "two rows")
    if frame.index.is_monotonic_increasing:
        return frame
    said.append("rows: put in order of their dates")
    return frame.sort_index()


def _once(days: pd.Index, source: str, what: str) -> None:
    if not days.is_unique:
        twice = days[days.duplicated()][0]
        raise InputError(f"{source}: {what}, {twice.date()}. Keep one row for each date.")


def _until(today: dt.date, frame: pd.DataFrame, source: str, said: Said) -> pd.DataFrame:
    """Refuse days ahead of today, but for the end of the month or quarter that has begun."""
    now, days = pd.Timestamp(today), pd.DatetimeIndex(frame.index)
    if days[-1] <= now:
        return frame
    for period, letter in (("quarter", "Q"), ("month", "M")):
        periods = days.to_period(letter)
        if periods.is_unique and periods[-1] == now.to_period(letter):
            over = _is_over(days[-1], today)
            return frame if over else _but_last(frame, frame, period, source, said)
    raise InputError(
        f"{source}: {days[-1].date()} is ahead of today ({today}). A forecast is no "
        "observation, and a wrong century looks like one: leave such rows out, or mend it."
    )


def _returns(frame: pd.DataFrame, units: str, source: str, said: Said) -> pd.DataFrame:
    """Hold the values against `units`; returns become decimals, prices stay for now."""
    if units not in ("decimals", "percent", "prices"):
        return frame
    typical, positive = frame.abs().median(), frame.min() > 0
    if units == "prices":
        _refuse(source, frame.columns[~positive], "zero or less: no prices", "decimals")
        said.append(OF_PRICES)
        return frame
    level, least = (_DECIMAL, -1) if units == "decimals" else (_PERCENT, -100)
    odd = frame.columns[typical > level]
    level_like = units == "percent" or bool(positive[odd].all())
    example = "" if odd.empty else f"typically {typical[odd[0]]:.3g} a period"
    _refuse(source, odd, example, "prices" if level_like else "percent")
    lost = frame.columns[frame.min() < least]
    _refuse(source, lost, "a loss of more than everything", "percent")
    if units == "percent":
        return of_percent(frame, said)
    return frame


def of_percent(frame: pd.DataFrame, said: Said) -> pd.DataFrame:
    """Return percent as decimals; `said` tells so, and where they look like decimals already."""
    said.append("values: percent, divided by 100")
    typical = frame.abs().median()
    if len(low := typical[typical < _HARDLY]):
        named = listing(map(repr, low.index))
        said.append(f"values: a typical move of {named} is {low.max():.1g} %: are these decimals?")
    return frame / 100


def _refuse(source: str, columns: Iterable[str], why: str, instead: str) -> None:
    if named := listing(map(repr, columns)):
        raise InputError(
            f"{source}: `units` does not fit {named} ({why}). If these are {instead}, say "
            f"`units={instead!r}`; values that are no returns go under units in your own words."
        )


def _months(
    frame: pd.DataFrame, units: str, found: str, asked: str | None, source: str, said: Said
) -> pd.DataFrame:
    """The last price of each month that is over."""
    if units != "prices" or asked != "monthly" or found not in ("daily", "weekly"):
        raise InputError(
            f"{source}: its rows are {found}, not {asked}. Only months are made, and only of "
            "prices; leave `frequency` out to keep the rows as they are."
        )
    months = frame.resample("ME").last()
    if not _is_over(months.index[-1], frame.index[-1]):
        months = months.iloc[:-1]
    said.append("values: the last price of each month that is over")
    return months
