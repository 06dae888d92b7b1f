"""Words explained where a page first uses them, for mouse, keyboard and touch, and in a list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from html import unescape
from importlib import resources

from r2klib.show.html import TAG, escape, prose

#: A tag, or a whole drawing or piece of code, which hold most tags of a page and nothing to mark.
_TAG = re.compile(rf"(<(?:svg|pre)[ >].*?</(?:svg|pre)>|{TAG.pattern}|<![^>]*>)", re.DOTALL)
_WHOLE = ("/>", "</svg>", "</pre>")
#: Elements whose text is left alone: code, drawings, links and controls, headings, what is hidden.
_LEFT = {"a", "abbr", "b", "button", "caption", "code", "dl", "figcaption", "h1", "h2", "h3", "h4",
         "label", "math", "option", "pre", "script", "select", "style", "strong", "summary", "svg",
         "th", "title"}  # fmt: skip
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "col"}


@cache
def terms() -> Mapping[str, str]:
    """What each entry means, by its first word, in alphabetical order."""
    return {words[0]: means for words, means in sorted(_entries(), key=lambda e: e[0][0].lower())}


def marked(html: str) -> str:
    """A page, or a part of one, with each term explained at its first use in running text.

    Text in headings, links, tables' heads, drawings and code stays as it is.
    """
    inside: list[str] = []
    told: set[str] = set()
    pieces = _TAG.split(html)
    for i, piece in enumerate(pieces):
        if i % 2:
            _follow(inside, piece)
        elif piece.strip() and not _LEFT.intersection(inside):
            pieces[i] = _first_uses(piece, told)
    return "".join(pieces)


def glossary() -> str:
    """All entries as a description list."""
    rows = "".join(
        f"<div><dt>{escape(word)}</dt><dd>{prose(means)}</dd></div>"
        for word, means in terms().items()
    )
    return f'<dl class="r2k statuses">{rows}</dl>'


@cache
def _entries() -> tuple[tuple[tuple[str, ...], str], ...]:
    text = resources.files("r2klib.show").joinpath("glossary.toml").read_text(encoding="utf-8")
    return tuple((tuple(entry["words"]), entry["means"]) for entry in tomllib.loads(text)["term"])


def _follow(inside: list[str], tag: str) -> None:
    """Keep the list of open elements; one that was never opened closes nothing."""
    name = re.match(r"</?([a-zA-Z][\w-]*)", tag)
    if name is None or name[1].lower() in _VOID:
        return
    if not tag.startswith("</"):
        if not tag.endswith(_WHOLE):
            inside.append(name[1].lower())
    elif name[1].lower() in inside:
        while inside.pop() != name[1].lower():
            pass


def _first_uses(text: str, told: set[str]) -> str:
    """Text with the first use of each term marked that is not yet told."""

    def mark(match: re.Match[str]) -> str:
        entry, means = _by_word()[unescape(match[0]).lower()]
        if entry in told:
            return match[0]
        told.add(entry)
        return f'<abbr class="r2k-term" tabindex="0" data-means="{escape(means)}">{match[0]}</abbr>'

    return _any_word().sub(mark, text)


@cache
def _by_word() -> Mapping[str, tuple[str, str]]:
    """The first word and the meaning of each entry, by all its words."""
    return {word.lower(): (entry[0], means) for entry, means in _entries() for word in entry}


@cache
def _any_word() -> re.Pattern[str]:
    """Any word of any entry, the longest that fits."""
    longest = "|".join(map(re.escape, sorted(_by_word(), key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])({longest})(?![\w-])", re.IGNORECASE)
