"""A model's factors as one monthly frame: which series hold them, and what an edition lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from r2klib.data.provenance import Table
from r2klib.errors import InputError, UnknownName, listing
from r2klib.models import MODELS, factors_of

_THREE, _FIVE = "french.factors", "french.factors5"
#: Momentum and three factors of one release; the sample has momentum nowhere else.
_OLDER = "french.factors_2017"
#: Series that are one factor, and the name models know it by.
_ALONE = {"french.momentum": "Mom", "aqr.qmj": "QMJ"}
_RF = "RF"


class FactorsMissing(InputError):
    """An edition lacks factors of a model; `series` would bring them."""

    def __init__(self, message: str, series: Iterable[str]) -> None:
        self.series = list(series)
        super().__init__(message)


def factors(data: Mapping[str, Table], edition: str, model: str | Sequence[str]) -> pd.DataFrame:
    """The factors of a model and RF from the tables of an edition, see `Dataset.factors`."""
    columns = _columns_of(model)
    plan = _sources(columns, data)
    if lacking := {name: wanted for name, wanted in plan.items() if name not in data}:
        raise FactorsMissing(_lack(data, edition, model, lacking), lacking)
    parts = [_take(data, name, wanted) for name, wanted in plan.items()]
    frame = pd.concat(parts, axis="columns", join="inner")
    whole = frame[[*columns, _RF]].dropna()
    if whole.empty:
        raise InputError(
            f"The factors of {model!r} have no month in common in edition {edition!r}: "
            f"{listing(plan)} do not overlap."
        )
    return whole


def series_of(data: Mapping[str, Table], model: str | Sequence[str]) -> list[str]:
    """Ids of the series that hold the factors of a model in an edition."""
    return list(_sources(_columns_of(model), data))


def are_factors(name: str) -> bool:
    """Whether a series holds factors: returns of one leg less another, and RF."""
    return name in {_THREE, _FIVE, _OLDER, *_ALONE}


def _columns_of(model: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(model, str):
        return factors_of(model)
    if not isinstance(model, Iterable):
        raise InputError(f"`model` must be a model, such as 'ff3', or factors; got {model!r}.")
    columns = tuple(dict.fromkeys(model))
    known = dict.fromkeys(name for names in MODELS.values() for name in names)
    for column in columns:
        if column not in known:
            raise UnknownName("factor", str(column), known, "`r2klib.MODELS`")
    if not columns:
        raise InputError(f"`model` names no factor; expected a model or some of {listing(known)}.")
    return columns


def _sources(columns: Sequence[str], data: Mapping[str, Table]) -> dict[str, list[str]]:
    """Which columns to take from which series; RF comes with the market.

    SMB of the five-factor file is another one than that of three factors: a model takes its own.
    """
    base = _FIVE if {"RMW", "CMA"} & set(columns) else _THREE
    if "Mom" in columns and base == _THREE and "french.momentum" not in data and _OLDER in data:
        base = _OLDER
    alone = {name: factor for name, factor in _ALONE.items() if factor in columns}
    if base == _OLDER:
        del alone["french.momentum"]
    theirs = [*(column for column in columns if column not in alone.values()), _RF]
    return {base: theirs} | {name: [factor] for name, factor in alone.items()}


def _take(data: Mapping[str, Table], name: str, wanted: list[str]) -> pd.DataFrame:
    table = data[name]
    return table.to_frame(wanted[0]) if isinstance(table, pd.Series) else table[wanted]


def _lack(
    data: Mapping[str, Table],
    edition: str,
    model: str | Sequence[str],
    lacking: Mapping[str, list[str]],
) -> str:
    elsewhere = {_RF, *(pd.DataFrame(data[_THREE]).columns if _THREE in data else [])}
    columns = [column for wanted in lacking.values() for column in wanted]
    missing = [c for c in columns if c not in elsewhere] or [c for c in columns if c != _RF]
    held = [name for name in MODELS if all(part in data for part in _sources(MODELS[name], data))]
    instead = f" It holds {listing(held)}." if held else ""
    return (
        f"Edition {edition!r} lacks {listing(missing)} of the model {model!r}: expected the "
        f"series {listing(lacking)}.{instead} `r2k pull --series {' '.join(lacking)}` brings them "
        "into a snapshot: `load('latest')`, `--edition latest`."
    )
