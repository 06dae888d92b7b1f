"""A matplotlib figure as inline SVG for a page: small, themable, free of styles and stray ids.

matplotlib's SVG carries a global ``<style>``, a style attribute on every element (which a strict
Content-Security-Policy blocks), ids that repeat between figures, and six decimals. All of that
is rewritten here: attributes in place of styles, CSS variables in place of the palette's
colours, ids kept only where something refers to them, made of the figure's own key and a number.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from r2klib.show.style import COLOURS

if TYPE_CHECKING:
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.figure import Figure

_VARIABLES = {light: f"var(--r2k-{role})" for role, (light, _) in COLOURS.items()}
_LONG = re.compile(r"-?\d+\.\d+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LETTER = re.compile(r"[A-Za-z]")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_AROUND = re.compile(r" *([A-Za-z]) *")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LINE = re.compile(r"M(\S+) (\S+)L(\S+) (\S+)")
_TICK = re.compile(r"M[^A-Za-z]+L[^A-Za-z]+")
_NO_ROTATION = re.compile(r"rotate\(-?0(?:\.0+)?(?: [-\d. ]+)?\)")
_FRAME = ("x", "y", "width", "height")
_GEOMETRY = frozenset(("d", "x", "y", "width", "height", "transform", "points"))
# Said once on <svg>, or said by CSS for every figure alike.
_DROPPED = frozenset(("font-family", "stroke-dashoffset"))
#: From so many markers on they are drawn as one line.
MANY = 20
_UNSAID = {"Date": None, "Creator": None}
_ROOT = 'stroke-linejoin="round" stroke-linecap="butt"'


def to_svg(figure: Figure, *, key: str, css_class: str) -> str:
    """Render a matplotlib figure as an ``<svg>`` element; equal figures give equal text.

    The figure's size at 72 dpi is the size in CSS pixels; `key` begins every id in it and is unique
    on its page. No ``<style>``, no style attribute, no script. Hidden from those who cannot see it:
    what holds it says in words what is drawn.
    """
    root = ET.fromstring(_drawn(figure))  # noqa: S314 - matplotlib's own output
    _strip(root)
    _unclip(root)
    used = {name: f"{key}-{at}" for at, name in enumerate(dict.fromkeys(_references(root)))}
    for element in root.iter():
        _rewrite(element, used)
    _unwrap(root)
    for number, group in enumerate(root.iter("g")):
        _share(group)
        _as_line(group, f"{key}-p{number}")
    _inherit(root)
    for path in root.iter("path"):
        _straight(path)
    own = _common(root, "text", ("font-size", "text-anchor", "fill"))
    width, height = (round(float(v)) for v in root.get("viewBox", "0 0 0 0").split()[2:])
    inner = "".join(ET.tostring(child, encoding="unicode") for child in root)
    inner = inner.replace(" />", "/>")
    return (
        f'<svg class="{css_class}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" aria-hidden="true" {_ROOT}{own}>{inner}</svg>'
    )


def _drawn(figure: Figure) -> str:
    """The figure as matplotlib writes it."""
    text = StringIO()
    width, height = 72 * figure.get_size_inches()
    renderer = _renderer()(width, height, text, image_dpi=72, metadata=_UNSAID)
    figure.draw(renderer)
    renderer.finalize()  # type: ignore[no-untyped-call]
    return text.getvalue()


@cache
def _renderer() -> type[RendererSVG]:
    """matplotlib's, which measures each text of a figure; this one measures it once in a process.

    What a page shows wide and narrow has the same texts, and most figures the same numbers.
    """
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.textpath import text_to_path

    measured = lru_cache(4096)(text_to_path.get_text_width_height_descent)

    class Measured(RendererSVG):
        def get_text_width_height_descent(self, *asked: Any) -> tuple[float, float, float]:
            return measured(*asked)

    return Measured


def _strip(root: ET.Element) -> None:
    """Take out metadata and the global style, and the namespaces HTML has no use for."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.tail = None
        if element.tag != "text":
            element.text = None
        for name in [name for name in element.attrib if name.startswith("{")]:
            element.set(name.rpartition("}")[2], element.attrib.pop(name))


def _unclip(root: ET.Element) -> None:
    """Let what lies within its frame do without it; only what reaches beyond is cut."""
    frames = {
        f"url(#{clip.get('id')})": [float(rect.get(name, 0)) for name in _FRAME]
        for clip in root.iter("clipPath")
        for rect in clip.iter("rect")
    }
    for element in root.iter():
        frame = frames.get(element.get("clip-path", ""))
        if frame and all(_within(x, y, frame) for x, y in _corners(element)):
            del element.attrib["clip-path"]


def _corners(element: ET.Element) -> list[tuple[float, float]]:
    """Points of a path of straight lines, or where a few markers stand; of others, nowhere."""
    if element.tag == "path" and set(_LETTER.findall(element.get("d", ""))) <= set("MLz"):
        numbers = [float(number) for number in _NUMBER.findall(element.get("d", ""))]
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    if element.tag == "g" and len(element) < MANY and all(child.tag == "use" for child in element):
        return [(float(use.get("x", "nan")), float(use.get("y", "nan"))) for use in element]
    return [(math.nan, math.nan)]


def _within(x: float, y: float, frame: Sequence[float]) -> bool:
    left, top, width, height = frame
    return -1 <= x - left <= width + 1 and -1 <= y - top <= height + 1  # half a stroke


def _references(root: ET.Element) -> list[str]:
    found: list[str] = []
    for element in root.iter():
        for name, value in element.attrib.items():
            found += _REFERENCE.findall(value)
            if name == "href" and value.startswith("#"):
                found.append(value[1:])
    return found


def _rewrite(element: ET.Element, used: Mapping[str, str]) -> None:
    attributes: dict[str, str] = {}
    for declaration in element.attrib.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon and name.strip() not in _DROPPED:
            attributes[name.strip()] = value.strip()
    attributes |= element.attrib
    if element.tag == "text":
        attributes.setdefault("fill", "#000000")
    for name, value in attributes.items():
        if name in _GEOMETRY:
            rounded = _LONG.sub(lambda m: f"{float(m[0]):z.1f}".removesuffix(".0"), value)
            attributes[name] = rounded.replace("\n", " ").strip()
            if name == "d":
                attributes[name] = _short(_AROUND.sub(r"\1", attributes[name]))
        elif name in ("fill", "stroke"):
            attributes[name] = _VARIABLES.get(value.lower(), value)
        if value.startswith("#") and name == "href":
            attributes[name] = f"#{used[value[1:]]}"
        elif "url(#" in value:
            attributes[name] = _REFERENCE.sub(lambda m: f"url(#{used[m[1]]})", value)
    if (own := attributes.pop("id", "")) in used:
        attributes["id"] = used[own]
    if _NO_ROTATION.fullmatch(attributes.get("transform", "")):
        del attributes["transform"]
    element.attrib.clear()
    element.attrib.update(attributes)


def _short(path: str) -> str:
    """A path of straight lines by its steps, which are shorter than places; others as they are.

    Steps are differences of places that are rounded already, so no error adds up.
    """
    if not set(_LETTER.findall(path)) <= {"M", "L", "z", "Z"} or path.count("L") < MANY:
        return path
    x = y = 0.0
    said = ""
    for letter, numbers in _COMMAND.findall(path):
        if not numbers.strip():
            said += letter
            continue
        to_x, to_y = map(float, numbers.split())
        if letter == "M":
            said += f"M{_tenths(to_x)} {_tenths(to_y)}l"
        else:
            said += _next(said, _tenths(to_x - x))
            said += _next(said, _tenths(to_y - y))
        x, y = to_x, to_y
    return said


def _next(said: str, number: str) -> str:
    """A number with a space before it where it would run into the one before."""
    return number if number.startswith("-") or said.endswith("l") else f" {number}"


def _tenths(value: float) -> str:
    text = f"{value:z.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _unwrap(parent: ET.Element) -> None:
    """Lift children out of groups that say nothing, and drop what is empty."""
    children: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        if child.tag in ("g", "defs") and not len(child):
            continue
        if child.tag == "clipPath" and "id" not in child.attrib:
            continue
        if child.tag == "path" and _unseen(child):
            continue
        if child.tag == "g" and not child.attrib:
            children += list(child)
        else:
            children.append(child)
    parent[:] = children


def _inherit(root: ET.Element) -> None:
    """Take from a use what the stroke that it repeats says of itself: of ticks, everything."""
    named = {f"#{element.get('id')}": element for element in root.iter("path")}
    for use in root.iter("use"):
        path = named.get(use.get("href", ""))
        if path is None:
            continue
        for name in ("stroke", "stroke-width"):
            if path.get(name) is not None:
                use.attrib.pop(name, None)
        if _TICK.fullmatch(path.get("d", "")):  # a line has no inside
            use.attrib.pop("fill", None)


def _straight(path: ET.Element) -> None:
    """A lone line has no inside to leave empty, and across or upright it needs one number less."""
    ends = _LINE.fullmatch(path.get("d", ""))
    if ends is None:
        return
    path.attrib.pop("fill", None)
    x, y, to_x, to_y = ends.groups()
    if x == to_x:
        path.set("d", f"M{x} {y}V{to_y}")
    elif y == to_y:
        path.set("d", f"M{x} {y}H{to_x}")


def _unseen(path: ET.Element) -> bool:
    """Whether a path is neither filled nor stroked, nor named: an axes without a background."""
    return path.get("fill") == "none" and not {"stroke", "id"} & set(path.attrib)


def _common(root: ET.Element, tag: str, names: tuple[str, ...]) -> str:
    """Take from elements of a tag what most of them say, for the root to say it once."""
    said = ""
    for name in names:
        every = [element for element in root.iter(tag) if name in element.attrib]
        if every and len(every) == sum(1 for _ in root.iter(tag)):
            (most, _), *_ = Counter(element.attrib[name] for element in every).most_common(1)
            for element in every:
                if element.attrib[name] == most:
                    del element.attrib[name]
            said += f' {name}="{most}"'
    return said


def _share(group: ET.Element) -> None:
    """Say once on a group of markers what all of them say: a scatter has thousands."""
    if len(group) < 2 or any(child.tag != "use" for child in group):
        return
    for name, value in list(group[0].items()):
        if name in ("x", "y", "href") or any(child.get(name) != value for child in group):
            continue
        group.attrib.setdefault(name, value)
        for child in group:
            del child.attrib[name]


def _as_line(group: ET.Element, name: str) -> None:
    """Many markers alike as one line without a stroke that carries the marker at each point.

    A point then costs two numbers, of its step from the one to its left; each is still drawn for
    itself, so that dense places are darker.
    """
    if len(group) < MANY or any(set(child.attrib) != {"x", "y", "href"} for child in group):
        return
    if len({child.get("href") for child in group}) > 1:
        return
    from_left = sorted(group, key=lambda child: float(child.get("x", 0)))
    points = "L".join(f"{child.get('x')} {child.get('y')}" for child in from_left)
    own = {"id": name, "markerUnits": "userSpaceOnUse", "overflow": "visible"}
    marker = ET.Element("marker", own)
    marker.append(ET.Element("use", {"href": group[0].get("href", "")}))
    at = {f"marker-{where}": f"url(#{name})" for where in ("start", "mid", "end")}
    line = {"d": _short(f"M{points}"), "fill": "none", "stroke": "none", **at}
    group[:] = [marker, ET.Element("path", line)]
