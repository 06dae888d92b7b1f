"""Documentation and API reference as part of the site, kept from one build to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import r2klib
from r2klib.home import cache_home, write_quietly
from r2klib.site import docs, up_to_date
from r2klib.site.pages import Body, Entry, Page, article, template, turn

#: What the header of every page links to, after the notebooks.
NAVIGATION = (
    {"name": "docs", "href": "docs/index.html", "label": "Docs"},
    {"name": "api", "href": "api/index.html", "label": "API"},
)
_PACKAGES = ("pdoc", "latex2mathml", "nbconvert", "mistune", "pygments", "jinja2")
_TITLES = {"docs": "Documentation", "api": "API reference"}


def write(site: Path, pages: Sequence[dict[str, str]]) -> None:
    """Write the folders ``docs/`` and ``api/`` of a site.

    `pages` are the links of the page header (``name``, ``href``, ``label``), relative to the site.
    """
    around = [link | {"href": f"../{link['href']}"} for link in pages]
    for folder, bodies in _bodies().items():
        (site / folder).mkdir(exist_ok=True)
        listed = [Page(name, _title(folder, name, body)) for name, body in bodies.items()]
        for at, (page, body) in enumerate(zip(listed, bodies.values(), strict=True)):
            html = article(
                body,
                page.title,
                turn=turn(listed, at),
                css=[template("docs.css")],
                kind="page" if folder == "api" and at else "docs",
                name=folder,
                root="../",
                pages=around,
                footer=f"r2klib {r2klib.__version__}. Not investment advice.",
            )
            (site / folder / page.href).write_text(html, encoding="utf-8")


def _title(folder: str, name: str, body: Body) -> str:
    if name == "index":
        return _TITLES[folder]
    heading = body.html.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]
    return heading or name


def _bodies() -> dict[str, dict[str, Body]]:
    """Both folders' pages, made once for each state of the library and of ``docs/``."""
    kept = cache_home() / "docs" / f"{_key()}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(kept)
    from r2klib.site.reference import reference

    api, homes = reference()
    bodies = {"docs": docs.docs(homes), "api": api}
    with suppress(OSError):  # a cache that cannot be written costs time, nothing else
        _keep(kept, bodies)
    return bodies


def _key() -> str:
    files = [path.read_bytes() for path in docs.sources().values()]
    parts = [*up_to_date.library(), *(f"{name} {version(name)}" for name in _PACKAGES)]
    return hashlib.sha256(b"\n".join([*map(str.encode, parts), *files])).hexdigest()[:32]


def _read(path: Path) -> dict[str, dict[str, Body]]:
    return {
        folder: {
            name: Body(page["html"], [Entry(**entry) for entry in page["contents"]])
            for name, page in pages.items()
        }
        for folder, pages in json.loads(path.read_text(encoding="utf-8")).items()
    }


def _keep(path: Path, bodies: dict[str, dict[str, Body]]) -> None:
    """Write what was made, whole or not at all; what was made of older states goes."""
    plain: dict[str, dict[str, Any]] = {
        folder: {name: asdict(body) for name, body in pages.items()}
        for folder, pages in bodies.items()
    }
    write_quietly(path, json.dumps(plain, ensure_ascii=False))
    for old in path.parent.glob("*.json"):
        if old != path:
            old.unlink(missing_ok=True)
