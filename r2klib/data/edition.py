"""Which editions there are, and reading one."""

from __future__ import annotations

import os
from functools import cache

from r2klib.data import sample
from r2klib.data.dataset import Dataset
from r2klib.errors import InputError, UnknownName

#: The environment variable that names the edition where the call does not.
ENVIRONMENT = "R2K_EDITION"


def load(edition: str | None = None) -> Dataset:
    """Read an edition that is on this machine; never uses the network.

    Parameters
    ----------
    edition : str, optional
        ``"sample"``, the edition that comes with the package. Without it the environment
        variable ``R2K_EDITION`` decides, and without that the sample.

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
    """
    name = edition if edition is not None else os.environ.get(ENVIRONMENT) or sample.EDITION
    if name == "latest":
        raise InputError(
            "'latest' is the newest snapshot of live data, and there is none on this machine: "
            "this version of r2klib ships the sample edition only. Use `load('sample')`."
        )
    if name not in editions():
        kind = "edition" if edition is not None else f"edition (named by {ENVIRONMENT})"
        raise UnknownName(kind, name, editions(), "`r2klib.data.editions()`")
    return _read(name)


def editions() -> list[str]:
    """Names of the editions that can be read on this machine.

    Returns
    -------
    list of str
    """
    return [sample.EDITION]


@cache
def _read(name: str) -> Dataset:
    assert name == sample.EDITION
    return sample.load()
