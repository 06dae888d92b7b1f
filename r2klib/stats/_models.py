"""Which columns of a frame of factors a model takes, and the bill's rate beside them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from r2klib.errors import InputError, check_of_pandas, close_matches
from r2klib.models import KNOWN, factors_of
from r2klib.models import MODELS as MODELS
from r2klib.stats._inputs import as_table, listed

#: What `model` may be.
Model = str | Sequence[str] | None


def select_factors(factors: object, model: Model) -> pd.DataFrame:
    """Return the columns of `factors` that `model` names, or every column but RF."""
    frame = as_table(factors, "factors") if model is None else named(factors)
    if model is None:
        bill = [name for name in frame.columns if str(name).strip().upper() == "RF"]
        if bill not in ([], ["RF"]):
            raise InputError(
                f"`factors` has a column {bill[-1]!r}, which looks like the bill's rate and is no "
                "factor. Rename it RF, or leave it out."
            )
        return frame.drop(columns=bill) if bill else frame  # dropping nothing takes pandas long
    if isinstance(model, str):
        model = factors_of(model)
    kinds = pd.api.types
    columns = list(model) if kinds.is_list_like(model) else None
    if columns is None or not all(map(kinds.is_hashable, columns)):
        raise InputError(
            f"`model` must be a model's name, a list of column names or None; it is {model!r}."
        )
    if not columns:
        raise InputError("`model` names no column; None takes every column but RF.")
    if "RF" in columns:
        raise InputError(
            "`model` names RF, the bill's rate, which is no factor. Leave it out; for a total "
            "return pass `subtract_rf=True`."
        )
    return take(frame, columns)


def named(factors: object) -> pd.DataFrame:
    """Return `factors` as a frame with named columns, or raise `InputError`."""
    if isinstance(factors, pd.Series):
        return as_table(factors, "factors")
    check_of_pandas(factors, "factors")
    if not isinstance(factors, pd.DataFrame):
        raise InputError(
            f"`factors` must be a DataFrame with named columns; it is a {type(factors).__name__}."
        )
    return factors


def take(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return these columns of a frame of factors, or raise `InputError` with the close ones."""
    have = [str(column) for column in frame.columns]
    if missing := [column for column in columns if column not in frame.columns]:
        unknown = [name for name in have if name not in KNOWN]
        near = [match for column in missing for match in close_matches(str(column), unknown, 1)]
        hint = f" Rename {listed(near)}?" if near else ""
        raise InputError(
            f"`factors` lacks {listed(missing)}; its columns are {listed(have, 12)}.{hint}"
        )
    return frame if list(frame.columns) == columns else frame[columns]
