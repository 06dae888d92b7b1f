"""Markdown with equations, as HTML: TeX becomes MathML while the page is built.

A browser draws MathML by itself, so a page needs no script and no font from elsewhere. Notebook
cells, docstrings and the pages of ``docs/`` all go through `markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import Any

from r2klib.show.html import escape
from r2klib.site.runner import import_jupyter


def to_mathml(tex: str, *, block: bool = False) -> str:
    """One formula, without its delimiters, as MathML; a `block` stands on a line of its own.

    One that cannot be read is shown as it was typed, and marked.
    """
    from latex2mathml.converter import convert

    try:
        found = str(convert(tex.strip(), display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - its errors share no base class; a notebook's typo stops no page
        return f'<code class="r2k-tex">{escape(tex)}</code>'
    found = _ENTITY.sub(_letter, found.replace(_NAMESPACE, ""))
    return f'<div class="r2k-equation" tabindex="0">{found}</div>' if block else found


#: What a page of HTML need not say: where MathML is declared, and letters by their number.
_NAMESPACE, _ENTITY = ' xmlns="http://www.w3.org/1998/Math/MathML"', re.compile(r"&#x\w+;")


def _letter(entity: re.Match[str]) -> str:
    """The letter that an entity stands for; one that HTML reads as markup stays as it is."""
    return entity[0] if (letter := unescape(entity[0])) in "<>&" else letter


def markdown(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Markdown as HTML: Jupyter's dialect, its equations as MathML.

    `attachments` are pictures that a notebook's cell carries.
    """
    module = import_jupyter("nbconvert.filters.markdown_mistune")
    renderer = _renderer()(escape=False, exclude_anchor_links=True, attachments=attachments)
    return str(module.MarkdownWithMath(renderer=renderer).render(source))


#: Names, punctuation, dots and spaces, which no rule colours.
_UNCOLOURED = re.compile(
    r'<span class="(?:n[abdfn]?|p|w|se)">([^<]*)</span>|<span class="o">(\.)</span>'
)
#: Where one mark ends and the same begins.
_ADJOINING = re.compile(r'(<span class="(\w+)">[^<]*)</span><span class="\2">')


def lighter(html: str) -> str:
    """Coloured code without marks that change nothing: they would be most of its bytes."""
    html, joined = _UNCOLOURED.sub(r"\1\2", html), 1
    while joined:
        html, joined = _ADJOINING.subn(r"\1", html)
    return html


@cache
def _renderer() -> Any:
    module = import_jupyter("nbconvert.filters.markdown_mistune")

    class Renderer(module.IPythonRenderer):  # type: ignore[misc,name-defined]
        """nbconvert's renderer, which leaves equations to a script."""

        def block_math(self, body: str) -> str:
            return to_mathml(body, block=True)

        def inline_math(self, body: str) -> str:
            return to_mathml(body)

        def latex_environment(self, name: str, body: str) -> str:
            return to_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

        def block_code(self, code: str, info: str | None = None) -> str:
            html = lighter(str(super().block_code(code, info)))
            return html.replace("<pre>", '<pre tabindex="0">', 1)  # a keyboard can scroll it

        def paragraph(self, text: str) -> str:  # an equation is a block, and no p may hold one
            alone = text.startswith('<div class="r2k-equation"')
            return f"{text}\n" if alone else str(super().paragraph(text))

    return Renderer
