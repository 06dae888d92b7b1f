"""Lines over time, labelled at their ends, recessions shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from r2klib.show import axes as at
from r2klib.show.style import LIGHT, TEXT, roles, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from r2klib.show.exhibit import Exhibit


def draw(exhibit: Exhibit, ax: Axes, *, right: float = 12.0) -> Axes:
    """Draw an exhibit of kind ``lines``.

    `exhibit.frame` has a DatetimeIndex and one column per line; a NaN is a gap in the line.
    `marks` become dashed level lines. The vertical axis is logarithmic where `exhibit.y` says
    "log scale". `right` is the least margin on the right, pixels.
    """
    frame = exhibit.frame
    narrow = at.is_narrow(ax)
    names = [str(column) for column in frame.columns]
    colours = [LIGHT[role] for role in roles(names)]
    for column, name, colour in zip(frame.columns, names, colours, strict=True):
        thin = len(frame) > 400 or len(names) > 3
        width = 1.6 if thin else 2.0
        alone = "o" if frame[column].count() == 1 else "None"  # a line of one point shows nothing
        ax.plot(frame.index, frame[column], color=colour, linewidth=width, label=name, marker=alone)
    logarithmic = "log scale" in exhibit.y.lower()
    if logarithmic:
        ax.set_yscale("log")
        ax.set_ylim(*at.padded_log(frame.to_numpy(float)))
    else:
        ax.set_ylim(*at.padded([*frame.to_numpy(float).ravel(), *exhibit.marks.values()]))
    ax.set_xlim(at.day_number(frame.index[0]), at.day_number(frame.index[-1]))
    shaded = at.shade(ax, exhibit.spans)
    low, high = ax.get_ylim()
    if low < 0 < high and not logarithmic:
        at.line_at(ax, 0.0, "y")
    decades = logarithmic and high / low > 6  # less has too few of the ticks 1, 2, 5
    ticks = at.log_ticks(ax) if decades else at.number_ticks(ax, "y", 4 if narrow else 6)
    at.year_ticks(ax, frame.index[0], frame.index[-1], 4 if narrow else 9)
    top = at.caption_y(ax, exhibit.y)
    bottom = 26.0
    left = ticks + at.GAP
    if len(names) > 1:
        room = 96.0 if narrow else 170.0
        at_ends = all(text_width(w, bold=True) <= room for name in names for w in name.split())
        if at_ends and _all_reach_the_end(frame) and not (narrow and len(names) > 4):
            right = max(right, _label_ends(ax, frame, names, colours, room, (top, bottom)))
        else:
            top = at.key_line(ax, names, colours, top)
    for label, value in exhibit.marks.items():
        _level(ax, frame, label, value)
    if shaded and not narrow:
        _say_shaded(ax, exhibit)
    of_time = exhibit.x.strip().lower() in ("date", "month", "year", "time")
    x_label = "" if of_time else exhibit.x  # years need no label
    at.settle(ax, left=left, right=right, top=top, bottom=bottom, x_label=x_label)
    return ax


def _all_reach_the_end(frame: pd.DataFrame) -> bool:
    """Whether every line ends in the last tenth of the axis, so that a name beside it is near."""
    start, end = frame.index[0], frame.index[-1]
    known = [frame[column].dropna().index for column in frame.columns]
    return all(len(days) == 0 or end - days[-1] <= (end - start) / 10 for days in known)


def _label_ends(
    ax: Axes,
    frame: pd.DataFrame,
    names: list[str],
    colours: list[str],
    room: float,
    margins: tuple[float, float],
) -> float:
    """Names in the right margin, level with their line's end. Returns the margin's width."""
    _, height = at.size(ax)
    inner = height - sum(margins)
    lines = [wrap(name, room, bold=True) for name in names]
    low, high = ax.transScale.transform([(0, ax.get_ylim()[0]), (0, ax.get_ylim()[1])])[:, 1]
    ends = [next(iter(frame[column].dropna().tail(1)), 0.0) for column in frame.columns]
    scaled = ax.transScale.transform([(0, end) for end in ends])[:, 1]
    wanted = [float((y - low) / (high - low) * inner) for y in scaled]
    heights = [at.LINE * len(rows) for rows in lines]
    for rows, colour, centre in zip(
        lines, colours, at.spread(wanted, heights, 0.0, inner), strict=True
    ):
        for number, row in enumerate(rows):
            shift = (len(rows) - 1) / 2 - number
            where = (1, (centre + shift * at.LINE) / inner)
            at.write(ax, row, where, (at.GAP, 0), "axes fraction", color=colour, weight="bold")
    widest = max(text_width(row, bold=True) for rows in lines for row in rows)
    return widest + at.GAP + 2


def _level(ax: Axes, frame: pd.DataFrame, label: str, value: float) -> None:
    """A level line, named above or below it where the lines are least in the way.

    That is at an end where it can be, at the right before the left.
    """
    at.line_at(ax, value, "y", strong=False)
    low, high = ax.get_ylim()
    width, height = at.size(ax)
    tall = (high - low) * at.LINE / (0.75 * height)
    rows = max(1, int(len(frame) * min(1.0, text_width(label) / (0.75 * width))))
    values, before = frame.to_numpy(float), frame.shift().to_numpy(float)
    lower, upper = np.fmin(values, before), np.fmax(values, before)
    places = []
    for above in (True, False):
        bottom = value if above else value - tall
        if low < bottom and bottom + tall < high:
            inside = ((upper >= bottom) & (lower <= bottom + tall)).any(axis=1)
            crossed = np.convolve(inside, np.ones(rows), "valid")
            starts = np.arange(len(crossed))
            inner = (starts > 0) & (starts < starts[-1])
            start = int(np.lexsort((-starts, inner, crossed))[0])
            places.append((crossed[start], inner[start], not above, start))
    *_, below, start = min(places, default=(0, False, False, len(frame) - rows))
    right = start == len(frame) - rows
    where = (at.day_number(frame.index[-1 if right else start]), value)
    shift, side = (-2 if right else 2, -3 if below else 3), "right" if right else "left"
    at.write(ax, label, where, shift, va="top" if below else "bottom", ha=side, **at.NOTE)


def _say_shaded(ax: Axes, exhibit: Exhibit) -> None:
    """Name the shading once, where the widest free span is, so that no legend is needed."""
    if "recession" in exhibit.note.lower() or "shaded" in exhibit.note.lower():
        return
    low, high = ax.get_xlim()
    inside = [at.day_number(end) for _, end in exhibit.spans if low <= at.day_number(end) < high]
    edge = np.max(inside) if inside else low
    if (high - edge) / (high - low) > 0.16:
        look = {**at.NOTE, "fontsize": TEXT - 1}
        at.write(ax, "recessions shaded", (edge, 0), (5, 4), at.ABOVE, va="bottom", **look)
