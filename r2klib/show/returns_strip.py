"""Recent returns of small and large companies and their gap, as a small table."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from r2klib.show.numbers import MINUS
from r2klib.show.small_large import RETURNS, SmallLarge, opened
from r2klib.show.tables import table


def returns_strip(found: SmallLarge) -> str:
    """Recent returns of both legs and their gap, as a table with its data.

    Parameters
    ----------
    found : SmallLarge
        What is drawn beside it. A span that it does not cover is a dash, and the note says why.
    """
    returns = found.returns()
    small, large = (opened(name.removeprefix("the ")) for name in found.names)
    frame = returns[["small", "large", "gap"]].set_axis([small, large, "gap"], axis="columns")
    formats: dict[str, Callable[[float], str]] = dict.fromkeys(frame.columns, signed)
    frame["since"] = returns["start"].dt.strftime("%Y-%m-%d").fillna("–")
    spans = [f"{span} a year" if RETURNS[str(span)] > 12 else str(span) for span in frame.index]
    return table(
        frame.set_axis(pd.Index(spans, name="over"), axis="index"),
        f"Returns to {found.end.day} {found.end:%B %Y}",
        note=_returns_note(found, returns),
        name="returns-small-large",
        formats=formats,
    ).html


def _returns_note(found: SmallLarge, returns: pd.DataFrame) -> str:
    """Unit, what is left out, and why a span has a dash."""
    kind = "Dividends included" if found.pair.total else "Prices alone, dividends left out"
    note = f"Percent; the gap in percentage points. {kind}."
    missing = [str(span) for span in returns.index[returns["small"].isna()]]
    if missing:
        note += (
            f" A dash ({', '.join(missing)}): the data begin on {found.own.index[0].date()}, or "
            "hold no close in the week before that span begins."
        )
    return note


def signed(value: float, places: int = 1) -> str:
    """A return with its sign: ``+4.2`` or ``−0.3``; an en dash where there is none."""
    if not math.isfinite(value):
        return "–"
    text = f"{abs(value):.{places}f}"
    return text if not text.strip("0.") else f"{'+' if value > 0 else MINUS}{text}"
