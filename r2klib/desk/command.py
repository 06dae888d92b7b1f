"""``r2k factors``: the factor desk on the command line."""

from __future__ import annotations

import argparse
import os
import sys


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand; nothing heavy is imported before it runs."""
    parser = commands.add_parser(
        "factors",
        help="alphas and betas of funds, a portfolio or a file of yours on a factor model",
        epilog="A FILE is a CSV of weights (ticker,weight, summing to 1) or of monthly returns in "
        "decimals by date. Tickers that the edition lacks are fetched, unless --offline or "
        "R2K_OFFLINE=1.",
    )
    parser.add_argument("assets", nargs="+", metavar="TICKER|FILE", help="IWM, IJR, my.csv, ...")
    parser.add_argument(
        "--model", default="ff5", metavar="M", help="capm, ff3, carhart, ff5 (default), ff6 or qmj"
    )
    parser.add_argument(
        "--edition", metavar="E", help="default: R2K_EDITION, else the last snapshot, else sample"
    )
    parser.add_argument("--start", metavar="D", help="first month")
    parser.add_argument("--end", metavar="D", help="last month")
    parser.add_argument("--common", action="store_true", help="only months that all assets have")
    parser.add_argument("--window", type=int, default=36, metavar="N", help="rolling months (36)")
    parser.add_argument("--min-obs", type=int, default=24, metavar="N", help="fewest months (24)")
    parser.add_argument(
        "--hac-lags", default="auto", metavar="L", help="auto (default), a number, or none"
    )
    parser.add_argument("--level", type=float, default=0.90, help="of the intervals (0.90)")
    parser.add_argument("--excess", action="store_true", help="FILEs hold excess returns already")
    parser.add_argument("--prices", action="store_true", help="FILEs hold prices, not returns")
    parser.add_argument("--offline", action="store_true", help="fetch nothing")
    shapes = parser.add_mutually_exclusive_group()
    for shape in ("json", "markdown", "latex"):
        shapes.add_argument(f"--{shape}", dest="shape", action="store_const", const=shape)
    parser.add_argument("--html", metavar="FILE", help="write one page with the rolling betas too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the table, in the shape asked for, once all of it is there."""
    from r2klib.data import load
    from r2klib.desk.table import factor_table

    offline = arguments.offline or os.environ.get("R2K_OFFLINE", "") not in ("", "0")
    table = factor_table(
        arguments.assets,
        arguments.model,
        data=load(arguments.edition) if arguments.edition else None,
        start=arguments.start,
        end=arguments.end,
        common=arguments.common,
        excess=arguments.excess,
        prices=arguments.prices,
        window=arguments.window,
        min_obs=arguments.min_obs,
        hac_lags=_lags(arguments.hac_lags),
        level=arguments.level,
        fetch=not offline,
    )
    if arguments.html:
        table.to_html(arguments.html)
        print(f"{arguments.html} is written.", file=sys.stderr)
    print(_in_shape(table, arguments.shape))
    return 0


def _lags(text: str) -> str | int | None:
    return int(text) if text.isdecimal() else None if text == "none" else text


def _in_shape(table: object, shape: str | None) -> str:
    import json

    from r2klib.desk.table import FactorTable

    assert isinstance(table, FactorTable)
    if shape == "json":
        return json.dumps(table.to_dict(), indent=1, allow_nan=False)
    if shape == "markdown":
        return table.to_markdown()
    return table.to_latex() if shape == "latex" else table.summary()
