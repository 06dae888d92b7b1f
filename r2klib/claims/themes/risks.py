"""Risks: which lights are on, worst months, inflation, costs of trade, falls, credit stress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, signals, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    ANNUAL_PERCENT,
    LEVEL,
    Design,
    Foretell,
    Mean,
    Ratio,
    Slope,
    quarters,
    values_of,
)
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.pairs import SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.score import HIGH
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError, listing
from r2klib.stats import (
    BatchStatistic,
    ScalarFit,
    abdi_ranaldo,
    amihud,
    corwin_schultz,
    edge_spread,
    expected_shortfall,
    hac_mean,
    to_log,
    to_simple,
)

theme = Theme("risks")


# ---- K0: the lights ----------------------------------------------------------------------------

_TODAY = ", today's figures"


def _read_lights(rows: pd.DataFrame) -> Reading:
    gauges = [values_of(rows, name) for name in ("credit spread", "VIX") if name in rows]

    def stressed(past: Callable[[pd.Series], pd.Series] = lambda gauge: gauge) -> bool:
        return any(bool((past(g) <= g.iloc[-1]).mean() >= HIGH) for g in gauges)

    lit = _macro_lights(rows)
    parts = lit | {"stress (credit spread or VIX)": stressed()}
    spread = [any(lit.values()) or stressed(past) for past in (_a_year_later, _twenty_years)]
    if f"sahm{_TODAY}" in rows:
        spread.append(any(_macro_lights(rows, _TODAY).values()) or stressed())
    return Reading(
        value=float(sum(parts.values())),
        holds=any(parts.values()),
        spread=tuple(spread),
        parts=parts,
        marks={"80th percentile to date": float(gauges[0].quantile(HIGH))},
        n=len(gauges[0]),
        unit="lights on, of three",
        method="Sahm's signal, 12-month inflation, percentile of the credit spread",
    )


def _a_year_later(gauge: pd.Series) -> pd.Series:
    """The past of a gauge, begun a year later."""
    later: pd.Series = gauge[gauge.index > gauge.index[0] + pd.DateOffset(years=1)]
    return later


def _twenty_years(gauge: pd.Series) -> pd.Series:
    return signals.last_years(gauge, 20)


def _macro_lights(rows: pd.DataFrame, figures: str = "") -> dict[str, bool]:
    """The two lights that statistics turn on."""
    sahm, inflation = values_of(rows, f"sahm{figures}"), values_of(rows, f"inflation{figures}", 6)
    return {
        "slowdown (Sahm's signal)": bool(sahm.iloc[-1] >= 0.5),
        "inflation (above 3 % for 6 months)": bool((inflation.tail(6) > 3).all()),
    }


def _on(lights: Mapping[str, bool]) -> str:
    return listing(name.split(" (")[0] for name, lit in lights.items() if lit) or "none"


def _tell_lights(found: Found) -> Told:
    assert isinstance(found.answer, Reading)
    rows, remarks = found.rows, []
    sahm, inflation, spread = rows[["sahm", "inflation", "credit spread"]].ffill().iloc[-1]
    if f"sahm{_TODAY}" in rows:
        remarks.append(
            "On revised data with their publication lag the lights of slowdown and inflation that "
            f"are on: {_on(_macro_lights(rows, _TODAY))}."
        )
    return Told(
        finding=f"By {rows.index[-1]:%B %Y} the lights that were on: {_on(found.answer.parts)}",
        meaning=(
            f"Sahm's signal read {sahm:.2f} points, inflation {inflation:.1f} % and the credit "
            f"spread {spread:.2f} points. A light matters only where its link is supported: K1 "
            "for a slowdown, K2 for inflation, K5 for stress."
        ),
        vintage=signals.vintage(found.data, "UNRATE", "CPIAUCSL"),
        remarks=tuple(remarks),
    )


@theme.claim(
    id="K0",
    statement="The risk lights are on now.",
    kind="state",
    sei_unit="any of: Sahm's signal >= 0.5; consumer prices up more than 3 % for 6 months; VIX or "
    "credit spread at or above its 80th percentile",
    measure="Sahm's signal, 12-month inflation, VIX and credit spread to date.",
    needs={
        "sample": ("UNRATE", "CPIAUCSL", "BAA", "AAA"),
        "live": ("UNRATE", "CPIAUCSL", "^VIX", "BAA10Y"),
    },
    design=_read_lights,
    tell=_tell_lights,
    drawn=("credit spread",),
    axes=("", "spread of Baa bonds, percentage points"),
)
def lights(data: Dataset) -> pd.DataFrame:
    """Three lights at the edition's present: slowdown, inflation, stress.

    Inflation: every one of the last 6 published 12-month rates above 3 %. Stress: the spread (or
    VIX, where the edition has its history) at or above the 80th percentile of all its past.
    Unemployment and prices are those that stood in the statistics on that day. Borderline where
    percentiles since one year later or of the last 20 years disagree, or, in an edition that keeps
    releases, where today's figures do.
    """
    now = pairs.now(data, "UNRATE", "CPIAUCSL", "BAA", "AAA")
    columns = _statistics(data.as_of(now, vintage=True)) | _stress_gauges(data, now)
    beside = signals.revised(data, "UNRATE", "CPIAUCSL")
    if beside is not None:
        columns |= {f"{n}{_TODAY}": x for n, x in _statistics(beside.as_of(now)).items()}
    rows = pd.DataFrame(columns)
    return rows.reindex(rows.index.union([now]))


def _statistics(data: Dataset) -> dict[str, pd.Series]:
    return {"sahm": signals.sahm(data), "inflation": signals.inflation(data)}


def _stress_gauges(data: Dataset, now: pd.Timestamp) -> dict[str, pd.Series]:
    if data.kind == "sample":
        spread = (data.series("BAA") - data.series("AAA")).dropna()
        return {"credit spread": signals.published_by(spread, signals.lag_of(data, "BAA"), now)}
    gauges = {"BAA10Y": data.series("BAA10Y"), "^VIX": data.frame("^VIX")["Close"]}
    spread, vix = (
        signals.published_by(gauge.dropna(), signals.lag_of(data, name), now)
        for name, gauge in gauges.items()
    )
    return {"credit spread": spread, "VIX": vix}


# ---- K1: worst months --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Losses(Ratio):
    """A `Ratio` of what was lost. Rows: ``small`` and ``large``, simple returns."""

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """Log returns of the small leg times exp(effect)."""
        small: pd.Series = to_log(self.used(rows)["small"])
        return float(np.expm1(effect)) * small


def _tail_ratio(tail: float) -> BatchStatistic:
    def ratio(returns: np.ndarray) -> np.ndarray:
        losses = np.log(expected_shortfall(returns, tail))
        return losses[..., 0] - losses[..., 1]

    return BatchStatistic(f"log ratio of expected shortfalls, worst {100 * tail:g} %", ratio)


def _other_tails(ask: Ask) -> Points:
    yield "worst 10 % of months", ask.of(statistic=_tail_ratio(0.10))
    yield "worst 2.5 % of months", ask.of(statistic=_tail_ratio(0.025))
    yield from ask.halves()
    yield "without recessions", ask.of(ask.rows[~signals.recessions(ask.data, ask.rows.index)])
    quarterly = to_simple(quarters(to_log(ask.rows)))
    yield "quarterly returns, worst 10 %", ask.of(quarterly, statistic=_tail_ratio(0.10))


def _tell_shortfall(found: Found) -> Told:
    legs = found.used
    small, large = (-100 * float(loss) for loss in expected_shortfall(legs[["small", "large"]]))
    logs = to_log(legs[signals.recessions(found.data, legs.index)])
    recession_d = ANNUAL_PERCENT * (logs["small"] - logs["large"]).mean()
    more = 100 * np.expm1(found.value)
    return Told(
        finding=(
            f"In its worst twentieth of months the small leg lost {-small:.1f} % on average, the "
            f"large one {-large:.1f} % ({words.years(legs.index)})"
        ),
        meaning=(
            f"A bad month cost {words.usd(small)} on {STAKE:,} USD in small companies and "
            f"{words.usd(large)} in large ones: {abs(more):.0f} % "
            f"{'more' if more > 0 else 'less'}. In NBER recessions d averaged "
            f"{recession_d:+.1f} % a year."
        ),
    )


@theme.claim(
    id="K1",
    statement="A slowdown hits small companies harder.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="log ratio",
    measure="Log ratio of the 5 % expected shortfalls of monthly returns, small over large.",
    pair=pairs.LEVEL,
    needs={"sample": ("NBER",), "live": ("NBER",)},
    design=Losses(
        statistic=_tail_ratio(0.05),
        seed=11,
        null="both legs lose equally in their own worst months",
    ),
    variants=_other_tails,
    tell=_tell_shortfall,
    axes=("", "log ratio of mean losses in each leg's worst 5 % of months"),
)
def shortfall(data: Dataset, pair: str) -> pd.DataFrame:
    """Simple returns of both legs.

    Asked is the mean loss in each leg's own worst 5 % of months, as a log ratio, by a joint block
    bootstrap.
    """
    return pairs.get(pair).legs(data)


# ---- K2: inflation -----------------------------------------------------------------------------


def _surprise(levels: signals.Levels) -> pd.DataFrame:
    """Inflation of the month less its mean of the 12 months before, at least 10 of them known."""
    monthly = signals.log(levels["CPIAUCSL"]).diff()
    return monthly - monthly.shift(1).rolling(12, min_periods=10).mean()


def _acceleration(levels: signals.Levels) -> pd.DataFrame:
    """Inflation of the month less that of the month before."""
    return signals.log(levels["CPIAUCSL"]).diff().diff()


def _other_inflation(ask: Ask) -> Points:
    yield from ask.usual()
    yield from ask.since("1981")
    yield from ask.pairs()
    yield "12-month inflation instead of the surprise", ask(made=signals.price_rise)
    yield "surprise against the month before", ask(made=_acceleration)
    beside = signals.revised(ask.data, "CPIAUCSL")
    if beside is not None:
        yield signals.REVISED_BESIDE, ask(beside)


def _tell_inflation(found: Found) -> Told:
    (low, high), known = found.interval, found.rows["signal"].dropna()
    yearly = found.claim.rows(found.data, made=signals.price_rise)
    above = (yearly["signal"] > 3).astype(float).where(yearly["signal"].notna())
    regime = Slope(unit="%/yr", scale=ANNUAL_PERCENT, null="d is the same under high inflation")(
        yearly[["y"]].assign(driver=above.shift(1))
    )
    return Told(
        finding=(
            f"In the month after inflation surprised by one standard deviation, small minus large "
            f"ran {found.value:+.1f} % a year (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"After such a surprise {STAKE:,} USD in small companies ran "
            f"{words.ahead(found.value)} large ones, at a yearly rate. With inflation above 3 % "
            f"the month before, d averaged {regime.value:+.1f} % a year against other months "
            f"(90 % interval {regime.interval[0]:.1f} to {regime.interval[1]:.1f})."
        ),
        vintage=signals.vintage(found.data, "CPIAUCSL", start=known.index[0]),
        remarks=(
            *found.beside(),
            "Whether inflation squeezes margins cannot be tested without company accounts.",
        ),
    )


@theme.claim(
    id="K2",
    statement="Inflation squeezes small companies.",
    kind="link",
    sort="foretell",
    direction=-1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "d of the month after the release on the surprise in consumer prices; the regime of "
        "inflation above 3 % beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": ("CPIAUCSL",), "live": ("CPIAUCSL",)},
    design=Foretell(),
    variants=_other_inflation,
    tell=_tell_inflation,
    axes=(
        "surprise in consumer prices as published",
        "small minus large in the next month, %",
    ),
)
def inflation_surprise(
    data: Dataset, pair: str, made: signals.Transform = _surprise
) -> pd.DataFrame:
    """D, and by the month of the release monthly inflation less its mean of 12 months.

    The mean of the last year is the forecast of Atkeson and Ohanian (2001), hard to beat and made
    of published figures alone; two of its months may be missing, as around October 2025. All
    figures of a surprise are of the vintage of the release. Consumer prices start in 1947, so the
    sample takes its legs.
    """
    d = pairs.get(pair).d(data)
    months = signals.period_ends(signals.by_period(data, _surprise, "CPIAUCSL"), d)
    return pd.DataFrame({"y": d, "signal": signals.read(data, made, "CPIAUCSL", dates=months)})


# ---- K3: thin trade ----------------------------------------------------------------------------

#: Members of each side that a month needs, and months of the volatility index before its
#: percentile counts.
LEAST, FIRST = 10, 60
_BARS = tuple(f"members.{name}" for name in ("open", "high", "low", "close", "volume"))
#: Columns of the rows that average EDGE over a side's members in other ways.
_AVERAGES = ("signed means of members", "medians of members", "negative estimates set to zero")


@dataclass(frozen=True, kw_only=True)
class UnderStress(Slope):
    """Mean of y in months of stress minus its mean in calm ones. Rows: ``y``, ``driver``."""

    def used(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Both columns where they are known; what else stands beside them is no control."""
        return super().used(rows)[["y", "driver"]]

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the difference; months of stress carry the information."""
        stressed = float(self.used(rows)["driver"].sum())
        return replace(super().__call__(rows), n_effective=stressed)


def _other_spreads(ask: Ask) -> Points:
    rows, sides = ask.rows, _sides(ask.data)
    for label in _AVERAGES:
        yield label, ask.of(rows.assign(y=rows[label]))
    bars = [ask.data.frame(f"members.{name}") for name in ("high", "low", "close")]
    estimators = {"Abdi and Ranaldo": abdi_ranaldo, "Corwin and Schultz": corwin_schultz}
    for label, estimator in estimators.items():
        yield label, ask.of(rows.assign(y=_gap(estimator(*bars).signed, sides)))
    top = _stress(ask.data, 0.90)
    yield "stress from the 90th percentile", ask.of(rows.assign(driver=top))
    yield from ask.halves()
    null = "small and large members trade at the same spread"
    always = Mean(unit="bp", scale=1e4, what="mean gap of spreads", null=null)
    yield "small minus large, all months", always(rows)


def _tell_spreads(found: Found) -> Told:
    (low, high), sides = found.interval, _sides(found.data)
    calm, stress = 1e4 * found.used.groupby("driver")["y"].mean()
    return Told(
        finding=(
            f"Small members' spreads exceeded large ones' by {calm:.0f} bp in calm months and "
            f"{stress:.0f} bp under stress: {found.value:+.0f} bp (90 % interval {low:.0f} to "
            f"{high:.0f})"
        ),
        meaning=(
            f"To buy and sell {STAKE:,} USD of small companies cost "
            f"{words.signed_usd(calm / 100)} against large ones in calm months and "
            f"{words.signed_usd(stress / 100)} under stress. A million USD traded moved small "
            f"members {_impact(found.data, sides):,.0f} times as far."
        ),
        remarks=(
            "Survivorship: the members are those of the day of the holdings lists.",
            f"{(sides == 'small').sum()} small and {(sides == 'large').sum()} large members.",
        ),
    )


@theme.claim(
    id="K3",
    statement="Small companies trade at wider spreads and thinner volume, worse under stress.",
    kind="link",
    sort="level",
    direction=1,
    sei=20.0,
    sei_unit="bp",
    measure=(
        "Spread estimate (EDGE) of 100 small minus 100 large members, stress minus calm months; "
        "Amihud illiquidity beside it. Never on funds or indices."
    ),
    needs={"sample": ("members",), "live": ("members", *_BARS, "^VIX")},
    design=UnderStress(
        unit="bp",
        scale=1e4,
        what="gap of EDGE spreads, stress minus calm",
        null="stress widens the spreads of small and large members alike",
    ),
    variants=_other_spreads,
    tell=_tell_spreads,
    axes=("months of stress / all others", "spread of small members minus that of large ones, bp"),
    no_placebo="its measure is made of prices within the day, which no shuffle of returns moves",
)
def spreads(data: Dataset) -> pd.DataFrame:
    """Gap of mean monthly EDGE spreads, small minus large; one in months of stress.

    The members are today's, of each fund the heaviest, so the panel says what trading in them
    cost and nothing about returns. What EDGE estimates without bias is the square of the spread,
    which may come out negative: squares are averaged over a side's members, and the root is taken
    of the mean. Averages of roots, signed or with the negative ones at zero, are biased; they
    stand in columns of their own, for the curve. A month is one of stress where the mean of the
    volatility index stands at or above the 80th percentile of its months to date (five years at
    least). A month needs ten members a side.
    """
    bars = (data.frame(f"members.{name}") for name in ("open", "high", "low", "close"))
    signed, sides = edge_spread(*bars).signed, _sides(data)
    ways = (signed, "mean"), (signed, "median"), (signed.clip(lower=0.0), "mean")
    columns = {"y": _gap(signed, sides), "driver": _stress(data)}
    for label, (known, how) in zip(_AVERAGES, ways, strict=True):
        columns[label] = _gap(known, sides, how)
    return pd.DataFrame(columns)


def _sides(data: Dataset) -> pd.Series:
    """``small`` or ``large`` by ticker: the fund that holds it."""
    members = data.frame("members").set_index("ticker")
    return members["fund"].map({"IWM": "small", "IVV": "large"}).dropna()


def _gap(signed: pd.DataFrame, sides: pd.Series, how: str = "squares") -> pd.Series:
    """Typical spread of small minus that of large members by month, decimals.

    `how`: root of the mean of signed squares, or ``mean`` or ``median`` of the signed roots.
    """
    parts = {}
    for side in ("small", "large"):
        held = signed[signed.columns.intersection(sides.index[sides == side])]
        if how == "squares":
            square = (held * held.abs()).mean(axis="columns")
            typical = np.sign(square) * square.abs() ** 0.5
        else:
            typical = held.agg(how, axis="columns")
        parts[side] = typical[held.notna().sum(axis="columns") >= LEAST]
    both = pd.DataFrame(parts).dropna()
    return both["small"].sub(both["large"])


def _stress(data: Dataset, level: float = HIGH) -> pd.Series:
    """One in months of stress, by the volatility index to date; zero in calm ones."""
    index = data.frame("^VIX")["Close"].resample("ME").mean().dropna()
    rank = index.expanding(FIRST).rank(pct=True).dropna()
    return (rank >= level).astype(float)


def _impact(data: Dataset, sides: pd.Series) -> float:
    """Amihud's illiquidity of the median small member over that of the median large one."""
    close, volume = data.frame("members.close"), data.frame("members.volume")
    illiquidity, _ = amihud(close.pct_change(fill_method=None), close * volume)
    typical = illiquidity.mean()
    small, large = (
        float(typical.reindex(sides.index[sides == side]).median()) for side in ("small", "large")
    )
    return small / large


# ---- K4: falls ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ExtraFall(Design):
    """How much further small falls, in percentage points, when large falls 20 %; HAC 12.

    Rows: ``small`` and ``large``, log returns; ``fall``, one in months of falls and zero in others;
    ``troughs``, how many falls ended in the month.
    """

    unit: str = "percentage points"
    null: str = "small falls as far as large when large falls 20 %"

    world = "falls"

    @property
    def needs(self) -> tuple[str, ...]:
        """Both legs, and which months are those of falls."""
        return ("small", "large", "fall")

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the gap."""
        used = self.used(rows)
        inside, count = used["fall"], int(used["troughs"].sum())
        large = float((inside * used["large"]).sum())
        theta = float((inside * (used["small"] - used["large"])).sum() / large)
        # The ratio solves mean(inside * (d - theta * large)) = 0: its error is that of this mean.
        score = inside * (used["small"] - (1 + theta) * used["large"])
        law = ScalarFit(
            name="extra fall",
            value=theta,
            std_error=hac_mean(score, hac_lags=12).std_error * len(score) / abs(large),
            df=count - 1,
            nobs=int(inside.sum()),
            hac_lags=12,
            method=f"Newey-West errors, 12 lags, Student t with {count - 1} d.o.f.",
            null=self.null,
        )
        low, high = law.conf_int(LEVEL)
        return Estimate(
            value=_points(theta),
            std_error=-100 * 0.8 ** (1 + theta) * float(np.log(0.8)) * law.std_error,
            interval=(_points(low), _points(high)),
            p_value=law.pvalue,
            n=law.nobs,
            n_effective=float(count),
            unit=self.unit,
            method=f"ratio of summed log returns over the months of falls; {law.method}",
            null=self.null,
        )

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """In falls of the market, as much further down as the effect says for one of 20 %."""
        used = self.used(rows)
        extra = float(np.log(0.8 - effect / 100) / np.log(0.8)) - 1
        along: pd.Series = used["large"][used["fall"] > 0]
        return extra * along


def _points(theta: float) -> float:
    """From the extra log fall per log fall to percentage points per fall of 20 %."""
    return float(100 * (0.8 - 0.8 ** (1 + theta)))


def _other_falls(ask: Ask) -> Points:
    middle = int(ask.rows["troughs"].sum()) // 2
    yield "first half of the falls", ask(chosen=slice(None, middle))
    yield "second half of the falls", ask(chosen=slice(middle, None))
    yield "to the month the fall was known", ask(until="fall_known")
    yield "from the known fall to its trough", ask(since="fall_known")
    yield "without the deepest fall", ask(by="depth", chosen=slice(1, None))
    yield "without the mildest fall", ask(by="depth", chosen=slice(None, -1))


def _tell_falls(found: Found) -> Told:
    rows = found.rows
    events = _falls_within(found.data, rows.index)
    small, large = (_months_to_recover(rows[leg], events) for leg in ("small", "large"))
    return Told(
        finding=(
            f"When large companies fell 20 %, small ones fell {20 + found.value:.1f} % "
            f"({len(events)} falls, {words.years(rows.index)})"
        ),
        meaning=(
            f"A market fall of 20 % took {words.usd(20 + found.value)} of {STAKE:,} USD in small "
            f"companies and {words.usd(20)} in large ones. From the market's trough, the median "
            f"time back to the height before the fall was {small:.0f} months for small companies "
            f"and {large:.0f} for large ones."
        ),
        remarks=("Hindsight: peaks and troughs are known only later.",),
    )


@theme.claim(
    id="K4",
    statement="Small companies weather downturns worse.",
    kind="link",
    sort="event",
    direction=1,
    sei=5.0,
    sei_unit="percentage points",
    measure=(
        "How much further the small leg falls per 20 % fall of the market; months to recover "
        "beside it."
    ),
    pair=pairs.LEVEL,
    needs={"sample": ("french.factors",), "live": ("french.factors_daily",)},
    design=ExtraFall(),
    variants=_other_falls,
    tell=_tell_falls,
    axes=("month in which the market's fall ended", "return over the fall, %"),
)
def drawdowns(
    data: Dataset,
    pair: str,
    since: str = "peak",
    until: str = "trough",
    by: str = "peak",
    chosen: slice = slice(None),
) -> pd.DataFrame:
    """Both legs, which months are those of market falls, and in which a fall ended.

    Let T be the months from the peak to the trough of every market fall of at least 20 %, each
    counted once. With log returns, theta = sum of d over T / sum of large over T; a large fall of
    20 % then takes small down by ``1 - 0.8**(1 + theta)``, and the gap to 20 % is the answer in
    percentage points. Its error is that of the ratio, from the Newey-West variance of
    ``d - theta * large`` in T, 12 lags. It needs legs, so the sample takes them and not its long
    factor. The peaks and troughs are hindsight, as any drawdown is; their dates are rounded to
    month ends. `chosen` takes some of the falls, in the order of `by`.
    """
    rows = to_log(pairs.get(pair).legs(data))
    events = _falls_within(data, rows.index)
    if len(events) < 4:
        raise InputError(
            f"The market fell by 20 % {len(events)} time(s) in this span; four falls are needed, "
            "two in each half."
        )
    events = events.sort_values(by).iloc[chosen]
    inside = pd.Series(0.0, index=rows.index)
    for start, end in zip(events[since], events[until], strict=True):
        inside[(rows.index > start) & (rows.index <= end)] = 1.0
    ended = events["trough"].value_counts().reindex(rows.index, fill_value=0)
    return rows.assign(fall=inside, troughs=ended)


def _falls_within(data: Dataset, index: pd.Index) -> pd.DataFrame:
    events = legs.falls(data)
    whole: pd.Series = (events["peak"] >= index[0]) & (events["trough"] <= index[-1])
    return events[whole]


def _months_to_recover(leg: pd.Series, events: pd.DataFrame) -> float:
    """Median months from the market's trough until the leg is back at its height at the peak.

    A fall not made good by the end counts as longer than any that was.
    """
    level = leg.cumsum()
    months = []
    for peak, trough in zip(events["peak"], events["trough"], strict=True):
        back = np.flatnonzero(level[trough:] >= level[peak])
        months.append(float(back[0]) if len(back) else np.inf)
    return float(np.median(months))


# ---- K5: credit stress -------------------------------------------------------------------------


def _other_stress(ask: Ask) -> Points:
    rows, used = ask.rows, ask.design.used(ask.rows)
    yield "market not controlled", ask.of(rows[["y", "driver"]])
    yield from ask.halves()
    yield from ask.since("1986")
    yield "spread of the month before", ask.of(rows.assign(driver=rows["driver"].shift(1)))
    recession = signals.recessions(ask.data, used.index)
    yield "hindsight: in recessions", ask.of(used[recession])
    yield "hindsight: outside recessions", ask.of(used[~recession])
    within = used.assign(recession=recession.astype(float), term=used["driver"] * recession)
    per_sd = ANNUAL_PERCENT * float(used["driver"].std())
    term = ask.of(within, on="term", per_sd=False, scale=per_sd)
    yield "hindsight: in recessions minus outside, per sd of all months", term
    if ask.held("BAA10Y"):
        yield "Baa minus 10-year, month end", ask(month_end=True)
    yield from ask.pairs()


def _tell_credit(found: Found) -> Told:
    (low, high), per_month = found.interval, found.value / 12
    return Told(
        finding=(
            f"A month in which the credit spread widened by one standard deviation moved small "
            f"minus large by {per_month:+.2f} %, net of the market: {found.value:+.1f} % at a "
            f"yearly rate (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"When credit tightened by a typical monthly amount, {STAKE:,} USD in small companies "
            f"ended the month {words.ahead(per_month)} large ones, beyond what the market's own "
            "move explains."
        ),
    )


@theme.claim(
    id="K5",
    statement="Credit stress hits small companies harder.",
    kind="link",
    sort="sense",
    direction=-1,
    sei=6.0,
    sei_unit="%/yr per sd",
    measure=(
        "Monthly d on the change of the Baa-Aaa yield spread, market controlled; Baa minus 10-year "
        "at month end since 1986 and the recession term beside it."
    ),
    pair=SLOW,
    needs={
        "sample": ("AAA", "BAA", "NBER"),
        "live": ("AAA", "BAA", "french.factors", "NBER"),
    },
    design=Slope(
        unit="%/yr per sd",
        scale=ANNUAL_PERCENT,
        per_sd=True,
        what="d on change of Baa-Aaa",
        null="d does not move with credit stress",
    ),
    variants=_other_stress,
    tell=_tell_credit,
    axes=(
        "change of the Baa-Aaa spread in the month",
        "small minus large in the month, %",
    ),
)
def credit(data: Dataset, pair: str, *, month_end: bool = False) -> pd.DataFrame:
    """D of a month, the change of the spread in percentage points, the market and its lag.

    The yields are averages over the month, so their change mixes two months; month-end spreads
    are in the specification curve where the edition has them. So is the recession term (merged
    from E5): the slope in NBER recessions minus the slope outside, in hindsight.
    """
    if month_end:
        spread = data.series("BAA10Y").dropna().resample("ME").last()
    else:
        spread = (data.series("BAA") - data.series("AAA")).dropna()
    rows = pd.DataFrame({"y": pairs.get(pair).d(data), "driver": spread.diff().dropna()})
    return rows.join(legs.with_lag(legs.market(data)), how="left")
