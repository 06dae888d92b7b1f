"""The pages of ``docs/``: Markdown that reads well where the code is hosted, and on the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import r2klib
from r2klib.show.html import escape
from r2klib.site.mathml import markdown
from r2klib.site.outputs import Outputs
from r2klib.site.pages import Body, Entry, anchored, render
from r2klib.site.reference import linked

#: The pages in the order of their list; the house rules stand in the root of the checkout.
PAGES = (
    "tutorial",
    "factor-desk",
    "verdicts",
    "command-line",
    "data",
    "adding-a-source",
    "contributing",
)

_LINK = re.compile(r'<a href="(?:\.\./|docs/)*([\w-]+)\.md(#[\w-]+)?">(.*?)</a>', re.DOTALL)
_ELSEWHERE = re.compile(r'<a href="(?!#|https?:|mailto:)[^"]*">(.*?)</a>', re.DOTALL)


def sources() -> dict[str, Path]:
    """The Markdown files by page name, in order: as they were installed, else of the checkout.

    Those that are not there are left out.
    """
    package = Path(r2klib.__file__).resolve().parent
    installed, root = package / "_docs", package.parent
    found = {}
    for name in PAGES:
        named = "CONTRIBUTING.md" if name == "contributing" else f"{name}.md"
        places = [installed] if installed.is_dir() else [root / "docs", root]
        path = next((place / named for place in places if (place / named).is_file()), None)
        if path:
            found[name] = path
    return found


def docs(homes: Mapping[str, str]) -> dict[str, Body]:
    """Every page by its name in the folder ``docs/``, ``index`` first.

    `homes` says where the reference documents each name; see `r2klib.site.reference.reference`.
    """
    found = sources()
    texts = {name: path.read_text(encoding="utf-8") for name, path in found.items()}
    beside = {name: f"../api/{home}" for name, home in homes.items()}
    listed = [{"href": f"{name}.html", **_opening(text)} for name, text in texts.items()]
    index = render("docs_index.html.j2", pages=listed)
    return {"index": Body(index)} | {name: _page(name, texts, beside) for name in texts}


def _page(name: str, texts: Mapping[str, str], homes: Mapping[str, str]) -> Body:
    outputs = Outputs(name, markdown)
    contents: list[Entry] = []
    html = anchored(outputs.tame(markdown(texts[name]), save=False), outputs, contents)
    html = _LINK.sub(lambda m: _there(m, texts), html)
    html = _ELSEWHERE.sub(lambda m: m[0] if ".html" in m[0] else m[1], html)
    return Body(f'<div class="prose">{linked(html, homes, "")}</div>', contents)


def _there(match: re.Match[str], texts: Mapping[str, str]) -> str:
    """A link from one page to another as the site has it; to no page of it, its text alone."""
    name, anchor, text = match[1].lower(), match[2] or "", match[3]
    return f'<a href="{name}.html{anchor}">{text}</a>' if name in texts else text


def _opening(text: str) -> dict[str, str]:
    """Title and first paragraph of a page."""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    first = re.search(r"^(?!#|<!--)(\S.*(?:\n\S.*)*)", text, re.MULTILINE)
    return {
        "title": title[1] if title else "",
        "first": escape(" ".join(first[1].split())) if first else "",
    }
