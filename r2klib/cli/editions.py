"""``r2k pull``, ``snapshots``, ``diff``, ``doctor``: what is on this machine, and what works."""

from __future__ import annotations

import itertools
import sys

# `typing` and argparse's types are for type checkers alone: a command has to start at once.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from r2klib.live.outcome import Pulled


def pull(arguments: argparse.Namespace) -> int:
    """Fetch live data into a new snapshot."""
    came = pulled(
        sources=arguments.source,
        series=arguments.series,
        strict=arguments.strict,
        members=arguments.members,
    )
    from r2klib.live.outcome import summary

    print(summary(came))
    return came.exit_status


def pulled(**options: Any) -> Pulled:
    """Pull, and tell how it goes: bars on a terminal, else lines."""
    from r2klib.live import pull  # first: it says how to get what is not installed
    from r2klib.live.progress import Bars, Lines

    progress = Bars(sys.stderr) if sys.stderr.isatty() else Lines(sys.stderr)
    return pull(progress=progress, **options)


def snapshots(arguments: argparse.Namespace) -> int:
    """List or verify the snapshots here."""
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


def diff(arguments: argparse.Namespace) -> int:
    """Say what changed between two editions: verdicts, rows, or members of the indices."""
    older = _older(arguments)
    if arguments.data:
        return _rows_moved(older, arguments.b, as_json=arguments.json)
    if arguments.members:
        return _members_moved(older, arguments.b, as_json=arguments.json)
    import os

    from r2klib.audit import compare
    from r2klib.home import resolve_today

    found = compare.compare(
        older,
        arguments.b,
        today=resolve_today(arguments.today),
        jobs=os.cpu_count() or 1,
        say=_renewed if sys.stderr.isatty() else _now_and_then(),
    )
    if sys.stderr.isatty():
        _renewed("")
    print(found.to_json() if arguments.json else found.to_text())
    return 0


def _renewed(line: str) -> None:
    """Show how far it is on a terminal, in one line that renews itself."""
    print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def _now_and_then() -> Callable[[str], None]:
    """Show how far it is in a log: the first line and every twentieth."""
    seen = itertools.count()

    def say(line: str) -> None:
        if next(seen) % 20 == 0:
            print(line, file=sys.stderr, flush=True)

    return say


def _members_moved(older: str, newer: str, *, as_json: bool) -> int:
    """Print who came into the indices and who left, as the funds on them list them."""
    from r2klib.audit import membership

    found = membership.compare_members(older, newer)
    text = membership.to_json(found) if as_json else "\n\n".join(one.to_text() for one in found)
    print(text)
    return 0


def _rows_moved(older: str, newer: str, *, as_json: bool) -> int:
    """Print the rows that were added, revised and dropped, series by series."""
    from r2klib.live.listing import differences, moved

    print(moved(older, newer) if as_json else "\n".join(differences(older, newer)))
    return 0


def doctor(_: argparse.Namespace) -> int:
    """Say what is installed and what works here."""
    from r2klib.doctor import examine

    findings = examine()
    for finding in findings:
        print(finding)
    return 0 if all(finding.well for finding in findings) else 1
