"""History: leadership that comes in cycles, and the last decade."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading
from r2klib.claims.pairs import LEVEL
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import (
    NullLaw,
    ols_hac,
    to_log,
    variance_ratio,
)

theme = Theme("history")

DECADE = 120


@theme.claim(
    id="H1",
    statement="Leadership of small and large companies comes in distinct cycles.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.5,
    sei_unit="variance ratio minus 1",
    measure=(
        "Variance ratio of d, 36 months over 3 months, minus 1; null of no memory by wild "
        "bootstrap. The base of 3 months strips thin trading."
    ),
    pair=LEVEL,
)
def cycles(data: Dataset) -> Evidence:
    """Variance of 36-month d over twelve times the variance of 3-month d, minus one.

    Above zero, leadership persists longer than a random walk's; the bias of the overlapping
    estimate under the null is removed, and interval and p invert the same wild-bootstrap law.
    """
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    d = pair.d(data)
    law = variance_ratio(d, 36, 3, draws=measures.DRAWS, seed=1)
    answer = _memory(law, len(d))
    first, second = measures.halves(d.index)
    variants = {
        "24 over 3 months": (d, 24, 3),
        "60 over 3 months": (d, 60, 3),
        "36 over 1 month": (d, 36, 1),
        "first half": (d.iloc[first], 36, 3),
        "second half": (d.iloc[second], 36, 3),
        "without January": (d.where(measures.dates(d).month != 1, d.mean()), 36, 3),
    }
    for label, other in pairs.replications(data, pair).items():
        variants[label] = (other, 36, 3)
    d_years = 100 * d.rolling(36).sum().dropna() / 3
    reign = "longer-lived than" if answer.value > 0 else "no longer-lived than"
    certain = answer.interval[0] > 0 or answer.interval[1] < 0
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"Over 36 months d varied {1 + answer.value:.2f} times as much as a walk without "
            f"memory would ({measures.years(d.index)}; 90 % interval {1 + answer.interval[0]:.2f} "
            f"to {1 + answer.interval[1]:.2f})"
        ),
        meaning=(
            f"Spells of leadership look {reign} chance makes them, and the interval "
            f"{'excludes' if certain else 'includes'} chance itself. "
            "Telling where in a cycle one stands needs more than that."
        ),
        pair=pair.name,
        specifications=measures.specify(
            {
                label: _memory(variance_ratio(x, q, k, draws=measures.SPEC_DRAWS, seed=1), len(x))
                for label, (x, q, k) in variants.items()
            }
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"The longest reigns: {_reigns(d_years)}",
                frame=d_years.to_frame("small minus large"),
                x="",
                y="d over the last 36 months, % a year (log)",
                spans=macro.recession_spans(data, d_years.index[0], d_years.index[-1]),
                marks={"small and large even": 0.0},
                note="Above zero small companies led over three years; recessions shaded.",
            ),
            Exhibit(
                kind="histogram",
                title=(
                    f"A walk without memory makes a ratio this high in "
                    f"{100 * float((law.draws >= law.value).mean()):.0f} % of worlds"
                ),
                frame=pd.DataFrame({"draws": law.draws}),
                x="variance ratio, 36 over 3 months",
                y="simulated worlds",
                marks={"observed": law.value},
                note="Wild bootstrap of d under the null that returns have no memory.",
            ),
        ),
    )


def _memory(law: NullLaw, n: int) -> Estimate:
    return measures.from_null(
        law,
        n=n,
        unit="variance ratio minus 1",
        null="d has no memory beyond the base horizon",
    )


def _reigns(d_years: pd.Series) -> str:
    """Longest spell of each leader by three-year returns: ``small companies 1976–1985, ...``."""
    sign = np.sign(d_years)
    run = (sign != sign.shift()).cumsum()
    found = []
    for who, side in (("small", 1), ("large", -1)):
        runs = run[sign == side]
        if len(runs):
            spell = runs.index[runs == runs.value_counts().idxmax()]
            found.append((spell[0], f"{who} companies {spell[0]:%Y}–{spell[-1]:%Y}"))
    return ", ".join(text for _, text in sorted(found))


@theme.claim(
    id="H2",
    statement="Large growth companies dominated the last decade.",
    kind="state",
    sei_unit="d over ten years below zero, and growth ahead of value",
    measure=(
        "Cumulative d of the last 120 months and large growth minus small value over the same "
        "months; borderline where windows begun 12 months earlier or later disagree."
    ),
    pair={"live": "etf", "sample": "legs"},
    needs={"sample": ("french.size_value",), "live": ("IWF", "IWN")},
)
def last_decade(data: Dataset) -> Evidence:
    """Ten years of d and of large growth minus small value, to the end of the edition.

    Live, growth and value are the funds IWF and IWN; in the sample, French's biggest growth
    (S5V1) and small value (mean of S1V5 and S3V5) portfolios stand for them.
    """
    pair = pairs.get({"live": "etf", "sample": "legs"}[pairs.kind_of(data)])
    d = pair.d(data)
    growth = _growth_minus_value(data)
    both = pd.DataFrame(
        {"small minus large": d, "small value minus large growth": -growth}
    ).dropna()

    def holds(window: int) -> bool:
        return bool((both.tail(window).sum() < 0).all())

    decade = both.tail(DECADE)
    total = 100 * decade.sum()
    ahead = "large" if total.iloc[0] < 0 else "small"
    growth_won = "growth" if total.iloc[1] < 0 else "value"
    return Evidence(
        answer=Reading(
            value=float(total.iloc[0]),
            holds=holds(DECADE),
            spread=tuple(holds(DECADE + months) for months in (-12, 12)),
            n=len(decade),
            unit="log points over ten years",
            method="sum of monthly log d; small value minus large growth beside it",
        ),
        as_of=measures.last_date(decade.index),
        finding=(
            f"In the ten years to {decade.index[-1]:%B %Y} {ahead} companies led by "
            f"{abs(total.iloc[0]):.0f} log points, and {growth_won} led by "
            f"{abs(total.iloc[1]):.0f} between large growth and small value"
        ),
        meaning=(
            f"{measures.STAKE:,} USD in large companies for ten years became "
            f"{np.exp(-total.iloc[0] / 100):.2f} times what it became in small ones."
        ),
        pair=pair.name,
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"The decade to {decade.index[-1]:%Y} belonged to {ahead} companies, by "
                    f"{abs(total.iloc[0]):.0f} log points"
                ),
                frame=100 * decade.cumsum(),
                x="",
                y="cumulative since ten years before, log points",
                spans=macro.recession_spans(data, decade.index[0], decade.index[-1]),
                marks={"small and large even": 0.0},
                note="Above zero small companies, or small value, are ahead.",
            ),
        ),
    )


def _growth_minus_value(data: Dataset) -> pd.Series:
    """Monthly log return of large growth minus small value."""
    if pairs.kind_of(data) == "sample":
        portfolios = to_log(data.frame("french.size_value"))
        return portfolios["S5V1"].sub(portfolios[["S1V5", "S3V5"]].mean(axis="columns"))
    funds = to_log(pairs.monthly_returns(data, ["IWF", "IWN"]))
    return funds["IWF"].sub(funds["IWN"])


@theme.claim(
    id="H3",
    statement="Low rates and technology fuelled the lead of large companies.",
    kind="descriptive",
    sei_unit="log points",
    measure=(
        "Log points of ten-year d that its loadings on technology minus market and on the 10-year "
        "real yield account for, with intervals."
    ),
    pair={"live": "etf", "sample": "legs"},
    needs={
        "sample": ("french.industries12", "french.factors_2017", "GS10", "CPIAUCSL"),
        "live": ("QQQ", "SPY", "DFII10"),
    },
)
def fuel(data: Dataset) -> Evidence:
    """Loadings of monthly d times what technology and real yields did over the ten years.

    Real yield: live, DFII10; in the sample, the 10-year yield minus consumer-price inflation of
    the last 12 months as published. Technology: QQQ minus SPY, in the sample French's business
    equipment minus the market. An attribution, no cause: intervals are those of the loadings.
    """
    pair = pairs.get({"live": "etf", "sample": "legs"}[pairs.kind_of(data)])
    history = pd.DataFrame({"d": pair.d(data)}).join(_fuels(data), how="inner").dropna()
    decade = history.tail(DECADE)
    parts = {name: _share(history.tail(DECADE), decade, name) for name in FUELS}
    total = 100 * float(decade["d"].sum())
    rest = total - sum(part.value for part in parts.values())
    table = measures.intervals(parts.items())
    table.loc["left over"] = [rest, np.nan, np.nan, len(decade)]
    table.loc["d over ten years"] = [total, np.nan, np.nan, len(decade)]
    technology, real = (parts[name] for name in FUELS)
    variants = {
        "loadings of 20 years": _share(history.tail(2 * DECADE), decade, "technology"),
        "loadings of 30 years": _share(history.tail(3 * DECADE), decade, "technology"),
        "loadings of all months": _share(history, decade, "technology"),
        "without the real yield": _share(decade.drop(columns="real yield"), decade, "technology"),
        "loadings of the first five years": _share(decade.head(60), decade, "technology"),
        "loadings of the last five years": _share(decade.tail(60), decade, "technology"),
    }
    return Evidence(
        answer=technology,
        as_of=measures.last_date(decade.index),
        finding=(
            f"Of {total:.0f} log points of d in ten years, technology accounts for "
            f"{technology.value:z.0f}, the real yield for {real.value:z.0f}; {rest:z.0f} are left "
            "over"
        ),
        meaning=(
            f"Together the two account for {technology.value + real.value:z.0f} of {total:.0f} "
            "log points. Loadings are correlations: they say what moved together, not what moved "
            "what."
        ),
        pair=pair.name,
        vintage=f"market data; consumer prices {macro.REVISED}",
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Of {total:.0f} log points in ten years technology accounts for "
                    f"{technology.value:z.0f}, the real yield for {real.value:z.0f}"
                ),
                frame=table,
                x="log points over ten years, with 90 % interval of the loading",
                y="",
                note="Loading of monthly d times the ten-year sum of each driver.",
            ),
        ),
    )


#: What the decade's d is attributed to.
FUELS = ("technology", "real yield")


def _share(sample: pd.DataFrame, decade: pd.DataFrame, fuel: str) -> Estimate:
    """Loading of d on `fuel`, estimated on `sample`, times what the fuel did over `decade`."""
    fit = ols_hac(sample["d"], sample.drop(columns="d"))
    part = fit.combine({fuel: float(decade[fuel].sum())}, fuel)
    return measures.from_fit(
        part,
        unit="log points",
        scale=100.0,
        what=f"loading on {fuel} times its ten-year sum",
        null="the loading is zero",
    )


def _fuels(data: Dataset) -> pd.DataFrame:
    """Monthly technology minus market (log) and the change of the 10-year real yield (points)."""
    if pairs.kind_of(data) == "sample":
        factors = data.frame("french.factors_2017")
        market = to_log(factors["Mkt-RF"] + factors["RF"])
        technology = to_log(data.frame("french.industries12")["BusEq"]) - market
        yields = data.series("GS10")
        lag = macro.lag_of(data, "CPIAUCSL")
        known = macro.known_at(macro.inflation(data), lag, yields.index)
        real = (yields - known).diff()
    else:
        funds = to_log(pairs.monthly_returns(data, ["QQQ", "SPY"]))
        technology = funds["QQQ"].sub(funds["SPY"])
        real = data.series("DFII10").dropna().resample("ME").last().diff()
    return pd.DataFrame({"technology": technology, "real yield": real}).dropna()
