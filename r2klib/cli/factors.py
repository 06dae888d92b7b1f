"""``r2k factors``: the factor desk on the command line."""

from __future__ import annotations

import sys

# `typing` and argparse's types are for type checkers alone: a command has to start at once.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from r2klib.desk import FactorTable


def factors(arguments: argparse.Namespace) -> int:
    """Print the table, in the shape asked for, once all of it is there."""
    from r2klib.data import load
    from r2klib.desk import factor_table
    from r2klib.desk.assets import FETCHED
    from r2klib.home import offline

    table = factor_table(
        arguments.assets,
        arguments.model,
        data=load(arguments.edition) if arguments.edition else None,
        start=arguments.start,
        end=arguments.end,
        common=arguments.common,
        excess=arguments.excess,
        units=arguments.units,
        window=arguments.window,
        min_obs=arguments.min_obs,
        hac_lags=_lags(arguments.hac_lags),
        level=arguments.level,
        fetch=not (arguments.offline or offline()),
    )
    for note in table.notes:
        if FETCHED in note:
            print(f"{note}.", file=sys.stderr)
    if arguments.html:
        table.to_html(arguments.html)
        print(f"{arguments.html} is written.", file=sys.stderr)
    print(_in_shape(table, arguments.shape))
    return 0


def _lags(text: str) -> str | int | None:
    return int(text) if text.isdecimal() else None if text == "none" else text


def _in_shape(table: FactorTable, shape: str | None) -> str:
    import json

    if shape == "json":
        return json.dumps(table.to_dict(), indent=1, allow_nan=False)
    if shape == "markdown":
        return table.to_markdown()
    return table.to_latex() if shape == "latex" else table.summary()
