"""Prices to returns of whole months and weeks, each column by its own closes."""

from __future__ import annotations

import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._calendar import periods_of
from r2klib.stats._inputs import span
from r2klib.stats.transform import Labelled, _shaped, above, to_month_end


def monthly_returns(prices: Labelled) -> Labelled:
    r"""Return :math:`R_t = P_t / P_{t-1} - 1` from the last price of each calendar month.

    Parameters
    ----------
    prices : Series (T,) or DataFrame (T, K)
        Prices or index levels, positive, by day, time of day or period, at least one a month;
        sorted. Closes adjusted for distributions give total returns. Time zones are dropped: the
        day is that of the index's own clock.

    Returns
    -------
    Series or DataFrame
        Simple returns, decimals, at calendar month ends. NaN where a column has no price in the
        month or in the one before, and in its last month if its prices end more than six days
        before that month does: a month cut short would pass for a whole one.

    Raises
    ------
    InputError
        Prices that are not positive, not dated, fewer than one a month, or without two whole
        months in a row.

    Examples
    --------
    >>> days = pd.bdate_range("2024-01-02", "2024-03-15")
    >>> r2klib.monthly_returns(pd.Series(range(100, 100 + len(days)), days)).round(4).to_dict()
    {Timestamp('2024-02-29 00:00:00'): 0.1736}
    """
    return _returns(prices, "ME", 6, 12)


def weekly_returns(prices: Labelled) -> Labelled:
    r"""Return :math:`R_t = P_t / P_{t-1} - 1` from the last price of each week, ending on Friday.

    Parameters
    ----------
    prices : Series (T,) or DataFrame (T, K)
        As in `monthly_returns`, at least one a week.

    Returns
    -------
    Series or DataFrame
        Simple returns, decimals, dated by Friday. NaN as in `monthly_returns`; a last week of
        which more than its Friday is missing does not count.

    Raises
    ------
    InputError
        As `monthly_returns`.

    Examples
    --------
    >>> weeks = r2klib.stats.weekly_returns(r2klib.load("sample").frame("^GSPC")["Close"])
    >>> weeks.idxmin().strftime("%Y-%m-%d"), round(float(weeks.min()), 2)
    ('2008-10-10', -0.18)
    """
    return _returns(prices, "W-FRI", 1, 52)


def _returns(prices: Labelled, rule: str, slack: int, periods: int) -> Labelled:
    P = above(0, prices, "prices")
    P.index = _days(P.index)
    have = periods_of(P.index)
    if have is not None and have < periods:
        raise InputError(
            f"`prices` has {have} rows a year ({span(P.index)}); expected at least one price in "
            f"each {'month' if periods == 12 else 'week'}."
        )
    if have == periods == 12:  # one a month already, perhaps dated by its first day
        P = to_month_end(P)
    last = P.resample(rule).last()
    for place, column in enumerate(P):
        held = P.index[P[column].notna()][-1]
        end = int(last.index.searchsorted(held))
        if last.index[end] - held > pd.Timedelta(days=slack):
            last.iloc[end, place] = float("nan")
    returns = last.pct_change(fill_method=None).iloc[1:]
    if returns.isna().to_numpy().all():
        whole = "months" if periods == 12 else "weeks"
        raise InputError(f"`prices` ({span(P.index)}) has no two whole {whole} in a row.")
    known = returns.index[returns.notna().any(axis="columns")]
    return _shaped(returns.loc[: known[-1]], prices)


def _days(index: pd.Index) -> pd.DatetimeIndex:
    """The day of each row, a period's last: a week's Friday, though it may end on Sunday."""
    if isinstance(index, pd.PeriodIndex):
        weekend = {"W-SAT": 1, "W-SUN": 2}.get(index.freqstr, 0)
        index = index.to_timestamp(how="end") - pd.Timedelta(days=weekend)
    if not isinstance(index, pd.DatetimeIndex):
        raise InputError(f"`prices` must carry dates, not a {type(index).__name__}.")
    return index.tz_localize(None).normalize()
