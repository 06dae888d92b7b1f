"""History: leadership that comes in cycles, the last decade, rebounds, and beta."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, signals, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    DRAWS,
    SPEC_DRAWS,
    AfterEvents,
    Design,
    Foretell,
    Slope,
    World,
    around,
    values_of,
    with_events,
)
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.pairs import ETF, SLOW
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.stats import NullLaw, bry_boschan, phase_law, variance_ratio
from r2klib.stats.chance import named
from r2klib.stats.horizons import RatioLaw

theme = Theme("history")

DECADE = 120
#: Months in a block of worlds without memory: the horizon below which H1 allows any.
MEMORY = 3


# ---- H1: cycles of leadership ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class VarianceRatio(Design):
    """Variance of y over a long horizon against that over a short one, minus 1. Rows: ``y``.

    Horizons are in periods; a short one above 1 strips thin trading. The bias that the overlapping
    estimate has without memory is removed, and interval and p invert the same worlds of all true
    ratios.
    """

    unit: str = "variance ratio minus 1"
    null: str = "d has no memory beyond the base horizon"
    long: int = 36
    short: int = 3
    draws: int = DRAWS
    seed: int = 1

    world = "memory"

    def judge(self, rows: pd.DataFrame, /) -> RatioLaw:
        """The ratio in worlds of all true ones."""
        y = self.used(rows)["y"]
        return variance_ratio(y, self.long, self.short, draws=self.draws, seed=self.seed)

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """No memory beyond the base horizon."""
        return rows.assign(y=around(rows["y"], world, self.short))

    def told(self, rows: pd.DataFrame, law: RatioLaw, /) -> Estimate:
        """The distance of the ratio from one, its bias removed."""
        return self.estimate_from(law, value=law.corrected, n=len(self.used(rows)))


def _other_horizons(ask: Ask) -> Points:
    yield "24 over 3 months", ask.of(long=24)
    yield "60 over 3 months", ask.of(long=60)
    yield "36 over 1 month", ask.of(short=1)
    yield from ask.halves()
    d = ask.rows["y"]
    januaries = pd.DatetimeIndex(d.index).month == 1
    yield "without January", ask.of(ask.rows.assign(y=d.mask(januaries, d.mean())))
    yield from ask.pairs()


def _tell_cycles(found: Found) -> Told:
    low, high = found.interval
    wider = "wider" if found.value > 0 else "no wider"
    certain = low > 0 or high < 0
    return Told(
        finding=(
            f"Over 36 months small minus large varied {1 + found.value:z.2f} times as much as a "
            f"walk without memory would ({words.years(found.used.index)}; 90 % interval "
            f"{1 + low:z.2f} to {1 + high:z.2f})"
        ),
        meaning=(
            f"Gaps of three years are {wider} than a walk without memory makes them, and the "
            f"interval {'excludes' if certain else 'includes'} such a walk. How long spells of "
            "leadership last is another question, which the card answers."
        ),
        remarks=(_reigns(found.used["y"]),),
    )


def _reigns(d: pd.Series) -> str:
    """How long either side leads, by turning points, against walks without memory."""
    level = d.cumsum()
    law = phase_law(level, seed=1, draws=SPEC_DRAWS)
    phases = bry_boschan(level).table
    return (
        f"By Bry and Boschan's turning points either side led for {law.value:z.0f} months on "
        f"average ({len(phases)} phases), random walks with the same months for "
        f"{law.null_value:z.0f} ({named('p', law.p_value(), '.2f')})."
    )


@theme.claim(
    id="H1",
    statement="Leadership of small and large companies comes in distinct cycles.",
    sort="level",
    direction=1,
    effect="persistence of leadership",
    sei=0.5,
    measure=(
        "Variance ratio of d, 36 months over 3 months, minus 1; null of no memory by wild "
        "bootstrap. The base of 3 months strips thin trading."
    ),
    pair=pairs.LEVEL,
    design=VarianceRatio(),
    variants=_other_horizons,
    tell=_tell_cycles,
    drawn=("over three years",),
    axes=("", "small minus large over the last 36 months, % a year (log)"),
)
def cycles(data: Dataset, pair: str) -> pd.DataFrame:
    """D by month, and its mean over the last 36 months in percent a year."""
    d = pairs.get(pair).d(data)
    return pd.DataFrame({"y": d, "over three years": 100 * d.rolling(36).sum() / 3})


# ---- H2: the last decade -----------------------------------------------------------------------


def _gained(rows: pd.DataFrame, months: int = DECADE) -> pd.Series:
    """What each column rose by over the last months."""
    return rows.iloc[-1] - rows.iloc[-1 - months]


def _read_decade(rows: pd.DataFrame) -> Reading:
    """Whether both columns fell in ten years; windows begun a year later or earlier beside it."""
    values_of(rows, "small minus large", 132 + 1)
    gained, now = _gained(rows), rows.iloc[-1]
    early, holds, late = (bool((_gained(rows, n) < 0).all()) for n in (108, DECADE, 132))
    return Reading(
        value=float(gained.iloc[0]),
        holds=holds,
        spread=(early, late),
        marks={f"{name}, ten years before": level for name, level in (now - gained).items()},
        n=DECADE,
        unit="log points over ten years",
        method="sum of monthly log d; small value minus large growth beside it",
    )


def _tell_decade(found: Found) -> Told:
    end, (size, value) = found.rows.index[-1], _gained(found.rows)
    sides = ("large growth", "small value") if value < 0 else ("small value", "large growth")
    return Told(
        finding=(
            f"In the ten years to {end:%B %Y} {'large' if size < 0 else 'small'} companies led by "
            f"{abs(size):z.0f} log points, and {' led '.join(sides)} by {abs(value):z.0f}"
        ),
        meaning=(
            f"{STAKE:,} USD in large companies for ten years became {np.exp(-size / 100):z.2f} "
            "times what it became in small ones."
        ),
    )


@theme.claim(
    id="H2",
    statement="Large growth companies dominated the last decade.",
    kind="state",
    sei_unit="d over ten years below zero, and growth ahead of value",
    measure=(
        "Cumulative d of the last 120 months and large growth minus small value over the same "
        "months; borderline where windows begun 12 months earlier or later disagree."
    ),
    pair=ETF,
    needs={"sample": ("french.size_value",), "live": ("IWF", "IWN")},
    design=_read_decade,
    tell=_tell_decade,
    drawn=("small minus large", "small value minus large growth"),
    axes=("", "cumulative since the first month, log points"),
)
def last_decade(data: Dataset, pair: str) -> pd.DataFrame:
    """D and small value minus large growth, added up to the end of the edition, log points."""
    d, value = pairs.get(pair).d(data), pairs.value_lead(data)
    both = pd.DataFrame({"small minus large": d, "small value minus large growth": value})
    return 100 * both.dropna().cumsum()


# ---- H3: what fuelled it -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Attribution(Slope):
    """Loading of y on one driver, times what that driver did over the last ten years.

    `loadings` are the rows that the loading is of, by position: first, and the one after the last.
    """

    unit: str = "log points"
    null: str = "the loading is zero"
    loadings: tuple[int | None, int | None] = (-DECADE, None)

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the part of y that the driver accounts for; the interval is the loading's."""
        (driver,) = self.weights
        return self.accounted(rows, driver)

    def accounted(self, rows: pd.DataFrame, driver: str) -> Estimate:
        """Estimate the part of any one driver."""
        used = self.used(rows)
        loading = Slope(
            unit=self.unit,
            null=self.null,
            what=f"loading on {driver} times its ten-year sum",
            on=driver,
            scale=100 * float(used[driver].tail(DECADE).sum()),
            draws=self.draws,
        )
        return loading(used.iloc[slice(*self.loadings)])


def _other_loadings(ask: Ask) -> Points:
    for years in (20, 30):
        if len(ask.rows) >= 12 * years:
            yield f"loadings of {years} years", ask.of(loadings=(-12 * years, None))
    yield "loadings of all months", ask.of(loadings=(None, None))
    yield "without the real yield", ask.of(ask.rows.drop(columns="real yield"))
    middle = -DECADE // 2
    yield "loadings of the first five years", ask.of(loadings=(-DECADE, middle))
    yield "loadings of the last five years", ask.of(loadings=(middle, None))


def _tell_fuel(found: Found) -> Told:
    technology, design, end = found.value, found.design, found.rows.index[-1]
    real = design.accounted(found.rows, "real yield").value
    total = 100 * float(found.rows["y"].tail(DECADE).sum())
    rest = total - technology - real
    return Told(
        finding=(
            f"Of {total:z.0f} log points of small minus large in the ten years to {end:%B %Y}, "
            f"technology accounts for {technology:z.0f} (90 % interval {found.interval:z.0f}), "
            f"the real yield for {real:z.0f}; {rest:z.0f} are left over"
        ),
        meaning=(
            f"Together the two account for {technology + real:z.0f} of {total:z.0f} log points. "
            "Loadings are correlations: they say what moved together, not what moved what."
        ),
        vintage=(
            f"market data; consumer prices {signals.REVISED}"
            if found.data.kind == "sample"
            else "market data"
        ),
    )


@theme.claim(
    id="H3",
    statement="Low rates and technology fuelled the lead of large companies.",
    kind="descriptive",
    measure=(
        "Log points of ten-year d that its loadings on technology minus market and on the 10-year "
        "real yield account for, with intervals."
    ),
    pair=ETF,
    needs={
        "sample": ("french.industries12", "french.factors_2017", "GS10", "CPIAUCSL"),
        "live": ("QQQ", "SPY", "DFII10"),
    },
    design=Attribution(on="technology"),
    variants=_other_loadings,
    tell=_tell_fuel,
    axes=("", "log points since ten years before"),
)
def fuel(data: Dataset, pair: str) -> pd.DataFrame:
    """D of a month, technology minus market (log), change of the 10-year real yield (points).

    An attribution, no cause: intervals are those of the loadings.
    """
    d, technology = pairs.get(pair).d(data), pairs.technology(data)
    change = signals.real_yield(data).diff()
    return pd.DataFrame({"y": d, "technology": technology, "real yield": change}).dropna()


# ---- H4: rebounds ------------------------------------------------------------------------------


def _other_rebounds(ask: Ask) -> Points:
    yield "tradable, not net of beta", ask(net=False)
    yield "hindsight: from the trough, net of beta", ask(opens="trough")
    yield "hindsight: from the trough, not net", ask(opens="trough", net=False)
    yield "from the fall known, net of beta", ask(opens="fall_known")
    yield "from the fall known, not net", ask(opens="fall_known", net=False)
    yield from ask.usual()
    yield from ask.pairs()


def _tell_rebounds(found: Found) -> Told:
    hindsight = found.variants["hindsight: from the trough, not net"]
    return Told(
        finding=(
            f"In the year after the rebound was visible, small minus large ran {found.value:+z.1f} "
            f"% against other months, net of beta ({found.estimate.n_effective:z.0f} falls; 90 % "
            f"interval {found.interval:z.1f})"
        ),
        meaning=(
            f"Waiting for the signal, {STAKE:,} USD in small companies ended a year "
            f"{words.ahead(found.value)} large ones beyond what their beta explains. Buying at "
            f"the very trough, which nobody can know, shows {hindsight.value:+z.1f} % against "
            "other months, beta left in."
        ),
        remarks=found.beside(),
    )


@theme.claim(
    id="H4",
    statement="Small companies recover powerfully after downturns.",
    sort="event",
    direction=1,
    effect="lead of small companies in rebounds",
    sei=5.0,
    measure=(
        "d over the 12 months from the month end at which the market is 20 % off its low after a "
        "20 % fall, minus the rest, net of beta; tradable."
    ),
    pair=SLOW,
    needs={"sample": ("french.factors",), "live": ("french.factors_daily", "french.factors")},
    design=AfterEvents(what="from the signal, net of beta"),
    variants=_other_rebounds,
    tell=_tell_rebounds,
    axes=(
        "month end at which the rebound was visible",
        "small minus large over the 12 months after, %",
    ),
)
def rebounds(
    data: Dataset, pair: str, opens: str = "trough_known", *, net: bool = True
) -> pd.DataFrame:
    """D, the month ends at which a rebound was visible, and the market with its lag.

    A fall begins at a peak and is one once the market is 20 % below it; it ends when the market
    is 20 % above its low, which is the signal. Falls are dated on daily closes where the edition
    has them and on month ends in the sample. Windows open at a column of `legs.falls`.
    """
    controls = legs.with_lag(legs.market(data)) if net else None
    return with_events(pairs.get(pair).d(data), legs.falls(data)[opens], controls)


# ---- H5: beta ----------------------------------------------------------------------------------


def _beta(lags: int) -> dict[str, float]:
    """The market and its lags, each with the weight of one."""
    return {f"driver, lag {lag}" if lag else "driver": 1.0 for lag in range(lags + 1)}


def _other_betas(ask: Ask) -> Points:
    for label, lags in {"no lag": 0, "two lags": 2}.items():
        yield label, ask.of(ask.claim.rows(ask.data, lags=lags), on=_beta(lags))
    yield from ask.halves()
    yield "last ten years", ask.of(ask.rows.tail(DECADE))
    yield "without January", ask.of(ask.rows[pd.DatetimeIndex(ask.rows.index).month != 1])
    if ask.claim.pair_of(ask.data) == "legs":
        smallest = ask.data.frame("french.size_value").filter(regex="^S1V").mean(axis="columns")
        excess = smallest - ask.data.frame(legs.factors_of_portfolios(ask.data))["RF"]
        yield "smallest quintile", ask.of(ask.rows.assign(y=excess))


def _tell_beta(found: Found) -> Told:
    value, (low, high) = 1 + found.value, found.interval
    fell = found.used[found.used["driver"] < 0][["y", "driver"]].sum()
    return Told(
        finding=(
            f"Small companies' beta was {value:z.2f} ({words.years(found.rows.index)}; 90 % "
            f"interval {1 + low:z.2f} to {1 + high:z.2f})"
        ),
        meaning=(
            f"By their beta, when the market lost 10 %, {STAKE:,} USD in small companies lost "
            f"about {words.usd(10 * value)}, {words.usd(10 * found.value)} "
            f"{'more' if found.value > 0 else 'less'} than the market. Part of any lead in good "
            "times is beta alone. In the months in which the market fell they lost "
            f"{fell['y'] / fell['driver']:z.2f} times as much within the month."
        ),
    )


@theme.claim(
    id="H5",
    statement="Small companies have a higher market beta than the market itself.",
    sort="level",
    direction=1,
    effect="higher beta of small companies",
    sei=0.10,
    measure="Dimson beta of the small leg (market of the month and of the month before) minus 1.",
    pair=pairs.LEVEL,
    needs={"sample": ("french.factors_2017",), "live": ("french.factors",)},
    design=Slope(
        unit="beta minus 1",
        on=_beta(1),
        null_value=1.0,
        what="beta of the small leg with a lag of the market",
        null="the small leg moves one for one with the market",
    ),
    variants=_other_betas,
    tell=_tell_beta,
    axes=(
        "excess return of the market in the month and the month before, decimals",
        "excess return of small companies in the month, %",
    ),
)
def beta(data: Dataset, pair: str, lags: int = 1) -> pd.DataFrame:
    """Excess returns of the small leg, and of the market of the month and of the month before.

    The lag catches prices that are stale at the month end, as those of small companies are.
    """
    factors = data.frame(legs.factors_of_portfolios(data))
    y = (pairs.get(pair).legs(data)["small"] - factors["RF"]).dropna()
    market = {name: factors["Mkt-RF"].shift(lag) for lag, name in enumerate(_beta(lags))}
    return pd.DataFrame({"y": y}).join(pd.DataFrame(market))


# ---- H6: a resurgence --------------------------------------------------------------------------

_YEAR, _RATIO = "over twelve months", "small over large"


def _risen(rows: pd.DataFrame) -> bool:
    """Whether the ratio stands above the mean of its last 10 month ends, this one among them."""
    ratio = values_of(rows, _RATIO, 10)
    return bool(ratio.iloc[-1] > ratio.tail(10).mean())


def _read_resurgence(rows: pd.DataFrame) -> Reading:
    year = values_of(rows, _YEAR)
    parts = {
        "d of the last 12 months above zero": bool(year.iloc[-1] > 0),
        "small over large above its 10-month mean": _risen(rows),
    }
    return Reading(
        value=float(year.iloc[-1]),
        holds=all(parts.values()),
        parts=parts,
        marks={"even": 0.0},
        n=len(year),
        unit="log points over twelve months",
        method="sum of monthly log d; total return of small over that of large beside it",
    )


def _other_resurgences(ask: Ask) -> Points:
    year = values_of(ask.rows, _YEAR)
    yield _TO_DATE, (float(100 * (year <= year.iloc[-1]).mean()), len(year))
    d = np.log(ask.rows[_RATIO]).diff()
    for months in (6, 24):
        yield f"d of {months} months", (float(100 * d.tail(months).sum()), months)
    for pair in ask.others():
        found = values_of(ask.claim.rows(ask.data, pair=pair.name), _YEAR)
        yield f"{pair.name}, to {found.index[-1]:%Y-%m}", (float(found.iloc[-1]), 12)


#: A share of months, beside log points.
_TO_DATE = "percentile of the twelve months, to date"


def _tell_resurgence(found: Found) -> Told:
    rows, (share, months) = found.rows, found.variants[_TO_DATE]
    side = "above" if _risen(rows) else "below"
    return Told(
        finding=(
            f"In the twelve months to {rows.index[-1]:%B %Y} small companies "
            f"{'led' if found.value > 0 else 'lagged'} by {abs(found.value):z.1f} log points, and "
            f"the ratio of small to large stood {side} its 10-month mean"
        ),
        meaning=(
            f"{STAKE:,} USD in small companies became {np.exp(found.value / 100):z.2f} times what "
            f"it became in large ones. In {share:z.0f} % of {months} spans of twelve months to "
            "date they did no better. What such a lead says of the months after it is asked in H7."
        ),
    )


@theme.claim(
    id="H6",
    statement="A resurgence of small companies is under way.",
    kind="state",
    sei_unit="d of the last 12 months above zero, and small over large above its 10-month mean",
    measure=(
        "d of the last 12 months, and the ratio of total returns of small over large against the "
        "mean of its last 10 month ends."
    ),
    pair=ETF,
    design=_read_resurgence,
    variants=_other_resurgences,
    tell=_tell_resurgence,
    drawn=(_YEAR,),
    axes=("", "small minus large over the last 12 months, log points"),
    frozen=dt.date(2026, 11, 28),
)
def resurgence(data: Dataset, pair: str) -> pd.DataFrame:
    """D over the last 12 months in log points, and total return of small over that of large.

    The ratio is one before the first month.
    """
    d = pairs.get(pair).d(data)
    return pd.DataFrame({_YEAR: 100 * d.rolling(12).sum(), _RATIO: np.exp(d.cumsum())})


# ---- H7: relative strength ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FromItsPast(Foretell):
    """`Foretell` of a return from its own past, the sum of so many months: false without memory."""

    months: int = 12

    world = "memory"

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """No memory beyond blocks of three months, and the signal made of it anew."""
        y = around(rows["y"], world, MEMORY)
        return rows.assign(y=y, signal=y.rolling(self.months).sum())

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> None:
        """Nothing: what is added to a return would be in the signals of the next year too."""

    def _laws(self, made: Sequence[pd.DataFrame]) -> Iterator[NullLaw | None]:
        """Each world has signals of its own."""
        for rows in made:
            yield from super()._laws([rows])


def _other_strength(ask: Ask) -> Points:
    yield from ask.usual()
    for months in (6, 24):
        yield f"d of {months} months instead", ask(months=months)
    yield "joint law, for signals made of past returns", ask.of(law="joint")
    # momentum is usually measured without the month that its return follows on
    but_the_last = ask.rows["signal"] - ask.rows["y"]
    yield "12 months but the last", ask.of(ask.rows.assign(signal=but_the_last))
    yield from ask.since("1981")
    yield from ask.remade()


def _tell_strength(found: Found) -> Told:
    return Told(
        finding=(
            f"After twelve months in which small companies had led by one standard deviation more, "
            f"small minus large ran {found.value:+z.1f} % a year against the usual (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"In the month after such a lead {STAKE:,} USD in small companies ran "
            f"{words.ahead(found.value)} large ones against the usual, at a yearly rate."
        ),
        remarks=found.beside(),
    )


@theme.claim(
    id="H7",
    statement="Relative strength of small companies persists.",
    sort="foretell",
    direction=1,
    effect="persistence of the lead",
    sei=2.5,
    measure=(
        "d of the next month on d of the last 12; 12 months by Hodrick 1B, and d of the last 6 and "
        "24, beside."
    ),
    pair=SLOW,
    design=FromItsPast(),
    variants=_other_strength,
    tell=_tell_strength,
    axes=("small minus large over the last 12 months", "small minus large in the next month, %"),
    frozen=dt.date(2026, 11, 28),
)
def relative_strength(data: Dataset, pair: str, months: int = 12) -> pd.DataFrame:
    """D of a month, and the sum of d over the last months, this one among them.

    The signal is made of past d, so what moves the return moves the signal too: the law that
    resamples both stands beside. A pair asked beside has its own past for a signal.
    """
    d = pairs.get(pair).d(data)
    return pd.DataFrame({"y": d, "signal": d.rolling(months).sum()})
