"""Weekly and daily market data: d, the market and yields from closes of the same days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs
from r2klib.data import Dataset
from r2klib.stats import to_log


def levels(data: Dataset, pair: str) -> pd.DataFrame:
    """Daily log levels of d and of the market; their differences over any days are log returns.

    Days on which both legs closed. The pair is of two price series, the large one being the market;
    or ``smb``, the factor SMB (that pair less its logs) with the market of French's daily factors,
    from 1926 on.
    """
    if pair == "smb":
        market = to_log(legs.market(data, "french.factors_daily"))
        smb = data.frame("french.factors_daily")["SMB"]
        return pd.DataFrame({"d": smb, "market": market}).dropna().cumsum()
    small, large = pairs.get(pair).quoted
    column = "Adj Close" if pairs.get(pair).total else "Close"
    logs = np.log(pairs.closes(data, [small, large], column))
    return pd.DataFrame({"d": logs[small] - logs[large], "market": logs[large]})


def changes(quoted: pd.DataFrame, weeks: int = 1) -> pd.DataFrame:
    """Changes from one week's last common close to the next's, weeks ending on Friday.

    Only days on which every column was `quoted` count, so that all changes span the same days;
    those of several `weeks` do not overlap. The columns of `quoted` and ``market, lag 1``, indexed
    by Friday. A last week of which more than its Friday is missing is left out.
    """
    common = quoted.dropna()
    weekly = common.resample("W-FRI").last().dropna()
    if weekly.index[-1] - common.index[-1] > pd.Timedelta(days=1):
        weekly = weekly.iloc[:-1]
    moved = weekly.iloc[::weeks].diff()
    return moved.assign(**{legs.CONTROLS[1]: moved["market"].shift(1)}).dropna()
