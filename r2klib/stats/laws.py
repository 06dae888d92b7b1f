"""Resampled laws: intervals and p-values that invert the same draws, so they cannot disagree."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import LEVEL, Array, fraction, generator, whole
from r2klib.stats._result import Result, plain


class Law(Result):
    """A number, and the p of every true value it may have: interval and p-value cannot disagree."""

    value: float
    null_value: float
    method: str

    _json = "value std_error null_value method null"

    @property
    def subject(self) -> str:
        """What the number is, in words."""
        return "the value"

    @property
    @abstractmethod
    def std_error(self) -> float:
        """In the unit of the value."""

    @abstractmethod
    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the value is b" against larger ones, and against smaller ones."""

    @abstractmethod
    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the two-sided interval; `InputError` where the law has no end at that level."""

    def p_value(self, b: float | None = None) -> float:
        """Return the two-sided p of "the value is b" (default `null_value`)."""
        return min(1.0, 2 * min(self.one_sided(self.null_value if b is None else b)))

    @property
    def pvalue(self) -> float:
        """Two-sided p-value of the null, `p_value()`."""
        return self.p_value()

    @property
    def null(self) -> str:
        """What `p_value()` tests, in words."""
        return f"{self.subject} is {self.null_value:g} (two-sided)"

    @property
    def title(self) -> str:
        """The method."""
        return self.method

    @property
    def facts(self) -> dict[str, str]:
        """The null, and why there is no interval; laws add what else a reader must know."""
        _, why = self._ends
        return {"null": self.null} | ({"interval": why} if why else {})

    @property
    def _ends(self) -> tuple[tuple[float, float], str]:
        """The 90 % interval as it is shown: missing, and why, where the law has no end."""
        try:
            return self.interval(), ""
        except InputError as error:
            return (np.nan, np.nan), str(error)

    def to_frame(self) -> pd.DataFrame:
        """Return one row: estimate, std_error, pvalue, lower and upper (90 %; NaN without end)."""
        (lower, upper), _ = self._ends
        row = {"estimate": self.value, "std_error": self.std_error, "pvalue": self.p_value()}
        name = self.subject.removeprefix("the ")
        return pd.DataFrame([row | {"lower": lower, "upper": upper}], index=[name])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with the 90 % interval and without the draws."""
        ends, _ = self._ends
        return super().to_dict() | {"interval": plain(ends), "p_value": self.p_value()}


class RankedLaw(Law):
    r"""A number and the draws that say how far it may be off.

    Both answers read the same sorted `points` :math:`v_{(1)} \le \dots \le v_{(B)}`:

    .. math::

        [v_{(k)},\, v_{(B+1-k)}], \quad k = \lfloor (B+1)\, a / 2 \rfloor, \qquad
        p(\theta) = \min\Big(1,\; 2\, \frac{1 + n(\theta)}{B+1}\Big), \quad
        n(\theta) = \min(\#\{v \le \theta\}, \#\{v \ge \theta\})

    so that p <= a exactly where the null lies outside the closed 1 - a interval.
    """

    draws: Array

    @property
    @abstractmethod
    def points(self) -> Array:
        """The values that the interval and the p-value rank, sorted, shape (B,)."""

    @property
    def std_error(self) -> float:
        """Standard deviation of the draws."""
        return float(self.draws.std(ddof=1))

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the two-sided interval; `InputError` if the draws are too few for the level."""
        B = len(self.points)
        # 1 - 0.9 is a hair under 0.1 in floating point; the rank must not fall by one for it.
        k = int((B + 1) * (1 - fraction(level, "level")) / 2 + 1e-9)
        if k < 1:
            raise InputError(
                f"`level` {level:g} needs at least {int(np.ceil(2 / (1 - level))) - 1} draws; "
                f"there are {B}."
            )
        return float(self.points[k - 1]), float(self.points[B - k])

    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the value is b" against larger ones, and against smaller ones."""
        B = len(self.points)
        below = int(np.searchsorted(self.points, b, side="right"))
        above = B - int(np.searchsorted(self.points, b, side="left"))
        return (1 + below) / (B + 1), (1 + above) / (B + 1)

    @property
    def facts(self) -> dict[str, str]:
        """Number of draws and null."""
        return {"draws": str(len(self.draws))} | super().facts

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with the 90 % interval and without the draws."""
        return super().to_dict() | {"n_draws": len(self.draws)}


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BootstrapLaw(RankedLaw):
    """A statistic and its values on resampled data, which interval and p-value rank.

    Attributes
    ----------
    value : float
        The statistic on the data.
    draws : ndarray (B,)
        The statistic on each resample.
    block_length : float
        Mean (stationary) or fixed (circular) block length.
    method : str
        In words.
    null_value : float
        Default null of `p_value`.

    Examples
    --------
    >>> returns, ratio = r2klib.load("sample").factors("ff3"), r2klib.stats.sharpe_difference
    >>> law = r2klib.stationary_bootstrap(ratio, returns[["SMB", "Mkt-RF"]], seed=1, draws=199)
    >>> round(law.value, 2), round(law.pvalue, 1)
    (-0.06, 0.1)
    """

    value: float
    draws: Array
    block_length: float
    method: str
    null_value: float = 0.0

    _json = "block_length"

    @cached_property
    def points(self) -> Array:
        """The draws, sorted."""
        return np.sort(self.draws)

    def shifted(self, by: float) -> Self:
        """Return the law of data in which the effect is larger by so much: all draws move."""
        return replace(self, value=self.value + by, draws=self.draws + by)

    @property
    def facts(self) -> dict[str, str]:
        """Number of draws, block length and null."""
        return super().facts | {"blocks": f"{self.block_length:.3g} rows on average"}


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class NullLaw(RankedLaw):
    r"""A statistic and the values it takes where the null hypothesis is true.

    The draws show the bias and the spread that remain without any effect; interval and p-value
    rank :math:`\hat\theta - (\theta^*_0 - \theta_0)`, or, where the law's shape hangs on the
    effect, the values of it that put the estimate at each rank.

    Attributes
    ----------
    value : float
        The statistic on the data.
    draws : ndarray (B,)
        The statistic on data simulated under the null.
    null_value : float
        What the statistic estimates under the null.
    method : str
        In words.
    inverted : ndarray (B,) or None
        The effect at which the estimate would stand at each rank of its law, for laws that were
        simulated with effects of several sizes.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> round(r2klib.stats.signal_law(smb, smb, seed=1, draws=199).pvalue, 1)
    0.3
    """

    value: float
    draws: Array
    null_value: float
    method: str
    inverted: Array | None = None

    _json = "corrected"

    @property
    def corrected(self) -> float:
        """The value less its bias: the mean of `points`."""
        return float(self.points.mean())

    @cached_property
    def points(self) -> Array:
        """The value less each draw's error under the null, or `inverted`; sorted."""
        if self.inverted is not None:
            return np.sort(self.inverted)
        return np.sort(self.value - (self.draws - self.null_value))

    def shifted(self, by: float) -> Self:
        """Return the law of data in which the effect is larger by so much; the null stays."""
        moved = None if self.inverted is None else self.inverted + by
        return replace(self, value=self.value + by, inverted=moved)

    @property
    def facts(self) -> dict[str, str]:
        """Number of draws, bias-corrected value and null."""
        return super().facts | {"bias-corrected": f"{self.corrected:.5g}"}


def last_kept(kept: Callable[[float], bool], inside: float, outside: float, halvings: int) -> float:
    """Where values stop being kept, between one that is and one that is not."""
    for _ in range(halvings):
        middle = (inside + outside) / 2
        if kept(middle):
            inside = middle
        else:
            outside = middle
    return inside


def collect(
    one: Callable[[np.random.Generator, int], Array], seed: int, draws: int, size: int
) -> Array:
    """Draws of `one`, each of which takes `size` numbers, some tens of megabytes at a time."""
    B = whole(draws, "draws", 19)
    rng = generator(seed)
    chunk = max(1, 2**21 // size)
    return np.concatenate([one(rng, min(chunk, B - k)) for k in range(0, B, chunk)])


def near(B: int, T: int) -> list[slice]:
    """Rows of (B, T) to work on at a time, so few that they stay near the processor."""
    few = max(1, 2**16 // T)
    return [slice(k, k + few) for k in range(0, B, few)]


def check_draws(draws: Array, what: str) -> Array:
    """Return the draws read-only if all are finite, or raise `InputError`."""
    if bad := int((~np.isfinite(draws)).sum()):
        raise InputError(f"{what} is not finite in {bad} of {draws.size} draws.")
    draws.flags.writeable = False
    return draws
