"""Is the Russell 2000 set to outperform the S&P 500?

r2klib puts every sentence of that thesis on trial: data editions that cannot look ahead, factor
regressions with honest standard errors, and a ledger of pre-declared tests.

>>> import r2klib
>>> data = r2klib.load("sample")  # the built-in edition, no network
>>> verdicts = r2klib.claims.evaluate(data)  # one status per claim
>>> verdicts["H5"].status
'supported'

Importing r2klib is cheap: names are imported when they are first used.
"""

from __future__ import annotations

# `typing` costs a fifth of the time that `r2k --help` takes; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from r2klib import claims, data, report, stats
    from r2klib.data import Dataset, load
    from r2klib.stats import *  # noqa: F403 - every statistic is a public name here too
    from r2klib.stats import factor_regression

__version__ = "0.1.0"
__all__ = ["Dataset", "claims", "data", "factor_regression", "load", "report", "stats"]

_HOME = {"load": "data", "Dataset": "data"}
_ROOMS = ("claims", "data", "report", "stats")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOME:
        return getattr(import_module(f"r2klib.{_HOME[name]}"), name)
    if name in _ROOMS:
        return import_module(f"r2klib.{name}")
    stats = import_module("r2klib.stats")  # light: it loads a module when a name is used
    if name in stats.__all__:
        return getattr(stats, name)
    raise AttributeError(f"module 'r2klib' has no attribute {name!r}")


def __dir__() -> list[str]:
    from importlib import import_module

    return sorted({*__all__, *import_module("r2klib.stats").__all__})
