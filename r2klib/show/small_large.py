"""Small against large: the levels of the two legs, their ratio since it begins, recent returns.

The ratio is that of the two indices where an edition holds them, else of the first pair it does
hold; the sample's index pair is preceded by French's portfolios, joined where the indices begin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.pairs import Pair
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import bry_boschan

Span = Literal["1y", "5y", "10y", "all"]
#: Years that each picture looks back; None since the ratio begins.
SPANS: Mapping[Span, int | None] = {"1y": 1, "5y": 5, "10y": 10, "all": None}
#: Pairs that can be drawn, the first that is held before the others.
CHOICE = ("index", "etf", "century", "legs", "tercile")
#: What precedes the indices in the sample.
BEFORE = "legs"
#: Legs as a sentence calls them, by pair.
NAMES = {
    "index": ("the Russell 2000", "the S&P 500"),
    "etf": ("IWM", "SPY"),
    "century": ("small companies", "large companies"),
    "legs": ("small companies", "the market"),
    "tercile": ("the smallest 30 %", "the largest 30 %"),
}
#: Turning points of a picture: extremes so many months either way, phases and cycles no shorter.
#: What is nearer to an end than that is not yet known to be one.
LONG: Mapping[str, Any] = {
    "window": 24, "ends": 24, "min_phase": 24, "min_cycle": 48, "large_move": None,
}  # fmt: skip
SHORT: Mapping[str, Any] = {
    "window": 8, "ends": 8, "min_phase": 4, "min_cycle": 16, "large_move": None,
}  # fmt: skip
#: Spans of the strip of returns: months back, and years by which a return is divided.
RETURNS = {"1m": 1, "3m": 3, "YTD": 0, "1y": 12, "3y": 36, "5y": 60, "10y": 120}
#: How long before the day asked for the last close may lie.
GAP = pd.Timedelta(days=6)


@dataclass(frozen=True)
class SmallLarge:
    """Levels of both legs and their ratio, thinned as they are drawn.

    `frame` has dates by `small`, `large` (levels: index points, or growth of 100), `ratio` (100
    where it begins) and `pair` (which pair a row is of): the days of the last year, the last close
    of each month before, and those that the returns start from. `pair` is that of the last rows,
    and of the returns.
    """

    frame: pd.DataFrame
    pair: Pair

    @property
    def names(self) -> tuple[str, str]:
        """The two legs as a sentence calls them."""
        return NAMES[self.pair.name]

    @property
    def end(self) -> pd.Timestamp:
        """The last date drawn."""
        return pd.Timestamp(self.frame.index[-1])

    @property
    def own(self) -> pd.DataFrame:
        """The rows of the pair itself, without what precedes it."""
        return self.frame[self.frame["pair"] == self.pair.name]

    @property
    def daily(self) -> bool:
        """Whether levels are of days and not of month ends only."""
        return not self.pair.small[1] and not self.pair.arithmetic

    @cached_property
    def joined(self) -> pd.Timestamp | None:
        """Where the pair takes over from what precedes it; None where nothing does."""
        first = pd.Timestamp(self.own.index[0])
        return first if first > self.frame.index[0] else None

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans that the rows cover."""
        return tuple(
            span
            for span, years in SPANS.items()
            if years is None or self._start(12 * years, self.frame.index) is not None
        )

    def view(self, span: Span) -> pd.Series:
        """The ratio over a span: by days in one year, by month ends in longer ones.

        It begins at the close that the return of the same span starts from.
        """
        years, ratio = SPANS[span], self.frame["ratio"]
        start = self._start(12 * years, ratio.index) if years else ratio.index[0]
        seen: pd.Series = ratio[ratio.index >= start]
        thin = seen if years == 1 else _last_of_months(seen)
        drawn = thin.index.union(seen.index[:1])
        return seen.loc[drawn]

    def turns(self, span: Span) -> dict[pd.Timestamp, str]:
        """Peaks and lows of a span by dates of its view, in order; known only afterwards.

        Bry and Boschan's turning points of the month ends, "peak" or "low", in the whole those of
        long phases only. One year has too few months: its highest and lowest close, "high" or
        "low".
        """
        seen = self.view(span)
        if span == "1y":
            inner = seen.iloc[1:]
            found = pd.Series({inner.idxmax(): "high", inner.idxmin(): "low"}).sort_index()
        else:
            found = _turning_points(self.frame["ratio"], LONG if span == "all" else SHORT)
        found = found[found.index > seen.index[0]]
        within = seen.index[seen.index.get_indexer(found.index, method="pad")]
        return {pd.Timestamp(date): str(kind) for date, kind in zip(within, found, strict=True)}

    def returns(self) -> pd.DataFrame:
        """Returns of both legs and their gap over the spans of `RETURNS`, percent.

        `gap` is their difference in percentage points; over more than a year all are per year. NaN
        where no close lies within six days before the span's first day: never a shorter span
        instead.
        """
        starts = [self._start(months) for months in RETURNS.values()]
        rows = [
            self._return(start, months)
            for start, months in zip(starts, RETURNS.values(), strict=True)
        ]
        index = pd.Index(list(RETURNS), name="span")
        frame = pd.DataFrame(rows, index, columns=["small", "large"])
        return frame.assign(gap=frame["small"] - frame["large"], start=pd.DatetimeIndex(starts))

    def _return(self, start: pd.Timestamp | None, months: int) -> tuple[float, float]:
        """Return of each leg since a close, percent, by the year where it is over more than one."""
        if start is None:
            return math.nan, math.nan
        years, own = max(1.0, months / 12), self.own
        grown = own[["small", "large"]].iloc[-1] / own[["small", "large"]].loc[start]
        small, large = 100 * (grown.to_numpy(dtype=float) ** (1 / years) - 1)
        return float(small), float(large)

    def _start(self, months: int, among: pd.Index | None = None) -> pd.Timestamp | None:
        """The close that a span of `RETURNS` starts from; None where there is none near."""
        asked = self.end - pd.DateOffset(months=months)
        if not months:
            asked = pd.Timestamp(self.end.year - 1, 12, 31)
        elif not self.daily:  # from a month end, to a month end
            asked += pd.offsets.MonthEnd(0)
        among = self.own.index if among is None else among
        before = among[among <= asked]
        if len(before) == 0 or asked - before[-1] > GAP:
            return None
        return pd.Timestamp(before[-1])


def small_large(data: Dataset) -> SmallLarge | None:
    """What an edition holds of small against large; None where it holds no pair."""
    held = {pair.name: pair for pair in pairs.available(data)}
    name = next((name for name in CHOICE if name in held), None)
    if name is None:
        return None
    parts = [_levels(data, held[name]).assign(pair=name)]
    if data.kind == "sample" and name != BEFORE and BEFORE in held:
        before = _levels(data, held[BEFORE]).assign(pair=BEFORE)
        parts.insert(0, before[before.index <= parts[0].index[0]])
    parts = [part for part in parts if len(part)]
    level = 100.0
    for part in parts:  # each goes on from where the one before it ends
        ratio = part["small"] / part["large"]
        part["ratio"] = level * ratio / ratio.iloc[0]
        level = float(part["ratio"].iloc[-1])
    whole = SmallLarge(pd.concat(parts)[["small", "large", "ratio", "pair"]], held[name])
    return SmallLarge(whole.frame.loc[_kept(whole)], whole.pair)


def _levels(data: Dataset, pair: Pair) -> pd.DataFrame:
    """Levels of both legs to the second decimal: closes, or what 100 has grown to."""
    if pair.small[1]:
        returns = pair.legs(data)
        return (100 * (1 + returns).cumprod()).round(2)
    column = "Adj Close" if pair.total else "Close"
    closes = {
        leg: data.frame(series)[column]
        for leg, (series, _) in zip(("small", "large"), (pair.small, pair.large), strict=True)
    }
    return pd.DataFrame(closes).dropna().round(2)


def _turning_points(ratio: pd.Series, rules: Mapping[str, Any]) -> pd.Series:
    """Turning points of the month ends; none of a line too short for them, or with a gap."""
    monthly = np.log(ratio.resample("ME").last())
    try:
        return bry_boschan(monthly, **rules).turning_points.replace("trough", "low")
    except InputError:
        return pd.Series(index=pd.DatetimeIndex([]), dtype=object)


def _kept(whole: SmallLarge) -> pd.DatetimeIndex:
    """The dates that are drawn or that a return starts from."""
    index = pd.DatetimeIndex(whole.frame.index)
    year = index[index >= whole.end - pd.DateOffset(years=1, days=7)]
    starts = [start for months in RETURNS.values() if (start := whole._start(months)) is not None]
    months = _last_of_months(pd.Series(index, index))
    kept = pd.DatetimeIndex([index[0], whole.own.index[0], *months, *year, *starts])
    return kept.unique().sort_values()


def _last_of_months(line: pd.Series) -> pd.Series:
    """The last row of each month, at its own date."""
    return line.groupby(pd.DatetimeIndex(line.index).to_period("M")).tail(1)


def opened(sentence: str) -> str:
    """A sentence with its first letter large; the others stay as they are."""
    return f"{sentence[0].upper()}{sentence[1:]}"
