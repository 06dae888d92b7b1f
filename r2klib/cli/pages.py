"""``r2k report``, ``today``, ``new``, ``lab``: pages from notebooks, and the notebooks."""

from __future__ import annotations

import sys

# `typing` and argparse's types are for type checkers alone: a command has to start at once.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def new(arguments: argparse.Namespace) -> int:
    """Write the notebook for a study of one's own."""
    import shlex

    from r2klib.site.lab import new_study

    path = new_study(arguments.path, force=arguments.force)
    named = shlex.quote(str(path))
    print(
        f"{path} is written. Open it with `jupyter lab {named}`; make a page of it with "
        f"`r2k report --notebook {named}`."
    )
    return 0


def _study(arguments: argparse.Namespace) -> int:
    from r2klib.errors import InputError, listing

    beside = [name for name in ("only", "jobs", "force") if getattr(arguments, name)]
    if beside:
        named = listing([f"--{name}" for name in beside])
        raise InputError(f"--notebook makes one page, always anew: leave out {named}.")
    from r2klib.site.runner import require_jupyter

    require_jupyter()
    from r2klib.home import resolve_today
    from r2klib.site.study import study

    today = resolve_today(arguments.today)
    made = study(
        arguments.notebook, arguments.out, arguments.edition, today, timeout=arguments.timeout
    )
    return made.exit_status


def report(arguments: argparse.Namespace) -> int:
    """Build the report of an edition, or the page of one notebook."""
    if arguments.strict:
        from r2klib.cli.ledger import judged, obey_strict

        obey_strict(arguments)
        if not arguments.notebook:  # pages up to date may hold a `no data` of a run that was not
            judged(arguments)
    return _study(arguments) if arguments.notebook else _built(arguments)


def _built(arguments: argparse.Namespace) -> int:
    """Build the site and close with its one line: what it says, of what, where, what is next."""
    from r2klib.site import up_to_date

    out = arguments.out or "site"
    asked = (arguments.edition, arguments.only, arguments.today)
    if not arguments.force and up_to_date.is_whole(out, *asked):
        print(up_to_date.NOTHING)
        print(up_to_date.closing(out))
        return 0

    from r2klib.site.runner import require_jupyter
    from r2klib.site.running import Lines, Terminal

    require_jupyter()
    from r2klib.site import build

    told = Terminal(sys.stdout) if sys.stdout.isatty() else Lines(sys.stdout)
    before = _stamp(out)
    try:
        result = build(
            edition=arguments.edition,
            out=out,
            only=arguments.only,
            jobs=arguments.jobs,
            force=arguments.force,
            today=arguments.today,
            timeout=arguments.timeout,
            log=told.log,
            status=told.status,
        )
    except KeyboardInterrupt:
        told.status("")
        raise KeyboardInterrupt(_left(out, before, _stamp(out))) from None
    print(up_to_date.closing(out))
    return int(result.exit_status)


def _stamp(site: str) -> tuple[int, int] | None:
    """What tells one build of a site from another; None where none stands there."""
    import os

    from r2klib.site.up_to_date import MANIFEST

    try:
        found = os.stat(os.path.join(site, MANIFEST))  # noqa: PTH116, PTH118 - nothing is imported
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _left(site: str, before: tuple[int, int] | None, after: tuple[int, int] | None) -> str:
    """What stands where the report was to be, once a build has been interrupted."""
    if after != before:
        return f"The new report is whole in {site}."
    stands = f"{site} is as it was" if before else f"No page was written to {site}"
    return f"{stands}; claims that were tested need no second test by the next `r2k report`."


def today(arguments: argparse.Namespace) -> int:
    """Pull, report on the newest snapshot, and open the report."""
    from r2klib.site.runner import require_jupyter

    require_jupyter()  # before minutes are spent on a pull
    from r2klib.cli.editions import pulled
    from r2klib.data import snapshot

    came = pulled()
    from r2klib.live.outcome import brief

    print(brief(came))
    if came.interrupted:
        return came.exit_status
    if not snapshot.ids():
        print("There is no older snapshot either; `r2k report` shows the sample edition.")
        return came.exit_status
    arguments.edition, arguments.only, arguments.today = "latest", [], None
    status = _built(arguments)
    if not arguments.no_open and sys.stdout.isatty():
        _open(arguments.out)
    return status or came.exit_status


def _open(site: str) -> None:
    """Show the front page; where there is no browser, the line above says where it is."""
    import webbrowser
    from pathlib import Path

    webbrowser.open((Path(site).resolve() / "index.html").as_uri())


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab on a copy of the notebooks."""
    from pathlib import Path

    from r2klib.site.lab import copied, start

    folder = Path(arguments.folder).expanduser()
    for name in copied(folder):
        print(f"{folder / name} is yours and is kept; delete it to get the newer one.")
    return start(folder, [option for option in arguments.options if option != "--"])
