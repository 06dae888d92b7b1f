"""Rates: low rates and the duration of large growth against small value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, weekly
from r2klib.claims.market import with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import mean_difference, to_log

theme = Theme("rates")


@theme.claim(
    id="R4",
    statement="Bond buying and low rates favoured large growth companies.",
    kind="link",
    sort="level",
    direction=1,
    sei=4.0,
    sei_unit="%/yr",
    measure=(
        "Big growth minus small value, months with a real funds rate below zero minus the rest, "
        "since 1954; months of bond buying beside it."
    ),
    needs={
        "sample": ("french.size_value", "FEDFUNDS", "CPIAUCSL"),
        "live": ("french.size_value", "FEDFUNDS", "CPIAUCSL"),
    },
)
def low_rates(data: Dataset) -> Evidence:
    """Mean log return of big growth minus small value where the real funds rate is negative.

    Real: the month's average funds rate minus 12-month inflation as published by its end. Big
    growth is S5V1, small value the mean of S1V5 and S3V5. A level: the same month, no forecast.
    """
    y = -_value_minus_growth(data)
    real = _real_funds_rate(data, y.index)
    low = (real < 0).astype(float).where(real.notna()).dropna()
    answer = _low_minus_rest(y, low, "real funds rate below zero")
    both = y.index.intersection(low.index)
    first, second = measures.halves(both)
    buying = _bond_buying(both)
    tight = (real < real.expanding(120).median()).astype(float).loc[both[120:]]
    variants: dict[str, Estimate] = {
        "months of bond buying": _low_minus_rest(y, buying, "bond buying"),
        "real rate below its median to date": _low_minus_rest(y, tight, "below median"),
        "known a month before": _low_minus_rest(y, low.shift(1).dropna(), "one month before"),
        "first half": _low_minus_rest(y.loc[both[first]], low, "first half"),
        "second half": _low_minus_rest(y.loc[both[second]], low, "second half"),
        "big growth minus big value": _low_minus_rest(
            -_value_minus_growth(data, value=("S5V5",)), low, "big growth minus big value"
        ),
    }
    means = {
        "real funds rate below zero": _mean_of(y.loc[both][low.loc[both] == 1]),
        "all other months": _mean_of(y.loc[both][low.loc[both] == 0]),
        "difference": answer,
    }
    negative, other, _ = means.values()
    bottom, top = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"With real rates below zero, big growth minus small value ran {answer.value:+z.1f} % "
            f"a year against other months (90 % interval {bottom:.1f} to {top:.1f})"
        ),
        meaning=(
            f"On {measures.STAKE:,} USD, a year of negative real rates went with big growth "
            f"{measures.usd(answer.value)} {'better' if answer.value > 0 else 'worse'} against "
            "small value than other years did."
        ),
        vintage=macro.REVISED,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Big growth minus small value: {negative.value:.1f} % a year when real rates "
                    f"were negative, {other.value:.1f} % otherwise"
                ),
                frame=measures.intervals(means.items()),
                x="big growth minus small value, % a year (log), with 90 % interval",
                y="",
                note="Real funds rate: the month's average less 12-month inflation as published.",
            ),
        ),
    )


def _value_minus_growth(
    data: Dataset, value: tuple[str, ...] = ("S1V5", "S3V5"), growth: str = "S5V1"
) -> pd.Series:
    portfolios = to_log(data.frame("french.size_value"))
    gap = portfolios[list(value)].mean(axis="columns") - portfolios[growth]
    return gap.dropna().rename("value minus growth")


def _real_funds_rate(data: Dataset, index: pd.Index) -> pd.Series:
    """Average funds rate of the month minus 12-month inflation as published by its end, %."""
    inflation = macro.known_at(macro.inflation(data), macro.lag_of(data, "CPIAUCSL"), index)
    return (data.series("FEDFUNDS").reindex(index) - inflation).rename("real funds rate")


#: First and last month of each programme of large-scale asset purchases, as the Federal Open
#: Market Committee announced them: 2008-11, 2010-11, 2012-09 and 2020-03.
BOND_BUYING = (
    ("2008-11", "2010-03"),
    ("2010-11", "2011-06"),
    ("2012-09", "2014-10"),
    ("2020-03", "2022-03"),
)


def _bond_buying(index: pd.Index) -> pd.Series:
    inside = pd.Series(0.0, index=index, name="bond buying")
    for first, last in BOND_BUYING:
        inside.loc[first:last] = 1.0
    return inside


def _low_minus_rest(y: pd.Series, low: pd.Series, what: str) -> Estimate:
    return measures.from_fit(
        mean_difference(y, low),
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what=f"big growth minus small value, {what} minus the rest",
        null="low rates make no difference to big growth minus small value",
        imprint=low / measures.ANNUAL_PERCENT,
    )


def _mean_of(y: pd.Series) -> Estimate:
    return measures.mean(
        y,
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what="mean of big growth minus small value",
        null="the mean is zero",
    )


@theme.claim(
    id="R5",
    statement="Rising rates hurt large growth companies more.",
    kind="link",
    sort="sense",
    direction=1,
    sei=1.5,
    sei_unit="% per 100 bp",
    measure=(
        "Yield coefficient of small value minus big growth, market and its lag controlled, weekly "
        "funds and monthly French portfolios."
    ),
    needs={
        "sample": ("french.size_value", "french.factors_2017", "GS10"),
        "live": ("french.size_value", "french.factors", "GS10", "IWN", "IWF", "SPY", "DGS10"),
    },
)
def duration(data: Dataset) -> Evidence:
    """Small value minus big growth of a month on the change of the 10-year yield.

    The monthly French portfolios decide: they reach back to 1953. The yield is the month's
    average, so its change spreads over two months and the slope is, if anything, too small.
    """
    y = _value_minus_growth(data)
    market = with_lag(_market(data))
    change = data.series("GS10").diff().dropna().rename("yield")
    answer = _on_yield(y, change, market, "change of the 10-year yield")
    both = y.index.intersection(change.index)
    first, second = measures.halves(both)
    real = (data.series("GS10") - data.series("GS1")).diff().dropna() if "GS1" in data else None
    variants: dict[str, Estimate] = {
        "market not controlled": _on_yield(y, change, None, "market not controlled"),
        "first half": _on_yield(y.loc[both[first]], change, market, "first half"),
        "second half": _on_yield(y.loc[both[second]], change, market, "second half"),
        "with the month before": _on_yield(
            y, (change + change.shift(1)).dropna() / 2, market, "mean change of two months"
        ),
        "big value minus big growth": _on_yield(
            _value_minus_growth(data, value=("S5V5",)), change, market, "big value"
        ),
        "small value minus small growth": _on_yield(
            _value_minus_growth(data, growth="S1V1"), change, market, "small growth"
        ),
    }
    if real is not None:
        variants["slope (10-year minus 1-year) instead"] = _on_yield(
            y, real, market, "change of the slope"
        )
    if all(series in data for series in ("IWN", "IWF", "SPY", "DGS10")):
        variants["weekly funds (IWN minus IWF)"] = _weekly_funds(data)
    low, high = answer.interval
    points = pd.DataFrame({"x": 100 * change.loc[both], "y": 100 * y.loc[both]})
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"A rise of the 10-year yield by one point went with {answer.value:+z.1f} % for small "
            f"value against big growth, net of the market (90 % interval {low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"For a rise of a quarter point, {measures.STAKE:,} USD in small value came out "
            f"{measures.ahead(answer.value / 4)} big growth in the same month."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=(
                    f"One point more on the 10-year yield: {answer.value:+z.1f} % for small value "
                    "against big growth"
                ),
                frame=points,
                x="change of the 10-year yield in the month, basis points",
                y="small value minus big growth, %",
                note="Raw points; the slope in the title controls for the market and its lag.",
            ),
        ),
    )


def _market(data: Dataset) -> pd.Series:
    name = "french.factors_2017" if data.kind == "sample" else "french.factors"
    factors = data.frame(name)
    return (factors["Mkt-RF"] + factors["RF"]).dropna()


def _weekly_funds(data: Dataset) -> Estimate:
    """The same question of funds: IWN minus IWF of a week, net of SPY and its lag."""
    funds = {name: data.frame(name)["Adj Close"] for name in ("IWN", "IWF", "SPY")}
    logs = np.log(pd.DataFrame(funds).dropna())
    quoted = pd.DataFrame({"d": logs["IWN"] - logs["IWF"], "market": logs["SPY"]})
    return weekly.response(
        weekly.changes(quoted.assign(driver=data.series("DGS10"))),
        "driver",
        unit="% per 100 bp",
        scale=100.0,
        what="weekly IWN minus IWF on the change of the 10-year yield",
        null="yields move small value and big growth alike",
    )


def _on_yield(y: pd.Series, change: pd.Series, market: pd.DataFrame | None, what: str) -> Estimate:
    """Slope on a change of yield in points: % per 100 bp."""
    regressors = change.rename("yield").to_frame()
    if market is not None:
        regressors = regressors.join(market, how="inner")
    return measures.coefficient(
        y,
        regressors,
        "yield",
        unit="% per 100 bp",
        scale=100.0,
        what=f"small value minus big growth on {what}",
        null="yields move small value and big growth alike",
    )
