"""Pairs of legs: what "small" and "large" mean, and d, the log return of one minus the other.

`d` = log total return of small minus log total return of large. Logs cost the more volatile leg,
so means of d lie about one percentage point a year below arithmetic ones; every mean says which
it is. One pair has no legs: in the sample's *long* history d is the SMB factor, arithmetic.

A pair whose legs are made another way has a new version: what claims said on the old one stays
theirs, and the old way may go on under a name of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pandas as pd

from r2klib.claims import legs
from r2klib.claims.nouns import EditionKind, kind_of
from r2klib.data import Dataset
from r2klib.errors import InputError, UnknownName, listing
from r2klib.stats import monthly_returns as returns_of_months
from r2klib.stats import to_log


@dataclass(frozen=True)
class Pair:
    """Two legs and the series they are made of."""

    name: str
    title: str
    series: tuple[str, ...]  # catalog ids that must be in the edition
    total: bool = True  # whether dividends are included
    arithmetic: bool = False  # whether `d` is a difference of simple instead of log returns
    #: Series and columns (a regular expression; none for prices) whose mean is the leg; of factors
    #: the market. Of an arithmetic pair, the table and the column that `d` is.
    small: tuple[str, str] = ("", "")
    large: tuple[str, str] = ("", "")
    weighted: bool = False  # whether the columns of a leg are weighted by capitalisation, or alike
    version: int = 1  # of the pair, frozen on that day
    frozen: dt.date = dt.date(2026, 11, 22)
    short: str = ""  # what a row of a figure calls it, where the title is long

    @property
    def called(self) -> str:
        """What a row of a figure or a column of a table calls it."""
        return self.short or self.title

    @property
    def quoted(self) -> tuple[str, str]:
        """The two symbols whose prices the legs are, small first."""
        if self.arithmetic or self.small[1] or self.large[1]:
            raise InputError(f"The pair {self.name!r} is not of two prices, as 'IWM/SPY' is.")
        return self.small[0], self.large[0]

    def legs(self, data: Dataset) -> pd.DataFrame:
        """Monthly simple returns, columns ``small`` and ``large``, decimals, month-end index."""
        if self.arithmetic:
            raise InputError(
                f"The pair {self.name!r} is a factor and has no legs; "
                f"expected one of {', '.join(p.name for p in PAIRS.values() if not p.arithmetic)}."
            )
        if self.small[1]:
            sides = {"small": self._leg(data, *self.small), "large": self._leg(data, *self.large)}
            return pd.DataFrame(sides).dropna()
        prices = monthly_returns(data, list(self.quoted), "Adj Close" if self.total else "Close")
        return prices.set_axis(["small", "large"], axis="columns")

    def _leg(self, data: Dataset, table: str, columns: str) -> pd.Series:
        if table.startswith("french.factors"):
            return legs.market(data, table)
        returns = data.frame(table).filter(regex=columns)
        if self.weighted:
            return _by_cap(returns, legs.capitalisation(data, table))
        return returns.mean(axis="columns")

    def d(self, data: Dataset, *, log: bool = True) -> pd.Series:
        """Monthly return of small minus large: log unless asked otherwise; of a factor simple."""
        if self.arithmetic:
            table, column = self.small
            return data.frame(table)[column].dropna().rename("d")
        returns = to_log(self.legs(data)) if log else self.legs(data)
        return returns["small"].sub(returns["large"]).rename("d")


#: Two by three portfolios: small and big halves of New York's companies, each in three by value.
SIX, SMALL, LARGE = "french.size_value_6", "^S", "^B"


def _by_cap(returns: pd.DataFrame, caps: pd.DataFrame) -> pd.Series:
    """Mean return of portfolios, each weighted by its capitalisation at the month's start.

    The library stamps a cap with the month it opens, so it is that of the row. A portfolio without
    a return or a cap in a month has no weight in it.
    """
    weights = caps.reindex_like(returns).where(returns.notna())
    total = weights.sum(axis="columns", min_count=1)
    return (returns * weights).sum(axis="columns", min_count=1) / total


def monthly_returns(data: Dataset, ids: list[str], column: str = "Adj Close") -> pd.DataFrame:
    """Simple monthly returns of price series from their last common close of each month.

    The last month counts only if its closes reach into its last week: a month cut short would
    pass for a whole one.
    """
    return returns_of_months(closes(data, ids, column)).dropna()


def closes(data: Dataset, ids: list[str], column: str) -> pd.DataFrame:
    """A column of several price series on the days that all have."""
    for name in ids:
        if column not in data.frame(name):
            known = listing(map(repr, data.frame(name)), "or")
            raise InputError(f"{name} has no column {column!r}; expected {known}.")
    held = pd.DataFrame({name: data.frame(name)[column] for name in ids}).dropna()
    if held.empty:
        raise InputError(f"{listing(ids)} have no day in common with a {column}.")
    return held


def _of_prices(name: str, title: str, small: str, large: str, *, total: bool = True) -> Pair:
    """A pair of two prices: closes, or closes adjusted for distributions."""
    return Pair(name, title, (small, large), total=total, small=(small, ""), large=(large, ""))


PAIRS: dict[str, Pair] = {
    pair.name: pair
    for pair in (
        Pair(
            "century",
            "three small against three big French 2x3 portfolios, weighted by capitalisation",
            (SIX, f"{SIX}.firms", f"{SIX}.size"),
            small=(SIX, SMALL),
            large=(SIX, LARGE),
            weighted=True,
            version=2,
            frozen=dt.date(2026, 11, 28),
            short="2x3 portfolios by capitalisation",
        ),
        Pair(
            "smb",
            "three small against three big French 2x3 portfolios, weighted alike",
            (SIX,),
            small=(SIX, SMALL),
            large=(SIX, LARGE),
            short="2x3 portfolios weighted alike",
        ),
        _of_prices("etf", "IWM against SPY", "IWM", "SPY"),
        _of_prices(
            "index", "Russell 2000 against S&P 500, price only", "^RUT", "^GSPC", total=False
        ),
        _of_prices("sp600", "IJR against SPY", "IJR", "SPY"),
        Pair(
            "tercile",
            "smallest against largest 30 % of companies",
            ("french.size_terciles",),
            small=("french.size_terciles", "^Lo 30$"),
            large=("french.size_terciles", "^Hi 30$"),
            short="smallest against largest 30 %",
        ),
        Pair(
            "legs",
            "small-company portfolios (S1V*, S3V*) against the market",
            ("french.size_value", "french.factors_2017"),
            small=("french.size_value", "^S[13]V"),
            large=("french.factors_2017", "^(Mkt-RF|RF)$"),
            short="small portfolios against the market",
        ),
        Pair(
            "long",
            "the SMB factor, arithmetic",
            ("french.factors",),
            arithmetic=True,
            small=("french.factors", "SMB"),
            short="the SMB factor",
        ),
    )
}

#: Which pair decides, by sort of claim: {edition kind: pair}. The rest is specification curve.
SLOW: dict[EditionKind, str] = {"live": "century", "sample": "long"}
SLOW_SINCE_1947: dict[EditionKind, str] = {"live": "century", "sample": "legs"}
LEVEL: dict[EditionKind, str] = {"live": "century", "sample": "legs"}
ETF: dict[EditionKind, str] = {"live": "etf", "sample": "legs"}
LIVE_ETF: dict[EditionKind, str] = {"live": "etf"}
INDEX: dict[EditionKind, str] = {"live": "index", "sample": "index"}


def kind_named(edition: str) -> EditionKind:
    """The same by an edition's name, which may say more: ``sample, with replaced series``."""
    return "sample" if re.match(r"sample\b", edition) else "live"


#: Whose last row is an edition's present: the first of these that it holds.
CLOCKS: dict[EditionKind, tuple[str, ...]] = {
    "sample": ("french.factors",),
    "live": ("^GSPC", "SPY", "DGS10", "french.factors_daily", "french.factors"),
}


def now(data: Dataset, *inputs: str) -> pd.Timestamp:
    """The edition's present: its last market date.

    Not the last stamp of all its series: a quarter's survey is stamped at the quarter's end,
    which may lie ahead. The series of the sample end in different years, so there a state that
    names its `inputs` is judged as of the one that ends first.
    """
    if inputs and data.kind == "sample":
        return min(data.last(name) for name in inputs)
    held = (name for name in CLOCKS[kind_of(data)] if name in data)
    clock = next(held, None)
    return data.end if clock is None else data.last(clock)


def get(name: str) -> Pair:
    """The pair called `name`, or that of two symbols such as ``"MDY/SPY"``, total returns.

    Two symbols that a declared pair has, dividends included, are that pair.
    """
    small, slash, large = name.partition("/")
    if slash and small and small == large:
        raise InputError(f"The pair {name!r} is one symbol against itself; expected two.")
    if slash and small and large:
        asked = _of_prices(name, f"{small} against {large}", small, large)
        sides = (asked.small, asked.large, asked.total)
        declared = (p for p in PAIRS.values() if (p.small, p.large, p.total) == sides)
        return next(declared, asked)
    try:
        return PAIRS[name]
    except KeyError:
        raise UnknownName("pair", name, PAIRS, "`r2klib.claims.pairs.PAIRS`") from None


def log_legs(data: Dataset, name: str) -> pd.DataFrame:
    """Log returns, columns ``small`` and ``large``: of a pair by month; without one, by day.

    The days are those of French's daily factors: the market plus SMB, and the market.
    """
    if name:
        return to_log(get(name).legs(data))
    market = legs.market(data, "french.factors_daily")
    small = market + data.frame("french.factors_daily")["SMB"]
    return to_log(pd.DataFrame({"small": small, "large": market}).dropna())


def available(data: Dataset) -> list[Pair]:
    """The pairs whose series are all in `data`, in the order of the table above."""
    return [pair for pair in PAIRS.values() if all(series in data for series in pair.series)]


def value_lead(data: Dataset) -> pd.Series:
    """Monthly log return of small value minus large growth, decimals: IWN minus IWF.

    In the sample French's small value (mean of S1V5 and S3V5) minus big growth (S5V1).
    """
    if data.kind == "sample":
        return legs.value_minus_growth(data)
    return get("IWN/IWF").d(data).rename("value minus growth")


def technology(data: Dataset) -> pd.Series:
    """Monthly log return of technology minus the market, decimals: QQQ minus SPY.

    In the sample French's business equipment minus the market.
    """
    if data.kind == "sample":
        market = to_log(legs.market(data, legs.factors_of_portfolios(data)))
        gap = to_log(data.frame("french.industries12")["BusEq"]) - market
        return gap.rename("technology")
    return get("QQQ/SPY").d(data).rename("technology")
