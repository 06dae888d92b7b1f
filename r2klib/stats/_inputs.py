"""Turn what a caller passes into checked, labelled, float64 data, or say what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError

Array = NDArray[np.float64]


def span(index: pd.Index) -> str:
    """First and last label and the number of rows, for messages and headers."""
    first, last = (str(label).removesuffix(" 00:00:00") for label in (index[0], index[-1]))
    return f"{first} .. {last} ({len(index)} rows)"


def as_frame(value: object, name: str) -> pd.DataFrame:
    """Check `value` (frame, series or array, called `name` by the caller) and return it as floats.

    NaN passes, as the mark of a missing value; infinite values, all-NaN columns, text, duplicate
    names and an index that is empty, unsorted or repeats itself raise `InputError`.
    """
    if isinstance(value, pd.DataFrame):
        frame = value
    elif isinstance(value, pd.Series):
        frame = value.to_frame(name if value.name is None else value.name)
    else:
        raw = np.asarray(value)
        if raw.ndim not in (1, 2):
            raise InputError(
                f"`{name}` must be a Series, a DataFrame or an array of 1 or 2 dimensions; "
                f"it is a {type(value).__name__} of {raw.ndim} dimensions."
            )
        names = [name] if raw.ndim == 1 else [f"{name}{i + 1}" for i in range(raw.shape[1])]
        frame = pd.DataFrame(raw.reshape(len(raw), -1) if raw.size else raw, columns=names)
    check_index(frame.index, name)
    if frame.shape[1] == 0:
        raise InputError(f"`{name}` has no columns.")
    if repeated := list(frame.columns[frame.columns.duplicated()].unique()):
        raise InputError(f"`{name}` must have distinct column names; repeated: {listed(repeated)}.")
    text = [
        column
        for column, dtype in frame.dtypes.items()
        if not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
    ]
    if text:
        raise InputError(f"`{name}` must hold real numbers; these columns do not: {listed(text)}.")
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    if (infinite := np.isinf(values)).any():
        row, column = (int(i) for i in np.argwhere(infinite)[0])
        raise InputError(
            f"`{name}` must be finite (NaN marks a missing value); column "
            f"{frame.columns[column]!r} is infinite at {frame.index[row]}."
        )
    if empty := list(frame.columns[np.isnan(values).all(axis=0)]):
        raise InputError(f"`{name}` has columns without any value: {listed(empty)}.")
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)


def as_series(value: object, name: str) -> pd.Series:
    """Return `value` as one checked float series; a frame must have exactly one column."""
    frame = as_frame(value, name)
    if frame.shape[1] != 1:
        raise InputError(
            f"`{name}` must be one series; it has {frame.shape[1]} columns: "
            f"{listed(list(frame.columns))}. Select one."
        )
    return frame.iloc[:, 0]


def complete(value: object, name: str) -> pd.DataFrame:
    """Return `value` as a checked float frame in which nothing is missing."""
    frame = as_frame(value, name)
    if frame.isna().to_numpy().any():
        counts = frame.isna().sum()
        worst = counts.idxmax()
        raise InputError(
            f"`{name}` must be complete, because its order in time matters; column {worst!r} "
            f"misses {counts.max()} of {len(frame)} values. Drop the rows first: `.dropna()`."
        )
    return frame


def check_index(index: pd.Index, name: str) -> None:
    """Raise `InputError` unless `index` has rows and is sorted, unique and without NaT."""
    if len(index) == 0:
        raise InputError(f"`{name}` is empty; at least one row is needed.")
    if index.hasnans:
        raise InputError(f"`{name}` has a missing label in its index.")
    if not index.is_unique:
        repeated = list(index[index.duplicated()].unique())
        raise InputError(f"`{name}` must have one row per date; repeated: {listed(repeated)}.")
    if not index.is_monotonic_increasing:
        raise InputError(f"`{name}` must be sorted by date. Sort it first: `.sort_index()`.")


def whole(value: object, name: str, least: int, most: int | None = None) -> int:
    """Return `value` as an int between `least` and `most`, or raise `InputError`."""
    upper = "" if most is None else f" and at most {most}"
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InputError(f"`{name}` must be a whole number; it is {value!r}.")
    if value < least or (most is not None and value > most):
        raise InputError(f"`{name}` must be at least {least}{upper}; it is {value}.")
    return int(value)


def fraction(value: float, name: str) -> float:
    """Return `value` if it lies strictly between 0 and 1, or raise `InputError`."""
    if not 0 < value < 1:
        raise InputError(f"`{name}` must lie strictly between 0 and 1; it is {value!r}.")
    return float(value)


def listed(names: Sequence[object], most: int = 5) -> str:
    """Join `names` for a message, shortened after `most`."""
    shown = ", ".join(str(name).removesuffix(" 00:00:00") for name in names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"
