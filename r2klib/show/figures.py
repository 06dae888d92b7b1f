"""From exhibits to axes: one draw function for each kind, ``(exhibit, ax) -> ax``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from r2klib.errors import InputError, listing
from r2klib.show import axes as at
from r2klib.show import bars, intervals, lines, scatter
from r2klib.show.style import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from r2klib.show.exhibit import Exhibit


def _draw_own(exhibit: Exhibit, ax: Axes) -> Axes:
    """Let the exhibit draw; the words around its axes stand where those of other figures do."""
    assert exhibit.plot is not None
    exhibit.plot(ax)
    ax.set(xlabel="", ylabel="", title="")
    ticks = max((text_width(label.get_text()) for label in ax.get_yticklabels()), default=0.0)
    top = at.caption_y(ax, exhibit.y)
    at.settle(ax, left=ticks + 2 * at.GAP, right=14, top=top, bottom=26, x_label=exhibit.x)
    return ax


DRAW: dict[str, Callable[[Exhibit, Axes], Axes]] = {
    "lines": lines.draw,
    "intervals": intervals.draw,
    "scatter": scatter.draw_scatter,
    "bars": bars.draw,
    "histogram": scatter.draw_histogram,
    "own": _draw_own,
}
#: Columns that a kind cannot do without.
NEEDED = {"intervals": ("value", "low", "high"), "scatter": ("x", "y"), "histogram": ("draws",)}


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

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> frame = pd.DataFrame({"share": [40, 60]}, index=["small", "large"])
    >>> exhibit = r2klib.show.Exhibit(kind="bars", title="Large leads", frame=frame, x="", y="%")
    >>> r2klib.show.draw(exhibit, Figure().subplots()).get_title(loc="left")
    'Large leads'
    """
    check(exhibit)
    ax = DRAW[exhibit.kind](exhibit, ax)
    at.title(ax, exhibit.title)
    return ax


def check(exhibit: Exhibit) -> None:
    """Raise InputError where the frame is empty, or does not have the form its kind needs."""
    kind, frame, wrong = exhibit.kind, exhibit.frame, ""
    if kind not in DRAW:
        wrong = f"expected a kind among {', '.join(DRAW)}; got {kind!r}"
    elif kind == "own" and exhibit.plot is None:
        wrong = "a drawing of your own needs `plot`, a function of matplotlib axes"
    elif frame.empty:
        wrong = "the frame is empty, there is nothing to draw"
    elif kind == "lines" and not isinstance(frame.index, pd.DatetimeIndex):
        wrong = f"lines need a DatetimeIndex, got {type(frame.index).__name__}"
    elif missing := [column for column in NEEDED.get(kind, ()) if column not in frame]:
        wrong = (
            f"the kind {kind} needs the columns {listing(NEEDED[kind])}; {', '.join(missing)} not "
            f"found among {', '.join(map(str, frame.columns))}"
        )
    if wrong:
        raise InputError(f"Exhibit {exhibit.title!r}: {wrong}.")


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
    if exhibit.kind in ("scatter", "own"):
        return 320 if narrow else 400
    return 280 if narrow else 350
