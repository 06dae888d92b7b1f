"""The market's falls, and its return as a control."""

from __future__ import annotations

import pandas as pd

from r2klib.data import Dataset
from r2klib.stats import drawdowns

#: A fall of the market is one from here down; it is over once it is this far off its low.
FALL = REBOUND = 0.20


def market_returns(data: Dataset) -> pd.Series:
    """Monthly simple return of the US market over the whole span of the factors, decimals."""
    factors = data.frame("french.factors")
    return (factors["Mkt-RF"] + factors["RF"]).dropna().rename("market")


def with_lag(market: pd.Series) -> pd.DataFrame:
    """The market and its return of the month before: what "net of beta" controls for."""
    return pd.DataFrame({"market": market, "market, lag 1": market.shift(1)}).dropna()


def falls(data: Dataset) -> pd.DataFrame:
    """Falls of the market of at least 20 %, each over once the market is 20 % off its low.

    Dated on daily closes where the edition has daily factors, on month ends otherwise, and
    stamped at month ends: an event of the middle of a month can be acted on at its end.

    Returns
    -------
    DataFrame
        One row per fall: ``peak``, ``fall_known``, ``trough``, ``trough_known`` (the tradable
        signal; NaT while the market has not rebounded), ``recovery``, ``depth`` (decimals).
    """
    if "french.factors_daily" in data:
        factors = data.frame("french.factors_daily")
        returns = (factors["Mkt-RF"] + factors["RF"]).dropna()
    else:
        returns = market_returns(data)
    found = drawdowns((1 + returns).cumprod(), FALL, REBOUND)
    dates = found.columns.drop("depth")
    found[dates] = found[dates].apply(lambda column: column + pd.offsets.MonthEnd(0))
    return found
