"""Where a difference in return comes from, and how concentrated a portfolio is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import listed, unordered
from r2klib.stats._result import Result, plain


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Attribution(Result):
    """A return difference split by sector.

    Attributes
    ----------
    table : DataFrame
        A row per sector: `weight`, `base_weight`, `ret`, `base_ret`, `allocation`, `selection`,
        `interaction`, `total`; decimals.

    Examples
    --------
    >>> v, b = pd.Series({"tech": 0.5, "banks": 0.5}), pd.Series({"tech": 0.03, "banks": 0.01})
    >>> found = r2klib.stats.brinson_fachler(pd.Series({"tech": 0.6, "banks": 0.4}), b, v, b)
    >>> found.effects.round(3).to_dict()
    {'allocation': 0.002, 'selection': 0.0, 'interaction': 0.0, 'total': 0.002}
    """

    table: pd.DataFrame

    #: What was split.
    title = "Brinson-Fachler attribution"

    @property
    def effects(self) -> pd.Series:
        """Allocation, selection, interaction and their total, over all sectors."""
        return self.table[["allocation", "selection", "interaction", "total"]].sum()

    @property
    def facts(self) -> dict[str, str]:
        """The four sums."""
        return {str(name): f"{100 * value:.2f} %" for name, value in self.effects.items()}

    def to_frame(self) -> pd.DataFrame:
        """Return the table by sector."""
        return self.table

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"effects": plain(self.effects), "sectors": plain(self.table)}


def brinson_fachler(
    weights: pd.Series, returns: pd.Series, base_weights: pd.Series, base_returns: pd.Series
) -> Attribution:
    r"""Split the return of a portfolio over its benchmark by sector, for one period.

    .. math::

        A_i = (w_i - v_i)(b_i - b), \qquad S_i = v_i (r_i - b_i), \qquad
        I_i = (w_i - v_i)(r_i - b_i), \qquad b = \sum_i v_i b_i

    Allocation, selection and interaction add up to :math:`\sum w_i r_i - b` exactly.

    Parameters
    ----------
    weights, base_weights : Series (N,)
        Portfolio w and benchmark v at the start of the period, by sector; each adds up to 1.
    returns, base_returns : Series (N,)
        Sector returns r and b, decimals. Where a side has no weight in a sector its return may be
        NaN: the other side's is taken, so that the sector counts as allocation only.

    Returns
    -------
    Attribution

    Raises
    ------
    InputError
        For weights that do not add up to 1 (within 1e-6) or are missing, other sectors per
        argument, or a return missing where there is weight.

    References
    ----------
    Brinson and Fachler (1985), Journal of Portfolio Management 11(3), 73-76.

    Examples
    --------
    >>> w, v = pd.Series({"tech": 0.6, "banks": 0.4}), pd.Series({"tech": 0.5, "banks": 0.5})
    >>> r, b = pd.Series({"tech": 0.02, "banks": 0.01}), pd.Series({"tech": 0.03, "banks": 0.01})
    >>> r2klib.stats.brinson_fachler(w, r, v, b).table["selection"].round(3).to_dict()
    {'tech': -0.005, 'banks': 0.0}
    """
    given: dict[str, object] = {
        "weights": weights,
        "returns": returns,
        "base_weights": base_weights,
        "base_returns": base_returns,
    }
    for name, series in given.items():
        if not isinstance(series, pd.Series) or not series.index.is_unique:
            raise InputError(f"`{name}` must be a Series with each sector once.")
        given[name] = unordered(series, name)
        if odd := sorted(map(str, {*series.index} ^ {*weights.index})):
            raise InputError(f"`{name}` must have the sectors of `weights`; odd: {listed(odd)}.")
    frame = pd.DataFrame(given)
    for name in ("weights", "base_weights"):
        total = frame[name].sum(skipna=False)
        if not abs(total - 1) <= 1e-6:
            raise InputError(f"`{name}` must add up to 1 and not be missing; they give {total:g}.")
    for name, of in (("returns", "weights"), ("base_returns", "base_weights")):
        if lacking := list(frame.index[frame[name].isna() & (frame[of] != 0)]):
            raise InputError(f"`{name}` is missing where there is weight: {listed(lacking)}.")
    w, v = frame["weights"], frame["base_weights"]
    r = frame["returns"].fillna(frame["base_returns"]).fillna(0.0)
    b = frame["base_returns"].fillna(r)
    active, better = w - v, r - b
    table = pd.DataFrame({"weight": w, "base_weight": v, "ret": r, "base_ret": b})
    table["allocation"] = active * (b - (v * b).sum())
    table["selection"] = v * better
    table["interaction"] = active * better
    table["total"] = table[["allocation", "selection", "interaction"]].sum(axis=1)
    return Attribution(table=table)
