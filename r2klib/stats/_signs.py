"""Signs by blocks of rows, and what a regression's numerators and Newey-West variances are of them.

Residuals keep their places and change signs, a block at a time. A coefficient's draw is then linear
in the signs and its variance quadratic, so all draws of all responses are products of the same
signs with sums over blocks: no draw is ever a regression of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from r2klib.errors import InputError
from r2klib.stats._algebra import window_sums
from r2klib.stats._inputs import Array, generator
from r2klib.stats.hac import score_sums

#: Fewer blocks than this make no law.
FEWEST = 8


@dataclass(frozen=True)
class Blocks:
    """Rows cut into blocks of `width`, the last one as long as is left."""

    rows: int
    width: int

    @property
    def count(self) -> int:
        """Blocks G."""
        return -(-self.rows // self.width)

    def need(self, name: str) -> None:
        """Raise `InputError` where there are too few for a law; `name` is the caller's argument."""
        if self.count < FEWEST:
            raise InputError(
                f"{self.rows} rows make {self.count} blocks of {self.width} (`{name}`); a law "
                f"needs at least {FEWEST}."
            )

    def sums(self, values: Array) -> Array:
        """Sums of `values` (T, ...) over each block, (G, ...)."""
        return np.add.reduceat(values, np.arange(0, self.rows, self.width), axis=0)

    def folded(self, values: Array) -> Array:
        """`values` (T, N) by block and place in it, (G, width, N), zeros after the last."""
        full = np.zeros((self.count * self.width, values.shape[1]))
        full[: self.rows] = values
        return full.reshape(self.count, self.width, -1)


class Signs:
    """B draws of a sign for each block, and products of the signs of neighbouring blocks."""

    def __init__(self, blocks: Blocks, draws: int, seed: object) -> None:
        drawn = generator(seed).integers(0, 2, size=(draws, blocks.count))
        self.blocks, self.values = blocks, drawn.astype(float) * 2 - 1
        self._products: list[Array] = []

    def apart(self, by: int) -> Array:
        """Products of the signs of blocks so far apart, (B, G - by)."""
        while len(self._products) < by:
            far = len(self._products) + 1
            self._products.append(self.values[:, :-far] * self.values[:, far:])
        return self._products[by - 1]


@dataclass(frozen=True)
class Signed:
    """What the draws of N sets of residuals are made of."""

    numerator: Array  # (N, B), sums of the scores: what the signed residuals add to the estimate
    on_columns: Array  # (K, N, B), their products with the orthonormal columns
    on_filtered: Array  # (K, N, B), and with the columns' own scores
    scores: Array  # (T, N), before signs


class Scores:
    """One number of one regression: where its scores come from, whatever the response.

    `along` (T,) are the weights of the response in the number: a row of (X'X)^-1 X', or a sum of
    rows. `Q` (T, K) are orthonormal columns of the regression; `lags` are Newey and West's.
    """

    def __init__(self, along: Array, Q: Array, lags: int, signs: Signs) -> None:
        self.along, self.Q, self.lags, self.signs = along, Q, lags, signs
        sums = score_sums(Q.T, along, lags)
        self._filtered, self._gram = window_sums(sums, lags + 1).T, sums @ sums.T
        width = signs.blocks.width
        most = min((width + lags - 1) // width, signs.blocks.count - 1)
        at = np.arange(width)
        far = [np.abs(at[:, None] - at - by * width) for by in range(most + 1)]
        self._kernels = [np.maximum(0.0, lags + 1.0 - gap) for gap in far]

    def signed(self, residuals: Array) -> Signed:
        """The parts that residuals (T, N) bring to all draws."""
        scores = self.along[:, None] * residuals
        (T, N), K = residuals.shape, self.Q.shape[1]
        parts = np.concatenate(
            [
                scores,
                (self.Q[:, :, None] * residuals[:, None]).reshape(T, K * N),
                (self._filtered[:, :, None] * scores[:, None]).reshape(T, K * N),
            ],
            axis=1,
        )
        made = (self.signs.values @ self.signs.blocks.sums(parts)).T
        columns, filtered = made[N : N + K * N], made[N + K * N :]
        B = made.shape[1]
        return Signed(made[:N], columns.reshape(K, N, B), filtered.reshape(K, N, B), scores)

    def variance(self, one: Signed, other: Signed) -> Array:
        """Newey-West sums of the scores of two sets of draws, (N, B); symmetric in the two.

        The scores are `along` times what is left of the signed residuals once they are regressed
        on the columns again.
        """
        total = self._banded(one.scores, other.scores)
        total -= (one.on_columns * other.on_filtered).sum(axis=0)
        total -= (other.on_columns * one.on_filtered).sum(axis=0)
        total += (one.on_columns * np.tensordot(self._gram, other.on_columns, axes=1)).sum(axis=0)
        return np.asarray(total / (self.lags + 1))

    def _banded(self, one: Array, other: Array) -> Array:
        """Weighted sums of products of signed scores that lie no more than the lags apart."""
        x, z = self.signs.blocks.folded(one), self.signs.blocks.folded(other)
        total = np.zeros(len(self.signs.values))
        for by, kernel in enumerate(self._kernels):
            near, far = slice(0, len(x) - by), slice(by, len(x))
            met = (x[near] * (kernel @ z[far])).sum(axis=1)
            if by == 0:
                total = total + met.sum(axis=0)[:, None]
                continue
            met = met + (z[near] * (kernel @ x[far])).sum(axis=1)
            total = total + (self.signs.apart(by) @ met).T
        return np.asarray(total)
