"""What regressions of many assets share: a calendar, groups of assets for workers, an overview."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._align import check_lengths, shared
from r2klib.stats._calendar import check_spacing
from r2klib.stats._inputs import Array, as_frame, listed, whole
from r2klib.stats._lstsq import independent
from r2klib.stats._models import Model, named, select_factors, take
from r2klib.stats._plausible import check_plausible
from r2klib.stats._result import Result
from r2klib.stats.regression import with_constant

Part = TypeVar("Part")

#: The constant's name among the coefficients.
ALPHA = "alpha"
#: A worker gets at least so many assets; below, the way there costs more than the work.
ASSETS_PER_WORKER = 50


#: Why dates of the one or the other argument are not used.
_ONLY = pd.Index(["only in returns", "only in factors"])


@dataclass(frozen=True)
class Panel:
    """Returns and factors on one calendar, checked; NaN where missing."""

    returns: pd.DataFrame  # (T, N), excess
    regressors: pd.DataFrame  # (T, K)
    X: Array  # (T, 1 + K), ones and the factors
    dropped: pd.Series  # dates before or after the span that both cover

    @property
    def Y(self) -> Array:  # noqa: N802 - as X, the letter of the equation
        """Returns (T, N)."""
        return self.returns.to_numpy()

    @property
    def dates(self) -> pd.Index:
        """Labels of the T dates."""
        return self.returns.index

    @property
    def assets(self) -> pd.Index:
        """Names of the N assets."""
        return self.returns.columns

    @property
    def factors(self) -> pd.Index:
        """Names of the K factors."""
        return self.regressors.columns

    @property
    def coefficients(self) -> pd.Index:
        """Names of the coefficients: "alpha" and the factors."""
        return self.factors.insert(0, ALPHA)

    @property
    def least(self) -> int:
        """The fewest rows that leave an error to estimate from: one more than coefficients."""
        return len(self.factors) + 2

    def check_assets_vary(self, min_obs: int) -> None:
        """Raise `InputError` if an asset has `min_obs` returns or more, all equal."""
        flat = np.flatnonzero(np.fmax.reduce(self.Y, axis=0) == np.fmin.reduce(self.Y, axis=0))
        flat = flat[np.isfinite(self.Y[:, flat]).sum(axis=0) >= min_obs]
        if len(flat):
            names = listed(list(self.assets[flat]))
            raise InputError(f"`returns` has columns that do not vary: {names}.")


def panel_of(
    returns: object, factors: object, model: Model, *, subtract_rf: bool, check_units: bool
) -> Panel:
    """Check both arguments and put them on the dates that either has, in the span both cover.

    A date that one of them lacks inside that span is a missing row of it, so that a window of w
    rows always spans w periods. The factors are those of `model`; arrays have no names to choose
    by and count as they are.
    """
    chosen = select_factors(factors, model)
    left, right = as_frame(returns, "returns"), as_frame(chosen, "factors")
    check_lengths((returns, factors), left, right, ("returns", "factors"))
    check_spacing(left, right, ("returns", "factors"))
    dates, lost = left.index, [0, 0]
    if not left.index.equals(right.index):
        shared(left.index, right.index, ("returns", "factors"))
        first = max(left.index[0], right.index[0])
        last = min(left.index[-1], right.index[-1])
        dates = left.index.union(right.index)
        dates = dates[(dates >= first) & (dates <= last)]
        lost = [len(index) - int(index.isin(dates).sum()) for index in (left.index, right.index)]
        left, right = left.reindex(dates), right.reindex(dates)
    if check_units:
        check_plausible(left, right, ("returns", "factors"))
    if subtract_rf:
        bill = as_frame(take(named(factors), ["RF"]), "factors")
        left = left.sub(bill["RF"].reindex(dates), axis=0)
    return Panel(
        returns=left,
        regressors=right,
        X=_with_alpha(right),
        dropped=pd.Series(lost, _ONLY, name="dropped"),
    )


def _with_alpha(factors: pd.DataFrame) -> Array:
    """Put a constant before the factors, if their complete rows tell all of them apart."""
    X = np.column_stack([np.ones(len(factors)), factors.to_numpy()])
    missing = np.isnan(X).any(axis=1)
    complete = X[~missing] if missing.any() else X
    T, k = complete.shape
    if k + 1 > T:
        raise InputError(
            f"`factors` has {T} complete rows on the dates of `returns` for {k} coefficients; at "
            f"least {k + 1} are needed."
        )
    gram = complete.T @ complete
    with np.errstate(all="ignore"):
        told_apart = np.linalg.det(gram / np.sqrt(np.outer(np.diag(gram), np.diag(gram)))) > 1e-6
    if ALPHA in factors.columns or not told_apart:
        # These name the columns at fault, and pass those that are merely close to collinear.
        independent(with_constant(factors[~missing], ALPHA, "factors"), "factors")
    return X


def on_workers(function: Callable[[Array], Part], Y: Array, n_jobs: int | None) -> list[Part]:
    """Apply `function` to groups of the columns of `Y`, on joblib's workers where there are any.

    With `n_jobs` None the workers are those of an enclosing `joblib.parallel_config`: processes,
    threads or a Dask cluster; without one, everything is done here.
    """
    if n_jobs is None and sys.modules.get("joblib") is None:
        return [function(Y)]
    if n_jobs is not None and whole(n_jobs, "n_jobs", -(2**15)) == 0:
        raise InputError("`n_jobs` must be a number of workers, or -1 for every core; it is 0.")
    if n_jobs == 1:
        return [function(Y)]
    joblib: Any = import_module("joblib")
    groups = min(joblib.effective_n_jobs(n_jobs), Y.shape[1] // ASSETS_PER_WORKER)
    if groups < 2:
        return [function(Y)]
    tasks = (joblib.delayed(function)(part) for part in np.array_split(Y, groups, axis=1))
    return list(joblib.Parallel(n_jobs=n_jobs)(tasks))


class PanelResult(Result):
    """A result too large to be shown: what shows is `describe()`, every number is in `to_frame`."""

    @abstractmethod
    def describe(self) -> pd.DataFrame:
        """Return a small table that stands for the result."""

    def _shown(self) -> pd.DataFrame:
        return self.describe()


def few_names(names: pd.Index, most: int = 3) -> str:
    """Name the first of `names` and say how many there are."""
    return listed([str(name) for name in names], most)


def law_of(estimates: pd.DataFrame | pd.Series) -> pd.Series:
    """Summarise the estimates of one coefficient that are not NaN."""
    values = estimates.to_numpy()
    known = values[~np.isnan(values)]
    low, median, high = np.quantile(known, [0.05, 0.5, 0.95])
    return pd.Series(
        {"mean": known.mean(), "std": known.std(), "5 %": low, "median": median, "95 %": high}
    )
