"""What ``r2k`` understands: its commands, their options, and what its exit status means."""

from __future__ import annotations

import argparse

from r2klib.cli import editions, factors, ledger, pages

# `typing` costs a fifth of the time that `r2k --help` takes; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Add = Callable[..., argparse.ArgumentParser]

#: What the exit status of every command means; ``docs/command-line.md`` has the same table.
EXIT_STATUS = {
    0: "done",
    1: "something failed: a notebook, a page, a disk, every source, a check",
    2: "a mistake in the command: an unknown edition, page, theme or option",
    3: "done, but a pull got only part; what it did not get is named",
    130: "interrupted (Ctrl-C)",
}


def parser() -> argparse.ArgumentParser:
    """Return the parser; the `run` of what it parses is the command to call with it."""
    whole = argparse.ArgumentParser(
        prog="r2k",
        description="Is the Russell 2000 set to outperform the S&P 500? Every sentence on trial.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action=_Version)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _page_commands(commands.add_parser)
    _ledger_commands(commands.add_parser)
    _edition_commands(commands.add_parser)
    _factor_command(commands.add_parser)
    doctor = commands.add_parser("doctor", help="say what is installed and what works here")
    doctor.set_defaults(run=editions.doctor)
    return whole


def _page_commands(add: Add) -> None:
    """What ends in a page or a notebook."""
    today = add(
        "today",
        help="today's answer: pull, report on what came, open it (network)",
        epilog="Where the pull brings nothing, the report is of the newest snapshot here, and the "
        "exit status is 1.",
    )
    today.add_argument("--out", default="today", metavar="DIR", help="folder to build (today)")
    today.add_argument("--no-open", action="store_true", help="do not open it in a browser")
    _building(today)
    today.set_defaults(run=pages.today)

    report = add("report", help="run the notebooks and build the HTML report")
    _edition(report)
    report.add_argument("--out", default=None, metavar="DIR", help="folder to build (site)")
    report.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="only these pages, e.g. 01_history"
    )
    _building(report)
    report.add_argument(
        "--notebook",
        metavar="FILE",
        help="one page of a notebook of your own instead; --out then names the page or its folder",
    )
    _strict(report)
    _today(report)
    report.set_defaults(run=pages.report)

    new = add("new", help="write the notebook for a study of your own")
    new.add_argument("path", metavar="FILE", help="such as my_study.ipynb")
    new.add_argument("--force", action="store_true", help="replace a file that is there")
    new.set_defaults(run=pages.new)

    lab = add("lab", help="open JupyterLab on a copy of the notebooks")
    lab.add_argument("--folder", default="lab", metavar="DIR", help="where the copy is (lab)")
    lab.add_argument(
        "options", nargs=argparse.REMAINDER, metavar="-- ...", help="options of JupyterLab"
    )
    lab.set_defaults(run=pages.lab)


def _ledger_commands(add: Add) -> None:
    """What judges."""
    claims = add("claims", help="print the ledger: one status per claim")
    _edition(claims)
    claims.add_argument("--theme", metavar="T", help="only this theme, e.g. history")
    claims.add_argument("--json", action="store_true", help="a list of objects, in full")
    _strict(claims)
    _today(claims)
    claims.set_defaults(run=ledger.claims)

    calibrate = add(
        "calibrate", help="run the ledger where nothing is true: what chance wins, what is found"
    )
    _edition(calibrate)
    calibrate.add_argument(
        "--worlds", type=_positive, default=1_000, metavar="N", help="placebo ledgers (1,000)"
    )
    calibrate.add_argument(
        "--jobs", type=_positive, default=None, metavar="J", help="worlds at a time (cores)"
    )
    calibrate.add_argument("--seed", type=_whole, default=None, metavar="S", help="random numbers")
    calibrate.add_argument("--out", metavar="FILE", help="write the table here too (JSON)")
    _today(calibrate)
    calibrate.set_defaults(run=ledger.calibrate)

    diff = add(
        "diff",
        help="verdicts that changed between two editions, and what moved them",
        epilog="An edition is a snapshot's id, latest, previous (the newest of an earlier day than "
        "the latest) or sample. What was said of A when it was first judged here is kept, so that "
        "a change of the library can be told from revised and from new rows.",
    )
    diff.add_argument("a", metavar="A", nargs="?", help="the older (previous)")
    diff.add_argument("b", metavar="B", nargs="?", default="latest", help="the newer (latest)")
    diff.add_argument("--since", metavar="D", help="A is the snapshot that stood on this day")
    what = diff.add_mutually_exclusive_group()
    what.add_argument("--data", action="store_true", help="rows added, revised, dropped instead")
    what.add_argument("--members", action="store_true", help="who came into the indices, who left")
    diff.add_argument("--json", action="store_true", help="an object, in full")
    _today(diff)
    diff.set_defaults(run=editions.diff)


def _factor_command(add: Add) -> None:
    """What regresses on factors."""
    table = add(
        "factors",
        help="alphas and betas of funds, a portfolio or a file of yours on a factor model",
        epilog="A FILE is a CSV of weights (ticker,weight, summing to 1) or of monthly returns, "
        "or prices, by date; see --units. Tickers and factors that the edition lacks are fetched, "
        "unless --offline or R2K_OFFLINE=1.",
    )
    table.add_argument("assets", nargs="+", metavar="TICKER|FILE", help="IWM, IJR, my.csv, ...")
    table.add_argument(
        "--model", default="ff5", metavar="M", help="capm, ff3, carhart, ff5 (default), ff6 or qmj"
    )
    table.add_argument(
        "--edition", metavar="E", help="default: R2K_EDITION, else the last snapshot, else sample"
    )
    table.add_argument("--start", metavar="D", help="first month")
    table.add_argument("--end", metavar="D", help="last month")
    table.add_argument("--common", action="store_true", help="only months that all assets have")
    table.add_argument(
        "--window", type=_positive, default=36, metavar="N", help="rolling months in a row (36)"
    )
    table.add_argument(
        "--min-obs", type=_positive, default=24, metavar="N", help="fewest months (24)"
    )
    table.add_argument(
        "--hac-lags", default="auto", metavar="L", help="auto (default), a number, or none"
    )
    table.add_argument(
        "--level", type=float, default=0.90, metavar="P", help="of the intervals (0.90)"
    )
    table.add_argument("--excess", action="store_true", help="FILEs hold excess returns already")
    table.add_argument(
        "--units", default="decimals", metavar="U", help="of FILEs: decimals, percent or prices"
    )
    table.add_argument("--offline", action="store_true", help="fetch nothing")
    shapes = table.add_mutually_exclusive_group()
    for shape in ("json", "markdown", "latex"):
        shapes.add_argument(f"--{shape}", dest="shape", action="store_const", const=shape)
    table.add_argument("--html", metavar="FILE", help="write one page with the rolling betas too")
    table.set_defaults(run=factors.factors)


def _edition_commands(add: Add) -> None:
    """What makes editions and lists them."""
    pull = add(
        "pull",
        help="fetch live data into a new snapshot (network)",
        epilog="FRED_API_KEY adds first releases; R2K_HOME moves the snapshots; R2K_OFFLINE=1 "
        "forbids connections to other machines, through a proxy on this one too. "
        "HTTPS_PROXY and SSL_CERT_FILE are honoured.",
    )
    pull.add_argument("--source", nargs="+", default=[], metavar="S", help="only these sources")
    pull.add_argument("--series", nargs="+", default=[], metavar="ID", help="only these series")
    pull.add_argument("--strict", action="store_true", help="all series or no snapshot")
    pull.add_argument(
        "--members",
        type=_positive,
        default=0,
        metavar="N",
        help="also daily bars of the N largest members of each fund (today's: survivorship)",
    )
    pull.set_defaults(run=editions.pull)

    snapshots = add("snapshots", help="list or verify the snapshots here")
    snapshots.add_argument("--verify", action="store_true", help="read and hash every file")
    snapshots.add_argument("--json", action="store_true", help="a list of objects")
    snapshots.set_defaults(run=editions.snapshots)


def _epilog() -> str:
    rows = (f"  {status:>3}  {meaning}" for status, meaning in EXIT_STATUS.items())
    return "\n".join(["exit status:", *rows])


def _edition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--edition",
        metavar="E",
        help="sample, latest or a snapshot id (default: R2K_EDITION, else sample)",
    )


def _building(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs", type=_positive, default=None, metavar="N", help="notebooks at a time (cores)"
    )
    parser.add_argument("--force", action="store_true", help="rebuild pages that are up to date")
    parser.add_argument(
        "--timeout",
        type=_positive,
        default=600,
        metavar="S",
        help="seconds that one notebook may take (600)",
    )


def _today(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--today", metavar="D", help="the day that decides what is fresh (default: today)"
    )


def _strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="end with the error of a claim's test instead of `no data` for that claim",
    )


def _whole(text: str, least: int = 0) -> int:
    if not text.isdecimal() or int(text) < least:
        expected = f"a whole number of {least} or more"
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
    return int(text)


def _positive(text: str) -> int:
    return _whole(text, 1)


class _Version(argparse.Action):
    """Print the version; a class of its own so that nothing is imported to build the parser."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from r2klib import __version__

        print(f"r2k {__version__}")
        parser.exit()
