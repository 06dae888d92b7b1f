"""Did the link change within the sample? The largest Wald statistic of a break at any date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, shown, whole
from r2klib.stats._result import Result
from r2klib.stats._signs import Blocks, Scores, Signs
from r2klib.stats.chance import probability
from r2klib.stats.hac import errors_in_words, score_sums
from r2klib.stats.wild import TIE, regression_of

#: Share of the regressor's variation that must lie on either side of a date, and most dates tried.
TRIM, MOST = 0.15, 60


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BreakTest(Result):
    r"""The largest break of a sum of coefficients, and how often signs alone make so large a one.

    Attributes
    ----------
    name : str
        What may break.
    date : Timestamp
        Last row before the likeliest break; its label where rows have no dates.
    change : float
        The sum after it less the sum before, in the units of the data.
    statistic : float
        Sup-Wald: the largest Wald statistic.
    wald : Series
        The statistic by the last row before each break that was tried.
    draws : ndarray (B,)
        The largest statistic of each draw without a break.
    nobs, hac_lags, block : int
        Rows, Newey-West lags, and rows whose signs change together.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> test = r2klib.stats.break_test(smb, None, {"const": 1.0}, block=12, seed=1, draws=99)
    >>> test.date.strftime("%Y-%m"), round(test.pvalue, 1)
    ('1984-02', 0.8)
    """

    name: str
    date: Any
    change: float
    statistic: float
    wald: pd.Series
    draws: Array
    nobs: int
    hac_lags: int
    block: int

    _json = "name date change statistic pvalue nobs hac_lags block method null alternative"

    @property
    def pvalue(self) -> float:
        """Share of draws with a statistic as large, the data counted among them."""
        alike = self.statistic * (1 - TIE)  # signs that are all alike give back the data
        return float((1 + np.count_nonzero(self.draws >= alike)) / (len(self.draws) + 1))

    @property
    def method(self) -> str:
        """Statistic and law, in words."""
        return (
            f"sup-Wald over {len(self.wald)} dates, {errors_in_words(self.hac_lags)}, wild "
            f"bootstrap of signs by blocks of {self.block} rows, {len(self.draws):,} draws"
        )

    @property
    def null(self) -> str:
        """What `pvalue` tests, in words."""
        return f"{self.name} is the same in the whole sample"

    @property
    def alternative(self) -> str:
        """What speaks against the null, in words."""
        return f"{self.name} is another after one unknown date than before it"

    @property
    def title(self) -> str:
        """What may break."""
        return f"Break of {self.name}"

    @property
    def facts(self) -> dict[str, str]:
        """Date, change, p, method, null and alternative."""
        return {
            "sample": f"{self.nobs} observations",
            "likeliest": f"after {shown(self.date)}, by {self.change:.4g}",
            "sup-Wald": f"{self.statistic:.3f}, p {probability(self.pvalue, '.4f')}",
            "method": self.method,
            "null": self.null,
            "alternative": self.alternative,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row: date, change, statistic and pvalue."""
        row = {"date": self.date, "change": self.change, "statistic": self.statistic}
        return pd.DataFrame([row | {"pvalue": self.pvalue}], index=[self.name])


def break_test(
    y: object,
    X: object,
    weights: Mapping[str, float],
    *,
    block: int,
    seed: int,
    draws: int = 999,
    hac_lags: str | int = "auto",
) -> BreakTest:
    r"""Look for one break, at an unknown date, in a sum of coefficients of a regression.

    .. math::

        y_t = a + x_t' b + 1\{t > \tau\} (\alpha + x_t^{w\prime} \delta) + e_t, \qquad
        W = \max_\tau \frac{(w' \hat\delta_\tau)^2}{\widehat{var}(w' \hat\delta_\tau)}

    where :math:`x^w` are the columns that carry weight. Each draw gives the residuals of the
    regression without a break new signs, block by block, and looks for a break at the same dates.

    Parameters
    ----------
    y, X, weights, block, hac_lags
        As in `wild_bootstrap`; with X None the mean of y may break. The lags are those of the
        regression without a break.
    seed, draws : int
        Random numbers; sets of signs B.

    Returns
    -------
    BreakTest
        Dates that leave less than 15 % of the variation of the weighted sum of regressors (net of
        the others) on a side are not tried; of the rest at most 60, evenly spread over the rows.
        Rows with a missing value are left out; the rows around one then count as neighbours.

    Raises
    ------
    InputError
        As `wild_bootstrap`; also where no date leaves enough on both sides.

    Notes
    -----
    The constant may break as well, so the origin of a regressor moves nothing, and a shift of the
    mean alone is none of the link. Coefficients of controls stay.

    References
    ----------
    Andrews (1993), Econometrica 61, 821-856. Hansen (2000), Journal of Econometrics 97, 93-115
    (bootstrap with the regressors as they are). Liu (1988), Annals of Statistics 16, 1696-1708.

    Examples
    --------
    >>> F, weights = r2klib.load("sample").factors("ff3")["1990":], {"Mkt-RF": 1.0}
    >>> test = r2klib.stats.break_test(F["HML"], F["Mkt-RF"], weights, block=12, seed=1, draws=99)
    >>> test.date.strftime("%Y-%m"), round(test.change, 1), test.pvalue < 0.05
    ('2002-12', 0.5, True)
    """
    fit, columns, design = regression_of(y, X, hac_lags)
    name = fit.combine(weights).name
    blocks = Blocks(fit.nobs, whole(block, "block", 1))
    blocks.need("block")
    assert fit.hac_lags is not None
    w = np.array([float(weights.get(column, 0.0)) for column in design.columns])
    signs = Signs(blocks, whole(draws, "draws", 19), seed)
    tried = [
        _tried(last, change, fit.resids.to_numpy(), fit.hac_lags, signs)
        for last in _candidates(design.to_numpy(), w)
        if (change := _change(design.to_numpy(), columns.Q[0], w, last))
    ]
    if not tried:
        raise InputError(
            f"No date leaves {TRIM:.0%} of what varies on both sides: a break cannot be looked for."
        )
    best = max(tried, key=lambda one: one.wald)
    return BreakTest(
        name=name,
        date=fit.resids.index[best.last],
        change=best.change,
        statistic=best.wald,
        wald=pd.Series(
            [one.wald for one in tried], fit.resids.index[[one.last for one in tried]], name="wald"
        ),
        draws=np.max([one.draws for one in tried], axis=0),
        nobs=fit.nobs,
        hac_lags=fit.hac_lags,
        block=blocks.width,
    )


@dataclass(frozen=True)
class _Tried:
    """One date: the row, the change, its Wald statistic, and that of every draw."""

    last: int
    change: float
    wald: float
    draws: Array


def _candidates(X: Array, w: Array) -> Array:
    """Rows after which a break is tried."""
    lead, others = X @ w, X[:, w == 0]
    net = lead - others @ np.linalg.lstsq(others, lead, rcond=None)[0] if others.size else lead
    share = (net**2).cumsum() / (net @ net)
    rows = np.flatnonzero((share >= TRIM) & (share <= 1 - TRIM))
    picked = np.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().astype(int)
    return np.asarray(rows[picked])


def _change(X: Array, Q: Array, w: Array, last: int) -> tuple[Array, Array] | None:
    """Where the change of the sum comes from, and orthonormal columns with those of the break.

    None where the rows on one side do not tell the columns apart.
    """
    moving = X[:, w != 0]
    free = np.ptp(moving, axis=0) > 0
    moving = moving - np.where(free, moving.mean(axis=0), 0.0)
    weights = w[w != 0]
    if free.all():  # the constant may break too, and weighs nothing
        moving, weights = np.column_stack([moving, np.ones(len(X))]), np.append(weights, 0.0)
    after = np.where(np.arange(len(X))[:, None] > last, moving, 0.0)
    own, R = np.linalg.qr(after - Q @ (Q.T @ after))
    if (np.abs(np.diag(R)) <= 1e-9 * np.linalg.norm(after, axis=0)).any():
        return None
    along = own @ np.linalg.solve(R.T, weights)
    return along, np.column_stack([Q, own])


def _tried(
    last: int, change: tuple[Array, Array], errors: Array, lags: int, signs: Signs
) -> _Tried:
    along, Q = change
    left = errors - Q @ (Q.T @ errors)
    sums = score_sums(left[None], along, lags)
    value = float(along @ errors)
    scores = Scores(along, Q, lags, signs)
    drawn = scores.signed(errors[:, None])
    return _Tried(
        last=last,
        change=value,
        wald=value**2 * (lags + 1) / float((sums**2).sum()),
        draws=drawn.numerator[0] ** 2 / scores.variance(drawn, drawn)[0],
    )
