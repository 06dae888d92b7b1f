"""Would chance have done as well? Placebo events, and signs flipped row by row."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._align import align
from r2klib.stats._inputs import Array, check_index, complete, generator, the_one, whole
from r2klib.stats._lstsq import independent
from r2klib.stats.cycles import event_months, stacked_windows
from r2klib.stats.laws import NullLaw, check_draws
from r2klib.stats.regression import with_constant
from r2klib.stats.transform import check_consecutive, months_of

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def placebo_dates(
    index: pd.Index, events: Iterable[object], *, seed: int, draws: int = 1999
) -> Integers:
    """Draw event dates by chance that keep the spacing of the real ones.

    The gaps between events, the one around the ends of the sample included, are put in random order
    and the whole is turned to a random start: placebos cluster as much as the events do.

    Parameters
    ----------
    index : DatetimeIndex or PeriodIndex, shape (T,)
        Consecutive months, sorted.
    events : sequence of dates
        The real events, k distinct months, each within `index`.
    seed, draws : int
        Random numbers; sets of dates B.

    Returns
    -------
    ndarray of int (B, k)
        Positions in `index`, ascending in each row.

    Raises
    ------
    InputError
        If `index` skips a month or events lie outside it.

    Examples
    --------
    >>> months, events = pd.period_range("2000-01", "2009-12", freq="M"), ["2001-09", "2008-10"]
    >>> r2klib.stats.placebo_dates(months, events, seed=1, draws=19)[:3].tolist()
    [[3, 88], [68, 103], [5, 90]]
    """
    check_index(index, "index")
    months = months_of(index)
    check_consecutive(index, "index")
    at = months.astype("int64").to_numpy()
    event = event_months(events)
    T = len(at)
    if event[0] < at[0] or event[-1] > at[-1]:
        raise InputError(f"`events` must lie within {months[0]} .. {months[-1]}; drop the others.")
    gaps = np.diff(event, append=event[0] + T)
    rng = generator(seed)
    shuffled = rng.permuted(np.tile(gaps, (whole(draws, "draws", 19), 1)), axis=1)
    start = rng.integers(T, size=(len(shuffled), 1))
    return np.sort((start + shuffled.cumsum(axis=1)) % T, axis=1)


def placebo_test(
    x: object,
    events: Iterable[object],
    horizon: int,
    *,
    controls: object = None,
    seed: int,
    draws: int = 1999,
) -> NullLaw:
    r"""Compare the months after events with all others, against placebo events.

    .. math:: x_t = a + \delta \, 1_t + c' z_t + e_t

    where :math:`1_t` marks the union of the windows t+1 .. t+h after the events. Without controls
    :math:`\delta` is the mean inside the windows minus the mean outside.

    Parameters
    ----------
    x : Series (T,)
        Complete (a NaN is an error), consecutive months; decimals.
    events : iterable of dates
        When each event was known; all within x.
    horizon : int
        Months h after an event.
    controls : DataFrame (T, K), optional
        Complete on the dates of x, for instance the market's return.
    seed, draws : int
        As in `placebo_dates`.

    Returns
    -------
    NullLaw
        `null_value` is 0. Placebo windows that leave the sample go on at its start.

    Raises
    ------
    InputError
        For gaps in x, a constant x, controls that are constant or collinear, events outside x, and
        windows that mark no month or every month.

    References
    ----------
    Brown and Warner (1985), JFE 14, 3-31 (event dates drawn by chance). Abadie, Diamond and
    Hainmueller (2010), JASA 105, 493-505 (p-values from placebos).

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> months = data.factors("ff3")["SMB"]
    >>> falls = r2klib.drawdowns((1 + data.factors("ff3")["Mkt-RF"]).cumprod()).table
    >>> law = r2klib.stats.placebo_test(
    ...     months, falls["trough"].dropna(), horizon=12, seed=1, draws=499
    ... )
    >>> round(100 * law.value, 1)  # percent a month
    0.9
    """
    series = the_one(complete(x, "x"), "x")
    index, values = series.index, series.to_numpy()
    if np.ptp(values) == 0:
        raise InputError(f"`x` is constant, {values[0]:g}: there is no effect to look for.")
    Q = np.full((len(values), 1), len(values) ** -0.5)
    if controls is not None:
        kept, also, _ = align(series, controls, ("x", "controls"))
        if len(kept) < len(series):
            raise InputError(
                f"`controls` must have a value on every date of `x`; they miss "
                f"{len(series) - len(kept)} of {len(series)}."
            )
        Q = independent(with_constant(also, "const", "controls"), "controls").Q[0]
    dates = placebo_dates(index, events, seed=seed, draws=draws)
    real = stacked_windows(index, events, horizon).to_numpy()[None, :]
    placebos = np.zeros((len(dates), len(values)), dtype=bool)
    for step in range(1, horizon + 1):
        np.put_along_axis(placebos, (dates + step) % len(values), True, axis=1)
    if real.all() or placebos.all(axis=1).any():
        raise InputError(f"`horizon` {horizon} marks every month; no rest is left to compare with.")
    return NullLaw(
        value=float(_window_effect(values, real, Q)[0]),
        draws=check_draws(_window_effect(values, placebos, Q), "The effect"),
        null_value=0.0,
        method=f"{int(real.sum())} months within {horizon} of an event against the rest, "
        "placebo dates with the events' spacing",
    )


def _window_effect(values: Array, windows: Flags, Q: Array) -> Array:
    """Coefficient of each window dummy (draws, T) beside orthonormal Q, partialled out of it."""
    dummies = windows.astype(float)
    net = dummies - (dummies @ Q) @ Q.T
    return np.asarray(net @ (values - values.mean()) / (net**2).sum(axis=1))


def flips_of_ratio(y: pd.Series, x: pd.Series, *, draws: int, seed: int) -> NullLaw:
    """sum(y) / sum(x), judged by flipping the signs of y - theta x row by row.

    A theta is refused where flips rarely take the sum as far from zero. The theta at which one set
    of flips ties with the data is the ratio over the rows that it flips (Hartigan's typical
    values: 1969, JASA 64, 1303-1317), so the ratios over subsets of the rows are the whole law.
    Rows are independent, x is of one sign; where there are no more than `draws` subsets, all count.
    """
    theta = float(y.sum() / x.sum())
    flipped = _subsets(len(x), draws, seed)
    left = (y - theta * x).to_numpy()
    return NullLaw(
        value=theta,
        draws=(1 - 2 * flipped) @ left / float(x.sum()),
        null_value=0.0,
        method=f"signs flipped row by row, {len(flipped):,} draws",
        inverted=(flipped @ y.to_numpy()) / (flipped @ x.to_numpy()),
    )


def _subsets(n: int, draws: int, seed: int) -> Array:
    """Ones for the rows of each subset that is not empty: all of them, or so many by chance."""
    if n < 60 and 2**n - 1 <= draws:
        return (np.arange(1, 2**n)[:, None] >> np.arange(n) & 1).astype(float)
    chosen = np.random.default_rng(seed).integers(0, 2, size=(draws, n)).astype(float)
    return chosen[chosen.any(axis=1)]
