"""One look for every figure and page: colours by role, matplotlib settings, text that is measured.

Colours are *roles* ("small", "large", "ink"), each with a light and a dark value. matplotlib draws
with the light ones; `r2klib.show.svg` turns them into CSS variables, so a page or a JupyterLab
theme can put the dark ones in their place. The palette keeps small and large apart for
readers with any colour vision (orange-brown against blue), and every role reaches a contrast of
4.5 to 1 as text on its background.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: role -> (light, dark). Light values are unique: the SVG writer maps them back to the role.
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#fbfaf7", "#15171a"),
    "surface": ("#ffffff", "#1d2024"),
    "ink": ("#1c1d20", "#ecebe7"),
    "muted": ("#5a5f68", "#a9afb8"),
    "grid": ("#e7e4dd", "#2f3339"),
    "rule": ("#d5d1c8", "#40454d"),
    "shade": ("#efece4", "#24282d"),
    "small": ("#b34700", "#f5954f"),
    "large": ("#0f5ca8", "#6fb3f2"),
    "third": ("#7d3f96", "#cc99dd"),
    "fourth": ("#00705a", "#4cc2a5"),
    "fifth": ("#776000", "#d3b545"),
    "link": ("#0b559e", "#82bdf5"),
    "good": ("#006d58", "#55c7aa"),
    "bad": ("#ad1f4c", "#f6819f"),
    "open": ("#535b68", "#aeb6c2"),
    "slight": ("#785b04", "#d8b24f"),
}
LIGHT = {role: light for role, (light, _) in COLOURS.items()}
#: What is drawn of neither small nor large companies, where it is alone.
ACCENT = "third"
#: Roles of lines and bars that are neither small nor large, in the order they are used.
CYCLE = ("third", "fourth", "fifth", "open")
#: Width of the two renderings of a figure, in CSS pixels; one figure unit is one pixel.
WIDE, NARROW = 720, 360
TEXT = 12.5
FONT = "DejaVu Sans"  # ships with matplotlib, so text is measured alike everywhere

# Settings that belong to the process, or that matplotlib warns about when they are set.
_NOT_OURS = ("backend", "backend_fallback", "interactive", "toolbar", "timezone", "date.epoch")

SETTINGS: dict[str, Any] = {
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "svg.fonttype": "none",  # text stays text: searchable, readable by machines, sharp
    "svg.hashsalt": "r2klib",  # equal figures get equal ids
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
    "text.color": LIGHT["ink"],
    "font.family": [FONT],
    "font.size": TEXT,
    "axes.facecolor": "none",
    "axes.edgecolor": LIGHT["rule"],
    "axes.labelcolor": LIGHT["muted"],
    "axes.labelsize": TEXT,
    "axes.titlesize": 15,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 1.0,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "xtick.color": LIGHT["rule"],
    "ytick.color": LIGHT["rule"],
    "xtick.labelcolor": LIGHT["muted"],
    "ytick.labelcolor": LIGHT["muted"],
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "ytick.left": False,
    "xtick.major.size": 4,
    "path.simplify_threshold": 0.1,
}


@cache
def _settings() -> Any:
    """Our settings over matplotlib's own defaults, so that no matplotlibrc can change a figure."""
    import matplotlib as mpl

    defaults = mpl.rcParamsDefault
    return {key: defaults[key] for key in defaults if key not in _NOT_OURS} | SETTINGS


@contextmanager
def styled() -> Iterator[None]:
    """Draw in r2klib's style inside the block; the caller's settings come back after it."""
    import matplotlib as mpl

    with mpl.rc_context(_settings()):
        yield


def canvas(width: float, height: float) -> Axes:
    """Axes on a fresh figure of `width` x `height` CSS pixels, outside pyplot's global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / 72, height / 72), dpi=72).add_subplot()


def role_of(name: str, position: int = 0) -> str:
    """The colour role of a line or a group: small and large by name, the others in turn.

    `position` is how many other lines without a role of their own came before.
    """
    lowered = name.lower()
    if lowered.startswith(("small", "iwm", "russell 2000", "^rut")):
        return "small"
    if lowered.startswith(("large", "big", "spy", "s&p 500", "^gspc", "market")):
        return "large"
    return CYCLE[position % len(CYCLE)]


def roles(names: list[str]) -> list[str]:
    """One colour role for each name, no role used twice before all are.

    A lone line that is neither small nor large is drawn in ink.
    """
    found: list[str] = []
    others = 0
    for name in names:
        role = role_of(name, others)
        if role in found:  # a second "Small ..." line would be taken for the first
            role = role_of("", others)
        others += role in CYCLE
        found.append(role)
    return ["ink"] if len(found) == 1 and found[0] in CYCLE else found


def text_width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Width of a line of text in pixels, in the widest of the fonts a reader may have."""
    return size * sum(_width(character, bold=bold) for character in text)


@cache
def _width(character: str, *, bold: bool) -> float:
    """What a character adds to a line of size 1, without the kerning that would take some off."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=1, weight="bold" if bold else "normal")
    between, around = (
        text_to_path.get_text_width_height_descent(f"n{inside}n", font, ismath=False)[0]
        for inside in (character, "")
    )
    return float(between - around)


def wrap(text: str, width: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """Break `text` into lines no wider than `width` pixels; a longer word keeps a line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]
