"""Risks: which lights are on, and do inflation and credit stress hit harder?"""

from __future__ import annotations

import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading
from r2klib.claims.pairs import SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import (
    mean_difference,
)

theme = Theme("risks")


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
)
def lights(data: Dataset) -> Evidence:
    """Three lights at the edition's present: slowdown, inflation, stress.

    Inflation: every one of the last 6 published 12-month rates above 3 %. Stress: the spread (or
    VIX, where the edition has its history) at or above the 80th percentile of all its past.
    Unemployment and prices are those that stood in the statistics on that day. Borderline where
    percentiles since one year later or of the last 20 years disagree, or, in an edition that keeps
    releases, where today's figures do.
    """
    now = pairs.now(data)
    then = data.as_of(now, vintage=True)
    sahm, inflation = macro.sahm(then), macro.inflation(then)
    gauges = _stress_gauges(data, now)

    def stressed(window: slice) -> bool:
        return any(bool((g.iloc[window] <= g.iloc[-1]).mean() >= 0.80) for g in gauges.values())

    parts = _macro_lights(sahm, inflation) | {
        "stress (credit spread or VIX)": stressed(slice(None))
    }
    calm = not any(_macro_lights(sahm, inflation).values())
    spread = [stressed(window) if calm else True for window in (slice(12, None), slice(-240, None))]
    beside = macro.revised(data, "UNRATE", "CPIAUCSL")
    remarks = []
    if beside is not None:
        today = beside.as_of(now)
        found = _macro_lights(macro.sahm(today), macro.inflation(today))
        spread.append(any(found.values()) or stressed(slice(None)))
        remarks.append(_said_today(found))
    on = [name.split(" (")[0] for name, lit in parts.items() if lit]
    gauge = next(iter(gauges))
    recent = gauges[gauge].tail(240)
    words = " and ".join(on) if on else "none"
    return Evidence(
        answer=Reading(
            value=float(len(on)),
            holds=bool(on),
            spread=tuple(spread),
            parts=parts,
            n=len(gauges[gauge]),
            unit="lights on, of three",
            method="Sahm's signal, 12-month inflation, percentile of the credit spread",
        ),
        as_of=now.date(),
        finding=f"By {now:%B %Y} the lights that were on: {words}",
        meaning=(
            f"Sahm's signal read {sahm.iloc[-1]:.2f} points, inflation {inflation.iloc[-1]:.1f} % "
            f"and the credit spread {gauges[gauge].iloc[-1]:.2f} points. A light matters only "
            "where its link is supported: K1 for a slowdown, K2 for inflation, K5 for stress."
        ),
        vintage=macro.vintage(data, "UNRATE", "CPIAUCSL"),
        remarks=tuple(remarks),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"The credit spread stood at {gauges[gauge].iloc[-1]:.2f} points",
                frame=recent.to_frame(gauge),
                x="",
                y="percentage points",
                spans=macro.recession_spans(data, recent.index[0], recent.index[-1]),
                marks={"80th percentile to date": float(gauges[gauge].quantile(0.80))},
                note="The last twenty years; the percentile uses all history to date.",
            ),
        ),
    )


def _macro_lights(sahm: pd.Series, inflation: pd.Series) -> dict[str, bool]:
    """The two lights that statistics turn on."""
    return {
        "slowdown (Sahm's signal)": bool(sahm.iloc[-1] >= 0.5),
        "inflation (above 3 % for 6 months)": bool((inflation.tail(6) > 3).all()),
    }


def _said_today(lights: dict[str, bool]) -> str:
    on = [name.split(" (")[0] for name, lit in lights.items() if lit]
    return (
        "On revised data with their publication lag the lights of slowdown and inflation that are "
        f"on: {' and '.join(on) or 'none'}."
    )


def _published(series: pd.Series, data: Dataset, now: pd.Timestamp, source: str) -> pd.Series:
    """What had been published of `series`, made from `source`, by `now`."""
    return macro.published_by(series, macro.lag_of(data, source), now)


def _stress_gauges(data: Dataset, now: pd.Timestamp) -> dict[str, pd.Series]:
    if data.kind == "sample":
        spread = (data.series("BAA") - data.series("AAA")).dropna()
        return {"Baa minus Aaa": _published(spread, data, now, "BAA")}
    spread = data.series("BAA10Y").dropna()
    vix = data.frame("^VIX")["Close"].dropna()
    return {"Baa minus 10-year": spread[spread.index <= now], "VIX": vix[vix.index <= now]}


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
)
def inflation_surprise(data: Dataset) -> Evidence:
    """D of the month after the release on monthly inflation less its mean of 12 months.

    The mean of the last year is the forecast of Atkeson and Ohanian (2001), hard to beat and made
    of published figures alone; two of its months may be missing, as around October 2025. All
    figures of a surprise are of the vintage of the release. Consumer prices start in 1947, so the
    sample takes its legs.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d = pair.d(data)
    start = macro.by_period(data, _surprise, "CPIAUCSL").index[0]
    months = pd.date_range(start, d.index[-1], freq="ME")
    signal = macro.read(data, _surprise, "CPIAUCSL", dates=months).dropna().rename("surprise")
    found = foretell.fit(d, signal, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    yearly = macro.read(data, macro.price_rise, "CPIAUCSL", dates=months)
    high_before = (yearly > 3).astype(float).where(yearly.notna()).shift(1).dropna()
    regime = measures.from_fit(
        mean_difference(d, high_before),
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what="mean d, inflation above 3 % in the month before minus the rest",
        null="d is the same under high inflation",
    )
    variants = foretell.monthly_variants(data, pair, d, signal) | {
        "12-month inflation instead of the surprise": foretell.estimate(
            foretell.fit(d, yearly.dropna())
        ),
        "surprise against the month before": foretell.estimate(
            foretell.fit(d, macro.read(data, _acceleration, "CPIAUCSL", dates=months).dropna())
        ),
    }
    beside = macro.revised(data, "CPIAUCSL")
    if beside is not None:
        today = macro.read(beside, _surprise, "CPIAUCSL", dates=months).dropna()
        variants[macro.REVISED_BESIDE] = foretell.estimate(foretell.fit(d, today))
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"In the month after inflation surprised by one standard deviation, small minus large "
            f"ran {answer.value:+.1f} % a year (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"After such a surprise {measures.STAKE:,} USD in small companies ran "
            f"{measures.ahead(answer.value)} large ones, at a yearly rate. With inflation above "
            f"3 % the month before, d averaged {regime.value:+.1f} % a year against other months "
            f"(90 % interval {regime.interval[0]:.1f} to {regime.interval[1]:.1f})."
        ),
        pair=pair.name,
        vintage=macro.vintage(data, "CPIAUCSL", start=signal.index[0]),
        specifications=measures.specify(variants),
        exhibits=(
            foretell.scatter(
                d,
                signal,
                title=f"After an inflation surprise: {answer.value:+.1f} % a year per sd",
                signal="surprise in consumer prices as published",
            ),
        ),
        remarks=(
            *foretell.beside(found),
            "Whether inflation squeezes margins cannot be tested without company accounts.",
        ),
    )


def _surprise(levels: macro.Levels) -> pd.DataFrame:
    """Inflation of the month less its mean of the 12 months before, at least 10 of them known."""
    monthly = macro.log(levels["CPIAUCSL"]).diff()
    return monthly - monthly.shift(1).rolling(12, min_periods=10).mean()


def _acceleration(levels: macro.Levels) -> pd.DataFrame:
    """Inflation of the month less that of the month before."""
    return macro.log(levels["CPIAUCSL"]).diff().diff()


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
        "live": ("AAA", "BAA", "BAA10Y", "french.factors", "NBER"),
    },
)
def credit(data: Dataset) -> Evidence:
    """D on the change of the spread in standard deviations, market and its lag controlled.

    The yields are averages over the month, so their change mixes two months; month-end spreads
    are in the specification curve where the edition has them. The recession term (merged from
    E5) is the slope in NBER recessions minus the slope outside.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = pair.d(data)
    spread = (data.series("BAA") - data.series("AAA")).dropna()
    change = spread.diff().dropna()
    market = with_lag(market_returns(data))
    answer = _on_stress(d, change, market, "change of Baa-Aaa")
    both = d.index.intersection(change.index)
    first, second = measures.halves(both)
    in_recession = macro.recessions(data, both)
    variants: dict[str, Estimate] = {
        "market not controlled": _on_stress(d, change, None, "market not controlled"),
        "first half": _on_stress(d.loc[both[first]], change, market, "first half"),
        "second half": _on_stress(d.loc[both[second]], change, market, "second half"),
        "since 1986": _on_stress(d.loc["1986":], change, market, "since 1986"),
        "spread of the month before": _on_stress(
            d, change.shift(1).dropna(), market, "change one month earlier"
        ),
        "in recessions": _on_stress(
            d.loc[both[in_recession]], change, market, "in NBER recessions"
        ),
        "outside recessions": _on_stress(
            d.loc[both[~in_recession]], change, market, "outside NBER recessions"
        ),
    }
    if "BAA10Y" in data:
        month_end = data.series("BAA10Y").dropna().resample("ME").last().diff().dropna()
        variants["Baa minus 10-year, month end"] = _on_stress(
            d, month_end, market, "change of Baa-10y, month end"
        )
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _on_stress(other, change, market, "change of Baa-Aaa")
    points = pd.DataFrame({"x": measures.standardized(change.loc[both]), "y": 100 * d.loc[both]})
    low, high = answer.interval
    per_month = answer.value / 12
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"A month in which the credit spread widened by one standard deviation moved small "
            f"minus large by {per_month:+.2f} %, net of the market: {answer.value:+.1f} % at a "
            f"yearly rate (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"When credit tightened by a typical monthly amount, {measures.STAKE:,} USD in small "
            f"companies ended the month {measures.ahead(per_month)} large ones, beyond what the "
            "market's own move explains."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=(
                    f"A wider credit spread went with d {'lower' if answer.value < 0 else 'higher'}"
                    f" by {abs(per_month):.2f} % in the month, net of the market"
                ),
                frame=points,
                x="change of the Baa-Aaa spread in the month, standard deviations",
                y="d in the month, %",
                note="Raw points; the slope in the title controls for the market and its lag.",
            ),
        ),
    )


def _on_stress(d: pd.Series, change: pd.Series, market: pd.DataFrame | None, what: str) -> Estimate:
    """Slope of d on a standardised change of spread, % a year, net of `market` where given."""
    return measures.per_sd(
        d,
        change,
        controls=market,
        what=f"d on {what}",
        null="d does not move with credit stress",
    )
