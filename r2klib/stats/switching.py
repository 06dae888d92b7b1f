"""What acting on a signal paid: the information ratio of switching between two legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._align import align
from r2klib.stats._calendar import in_words, need_periods
from r2klib.stats._inputs import Array, as_series, number, span, whole
from r2klib.stats._result import Result
from r2klib.stats._timing import on_calendar
from r2klib.stats.bootstrap import circular_bootstrap
from r2klib.stats.laws import BootstrapLaw
from r2klib.stats.measures import MomentStatistic


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class SwitchingFit(Result):
    """What holding by a signal earned over holding by the benchmark.

    Attributes
    ----------
    law : BootstrapLaw
        The information ratio a year and its draws.
    active : Series
        Return over the benchmark, after costs, by the month in which it was earned; decimals.
    switches, switches_base : int
        Times either changed its holding.
    periods_per_year : int
        Turns monthly figures into annual ones.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> r2klib.stats.switching_test(smb, smb > 0, 0 * smb + 1, seed=1, draws=99).switches
    512
    """

    law: BootstrapLaw
    active: pd.Series
    switches: int
    switches_base: int
    periods_per_year: int

    _json = "switches switches_base law"

    #: What was compared.
    title = "Holding by the signal against the benchmark's holding"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, switches, method and null."""
        return {
            "sample": span(self.active.index),
            "periods a year": in_words(self.periods_per_year),
            "switches": f"{self.switches}, benchmark {self.switches_base}",
            "method": self.law.method,
            "null": "the information ratio is zero (two-sided)",
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row: active return and risk a year, information ratio, 90 % interval, p."""
        low, high = self.law.interval()
        row = {
            "active": float(self.active.mean() * self.periods_per_year),
            "tracking": float(self.active.std(ddof=0) * np.sqrt(self.periods_per_year)),
            "ratio": self.law.value,
            "lower": low,
            "upper": high,
            "pvalue": self.law.p_value(),
        }
        return pd.DataFrame([row], index=["strategy"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; the monthly returns are left out."""
        return super().to_dict() | {"nobs": len(self.active)}


def switching_test(
    d: object,
    hold: object,
    benchmark: object,
    *,
    cost: float = 0.0020,
    seed: int,
    draws: int = 1999,
    block_length: int = 36,
    periods_per_year: int | None = None,
) -> SwitchingFit:
    r"""Estimate the information ratio of switching between two legs by a signal.

    .. math:: r_{t+1} = (w_t - v_t) \, d_{t+1}
              - c \, \big( |w_t - w_{t-1}| - |v_t - v_{t-1}| \big), \qquad
              IR = \sqrt{p} \, \bar r / s_r

    Parameters
    ----------
    d : Series (T,)
        Return of the first leg minus that of the second, decimals, dated at the period's end.
    hold, benchmark : Series (T,)
        Share w and v in the first leg, 0 to 1 or boolean, decided at t and held through t + 1.
    cost : float
        c of a full switch, decimals; the first holding is free.
    seed, draws, block_length : int
        Of the circular bootstrap of the monthly active returns.
    periods_per_year : int, optional
        p, by default as many as the dates of d say.

    Returns
    -------
    SwitchingFit
        Over the months whose return and both holdings of the month before are there; a NaN in
        either leaves the month out. Resamples in which the two holdings never differ count as a
        ratio of zero.

    Raises
    ------
    InputError
        For shares outside 0..1, a negative cost, fewer months than a block, a holding that never
        differs from the benchmark or comes at another frequency than d, `periods_per_year` against
        the dates or missing where they do not tell it.

    References
    ----------
    Grinold and Kahn (2000), Active Portfolio Management, chapter 5.

    Examples
    --------
    >>> smb = r2klib.load("sample").factors("ff3")["SMB"]
    >>> fit = r2klib.stats.switching_test(smb, smb > 0, 0 * smb + 1, seed=1, draws=199)
    >>> round(fit.law.value, 2), [round(end, 2) for end in fit.law.interval()]
    (-0.08, [-0.33, 0.14])
    """
    series = as_series(d, "d")
    w, v = as_series(hold, "hold"), as_series(benchmark, "benchmark")
    for name, share in (("hold", w), ("benchmark", v)):
        if not share.dropna().between(0, 1).all():
            raise InputError(f"`{name}` must hold shares between 0 and 1.")
    if number(cost, "cost") < 0:
        raise InputError(f"`cost` must not be negative; it is {cost!r}.")
    p = need_periods(series.dropna().index, periods_per_year, "d")
    shares, base, _ = align(w.rename("w"), v.rename("v"), ("hold", "benchmark"))
    both_v, _ = on_calendar(base["v"], series, ("benchmark", "d"))
    both_w, series = on_calendar(shares["w"], series, ("hold", "d"))
    turns = both_w.diff().abs().fillna(0.0), both_v.diff().abs().fillna(0.0)
    index = series.index.union(both_w.index)
    gap, paid = both_w - both_v, cost * (turns[0] - turns[1])
    active = gap.reindex(index).shift(1) * series.reindex(index) - paid.reindex(index).shift(1)
    active = active.dropna().rename("active return")
    if len(active) < whole(block_length, "block_length", 1):
        raise InputError(
            f"`d`, `hold` and `benchmark` give {len(active)} months of active returns; the "
            f"bootstrap's blocks take {block_length}. Bring more of them or lower `block_length`."
        )
    if not (active != 0).any():
        raise InputError("`hold` never differs from `benchmark`: there is no active return.")
    ratio = _information_ratio(float(np.sqrt(p)), float(active.var(ddof=0)))
    return SwitchingFit(
        law=circular_bootstrap(
            ratio, active.to_frame(), seed=seed, draws=draws, block_length=block_length
        ),
        active=active,
        switches=int((turns[0] > 0).sum()),
        switches_base=int((turns[1] > 0).sum()),
        periods_per_year=p,
    )


def _information_ratio(root: float, variance: float) -> MomentStatistic:
    """Mean over sd times `root`; zero on resamples in which the two holdings never differ."""

    def of_means(means: Array) -> Array:
        spread = means[..., 1] - means[..., 0] ** 2
        there = spread > 1e-12 * variance
        return np.where(there, root * means[..., 0] / np.sqrt(np.where(there, spread, 1.0)), 0.0)

    return MomentStatistic("information ratio", lambda x: np.hstack([x, x**2]), of_means)
