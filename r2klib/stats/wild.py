"""Wild bootstrap of a regression: signs by blocks, the null imposed, the interval by inversion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._align import align_series
from r2klib.stats._inputs import LEVEL, Array, as_series, fraction, whole
from r2klib.stats._lstsq import Factored, independent
from r2klib.stats._signs import Blocks, Scores, Signs
from r2klib.stats.hac import errors_in_words, resolve_lags, score_sums
from r2klib.stats.laws import Law, last_kept
from r2klib.stats.regression import RegressionFit, estimate, with_constant

#: Standard errors from the estimate at which the ends of an interval are looked for, before the
#: last step is halved: finer where ends mostly lie.
STEPS = np.concatenate([np.arange(0, 8, 0.125), np.arange(8, 41, 1.0)])
#: Halvings: the ends are found to a millionth of a standard error.
HALVINGS = 20
#: Two t statistics no further apart than this, relative to their size, are one.
TIE = 1e-10


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class WildLaw(Law):
    r"""A sum of coefficients and what its t statistic is worth under each size it may have.

    For a true value b the residuals of the regression restricted to b keep their places and change
    signs, block by block; every draw gives a t statistic. All three answers read the same draws:

    .. math::

        p_\ge(b) = \frac{1 + \#\{t^*_b \ge t(b)\}}{B + 1}, \qquad
        p(b) = \min\big(1,\; 2 \min(p_\ge(b), p_\le(b))\big), \qquad
        [L, U] = \text{hull}\{b : p(b) > 1 - \text{level}\}

    Attributes
    ----------
    name : str
        What the number is.
    value, hac_error : float
        The sum and its Newey-West error, in the units of the data.
    numerator : ndarray (2, B)
        Of each draw's t statistic: a constant and what one unit of value - b adds.
    variance : ndarray (3, B)
        Of each draw: a constant, and what one unit of value - b and its square add.
    method : str
        The estimator and its law, in words.
    nobs, hac_lags, block : int
        Rows, Newey-West lags, and rows whose signs change together.
    null_value : float
        Default of `p_value`.
    ends : dict of float to (float, float)
        Ends of intervals by level, from the value: those that were asked for. Laws that differ by a
        shift share them.

    Examples
    --------
    >>> F, weights = r2klib.load("sample").factors("ff3")["1990":], {"Mkt-RF": 1.0}
    >>> law = r2klib.wild_bootstrap(F["HML"], F["Mkt-RF"], weights, block=12, seed=1, draws=199)
    >>> round(law.value, 2), [round(end, 2) for end in law.interval()]
    (-0.13, [-0.35, 0.1])
    """

    name: str
    value: float
    hac_error: float
    numerator: Array
    variance: Array
    method: str
    nobs: int
    hac_lags: int
    block: int
    null_value: float = 0.0
    ends: dict[float, tuple[float, float]] = field(default_factory=dict, compare=False)

    _json = "name nobs hac_lags block"

    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the value is b" against larger ones, and against smaller ones."""
        above, below = self._sides(np.array([b]))
        return float(above[0]), float(below[0])

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the hull of all values whose two-sided p exceeds 1 - level."""
        # 1 - 0.9 is a hair under 0.1 in floating point; a tie must not count as kept for it.
        tail = (1 - fraction(level, "level")) / 2 + 1e-9
        if level not in self.ends:
            self.ends[level] = self._end(-1, tail), self._end(1, tail)
        low, high = self.ends[level]
        return self.value + low, self.value + high

    def shifted(self, by: float) -> Self:
        """Return the law of data in which the effect is larger by so much: residuals stay."""
        return replace(self, value=self.value + by)

    def _sides(self, b: Array) -> tuple[Array, Array]:
        """Return both one-sided p-values at each of `b`."""
        gap = (self.value - b)[:, None]
        spread = self.variance[0] + gap * (self.variance[1] + gap * self.variance[2])
        # A draw without spread has no t; rounding must not take its variance below zero.
        spread = np.maximum(spread, np.finfo(float).tiny)
        draws = (self.numerator[0] + gap * self.numerator[1]) / np.sqrt(spread)
        t, B = gap / self.std_error, draws.shape[1]
        # Signs that are all alike give back t itself, but for rounding: a tie counts on both sides.
        hair = TIE * (1 + np.abs(t))
        above = (1 + np.count_nonzero(draws >= t - hair, axis=1)) / (B + 1)
        below = (1 + np.count_nonzero(draws <= t + hair, axis=1)) / (B + 1)
        return above, below

    def _end(self, side: int, tail: float) -> float:
        """Return how far from the value neither tail refuses, on one side."""
        kept = np.minimum(*self._sides(self.value + side * STEPS * self.std_error)) > tail
        if kept[-1]:
            raise InputError(
                f"The interval of {self.name} has no end within {STEPS[-1]:g} standard errors: of "
                f"{-(-self.nobs // self.block)} blocks of {self.block} rows too few hold what "
                "decides. Take shorter blocks or a lower level."
            )
        last = int(np.flatnonzero(kept).max(initial=0))

        def holds(step: float) -> bool:
            at = np.array([self.value + side * step * self.std_error])
            return bool(np.minimum(*self._sides(at))[0] > tail)

        end = last_kept(holds, float(STEPS[last]), float(STEPS[last + 1]), HALVINGS)
        return side * end * self.std_error

    @property
    def subject(self) -> str:
        """The name of the number."""
        return self.name

    @property
    def std_error(self) -> float:
        """The Newey-West error."""
        return self.hac_error

    @property
    def title(self) -> str:
        """The name of the number."""
        return self.name

    @property
    def facts(self) -> dict[str, str]:
        """Sample size, method and null."""
        return {"sample": f"{self.nobs} observations", "method": self.method} | super().facts


def wild_bootstrap(
    y: object,
    X: object,
    weights: Mapping[str, float],
    *,
    block: int,
    seed: int,
    draws: int = 9_999,
    hac_lags: str | int = "auto",
    null_value: float = 0.0,
) -> WildLaw:
    r"""Judge a sum of coefficients by signs that change block by block, with the null imposed.

    .. math::

        y_t = a + x_t' b + e_t, \qquad \theta = w'b, \qquad
        y^*_t = \tilde a + x_t' \tilde b + s_{g(t)} \tilde e_t, \quad s_g = \pm 1

    where :math:`\tilde e` are the residuals of the regression restricted to a value of
    :math:`\theta`. They are linear in that value, so each draw's t statistic is a linear function
    of it over the root of a quadratic one, and one set of draws serves the whole inversion.

    Parameters
    ----------
    y : Series (T,)
        Dependent variable, any frequency and unit, sorted, one row per date.
    X : DataFrame (T, K), Series or None
        Regressors, matched to y by date; a constant "const" is added. None for the mean of y, which
        is then the constant's coefficient.
    weights : mapping of str to float
        Weight w of each coefficient in the sum; those left out weigh nothing.
    block : int
        Consecutive rows whose signs change together: a year of them keeps volatility that comes in
        spells and errors that last for months.
    seed, draws : int
        Random numbers; sets of signs B.
    hac_lags : {"auto"} or int
        As in `ols_hac`; chosen once, on the data.
    null_value : float
        What `p_value` tests by default.

    Returns
    -------
    WildLaw
        Rows with a missing value are left out; the rows around one then count as neighbours.

    Raises
    ------
    InputError
        As `ols_hac`; also for weights on columns that are not there, fewer than 8 blocks, and
        `hac_lags` None, which has no law to compare with.

    Notes
    -----
    Signs of both sides of zero are as likely, whatever the errors' variance, so a spell of high
    volatility stays with the regressor's own: where both move together Newey-West errors are too
    small, and nominal 10 % tests of this library's monthly regressions rejected 12 to 18 %.

    References
    ----------
    Liu (1988), Annals of Statistics 16, 1696-1708. Davidson and Flachaire (2008), Journal of
    Econometrics 146, 162-169. Shao (2010), JASA 105, 218-235. Newey and West (1987).

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")["1990":]
    >>> law = r2klib.wild_bootstrap(
    ...     factors["SMB"], factors[["Mkt-RF"]], {"Mkt-RF": 1.0}, block=12, seed=1, draws=999
    ... )
    >>> round(law.value, 2), law.pvalue < 0.10
    (0.17, True)
    """
    asked = SignedRegression(y, X, weights, block=block, seed=seed, draws=draws, hac_lags=hac_lags)
    return asked.law(null_value)


class SignedRegression:
    """One number of a regression, ready for many responses: rows, columns and signs are made once.

    What it takes is as in `wild_bootstrap`; `fit` is the regression of y itself.
    """

    def __init__(
        self,
        y: object,
        X: object,
        weights: Mapping[str, float],
        *,
        block: int,
        seed: int,
        draws: int = 9_999,
        hac_lags: str | int = "auto",
    ) -> None:
        if hac_lags is None:
            raise InputError('`hac_lags` must be "auto" or a number of lags; it is None.')
        self.fit, columns, design = regression_of(y, X, hac_lags)
        self._scalar = self.fit.combine(weights)
        self._blocks = Blocks(self.fit.nobs, whole(block, "block", 1))
        self._blocks.need("block")
        w = pd.Series(weights, dtype=float).reindex(self.fit.params.index, fill_value=0.0)
        self._along, self._Q = w.to_numpy() @ columns.pseudo_inverse()[0], columns.Q[0]
        self._design, self._hac_lags = design.to_numpy(), hac_lags
        self._estimator = "sample mean" if X is None else "OLS"
        self._signs = Signs(self._blocks, whole(draws, "draws", 19), seed)

    def restricted(self, b: float) -> tuple[pd.Series, pd.Series]:
        """Return fitted values and residuals of y where the number is b."""
        gap = self._scalar.value - b
        moved = gap * self._along / (self._along @ self._along)
        return self.fit.fitted - moved, self.fit.resids + moved

    def law(self, null_value: float = 0.0) -> WildLaw:
        """Return the law of the number in y itself."""
        own = (self.fit.fitted + self.fit.resids).to_numpy()
        (law,) = self.laws(own[:, None], null_value)
        return law

    def laws(self, responses: Array, null_value: float = 0.0) -> list[WildLaw]:
        """Return the law of the number in each of many responses (T, N), on the rows of `fit`.

        Newey-West lags are chosen for each by itself, as `wild_bootstrap` does.
        """
        values = self._along @ responses
        left = responses - self._Q @ (self._Q.T @ responses)
        chosen = np.array([resolve_lags(self._hac_lags, self._design * e[:, None]) for e in left.T])
        found: dict[int, WildLaw] = {}
        for lags in map(int, np.unique(chosen)):
            some = np.flatnonzero(chosen == lags)
            sums = score_sums(left[:, some].T, self._along, lags)
            errors = np.sqrt((sums**2).sum(axis=1) / (lags + 1))
            scores = Scores(self._along, self._Q, lags, self._signs)
            numerator, variance = drawn(scores, left[:, some])
            for at, number in enumerate(some.tolist()):
                found[number] = WildLaw(
                    name=self._scalar.name,
                    value=float(values[number]),
                    hac_error=float(errors[at]),
                    numerator=numerator[:, at],
                    variance=variance[:, at],
                    method=f"{self._estimator}, {errors_in_words(lags)}, null-imposed wild "
                    f"bootstrap of signs by blocks of {self._blocks.width} rows, "
                    f"{numerator.shape[-1]:,} draws",
                    nobs=self.fit.nobs,
                    hac_lags=lags,
                    block=self._blocks.width,
                    null_value=float(null_value),
                )
        return [found[number] for number in range(len(values))]


def regression_of(
    y: object, X: object, hac_lags: str | int
) -> tuple[RegressionFit, Factored, pd.DataFrame]:
    """The regression on a constant and X, or on the constant alone; its columns, factored too."""
    if X is None:
        names, series = ("y", "y"), as_series(y, "y")
        target = series.dropna()
        lost = pd.Series({"missing values": len(series) - len(target)})
        regressors = pd.DataFrame(index=target.index)
    else:
        names = ("y", "X")
        target, regressors, lost = align_series(y, X, names)
    fit = estimate(target, regressors, lost, hac_lags, "const", names)
    design = with_constant(regressors, "const", names[1])
    return fit, independent(design, names[1]), design


def drawn(scores: Scores, residuals: Array) -> tuple[Array, Array]:
    """Numerators (2, N, B) and variances (3, N, B) of all draws of N sets of residuals (T, N).

    Restricted to value - gap, residuals are e + gap * along / (along' along).
    """
    along = scores.along
    own = scores.signed(residuals)
    moved = scores.signed((along / (along @ along))[:, None])
    both = np.broadcast_arrays(own.numerator, moved.numerator)
    parts = scores.variance(own, own), 2 * scores.variance(own, moved)
    return np.stack(both), np.stack(np.broadcast_arrays(*parts, scores.variance(moved, moved)))
