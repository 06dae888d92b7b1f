"""What is dear to make is made once a run, by the first worker that asks, for all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from r2klib import load
from r2klib.claims import Ledger, Verdicts, evaluate, ledger
from r2klib.data import Dataset

TODAY = "2026-11-22"
_RUN = "import sys; from r2klib.cli import command; sys.exit(command())"


def once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder of the whole run; `make` fills it where nobody did before."""
    folder = Path(os.environ["R2K_TESTS_SHARED"]) / name
    with FileLock(f"{folder}.lock"):
        made = folder / ".made"
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            make(folder)
            made.touch()
    return folder


def r2k(home: Path, *arguments: str, rig: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the command line as its user does, with a home of its own."""
    offline = "0" if rig else "1"  # the rig answers for hosts elsewhere, and for no others
    environment = os.environ | {"R2K_HOME": str(home), "R2K_OFFLINE": offline}
    command = [sys.executable, *rig, "-c", _RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def sample_home() -> Path:
    """The home under which the evidence of the sample is kept; ``R2K_BROWSER_HOME`` names one."""
    shared = f"{os.environ['R2K_TESTS_SHARED']}/home"
    return Path(os.environ.get("R2K_BROWSER_HOME", shared))


def judged(data: Dataset, home: Path, today: str, claims: Ledger | None = None) -> Verdicts:
    """An edition's ledger, or some of its claims, from evidence that all workers keep in one home.

    Workers that ask at once begin at either end, so that none waits for another.
    """
    order = list((claims or ledger()).values())
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "13579":
        order.reverse()
    home.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("R2K_HOME", str(home))
        for claim in order:
            evaluate(data, claims=Ledger([claim]), today=today)
        return evaluate(data, claims=claims, today=today)  # read back, in any worker


@cache
def judged_sample(*ids: str) -> Verdicts:
    """The sample's ledger, or some of its claims."""
    claims = Ledger(ledger()[name] for name in ids) if ids else None
    return judged(load("sample"), sample_home(), TODAY, claims)


def lend_evidence(home: Path) -> None:
    """Put the evidence of the sample under a home of a test, which then judges it in no time."""
    judged_sample()
    _lend("evidence", home)


def lend_docs(home: Path) -> None:
    """Put the documentation under a home of a test, whose report need not make it anew."""
    sample_site()
    _lend("docs", home)


def _lend(what: str, home: Path) -> None:
    kept = sample_home() / "cache" / what
    shutil.copytree(kept, home / "cache" / what, dirs_exist_ok=True)


def sample_site() -> Path:
    """The report on the sample edition; ``R2K_BROWSER_SITE`` names one just built."""

    def build(folder: Path) -> None:
        out = str(folder / "site")
        built = r2k(sample_home(), "report", "--edition", "sample", "--today", TODAY, "--out", out)
        assert built.returncode == 0, built.stdout + built.stderr

    ready = os.environ.get("R2K_BROWSER_SITE")
    return Path(ready).resolve() if ready else once("report", build) / "site"
