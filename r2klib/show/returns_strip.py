"""Recent returns of small and large companies and their gap, as a small table."""

from __future__ import annotations

import math

import pandas as pd

from r2klib.show.html import csv_link, escape, prose
from r2klib.show.numbers import MINUS
from r2klib.show.small_large import RETURNS, SmallLarge, opened


def returns_strip(found: SmallLarge) -> str:
    """Recent returns of both legs and their gap, as a table with its data.

    Parameters
    ----------
    found : SmallLarge
        What is drawn beside it. A span that it does not cover is a dash, and the note says why.
    """
    returns = found.returns()
    small, large = (opened(name.removeprefix("the ")) for name in found.names)
    rows = "".join(
        f'<tr><th scope="row">{span}{" a year" if RETURNS[str(span)] > 12 else ""}</th>'
        + "".join(
            f'<td class="r2k-num">{signed(float(row[leg]))}</td>'
            for leg in ("small", "large", "gap")
        )
        + "</tr>"
        for span, row in returns[["small", "large", "gap"]].iterrows()
    )
    head = "".join(
        f'<th scope="col" class="r2k-num">{escape(name)}</th>' for name in (small, large, "gap")
    )
    link = csv_link(returns, "returns-small-large", "recent returns")
    return (
        '<table class="returns"><caption><span class="r2k-caption">Returns to '
        f'{found.end.day} {found.end:%B %Y}<span class="r2k-source">'
        f"{prose(_returns_note(found, returns))} {link}</span></span></caption>"
        f'<thead><tr><th scope="col">over</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


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
