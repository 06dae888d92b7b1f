"""Numbers as readers write them: three figures that matter, a true minus sign, thousands apart."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

MINUS = "−"


def number(value: float | None, digits: int = 3) -> str:
    """`value` with `digits` significant figures; an en dash where there is none.

    Examples
    --------
    >>> number(-0.08375), number(1234567.0), number(12.0), number(0)
    ('−0.0838', '1,234,567', '12', '0')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    places = max(0, digits - 1 - magnitude)
    text = f"{abs(value):,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def probability(value: float | None) -> str:
    """A p or q value: two figures, and no smaller than one in ten thousand."""
    return "< 0.0001" if value is not None and value < 0.0001 else number(value, 2)


def interval(low: float, high: float) -> str:
    """An interval in brackets, both ends to the same number of decimals.

    Examples
    --------
    >>> interval(-0.1, 1.25)
    '[−0.10, 1.25]'
    """
    widest = max(abs(low), abs(high))
    places = 0 if widest == 0 else max(0, 2 - math.floor(math.log10(widest)))
    return f"[{fixed(low, places)}, {fixed(high, places)}]"


def fixed(value: float, places: int) -> str:
    """`value` with a fixed number of decimals; never a negative zero."""
    text = f"{abs(value):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def with_unit(text: str, unit: str) -> str:
    """A number and its unit, with the space that the unit wants."""
    return f"{text}\u00a0{unit}" if unit else text


def count(value: float | None) -> str:
    """A number of observations: whole where it is whole."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if value >= 100 or float(value).is_integer() else number(value)


def month(when: dt.date | pd.Timestamp) -> str:
    """A month as ``2017-03``."""
    return f"{when.year:04d}-{when.month:02d}"
