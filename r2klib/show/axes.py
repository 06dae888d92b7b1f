"""What all figures share: margins measured in pixels, labels beside the data, readable ticks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from r2klib.show.numbers import fixed
from r2klib.show.style import LIGHT, TEXT, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

LINE = 16.0  #: height of a line of text, pixels
GAP = 8.0  #: between a label and what it labels
#: Places beside and above the plot: a share of its width or height, and a place among the data.
BESIDE, ABOVE = ("axes fraction", "data"), ("data", "axes fraction")
#: How what is said beside the data looks.
NOTE: Mapping[str, Any] = {"color": LIGHT["muted"], "fontsize": TEXT - 0.5}


def size(ax: Axes) -> tuple[float, float]:
    """Width and height of the figure in pixels."""
    width, height = ax.figure.bbox.width, ax.figure.bbox.height
    return float(width), float(height)


def is_narrow(ax: Axes) -> bool:
    """Whether the figure is the one that phones see."""
    return size(ax)[0] < 480


def write(
    ax: Axes,
    text: str,
    where: tuple[float, float],
    shift: tuple[float, float],
    within: Any = "data",
    *,
    va: str = "center",
    **look: Any,
) -> None:
    """Write so many pixels from a place; `within` says what its two numbers are of."""
    ax.annotate(
        text,
        where,
        xycoords=within,
        xytext=shift,
        textcoords="offset pixels",
        va=va,
        annotation_clip=False,
        **look,
    )


def title(ax: Axes, text: str) -> None:
    """The finding above the axes: left aligned, wrapped to the figure's width.

    A `Figure` sets its finding in HTML instead and drops this one.
    """
    lines = wrap(text, size(ax)[0] * 0.9, 15, bold=True)
    ax.set_title("\n".join(lines), loc="left")


def caption_y(ax: Axes, text: str) -> float:
    """Write what the vertical axis measures above it. Returns the height taken, pixels."""
    if not text:
        ax.set_ylabel("")
        return 6.0
    lines = wrap(text, size(ax)[0] - 4)
    ax.set_ylabel("\n".join(lines), rotation=0, ha="left", va="bottom")
    return LINE * len(lines) + 12


def settle(
    ax: Axes, *, left: float, right: float, top: float, bottom: float, x_label: str = ""
) -> None:
    """Set the margins, and put the two axis labels where the margins leave them room.

    Margins are in pixels; axes that share a figure stay where they are.
    """
    width, height = size(ax)
    plot_width = width - left - right
    if x_label:
        lines = wrap(x_label, plot_width)
        ax.set_xlabel("\n".join(lines), loc="left", labelpad=6)
        bottom += LINE * len(lines) + 4
    if len(ax.figure.axes) > 1:
        return
    inner = height - top - bottom
    ax.set_position((left / width, bottom / height, plot_width / width, inner / height))
    if ax.get_ylabel():
        ax.yaxis.set_label_coords(-left / plot_width, 1 + 8 / inner)


def number_ticks(ax: Axes, axis: str, most: int) -> float:
    """At most `most` round-numbered ticks. Returns the width of the widest label, pixels."""
    from matplotlib.ticker import MaxNLocator

    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    values = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    inside = [v for v in values if low - 1e-9 <= v <= high + 1e-9]
    labels = tick_labels(inside)
    _set_ticks(ax.xaxis if axis == "x" else ax.yaxis, inside, labels)
    return max(map(text_width, labels), default=0.0)


def log_ticks(ax: Axes) -> float:
    """Ticks 1, 2, 5, 10 ... on a logarithmic vertical axis. Returns the widest label, pixels."""
    low, high = ax.get_ylim()
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(decades) <= 3 else (1,)
    values = [step * 10.0**d for d in decades for step in steps]
    values = [value for value in values if low <= value <= high]
    labels = [f"{value:,g}" if value < 1 else f"{value:z,.0f}" for value in values]
    _set_ticks(ax.yaxis, values, labels)
    return max(map(text_width, labels), default=0.0)


def _set_ticks(axis: Axis, values: Sequence[float], labels: Sequence[str]) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axis.set_major_locator(FixedLocator(values))
    axis.set_major_formatter(FixedFormatter(labels))
    axis.set_minor_locator(NullLocator())


def tick_labels(values: Sequence[float]) -> list[str]:
    """Tick values with just the decimals that tell them apart."""
    if len(values) < 2:
        return [fixed(value, 2) for value in values]
    step = min(abs(b - a) for a, b in pairwise(values))
    places = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 2
    if places < 6 and not math.isclose(round(step, places), step, rel_tol=1e-6):
        places += 1  # steps of 0.25 need one more than their size says
    return [fixed(value, places) for value in values]


def day_number(when: dt.date | pd.Timestamp) -> float:
    """A date on matplotlib's axis."""
    from matplotlib.dates import date2num

    return float(date2num(when))  # type: ignore[no-untyped-call]


def year_ticks(ax: Axes, start: pd.Timestamp, end: pd.Timestamp, most: int) -> None:
    """Ticks on round years, or on months where the span is under three years."""
    years = (end - start).days / 365.25
    if years < 3:
        step = next((s for s in (1, 2, 3, 6) if years * 12 / s <= most), 12)
        months = pd.date_range(start.to_period("M").to_timestamp(), end, freq="MS")
        ticks = [m for m in months if (m.month - 1) % step == 0 and m >= start]
        labels = [f"{m:%b %Y}" if m.month == 1 or m is ticks[0] else f"{m:%b}" for m in ticks]
    else:
        step = next((s for s in (1, 2, 5, 10, 20, 25) if years / s <= most), 50)
        first = math.ceil((start.year + (start.day_of_year > 1)) / step) * step
        ticks = [pd.Timestamp(year, 1, 1) for year in range(first, end.year + 1, step)]
        labels = [str(tick.year) for tick in ticks]
    _set_ticks(ax.xaxis, [day_number(tick) for tick in ticks], labels)


def shade(ax: Axes, spans: Iterable[tuple[dt.date, dt.date]]) -> int:
    """Shade the periods that touch the horizontal range. Returns how many there are."""
    low, high = ax.get_xlim()
    drawn = 0
    for start, end in spans:
        left = max(day_number(start), low)
        right = min(day_number(end), high)
        if left < right:
            ax.axvspan(left, right, color=LIGHT["shade"], linewidth=0, zorder=0)
            drawn += 1
    return drawn


def spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Centres as near as may be to `wanted` such that labels of these heights do not overlap.

    They stay between `low` and `high` while there is room for all.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = max(wanted[i], floor + heights[i] / 2)
        floor = placed[i] + heights[i] / 2
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling - heights[i] / 2)
        ceiling = placed[i] - heights[i] / 2
    return placed


def key_line(ax: Axes, names: Sequence[str], colours: Sequence[str], room: float) -> float:
    """Coloured names above the plot, where labels beside the data find no room.

    `room` is the height already taken above the axes, pixels; returns it with the key added.
    """
    width, _ = size(ax)
    rows: list[list[tuple[str, str, float]]] = [[]]
    at = 0.0
    for name, colour in zip(names, colours, strict=True):
        text = f"■ {name}"
        wide = text_width(text, bold=True) + 16
        if rows[-1] and at + wide > width:
            rows.append([])
            at = 0.0
        rows[-1].append((text, colour, at))
        at += wide
    for line, row in enumerate(reversed(rows)):
        for text, colour, left in row:
            shift, within = (left, room + line * LINE), ("figure pixels", "axes fraction")
            write(ax, text, (0, 1), shift, within, va="bottom", color=colour, weight="bold")
    return room + LINE * len(rows) + 4 if names else room


def line_at(ax: Axes, value: float, axis: str, *, strong: bool = True) -> None:
    """A reference line across the plot: solid for zero, dashed for the rest."""
    draw = ax.axvline if axis == "x" else ax.axhline
    line = draw(value, color=LIGHT["ink" if strong else "muted"], linewidth=1.0, zorder=1.5)
    line.set_solid_capstyle("butt")
    if not strong:
        line.set_dashes((4, 3))


def mark_above(ax: Axes, marks: Mapping[str, float], room: float) -> float:
    """Labels of vertical marks above the plot, stacked where they would overlap.

    Returns the height taken above the axes, pixels; `room` is what was taken before. Must be
    called once the horizontal limits stand.
    """
    low, high = ax.get_xlim()
    inside = sorted((value, label) for label, value in marks.items() if low <= value <= high)
    width, _ = size(ax)
    rows: list[float] = []
    for value, label in inside:
        share = (value - low) / (high - low)
        half = text_width(label) / 2 / (width * 0.62)  # the plot is never narrower than that
        left = min(max(share - half, 0.0), max(1 - 2 * half, 0.0))
        row = next((i for i, end in enumerate(rows) if left > end + 0.02), len(rows))
        rows[row:] = [left + 2 * half, *rows[row + 1 :]]
        align = "left" if share < half else "right" if share > 1 - half else "center"
        shift = (0, 4 + row * LINE)
        write(ax, label, (value, 1), shift, ABOVE, va="bottom", ha=align, **NOTE)
    return room + LINE * len(rows) + (4 if rows else 0)


def places(values: Iterable[float]) -> int:
    """Decimals that tell values apart: three figures of the widest; none where all are whole."""
    finite = [
        abs(float(value))
        for value in np.ravel(np.asarray(values, dtype=float))
        if math.isfinite(value)
    ]
    widest = 0.0 if all(map(float.is_integer, finite)) else max(finite)
    return max(0, 2 - math.floor(math.log10(widest))) if widest else 0


def padded(values: Iterable[float], share: float = 0.06) -> tuple[float, float]:
    """Limits that hold all finite `values` with a little air; never of zero width."""
    array = np.asarray(list(values), dtype=float)
    array = array[np.isfinite(array)]
    if array.size == 0:
        return (-1.0, 1.0)
    low, high = float(array.min()), float(array.max())
    air = (high - low) * share or abs(high) * 0.1 or 1.0
    return low - air, high + air


def padded_log(values: Iterable[float]) -> tuple[float, float]:
    """Limits of a logarithmic axis that hold all finite `values`, with room for labels."""
    array = np.ravel(np.asarray(values, dtype=float))
    array = array[np.isfinite(array)]
    if array.size == 0:
        return (1.0, 10.0)
    low, high = float(array.min()), float(array.max())
    air = max((high / low) ** 0.13, 1.01)  # a flat line has room too
    return low / air, high * air
