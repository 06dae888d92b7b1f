"""Dates as people's files write them; what could mean two days is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from r2klib.data.catalog import Frequency
from r2klib.data.checks import PERIOD_ENDS
from r2klib.errors import InputError

#: Days from one row to the next, by frequency.
_SPACING: dict[Frequency, tuple[float, float]] = {
    "daily": (1, 4),
    "weekly": (5, 10),
    "monthly": (26, 35),
    "quarterly": (85, 96),
}
_SERIALS = 20_000, 80_000  # Excel's days: 1954 to 2119
_KNOWN = (
    "Known are 2024-03-31, 2024-03, 202403, 20240331, 2024Q1, Excel's day numbers and, where days "
    "above 12 show it, 3/31/2024."
)
_SAY = 'Say it: `frequency="monthly"`, for instance; `frequency="irregular"` takes any dates.'

Said = list[str]
Read = Callable[[list[str], str, Said], pd.DatetimeIndex]


def dates_of(cells: Sequence[str], source: str, said: Said) -> pd.DatetimeIndex:
    """Read a column of dates, all written alike; what is done is added to `said`.

    Days without time zone: the day on the clock that the file was written by. Raises `InputError`
    if they are no dates, could be read as two days, or were moved to UTC and so may be a day early.
    `source` is the file, for messages.
    """
    for pattern, read in _SHAPES:
        if all(re.fullmatch(pattern, cell) for cell in cells):
            try:
                return read([str(cell) for cell in cells], source, said).as_unit("us")
            except InputError:
                raise
            except ValueError:
                odd = next(cell for cell in cells if not _reads(read, cell))
                raise InputError(
                    f"{source}: {odd!r} in the first column is no day of the calendar. {_KNOWN}"
                ) from None
    shapes = (pattern for pattern, _ in _SHAPES if re.fullmatch(pattern, cells[0]))
    pattern = next(shapes, "")
    odd = next((cell for cell in cells if not pattern or not re.fullmatch(pattern, cell)), "")
    raise InputError(
        f"{source}: {odd!r} in the first column is no date"
        f"{f', though {cells[0]!r} is' if pattern else ''}. {_KNOWN}"
    )


def _reads(read: Read, cell: str) -> bool:
    try:
        return len(read([cell], "", [])) == 1
    except ValueError:
        return False


def _iso(cells: list[str], source: str, said: Said) -> pd.DatetimeIndex:
    times = {cell[10:] for cell in cells}
    zones = {match[1] for time in times if (match := re.search(r"(Z|[+-]\d\d:?\d\d)$", time))}
    late = any(time[1:3] >= "20" for time in times if time)
    if zones and late and zones <= {"Z", "+00:00", "+0000"}:
        raise InputError(
            f"{source}: its times are in UTC, late in the evening ({cells[0]}): the exchange's day "
            "is the next one. Write the dates by the exchange's clock, "
            "`frame.index.tz_convert('Europe/Berlin')`, and keep the day."
        )
    if times != {""}:
        said.append("dates: the day as written, by the exchange's own clock; the time was dropped")
    return pd.DatetimeIndex(pd.to_datetime([cell[:10] for cell in cells], format="%Y-%m-%d"))


def _by(form: str, words: str) -> Read:
    def read(cells: list[str], _: str, said: Said) -> pd.DatetimeIndex:
        said.append(f"dates: written as {words}")
        return pd.DatetimeIndex(pd.to_datetime(cells, format=form))

    return read


def _quarters(cells: list[str], _: str, said: Said) -> pd.DatetimeIndex:
    said.append("dates: written as quarters")
    return pd.PeriodIndex([cell.replace("-", "") for cell in cells], freq="Q").to_timestamp()


def _serials(cells: list[str], source: str, said: Said) -> pd.DatetimeIndex:
    days = np.array(cells, dtype="float64")
    if days.min() < _SERIALS[0] or days.max() > _SERIALS[1]:
        raise InputError(f"{source}: {cells[0]!r} in the first column is no date. {_KNOWN}")
    said.append("dates: Excel's day numbers")
    origin = pd.Timestamp("1899-12-30")
    return pd.DatetimeIndex(origin + pd.to_timedelta(np.floor(days), unit="D"))


def _slashed(cells: list[str], source: str, said: Said) -> pd.DatetimeIndex:
    """American dates, where the file itself shows that they are."""
    parts = [re.split(r"[/.-]", cell) for cell in cells]
    example = f"{source}: the dates are like {cells[-1]!r}"
    again = "Write them as 2024-03-31: in Excel, format the column as yyyy-mm-dd and save again."
    if any(len(year) < 4 for *_, year in parts):
        raise InputError(f"{example}: the century is missing. {again}")
    first, second = (max(int(part[at]) for part in parts) for at in (0, 1))
    if first > 12 >= second or "." in cells[0]:
        raise InputError(f"{example}, day first. {again}")
    if first <= 12 and second <= 12:
        raise InputError(f"{example}: nothing shows whether the day or the month is first. {again}")
    said.append("dates: month first, as days above 12 in the second place show")
    months = ["-".join((year, month, day)) for month, day, year in parts]
    return pd.DatetimeIndex(pd.to_datetime(months, format="%Y-%m-%d"))


_SHAPES: tuple[tuple[str, Read], ...] = (
    (r"\d{4}-\d\d-\d\d([ T][\d:.]+ ?(Z|[+-]\d\d:?\d\d)?)?", _iso),
    (r"(1[89]|2[01])\d\d(0[1-9]|1[0-2])", _by("%Y%m", "yyyymm")),
    (r"(1[89]|2[01])\d{6}", _by("%Y%m%d", "yyyymmdd")),
    (r"\d{4}[-/]\d\d", _by("mixed", "year and month")),
    (r"\d{4}-?Q[1-4]", _quarters),
    (r"\d{5}(\.\d*)?", _serials),
    (r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", _slashed),
)


def is_day(cell: str) -> bool:
    """Whether a cell is written as a date."""
    return any(re.fullmatch(pattern, cell) for pattern, _ in _SHAPES)


def frequency_of(days: pd.DatetimeIndex, source: str) -> Frequency:
    """Tell the frequency by the usual distance of rows, or raise `InputError` if it is none."""
    if len(days) < 2:
        raise InputError(f"{source}: one row does not tell the frequency. {_SAY}")
    usual = float(np.median(np.diff(days.to_numpy()) / np.timedelta64(1, "D")))
    for frequency, (low, high) in _SPACING.items():
        if low <= usual <= high:
            return frequency
    raise InputError(
        f"{source}: its rows are {usual:g} days apart, which is none of daily, weekly, monthly and "
        f"quarterly. {_SAY}"
    )


def at_period_ends(days: pd.DatetimeIndex, frequency: Frequency, said: Said) -> pd.DatetimeIndex:
    """Move monthly and quarterly stamps to the period's end, where its value was known."""
    offset = PERIOD_ENDS.get(frequency)
    moved = days if offset is None else pd.DatetimeIndex(days + offset)
    if not moved.equals(days):
        said.append(f"dates: moved to the end of their {frequency.removesuffix('ly')}")
    return moved
