"""What a page depends on, as one hash: while it stays, the page stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Packages whose release can change a number, a picture or a page.
PACKAGES = (
    "numpy", "pandas", "scipy", "statsmodels", "arch", "linearmodels", "matplotlib", "pyarrow",
    "ipykernel", "ipython", "nbclient", "nbconvert", "nbformat", "jinja2", "mistune", "pygments",
)  # fmt: skip
_SUFFIXES = (".py", ".toml", ".csv", ".parquet", ".j2", ".css", ".js", ".json")


def page_key(notebook: Path, around: str) -> str:
    """Hash of a notebook and of all that is around it."""
    return hashlib.sha256(around.encode() + notebook.read_bytes()).hexdigest()


def surroundings(
    content: str, edition: str, today: dt.date, pages: Sequence[tuple[str, str]]
) -> str:
    """Hash of what all pages share: edition, day, library, Python, packages, the list of pages."""
    parts = [content, edition, today.isoformat(), library(), sys.version, repr(list(pages))]
    return hashlib.sha256("\n".join([*parts, *_versions()]).encode()).hexdigest()


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


def _versions() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} -")
    return found
