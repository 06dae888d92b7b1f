"""Least squares of many assets on shared factors in every window: arrays in, arrays out.

T dates, N assets, W windows of w rows, k coefficients with the constant first. Everything that
depends on the factors alone is done once per window, for all assets that miss nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from r2klib.stats._algebra import (
    cholesky,
    inverse,
    least_squares,
    slide,
    sums_of_products,
    window_sums,
)
from r2klib.stats._inputs import Array
from r2klib.stats._lstsq import Mask, Places, factored, in_parts, with_equal_rows

Counts = NDArray[np.int32]

#: Numbers worked on at once: two megabytes, which stay in the processor's cache.
IN_CACHE = 2**18
#: Residuals with this share of the squares of y lose at most three digits as a difference of sums.
WELL_LEFT = 1e-3
#: Below so many assets, each is estimated by itself.
FEW = 16


@dataclass(frozen=True)
class WindowFits:
    """Estimates of W windows: NaN where a window has too few rows or collinear factors."""

    coefficients: Array  # (W, k, N)
    nobs: Counts  # (W, N), complete rows, whether or not they suffice
    std_errors: Array | None  # (W, k, N), classical
    collinear: Counts  # (N,), windows with enough rows but collinear factors

    @classmethod
    def join(cls, parts: Sequence[WindowFits]) -> WindowFits:
        """Put fits of different assets in the same windows side by side."""
        if len(parts) == 1:
            return parts[0]
        errors = [part.std_errors for part in parts if part.std_errors is not None]
        return cls(
            coefficients=np.concatenate([part.coefficients for part in parts], axis=2),
            nobs=np.concatenate([part.nobs for part in parts], axis=1),
            std_errors=np.concatenate(errors, axis=2) if errors else None,
            collinear=np.concatenate([part.collinear for part in parts]),
        )


def fit_windows(
    Y: Array, X: Array, window: int, min_obs: int, std_errors: bool = False
) -> WindowFits:
    """Estimate every window of `window` rows that ends at row `min_obs` or later.

    Y (T, N) are returns, NaN missing; X (T, k) factors behind a constant, a row with a NaN missing
    for every asset; k < min_obs <= window. The first windows reach back before the sample, where
    all is missing.
    """
    if Y.shape[1] < FEW:
        return WindowFits.join([_fit_asset(y, X, window, min_obs, std_errors) for y in Y.T])
    factors = _Factors(X, window, window - min_obs)
    W, k, N = len(factors.safe), X.shape[1], Y.shape[1]
    fits = WindowFits(
        coefficients=np.empty((W, k, N)),
        nobs=np.empty((W, N), np.int32),
        std_errors=np.empty((W, k, N)) if std_errors else None,
        collinear=np.zeros(N, np.int32),
    )
    blocks = [_Block(factors, windows, min_obs) for windows in _equal_parts(W, window)]
    for assets in _equal_parts(N, max(FEW, IN_CACHE // (window * k))):
        y, observed = factors.rows(Y[:, assets])
        fits.nobs[:, assets] = window_sums(observed.T.astype(np.int32), window).T
        for block in blocks:
            block.fit(y, observed, assets, fits)
    return fits


def _equal_parts(length: int, most: int) -> list[slice]:
    """Cut `length` into as few parts as can be, of equal length, at most `most`."""
    step = -(-length // -(-length // most))
    return [slice(first, min(first + step, length)) for first in range(0, length, step)]


def shares_explained(Y: Array, X: Array, B: Array, ends: Places, window: int) -> Array:
    """R-squared (W, N) of coefficients `B` (W, k, N) on the complete rows of each window.

    A window ends at row `ends`, and reaches back `window` rows or to the first.
    """
    found = np.empty((len(ends), Y.shape[1]))
    for j, end in enumerate(ends):
        rows = slice(max(0, end + 1 - window), end + 1)
        y, x = Y[rows], X[rows]
        cut = np.isnan(x.sum(axis=1))
        missing = np.isnan(y) | cut[:, None]
        y = np.where(missing, 0.0, y)
        rest = np.where(missing, 0.0, y - np.nan_to_num(x) @ B[j])
        n = np.maximum((~missing).sum(axis=0), 1)
        away = np.where(missing, 0.0, y - y.sum(axis=0) / n)
        squares = np.maximum(np.einsum("ti,ti->i", away, away), np.finfo(float).tiny)
        found[j] = 1 - np.einsum("ti,ti->i", rest, rest) / squares
    return found


def _fit_asset(y: Array, X: Array, window: int, min_obs: int, std_errors: bool) -> WindowFits:
    """Estimate one asset: as `fit_windows`, without anything to share."""
    T, k = X.shape
    observed = ~(np.isnan(y) | np.isnan(X).any(axis=1))
    data = np.zeros((k + 1, window - min_obs + T))  # zero, the constant too, where missing
    data[:, window - min_obs :][:, observed] = np.vstack([X[observed].T, y[observed]])
    i, j = np.tril_indices(k)
    with np.errstate(over="ignore"):  # squares of outliers
        sums = window_sums(np.vstack([data[i] * data[j], data * data[k]]), window)
    gram = np.empty((k, k, sums.shape[1]))
    gram[i, j] = sums[: len(i)]
    nobs = sums[0].astype(np.int32)  # the constant squared
    moments, given = sums[len(i) : -1], sums[-1]
    windows, enough = slide(data, window), nobs >= min_obs
    beta, diagonal = least_squares(
        gram, moments, lambda t: (windows[t, :k], windows[t, k]), enough, k * window, std_errors
    )
    beta[:, ~enough] = np.nan
    if diagonal is not None:
        left = given - np.einsum("kw,kw->w", beta, moments)  # as in `_residual_squares`
        for t in in_parts(np.flatnonzero(enough & ~(left > WELL_LEFT * given)), window):
            e = windows[t, k] - np.einsum("kw,wkt->wt", beta[:, t], windows[t, :k])
            left[t] = np.einsum("wt,wt->w", e, e)
        diagonal *= left / np.maximum(nobs - k, 1)
    return WindowFits(
        coefficients=beta.T[:, :, None],
        nobs=nobs[:, None],
        std_errors=None if diagonal is None else np.sqrt(diagonal).T[:, :, None],
        collinear=np.array([np.count_nonzero(np.isnan(beta[0]) & enough)], np.int32),
    )


class _Factors:
    """The factors' side of every window, for the assets that miss nothing there."""

    def __init__(self, X: Array, window: int, pad: int) -> None:
        observed = ~np.isnan(X).any(axis=1)
        k = X.shape[1]
        self.width, self.pad = window, pad
        self.x = np.zeros((k, pad + len(X)))  # zero, the constant too, where missing
        self.x[:, pad:][:, observed] = X[observed].T
        self.lower = np.tril_indices(k)
        self.products = self.x[self.lower[0]] * self.x[self.lower[1]]
        sums = window_sums(self.products, window)
        gram = np.empty((k, k, sums.shape[1]))
        gram[self.lower] = sums
        L, self.safe = cholesky(gram)
        self.counts = sums[0].astype(np.int32)  # the constant squared
        self.inverse = np.ascontiguousarray(np.moveaxis(inverse(L), 2, 0))
        self.windows = slide(self.x, window)

    def rows(self, Y: Array) -> tuple[Array, Mask]:
        """Return Y with zeros for what is missing, and what is not, on the factors' rows."""
        y = np.zeros((self.x.shape[1], Y.shape[1]))
        y[self.pad :] = Y
        missing = np.isnan(y)
        missing |= (self.x[0] == 0)[:, None]
        np.copyto(y, 0.0, where=missing)
        return y, ~missing


class _Block:
    """Some neighbouring windows, no more than a window is long, for any assets."""

    def __init__(self, factors: _Factors, windows: slice, min_obs: int) -> None:
        self.here, self.min_obs, self.width = windows, min_obs, factors.width
        self.dates = slice(windows.start, windows.stop + factors.width - 1)
        self.x, self.products = factors.x[:, self.dates], factors.products[:, self.dates]
        self.windows, self.counts = factors.windows[windows], factors.counts[windows, None]
        self.lower, self.inverse = factors.lower, factors.inverse[windows]
        self.by_qr = np.flatnonzero(~factors.safe[windows])
        self.projections = factored(self.windows[self.by_qr], 0).pseudo_inverse()
        self.roots = np.sqrt(np.einsum("bjj->bj", self.inverse))[:, :, None]  # of (X'X)^-1
        self.roots[self.by_qr] = np.linalg.norm(self.projections, axis=2)[:, :, None]

    def fit(self, y: Array, observed: Mask, assets: slice, fits: WindowFits) -> None:
        """Write the estimates of some assets into `fits`, which has counted their rows."""
        y, observed = y[self.dates], observed[self.dates]
        moments = sums_of_products(self.x, y, self.width)
        B = fits.coefficients[self.here, :, assets]
        D = None if fits.std_errors is None else fits.std_errors[self.here, :, assets]
        nobs = fits.nobs[self.here, assets]
        np.matmul(self.inverse, moments, out=B)
        for j, P in zip(self.by_qr, self.projections, strict=True):
            B[j] = P @ y[j : j + self.width]
        enough, roots = nobs >= self.min_obs, self.roots
        if (redo := enough & (nobs < self.counts)).any():
            if D is not None:
                D[:] = roots
                roots = D
            self._redo(y, observed, moments, redo, B, D)
        if not enough.all():
            np.copyto(B, np.nan, where=~enough[:, None, :])
        fits.collinear[assets] += (np.isnan(B[:, 0]) & enough).sum(axis=0)
        if D is not None:
            dof = np.maximum(nobs - B.shape[1], 1)
            squares = self._residual_squares(y, observed, moments, B)
            np.multiply(roots, np.sqrt(squares / dof)[:, None, :], out=D)

    def _redo(
        self, y: Array, observed: Mask, moments: Array, redo: Mask, B: Array, D: Array | None
    ) -> None:
        """Estimate windows that miss rows which the factors have from the rows left."""
        columns = np.flatnonzero(redo.any(axis=0))
        groups = [columns[group] for group in with_equal_rows(observed[:, columns])]
        if 2 * len(groups) < len(columns):
            self._share(groups, observed, moments, redo, B, D)
            columns = np.flatnonzero(redo.any(axis=0))
        k = B.shape[1]
        for some in in_parts(columns, 4 * self.products[:, : self.width].size):
            again = redo[:, some]
            gram = np.empty((k, k, *again.shape))
            there = observed[:, some].astype(float)
            gram[self.lower] = sums_of_products(self.products, there, self.width).swapaxes(0, 1)
            beta, diagonal = least_squares(
                gram.reshape(k, k, -1),
                moments[:, :, some].swapaxes(0, 1).reshape(k, -1),
                partial(self._own_rows, y, observed, some),
                again.ravel(),
                self.windows[0].size,
                D is not None,
            )
            _replace(B, some, again, beta)
            if D is not None and diagonal is not None:
                _replace(D, some, again, np.sqrt(diagonal))

    def _share(
        self,
        groups: list[Places],
        observed: Mask,
        moments: Array,
        redo: Mask,
        B: Array,
        D: Array | None,
    ) -> None:
        """Estimate assets that miss the same rows by one inverse; what is left is not safe so."""
        k, firsts = B.shape[1], [group[0] for group in groups]
        grams = np.empty((k, k, len(B), len(groups)))
        there = observed[:, firsts].astype(float)
        grams[self.lower] = sums_of_products(self.products, there, self.width).swapaxes(0, 1)
        L, safe = cholesky(grams)
        inverses = np.moveaxis(inverse(L), (3, 2), (0, 1))
        sure = (redo[:, firsts] & safe).T
        places, turns = np.nonzero(np.diff(np.pad(sure, ((0, 0), (1, 1)))))
        for g, first, last in zip(places[::2], turns[::2], turns[1::2], strict=True):
            w, group = slice(first, last), groups[g]
            B[w, :, group] = inverses[g, w] @ moments[w][:, :, group]
            if D is not None:
                D[w, :, group] = np.sqrt(np.einsum("bjj->bj", inverses[g, w]))[:, :, None]
            redo[w, group] = False

    def _own_rows(
        self, y: Array, observed: Mask, assets: Places, cells: Places
    ) -> tuple[Array, Array]:
        """Return X' and y of some (window, asset), zero where missing."""
        t, i = np.divmod(cells, len(assets))
        rows, i = t[:, None] + np.arange(self.width), assets[i, None]
        return self.windows[t] * observed[rows, i][:, None, :], y[rows, i]

    def _residual_squares(self, y: Array, observed: Mask, moments: Array, B: Array) -> Array:
        """Return the sum of squared residuals of each window and asset.

        It is y'y - b'X'y, from sums already at hand, where that keeps digits.
        """
        with np.errstate(all="ignore"):  # squares of outliers overflow, and are in doubt
            given = window_sums((y * y).T, self.width).T
            left = given.copy()
            for k in range(B.shape[1]):
                left -= B[:, k] * moments[:, k]
        doubtful = ~np.isnan(B[:, 0]) & ~(left > WELL_LEFT * given)
        doubtful[self.by_qr] = True
        for j in np.flatnonzero(doubtful.any(axis=1)):
            i, rows = np.flatnonzero(doubtful[j]), slice(j, j + self.width)
            e = (y[rows, i] - self.windows[j].T @ B[j][:, i]) * observed[rows, i]
            left[j, i] = np.einsum("ti,ti->i", e, e)
        return left


def _replace(all_assets: Array, some: Places, where: Mask, found: Array) -> None:
    """Put what was `found` (k, W n) for some assets and windows into (W, k, N)."""
    kept = all_assets[:, :, some]
    np.copyto(kept, found.reshape(-1, *where.shape).swapaxes(0, 1), where=where[:, None])
    all_assets[:, :, some] = kept
