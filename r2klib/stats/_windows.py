"""Least squares of many assets on shared factors in every window: arrays in, arrays out.

T dates, N assets, W windows of w rows, k coefficients with the constant first. Everything that
depends on the factors alone is done once per window, for all assets that miss nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray

from r2klib.stats._algebra import (
    BUDGET,
    Mask,
    Places,
    cholesky,
    in_parts,
    inverse,
    least_squares,
    product,
    pseudo_inverse,
    slide,
    window_sums,
)
from r2klib.stats._inputs import Array

Counts = NDArray[np.int32]

#: Elements of a banded matrix that leave room for some fifty columns in a product on one thread.
BAND_SIZE = 10_000
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

    Parameters
    ----------
    Y : (T, N)
        Returns; NaN is missing.
    X : (T, k)
        Factors behind a constant; a row with a NaN is missing for every asset.
    window, min_obs : int
        k < min_obs <= window. The first windows reach back before the sample, where all is missing.
    std_errors : bool
        Whether to estimate standard errors too.
    """
    if Y.shape[1] < FEW:
        return WindowFits.join([_fit_asset(y, X, window, min_obs, std_errors) for y in Y.T])
    windows = _Factors(X, window, window - min_obs)
    W, k, N = windows.count, X.shape[1], Y.shape[1]
    fits = WindowFits(
        coefficients=np.empty((W, k, N)),
        nobs=np.empty((W, N), np.int32),
        std_errors=np.empty((W, k, N)) if std_errors else None,
        collinear=np.zeros(N, np.int32),
    )
    step = max(1, min(W, BUDGET // (k * window), max(8, window // 4)))
    for first in range(0, W, step):
        _Block(windows, Y, first, min(first + step, W), min_obs).fill(fits)
    return fits


def _fit_asset(y: Array, X: Array, window: int, min_obs: int, std_errors: bool) -> WindowFits:
    """Estimate one asset: as `fit_windows`, without anything to share."""
    T, k = X.shape
    observed = ~(np.isnan(y) | np.isnan(X).any(axis=1))
    data = np.zeros((k + 1, window - min_obs + T))  # zero, the constant too, where missing
    data[:, window - min_obs :][:, observed] = np.vstack([X[observed].T, y[observed]])
    i, j = np.tril_indices(k)
    sums = window_sums(np.vstack([data[i] * data[j], data[:k] * data[k]]), window)
    gram = np.empty((k, k, sums.shape[1]))
    gram[i, j] = sums[: len(i)]
    nobs = sums[0].astype(np.int32)  # the constant squared
    windows, enough = slide(data, window), nobs >= min_obs
    beta, diagonal = least_squares(
        gram,
        sums[len(i) :],
        lambda t: (windows[t, :k], windows[t, k]),
        enough,
        k * window,
        std_errors,
    )
    beta[:, ~enough] = np.nan
    if diagonal is not None:
        for t in in_parts(np.arange(len(nobs)), window):
            e = windows[t, k] - np.einsum("kw,wkt->wt", beta[:, t], windows[t, :k])
            diagonal[:, t] *= np.einsum("wt,wt->w", e, e) / np.maximum(nobs[t] - k, 1)
    return WindowFits(
        coefficients=beta.T[:, :, None],
        nobs=nobs[:, None],
        std_errors=None if diagonal is None else np.sqrt(diagonal).T[:, :, None],
        collinear=np.array([np.count_nonzero(np.isnan(beta[0]) & enough)], np.int32),
    )


class _Factors:
    """The factors' side of every window: Gram matrices inverted once, projections by block."""

    def __init__(self, X: Array, window: int, pad: int) -> None:
        observed = ~np.isnan(X).any(axis=1)
        padded = np.zeros((X.shape[1], pad + len(X)))
        padded[:, pad:][:, observed] = X[observed].T
        i, j = self.lower = np.tril_indices(X.shape[1])
        self.pad, self.width, self.count = pad, window, padded.shape[1] - window + 1
        self.observed = np.concatenate([np.zeros(pad, bool), observed])
        self.rows = sliding_window_view(self.observed, window).sum(axis=1, dtype=np.int32)
        self.columns = slide(padded, window)
        self.products = slide(padded[i] * padded[j], window)
        k = len(padded)
        gram = np.empty((k, k, self.count))
        gram[i, j] = window_sums(padded[i] * padded[j], window)
        L, self.safe = cholesky(gram)
        self.inverse = np.ascontiguousarray(np.moveaxis(inverse(L), 2, 0))

    def projections(self, first: int, last: int) -> Array:
        """Return (X'X)^-1 X' of the windows first..last-1, shape (last - first, k, w)."""
        X, safe = self.columns[first:last], self.safe[first:last]
        P: Array = self.inverse[first:last] @ X
        if not safe.all():
            P[~safe] = pseudo_inverse(X[~safe])
        return P


class _Block:
    """Windows first..last-1 of all assets, with the rows of the panel that they cover."""

    def __init__(self, windows: _Factors, Y: Array, first: int, last: int, min_obs: int) -> None:
        self.windows, self.first, self.last, self.min_obs = windows, first, last, min_obs
        end = last + windows.width - 1
        early = max(0, windows.pad - first)  # rows before the sample
        rows = Y[first + early - windows.pad : end - windows.pad]
        observed = ~np.isnan(rows)
        observed &= windows.observed[first + early : end, None]
        self.complete = early == 0 and bool(observed.all())
        self.observed, self.Y = observed, rows
        if not self.complete:
            self.Y = np.zeros((early + len(rows), rows.shape[1]))
            np.copyto(self.Y[early:], rows, where=observed)
            self.observed = np.zeros(self.Y.shape, bool)
            self.observed[early:] = observed

    def fill(self, fits: WindowFits) -> None:
        """Write this block's estimates into `fits`."""
        windows, here = self.windows, slice(self.first, self.last)
        P = windows.projections(self.first, self.last)
        B, nobs = fits.coefficients[here], fits.nobs[here]
        self._project(P, B)
        D = None if fits.std_errors is None else fits.std_errors[here]
        if D is not None:  # (X'X)^-1 = P P'
            D[:] = np.einsum("bjt,bjt->bj", P, P)[:, :, None]
        nobs[:] = windows.rows[here, None] if self.complete else self._count()
        partial = (nobs < windows.rows[here, None]) & (nobs >= self.min_obs)
        if partial.any():
            self._redo(partial, B, D)
        np.copyto(B, np.nan, where=(nobs < self.min_obs)[:, None, :])
        fits.collinear[:] += (np.isnan(B[:, 0]) & (nobs >= self.min_obs)).sum(axis=0)
        if D is not None:
            dof = np.maximum(nobs - B.shape[1], 1)[:, None, :]
            np.sqrt(D * (self._residual_squares(B)[:, None, :] / dof), out=D)

    def _project(self, P: Array, out: Array) -> None:
        """Write P_t y_t of every window t and asset into `out` (b, k, N).

        Neighbouring windows share one product of a banded matrix, which reads the rows of the
        panel once. Outside the band are exact zeros, so a row counts in its own windows only.
        """
        b, k, w = P.shape
        together = max(1, min(w // 4, BAND_SIZE // (k * w)))
        for first in range(0, b, together):
            part = P[first : first + together]
            band = np.zeros((len(part), k, len(part) + w - 1))
            s = band.strides
            as_strided(band, part.shape, (s[0] + s[2], s[1], s[2]))[...] = part
            product(
                band.reshape(-1, band.shape[2]),
                self.Y[first : first + band.shape[2]],
                out[first : first + together].reshape(len(part) * k, -1),
            )

    def _count(self) -> Counts:
        """Return the complete rows of each window and asset."""
        total = np.zeros((len(self.observed) + 1, self.observed.shape[1]), np.int32)
        np.cumsum(self.observed, axis=0, dtype=np.int32, out=total[1:])
        return total[self.windows.width :] - total[: -self.windows.width]

    def _redo(self, partial: Mask, B: Array, D: Array | None) -> None:
        """Estimate the `partial` (b, N) windows from the rows they have."""
        columns = np.flatnonzero(partial.any(axis=0))
        for some in in_parts(columns, 6 * B.shape[1] ** 2 * len(B)):
            t, i = np.nonzero(partial[:, some])
            beta, diagonal = self._own_rows(some, t, i, D is not None)
            B[t, :, some[i]] = beta.T
            if D is not None and diagonal is not None:
                D[t, :, some[i]] = diagonal.T

    def _own_rows(
        self, assets: Places, t: Places, i: Places, diagonal: bool
    ) -> tuple[Array, Array | None]:
        """Solve for the windows `t` of this block, each with the asset `assets[i]`."""
        X = self.windows.columns[self.first : self.last]
        M = self._rows_of_windows(self.observed[:, assets].astype(float))
        Y = self._rows_of_windows(self.Y[:, assets])
        k = X.shape[1]
        gram = np.empty((k, k, len(t)))
        products = self.windows.products[self.first : self.last]
        gram[self.windows.lower] = product(products, M)[t, :, i].T

        def rows(some: Places) -> tuple[Array, Array]:
            t_, i_ = t[some], i[some]
            return X[t_] * M[t_, :, i_][:, None, :], Y[t_, :, i_]

        moments = product(X, Y)[t, :, i].T
        return least_squares(gram, moments, rows, np.ones(len(t), bool), X[0].size, diagonal)

    def _residual_squares(self, B: Array) -> Array:
        """Return the sum of squared residuals of each window and asset."""
        w = self.windows.width
        total = np.empty((len(B), B.shape[2]))
        for j, beta in enumerate(B):
            e = self.Y[j : j + w] - product(self.windows.columns[self.first + j].T, beta)
            if not self.complete:
                e *= self.observed[j : j + w]
            total[j] = np.einsum("ti,ti->i", e, e)
        return total

    def _rows_of_windows(self, panel: Array) -> Array:
        """View `panel` (b + w - 1, n) as windows, shape (b, w, n)."""
        return sliding_window_view(panel, self.windows.width, axis=0).transpose(0, 2, 1)
