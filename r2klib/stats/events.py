"""What days around events returned beyond what factors explain: market-model event studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, listed, shown, span, whole
from r2klib.stats._lstsq import Places, factored
from r2klib.stats._models import Model
from r2klib.stats._panels import Panel, panel_of
from r2klib.stats._result import Result
from r2klib.stats.cycles import as_dates
from r2klib.stats.regression import ScalarFit


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class EventStudy(Result):
    """Abnormal returns of E events on the m days of their windows.

    Attributes
    ----------
    abnormal : DataFrame (E, m)
        Returns less what the factors explain, decimals; rows (asset, day 0), columns the days.
    standardised : Series (E,)
        Cumulative abnormal returns over their standard errors, those of a forecast.
    left_out : Series of str
        Why an event was left out, by asset and date.
    factors : tuple of str
        What was regressed on.
    estimation : int
        Rows of each regression.
    sharing : int
        Events whose windows share a day: these are not independent.
    sample : str
        Span of the returns.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")
    >>> study = r2klib.stats.event_study(F["SMB"], F["Mkt-RF"], ["1987-10-31", "2008-10-31"])
    >>> study.cars.round(3).tolist()
    [0.028, -0.019]
    """

    abnormal: pd.DataFrame
    standardised: pd.Series
    left_out: pd.Series
    factors: tuple[str, ...]
    estimation: int
    sharing: int
    sample: str
    _json = "mean_car boehmer path cars standardised left_out factors estimation sharing sample"

    @property
    def cars(self) -> pd.Series:
        """Cumulative abnormal return of each event (E,), decimals."""
        return self.abnormal.sum(axis=1).rename("CAR")

    @property
    def path(self) -> pd.Series:
        """Mean abnormal return summed up from the window's first day to each (m,), decimals."""
        return self.abnormal.mean().cumsum().rename("mean CAR")

    @property
    def mean_car(self) -> ScalarFit:
        """Mean of `cars`; its error from their spread over events."""
        return _mean(self.cars.to_numpy(), "mean CAR", "cross-sectional t")

    @property
    def boehmer(self) -> ScalarFit:
        """Mean of `standardised`: the test of Boehmer, Musumeci and Poulsen."""
        values = self.standardised.to_numpy()
        return _mean(values, "mean standardised CAR", "Boehmer-Musumeci-Poulsen")

    @property
    def title(self) -> str:
        """How many events, of what."""
        return f"{len(self.abnormal)} events, abnormal to {listed(self.factors, 12)}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, windows, events left out, method and null."""
        days = self.abnormal.columns
        return {
            "sample": self.sample,
            "window": f"days {days[0]} to {days[-1]}, after {self.estimation} rows",
            "left out": _reasons(self.left_out.to_dict()),
            "sharing days": f"{self.sharing} events" + ", rejects too often" * (self.sharing > 0),
            "null": self.mean_car.null,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return both tests: estimate, std_error, tstat, pvalue, lower and upper (90 %)."""
        return pd.concat([self.mean_car.to_frame(), self.boehmer.to_frame()])


def event_study(
    returns: object,
    factors: object,
    events: Iterable[object],
    model: Model = None,
    *,
    window: Sequence[int] = (-1, 1),
    estimation: int = 250,
    gap: int = 10,
    subtract_rf: bool = False,
    check_units: bool = True,
) -> EventStudy:
    r"""Test whether returns around events differ from what the factors explain.

    .. math:: A_{i,t} = y_{i,t} - \hat\alpha_i - \hat\beta_i' f_t, \qquad
              CAR_i = \sum_{t \in W_i} A_{i,t}, \qquad S_i = CAR_i \Big/ \hat\sigma_i
              \sqrt{m + z_i' (X_i' X_i)^{-1} z_i}, \quad z_i = \sum_{t \in W_i} x_t

    Parameters
    ----------
    returns : DataFrame (T, N) or Series
        Excess returns in decimals, an asset per column; by day as a rule, sorted.
    factors : DataFrame (T', K) or Series
        Factor returns in decimals: the market alone is the market model.
    events : Series of dates, or sequence of dates
        Dates by asset (the Series' index; an asset may come again), or dates of every asset. Day 0
        is the first row at or after a date.
    model, subtract_rf, check_units
        As in `rolling_factor_regression`.
    window : (int, int)
        First and last day of the window W, m rows; (-1, 1) is the three days around the event.
    estimation : int
        Rows that an event's regression takes: the last complete ones before the gap that lie in no
        window of the asset's events.
    gap : int
        Rows left out before the window.

    Returns
    -------
    EventStudy
        `mean_car` divides the mean CAR by its spread over events, `boehmer` that of the S, which
        also holds where events raise the variance; Student's t with E - 1 degrees of freedom.
        Events without such rows, or whose window overlaps an earlier one's of the asset, are left
        out and named. Both tests take events as independent: `sharing` counts those which are not.

    Raises
    ------
    InputError
        For fewer than two events that can be used, dates that are none, and as `panel_hac`.

    References
    ----------
    Boehmer, Musumeci and Poulsen (1991), Journal of Financial Economics 30, 253-272. Campbell, Lo
    and MacKinlay (1997), The Econometrics of Financial Markets, chapter 4.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> close = pd.DataFrame({name: data.frame(name)["Close"] for name in ("^IXIC", "^GSPC")})
    >>> daily = close.pct_change(fill_method=None).iloc[1:]
    >>> cuts = ["2001-01-03", "2001-04-18", "2001-09-17", "2007-08-17", "2008-01-22", "2008-10-08"]
    >>> study = r2klib.stats.event_study(daily["^IXIC"], daily["^GSPC"], cuts)
    >>> study.boehmer.df, round(100 * study.mean_car.value, 1)  # percent
    (5, 1.1)
    """
    panel = panel_of(returns, factors, model, subtract_rf=subtract_rf, check_units=check_units)
    T = len(panel.dates)
    if not isinstance(window, tuple | list) or len(window) != 2:
        raise InputError(f"`window` must be its first and last day, as (-1, 1); it is {window!r}.")
    first = whole(window[0], "window", -T, T)
    last = whole(window[1], "window", first, T)
    rows, before = whole(estimation, "estimation", panel.least), whole(gap, "gap", 0)
    panel.check_assets_vary(rows)
    left_out: dict[str, str] = {}
    abnormal: dict[tuple[object, object], Array] = {}
    standardised, starts = [], []
    for name, dates in _by_asset(events, panel):
        if name not in panel.assets:
            left_out |= {f"{shown(name)} {shown(date)}": "no such asset" for date in dates}
            continue
        y = panel.returns[name].to_numpy()
        complete = ~(np.isnan(y) | np.isnan(panel.X).any(axis=1))
        usable, done = complete.copy(), -T
        at = panel.dates.searchsorted(dates).tolist()
        for e in at:
            usable[max(e + first, 0) : max(e + last + 1, 0)] = False
        for date, e in zip(dates, at, strict=True):
            own = np.flatnonzero(usable[: max(e + first - before, 0)])[-rows:]
            inside = slice(max(e + first, 0), e + last + 1)
            if e + first <= done:
                why = "its window overlaps an earlier one's"
            elif e + first < 0 or e + last >= T or not complete[inside].all():
                why = "rows of its window are missing"
            elif len(own) < rows:
                why = f"{len(own)} rows before it, {rows} needed"
            elif (found := _abnormal(y, panel.X, own, inside)) is None:
                why = "factors collinear on the rows before it, or an exact fit"
            else:
                abnormal[name, panel.dates[e]], score = found
                standardised.append(score)
                starts.append(e)
                done = e + last
                continue
            left_out[f"{shown(name)} {shown(date)}"] = why
    if len(abnormal) < 2:
        raise InputError(
            f"`events` has {len(abnormal)} that can be used; at least 2 are needed. Left out: "
            f"{_reasons(left_out)}."
        )
    pairs = pd.MultiIndex.from_tuples(list(abnormal), names=["asset", "day 0"])
    near = np.diff(np.sort(starts)) <= last - first
    return EventStudy(
        abnormal=pd.DataFrame(list(abnormal.values()), pairs, range(first, last + 1)),
        standardised=pd.Series(standardised, pairs, name="standardised CAR"),
        left_out=pd.Series(left_out, dtype=str, name="left out"),
        factors=tuple(map(str, panel.factors)),
        estimation=rows,
        sharing=int((np.append(near, False) | np.append(False, near)).sum()),
        sample=span(panel.dates),
    )


def _reasons(left_out: Mapping[Any, str]) -> str:
    return listed([f"{name} ({why})" for name, why in left_out.items()]) or "none"


def _by_asset(events: Iterable[object], panel: Panel) -> list[tuple[object, pd.Index]]:
    """Dates of each asset, sorted."""
    if isinstance(events, str) or not isinstance(events, Iterable):
        raise InputError(f"`events` must be a sequence of dates; it is {events!r}.")
    dates, days = as_dates(events, "events"), panel.dates
    if not (isinstance(days, pd.DatetimeIndex) and isinstance(dates, pd.DatetimeIndex)):
        raise InputError("`returns` and `events` must carry dates, no periods and no numbers.")
    if dates.hasnans or len(dates) == 0 or dates.tz != days.tz:
        raise InputError(
            f"`events` must be dates, none missing, in the time zone of `returns` ({days.tz}); it "
            f"is {listed(list(dates))}."
        )
    if not isinstance(events, pd.Series):
        return [(name, dates.sort_values()) for name in panel.assets]
    names = events.index
    return [(name, dates[names == name].sort_values()) for name in names.unique()]


def _abnormal(y: Array, X: Array, own: Places, inside: slice) -> tuple[Array, float] | None:
    """Return the abnormal returns `inside` and their standardised sum; None where nothing fits."""
    columns, target = factored(X[own].T[None], 0), y[own][None, :, None]
    beta, e = columns.fit(target)
    if columns.collinear[0] or columns.is_exact(target, e).any():
        return None
    found = y[inside] - X[inside] @ beta[0, :, 0]
    reach = X[inside].sum(axis=0) @ columns.U[0]
    variance = np.sum(e**2) / (len(own) - X.shape[1]) * (len(found) + reach @ reach)
    return found, float(found.sum() / np.sqrt(variance))


def _mean(values: Array, name: str, test: str) -> ScalarFit:
    n = len(values)
    return ScalarFit(
        name=name,
        value=float(values.mean()),
        std_error=float(values.std(ddof=1) / np.sqrt(n)),
        df=n - 1,
        nobs=n,
        hac_lags=None,
        method=f"{test} over {n} events, Student t with {n - 1} d.o.f.",
        null="the mean abnormal return over the window is zero (two-sided)",
    )
