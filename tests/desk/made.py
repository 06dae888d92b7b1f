"""A made edition: two funds whose loadings are known, five factors, momentum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.data import Dataset

MONTHS = pd.date_range("2004-01-31", periods=120, freq="ME")
#: Loadings that were planted; alpha is a month's.
BETAS = {
    "AAA": {"alpha": 0.001, "Mkt-RF": 1.0, "SMB": 0.8, "HML": 0.2, "RMW": -0.1, "CMA": 0.0},
    "BBB": {"alpha": -0.002, "Mkt-RF": 0.9, "SMB": -0.2, "HML": 0.0, "RMW": 0.1, "CMA": 0.3},
}
_RNG = np.random.default_rng(5)
FACTORS = pd.DataFrame(
    0.03 * _RNG.standard_normal((len(MONTHS), 5)), MONTHS, ["Mkt-RF", "SMB", "HML", "RMW", "CMA"]
).assign(RF=0.002)
RETURNS = pd.DataFrame(
    {
        name: FACTORS["RF"]
        + beta["alpha"]
        + FACTORS.drop(columns="RF") @ pd.Series(beta).drop("alpha")
        + 0.004 * _RNG.standard_normal(len(MONTHS))
        for name, beta in BETAS.items()
    }
)


def bars(returns: pd.Series, first_day: str = "2003-12-31") -> pd.DataFrame:
    """Closes at month ends and once in the middle of each month, as a fund's frame has them."""
    start = pd.Timestamp(first_day)
    ends = pd.Series([1.0, *(1 + returns).cumprod()], [start, *returns.index])
    days = pd.bdate_range(start, returns.index[-1]).union(ends.index)
    close = 50 * ends.reindex(days).ffill()
    return pd.DataFrame({"Close": 0.9 * close, "Adj Close": close}, days)


def edition(**more: pd.DataFrame) -> Dataset:
    funds = {name: bars(RETURNS[name]) for name in RETURNS} | more
    frames = {"french.factors5": FACTORS, "french.factors": FACTORS[["Mkt-RF", "SMB", "HML", "RF"]]}
    units = dict.fromkeys(funds, "dollars per share") | dict.fromkeys(
        frames, "decimal return per month"
    )
    often = dict.fromkeys(funds, "daily") | dict.fromkeys(frames, "monthly")
    return Dataset.from_frame(
        funds | frames, units=units, frequency=often, lag_days=0, name="made", source="made up"
    )
