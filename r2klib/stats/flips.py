"""A ratio of sums over independent rows, judged by flipping the signs of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.stats._inputs import Array
from r2klib.stats.laws import NullLaw


def flips_of_ratio(y: pd.Series, x: pd.Series, *, draws: int, seed: int) -> NullLaw:
    """sum(y) / sum(x), judged by flipping the signs of y - theta x row by row.

    A theta is refused where flips rarely take the sum as far from zero. The theta at which one set
    of flips ties with the data is the ratio over the rows that it flips (Hartigan's typical
    values), so the ratios over subsets of the rows are the whole law.

    Parameters
    ----------
    y, x : Series
        Independent rows; x of one sign.
    draws, seed : int
        Random subsets; all of them are taken where there are no more.

    References
    ----------
    Hartigan (1969), Journal of the American Statistical Association 64, 1303-1317.
    """
    theta = float(y.sum() / x.sum())
    flipped = _subsets(len(x), draws, seed)
    left = (y - theta * x).to_numpy()
    return NullLaw(
        value=theta,
        draws=(1 - 2 * flipped) @ left / float(x.sum()),
        null_value=0.0,
        method=f"signs flipped row by row, {len(flipped):,} draws",
        inverted=(flipped @ y.to_numpy()) / (flipped @ x.to_numpy()),
    )


def _subsets(n: int, draws: int, seed: int) -> Array:
    """Ones for the rows of each subset that is not empty: all of them, or so many by chance."""
    if n < 60 and 2**n - 1 <= draws:
        return (np.arange(1, 2**n)[:, None] >> np.arange(n) & 1).astype(float)
    chosen = np.random.default_rng(seed).integers(0, 2, size=(draws, n)).astype(float)
    return chosen[chosen.any(axis=1)]
