"""``r2k lab`` and ``doctor``: the place where one works."""

from __future__ import annotations

# `typing` and argparse's types are for type checkers alone: a command has to start at once.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab on a copy of the notebooks."""
    from pathlib import Path

    from r2klib.site.lab import copied, start

    folder = Path(arguments.folder).expanduser()
    for name in copied(folder):
        print(f"{folder / name} is yours and is kept; delete it to get the newer one.")
    return start(folder, [option for option in arguments.options if option != "--"])


def doctor(_: argparse.Namespace) -> int:
    """Say what is installed and what works here."""
    from r2klib.doctor import examine

    findings = examine()
    for finding in findings:
        print(finding)
    return 0 if all(finding.well for finding in findings) else 1
