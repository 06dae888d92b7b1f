"""From exhibits to axes: one draw function for each kind, ``(exhibit, ax) -> ax``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from r2klib.errors import InputError
from r2klib.show import axes as at
from r2klib.show import bars, intervals, lines, scatter

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from r2klib.show.exhibit import Exhibit

DRAW: dict[str, Callable[[Exhibit, Axes], Axes]] = {
    "lines": lines.draw,
    "intervals": intervals.draw,
    "scatter": scatter.draw_scatter,
    "bars": bars.draw,
    "histogram": scatter.draw_histogram,
}


def draw(exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw an exhibit on `ax` and title it with its finding.

    Parameters
    ----------
    exhibit : Exhibit
        What to draw; its `kind` says how.
    ax : matplotlib Axes
        A figure narrower than 480 pixels gets the layout for phones. Lone axes get margins that
        fit their labels; axes that share a figure stay where they are.

    Returns
    -------
    Axes
        The same `ax`.

    Raises
    ------
    InputError
        The exhibit is empty, or its frame does not have the form its kind needs.
    """
    if exhibit.frame.empty:
        raise InputError(
            f"Exhibit {exhibit.title!r}: the frame is empty, there is nothing to draw."
        )
    try:
        drawer = DRAW[exhibit.kind]
    except KeyError:
        raise InputError(
            f"Exhibit {exhibit.title!r}: expected a kind among {', '.join(DRAW)}; "
            f"got {exhibit.kind!r}."
        ) from None
    ax = drawer(exhibit, ax)
    at.title(ax, exhibit.title)
    return ax


def numbers(exhibit: Exhibit) -> pd.DataFrame:
    """What is drawn, for a download: of a histogram the counts, of others the frame."""
    return scatter.counts(exhibit) if exhibit.kind == "histogram" else exhibit.frame


def height(exhibit: Exhibit, width: float) -> float:
    """Height in pixels for an exhibit at `width` pixels."""
    narrow = width < 480
    if exhibit.kind == "intervals":
        return intervals.height(intervals.rows_of(exhibit.frame), width, len(exhibit.marks))
    if exhibit.kind == "bars":
        return bars.height(exhibit, width)
    if exhibit.kind == "scatter":
        return 320 if narrow else 400
    return 280 if narrow else 350
