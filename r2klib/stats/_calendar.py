"""How far apart rows lie: what one period is, and whether two arguments mean the same one."""

from __future__ import annotations

from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._inputs import whole

Days = NDArray[np.int64]
Rows = NDArray[np.bool_]

#: Fewest and most days between rows, what such rows are called, how many of them a year has.
KINDS = (
    (1, 1, "daily", 252),
    (6, 8, "weekly", 52),
    (27, 34, "monthly", 12),
    (85, 97, "quarterly", 4),
    (355, 375, "yearly", 1),
)

#: Spacings, and counts of periods a year, further apart than this are not the same.
ALIKE = 1.5

#: Fewer rows do not tell how far apart they lie; what is left of a column with gaps needs more.
FEWEST, FEWEST_OF_GAPPY = 5, 12

#: Of a panel's columns about so many are looked at, evenly spread.
LOOKED_AT = 50


def spacing(index: pd.Index) -> int | None:
    """Return the days between rows; None if undated, irregular or too few.

    It is the median, and half of the gaps must be about as long: weekends, holidays and rows that
    are missing here and there do not move it.
    """
    days = _days(index)
    return None if days is None else _usual_gap(days)


def _days(index: pd.Index) -> Days | None:
    """Day numbers of dates; None for other labels."""
    if isinstance(index, pd.PeriodIndex):
        return index.asfreq("D").astype("int64").to_numpy()
    if not isinstance(index, pd.DatetimeIndex):
        return None
    local = index if index.tz is None else index.tz_localize(None)
    return local.to_numpy().astype("datetime64[D]").astype(np.int64)


def _usual_gap(days: Days) -> int | None:
    if len(days) < FEWEST:
        return None
    gaps = np.diff(days)
    usual = int(np.partition(gaps, len(gaps) // 2)[len(gaps) // 2])
    alike = np.count_nonzero(4 * np.abs(gaps - usual) <= usual)
    return usual if 2 * alike >= len(gaps) else None


def periods_of(index: pd.Index) -> int | None:
    """Return how many rows a year has: 252, 52, 12, 4 or 1; None where the dates do not tell."""
    days = spacing(index)
    return None if days is None else next((n for a, b, _, n in KINDS if a <= days <= b), None)


def periods_a_year(index: pd.Index, given: int | None, name: str) -> int | None:
    """Return `given`, or what the dates of the argument `name` say; `InputError` if they differ."""
    found = periods_of(index)
    if given is None:
        return found
    p = whole(given, "periods_per_year", 1)
    if found is not None and not found / ALIKE <= p <= found * ALIKE:
        raise InputError(
            f"`periods_per_year` is {p}, but the rows of `{name}` are "
            f"{_called(spacing(index))}, {found} a year. Leave `periods_per_year` out."
        )
    return p


def need_periods(index: pd.Index, given: int | None, name: str) -> int:
    """Return `periods_a_year`, or raise `InputError` where nobody knows."""
    if (found := periods_a_year(index, given, name)) is not None:
        return found
    raise InputError(
        f"`periods_per_year` cannot be told from the rows of `{name}`: they are undated, irregular "
        "or too few. Pass it: 252 for days, 52 for weeks, 12 for months, 4 for quarters."
    )


def in_words(periods: int | None) -> str:
    """Say how many periods a year were counted, for a result's facts."""
    kind = next((f" ({kind})" for _, _, kind, n in KINDS if n == periods), "")
    return "unknown: pass `periods_per_year`" if periods is None else f"{periods}{kind}"


def check_spacing(left: pd.DataFrame, right: pd.DataFrame, names: tuple[str, str]) -> None:
    """Raise `InputError` where rows of the two, or of their columns, are unlike periods.

    What counts are the rows that have a value: month ends among days are monthly.
    """
    sides = first, other = _known_rows(left), _known_rows(right)
    if len(first) == 1 and left.index.equals(right.index) and np.array_equal(first, other):
        return
    found = [
        (gap, days[rows], frame.index[rows], name)
        for frame, side, name in zip((left, right), sides, names, strict=True)
        if (days := _days(frame.index)) is not None
        for rows in side
        if (gap := _usual_gap(days[rows])) is not None
    ]
    if len(found) < 2:
        return
    usual, *_, fine = min(found, key=itemgetter(0))
    far = [one for one in found if one[0] > ALIKE * usual]
    # A column that misses many rows still has neighbours: more than a tenth of its gaps are small.
    apart = [one for one in far if np.sort(np.diff(one[1]))[len(one[1]) // 10] > ALIKE * usual]
    if not apart:
        return
    most, _, index, coarse = max(apart, key=itemgetter(0))
    rule = f'.resample("{_alias(index, most)}")'
    raise InputError(
        f"The rows of `{fine}` are {_called(usual)}, those of `{coarse}` {_called(most)}: they are "
        f"not the same periods, and what `{fine}` says at a date may lie inside a period of "
        f"`{coarse}`. Make `{fine}` coarser first: `{fine}{rule}.last()` if it is known at its "
        f"date (a signal, a level), `(1 + {fine}){rule}.prod() - 1` if it is a return. For rows "
        f"picked on purpose, such as every January, pick the same of both: `.loc`."
    )


def _known_rows(frame: pd.DataFrame) -> list[Rows]:
    """Rows that have a value: those of each column looked at; one for all if none is missing."""
    there = ~np.isnan(frame.to_numpy()[:, looked_at(frame.shape[1])])
    if there.all():
        return [there[:, 0]]
    return [rows for rows in there.T if rows.sum() >= FEWEST_OF_GAPPY]


def looked_at(columns: int) -> slice:
    """Return which columns are looked at: all of them, or about `LOOKED_AT`, evenly spread."""
    return slice(None, None, max(1, columns // LOOKED_AT))


def _called(days: int | None) -> str:
    if days == 0:
        return "several a day"
    return next((kind for a, b, kind, _ in KINDS if a <= (days or 0) <= b), f"{days} days apart")


def _alias(index: pd.Index, days: int) -> str:
    """What pandas calls dates like these."""
    kind, periods = _called(days), isinstance(index, pd.PeriodIndex)
    if kind == "weekly" and isinstance(index, pd.DatetimeIndex):
        return f"W-{index[-1].day_name()[:3].upper()}"
    if kind == "monthly" and isinstance(index, pd.DatetimeIndex) and (index.day == 1).all():
        return "MS"
    letter = {"daily": "B", "weekly": "W", "monthly": "M", "quarterly": "Q", "yearly": "Y"}
    alias = letter.get(kind, f"{days}D")
    return alias if periods or kind in ("daily", "weekly") or kind not in letter else f"{alias}E"
