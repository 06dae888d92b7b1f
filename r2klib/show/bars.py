"""Bars from zero, grouped, each with its value at its end; where there are many, labelled dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from r2klib.show import axes as at
from r2klib.show.numbers import fixed
from r2klib.show.style import ACCENT, LIGHT, roles, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from r2klib.show.exhibit import Exhibit

#: More rows than this are drawn as dots, which take less room.
MOST_BARS = 12


def draw(exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw an exhibit of kind ``bars``.

    `exhibit.frame` has labels as index and one column per group; `x` says what the labels are,
    `y` what the values measure. Up to twelve labels have bars; more have a dot on a line, so that
    each can still be read.
    """
    frame, narrow = exhibit.frame, at.is_narrow(ax)
    dots = len(frame) > MOST_BARS
    names = [str(column) for column in frame.columns]
    colours = [LIGHT[role] for role in _roles(names)]
    values = frame.to_numpy(dtype=float)
    ax.set_xlim(*_limits(values, exhibit))
    ax.set_ylim(len(frame) - 0.5, -0.5)
    for j, (name, colour) in enumerate(zip(names, colours, strict=True)):
        if dots:
            ax.plot(values[:, j], np.arange(len(frame)), "o", color=colour, label=name)
        else:
            _bars(ax, values, j, name, colour)
    at.line_at(ax, 0.0, "x")
    if dots:
        _scale(ax, len(frame), narrow=narrow)
    else:
        _no_scale(ax)
    room = 110.0 if narrow else 240.0
    lines = [wrap(str(label), room) for label in frame.index]
    left = max(text_width(line) for rows in lines for line in rows) + 12
    for y, rows in enumerate(lines):
        for i, line in enumerate(rows):
            shift = (-left, ((len(rows) - 1) / 2 - i) * 14)
            at.write(ax, line, (0, y), shift, at.BESIDE)
    top = at.caption_y(ax, exhibit.x if exhibit.y else "")
    if len(names) > 1:
        top = at.key_line(ax, names, colours, top)
    for value in exhibit.marks.values():
        at.line_at(ax, value, "x", strong=False)
    top = at.mark_above(ax, exhibit.marks, top)
    bottom = 24 if dots else 8
    at.settle(ax, left=left, right=8, top=top, bottom=bottom, x_label=exhibit.y or exhibit.x)
    return ax


def _bars(ax: Axes, values: np.ndarray, j: int, name: str, colour: str) -> None:
    """The bars of one group, in their places beside those of the others."""
    rows, groups = values.shape
    thick, places = 0.8 / groups, at.places(values)
    at_y = np.arange(rows) + (j - (groups - 1) / 2) * thick
    ax.barh(at_y, values[:, j], height=thick * 0.9, color=colour, linewidth=0, label=name)
    for y, value in zip(at_y, values[:, j], strict=True):
        if np.isfinite(value):
            _value(ax, float(value), float(y), places)


def _no_scale(ax: Axes) -> None:
    """Bars have their values at their ends."""
    ax.grid(visible=False)
    ax.set_yticks([])
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)


def _scale(ax: Axes, rows: int, *, narrow: bool) -> None:
    """Dots are read off a scale, along a line from their label."""
    at.number_ticks(ax, "x", 4 if narrow else 6)
    ax.set_yticks(range(rows), [""] * rows)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="both")


def _limits(values: np.ndarray, exhibit: Exhibit) -> tuple[float, float]:
    """Limits with zero inside and room for the values written past the bars' ends."""
    low, high = at.padded([*values.ravel(), 0.0, *exhibit.marks.values()], 0.0)
    air = (high - low) * 0.16
    return (low - air if low < 0 else low, high + air if high > 0 else high)


def _value(ax: Axes, value: float, y: float, places: int) -> None:
    sign = -1 if value < 0 else 1
    side = "right" if sign < 0 else "left"
    at.write(ax, fixed(value, places), (value, y), (sign * 4, 0), ha=side, **at.NOTE)


def _roles(names: list[str]) -> list[str]:
    """As for lines, but a lone group is drawn in a colour: solid bars in ink are too loud."""
    found = roles(names)
    return [ACCENT] if found == ["ink"] else found


def height(exhibit: Exhibit, width: float) -> float:
    """Height in pixels that this exhibit takes at this width."""
    rows, groups = exhibit.frame.shape
    room = 110.0 if width < 480 else 240.0
    tall = max(len(wrap(str(label), room)) for label in exhibit.frame.index)
    named = 20 * (bool(exhibit.x and exhibit.y) + (groups > 1))
    if rows > MOST_BARS:
        return 64 + named + 20 * len(exhibit.marks) + rows * (4 + 14 * tall)
    return 48 + named + 20 * len(exhibit.marks) + rows * max(10 + 18 * groups, 10 + 14 * tall)
