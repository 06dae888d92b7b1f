"""Many tests at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import multipletests

from r2klib.errors import InputError
from r2klib.stats._inputs import listed


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
    """
    return _qvalues(p, "fdr_bh")


def benjamini_yekutieli(p: pd.Series | ArrayLike) -> pd.Series:
    r"""Return q-values valid under any dependence between the tests.

    Those of Benjamini and Hochberg times :math:`\sum_{i \le m} 1/i`, at most one.

    Parameters, shapes and errors as `benjamini_hochberg`.

    References
    ----------
    Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188.
    """
    return _qvalues(p, "fdr_by")


def _qvalues(p: pd.Series | ArrayLike, method: str) -> pd.Series:
    series = p if isinstance(p, pd.Series) else pd.Series(np.asarray(p).ravel())
    if np.ndim(p) != 1 or len(series) == 0:
        raise InputError(f"`p` must be a non-empty list of p-values; its shape is {np.shape(p)}.")
    values = series.to_numpy(dtype=float, na_value=np.nan)
    if wrong := list(series.index[~((values >= 0) & (values <= 1))]):
        raise InputError(
            f"`p` must lie between 0 and 1 and not be missing; it does not for {listed(wrong)}."
        )
    return pd.Series(multipletests(values, method=method)[1], series.index, name="q_value")
