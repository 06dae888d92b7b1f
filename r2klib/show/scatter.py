"""Scatter with the means of its tenths, and histograms of a null law with what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from r2klib.show import axes as at
from r2klib.show.numbers import number
from r2klib.show.style import ACCENT, LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from r2klib.show.exhibit import Exhibit

#: Bins of a histogram, at most.
MOST_BINS = 48
#: Points that make means of groups worth drawing; fewer get a fitted line.
FEWEST = 50
MEANS, FITTED = "mean of each tenth", "fitted line"


def binned_means(frame: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Mean of ``x`` and ``y`` in each of `bins` equal-sized groups along ``x``.

    Rows with a NaN are left out. A drawing aid, not an estimate.
    """
    known = frame[["x", "y"]].dropna()
    groups = pd.qcut(known["x"].rank(method="first"), bins, labels=False)
    return known.groupby(groups).mean()


def draw_scatter(exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw an exhibit of kind ``scatter``: light points, and the means of ten equal groups.

    `exhibit.frame` has the columns ``x`` and ``y``. Fewer than 50 points get a fitted line.
    """
    frame = exhibit.frame[["x", "y"]].dropna()
    narrow = at.is_narrow(ax)
    many = len(frame) > 120
    area = 10 if len(frame) > 500 else 16 if many else 34
    ax.scatter(
        frame["x"],
        frame["y"],
        s=area,
        color=LIGHT["open"],
        alpha=0.3 if many else 0.6,
        linewidth=0,
        label="observations",
    )
    ax.set_xlim(*at.padded(frame["x"], 0.04))
    ax.set_ylim(*at.padded(frame["y"], 0.04))
    for axis, (low, high) in (("x", ax.get_xlim()), ("y", ax.get_ylim())):
        if low < 0 < high:
            at.line_at(ax, 0.0, axis)
    if len(frame) >= FEWEST:
        means = binned_means(frame)
        ax.plot(
            means["x"],
            means["y"],
            color=LIGHT[ACCENT],
            marker="o",
            markersize=7,
            linewidth=2,
            label=MEANS,
        )
    elif len(frame) >= 3:
        slope, level = np.polyfit(frame["x"], frame["y"], 1)
        ends = np.array([frame["x"].min(), frame["x"].max()])
        ax.plot(ends, level + slope * ends, color=LIGHT[ACCENT], label=FITTED)
    for value in exhibit.marks.values():
        at.line_at(ax, value, "x", strong=False)
    ticks = at.number_ticks(ax, "y", 5 if narrow else 6)
    at.number_ticks(ax, "x", 4 if narrow else 7)
    top = at.mark_above(ax, exhibit.marks, at.caption_y(ax, exhibit.y))
    drawn = [name for name in (MEANS, FITTED) if name in {line.get_label() for line in ax.lines}]
    top = at.key_line(ax, drawn, [LIGHT[ACCENT]] * len(drawn), top)  # no point is in its way there
    at.settle(ax, left=ticks + at.GAP, right=14, top=top, bottom=26, x_label=exhibit.x)
    return ax


def counts(exhibit: Exhibit, most: int = MOST_BINS) -> pd.DataFrame:
    """How many draws of a histogram lie ``from`` (the index) ``to``, in `most` bins at most."""
    draws = exhibit.frame["draws"].dropna().to_numpy(dtype=float)
    found, edges = np.histogram(draws, bins=int(np.clip(np.sqrt(len(draws)), 12, most)))
    start = pd.Index(edges[:-1], name="from")
    return pd.DataFrame({"to": edges[1:], "draws": found}, index=start)


def draw_histogram(exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw an exhibit of kind ``histogram``: the draws of a null law, `marks` as lines over it."""
    narrow = at.is_narrow(ax)
    bars = counts(exhibit, 30 if narrow else MOST_BINS)
    low, high = at.padded([*bars.index, *bars["to"], *exhibit.marks.values()], 0.04)
    widths, fill, edge = bars["to"] - bars.index, LIGHT["rule"], LIGHT["surface"]
    ax.bar(
        bars.index, bars["draws"], widths, align="edge", color=fill, edgecolor=edge, linewidth=0.8
    )
    ax.set_xlim(low, high)
    ax.set_ylim(0, ax.get_ylim()[1] * 1.02)
    top = at.caption_y(ax, exhibit.y or "Number of draws")
    ticks = at.number_ticks(ax, "y", 4)
    at.number_ticks(ax, "x", 4 if narrow else 7)
    for i, (label, value) in enumerate(exhibit.marks.items()):
        ax.axvline(value, color=LIGHT[ACCENT], linewidth=2.2, label=label)
        right = (value - low) / (high - low) > 0.6
        shift = (-6 if right else 6, -4 - at.LINE * i)
        look = {"ha": "right" if right else "left", "color": LIGHT[ACCENT], "weight": "bold"}
        at.write(ax, f"{label} {number(value)}", (value, 1), shift, at.ABOVE, va="top", **look)
    at.settle(ax, left=ticks + at.GAP, right=12, top=top, bottom=26, x_label=exhibit.x)
    return ax
