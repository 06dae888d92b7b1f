"""Forecasts made month by month with what was known, and whether they beat the mean so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from r2klib.errors import InputError
from r2klib.stats._inputs import outcomes, span, whole
from r2klib.stats._result import Result
from r2klib.stats._timing import pair
from r2klib.stats.inference import hac_mean
from r2klib.stats.regression import ScalarFit


def walk_forward(
    y: object,
    x: object,
    horizon: int = 1,
    *,
    min_obs: int = 120,
) -> pd.DataFrame:
    r"""Forecast the next period's return from a signal, refitting every period.

    .. math:: \hat y_{t+1|t} = \hat a_t + \hat b_t s_t, \qquad
              (\hat a_t, \hat b_t) \text{ from } \{(s_r, y_{r+1}) : r + 1 \le t\}

    Parameters
    ----------
    y, x, horizon
        As in `predict`.
    min_obs : int
        Pairs needed for the first forecast, at least 8; later ones fit on all so far.

    Returns
    -------
    DataFrame
        A row per date t at which a forecast could be *made*, with `forecast`, `benchmark` (mean of
        all returns in pairs ended by t), `slope` used, `n_train` and `actual`, the return of t + 1
        (NaN where it is missing or not known yet). Nothing in the first four columns depends on
        data after t.

    Raises
    ------
    InputError
        As `predict`; if no date has `min_obs` pairs before it.

    References
    ----------
    Welch and Goyal (2008), RFS 21, 1455-1508.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]["1990":]
    >>> path = r2klib.stats.walk_forward(smb, smb)  # by its own last month
    >>> path["n_train"].iloc[[0, -1]].tolist(), path["slope"].iloc[[0, -1]].round(2).tolist()
    ([120, 346], [0.18, -0.07])
    """
    least = whole(min_obs, "min_obs", 8)
    rows = pair(y, x, horizon)
    s = rows.regressor - rows.signal[0]  # a level far from zero would cost digits
    ended = np.concatenate([[0], rows.used.cumsum()])  # pairs whose return is known at t
    made = np.flatnonzero(np.isfinite(s) & (ended >= least))
    if len(made) == 0:
        raise InputError(
            f"`min_obs` {least} leaves nothing to forecast: there are {ended[-1]} pairs of a "
            "signal and the return that follows it."
        )
    n = ended[made]
    pairs = pd.DataFrame({"s": s[:-1][rows.used], "y": rows.target})
    so_far = pairs.expanding()
    spread = so_far["s"].var()
    slopes = (so_far["s"].cov(pairs["y"]) / spread).where(spread > 0, 0.0)
    centre, mean = so_far.mean().to_numpy()[n - 1].T
    slope = slopes.to_numpy()[n - 1]
    columns = {
        "forecast": mean + slope * (s[made] - centre),
        "benchmark": mean,
        "slope": slope,
        "n_train": n,
        "actual": np.append(rows.y[1:], np.nan)[made],
    }
    return pd.DataFrame(columns, index=rows.index[made])


def never_used(forecasts: pd.DataFrame) -> bool:
    """Whether forecasts leave their benchmark by no more than rounding, beside their errors."""
    gain = forecasts["forecast"] - forecasts["benchmark"]
    error = forecasts["actual"] - forecasts["benchmark"]
    return bool(gain.abs().max() <= 1e-9 * error.abs().max())


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ForecastTest(Result):
    """How forecasts did against a benchmark nested in them.

    Attributes
    ----------
    r2 : float
        One minus the ratio of squared errors (Campbell and Thompson's out-of-sample R2).
    clark_west : ScalarFit
        Mean of the adjusted difference of squared errors.
    nobs : int
        Forecasts with an outcome.
    sample : str
        Dates at which they were made.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]["1990":]
    >>> test = r2klib.stats.forecast_test(r2klib.stats.walk_forward(smb, smb))
    >>> round(100 * test.r2, 1)  # percent; below zero the mean so far was better
    -8.6
    """

    r2: float
    clark_west: ScalarFit
    nobs: int
    sample: str

    #: What was compared, and what is tested, in words.
    title = "Forecasts against the benchmark, out of sample"
    null = "in population the signal does not improve on the mean (one-sided)"

    _json = "r2 pvalue nobs sample null clark_west"

    @property
    def pvalue(self) -> float:
        """One-sided p-value of Clark and West, normal law: the alternative is a better forecast."""
        return float(ndtr(-self.clark_west.tstat))

    @property
    def facts(self) -> dict[str, str]:
        """Sample, method and null."""
        method = f"Clark-West adjusted squared errors, {self.clark_west.hac_lags} HAC lags"
        return {"sample": self.sample, "method": method, "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return one row: out-of-sample R2, Clark-West t and p."""
        row = {"r2": self.r2, "tstat": self.clark_west.tstat, "pvalue": self.pvalue}
        return pd.DataFrame([row], index=["forecast"])


def forecast_test(forecasts: pd.DataFrame, hac_lags: str | int | None = 0) -> ForecastTest:
    r"""Compare forecasts with a nested benchmark.

    .. math::

        R^2_{OS} = 1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2}, \qquad
        f = (y - \bar y)^2 - \big[ (y - \hat y)^2 - (\bar y - \hat y)^2 \big]

    Parameters
    ----------
    forecasts : DataFrame (T, >= 3)
        Columns `forecast`, `benchmark` and `actual`, as from `walk_forward`; rows without an
        outcome are left out.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`; 0 suits one-period forecasts.

    Returns
    -------
    ForecastTest

    Raises
    ------
    InputError
        For missing columns, fewer than 8 outcomes, forecasts that never leave the benchmark, and
        what `ols_hac` refuses in a table.

    References
    ----------
    Clark and West (2007), Journal of Econometrics 138, 291-311. Campbell and Thompson (2008), RFS
    21, 1509-1531.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> market = data.factors("ff3")["Mkt-RF"]["1960":]
    >>> path = r2klib.stats.walk_forward(market, data.series("GS10").reindex(market.index))
    >>> round(r2klib.stats.forecast_test(path).pvalue, 1)
    0.6
    """
    frame = outcomes(forecasts, "forecast", "benchmark", "actual")
    gain = frame["forecast"] - frame["benchmark"]
    if never_used(frame):
        raise InputError("`forecasts` equal the benchmark at every date: nothing to compare.")
    e0, e1 = (frame["actual"] - frame[name] for name in ("benchmark", "forecast"))
    adjusted = (e0**2 - (e1**2 - gain**2)).rename("adjusted difference of squared errors")
    return ForecastTest(
        r2=float(1 - (e1**2).sum() / (e0**2).sum()),
        clark_west=hac_mean(adjusted, hac_lags),
        nobs=len(frame),
        sample=f"made {span(frame.index)}",
    )
