"""From a fitted statistic to an `Estimate` in the unit a claim declares, and to its sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from r2klib.claims.nouns import Estimate, Specification
from r2klib.stats import BootstrapLaw, NullLaw, ScalarFit, hac_mean, ols_hac

#: Level of every interval in the ledger.
LEVEL = 0.90
#: Bootstrap draws for a primary answer and for a point of the specification curve.
DRAWS, SPEC_DRAWS = 9_999, 1_999
#: Percent a year from decimals a month.
ANNUAL_PERCENT = 1_200.0
#: What the money examples start from, US dollars.
STAKE = 10_000


def from_bootstrap(law: BootstrapLaw, *, n: int, unit: str, null: str) -> Estimate:
    """A bootstrapped statistic; interval and p invert the same draws."""
    return Estimate(
        value=law.value,
        std_error=law.std_error,
        interval=law.interval(LEVEL),
        p_value=law.p_value(),
        n=n,
        unit=unit,
        method=f"{law.method}, {len(law.draws):,} draws, mean block {law.block_length:.1f} rows",
        null=null,
    )


def from_null(law: NullLaw, *, n: int, unit: str, null: str) -> Estimate:
    """A statistic judged by its law under the null, bias removed, as distance from the null."""
    low, high = law.interval(LEVEL)
    return Estimate(
        value=law.corrected - law.null_value,
        std_error=law.std_error,
        interval=(low - law.null_value, high - law.null_value),
        p_value=law.p_value(),
        n=n,
        unit=unit,
        method=f"{law.method}, {len(law.draws):,} draws, bias removed",
        null=null,
    )


def from_fit(
    fit: ScalarFit,
    *,
    unit: str,
    scale: float,
    what: str,
    null: str,
    n_effective: float | None = None,
    imprint: pd.Series | None = None,
) -> Estimate:
    """One number of a regression times `scale`, with its Student-t interval and p."""
    low, high = fit.conf_int(LEVEL)
    return Estimate(
        value=scale * fit.value,
        std_error=abs(scale) * fit.std_error,
        interval=(scale * low, scale * high) if scale > 0 else (scale * high, scale * low),
        p_value=fit.pvalue,
        n=fit.nobs,
        n_effective=n_effective,
        unit=unit,
        method=f"{what}; {fit.method}",
        null=null,
        imprint=imprint,
    )


def coefficient(
    y: pd.Series,
    regressors: pd.DataFrame,
    name: str,
    *,
    unit: str,
    scale: float,
    what: str,
    null: str,
    hac_lags: int | str = "auto",
    n_effective: float | None = None,
) -> Estimate:
    """One coefficient of a regression with Newey-West errors, times `scale`."""
    fit = ols_hac(y, regressors, hac_lags=hac_lags).combine({name: 1.0}, name)
    return from_fit(
        fit,
        unit=unit,
        scale=scale,
        what=what,
        null=null,
        n_effective=n_effective,
        imprint=regressors[name].astype(float) / scale,
    )


def per_sd(
    y: pd.Series,
    signal: pd.Series,
    *,
    what: str,
    null: str,
    controls: pd.DataFrame | None = None,
    scale: float = ANNUAL_PERCENT,
) -> Estimate:
    """Slope of `y` on a signal in standard deviations of their common sample, % a year.

    Newey-West errors. With `controls` the slope is net of them; `scale` takes one period to a year.
    """
    both = pd.DataFrame({"y": y, "signal": signal}).dropna()
    regressors = standardized(both["signal"]).to_frame()
    if controls is not None:
        regressors = regressors.join(controls, how="inner").dropna()
    return coefficient(
        both["y"], regressors, "signal", unit="%/yr per sd", scale=scale, what=what, null=null
    )


def mean(x: pd.Series, *, unit: str, scale: float, what: str, null: str) -> Estimate:
    """A mean with Newey-West errors, times `scale`."""
    return from_fit(hac_mean(x), unit=unit, scale=scale, what=what, null=null)


def mean_d(d: pd.Series, what: str) -> Estimate:
    """Mean of d in percent a year, with Newey-West errors."""
    return mean(
        d,
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        what=what,
        null="small and large companies have the same mean return",
    )


def standardized(x: pd.Series) -> pd.Series:
    """`x` in standard deviations of its own sample."""
    return (x - x.mean()) / x.std()


def specify(variants: Mapping[str, Estimate]) -> tuple[Specification, ...]:
    """The variants of a test as a specification curve; labels say what differs from the primary."""
    return tuple(
        Specification(label=label, value=variant.value, interval=variant.interval, n=variant.n)
        for label, variant in variants.items()
    )


def quarters(d: pd.Series) -> pd.Series:
    """Sum of monthly log returns over whole quarters, stamped at their ends."""
    grouped = d.resample("QE")
    whole: pd.Series = grouped.sum().where(grouped.count() == 3).dropna()
    return whole


def halves(index: pd.Index) -> tuple[slice, slice]:
    """Row slices of the first and the second half of a sample."""
    middle = len(index) // 2
    return slice(None, middle), slice(middle, None)


def intervals(points: Iterable[tuple[str, Estimate]]) -> pd.DataFrame:
    """A table to draw: value, low, high and n by label."""
    rows = {
        label: {
            "value": estimate.value,
            "low": estimate.interval[0],
            "high": estimate.interval[1],
            "n": estimate.n,
        }
        for label, estimate in points
    }
    return pd.DataFrame(list(rows.values()), list(rows), ["value", "low", "high", "n"])


def years(index: pd.Index) -> str:
    """``1949–2017``: the first and the last year of a dated index."""
    return f"{pd.Timestamp(index[0]).year}–{pd.Timestamp(index[-1]).year}"


def dates(x: pd.Series | pd.DataFrame) -> pd.DatetimeIndex:
    """The dates of a series or frame, typed as what they are."""
    return pd.DatetimeIndex(x.index)


def last_date(index: pd.Index) -> dt.date:
    """The date of the last row."""
    return pd.Timestamp(index[-1]).date()


def usd(percent: float, stake: float = STAKE) -> str:
    """What `percent` of the stake is, in US dollars: ``250 USD``."""
    amount = abs(percent) / 100 * stake
    rounded = round(amount, -1) if amount >= 100 else round(amount)
    return f"{rounded:,.0f} USD"


def ahead(percent: float, stake: float = STAKE) -> str:
    """``250 USD ahead of`` or ``90 USD behind``."""
    return f"{usd(percent, stake)} {'ahead of' if percent >= 0 else 'behind'}"


def signed_usd(percent: float, stake: float = STAKE) -> str:
    """``+250 USD`` or ``−90 USD``."""
    return f"{'+' if percent >= 0 else '−'}{usd(percent, stake)}"


def volatility(returns: pd.DataFrame, window: int) -> pd.DataFrame:
    """Rolling annualised standard deviation of monthly returns, decimals."""
    return returns.rolling(window).std().mul(np.sqrt(12))
