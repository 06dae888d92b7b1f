"""What plays which part in an edition: the factors, the market, value against growth, its falls.

The sample holds two releases of French's factors: a long one, and the one its portfolios are of.
"""

from __future__ import annotations

import pandas as pd

from r2klib.data import Dataset
from r2klib.stats import drawdowns, to_log

#: A fall of the market is one from here down; it is over once it is this far off its low.
FALL = REBOUND = 0.20
#: What the market of a period and of the one before it are called in a regression.
CONTROLS = ["market", "market, lag 1"]


def factors_of_portfolios(data: Dataset) -> str:
    """The id of the factors that are of one release with the edition's portfolios."""
    return "french.factors_2017" if data.kind == "sample" else "french.factors"


def industries_of_portfolios(data: Dataset) -> str:
    """The id of the finest industry portfolios that an edition of this kind holds."""
    return "french.industries12" if data.kind == "sample" else "french.industries49"


def all_factors(data: Dataset) -> pd.DataFrame:
    """Every monthly factor that is of one release with the edition's portfolios, decimals.

    Named as `r2klib.stats.MODELS` wants them: of the five-factor file RMW and CMA alone, for its
    SMB is another one than that of three factors; momentum is Mom, quality minus junk QMJ.
    """
    factors = data.frame(factors_of_portfolios(data))
    if "french.factors5" in data:
        factors = factors.join(data.frame("french.factors5")[["RMW", "CMA"]])
    for name, series in {"Mom": "french.momentum", "QMJ": "aqr.qmj"}.items():
        if series in data and name not in factors:
            factors = factors.join(data.series(series).rename(name))
    return factors


def market(data: Dataset, table: str = "french.factors") -> pd.Series:
    """Simple return of the US market, decimals, from a table of factors; the longest by default."""
    factors = data.frame(table)
    return (factors["Mkt-RF"] + factors["RF"]).dropna().rename("market")


def value_minus_growth(
    data: Dataset, value: tuple[str, ...] = ("S1V5", "S3V5"), growth: str = "S5V1"
) -> pd.Series:
    """Monthly log return of small value (mean of `value`) minus big growth, decimals."""
    portfolios = to_log(data.frame("french.size_value"))
    gap = portfolios[list(value)].mean(axis="columns") - portfolios[growth]
    return gap.dropna().rename("value minus growth")


def with_lag(returns: pd.Series) -> pd.DataFrame:
    """The market and its return of the period before: what "net of beta" controls for."""
    return pd.DataFrame(dict(zip(CONTROLS, (returns, returns.shift(1)), strict=True))).dropna()


def exact_falls(data: Dataset, size: float = FALL) -> pd.DataFrame:
    """Falls of the market of at least `size`, each over once the market is 20 % off its low.

    Dated on daily closes where the edition has daily factors, on month ends otherwise. One row per
    fall: ``peak``, ``fall_known``, ``trough``, ``trough_known`` (the tradable signal; NaT while the
    market has not rebounded), ``recovery``, ``depth`` (decimals).
    """
    daily = "french.factors_daily" in data
    returns = market(data, "french.factors_daily" if daily else "french.factors")
    return drawdowns((1 + returns).cumprod(), size, REBOUND).table


def falls(data: Dataset, size: float = FALL) -> pd.DataFrame:
    """`exact_falls` with dates at month ends: an event of mid-month can be acted on at its end."""
    found = exact_falls(data, size)
    dates = found.columns.drop("depth")
    found[dates] = found[dates].apply(lambda column: column + pd.offsets.MonthEnd(0))
    return found


def capitalisation(data: Dataset, table: str) -> pd.DataFrame:
    """What each of French's portfolios is worth at the opening of each month, millions of dollars.

    Firms times their mean size; the library stamps both with the month that they open.
    """
    return data.frame(f"{table}.firms") * data.frame(f"{table}.size")
