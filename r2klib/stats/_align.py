"""Put two arguments on the same dates, or say why they have none in common."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._calendar import check_spacing
from r2klib.stats._inputs import DATED, as_frame, labels, span, the_one


def align(
    y: object, X: object, names: tuple[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Keep the rows at which every column of `y` and of `X` has a value, and count those lost.

    Lost are labels only in the one, labels only in the other, and rows with a missing value.
    """
    left, right = as_frame(y, names[0]), as_frame(X, names[1])
    check_lengths((y, X), left, right, names)
    check_spacing(left, right, names)
    both, lost = left.index, [0, 0]
    if not both.equals(right.index):
        both = shared(left.index, right.index, names)
        lost = [len(frame) - len(both) for frame in (left, right)]
        left, right = (frame.take(frame.index.get_indexer(both)) for frame in (left, right))
    missing = np.isnan(left.to_numpy()).any(axis=1) | np.isnan(right.to_numpy()).any(axis=1)
    if missing.all():
        raise InputError(
            f"`{names[0]}` and `{names[1]}` share {len(both)} dates, but at each of them a value "
            "is missing."
        )
    if missing.any():
        left, right = left[~missing], right[~missing]
    why = labels(f"only in {names[0]}", f"only in {names[1]}", "missing values")
    dropped = pd.Series([*lost, int(missing.sum())], why, name="dropped")
    return left, right, dropped


def lost_in_words(dropped: pd.Series) -> str:
    """Name the rows that were left out, and why."""
    return ", ".join(f"{count} {reason}" for reason, count in dropped.items() if count) or "none"


def check_lengths(
    given: tuple[object, object], left: pd.DataFrame, right: pd.DataFrame, names: tuple[str, str]
) -> None:
    """Raise `InputError` where one of what was `given` has no labels and the lengths differ."""
    labelled = [isinstance(value, pd.Series | pd.DataFrame) for value in given]
    if not all(labelled) and len(left) != len(right):
        raise InputError(
            f"`{names[0]}` has {len(left)} rows and `{names[1]}` {len(right)}; without dates on "
            "both they must have the same length."
        )


def align_series(
    y: object, X: object, names: tuple[str, str]
) -> tuple[pd.Series, pd.DataFrame, pd.Series]:
    """`align` for a y that must be one series."""
    left, right, dropped = align(y, X, names)
    return the_one(left, names[0]), right, dropped


def shared(left: pd.Index, right: pd.Index, names: tuple[str, str]) -> pd.Index:
    """Return the labels in both; `InputError` where there is none, or where they hide months."""
    _check_kinds(left, right, names)
    both = left.intersection(right)
    if 0 < len(both) == min(len(left), len(right)):  # of one of them every row is kept
        return both
    spans = _spans(left, right, names)
    if isinstance(left, pd.DatetimeIndex) and isinstance(right, pd.DatetimeIndex):
        if (left.tz is None) != (right.tz is None):
            zoned = names[0] if right.tz is None else names[1]
            raise InputError(
                f"One index has a time zone, the other has none: {spans}. If the days are the "
                f"same: `{zoned}.tz_localize(None)`."
            )
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
        raise InputError(f"No dates in common: {spans}.")
    return both


def _spans(left: pd.Index, right: pd.Index, names: tuple[str, str]) -> str:
    return f"`{names[0]}` spans {span(left)}, `{names[1]}` spans {span(right)}"


def _check_kinds(left: pd.Index, right: pd.Index, names: tuple[str, str]) -> None:
    """Refuse dates beside labels that are none, and stamps beside periods."""
    kinds = isinstance(left, DATED), isinstance(right, DATED)
    if type(left) is not type(right) and any(kinds):
        bare, dated = names if kinds[1] else names[::-1]
        mend = (
            "Pass both through `r2klib.stats.to_month_end` first."
            if all(kinds)
            else f"If the rows of `{bare}` are those of `{dated}`, give it the dates: "
            f"`pd.DataFrame(np.asarray({bare}), {dated}.index)`."
        )
        raise InputError(
            f"No dates in common: {_spans(left, right, names)}. Their indexes differ in kind: "
            f"{type(left).__name__} and {type(right).__name__}. {mend}"
        )
