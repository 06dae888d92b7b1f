"""What a page depends on, as one hash: while it stays, the page stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from r2klib.site.manifest import sha256
from r2klib.site.receipt import lock_files, packages

_SUFFIXES = (".py", ".toml", ".csv", ".parquet", ".j2", ".css", ".js", ".json")


def page_key(notebook: Path, around: str) -> str:
    """Hash of a notebook and of all that is around it."""
    return hashlib.sha256(around.encode() + notebook.read_bytes()).hexdigest()


def surroundings(
    content: str,
    edition: str,
    today: dt.date,
    pages: Sequence[tuple[str, str]],
    calibration: Path | None = None,
) -> str:
    """Hash of what all pages share.

    Edition and its content, day, library with its templates, Python, installed packages, what the
    lock files pin, the list of pages, and the calibration made here of the edition.
    """
    parts = [content, edition, today.isoformat(), library(), sys.version, repr(list(pages))]
    locks = [sha256(Path(lock)) for lock in lock_files()]
    if calibration is not None and calibration.is_file():
        locks.append(sha256(calibration))
    return hashlib.sha256("\n".join([*parts, *packages(), *locks]).encode()).hexdigest()


@cache
def library() -> str:
    """Hash of every file of r2klib that can change a page."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in _SUFFIXES and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
