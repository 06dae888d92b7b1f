"""Factor models: one asset on the factors (alpha, betas), many assets at once (GRS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from r2klib.errors import InputError
from r2klib.stats._align import align
from r2klib.stats._calendar import in_words, periods_a_year, periods_of
from r2klib.stats._inputs import as_series, listed, span, the_one, whole
from r2klib.stats._lstsq import factored
from r2klib.stats._models import Model, named, select_factors, take
from r2klib.stats._plausible import check_plausible
from r2klib.stats._result import Result
from r2klib.stats.regression import RegressionFit, ScalarFit, estimate
from r2klib.stats.transform import check_consecutive


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FactorFit(RegressionFit):
    """A factor regression: `RegressionFit` whose constant is the alpha.

    Attributes
    ----------
    model : str
        Name of the model, or the columns used.
    market : str
        The column whose lags `dimson_lags` counts.
    dimson_lags : int
        Lags of the market beside its current return.
    periods_per_year : int or None
        Turns alpha into `alpha_annual`; None where neither the dates nor the caller told it.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> fit = r2klib.factor_regression(F["SMB"], F[["Mkt-RF", "HML"]])
    >>> round(fit.rsquared, 2), fit.tstats.round(1).to_dict()
    (0.1, {'alpha': 0.7, 'Mkt-RF': 5.6, 'HML': 0.6})
    """

    model: str
    market: str
    dimson_lags: int
    periods_per_year: int | None

    _json = "model market dimson_lags periods_per_year alpha alpha_annual"

    @property
    def alpha(self) -> float:
        """The intercept, decimals per period."""
        return float(self.params["alpha"])

    @property
    def alpha_annual(self) -> float:
        """Alpha times `periods_per_year`: arithmetic, decimals a year; NaN where these are None."""
        return self.alpha * (np.nan if self.periods_per_year is None else self.periods_per_year)

    @property
    def dimson_beta(self) -> ScalarFit:
        """Sum of the market's coefficients over lags 0..k (Dimson 1979), with its standard error.

        For a test against another value than zero, `combine` the same coefficients.
        """
        if self.market not in self.params.index:
            raise InputError(f"The model {self.model} has no column {self.market!r} for `market`.")
        lags = range(self.dimson_lags + 1)
        return self.combine({_lag_name(self.market, k): 1.0 for k in lags}, "Dimson beta")

    @property
    def title(self) -> str:
        """What was regressed on which model."""
        return f"{self.dependent} on {self.model}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, fit, annual alpha, Dimson beta, method and null."""
        facts = super().facts
        year = {"alpha a year": f"{100 * self.alpha_annual:.2f} %"}
        extra = year if self.periods_per_year else {}
        extra["periods a year"] = in_words(self.periods_per_year)
        if self.dimson_lags:
            beta = self.dimson_beta
            extra["Dimson beta"] = f"{beta.value:.4f} (std. error {beta.std_error:.4f})"
        return facts | extra

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; residuals and fitted values are left out."""
        beta = self.dimson_beta.to_dict() if self.market in self.params.index else None
        return super().to_dict() | {"dimson_beta": beta}


def factor_regression(
    y: object,
    factors: object,
    model: Model = None,
    *,
    hac_lags: str | int | None = "auto",
    dimson_lags: int = 0,
    market: str = "Mkt-RF",
    periods_per_year: int | None = None,
    subtract_rf: bool = False,
    check_units: bool = True,
) -> FactorFit:
    r"""Regress a return on the factors of a model.

    .. math:: y_t = \alpha + \sum_f \beta_f F_{f,t}
              + \sum_{k=1}^{D} \beta_{M,-k} M_{t-k} + e_t

    with D = `dimson_lags` lags of the market M.

    Parameters
    ----------
    y : Series (T,) or array
        Excess return over the bill, or a long-short difference; decimals, any frequency but that
        of `factors`, sorted, one row per date. For a total return see `subtract_rf`.
    factors : DataFrame (T', K), Series or array
        Factor returns in decimals, in consecutive periods, matched by date; arrays by position.
        Ken French's names: "Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom", "RF".
    model : {"capm", "ff3", "carhart", "ff5", "ff6", "qmj"}, list of column names, or None
        See `MODELS`. None takes every column but "RF".
    hac_lags : {"auto"}, int or None
        As in `ols_hac`.
    dimson_lags : int
        Lags 1..k of the column `market` to add, for thinly traded assets (Dimson 1979). They are
        taken on the dates of `factors`, so a y that starts late loses nothing.
    market : str
        Which column is lagged.
    periods_per_year : int, optional
        By default as many as the dates say: 252 days, 52 weeks, 12 months, 4 quarters.
    subtract_rf : bool
        True if y is a total return: `factors["RF"]` is subtracted from it first.
    check_units : bool
        Refuse what looks like percent or is one period out of step, see Notes.

    Returns
    -------
    FactorFit
        Rows with a missing value in y or a used column are left out and counted in `dropped`.

    Raises
    ------
    InputError
        As `ols_hac`; also for factors the frame lacks, for monthly factors with a gap when lags are
        asked for, for `periods_per_year` against the dates, and for what `check_units` refuses.
    UnknownName
        For a model that does not exist.

    Notes
    -----
    Factors look like percent where half of the months exceed 0.29 (one over the square root of the
    periods a year; 12 where the dates do not tell), returns where they also move 15 times as much
    as the widest factor: a stock of beta 3 with 30 % of its own risk a month passes. Out of step is
    an asset of which the factors of the month before or after explain half, its own a tenth.

    References
    ----------
    Fama and French (1993), JFE 33, 3-56; (2015), JFE 116, 1-22. Carhart (1997), JF 52, 57-82.
    Dimson (1979), JFE 7, 197-226.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> small_value = data.frame("french.size_value")["S1V5"]["1990":]
    >>> fit = r2klib.factor_regression(small_value, data.factors("ff3"), "ff3", subtract_rf=True)
    >>> fit.params.round(2).to_dict()
    {'alpha': 0.0, 'Mkt-RF': 0.93, 'SMB': 1.0, 'HML': 0.71}
    >>> round(100 * fit.alpha_annual, 1)  # percent a year
    2.3
    """
    F = select_factors(factors, model)
    lags = whole(dimson_lags, "dimson_lags", 0)
    names = list(F.columns)
    F = _add_lags(F, market, lags)
    if subtract_rf:
        F = F.join(take(named(factors), ["RF"]))
    Y, X, dropped = align(y, F, ("y", "factors"))
    target = the_one(Y, "y")
    if check_units:
        check_plausible(Y, X if X.shape[1] == len(names) else X[names], ("y", "factors"))
    if subtract_rf:
        target -= X["RF"]  # in place, to keep the name
        X = X.drop(columns="RF")
    fit = estimate(target, X, dropped, hac_lags, "alpha", ("y", "factors"))
    columns = ", ".join(map(str, names))
    only_in_y, _, missing = dropped
    own = target if only_in_y == missing == 0 else as_series(y, "y").dropna()
    return FactorFit(
        **vars(fit),
        model=f"{model.lower()} ({columns})" if isinstance(model, str) else columns,
        market=market,
        dimson_lags=lags,
        periods_per_year=periods_a_year(own.index, periods_per_year, "y"),
    )


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class GRSTest(Result):
    """The finite-sample F test that all alphas are zero.

    Attributes
    ----------
    statistic, pvalue : float
        F and its upper tail.
    df : tuple of int
        N and T - N - K.
    alpha : Series (N,)
        Intercepts, decimals per period.
    nobs : int
        Common complete periods, T.
    factors : tuple of str
        The K factors.
    sample : str
        Span of those periods.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> test = r2klib.grs_test(F[["SMB", "HML"]], F["Mkt-RF"])
    >>> (1200 * test.alpha).round(1).to_dict(), test.pvalue < 0.01  # percent a year
    ({'SMB': 1.0, 'HML': 3.2}, False)
    """

    statistic: float
    pvalue: float
    df: tuple[int, int]
    alpha: pd.Series
    nobs: int
    factors: tuple[str, ...]
    sample: str

    _json = "statistic pvalue df nobs factors sample alpha method null"

    @property
    def null(self) -> str:
        """What is tested, in words."""
        return f"the alphas of all {self.df[0]} assets are zero"

    @property
    def method(self) -> str:
        """The law of the statistic, in words."""
        return f"Gibbons-Ross-Shanken F({self.df[0]}, {self.df[1]}), exact for normal residuals"

    @property
    def title(self) -> str:
        """The test and its model."""
        return f"GRS test of {', '.join(self.factors)}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, method and null."""
        return {"sample": self.sample, "method": self.method, "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return one row: F and p-value."""
        return pd.DataFrame({"F": [self.statistic], "pvalue": [self.pvalue]}, index=["GRS"])


def grs_test(
    assets: pd.DataFrame,
    factors: pd.DataFrame | pd.Series,
    model: Model = None,
    *,
    subtract_rf: bool = False,
    check_units: bool = True,
) -> GRSTest:
    r"""Test that a factor model prices all assets, exactly in finite samples.

    .. math:: F = \frac{T-N-K}{N} \;
              \frac{\hat\alpha' \hat\Sigma^{-1} \hat\alpha}
                   {1 + \bar f' \hat\Omega^{-1} \bar f} \sim F_{N,\,T-N-K}

    with :math:`\hat\Sigma` the residual and :math:`\hat\Omega` the factor covariance, both over T.

    Parameters
    ----------
    assets : DataFrame (T, N)
        Excess returns, decimals. Only dates complete in all assets and factors are used.
    factors : DataFrame (T', K)
        Traded factors, decimals.
    model, check_units : as in `factor_regression`
    subtract_rf : bool
        True if the assets are total returns: `factors["RF"]` is subtracted from each first.

    Returns
    -------
    GRSTest

    Raises
    ------
    InputError
        If T - N - K < 1, the assets or the factors are linearly dependent, nothing aligns, the
        frequencies are unlike, or for what `check_units` refuses.
    UnknownName
        For a model that does not exist.

    References
    ----------
    Gibbons, Ross and Shanken (1989), Econometrica 57, 1121-1152.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> factors = data.factors("carhart")["1990":]
    >>> industries = data.frame("french.industries12")
    >>> test = r2klib.grs_test(industries, factors, "carhart", subtract_rf=True)
    >>> test.df, round(test.statistic, 1)
    ((12, 311), 3.6)
    """
    F = select_factors(factors, model)
    chosen = list(F.columns)
    if subtract_rf:
        F = F.join(take(named(factors), ["RF"]))
    R, F, _ = align(assets, F, ("assets", "factors"))
    if check_units:
        check_plausible(R, F[chosen], ("assets", "factors"))
    if subtract_rf:
        R, F = R.sub(F["RF"], axis="index"), F[chosen]
    (T, N), K = R.shape, F.shape[1]
    if T - N - K < 1:
        raise InputError(
            f"Too few observations in `assets` and `factors`: the test needs T > N + K; it has "
            f"T = {T} complete common dates, N = {N} assets, K = {K} factors."
        )
    X, Y = np.vstack([np.ones(T), F.to_numpy().T]), R.to_numpy()
    columns = factored(X[None], 0)
    for name, known in (("factors", columns), ("assets", factored(np.vstack([X, Y.T])[None], 0))):
        if known.collinear[0]:
            raise InputError(f"`{name}` are linearly dependent (on each other or on the factors).")
    B, e = (part[0] for part in columns.fit(Y[None]))
    alpha = B[0]
    # With e = QR, alpha' (e'e)^-1 alpha is |R'^-1 alpha|^2; the first row of (X'X)^-1 X' has the
    # squared length (1 + f' Omega^-1 f) / T.
    sizes = np.linalg.norm(e, axis=0)
    mispricing = np.linalg.solve(np.linalg.qr(e / sizes)[1].T, alpha / sizes)
    weights = columns.pseudo_inverse()[0, 0]
    statistic = (T - N - K) / N * (mispricing @ mispricing) / (weights @ weights)
    return GRSTest(
        statistic=float(statistic),
        pvalue=float(fdtrc(N, T - N - K, statistic)),
        df=(N, T - N - K),
        alpha=pd.Series(alpha, R.columns, name="alpha"),
        nobs=T,
        factors=tuple(str(name) for name in F.columns),
        sample=span(R.index),
    )


def _add_lags(F: pd.DataFrame, market: str, lags: int) -> pd.DataFrame:
    if lags == 0:
        return F
    if market not in F.columns:
        raise InputError(
            f"`dimson_lags` needs the column {market!r} in the model; it has "
            f"{listed(list(F.columns), 12)}. Name the market's column with `market`."
        )
    if periods_of(F.index) == 12:
        check_consecutive(F.index, "factors")
    lagged = {_lag_name(market, k): F[market].shift(k) for k in range(1, lags + 1)}
    return F.assign(**lagged)


def _lag_name(market: str, k: int) -> str:
    return market if k == 0 else f"{market} lag {k}"
