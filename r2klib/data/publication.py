"""When the values of a series came out: by rule, by exception, and not before the series was born.

The rule is a number of days after the end of a period. Exceptions are periods that a shutdown of
the government made late. A series is born on the day it was first published, often with decades of
history that nobody had at the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Publication:
    """When each period of a series was published."""

    lag_days: int  # from the end of a period to its publication, in any ordinary month
    #: Ends of periods, and the day on which each came out, later than by rule; ISO dates.
    late: tuple[tuple[str, str], ...] = ()
    born: str | None = None  # the day of the first publication, ISO; nothing was out before

    def days(self, stamps: pd.Index) -> pd.DatetimeIndex:
        """Return the day on which each period was out, from their ends in order.

        Never falling: a period is not out before an earlier one. A time of day counts as its day.
        """
        ends = pd.DatetimeIndex(stamps).normalize().as_unit("us")
        days = (ends + pd.Timedelta(days=self.lag_days)).to_numpy()
        for period, day in self.late:
            late = ends == pd.Timestamp(period)
            days = np.where(late, np.maximum(days, np.datetime64(day, "us")), days)
        if self.born is not None:
            days = np.maximum(days, np.datetime64(self.born, "us"))
        return pd.DatetimeIndex(np.maximum.accumulate(days))

    def born_by(self, day: pd.Timestamp) -> bool:
        """Whether the series was there on a day."""
        return self.born is None or pd.Timestamp(self.born) <= day


def slowest(of: Iterable[Publication]) -> Publication:
    """Return when a signal of several series was out: on the day of the last of them."""
    each = list(of)
    births = [one.born for one in each if one.born is not None]
    return Publication(
        lag_days=max(one.lag_days for one in each),
        late=tuple(dict.fromkeys(late for one in each for late in one.late)),
        born=max(births, default=None),
    )
