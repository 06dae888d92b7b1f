"""Intervals drawn in a line of text: hand-written SVG, a few hundred bytes each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from r2klib.show.html import escape
from r2klib.show.numbers import number
from r2klib.show.status import tone_of

if TYPE_CHECKING:
    from r2klib.claims import Verdict

#: An aligned strip shows effects up to this many times the smallest effect of interest.
REACH = 3.0


def strip(verdict: Verdict) -> str:
    """The estimate against zero and the smallest effect of interest, in its own unit.

    Empty where the claim has no estimate. The words beside it say the same, so it is hidden from
    screen readers.
    """
    estimate, claim = verdict.estimate, verdict.claim
    if estimate is None:
        return ""
    width, low, high = 320.0, *estimate.interval
    claimed = claim.sei * claim.direction if claim.sei and claim.direction else None
    ends = [low, high, 0.0] + ([claimed] if claimed is not None else [])
    air = (max(ends) - min(ends)) * 0.12 or 1.0
    left, right = min(ends) - air, max(ends) + air

    def x(value: float) -> float:
        return (value - left) / (right - left) * width

    parts = []
    if claimed is not None:
        start, end = sorted((x(claimed), width if claimed > 0 else 0.0))
        parts.append(_shaded(start, end - start, 30))
        parts.append(_line(x(claimed), 0, x(claimed), 30, "muted", "1", ' stroke-dasharray="3 3"'))
    parts.append(_line(x(0), 0, x(0), 30, "ink", "1"))
    parts.append(_effect(x(low), x(estimate.value), x(high), 15, tone_of(verdict)))
    if claimed is None:
        parts.append(_label(x(0), 45, "0", width))
    else:
        text = f"claimed: {'≥' if claimed > 0 else '≤'} {number(claimed)}"
        room = 3.4 * len(text) + 12  # beside the zero
        beside = max(x(claimed), x(0) + room) if claimed > 0 else min(x(claimed), x(0) - room)
        parts.append(_label(beside, 45, text, width))
        if room <= (width - x(0) if claimed > 0 else x(0)):
            parts.append(_label(x(0), 45, "0", width))
    return _svg(width, 50, "".join(parts))


def spark(line: pd.Series, level: float | None = None) -> str:
    """A line with its end marked and a level dashed, for the eye alone: words stand beside it."""
    known = line.dropna()
    if len(known) < 2:
        return ""
    known = known.iloc[:: max(1, len(known) // 120)]  # more points than pixels only cost bytes
    if known.index[-1] != line.last_valid_index():
        known = pd.concat([known, line.dropna().tail(1)])
    width, height, edge = 150.0, 40.0, 5.0
    ends = [*known, *([] if level is None else [level])]
    low, high = min(ends), max(ends)
    first, last = known.index[0], known.index[-1]

    def at(when: pd.Timestamp, value: float) -> tuple[float, float]:
        x = edge + (when - first) / (last - first) * (width - 2 * edge)
        return x, height - edge - (value - low) / ((high - low) or 1.0) * (height - 2 * edge)

    points = [at(when, float(value)) for when, value in zip(known.index, known, strict=True)]
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    parts = [f'<path d="M{path}" fill="none" stroke="{_colour("muted")}" stroke-width="1.5"/>']
    if level is not None:
        y = at(first, level)[1]
        parts.insert(0, _line(0, y, width, y, "muted", "1", ' stroke-dasharray="3 3"'))
    x, y = points[-1]
    parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="{_colour("ink")}"/>')
    return _svg(width, height, "".join(parts))


def aligned(verdict: Verdict, tone: str = "") -> str:
    """The estimate in multiples of the smallest effect of interest, right being as claimed.

    All strips of a list share this scale, so the lines for zero and for the claimed size run
    straight down it. An interval that goes on past the edge ends in an arrow.
    """
    estimate, claim = verdict.estimate, verdict.claim
    if estimate is None or claim.sei is None or claim.direction is None:
        return ""
    scale = claim.direction / claim.sei
    low, high = sorted(bound * scale for bound in estimate.interval)
    width, height = 150.0, 20.0

    def x(value: float) -> float:
        inside = max(-REACH, min(REACH, value))
        return 6 + (inside + REACH) / (2 * REACH) * (width - 12)

    tone = tone or tone_of(verdict)
    parts = [
        _shaded(x(1), width - x(1), height),
        _line(x(0), 0, x(0), height, "ink", "1"),
    ]
    if low > REACH or high < -REACH:
        tip = width if low > REACH else 0.0
        parts.append(_arrow(tip, 1 if low > REACH else -1, tone))
    else:
        parts.append(_effect(x(low), x(estimate.value * scale), x(high), 10, tone))
        if low < -REACH:
            parts.append(_arrow(0.0, -1, tone))
        if high > REACH:
            parts.append(_arrow(width, 1, tone))
    return _svg(width, height, "".join(parts))


def _effect(low: float, value: float, high: float, y: float, tone: str) -> str:
    colour = _colour(tone)
    return (
        f'<path d="M{_n(low)} {_n(y)}H{_n(high)}" stroke="{colour}" stroke-width="3.5" '
        f'stroke-linecap="round"/><circle cx="{_n(value)}" cy="{_n(y)}" r="5" fill="{colour}" '
        f'stroke="{_colour("surface")}" stroke-width="1.5"/>'
    )


def _arrow(tip: float, way: int, tone: str) -> str:
    back = tip - way * 7
    return f'<path d="M{_n(tip)} 10L{_n(back)} 5V15Z" fill="{_colour(tone)}"/>'


def _shaded(x: float, width: float, height: float) -> str:
    return (
        f'<rect x="{_n(x)}" y="0" width="{_n(width)}" height="{_n(height)}" '
        f'fill="{_colour("shade")}"/>'
    )


def _line(x: float, y: float, x2: float, y2: float, role: str, width: str, more: str = "") -> str:
    return (
        f'<path d="M{_n(x)} {_n(y)}L{_n(x2)} {_n(y2)}" stroke="{_colour(role)}" '
        f'stroke-width="{width}"{more}/>'
    )


def _label(x: float, y: float, text: str, width: float) -> str:
    half = 3.4 * len(text)
    at = min(max(x, half), width - half)
    return (
        f'<text x="{_n(at)}" y="{_n(y)}" text-anchor="middle" font-size="12" '
        f'fill="{_colour("muted")}">{escape(text)}</text>'
    )


def _svg(width: float, height: float, inner: str) -> str:
    return (
        f'<svg class="r2k-strip" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
        f'height="{_n(height)}" aria-hidden="true">{inner}</svg>'
    )


def _colour(role: str) -> str:
    return f"var(--r2k-{'muted' if role == 'plain' else role})"


def _n(value: float) -> str:
    return f"{value:z.1f}".removesuffix(".0")
