"""Book-to-market of small against large companies, with the market cap of the day.

French's monthly "BE / June ME" block keeps the market cap of June for a year, so it misses up to
0.69 log points of the gap. Here the book of each portfolio is the block times its cap of June,
fixed from July to June (fiscal year t-1, so at least 6 months old), over its cap of the day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import ages, legs, pairs
from r2klib.data import Dataset
from r2klib.stats import to_log

#: The portfolios of two sizes by three values, and which of them are small and large.
SIX, SMALL, LARGE = pairs.SIX, pairs.SMALL, pairs.LARGE
#: What `log_relative` reads of the portfolios `SIX`.
NEEDS = (f"{SIX}.bm", f"{SIX}.size", f"{SIX}.firms")
JULY = 7


def books_and_caps(data: Dataset, table: str = SIX) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Book and market cap of every portfolio by the month end at which the cap was seen.

    The library stamps the cap with the month it opens: the row of month t is the cap at the end
    of t-1. Portfolios are formed at the end of June, and rows from July on are the new ones.

    Millions of dollars, indexed one month before the library's stamps. NaN in both where a
    portfolio was empty or its book unknown.
    """
    cap = legs.capitalisation(data, table)
    return _seen(_of_month(data.frame(f"{table}.bm") * cap, JULY), cap)


def _seen(june: pd.DataFrame, cap: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Books of each June, by year, and caps by the month ends at which both were seen."""
    book = _fixed(june, cap.index)
    both = book.notna() & cap.notna()
    return book.where(both).shift(-1, freq="ME"), cap.where(both).shift(-1, freq="ME")


def _fixed(june: pd.DataFrame, stamps: pd.Index) -> pd.DataFrame:
    """What was known of each June, by year, from July to the next June."""
    months = pd.DatetimeIndex(stamps)
    return june.reindex(months.year - (months.month < JULY)).set_axis(stamps, axis="index")


def log_relative(
    data: Dataset,
    table: str = SIX,
    small: str = SMALL,
    large: str = LARGE,
    *,
    each: bool = False,
) -> pd.Series:
    """Log rolled book-to-market of small companies minus that of large ones, by month end.

    All books of a side over all its caps: the side is one company. With `each`, the mean over its
    portfolios of their own log book-to-market, as the pair `smb` weighs its returns. The sides are
    regular expressions of columns. Known at the month's end; higher is cheaper small companies.
    """
    book, cap = books_and_caps(data, table)

    def side(pattern: str) -> pd.Series:
        b, m = book.filter(regex=pattern), cap.filter(regex=pattern)
        if each:
            return to_log(b / m - 1).mean(axis="columns", skipna=False)
        return together(b, m)

    return (side(small) - side(large)).dropna().rename("log relative book-to-market")


def together(book: pd.DataFrame, cap: pd.DataFrame) -> pd.Series:
    """Log book-to-market of some portfolios as of one company: all books over all caps."""
    return log(book.sum(axis="columns", min_count=1) / cap.sum(axis="columns", min_count=1))


#: The finer portfolios, and their sides: the two smallest quintiles and the biggest.
FIVE = "french.size_value"
FINER = (FIVE, r"^S[12]V", r"^S5V")
NEEDS_FINER = (f"{FIVE}.bm", f"{FIVE}.size", f"{FIVE}.firms")


def sides(data: Dataset) -> tuple[str, str, str]:
    """Table and sides of small against large: of six portfolios, or of 25 where those ended.

    The six decide unless they end more than 6 months before the edition's present and the finer
    ones reach further.
    """
    if any(name not in data for name in NEEDS_FINER):
        return SIX, SMALL, LARGE
    ended = ages.is_old(last_seen(data, SIX), pairs.now(data))
    return FINER if ended and last_seen(data, FIVE) > last_seen(data, SIX) else (SIX, SMALL, LARGE)


def last_seen(data: Dataset, table: str) -> pd.Timestamp:
    """The month end at which the last cap of a table was seen."""
    return pd.Timestamp(data.last(f"{table}.size") - pd.offsets.MonthEnd(1))


#: Industries, and what `industries` reads of them: their book-to-market is one of each June.
INDUSTRIES = "french.industries49"
NEEDS_INDUSTRIES = (INDUSTRIES, f"{INDUSTRIES}.bm", f"{INDUSTRIES}.size", f"{INDUSTRIES}.firms")


def industries(data: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Book and market cap of every industry, as `books_and_caps` gives those of portfolios.

    French's block of June t holds books of fiscal year t-1 over caps of December t-1. Since then
    the same firms grew by their cap to the end of May, by June's return, and from July on by the
    cap of the new portfolio: what a year's new members bring does not pass for growth.
    """
    cap = legs.capitalisation(data, INDUSTRIES)
    ratio = data.frame(f"{INDUSTRIES}.bm")
    january, june, july = (_of_month(cap, month) for month in (1, 6, JULY))
    grown = june / january * (1 + _of_month(data.frame(INDUSTRIES), 6))
    june_book = ratio.set_axis(pd.DatetimeIndex(ratio.index).year, axis="index") / grown * july
    return _seen(june_book, cap)


def cheapness(data: Dataset, d: pd.Series, *, each: bool = False) -> pd.Series:
    """How cheap small companies are by month end: `log_relative`, or what stands in for it.

    The sample holds no book-to-market: minus the sum of `d` over 60 months, what has lagged for
    years, is the nearest mirror of cheapness there.
    """
    if data.kind == "sample":
        return -d.rolling(60).sum()
    return log_relative(data, each=each)


def profitability_gap(data: Dataset) -> pd.Series:
    """Operating profit over book of small companies minus that of large ones, since 1963.

    Fixed from July to June as the books are; dated as `log_relative`.
    """
    book, _ = books_and_caps(data)
    raw = data.frame(f"{SIX}.op")
    profit = _fixed(_of_month(raw, JULY), raw.index).shift(-1, freq="ME")
    book = book.reindex(profit.index)

    def side(pattern: str) -> pd.Series:
        b = book.filter(regex=pattern)
        return (b * profit).filter(regex=pattern).sum(axis="columns", skipna=False) / b.sum(
            axis="columns"
        )

    return (side(SMALL) - side(LARGE)).dropna().rename("profitability gap")


def without(gap: pd.Series, control: pd.Series) -> pd.Series:
    """What of `gap` a least-squares line on `control` leaves; for levels to date, no forecast."""
    both = pd.DataFrame({"gap": gap, "control": control}).dropna()
    return both["gap"] - np.polyval(np.polyfit(both["control"], both["gap"], 1), both["control"])


def dividend_gap(data: Dataset) -> pd.Series:
    """Log dividend return of SPY minus that of IWM by month: total less price returns."""
    ids = ["IWM", "SPY"]
    total = to_log(pairs.monthly_returns(data, ids))
    paid = total - to_log(pairs.monthly_returns(data, ids, "Close"))
    return (paid["SPY"] - paid["IWM"]).dropna()


def log(x: pd.Series) -> pd.Series:
    """Natural log by date; NaN for what is not above zero."""
    return pd.Series(np.log(x.where(x > 0).to_numpy(dtype=float)), index=x.index)


def _of_month(frame: pd.DataFrame, month: int) -> pd.DataFrame:
    """The rows of one month by year; in July June's portfolios open."""
    rows = frame[pd.DatetimeIndex(frame.index).month == month]
    return rows.set_axis(pd.DatetimeIndex(rows.index).year, axis="index")
