"""Pairs of legs: what "small" and "large" mean, and d, the log return of one minus the other.

`d` = log total return of small minus log total return of large. Logs cost the more volatile leg,
so means of d lie about one percentage point a year below arithmetic ones; every mean says which
it is. One pair has no legs: in the sample's *long* history d is the SMB factor, arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from r2klib.claims import legs
from r2klib.claims.nouns import EditionKind
from r2klib.data import Dataset
from r2klib.errors import InputError, UnknownName
from r2klib.stats import to_log

Legs = Callable[[Dataset], pd.DataFrame]


@dataclass(frozen=True)
class Pair:
    """Two legs and the series they are made of.

    Parameters
    ----------
    name, title : str
    series : tuple of str
        Catalog ids that must be in the edition.
    total : bool
        Whether dividends are included.
    arithmetic : bool
        Whether `d` is a difference of simple instead of log returns.
    small, large : (str, str)
        Series and columns (a regular expression; none for prices) that make up each leg.
    """

    name: str
    title: str
    series: tuple[str, ...]
    build: Legs
    total: bool = True
    arithmetic: bool = False
    small: tuple[str, str] = ("", "")
    large: tuple[str, str] = ("", "")

    def legs(self, data: Dataset) -> pd.DataFrame:
        """Monthly simple returns, columns ``small`` and ``large``, decimals, month-end index."""
        if self.arithmetic:
            raise InputError(
                f"The pair {self.name!r} is a factor and has no legs; "
                f"expected one of {', '.join(p.name for p in PAIRS.values() if not p.arithmetic)}."
            )
        return self.build(data)

    def d(self, data: Dataset) -> pd.Series:
        """Monthly return of small minus large: log, or simple for an arithmetic pair."""
        if self.arithmetic:
            return self.build(data)["d"]
        log = to_log(self.legs(data))
        return log["small"].sub(log["large"]).rename("d")


def _sample_legs(data: Dataset) -> pd.DataFrame:
    portfolios = data.frame("french.size_value")
    small = portfolios.filter(regex=r"^S[13]V").mean(axis="columns")
    large = legs.market(data, "french.factors_2017")
    return pd.DataFrame({"small": small, "large": large}).dropna()


def _long(data: Dataset) -> pd.DataFrame:
    return data.frame("french.factors")[["SMB"]].rename(columns={"SMB": "d"}).dropna()


def _century(data: Dataset) -> pd.DataFrame:
    portfolios = data.frame("french.size_value_6")
    return pd.DataFrame(
        {
            "small": portfolios.filter(regex=r"^S").mean(axis="columns"),
            "large": portfolios.filter(regex=r"^B").mean(axis="columns"),
        }
    ).dropna()


def _terciles(data: Dataset) -> pd.DataFrame:
    portfolios = data.frame("french.size_terciles")
    return portfolios.rename(columns={"Lo 30": "small", "Hi 30": "large"})[
        ["small", "large"]
    ].dropna()


def monthly_returns(data: Dataset, ids: list[str], column: str = "Adj Close") -> pd.DataFrame:
    """Simple monthly returns of price series from their last common close of each month.

    The last month counts only if its closes reach into its last week: a month cut short would
    pass for a whole one.
    """
    closes = pd.DataFrame({name: data.frame(name)[column] for name in ids}).dropna()
    monthly = closes.resample("ME").last()
    if monthly.index[-1] - closes.index[-1] > pd.Timedelta(days=6):
        monthly = monthly.iloc[:-1]
    return monthly.pct_change(fill_method=None).dropna()


def _of_prices(name: str, title: str, small: str, large: str, *, total: bool = True) -> Pair:
    """A pair of two prices: closes, or closes adjusted for distributions."""

    def build(data: Dataset) -> pd.DataFrame:
        returns = monthly_returns(data, [small, large], "Adj Close" if total else "Close")
        return returns.set_axis(["small", "large"], axis="columns")

    return Pair(
        name, title, (small, large), build, total=total, small=(small, ""), large=(large, "")
    )


PAIRS: dict[str, Pair] = {
    pair.name: pair
    for pair in (
        Pair(
            "century",
            "three small against three big French 2x3 portfolios",
            ("french.size_value_6",),
            _century,
            small=("french.size_value_6", "^S"),
            large=("french.size_value_6", "^B"),
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
            _terciles,
            small=("french.size_terciles", "^Lo 30$"),
            large=("french.size_terciles", "^Hi 30$"),
        ),
        Pair(
            "legs",
            "small-company portfolios (S1V*, S3V*) against the market",
            ("french.size_value", "french.factors_2017"),
            _sample_legs,
            small=("french.size_value", "^S[13]V"),
            large=("french.factors_2017", "^Mkt-RF$"),
        ),
        Pair(
            "long",
            "the SMB factor, arithmetic",
            ("french.factors",),
            _long,
            arithmetic=True,
            small=("french.factors", "^SMB$"),
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


def kind_of(data: Dataset) -> EditionKind:
    """Which primary pairs an edition takes: the sample's own, or the live ones."""
    return "sample" if data.kind == "sample" else "live"


def kind_named(edition: str) -> EditionKind:
    """The same by an edition's name, which may say more: ``sample, with replaced series``."""
    return "sample" if re.match(r"sample\b", edition) else "live"


#: Whose last row is an edition's present: the first of these that it holds.
CLOCKS: dict[EditionKind, tuple[str, ...]] = {
    "sample": ("french.factors",),
    "live": ("^GSPC", "SPY", "french.factors_daily", "french.factors"),
}


def now(data: Dataset, *inputs: str) -> pd.Timestamp:
    """The edition's present: its last market date.

    Not the last stamp of all its series: a quarter's survey is stamped at the quarter's end,
    which may lie ahead. The series of the sample end in different years, so there a state that
    names its `inputs` is judged as of the one that ends first.
    """
    if inputs and kind_of(data) == "sample":
        return min(data.last(name) for name in inputs)
    held = (name for name in CLOCKS[kind_of(data)] if name in data)
    clock = next(held, None)
    return data.end if clock is None else data.last(clock)


def get(name: str) -> Pair:
    """The pair called `name`."""
    try:
        return PAIRS[name]
    except KeyError:
        raise UnknownName("pair", name, PAIRS, "`r2klib.claims.pairs.PAIRS`") from None


def available(data: Dataset) -> list[Pair]:
    """The pairs whose series are all in `data`, in the order of the table above."""
    return [pair for pair in PAIRS.values() if all(series in data for series in pair.series)]
