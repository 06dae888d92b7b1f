"""Means and differences of means, with Newey-West errors."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._align import align_series
from r2klib.stats._inputs import as_series
from r2klib.stats.regression import ScalarFit, estimate


def hac_mean(x: object, hac_lags: str | int | None = "auto") -> ScalarFit:
    r"""Estimate a mean with a Newey-West standard error.

    .. math:: \bar x = T^{-1} \sum_t x_t, \qquad
              s^2 = T^{-1} \sum_{|j| \le L} \left(1 - \tfrac{|j|}{L+1}\right) \hat\gamma_j

    Parameters
    ----------
    x : Series or array, shape (T,)
        Any frequency and unit, sorted. NaN is dropped.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`; None gives the textbook s / sqrt(T).

    Returns
    -------
    ScalarFit
        In the units and per the period of x; Student t with T - 1 degrees of freedom.

    Raises
    ------
    InputError
        For fewer than 3 values, a constant or infinite x, an unsorted or repeating index.

    References
    ----------
    Newey and West (1987), Econometrica 55, 703-708.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")["1990":]
    >>> fit = r2klib.hac_mean(1200 * factors["SMB"])  # percent a year
    >>> round(fit.value, 1), round(fit.std_error, 1)
    (1.6, 1.8)
    """
    series = as_series(x, "x")
    kept = series.dropna()
    ones = pd.DataFrame({"mean": 1.0}, index=kept.index)
    nothing = pd.Series({"missing values": len(series) - len(kept)}, name="dropped")
    fit = estimate(kept, ones, nothing, hac_lags, None, ("x", "x"))
    found = fit.combine({"mean": 1.0}, f"mean of {series.name}")
    method = fit.method.replace("OLS", "sample mean")
    return replace(found, method=method, null="the mean is zero (two-sided)")


def mean_difference(x: object, indicator: object, hac_lags: str | int | None = "auto") -> ScalarFit:
    r"""Estimate the mean of x where `indicator` is true minus the mean where it is false.

    .. math:: x_t = a + \delta \, 1_t + e_t

    Parameters
    ----------
    x : Series or array, shape (T,)
        Any frequency and unit, sorted.
    indicator : Series or array, shape (T,)
        Boolean, or 0 and 1. Matched to x by date; rows where either is missing are dropped.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`.

    Returns
    -------
    ScalarFit
        :math:`\delta`, with Student's t law on T - 2 degrees of freedom.

    Raises
    ------
    InputError
        If the indicator holds anything but 0 and 1, or leaves fewer than 2 rows on either side.

    Notes
    -----
    Few long windows make the kernel reject too often: with independent x over 1109 months, 12 lags
    and windows of 12 months, a nominal 10 % is 15 % for 5 windows, 13 % for 12 and 11 % for 31.
    `placebo_test` keeps its size.

    References
    ----------
    Newey and West (1987), Econometrica 55, 703-708.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")["1990":]
    >>> january = factors.index.month == 1
    >>> fit = r2klib.mean_difference(100 * factors["SMB"], pd.Series(january, factors.index))
    >>> round(fit.value, 2), round(fit.tstat, 1)
    (0.56, 1.0)
    """
    names = ("x", "indicator")
    as_series(indicator, names[1])
    series, flags, dropped = align_series(x, indicator, names)
    inside = flags.iloc[:, 0]
    if not inside.isin([0.0, 1.0]).all():
        raise InputError("`indicator` must be boolean or hold only 0 and 1.")
    n_inside, n_outside = int(inside.sum()), int((1 - inside).sum())
    if min(n_inside, n_outside) < 2:
        raise InputError(
            f"`indicator` must leave at least 2 rows on either side; it has {n_inside} inside and "
            f"{n_outside} outside."
        )
    fit = estimate(series, inside.to_frame("inside"), dropped, hac_lags, "outside", names)
    found = fit.combine({"inside": 1.0}, f"mean of {series.name} inside minus outside")
    method = fit.method.replace("OLS", "OLS on a dummy")
    return replace(found, method=method, null="the two means are equal (two-sided)")
