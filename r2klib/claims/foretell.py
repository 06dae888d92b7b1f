"""Signals known at the end of a period against d of the next: the tests a pillar needs."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import measures, pairs
from r2klib.claims.nouns import Estimate, Exhibit
from r2klib.data import Dataset
from r2klib.stats import PredictiveFit, predict
from r2klib.stats.chance import named

SEED = 12
UNIT = "%/yr per sd"
NULL = "the signal has nothing to say about the next period's d"


def fit(
    y: pd.Series,
    x: pd.Series,
    horizon: int = 1,
    *,
    periods: int = 12,
    joint: bool = False,
    draws: int = measures.SPEC_DRAWS,
) -> PredictiveFit:
    """Y of t+1 on the signal of t, or on its sum over `horizon` periods (Hodrick 1B).

    Parameters
    ----------
    y : Series
        Returns of one period, decimals.
    x : Series
        The signal, dated when it was known; missing values left out.
    periods : int
        Periods a year.
    joint : bool
        For valuation-like signals: resample the innovations of both jointly (Stambaugh).
    draws : int
        Simulated signals.
    """
    return predict(
        y,
        x.dropna(),
        horizon,
        seed=SEED,
        draws=draws,
        law="joint" if joint else "signals",
        periods_per_year=periods,
    )


def estimate(
    found: PredictiveFit, *, unit: str = UNIT, scale: float = 100.0, null: str = NULL
) -> Estimate:
    """The effect with the interval and p of its simulated law, bias removed."""
    law = found.law
    low, high = law.interval(measures.LEVEL)
    return Estimate(
        value=scale * law.corrected,
        std_error=scale * law.std_error,
        interval=(scale * low, scale * high),
        p_value=law.p_value(),
        n=found.nobs,
        n_effective=round(found.n_effective, 1),
        unit=unit,
        method=f"{found.title}, {law.method}, {len(law.draws):,} draws",
        null=null,
        imprint=_standard_signal(found) / (scale * found.periods_per_year),
    )


def _standard_signal(found: PredictiveFit) -> pd.Series:
    """The regressor in standard deviations, by the date of the return it was asked to foretell."""
    along: pd.Series = found.fitted - found.fitted.mean()
    return along / float(found.params[found.signal] * found.sd)


def newey_west(found: PredictiveFit, *, unit: str = UNIT, scale: float = 100.0) -> Estimate:
    """The same slope with Newey-West errors, for the specification curve only."""
    return measures.from_fit(found.effect, unit=unit, scale=scale, what="Newey-West", null=NULL)


def monthly_variants(
    data: Dataset, pair: pairs.Pair, d: pd.Series, x: pd.Series, *, joint: bool = False
) -> dict[str, Estimate]:
    """What every monthly signal is asked beside its primary test.

    `x` must be known at the month ends of every pair, hence dated on its own longer index.
    """
    both = d.index.intersection(x.dropna().index)
    first, second = measures.halves(both)
    primary = fit(d, x, joint=joint)
    variants = {
        "12 months (Hodrick)": estimate(fit(d, x, 12, joint=joint)),
        "Newey-West instead of simulated signals": newey_west(primary),
        "first half": estimate(fit(d.loc[both[first]], x.loc[both[first]], joint=joint)),
        "second half": estimate(fit(d.loc[both[second]], x.loc[both[second]], joint=joint)),
        "since 1981": estimate(fit(d.loc["1981":], x.loc["1981":], joint=joint)),
    }
    for label, other in pairs.replications(data, pair).items():
        variants[label] = estimate(fit(other, x, joint=joint))
    return variants


def beside(found: PredictiveFit) -> tuple[str, ...]:
    """Persistence, IVX and out-of-sample answers as sentences."""
    said = [
        (
            f"The signal's autocorrelation is {found.autoregression.rho:.2f}; the IVX test, which "
            f"needs no estimate of it, gives {named('p', found.ivx.pvalue, '.2f')}."
        )
    ]
    forecasts = found.out_of_sample
    if forecasts:
        better = "beat" if forecasts.r2 > 0 else "lost to"
        said.append(
            f"Out of sample, {forecasts.nobs} forecasts {better} the mean to date: R² "
            f"{100 * forecasts.r2:.1f} %, Clark-West {named('p', forecasts.pvalue, '.2f')}."
        )
    return tuple(said)


def scatter(y: pd.Series, x: pd.Series, *, title: str, signal: str) -> Exhibit:
    """The signal, called `signal`, against the next month's d: the figure of a monthly test."""
    both = pd.DataFrame({"x": x.dropna(), "y": y.shift(-1)}).dropna()
    return Exhibit(
        kind="scatter",
        title=title,
        frame=pd.DataFrame({"x": measures.standardized(both["x"]), "y": 100 * both["y"]}),
        x=f"{signal}, standard deviations",
        y="d in the next month, %",
        note="One point a month, with the means of ten groups of equal size.",
    )
