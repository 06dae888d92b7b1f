"""What the literature found, beside each claim."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from r2klib.show.html import Display, escape, prose

KINDS = {"table": "printed figure", "dir": "direction", "data": "computed again by our tests"}


@dataclass(frozen=True)
class Finding:
    """One finding of others on a claim: a printed figure, a direction, or one computed again."""

    text: str
    kind: Literal["table", "dir", "data"]
    source: str
    title: str = ""
    doi: str = ""

    @property
    def origin(self) -> str:
        """The source as HTML, with the title of the work, linked; data of a package have none."""
        name = escape(self.source)
        if not self.doi:
            return name
        return f'{name}, <a href="https://doi.org/{escape(self.doi)}">{escape(self.title)}</a>'


@cache
def findings() -> Mapping[str, tuple[Finding, ...]]:
    """All findings by claim id."""
    from importlib import resources

    text = resources.files("r2klib.show").joinpath("literature.toml").read_text(encoding="utf-8")
    held = tomllib.loads(text)
    works = held.pop("works")
    return {
        claim: tuple(Finding(**entry, **works.get(entry["source"], {})) for entry in entries)
        for claim, entries in held.items()
    }


def literature(claim_id: str) -> Display:
    """What others found on this claim, for a drawer; empty where nothing is held."""
    found = findings().get(claim_id, ())
    if not found:
        return Display("", "")
    items = "".join(
        f"<li>{prose(f.text)} <span class='r2k-tag'>{f.origin}; {KINDS[f.kind]}</span></li>"
        for f in found
    )
    return Display(
        html=(
            '<details class="r2k-drawer r2k-literature">'
            f"<summary>What the literature found</summary><ul>{items}</ul></details>"
        ),
        text="\n".join(
            [
                "What the literature found:",
                *(f"  - {f.text} ({', '.join(filter(None, (f.source, f.title)))})" for f in found),
            ]
        ),
    )
