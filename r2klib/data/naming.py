"""Editions by the names people give them: the latest snapshot, the one before it."""

from __future__ import annotations

from r2klib.data import sample, snapshot
from r2klib.errors import InputError, UnknownName

#: Names that stand for the newest snapshot and for the one before it.
LATEST, PREVIOUS = "latest", "previous"


def edition_named(name: str) -> str:
    """The edition that a name means: itself, or the snapshot that is latest or previous.

    Parameters
    ----------
    name : str
        ``"sample"``, a snapshot's id, ``"latest"`` or ``"previous"``, the one before the latest.

    Returns
    -------
    str

    Raises
    ------
    InputError
        There are not so many snapshots here.
    UnknownName
        There is no such edition.
    """
    known = snapshot.ids()
    if name in (LATEST, PREVIOUS):
        place = 1 if name == LATEST else 2
        if len(known) < place:
            here = "there is none" if not known else f"{known[0]} is the only one"
            what = "the newest snapshot" if name == LATEST else "the snapshot before the newest"
            raise InputError(
                f"{name!r} is {what}, and {here} on this machine. Make another with `r2k pull`."
            )
        return known[-place]
    if name not in (sample.EDITION, *known):
        names = [sample.EDITION, LATEST, PREVIOUS, *known]
        raise UnknownName("edition", name, names, "`r2k snapshots`")
    return name


def before(edition: str) -> str | None:
    """The snapshot before another; None where there is none, or `edition` is no snapshot."""
    known = snapshot.ids()
    place = known.index(edition) if edition in known else 0
    return known[place - 1] if place else None


def place(edition: str) -> int:
    """Where an edition stands in time: snapshots by their order, the sample before them all."""
    known = snapshot.ids()
    return known.index(edition) if edition in known else -1
