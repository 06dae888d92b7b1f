"""The solver under every regression: right for unlike units, far levels and near twins.

Columns are centred on the constant, scaled to unit length and factored by Householder QR. Where
this alone would lose digits, the answers are refined against the columns as they were given, with
residuals in twice the digits (Björck 1967, BIT 7, 257-278).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, listed

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

#: Smallest singular value, relative to the largest, of centred columns of unit length.
RANK_TOLERANCE = 1e-9
#: Ratio of singular values, and of a column's spread to its level, above which 12 digits stay.
SAFE = 1e-3
#: Elements of the largest temporary arrays: 16 megabytes.
BUDGET = 2**21
EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Factored:
    """Columns X = Q U^-1 of n regressions with k coefficients on w rows each."""

    X: Array  # (n, k, w), as given, transposed
    Q: Array  # (n, w, k), orthonormal, the constant's first
    U: Array  # (n, k, k), inverse of R; meaningless where collinear
    constant: int | None  # which of the k columns is the constant
    collinear: Mask  # (n,), whether the columns are linearly dependent
    rough: Mask  # (n,), whether QR alone would lose digits

    def fit(self, Y: Array) -> tuple[Array, Array]:
        """Return coefficients (n, k, m) and residuals (n, w, m) of `Y` (n, w, m)."""
        Qt, one = self.Q.swapaxes(1, 2), _constant_of(self.X, self.constant)
        level = _weights(one) @ Y
        errors = Y - one @ level
        q = Qt @ errors
        errors -= self.Q @ q
        beta = self.U @ q
        if self.constant is not None:
            beta[:, [self.constant]] += level
        self._refine(errors, beta, Y, np.zeros_like(beta))
        return beta, errors

    def is_exact(self, Y: Array, errors: Array) -> Mask:
        """Whether no more than rounding is left of each column of `Y` (n, w, m), shape (n, m).

        That of the fit, which has no level, and that of the numbers given, which may have one.
        """
        left, given = (np.sqrt(np.einsum("nwm,nwm->nm", A, A)) for A in (errors, Y))
        near: Mask = left <= 2e-12 * given
        if near.any():
            centred, _ = _centred(Y, _constant_of(self.X, self.constant))
            near = left <= 1e-12 * np.linalg.norm(centred, axis=1) + 4 * EPS * given
        return near

    def pseudo_inverse(self) -> Array:
        """Return (X'X)^-1 X' (n, k, w); NaN where collinear."""
        n, k, w = self.X.shape
        rows, z = self.Q @ self.U.swapaxes(1, 2), -self.U @ self.U.swapaxes(1, 2)
        self._refine(rows, z, np.zeros((n, w, k)), np.broadcast_to(np.eye(k), (n, k, k)))
        rows[self.collinear] = np.nan
        return rows.swapaxes(1, 2)

    def _refine(self, r: Array, z: Array, F: Array, G: Array) -> None:
        """Bring r and z nearer to r + Xz = F, X'r = G, in place, where they are rough.

        G = 0 is least squares; F = 0 gives columns of the transposed pseudo-inverse. Each step
        gains as many digits as QR alone has right, at least six: as many as its change is small.
        """
        for some in in_parts(np.flatnonzero(self.rough), r.shape[1] * z.shape[1] * z.shape[2]):
            for _ in range(3):
                X, Q, U = self.X[some], self.Q[some], self.U[some]
                f = _residual(np.stack([F[some], -r[some]]), X.swapaxes(1, 2), z[some])
                g = _residual(G[None, some], X, r[some])
                step = Q.swapaxes(1, 2) @ f - U.swapaxes(1, 2) @ g
                r[some] += f - Q @ step
                change = U @ step
                z[some] += change
                some = some[(np.abs(change) > 1e-9 * np.abs(z[some])).any(axis=(1, 2))]
                if len(some) == 0:
                    break


def factored(X: Array, constant: int | None) -> Factored:
    """Factor the columns of `X` (n, k, w); column `constant` may be zero where a row is missing."""
    n, k, _ = X.shape
    one = _constant_of(X, constant)
    others = [j for j in range(k) if j != constant]
    unit, level, norms = _unit_columns(X[:, others].swapaxes(1, 2), one)
    Q, R = np.linalg.qr(unit)
    s = np.linalg.svd(R, compute_uv=False)
    low, high = s.min(axis=1, initial=np.inf), s.max(axis=1, initial=0)
    collinear: Mask = low <= RANK_TOLERANCE * high
    R[collinear] = np.eye(len(others))
    slopes = np.linalg.inv(R) / norms.swapaxes(1, 2)
    U = np.zeros((n, k, k))
    U[:, others, k - len(others) :] = slopes
    rough: Mask = low < SAFE * high
    if constant is not None:
        root = np.linalg.norm(one, axis=1, keepdims=True)
        Q = np.concatenate([one / root, Q], axis=2)
        U[:, constant, 0] = 1 / root[:, 0, 0]
        U[:, [constant], 1:] = -level @ slopes
        rough |= (SAFE * np.abs(level) * root > norms).any(axis=(1, 2))
    return Factored(X, Q, U, constant, collinear, rough & ~collinear)


def independent(X: pd.DataFrame, name: str) -> Factored:
    """Factor the complete columns of `X`, or raise `InputError` naming those that are dependent."""
    values = X.to_numpy()
    zeros = np.flatnonzero(~values.any(axis=0))
    if len(zeros):
        raise InputError(f"`{name}` has columns of zeros: {listed(list(X.columns[zeros]))}.")
    constants = np.flatnonzero(np.ptp(values, axis=0) == 0)
    constant = int(constants[0]) if len(constants) else None
    columns = factored(values.T[None], constant)
    if columns.collinear[0]:
        involved = _dependent(values, constant)
        raise InputError(
            f"`{name}` is perfectly collinear: {listed(list(X.columns[involved]), 12)} are "
            "linearly dependent. Leave one of them out."
        )
    return columns


def _dependent(values: Array, constant: int | None) -> Mask:
    """Which of the columns (w, k) take part in a linear dependence."""
    k = values.shape[1]
    others = [j for j in range(k) if j != constant]
    one = _constant_of(values.T[None], constant)
    unit, level, norms = (part[0] for part in _unit_columns(values[None][:, :, others], one))
    _, s, Vt = np.linalg.svd(unit, full_matrices=False)
    null_space = Vt[s < RANK_TOLERANCE * s[0]] if s[0] > 0 else Vt
    involved: Mask = np.zeros(k, bool)
    involved[others] = (np.abs(null_space) > 1e-6).any(axis=0)
    if constant is not None:
        weights = null_space / norms
        net, gross = np.abs(weights @ level.T), np.abs(weights) @ np.abs(level.T)
        involved[constant] = ((net > 1e-6 * gross) & (gross > 1e-6)).any()
    return involved


def in_parts(places: Places, size: int) -> Iterator[Places]:
    """Cut `places`, each of which takes `size` numbers, into parts within the budget."""
    at_once = max(1, BUDGET // size)
    return (places[start : start + at_once] for start in range(0, len(places), at_once))


def with_equal_rows(observed: Mask) -> list[Places]:
    """Group assets that miss the same rows: they share the factors' side."""
    groups: dict[bytes, list[int]] = {}
    for i, rows in enumerate(np.packbits(observed.T, axis=1)):
        groups.setdefault(rows.tobytes(), []).append(i)
    return [np.array(group) for group in groups.values()]


def _constant_of(X: Array, constant: int | None) -> Array:
    """Return the constant column (n, w, 1), or none (n, w, 0)."""
    return X[:, [] if constant is None else [constant]].swapaxes(1, 2)


def _weights(one: Array) -> Array:
    """Return what projects on the constant, its pseudo-inverse (n, 1, w)."""
    return np.asarray((one / (one**2).sum(axis=1, keepdims=True)).swapaxes(1, 2))


def _centred(A: Array, one: Array) -> tuple[Array, Array]:
    """Return `A` (n, w, m) less its projection on `one`, and the coefficients of that (n, 1, m).

    In two steps: the first brings the columns near zero, where the second is exact enough.
    """
    weights = _weights(one)
    level = weights @ A
    near = A - one @ level
    rest = weights @ near
    return near - one @ rest, level + rest


def _unit_columns(A: Array, one: Array) -> tuple[Array, Array, Array]:
    """Centre columns and scale them to length one: columns, their levels and lengths (n, 1, m).

    A column that varies by rounding alone has no length; it becomes zero, over one.
    """
    centred, level = _centred(A, one)
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    flat = norms <= 16 * EPS * np.linalg.norm(A, axis=1, keepdims=True)
    norms[flat] = 1
    return np.where(flat, 0, centred) / norms, level, norms


def _residual(first: Array, A: Array, B: Array) -> Array:
    """Return the sum of `first` (c, n, i, m) less A (n, i, l) B (n, l, m), in twice the digits."""
    a, b = np.moveaxis(-A, 2, 0)[..., None], np.moveaxis(B, 1, 0)[:, :, None]
    products = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    lost = ((a_high * b_high - products) + a_high * b_low + a_low * b_high) + a_low * b_low
    return _sum(np.concatenate([first, products]), lost.sum(axis=0))


def _halves(a: Array) -> tuple[Array, Array]:
    """Split numbers into halves whose products are exact (Veltkamp)."""
    shifted = (2.0**27 + 1) * a
    high = shifted - (shifted - a)
    return high, a - high


def _sum(terms: Array, lost: Array) -> Array:
    """Add up `terms` along the first axis and `lost`, with what rounding loses on the way."""
    while len(terms) > 1:
        left, right = terms[: len(terms) // 2], terms[len(terms) // 2 :]
        odd, right = right[len(left) :], right[: len(left)]
        total = left + right
        part = total - left
        lost = lost + ((left - (total - part)) + (right - part)).sum(axis=0)
        terms = np.concatenate([total, odd])
    return np.asarray(terms[0] + lost)
