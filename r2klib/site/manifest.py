"""What a site remembers of its pages, in a file of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: By this file a folder is known as a site of ours, which a build may replace.
NAME = "r2k-site.json"


@dataclass
class Record:
    """One page.

    Parameters
    ----------
    key : str
        Hash of what the page depends on; see `r2klib.site.keys`.
    sha256 : str
        Hash of the page itself.
    claims : list of str
        Claims that are argued on it or have their card there.
    error, cell : str, int
        Why and where its notebook stopped; empty and 0 where it did not.
    """

    key: str
    sha256: str = ""
    claims: list[str] = field(default_factory=list)
    error: str = ""
    cell: int = 0


def read(site: Path) -> dict[str, Record]:
    """Records by page name; none where there is no site, or its memory cannot be read."""
    try:
        pages = json.loads((site / NAME).read_text(encoding="utf-8"))["pages"]
        return {name: Record(**record) for name, record in pages.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(site: Path, records: Mapping[str, Record]) -> None:
    """Write the records of a site, in the order of their names."""
    content = {"built_by": "r2klib", "pages": {n: asdict(r) for n, r in sorted(records.items())}}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (site / NAME).write_text(text + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Hash of a file; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
