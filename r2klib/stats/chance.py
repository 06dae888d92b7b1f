"""How a p- or a q-value is written, in text, tables and cards alike: short, and never as zero."""

from __future__ import annotations

#: Smaller values are not told apart: no law here is known so far out.
RESOLUTION = 0.0001


def probability(value: float, form: str = ".2g") -> str:
    """Write a probability in a format of Python's, ``< 0.0001`` below the resolution.

    Where it would round to zero, the first digit that is none is shown instead.

    >>> probability(0.0234), probability(0.004, ".2f"), probability(1e-313)
    ('0.023', '0.004', '< 0.0001')
    """
    if value < RESOLUTION:
        return f"< {RESOLUTION}"
    text = format(value, form)
    return text if float(text) else f"{value:.1g}"


def named(name: str, value: float, form: str = ".2g") -> str:
    """Write it with its letter: ``p = 0.023``, ``q < 0.0001``."""
    text = probability(value, form)
    return f"{name} {text}" if text.startswith("<") else f"{name} = {text}"
