"""Which editions there are, and reading one."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from r2klib.data import sample, snapshot
from r2klib.data.dataset import Dataset
from r2klib.errors import InputError, UnknownName

#: The environment variable that names the edition where the call does not.
ENVIRONMENT = "R2K_EDITION"
#: Names a file to which each edition that is read is added; who runs a notebook learns so.
LOADED = "R2K_LOADED"


def load(edition: str | None = None) -> Dataset:
    """Read an edition that is on this machine; never uses the network.

    Parameters
    ----------
    edition : str, optional
        ``"sample"``, the edition that comes with the package; the id of a snapshot; or
        ``"latest"``, the newest snapshot. Without it the environment variable ``R2K_EDITION``
        decides, and without that the sample.

    Returns
    -------
    Dataset
        The same object for the same edition, read once per process.

    Raises
    ------
    UnknownName
        If there is no such edition.
    InputError
        If the newest snapshot is asked for and there is none.
    SchemaChanged
        If an installed package no longer ships the sample's data.
    SnapshotCorrupt
        If a file of the snapshot is not what was written.
    """
    name = edition if edition is not None else os.environ.get(ENVIRONMENT) or sample.EDITION
    snapshots = snapshot.ids()
    if name == "latest":
        if not snapshots:
            raise InputError(
                "'latest' is the newest snapshot of live data, and there is none on this machine. "
                "Make one with `r2k pull`, or use `load('sample')`."
            )
        name = snapshots[-1]
    if name not in (sample.EDITION, *snapshots):
        kind = "edition" if edition is not None else f"edition (named by {ENVIRONMENT})"
        raise UnknownName(kind, name, editions(), "`r2klib.data.editions()`")
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
        The sample, then snapshots from old to new.
    """
    return [sample.EDITION, *snapshot.ids()]


@cache
def _sample() -> Dataset:
    return sample.load()


@cache
def _snapshot(_: str, name: str) -> Dataset:  # a snapshot never changes, but R2K_HOME may
    return snapshot.open_snapshot(name).load()
