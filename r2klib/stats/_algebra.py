"""Many small least-squares problems at once: safe normal equations first, QR for the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from r2klib.stats._inputs import Array
from r2klib.stats._lstsq import Mask, Places, factored, in_parts

#: Gram matrices whose correlation determinant is above this are inverted as they are: no variance
#: inflation factor exceeds its reciprocal, so 12 digits stay. All others go through QR.
SAFE_DETERMINANT = 1e-3


def recursed(u: Array, rho: float, axis: int = -1) -> Array:
    """x_t = rho x_{t-1} + u_t along an axis, from zero.

    scipy.signal is imported here: it brings scipy.stats along, which takes as long as all that
    most users need.
    """
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -rho], u, axis=axis))


def slide(rows: Array, width: int) -> Array:
    """View `rows` (r, T) as windows, shape (W, r, w)."""
    return sliding_window_view(rows, width, axis=1).transpose(1, 0, 2)


def window_sums(rows: Array, width: int) -> Array:
    """Sum each of `rows` (r, T) over every window: (r, W).

    Sums of 1, 2, 4, ... rows are put together to the width, so nothing outside a window enters
    its sum, as it would in a difference of running totals.
    """
    W = rows.shape[1] - width + 1
    total: Array | None = None
    sums, length, done = rows, 1, 0
    while True:
        if width & length:
            part = sums[:, done : done + W]
            total = part if total is None else total + part
            done += length
        if total is not None and done == width:
            return total
        sums = sums[:, :-length] + sums[:, length:]
        length *= 2


def sums_of_products(rows: Array, panel: Array, width: int) -> Array:
    """Sum each of `rows` (r, T) times each column of `panel` (T, n) over windows: (W, r, n).

    For at most `width` windows, so that each is the end of the first `width` rows and the start
    of what follows them. Both are running sums, and nothing outside a window enters its own.
    No matrix product: BLAS would start threads, which on busy cores wait for each other.
    """
    W = len(panel) - width + 1
    factors = np.ascontiguousarray(rows.T)[:, :, None]
    ends = factors[:width] * panel[:width, None]
    for s in range(width - 2, -1, -1):
        ends[s] += ends[s + 1]
    starts = factors[width:] * panel[width:, None]
    for s in range(1, W - 1):
        starts[s] += starts[s - 1]
    total: Array = ends[:W]
    total[1:] += starts
    return total


def least_squares(
    gram: Array,
    moments: Array,
    rows: Callable[[Places], tuple[Array, Array]],
    wanted: Mask,
    size: int,
    diagonal: bool,
) -> tuple[Array, Array | None]:
    """Solve m regressions with k coefficients from X'X (k, k, m), lower triangles, and X'y (k, m).

    Where X'X is not safe, `rows` gives X' (n, k, w) and y (n, w) of n of the regressions; one X has
    `size` numbers. The coefficients (k, m) are NaN where `wanted` (m,) and collinear, and without
    meaning where not wanted; so are the diagonals of (X'X)^-1 (k, m), if these are asked for.
    """
    L, safe = cholesky(gram)
    beta = solve(L, moments)
    D = np.square(_inverse_root(L)).sum(axis=0) if diagonal else None
    for some in in_parts(np.flatnonzero(wanted & ~safe), size):
        X, y = rows(some)
        P = factored(X, 0).pseudo_inverse()
        beta[:, some] = np.einsum("nkw,nw->kn", P, y)
        if D is not None:
            D[:, some] = np.einsum("nkw,nkw->kn", P, P)
    return beta, D


def cholesky(gram: Array) -> tuple[Array, Mask]:
    """Factor Gram matrices (k, k, ...), their lower triangles, all along the last axes at once.

    Returns L, where LL' is the Gram matrix, the identity where not safe; its diagonal holds its
    reciprocals, and what stands above it has no meaning. And which are safe (...): the columns
    behind the matrix are far from collinear.
    """
    k = len(gram)
    L, determinant = np.empty_like(gram), np.ones(gram.shape[2:])
    with np.errstate(all="ignore"):  # a collinear matrix ends in NaN, which is not safe
        for j in range(k):
            column = gram[j:, j] - np.einsum("ia...,a...->i...", L[j:, :j], L[j, :j])
            determinant *= column[0] / gram[j, j]
            L[j, j] = 1 / np.sqrt(column[0])
            np.multiply(column[1:], L[j, j], out=L[j + 1 :, j])
        safe = determinant > SAFE_DETERMINANT
    if not safe.all():
        L[..., ~safe] = np.eye(k)[..., None]
    return L, safe


def solve(L: Array, c: Array) -> Array:
    """Solve LL'b = c for c (k, ...)."""
    b = c.copy()
    for j in range(len(b)):
        b[j] -= np.einsum("a...,a...->...", L[j, :j], b[:j])
        b[j] *= L[j, j]
    for j in reversed(range(len(b))):
        b[j] -= np.einsum("a...,a...->...", L[j + 1 :, j], b[j + 1 :])
        b[j] *= L[j, j]
    return b


def inverse(L: Array) -> Array:
    """Return (LL')^-1, shape (k, k, ...)."""
    V = _inverse_root(L)
    return np.asarray(np.einsum("ai...,aj...->ij...", V, V))


def _inverse_root(L: Array) -> Array:
    """Return L^-1, shape (k, k, ...)."""
    V = np.zeros_like(L)
    for j in range(len(L)):
        V[j, j] = L[j, j]
        V[j, :j] = -V[j, j] * np.einsum("a...,ai...->i...", L[j, :j], V[:j, :j])
    return V
