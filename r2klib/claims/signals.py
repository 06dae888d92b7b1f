"""Macro signals as they were known at the time, and the turning points of the business cycle.

`read` is the one owner of what was known. Where the edition keeps a series' releases (ALFRED,
pulled with a FRED key), a signal of day t is made within the vintage of t: all levels are those
that stood in the statistics on that day, so that growth never mixes two base years or two
benchmarks, and its newest figure is the first release. Without releases the levels are today's,
each known from the day on which its period came out. Either way a series counts from the day it
was first published: nobody had its history before. `vintage` says which, and `revised` gives the
same edition the second way, to show that answer beside the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from itertools import pairwise

import numpy as np
import pandas as pd

from r2klib.data import Dataset, catalog
from r2klib.data.publication import Publication, slowest
from r2klib.data.vintages import known_by, publication_days
from r2klib.errors import InputError, SeriesMissing
from r2klib.stats import ar1, recession_indicator, rolling_zscore

#: Ten years of months behind every z-score, at least five of them observed.
Z_WINDOW, Z_MIN = 120, 60
#: Months that a rise of `growth` looks back, and the column of rows that holds it.
BACK = 6
RISE = f"rise in {BACK} months"
#: What the growth composite is made of, and whether more means stronger.
COMPOSITE = {"PAYEMS": 1, "INDPRO": 1, "UNRATE": -1}
#: What it takes in besides, where an edition holds it.
AT_HAND = {"RRSFS": 1, "ICSA": -1, "CFNAI": 1}
_SIGNS = COMPOSITE | AT_HAND
#: How a sentence calls them.
NAMES = {
    "PAYEMS": "payrolls",
    "INDPRO": "industrial production",
    "UNRATE": "unemployment (sign turned)",
    "RRSFS": "real retail sales",
    "ICSA": "initial claims (sign turned)",
    "CFNAI": "the Chicago Fed's activity index",
}
#: What `Evidence.vintage` says of macro series, and the label of the answer beside.
FIRST, REVISED = "first release", "revised-with-lag"
REVISED_BESIDE = "revised data, publication lag"

#: Of what is seen in the market on the day.
AT_ONCE = Publication(0)

#: Levels by series id: rows are periods without gaps, a column is what was known on a day.
Levels = Mapping[str, pd.DataFrame]
#: From levels to a signal, column by column, using nothing of a later row.
Transform = Callable[[Levels], pd.DataFrame]
#: From a daily rate to a daily gauge of it.
Gauge = Callable[[pd.Series], pd.Series]
_PERIODS = {"monthly": "ME", "quarterly": "QE"}


def known_at(series: pd.Series, rule: Publication, dates: pd.Index) -> pd.Series:
    """The latest value of `series` that had been published by each of `dates`, which are sorted.

    The series is indexed by the end of the observation period; `rule` says when its periods came
    out. NaN before the first publication.
    """
    published = series.dropna()
    known = published.set_axis(rule.days(published.index)).asof(pd.DatetimeIndex(dates))
    return pd.Series(known).set_axis(dates)


def published_by(series: pd.Series, rule: Publication, date: pd.Timestamp) -> pd.Series:
    """The part of `series` that had been published by `date`, under the index it came with."""
    return series[rule.days(series.index) <= date]


def rule_of(data: Dataset, *ids: str) -> Publication:
    """When the last of these series is published."""
    if absent := [series for series in ids if series not in data]:
        raise SeriesMissing(absent[0], data.edition)
    return slowest(data.provenance[series].publication for series in ids)


def period_ends(first: pd.Series, last: pd.Series, freq: str = "ME") -> pd.DatetimeIndex:
    """All period ends from the first value of one series to the last of another.

    `InputError` where one of them has no value yet.
    """
    if first.empty or last.empty:
        raise InputError("A signal, or what it is held against, has no value yet.")
    return pd.date_range(first.index[0], last.index[-1], freq=freq)


def read(data: Dataset, transform: Transform, *ids: str, dates: pd.Index) -> pd.Series:
    """The newest value of a signal at each of `dates`, sorted, made of what was then known.

    `transform` goes from the levels of `ids`, monthly series or quarterly ones, to the signal, and
    is causal. A row counts once the slowest is out by rule and, for series with releases, the
    figures it needs were really out. A series counts from its birth: before, its levels are missing
    and nothing waits for it. NaN before the first publication.
    """
    _ = rule_of(data, *ids)
    days = pd.DatetimeIndex(dates)
    by_era = [
        _read(data, transform, ids, born, days[first:last])
        for born, first, last in _eras(data, ids, days)
    ]
    return pd.concat(by_era) if by_era else pd.Series(dtype=float, index=days)


def _eras(
    data: Dataset, ids: tuple[str, ...], days: pd.DatetimeIndex
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Which of the series were born, and from which to before which of the days it was so."""
    rules = {name: data.provenance[name].publication for name in ids}
    births = {pd.Timestamp(rule.born) for rule in rules.values() if rule.born is not None}
    edges = [0, *days.searchsorted(pd.DatetimeIndex(sorted(births))), len(days)]
    for first, last in pairwise(edges):
        if last > first:
            yield tuple(n for n, rule in rules.items() if rule.born_by(days[first])), first, last


def _read(
    data: Dataset,
    transform: Transform,
    ids: tuple[str, ...],
    born: tuple[str, ...],
    days: pd.DatetimeIndex,
) -> pd.Series:
    """`read` on days on which the same of the series were born."""
    if not born:
        return pd.Series(np.nan, index=days)
    rule = rule_of(data, *born)
    if not has_releases(data, *born):
        return known_at(by_period(data, transform, *ids, born=born), rule, days)
    known = {name: _known(data, name, days) for name in born}
    signal = transform(_with_unborn(_aligned(known, data), ids))
    due = days.searchsorted(rule.days(signal.index))
    out = np.arange(len(days)) >= due[:, None]
    newest = signal.where(out).ffill().iloc[-1]
    return newest.rename(None)


def by_period(
    data: Dataset, transform: Transform, *ids: str, born: tuple[str, ...] | None = None
) -> pd.Series:
    """The signal of today's figures by the period they speak of; periods without one left out.

    Series that are not `born` have no levels; by default all are.
    """
    held = ids if born is None else born
    levels = {name: _monthly(data, name, data.series(name).to_frame("today")) for name in held}
    signal = transform(_with_unborn(_aligned(levels, data), ids))
    return signal["today"].dropna().rename(None)


def _with_unborn(levels: Levels, ids: tuple[str, ...]) -> Levels:
    """The same levels, those of series not born yet missing throughout."""
    missing = next(iter(levels.values())) * np.nan
    return {name: levels.get(name, missing) for name in ids}


def has_releases(data: Dataset, *ids: str) -> bool:
    """Whether the edition keeps the releases of any of these series."""
    return any(data.releases(name) is not None for name in ids)


def revised(data: Dataset, *ids: str) -> Dataset | None:
    """The edition without releases, where it keeps some of `ids`: for the answer beside."""
    return data.revised() if has_releases(data, *ids) else None


def vintage(data: Dataset, *ids: str, start: pd.Timestamp | None = None) -> str:
    """Which figures a signal of `ids` was made of.

    ``first release`` or ``revised-with-lag``; where some series are kept one way and some the
    other, each is named. Where an archive begins after `start` and after its series does, so that
    its first vintage stands for older releases, the month is named too.
    """
    kept, lagged, late = [], [], False
    for name in ids:
        releases = data.releases(name)
        if releases is None:
            lagged.append(name)
            continue
        archive = releases["published"].min()
        rule = data.provenance[name].publication
        older = bool((publication_days(releases, rule) < archive).any())
        since = older and start is not None and archive > start
        kept.append(f"{name} (from {archive:%Y-%m}, {REVISED} before)" if since else name)
        late = late or since
    if not kept:
        return REVISED
    if not lagged and not late:
        return FIRST
    said = f"{FIRST}: {', '.join(kept)}"
    return f"{said}; {REVISED}: {', '.join(lagged)}" if lagged else said


def before_birth(data: Dataset, *ids: str, start: pd.Timestamp) -> tuple[str, ...]:
    """For a claim that could not be traded: which of its series nobody had from `start` on."""
    born = {n: data.provenance[n].born for n in ids if n in data}
    return tuple(
        f"{name} was first published on {day}: before, its figures are those worked out later."
        for name, day in born.items()
        if day is not None and start < pd.Timestamp(day)
    )


def _known(data: Dataset, name: str, days: pd.DatetimeIndex) -> pd.DataFrame:
    """A series as it stood on each of `days`: one column a day, NaN where nothing was out."""
    rule, releases = data.provenance[name].publication, data.releases(name)
    if releases is not None:
        return _monthly(data, name, known_by(releases, days, rule))
    levels = data.series(name).dropna()
    due = days.searchsorted(rule.days(levels.index))
    values = np.where(np.arange(len(days)) >= due[:, None], levels.to_numpy()[:, None], np.nan)
    return _monthly(data, name, pd.DataFrame(values, levels.index, days))


def _monthly(data: Dataset, name: str, levels: pd.DataFrame) -> pd.DataFrame:
    """Levels by period, weekly ones as means of the weeks that ended in each month."""
    held = levels.dropna(how="all")
    return held.resample("ME").mean() if data.provenance[name].frequency == "weekly" else held


def _aligned(levels: Levels, data: Dataset) -> Levels:
    """The same levels on all periods from the first to the last of any of them."""
    frequency = _PERIODS[data.provenance[next(iter(levels))].frequency]
    first = min(level.index[0] for level in levels.values())
    last = max(level.index[-1] for level in levels.values())
    periods = pd.date_range(first, last, freq=frequency, unit="us")
    return {name: level.reindex(periods) for name, level in levels.items()}


def log(levels: pd.DataFrame) -> pd.DataFrame:
    """Natural logs, as the frame that came in."""
    return pd.DataFrame(np.log(levels))


def log_change(series: str, periods: int) -> Transform:
    """Log growth of one series over so many periods, within one vintage."""
    return lambda levels: log(levels[series]).diff(periods)


def zscores(change: pd.DataFrame, window: int, least: int) -> pd.DataFrame:
    """`rolling_zscore` of each column; those without a value stay so."""
    held = change.columns[change.notna().any()]
    if not len(held):
        return change
    return rolling_zscore(change[held], window, least).reindex(columns=change.columns)


def growth(levels: Levels) -> pd.DataFrame:
    """Growth of the economy in standard deviations of its last ten years.

    The mean of the z-scores of 12-month log growth of payrolls and of industrial production and
    of minus the 12-month change of the unemployment rate; where at hand, also of 12-month log
    growth of real retail sales, of minus that of initial claims (means of the month's weeks) and
    of the 12-month mean of the Chicago Fed's activity index. Each z looks back 120 months (at
    least 60). A month is the mean of the components it has, at least two.
    """
    return _mean_of_two(growth_parts(levels))


def _mean_of_two(parts: Levels) -> pd.DataFrame:
    """Mean over the parts that are there, where at least two are."""
    scores = list(parts.values())
    count = reduce(pd.DataFrame.add, [score.notna().astype(int) for score in scores])
    total = reduce(pd.DataFrame.add, [score.fillna(0.0) for score in scores])
    return (total / count).where(count >= 2)


def growth_rise(months: int) -> Transform:
    """The change of `growth` over so many months, within one vintage."""
    return lambda levels: growth(levels).diff(months)


def growth_parts(levels: Levels) -> dict[str, pd.DataFrame]:
    """The z-scores of `growth` by series."""
    return {
        name: _SIGNS[name] * zscores(_change(name, level, 12), Z_WINDOW, Z_MIN)
        for name, level in levels.items()
    }


def like_for_like(levels: Levels) -> pd.DataFrame:
    """The change of `growth` over 6 months by the components that both ends have.

    The mean over components of each one's own change, where two of them or more can be compared.
    """
    return _mean_of_two(_changes_of_parts(levels))


def in_common(levels: Levels) -> pd.DataFrame:
    """How many components of `growth` the two ends of such a change have in common."""
    changes = _changes_of_parts(levels).values()
    return reduce(pd.DataFrame.add, [change.notna().astype(int) for change in changes])


def _changes_of_parts(levels: Levels) -> dict[str, pd.DataFrame]:
    """Each component's change over 6 months.

    For an earlier month that was never published, such as October 2025, stands the mean of the
    months beside it. It is known once the later of them is out, so that no month stands in for
    itself while it is the newest.
    """
    changes = {}
    for name, part in growth_parts(levels).items():
        beside = (part.shift(1) + part.shift(-1)) / 2
        changes[name] = part - part.fillna(beside).shift(BACK)
    return changes


def _change(name: str, level: pd.DataFrame, months: int) -> pd.DataFrame:
    """Growth over so many months: of a rate its change, of an index of growth its mean."""
    if name == "UNRATE":
        return level.diff(months)
    if name == "CFNAI":
        return level.rolling(months, min_periods=max(1, months - 2)).mean()
    return log(level).diff(months)


def growth_surprise(levels: Levels) -> pd.DataFrame:
    """What was new in a month's figures, in standard deviations of its last ten years.

    A component's surprise is its latest monthly change less the mean of the 12 before it, the
    forecast of Atkeson and Ohanian (2001); the mean over components, at least two.
    """
    parts = {}
    for name, level in levels.items():
        change = _change(name, level, 1)
        expected = change.shift(1).rolling(12, min_periods=10).mean()
        parts[name] = _SIGNS[name] * zscores(change - expected, Z_WINDOW, Z_MIN)
    return _mean_of_two(parts)


def growth_composite(data: Dataset) -> pd.Series:
    """`growth` of today's figures by the month they speak of; missing months left out."""
    return by_period(data, growth, *composite_of(data)).rename("growth")


def composite_of(data: Dataset) -> tuple[str, ...]:
    """The components of the growth composite that an edition holds."""
    return (*COMPOSITE, *(name for name in AT_HAND if name in data))


def growth_known(
    data: Dataset, transform: Transform, dates: pd.Index, ids: Iterable[str] | None = None
) -> pd.Series:
    """`read` a signal of the growth composite, or of some `ids` of it, where there is one."""
    held = composite_of(data) if ids is None else tuple(ids)
    return read(data, transform, *held, dates=dates).dropna().rename("growth")


#: What is to be said of Sahm's signal in months before its year.
SAHM_FOUND = str(catalog.get("SAHMREALTIME").born)[:4]
SAHM_KNOWN = f"figures known then, the rule found in {SAHM_FOUND} on the recessions before"


def sahm_signal(levels: Levels) -> pd.DataFrame:
    """Sahm's recession signal, percentage points; 0.5 or more has fired.

    Three-month mean of the unemployment rate minus the lowest such mean of the 12 months before.
    """
    rate = levels["UNRATE"]
    mean = rate.rolling(3, min_periods=2).mean()
    # A month that was never published (October 2025) has a mean, for the lowest of later months to
    # look at, and no signal of its own: whether it is missing shows only when a later month is out.
    rise = (mean - mean.rolling(12, min_periods=12).min().shift(1)).where(rate.notna())
    return rise.round(9)  # thirds of published tenths: one half must be one half


def known_before(data: Dataset, transform: Transform, *ids: str, index: pd.Index) -> pd.Series:
    """A signal as it was known at the end of the month before each month of `index`."""
    before = pd.DatetimeIndex(index) - pd.offsets.MonthEnd(1)
    return read(data, transform, *ids, dates=before).set_axis(index)


def sahm(data: Dataset) -> pd.Series:
    """`sahm_signal` of today's figures by the month they speak of."""
    return by_period(data, sahm_signal, "UNRATE").rename("sahm")


def price_rise(levels: Levels) -> pd.DataFrame:
    """12-month rise of consumer prices, percent."""
    return 100 * levels["CPIAUCSL"].pct_change(12, fill_method=None)


def inflation(data: Dataset) -> pd.Series:
    """`price_rise` of today's figures by the month they speak of; missing months left out."""
    return by_period(data, price_rise, "CPIAUCSL").rename("inflation")


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


def innovations(series: pd.Series) -> pd.Series:
    """What a first-order autoregression leaves of the known values, by date."""
    known = series.dropna()
    return pd.Series(ar1(known).resids, index=known.index[1:])


def yield_change(
    data: Dataset, less: str | None = None, *, averages: bool | None = None
) -> pd.DataFrame:
    """The change of the 10-year yield that belongs to each month, percentage points.

    Month-end index, column ``yield``; of averages also ``yield, next month``, which holds the rest
    of the move: an average feels a change of mid-month half in this month, half in the next. No
    missing values. A shorter yield to take off first, for the slope, is `less`. Averages of the
    month are read in the sample, where they decide; live editions go from month end to month end.
    """
    if data.kind == "sample" if averages is None else averages:
        change = _level(data, "GS10", less).diff().dropna()
        return pd.DataFrame({"yield": change, "yield, next month": change.shift(-1)}).dropna()
    month_ends = _level(data, "DGS10", less).resample("ME").last()
    return month_ends.diff().dropna().to_frame("yield")


def _level(data: Dataset, series: str, less: str | None) -> pd.Series:
    level = data.series(series) - (data.series(less) if less else 0.0)
    return level.dropna()


def real_yield(data: Dataset) -> pd.Series:
    """The 10-year real yield by month, percent: of the market at month end.

    In the sample, which holds none, the average yield less 12-month inflation as published.
    """
    if data.kind == "sample":
        yields, rule = data.series("GS10"), rule_of(data, "CPIAUCSL")
        return (yields - known_at(inflation(data), rule, yields.index)).rename("real yield")
    return data.series("DFII10").dropna().resample("ME").last().rename("real yield")


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
    """`volatility` less its median of the last ten years (of five years of days at least)."""
    found = volatility(yields)
    return found - found.rolling("3653D", min_periods=1260).median()


def last_years(x: pd.Series, years: float) -> pd.Series:
    """The values of the last so many calendar years, whatever the days on which there is one."""
    kept: pd.Series = x[x.index > x.index[-1] - pd.DateOffset(months=round(12 * years))]
    return kept
