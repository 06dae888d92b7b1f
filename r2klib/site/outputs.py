"""Cell outputs as a page may hold them: no script, no style attribute, no id used twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pandas as pd

from r2klib.show.html import STYLE_CLOSE, STYLE_OPEN, csv_link, escape

_OURS = re.compile(re.escape(STYLE_OPEN) + ".*?" + re.escape(STYLE_CLOSE), re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b.*?</script\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z][^\s/>]*(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_RISKY = re.compile(r"\s(?:style|on\w+)\s*=", re.IGNORECASE)
_STYLED = re.compile(r"\sstyle\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_CLASS = re.compile(r"\sclass\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_EVENT = re.compile(r"\son\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_ID = re.compile(r"(?<=\s)id=\"([^\"]+)\"")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


class Outputs:
    """The outputs of one page.

    Parameters
    ----------
    page : str
        Name of the page, for the names of downloads.
    markdown : callable
        Turns Markdown into HTML.

    Attributes
    ----------
    css : dict
        Rules gathered from the outputs, for the page's one style element.
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
            return self.tame(_joined(data["text/html"]))
        for kind in ("text/markdown", "text/latex"):
            if kind in data:
                return self.tame(self._markdown(_joined(data[kind])), save=False)
        for kind in ("image/svg+xml", "image/png", "image/jpeg"):
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
        html = _SCRIPT.sub("", html)
        for css in _STYLE.findall(html):
            self.css.setdefault(css.strip())
        html = _STYLE.sub("", html)
        if _RISKY.search(html):
            html = _TAG.sub(self._without_style, html)
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
        rows = _Cells.read(table)
        link = ""
        if save and len(rows) > 1:
            head, *body = rows
            frame = pd.DataFrame(body, columns=pd.Index(head, dtype="object")).set_index(head[0])
            name = f"{self.page}-table-{self._tables}"
            link = f'<p class="r2k-source">{csv_link(frame, name, f"table {self._tables}")}</p>'
        return (
            f'<div class="r2k"><div class="r2k-scroll" role="region" tabindex="0" '
            f'aria-label="Table {self._tables}">{table}</div>{link}</div>'
        )

    def _unique_ids(self, html: str) -> str:
        for name in dict.fromkeys(_ID.findall(html)):
            fresh = self.reserve(name)
            if fresh != name:
                html = _renamed(html, name, fresh)
        return html


class _Cells(HTMLParser):
    """The text of a table's cells, row by row; header rows of one table are joined."""

    def __init__(self) -> None:
        super().__init__()
        self.head: list[list[str]] = []
        self.body: list[list[str]] = []
        self._row: list[str] | None = None
        self._in_head = False

    @classmethod
    def read(cls, html: str) -> list[list[str]]:
        parser = cls()
        parser.feed(html)
        rows = [row for row in parser.body if row]
        width = max((len(row) for row in rows), default=0)
        heads = [row for row in parser.head if len(row) == width]
        if not rows or not heads:
            return []
        names = [" ".join(filter(None, parts)) for parts in zip(*heads, strict=True)]
        return [names, *(row for row in rows if len(row) == width)]

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in ("thead", "tbody"):
            self._in_head = tag == "thead"
        elif tag == "tr":
            self._row = []
            (self.head if self._in_head else self.body).append(self._row)
        elif tag in ("td", "th") and self._row is not None:
            self._row.append("")

    def handle_data(self, data: str) -> None:
        if self._row:
            self._row[-1] = f"{self._row[-1]} {data.strip()}".strip()


def _renamed(html: str, name: str, fresh: str) -> str:
    """`html` with an id and everything that points to it renamed."""
    old = re.escape(name)
    html = re.sub(rf'(?<=\sid="){old}(?=")', fresh, html)
    html = re.sub(rf'((?:href|xlink:href)=")#{old}(?=")', rf"\g<1>#{fresh}", html)
    html = re.sub(rf"url\(#{old}\)", f"url(#{fresh})", html)
    pointing = r'((?:aria-labelledby|aria-describedby|aria-controls|for|headers)=")'
    return re.sub(rf'{pointing}{old}(?=")', rf"\g<1>{fresh}", html)


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)
