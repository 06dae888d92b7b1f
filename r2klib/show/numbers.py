"""Numbers as readers write them: three figures that matter, a true minus sign, thousands apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from r2klib.stats.chance import probability as chance

MINUS = "−"
#: Sizes that are written with all their zeros; others stand with a power of ten.
PLAIN = (1e-5, 1e15)


def number(value: float | None, digits: int = 3) -> str:
    """`value` with `digits` significant figures; an en dash where there is none.

    Examples
    --------
    >>> number(-0.08375), number(1234567.0), number(12.0), number(0), number(-1.5e-313)
    ('−0.0838', '1,234,567', '12', '0', '−1.5e-313')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    if not PLAIN[0] <= abs(value) < PLAIN[1]:
        digits_of, power = f"{abs(value):.{digits - 1}e}".split("e")
        mantissa = digits_of.rstrip("0").rstrip(".") if "." in digits_of else digits_of
        return f"{MINUS if value < 0 else ''}{mantissa}e{power}"
    text = fixed(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))
    return text.rstrip("0").rstrip(".") if "." in text else text


def alike(values: pd.Series, digits: int = 3) -> Callable[[float], str]:
    """How all of `values` are written: with the decimals that the largest of them needs.

    Each by itself, as `number` has it, where these would make nothing of a small one.

    Examples
    --------
    >>> write = alike(pd.Series([-43.72, -1.4, 51.0]))
    >>> write(-1.4), write(51.0), alike(pd.Series([746.2, 0.134]))(0.134)
    ('−1.4', '51.0', '0.134')
    """
    sizes = values.abs()[np.isfinite(values) & (values != 0)].astype(float)
    alone = partial(number, digits=digits)
    if sizes.empty or not PLAIN[0] <= sizes.max() < PLAIN[1]:
        return alone
    places = max(0, digits - 1 - math.floor(math.log10(sizes.max())))
    if sizes.min() < 0.5 * 10.0**-places:
        return alone
    while places and np.allclose(sizes.round(places), sizes.round(places - 1), rtol=1e-12):
        places -= 1
    return lambda value: fixed(value, places) if math.isfinite(value) else alone(value)


def probability(value: float | None) -> str:
    """A p or q value as `r2klib.stats.chance` writes it; an en dash where there is none."""
    return number(value) if value is None or not math.isfinite(value) else chance(value)


def interval(low: float, high: float) -> str:
    """An interval in brackets, both ends to the same number of decimals.

    Examples
    --------
    >>> interval(-0.1, 1.25)
    '[−0.10, 1.25]'
    """
    widest = max(abs(low), abs(high))
    if widest and not PLAIN[0] <= widest < PLAIN[1]:
        return f"[{number(low)}, {number(high)}]"
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
    return f"{value:z,.0f}" if value >= 100 or float(value).is_integer() else number(value)
