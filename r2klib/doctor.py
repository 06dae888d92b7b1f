"""``r2k doctor``: what is installed, where things are kept, and whether the sample loads."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from r2klib.errors import R2kError
from r2klib.home import cache_home, data_home

#: Packages every use needs, and those an optional extra brings.
NEEDED = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "linearmodels",
    "arch",
    "pyarrow",
    "matplotlib",
)
EXTRAS = {
    "report": ("nbconvert", "nbclient", "ipykernel"),
    "lab": ("jupyterlab",),
}


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `well` is False where something must be mended."""

    what: str
    found: str
    well: bool = True

    def __str__(self) -> str:
        return f"{'ok ' if self.well else 'BAD'}  {self.what:<12} {self.found}"


def examine() -> list[Finding]:
    """Look at this installation; nothing is changed and the network is not used."""
    return [*_python(), *_packages(), *_folders(), _sample()]


def _python() -> Iterator[Finding]:
    from r2klib import __version__

    yield Finding("r2klib", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.system()}")


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        installed = _version(name)
        missing = "missing: install r2klib again with `python -m pip install .`"
        yield Finding(name, installed or missing, well=installed is not None)
    for extra, names in EXTRAS.items():
        absent = [name for name in names if _version(name) is None]
        if absent:
            how = f"python -m pip install 'r2klib[{extra}]'"
            yield Finding(f"[{extra}]", f"not installed ({', '.join(absent)}); optional: {how}")
        else:
            yield Finding(f"[{extra}]", ", ".join(f"{name} {_version(name)}" for name in names))


def _folders() -> Iterator[Finding]:
    for what, folder in (("snapshots", data_home()), ("cache", cache_home())):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free / 1e9
        writable = os.access(existing, os.W_OK)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        state = "writable" if writable else "not writable: set R2K_HOME to a folder that is"
        yield Finding(
            what,
            f"{_short(folder)} ({size:.1f} MB, {free:.1f} GB free, {state})",
            well=writable,
        )


def _sample() -> Finding:
    try:
        from r2klib.data import load

        data = load("sample")
    except (R2kError, ImportError) as error:
        return Finding("sample", f"does not load: {error}", well=False)
    return Finding("sample", f"{len(data)} series to {data.end.date()}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _short(folder: Path) -> str:
    try:
        return f"~/{folder.relative_to(Path.home()).as_posix()}"
    except ValueError:
        return str(folder)
