"""Walk-forward odds: a logit with a normal prior on its slope, refitted as outcomes come in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, as_series, number, whole
from r2klib.stats._timing import on_calendar

#: Forecasts refitted together: enough to make numpy's calls cheap, few enough for the cache.
AT_ONCE = 16


def forward_outcome(d: object, horizon: int = 12) -> pd.Series:
    r"""Return 1 where :math:`d_{t+1} + \dots + d_{t+h} > 0` and 0 where it is not, dated t.

    Parameters
    ----------
    d : Series (T,) or array
        Log returns (or differences of them) in consecutive periods, decimals.
    horizon : int
        Periods h.

    Returns
    -------
    Series (T,)
        NaN where one of the h returns is missing or not known yet, so always in the last h rows.

    Raises
    ------
    InputError
        For a horizon below 1 and what `ols_hac` refuses in a series.

    Examples
    --------
    >>> d = pd.Series([0.01, 0.02, -0.01, -0.04], pd.date_range("2024-01-31", periods=4, freq="ME"))
    >>> r2klib.stats.forward_outcome(d, 2).tolist()
    [1.0, 0.0, nan, nan]
    """
    h = whole(horizon, "horizon", 1)
    series = as_series(d, "d")
    series, _ = on_calendar(series, series)
    total = series.rolling(h).sum().shift(-h)
    return (total > 0).astype(float).where(total.notna()).rename("outcome")


def expanding_logit(
    outcome: object,
    score: object,
    *,
    horizon: int = 12,
    min_obs: int = 120,
    prior_sd: float = 0.25,
) -> pd.DataFrame:
    r"""Forecast an outcome by a logit on a score, using outcomes that have ended only.

    At each t, over the rows :math:`r \le t - h` that have a score and an outcome,

    .. math::

        \max_{a, b} \; \frac{1}{h} \sum_r \big[ o_r \log p_r + (1 - o_r) \log (1 - p_r) \big]
        - \frac{b^2}{2 \tau^2}, \qquad p_r = \frac{1}{1 + e^{-(a + b z_r)}}, \qquad
        z_r = \frac{s_r - \bar s_t}{sd_t}

    with mean and standard deviation over the same rows, and the score of t put in. Overlapping
    outcomes count once, hence 1 / h.

    Parameters
    ----------
    outcome : Series (T,) or array
        0 or 1, dated when the forecast of it would be made; it ends h periods later.
    score : Series (T,) or array
        Dated when known, any unit; higher means likelier.
    horizon : int
        Periods h until the outcome is known: the purge.
    min_obs : int
        *Ended* outcomes before the first forecast; 120 of them take 120 + h periods.
    prior_sd : float
        tau, per standard deviation of the score; infinity is no prior.

    Returns
    -------
    DataFrame
        A row per date at which a forecast could be made: `probability`, `base_rate` (share of ones
        among the same ended outcomes), `slope` (log odds per sd), `n_train` and `outcome` (NaN
        while not known). Nothing but `outcome` depends on data after t. Where all ended outcomes
        are alike, both forecasts are their common value.

    Raises
    ------
    InputError
        For outcomes other than 0 and 1, no date with enough ended outcomes, no rows in common, a
        prior that is not positive.

    References
    ----------
    Gelman, Jakulin, Pittau and Su (2008), Annals of Applied Statistics 2, 1360-1383 (weakly
    informative priors); purging: López de Prado (2018), Advances in Financial Machine Learning, 7.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> won = r2klib.stats.forward_outcome(r2klib.to_log(data.factors("ff3")["SMB"]))["1990":]
    >>> odds = r2klib.stats.expanding_logit(won, data.series("GS10").reindex(won.index))
    >>> odds.loc["2009-10-31", ["probability", "base_rate"]].round(2).to_dict()
    {'probability': 0.6, 'base_rate': 0.55}
    """
    h = whole(horizon, "horizon", 1)
    least = whole(min_obs, "min_obs", 8)
    tau = check_prior(prior_sd)
    o, s = outcome_and_score(outcome, score)
    index = o.index
    outcomes, scores = o.to_numpy(), s.to_numpy()
    known = np.isfinite(outcomes) & np.isfinite(scores)
    ended = np.zeros(len(index), dtype=bool)
    ended[h:] = known[:-h] if len(index) > h else False
    n_train = ended.cumsum()
    made = np.flatnonzero((n_train >= least) & np.isfinite(scores))
    if len(made) == 0:
        raise InputError(
            f"`min_obs` {least} leaves nothing to forecast: {n_train[-1]} outcomes have ended "
            "and have a score."
        )
    a, b, mean, sd, rate = _refitted(
        np.searchsorted(made, np.flatnonzero(known) + h),
        scores[known],
        outcomes[known],
        len(made),
        tau,
        1 / h,
    )
    probability = expit(a + b * (scores[made] - mean) / sd)
    alike = (rate == 0) | (rate == 1)
    columns = {
        "probability": np.where(alike, rate, probability),
        "base_rate": rate,
        "slope": b,
        "n_train": n_train[made],
        "outcome": outcomes[made],
    }
    return pd.DataFrame(columns, index=index[made])


def _refitted(
    first: NDArray[np.intp], scores: Array, outcomes: Array, forecasts: int, tau: float, w: float
) -> Array:
    """Intercept, slope, mean and sd of the score and share of ones, (5, forecasts).

    `first` is the first forecast that knows an outcome. Rows are counted by value of the score, for
    some forecasts at a time, and each of these starts where the one before them ended.
    """
    values, seen, group = np.unique(scores, return_index=True, return_inverse=True)
    order = np.argsort(seen)  # values as they come, so that those still unknown are at the end
    values, group = values[order], np.argsort(order)[group]
    found = np.zeros((5, forecasts))
    so_far = np.zeros((2, len(values)))  # rows and ones
    for start in range(0, forecasts, AT_ONCE):
        stop = min(start + AT_ONCE, forecasts)
        new = slice(*np.searchsorted(first, [start, stop]))
        z = values[: group[: new.stop].max() + 1]
        n, k = counts = np.zeros((2, stop - start, len(z)))
        counts[:, 0] = so_far[:, : len(z)]
        np.add.at(n, (first[new] - start, group[new]), 1.0)
        np.add.at(k, (first[new] - start, group[new]), outcomes[new])
        for later in range(1, stop - start):
            counts[:, later] += counts[:, later - 1]
        so_far[:, : len(z)] = counts[:, -1]
        mean, sd = _moments(z, n)
        a, b = fit_map(
            (z - mean[:, None]) / sd[:, None], n, k, tau, w, found[:2, max(start - 1, 0)]
        )
        found[:, start:stop] = a, b, mean, sd, k.sum(axis=1) / n.sum(axis=1)
    return found


def _moments(values: Array, n: Array) -> tuple[Array, Array]:
    """Mean and sd of the training scores; an sd of one where the score does not vary."""
    rows = n.sum(axis=1)
    mean = n @ values / rows
    spread = np.sqrt((n * (values - mean[:, None]) ** 2).sum(axis=1) / rows)
    return mean, np.where(spread > 1e-12 * np.abs(values).max(), spread, 1.0)


def fit_map(
    z: Array, n: Array, k: Array, tau: float, w: float, start: Array | None = None
) -> tuple[Array, Array]:
    """Intercepts and slopes of many weighted logits at once, by Newton's method.

    `z`, `n` and `k` (..., G) are scores, rows and ones per group. Where all outcomes are alike the
    intercept has no maximum: it stays at zero and the caller puts in the limit.
    """
    rows, ones = n.sum(axis=-1), k.sum(axis=-1)
    mixed = (ones > 0) & (ones < rows)
    if start is None or not start.any():
        start = np.stack([logit(np.where(mixed, ones / rows, 0.5)), np.zeros_like(rows)])
    a, b = (np.where(mixed, part, 0.0) for part in start)
    precision = 1 / (w * tau**2)
    for _ in range(100):
        with np.errstate(over="ignore"):  # of odds, whose share is then zero
            p = 1 / (1 + np.exp(-(a[..., None] + b[..., None] * z)))
        expected = n * p
        error, curve = k - expected, expected * (1 - p)
        da, db = error.sum(axis=-1), np.einsum("...g,...g", error, z) - precision * b
        sloped = curve * z
        haa, hab = curve.sum(axis=-1), sloped.sum(axis=-1)
        hbb = np.einsum("...g,...g", sloped, z) + precision
        det = haa * hbb - hab**2
        safe = np.where(mixed & (det > 0), det, 1.0)
        # A long step can overshoot where nearly all outcomes are alike; the objective is concave.
        step_a = np.clip(np.where(mixed, (hbb * da - hab * db) / safe, 0.0), -2, 2)
        step_b = np.clip(np.where(mixed, (haa * db - hab * da) / safe, 0.0), -2, 2)
        a, b = a + step_a, b + step_b
        if max(np.abs(step_a).max(), np.abs(step_b).max()) < 1e-11:
            return a, b
    raise InputError(
        "`prior_sd` is too wide: the score separates the outcomes and the logit has no maximum."
    )


def outcome_and_score(outcome: object, score: object) -> tuple[pd.Series, pd.Series]:
    """Check both and lay them out on the same consecutive periods."""
    o, s = as_series(outcome, "outcome"), as_series(score, "score")
    if not o.dropna().isin([0.0, 1.0]).all():
        raise InputError("`outcome` must hold only 0, 1 and NaN.")
    o, s = on_calendar(o, s, ("outcome", "score"))
    index = o.index.union(s.index)
    o, s = o.reindex(index), s.reindex(index)
    if not (o.notna() & s.notna()).any():
        raise InputError("`outcome` and `score` have no date in common at which both are there.")
    return o, s


def check_prior(prior_sd: float) -> float:
    """Return tau, or raise `InputError`."""
    if not number(prior_sd, "prior_sd") > 0:
        raise InputError(f"`prior_sd` must be above 0; it is {prior_sd!r}.")
    return float(prior_sd)
