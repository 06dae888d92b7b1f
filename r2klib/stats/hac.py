"""How many autocovariances a Newey-West standard error counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from r2klib.errors import InputError
from r2klib.stats._algebra import window_sums
from r2klib.stats._inputs import Array, as_frame, whole


def newey_west_lags(scores: ArrayLike) -> int:
    r"""Choose the lags of the Bartlett kernel by the plug-in rule of Newey and West (1994).

    .. math::

        L = \left\lceil 1.1447 \left( \hat\alpha T \right)^{1/3} \right\rceil, \qquad
        \hat\alpha = \frac{\sum_i (s^{(1)}_i)^2}{\sum_i (s^{(0)}_i)^2}, \qquad
        s^{(q)}_i = \sum_{|j| \le n} |j|^q \, \hat\sigma_{ij}, \qquad
        n = \left\lceil 4 (T/100)^{2/9} \right\rceil

    with :math:`\hat\sigma_{ij}` the j-th autocorrelation of score i. Scores enter one by one with
    equal weight, as in Andrews (1991, eq. 6.4), where Newey and West add them up first: neither
    the units nor the sign of a regressor then move the answer. For one score the rules are the
    same, and so is the answer of `linearmodels` and `arch`.

    Parameters
    ----------
    scores : array_like, shape (T,) or (T, m)
        The series itself for a mean; regressors times residuals for a regression. Complete, any
        unit; demeaned here.

    Returns
    -------
    int
        Lags L, with kernel weights 1 - j/(L+1). At most 1.3 sqrt(T), the rule of thumb of Lazarus,
        Lewis, Stock and Watson (2018): the plug-in has no limit where s0 is near zero.

    Raises
    ------
    InputError
        With fewer than 4 rows, missing values, or a constant score.

    References
    ----------
    Newey and West (1994), Review of Economic Studies 61, 631-653. Andrews (1991), Econometrica 59,
    817-858. Lazarus, Lewis, Stock and Watson (2018), JBES 36, 541-559.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> quick, slow = data.factors("ff3")["SMB"]["1990":], data.series("GS10")["1990":"2018"]
    >>> r2klib.stats.newey_west_lags(quick), r2klib.stats.newey_west_lags(slow)
    (11, 18)
    """
    return _plug_in(as_frame(scores, "scores").to_numpy())


def _plug_in(columns: Array) -> int:
    T = len(columns)
    if T < 4:
        raise InputError(f"`scores` must have at least 4 rows to choose lags; it has {T}.")
    centred = columns - columns.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    if not (spread > 0).all():  # NaN lands here too
        raise InputError(
            "`scores` must be complete and vary; a column is constant or misses values."
        )
    h = centred / spread
    n = int(np.ceil(4 * (T / 100) ** (2 / 9)))
    j = np.arange(1, n + 1)
    sigma = np.array([(h[lag:] * h[:-lag]).sum(axis=0) / T for lag in j])
    s0 = 1 + 2 * sigma.sum(axis=0)
    s1 = 2 * (j[:, None] * sigma).sum(axis=0)
    most = int(1.3 * np.sqrt(T))
    with np.errstate(divide="ignore"):
        alpha = (s1**2).sum() / (s0**2).sum()
    return int(min(np.ceil(1.1447 * np.cbrt(alpha * T)), most))


def resolve_lags(hac_lags: str | int | None, scores: Array) -> int | None:
    """Turn the argument `hac_lags` into a number of lags (None means classical errors)."""
    if hac_lags is None:
        return None
    if hac_lags == "auto":
        return _plug_in(scores)
    if isinstance(hac_lags, str):
        raise InputError(
            f'`hac_lags` must be "auto", a number of lags or None; it is {hac_lags!r}.'
        )
    return whole(hac_lags, "hac_lags", 0, len(scores) - 1)


def score_sums(errors: Array, weights: Array, lags: int) -> Array:
    r"""Return moving sums v (r, T + L) of the scores h (r, T), `errors` times `weights`.

    .. math::

        v_t = \sum_{l=0}^{L} h_{t-l}, \qquad \frac{1}{L+1} \sum_t v_t v_t'
        = \sum_{|j| \le L} \Big(1 - \tfrac{|j|}{L+1}\Big) \sum_t h_t h_{t-j}'

    with zeros before the first and after the last score: term by term the same, and never negative.
    """
    r, T = np.broadcast_shapes(errors.shape, weights.shape)
    padded = np.zeros((T + 2 * lags, r)).T  # dates far apart: sums of neighbours run through memory
    np.multiply(errors, weights, out=padded[:, lags : lags + T])
    return window_sums(padded, lags + 1)


def errors_in_words(hac_lags: int | None) -> str:
    """Name the covariance estimator that `hac_lags` stands for."""
    if hac_lags is None:
        return "classical (homoskedastic) standard errors"
    if hac_lags == 0:
        return "White standard errors (HC0)"
    return f"Newey-West standard errors, {hac_lags} lags, no small-sample correction"
