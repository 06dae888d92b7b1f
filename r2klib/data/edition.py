"""Which editions there are, what people call them, and reading one."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from r2klib.data import sample, snapshot
from r2klib.data.checks import as_day
from r2klib.data.dataset import Dataset
from r2klib.errors import CannotRead, InputError, UnknownName

#: The environment variable that names the edition where the call does not.
ENVIRONMENT = "R2K_EDITION"
#: Names that stand for the newest snapshot and for the newest one of an earlier day.
LATEST, PREVIOUS = "latest", "previous"
#: Names a file to which each edition that is read is added; who runs a notebook learns so.
LOADED = "R2K_LOADED"


def load(edition: str | None = None) -> Dataset:
    """Read an edition that is on this machine; never uses the network.

    Parameters
    ----------
    edition : str, optional
        ``"sample"``, the edition that comes with the package; the id of a snapshot; ``"latest"``,
        the newest snapshot; or ``"previous"``, the newest of an earlier day than that. Without it
        the environment variable ``R2K_EDITION`` decides, and without that the sample.

    Returns
    -------
    Dataset
        The same object for the same edition, read once per process.

    Raises
    ------
    UnknownName
        If there is no such edition.
    InputError
        If there are not so many snapshots.
    SchemaChanged
        If an installed package no longer ships the sample's data.
    SnapshotCorrupt
        If a file of the snapshot is not what was written.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> float(data.series("UNRATE").loc["2009-10-31"])
    10.0
    """
    if edition is None:
        kind = f"edition (named by {ENVIRONMENT})"
        name = edition_named(os.environ.get(ENVIRONMENT) or sample.EDITION, kind)
    else:
        name = edition_named(edition)
    data = _sample() if name == sample.EDITION else _snapshot(str(snapshot.root()), name)
    if place := os.environ.get(LOADED):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    return data


def editions() -> list[str]:
    """Names of the editions that can be read on this machine.

    Returns
    -------
    list of str
        The sample, then snapshots from old to new; none of these where their folder cannot be
        entered.

    Examples
    --------
    >>> r2klib.data.editions()[0]
    'sample'
    """
    try:
        return [sample.EDITION, *snapshot.ids()]
    except CannotRead:
        return [sample.EDITION]


def edition_named(name: str, kind: str = "edition") -> str:
    """The edition that a name means: itself, or the snapshot that is latest or previous.

    Previous is the newest of an earlier day than the latest: a pull that was tried again the same
    day is not compared with itself. `kind` is what is named, for the message. Raises `InputError`
    where there are not so many snapshots, `UnknownName` where there is no such edition.
    """
    if name == sample.EDITION:  # needs no folder, not even one that can be entered
        return name
    known = snapshot.ids()
    if name in (LATEST, PREVIOUS):
        latest = known[-1] if known else None
        found = latest if name == LATEST or latest is None else before(latest)
        if found is None:
            here = "none on this machine" if latest is None else f"none before {_day(latest)}"
            what = "the newest snapshot" + (" of an earlier day" if name == PREVIOUS else "")
            raise InputError(
                f"{name!r} is {what}, and there is {here}. Make one with `r2k pull`, or read the "
                "edition that comes with the package: `load('sample')`, `--edition sample`."
            )
        return found
    if name not in known:
        names = [sample.EDITION, LATEST, PREVIOUS, *known]
        how = "`r2klib.data.editions()` or `r2k snapshots`"
        if Path(str(name)).suffix or "/" in str(name):
            how += "; for a file of your own: `r2klib.data.read_own(path, units=...)`"
        raise UnknownName(kind, name, names, how)
    return name


def before(edition: str) -> str | None:
    """The newest snapshot of an earlier day; None without one, or where `edition` is none."""
    known = [] if edition == sample.EDITION else snapshot.ids()
    earlier = [name for name in known if edition in known and _day(name) < _day(edition)]
    return earlier[-1] if earlier else None


def standing_on(date: Any) -> str:
    """The newest snapshot of a day or of one before it.

    Raises `InputError` where `date` is no date, or all snapshots here are later.
    """
    day, known = str(as_day(date).date()), snapshot.ids()
    stood = [name for name in known if _day(name) <= day]
    if not stood:
        oldest = f"the oldest is {known[0]}" if known else "there is none: `r2k pull` makes one"
        raise InputError(f"No snapshot here is of {day} or before; {oldest}.")
    return stood[-1]


def _day(identity: str) -> str:
    return snapshot.order(identity)[0]


def place(edition: str) -> int:
    """Where an edition stands in time: snapshots by their order, the sample before them all."""
    known = [] if edition == sample.EDITION else snapshot.ids()
    return known.index(edition) if edition in known else -1


@cache
def _sample() -> Dataset:
    return sample.load()


@cache
def _snapshot(_: str, name: str) -> Dataset:  # a snapshot never changes, but R2K_HOME may
    return snapshot.open_snapshot(name).load()
