"""The score of the thesis by month: which pillars held with what was then published.

Four conditions a month, one point each: the economy strengthens (E0), rates are easing or on hold
and calm (R0), small companies are cheap (V0), and no risk light is on (K0). Sectors have no
monthly state. Every condition of a month uses what had been published by its end: the vintage of
the day where the edition keeps releases, today's figures with their publication lag otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from r2klib.claims import pairs, signals
from r2klib.claims.book_to_market import log_relative, sides
from r2klib.claims.nouns import Interval, kind_of
from r2klib.data import Dataset
from r2klib.data.publication import Publication
from r2klib.stats import ols_hac

#: The conditions in words, by column of `conditions`.
PARTS = {
    "economy": "the economy strengthens",
    "rates": "rates ease or hold, calmly",
    "valuation": "small is cheap",
    "calm": "no risk light is on",
}
#: A funds rate that rose by no more than this over 6 months is on hold: it is an average.
TOLERANCE = 0.10
#: Share of all past values at or below the present one, from which it counts as high.
HIGH = 0.80
#: From here on all companies had to file accounts; their percentile must be high too.
SINCE_1963 = "1963-07"
#: Years that a daily gauge must have behind it.
PAST = 10
#: Months over which small companies must have lagged, where valuations are not at hand.
REVERSAL = 60


def months_of(data: Dataset) -> pd.DatetimeIndex:
    """Month ends from 1949 to the last month that had ended.

    Bond yields are averages of months that are over, so their last stamp says which that is.
    """
    return pd.date_range("1949-01-31", data.last("BAA"), freq="ME", unit="us")


def conditions(data: Dataset, *, bill: bool = False, daily_gauges: bool = False) -> pd.DataFrame:
    """The four conditions by month, 1 where met and 0 where not, as published by its end.

    Columns of `PARTS`, month-end index; NaN where a condition could not yet be read. With `bill`,
    policy before July 1954 is read off the 3-month bill, which lets the score start earlier; with
    `daily_gauges`, the VIX and the Baa-10-year spread light the stress light too.
    """
    months = months_of(data)
    on = lights(data, months, daily_gauges=daily_gauges)
    return pd.DataFrame(
        {
            "economy": economy(data, months),
            "rates": rates(data, months, bill=bill),
            "valuation": valuation(data, months),
            "calm": 1 - on.max(axis="columns", skipna=False),
        }
    )


def revised_series(data: Dataset) -> tuple[str, ...]:
    """What the conditions read of series that are revised."""
    return (*signals.composite_of(data), "CPIAUCSL")


def total(parts: pd.DataFrame) -> pd.Series:
    """How many conditions are met, of those in `parts`; only months in which all can be read."""
    return parts.sum(axis="columns", skipna=False).dropna().rename("score")


def share_to_date(x: pd.Series) -> pd.Series:
    """Share of the values so far, this one included, that are no higher; in [0, 1]."""
    return x.expanding().rank(method="max", pct=True)


def economy(data: Dataset, months: pd.DatetimeIndex) -> pd.Series:
    """E0: the growth composite above its median of 120 months, and risen in 6, like for like."""
    return signals.read(data, _strengthens, *signals.composite_of(data), dates=months)


def _strengthens(levels: signals.Levels) -> pd.DataFrame:
    growth, rise = signals.growth(levels), signals.like_for_like(levels)
    met = (growth > growth.rolling(120, min_periods=7).median()) & (rise > 0)
    return met.astype(float).where(growth.notna() & rise.notna())


def rates(data: Dataset, months: pd.DatetimeIndex, *, bill: bool = False) -> pd.Series:
    """R0: the policy rate no higher than 6 months before and, in live editions, yields calm.

    The target decides from the month in which the edition's targets begin; before, the monthly
    average of the funds rate, which may be up to 0.10 points higher. Calm is as in R0: the 63-day
    volatility of the 2-year yield below its 10-year median, of the 10-year yield before the 2-year
    has a median. Months before either go by the policy rate alone; so does the sample, as declared,
    whose yields start in 1990.
    """
    met = _no_higher(data, "FEDFUNDS", months)
    if bill:
        met = met.fillna(_no_higher(data, "TB3MS", months))
    target = signals.policy_target(data)
    if target is not None:
        change = signals.known_at(target, signals.AT_ONCE, months).diff(6)
        met = (change <= 0).astype(float).where(change.notna(), met)
    if data.kind == "sample":
        return met
    quiet = pd.Series(np.nan, index=months)
    for series in ("DGS2", "DGS10"):
        if series in data:
            gap = signals.volatility_gap(data.series(series)).dropna()
            quiet = quiet.fillna(signals.known_at((gap < 0).astype(float), signals.AT_ONCE, months))
    return met.where(quiet.isna() | met.isna(), met * quiet)


def _no_higher(data: Dataset, series: str, months: pd.DatetimeIndex) -> pd.Series:
    change = data.series(series).asfreq("ME").diff(6).dropna()
    state = (change <= TOLERANCE + 1e-9).astype(float)
    return signals.known_at(state, signals.rule_of(data, series), months)


#: Conditions met, of the four, from which a month counts as one of the thesis.
FULL = 3
#: Newey-West lags of outcomes that overlap in 11 months.
LAGS = 18


@dataclass(frozen=True)
class TrackRecord:
    """How often small companies led the year after a month, percent, and of how many months.

    `interval` holds the 90 % interval of `full`, Newey-West: years that overlap move together.
    """

    full: float
    interval: Interval
    n_full: int
    all: float
    n_all: int


def record(walked: pd.DataFrame) -> TrackRecord | None:
    """How often months with most conditions met came true, and all months that were forecast.

    `walked` has columns ``score``, ``outcome`` and ``probability`` by month. None where no forecast
    month met so many conditions.
    """
    used = walked.dropna(subset=["score", "outcome", "probability"])
    outcome, full = 100 * used["outcome"], (used["score"] >= FULL).to_numpy(dtype=float)
    if not full.any():
        return None
    groups = pd.DataFrame({"full": full, "rest": 1 - full}, used.index)
    fit = ols_hac(outcome, groups.loc[:, groups.any()], LAGS, add_constant=False)
    low, high = fit.conf_int(0.90).loc["full"].to_numpy(dtype=float)
    return TrackRecord(
        full=float(fit.params["full"]),
        interval=Interval((float(low), float(high))),
        n_full=int(full.sum()),
        all=float(outcome.mean()),
        n_all=len(used),
    )


def valuation(data: Dataset, months: pd.DatetimeIndex) -> pd.Series:
    """V0: small companies at least as cheap as in 80 % of all months to date.

    Rolled relative book-to-market, among all months since 1926 and among those since July 1963;
    the cap is that of the month before, for the library comes out in the month that follows. In
    the sample, where valuations are not at hand: lagging over 60 months by as much.
    """
    if data.kind == "sample":
        share = share_to_date(reversal(data))
        return (share >= HIGH).astype(float).reindex(months)
    gap = log_relative(data, *sides(data))
    later = share_to_date(gap.loc[SINCE_1963:]).reindex(gap.index).fillna(1.0)
    met = ((share_to_date(gap) >= HIGH) & (later >= HIGH)).astype(float)
    return met.set_axis(pd.DatetimeIndex(met.index) + pd.offsets.MonthEnd(1)).reindex(months)


def reversal(data: Dataset) -> pd.Series:
    """How far small companies lagged over the last 60 months: minus the sum of d, decimals."""
    d = pairs.get(pairs.SLOW[kind_of(data)]).d(data)
    return -d.rolling(REVERSAL).sum().dropna()


def lights(data: Dataset, months: pd.DatetimeIndex, *, daily_gauges: bool = False) -> pd.DataFrame:
    """K0's lights by month, 1 where on: slowdown, inflation, stress.

    Stress is the Baa-Aaa spread in every edition: the only gauge that reaches back far enough for
    the score to mean the same in all months. With `daily_gauges`, the VIX and the Baa-10-year
    spread light it too, once ten years of each were known.
    """
    spread = (data.series("BAA") - data.series("AAA")).dropna()
    high = (share_to_date(spread) >= HIGH).astype(float)
    found = pd.DataFrame(
        {
            "slowdown": signals.read(data, _slowdown, "UNRATE", dates=months),
            "inflation": signals.read(data, _high_inflation, "CPIAUCSL", dates=months),
            "stress": signals.known_at(high, signals.rule_of(data, "BAA", "AAA"), months),
        }
    )
    if daily_gauges:
        for gauge, rule in _daily_gauges(data):
            high = (share_to_date(gauge) >= HIGH).astype(float)
            high = high[high.index >= gauge.index[0] + pd.DateOffset(years=PAST)]
            # Where the spread is missing, a gauge that is off does not make the month a calm one.
            on = signals.known_at(high, rule, months) == 1
            found["stress"] = found["stress"].mask(on, 1.0)
    return found


def _slowdown(levels: signals.Levels) -> pd.DataFrame:
    sahm = signals.sahm_signal(levels)
    return (sahm >= 0.5).astype(float).where(sahm.notna())


def _high_inflation(levels: signals.Levels) -> pd.DataFrame:
    """Whether the last six published 12-month rates were all above 3 %."""
    rise = signals.price_rise(levels)
    above = (rise > 3).astype(float).where(rise.notna())
    # A month that was never published is passed over: the six then span seven.
    spanning_a_gap = above.rolling(7, min_periods=6).min()
    return above.rolling(6).min().fillna(spanning_a_gap).where(rise.notna())


def _daily_gauges(data: Dataset) -> list[tuple[pd.Series, Publication]]:
    """The daily gauges of stress that the edition holds, each with when it is published."""
    gauges = []
    if "BAA10Y" in data:
        gauges.append((data.series("BAA10Y").dropna(), signals.rule_of(data, "BAA10Y")))
    if "^VIX" in data:
        gauges.append((data.frame("^VIX")["Close"].dropna(), signals.rule_of(data, "^VIX")))
    return gauges
