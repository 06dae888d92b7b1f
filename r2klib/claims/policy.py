"""What the Federal Reserve did: the policy rate as it was known, and where tightening stopped.

The rate is the target, as far as an edition holds it, and the monthly average of the funds rate
elsewhere.
"""

from __future__ import annotations

import pandas as pd

from r2klib.claims import signals
from r2klib.data import Dataset

#: What the policy rate by day is called where it is the target, and where it is the average.
TARGET, AVERAGE = "upper limit of the target", "funds rate"
#: A rise of the monthly rate by no more than this, in points, is no hike.
HIKE = 0.10


def rate_by_day(data: Dataset) -> pd.Series:
    """The policy rate by the day from which it was known, percent.

    Called `TARGET` where the edition holds the target, from 1990; else `AVERAGE`, each month's
    average by the day on which it was published.
    """
    target = signals.policy_target(data)
    if target is not None:
        return target.rename(TARGET)
    rate = data.series("FEDFUNDS").dropna()
    days = signals.rule_of(data, "FEDFUNDS").days(rate.index)
    return rate.set_axis(days).rename(AVERAGE)


def rate_by_month(data: Dataset, *, hindsight: bool = False) -> pd.Series:
    """The policy rate by month end, percent: the target where held, else the average funds rate.

    The average counts from the month end at which it was published, or from its own in hindsight.
    """
    average = data.series("FEDFUNDS").dropna()
    rule = signals.AT_ONCE if hindsight else signals.rule_of(data, "FEDFUNDS")
    target = signals.policy_target(data)
    end = average.index[-1] if target is None else target.index[-1]
    months = pd.date_range(average.index[0], max(end, average.index[-1]), freq="ME")
    known = signals.known_at(average, rule, months)
    if target is not None:
        known = signals.known_at(target, signals.AT_ONCE, months).fillna(known)
    return known.dropna().rename("policy rate")


def tightening_stops(rate: pd.Series, rise: float = 1.0) -> pd.DatetimeIndex:
    """Month ends at which a tightening cycle was first seen to have stopped.

    A cycle is over at the first month end that is 3 months after a hike with none since. It must
    have lifted the monthly rate by `rise` points from its low since the last stop.
    """
    hikes = (rate.diff() > HIKE).to_numpy()
    levels = rate.to_numpy()
    stops, low, last = [], levels[0], None
    for t, level in enumerate(levels):
        low = min(low, level)
        if hikes[t] and (last is not None or level - low >= rise):
            last = t
        if last is not None and t - last >= 3:
            stops.append(t)
            low, last = level, None
    return pd.DatetimeIndex(rate.index)[stops]
