"""What a figure shows, in words, computed from the numbers that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from r2klib.show.intervals import Row, curve_rows, rows_of
from r2klib.show.numbers import count, interval, number

if TYPE_CHECKING:
    from r2klib.claims import Verdict
    from r2klib.show.exhibit import Exhibit

#: Rows and lines that are read out one by one; the rest is counted.
MOST = 12


def describe(exhibit: Exhibit) -> str:
    """The finding, what is drawn, and the numbers that carry it, as a few sentences."""
    finding = exhibit.title.rstrip(". ")
    return f"{finding}. {_BODIES[exhibit.kind](exhibit)}"


def describe_curve(verdict: Verdict) -> str:
    """A specification curve in words."""
    unit = verdict.estimate.unit if verdict.estimate else ""
    return f"Specification curve, {unit}. {_rows(curve_rows(verdict))}"


def _lines(exhibit: Exhibit) -> str:
    frame = exhibit.frame
    first, last = frame.index[0], frame.index[-1]
    parts = [f"Line chart{_of(exhibit.y)}, {first:%Y-%m} to {last:%Y-%m}."]
    for column in frame.columns[:MOST]:
        known = frame[column].dropna()
        if known.empty:
            continue
        parts.append(
            f"{column}: from {number(known.iloc[0])} to {number(known.iloc[-1])}, "
            f"lowest {number(known.min())} ({known.idxmin():%Y-%m}), "
            f"highest {number(known.max())} ({known.idxmax():%Y-%m})."
        )
    inside = [span for span in exhibit.spans if pd.Timestamp(span[1]) > first]
    if inside:
        parts.append(f"{len(inside)} shaded period{'s' if len(inside) > 1 else ''}.")
    return " ".join([*parts, _marks(exhibit)]).strip()


def _intervals(exhibit: Exhibit) -> str:
    rows, measured = _rows(rows_of(exhibit.frame)), _of(exhibit.x or exhibit.y)
    return f"Estimates with 90 % intervals{measured}. {rows} {_marks(exhibit)}"


def _rows(rows: Sequence[Row]) -> str:
    said = []
    for row in rows[:MOST]:
        text = f"{row.label}: {number(row.value)}"
        if row.low == row.low:
            text += f" {interval(row.low, row.high)}"
        if row.n == row.n:
            text += f", n {count(row.n)}"
        said.append(text)
    more = f"; and {len(rows) - MOST} more" if len(rows) > MOST else ""
    return "; ".join(said) + more + "."


def _scatter(exhibit: Exhibit) -> str:
    known = exhibit.frame[["x", "y"]].dropna()
    correlation = known["x"].corr(known["y"])
    return (
        f"Scatter of {len(known):,} observations: {exhibit.y} against {exhibit.x}. "
        f"Correlation {number(correlation, 2)}. {_marks(exhibit)}"
    )


def _own(exhibit: Exhibit) -> str:
    drawn = ", ".join(map(str, exhibit.frame.columns))
    axes = f": {exhibit.y} against {exhibit.x}" if exhibit.x and exhibit.y else _of(exhibit.y)
    return f"Drawing of {len(exhibit.frame):,} rows of {drawn}{axes}."


def _bars(exhibit: Exhibit) -> str:
    frame = exhibit.frame
    said = []
    for label, record in list(frame.iterrows())[:MOST]:
        values = ", ".join(
            f"{column} {number(float(value))}" if len(frame.columns) > 1 else number(float(value))
            for column, value in record.items()
        )
        said.append(f"{label}: {values}")
    more = f"; and {len(frame) - MOST} more" if len(frame) > MOST else ""
    return f"Bar chart{_of(exhibit.y or exhibit.x)}. {'; '.join(said)}{more}. {_marks(exhibit)}"


def _histogram(exhibit: Exhibit) -> str:
    draws = exhibit.frame["draws"].dropna()
    low, high = float(draws.quantile(0.05)), float(draws.quantile(0.95))
    return (
        f"Histogram{_of(exhibit.x)}: {len(draws):,} {exhibit.y or 'draws'}; "
        f"nine in ten lie in {interval(low, high)}. {_marks(exhibit)}"
    )


def _of(label: str) -> str:
    return f" of {label}" if label else ""


def _marks(exhibit: Exhibit) -> str:
    if not exhibit.marks:
        return ""
    return "Marked: " + "; ".join(f"{k} {number(v)}" for k, v in exhibit.marks.items()) + "."


_BODIES = {
    "lines": _lines,
    "intervals": _intervals,
    "scatter": _scatter,
    "bars": _bars,
    "histogram": _histogram,
    "own": _own,
}
