"""What became of a build and of each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["built", "kept", "failed", "absent"]


@dataclass(frozen=True)
class PageResult:
    """What became of one page: built, kept as it was, failed, or absent (left out by `only`).

    `error` and `cell` say where its notebook stopped, in this build or when it was last run.
    """

    name: str
    title: str
    state: State
    error: str = ""
    cell: int = 0


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes
    ----------
    out : Path
        Folder of the site.
    pages : tuple of PageResult
        In the order of the site.

    Examples
    --------
    >>> from pathlib import Path
    >>> r2klib.site.BuildResult(out=Path("site"), pages=()).exit_status
    0
    """

    out: Path
    pages: tuple[PageResult, ...]

    @property
    def failed(self) -> tuple[PageResult, ...]:
        """Pages whose notebook was run and did not come to its end."""
        return tuple(page for page in self.pages if page.state == "failed")

    @property
    def exit_status(self) -> int:
        """0 where every page is in order, 1 where one failed."""
        return 1 if self.failed else 0
