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


def align(
    y: object, X: object, names: tuple[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Keep the rows at which every column of `y` and of `X` has a value.

    Returns
    -------
    y, X : DataFrame
        On the same dates.
    dropped : Series of int
        Rows lost: labels only in the one, only in the other, and rows with a missing value.
    """
    left, right = as_frame(y, names[0]), as_frame(X, names[1])
    labelled = [isinstance(value, pd.Series | pd.DataFrame) for value in (y, X)]
    if not all(labelled) and len(left) != len(right):
        raise InputError(
            f"`{names[0]}` has {len(left)} rows and `{names[1]}` {len(right)}; without dates on "
            "both they must have the same length."
        )
    both = left.index.intersection(right.index)
    check_overlap(left.index, right.index, both, names)
    kept = left.loc[both].notna().all(axis=1) & right.loc[both].notna().all(axis=1)
    dropped = pd.Series(
        {
            f"only in {names[0]}": len(left) - len(both),
            f"only in {names[1]}": len(right) - len(both),
            "missing values": int((~kept).sum()),
        },
        name="dropped",
    )
    used = both[kept.to_numpy()]
    if len(used) == 0:
        raise InputError(
            f"`{names[0]}` and `{names[1]}` share {len(both)} dates, but at each of them a value "
            "is missing."
        )
    return left.loc[used], right.loc[used], dropped


def align_series(
    y: object, X: object, names: tuple[str, str]
) -> tuple[pd.Series, pd.DataFrame, pd.Series]:
    """`align` for a y that must be one series."""
    as_series(y, names[0])
    left, right, dropped = align(y, X, names)
    return left.iloc[:, 0], right, dropped


def check_overlap(left: pd.Index, right: pd.Index, both: pd.Index, names: tuple[str, str]) -> None:
    """Raise `InputError` where `left` and `right` share no label, or hide shared months."""
    spans = f"`{names[0]}` spans {span(left)}, `{names[1]}` spans {span(right)}"
    if isinstance(left, pd.DatetimeIndex) and isinstance(right, pd.DatetimeIndex):
        if (left.tz is None) != (right.tz is None):
            raise InputError(f"One index has a time zone, the other has none: {spans}.")
        months = [index.tz_localize(None).to_period("M") for index in (left, right)]
        # Month-start against month-end stamps share no date, last-trading-day against month-end
        # stamps share most but not all: either way rows would vanish without a word.
        common = months[0].intersection(months[1])
        if all(month.is_unique for month in months) and len(common) > len(both):
            raise InputError(
                f"{spans}: {len(common)} months in common, but only {len(both)} dates, because "
                "the stamps fall on different days of the month. Pass both through "
                "`r2klib.stats.to_month_end` first."
            )
    if len(both) == 0:
        kinds = [type(index).__name__ for index in (left, right)]
        hint = (
            f" Their indexes differ in kind: {' and '.join(kinds)}." if kinds[0] != kinds[1] else ""
        )
        raise InputError(f"No dates in common: {spans}.{hint}")


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
