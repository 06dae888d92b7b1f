"""Do these numbers look like returns in decimals, and of the same periods as their factors?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._calendar import looked_at, periods_of
from r2klib.stats._inputs import Array, listed

#: Half of all returns in decimals stay within this, a year's; shorter ones by the square root of
#: time. Half of the months of a stock of beta 3 with 30 % of its own risk a month stay within 0.22;
#: half of the market's, in percent, exceed 2.
TYPICAL = 1.0

#: So many times as much as the widest factor moves no return in decimals beyond that limit.
WIDER = 15.0

#: Shares of variance explained in and out of step, and the rows it takes to tell.
IN_STEP, OUT_OF_STEP, ROWS = 0.1, 0.5, 36

_INSIST = "If they are right as they are, pass `check_units=False`."


def check_plausible(
    returns: pd.DataFrame,
    factors: pd.DataFrame,
    names: tuple[str, str],
    insist: str = _INSIST,
    in_percent: str | None = None,
) -> None:
    """Raise `InputError` for percent in either, or a period's shift between them; same dates.

    `insist` says what to do where the numbers are right as they are, `in_percent` what else
    may be done about returns in percent.
    """
    Y, F, assets = returns.to_numpy(), factors.to_numpy(), returns.columns
    limit = TYPICAL / np.sqrt(periods_of(factors.index) or 12)
    widths = _typical(F)
    if (percent := widths > limit).any():
        raise InputError(_percent(names[1], factors.columns, percent, widths, insist))
    bound = max(limit, WIDER * float(widths.max()))
    # A median above the bound is more than half of the values beyond it, counted without a copy.
    beyond = (bound < Y).sum(axis=0) + (-bound > Y).sum(axis=0)
    if (percent := 2 * beyond > (~np.isnan(Y)).sum(axis=0)).any():
        mend = in_percent or insist
        raise InputError(_percent(names[0], assets, percent, _typical(Y[:, percent]), mend))
    _check_step(Y[:, looked_at(len(assets))], F, assets, names, insist)


def _typical(values: Array) -> Array:
    """Median of the absolute values of each column, NaN left out."""
    middle = np.minimum((~np.isnan(values)).sum(axis=0) // 2, len(values) - 1)
    ordered = np.partition(np.abs(values), np.unique(middle), axis=0)  # NaN last
    return np.asarray(ordered[middle, np.arange(values.shape[1])])


def _percent(
    name: str, labels: pd.Index, wrong: NDArray[np.bool_], widths: Array, insist: str
) -> str:
    """Say which columns look like percent; where most do, all of them are."""
    found = list(labels[wrong])
    chosen = "" if 2 * len(found) > len(labels) else f"[{found}]"
    return (
        f"`{name}` must be in decimals (0.01 is one percent), but half of the values of "
        f"{listed(found)} are beyond {widths.max():.3g}, which looks like percent. Divide: "
        f"`{name}{chosen} / 100`. {insist}"
    )


def _check_step(Y: Array, F: Array, assets: pd.Index, names: tuple[str, str], insist: str) -> None:
    """Raise `InputError` if factors of the period before or after explain an asset, not its own."""
    y, f = _centred(Y), _centred(F)
    now = _explained(y, f)
    if (now > IN_STEP).all() or len(Y) <= ROWS:
        return
    for shift in (-1, 1):
        other = _explained(y[:, 1:], f[:, :-1]) if shift < 0 else _explained(y[:, :-1], f[:, 1:])
        if (moved := (now <= IN_STEP) & (other >= OUT_OF_STEP)).any():
            i = int(np.argmax(moved))
            asset = assets[looked_at(len(assets))][i]
            which = names[0] if len(assets) == 1 else f"{names[0]}[{asset!r}]"
            raise InputError(
                f"`{which}` seems one period out of step: of its variance the `{names[1]}` of its "
                f"own dates explain {100 * now[i]:.1f} %, those of the period "
                f"{'before' if shift < 0 else 'after'} {100 * other[i]:.1f} %. Shift it: "
                f"`{which}.shift({shift})`. {insist}"
            )


def _explained(assets: Array, factors: Array) -> Array:
    """Largest squared correlation (N,) of each asset with one factor, over the rows of both."""
    (y, there), (f, seen) = assets, factors
    with np.errstate(all="ignore"):  # outliers overflow, and what does not vary explains nothing
        squared = (y.T @ f) ** 2 / (((y * y).T @ seen) * (there.T @ (f * f)))
    known = (there.T @ seen >= ROWS) & np.isfinite(squared)
    return np.asarray(np.where(known, squared, 0.0).max(axis=1))


def _centred(values: Array) -> Array:
    """Columns less their means, zero where missing; and ones where they are there: (2, T, N)."""
    missing = np.isnan(values)
    there = 1.0 - missing
    filled = np.where(missing, 0.0, values)
    mean = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.stack([(filled - mean) * there, there])
