"""Put two arguments on the same dates, or say why they have none in common."""

from __future__ import annotations

import pandas as pd

from r2klib.errors import InputError
from r2klib.stats._calendar import check_spacing
from r2klib.stats._inputs import DATED, as_frame, as_series, span


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
    check_spacing(left, right, names)
    both = shared(left.index, right.index, names)
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


def shared(left: pd.Index, right: pd.Index, names: tuple[str, str]) -> pd.Index:
    """Return the labels in both; `InputError` where there is none, or where they hide months."""
    spans = f"`{names[0]}` spans {span(left)}, `{names[1]}` spans {span(right)}"
    _check_kinds(left, right, names, spans)
    both = left.intersection(right)
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
        raise InputError(f"No dates in common: {spans}.")
    return both


def _check_kinds(left: pd.Index, right: pd.Index, names: tuple[str, str], spans: str) -> None:
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
            f"No dates in common: {spans}. Their indexes differ in kind: {type(left).__name__} and "
            f"{type(right).__name__}. {mend}"
        )
