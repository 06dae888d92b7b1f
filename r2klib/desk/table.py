"""`factor_table`: alphas and betas of several assets on one model, and what may be wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from r2klib.data import Dataset, load, snapshot
from r2klib.data.checks import as_day
from r2klib.data.edition import ENVIRONMENT, LATEST
from r2klib.data.factors import FactorsMissing, series_of
from r2klib.data.reading import Units
from r2klib.desk.assets import Assets, fetched_in_words, find
from r2klib.desk.files import PERCENT, at_month_ends, check_units
from r2klib.errors import InputError, R2kError, listing
from r2klib.stats import (
    FactorFit,
    RollingFit,
    factor_regression,
    rolling_factor_regression,
)
from r2klib.stats._inputs import LEVEL, as_frame, fraction, whole
from r2klib.stats._models import select_factors
from r2klib.stats._plausible import check_plausible
from r2klib.stats._result import Result, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Months without which a regression on a handful of factors says nothing.
LEAST = 24
_MARKET = "Mkt-RF"
_LESS = "total returns less RF, the bill's"
#: What to do where an asset is in step though it does not look so.
_IN_STEP = "Or, if it is right as it is, regress it alone: `factor_regression(check_units=False)`."


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FactorTable(Result):
    """Factor regressions of several assets on one model, complete once constructed.

    Attributes
    ----------
    fits : mapping of str to FactorFit
        One regression for each asset, on all months that it shares with the factors.
    rolling : RollingFit or None
        The same in rolling windows, with classical errors: whole ones only, so many months in a
        row of which asset and factors lack none. Of the assets that have such a window; None if
        none has.
    checks : DataFrame
        A row per asset: ``median_size``, the median absolute return (decimals, or it was
        refused); ``rsquared``, and ``rsquared_before`` and ``rsquared_after`` with the factors of
        the month before and after (in step, or it was refused); ``lag_beta`` and ``lag_tstat``,
        the coefficient of the market's return of the month before where it is added (apart from
        zero in assets that trade late; NaN without Mkt-RF).
    model, edition : str
        What the returns were regressed on, and the edition it is from.
    level : float
        Of the intervals.
    notes, sources : tuple of str
        What was done to the returns; where they and the factors are from.

    Examples
    --------
    >>> table = r2klib.factor_table("french.size_value", "ff3", data=r2klib.load("sample"))
    >>> table.params["SMB"].round(2).tail(3).to_dict()
    {'S5V1': -0.24, 'S5V3': -0.25, 'S5V5': -0.09}
    """

    fits: Mapping[str, FactorFit]
    rolling: RollingFit | None
    checks: pd.DataFrame
    model: str
    edition: str
    level: float
    notes: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def params(self) -> pd.DataFrame:
        """Coefficients (N, 1 + K), a row per asset: alpha in decimals a month, and betas."""
        return self._side_by_side("params")

    @property
    def std_errors(self) -> pd.DataFrame:
        """Their standard errors (N, 1 + K)."""
        return self._side_by_side("std_errors")

    @property
    def tstats(self) -> pd.DataFrame:
        """Coefficients over standard errors (N, 1 + K)."""
        return self._side_by_side("tstats")

    @property
    def pvalues(self) -> pd.DataFrame:
        """Two-sided p-values (N, 1 + K) from Student's t."""
        return self._side_by_side("pvalues")

    @property
    def rsquared(self) -> pd.Series:
        """Share of each asset's variance that is explained (N,)."""
        return pd.Series({name: fit.rsquared for name, fit in self.fits.items()}, name="rsquared")

    @property
    def nobs(self) -> pd.Series:
        """Months of each asset (N,)."""
        return pd.Series({name: fit.nobs for name, fit in self.fits.items()}, name="nobs")

    def _side_by_side(self, part: str) -> pd.DataFrame:
        return pd.DataFrame({name: getattr(fit, part) for name, fit in self.fits.items()}).T

    @property
    def title(self) -> str:
        """What was regressed on what."""
        return f"{listing(self.fits)} on {self.model}"

    @property
    def facts(self) -> dict[str, str]:
        """What the returns are, method, null, windows, notes and edition."""
        lags = sorted({fit.hac_lags for fit in self.fits.values() if fit.hac_lags is not None})
        span = f"{lags[0]} to {lags[-1]}" if lags[1:] else f"{lags[0]}" if lags else ""
        errors = f"Newey-West errors of {span} lags" if lags else "classical errors"
        return {
            "returns": self.notes[0],
            "method": f"OLS, {errors}, Student t; beneath each coefficient its t and its "
            f"{100 * self.level:g} % interval",
            "null": next(iter(self.fits.values())).null,
            "rolling": "none: no asset has so many months in a row"
            if self.rolling is None
            else f"windows of {self.rolling.window} months in a row, classical errors; `.rolling`",
            "late trading": self._late,
            "notes": "; ".join(self.notes[1:]) or "none",
            "sources": "; ".join(self.sources),
            "edition": self.edition,
        }

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: a mapping that cannot be written to cannot be either."""
        return vars(self) | {"fits": dict(self.fits)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, fits=MappingProxyType(state["fits"]))

    @property
    def _late(self) -> str:
        if self.checks["lag_tstat"].isna().all():
            return f"not asked: the model has no {_MARKET}"
        late = self.checks[self.checks["lag_tstat"].abs() > 2]
        if late.empty:
            return "no asset follows the market's month before"
        said = (
            f"{name} {row['lag_beta']:+.2f} (t {row['lag_tstat']:.1f})"
            for name, row in late.iterrows()
        )
        return f"on the market's month before, added to the model: {listing(said)}"

    def to_frame(self) -> pd.DataFrame:
        """Return a row per asset and coefficient, and "alpha a year", in decimals.

        Columns: estimate, std_error, tstat, pvalue, lower, upper; `level` is the interval's.
        """
        parts = {}
        for name, fit in self.fits.items():
            rows = fit.to_frame().drop(columns=["lower", "upper"]).join(fit.conf_int(self.level))
            year = rows.loc[["alpha"]].rename(index={"alpha": "alpha a year"})
            scaled = ["estimate", "std_error", "lower", "upper"]
            year[scaled] *= fit.periods_per_year
            parts[name] = pd.concat([year, rows])
        return pd.concat(parts, names=["asset", "coefficient"])

    def _table(self) -> pd.DataFrame:
        """Assets side by side; beneath each coefficient its t and its interval."""
        columns = {name: _column(fit, self.level) for name, fit in self.fits.items()}
        table = pd.DataFrame(columns)
        return table.set_axis([label.partition("|")[0] for label in table.index], axis="index")

    @property
    def _level(self) -> float:
        return self.level

    def _shown(self) -> pd.DataFrame:
        return self._table()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        assets, table = {}, self.to_frame()
        for name, fit in self.fits.items():
            rows = table.loc[name].iterrows()
            assets[name] = fit.to_dict() | {
                "coefficients": {label: plain(row) for label, row in rows},
                "checks": plain(self.checks.loc[name]),
            }
        return {
            "model": self.model,
            "edition": self.edition,
            "level": self.level,
            "notes": list(self.notes),
            "sources": list(self.sources),
            "assets": assets,
            "rolling": None if self.rolling is None else self.rolling.to_dict(),
        }

    def plot(self, coefficient: str | None = None, **how: Any) -> Axes | Any:
        """Draw the rolling coefficients; see `RollingFit.plot`.

        Parameters
        ----------
        coefficient : str, optional
            One of them; all without it.
        **how
            For pandas' `plot`.

        Raises
        ------
        InputError
            If no asset has a whole window, or there is no such coefficient.
        """
        if self.rolling is None:
            raise InputError(
                "There is nothing rolling to draw: no asset has as many months in a row as "
                "`window`. Pass a smaller one."
            )
        return self.rolling.plot(coefficient, **how)

    def to_html(self, path: str | Path | None = None) -> str:
        """Return one self-contained page: the table, the rolling betas drawn, the checks.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it too, whole or not at all.

        Raises
        ------
        CannotWrite
            If the disk refuses.
        """
        from r2klib.desk.page import page
        from r2klib.home import write_whole

        html = page(self, self._table(), self.checks, self.rolling)
        if path is not None:
            write_whole(Path(path), html.encode(), "Choose another place.")
        return html


def factor_table(
    assets: Assets,
    model: str | Sequence[str] | None = None,
    *,
    data: Dataset | None = None,
    factors: pd.DataFrame | None = None,
    start: object = None,
    end: object = None,
    common: bool = False,
    excess: bool = False,
    units: Units = "decimals",
    window: int = 36,
    min_obs: int = LEAST,
    hac_lags: str | int | None = "auto",
    level: float = LEVEL,
    fetch: bool = False,
) -> FactorTable:
    """Regress several assets on a factor model, each over its own months.

    Parameters
    ----------
    assets : str, Path, iterable of these, Series, DataFrame, or mapping
        Tickers or series of the edition (``"IWM"``, ``"french.industries12"``); paths of CSV
        files, either of weights (``ticker,weight``, summing to one) or of monthly returns by
        date; a Series or DataFrame of monthly returns; or ``{name: {ticker: weight}}``.
    model : {"capm", "ff3", "carhart", "ff5", "ff6", "qmj"} or list of factors
        See `r2klib.MODELS`; by default "ff5", of `factors` of your own every column but RF.
    data : Dataset, optional
        The edition; by default that of ``R2K_EDITION``, else the last snapshot, else the sample.
    factors : DataFrame, optional
        Monthly factors of your own with RF, decimals, in place of the edition's; `model` may
        then name any of its columns.
    start, end : date-like, optional
        First and last month; ``"2010"`` is from its January, or to its December.
    common : bool
        Only months that all assets have.
    excess : bool
        True if returns of your own are excess returns already; else RF is subtracted, as it always
        is from funds and from the edition's portfolios.
    units : {"decimals", "percent", "prices"}
        What files and frames of your own hold: monthly returns, or prices by day or month.
    window : int
        Months of a rolling window. Only whole windows count: an asset is estimated where it and
        the factors have all of these months, one after the other.
    min_obs : int
        Months that each asset must share with the factors.
    hac_lags : {"auto"}, int or None
        As in `ols_hac`; "auto" chooses for each asset.
    level : float
        Of the intervals.
    fetch : bool
        Whether to fetch what the edition lacks: tickers from Yahoo Finance, files of the model's
        factors from who publishes them, once a day.

    Returns
    -------
    FactorTable

    Raises
    ------
    InputError
        An asset without data or with too few months in common, weights that do not sum to one,
        a model whose factors the edition lacks, returns in percent or a month out of step.
    UnknownName
        A model that does not exist.
    CannotRead
        If the folder of snapshots cannot be entered and no edition is named.
    SourceUnavailable
        If the network is asked and does not answer.

    Notes
    -----
    Funds enter with total returns, from closes adjusted for distributions, of whole months. A
    month missing in an asset or a factor is left out of its regression.

    Examples
    --------
    >>> sample = r2klib.load("sample")
    >>> table = r2klib.factor_table("french.size_value", "carhart", data=sample)
    >>> round(float(table.fits["S1V5"].params["SMB"]), 2)
    1.08
    """
    level = fraction(level, "level")
    data = _edition() if data is None else data
    if not isinstance(data, Dataset):
        raise InputError(f"`data` must be a Dataset, such as `load('sample')`; got {data!r:.60}.")
    held = "ff5" if model is None else model
    source, said = (data, []) if factors is not None else _with_factors(data, held, fetch=fetch)
    F = _every_month(source.factors(held) if factors is None else as_frame(factors, "factors"))
    model = held if factors is None else model
    bills = F if excess else None
    found = find(assets, data, units=check_units(units), fetch=fetch, bills=bills)
    R = _cut(found.frame, start, end, common=common)
    least = whole(min_obs, "min_obs", F.shape[1] + 2)
    _check_overlap(R, F, least)
    if factors is not None:
        found.own.append("factors of your own")
    else:
        for name in series_of(source, held):
            found.add_source(name, source)
    _check_units(R, select_factors(F, model).dropna())
    how: dict[str, Any] = {"model": model, "subtract_rf": not excess, "check_units": False}
    fits = {str(name): _fit(R[name], F, hac_lags, how) for name in R}
    return FactorTable(
        fits=MappingProxyType(fits),
        rolling=_rolling(R, F, window, how),
        checks=pd.DataFrame({name: _checks(R[name].dropna(), F, how) for name in R}).T,
        model=next(iter(fits.values())).model,
        edition=data.edition,
        level=level,
        notes=(_what(excess=excess), *said, *found.notes),
        sources=tuple(found.origins),
    )


def _edition() -> Dataset:
    """The edition that is asked where none is named: the environment's, the last, the sample.

    Raises `CannotRead` if the folder of snapshots cannot be entered: what lies there is not passed
    over in silence.
    """
    return load(None if os.environ.get(ENVIRONMENT) or not snapshot.ids() else LATEST)


def _with_factors(
    data: Dataset, model: str | Sequence[str], *, fetch: bool
) -> tuple[Dataset, list[str]]:
    """What holds the factors of a model: the edition, or what it has of them and what is fetched.

    With it comes a note on what was fetched. Raises `InputError` with the reason where nothing is.
    """
    try:
        data.factors(model)
    except FactorsMissing as missing:
        if not fetch:
            raise InputError(
                f"{missing} Or leave to ask the network: `fetch=True`, or `r2k factors` without "
                "--offline and R2K_OFFLINE."
            ) from None
        try:
            from r2klib.live import files

            brought = files(missing.series)
        except R2kError as error:
            raise InputError(f"{missing} {error}") from None
        brought = brought if data.as_of_date is None else brought.as_of(data.as_of_date)
        parts = {name: brought if name in brought else data for name in series_of(data, model)}
        tables = {name: part[name] for name, part in parts.items()}
        described = {name: part.provenance[name] for name, part in parts.items()}
        note = fetched_in_words(brought, missing.series)
        return Dataset(data.edition, data.kind, tables, described), [note]
    return data, []


def _every_month(factors: pd.DataFrame) -> pd.DataFrame:
    """A row for each month from the first to the last, NaN where one is missing."""
    try:
        F = at_month_ends(factors)
    except InputError as error:
        raise InputError(f"`factors`: {error}") from None
    return F.reindex(pd.date_range(F.index[0], F.index[-1], freq="ME", name=F.index.name))


def _what(*, excess: bool) -> str:
    made = "your own as given, taken as excess returns" if excess else _LESS
    return f"monthly, {made}; alpha in percent a year, twelve times the month's"


def _cut(R: pd.DataFrame, start: object, end: object, *, common: bool) -> pd.DataFrame:
    first = None if start is None else as_day(start, "start")
    last = None if end is None else as_day(end, "end") + _rest_of(end)
    cut = R.loc[first:last]
    return cut.dropna() if common else cut


def _rest_of(end: object) -> pd.offsets.MonthEnd | pd.offsets.YearEnd:
    """What is left of the month that `end` names, or of the year where it names no month."""
    year = isinstance(end, str) and re.fullmatch(r"\s*\d{4}\s*", end)
    return pd.offsets.YearEnd(0) if year else pd.offsets.MonthEnd(0)


def _check_overlap(R: pd.DataFrame, F: pd.DataFrame, least: int) -> None:
    """Raise `InputError` naming every asset with too few months in common with the factors."""
    months = F.dropna().index
    short = {name: int(R.index[R[name].notna()].isin(months).sum()) for name in R}
    if short := {name: n for name, n in short.items() if n < least}:
        said = "; ".join(
            f"{name} {_span(R[name])}: {n} month{'' if n == 1 else 's'} in common"
            for name, n in short.items()
        )
        raise InputError(
            f"Too few months for a regression, expected {least} or more: {said}; the factors "
            f"{_span(F.iloc[:, 0])}. Leave them out, widen `start` and `end`, or lower `min_obs` "
            "(--min-obs)."
        )


def _check_units(R: pd.DataFrame, X: pd.DataFrame) -> None:
    """Raise `InputError` for percent, or months out of step, in the words of this table."""
    for name in R:
        y = R[[name]].dropna()
        months = y.index.intersection(X.index)
        names = (f"assets[{name!r}]", "factors")
        check_plausible(y.loc[months], X.loc[months], names, _IN_STEP, in_percent=PERCENT)


def _span(series: pd.Series) -> str:
    held = series.dropna().index
    return f"({held[0]:%Y-%m} to {held[-1]:%Y-%m})" if len(held) else "(no month)"


def _fit(
    returns: pd.Series, F: pd.DataFrame, hac_lags: str | int | None, how: dict[str, Any]
) -> FactorFit:
    try:
        return factor_regression(returns.dropna(), F, hac_lags=hac_lags, **how)
    except InputError as error:
        raise InputError(f"{returns.name}: {error}") from None


def _rolling(
    R: pd.DataFrame, F: pd.DataFrame, window: int, how: dict[str, Any]
) -> RollingFit | None:
    there = R.reindex(F.index).where(F.notna().all(axis="columns"))
    held = there.notna().astype(float).rolling(whole(window, "window", 1)).sum() == window
    if not (long := [name for name in R if held[name].any()]):
        return None
    return rolling_factor_regression(there[long], F, window=window, std_errors=True, **how)


def _checks(y: pd.Series, F: pd.DataFrame, how: dict[str, Any]) -> pd.Series:
    """Look for percent, for months out of step and for late trading."""
    factors = F.drop(columns="RF", errors="ignore")
    moved = {
        name: factors.shift(step).join(F.filter(["RF"])).dropna()
        for name, step in {"rsquared_before": 1, "rsquared_after": -1}.items()
    }
    found = {"median_size": float(y.abs().median())}
    found["rsquared"] = factor_regression(y, F, **how).rsquared
    for name, other in moved.items():
        found[name] = factor_regression(y, other, **how).rsquared
    asked = _MARKET in select_factors(F, how["model"])
    late = factor_regression(y, F, dimson_lags=1, **how) if asked else None
    lag = f"{_MARKET} lag 1"
    found["lag_beta"] = float("nan") if late is None else float(late.params[lag])
    found["lag_tstat"] = float("nan") if late is None else float(late.tstats[lag])
    return pd.Series(found)


def _column(fit: FactorFit, level: float) -> dict[str, str]:
    """One asset of the table that is shown."""
    cells, tstats, bounds = {}, fit.tstats, fit.conf_int(level)
    rows = zip(fit.params.items(), tstats, *(bounds[end] for end in bounds), strict=True)
    for (name, value), t, low, high in rows:
        year = name == "alpha"
        by = 100.0 * (fit.periods_per_year or 1) if year else 1.0
        cells["alpha, % a year" if year else str(name)] = f"{by * value:z.2f}"
        cells[f"  t|{name}"] = f"({t:z.2f})"
        cells[f"  {100 * level:g} %|{name}"] = f"[{by * low:z.2f}, {by * high:z.2f}]"
    first, last = fit.resids.index[[0, -1]]
    return cells | {
        "R-squared": f"{fit.rsquared:.3f}",
        "months": f"{fit.nobs}",
        "first": f"{first:%Y-%m}",
        "last": f"{last:%Y-%m}",
    }
