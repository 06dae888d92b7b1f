"""The odds today, with an interval, beside the base rate they have to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from r2klib.errors import InputError
from r2klib.stats._inputs import LEVEL, Array, number, span, whole
from r2klib.stats._result import Result
from r2klib.stats.bootstrap import circular_bootstrap
from r2klib.stats.laws import BootstrapLaw
from r2klib.stats.logit import check_prior, fit_map, outcome_and_score
from r2klib.stats.measures import BatchStatistic


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class OddsFit(Result):
    """A probability for today, from all outcomes that have ended.

    Attributes
    ----------
    score : float
        Today's.
    law : BootstrapLaw
        The probability and its block-bootstrap draws.
    base_rate : float
        Share of ones among the ended outcomes.
    months, in_bin : int
        Ended outcomes, and those whose score equalled today's.
    horizon : int
        Periods an outcome takes.
    sample : str
        Dates at which the outcomes began.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]["1990":]
    >>> won = r2klib.stats.forward_outcome(r2klib.to_log(smb))
    >>> r2klib.stats.logit_odds(won, smb, seed=1, draws=99).beats_base_rate()
    False
    """

    score: float
    law: BootstrapLaw
    base_rate: float
    months: int
    in_bin: int
    horizon: int
    sample: str

    _json = "score probability base_rate months n_effective in_bin horizon sample law"

    @property
    def probability(self) -> float:
        """Today's, from the fit to all ended outcomes."""
        return self.law.value

    @property
    def n_effective(self) -> float:
        """Ended outcomes over the horizon: how many do not overlap."""
        return self.months / self.horizon

    def beats_base_rate(self, level: float = LEVEL) -> bool:
        """Whether the interval leaves the base rate out."""
        low, high = self.law.interval(level)
        return not low <= self.base_rate <= high

    @property
    def title(self) -> str:
        """What is forecast."""
        return f"Odds over the next {self.horizon} periods at a score of {self.score:g}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, base rate and what they say together."""
        verdict = "leaves out" if self.beats_base_rate() else "contains"
        return {
            "sample": f"{self.sample}, worth {self.n_effective:.0f} that do not overlap",
            "at this score": f"{self.in_bin} of them",
            "base rate": f"{self.base_rate:.4f}; the 90 % interval {verdict} it",
            "method": self.law.method,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row: probability, 90 % interval, base rate."""
        low, high = self.law.interval()
        row = {"probability": self.probability, "lower": low, "upper": high}
        return pd.DataFrame([row | {"base_rate": self.base_rate}], index=["today"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return super().to_dict() | {"beats_base_rate": self.beats_base_rate()}


def logit_odds(
    outcome: object,
    score: object,
    now: float | None = None,
    *,
    horizon: int = 12,
    prior_sd: float = 0.25,
    block_length: int = 36,
    seed: int,
    draws: int = 1999,
) -> OddsFit:
    """Fit the logit of `expanding_logit` to every ended outcome and read it at today's score.

    Parameters
    ----------
    outcome, score, horizon, prior_sd
        As in `expanding_logit`; rows missing the score or the outcome are left out.
    now : float, optional
        Today's score; by default the last one in `score`.
    block_length : int
        Rows per block of the circular bootstrap, which refits on pairs of score and outcome.
    seed, draws : int
        Of the bootstrap.

    Returns
    -------
    OddsFit

    Raises
    ------
    InputError
        As `expanding_logit`; for fewer than `block_length` ended outcomes, or outcomes that are
        all alike.

    Notes
    -----
    The interval holds the base rate's own doubt beside the slope's, and the prior shrinks the
    slope: without a link (240 months, rho 0.95) none of 300 intervals left the base rate out.

    References
    ----------
    As `expanding_logit`; Politis and Romano (1992), in LePage and Billard, Exploring the Limits of
    Bootstrap, 263-270.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> won = r2klib.stats.forward_outcome(r2klib.to_log(data.factors("ff3")["SMB"]))["1990":]
    >>> slope = (data.series("GS10") - data.series("FEDFUNDS")).reindex(won.index)
    >>> fit = r2klib.stats.logit_odds(won, slope, 3.0, seed=1, draws=199)
    >>> round(fit.probability, 2), round(fit.base_rate, 2)
    (0.58, 0.56)
    """
    h = whole(horizon, "horizon", 1)
    tau, w = check_prior(prior_sd), 1 / h
    o, s = outcome_and_score(outcome, score)
    today = float(s.dropna().iloc[-1]) if now is None else number(now, "now")
    if not np.isfinite(today):
        raise InputError(f"`now` must be a finite score; it is {now!r}.")
    rows = pd.DataFrame({"score": s, "outcome": o}).dropna()
    if len(rows) < whole(block_length, "block_length", 1):
        raise InputError(
            f"`outcome` and `score` give {len(rows)} ended outcomes; the bootstrap's blocks take "
            f"{block_length}. Bring more of them or lower `block_length`."
        )
    if not 0 < rows["outcome"].mean() < 1:
        raise InputError(f"`outcome` is {rows['outcome'].iloc[0]:g} at all {len(rows)} dates.")
    statistic = BatchStatistic(
        "probability at today's score", lambda data: _read(data, today, tau, w)
    )
    law = circular_bootstrap(statistic, rows, seed=seed, draws=draws, block_length=block_length)
    return OddsFit(
        score=today,
        law=law,
        base_rate=float(rows["outcome"].mean()),
        months=len(rows),
        in_bin=int((rows["score"] == today).sum()),
        horizon=h,
        sample=span(rows.index),
    )


def _read(data: Array, now: float, tau: float, w: float) -> Array:
    """Probability at `now` by the logit of each resample (..., T, 2)."""
    s, o = data[..., 0], data[..., 1]
    mean, sd = s.mean(axis=-1, keepdims=True), s.std(axis=-1, keepdims=True)
    sd = np.where(sd > 1e-12 * (1 + np.abs(mean)), sd, 1.0)
    a, b = fit_map((s - mean) / sd, np.ones_like(s), o, tau, w)
    rate = o.mean(axis=-1)
    read = expit(a + b * ((now - mean) / sd)[..., 0])
    return np.asarray(np.where((rate == 0) | (rate == 1), rate, read))
