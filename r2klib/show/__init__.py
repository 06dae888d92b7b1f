"""What a notebook calls to show a result: cards, figures, tables. Draws; never fetches or tests.

- `edition_banner(data)`: which edition this is, and how old;
- `in_short(verdicts, "sectors")`: what the claims of a page come to, in some forty words;
- `opening(verdicts, "history")`: the claims to be tested and what would refute each;
- `argue(verdict)`: figure, card, specification curve, meaning and literature of one claim;
- `card(verdict)`, `specification_curve(verdict)`;
- `figure(exhibit, data)`, `table(frame, title)`, `tail(rows, units)`: numbers of your own, in the
  report's look;
- `by_pair(found, data)`: claims against pairs, drawn and as a table, from `r2klib.claims.by_pair`;
- `scoreboard(verdicts)`: all verdicts with their intervals drawn;
- `board(verdicts)`, `answer(verdicts)`: the pillars, state times link, and what follows from them;
- `calibration(data, verdicts)`: what chance wins from the ledger, what effects it finds;
- `slump(verdicts)`: how losses in recessions, beta in and out, and the lead after them agree;
- `doubts(verdicts, "history")`: which effects a page's tests could not have seen;
- `closing(data, verdicts, also=...)`: sources, versions.

Everything is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from r2klib.show.calibrated import calibration
    from r2klib.show.exhibit import Exhibit
    from r2klib.show.figures import draw
    from r2klib.show.html_figure import Figure
    from r2klib.show.notebook import argue, closing, edition_banner, figure, specification_curve
    from r2klib.show.pair_matrix import by_pair
    from r2klib.show.pillar_board import answer, board, in_short
    from r2klib.show.tables import doubts, opening, scoreboard, table, tail
    from r2klib.show.verdict_cards import card
    from r2klib.show.weakness import slump

_NAMES = {
    "calibrated": ["calibration"],
    "exhibit": ["Exhibit"],
    "figures": ["draw"],
    "html_figure": ["Figure"],
    "notebook": ["argue", "closing", "edition_banner", "figure", "specification_curve"],
    "pair_matrix": ["by_pair"],
    "pillar_board": ["answer", "board", "in_short"],
    "tables": ["doubts", "opening", "scoreboard", "table", "tail"],
    "verdict_cards": ["card"],
    "weakness": ["slump"],
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}
__all__ = [
    "Exhibit",
    "Figure",
    "answer",
    "argue",
    "board",
    "by_pair",
    "calibration",
    "card",
    "closing",
    "doubts",
    "draw",
    "edition_banner",
    "figure",
    "in_short",
    "opening",
    "scoreboard",
    "slump",
    "specification_curve",
    "table",
    "tail",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"r2klib.show.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'r2klib.show' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
