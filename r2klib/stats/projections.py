"""What follows a shock: local projections, horizon by horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._inputs import as_frame, as_series, fraction, span, whole
from r2klib.stats._result import Result, plain
from r2klib.stats._timing import on_calendar
from r2klib.stats.regression import RegressionFit, estimate


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ProjectionFit(Result):
    """Responses to a shock by horizon.

    Attributes
    ----------
    shock, response : str
        Names.
    fits : dict of int to RegressionFit
        The regression of each horizon, indexed by the date of the shock.
    cumulative : bool
        Whether responses are sums up to the horizon.
    level : float
        Coverage of the bands in `to_frame`, each horizon by itself.
    """

    shock: str
    response: str
    fits: dict[int, RegressionFit]
    cumulative: bool
    level: float

    @property
    def title(self) -> str:
        """What responds to what."""
        kind = "Cumulative response" if self.cumulative else "Response"
        return f"{kind} of {self.response} to {self.shock}"

    @property
    def facts(self) -> dict[str, str]:
        """Sample, method and null."""
        last = self.fits[max(self.fits)]
        lags = sorted({fit.hac_lags for fit in self.fits.values() if fit.hac_lags is not None})
        return {
            "sample": f"shocks of {span(last.resids.index)} at the longest horizon",
            "method": f"local projections, Newey-West lags {lags[0]} .. {lags[-1]}",
            "bands": f"{self.level:.0%}, each horizon by itself",
            "null": "no response at the horizon (two-sided)",
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row per horizon: estimate, std_error, tstat, pvalue, lower, upper, nobs."""
        rows = {}
        for horizon, fit in self.fits.items():
            band = fit.conf_int(self.level).loc[self.shock]
            found = fit.to_frame().loc[self.shock, ["estimate", "std_error", "tstat", "pvalue"]]
            rows[horizon] = {**found, **band, "nobs": fit.nobs}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("horizon")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        own = {key: plain(getattr(self, key)) for key in ("shock", "response", "cumulative")}
        table = self.to_frame().reset_index().to_dict(orient="records")
        return own | {"level": self.level, "responses": plain(table)}


def local_projection(
    y: object,
    shock: object,
    horizons: int,
    *,
    controls: object = None,
    first: int = 1,
    cumulative: bool = True,
    hac_lags: int | None = None,
    level: float = 0.90,
) -> ProjectionFit:
    r"""Regress future y on a shock, once per horizon.

    .. math:: \sum_{i=k}^{h} y_{t+i} = a_h + \beta_h \, s_t + \gamma_h' z_t + e_{t,h}, \qquad
              h = k, \dots, H

    Parameters
    ----------
    y : Series (T,)
        Returns or growth per period, decimals; sums of log returns are log returns.
    shock : Series (T,)
        Dated when known (for k = 1), any unit.
    horizons : int
        The longest, H.
    controls : DataFrame (T, K) or Series, optional
        Known at t as well, such as lags of y and of the shock; none are added by itself.
    first : int
        k: 1 starts with the period after the shock, which an investor can have; 0 with its own.
    cumulative : bool
        False puts :math:`y_{t+h}` on the left instead of the sum.
    hac_lags : int, optional
        Newey-West lags at every horizon. By default h at horizon h: the residual overlaps h - k
        times.
    level : float
        Coverage of the bands.

    Returns
    -------
    ProjectionFit
        Every horizon uses all its own rows without a missing value; calendar gaps are kept apart as
        in `predict`.

    Raises
    ------
    InputError
        As `ols_hac`, and if a control is called like the shock.

    Notes
    -----
    statsmodels' `LocalProjections` takes its shock from a recursive ordering and gives no bands for
    cumulative responses; at single horizons the two agree (tested).

    References
    ----------
    Jordà (2005), American Economic Review 95, 161-182. Ramey (2016), Handbook of Macroeconomics 2A.
    """
    k = whole(first, "first", 0, 1)
    H = whole(horizons, "horizons", max(k, 1))
    coverage = fraction(level, "level")
    given = as_series(y, "y")
    target, source = on_calendar(given, as_series(shock, "shock"), ("y", "shock"))
    index = target.index.union(source.index)
    y_all = target.reindex(index)
    X = source.reindex(index).to_frame(str(source.name))
    if controls is not None:
        X = _with_controls(X, controls, given, index)
    fits = {}
    for h in range(H, k - 1, -1):  # the longest first: it is the one that can lack rows
        ahead = [y_all.shift(-i) for i in (range(k, h + 1) if cumulative else [h])]
        left = pd.concat(ahead, axis=1).sum(axis=1, skipna=False).rename(str(target.name))
        whole_rows = left.notna() & X.notna().all(axis=1)
        rows, regressors = left[whole_rows], X[whole_rows]
        dropped = pd.Series({"missing values": int((~whole_rows).sum())}, name="dropped")
        if len(rows) < X.shape[1] + 3:
            raise InputError(
                f"`horizons` {H} is too long: at horizon {h} there are {len(rows)} complete rows."
            )
        lags = min(h if hac_lags is None else hac_lags, len(rows) - 1)
        fits[h] = estimate(rows, regressors, dropped, lags, "const", ("y", "shock"))
    return ProjectionFit(
        shock=str(source.name),
        response=str(target.name),
        fits=dict(sorted(fits.items())),
        cumulative=cumulative,
        level=coverage,
    )


def _with_controls(
    X: pd.DataFrame, controls: object, y: pd.Series, index: pd.Index
) -> pd.DataFrame:
    frame = as_frame(controls, "controls")
    if repeated := [name for name in frame.columns if name in X.columns]:
        raise InputError(f"`controls` must not be called like the shock: {repeated[0]!r}.")
    for name in frame.columns:
        column, _ = on_calendar(frame[name], y, ("controls", "y"))
        X = X.assign(**{str(name): column.reindex(index).to_numpy(dtype=np.float64)})
    return X
