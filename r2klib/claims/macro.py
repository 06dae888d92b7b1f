"""Macro signals as they were known at the time, and the turning points of the business cycle."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from r2klib.data import Dataset
from r2klib.stats import recession_indicator, rolling_zscore

#: Ten years of months behind every z-score, at least five of them observed.
Z_WINDOW, Z_MIN = 120, 60
#: What the growth composite is made of, and whether more means stronger.
COMPOSITE = {"PAYEMS": 1, "INDPRO": 1, "UNRATE": -1}
REVISED = "revised, with publication lag"


def known_at(series: pd.Series, lag_days: int, dates: pd.Index) -> pd.Series:
    """The latest value of `series` that had been published by each of `dates`.

    Parameters
    ----------
    series : Series
        Indexed by the end of the observation period.
    lag_days : int
        Days from there to publication.
    dates : DatetimeIndex
        When one looks, sorted.

    Returns
    -------
    Series
        On `dates`; NaN before the first publication.
    """
    published = series.dropna()
    if published.empty:
        return pd.Series(np.nan, index=dates, name=series.name)
    stamps = pd.DatetimeIndex(published.index) + pd.Timedelta(days=lag_days)
    position = stamps.searchsorted(pd.DatetimeIndex(dates), side="right") - 1
    values = np.where(position >= 0, published.to_numpy()[np.maximum(position, 0)], np.nan)
    return pd.Series(values, index=dates, name=series.name)


def published_by(series: pd.Series, lag_days: int, date: pd.Timestamp) -> pd.Series:
    """The part of `series` that had been published by `date`, under the index it came with."""
    stamps = pd.DatetimeIndex(series.index) + pd.Timedelta(days=lag_days)
    return series[stamps <= date]


def inflation(data: Dataset) -> pd.Series:
    """12-month rise of consumer prices by reference month, percent; NaN months left out."""
    prices = data.series("CPIAUCSL").asfreq("ME")
    return (100 * prices.pct_change(12, fill_method=None)).dropna().rename("inflation")


def lag_of(data: Dataset, *ids: str) -> int:
    """Days until the last of these series is published."""
    return max(data.provenance[series].lag_days for series in ids)


def growth_composite(data: Dataset) -> pd.Series:
    """Growth of the economy by reference month, in standard deviations of its last ten years.

    The mean of the z-scores of 12-month log growth of payrolls and of industrial production and
    of minus the 12-month change of the unemployment rate; each z looks back 120 months (at least
    60). A month in which one component was never published is the mean of the other two.

    Returns
    -------
    Series
        Month-end index of the month the data speak of; it was published `lag_of` days later.
    """
    return composite_parts(data).mean(axis="columns", skipna=True).dropna().rename("growth")


def composite_parts(data: Dataset) -> pd.DataFrame:
    """The three z-scores of `growth_composite`; at least two must be there for a row to count."""
    parts = {}
    for series, sign in COMPOSITE.items():
        level = data.series(series).asfreq("ME")
        change = level.diff(12) if series == "UNRATE" else np.log(level).diff(12)
        parts[series] = sign * rolling_zscore(change.dropna(), Z_WINDOW, Z_MIN)
    frame = pd.DataFrame(parts)
    return frame[frame.notna().sum(axis="columns") >= 2]


def sahm(data: Dataset) -> pd.Series:
    """Sahm's recession signal by reference month, percentage points; 0.5 or more has fired.

    Three-month mean of the unemployment rate minus the lowest such mean of the 12 months before.
    Here from revised data, so it is what today's figures say of then.
    """
    rate = data.series("UNRATE").asfreq("ME").rolling(3, min_periods=2).mean()
    return (rate - rate.rolling(12, min_periods=12).min().shift(1)).dropna().rename("sahm")


def recessions(data: Dataset, index: pd.Index) -> pd.Series:
    """Whether each month is in an NBER recession: hindsight, dated by the turning points."""
    points = data.frame("NBER")
    return recession_indicator(
        business_cycles(points),
        pd.DatetimeIndex(index),
        known_from=points.index[0],
        known_through=max(points.index[-1], index[-1]),
    )


def troughs(data: Dataset) -> pd.DatetimeIndex:
    """Month ends of the NBER's troughs; hindsight."""
    points = data.frame("NBER")
    return pd.DatetimeIndex(points.index[points["kind"] == "trough"])


def business_cycles(points: pd.DataFrame) -> pd.DataFrame:
    """Peak and trough of each recession, one row a recession; NaT for a trough yet to come."""
    peaks = points.index[points["kind"] == "peak"]
    troughs = points.index[points["kind"] == "trough"]
    after = troughs.searchsorted(peaks, side="right")
    ends = [troughs[int(i)] if i < len(troughs) else pd.NaT for i in after]
    return pd.DataFrame({"peak": peaks, "trough": pd.DatetimeIndex(ends)})


def recession_spans(
    data: Dataset, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[tuple[dt.date, dt.date], ...]:
    """Peak and trough of each recession between two dates, for shading a figure."""
    if "NBER" not in data:
        return ()
    cycles = business_cycles(data.frame("NBER")).fillna({"trough": end})
    cut = [
        (max(peak, start), min(trough, end))
        for peak, trough in zip(cycles["peak"], cycles["trough"], strict=True)
    ]
    return tuple((low.date(), high.date()) for low, high in cut if low < high)


def policy_target(data: Dataset) -> pd.Series | None:
    """The federal funds target by day from 1990, its upper limit where a range; None if not held.

    Before 1990 the Committee had targets but did not say so at the time.
    """
    held = [data.series(name).dropna() for name in ("DFEDTAR", "DFEDTARU") if name in data]
    if not held:
        return None
    target: pd.Series = pd.concat(held).rename("target")
    return target[~target.index.duplicated(keep="last")].sort_index()["1990":]


def volatility(yields: pd.Series) -> pd.Series:
    """Standard deviation of 63 daily changes of a yield, percentage points; days it was quoted."""
    return yields.dropna().diff().rolling(63).std().dropna()


def volatility_gap(yields: pd.Series) -> pd.Series:
    """`volatility` less its median of ten years of trading days (at least five)."""
    found = volatility(yields)
    return found - found.rolling(2520, min_periods=1260).median()
