"""The factor desk: funds, a portfolio or a file of your own on a factor model, in one table.

`factor_table(["IWM", "IJR"], "ff5")` is `r2k factors IWM IJR --model ff5`. It reads an edition,
asks the network only where told to, and shows itself as text, HTML, Markdown and LaTeX.
"""

from __future__ import annotations

from importlib import import_module

# `typing` costs a fifth of the time that `r2k --help` takes; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from r2klib.desk.table import FactorTable, factor_table

__all__ = ["FactorTable", "factor_table"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("r2klib.desk.table"), name)
    raise AttributeError(f"module 'r2klib.desk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
