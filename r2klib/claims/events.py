"""Stacked event windows: what d did in the months after events, months counted once."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import measures
from r2klib.claims.nouns import Estimate
from r2klib.stats import placebo_test, stacked_windows
from r2klib.stats.chance import named

#: Newey-West lags of every event regression.
LAGS = 12
#: Sets of placebo dates, and the seed that draws them.
DRAWS, SEED = 1_999, 4


def after(
    y: pd.Series,
    events: pd.Series | pd.DatetimeIndex,
    what: str,
    *,
    controls: pd.DataFrame | None = None,
    months: int = 12,
    scale: float | None = None,
    unit: str = "%",
) -> Estimate:
    """Mean of `y` in the `months` after events minus its mean in all other months.

    Parameters
    ----------
    y : Series
        Monthly, month-end index; decimals.
    events : dates
        Month ends at which the window opens; the month after is its first.
    what : str
        For the method line.
    controls : DataFrame, optional
        Regressors to be net of.
    months : int
        Length of the window; a month inside two windows counts once.
    scale : float, optional
        From y a month to `unit`; by default percent, summed over the window.

    Returns
    -------
    Estimate
        HAC with 12 lags. `n_effective` is the number of events inside the sample.
    """
    stamps = pd.DatetimeIndex(events)
    inside = (stamps >= y.index[0]) & (stamps < y.index[-1])
    return measures.coefficient(
        y,
        _window(y.index, stamps, months, controls),
        "window",
        unit=unit,
        scale=100.0 * months if scale is None else scale,
        what=f"stacked windows of {months} months ({what})",
        null="the months after the events are like all others",
        hac_lags=LAGS,
        n_effective=float(inside.sum()),
    )


def placebo(
    y: pd.Series,
    events: pd.Series | pd.DatetimeIndex,
    *,
    controls: pd.DataFrame | None = None,
    months: int = 12,
    scale: float | None = None,
    unit: str = "%",
) -> Estimate:
    """The same effect judged by dates drawn by chance that keep the events' spacing.

    With few events Newey-West errors reject too often (a nominal 10 % is about 13 % with twelve
    events of twelve months); the placebo law does not, and so stands beside `after`.
    """
    kept = y if controls is None else y.loc[y.index.intersection(controls.index)]
    stamps = pd.DatetimeIndex(events)
    stamps = stamps[(stamps >= kept.index[0]) & (stamps < kept.index[-1])]
    used = None if controls is None else controls.loc[kept.index]
    law = placebo_test(kept, stamps, months, controls=used, seed=SEED, draws=DRAWS)
    factor = 100.0 * months if scale is None else scale
    low, high = law.interval(measures.LEVEL)
    return Estimate(
        value=factor * law.value,
        std_error=factor * law.std_error,
        interval=(factor * low, factor * high),
        p_value=law.p_value(),
        n=len(kept),
        n_effective=float(len(stamps)),
        unit=unit,
        method=f"{law.method}, {len(law.draws):,} draws",
        null="the events are dates like any others",
    )


def placebo_in_words(beside: Estimate) -> str:
    """One sentence on what `placebo` found."""
    return (
        f"Judged by as many dates drawn by chance, {named('p', beside.p_value, '.2f')} and the "
        f"90 % interval is {beside.interval[0]:.1f} to {beside.interval[1]:.1f}."
    )


def _window(
    index: pd.Index, events: pd.DatetimeIndex, months: int, controls: pd.DataFrame | None
) -> pd.DataFrame:
    window = (
        stacked_windows(pd.DatetimeIndex(index), events, months)
        .astype(float)
        .rename("window")
        .to_frame()
    )
    return window if controls is None else window.join(controls, how="inner").dropna()
