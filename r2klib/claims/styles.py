"""Value against growth and technology against the market, as an edition can hold them.

Funds that one could buy, where an edition has them; in the sample, which has none, portfolios of
French's library stand for them.
"""

from __future__ import annotations

import pandas as pd

from r2klib.claims import legs, pairs
from r2klib.claims.nouns import kind_of
from r2klib.data import Dataset
from r2klib.stats import to_log


def value_minus_growth(data: Dataset) -> pd.Series:
    """Monthly log return of small value minus large growth, decimals: IWN minus IWF.

    In the sample French's small value (mean of S1V5 and S3V5) minus big growth (S5V1).
    """
    if kind_of(data) == "sample":
        return legs.value_minus_growth(data)
    return pairs.get("IWN/IWF").d(data).rename("value minus growth")


def technology(data: Dataset) -> pd.Series:
    """Monthly log return of technology minus the market, decimals: QQQ minus SPY.

    In the sample French's business equipment minus the market.
    """
    if kind_of(data) == "sample":
        market = to_log(legs.market(data, legs.factors_of_portfolios(data)))
        gap = to_log(data.frame("french.industries12")["BusEq"]) - market
        return gap.rename("technology")
    return pairs.get("QQQ/SPY").d(data).rename("technology")
