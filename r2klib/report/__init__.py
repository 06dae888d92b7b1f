"""The report: figures, verdict cards and pages. Draws results; never fetches or estimates.

In a notebook, one call each:

- `edition_banner(data)`: which edition this is, and how old;
- `opening(verdicts, "history")`: the claims to be tested and what would refute each;
- `argue(verdict)`: figure, card, specification curve, meaning and literature of one claim;
- `show(exhibit)`, `specification_curve(verdict)`, `card(verdict)`,
  `cards(verdicts)`, `table(frame, title)`;
- `scoreboard(verdicts)`: all verdicts with their intervals drawn;
- `pillars(verdicts)`, `answer(verdicts)`: state times link, and what follows from it;
- `calibration(data, verdicts)`: what chance wins from the ledger, what effects it finds;
- `closing(data, verdicts, limits)`: limits, sources, versions.

`build` turns the notebooks into a site. Everything is imported when first used.
"""

from __future__ import annotations

from importlib import import_module

# `typing` costs a tenth of the time in which `r2k report` finds nothing to do.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from r2klib.report.building import BuildResult, build
    from r2klib.report.calibrated import calibration
    from r2klib.report.exhibit import Exhibit
    from r2klib.report.figure import Figure
    from r2klib.report.figures import draw
    from r2klib.report.notebook import argue, closing, edition_banner, show, specification_curve
    from r2klib.report.tables import opening, scoreboard, table
    from r2klib.report.thesis import answer, pillars
    from r2klib.report.verdict_cards import card, cards

_HOME = {
    "BuildResult": "building",
    "Exhibit": "exhibit",
    "Figure": "figure",
    "answer": "thesis",
    "argue": "notebook",
    "build": "building",
    "calibration": "calibrated",
    "card": "verdict_cards",
    "cards": "verdict_cards",
    "closing": "notebook",
    "draw": "figures",
    "edition_banner": "notebook",
    "opening": "tables",
    "pillars": "thesis",
    "scoreboard": "tables",
    "show": "notebook",
    "specification_curve": "notebook",
    "table": "tables",
}
__all__ = [
    "BuildResult",
    "Exhibit",
    "Figure",
    "answer",
    "argue",
    "build",
    "calibration",
    "card",
    "cards",
    "closing",
    "draw",
    "edition_banner",
    "opening",
    "pillars",
    "scoreboard",
    "show",
    "specification_curve",
    "table",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"r2klib.report.{_HOME[name]}"), name)
    raise AttributeError(f"module 'r2klib.report' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
