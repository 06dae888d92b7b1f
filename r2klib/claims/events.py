"""Stacked event windows: what d did in the months after events, months counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims import measures
from r2klib.claims.nouns import Estimate
from r2klib.stats import stacked_windows

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Newey-West lags of every event regression.
LAGS = 12


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


def placebo_share(
    y: pd.Series,
    events: pd.Series | pd.DatetimeIndex,
    *,
    controls: pd.DataFrame | None = None,
    months: int = 12,
    draws: int = 999,
    seed: int = 4,
) -> float:
    """How often as many random dates show an effect at least as large in size as the events.

    Dates are drawn without replacement from the months at which a window could open.
    """
    kept = y.index if controls is None else y.index.intersection(controls.index)
    outside = np.ones((len(kept), 1))
    if controls is not None:
        outside = np.column_stack([outside, controls.loc[kept]])
    Q = np.linalg.qr(outside)[0]

    def net(rows: Array) -> Array:
        """What is left of each row once the constant and the controls are taken out."""
        return np.asarray(rows - (rows @ Q) @ Q.T)

    target = net(y.loc[kept].to_numpy(float))

    def slopes(events_at: Integers) -> Array:
        windows = np.zeros((len(events_at), len(kept)))
        for ahead in range(1, months + 1):
            at = events_at + ahead
            inside = at < len(kept)
            windows[np.nonzero(inside)[0], at[inside]] = 1.0
        left = net(windows)
        return np.asarray(left @ target / (left * left).sum(axis=1))

    at = kept.searchsorted(pd.DatetimeIndex(events))
    at = np.unique(at[(at > 0) & (at < len(kept) - 1)])
    rng = np.random.default_rng(seed)
    candidates = len(kept) - months
    placebo = np.array([rng.choice(candidates, len(at), replace=False) for _ in range(draws)])
    as_large = np.abs(slopes(placebo)) >= abs(slopes(at[None, :])[0])
    return float((1 + as_large.sum()) / (draws + 1))


def placebo_in_words(share: float) -> str:
    """One sentence on what `placebo_share` found."""
    return (
        f"Placebo: among sets of as many random dates, {100 * share:.0f} % show an effect at least "
        "as large in size."
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
