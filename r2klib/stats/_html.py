"""A result's table in HTML: headings in words, and as many decimals as its errors deserve."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from numbers import Real

import numpy as np
import pandas as pd

from r2klib.stats._inputs import Array, shown

#: Columns in words, with the level of the intervals; of any other name underscores become spaces.
HEADINGS = {
    "std_error": "std. error",
    "tstat": "t",
    "pvalue": "p",
    "lower": "{:.6g} % low",
    "upper": "{:.6g} % high",
}
#: In one unit, so that they are written alike; the first of them says how finely.
ESTIMATED = ("std_error", "estimate", "lower", "upper")
#: Where a column would need more decimals, or hold larger numbers, each stands for itself.
MOST_PLACES, LARGEST = 7, 1e9


def table(frame: pd.DataFrame, caption: str, level: float) -> str:
    """Return `frame` as a ``<table>``: numbers to read in the cells, as ``data-value`` whole.

    Estimates, their errors and their intervals have the decimals that show two digits of the
    smallest error, two decimals at least; a t has two, a p three, another column those that show
    three digits of its largest number.
    """
    write = writers(frame)
    head = "".join(f'<th scope="col">{escape(heading(name, level))}</th>' for name in frame.columns)
    rows = []
    for label, *values in frame.itertuples(name=None):
        cells = "".join(_cell(value, how) for value, how in zip(values, write, strict=True))
        rows.append(f'<tr><th scope="row">{escape(_label(label))}</th>{cells}</tr>')
    body = "".join(rows)
    return (
        f'<table class="dataframe"><caption><span class="r2k-caption">{escape(caption)}</span>'
        "</caption>\n"
        f"<thead><tr><td></td>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    )


def heading(name: object, level: float) -> str:
    """Return the name of a column in words; `level` is that of the intervals."""
    text = _label(name)
    if text in HEADINGS:
        return HEADINGS[text].format(100 * level)
    return text.replace("_", " ")


def _cell(value: object, write: Callable[[float], str]) -> str:
    if value is pd.NaT:
        return "<td>–</td>"
    if isinstance(value, bool) or not isinstance(value, Real):
        return f"<td>{escape(shown(value))}</td>"
    number = float(value)
    if math.isnan(number):
        return "<td>–</td>"
    text = write(number)
    return f'<td data-value="{number:.10g}">{escape(text)}</td>'


def writers(frame: pd.DataFrame) -> list[Callable[[float], str]]:
    """How each column is written; see `table`."""
    shared = [frame.loc[:, name] for name in ESTIMATED if name in frame.columns]
    alike = None
    if "std_error" in frame.columns:
        alike = _places(_least(shared[0]), 2, max(map(_most, shared)), at_least=2)
    found: list[Callable[[float], str]] = []
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        if name == "pvalue":
            found.append(_chance)
        elif name == "tstat":
            found.append(_fixed(2))
        elif pd.api.types.is_integer_dtype(column.dtype):
            found.append(_fixed(0))
        elif name in ESTIMATED and "std_error" in frame.columns:
            found.append(_fixed(alike))
        else:
            largest = _most(column)
            found.append(_fixed(_places(largest, 3, largest)))
    return found


def _chance(p: float) -> str:
    return "<\N{NO-BREAK SPACE}0.001" if p < 0.0005 else f"{p:.3f}"


def _fixed(places: int | None) -> Callable[[float], str]:
    """A number with so many decimals, never minus zero; without a place, three digits of each."""
    form = ".3g" if places is None else f"z,.{places}f"
    return lambda value: format(value, form).replace("-", "\N{MINUS SIGN}")


def _places(of: float, digits: int, largest: float, *, at_least: int = 0) -> int | None:
    """Decimals that show so many digits of a number; None where they would be too many."""
    if not of or largest > LARGEST:
        return None
    places = max(at_least, digits - 1 - math.floor(math.log10(of)))
    return places if places <= MOST_PLACES else None


def _sizes(column: pd.Series) -> Array:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return np.empty(0)
    sizes = np.abs(column.to_numpy(dtype=float))
    known: Array = sizes[np.isfinite(sizes) & (sizes > 0)]
    return known


def _least(column: pd.Series) -> float:
    return float(_sizes(column).min(initial=math.inf)) if len(_sizes(column)) else 0.0


def _most(column: pd.Series) -> float:
    return float(_sizes(column).max(initial=0.0))


def _label(label: object) -> str:
    return ", ".join(map(shown, label)) if isinstance(label, tuple) else shown(label)
