"""Which return follows which signal: puts both on one grid of consecutive periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._align import align, shared
from r2klib.stats._calendar import check_spacing
from r2klib.stats._inputs import DATED, Array, as_series, whole
from r2klib.stats.transform import months_of


@dataclass(frozen=True)
class Paired:
    """A signal and the one-period return that follows it, on T consecutive periods."""

    index: pd.Index  # the periods; monthly or coarser dates as month ends
    y: Array  # (T,), NaN where missing
    x: Array  # (T,), NaN where missing
    regressor: (
        Array  # (T,), the signal summed over the `horizon` periods up to t; NaN if one misses
    )
    used: NDArray[np.bool_]  # (T - 1,), rows t with a regressor at t and a return at t + 1
    horizon: int
    names: tuple[str, str]  # what y and x are called

    @property
    def regressor_name(self) -> str:
        """What the regressor is called."""
        return self.names[1] if self.horizon == 1 else f"{self.names[1]}, sum of {self.horizon}"

    @property
    def target(self) -> Array:
        """Returns of t + 1 on the rows used."""
        return self.y[1:][self.used]

    @property
    def signal(self) -> Array:
        """Regressor of t on the rows used."""
        return self.regressor[:-1][self.used]


def pair(y: object, x: object, horizon: int = 1, least: int = 8) -> Paired:
    """Check y and x and pair x (or its sum over `horizon` periods) of t with y of t + 1.

    Dates of a month or more apart are laid out on the calendar, so a missing month separates its
    neighbours; finer dates and arrays are consecutive as they stand.
    """
    h = whole(horizon, "horizon", 1)
    ys, xs = as_series(y, "y"), as_series(x, "x")
    align(y, x, ("y", "x"))  # stamps that hide common months, and arrays of unlike length
    ys, xs = on_calendar(ys, xs)
    index = ys.index.union(xs.index)
    signal = xs.reindex(index)
    index = index[int(np.argmax(signal.notna().to_numpy())) :]
    target, signal = ys.reindex(index).to_numpy(), signal.loc[index]
    summed = signal if h == 1 else signal.rolling(h).sum()
    regressor = summed.to_numpy()
    used = np.isfinite(regressor[:-1]) & np.isfinite(target[1:])
    if (n := int(used.sum())) < least:
        raise InputError(
            f"`y` and `x` give {n} pairs of a signal and the return that follows it; at least "
            f"{least} are needed (horizon {h})."
        )
    kept = regressor[:-1][used]
    for name, values in (("y", target[1:][used]), ("x", kept)):
        if np.ptp(values) == 0:
            raise InputError(f"`{name}` is constant, {values[0]:g}, on the {n} rows used.")
    return Paired(
        index, target, signal.to_numpy(), regressor, used, h, (str(ys.name), str(xs.name))
    )


def on_calendar(
    y: pd.Series, x: pd.Series, names: tuple[str, str] = ("y", "x")
) -> tuple[pd.Series, pd.Series]:
    """Reindex to every calendar period, if both have at most one row a month.

    Unlike frequencies are refused: a signal finer than the return falls inside the very period it
    is to foretell. So are stamps that hide common months: a month-start stamp does not say which
    end it means. Of finer rows, what x says at a date that y skips waits for nobody: the next
    return began before it.
    """
    check_spacing(y.to_frame(), x.to_frame(), names)
    shared(y.index, x.index, names)
    if not (isinstance(y.index, DATED) and isinstance(x.index, DATED)):
        return y, x
    months = [months_of(series.index) for series in (y, x)]
    if not all(month.is_unique for month in months):
        before = y.index.get_indexer(x.index, method="ffill")  # -1 before the first
        inside = (before >= 0) & (before < len(y) - 1)
        return y, x[~inside | x.index.isin(y.index)]
    at = [month.astype("int64").to_numpy() for month in months]
    steps = [int(np.gcd.reduce(np.diff(ordinals))) if len(ordinals) > 1 else 1 for ordinals in at]
    if steps[0] != steps[1] or (at[0][0] - at[1][0]) % steps[0]:
        raise InputError(
            f"`{names[0]}` comes every {steps[0]} months from {months[0][0]}, `{names[1]}` every "
            f"{steps[1]} from {months[1][0]}: a return can begin before the signal is known. Bring "
            "both to the same months first."
        )
    span = pd.period_range(min(m[0] for m in months), max(m[-1] for m in months), freq="M")
    calendar = span[:: steps[0]]
    grid = calendar.astype("int64").to_numpy()
    ends = calendar.to_timestamp(how="end").normalize()
    laid = [
        pd.Series(series.to_numpy(), ordinals, name=series.name).reindex(grid).set_axis(ends)
        for series, ordinals in zip((y, x), at, strict=True)
    ]
    return laid[0], laid[1]
