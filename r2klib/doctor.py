"""``r2k doctor``: what is installed, where things are kept, what loads, which hosts answer."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from r2klib.errors import R2kError, listing
from r2klib.home import cache_home, data_home

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)[^;]*(?:;.*extra == ['\"](\w+)['\"])?")


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    `well` is False where something must be mended; `absent` marks what is not there and need not
    be.
    """

    what: str
    found: str
    well: bool = True
    absent: bool = False

    def __str__(self) -> str:
        mark = "BAD" if not self.well else "-- " if self.absent else "ok "
        return f"{mark}  {self.what:<12} {self.found}"


def examine() -> list[Finding]:
    """Look at this installation; nothing is changed.

    The hosts of live data are asked for a sign of life, unless ``R2K_OFFLINE=1`` forbids it.
    That one of them is silent is said, but is nothing to mend: the sample needs none.
    """
    return [*_python(), *_packages(), *_folders(), _sample(), *_snapshots(), *_live()]


def _python() -> Iterator[Finding]:
    from r2klib import __version__

    yield Finding("r2klib", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.system()}")


def _packages() -> Iterator[Finding]:
    needed = requirements()
    for name in needed.pop(""):
        installed = _version(name)
        missing = "missing: install r2klib again with `python -m pip install .`"
        yield Finding(name, installed or missing, well=installed is not None)
    for extra, names in needed.items():
        absent = [name for name in names if _version(name) is None]
        if absent:
            how = f"python -m pip install 'r2klib[{extra}]'"
            found = f"not installed ({', '.join(absent)}); optional: {how}"
            yield Finding(f"[{extra}]", found, absent=True)
        else:
            yield Finding(f"[{extra}]", ", ".join(f"{name} {_version(name)}" for name in names))


def requirements() -> dict[str, list[str]]:
    """Packages that r2klib asks for, by extra; those of every use under ``""``."""
    found: dict[str, list[str]] = {"": []}
    for line in requires("r2klib") or ():
        match = _REQUIREMENT.match(line)
        assert match is not None
        if match[1] != "r2klib":  # an extra that takes in another
            found.setdefault(match[2] or "", []).append(match[1])
    return found


def _folders() -> Iterator[Finding]:
    for what, folder in (("snapshots", data_home()), ("cache", cache_home())):
        try:
            yield _folder(what, folder)
        except OSError as error:
            found = f"{folder} cannot be entered ({error.strerror}): set R2K_HOME to a folder of"
            yield Finding(what, f"{found} yours; the sample works without", well=False)


def _folder(what: str, folder: Path) -> Finding:
    existing = _nearest(folder)
    free = shutil.disk_usage(existing).free / 1e9
    writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    state = "writable" if writable else "not writable: set R2K_HOME to a folder that is"
    found = f"{_short(folder)} ({size:.1f} MB, {free:.1f} GB free, {state})"
    return Finding(what, found, well=writable)


def _nearest(folder: Path) -> Path:
    """The folder, or that above it which is there; `OSError` where it may not be entered."""
    for path in (folder, *folder.parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            path.stat()
            return path
    return folder


def _sample() -> Finding:
    try:
        from r2klib.data import catalog, load

        data = load("sample")
    except (R2kError, ImportError) as error:
        return Finding("sample", f"does not load: {error}", well=False)
    absent = [row.id for row in catalog.series().values() if row.sample and row.id not in data]
    lacking = f", without {listing(absent)}: {catalog.how_to_get(absent)}" if absent else ""
    return Finding("sample", f"{len(data)} series to {data.end.date()}{lacking}")


def _snapshots() -> Iterator[Finding]:
    from r2klib.data import snapshot

    try:
        known = snapshot.ids()
    except R2kError as error:
        yield Finding("latest", str(error), well=False)
        return
    if not known:
        yield Finding("latest", "no snapshot yet: `r2k pull` makes one", absent=True)
        return
    try:
        newest = snapshot.open_snapshot(known[-1])
    except R2kError as error:
        yield Finding("latest", str(error), well=False)
        return
    today = dt.datetime.now(dt.UTC).date().isoformat()
    if snapshot.order(newest.id)[0] > today:
        found = f"{newest.id} is ahead of this computer's clock ({today}): no pull can follow it. "
        mend = f"Set the clock, or delete {newest.path} if the clock was wrong then."
        yield Finding("latest", found + mend, well=False)
        return
    stale = sum(row["stale"] is not None for row in newest.series.values())
    yield Finding(
        "latest", f"{newest.id}: {len(newest.series)} series, {stale} stale ({len(known)} in all)"
    )


def _live() -> Iterator[Finding]:
    given = bool(os.environ.get("FRED_API_KEY", "").strip())
    without = "not set: FRED is read without a key, so no first releases; optional"
    yield Finding("FRED_API_KEY", "set (never shown)" if given else without, absent=not given)
    try:
        from r2klib.live.hosts import clock_difference, hosts_of_a_pull, knock_all
    except ImportError:
        yield Finding("pull", "needs the live extra", absent=True)
        return
    hosts, n_series = hosts_of_a_pull()
    yield Finding("pull", f"would ask {len(hosts)} hosts for {n_series} series")
    dates = []
    for host, (answers, words, date) in knock_all(hosts).items():
        found = words if answers else f"no answer ({words})"
        yield Finding("host", f"{host}: {found}", absent=not answers)
        dates.append(date)
    seconds = clock_difference(dates)
    if seconds is not None:
        well = abs(seconds) < 300
        found = "agrees with the hosts'" if well else f"{seconds:+.0f} s off the hosts': set it"
        yield Finding("clock", found, well=well)


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
