"""Does a relation hold in every state and at all times? Split betas, regimes, CUSUM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.diagnostic import breaks_cusumolsresid

from r2klib.errors import InputError
from r2klib.stats._inputs import align_series, as_frame, as_series, check_overlap, listed, span
from r2klib.stats._result import Result, plain
from r2klib.stats.regression import RegressionFit, ScalarFit, estimate


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class UpDownFit(RegressionFit):
    """`RegressionFit` on alpha, up and down, the market's beta above and below zero."""

    @property
    def difference(self) -> ScalarFit:
        """Beta in rising minus beta in falling markets, with its standard error."""
        return self.combine({"up": 1.0, "down": -1.0}, "up beta minus down beta")


def up_down_betas(y: object, market: object, hac_lags: str | int | None = "auto") -> UpDownFit:
    r"""Estimate beta in rising and in falling markets.

    .. math:: y_t = \alpha + \beta^+ \max(M_t, 0) + \beta^- \min(M_t, 0) + e_t

    Parameters
    ----------
    y : Series (T,)
        Excess return or long-short difference, decimals, any frequency.
    market : Series (T,)
        Excess return of the market, decimals; rows missing either are dropped and counted.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`.

    Returns
    -------
    UpDownFit

    Raises
    ------
    InputError
        If the market rises, or falls, in fewer than 3 rows; else as `ols_hac`.

    References
    ----------
    Henriksson and Merton (1981), Journal of Business 54, 513-533.
    """
    names = ("y", "market")
    as_series(market, names[1])
    target, frame, dropped = align_series(y, market, names)
    m = frame.iloc[:, 0]
    if min((m > 0).sum(), (m < 0).sum()) < 3:
        raise InputError(
            f"`market` must rise and fall in at least 3 rows each; it rises in {(m > 0).sum()} and "
            f"falls in {(m < 0).sum()}."
        )
    X = pd.DataFrame({"up": m.clip(lower=0), "down": m.clip(upper=0)})
    return UpDownFit(**vars(estimate(target, X, dropped, hac_lags, "alpha", names)))


def regime_regression(
    y: object, X: object, regime: object, hac_lags: str | int | None = "auto"
) -> RegressionFit:
    r"""Regress y on X with all coefficients free to differ in a regime.

    .. math:: y_t = a + x_t' b + 1_t \, (a_1 + x_t' b_1) + e_t

    Parameters
    ----------
    y : Series (T,)
        Any frequency and unit.
    X : DataFrame (T, K) or Series
        Regressors.
    regime : Series (T,)
        Boolean, or 0 and 1, on the dates of X; rows missing anything are dropped and counted.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`.

    Returns
    -------
    RegressionFit
        Coefficients "const" and X's names outside the regime, and "regime", "<name> x regime" for
        what the regime adds to them.

    Raises
    ------
    InputError
        For a regime other than 0 and 1, or fewer than K + 2 rows on either side.

    References
    ----------
    Chow (1960), Econometrica 28, 591-605.
    """
    flags = as_series(regime, "regime")
    if not flags.dropna().isin([0.0, 1.0]).all():
        raise InputError("`regime` must be boolean or hold only 0 and 1.")
    left = as_frame(X, "X")
    if "regime" in left.columns:
        raise InputError("`X` has a column 'regime' already; rename it or drop it.")
    check_overlap(left.index, flags.index, left.index.intersection(flags.index), ("X", "regime"))
    both = left.assign(regime=flags.reindex(left.index))
    target, frame, dropped = align_series(y, both, ("y", "X"))
    inside = frame.pop("regime")
    counts = {"inside": int(inside.sum()), "outside": int((1 - inside).sum())}
    if min(counts.values()) < frame.shape[1] + 2:
        raise InputError(
            f"`regime` must leave at least {frame.shape[1] + 2} rows on either side; it has "
            f"{counts['inside']} inside and {counts['outside']} outside."
        )
    extra = frame.mul(inside, axis=0).add_suffix(" x regime")
    design = frame.assign(regime=inside).join(extra)
    return estimate(target, design, dropped, hac_lags, "const", ("y", "X"))


def compare(fits: Mapping[str, RegressionFit]) -> pd.DataFrame:
    """Put regressions of the same sample side by side.

    Parameters
    ----------
    fits : mapping of name to RegressionFit
        For instance `factor_regression` of one asset on several models.

    Returns
    -------
    DataFrame
        A row per fit: each coefficient, its t in "t(<name>)", `rsquared_adj`, `nobs`, `hac_lags`. A
        coefficient that a model does not have is NaN.

    Raises
    ------
    InputError
        For no fits, or fits on different dates: their R2 and alphas would not be comparable.
    """
    if not fits:
        raise InputError("`fits` is empty; at least one regression is needed.")
    first = next(iter(fits.values()))
    other = [name for name, fit in fits.items() if not fit.resids.index.equals(first.resids.index)]
    if other:
        raise InputError(
            f"`fits` must share their dates; those of {listed(other)} differ from the first's, "
            f"{span(first.resids.index)}. Cut the data to common dates first."
        )
    rows: dict[str, dict[str, Any]] = {}
    for name, fit in fits.items():
        t = fit.tstats.rename(lambda label: f"t({label})")
        facts = {"rsquared_adj": fit.rsquared_adj, "nobs": fit.nobs, "hac_lags": fit.hac_lags}
        values = pd.concat([fit.params, t])
        rows[name] = {str(label): value for label, value in values.items()} | facts
    table = pd.DataFrame.from_dict(rows, orient="index")
    coefficients = list(dict.fromkeys(c for fit in fits.values() for c in fit.params.index))
    order = [column for c in coefficients for column in (c, f"t({c})")]
    return table[[*order, "rsquared_adj", "nobs", "hac_lags"]]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class StabilityTest(Result):
    """Whether a regression's coefficients stayed the same.

    Attributes
    ----------
    statistic, pvalue : float
        Largest absolute CUSUM and its upper tail.
    path : Series (T,)
        The CUSUM by date, in units of its standard deviation times root T.
    """

    statistic: float
    pvalue: float
    path: pd.Series

    @property
    def null(self) -> str:
        """What is tested, in words."""
        return "the coefficients are constant"

    @property
    def title(self) -> str:
        """The test."""
        return "CUSUM test of stability"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, date of the largest departure, method and null."""
        peak = str(self.path.abs().idxmax()).removesuffix(" 00:00:00")
        return {
            "sample": span(self.path.index),
            "farthest at": peak,
            "method": "CUSUM of OLS residuals (Ploberger and Kramer 1992), Brownian bridge",
            "null": self.null,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row: statistic and p-value."""
        row = {"statistic": self.statistic, "pvalue": self.pvalue}
        return pd.DataFrame([row], index=["CUSUM"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; the path is left out."""
        keys = ["statistic", "pvalue", "null"]
        return {key: plain(getattr(self, key)) for key in keys}


def cusum_test(fit: RegressionFit) -> StabilityTest:
    r"""Test that the coefficients of a regression are constant.

    .. math:: \max_t \Big| \frac{1}{\hat\sigma \sqrt T} \sum_{s \le t} \hat e_s \Big|

    against the supremum of a Brownian bridge, through statsmodels.

    Parameters
    ----------
    fit : RegressionFit
        With a constant; residuals are taken as serially uncorrelated. Rows that the fit left out
        for a missing value stay out.

    Returns
    -------
    StabilityTest

    Raises
    ------
    InputError
        If the residuals do not add up to zero, because the fit has no constant.

    References
    ----------
    Ploberger and Krämer (1992), Econometrica 60, 271-285.
    """
    e = fit.resids.to_numpy()
    if abs(e.sum()) > 1e-8 * np.abs(e).sum():
        raise InputError("`fit` has no constant: its residuals do not add up to zero.")
    statistic, pvalue, _ = breaks_cusumolsresid(e, ddof=len(fit.params))
    sd = np.sqrt((e**2).sum() / fit.df)
    path = pd.Series(e.cumsum() / (sd * np.sqrt(len(e))), fit.resids.index, name="cusum")
    return StabilityTest(statistic=float(statistic), pvalue=float(pvalue), path=path)
