"""Is the Russell 2000 set to outperform the S&P 500?

r2klib puts every sentence of that thesis on trial: data editions that cannot look ahead, factor
regressions with honest standard errors, and a ledger of pre-declared tests.

>>> import r2klib
>>> data = r2klib.load("sample")  # the built-in edition, no network
>>> verdicts = r2klib.claims.evaluate(data)  # one status per claim

Importing r2klib is cheap: names are imported when they are first used.
"""

from __future__ import annotations

import sys

# `typing` costs a fifth of the time that `r2k --help` takes; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from r2klib import audit, claims, data, desk, live, show, site, stats
    from r2klib.claims import agree, evaluate
    from r2klib.data import Dataset, load
    from r2klib.desk import factor_table
    from r2klib.stats import (
        MODELS,
        drawdowns,
        expanding_factor_regression,
        factor_regression,
        grs_test,
        hac_mean,
        log_returns,
        mean_difference,
        monthly_returns,
        ols_hac,
        panel_hac,
        predict,
        rolling_factor_regression,
        stationary_bootstrap,
        to_log,
        to_month_end,
        wild_bootstrap,
    )

__version__ = "0.1.0"

_ROOMS = ("audit", "claims", "data", "desk", "live", "show", "site", "stats")
#: Where names live that are not of `stats`; whatever else a room offers is `r2klib.<room>.<name>`.
_HOME = {
    "Dataset": "data",
    "load": "data",
    "agree": "claims",
    "evaluate": "claims",
    "factor_table": "desk",
}
__all__ = [
    "MODELS",
    "Dataset",
    "agree",
    "audit",
    "claims",
    "data",
    "desk",
    "drawdowns",
    "evaluate",
    "expanding_factor_regression",
    "factor_regression",
    "factor_table",
    "grs_test",
    "hac_mean",
    "live",
    "load",
    "log_returns",
    "mean_difference",
    "monthly_returns",
    "ols_hac",
    "panel_hac",
    "predict",
    "rolling_factor_regression",
    "show",
    "site",
    "stationary_bootstrap",
    "stats",
    "to_log",
    "to_month_end",
    "wild_bootstrap",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _ROOMS:
        return import_module(f"r2klib.{name}")
    if name in __all__:
        return getattr(import_module(f"r2klib.{_HOME.get(name, 'stats')}"), name)
    said = f"module 'r2klib' has no attribute {name!r}"
    raise AttributeError(said, name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return __all__


if "IPython" in sys.modules:  # a session that someone types in may be running
    from r2klib.completion import offer

    offer()
