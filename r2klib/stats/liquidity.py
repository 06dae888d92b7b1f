"""Trading costs from daily bars: bid-ask spreads by four estimators, and price impact.

Where an estimator has no answer (its squared spread comes out negative, or too few bars) the
spread is NaN and counted; it is never set to zero. `signed` keeps the negative ones, which an
average over assets or months needs, because dropping them would leave only the luckier half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from r2klib.errors import InputError
from r2klib.stats._edge import LEAST, PARTS, edge
from r2klib.stats._inputs import as_frame, listed, shown, span, whole
from r2klib.stats._lstsq import in_parts
from r2klib.stats._result import Result, plain
from r2klib.stats.transform import months_of


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class SpreadFit(Result):
    r"""Spreads of N assets in M periods.

    Attributes
    ----------
    signed : DataFrame (M, N)
        :math:`sign(s^2) \sqrt{|s^2|}`, proportional, decimals (0.01 is one percent); NaN only where
        bars are too few.
    bars : DataFrame (M, N)
        Bars (or pairs of bars) that entered.
    method : str
        The estimator.

    Examples
    --------
    >>> bars = r2klib.load("sample").frame("^GSPC").loc["2008"]
    >>> fit = r2klib.stats.corwin_schultz(bars["High"], bars["Low"], bars["Close"])
    >>> fit.not_estimated.iloc[0].to_dict()  # months
    {'negative': 7, 'too few bars': 0, 'estimated': 5}
    """

    signed: pd.DataFrame
    bars: pd.DataFrame
    method: str

    @property
    def spread(self) -> pd.DataFrame:
        """Bid-ask spreads (M, N), decimals; NaN where the squared one comes out negative too."""
        return self.signed.where(self.signed > 0)

    @property
    def not_estimated(self) -> pd.DataFrame:
        """Counts per asset: `negative`, `too few bars`, `estimated`."""
        negative = (self.signed.notna() & self.spread.isna()).sum()
        few = self.signed.isna().sum()
        return pd.DataFrame(
            {"negative": negative, "too few bars": few, "estimated": self.spread.notna().sum()}
        )

    @property
    def title(self) -> str:
        """The estimator."""
        return f"Bid-ask spreads, {self.method}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample and what could not be estimated."""
        counts = self.not_estimated.sum()
        return {
            "sample": span(self.spread.index),
            "cells": ", ".join(f"{count} {name}" for name, count in counts.items()),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row per asset: median spread, mean of the signed ones, and the counts."""
        columns = {"median": self.spread.median(), "mean_signed": self.signed.mean()}
        return pd.DataFrame(columns).join(self.not_estimated)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: the table of `to_frame` by asset."""
        return {"method": self.method, "assets": plain(self.to_frame())}


def corwin_schultz(high: object, low: object, close: object, *, min_obs: int = 12) -> SpreadFit:
    r"""Estimate monthly spreads from two-day high-low ranges.

    .. math::

        S = \frac{2 (e^\alpha - 1)}{1 + e^\alpha}, \qquad
        \alpha = \frac{\sqrt{2\beta} - \sqrt\beta}{3 - 2\sqrt2} - \sqrt{\frac{\gamma}{3 - 2\sqrt2}}

    with :math:`\beta = \ln^2(H_t/L_t) + \ln^2(H_{t+1}/L_{t+1})` and :math:`\gamma` the squared log
    range of both days, the second moved by the overnight gap where the first close lies outside it.

    Parameters
    ----------
    high, low, close : DataFrame (T, N) or Series
        Daily prices, positive, in consecutive trading days, same assets. A day that misses a price
        (NaN) leaves its pairs out.
    min_obs : int
        Pairs of days a month needs.

    Returns
    -------
    SpreadFit
        Monthly means of the two-day values, negative ones included; a pair belongs to the month of
        its second day and needs both days' bars.

    Raises
    ------
    InputError
        For prices that are not positive, a high below the low, other assets or dates per argument,
        and where no asset has a month with `min_obs`.

    References
    ----------
    Corwin and Schultz (2012), JF 67, 719-760.

    Examples
    --------
    >>> bars = r2klib.load("sample").frame("^GSPC").loc["2018-10":"2018-12"]
    >>> fit = r2klib.stats.corwin_schultz(bars["High"], bars["Low"], bars["Close"])
    >>> fit.signed.iloc[:, 0].round(4).tolist()  # an index has no spread
    [0.0007, -0.0005, -0.0047]
    """
    prices = _prices({"high": high, "low": low, "close": close})
    H, L, C = (frame.apply(np.log) for frame in prices.values())
    last = C.shift(1)
    gap = (last - H).clip(lower=0) + (last - L).clip(upper=0)
    Ha, La = H + gap, L + gap
    k = 3 - 2 * np.sqrt(2)
    beta = (H.shift(1) - L.shift(1)) ** 2 + (Ha - La) ** 2
    top, bottom = np.maximum(Ha, H.shift(1)), np.minimum(La, L.shift(1))
    gamma = (top - bottom) ** 2
    alpha = (np.sqrt(2 * beta) - np.sqrt(beta)) / k - np.sqrt(gamma / k)
    pairs = 2 * (np.exp(alpha) - 1) / (1 + np.exp(alpha))
    monthly, bars = _monthly(pairs, min_obs, "close")
    return SpreadFit(signed=monthly, bars=bars, method="Corwin and Schultz (2012)")


def abdi_ranaldo(high: object, low: object, close: object, *, min_obs: int = 12) -> SpreadFit:
    r"""Estimate monthly spreads from closes against mid-ranges.

    .. math:: S^2 = 4 \, \overline{(c_t - \eta_t)(c_t - \eta_{t+1})}, \qquad
              \eta_t = (\ln H_t + \ln L_t) / 2

    Parameters
    ----------
    high, low, close : DataFrame (T, N) or Series
        As in `corwin_schultz`, NaN included.
    min_obs : int
        Pairs of days a month needs.

    Returns
    -------
    SpreadFit
        A pair belongs to the month of its second day. NaN, and counted, where the mean of the
        products is negative.

    Raises
    ------
    InputError
        As `corwin_schultz`.

    References
    ----------
    Abdi and Ranaldo (2017), RFS 30, 4437-4480, equation 11.

    Examples
    --------
    >>> bars = r2klib.load("sample").frame("^GSPC").loc["2018-10":"2018-12"]
    >>> fit = r2klib.stats.abdi_ranaldo(bars["High"], bars["Low"], bars["Close"])
    >>> fit.signed.iloc[:, 0].round(4).tolist()  # an index has no spread
    [0.007, -0.0008, -0.0056]
    """
    prices = _prices({"high": high, "low": low, "close": close})
    H, L, C = (frame.apply(np.log) for frame in prices.values())
    middle = (H + L) / 2
    pairs = 4 * (C.shift(1) - middle.shift(1)) * (C.shift(1) - middle)
    squared, bars = _monthly(pairs, min_obs, "close")
    signed = squared.apply(np.sign) * squared.abs().apply(np.sqrt)
    return SpreadFit(signed=signed, bars=bars, method="Abdi and Ranaldo (2017)")


def edge_spread(
    open: object,  # noqa: A002 - the field's name for the price
    high: object,
    low: object,
    close: object,
    *,
    min_obs: int = 12,
) -> SpreadFit:
    """Estimate monthly spreads from open, high, low and close by EDGE, the most efficient of them.

    Parameters
    ----------
    open, high, low, close : DataFrame (T, N) or Series
        Daily prices, positive, same assets and dates; NaN where a day has none.
    min_obs : int
        Complete bars a month needs; under 3 counts as 3. A month's first bar is paired with none
        before it, as in the paper's monthly estimates.

    Returns
    -------
    SpreadFit

    Raises
    ------
    InputError
        As `corwin_schultz`.

    Notes
    -----
    Number for number the authors' own function (package `bidask`, one asset and month at a time),
    for all assets and months at once.

    References
    ----------
    Ardia, Guidotti and Kroencke (2024), JFE 161, 103916.

    Examples
    --------
    >>> bars = r2klib.load("sample").frame("^GSPC").loc["2018-10":"2018-12"]
    >>> fit = r2klib.stats.edge_spread(bars["Open"], bars["High"], bars["Low"], bars["Close"])
    >>> fit.signed.iloc[:, 0].round(4).tolist()  # an index has no spread
    [0.0032, -0.0036, -0.0054]
    """
    prices = _prices({"open": open, "high": high, "low": low, "close": close})
    index, assets = prices["close"].index, prices["close"].columns
    months, places = np.unique(_months(index), return_inverse=True)
    values = [frame.to_numpy().T for frame in prices.values()]  # each (N, T)
    complete = ~np.isnan(sum(values))
    ends = np.searchsorted(places, np.arange(len(months) + 1))
    counted = np.add.reduceat(complete, ends[:-1], axis=1, dtype=int).T
    bars = pd.DataFrame(counted, pd.DatetimeIndex(months, name=index.name), assets)
    least = max(LEAST, whole(min_obs, "min_obs", 1))
    _check_bars(bars, least, "close")
    found = np.full(bars.shape, np.nan)
    lengths = np.diff(ends)
    for n in np.unique(lengths[lengths >= LEAST]):
        here = (counted >= least) & (lengths == n)[:, None]
        windows = [sliding_window_view(part, n, axis=1) for part in values]
        for those in (counted == n, counted < n):  # months that miss nothing are done faster
            cells = np.argwhere(here & those)
            for some in in_parts(np.arange(len(cells)), PARTS * int(n)):
                month, asset = cells[some].T
                found[month, asset] = edge(*[part[asset, ends[month]] for part in windows])
    signed = pd.DataFrame(found, bars.index, assets)
    method = "EDGE (Ardia, Guidotti and Kroencke 2024)"
    return SpreadFit(signed=signed, bars=bars, method=method)


def amihud(
    returns: object, dollar_volume: object, *, min_obs: int = 12
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Estimate monthly price impact, the mean of :math:`|R_t| / V_t` per million.

    Parameters
    ----------
    returns : DataFrame (T, N) or Series
        Daily simple returns, decimals.
    dollar_volume : DataFrame (T, N) or Series
        Price times shares traded, same assets. A day without volume has no ratio and is left out.
    min_obs : int
        Days with a ratio that a month needs.

    Returns
    -------
    illiquidity, bars : DataFrame (M, N)
        Decimals per million of currency, NaN where days are too few; and the days that entered.

    Raises
    ------
    InputError
        For negative volume, other assets or dates per argument, and where no asset has a month
        with `min_obs`.

    References
    ----------
    Amihud (2002), Journal of Financial Markets 5, 31-56.

    Examples
    --------
    >>> days = pd.bdate_range("2024-01-01", "2024-01-31")
    >>> returns, dollars = pd.Series(0.01, days), pd.Series(5e6, days)
    >>> impact, bars = r2klib.stats.amihud(returns, dollars)
    >>> round(impact.iloc[0].item(), 4), bars.iloc[0].item()
    (0.002, 23)
    """
    R, V = as_frame(returns, "returns"), as_frame(dollar_volume, "dollar_volume")
    V = _same_shape(V, R, "dollar_volume", "returns")
    if (V < 0).to_numpy().any():
        raise InputError("`dollar_volume` must not be negative.")
    return _monthly(R.abs() / V.where(V > 0) * 1e6, min_obs, "returns")


def _prices(given: dict[str, object]) -> dict[str, pd.DataFrame]:
    """Check that all prices are positive and share assets and dates."""
    frames = {name: as_frame(value, name) for name, value in given.items()}
    first_name, first = next(iter(frames.items()))
    for name, frame in frames.items():
        frames[name] = _same_shape(frame, first, name, first_name)
        if (frame <= 0).to_numpy().any():
            raise InputError(f"`{name}` must be positive; drop or mend bars without a price.")
    if (crossed := frames["high"] < frames["low"]).to_numpy().any():
        asset = crossed.any().idxmax()
        dates = list(crossed.index[crossed[asset]])
        raise InputError(
            f"`high` must not be below `low`; for {shown(asset)!r} it is at {listed(dates)}."
        )
    return frames


def _same_shape(frame: pd.DataFrame, other: pd.DataFrame, name: str, like: str) -> pd.DataFrame:
    single = frame.shape[1] == other.shape[1] == 1  # series need not share a name
    if not frame.index.equals(other.index) or not (single or frame.columns.equals(other.columns)):
        raise InputError(
            f"`{name}` and `{like}` must share dates and assets; they have {span(frame.index)} of "
            f"{listed(list(frame.columns))} and {span(other.index)} of "
            f"{listed(list(other.columns))}."
        )
    return frame.set_axis(other.columns, axis=1)


def _months(index: pd.Index) -> pd.DatetimeIndex:
    return months_of(index).to_timestamp(how="end").normalize()


def _monthly(daily: pd.DataFrame, min_obs: int, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Monthly means where enough days have a value, and how many had."""
    groups = daily.groupby(_months(daily.index))
    bars = groups.count()
    least = whole(min_obs, "min_obs", 1)
    _check_bars(bars, least, name)
    return groups.mean().where(bars >= least), bars


def _check_bars(bars: pd.DataFrame, least: int, name: str) -> None:
    """Raise `InputError` if no cell has enough bars: a table of NaN would be no answer."""
    if (most := int(bars.to_numpy().max())) < least:
        raise InputError(
            f"`{name}` is too short: a month needs {least} bars (or pairs of them) of an asset; "
            f"the fullest has {most}. Lower `min_obs` or bring more days."
        )
