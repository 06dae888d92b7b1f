"""Falls and recoveries of a level, recessions by month, windows after events.

Every date says when it could be *known*: a trough is dated by the low, but known only at the
rebound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError, check_day_is_plain
from r2klib.stats._inputs import (
    as_series,
    check_index,
    fraction,
    listed,
    number,
    shown,
    span,
    whole,
)
from r2klib.stats._result import Result, plain
from r2klib.stats.transform import months_of

Month = str | date | pd.Timestamp | pd.Period | None

#: What rounding may cost a fall or a rise of exactly the size asked for, relative to the level.
ROUNDING = 1e-12


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Drawdowns(Result):
    """Falls of a level, and how far below its highest it was.

    Attributes
    ----------
    table : DataFrame
        One row per fall, oldest first (no rows if there was none): `peak`, `fall_known`, `trough`
        (the low so far while `trough_known` is NaT), `trough_known`, `recovery` (first date back at
        the peak's level, NaT if none) and `depth` (decimals, negative).
    depths : Series (T,)
        The level over its highest so far, less one: decimals, zero at a new high. A fall that began
        before the old high was back is deeper here than in `table`.
    threshold, rebound : float
        Fall that counts, and rise from its low that ends it, decimals.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")
    >>> falls = r2klib.drawdowns((1 + factors["Mkt-RF"] + factors["RF"]).cumprod())
    >>> falls.table[["peak", "trough"]].tail(1).to_dict("list")
    {'peak': [Timestamp('2007-10-31 00:00:00')], 'trough': [Timestamp('2009-02-28 00:00:00')]}
    >>> round(float(falls.depths.min()), 2)  # in 1932
    -0.84
    >>> axes = falls.plot(figsize=(8, 3))
    """

    table: pd.DataFrame
    depths: pd.Series
    threshold: float
    rebound: float

    @property
    def title(self) -> str:
        """How many falls, and of what size."""
        n = len(self.table)
        return f"{n} fall{'' if n == 1 else 's'} of {100 * self.threshold:g} % or more"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, where it ends, and method."""
        return {
            "sample": span(self.depths.index),
            "at its end": f"{100 * abs(self.depths.iloc[-1]):.1f} % below the highest so far",
            "method": f"a fall ends with a rise of {100 * self.rebound:g} % from its low; peaks, "
            "troughs and recoveries are dated with hindsight",
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the falls, a row each."""
        return self.table

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        sizes = {"threshold": self.threshold, "rebound": self.rebound}
        return sizes | {"falls": plain(self.table.to_dict(orient="records"))}

    def plot(self, **how: Any) -> Any:
        """Draw how far the level was below its highest so far, in percent, and mark the troughs.

        Parameters
        ----------
        **how
            For pandas' `plot`, such as ``ax`` or ``figsize``.

        Returns
        -------
        matplotlib Axes
            In the style that matplotlib has been given.
        """
        depths = 100 * self.depths
        low = depths.where(depths.index.isin(self.table["trough"]))
        lines = pd.DataFrame({"below the highest so far": depths, "trough": low})
        return lines.plot(**{"style": ["-", "v"], "ylabel": "%", **how})


def drawdowns(levels: pd.Series, threshold: float = 0.20, rebound: float = 0.20) -> Drawdowns:
    r"""Date falls of at least `threshold`, each ended by a rise of `rebound` from its low.

    A fall is known at the first date with :math:`P_t \le (1 - \text{threshold}) \max P`, the
    maximum since the last rebound; its low is known at the first later date with
    :math:`P_t \ge (1 + \text{rebound}) \min P`. The next peak is searched from there on. Both
    rules hold to one part in :math:`10^{12}`, so that a fall from 100 to 66 is one of 0.34 whatever
    a computer makes of 1 - 0.34.

    Parameters
    ----------
    levels : Series (T,)
        Positive prices or total-return levels, daily or monthly, complete, sorted.
    threshold, rebound : float
        Decimals; threshold in (0, 1), rebound above 0.

    Returns
    -------
    Drawdowns

    Raises
    ------
    InputError
        For levels that are missing or not positive, no dates, unsorted or duplicate dates.

    References
    ----------
    Lunde and Timmermann (2004), Journal of Business & Economic Statistics 22, 253-273.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")
    >>> falls = r2klib.drawdowns((1 + factors["Mkt-RF"] + factors["RF"]).cumprod())
    >>> falls.table["depth"].tail(2).round(2).tolist()
    [-0.45, -0.5]
    """
    series = as_series(levels, "levels")
    P = series.to_numpy()
    if not (P > 0).all():  # NaN lands here too
        raise InputError("`levels` must be positive and complete; drop missing dates first.")
    months_of(series.index)
    floor = (1 - fraction(threshold, "threshold")) * (1 + ROUNDING)
    if number(rebound, "rebound") <= 0:
        raise InputError(f"`rebound` must be above 0; it is {rebound!r}.")
    lift = (1 + rebound) * (1 - ROUNDING)
    found: list[dict[str, int]] = []
    high, low = 0, -1  # positions; low is -1 while no fall is open
    for t in range(len(P)):
        if low < 0:
            if P[t] > P[high]:
                high = t
            elif P[t] <= floor * P[high]:
                low = t
                found.append({"peak": high, "fall_known": t, "trough": t, "trough_known": -1})
        elif P[t] < P[low]:
            low = found[-1]["trough"] = t
        elif P[t] >= lift * P[low]:
            found[-1]["trough_known"] = t
            high, low = t, -1
    return Drawdowns(
        table=_episodes(series, found),
        depths=series / series.cummax() - 1,
        threshold=threshold,
        rebound=rebound,
    )


def _episodes(series: pd.Series, found: list[dict[str, int]]) -> pd.DataFrame:
    P = series.to_numpy()
    for episode in found:
        back = np.flatnonzero(P[episode["trough"] :] >= P[episode["peak"]])
        episode["recovery"] = episode["trough"] + int(back[0]) if len(back) else -1
    names = ["peak", "fall_known", "trough", "trough_known", "recovery"]
    at = {name: np.array([episode[name] for episode in found], dtype=int) for name in names}
    dates = {name: series.index.take(rows).where(rows >= 0) for name, rows in at.items()}
    return pd.DataFrame(dates).assign(depth=P[at["trough"]] / P[at["peak"]] - 1)


def recession_indicator(
    turning_points: pd.DataFrame,
    index: pd.Index,
    *,
    known_from: Month = None,
    known_through: Month = None,
) -> pd.Series:
    """Mark the months of recession: those after a peak, up to and including its trough.

    Parameters
    ----------
    turning_points : DataFrame
        Columns `peak` and `trough`, dates in any day of the month, oldest first; a last trough that
        is missing (NaT) means that the recession goes on.
    index : DatetimeIndex or PeriodIndex
        Sorted dates to mark, monthly or finer; each belongs to its calendar month.
    known_from, known_through : date-like, optional
        First and last month for which the table speaks. By default the first peak and the last
        turning point: before them and after them the table alone does not tell.

    Returns
    -------
    Series of bool
        On `index`. The convention is that of FRED's USREC: the peak month is expansion, the trough
        month recession. Dated with hindsight: the committee announces months later.

    Raises
    ------
    InputError
        For dates outside the known months, turning points that do not alternate, missing columns,
        and what is no date.

    Examples
    --------
    >>> months = pd.date_range("2007-12-31", "2009-06-30", freq="ME")
    >>> dates = pd.DataFrame({"peak": months[[0]], "trough": months[[-1]]})
    >>> int(r2klib.stats.recession_indicator(dates, months).sum()), len(months)
    (18, 19)
    """
    peaks, troughs = _turning_months(turning_points)
    check_index(index, "index")
    months = months_of(index)
    last = peaks[-1] if len(troughs) < len(peaks) else troughs[-1]
    start = peaks[0] if known_from is None else _month(known_from, "known_from")
    end = last if known_through is None else _month(known_through, "known_through")
    if months[0] < start or months[-1] > end:
        raise InputError(
            f"`index` spans {months[0]} .. {months[-1]}, but the turning points are taken to speak "
            f"for {start} .. {end} only. Cut the index, or say with `known_from` and "
            "`known_through` how far expansions (or an open recession) are known to reach."
        )
    begun = peaks.astype("int64").to_numpy()
    ended = troughs.astype("int64").to_numpy()
    at = months.astype("int64").to_numpy()
    # Peaks strictly before the month, less troughs strictly before it: 1 in recession, else 0.
    inside = np.searchsorted(begun, at) - np.searchsorted(ended, at)
    return pd.Series(inside == 1, index, name="recession")


def _turning_months(table: pd.DataFrame) -> tuple[pd.PeriodIndex, pd.PeriodIndex]:
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"`turning_points` must be a DataFrame; it is a {type(table).__name__}.")
    if [*table.columns].count("peak") != 1 or [*table.columns].count("trough") != 1 or table.empty:
        raise InputError(
            "`turning_points` must have the columns peak and trough and at least one row; it has "
            f"{listed(list(table.columns))} and {len(table)} rows."
        )
    peaks, troughs = (months_of(as_dates(table[name], name)) for name in ("peak", "trough"))
    troughs = troughs[:-1] if troughs[-1:].hasnans else troughs
    if peaks.hasnans or troughs.hasnans:
        raise InputError("`turning_points` may miss only its last trough.")
    merged = [month for pair in zip(peaks, troughs, strict=False) for month in pair]
    months = pd.PeriodIndex([*merged, *peaks[len(troughs) :]], freq="M")
    if not (months.is_monotonic_increasing and months.is_unique):
        raise InputError("`turning_points` must alternate: peak, trough, next peak, oldest first.")
    return peaks, troughs


def as_dates(values: Iterable[object], name: str) -> pd.DatetimeIndex | pd.PeriodIndex:
    """Read dates of any kind but bare numbers, which pandas takes for nanoseconds since 1970.

    Text that may be two days raises `InputError`, as what is no date does.
    """
    given = list(values)
    for value in given:
        check_day_is_plain(value, name)
    try:
        found: pd.Index = pd.Index(given)
        unknown = found.dtype == float and found.isna().all()  # a column of missing dates
        if unknown or not pd.api.types.is_numeric_dtype(found):
            return found if isinstance(found, pd.PeriodIndex) else pd.DatetimeIndex(found)
    except (TypeError, ValueError, NotImplementedError):
        pass
    raise InputError(f"`{name}` must be dates, such as '2000-03-31'; it is {shown(values)}.")


def _month(value: Month, name: str) -> pd.Period:
    return months_of(as_dates([value], name))[0]


def stacked_windows(index: pd.Index, events: Iterable[object], horizon: int) -> pd.Series:
    """Mark the `horizon` months after each event, counting a month once however many claim it.

    Parameters
    ----------
    index : DatetimeIndex or PeriodIndex
        Sorted dates, one row per month.
    events : sequence of dates
        When each event was known. The month of the event is not marked: its return was partly
        earned before.
    horizon : int
        Months h; the months after an event of month t are t+1 .. t+h.

    Returns
    -------
    Series of bool
        On `index`. Windows reach into the index from events before it, and are cut at its end.

    Raises
    ------
    InputError
        For no events, missing dates among them, or no event that marks any month.

    Examples
    --------
    >>> months = pd.date_range("2009-01-31", periods=12, freq="ME")
    >>> months[r2klib.stats.stacked_windows(months, [months[2], months[4]], 3)].month.tolist()
    [4, 5, 6, 7, 8]
    """
    check_index(index, "index")
    months = months_of(index)
    if not months.is_unique:
        raise InputError("`index` must have one row per month.")
    at = months.astype("int64").to_numpy()
    event = event_months(events)
    h = whole(horizon, "horizon", 1)
    # Inside if an event lies in the months t-h .. t-1: count those before t, less those before t-h.
    marked = np.searchsorted(event, at) > np.searchsorted(event, at - h)
    if not marked.any():
        raise InputError(
            f"`events` mark no month: {len(event)} events against {months[0]} .. {months[-1]}."
        )
    return pd.Series(marked, index, name="window")


def event_months(events: Iterable[object]) -> NDArray[np.int64]:
    """Return the distinct months of the events as sorted ordinals."""
    dates = as_dates(events, "events")
    if len(dates) == 0 or dates.hasnans:
        raise InputError(
            f"`events` must be dates, none of them missing; {np.count_nonzero(dates.isna())} of "
            f"{len(dates)} are. Drop the events not known yet: `.dropna()`."
        )
    return np.unique(months_of(dates).astype("int64").to_numpy())
