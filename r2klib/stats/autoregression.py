"""Persistent signals: how slowly a series moves, and what overlap leaves of a sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, as_series, number, whole
from r2klib.stats._result import Result


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class AR1Fit(Result):
    """A first-order autoregression, with its coefficient freed of small-sample bias.

    Attributes
    ----------
    name : str
        The series.
    rho_ols, rho : float
        Least squares, and corrected for bias and kept within (-1, 1).
    mean : float
        Mean of the series.
    resids : ndarray (n,)
        x_{t+1} - a - rho x_t at the corrected rho, mean zero.
    nobs : int
        Pairs of consecutive periods.

    Examples
    --------
    >>> unemployment = r2klib.load("sample").series("UNRATE")
    >>> round(r2klib.stats.ar1(unemployment).half_life)  # months until half of a deviation is gone
    27
    """

    name: str
    rho_ols: float
    rho: float
    mean: float
    resids: Array
    nobs: int

    _json = "name rho_ols rho mean nobs half_life"

    @property
    def half_life(self) -> float:
        """Periods in which a deviation halves, at the corrected rho; infinite for rho <= 0."""
        return float(np.log(0.5) / np.log(self.rho)) if self.rho > 0 else float("inf")

    @property
    def title(self) -> str:
        """The model."""
        return f"AR(1) of {self.name}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample and correction."""
        return {
            "sample": f"{self.nobs} pairs of consecutive periods",
            "method": "OLS, Kendall's bias corrected as in Amihud and Hurvich (2004)",
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row: both coefficients, sd of the innovations, half-life."""
        row = {"rho_ols": self.rho_ols, "rho": self.rho, "sd": float(self.resids.std())}
        return pd.DataFrame([row | {"half_life": self.half_life}], index=[self.name])


def ar1(x: object) -> AR1Fit:
    r"""Fit an AR(1) with constant and correct its coefficient for bias.

    .. math:: x_{t+1} = a + \rho x_t + u_{t+1}, \qquad
              \rho_c = \hat\rho + \frac{1 + 3\hat\rho}{n} + \frac{3 (1 + 3\hat\rho)}{n^2}

    :math:`\rho_c` is kept within 1 - 1/n of zero, so that the process it describes has a mean.

    Parameters
    ----------
    x : Series or array, shape (T,)
        Consecutive periods, any frequency and unit, sorted. Only pairs without NaN count.

    Returns
    -------
    AR1Fit

    Raises
    ------
    InputError
        For fewer than 8 pairs, a constant or infinite x.

    References
    ----------
    Kendall (1954), Biometrika 41, 403-404. Amihud and Hurvich (2004), JFQA 39, 813-841.

    Examples
    --------
    >>> fit = r2klib.stats.ar1(r2klib.load("sample").series("UNRATE")["1990":])
    >>> round(fit.rho_ols, 3), round(fit.rho, 3)  # least squares says too little
    (0.951, 0.96)
    """
    series = as_series(x, "x")
    return fit_ar1(series.to_numpy(), str(series.name))


def fit_ar1(x: Array, name: str) -> AR1Fit:
    """Fit consecutive periods in which NaN marks a missing one."""
    both = np.isfinite(x[:-1]) & np.isfinite(x[1:])
    before, after = x[:-1][both], x[1:][both]
    if (n := len(before)) < 8:
        raise InputError(f"`x` must have at least 8 pairs of consecutive values; it has {n}.")
    if np.ptp(before) == 0:
        raise InputError(f"`x` is constant, {before[0]:g}.")
    centred = before - before.mean()
    rho = float(centred @ (after - after.mean()) / (centred @ centred))
    corrected = float(np.clip(rho + bias(rho, n), 1 / n - 1, 1 - 1 / n))
    u = after - corrected * before
    return AR1Fit(
        name=name,
        rho_ols=rho,
        rho=corrected,
        mean=float(np.nanmean(x)),
        resids=u - u.mean(),
        nobs=n,
    )


def bias(rho: float, n: int) -> float:
    """By how much least squares puts the coefficient too low, in n pairs, to the order 1 / n^2."""
    return (1 + 3 * rho) / n + 3 * (1 + 3 * rho) / n**2


def effective_n(n: int, horizon: int, rho: float) -> float:
    r"""Return how many independent observations n overlapping returns are worth.

    .. math:: n_e = n \Big/ \Big( 1 + 2 \sum_{j=1}^{h-1} \big(1 - \tfrac{j}{h}\big) \rho^j \Big)

    The variance of the slope of h-period returns on an AR(1) signal, where one-period returns are
    unpredictable, is that of n_e observations without overlap: n at h = 1, about n / h for a signal
    that hardly moves.

    Parameters
    ----------
    n : int
        Rows of the regression.
    horizon : int
        Periods h that each return covers.
    rho : float
        Autocorrelation of the signal, in (-1, 1].

    Returns
    -------
    float
        Observations, at most n for a signal that does not reverse.

    Raises
    ------
    InputError
        For n below 1, a horizon outside 1..1,000,000 and rho outside (-1, 1].

    References
    ----------
    Hodrick (1992), RFS 5, 357-386. Boudoukh, Richardson and Whitelaw (2008), RFS 21, 1577-1605.

    Examples
    --------
    >>> [round(r2klib.stats.effective_n(600, 12, rho)) for rho in (0.0, 0.9, 0.99)]
    [600, 73, 52]
    """
    if not -1 < number(rho, "rho") <= 1:
        raise InputError(f"`rho` must lie in (-1, 1]; it is {rho!r}.")
    rows = whole(n, "n", 1)
    h = whole(horizon, "horizon", 1, 10**6)
    j = np.arange(1, h)
    return float(rows / (1 + 2 * ((1 - j / h) * rho**j).sum()))
