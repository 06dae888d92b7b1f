"""Were the odds any good? Brier skill, log score and hits against the base rate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, outcomes, span
from r2klib.stats._result import Result
from r2klib.stats.bootstrap import circular_bootstrap
from r2klib.stats.chance import probability
from r2klib.stats.inference import hac_mean
from r2klib.stats.laws import BootstrapLaw
from r2klib.stats.measures import MomentStatistic
from r2klib.stats.regression import ScalarFit

_edge = MomentStatistic(
    "half the adjusted Brier skill", lambda x: x, lambda means: means[..., 0] / means[..., 1]
)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BrierTest(Result):
    """Probabilities against the base rate so far.

    Attributes
    ----------
    skill : ScalarFit
        One minus the ratio of mean squared errors, with a HAC error by the delta method.
    edge : ScalarFit
        Half of what the skill would be without the error that nested odds add (Clark and West).
    law : BootstrapLaw
        The edge under a block bootstrap.
    brier, brier_base : float
        Mean squared error of the probabilities and of the base rate.
    log_score, log_score_base : float
        Mean log probability of what happened; minus infinity after a failed certainty.
    hit_rate, hit_rate_error, hit_rate_base : float
        Share of outcomes on the side of one half where the probability was (1/2 counts as no), its
        HAC error, and the share for the base rate.
    nobs : int
        Forecasts with an outcome.
    sample : str
        Dates at which they were made.

    Examples
    --------
    >>> said, wet = np.random.default_rng(1).uniform(size=(2, 240))
    >>> odds = pd.DataFrame({"probability": said, "base_rate": 0.5, "outcome": 1.0 * (wet < said)})
    >>> round(r2klib.stats.brier_test(odds, seed=1, draws=99).brier, 2)  # that of 0.5 is 0.25
    0.17
    """

    skill: ScalarFit
    edge: ScalarFit
    law: BootstrapLaw
    brier: float
    brier_base: float
    log_score: float
    log_score_base: float
    hit_rate: float
    hit_rate_error: float
    hit_rate_base: float
    nobs: int
    sample: str

    _json = (
        "brier brier_base log_score log_score_base nobs sample hit_rate hit_rate_error "
        "hit_rate_base edge skill law"
    )

    #: What was compared.
    title = "Forecast probabilities against the base rate"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, scores, method and null."""
        low, high = self.law.interval()
        return {
            "sample": self.sample,
            "Brier score": f"{self.brier:.4f}, base rate {self.brier_base:.4f}",
            "log score": f"{self.log_score:.4f}, base rate {self.log_score_base:.4f}",
            "hit rate": f"{self.hit_rate:.3f} (std. error {self.hit_rate_error:.3f}), base rate "
            f"{self.hit_rate_base:.3f}",
            "blocks": f"90 % {low:.4f} .. {high:.4f}, p {probability(self.law.p_value(), '.4f')}",
            "skill": f"{self.skill.value:.4f} (std. error {self.skill.std_error:.4f})",
            "method": self.edge.method,
            "null": self.edge.null,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return rows of the edge and of the skill: the number, its error, t, p, 90 % interval."""
        return pd.concat([self.edge.to_frame(), self.skill.to_frame()])


def brier_test(
    forecasts: pd.DataFrame,
    *,
    seed: int,
    draws: int = 1999,
    hac_lags: str | int | None = 18,
    block_length: int = 36,
) -> BrierTest:
    r"""Score probabilities against the base rate known at the time.

    .. math::

        S = \frac{\overline{g}}{\overline{b}}, \quad b = (r - o)^2, \quad
        g^{skill} = b - (p - o)^2, \quad
        g^{edge} = \tfrac12 \big[ b - (p - o)^2 + (p - r)^2 \big], \qquad
        \psi_t = \frac{g_t - S \, b_t}{\overline{b}}

    The standard errors are Newey and West's of the influences :math:`\psi`.

    Parameters
    ----------
    forecasts : DataFrame (T, >= 3)
        Columns `probability`, `base_rate` and `outcome`, as from `expanding_logit`; rows without an
        outcome are left out.
    seed, draws : int
        Of the bootstrap.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`; outcomes over 12 months overlap in 11.
    block_length : int
        Rows per block of the circular bootstrap.

    Returns
    -------
    BrierTest

    Raises
    ------
    InputError
        For missing columns, probabilities outside [0, 1], fewer outcomes than `block_length`, or
        probabilities that never leave the base rate.

    Notes
    -----
    Odds that nest the base rate lose to it by construction: where the score is worthless,
    :math:`(p - r)^2` is what its fit adds to the losses. Clark and West take it out. Of a true edge
    the adjusted difference counts the gain and that square, which are then alike, hence the half.

    References
    ----------
    Clark and West (2007), Journal of Econometrics 138, 291-311. Brier (1950), Monthly Weather
    Review 78, 1-3. Gneiting and Raftery (2007), JASA 102, 359-378.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> won = r2klib.stats.forward_outcome(r2klib.to_log(data.factors("ff3")["SMB"]))["1960":]
    >>> odds = r2klib.stats.expanding_logit(won, data.series("GS10").reindex(won.index))
    >>> test = r2klib.stats.brier_test(odds, seed=1, draws=99)
    >>> round(100 * test.skill.value, 1)  # percent; below zero the base rate was better
    -0.1
    """
    p, r, o = _scored(forecasts)
    own, base = (p - o) ** 2, (r - o) ** 2
    gain = (base - own + (p - r) ** 2) / 2
    both = np.column_stack([gain, base])
    hits = pd.Series((p > 0.5) == (o == 1), p.index, dtype=float, name="hits")
    hit = hac_mean(hits, hac_lags) if np.ptp(hits) else None
    return BrierTest(
        skill=_share(base - own, base, hac_lags, "Brier skill"),
        edge=_share(gain, base, hac_lags, "half the adjusted Brier skill"),
        law=circular_bootstrap(_edge, both, seed=seed, draws=draws, block_length=block_length),
        brier=float(own.mean()),
        brier_base=float(base.mean()),
        log_score=_log_score(p.to_numpy(), o.to_numpy()),
        log_score_base=_log_score(r.to_numpy(), o.to_numpy()),
        hit_rate=float(hits.mean()),
        hit_rate_error=hit.std_error if hit else 0.0,
        hit_rate_base=float(((r > 0.5) == (o == 1)).mean()),
        nobs=len(p),
        sample=span(p.index),
    )


def _scored(forecasts: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    frame = outcomes(forecasts, "probability", "base_rate", "outcome")
    if not frame.apply(lambda column: column.between(0, 1)).to_numpy().all():
        raise InputError("`forecasts` must hold probabilities between 0 and 1.")
    p, r, o = (frame[name] for name in frame)
    if np.allclose(p, r, rtol=0, atol=1e-15):
        raise InputError("`forecasts` equal the base rate at every date: nothing to score.")
    return p, r, o


def _share(gain: pd.Series, base: pd.Series, hac_lags: str | int | None, name: str) -> ScalarFit:
    """Mean gain over the mean loss of the base rate, with the error of a ratio of means."""
    value = gain.mean() / base.mean()
    influence = (gain - value * base) / base.mean()
    fit = hac_mean(value + influence, hac_lags)
    method = fit.method.replace("sample mean", "ratio of means, delta method")
    null = "the probabilities are as good as the base rate (two-sided)"
    return replace(fit, name=name, method=method, null=null)


def _log_score(p: Array, o: Array) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(o == 1, p, 1 - p)).mean())
