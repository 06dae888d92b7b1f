"""HTML from anywhere, less what would run, load, leave the page or swallow the rest of it.

One pass over the tags, so that a page takes time in proportion to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from r2klib.show.html import TAG

#: A whole tag: outside of quotes it holds no other.
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_OPENER = re.compile(r"<(?=[a-zA-Z/!?])")
#: With all that is in them: they run, load something else or are shown in its place.
_DROPPED = {"script", "style", "iframe", "object", "applet", "noembed", "noframes"}
#: The tag alone: they lead away from the page, load what is not in it, or hide what they hold.
_VOID = {"meta", "base", "link", "embed", "frame", "frameset", "param", "noscript"}
#: A browser reads what follows them as text, until they end.
_TEXT = {"textarea", "title", "xmp", "plaintext"}
#: Left open, they would take in what comes after them, and some hide it.
_CLOSED = {
    *("a", "article", "audio", "button", "canvas", "datalist", "details", "dialog", "div", "form"),
    *("section", "select", "svg", "table", "template", "video"),
}


@dataclass
class Cleaned:
    """HTML that a page can hold, the rules of its style elements, and whether scripts were in it.

    The HTML is without scripts, comments and foreign frames; what is not closed is closed or
    escaped.
    """

    html: str = ""
    css: list[str] = field(default_factory=list)
    scripted: bool = False


def clean(html: str) -> Cleaned:
    """Take out what a page may not hold; what would swallow the rest is escaped, so it is seen."""
    found, kept, opened = Cleaned(), [], list[str]()
    lower, at = html.lower(), 0
    gone: set[str] = set()  # what ends nowhere from here on, so that it is looked for once
    while (opener := _OPENER.search(html, at)) is not None:
        kept.append(html[at : opener.start()])
        at, text = _tag(html, lower, opener.start(), found, opened, gone)
        kept.append(text)
    kept.append(html[at:])
    kept.extend(f"</{name}>" for name in reversed(opened))
    found.html = "".join(kept)
    return found


def _tag(
    html: str, lower: str, at: int, found: Cleaned, opened: list[str], gone: set[str]
) -> tuple[int, str]:
    """Where to go on after the tag at a place, and what to keep of it."""
    if lower.startswith("<!--", at):
        end = _end(lower, "-->", at + 4, gone)
        return (at + 1, "&lt;") if end < 0 else (end + 3, "")
    if html[at + 1] in "!?":  # a declaration
        end = html.find(">", at)
        return (at + 1, "&lt;") if end < 0 else (end + 1, "")
    tag = TAG.match(html, at)
    if tag is None:
        return at + 1, "&lt;"
    name = _named(lower, at)
    if name in _VOID:
        return tag.end(), ""
    if html[at + 1] == "/":
        return tag.end(), tag[0] if _closes(name, opened) else ""
    if name in _DROPPED | _TEXT:
        end = _end(lower, f"</{name}", tag.end(), gone)
        close = html.find(">", end) if end >= 0 else -1
        if close < 0:
            return at + 1, "&lt;"
        if name in _TEXT:
            return close + 1, html[at : close + 1]
        found.scripted |= name == "script"
        if name == "style":
            found.css.append(html[tag.end() : end])
        return close + 1, ""
    if name in _CLOSED and not tag[0].endswith("/>"):
        opened.append(name)
    return tag.end(), tag[0]


def _named(lower: str, at: int) -> str:
    match = _NAME.match(lower, at)
    return match[1] if match else ""


def _closes(name: str, opened: list[str]) -> bool:
    """Whether an end tag ends something of this output; else it would end the page's own."""
    if name not in _CLOSED:
        return name not in _DROPPED | _TEXT
    if name not in opened:
        return False
    while opened.pop() != name:
        pass
    return True


def _end(lower: str, what: str, at: int, gone: set[str]) -> int:
    if what in gone:
        return -1
    end = lower.find(what, at)
    if end < 0:
        gone.add(what)
    return end
