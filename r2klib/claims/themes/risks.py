"""Risks: which lights are on, slowdowns, inflation, costs of trade, falls, credit stress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, signals, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    ANNUAL_PERCENT,
    DRAWS,
    Design,
    Foretell,
    Mean,
    Slope,
    SlopePerSd,
    World,
    around,
    broken_mean,
    values_of,
)
from r2klib.claims.estimates import LEVEL, Equation
from r2klib.claims.nouns import Estimate, Reading, Stability, Told
from r2klib.claims.pairs import SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.score import HIGH
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError, listing
from r2klib.stats import NullLaw, abdi_ranaldo, amihud, corwin_schultz, edge_spread
from r2klib.stats.placebo import flips_of_ratio

theme = Theme("risks")


# ---- K0: the lights ----------------------------------------------------------------------------

_TODAY = ", today's figures"


def _read_lights(rows: pd.DataFrame) -> Reading:
    held = [name for name in ("credit spread", "VIX") if name in rows]
    gauges = [values_of(rows, name) for name in held]

    def stressed(past: Callable[[pd.Series], pd.Series] = lambda gauge: gauge) -> bool:
        return any(bool((past(g) <= g.iloc[-1]).mean() >= HIGH) for g in gauges)

    lit = _macro_lights(rows)
    parts = lit | {"stress (credit spread or VIX)": stressed()}
    pasts = (_a_year_later, partial(signals.last_years, years=20))
    spread = [any(lit.values()) or stressed(past) for past in pasts]
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
        method="Sahm's signal, 12-month inflation, percentile of "
        f"{listing(f'the {name}' for name in held)}",
    )


def _a_year_later(gauge: pd.Series) -> pd.Series:
    """The past of a gauge, begun a year later."""
    later: pd.Series = gauge[gauge.index > gauge.index[0] + pd.DateOffset(years=1)]
    return later


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
    rows, today = found.rows, ""
    sahm, inflation, spread = rows[["sahm", "inflation", "credit spread"]].ffill().iloc[-1]
    if f"sahm{_TODAY}" in rows:
        today = (
            "On revised data with their publication lag the lights of slowdown and inflation that "
            f"are on: {_on(_macro_lights(rows, _TODAY))}."
        )
    return Told(
        finding=f"By {rows.index[-1]:%B %Y} the lights that were on: {_on(found.reading.parts)}",
        meaning=(
            f"Sahm's signal read {sahm:z.2f} points, inflation {inflation:z.1f} % and the credit "
            f"spread {spread:z.2f} points. A light matters only where its link is supported: K1 "
            "for a slowdown, K2 for inflation, K5 for stress."
        ),
        vintage=signals.vintage(found.data, "UNRATE", "CPIAUCSL"),
        remarks=(today,),
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
    """What three lights at the edition's present are read from: slowdown, inflation, stress.

    Unemployment and prices are those that stood in the statistics on that day. Borderline where
    percentiles since one year later or of the last 20 years disagree, or, in an edition that keeps
    releases, where today's figures do.
    """
    now = pairs.now(data, "UNRATE", "CPIAUCSL", "BAA", "AAA")
    columns = _statistics(data.as_of(now, vintage=True)) | stress_gauges(data, now)
    beside = signals.revised(data, "UNRATE", "CPIAUCSL")
    if beside is not None:
        columns |= {f"{n}{_TODAY}": x for n, x in _statistics(beside.as_of(now)).items()}
    rows = pd.DataFrame(columns)
    return rows.reindex(rows.index.union([now]))


def _statistics(data: Dataset) -> dict[str, pd.Series]:
    return {"sahm": signals.sahm(data), "inflation": signals.inflation(data)}


def stress_gauges(data: Dataset, now: pd.Timestamp) -> dict[str, pd.Series]:
    """The gauges of stress that had been published by a day: by day, the sample's by month."""
    if data.kind == "sample":
        spread = (data.series("BAA") - data.series("AAA")).dropna()
        return {"credit spread": signals.published_by(spread, signals.rule_of(data, "BAA"), now)}
    gauges = {"BAA10Y": data.series("BAA10Y"), "^VIX": data.frame("^VIX")["Close"]}
    spread, vix = (
        signals.published_by(gauge.dropna(), signals.rule_of(data, name), now)
        for name, gauge in gauges.items()
    )
    return {"credit spread": spread, "VIX": vix}


# ---- K1: slowdowns -----------------------------------------------------------------------------

_GROSS = "gross d, beta left in (P5 with the sign turned)"
_ALARMS = {
    "Sahm's signal at 0.5 or above the month before": "sahm",
    "3-month mean of the CFNAI at -0.7 or below the month before": "cfnai",
}


def _other_slowdowns(ask: Ask) -> Points:
    yield _GROSS, ask.of(ask.rows[["y", "driver"]])
    for label, alarm in _ALARMS.items():
        series = _GAUGES[alarm][1]
        if ask.held(series):
            yield label, ask(alarm=alarm)
            yield from ask.revised(series, prefix=f"{label}: ", alarm=alarm)
    yield from ask.halves()
    yield "without the Depression (since 1946)", ask.of(ask.rows.loc["1946":])
    yield from ask.pairs()


def _tell_slowdowns(found: Found) -> Told:
    gross, months = found.variants[_GROSS].value, int(found.used["driver"].sum())
    alarms = found.claim.rows(found.data, alarm="sahm").dropna()
    basis = signals.vintage(found.data, "UNRATE", start=alarms.index[0])
    return Told(
        finding=(
            f"In recessions small minus large ran {found.value:+z.1f} % a year against other "
            f"months, net of beta ({months} months of recession; 90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"A year of recession left {STAKE:,} USD in small companies "
            f"{words.ahead(found.value)} large ones, against the usual, beyond what their beta "
            f"explains; with beta left in the difference was {gross:+z.1f} % a year."
        ),
        vintage=f"NBER dates: hindsight; unemployment: {basis}",
        remarks=(
            "Hindsight: turning points are announced months after the fact.",
            *(_as_known(label, found.variants) for label in _ALARMS if label in found.variants),
        ),
    )


def _as_known(label: str, variants: Mapping[str, Any]) -> str:
    known = variants[label]
    rule = f"; {signals.SAHM_KNOWN}" if _ALARMS[label] == "sahm" else ""
    return (
        f"Told by what was published ({label}{rule}), the difference net of beta was "
        f"{known.value:+z.1f} % a year (90 % interval {known.interval:z.1f})."
    )


@theme.claim(
    id="K1",
    statement="In a slowdown small companies lose more than their beta explains.",
    sort="sense",
    direction=-1,
    effect="loss of small companies in recessions beyond their beta",
    sei=4.0,
    measure=(
        "One regression of d on the NBER's recessions, the market and its lag: the coefficient of "
        "recessions, hindsight; CFNAI-MA3 <= -0.7 and Sahm >= 0.5 as known beside it, and gross d."
    ),
    pair=SLOW,
    needs=("NBER", "french.factors", "UNRATE"),
    design=Slope(
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        hac_lags=12,
        what="d in recessions against other months, market and its lag held fixed (hindsight)",
        null="net of beta d has the same mean in recessions and outside",
    ),
    variants=_other_slowdowns,
    tell=_tell_slowdowns,
    axes=("recessions / other months", "small minus large in the month, %"),
    hindsight=True,
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def slowdowns(data: Dataset, pair: str, alarm: str = "") -> pd.DataFrame:
    """D of a month, one in a recession, and the market with its lag.

    A month belongs to a recession after the peak and through the trough (the convention of
    USREC). What small companies lose in recessions because their beta is higher is not counted.

    `alarm` takes what was known at the end of the month before in place of the NBER's dates:
    ``sahm``, where Sahm's signal stood at 0.5 or above, or ``cfnai``, where the three-month mean
    of the Chicago Fed's index stood at -0.7 or below.
    """
    d = pairs.get(pair).d(data)
    inside = _known(data, alarm, d.index) if alarm else signals.recessions(data, d.index)
    rows = pd.DataFrame({"y": d, "driver": inside.astype(float)})
    return rows.join(legs.with_lag(legs.market(data)), how="left")


def _known(data: Dataset, alarm: str, index: pd.Index) -> pd.Series:
    """One where a gauge of recession rang at the end of the month before; NaN before it starts."""
    gauge, series, edge = _GAUGES[alarm]
    level = signals.known_before(data, gauge, series, index=index)
    return (level >= edge).astype(float).where(level.notna())


def _weakness(levels: signals.Levels) -> pd.DataFrame:
    """Minus the three-month mean of the Chicago Fed's activity index."""
    return -levels["CFNAI"].rolling(3).mean().round(9)


#: What rings, the series it is made of, and from which level on.
_GAUGES: dict[str, tuple[signals.Transform, str, float]] = {
    "sahm": (signals.sahm_signal, "UNRATE", 0.5),
    "cfnai": (_weakness, "CFNAI", 0.7),
}


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
    yield from ask.revised("CPIAUCSL")


def _tell_inflation(found: Found) -> Told:
    known = found.rows["signal"].dropna()
    yearly = found.claim.rows(found.data, made=signals.price_rise)
    above = (yearly["signal"] > 3).astype(float).where(yearly["signal"].notna())
    regime = Slope(unit="%/yr", scale=ANNUAL_PERCENT, null="d is the same under high inflation")(
        yearly[["y"]].assign(driver=above.shift(1))
    )
    return Told(
        finding=(
            f"In the month after inflation surprised by one standard deviation, small minus large "
            f"ran {found.value:+z.1f} % a year against the usual (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"After such a surprise {STAKE:,} USD in small companies ran "
            f"{words.ahead(found.value)} large ones against the usual, at a yearly rate. With "
            f"inflation above 3 % the month before, small minus large averaged "
            f"{regime.value:+z.1f} % a year against other months (90 % interval "
            f"{regime.interval:z.1f})."
        ),
        vintage=signals.vintage(found.data, "CPIAUCSL", start=known.index[0]),
        remarks=(*found.beside(), f"Whether inflation squeezes margins {words.PUBLIC_ACCOUNTS}."),
    )


@theme.claim(
    id="K2",
    statement="Inflation squeezes small companies.",
    sort="foretell",
    direction=-1,
    effect="lag of small companies after inflation",
    sei=2.5,
    measure=(
        "d of the month after the release on the surprise in consumer prices; the regime of "
        "inflation above 3 % beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs=("CPIAUCSL",),
    design=Foretell(),
    variants=_other_inflation,
    tell=_tell_inflation,
    axes=("surprise in consumer prices as published", "small minus large in the next month, %"),
)
def inflation_surprise(
    data: Dataset, pair: str, made: signals.Transform = _surprise
) -> pd.DataFrame:
    """D, and by the month of the release monthly inflation less its mean of 12 months.

    The mean of the last year is the forecast of Atkeson and Ohanian (2001), hard to beat and made
    of published figures alone; two of its months may be missing, as around October 2025. Consumer
    prices start in 1947, so the sample takes its legs.
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

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The difference; months of stress carry the information."""
        stressed = float(self.used(rows)["driver"].sum())
        return replace(super().equation(rows), n_effective=stressed)


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
    yield "small minus large, all months", always.lighter()(rows)


def _tell_spreads(found: Found) -> Told:
    sides = _sides(found.data)
    calm, stress = 1e4 * found.used.groupby("driver")["y"].mean()
    return Told(
        finding=(
            f"Small members' spreads exceeded large ones' by {calm:z.0f} bp in calm months and "
            f"{stress:z.0f} bp under stress: {found.value:+z.0f} bp (90 % interval "
            f"{found.interval:z.0f})"
        ),
        meaning=(
            f"To buy and sell {STAKE:,} USD of small companies cost "
            f"{words.signed_usd(calm / 100)} against large ones in calm months and "
            f"{words.signed_usd(stress / 100)} under stress. A million USD traded moved small "
            f"members {_impact(found.data, sides):z,.0f} times as far."
        ),
        remarks=(
            "Survivorship: the members are those of the day of the holdings lists.",
            f"{(sides == 'small').sum()} small and {(sides == 'large').sum()} large members.",
        ),
    )


@theme.claim(
    id="K3",
    statement="Small companies trade at wider spreads and thinner volume, worse under stress.",
    sort="level",
    direction=1,
    effect="widening of small companies' spreads under stress",
    sei=20.0,
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
)
def spreads(data: Dataset) -> pd.DataFrame:
    """Gap of mean monthly EDGE spreads, small minus large; one in months of stress.

    The members are today's, of each fund the heaviest, so the panel says what trading in them
    cost and nothing about returns. What EDGE estimates without bias is the square of the spread,
    which may come out negative: squares are averaged over a side's members, and the root is taken
    of the mean. Averages of roots, signed or with the negative ones at zero, are biased; they
    stand in columns of their own, for the curve.
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
    """One in months of stress, zero in calm ones.

    Stress is a mean of the volatility index at or above that percentile of its months to date.
    """
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


#: Fewer have less than 20 sets of signs on a side, and no interval of 90 %.
FEWEST_FALLS = 5


@dataclass(frozen=True, kw_only=True)
class ExtraFall(Design):
    """How much further small falls, in percentage points, when large falls 20 %.

    Rows: ``small`` and ``large``, log returns; ``fall``, the number of the fall that a row belongs
    to, zero in others. With the sums of a fall, theta = sum of (small - large) / sum of large over
    all falls. Its law flips the signs of what small lost beyond (1 + theta) times large, fall by
    fall: an effect is kept where the sum of these is not among the farthest.
    """

    unit: str = "percentage points"
    null: str = "small falls as far as large when large falls 20 %"
    draws: int = DRAWS
    seed: int = 20

    needs = ("small", "large", "fall")
    world = "falls"
    into = "small"

    def falls(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Log returns of both legs over each fall, by the date at which it ended."""
        inside = self.used(rows)
        inside = inside[inside["fall"] > 0]
        ended = inside.index.to_series().groupby(inside["fall"]).last()
        sums = inside[["small", "large"]].groupby(inside["fall"]).sum()
        return sums.set_axis(pd.DatetimeIndex(ended), axis="index")

    def judge(self, rows: pd.DataFrame, /) -> NullLaw:
        """The extra log fall per log fall, by signs of the falls."""
        falls = self.falls(rows)
        if len(falls) < FEWEST_FALLS:
            raise InputError(
                f"The market fell {len(falls)} time(s) in these rows; {FEWEST_FALLS} falls are "
                "needed, for the signs of fewer can be flipped in too few ways to leave a tenth of "
                "them aside."
            )
        return flips_of_ratio(
            falls["small"] - falls["large"], falls["large"], draws=self.draws, seed=self.seed
        )

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Small is large and d that has moved, its mean taken out."""
        d = rows["small"] - rows["large"]
        return rows.assign(small=rows["large"] + around(d - d.mean(), world))

    def shift(self, effect: float) -> float:
        """From percentage points to what the law is of."""
        return _extra(effect)

    def told(self, rows: pd.DataFrame, law: NullLaw, /) -> Estimate:
        """The gap in points per fall of 20 %."""
        n = len(self.falls(rows))
        low, high = law.interval(LEVEL)
        slope = -100 * 0.8 ** (1 + law.value) * float(np.log(0.8))
        return Estimate(
            value=_points(law.value),
            std_error=slope * law.std_error,
            interval=(_points(low), _points(high)),
            p_value=law.p_value(),
            p_claimed=None if self.claimed is None else law.one_sided(_extra(self.claimed))[1],
            n=n,
            n_effective=float(n),
            unit=self.unit,
            method=f"ratio of log returns summed over the falls, a row each; {law.method}",
            null=self.null,
        )

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:
        """The break test of the mean extra fall per fall, each a row that stands alone."""
        falls = self.falls(rows)
        return broken_mean((falls["small"] - falls["large"]) / falls["large"], 0, self.seed, 1)

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """In falls of the market, as much further down as the effect says for one of 20 %."""
        used = self.used(rows)
        along: pd.Series = used["large"][used["fall"] > 0]
        return _extra(effect) * along


def _extra(points: float) -> float:
    """From percentage points per fall of 20 % to the extra log fall per log fall."""
    return float(np.log(0.8 - points / 100) / np.log(0.8)) - 1


def _points(theta: float) -> float:
    """From the extra log fall per log fall to percentage points per fall of 20 %."""
    return float(100 * (0.8 - 0.8 ** (1 + theta)))


def _other_falls(ask: Ask) -> Points:
    middle = int(ask.rows["fall"].max()) // 2
    yield "first half of the falls", ask(chosen=slice(None, middle))
    yield "second half of the falls", ask(chosen=slice(middle, None))
    yield "to the day the fall was known", ask(until="fall_known")
    yield "from the known fall to its trough", ask(since="fall_known")
    yield "without the deepest fall", ask(by="depth", chosen=slice(1, None))
    yield "without the mildest fall", ask(by="depth", chosen=slice(None, -1))
    for size in (0.10, 0.15):
        yield f"falls of {100 * size:z.0f} % or more", ask(size=size)
    if ask.data.kind != "sample":
        yield "dates rounded to month ends", ask(daily=False)


def _tell_falls(found: Found) -> Told:
    (low, high), rows = found.interval, found.rows
    small, large = (_months_to_recover(rows[leg], rows["fall"]) for leg in ("small", "large"))
    return Told(
        finding=(
            f"When the market fell 20 %, small companies fell {20 + found.value:z.1f} % "
            f"({found.answer.n} falls, {words.years(rows.index)}; 90 % interval {20 + low:z.1f} to "
            f"{20 + high:z.1f})"
        ),
        meaning=(
            f"A market fall of 20 % took {words.usd(20 + found.value)} of {STAKE:,} USD in small "
            f"companies and {words.usd(20)} in the market. From its trough, the median "
            f"time back to the height before the fall was {small:z.0f} months for small companies "
            f"and {large:z.0f} for the market."
        ),
        remarks=("Hindsight: peaks and troughs are known only later.",),
    )


@theme.claim(
    id="K4",
    statement="Small companies weather downturns worse.",
    sort="event",
    direction=1,
    effect="deeper fall of small companies",
    sei=5.0,
    measure=(
        "How much further small companies (market plus SMB) fall per 20 % fall of the market, from "
        "the day of its peak to the day of its trough; signs flipped by fall; months to recover "
        "beside it. Sample: its legs, month ends."
    ),
    pair={"sample": "legs", "live": ""},
    needs={"sample": ("french.factors",), "live": ("french.factors_daily",)},
    design=ExtraFall(),
    variants=_other_falls,
    tell=_tell_falls,
    axes=("date on which the market's fall ended", "return over the fall, %"),
    hindsight=True,
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def drawdowns(
    data: Dataset,
    pair: str,
    since: str = "peak",
    until: str = "trough",
    by: str = "peak",
    chosen: slice = slice(None),
    *,
    daily: bool = True,
    size: float = legs.FALL,
) -> pd.DataFrame:
    """Log returns of both legs, and to which fall of the market each day or month belongs.

    Live: the market M and M + SMB of French's daily factors (equal weights of the portfolios), and
    falls of at least 20 % from the very day of the peak, which is not counted, to that of the
    trough. The sample has no daily factors: its legs, and peaks and troughs of month ends, as with
    `daily` false. Rounded dates reach into the rebound: by month ends some falls are rises.

    `chosen` takes some of the falls, in the order of `by`; they are numbered by date.
    """
    rows, rounded = pairs.log_legs(data, pair), bool(pair) or not daily
    events = (legs.falls if rounded else legs.exact_falls)(data, size)
    whole = (events["peak"] >= rows.index[0]) & (events["trough"] <= rows.index[-1])
    events = events[whole]
    taken = events.sort_values(by).iloc[chosen].sort_values("peak")
    number = pd.Series(0, index=rows.index)
    for i, (start, end) in enumerate(zip(taken[since], taken[until], strict=True), 1):
        number[(rows.index > start) & (rows.index <= end)] = i
    return rows.assign(fall=number)


def _months_to_recover(leg: pd.Series, fall: pd.Series) -> float:
    """Median months from the market's trough until the leg is back at its height at the peak.

    A fall not made good by the end counts as longer than any that was.
    """
    level, months = leg.cumsum(), []
    for number in range(1, int(fall.max()) + 1):
        inside = np.flatnonzero(fall == number)
        before, trough = level.iloc[max(0, inside[0] - 1)], level.index[inside[-1]]
        back = level[trough:].index[level[trough:] >= before]
        months.append((back[0] - trough).days * 12 / 365.25 if len(back) else np.inf)
    return float(np.median(months))


# ---- K5: credit stress -------------------------------------------------------------------------


_NEXT = "driver, next month"


def _recession_term(ask: Ask) -> Estimate | None:
    """Both slopes in recessions minus both outside, per standard deviation of all months."""
    used = ask.design.used(ask.rows)
    recession = signals.recessions(ask.data, used.index).astype(float)
    terms = {f"{name} in recessions": used[name] * recession for name in ("driver", _NEXT)}
    return ask.of(
        used.assign(recession=recession, **terms),
        on=dict.fromkeys(terms, 1.0),
        per_sd=False,
        scale=ANNUAL_PERCENT * float(used["driver"].std()),
    )


def _other_stress(ask: Ask) -> Points:
    rows, used = ask.rows, ask.design.used(ask.rows)
    yield "market not controlled", ask.of(rows[["y", "driver", _NEXT]])
    yield "this month's average alone", ask.of(rows.drop(columns=_NEXT), on="driver")
    yield from ask.halves()
    yield from ask.since("1986")
    before = rows.drop(columns=_NEXT).assign(driver=rows["driver"].shift(1))
    yield "spread of the month before", ask.of(before, on="driver")
    recession = signals.recessions(ask.data, used.index)
    yield "hindsight: in recessions", ask.of(used[recession])
    yield "hindsight: outside recessions", ask.of(used[~recession])
    yield "hindsight: in recessions minus outside, per sd of all months", _recession_term(ask)
    if ask.held("BAA10Y"):
        month_ends = ask.claim.rows(ask.data, month_end=True)
        yield "Baa minus 10-year, month end", ask.of(month_ends, on="driver")
    yield from ask.pairs()


def _tell_credit(found: Found) -> Told:
    per_month = found.value / 12
    return Told(
        finding=(
            f"A credit spread that widened by one standard deviation in a month moved small minus "
            f"large by {per_month:+z.2f} %, net of the market: {found.value:+z.1f} % at a yearly "
            f"rate (90 % interval {found.interval:z.1f})"
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
    sort="sense",
    direction=-1,
    effect="lag of small companies under credit stress",
    sei=2.5,
    measure=(
        "Monthly d on the change of the Baa-Aaa yield spread, averages of this month and the next, "
        "both coefficients added up, market controlled; Baa minus 10-year at month end since 1986 "
        "and the recession term beside it."
    ),
    pair=SLOW,
    needs={
        "sample": ("AAA", "BAA", "NBER"),
        "live": ("AAA", "BAA", "french.factors", "NBER"),
    },
    design=SlopePerSd(
        on={"driver": 1.0, _NEXT: 1.0},
        what="d on change of Baa-Aaa, this month and the next",
        null="d does not move with credit stress",
    ),
    variants=_other_stress,
    tell=_tell_credit,
    axes=(
        "change of the Baa-Aaa spread in the month and the next",
        "small minus large in the month, %",
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def credit(data: Dataset, pair: str, *, month_end: bool = False) -> pd.DataFrame:
    """D of a month, changes of the spread in points, the market and its lag.

    The yields are averages over the month, which spread a move over two changes: that of the month
    and that of the next are both drivers, and their coefficients are added up (a fifth more than
    the response itself where spreads walk at random; this month's alone, a quarter less). Those of
    month ends (`month_end`) need no such care. The recession term is merged from E5.
    """
    if month_end:
        change = data.series("BAA10Y").dropna().resample("ME").last().diff().to_frame("driver")
    else:
        of_averages = (data.series("BAA") - data.series("AAA")).dropna().diff()
        change = pd.DataFrame({"driver": of_averages, _NEXT: of_averages.shift(-1)})
    rows = pd.DataFrame({"y": pairs.get(pair).d(data)}).join(change.dropna(), how="outer")
    return rows.join(legs.with_lag(legs.market(data)), how="left")
