"""Economy: is it strengthening, and has that ever foretold a lead of small companies?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading
from r2klib.claims.pairs import LEVEL, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import ar1

theme = Theme("economy")

COMPOSITE = tuple(macro.COMPOSITE)


@theme.claim(
    id="E0",
    statement="The economy is strengthening now.",
    kind="state",
    sei_unit="composite above its 10-year median and higher than 6 months ago",
    measure=(
        "Growth composite of payrolls, industrial production and unemployment (retail sales, "
        "claims and CFNAI where at hand), 10-year rolling z-scores."
    ),
    needs={"sample": COMPOSITE, "live": COMPOSITE},
)
def strengthening(data: Dataset) -> Evidence:
    """The composite as it stood in the statistics of the edition's last market day.

    Both conditions must be met: above the median of its last 120 months, and above its value of
    6 months before, all of one vintage. Borderline where medians over 108 or 132 months disagree,
    or, in an edition that keeps releases, where today's figures do.
    """
    now, components = pairs.now(data), macro.composite_words(data)
    published = _growth_on(data.as_of(now, vintage=True), now)
    value, before = float(published.iloc[-1]), float(published.iloc[-7])
    rising = value > before
    beside = macro.revised(data, *macro.composite_of(data))
    variations, remarks = [(published, 108), (published, 132)], []
    if beside is not None:
        today = _growth_on(beside, now)
        variations.append((today, 120))
        remarks.append(_said_today(today))
    above = value > published.tail(120).median()
    parts = {"above its 10-year median": bool(above), "higher than 6 months ago": rising}
    recent = published.tail(240)
    verb = "was strengthening" if all(parts.values()) else "was not strengthening"
    return Evidence(
        answer=Reading(
            value=value,
            holds=all(parts.values()),
            spread=tuple(_strengthens(growth, window) for growth, window in variations),
            parts=parts,
            n=min(120, len(published)),
            unit="standard deviations",
            method=f"mean z-score of {components}",
        ),
        as_of=now.date(),
        finding=(
            f"By {now:%B %Y} the economy {verb}: composite {value:+.2f} sd, "
            f"{value - before:+.2f} in 6 months"
        ),
        meaning=(
            "A state is no forecast: what it is worth depends on the link E1, whether a "
            "strengthening economy has been followed by a lead of small companies."
        ),
        vintage=macro.vintage(data, *macro.composite_of(data)),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"The growth composite stood at {value:+.2f} sd by {now:%B %Y}",
                frame=recent.to_frame("growth composite"),
                x="",
                y="standard deviations of the last ten years",
                spans=macro.recession_spans(data, recent.index[0], recent.index[-1]),
                marks={"median of ten years": float(published.tail(120).median())},
                note=f"{components.capitalize()}; 12-month changes.",
            ),
        ),
        remarks=tuple(remarks),
    )


def _growth_on(data: Dataset, now: pd.Timestamp) -> pd.Series:
    """The composite by reference month, as far as it was published by `now`."""
    lag = macro.lag_of(data, *macro.composite_of(data))
    return macro.published_by(macro.growth_composite(data), lag, now)


def _strengthens(growth: pd.Series, window: int = 120) -> bool:
    """Whether the last value exceeds the median of `window` months and that of 6 months before."""
    last = growth.iloc[-1]
    return bool(last > growth.tail(window).median() and last > growth.iloc[-7])


def _said_today(today: pd.Series) -> str:
    met = "is met" if _strengthens(today) else "is not met"
    return (
        f"On revised data with their publication lag the composite reads {today.iloc[-1]:+z.2f} "
        f"sd, and the condition {met}."
    )


@theme.claim(
    id="E1",
    statement="When the economy strengthens, small companies then beat large ones.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure="d of the next month (12 months by Hodrick 1B) on the growth composite as published.",
    pair=SLOW_SINCE_1947,
    needs={"sample": COMPOSITE, "live": COMPOSITE},
)
def growth_foretells(data: Dataset) -> Evidence:
    """D of the next month on the composite as known at month end.

    One month decides; 12 months by Hodrick's 1B are on the curve. The pillar's state asks for
    level and rise, so the composite's level is the signal and its change is a variant. Live
    editions were first read on payrolls, production and unemployment alone, which stay on the
    curve beside all that is at hand. Level and
    change are made within the vintage of the month end, see `r2klib.claims.macro.read`. In
    hindsight, the same figures by the month they speak of, is on the curve too: a sense.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d = pair.d(data)
    composite = macro.growth_composite(data)
    months = pd.date_range(composite.index[0], d.index[-1], freq="ME")
    signal = macro.growth_known(data, macro.growth, months)
    found = foretell.fit(d, signal, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    rise = macro.growth_known(data, macro.growth_rise(6), months)
    variants = foretell.monthly_variants(data, pair, d, signal) | {
        "rise over 6 months instead of level": foretell.estimate(foretell.fit(d, rise)),
        "hindsight: the month the figures speak of (sense)": _same_month(d, composite),
    }
    if len(macro.composite_of(data)) > len(COMPOSITE):
        core = macro.growth_known(data, macro.growth, months, COMPOSITE)
        variants["payrolls, production, unemployment alone"] = foretell.estimate(
            foretell.fit(d, core)
        )
    beside = macro.revised(data, *macro.composite_of(data))
    if beside is not None:
        today = macro.growth_known(beside, macro.growth, months)
        variants[macro.REVISED_BESIDE] = foretell.estimate(foretell.fit(d, today))
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"One standard deviation more growth was followed by {answer.value:+.1f} % a year of "
            f"small minus large (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"After a month of growth one standard deviation above the usual, {measures.STAKE:,} "
            f"USD in small companies ran {measures.ahead(answer.value)} large ones, at a yearly "
            "rate, in the month that followed."
        ),
        pair=pair.name,
        vintage=macro.vintage(data, *macro.composite_of(data), start=signal.index[0]),
        specifications=measures.specify(variants),
        exhibits=(
            foretell.scatter(
                d,
                signal,
                title=(
                    f"More growth, then {'more' if answer.value > 0 else 'less'} of small "
                    f"companies: {answer.value:+.1f} % a year per sd"
                ),
                signal="growth composite as published",
            ),
        ),
        remarks=foretell.beside(found),
    )


def _same_month(d: pd.Series, growth: pd.Series) -> Estimate:
    """D on the composite of the month that d is of: what no one could have traded."""
    return measures.per_sd(
        d,
        growth,
        what="d on the growth composite of the same month",
        null="d does not move with growth",
    )


@theme.claim(
    id="E3",
    statement="Trade tension and a slowing world hurt small companies less than large ones.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "d on AR(1) innovations of trade-policy uncertainty and of foreign industrial "
        "production (sign turned), market controlled."
    ),
    pair=SLOW_SINCE_1947,
    needs={
        "sample": ("tpu", "foreign.ip"),
        "live": ("tpu", "foreign.ip", "french.factors"),
    },
)
def abroad(data: Dataset) -> Evidence:
    """D of the month on one shock from abroad, net of the market and its lag, HAC.

    The shock is the sum of two innovations, each in standard deviations and the sum again: of log
    trade-policy uncertainty (Caldara and others, since 1960), and, with the sign turned, of the
    growth of foreign industrial production (the euro area's, since 1975). Both belong to the
    month they speak of, as the news they measure does: a sense, not tradable. Each alone, the
    shocks as published, and the shorter trade index of Baker, Bloom and Davis are on the curve;
    the longer one decides because its row was sized on it.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d, market = pair.d(data), with_lag(market_returns(data))
    tension = _innovations(np.log(data.series("tpu")))
    slowdown = -_foreign_growth(data)
    shock = _sum_of(tension, slowdown)
    answer = _on_shock(d, shock, market, "trade tension and foreign slowdown")
    both = d.index.intersection(shock.index)
    first, second = measures.halves(both)
    known = _sum_of(
        *(
            macro.known_at(part, macro.lag_of(data, name), both).dropna()
            for part, name in ((tension, "tpu"), (slowdown, "foreign.ip"))
        )
    )
    variants: dict[str, Estimate] = {
        "trade tension alone": _on_shock(d, tension, market, "trade-policy uncertainty"),
        "foreign slowdown alone": _on_shock(d, slowdown, market, "foreign production, turned"),
        "market not controlled": _on_shock(d, shock, None, "market not controlled"),
        "first half": _on_shock(d.loc[both[first]], shock, market, "first half"),
        "second half": _on_shock(d.loc[both[second]], shock, market, "second half"),
        "as published": _on_shock(d, known, market, "as published"),
    }
    if "EPUTRADE" in data:
        other = _innovations(np.log(data.series("EPUTRADE").clip(lower=1.0)))
        variants["trade index of Baker, Bloom and Davis alone"] = _on_shock(
            d, other, market, "EPUTRADE"
        )
        variants["the same with foreign slowdown"] = _on_shock(
            d, _sum_of(other, slowdown), market, "EPUTRADE and foreign slowdown"
        )
    for label, other_d in pairs.replications(data, pair).items():
        variants[label] = _on_shock(other_d, shock, market, "both shocks")
    low, high = answer.interval
    per_month = answer.value / 12
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"A month of one standard deviation more tension and slowdown abroad moved small minus "
            f"large by {per_month:+.2f} %, net of the market: {answer.value:+.1f} % at a yearly "
            f"rate (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"In such a month {measures.STAKE:,} USD in small companies ended "
            f"{measures.ahead(per_month)} large ones, beyond what the market's own move explains."
        ),
        pair=pair.name,
        vintage=macro.REVISED,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Tension and slowdown abroad: small minus large {answer.value:+.1f} % a year "
                    "per standard deviation"
                ),
                frame=measures.intervals([("both (decides)", answer), *list(variants.items())[:3]]),
                x="small minus large, % a year per standard deviation, with 90 % interval",
                y="",
                marks={"smallest effect of interest": abroad.claimed},
                note="Innovations of first-order autoregressions, in the month they speak of.",
            ),
        ),
    )


def _innovations(series: pd.Series) -> pd.Series:
    """What a first-order autoregression leaves, by month."""
    known = series.dropna()
    return pd.Series(ar1(known).residuals, index=known.index[1:], name=series.name)


def _foreign_growth(data: Dataset) -> pd.Series:
    """Innovations of growth of foreign industrial production."""
    return _innovations(np.log(data.series("foreign.ip").dropna()).diff())


def _sum_of(one: pd.Series, other: pd.Series) -> pd.Series:
    """Sum of two series, each in standard deviations of their common months."""
    both = pd.DataFrame({"one": one, "other": other}).dropna()
    return measures.standardized(both["one"]) + measures.standardized(both["other"])


def _on_shock(d: pd.Series, shock: pd.Series, market: pd.DataFrame | None, what: str) -> Estimate:
    return measures.per_sd(
        d,
        shock,
        controls=market,
        what=f"d on {what}",
        null="shocks from abroad move small and large companies alike",
    )


theme.declare(
    id="E5",
    statement="Recessions hit small companies with particular force.",
    kind="merged",
    sei_unit="",
    measure="The recession term of the credit-spread regression.",
    pair=LEVEL,
    reason="Merged into K5 as its spread x recession term; the thesis has no such sentence.",
)
