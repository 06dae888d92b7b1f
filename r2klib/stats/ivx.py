"""IVX: a test of predictability that is valid whatever the persistence of the signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from r2klib.errors import InputError
from r2klib.stats._algebra import recursed
from r2klib.stats._align import align_series
from r2klib.stats._inputs import Array, span
from r2klib.stats._lstsq import factored
from r2klib.stats._result import Result
from r2klib.stats.chance import probability
from r2klib.stats.wald import wald_statistic


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class IVXTest(Result):
    """Instrumented predictive regression: slopes and Wald tests.

    Attributes
    ----------
    dependent : str
        Name of the return.
    params : Series (K,)
        IVX slopes, in units of y per unit of the signal.
    cov : DataFrame (K, K)
        Their covariance matrix.
    nobs : int
        Pairs of a signal and the return that follows it.
    sample : str
        Span of the rows.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> r2klib.stats.ivx_test(smb, smb.rename("last month")).params.round(2).to_dict()
    {'last month': 0.06}
    """

    dependent: str
    params: pd.Series
    cov: pd.DataFrame
    nobs: int
    sample: str

    #: The estimator, and what is tested, in words.
    method = "IVX, instrument persistence 1 - 1 / n^0.95, Bartlett long-run covariances n^(1/3)"
    null = "no signal foretells the return"

    _json = "dependent params nobs statistic df pvalue method null sample"

    @property
    def statistic(self) -> float:
        """Wald statistic of all slopes together."""
        return wald_statistic(self.params, self.cov)

    @property
    def df(self) -> int:
        """Degrees of freedom, the number of signals."""
        return len(self.params)

    @property
    def pvalue(self) -> float:
        """Upper tail of the chi-squared law."""
        return float(chdtrc(self.df, self.statistic))

    @property
    def title(self) -> str:
        """What was tested."""
        return f"IVX test of {self.dependent} on {', '.join(map(str, self.params.index))}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, joint test, method and null."""
        joint = f"{self.statistic:.4f}, chi-squared({self.df}), p {probability(self.pvalue, '.4f')}"
        return {"sample": self.sample, "Wald": joint, "method": self.method, "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return a row per signal: slope, standard error, its own Wald statistic and p-value."""
        errors = pd.Series(np.sqrt(np.diag(self.cov)), self.params.index)
        wald = (self.params / errors) ** 2
        columns = {"estimate": self.params, "std_error": errors, "wald": wald}
        return pd.DataFrame(columns).assign(pvalue=chdtrc(1, wald))


def ivx_test(y: object, X: object) -> IVXTest:
    r"""Test whether signals foretell a return, be they stationary, persistent or in between.

    .. math::

        \tilde z_t = R \tilde z_{t-1} + \Delta x_t, \quad R = 1 - n^{-0.95}, \qquad
        \tilde b = \Big(\sum \tilde z_{t-1} \underline x_{t-1}'\Big)^{-1}
                   \sum \tilde z_{t-1} \underline y_t

    with bars under demeaned series, and the covariance corrected for the demeaning:

    .. math::

        M = \hat\sigma_e^2 \sum \tilde z_{t-1} \tilde z_{t-1}' - n \bar z \bar z' \hat\Omega_{FM},
        \quad \hat\Omega_{FM} = \hat\sigma_e^2 - \hat\Omega_{eu} \hat\Omega_{uu}^{-1}
        \hat\Omega_{eu}'

    Parameters
    ----------
    y : Series (T,) or array
        One-period returns, any unit.
    X : DataFrame (T, K), Series or array
        Signals, dated when known. Row t of X meets row t + 1 of y; rows missing a value are
        dropped, and the rows around them count as neighbours.

    Returns
    -------
    IVXTest

    Raises
    ------
    InputError
        For fewer than 20 + K complete rows, constant or collinear signals, signals that follow
        exactly from the row before, an exact fit, nothing in common.

    References
    ----------
    Kostakis, Magdalinos and Stamatogiannis (2015), RFS 28, 1506-1553.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> market = data.factors("ff3")["Mkt-RF"]
    >>> test = r2klib.stats.ivx_test(market, data.series("GS10").reindex(market.index))
    >>> round(test.statistic, 1), round(test.pvalue, 1)
    (2.5, 0.1)
    """
    target, signals, _ = align_series(y, X, ("y", "X"))
    returns, x = target.to_numpy()[1:], signals.to_numpy()
    n, K = len(returns), x.shape[1]
    if n < 20 + K:
        raise InputError(f"`y` and `X` share {n + 1} complete rows; at least {21 + K} are needed.")
    if np.ptp(returns) == 0 or (np.ptp(x[:-1], axis=0) == 0).any():
        raise InputError("`y` or a column of `X` is constant on the rows used.")
    columns = factored(np.vstack([np.ones(n), x[:-1].T])[None], 0)
    if columns.collinear[0]:
        raise InputError("`X` is collinear: leave out a column that repeats the others.")
    next_row = returns[None, :, None]
    _, errors = columns.fit(next_row)
    if columns.is_exact(next_row, errors).any():
        raise InputError("`X` gives the next row of `y` exactly: no error is left to test with.")
    e = errors[0, :, 0]
    rho = (x[:-1] * x[1:]).sum(axis=0) / (x[:-1] ** 2).sum(axis=0)
    u = x[1:] - x[:-1] * rho
    size = np.linalg.norm(x[:-1] - x[:-1].mean(axis=0), axis=0)
    if np.linalg.matrix_rank(u / size, tol=1e-10) < K:
        raise InputError(
            "`X` has a column that follows exactly from the row before, as one that alternates "
            "does, or that moves as another: its innovations have no variance of their own. Leave "
            "it out."
        )
    # Instruments of orthonormal combinations of the signals; `back` leads to those of the signals.
    centred, back = columns.Q[0, :, 1:], columns.U[0, 1:, 1:]
    z = _instruments(np.diff(x, axis=0) @ back)
    bread = np.linalg.inv(z.T @ centred)
    b = bread @ (z.T @ (returns - returns.mean()))
    mean = z.mean(axis=0)
    M = (e @ e / n) * z.T @ z - n * np.outer(mean, mean) * _fully_modified(e, u)
    spread = back @ bread
    names = signals.columns
    return IVXTest(
        dependent=str(target.name),
        params=pd.Series(back @ b, names, name="estimate"),
        cov=pd.DataFrame(spread @ M @ spread.T, names, names),
        nobs=n,
        sample=span(signals.index[1:]),
    )


def _instruments(changes: Array) -> Array:
    """Mildly integrated instruments of the rows t - 1, from changes of the signals (n, K)."""
    n, K = changes.shape
    z = recursed(changes, 1 - n**-0.95, axis=0)
    return np.vstack([np.zeros((1, K)), z[:-1]])


def _fully_modified(e: Array, u: Array) -> float:
    """Part of the residual's variance that the signals' innovations leave in the long run."""
    n, K = u.shape
    u = np.linalg.qr(u / np.linalg.norm(u, axis=0))[0]  # any combinations of them leave the same
    past = np.zeros((n, K + 1))  # each row and those before it, by Bartlett's weights
    lags = int(n ** (1 / 3))
    for lag in range(lags + 1):
        past[lag:] += (1 - lag / (lags + 1)) * np.column_stack([u, e])[: n - lag]
    one_sided = u.T @ past / n
    lagged, cross = one_sided[:, :-1], one_sided[:, -1]
    long_run = lagged + lagged.T - u.T @ u / n
    return float(e @ e / n - cross @ np.linalg.solve(long_run, cross))
