"""Turn what a caller passes into checked, labelled, float64 data, or say what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.errors import InputError, check_of_pandas

Array = NDArray[np.float64]
_FLOAT = np.dtype(float)
#: Of every interval, unless another level is asked for: that of the ledger.
LEVEL = 0.90
#: How labels begin that are dates as text; in its order 01/31/1991 comes before 02/28/1990.
_DAY = re.compile(r"(\d{4}[-/.]\d|\d{1,2}[/.-]\d{1,2}[/.-]\d\d)")
DATED = (pd.DatetimeIndex, pd.PeriodIndex)


def span(index: pd.Index) -> str:
    """First and last label and the number of rows, for messages and headers."""
    first, last = shown(index[0]), shown(index[-1])
    return f"{first} .. {last} ({len(index):,} rows)"


def as_frame(value: object, name: str) -> pd.DataFrame:
    """Check `value` (frame, series or array, called `name` by the caller) and return it as floats.

    NaN passes, as the mark of a missing value; infinite values, all-NaN columns, text, duplicate
    names, labels of several levels and an index that is empty, unsorted or repeats itself raise
    `InputError`. Names stay what they are, integers and tuples too.
    """
    frame = as_table(value, name)
    check_index(frame.index, name)
    if not is_sound(frame):
        return _numbers(frame, name)
    return frame.copy(deep=False) if frame is value else frame


def is_sound(frame: pd.DataFrame) -> bool:
    """Whether `frame` holds floats as `as_frame` wants them, told without a look at each column."""
    columns = frame.columns
    if set(frame.dtypes) != {_FLOAT} or isinstance(columns, pd.MultiIndex):
        return False
    values = frame.to_numpy()
    if np.isinf(values).any() or np.isnan(values).all(axis=0).any():
        return False
    return not columns.hasnans and (len(columns) == 1 or columns.is_unique)


def _numbers(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` as floats, or say which of its columns or values are no numbers."""
    if frame.shape[1] == 0:
        raise InputError(f"`{name}` has no columns; at least one is needed.")
    if isinstance(frame.columns, pd.MultiIndex):
        raise InputError(
            f"`{name}` must have one name for each column; its names have {frame.columns.nlevels} "
            f"levels. Join them first: `.set_axis(map(str, {name}.columns), axis=1)`."
        )
    if frame.columns.hasnans:
        raise InputError(
            f"`{name}` must have a name for each column; one of {frame.shape[1]} is missing. Give "
            "them with `.set_axis(names, axis=1)`."
        )
    if repeated := list(frame.columns[frame.columns.duplicated()].unique()):
        raise InputError(f"`{name}` must have distinct column names; repeated: {listed(repeated)}.")
    text = [
        column
        for column, dtype in frame.dtypes.items()
        if not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
    ]
    if text:
        dates = next((c for c in text if _names_dates(frame, c)), None)
        mend = "" if dates is None else f" Make dates the index: `.set_index({dates!r})`."
        if all(_numbers_in_disguise(frame[column]) for column in text):
            mend = " Make numbers of what they hold: `.apply(pd.to_numeric)`."
        raise InputError(
            f"`{name}` must hold real numbers; these columns do not: {listed(text)}.{mend}"
        )
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    if (infinite := np.isinf(values)).any():
        row, column = (int(i) for i in np.argwhere(infinite)[0])
        raise InputError(
            f"`{name}` must be finite (NaN marks a missing value); column "
            f"{shown(frame.columns[column])!r} is infinite at {shown(frame.index[row])}."
        )
    if empty := list(frame.columns[np.isnan(values).all(axis=0)]):
        raise InputError(f"`{name}` has columns without any value: {listed(empty)}.")
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)


def _numbers_in_disguise(column: pd.Series) -> bool:
    """Whether a column of text or objects holds numbers."""
    told = pd.api.types.is_string_dtype(column.dtype) or column.dtype == object
    return told and bool(pd.to_numeric(column, errors="coerce").notna().eq(column.notna()).all())


def _names_dates(frame: pd.DataFrame, column: Any) -> bool:
    """Whether a column holds the dates that an index should."""
    dated = pd.api.types.is_datetime64_any_dtype(frame[column].dtype)
    return dated or str(column).casefold() in ("date", "month", "datetime")


def as_table(value: object, name: str) -> pd.DataFrame:
    """Give a frame, series or array the form of a frame, its values unchecked."""
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, pd.Series):
        label = name if value.name is None else value.name
        if isinstance(label, str) and value.dtype == _FLOAT:
            return pd.DataFrame(value.to_numpy()[:, None], value.index, labels(label))
        # By way of an index: `to_frame` takes a tuple for a name of several levels.
        return value.to_frame("").set_axis(pd.Index([label], tupleize_cols=False), axis=1)
    raw = as_array(value, name)
    names = [name] if raw.ndim == 1 else [f"{name}{i + 1}" for i in range(raw.shape[1])]
    return pd.DataFrame(raw.reshape(len(raw), -1) if raw.size else raw, columns=names)


@lru_cache
def labels(*names: str) -> pd.Index:
    """Return an index of these names; pandas takes longer to make one than to multiply with it."""
    return pd.Index(names)


def as_array(value: object, name: str) -> NDArray[Any]:
    """Return `value` as an array of 1 or 2 dimensions, its values unchecked."""
    check_of_pandas(value, name)
    if isinstance(value, dict):
        raise InputError(f"`{name}` is a dict. Make a table of it: `pd.DataFrame({name})`.")
    tables = pd.Series, pd.DataFrame
    if isinstance(value, list | tuple) and any(isinstance(one, tables) for one in value):
        raise InputError(
            f"`{name}` is a {type(value).__name__} of Series. Put them side by side: "
            f"`pd.concat({name}, axis=1)`."
        )
    try:
        raw = np.asarray(value)
        kind = f"{type(value).__name__} of {raw.ndim} dimensions"
    except ValueError:  # lists of unequal length
        raw, kind = np.empty(()), f"{type(value).__name__} of rows that differ in length"
    if raw.ndim not in (1, 2):
        raise InputError(
            f"`{name}` must be a Series, a DataFrame or an array of 1 or 2 dimensions; it is a "
            f"{kind}."
        )
    return raw


def as_series(value: object, name: str) -> pd.Series:
    """Return `value` as one checked float series; a frame must have exactly one column."""
    return the_one(as_frame(value, name), name)


def the_one(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return the only column of a checked frame, or raise `InputError`."""
    if frame.shape[1] != 1:
        raise InputError(
            f"`{name}` must be one series; it has {frame.shape[1]} columns: "
            f"{listed(list(frame.columns))}. Select one."
        )
    return pd.Series(frame.to_numpy()[:, 0], frame.index, name=frame.columns[0])


def unordered(value: object, name: str) -> pd.Series:
    """Do what `as_series` does for values whose order says nothing: any labels, in any order."""
    table = as_table(value, name)
    if len(table) == 0:
        raise InputError(f"`{name}` is empty; at least one value is needed.")
    return the_one(_numbers(table, name), name)


def complete(value: object, name: str) -> pd.DataFrame:
    """Return `value` as a checked float frame in which nothing is missing."""
    frame = as_frame(value, name)
    if frame.isna().to_numpy().any():
        counts = frame.isna().sum()
        worst = counts.idxmax()
        raise InputError(
            f"`{name}` must be complete, because its order in time matters; column "
            f"{shown(worst)!r} misses {counts.max()} of {len(frame)} values. Drop the rows "
            "first: `.dropna()`."
        )
    return frame


def outcomes(forecasts: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Return these columns of a table of forecasts, checked, without rows that miss one."""
    have = getattr(forecasts, "columns", [])
    if lacking := [name for name in needed if name not in have]:
        raise InputError(
            f"`forecasts` must have the columns {listed(needed)}; it lacks {listed(lacking)}."
        )
    frame = as_frame(forecasts[list(needed)], "forecasts").dropna()
    if len(frame) < 8:
        raise InputError(f"`forecasts` must have at least 8 outcomes; it has {len(frame)}.")
    return frame


def check_index(index: object, name: str) -> None:
    """Raise `InputError` unless `index` has rows, one sorted label for each and none missing."""
    if not isinstance(index, pd.Index):
        raise InputError(f"`{name}` must be a pandas Index; it is a {type(index).__name__}.")
    if isinstance(index, pd.MultiIndex):
        raise InputError(
            f"`{name}` must have one label for each row; its index has {index.nlevels} levels. "
            "Give each asset a column, `.unstack()`, or keep one level: `.droplevel(0)`."
        )
    if index.dtype == object and index.inferred_type in ("date", "datetime", "datetime64"):
        raise InputError(
            f"`{name}` must carry stamps of pandas; its dates are Python's own. Turn them: "
            "`.set_axis(pd.DatetimeIndex(x.index))`, x being what was given."
        )
    if len(index) == 0:
        raise InputError(f"`{name}` is empty; at least one row is needed.")
    if isinstance(index[0], str) and _DAY.match(index[0]):
        raise InputError(
            f"The dates of `{name}`, such as {index[0]!r}, are text, which is no date. Turn it: "
            "`.set_axis(pd.to_datetime(x.index))`, x being what was given."
        )
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


def number(value: object, name: str) -> float:
    """Return `value` as a float, or raise `InputError` where it is no real number."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        found = float(value)
        if not math.isnan(found):
            return found
    raise InputError(f"`{name}` must be a number; it is {value!r}.")


def fraction(value: object, name: str) -> float:
    """Return `value` if it lies strictly between 0 and 1, or raise `InputError`."""
    found = number(value, name)
    if not 0 < found < 1:
        raise InputError(f"`{name}` must lie strictly between 0 and 1; it is {value!r}.")
    return found


def generator(seed: object) -> np.random.Generator:
    """Random numbers from a seed that is a whole number: without one no result comes again."""
    return np.random.default_rng(whole(seed, "seed", 0))


def shown(label: object) -> str:
    """A label of a row or column as a message shows it: no midnight, no page-long name."""
    text = str(label).removesuffix(" 00:00:00")
    return text if len(text) <= 60 else f"{text[:60]}..."


def listed(names: Sequence[object], most: int = 5) -> str:
    """Join `names` for a message, shortened after `most`."""
    few = ", ".join(map(shown, names[:most]))
    return few if len(names) <= most else f"{few}, ... ({len(names)} in all)"
