"""Estimates with their 90 % intervals, one row each: exhibits, specification curves, strips."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from r2klib.claims import pairs
from r2klib.errors import InputError
from r2klib.show import axes as at
from r2klib.show.numbers import count, fixed
from r2klib.show.style import ACCENT, LIGHT, text_width, wrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from r2klib.claims import Specification, Verdict
    from r2klib.show.exhibit import Exhibit


@dataclass(frozen=True)
class Row:
    """One estimate: a label, a point, and its interval where there is one."""

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    n: float = math.nan
    strong: bool = False
    colour: str = ACCENT

    @property
    def weight(self) -> str:
        """Of the font in which it is written."""
        return "bold" if self.strong else "normal"


def draw(exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw an exhibit of kind ``intervals``.

    `exhibit.frame` has one row per estimate, labels as index, and the columns ``value``, ``low``,
    ``high`` and, where known, ``n``. `marks` become dashed lines, named above the plot.
    """
    return draw_rows(rows_of(exhibit.frame), ax, x=exhibit.x or exhibit.y, marks=exhibit.marks)


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of an exhibit's frame."""
    columns = frame.columns.intersection(["value", "low", "high", "n"])
    return [Row(str(label), **record.astype(float)) for label, record in frame[columns].iterrows()]


def curve_rows(verdict: Verdict) -> list[Row]:
    """The primary estimate on top, then every specification in the order it was declared."""
    estimate = verdict.estimate
    if estimate is None:
        raise InputError(
            f"Claim {verdict.claim.id} is {verdict.status!r} in this edition: a specification "
            "curve needs an estimate."
        )
    own = Row(
        "Primary measure", estimate.value, *estimate.interval, estimate.n, strong=True, colour="ink"
    )
    unknown = (math.nan, math.nan)
    others = [
        Row(_called(point), point.value, *(point.interval or unknown), point.n, colour="open")
        for point in verdict.specifications
    ]
    return [own, *others]


def _called(point: Specification) -> str:
    """A pair by what it is; every other specification by its label."""
    return pairs.get(point.pair).called if point.pair else point.label


def draw_curve(verdict: Verdict, ax: Axes) -> Axes:
    """Draw the specification curve of a link or a descriptive claim.

    The side of zero on which an effect is as large as the claim says is shaded.
    """
    claim, estimate = verdict.claim, verdict.estimate
    rows = curve_rows(verdict)
    assert estimate is not None
    region = None
    if claim.sei is not None and claim.direction is not None:
        region = (claim.claimed, claim.direction)
    return draw_rows(rows, ax, x=estimate.unit, claimed=region)


def height(rows: Sequence[Row], width: float, marks: int = 0) -> float:
    """Height in pixels that these rows, and this many marks above them, take at this width."""
    if width < 480:
        lines = sum(len(_stacked(row, width)) for row in rows)
        return 76 + 20 * marks + lines * at.LINE + 24 * len(rows)
    return 76 + 20 * marks + 26 * len(rows) + 9 * sum(len(_label(row)) - 1 for row in rows)


def draw_rows(
    rows: Sequence[Row],
    ax: Axes,
    *,
    x: str,
    marks: Mapping[str, float] | None = None,
    claimed: tuple[float, int] | None = None,
) -> Axes:
    """Draw rows of estimates from the top down.

    `marks` become dashed lines. With `claimed`, an edge and a direction, all from that edge on is
    shaded: effects of at least the claimed size.
    """
    narrow = at.is_narrow(ax)
    marks = dict(marks or {})
    values = [v for row in rows for v in (row.value, row.low, row.high)] + [0.0, *marks.values()]
    if claimed:
        marks["as large as claimed"] = claimed[0]
        values.append(claimed[0])
    ax.set_xlim(*at.padded(values, 0.07))
    centres = _centres(rows, narrow, at.size(ax)[0])
    ax.set_ylim(centres[-1] + (14 if narrow else 0.6), 0 if narrow else -0.6)
    ax.grid(visible=not narrow, axis="x")
    ax.grid(visible=False, axis="y")
    # On phones labels stand between the rows: lines and shading keep to the rows' own bands.
    bands = [(y - 8, y + 8) for y in centres] if narrow else [ax.get_ylim()]
    _background(ax, bands, list(marks.values()), claimed)
    for row, y in zip(rows, centres, strict=True):
        _draw_row(ax, row, y)
    ticks = at.number_ticks(ax, "x", 4 if narrow else 6)
    ax.set_yticks([])
    ax.set_ylabel("")
    top = at.mark_above(ax, marks, 6.0)
    notes = _notes(rows, ax)
    if narrow:
        _labels_above(rows, notes, centres, ax)
        left = right = max(6.0, ticks / 2)
    else:
        left, right = _labels_beside(rows, notes, centres, ax)
        top = max(top, at.LINE + 4)  # the heading of the counts stands there
    at.settle(ax, left=left, right=right, top=top, bottom=24, x_label=x)
    return ax


def _background(
    ax: Axes,
    bands: Sequence[tuple[float, float]],
    marks: Sequence[float],
    claimed: tuple[float, int] | None,
) -> None:
    """Zero, reference lines and the side of effects as large as claimed, behind the rows."""
    ends = ax.get_xlim()
    lows, highs = [min(band) for band in bands], [max(band) for band in bands]
    if claimed:
        edge, direction = claimed
        far = ends[1] if direction > 0 else ends[0]
        for low, high in bands:
            ax.fill_betweenx(
                [low, high], min(edge, far), max(edge, far), color=LIGHT["shade"], linewidth=0
            )
    for mark in marks:
        ax.vlines(
            [mark] * len(bands),
            lows,
            highs,
            color=LIGHT["muted"],
            linewidth=1,
            linestyles=(0, (4, 3)),
        )
    ax.vlines([0.0] * len(bands), lows, highs, color=LIGHT["ink"], linewidth=1, label="zero")
    ax.set_xlim(*ends)


def _draw_row(ax: Axes, row: Row, y: float) -> None:
    colour, known = LIGHT[row.colour], math.isfinite(row.low)
    if known:
        ax.plot([row.low, row.high], [y, y], color=colour, linewidth=3.2 if row.strong else 2)
    ax.plot(
        [row.value],
        [y],
        marker="D" if row.strong else "o",
        markersize=8 if row.strong else 7,
        markerfacecolor=colour if known else LIGHT["surface"],
        markeredgecolor=colour,
        markeredgewidth=1.4,
        linestyle="none",
        label=row.label,
    )


def _label(row: Row) -> list[str]:
    return wrap(row.label, 250, bold=row.strong)


def _centres(rows: Sequence[Row], narrow: bool, width: float) -> list[float]:
    """Vertical centre of each row: row units when wide, pixels when labels stand above."""
    centres, tall = [], 0.0
    for row in rows:
        if narrow:
            tall += at.LINE * len(_stacked(row, width)) + 12
            centres.append(tall)
            tall += 12
        else:
            extra = 9 / 26 * (len(_label(row)) - 1)
            centres.append(tall + extra / 2)
            tall += 1 + extra
    return centres


def _labels_beside(
    rows: Sequence[Row], notes: Sequence[tuple[str, str]], centres: Sequence[float], ax: Axes
) -> tuple[float, float]:
    """Labels in the left margin; value and n, right aligned, in the right one. Returns both."""
    left = max(text_width(line, bold=row.strong) for row in rows for line in _label(row)) + 14
    values = max(text_width(value) for value, _ in notes) + 2 * at.GAP
    counts = max(text_width(n) for _, n in notes)
    right = values + (counts + 2 * at.GAP if counts else 0)
    for row, (value, n), y in zip(rows, notes, centres, strict=True):
        lines = _label(row)
        for i, line in enumerate(lines):
            shift = (-left, ((len(lines) - 1) / 2 - i) * 14)
            at.write(ax, line, (0, y), shift, at.BESIDE, weight=row.weight)
        at.write(ax, value, (1, y), (values, 0), at.BESIDE, ha="right", weight=row.weight)
        if n:
            at.write(ax, n, (1, y), (right, 0), at.BESIDE, ha="right", color=LIGHT["muted"])
    if counts:
        top = (1, ax.get_ylim()[1])
        at.write(ax, "n", top, (right, 10), at.BESIDE, ha="right", color=LIGHT["muted"])
    return left, right + 2


def _labels_above(
    rows: Sequence[Row], notes: Sequence[tuple[str, str]], centres: Sequence[float], ax: Axes
) -> None:
    """Label and value over each row, n left to the data: a phone has no room for it."""
    width, _ = at.size(ax)
    for row, (value, _), y in zip(rows, notes, centres, strict=True):
        lines = _stacked(row, width)
        for i, line in enumerate(lines):
            up = 18 + at.LINE * (len(lines) - 1 - i)
            at.write(ax, line, (0, y), (0, up), at.BESIDE, weight=row.weight)
        at.write(ax, value, (1, y), (0, 18), at.BESIDE, ha="right", color=LIGHT["muted"])


def _notes(rows: Sequence[Row], ax: Axes) -> list[tuple[str, str]]:
    """Value and n of each row as text, all values to the decimals that the axis resolves.

    Below a hundred it is one at least, as titles have it.
    """
    low, high = ax.get_xlim()
    places = max(int(high - low < 100), 2 - math.floor(math.log10(high - low) + 0.3))
    return [
        (fixed(row.value, places), count(row.n) if math.isfinite(row.n) else "") for row in rows
    ]


def _stacked(row: Row, width: float) -> list[str]:
    """The label's lines where it stands above its row, with room for the value beside it."""
    return wrap(row.label, width - 60, bold=row.strong)
