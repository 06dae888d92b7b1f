"""What slowness alone does to a predictive slope: laws without any link between the two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from r2klib.stats._algebra import recursed, window_sums
from r2klib.stats._calendar import need_periods
from r2klib.stats._inputs import Array
from r2klib.stats._timing import Paired, pair
from r2klib.stats.autoregression import fit_ar1
from r2klib.stats.laws import NullLaw, check_draws, collect, near


def signal_law(
    y: object,
    x: object,
    horizon: int = 1,
    *,
    seed: int,
    draws: int = 1999,
    periods_per_year: int | None = None,
) -> NullLaw:
    r"""Rank a predictive slope among those of simulated signals that are as persistent.

    .. math:: \hat\theta = p \, \frac{\widehat{cov}(s_t, y_{t+1})}{sd(s_t)}, \qquad
              s_t = \sum_{i=0}^{h-1} x_{t-i}, \qquad x^*_{t+1} = \rho_c x^*_t + u^*_{t+1}

    The returns stay as they are, with all their own dependence; each draw replaces the signal by
    an AR(1) with the bias-corrected coefficient of `ar1`, unrelated to them. Its innovations are
    the signal's own, each in its place with a random sign.

    Parameters
    ----------
    y : Series (T,) or array
        One-period returns, decimals, dated at the period's end; pairs with a missing value are
        left out.
    x : Series (T,) or array
        Signal, dated when it was known, any unit.
    horizon : int
        Periods h over which the signal is summed (Hodrick's 1B).
    seed, draws : int
        Random numbers; simulated signals B.
    periods_per_year : int, optional
        p, by default as many as the dates say; the effect is in decimals a year per standard
        deviation of :math:`s_t`.

    Returns
    -------
    NullLaw
        `null_value` is 0.

    Raises
    ------
    InputError
        As `predict`.

    Notes
    -----
    Random signs keep the times at which the signal is volatile. Where these are the times at which
    returns are volatile too (stochastic volatility, 600 months, rho 0.95), a nominal 10 % was 9 %.

    Innovations are independent of the returns. Given the returns, a signal whose innovations
    follow them is all but known, and a law conditional on them would hang on the estimated rho: for
    such signals (valuation ratios) use `joint_law`, which resamples both.

    References
    ----------
    Hodrick (1992), RFS 5, 357-386. Ferson, Sarkissian and Simin (2003), JF 58, 1393-1413.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> smb, slope = data.factors("ff3")["SMB"], data.series("GS10") - data.series("FEDFUNDS")
    >>> law = r2klib.stats.signal_law(smb, slope.reindex(smb.index), seed=1, draws=199)
    >>> round(100 * law.value, 1), round(law.pvalue, 1)  # percent a year
    (1.9, 0.2)
    """
    (law,) = signal_laws([y], x, horizon, seed=seed, draws=draws, periods_per_year=periods_per_year)
    return law


def signal_laws(
    responses: Sequence[object],
    x: object,
    horizon: int = 1,
    *,
    seed: int,
    draws: int = 1999,
    periods_per_year: int | None = None,
) -> list[NullLaw]:
    """The law of `signal_law` for several returns y of the same dates: signals are simulated once.

    Parameters, errors and laws are those of `signal_law` on each.
    """
    pairs = [pair(y, x, horizon) for y in responses]
    rows = pairs[0]
    fit = fit_ar1(rows.x, rows.names[1])
    own = np.nan_to_num(in_place(rows.x, fit.rho))
    targets = np.stack([one.target - one.target.mean() for one in pairs])

    def one(rng: np.random.Generator, B: int) -> Array:
        flips = signs(rng, B, len(own))
        first = fit.resids.std() * rng.standard_normal(B) / np.sqrt(1 - fit.rho**2)
        simulated = np.empty((B, targets.shape[1]))
        for few in near(B, len(own)):
            drawn = autoregress(flips[few] * own, fit.rho, first[few])
            simulated[few] = _standard(summed(drawn, rows))
        return np.asarray(simulated @ targets.T / targets.shape[1])

    scale = need_periods(rows.index, periods_per_year, "y")
    values = scale * per_sd(rows.signal[None, :], targets)
    drawn = check_draws(scale * collect(one, seed, draws, 2 * len(rows.x)), "The slope")
    method = (
        f"slope per sd of {rows.regressor_name}, against simulated AR(1) signals, "
        f"rho {fit.rho:.4f}, wild innovations"
    )
    return [
        NullLaw(value=float(value), draws=own_draws, null_value=0.0, method=method)
        for value, own_draws in zip(values, drawn.T, strict=True)
    ]


def signs(rng: np.random.Generator, B: int, T: int) -> Array:
    """Plus and minus one with equal odds, shape (B, T)."""
    return np.asarray(2.0 * rng.integers(2, size=(B, T), dtype=np.int8) - 1.0)


def in_place(x: Array, rho: float) -> Array:
    """AR(1) residuals at rho, at their own positions; NaN where there is none."""
    u = np.full(len(x), np.nan)
    u[1:] = x[1:] - rho * x[:-1]
    return np.asarray(u - np.nanmean(u))


def autoregress(u: Array, rho: float, first: Array) -> Array:
    """x_0 = first, x_t = rho x_{t-1} + u_t along the rows of u (B, T); u_0 is not used."""
    u = u.copy()
    u[:, 0] = first
    return recursed(u, rho)


def summed(x: Array, rows: Paired) -> Array:
    """Sums over the horizon of simulated signals (B, T), on the rows of the regression."""
    sums = window_sums(x, rows.horizon)
    return sums[:, :-1][:, rows.used[rows.horizon - 1 :]]


def per_sd(signal: Array, target: Array) -> Array:
    """Covariance of the signals (B, n) with a centred target, over the signals' sd."""
    return np.asarray((_standard(signal) * target).mean(axis=1))


def _standard(signal: Array) -> Array:
    """The signals (B, n) less their means, over their sd."""
    centred = signal - signal.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True)))
