"""Many tests at once: the false discovery rate and the familywise error."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, complete, listed, unordered


def benjamini_hochberg(p: pd.Series | ArrayLike) -> pd.Series:
    r"""Return the Benjamini-Hochberg q-values.

    .. math:: q_{(i)} = \min_{j \ge i} \min\!\left(1, \tfrac{m}{j} p_{(j)}\right)

    Rejecting q <= a keeps the expected share of false rejections at a or below for independent or
    positively dependent tests.

    Parameters
    ----------
    p : Series or array, shape (m,)
        p-values. Which tests count is the caller's choice, so a NaN is an error, not a skip.

    Returns
    -------
    Series (m,)
        In the order and with the labels of p (0..m-1 for an array).

    Raises
    ------
    InputError
        If p is empty, not one-dimensional, or holds NaN or values outside 0..1.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    Examples
    --------
    >>> r2klib.stats.benjamini_hochberg([0.001, 0.02, 0.04, 0.5]).round(3).tolist()
    [0.004, 0.04, 0.053, 0.5]
    """
    return _qvalues(p)


def benjamini_yekutieli(p: pd.Series | ArrayLike) -> pd.Series:
    r"""Return q-values valid under any dependence between the tests.

    Those of Benjamini and Hochberg times :math:`\sum_{i \le m} 1/i`, at most one.

    Parameters
    ----------
    p : Series or array, shape (m,)
        p-values; a NaN is an error.

    Returns
    -------
    Series (m,)
        As `benjamini_hochberg`.

    Raises
    ------
    InputError
        As `benjamini_hochberg`.

    References
    ----------
    Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> r2klib.stats.benjamini_yekutieli([0.001, 0.02, 0.04, 0.5]).round(3).tolist()
    [0.008, 0.083, 0.111, 1.0]
    """
    return _qvalues(p, dependent=True)


def romano_wolf(statistics: pd.Series | ArrayLike, null_draws: object) -> pd.Series:
    r"""Return p-values adjusted for the whole family by the Romano-Wolf step-down.

    .. math::

        \tilde p_{(i)} = \max_{j \le i}
        \frac{1 + \#\{b : \max_{l \ge j} |t^b_{(l)}| \ge |t_{(j)}|\}}{B + 1},
        \qquad |t_{(1)}| \ge \dots \ge |t_{(m)}|

    Rejecting values of at most a keeps the chance of any false rejection at a, under the
    dependence that the draws show.

    Parameters
    ----------
    statistics : Series or array, shape (m,)
        Statistics that are zero under the null and on one scale: t ratios, or values over the
        standard deviation of their own null draws. Two-sided.
    null_draws : DataFrame (B, m) or array
        The same statistics under the null. Each row comes from *one* resample of all the data;
        draws made test by test would lose the dependence.

    Returns
    -------
    Series (m,)
        In the order and with the labels of `statistics`.

    Raises
    ------
    InputError
        If the shapes or labels do not match, values are missing or infinite, or B is below 19.

    References
    ----------
    Romano and Wolf (2005), Econometrica 73, 1237-1282; (2016), Statistics and Probability Letters
    113, 38-40.

    Examples
    --------
    >>> draws = np.random.default_rng(1).standard_normal((999, 3))
    >>> r2klib.stats.romano_wolf([2.9, 2.1, 0.3], draws).round(3).tolist()
    [0.011, 0.071, 0.77]
    """
    t = complete(statistics, "statistics")
    draws = complete(null_draws, "null_draws")
    if t.shape[1] != 1 or draws.shape[1] != len(t):
        raise InputError(
            f"`statistics` must be one list and `null_draws` have a column for each; their shapes "
            f"are {t.shape} and {draws.shape}."
        )
    labelled = isinstance(statistics, pd.Series) and isinstance(null_draws, pd.DataFrame)
    if labelled and list(t.index) != list(draws.columns):
        raise InputError("`null_draws` must have the labels of `statistics` as columns, in order.")
    if (B := len(draws)) < 19:
        raise InputError(f"`null_draws` must have at least 19 rows; it has {B}.")
    size = np.abs(t.iloc[:, 0].to_numpy())
    order = np.argsort(-size, kind="stable")
    rest: Array = np.abs(draws.to_numpy())[:, order]
    largest = np.maximum.accumulate(rest[:, ::-1], axis=1)[:, ::-1]  # over those not yet rejected
    p = (1 + (largest >= size[order]).sum(axis=0)) / (B + 1)
    adjusted = np.empty(len(size))
    adjusted[order] = np.maximum.accumulate(p)
    return pd.Series(adjusted, t.index, name="p_adjusted")


def _qvalues(p: pd.Series | ArrayLike, *, dependent: bool = False) -> pd.Series:
    series = unordered(p, "p")
    values = series.to_numpy()
    if wrong := list(series.index[~((values >= 0) & (values <= 1))]):
        raise InputError(
            f"`p` must lie between 0 and 1 and not be missing; it does not for {listed(wrong)}."
        )
    order, ranks = np.argsort(values), np.arange(1, len(values) + 1)
    allowed = ranks / len(values) / (np.sum(1 / ranks) if dependent else 1.0)
    q = np.empty(len(values))
    q[order] = np.minimum.accumulate((values[order] / allowed)[::-1])[::-1]
    return pd.Series(np.minimum(q, 1), series.index, name="q_value")
