"""Cell outputs as a page may hold them: no script, no style attribute, no id used twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from html import unescape
from typing import Any

import pandas as pd

from r2klib.show.html import STYLE_CLOSE, STYLE_OPEN, TAG, csv_link, escape, true_minus
from r2klib.site.cleaning import clean

#: What stands between tags, and a number below zero that opens a cell.
_WORDS = re.compile(r"(?<=>)[^<]+")
_BELOW_ZERO = re.compile(r"(?<=<td>)-(?=\d)")
_OURS = re.compile(re.escape(STYLE_OPEN) + ".*?" + re.escape(STYLE_CLOSE), re.DOTALL)
_RISKY = re.compile(r"\s(?:style|on\w+)\s*=", re.IGNORECASE)
_STYLED = re.compile(r"\sstyle\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_CLASS = re.compile(r"\sclass\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_EVENT = re.compile(r"\son\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_ID = re.compile(r"(?<=\s)id=\"([^\"]+)\"")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ROW, _CELL = re.compile(r"(?=<t(?:r|body|foot)\b)"), re.compile(r"(?=<t[dh]\b)")
_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table>", re.DOTALL)
#: What is seen without a script.
_SHOWN = re.compile(r"<(?:img|svg|table|hr|input|math)\b|[^\s<>](?=[^<>]*(?:<|$))", re.IGNORECASE)
_IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
_INTERACTIVE = (
    '<p class="r2k-source">An interactive output: a page keeps no scripts, so {shown} is shown. '
    "Run the notebook to use it.</p>"
)


class Outputs:
    """The outputs of one page, by whose name their downloads are called.

    `css` gathers rules from the outputs, for the page's one style element.
    """

    def __init__(self, page: str, markdown: Callable[[str], str]) -> None:
        self.page, self._markdown = page, markdown
        self.css: dict[str, None] = {}
        self._ids: set[str] = set()
        self._tables = 0

    def reserve(self, name: str) -> str:
        """Give out an id that nothing on the page has yet: `name`, or `name` with a number."""
        chosen, number = name, 1
        while chosen in self._ids:
            number += 1
            chosen = f"{name}-{number}"
        self._ids.add(chosen)
        return chosen

    def render(self, output: Any) -> str:
        """One output of a cell as HTML."""
        if output.output_type == "stream":
            text = f"<pre tabindex='0'>{escape(_ANSI.sub('', output.text))}</pre>"
            if output.name == "stderr":
                return f"<details class='messages'><summary>Messages</summary>{text}</details>"
            return text
        if output.output_type == "error":
            said = escape(_ANSI.sub("", f"{output.ename}: {output.evalue}"))
            return f'<p class="failure" role="alert">{said}</p>'
        return self._data(output.data, output.get("metadata", {}))

    def _data(self, data: Any, metadata: Any) -> str:
        if "text/html" in data:
            html = _joined(data["text/html"])
            if not _needs_scripts(html):
                return self.tame(html)
            return self._still(data, metadata)
        for kind in ("text/markdown", "text/latex"):
            if kind in data:
                html = self._markdown(_joined(data[kind]))
                said = _WORDS.sub(lambda words: true_minus(words[0]), html)
                return self.tame(said, save=False)
        if any(kind.startswith("application/") for kind in data):
            return self._still(data, metadata)
        return self._plain(data, metadata)

    def _still(self, data: Any, metadata: Any) -> str:
        """What is left of an output that lives by scripts, and that it is so."""
        pictured = any(kind in data for kind in _IMAGES)
        shown = "its picture" if pictured else "its text" if "text/plain" in data else "nothing"
        said = _INTERACTIVE.format(shown=shown)
        return said if shown == "nothing" else f"{self._plain(data, metadata)}{said}"

    def _plain(self, data: Any, metadata: Any) -> str:
        for kind in _IMAGES:
            if kind in data:
                return self._image(kind, _joined(data[kind]), data, metadata)
        return (
            f"<pre tabindex='0'>{escape(_ANSI.sub('', _joined(data.get('text/plain', ''))))}</pre>"
        )

    def _image(self, kind: str, content: str, data: Any, metadata: Any) -> str:
        if kind == "image/svg+xml":
            import base64

            content = base64.b64encode(content.encode()).decode("ascii")
        described = metadata.get("alt") or _joined(data.get("text/plain", "")) or "Figure"
        source = f"data:{kind};base64,{''.join(content.split())}"
        return f'<img class="plot" src="{source}" alt="{escape(str(described))}">'

    def tame(self, html: str, *, save: bool = True) -> str:
        """HTML from anywhere, less what the page's policy would block; tables get a box.

        `save` gives a table of results a link to its cells; one of prose needs none.
        """
        ours = _OURS.search(html) is not None
        html = _OURS.sub("", html)
        cleaned = clean(html)
        html = cleaned.html
        for css in cleaned.css:
            self.css.setdefault(css.strip())
        if _RISKY.search(html):
            html = TAG.sub(self._without_style, html)
        if not ours:
            html = _TABLE.sub(partial(self._table, save=save), html)
        return self._unique_ids(html)

    def _without_style(self, match: re.Match[str]) -> str:
        """A start tag whose style attribute has become a class, and its handlers nothing."""
        tag = match[0]
        if not _RISKY.search(tag):
            return tag
        tag = _EVENT.sub("", tag)
        found = _STYLED.search(tag)
        if not found:
            return tag
        rules = unescape(found[1][1:-1]).strip()
        name = f"s{hashlib.sha256(rules.encode()).hexdigest()[:8]}"
        if "</" not in rules and "{" not in rules and "}" not in rules:
            self.css.setdefault(f".{name}{{{rules}}}")
        tag = tag.replace(found[0], "", 1)
        present = _CLASS.search(tag)
        if present:
            kept = present[1].strip("\"'")
            return tag.replace(present[0], f' class="{kept} {name}"', 1)
        return re.sub(r"^<[^\s/>]+", rf'\g<0> class="{name}"', tag)

    def _table(self, match: re.Match[str], save: bool) -> str:
        """A table in a box that scrolls by itself, with its cells to take away."""
        self._tables += 1
        table = match[0].replace("<th></th>", "<td></td>")  # an empty header names nothing
        rows = _cells(table) if save else []
        table = _BELOW_ZERO.sub("−", table)
        link = ""
        if rows:
            head, *body = rows
            frame = pd.DataFrame(body, columns=pd.Index(head, dtype="object")).set_index(head[0])
            name = f"{self.page}-table-{self._tables}"
            link = f'<p class="r2k-source">{csv_link(frame, name, f"table {self._tables}")}</p>'
        return (
            f'<div class="r2k"><div class="r2k-scroll" role="region" tabindex="0" '
            f'aria-label="Table {self._tables}">{table}</div>{link}</div>'
        )

    def _unique_ids(self, html: str) -> str:
        fresh = {name: self.reserve(name) for name in dict.fromkeys(_ID.findall(html))}
        changed = {name: new for name, new in fresh.items() if name != new}
        if not changed:
            return html
        return _POINTING.sub(lambda m: f"{m['start']}{changed.get(m['name'], m['name'])}", html)


def _cells(table: str) -> list[list[str]]:
    """The text of a table's cells, row by row, or the whole number that a cell carries.

    Header rows are joined to one; nothing without header or body.
    """
    from bs4 import BeautifulSoup

    heads, body = list[list[str]](), list[list[str]]()
    table = _CELL.sub("</td></th>", _ROW.sub("</td></th></tr>", table))  # may be left out
    for row in BeautifulSoup(table, "html.parser")("tr"):
        cells = [str(c.get("data-value") or c.get_text(" ", strip=True)) for c in row(["td", "th"])]
        (heads if row.parent and row.parent.name == "thead" else body).append(cells)
    width = max(map(len, body), default=0)
    heads = [row for row in heads if len(row) == width]
    if not width or not heads:
        return []
    names = [" ".join(filter(None, parts)) for parts in zip(*heads, strict=True)]
    return [names, *(row for row in body if len(row) == width)]


#: Ids, and everything that points to them.
_POINTING = re.compile(
    r'(?P<start>\sid="|(?:href|xlink:href)="#|url\(#|'
    r'(?:aria-labelledby|aria-describedby|aria-controls|for|headers)=")(?P<name>[^"()]+)(?=["\)])'
)


def _needs_scripts(html: str) -> bool:
    """Whether nothing is left to see of an output once its scripts are gone."""
    cleaned = clean(html)
    return cleaned.scripted and _SHOWN.search(cleaned.html) is None


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)
