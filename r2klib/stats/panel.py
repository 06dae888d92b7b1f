"""Factor regressions of thousands of assets with Newey-West errors, once over the sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from r2klib.errors import InputError
from r2klib.stats._algebra import cholesky, inverse, solve
from r2klib.stats._align import lost_in_words
from r2klib.stats._inputs import LEVEL, Array, listed, span, whole
from r2klib.stats._lstsq import BUDGET, Factored, Mask, factored, in_parts, with_equal_rows
from r2klib.stats._models import Model
from r2klib.stats._panels import (
    ALPHA,
    Panel,
    PanelResult,
    few_names,
    law_of,
    on_workers,
    panel_of,
)
from r2klib.stats.hac import errors_in_words, score_sums
from r2klib.stats.regression import t_quantile

Counts = NDArray[np.int64]

#: Numbers worked on at once: a megabyte, so that they stay in the processor's cache.
IN_CACHE = 2**17
#: So many assets that miss the same rows are worth a QR of them; fewer share no more than products.
ALIKE = 4


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PanelFit(PanelResult):
    """Factor regressions of N assets on K factors, complete once constructed.

    Attributes
    ----------
    params, std_errors : DataFrame (N, 1 + K)
        "alpha" (decimals per period) and betas, and their standard errors; NaN for an asset that
        could not be estimated.
    rsquared : Series (N,)
        Share of each asset's variance that is explained.
    nobs : Series of int (N,)
        Complete rows of each asset.
    hac_lags : int
        Newey-West lags; 0 is White.
    min_obs : int
        Complete rows that an estimate takes.
    collinear : Series of bool (N,)
        Assets with enough rows on which the factors are collinear.
    sample : str
        Dates of the panel.
    dropped : Series of int
        Dates before or after the span that returns and factors both cover.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> r2klib.panel_hac(F[["SMB", "HML"]], F["Mkt-RF"]).betas["Mkt-RF"].round(2).to_dict()
    {'SMB': 0.19, 'HML': 0.15}
    """

    params: pd.DataFrame
    std_errors: pd.DataFrame
    rsquared: pd.Series
    nobs: pd.Series
    hac_lags: int
    min_obs: int
    collinear: pd.Series
    sample: str
    dropped: pd.Series

    _json = "params std_errors pvalues rsquared nobs hac_lags min_obs collinear sample dropped"

    @property
    def alpha(self) -> pd.Series:
        """Intercepts (N,), decimals per period."""
        return self.params[ALPHA]

    @property
    def betas(self) -> pd.DataFrame:
        """Slopes (N, K)."""
        return self.params.iloc[:, 1:]

    @property
    def df(self) -> pd.Series:
        """Degrees of freedom (N,) of each asset's t law: rows minus coefficients."""
        return (self.nobs - self.params.shape[1]).rename("df")

    @property
    def tstats(self) -> pd.DataFrame:
        """Coefficients over standard errors (N, 1 + K)."""
        return self.params / self.std_errors

    @property
    def pvalues(self) -> pd.DataFrame:
        """Two-sided p-values (N, 1 + K) from Student's t."""
        p = 2 * stdtr(self._df, -self.tstats.abs().to_numpy())
        return pd.DataFrame(p, self.params.index, self.params.columns)

    def conf_int(self, level: float = LEVEL) -> pd.DataFrame:
        """Return the columns lower and upper, a row per (asset, coefficient), from Student's t."""
        reach = t_quantile(level, self._df) * self.std_errors
        ends = {"lower": self.params - reach, "upper": self.params + reach}
        return pd.DataFrame(
            {name: end.to_numpy().ravel() for name, end in ends.items()}, self._rows
        )

    @property
    def _df(self) -> NDArray[np.int64]:
        """Degrees of freedom (N, 1), at least one: the others have no estimate."""
        return np.asarray(np.maximum(self.df.to_numpy(), 1))[:, None]

    @property
    def _rows(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_product(
            [self.params.index, self.params.columns], names=["asset", "coefficient"]
        )

    @property
    def title(self) -> str:
        """What was regressed on what."""
        return f"{few_names(self.params.index)} on {few_names(self.betas.columns, 12)}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, how many assets were estimated and why the others were not, method, null."""
        short, collinear = int((self.nobs < self.min_obs).sum()), int(self.collinear.sum())
        return {
            "sample": self.sample,
            "estimated": f"{len(self.nobs) - short - collinear} of {len(self.nobs)} assets; not: "
            f"{short} with fewer than {self.min_obs} complete rows, {collinear} with collinear "
            "factors",
            "dropped": lost_in_words(self.dropped),
            "method": f"OLS, {errors_in_words(self.hac_lags)}, Student t",
            "null": "each coefficient is zero (two-sided)",
        }

    def describe(self) -> pd.DataFrame:
        """Return a row per coefficient: its spread over assets, and how many have p < 5 %."""
        table = pd.DataFrame({str(name): law_of(b) for name, b in self.params.items()}).T
        below = (self.pvalues < 0.05).sum() / self.params.notna().sum()
        return table.assign(**{"p < 5 %": below.to_numpy()})

    def to_frame(self) -> pd.DataFrame:
        """Return a row per (asset, coefficient), with the columns of `RegressionFit.to_frame`."""
        parts = {
            "estimate": self.params,
            "std_error": self.std_errors,
            "tstat": self.tstats,
            "pvalue": self.pvalues,
        }
        columns = {name: part.to_numpy().ravel() for name, part in parts.items()}
        return pd.DataFrame(columns, self._rows).join(self.conf_int())


def panel_hac(
    returns: object,
    factors: object,
    model: Model = None,
    *,
    hac_lags: int = 6,
    min_obs: int | None = None,
    subtract_rf: bool = False,
    check_units: bool = True,
    n_jobs: int | None = None,
) -> PanelFit:
    r"""Regress every asset on the factors, with Newey-West standard errors.

    .. math::

        V_i = (X'X)^{-1} S_i (X'X)^{-1}, \qquad
        S_i = \frac{1}{L+1} \sum_{t=1}^{T+L} v_t v_t', \qquad
        v_t = \sum_{l=0}^{L} x_{t-l} \hat e_{i,t-l}

    with zeros before the first and after the last row. This is the Bartlett-weighted sum of
    autocovariances of the scores, term by term, but needs one pass and is never negative.

    Parameters
    ----------
    returns : DataFrame (T, N), Series or array
        Excess returns in decimals, an asset per column; any frequency, sorted, one row per date.
    factors : DataFrame (T', K), Series or array
        Factor returns in decimals, matched by date; arrays by position.
    model, subtract_rf, check_units, n_jobs
        As in `rolling_factor_regression`.
    hac_lags : int
        Newey-West lags L, the same for every asset, so that their errors compare; 0 gives White's.
        `newey_west_lags` and `ols_hac` choose them for one series.
    min_obs : int, optional
        Complete rows that an estimate takes; by default, and at least, max(K + 2, L + 1).

    Returns
    -------
    PanelFit
        No small-sample correction; p-values from Student's t with rows minus coefficients degrees
        of freedom.

    Raises
    ------
    InputError
        No common dates; duplicate or unsorted dates; infinite or all-missing columns; factors
        constant or collinear; an asset whose returns are all equal or an exact combination of the
        factors; no asset with enough rows; unlike frequencies; factors the frame lacks; what
        `check_units` refuses.
    UnknownName
        For a model that does not exist.

    Notes
    -----
    Each asset is estimated on its own complete rows, as `ols_hac` does: the rows around a gap
    count as neighbours. An asset with fewer than `min_obs` complete rows, or on whose rows the
    factors are collinear, is NaN and counted.

    References
    ----------
    Newey and West (1987), Econometrica 55, 703-708.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> industries = data.frame("french.industries12")["1990":]
    >>> fit = r2klib.panel_hac(industries, data.factors("ff3"), "ff3", subtract_rf=True)
    >>> fit.tstats["HML"].round(1).head(3).to_dict()
    {'NoDur': 1.3, 'Durbl': 6.7, 'Manuf': 5.8}
    """
    panel = panel_of(returns, factors, model, subtract_rf=subtract_rf, check_units=check_units)
    L = whole(hac_lags, "hac_lags", 0, len(panel.dates) - 1)
    least = max(panel.least, L + 1)
    need = (
        least if min_obs is None else whole(min_obs, "min_obs", least, max(least, len(panel.dates)))
    )
    panel.check_assets_vary(need)
    estimate = partial(_fit_assets, X=panel.X, lags=L, min_obs=need)
    parts = on_workers(estimate, panel.Y, n_jobs)
    B, E, shares, nobs, exact = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
    collinear: Mask = (nobs >= need) & np.isnan(B[:, 0])
    _check_estimated(panel, nobs, collinear, exact, need)
    return PanelFit(
        params=pd.DataFrame(B, panel.assets, panel.coefficients),
        std_errors=pd.DataFrame(E, panel.assets, panel.coefficients),
        rsquared=pd.Series(shares, panel.assets, name="rsquared"),
        nobs=pd.Series(nobs, panel.assets, name="nobs"),
        hac_lags=L,
        min_obs=need,
        collinear=pd.Series(collinear, panel.assets, name="collinear"),
        sample=span(panel.dates),
        dropped=panel.dropped,
    )


def _check_estimated(
    panel: Panel, nobs: Counts, collinear: Mask, exact: Mask, min_obs: int
) -> None:
    """Raise `InputError` if no asset could be estimated, or one without an error term."""
    most = int(nobs.max())
    if most < min_obs:
        raise InputError(
            f"`returns` has no asset with {min_obs} complete rows; the fullest has {most} of the "
            f"dates {span(panel.dates)}. See whether `factors` have the same frequency."
        )
    if exact.any():
        names = listed(list(panel.assets[exact]))
        raise InputError(
            f"`returns` has columns that are exact linear combinations of the factors: {names}. "
            "No error is left to estimate from."
        )
    if collinear.sum() == (nobs >= min_obs).sum():
        raise InputError(
            f"`factors` {listed(list(panel.factors), 12)} are collinear on the rows of every "
            "asset. Leave one of them out."
        )


def _fit_assets(
    Y: Array, X: Array, lags: int, min_obs: int
) -> tuple[Array, Array, Array, Counts, Mask]:
    """Return coefficients and errors (N, k), R-squared, rows and whether the fit is exact (N,)."""
    N, k = Y.shape[1], X.shape[1]
    observed = ~(np.isnan(Y) | np.isnan(X).any(axis=1, keepdims=True))
    nobs = observed.sum(axis=0)
    B, E = np.full((N, k), np.nan), np.full((N, k), np.nan)
    R: Array = np.full(N, np.nan)
    exact: Mask = np.zeros(N, bool)
    groups = [assets for assets in with_equal_rows(observed) if nobs[assets[0]] >= min_obs]
    if few := [assets for assets in groups if len(assets) < ALIKE]:
        # A quarter at once: BLAS multiplies so few without threads, which on busy cores wait.
        for some in in_parts(np.concatenate(few), 4 * BUDGET * len(Y) // IN_CACHE):
            B[some], E[some], R[some] = _on_own_rows(Y[:, some], X, observed[:, some], lags)
    for assets in groups:
        assets = assets[np.isnan(E[assets, 0])]
        if len(assets) == 0:
            continue
        rows, T = observed[:, assets[0]], int(nobs[assets[0]])
        columns = factored(X[rows].T[None], 0)
        if columns.collinear[0]:
            continue
        P = columns.pseudo_inverse()[0]
        for some in in_parts(assets, BUDGET * T // IN_CACHE):
            y = Y[:, some] if rows.all() else Y[np.ix_(rows, some)]
            B[some], E[some], R[some], exact[some] = _newey_west(y, columns, P, lags)
    return B, E, R, nobs, exact


def _on_own_rows(Y: Array, X: Array, observed: Mask, lags: int) -> tuple[Array, Array, Array]:
    """Fit `Y` (T, n), each column on its own rows, by normal equations.

    NaN, for QR to answer, where ten digits are not sure: factors near collinear, residuals so small
    beside the returns that their differences have lost digits.
    """
    n, k = Y.shape[1], X.shape[1]
    x = np.where(np.isnan(X).any(axis=1), 0.0, X.T)
    there, y, gram = observed.astype(float), np.where(observed, Y, 0.0), np.empty((k, k, n))
    for j in range(k):
        gram[j:, j] = (x[j:] * x[j]) @ there
    L, safe = cholesky(gram)
    A, beta = inverse(L), solve(L, x @ y)
    with np.errstate(all="ignore"):  # squares of outliers overflow, which is not safe
        e = (y - x.T @ beta) * there
        left = (e**2).sum(axis=0)
        safe &= left > 1e-8 * (y**2).sum(axis=0)
        spread = ((y - y.sum(axis=0) / there.sum(axis=0)) ** 2 * there).sum(axis=0)
        shares = 1 - left / spread
    # Rows close up: those observed come first, in their order, and zeros after them.
    order = np.argsort(~observed.T, axis=1, kind="stable").T * n + np.arange(n)
    errors = np.empty((k, n))
    for j in range(k):
        h = (x.T @ A[j]) * e
        v = score_sums(h.ravel()[order].T, np.ones(1), lags)
        errors[j] = np.sqrt(np.einsum("nt,nt->n", v, v) / (lags + 1))
    return np.where(safe, beta, np.nan).T, np.where(safe, errors, np.nan).T, shares


def _newey_west(
    y: Array, columns: Factored, P: Array, lags: int
) -> tuple[Array, Array, Array, Mask]:
    """Fit complete `y` (T, n); P is (X'X)^-1 X'."""
    beta, e = columns.fit(y[None])
    errors = np.empty(beta[0].T.shape)
    for j, weights in enumerate(P):  # v of one coefficient, already times its row of (X'X)^-1
        v = score_sums(e[0].T, weights, lags)
        errors[:, j] = np.sqrt(np.einsum("nt,nt->n", v, v) / (lags + 1))
    with np.errstate(all="ignore"):  # squares of outliers overflow: nothing is known of them
        shares = 1 - (e[0] ** 2).sum(axis=0) / ((y - y.mean(axis=0)) ** 2).sum(axis=0)
    return beta[0].T, errors, shares, columns.is_exact(y[None], e)[0]
