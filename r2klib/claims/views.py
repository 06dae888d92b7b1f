"""Small minus large through a moving window, as the numbers of one figure.

What is chosen here decides nothing: claims are tested as declared, whatever a reader finds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as laws

from r2klib.claims import macro, pairs
from r2klib.claims.nouns import Exhibit
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import MODELS, rolling_factor_regression

#: What can be followed over time, and how a label calls it.
MEASURES = {
    "beta": "market beta, small minus large",
    "alpha": "alpha, small minus large, % a year, arithmetic",
    "mean": "mean return, small minus large, % a year",
}
#: Where factors are looked for; the first table that has a column gives it.
TABLES = ("french.factors", "french.factors_2017", "french.factors5", "french.momentum")
LEVEL = 0.90
#: Columns of the interval's ends.
BAND = ("90 % lower", "90 % upper")


@dataclass(frozen=True, kw_only=True)
class View:
    """What is looked at.

    Parameters
    ----------
    pair : str
        Name in `r2klib.claims.pairs.PAIRS`.
    measure : {"beta", "alpha", "mean"}
        Market beta or alpha of small minus large, or its mean return.
    model : str
        Name in `r2klib.stats.MODELS`; the mean needs none.
    window : int
        Months of each window.
    first, last : int
        Years in which the first window may begin and the last one end.
    """

    pair: str
    measure: str
    model: str
    window: int
    first: int
    last: int


def pairs_of(data: Dataset) -> dict[str, str]:
    """Names and titles of the pairs whose series the edition holds."""
    return {
        name: pair.title
        for name, pair in pairs.PAIRS.items()
        if all(series in data for series in pair.series)
    }


def models_of(data: Dataset, pair: str) -> list[str]:
    """Models whose factors the edition holds; a pair that is the size factor has no others."""
    columns = set(_factors(data).columns)
    itself = {"SMB"} if pairs.get(pair).arithmetic else set()
    return [
        name
        for name, needed in MODELS.items()
        if columns.issuperset(needed) and not itself.intersection(needed)
    ]


def exhibit(data: Dataset, view: View) -> Exhibit:
    """Compute the numbers of a view.

    Parameters
    ----------
    data : Dataset
    view : View

    Returns
    -------
    Exhibit
        Of kind ``paths``: the estimate at each window's end (month ends) and its 90 % interval;
        decimals for beta, % a year for alpha and mean.

    Raises
    ------
    InputError
        For a model the edition has no factors for, or a span without a whole window.
    SeriesMissing
        For a pair whose series are not in the edition.
    """
    pair = pairs.get(view.pair)
    path, whole = _path(data, view)
    first, last = path.index[0], path.index[-1]
    what = {"beta": "market beta", "alpha": "alpha"}.get(view.measure) or (
        "mean return" if pair.arithmetic else "mean log return"
    )
    places, unit = (2, "") if view.measure == "beta" else (1, " % a year")
    now, low, high = (
        f"{value:z,.{places}f}"
        for value in (path["estimate"].iloc[-1], path["estimate"].min(), path["estimate"].max())
    )
    title = (
        f"{what[0].upper()}{what[1:]} of small minus large: {now}{unit} in the {view.window} "
        f"months to {last:%Y-%m}; from {low} to {high} since {first:%Y-%m}"
    )
    by = "" if view.measure == "mean" else f" on the {view.model} factors"
    return Exhibit(
        kind="paths",
        title=title,
        frame=path.set_axis([what.removeprefix("market "), *BAND], axis="columns"),
        x="",
        y=f"{what}, small minus large{unit.replace(' %', ', %')}",
        marks={"all months": whole},
        spans=macro.recession_spans(data, first, last),
        note=(
            f"{pair.title[0].upper()}{pair.title[1:]}{by}, windows of {view.window} months. "
            "Intervals are those of each window by itself: neighbours share all but a month, so "
            "the path is no test."
        ),
    )


def _path(data: Dataset, view: View) -> tuple[pd.DataFrame, float]:
    """Estimate, low and high by window end; and the estimate over all months."""
    pair = pairs.get(view.pair)
    if view.measure == "mean":
        y = _cut(pair.d(data), view)
        rolling = y.rolling(view.window)
        value, error = rolling.mean(), rolling.std() / np.sqrt(view.window)
        whole, scale, df = float(y.mean()), 1200.0, view.window - 1
    else:
        factors = _factors(data)
        if view.model not in (known := models_of(data, view.pair)):
            raise InputError(
                f"`model` must be one that edition {data.edition} has factors for and {view.pair} "
                f"is not part of: {', '.join(known) or 'none'}; it is {view.model!r}."
            )
        F = factors[list(MODELS[view.model])].dropna()
        y = _cut(_gap(data, pair).reindex(F.index), view)
        F = F.loc[y.index]
        names = ("alpha", 1200.0) if view.measure == "alpha" else ("Mkt-RF", 1.0)
        fits = [
            rolling_factor_regression(y.rename("d"), F, window=months, std_errors=True)
            for months in (view.window, len(y))
        ]
        value = fits[0].to_frame()[names[0]]["d"]
        assert fits[0].std_errors is not None
        error = fits[0].std_errors[names[0]]["d"]
        whole, scale = float(fits[1].to_frame()[names[0]]["d"].iloc[0]), names[1]
        df = view.window - F.shape[1] - 1
    reach = laws.t.ppf((1 + LEVEL) / 2, df) * error
    path = pd.DataFrame({"estimate": value, "low": value - reach, "high": value + reach})
    return scale * path.dropna(), scale * whole


def _gap(data: Dataset, pair: pairs.Pair) -> pd.Series:
    """Simple return of small minus large, which is what factors explain."""
    if pair.arithmetic:
        return pair.d(data)
    legs = pair.legs(data)
    return legs["small"] - legs["large"]


def _cut(y: pd.Series, view: View) -> pd.Series:
    """The months of the span, if a window with an error left fits into them."""
    y = y.dropna().loc[str(view.first) : str(view.last)]
    need = 2 if view.measure == "mean" else len(MODELS[view.model]) + 2
    if not need <= view.window <= len(y):
        raise InputError(
            f"`window` must be between {need} months and the {len(y)} that {view.pair} has from "
            f"{view.first} to {view.last}; it is {view.window}."
        )
    return y


def _factors(data: Dataset) -> pd.DataFrame:
    """Monthly factors of every table that the edition holds, side by side."""
    found = pd.DataFrame()
    for table in TABLES:
        if table not in data:
            continue
        held = pd.DataFrame(data[table])
        held = held.rename(columns={held.columns[0]: "Mom"}) if table.endswith("momentum") else held
        new = [name for name in held.columns if name not in found.columns]
        found = held if found.empty else found.join(held[new], how="outer")
    return found
