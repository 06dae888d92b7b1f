"""Least squares with Newey-West errors: the regression under every link between two series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from r2klib.errors import InputError
from r2klib.stats._align import align_series, lost_in_words
from r2klib.stats._inputs import LEVEL, Array, as_table, fraction, listed, span
from r2klib.stats._lstsq import Factored, independent
from r2klib.stats._result import Result, plain
from r2klib.stats.hac import errors_in_words, resolve_lags, score_sums
from r2klib.stats.wald import FTest, wald


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ScalarFit(Result):
    """One estimated number with a Student-t law: a mean, a difference, a sum of coefficients.

    Attributes
    ----------
    name : str
        What the number is.
    value, std_error : float
        In the units of the data.
    df : int
        Degrees of freedom of the t law, observations minus parameters.
    nobs : int
        Observations used.
    hac_lags : int or None
        Newey-West lags; None means classical errors.
    method, null : str
        How it was estimated and what `pvalue` tests, in words.

    Examples
    --------
    >>> fit = r2klib.hac_mean(r2klib.load("sample").factors("ff3")["SMB"])
    >>> round(fit.one_sided(0.0)[0], 3)  # p of "small did not lead"
    0.021
    """

    name: str
    value: float
    std_error: float
    df: int
    nobs: int
    hac_lags: int | None
    method: str
    null: str

    _json = "name value std_error tstat pvalue df nobs hac_lags method null"

    @property
    def tstat(self) -> float:
        """Value over standard error."""
        return self.value / self.std_error

    @property
    def pvalue(self) -> float:
        """Two-sided p-value of the null."""
        return float(2 * stdtr(self.df, -abs(self.tstat)))

    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the value is b" against larger ones, and against smaller ones."""
        t = (self.value - b) / self.std_error
        return float(stdtr(self.df, -t)), float(stdtr(self.df, t))

    def conf_int(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the interval that leaves (1 - level) / 2 outside on each side."""
        reach = float(t_quantile(level, self.df)) * self.std_error
        return self.value - reach, self.value + reach

    @property
    def title(self) -> str:
        """The name of the number."""
        return self.name

    @property
    def facts(self) -> dict[str, str]:
        """Sample size, method and null."""
        return {"sample": f"{self.nobs} observations", "method": self.method, "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return one row: estimate, std_error, tstat, pvalue, lower and upper (90 %)."""
        lower, upper = self.conf_int()
        row = [self.value, self.std_error, self.tstat, self.pvalue, lower, upper]
        return pd.DataFrame([row], index=[self.name], columns=_COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return super().to_dict() | {"conf_int": self.conf_int()}


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class RegressionFit(Result):
    """A least-squares regression, complete once constructed.

    Attributes
    ----------
    dependent : str
        Name of the dependent variable.
    params : Series (K,)
        Coefficients, labelled by regressor.
    cov : DataFrame (K, K)
        Their covariance matrix.
    resids, fitted : Series (T,)
        On the dates used.
    rsquared, rsquared_adj : float
        Centred if the regressors hold a constant.
    hac_lags : int or None
        Newey-West lags used; 0 is White, None classical errors.
    dropped : Series of int
        Rows lost to missing dates and missing values.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> fit = r2klib.ols_hac(F["HML"], F[["Mkt-RF", "SMB"]])
    >>> fit.conf_int(0.90).loc["SMB"].round(2).tolist()
    [-0.1, 0.22]
    """

    dependent: str
    params: pd.Series
    cov: pd.DataFrame
    resids: pd.Series
    fitted: pd.Series
    rsquared: float
    rsquared_adj: float
    hac_lags: int | None
    dropped: pd.Series

    #: What the p-values test, in words.
    null = "each coefficient is zero (two-sided)"
    _json = (
        "dependent params std_errors tstats pvalues nobs df rsquared rsquared_adj hac_lags dropped "
        "method null"
    )

    @property
    def nobs(self) -> int:
        """Observations used, T."""
        return len(self.resids)

    @property
    def df(self) -> int:
        """Degrees of freedom of the t law, T - K."""
        return self.nobs - len(self.params)

    @property
    def std_errors(self) -> pd.Series:
        """Standard errors of the coefficients."""
        return self._labelled("std_error", self._errors())

    @property
    def tstats(self) -> pd.Series:
        """Coefficients over standard errors."""
        return self._labelled("tstat", self.params.to_numpy() / self._errors())

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values from Student's t with `df` degrees of freedom."""
        params = self.params.to_numpy()
        return self._labelled(
            "pvalue", 2 * stdtr(self.nobs - len(params), -np.abs(params / self._errors()))
        )

    def _errors(self) -> Array:
        return np.asarray(np.sqrt(np.diag(self.cov.to_numpy())))

    def _labelled(self, name: str, values: Array) -> pd.Series:
        return pd.Series(values, self.params.index, name=name)

    def conf_int(self, level: float = LEVEL) -> pd.DataFrame:
        """Return the columns lower and upper, with (1 - level) / 2 outside on each side."""
        reach = t_quantile(level, self.df) * self._errors()
        return pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})

    def combine(
        self, weights: Mapping[str, float], name: str | None = None, null: float = 0.0
    ) -> ScalarFit:
        """Return the linear combination w'b - `null` of the coefficients, with its standard error.

        Parameters
        ----------
        weights : mapping
            Weight of each coefficient; those left out weigh nothing.
        name : str, optional
            What the combination is called; by default its terms: ``"Mkt-RF - 2 SMB"``.
        null : float
            Value under the null hypothesis, subtracted: 1 for "the beta is one".

        Raises
        ------
        InputError
            If there are no weights, or they name coefficients that the regression does not have.
        """
        if not isinstance(weights, Mapping):
            raise InputError(
                f"`weights` must map names of coefficients to numbers; it is {weights!r}."
            )
        if not weights:
            raise InputError("`weights` is empty; name a coefficient or more.")
        if unknown := [label for label in weights if label not in self.params.index]:
            raise InputError(
                f"`weights` names {listed(unknown)}; the coefficients are "
                f"{listed(list(self.params.index), 12)}."
            )
        w = pd.Series(weights, dtype=float).reindex(self.params.index, fill_value=0.0)
        if name is None:
            name = _terms(weights) + (f" less {null:g}" if null else "")
        return ScalarFit(
            name=name,
            value=float(w.to_numpy() @ self.params.to_numpy()) - null,
            std_error=float(np.sqrt(w.to_numpy() @ self.cov.to_numpy() @ w.to_numpy())),
            df=self.df,
            nobs=self.nobs,
            hac_lags=self.hac_lags,
            method=self.method,
            null=f"{name} is zero (two-sided)",
        )

    def predict(self, X: pd.DataFrame) -> pd.Series:
        """Return what the coefficients expect at rows of regressors.

        Parameters
        ----------
        X : DataFrame (M, K)
            The regressors by their names, without the constant; other columns are left out.

        Returns
        -------
        Series (M,)
            NaN where a regressor is missing.

        Raises
        ------
        InputError
            For a regressor that it lacks.
        """
        b = self.params.drop(["const", "alpha"], errors="ignore")
        if lacking := [name for name in b.index if name not in as_table(X, "X").columns]:
            raise InputError(
                f"`X` lacks {listed(lacking)}; the regression has {listed(list(b.index), 12)}."
            )
        constant = float(self.params.sum() - b.sum()) if len(b) < len(self.params) else 0.0
        return (X[list(b.index)] @ b + constant).rename(self.dependent)

    def f_test(self, coefficients: Sequence[object] | None = None) -> FTest:
        """Test that several coefficients are all zero, with the errors of this regression.

        Parameters
        ----------
        coefficients : name or sequence of names, optional
            By default all but the constant ("const" or "alpha").

        Returns
        -------
        FTest
            F with as many degrees of freedom as coefficients, and `df`.

        Raises
        ------
        InputError
            If none is named, or one that the regression does not have.
        """
        names = list(self.params.index.drop(["const", "alpha"], errors="ignore"))
        if coefficients is not None:
            one = isinstance(coefficients, str) or not isinstance(coefficients, Iterable)
            names = [coefficients] if one else list(dict.fromkeys(coefficients))
        if unknown := [name for name in names if name not in self.params.index]:
            raise InputError(
                f"`coefficients` names {listed(unknown)}; expected some of "
                f"{listed(list(self.params.index), 12)}."
            )
        if not names:
            raise InputError("`coefficients` names none; expected one or more to test.")
        b, V = self.params[names], self.cov.loc[names, names]
        return wald(b, V, self.df, errors_in_words(self.hac_lags))

    @property
    def method(self) -> str:
        """The estimator and the law of its t statistics, in words."""
        return f"OLS, {errors_in_words(self.hac_lags)}, Student t with {self.df} d.o.f."

    @property
    def title(self) -> str:
        """What was regressed on what."""
        return f"Regression of {self.dependent}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, fit, method and null."""
        return {
            "sample": span(self.resids.index),
            "dropped": lost_in_words(self.dropped),
            "R-squared": f"{self.rsquared:.4f} (adjusted {self.rsquared_adj:.4f})",
            "method": f"{self.method}; intervals of {100 * LEVEL:g} %",
            "null": self.null,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row per coefficient: estimate, std_error, tstat, pvalue, lower, upper (90 %)."""
        columns = [self.params, self.std_errors, self.tstats, self.pvalues]
        return pd.concat(columns, axis=1).join(self.conf_int())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; residuals and fitted values are left out."""
        first, last = self.resids.index[[0, -1]]
        return super().to_dict() | {"first": plain(first), "last": plain(last)}


def ols_hac(
    y: object, X: object, hac_lags: str | int | None = "auto", *, add_constant: bool = True
) -> RegressionFit:
    r"""Regress y on X by least squares with heteroskedasticity- and autocorrelation-robust errors.

    .. math::

        y_t = a + x_t' b + e_t, \qquad
        V = (X'X)^{-1} \Big( \sum_{|j| \le L} (1 - \tfrac{|j|}{L+1})
            \sum_t h_t h_{t-j}' \Big) (X'X)^{-1}, \qquad h_t = x_t \hat e_t

    Parameters
    ----------
    y : Series (T,) or array
        Dependent variable, any frequency and unit, sorted, one row per date.
    X : DataFrame (T, K), Series or array
        Regressors. Matched to y by date; arrays by position.
    hac_lags : {"auto"}, int or None
        Newey-West lags L; "auto" is the plug-in rule of `newey_west_lags`, 0 gives White's errors,
        None the classical ones.
    add_constant : bool
        Put a column "const" first.

    Returns
    -------
    RegressionFit
        No small-sample correction of the covariance; p-values and intervals from Student's t with
        T - K degrees of freedom.

    Raises
    ------
    InputError
        No common dates, duplicate or unsorted dates, infinite or all-missing columns, fewer than
        K + 2 complete rows, a constant y or regressor, collinear regressors (named), an exact fit.

    Notes
    -----
    A row with a missing value is dropped and counted in `dropped`; the rows around it then count
    as neighbours in the autocovariances.

    Units and levels of the columns cost no digits: they are centred and factored by QR, and the
    answer is refined where they are nearly collinear. Columns count as collinear from 1e-9 of their
    spread. "auto" looks at :math:`x_t \hat e_t` with x as given: another unit does not move the
    lags, another origin of x can.

    References
    ----------
    Newey and West (1987), Econometrica 55, 703-708; (1994), Review of Economic Studies 61, 631-653.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")["1990":]
    >>> fit = r2klib.ols_hac(factors["SMB"], factors[["Mkt-RF"]], hac_lags=6)
    >>> fit.params.round(3).to_dict()
    {'const': 0.0, 'Mkt-RF': 0.169}
    >>> bool(fit.pvalues["Mkt-RF"] < 0.05)
    True
    """
    target, regressors, dropped = align_series(y, X, ("y", "X"))
    const = "const" if add_constant else None
    return estimate(target, regressors, dropped, hac_lags, const, ("y", "X"))


def estimate(
    y: pd.Series,
    X: pd.DataFrame,
    dropped: pd.Series,
    hac_lags: str | int | None,
    const: str | None,
    names: tuple[str, str],
) -> RegressionFit:
    """Fit aligned, complete data; `names` are the caller's arguments, for messages."""
    T, K = len(X), X.shape[1] + (const is not None)
    if T < K + 2:
        both = " and ".join(f"`{name}`" for name in dict.fromkeys(names))
        raise InputError(
            f"Too few observations in {both}: "
            f"{T} complete row{'' if T == 1 else 's'} for {K} coefficients; at least {K + 2} are "
            f"needed. Rows lost: {dropped.to_dict()}."
        )
    if const is not None:
        X = with_constant(X, const, names[1])
    if np.ptp(y.to_numpy()) == 0:
        raise InputError(f"`{names[0]}` is constant, {y.iloc[0]:zg}, on the {T} rows used.")
    columns, values = independent(X, names[1]), y.to_numpy()
    target = values[None, :, None]
    beta, errors = columns.fit(target)
    if columns.is_exact(target, errors).any():
        raise InputError(
            f"`{names[0]}` is an exact linear combination of {listed(list(X.columns))}: no error "
            "is left to estimate from. Is it one of the regressors?"
        )
    e = errors[0, :, 0]
    lags = resolve_lags(hac_lags, X.to_numpy() * e[:, None])
    rsquared, constants = _explained(values, e, columns)
    return RegressionFit(
        dependent=str(y.name),
        params=pd.Series(beta[0, :, 0], X.columns, name="estimate"),
        cov=pd.DataFrame(_covariance(columns, e, lags), X.columns, X.columns),
        resids=pd.Series(e, y.index, name="resids"),
        fitted=pd.Series(values - e, y.index, name="fitted"),
        rsquared=rsquared,
        rsquared_adj=1 - (1 - rsquared) * (T - constants) / (T - K),
        hac_lags=lags,
        dropped=dropped,
    )


def _terms(weights: Mapping[str, float]) -> str:
    """A linear combination in words: "Mkt-RF - 2 SMB"."""
    signed = (
        f"{'-' if w < 0 else '+'} {'' if abs(w) == 1 else f'{abs(w):g} '}{name}"
        for name, w in weights.items()
    )
    return " ".join(signed).removeprefix("+ ")


def _covariance(columns: Factored, e: Array, lags: int | None) -> Array:
    """Newey-West covariance of the coefficients, or the classical one without lags."""
    P = columns.pseudo_inverse()[0]
    if lags is None:
        return np.asarray(P @ P.T * (e @ e / (len(e) - len(P))))
    v = score_sums(e, P, lags)
    return np.asarray(v @ v.T / (lags + 1))


def _explained(y: Array, e: Array, columns: Factored) -> tuple[float, int]:
    """Return R-squared and the constants among the columns, one or none.

    Columns that add up to a constant, such as a dummy for each of two regimes, hold one.
    """
    constant = columns.constant is not None
    if not constant:
        _, rest = columns.fit(np.ones((1, len(y), 1)))
        constant = bool(np.abs(rest).max() <= 1e-10)
    if constant:
        y = y - y.mean()
        y = y - y.mean()  # the mean of a far level is itself rounded
    return float(1 - (e @ e) / (y @ y)), int(constant)


def with_constant(X: pd.DataFrame, const: str, name: str) -> pd.DataFrame:
    """Put a column of ones before the others, or raise `InputError` where one is there already."""
    if const in list(X.columns):  # asked of an index it would build a table first
        raise InputError(f"`{name}` has a column {const!r} already; rename it or drop it.")
    values = X.to_numpy()
    if (still := np.ptp(values, axis=0) == 0).any():
        raise InputError(
            f"`{name}` has columns that are constant on the {len(X)} rows used: "
            f"{listed(list(X.columns[still]))}. The regression adds its own constant."
        )
    values = np.column_stack([np.ones(len(X)), values])
    return pd.DataFrame(values, X.index, X.columns.insert(0, const))


def t_quantile(level: float, df: int | NDArray[np.int64]) -> Any:
    """Return how many standard errors the interval of `level` reaches, to either side."""
    return -stdtrit(df, (1 - fraction(level, "level")) / 2)


_COLUMNS = ["estimate", "std_error", "tstat", "pvalue", "lower", "upper"]
