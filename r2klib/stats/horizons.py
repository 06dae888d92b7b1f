"""Do returns trend or revert over long horizons? Variance ratios with a wild bootstrap."""

from __future__ import annotations

import numpy as np

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, complete, generator, whole
from r2klib.stats.laws import NullLaw, check_draws


def variance_ratio(
    x: object, long: int, short: int = 1, *, seed: int, draws: int = 1999
) -> NullLaw:
    r"""Compare the variance of long-horizon with that of short-horizon log returns.

    .. math::

        VR = \frac{s_L^2 / L}{s_S^2 / S}, \qquad
        s_q^2 = \frac{\sum_{t=q}^{T} (r_t + \dots + r_{t-q+1} - q \bar r)^2}{(T-q+1)(1 - q/T)}

    One for unpredictable returns, above it where returns trend, below where they revert. The null
    law multiplies :math:`r_t - \bar r` by random signs: this keeps every squared return, so any
    heteroskedasticity, and takes out all serial dependence of the mean.

    Parameters
    ----------
    x : Series or array, shape (T,)
        Log returns (or differences of them), complete, sorted, any frequency.
    long, short : int
        Horizons L > S >= 1 in periods. A short base above 1 leaves out what thin trading does to
        neighbouring periods.
    seed, draws : int
        Random signs; resamples.

    Returns
    -------
    NullLaw
        `null_value` is 1. The overlapping, unbiased variances are those of Lo and MacKinlay.

    Raises
    ------
    InputError
        For missing values, a constant x, horizons out of order, or T < 2 L.

    References
    ----------
    Lo and MacKinlay (1988), RFS 1, 41-66. Kim (2006), Economics Letters 92, 38-43.
    """
    r = complete(x, "x").to_numpy()
    if r.shape[1] != 1:
        raise InputError(f"`x` must be one series; it has {r.shape[1]} columns.")
    T = len(r)
    S = whole(short, "short", 1)
    L = whole(long, "long", S + 1)
    if T < 2 * L:
        raise InputError(f"`x` must have at least {2 * L} values for a horizon of {L}; it has {T}.")
    deviations = r[:, 0] - r.mean()
    if np.ptp(r) == 0:
        raise InputError("`x` is constant; it has no variance to compare.")
    rng = generator(seed)
    draws = whole(draws, "draws", 19)
    chunk = max(1, 2**21 // T)
    parts = []
    for first in range(0, draws, chunk):
        signs = 2 * rng.integers(2, size=(min(chunk, draws - first), T)) - 1
        parts.append(_ratio(signs * deviations, L, S))
    return NullLaw(
        value=float(_ratio(deviations, L, S)),
        draws=check_draws(np.concatenate(parts), "The variance ratio"),
        null_value=1.0,
        method=f"variance ratio {L}/{S} of {T} returns, wild bootstrap under no predictability",
    )


def _ratio(r: Array, L: int, S: int) -> Array:
    """Variance ratio along the last axis."""
    total = np.concatenate([np.zeros((*r.shape[:-1], 1)), r.cumsum(axis=-1)], axis=-1)
    return _variance(total, L) / _variance(total, S)


def _variance(total: Array, q: int) -> Array:
    """Per-period variance from overlapping sums of q returns; `total` are partial sums from 0."""
    T = total.shape[-1] - 1
    mean = total[..., -1:] / T
    deviations = total[..., q:] - total[..., :-q] - q * mean
    return np.asarray((deviations**2).sum(axis=-1) / (q * (T - q + 1) * (1 - q / T)))
