"""The command line: ``r2k pull``, ``report``, ``new``, ``claims``, ``diff``, ``doctor``, ...

Nothing heavy is imported before a command needs it, so ``r2k --help`` answers at once. A user's
mistake ends with one message on standard error and an exit status, never with a traceback.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

EPILOG = """exit status: 0 done; 1 something failed (a notebook, a page, a disk, every source); 2 a
mistake in the command (an unknown edition, page, theme or option); 3 a pull that got only part"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``r2k`` with `argv` (default: the process's own arguments) and return its exit status."""
    arguments = _parser().parse_args(argv)
    from r2klib.errors import R2kError

    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except R2kError as error:
        print(f"r2k: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("r2k: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="r2k",
        description="Is the Russell 2000 set to outperform the S&P 500? Every sentence on trial.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    pull = commands.add_parser(
        "pull",
        help="fetch live data into a new snapshot (network)",
        epilog="FRED_API_KEY adds first releases; R2K_HOME moves the snapshots; R2K_OFFLINE=1 "
        "forbids connections. HTTPS_PROXY and SSL_CERT_FILE are honoured.",
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
    pull.set_defaults(run=_pull)

    report = commands.add_parser("report", help="run the notebooks and build the HTML report")
    _edition(report)
    report.add_argument("--out", default=None, metavar="DIR", help="folder to build (site)")
    report.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="only these pages, e.g. 01_history"
    )
    report.add_argument(
        "--jobs", type=_positive, default=None, metavar="N", help="notebooks at a time (cores)"
    )
    report.add_argument("--force", action="store_true", help="rebuild pages that are up to date")
    report.add_argument(
        "--timeout",
        type=_positive,
        default=600,
        metavar="S",
        help="seconds that one notebook may take (600)",
    )
    report.add_argument(
        "--notebook",
        metavar="FILE",
        help="one page of a notebook of your own instead; --out then names the page or its folder",
    )
    _today(report)
    report.set_defaults(run=_report)

    new = commands.add_parser("new", help="write the notebook for a study of your own")
    new.add_argument("path", metavar="FILE", help="such as my_study.ipynb")
    new.add_argument("--force", action="store_true", help="replace a file that is there")
    new.set_defaults(run=_new)

    claims = commands.add_parser("claims", help="print the ledger: one status per claim")
    _edition(claims)
    claims.add_argument("--theme", metavar="T", help="only this theme, e.g. history")
    claims.add_argument("--json", action="store_true", help="a list of objects, in full")
    _today(claims)
    claims.set_defaults(run=_claims)

    calibrate = commands.add_parser(
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
    calibrate.set_defaults(run=_calibrate)

    snapshots = commands.add_parser("snapshots", help="list or verify the snapshots here")
    snapshots.add_argument("--verify", action="store_true", help="read and hash every file")
    snapshots.add_argument("--json", action="store_true", help="a list of objects")
    snapshots.set_defaults(run=_snapshots)

    diff = commands.add_parser(
        "diff",
        help="verdicts that changed between two editions, and what moved them",
        epilog="An edition is a snapshot's id, latest, previous (the newest of an earlier day than "
        "the latest) or sample. What was said of A when it was first judged here is kept, so that "
        "a change of the library can be told from revised and from new rows.",
    )
    diff.add_argument("a", metavar="A", nargs="?", help="the older (previous)")
    diff.add_argument("b", metavar="B", nargs="?", default="latest", help="the newer (latest)")
    diff.add_argument("--since", metavar="D", help="A is the snapshot that stood on this day")
    diff.add_argument("--data", action="store_true", help="rows added, revised, dropped instead")
    diff.add_argument("--json", action="store_true", help="an object, in full")
    _today(diff)
    diff.set_defaults(run=_diff)

    doctor = commands.add_parser("doctor", help="say what is installed and what works here")
    doctor.set_defaults(run=_doctor)
    return parser


def _edition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--edition",
        metavar="E",
        help="sample, latest or a snapshot id (default: R2K_EDITION, else sample)",
    )


def _today(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--today", metavar="D", help="the day that decides what is fresh (default: today)"
    )


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of 0 or more, got {text!r}")
    return int(text)


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of 1 or more, got {text!r}")
    return number


class _Version(argparse.Action):
    """Print the version; a class of its own so that nothing is imported to build the parser."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from r2klib import __version__

        print(f"r2k {__version__}")
        parser.exit()


def _pull(arguments: argparse.Namespace) -> int:
    from r2klib.live import pull  # first: it says how to get what is not installed
    from r2klib.live.outcome import summary
    from r2klib.live.progress import Bars, Lines

    on_terminal = sys.stderr.isatty()
    pulled = pull(
        sources=arguments.source,
        series=arguments.series,
        strict=arguments.strict,
        members=arguments.members,
        progress=Bars(sys.stderr) if on_terminal else Lines(sys.stderr),
    )
    print(summary(pulled))
    return pulled.exit_status


def _snapshots(arguments: argparse.Namespace) -> int:
    from r2klib.live.listing import listed, verified

    if arguments.verify:
        lines, well = verified()
        print("\n".join(lines))
        return 0 if well else 1
    print(listed(as_json=arguments.json))
    return 0


def _older(arguments: argparse.Namespace) -> str:
    from r2klib.data.edition import PREVIOUS, standing_on
    from r2klib.errors import InputError

    if arguments.since is None:
        return arguments.a or PREVIOUS
    if arguments.a is not None:
        raise InputError(
            f"--since chooses the older edition; leave out A: `r2k diff --since {arguments.since}`."
        )
    return standing_on(arguments.since)


def _diff(arguments: argparse.Namespace) -> int:
    older = _older(arguments)
    if arguments.data:
        from r2klib.data.edition import edition_named
        from r2klib.live.listing import differences, moved

        a, b = map(edition_named, (older, arguments.b))
        print(moved(a, b) if arguments.json else "\n".join(differences(a, b)))
        return 0
    from r2klib.audit import between
    from r2klib.claims.evaluate import resolve_today

    found = between.compare(older, arguments.b, today=resolve_today(arguments.today))
    print(found.to_json() if arguments.json else found.to_text())
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from r2klib.site.new import new_study

    path = new_study(arguments.path, force=arguments.force)
    print(
        f"{path} is written. Open it with `jupyter lab {path}`; make a page of it with "
        f"`r2k report --notebook {path}`."
    )
    return 0


def _study(arguments: argparse.Namespace) -> int:
    from r2klib.errors import InputError

    if arguments.only:
        raise InputError("--only chooses pages of the report; leave it out with --notebook.")
    from r2klib.site.runner import require_jupyter

    require_jupyter()
    from r2klib.claims.evaluate import resolve_today
    from r2klib.site.study import study

    today = resolve_today(arguments.today)
    made = study(
        arguments.notebook, arguments.out, arguments.edition, today, timeout=arguments.timeout
    )
    return made.exit_status


def _report(arguments: argparse.Namespace) -> int:
    if arguments.notebook:
        return _study(arguments)
    arguments.out = arguments.out or "site"
    from r2klib.site import up_to_date

    asked = (arguments.edition, arguments.only, arguments.today)
    if not arguments.force and up_to_date.is_whole(arguments.out, *asked):
        print(up_to_date.NOTHING)
        return 0

    from r2klib.site.runner import require_jupyter
    from r2klib.site.running import Lines, Terminal

    require_jupyter()
    from r2klib.site import build

    told = Terminal(sys.stdout) if sys.stdout.isatty() else Lines(sys.stdout)
    result = build(
        edition=arguments.edition,
        out=arguments.out,
        only=arguments.only,
        jobs=arguments.jobs,
        force=arguments.force,
        today=arguments.today,
        timeout=arguments.timeout,
        log=told.log,
        status=told.status,
    )
    return int(result.exit_status)


def _claims(arguments: argparse.Namespace) -> int:
    from r2klib.audit.beside import judged
    from r2klib.claims import ledger
    from r2klib.claims.evaluate import resolve_today
    from r2klib.data import load

    today = resolve_today(arguments.today)
    if arguments.theme:
        ledger().theme(arguments.theme)  # an unknown theme is refused before the work starts
    verdicts = judged(load(arguments.edition), today)
    if arguments.theme:
        verdicts = verdicts.theme(arguments.theme)
    print(verdicts.to_json() if arguments.json else verdicts.to_text())
    return 0


def _calibrate(arguments: argparse.Namespace) -> int:
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


def _doctor(_: argparse.Namespace) -> int:
    from r2klib.doctor import examine

    findings = examine()
    for finding in findings:
        print(finding)
    return 0 if all(finding.well for finding in findings) else 1
