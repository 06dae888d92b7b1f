"""Factor regressions in rolling and expanding windows, for one asset or thousands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from r2klib.errors import InputError
from r2klib.stats._align import lost_in_words
from r2klib.stats._inputs import Array, listed, span, whole
from r2klib.stats._models import Model, named, take
from r2klib.stats._panels import (
    ALPHA,
    Panel,
    PanelResult,
    few_names,
    law_of,
    on_workers,
    panel_of,
)
from r2klib.stats._result import plain
from r2klib.stats._windows import WindowFits, fit_windows, shares_explained


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class RollingFit(PanelResult):
    """Factor regressions in W windows of N assets on K factors, complete once constructed.

    Attributes
    ----------
    alpha : DataFrame (W, N)
        Intercepts, decimals per period; rows are window ends.
    betas : DataFrame (W, K * N)
        Slopes; columns (factor, asset).
    nobs : DataFrame of int (W, N)
        Complete rows of each window. Where fewer than `min_obs`, the estimates are NaN.
    std_errors : DataFrame (W, (1 + K) * N) or None
        Classical standard errors; columns (coefficient, asset), with "alpha" first.
    collinear : Series of int (N,)
        Windows of each asset with enough rows that are NaN because their factors are collinear.
    window : int or None
        Rows of a window; None if it expands.
    min_obs : int
        Complete rows that an estimate takes.
    dropped : Series of int
        Dates before or after the span that returns and factors both cover.
    returns, regressors : DataFrame (T, N), (T, K)
        What was regressed on what: excess returns and factors, NaN where missing.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> fit = r2klib.rolling_factor_regression(F["SMB"], F["Mkt-RF"], window=120)
    >>> fit.betas["Mkt-RF"]["SMB"].iloc[[119, -1]].round(2).tolist()
    [0.37, 0.2]
    """

    alpha: pd.DataFrame
    betas: pd.DataFrame
    nobs: pd.DataFrame
    std_errors: pd.DataFrame | None
    collinear: pd.Series
    window: int | None
    min_obs: int
    dropped: pd.Series
    returns: pd.DataFrame
    regressors: pd.DataFrame

    @property
    def params(self) -> pd.DataFrame:
        """Alpha and betas (W, (1 + K) * N): columns (coefficient, asset), "alpha" first."""
        return self.to_frame()

    @property
    def tstats(self) -> pd.DataFrame:
        """Coefficients over their classical standard errors, shaped as `params`."""
        if self.std_errors is None:
            raise InputError("There are no standard errors. Ask for them: `std_errors=True`.")
        return self.params / self.std_errors

    @property
    def pvalues(self) -> pd.DataFrame:
        """Two-sided p-values from Student's t with each window's degrees of freedom."""
        size, K = self.tstats.abs(), len(self.factors)
        df = np.tile(self.nobs.to_numpy() - K - 1, K + 1)
        return pd.DataFrame(2 * stdtr(df, -size.to_numpy()), size.index, size.columns)

    @property
    def rsquared(self) -> pd.DataFrame:
        """Share of variance explained in each window (W, N), NaN where there is no estimate."""
        X = np.column_stack([np.ones(len(self.regressors)), self.regressors])
        B = self.params.to_numpy().reshape(len(self.alpha), X.shape[1], -1)
        ends = self.regressors.index.get_indexer(self.alpha.index)
        window = len(X) if self.window is None else self.window
        found = shares_explained(self.returns.to_numpy(), X, B, ends, window)
        return pd.DataFrame(found, self.alpha.index, self.alpha.columns)

    @property
    def resids(self) -> pd.DataFrame:
        """Residual of the last row of each window (W, N), by the window's own estimate."""
        ends = self.alpha.index
        return self.returns.loc[ends] - self._expected(
            np.arange(len(ends)), self.regressors.loc[ends]
        )

    def predict(self, factors: pd.DataFrame | None = None) -> pd.DataFrame:
        """Expected returns given the factors, by the last window that ended before each date.

        Parameters
        ----------
        factors : DataFrame (M, K), optional
            Columns as `factors` names them, other ones are left out; by default those that were
            regressed on.

        Returns
        -------
        DataFrame (M, N)
            Alpha and betas times the factors. NaN before the first window's end, where that window
            has no estimate, and where a factor is missing.

        Raises
        ------
        InputError
            For factors that lack a column.
        """
        F = self.regressors if factors is None else take(named(factors), list(self.factors))
        if type(F.index) is not type(self.alpha.index):
            raise InputError(
                f"`factors` must carry what the windows do, a {type(self.alpha.index).__name__}; "
                f"it carries a {type(F.index).__name__}."
            )
        return self._expected(self.alpha.index.searchsorted(F.index) - 1, F)

    def _expected(self, windows: NDArray[np.intp], F: pd.DataFrame) -> pd.DataFrame:
        """What the estimates of `windows` (-1: none) expect at the rows of `F`."""
        K, N = len(self.factors), self.alpha.shape[1]
        betas = self.betas.to_numpy().reshape(-1, K, N)[windows]
        found = self.alpha.to_numpy()[windows] + np.einsum("tk,tkn->tn", F.to_numpy(float), betas)
        found[windows < 0] = np.nan
        return pd.DataFrame(found, F.index, self.alpha.columns)

    @property
    def factors(self) -> pd.Index:
        """Names of the factors."""
        return self.betas.columns.unique(0)

    @property
    def title(self) -> str:
        """What was regressed on what, in which windows."""
        kind = "expanding windows" if self.window is None else f"windows of {self.window} rows"
        return f"{few_names(self.alpha.columns)} on {few_names(self.factors, 12)}, {kind}"

    @property
    def facts(self) -> dict[str, str]:
        """Window ends, how many were estimated and why the others were not, method."""
        short = int((self.nobs.to_numpy() < self.min_obs).sum())
        collinear = int(self.collinear.sum())
        return {
            "window ends": span(self.alpha.index),
            "estimated": f"{self.alpha.size - short - collinear} of {self.alpha.size}; not: "
            f"{short} with fewer than {self.min_obs} complete rows, {collinear} with collinear "
            "factors",
            "dropped": lost_in_words(self.dropped),
            "method": "OLS on each window's own complete rows"
            + ("" if self.std_errors is None else ", classical standard errors"),
        }

    def describe(self) -> pd.DataFrame:
        """Return a row per coefficient: how it spreads over windows and assets, and where it ends.

        Columns: mean, std, 5 %, median, 95 %, and the median of the last window end.
        """
        parts = {ALPHA: self.alpha} | {str(name): _of(self.betas, name) for name in self.factors}
        table = pd.DataFrame({name: law_of(frame) for name, frame in parts.items()}).T
        table["last median"] = [frame.iloc[-1].median() for frame in parts.values()]
        return table

    def plot(self, coefficient: object = None, **how: Any) -> Any:
        """Draw the estimates over the window ends, a line per asset.

        Parameters
        ----------
        coefficient : str, optional
            "alpha" or a factor; without it all of them, beneath each other.
        **how
            For pandas' `plot`, such as ``ax`` or ``figsize``.

        Returns
        -------
        matplotlib Axes, or an array of them
            In the style that matplotlib has been given.

        Raises
        ------
        InputError
            If there is no such coefficient.
        """
        frames = {ALPHA: self.alpha} | {name: _of(self.betas, name) for name in self.factors}
        if coefficient is not None and coefficient not in frames:
            raise InputError(
                f"`coefficient` is {coefficient!r}; expected one of {listed(list(frames), 12)}."
            )
        if coefficient is not None:
            return frames[coefficient].plot(ylabel=str(coefficient), **how)
        lines = pd.concat({str(name): frame for name, frame in frames.items()}, axis=1)
        lines.columns = pd.Index([": ".join(map(str, pair)) for pair in lines.columns])
        groups = [tuple(f"{name}: {asset}" for asset in self.alpha) for name in frames]
        return lines.plot(subplots=groups, sharex=True, **how)

    def to_frame(self) -> pd.DataFrame:
        """Return alpha and betas: a row per window end, columns (coefficient, asset)."""
        return pd.concat([pd.concat({ALPHA: self.alpha}, axis=1), self.betas], axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: by coefficient and asset, a list along `window_ends`."""
        return {
            "window": self.window,
            "min_obs": self.min_obs,
            "window_ends": [plain(end) for end in self.alpha.index],
            "alpha": plain(self.alpha.to_dict(orient="list")),
            "betas": _lists_by_name(self.betas),
            "nobs": plain(self.nobs.to_dict(orient="list")),
            "std_errors": None if self.std_errors is None else _lists_by_name(self.std_errors),
            "collinear": plain(self.collinear),
            "dropped": plain(self.dropped),
        }


def rolling_factor_regression(
    returns: object,
    factors: object,
    model: Model = None,
    *,
    window: int,
    min_obs: int | None = None,
    std_errors: bool = False,
    subtract_rf: bool = False,
    check_units: bool = True,
    n_jobs: int | None = None,
) -> RollingFit:
    r"""Regress every asset on the factors in every window of `window` rows.

    .. math:: y_{i,s} = \alpha_{i,t} + \beta_{i,t}' f_s + e_{i,s}, \qquad t - w < s \le t

    Parameters
    ----------
    returns : DataFrame (T, N), Series or array
        Excess returns in decimals, an asset per column; any frequency, sorted, one row per date.
    factors : DataFrame (T', K), Series or array
        Factor returns in decimals, matched by date; arrays by position.
    model : {"capm", "ff3", "carhart", "ff5", "ff6", "qmj"}, list of column names, or None
        See `MODELS`. None takes every column but "RF".
    window : int
        Rows of a window, w: 60 for five years of months.
    min_obs : int, optional
        Complete rows that a window needs for an estimate, at least K + 2; by default all of them.
        The first window ends at row `min_obs`.
    std_errors : bool
        Estimate classical standard errors too.
    subtract_rf : bool
        True if the returns are total returns: `factors["RF"]` is subtracted from each first.
    check_units : bool
        Refuse what looks like percent or is one period out of step, see `factor_regression`.
    n_jobs : int, optional
        Workers for joblib, each with its share of the assets; -1 is every core. By default those
        of an enclosing `joblib.parallel_config`, such as a Dask cluster's, else none.

    Returns
    -------
    RollingFit

    Raises
    ------
    InputError
        No common dates; duplicate or unsorted dates; infinite or all-missing columns; a window
        longer than the sample; an asset with `min_obs` equal returns and no other; factors
        constant or collinear over the sample or in every window; no window with `min_obs` rows;
        unlike frequencies; factors the frame lacks; what `check_units` refuses.
    UnknownName
        For a model that does not exist.

    Notes
    -----
    A row is complete for an asset if neither its return nor any factor is missing. A window is
    estimated on its own complete rows alone: nothing is carried forward, and what has left the
    window leaves no trace. Dates that either argument has inside the span both cover count as rows
    of the window, so that w rows are w periods. A window whose factors are collinear is NaN and
    counted in `collinear`.

    Normal equations, solved for all windows and assets at once, where the factors' correlation
    determinant keeps 12 digits; where it does not, Householder QR of the window's centred rows,
    refined where they are nearly collinear.

    References
    ----------
    Fama and MacBeth (1973), Journal of Political Economy 81, 607-636 (five-year rolling betas).
    Golub and Van Loan (2013), Matrix Computations, section 5.3 (normal equations against QR).

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> portfolios = data.frame("french.size_value")[["S1V1", "S5V5"]]["1990":]
    >>> fit = r2klib.rolling_factor_regression(
    ...     portfolios, data.factors("ff3"), "ff3", window=60, subtract_rf=True
    ... )
    >>> fit.betas["SMB"].iloc[-1].round(2).to_dict()
    {'S1V1': 1.39, 'S5V5': 0.13}
    >>> fit.rsquared.median().round(2).to_dict()
    {'S1V1': 0.9, 'S5V5': 0.84}
    """
    panel = panel_of(returns, factors, model, subtract_rf=subtract_rf, check_units=check_units)
    T = len(panel.dates)
    w = whole(window, "window", panel.least)
    if w > T:
        raise InputError(
            f"`window` is {w} rows, longer than the sample: `returns` and `factors` share "
            f"{span(panel.dates)}."
        )
    need = w if min_obs is None else whole(min_obs, "min_obs", panel.least, w)
    return _fit(panel, w, need, std_errors, n_jobs, expanding=False)


def expanding_factor_regression(
    returns: object,
    factors: object,
    model: Model = None,
    *,
    min_obs: int,
    std_errors: bool = False,
    subtract_rf: bool = False,
    check_units: bool = True,
    n_jobs: int | None = None,
) -> RollingFit:
    r"""Regress every asset on the factors from the first row to every later one.

    .. math:: y_{i,s} = \alpha_{i,t} + \beta_{i,t}' f_s + e_{i,s}, \qquad s \le t

    Parameters
    ----------
    returns, factors, model, std_errors, subtract_rf, check_units, n_jobs
        As in `rolling_factor_regression`; rows with a missing value are left out, asset by asset.
    min_obs : int
        Complete rows that an asset needs for its first estimate, at least K + 2.

    Returns
    -------
    RollingFit
        With `window` None; the first window ends at row `min_obs`.

    Raises
    ------
    InputError
        As `rolling_factor_regression`; also for `min_obs` beyond the sample.

    References
    ----------
    As `rolling_factor_regression`.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> money = data.frame("french.industries12")["Money"]["1990":]
    >>> fit = r2klib.expanding_factor_regression(
    ...     money, data.factors("ff3"), "ff3", min_obs=60, subtract_rf=True
    ... )
    >>> fit.betas["Mkt-RF"].iloc[[0, -1], 0].round(2).tolist()
    [1.34, 1.2]
    """
    panel = panel_of(returns, factors, model, subtract_rf=subtract_rf, check_units=check_units)
    T = len(panel.dates)
    need = whole(min_obs, "min_obs", panel.least, max(T, panel.least))
    return _fit(panel, T, need, std_errors, n_jobs, expanding=True)


def _fit(
    panel: Panel,
    window: int,
    min_obs: int,
    std_errors: bool,
    n_jobs: int | None,
    *,
    expanding: bool,
) -> RollingFit:
    panel.check_assets_vary(min_obs)
    estimate = partial(
        fit_windows, X=panel.X, window=window, min_obs=min_obs, std_errors=bool(std_errors)
    )
    fits = WindowFits.join(on_workers(estimate, panel.Y, n_jobs))
    _check_estimated(panel, fits, window, min_obs)
    ends, assets = panel.dates[min_obs - 1 :], panel.assets
    B, E = fits.coefficients, fits.std_errors

    def labelled(values: Array, names: pd.Index) -> pd.DataFrame:
        # Views, not copies: a daily panel's estimates take most of a gigabyte.
        return pd.DataFrame(values.reshape(len(ends), -1), ends, _pairs(names, assets), copy=False)

    return RollingFit(
        alpha=pd.DataFrame(B[:, 0], ends, assets, copy=False),
        betas=labelled(B[:, 1:], panel.factors),
        nobs=pd.DataFrame(fits.nobs, ends, assets, copy=False),
        std_errors=None if E is None else labelled(E, panel.coefficients),
        collinear=pd.Series(fits.collinear, assets, name="collinear"),
        window=None if expanding else window,
        min_obs=min_obs,
        dropped=panel.dropped,
        returns=panel.returns,
        regressors=panel.regressors,
    )


def _check_estimated(panel: Panel, fits: WindowFits, window: int, min_obs: int) -> None:
    """Raise `InputError` if no window could be estimated."""
    most = int(fits.nobs.max())
    if most < min_obs:
        complete = int((~np.isnan(panel.X).any(axis=1)).sum())
        raise InputError(
            f"`returns` has no window of {window} rows with `min_obs` = {min_obs} complete ones; "
            f"the fullest has {most}. Of the {len(panel.dates)} dates {span(panel.dates)}, "
            f"`factors` are complete at {complete}. Lower `min_obs`, or see whether both have the "
            "same frequency."
        )
    if int((fits.nobs >= min_obs).sum()) == int(fits.collinear.sum()):
        raise InputError(
            f"`factors` {listed(list(panel.factors), 12)} are collinear (or constant) in every "
            f"window of {window} rows that has {min_obs} complete ones. Leave one of them out, or "
            "take a longer window."
        )


def _pairs(names: pd.Index, assets: pd.Index) -> pd.MultiIndex:
    """Return (name, asset) for every name and asset, in the order given."""
    level = "coefficient" if ALPHA in names else "factor"
    asset = "asset" if assets.name is None else assets.name
    codes = np.indices((len(names), len(assets))).reshape(2, -1)
    # from_product sorts the levels first, which takes longer than a rolling regression of one asset
    make: Any = pd.MultiIndex  # its stubs know lists only
    pairs: pd.MultiIndex = make(
        [names, assets], codes, names=[level, asset], verify_integrity=False
    )
    return pairs


def _lists_by_name(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    names = frame.columns.unique(0)
    return {str(name): plain(_of(frame, name).to_dict(orient="list")) for name in names}


def _of(frame: pd.DataFrame, name: object) -> pd.DataFrame:
    """The columns of one coefficient; `frame[name]` would take a tuple for a name and an asset."""
    return pd.DataFrame(frame.xs(name, axis=1, level=0))
