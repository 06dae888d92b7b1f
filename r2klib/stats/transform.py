"""Prices to returns and back, month-end stamps, annual figures, z-scores known at the time.

Returns are decimals (0.01 is one percent). Nothing is filled: a missing value stays missing.
"""

from __future__ import annotations

from typing import TypeVar, overload

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from r2klib.errors import InputError, check_of_pandas
from r2klib.stats._inputs import (
    Array,
    as_frame,
    check_index,
    listed,
    shown,
    span,
    whole,
)

Labelled = TypeVar("Labelled", pd.Series, pd.DataFrame)


def log_returns(prices: Labelled) -> Labelled:
    r"""Return :math:`r_t = \log P_t - \log P_{t-1}`.

    Parameters
    ----------
    prices : Series (T,) or DataFrame (T, K)
        Prices or index levels, positive; sorted, one row per date.

    Returns
    -------
    Series (T-1,) or DataFrame (T-1, K)
        Decimals; NaN where the price or the one before is missing.

    Raises
    ------
    InputError
        Prices that are not positive, or not dated one by one.

    Examples
    --------
    >>> prices = pd.Series([100.0, 110.0, 99.0], pd.date_range("2024-01-31", periods=3, freq="ME"))
    >>> r2klib.log_returns(prices).round(4).tolist()
    [0.0953, -0.1054]
    """
    P = above(0, prices, "prices")
    return _shaped((P / P.shift(1)).apply(np.log).iloc[1:], prices)


def to_log(simple: Labelled) -> Labelled:
    r"""Return :math:`\log(1 + R)` of simple returns.

    Parameters
    ----------
    simple : Series (T,) or DataFrame (T, K)
        Decimals, any frequency.

    Returns
    -------
    Series or DataFrame
        Decimals, of the same shape; NaN stays NaN.

    Raises
    ------
    InputError
        For returns of -1 or less, which have no logarithm.

    Examples
    --------
    >>> simple = pd.Series([0.1, -0.1], pd.date_range("2024-01-31", periods=2, freq="ME"))
    >>> r2klib.to_log(simple).round(4).tolist()
    [0.0953, -0.1054]
    """
    rule = "be above -1 (decimals: 0.01 is one percent)"
    return _shaped(above(-1, simple, "simple", rule).apply(np.log1p), simple)


def to_simple(log: Labelled) -> Labelled:
    r"""Return :math:`e^r - 1` of log returns.

    Parameters
    ----------
    log : Series (T,) or DataFrame (T, K)
        Decimals, any frequency.

    Returns
    -------
    Series or DataFrame
        Decimals, of the same shape; NaN stays NaN.

    Raises
    ------
    InputError
        For anything but numbers in a Series or DataFrame, and an unsorted or repeating index.

    Examples
    --------
    >>> log = pd.Series([0.1, -0.1], pd.date_range("2024-01-31", periods=2, freq="ME"))
    >>> r2klib.stats.to_simple(log).round(4).tolist()
    [0.1052, -0.0952]
    """
    return _shaped(_floats(log, "log").apply(np.expm1), log)


@overload
def to_month_end(dated: pd.DatetimeIndex | pd.PeriodIndex) -> pd.DatetimeIndex: ...
@overload
def to_month_end(dated: Labelled) -> Labelled: ...
def to_month_end(
    dated: pd.DatetimeIndex | pd.PeriodIndex | pd.Series | pd.DataFrame,
) -> pd.DatetimeIndex | pd.Series | pd.DataFrame:
    """Move monthly stamps (month start, last trading day, periods) to the calendar month end.

    Parameters
    ----------
    dated : DatetimeIndex, PeriodIndex, or a Series or DataFrame with such an index
        One row per month, sorted.

    Returns
    -------
    DatetimeIndex, Series or DataFrame
        The same values, NaN included, at midnight of the last calendar day. Time zones are dropped.

    Raises
    ------
    InputError
        If the index has no dates, is unsorted, or has two rows in one month: which of them stands
        for the month is the caller's choice.

    Examples
    --------
    >>> first_days = pd.date_range("2024-01-01", periods=2, freq="MS")
    >>> r2klib.to_month_end(first_days).strftime("%Y-%m-%d").tolist()
    ['2024-01-31', '2024-02-29']
    """
    if isinstance(dated, pd.Series | pd.DataFrame):
        moved = dated.copy()
        moved.index = to_month_end(dated.index)  # type: ignore[call-overload]
        return moved
    check_index(dated, "dated")
    if not isinstance(dated, pd.DatetimeIndex | pd.PeriodIndex):
        raise InputError(
            "`dated` must carry a DatetimeIndex or a PeriodIndex; it carries a "
            f"{type(dated).__name__}."
        )
    months = months_of(dated)
    if not months.is_unique:
        raise InputError(
            f"`dated` must have one row per month; it spans {span(dated)} with several rows in "
            f"{listed(list(months[months.duplicated()].unique()))}. Aggregate first, for instance "
            '`.resample("ME").last()`.'
        )
    ends = months.to_timestamp(how="end").normalize()
    return pd.DatetimeIndex(ends, name=dated.name)


def months_of(index: pd.Index) -> pd.PeriodIndex:
    """Return the calendar month of each date of a DatetimeIndex or PeriodIndex."""
    if isinstance(index, pd.PeriodIndex):
        return index.asfreq("M")
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).to_period("M")
    raise InputError(
        f"A DatetimeIndex or a PeriodIndex is needed; a {type(index).__name__} has no months."
    )


def check_consecutive(index: pd.Index, name: str) -> None:
    """Raise `InputError` where dates skip a month or repeat one."""
    steps = np.diff(months_of(index).astype("int64"))
    if (steps != 1).any():
        after = shown(index[int(np.argmax(steps != 1))])
        raise InputError(f"`{name}` must be consecutive months, one row each; see after {after}.")


def rolling_zscore(x: Labelled, window: int, min_obs: int | None = None) -> Labelled:
    r"""Return :math:`z_t = (x_t - \bar x_{t-w+1:t}) / s_{t-w+1:t}`, which uses nothing after t.

    Parameters
    ----------
    x : Series (T,) or DataFrame (T, K)
        Any frequency, any unit, sorted; each row dated when its value was *known*.
    window : int
        Rows looked back on, the current one included.
    min_obs : int, optional
        Values that must be there; by default the whole window.

    Returns
    -------
    Series or DataFrame
        Of the shape of `x`, in standard deviations (n - 1). NaN where x is NaN, where fewer than
        `min_obs` of the `window` rows have a value, and where the window is constant.

    Raises
    ------
    InputError
        For a window under 2, `min_obs` outside 2..window, an unsorted index, infinite values.

    Examples
    --------
    >>> z = r2klib.stats.rolling_zscore(r2klib.load("sample").series("UNRATE"), 120)
    >>> z.loc["2009-08-31":"2009-10-31"].round(1).tolist()
    [3.5, 3.4, 3.4]
    """
    frame = _floats(x, "x")
    window = whole(window, "window", 2)
    needed = whole(window if min_obs is None else min_obs, "min_obs", 2, window)
    return _shaped(frame.apply(_zscores, raw=True, window=window, needed=needed), x)


def _zscores(x: Array, window: int, needed: int) -> Array:
    """Each window summed by itself: running sums keep a trace of an outlier that has left."""
    window = min(window, len(x))
    views = sliding_window_view(np.concatenate([np.full(window - 1, np.nan), x]), window)
    chunk = max(1, 2**21 // window)
    z, held = np.full(len(x), np.nan), np.flatnonzero(np.isfinite(x))
    for i in range(0, len(held), chunk):
        some = held[i : i + chunk]
        z[some] = _last_zscore(views[some], needed)
    return z


def _last_zscore(windows: Array, needed: int) -> Array:
    """Standard deviations of each row's last value from its mean, in distances from that value."""
    away = windows - windows[:, -1:]
    missing = np.isnan(away)
    n = windows.shape[1] - missing.sum(axis=1)
    enough = n >= needed
    away[missing] = 0.0
    mean = away.sum(axis=1) / np.where(enough, n, 1)
    away -= mean[:, None]
    away[missing] = 0.0
    spread = np.square(away, out=away).sum(axis=1)
    sound = enough & (spread > 0)
    sd = np.sqrt(np.where(sound, spread, 1.0) / np.where(sound, n - 1, 1))
    return np.where(sound, -mean / sd, np.nan)


def _floats(value: pd.Series | pd.DataFrame, name: str) -> pd.DataFrame:
    check_of_pandas(value, name)
    if not isinstance(value, pd.Series | pd.DataFrame):
        raise InputError(f"`{name}` must be a Series or a DataFrame; it is {type(value).__name__}.")
    return as_frame(value, name)


def _shaped(frame: pd.DataFrame, like: Labelled) -> Labelled:
    """Give `frame` back as the type that came in."""
    if isinstance(like, pd.DataFrame):
        return frame
    series = frame.iloc[:, 0]
    series.name = like.name
    return series


def above(
    bound: float, value: pd.Series | pd.DataFrame, name: str, rule: str = "be positive"
) -> pd.DataFrame:
    """Return `value` as floats, none at `bound` or below, or raise `InputError` with the rule."""
    frame = _floats(value, name)
    wrong = frame <= bound
    if wrong.to_numpy().any():
        column = wrong.any().idxmax()
        dates = list(wrong.index[wrong[column]])
        raise InputError(f"`{name}` must {rule}; {shown(column)!r} is not at {listed(dates)}.")
    return frame
