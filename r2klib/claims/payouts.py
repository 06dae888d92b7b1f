"""Profile, continued: dividends. Who pays more, and whose payments swing less?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LIVE_ETF
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import BatchStatistic, hac_mean, stationary_bootstrap, to_log

theme = Theme("profile")

WITH, WITHOUT = "french.size_with_dividends", "french.size_no_dividends"


@theme.claim(
    id="P4",
    statement="Large companies pay more and steadier dividends.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.25,
    sei_unit="percentage points",
    measure=(
        "Gap of dividend yields, large minus small: French size portfolios with and without "
        "dividends, fund distributions; spread of dividend growth beside it."
    ),
    pair=LIVE_ETF,
    needs={"sample": ("french.size_with_dividends", "french.size_no_dividends")},
)
def dividends(data: Dataset) -> Evidence:
    """Yearly distributions of SPY less those of IWM, percent of price, quarterly with HAC.

    The ledger lets the funds decide this level by themselves; what French's size portfolios earn
    with less what they earn without dividends, since 1926, stands on the curve where the edition
    holds both tables. A distribution is the return on adjusted closes less that on raw ones, so
    it is net of the funds' expenses. Sums of quarters, because the funds pay in their last month;
    8 lags, because yields move slowly. Steadier: the standard deviation of the growth of
    distributions per share from year to year, small over large, a log ratio with few years.
    """
    paid = of_funds(data, "IWM", "SPY")
    answer = _yield_gap(paid, "SPY minus IWM")
    first, second = measures.halves(paid.index)
    variants: dict[str, Estimate] = {
        "first half": _yield_gap(paid.iloc[first], "first half"),
        "second half": _yield_gap(paid.iloc[second], "second half"),
        "last ten years": _yield_gap(paid.tail(120), "last ten years"),
        "before 2010": _yield_gap(paid.loc[:"2009"], "before 2010"),
        "whole years instead of quarters": _yield_gap(paid, "years", period="YE", lags=2),
    }
    if "IJR" in data:
        variants["IJR instead of IWM"] = _yield_gap(of_funds(data, "IJR", "SPY"), "SPY minus IJR")
    recorded = _recorded(data, "IWM", "SPY")
    if (recorded.sum() > 0).all():
        variants["listed distributions over price"] = _yield_gap(recorded, "listed distributions")
    for label, portfolios in of_french(data).items():
        variants[label] = _yield_gap(portfolios, label)
        variants[f"{label}, since 2000"] = _yield_gap(portfolios.loc["2000":], label)
    yields = 1200 * paid.mean()
    spread = growth_spread(data, "IWM", "SPY")
    low, high = answer.interval
    rolling = 100 * paid.rolling(12).sum().dropna()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(paid.index),
        finding=(
            f"Large companies paid {yields['large']:.2f} % of their price a year, small ones "
            f"{yields['small']:.2f} %: {answer.value:+.2f} points (90 % interval {low:.2f} to "
            f"{high:.2f}; {measures.years(paid.index)})"
        ),
        meaning=(
            f"{measures.STAKE:,} USD in large companies paid {measures.usd(yields['large'])} a "
            f"year, in small ones {measures.usd(yields['small'])}. From year to year the payments "
            f"of small companies swung {np.exp(spread.value):.1f} times as widely (90 % interval "
            f"{np.exp(spread.interval[0]):.1f} to {np.exp(spread.interval[1]):.1f})."
        ),
        pair="etf",
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"Large companies paid {yields['large']:.1f} % a year, small ones "
                    f"{yields['small']:.1f} %"
                ),
                frame=rolling,
                x="",
                y="distributions of 12 months, % of price",
                spans=macro.recession_spans(data, rolling.index[0], rolling.index[-1]),
                note="Return on adjusted closes less that on raw ones: net of fund expenses.",
            ),
        ),
        remarks=(
            f"The swing of payments rests on {spread.n} years.",
            "Distributions of a fund are net of its expenses.",
        ),
    )


def _yield_gap(paid: pd.DataFrame, what: str, *, period: str = "QE", lags: int = 8) -> Estimate:
    """Large minus small, percentage points of price a year; whole periods only."""
    months = {"QE": 3, "YE": 12}[period]
    grouped = paid.resample(period)
    sums = grouped.sum()[grouped.count()["large"] == months]
    return measures.from_fit(
        hac_mean(sums["large"] - sums["small"], hac_lags=lags),
        unit="percentage points",
        scale=100.0 * 12 / months,
        what=f"mean gap of distributions, {what}",
        null="large and small companies pay alike",
    )


def of_funds(data: Dataset, small: str, large: str) -> pd.DataFrame:
    """Monthly distributions of two funds as a share of price: total less price return, decimals."""
    total = pairs.monthly_returns(data, [small, large])
    paid = total - pairs.monthly_returns(data, [small, large], "Close")
    return paid.set_axis(["small", "large"], axis="columns")


def _recorded(data: Dataset, small: str, large: str) -> pd.DataFrame:
    """Distributions as listed, summed over the month, over the close of the month before."""
    columns = {}
    for side, name in (("small", small), ("large", large)):
        monthly = data.frame(name)[["Dividends", "Close"]].resample("ME")
        columns[side] = monthly["Dividends"].sum() / monthly["Close"].last().shift(1)
    return pd.DataFrame(columns).reindex(of_funds(data, small, large).index).dropna()


def of_french(data: Dataset) -> dict[str, pd.DataFrame]:
    """Monthly dividends of French's size portfolios where the edition holds both tables."""
    if WITH not in data or WITHOUT not in data:
        return {}
    paid = data.frame(WITH) - data.frame(WITHOUT)
    sides = {"terciles": ("Lo 30", "Hi 30"), "deciles": ("Lo 10", "Hi 10")}
    return {
        f"French {name}": paid[list(columns)].set_axis(["small", "large"], axis="columns").dropna()
        for name, columns in sides.items()
    }


def growth_spread(data: Dataset, small: str, large: str) -> Estimate:
    """Log ratio of standard deviations of yearly growth of distributions, small over large.

    Per share, in whole calendar years; joint stationary bootstrap of the years.
    """
    closes = pd.DataFrame({name: data.frame(name)["Close"] for name in (small, large)}).dropna()
    price = closes.resample("ME").last().shift(1).set_axis(["small", "large"], axis="columns")
    yearly = (of_funds(data, small, large) * price).dropna().resample("YE")
    whole = yearly.sum()[yearly.count()["large"] == 12]
    growth = to_log(whole.pct_change(fill_method=None)).dropna()
    law = stationary_bootstrap(
        BatchStatistic("log ratio of standard deviations", _spread_ratio),
        growth,
        draws=measures.SPEC_DRAWS,
        seed=14,
    )
    return measures.from_bootstrap(
        law, n=len(growth), unit="log ratio", null="payments of both swing alike"
    )


def _spread_ratio(growth: np.ndarray) -> np.ndarray:
    """Columns small and large, rows years."""
    deviation = np.log(growth.std(axis=-2))
    return np.asarray(deviation[..., 0] - deviation[..., 1])
