"""The report as a site: notebooks run in kernels, pages, the front page, the documentation.

`build` turns the notebooks into a site; it is imported when first used.
"""

from __future__ import annotations

# `typing` costs a tenth of the time in which `r2k report` finds nothing to do.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from r2klib.site.building import build
    from r2klib.site.results import BuildResult

__all__ = ["BuildResult", "build"]


def __getattr__(name: str) -> Any:
    if name == "build":
        from r2klib.site.building import build

        return build
    if name == "BuildResult":
        from r2klib.site.results import BuildResult

        return BuildResult
    raise AttributeError(f"module 'r2klib.site' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
