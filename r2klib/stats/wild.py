"""Wild bootstrap of a regression: signs by blocks, the null imposed, the interval by inversion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._align import align_series
from r2klib.stats._inputs import Array, fraction, generator, whole
from r2klib.stats._lstsq import independent
from r2klib.stats._result import Result, plain
from r2klib.stats.hac import errors_in_words, score_sums
from r2klib.stats.regression import estimate

#: Standard errors from the estimate within which the ends of an interval are looked for, and the
#: step of the search before it is halved.
REACH, STEP = 40.0, 0.125
#: Halvings: the ends are found to a millionth of a standard error.
HALVINGS = 18


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class WildLaw(Result):
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
    value, std_error : float
        The sum and its Newey-West error, in the units of the data.
    numerator : ndarray (2, B)
        Of each draw's t statistic: a constant and what one unit of value - b adds.
    variance : ndarray (3, B)
        Of each draw: a constant, and what one unit of value - b and its square add.
    nobs, hac_lags, block : int
        Rows, Newey-West lags, and rows whose signs change together.
    null_value : float
        Default of `p_value`.
    """

    name: str
    value: float
    std_error: float
    numerator: Array
    variance: Array
    nobs: int
    hac_lags: int
    block: int
    null_value: float = 0.0

    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the value is b" against larger ones, and against smaller ones."""
        above, below = self._sides(np.array([b]))
        return float(above[0]), float(below[0])

    def p_value(self, b: float | None = None) -> float:
        """Return the two-sided p of "the value is b" (default `null_value`)."""
        return min(1.0, 2 * min(self.one_sided(self.null_value if b is None else b)))

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the hull of all values whose two-sided p exceeds 1 - level."""
        # 1 - 0.9 is a hair under 0.1 in floating point; a tie must not count as kept for it.
        tail = (1 - fraction(level, "level")) / 2 + 1e-9
        return self._end(-1, tail), self._end(1, tail)

    def _sides(self, b: Array) -> tuple[Array, Array]:
        """Return both one-sided p-values at each of `b`."""
        gap = (self.value - b)[:, None]
        spread = self.variance[0] + gap * (self.variance[1] + gap * self.variance[2])
        draws = (self.numerator[0] + gap * self.numerator[1]) / np.sqrt(spread)
        t, B = gap / self.std_error, draws.shape[1]
        above = (1 + (draws >= t).sum(axis=1)) / (B + 1)
        below = (1 + (draws <= t).sum(axis=1)) / (B + 1)
        return above, below

    def _end(self, side: int, tail: float) -> float:
        """Return the farthest value on one side that neither tail refuses."""
        steps = np.arange(0, REACH + STEP, STEP)
        kept = np.minimum(*self._sides(self.value + side * steps * self.std_error)) > tail
        if kept[-1]:
            raise InputError(
                f"The interval of {self.name} has no end within {REACH:g} standard errors: "
                f"{self.nobs} rows make {-(-self.nobs // self.block)} blocks of {self.block}. "
                "Take shorter blocks or a lower level."
            )
        inside = float(steps[np.flatnonzero(kept).max(initial=0)])
        outside = inside + STEP
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            at = np.array([self.value + side * middle * self.std_error])
            if np.minimum(*self._sides(at))[0] > tail:
                inside = middle
            else:
                outside = middle
        return self.value + side * inside * self.std_error

    @cached_property
    def method(self) -> str:
        """The estimator and its law, in words."""
        return (
            f"OLS, {errors_in_words(self.hac_lags)}, null-imposed wild bootstrap of signs by "
            f"blocks of {self.block} rows, {self.numerator.shape[1]:,} draws"
        )

    @property
    def null(self) -> str:
        """What `p_value()` tests, in words."""
        return f"{self.name} is {self.null_value:g} (two-sided)"

    @property
    def title(self) -> str:
        """The name of the number."""
        return self.name

    @property
    def facts(self) -> dict[str, str]:
        """Sample size, method and null."""
        return {"sample": f"{self.nobs} observations", "method": self.method, "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return one row: estimate, std_error, pvalue, lower and upper (90 %)."""
        lower, upper = self.interval()
        row = {"estimate": self.value, "std_error": self.std_error, "pvalue": self.p_value()}
        return pd.DataFrame([row | {"lower": lower, "upper": upper}], index=[self.name])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with the 90 % interval and without the draws."""
        keys = ["name", "value", "std_error", "null_value", "nobs", "hac_lags", "block"]
        keys += ["method", "null"]
        found = {"interval": self.interval(), "p_value": self.p_value()}
        return {key: plain(getattr(self, key)) for key in keys} | found


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
    X : DataFrame (T, K) or Series
        Regressors, matched to y by date; a constant is added.
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
    """
    if hac_lags is None:
        raise InputError('`hac_lags` must be "auto" or a number of lags; it is None.')
    target, regressors, dropped = align_series(y, X, ("y", "X"))
    fit = estimate(target, regressors, dropped, hac_lags, "const", ("y", "X"))
    name = " + ".join(map(str, weights))
    scalar = fit.combine(weights, name)
    width, B = whole(block, "block", 1), whole(draws, "draws", 19)
    T = fit.nobs
    groups = -(-T // width)
    if groups < 8:
        raise InputError(
            f"`block` {width} cuts {T} rows into {groups} blocks; at least 8 are needed for a law."
        )
    assert fit.hac_lags is not None
    design = regressors.copy()
    design.insert(0, "const", 1.0)
    columns = independent(design, "X")
    w = pd.Series(weights, dtype=float).reindex(design.columns, fill_value=0.0).to_numpy()
    along = w @ columns.pseudo_inverse()[0]
    # Restricted to value - gap, the residuals are e + gap * along / (along' along).
    residuals = np.vstack([fit.resids.to_numpy(), along / (along @ along)])
    moments = _moments(columns.Q[0], along, residuals, width, fit.hac_lags)
    signs = generator(seed).integers(0, 2, size=(B, groups)).astype(float) * 2 - 1
    (A, C), (q0, q1, q2) = moments
    return WildLaw(
        name=name,
        value=scalar.value,
        std_error=scalar.std_error,
        numerator=np.stack([signs @ A, signs @ C]),
        variance=np.stack([((signs @ Q) * signs).sum(axis=1) for Q in (q0, 2 * q1, q2)]),
        nobs=T,
        hac_lags=fit.hac_lags,
        block=width,
        null_value=float(null_value),
    )


def _moments(
    Q: Array, along: Array, residuals: Array, width: int, lags: int
) -> tuple[tuple[Array, Array], tuple[Array, Array, Array]]:
    """What signs by block are multiplied by: numerators (G,) and variances (G, G).

    The scores of a draw are `along` times what is left of its signed residuals once they are
    regressed on the columns again; so they, and their moving sums, are linear in the signs.
    """
    T = len(along)
    groups = np.arange(T) // width
    G = int(groups[-1]) + 1
    numerators, sums = [], []
    for e in residuals:
        numerators.append(np.bincount(groups, along * e, minlength=G).astype(float))
        signed = np.zeros((G, T))
        signed[groups, np.arange(T)] = e
        left = signed - (signed @ Q) @ Q.T
        sums.append(score_sums(left, along, lags))
    one, other = sums
    scale = 1 / (lags + 1)
    cross = one @ other.T
    variances = (scale * one @ one.T, scale * (cross + cross.T) / 2, scale * other @ other.T)
    return (numerators[0], numerators[1]), variances
