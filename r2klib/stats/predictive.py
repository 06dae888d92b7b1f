"""Does a signal known today foretell the next period's return? One call, all the answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._calendar import in_words, need_periods
from r2klib.stats._inputs import whole
from r2klib.stats._timing import Paired, pair
from r2klib.stats.autoregression import AR1Fit, effective_n, fit_ar1
from r2klib.stats.chance import probability
from r2klib.stats.forecasts import ForecastTest, forecast_test, never_used, walk_forward
from r2klib.stats.ivx import IVXTest, ivx_test
from r2klib.stats.joint import joint_law
from r2klib.stats.laws import NullLaw
from r2klib.stats.persistence import signal_law
from r2klib.stats.regression import RegressionFit, ScalarFit, estimate


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PredictiveFit(RegressionFit):
    """A predictive regression: `RegressionFit` of y_{t+1} on the signal of t, and more.

    Attributes
    ----------
    signal : str
        Name of the regressor.
    horizon : int
        Periods over which the signal is summed.
    sd : float
        Standard deviation of the regressor on the rows used.
    signal_variance : float
        Variance of the signal itself, before it is summed.
    periods_per_year : int
        Turns slopes per sd into `effect`.
    autoregression : AR1Fit
        Persistence of the signal.
    slope_corrected : float or None
        The slope freed of Stambaugh's bias; None at horizons above 1, where the mean of the draws
        of `joint_law` shows the bias.
    law : NullLaw
        p-value and interval of `effect` that hold for persistent signals.
    ivx : IVXTest
        Test of the one-period link that needs no estimate of the persistence.
    out_of_sample : ForecastTest or None
        Expanding forecasts against the mean so far; None if the sample has no room for them.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> round(r2klib.predict(smb, smb, seed=1, draws=199).slope_corrected, 2)  # by its last month
    0.06
    """

    signal: str
    horizon: int
    sd: float
    signal_variance: float
    periods_per_year: int
    autoregression: AR1Fit
    slope_corrected: float | None
    law: NullLaw
    ivx: IVXTest
    out_of_sample: ForecastTest | None

    _json = (
        "signal horizon sd periods_per_year slope_corrected n_effective effect autoregression law "
        "ivx out_of_sample"
    )

    @property
    def effect(self) -> ScalarFit:
        """Decimals a year per standard deviation of the regressor, with the HAC error.

        For persistent signals take p and interval from `law`, which is about the same number.
        """
        weight = {self.signal: self.sd * self.periods_per_year}
        return self.combine(weight, f"effect a year of one sd of {self.signal}")

    @property
    def n_effective(self) -> float:
        """What the rows would be worth as overlapping h-period returns, see `effective_n`."""
        return effective_n(self.nobs, self.horizon, self.autoregression.rho)

    @property
    def title(self) -> str:
        """What was regressed on what, and when each was known."""
        return f"{self.dependent} of t+1 on {self.signal} of t"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, fit, persistence, law, IVX and out-of-sample answers beside the HAC ones."""
        low, high = self.law.interval()
        found = {
            "effect a year": f"{100 * self.law.value:.2f} % per sd, 90 % {100 * low:.2f} .. "
            f"{100 * high:.2f}, p {probability(self.law.p_value(), '.4f')}",
            "periods a year": in_words(self.periods_per_year),
            "law": self.law.method,
            "persistence": f"rho {self.autoregression.rho:.4f} (OLS "
            f"{self.autoregression.rho_ols:.4f}), effective n {self.n_effective:.0f}",
            "slope corrected": "horizon 1 only; see joint_law"
            if self.slope_corrected is None
            else f"{self.slope_corrected:.5g} (Stambaugh)",
            "IVX": f"Wald {self.ivx.statistic:.3f}, p {probability(self.ivx.pvalue, '.4f')}",
            "out of sample": "too few observations"
            if self.out_of_sample is None
            else f"R2 {self.out_of_sample.r2:.4f}, Clark-West p "
            f"{probability(self.out_of_sample.pvalue, '.4f')} "
            f"({self.out_of_sample.nobs} forecasts)",
        }
        return super().facts | found


def predict(
    y: object,
    x: object,
    horizon: int = 1,
    *,
    seed: int,
    draws: int = 1999,
    law: Literal["signals", "joint"] = "signals",
    hac_lags: str | int | None = "auto",
    periods_per_year: int | None = None,
    min_obs: int = 120,
    block: int = 1,
) -> PredictiveFit:
    r"""Regress the next period's return on a signal, or on its sum over h periods (Hodrick's 1B).

    .. math:: y_{t+1} = a + b \, s_t + e_{t+1}, \qquad s_t = \sum_{i=0}^{h-1} x_{t-i}, \qquad
              x_{t+1} = c + \rho x_t + u_{t+1}

    At h = 1 Stambaugh's corrected slope is
    :math:`\hat b - \hat\phi (\hat\rho - \rho_c)`, :math:`\hat\phi = cov(e, u) / var(u)`.

    Parameters
    ----------
    y : Series (T,) or array
        One-period returns, decimals, dated at the period's end; sorted, one row per period.
    x : Series (T,) or array
        Signal, any unit, dated when it was *known*: the value of t meets the return of t + 1, which
        this function shifts by itself. Dates of a month or more apart are laid out on the calendar;
        a row counts where neither the return nor a summed value is missing.
    horizon : int
        Periods h. No return overlaps another: the sum is on the side of the signal.
    seed, draws : int
        For the law.
    law : {"signals", "joint"}
        `signal_law` for signals whose innovations have little to do with returns, `joint_law` for
        those whose have (valuation ratios).
    hac_lags : {"auto"}, int or None
        As in `ols_hac`; 0 is Hodrick's own choice, valid under his null.
    periods_per_year : int, optional
        By default as many as the dates say: 252 days, 52 weeks, 12 months, 4 quarters.
    min_obs : int
        Pairs before the first out-of-sample forecast.
    block : int
        Consecutive periods that `joint_law` keeps together.

    Returns
    -------
    PredictiveFit
        Indexed by the return's date.

    Raises
    ------
    InputError
        For fewer than 24 pairs, constant or infinite series, a signal finer than the return or
        other unlike frequencies, no dates in common, unsorted or duplicate dates, a horizon below
        1, `periods_per_year` against the dates or missing where they do not tell it.

    References
    ----------
    Hodrick (1992), RFS 5, 357-386. Stambaugh (1999), JFE 54, 375-421. Amihud and Hurvich (2004),
    JFQA 39, 813-841. Kostakis, Magdalinos and Stamatogiannis (2015), RFS 28, 1506-1553.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> smb = data.factors("ff3")["SMB"]
    >>> slope = (data.series("GS10") - data.series("FEDFUNDS")).dropna()
    >>> slope.index = r2klib.to_month_end(slope.index)
    >>> fit = r2klib.predict(smb, slope, seed=1, draws=499)
    >>> fit.nobs, round(fit.law.pvalue, 1)
    (772, 0.2)
    """
    if law not in ("signals", "joint"):
        raise InputError(f'`law` must be "signals" or "joint"; it is {law!r}.')
    if block != 1 and law != "joint":
        raise InputError(f'`block` is {block}: only the law "joint" keeps periods together.')
    rows = pair(y, x, horizon, least=24)
    dates = rows.index[1:][rows.used]
    name, signal = rows.names[0], rows.regressor_name
    target = pd.Series(rows.target, dates, name=name)
    possible = int(np.isfinite(rows.y[1:]).sum())
    dropped = pd.Series({"no signal at t": possible - len(target)}, name="dropped")
    regressor = pd.DataFrame({signal: rows.signal}, dates)
    fit = estimate(target, regressor, dropped, hac_lags, "const", ("y", "x"))
    persistence = fit_ar1(rows.x, rows.names[1])
    enough = int(rows.used.sum()) >= whole(min_obs, "min_obs", 8) + 8
    own = pd.Series(rows.x, rows.index, name=rows.names[1])
    returns = pd.Series(rows.y, rows.index, name=name)
    # First of all, as it names a signal without innovations, by which the others would divide.
    ivx = ivx_test(returns, own)
    simulate = signal_law if law == "signals" else partial(joint_law, block=block)
    return PredictiveFit(
        **vars(fit),
        signal=signal,
        horizon=rows.horizon,
        sd=float(rows.signal.std()),
        signal_variance=float(np.nanvar(rows.x)),
        periods_per_year=need_periods(rows.index, periods_per_year, "y"),
        autoregression=persistence,
        slope_corrected=_stambaugh(rows, fit, persistence) if rows.horizon == 1 else None,
        law=simulate(y, x, horizon, seed=seed, draws=draws, periods_per_year=periods_per_year),
        ivx=ivx,
        out_of_sample=_out_of_sample(returns, own, horizon, min_obs) if enough else None,
    )


def _stambaugh(rows: Paired, fit: RegressionFit, persistence: AR1Fit) -> float:
    """Slope less the bias that the persistence implies, phi (rho_ols - rho)."""
    u = (rows.x[1:] - persistence.rho_ols * rows.x[:-1])[rows.used]
    both = np.isfinite(u)
    e = fit.resids.to_numpy()[both]
    u = u[both] - u[both].mean()
    phi = (u @ e) / (u @ u)
    return float(fit.params.iloc[1] - phi * (persistence.rho_ols - persistence.rho))


def _out_of_sample(y: pd.Series, x: pd.Series, horizon: int, min_obs: int) -> ForecastTest | None:
    forecasts = walk_forward(y, x, horizon, min_obs=min_obs)
    return None if never_used(forecasts) else forecast_test(forecasts)
