"""How one number of a fit or a law becomes an estimate, in the unit of its claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.claims.nouns import Estimate
from r2klib.stats import BootstrapLaw, NullLaw, ScalarFit, WildLaw, hac_mean, ols_hac
from r2klib.stats.horizons import RatioLaw

#: Percent a year from decimals a month.
ANNUAL_PERCENT = 1_200.0
#: Level of every interval in the ledger.
LEVEL = 0.90
#: Rows whose signs change together, by the most days between rows: a quarter of daily and weekly
#: rows, a year of monthly and quarterly ones. Rows further apart stand alone.
BLOCKS = ((4, 63), (20, 13), (60, 12), (150, 4))


#: A law whose interval and p-value are those of an estimate.
Law = WildLaw | BootstrapLaw | NullLaw | RatioLaw


@dataclass(frozen=True, kw_only=True)
class Equation:
    """One number of a regression: a sum of coefficients by `weights`, `null_value` under the null.

    `X` are the regressors beside a constant; None for the mean of y. `block` rows change signs
    together, `scale` leads to the unit of the estimate, `what` is for the method line.
    """

    y: pd.Series
    X: pd.DataFrame | None
    weights: Mapping[str, float]
    hac_lags: str | int
    block: int
    scale: float
    null_value: float = 0.0
    what: str = ""
    n_effective: float | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the wild bootstrap and the break test both take."""
        return {
            "y": self.y,
            "X": self.X,
            "weights": self.weights,
            "block": self.block,
            "hac_lags": self.hac_lags,
        }

    def plain(self) -> ScalarFit:
        """The number with Newey-West errors and Student's t."""
        if self.X is None:
            return hac_mean(self.y, hac_lags=self.hac_lags)
        fit = ols_hac(self.y, self.X, hac_lags=self.hac_lags)
        return fit.combine(self.weights, " + ".join(self.weights), null=self.null_value)


#: Groups along a driver or signal, and rows from which each has enough of them.
GROUPS, FEWEST = 5, 50


def by_fifth(points: pd.DataFrame) -> pd.DataFrame | None:
    """Mean of y in each fifth of x, from one regression on who is where, Newey-West errors.

    A description beside a test of the line through all points: cut-offs are of all of them, so they
    were known only later. Where values repeat, fifths that would share a cut-off are one group.
    Columns: ``start`` and ``end`` of each group along x; ``value``, 90 % interval ``low`` to
    ``high`` in y's unit; ``n``. None below 50 rows or three groups.
    """
    if len(points) < FEWEST:
        return None
    group, edges = pd.qcut(points["x"], GROUPS, labels=False, retbins=True, duplicates="drop")
    member = pd.get_dummies(group, dtype=float)
    if member.shape[1] < 3:
        return None
    fit = ols_hac(points["y"], member, add_constant=False)
    columns = {"start": edges[:-1], "end": edges[1:], "value": fit.params}
    found = pd.DataFrame(columns).join(fit.conf_int(LEVEL).set_axis(["low", "high"], axis=1))
    return found.assign(n=member.sum().astype(int))


def block_of(index: pd.Index) -> int:
    """Rows whose signs change together; those of months where rows have no dates."""
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return dict(BLOCKS)[60]
    days = float(np.median(np.diff(index.to_numpy()) / np.timedelta64(1, "D")))
    return next((rows for most, rows in BLOCKS if days <= most), 1)


def from_law(
    law: ScalarFit | Law,
    *,
    unit: str,
    null: str,
    value: float | None = None,
    scale: float = 1.0,
    what: str = "",
    claimed: float | None = None,
    n: int | None = None,
    n_effective: float | None = None,
) -> Estimate:
    """One number, or `value` in its place, times `scale`, with the interval and p of its own law.

    The number is what it is more than a law's null value. Laws that do not say how many rows they
    rest on are told by `n`.
    """
    above = 0.0 if isinstance(law, ScalarFit) else law.null_value
    interval = law.conf_int(LEVEL) if isinstance(law, ScalarFit) else law.interval(LEVEL)
    low, high = sorted(scale * (end - above) for end in interval)
    rows = law.nobs if isinstance(law, ScalarFit | WildLaw) else n
    assert rows is not None
    return Estimate(
        value=scale * ((law.value if value is None else value) - above),
        std_error=abs(scale) * law.std_error,
        interval=(low, high),
        p_value=law.pvalue if isinstance(law, ScalarFit) else law.p_value(),
        p_claimed=_as_large(law, claimed, scale, above),
        n=rows,
        n_effective=n_effective,
        unit=unit,
        method="; ".join(filter(None, (what, _method(law)))),
        null=null,
    )


def _method(law: ScalarFit | Law) -> str:
    method = law.method
    if not isinstance(law, ScalarFit | WildLaw):
        method += f", {len(law.draws):,} draws"
    if isinstance(law, BootstrapLaw):
        method += f", mean block {law.block_length:z.1f} rows"
    return f"{method}, bias removed" if isinstance(law, RatioLaw) else method


def alpha_of(alpha: ScalarFit, what: str, null: str) -> Estimate:
    """The alpha of a factor regression of monthly returns, percent a year, by Newey-West's t."""
    return from_law(alpha, unit="%/yr", scale=ANNUAL_PERCENT, what=what, null=null)


def _as_large(
    law: ScalarFit | Law, claimed: float | None, scale: float, above: float
) -> float | None:
    """One-sided p of "the effect is at least as large as claimed": small where that is refuted.

    `above` is what the law's own number is where there is no effect.
    """
    if claimed is None:
        return None
    b = claimed / scale
    against_larger, against_smaller = law.one_sided(above + b)
    return against_smaller if b > 0 else against_larger
