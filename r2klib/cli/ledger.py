"""``r2k claims`` and ``calibrate``: one status per claim, and what chance wins."""

from __future__ import annotations

import sys

# `typing` and argparse's types are for type checkers alone: a command has to start at once.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from r2klib.claims import Verdicts


def claims(arguments: argparse.Namespace) -> int:
    """Print the ledger."""
    from r2klib.claims import ledger

    obey_strict(arguments)
    if arguments.theme:
        ledger().theme(arguments.theme)  # an unknown theme is refused before the work starts
    verdicts = judged(arguments)
    if arguments.theme:
        verdicts = verdicts.theme(arguments.theme)
    print(verdicts.to_json() if arguments.json else verdicts.to_text())
    return 0


def obey_strict(arguments: argparse.Namespace) -> None:
    """Let notebooks and other processes know too."""
    import os

    from r2klib.claims.evaluate import STRICT

    if arguments.strict:
        os.environ[STRICT] = "1"


def judged(arguments: argparse.Namespace) -> Verdicts:
    """The ledger of the edition that was asked for."""
    from r2klib.audit.beside import judged
    from r2klib.data import load
    from r2klib.home import resolve_today

    return judged(load(arguments.edition), resolve_today(arguments.today))


def calibrate(arguments: argparse.Namespace) -> int:
    """Run the ledger on worlds where nothing is true."""
    import os

    from r2klib.audit.calibrate import SEED, calibrate, save
    from r2klib.data import load
    from r2klib.show.calibration_figures import summary

    data = load(arguments.edition)
    table = calibrate(
        data,
        worlds=arguments.worlds,
        seed=SEED if arguments.seed is None else arguments.seed,
        jobs=arguments.jobs or os.cpu_count() or 1,
        today=arguments.today,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    if arguments.out:
        save(table, arguments.out)
    print(summary(table))
    print(f"\nThe report shows it: `r2k report --edition {data.edition}`.")
    return 0
