"""Block bootstraps of jointly resampled rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, complete, number, shown, whole
from r2klib.stats.laws import BootstrapLaw, check_draws, collect
from r2klib.stats.measures import BatchStatistic, MomentStatistic

Statistic = MomentStatistic | BatchStatistic | Callable[[Array], float]
Integers = NDArray[np.int64]


def stationary_bootstrap(
    statistic: Statistic,
    data: object,
    *,
    seed: int,
    draws: int = 1999,
    block_length: float | None = None,
) -> BootstrapLaw:
    r"""Resample rows in blocks of geometric length and collect the statistic.

    Parameters
    ----------
    statistic : MomentStatistic, BatchStatistic or callable
        `difference_of_means`, `log_volatility_ratio`, `sharpe_difference` and
        `log_shortfall_ratio` are ready. A plain callable takes an array (T, K), gives a
        float, and is called once per draw.
    data : DataFrame (T, K), Series or array
        Complete, sorted, any frequency. Rows stay together, so the columns' dependence is kept.
    seed : int
        Equal seeds give equal draws.
    draws : int
        Resamples B. Best if (B + 1) alpha / 2 is whole: 1999 serves every usual level.
    block_length : float, optional
        Mean length, at least 1. By default the rule of Politis and White as corrected by Patton,
        on the statistic's influence values where it has them (a ratio of volatilities depends on
        the squares' memory, not the returns'), else the longest over the columns.

    Returns
    -------
    BootstrapLaw

    Raises
    ------
    InputError
        For missing values, fewer than 8 rows, a block length outside 1..T, a statistic that is not
        finite on the data or on a draw.

    References
    ----------
    Politis and Romano (1994), JASA 89, 1303-1313. Politis and White (2004), Econometric Reviews
    23, 53-70; Patton, Politis and White (2009), 28, 372-375.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")["1990":]
    >>> law = r2klib.stationary_bootstrap(
    ...     r2klib.stats.log_volatility_ratio, factors[["SMB", "Mkt-RF"]], seed=1, draws=999
    ... )
    >>> round(law.value, 2), [round(end, 2) for end in law.interval()]
    (-0.28, [-0.52, -0.06])
    """
    return _bootstrap(statistic, data, seed, draws, block_length, "stationary")


def circular_bootstrap(
    statistic: Statistic,
    data: object,
    *,
    seed: int,
    draws: int = 1999,
    block_length: int | None = None,
) -> BootstrapLaw:
    """Resample rows in blocks of fixed length and collect the statistic.

    Parameters
    ----------
    statistic, data, seed, draws
        As in `stationary_bootstrap`; a missing value is an error.
    block_length : int, optional
        Rows of every block, at least 1; by default the rule of `stationary_bootstrap` with its
        constant for fixed blocks, rounded up.

    Returns
    -------
    BootstrapLaw

    Raises
    ------
    InputError
        As `stationary_bootstrap`.

    References
    ----------
    Politis and Romano (1992), in LePage and Billard, Exploring the Limits of Bootstrap, 263-270.

    Examples
    --------
    >>> returns, gap = r2klib.load("sample").factors("ff3"), r2klib.stats.difference_of_means
    >>> law = r2klib.stats.circular_bootstrap(gap, returns[["HML", "SMB"]], seed=1, draws=199)
    >>> [round(1200 * end, 1) for end in law.interval()]  # percent a year
    [-0.9, 4.9]
    """
    return _bootstrap(statistic, data, seed, draws, block_length, "circular")


@dataclass(frozen=True)
class Resamples:
    """Resamples of T rows on a circle, as blocks: `starts` and `lengths`, both (draws, m).

    Lengths add up to T in each draw; surplus blocks at the end of a draw have length 0.
    """

    starts: Integers
    lengths: Integers

    @classmethod
    def draw(
        cls, rng: np.random.Generator, T: int, draws: int, block_length: float, method: str
    ) -> Resamples:
        """Draw `draws` resamples of T rows."""
        if method == "circular":
            m = int(np.ceil(T / block_length))
            lengths = np.full((draws, m), int(block_length))
        else:
            m = min(T, int(T / block_length + 4 * np.sqrt(T / block_length)) + 8)
            lengths = rng.geometric(1 / block_length, (draws, m))
            while lengths.sum(axis=1).min() < T:
                more = rng.geometric(1 / block_length, (draws, m))
                lengths = np.hstack([lengths, more])
        ends = np.minimum(lengths.cumsum(axis=1), T)
        ends = ends[:, : int((ends < T).sum(axis=1).max()) + 1]
        lengths = np.diff(ends, axis=1, prepend=0)
        return cls(rng.integers(T, size=lengths.shape), lengths)

    def rows(self) -> Integers:
        """Return the resampled row numbers, shape (draws, T)."""
        draws, T = len(self.starts), int(self.lengths[0].sum())
        before = self.lengths.cumsum(axis=1) - self.lengths
        jump = np.repeat((self.starts - before).ravel(), self.lengths.ravel())
        return (jump.reshape(draws, T) + np.arange(T)) % T

    def sums(self, features: Array) -> Array:
        """Return the sum over each block of `features` (T, M), shape (draws, m, M).

        Prefix sums on the circle run twice touch the ends of a block only.
        """
        total = np.zeros((2 * len(features) + 1, features.shape[1]))
        np.cumsum(np.vstack([features, features]), axis=0, out=total[1:])
        return np.asarray(total[self.starts + self.lengths] - total[self.starts])


def _bootstrap(
    statistic: Statistic,
    data: object,
    seed: int,
    draws: int,
    block_length: float | None,
    method: str,
) -> BootstrapLaw:
    x = complete(data, "data").to_numpy()
    with np.errstate(all="ignore"):  # what is not finite is refused below, in words
        value = _one_number(statistic(x))
    if not np.isfinite(value):
        raise InputError(f"The statistic is {value} on `data` itself; it must be finite.")
    b = _block_length(statistic, x, block_length, method)

    def one(rng: np.random.Generator, B: int) -> Array:
        blocks = Resamples.draw(rng, len(x), B, b, method)
        with np.errstate(all="ignore"):
            return _values(statistic, x, blocks)

    return BootstrapLaw(
        value=value,
        draws=check_draws(collect(one, seed, draws, x.size), "The statistic"),
        block_length=b,
        method=f"{method} bootstrap of the {_name(statistic)}",
    )


def _name(statistic: Statistic) -> str:
    name = getattr(statistic, "name", getattr(statistic, "__name__", "<lambda>"))
    return "statistic" if name == "<lambda>" else str(name)


def _one_number(found: object) -> float:
    """What a caller's own statistic gave, or `InputError` where that is not one number."""
    try:
        return float(np.asarray(found, dtype=float).item())
    except (TypeError, ValueError):
        raise InputError(
            f"`statistic` must give one number, for an array of rows and columns; it gave "
            f"{shown(found)}."
        ) from None


def _values(statistic: Statistic, x: Array, blocks: Resamples) -> Array:
    """Return the statistic of each draw."""
    if isinstance(statistic, MomentStatistic):
        f = statistic.features(x)
        centre = f.mean(axis=0)
        return statistic.of_means(centre + blocks.sums(f - centre).sum(axis=1) / len(x))
    resampled = x[blocks.rows()]
    if isinstance(statistic, BatchStatistic):
        return statistic.function(resampled)
    return np.array([_one_number(statistic(rows)) for rows in resampled])


def _block_length(statistic: Statistic, x: Array, block_length: float | None, method: str) -> float:
    T = len(x)
    if T < 8:
        raise InputError(f"`data` must have at least 8 rows to be resampled in blocks; it has {T}.")
    if block_length is not None:
        if not 1 <= number(block_length, "block_length") <= T:
            raise InputError(f"`block_length` must lie between 1 and {T}; it is {block_length!r}.")
        if method == "circular":
            return whole(block_length, "block_length", 1)
        return float(block_length)
    influence = getattr(statistic, "influence", None)
    with np.errstate(divide="ignore", invalid="ignore"):  # no spread: refused below, in words
        columns = x if influence is None else influence(x)[:, None]
    if (np.ptp(columns, axis=0) == 0).any():
        raise InputError("The block length cannot be chosen: a column of `data` does not vary.")
    from arch.bootstrap import optimal_block_length  # takes longer than all else: only if asked

    with np.errstate(all="ignore"):  # an autocorrelation over no spread: refused below
        found = optimal_block_length(columns)[method].max()
    if not np.isfinite(found):
        raise InputError(
            f"The block length cannot be chosen from the {T} rows of `data`: too few, or too many "
            "alike. Give `block_length`."
        )
    b = min(max(1.0, float(found)), float(T))
    return float(np.ceil(b)) if method == "circular" else b
