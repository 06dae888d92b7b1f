"""The EDGE estimator for many cells at once, number for number that of its authors' `bidask`.

`bidask.edge` takes one asset in one month; a panel of 2,000 over ten years is 240,000 calls. Here
all cells of equally many days are worked on together, with the same operations in the same order,
so that not a bit differs: sums run along rows that lie together in memory, as its own do.
"""

from __future__ import annotations

import math
from itertools import repeat

import numpy as np

from r2klib.stats._inputs import Array
from r2klib.stats._lstsq import Mask

#: Fewer bars are no estimate.
LEAST = 3
#: Numbers that each day of a cell takes on the way: parts of that size stay in the cache.
PARTS = 128


def edge(*prices: Array) -> Array:
    """Signed spreads (m,) of m cells, NaN where there is none.

    `prices` are open, high, low and close of n days, (m, n) each and C-contiguous: positive, NaN
    where missing.
    """
    o, h, l, c = map(np.log, prices)  # noqa: E741 - the paper's letters
    m = (h + l) / 2.0
    h1, l1, c1, m1 = (part[:, :-1] for part in (h, l, c, m))
    o, h, l, m = (part[:, 1:] for part in (o, h, l, m))  # noqa: E741
    r1, r2, r3, r4, r5 = m - o, o - m1, m - c1, c1 - m1, o - c1
    gaps = any(np.isnan(price).any() for price in prices)
    mean = _mean_of_known if gaps else _mean
    tau = _where_known(gaps, (h != l) | (l != c1), h, l, c1)
    opens = [tau * _where_known(gaps, o != other, o, other) for other in (h, l)]
    closes = [tau * _where_known(gaps, c1 != other, c1, other) for other in (h1, l1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        pt = mean(tau)
        po = mean(opens[0]) + mean(opens[1])
        pc = mean(closes[0]) + mean(closes[1])
        d1, d3, d5 = (r - mean(r) / pt * tau for r in (r1, r3, r5))
        by_open, by_close = -4.0 / po * d1, -4.0 / pc
        x1 = by_open * r2 + by_close * d3 * r4
        x2 = by_open * r5 + by_close * d5 * r4
        e1, e2 = mean(x1), mean(x2)
        v1, v2 = mean(x1**2) - _squared(e1), mean(x2**2) - _squared(e2)
        vt = v1 + v2
        s2 = np.where(vt > 0, (v2 * e1 + v1 * e2) / vt, (e1 + e2) / 2.0)[:, 0]
        spread = np.sqrt(np.abs(s2)) * np.sign(s2)
    known = ((tau == 1).sum(axis=1) >= 2) & ~((po == 0) | (pc == 0))[:, 0]
    return np.where(known, spread, np.nan)


def _where_known(gaps: bool, answer: Mask, *prices: Array) -> Array:
    """Ones and zeros; NaN where a price that the answer rests on is missing."""
    if not gaps:
        return answer.astype(float)
    return np.where(np.any([np.isnan(price) for price in prices], axis=0), np.nan, answer)


def _mean(x: Array) -> Array:
    """Means of the rows of `x` (m, n), of which nothing is missing: (m, 1)."""
    return np.asarray(x.sum(axis=1, keepdims=True) / x.shape[1])


def _mean_of_known(x: Array) -> Array:
    """Means of the rows of `x` (m, n) without what is missing: (m, 1)."""
    missing = np.isnan(x)
    total = np.where(missing, 0.0, x).sum(axis=1, keepdims=True)
    return np.asarray(total / (~missing).sum(axis=1, keepdims=True))


def _squared(means: Array) -> Array:
    """Squares of single numbers as C's `pow` rounds them, which is not always their product."""
    return np.fromiter(map(math.pow, means[:, 0].tolist(), repeat(2.0)), float)[:, None]
