"""Editions by the names people give them: the latest snapshot, the one of an earlier day."""

from __future__ import annotations

from typing import Any

from r2klib.data import sample, snapshot
from r2klib.data.checks import as_day
from r2klib.errors import InputError, UnknownName

#: Names that stand for the newest snapshot and for the newest one of an earlier day.
LATEST, PREVIOUS = "latest", "previous"


def edition_named(name: str) -> str:
    """The edition that a name means: itself, or the snapshot that is latest or previous.

    Parameters
    ----------
    name : str
        ``"sample"``, a snapshot's id, ``"latest"`` or ``"previous"``, the newest of an earlier
        day than the latest: a pull that was tried again the same day is not compared with itself.

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
        latest = known[-1] if known else None
        found = latest if name == LATEST or latest is None else before(latest)
        if found is None:
            here = "there is none" if latest is None else f"all here are of {_day(latest)}"
            what = "the newest snapshot" + (" of an earlier day" if name == PREVIOUS else "")
            raise InputError(
                f"{name!r} is {what}, and {here}. Make one with `r2k pull`, or name both: "
                "`r2k diff sample latest`."
            )
        return found
    if name not in (sample.EDITION, *known):
        names = [sample.EDITION, LATEST, PREVIOUS, *known]
        raise UnknownName("edition", name, names, "`r2k snapshots`")
    return name


def before(edition: str) -> str | None:
    """The newest snapshot of an earlier day; None without one, or where `edition` is none."""
    known = snapshot.ids()
    earlier = [name for name in known if edition in known and _day(name) < _day(edition)]
    return earlier[-1] if earlier else None


def standing_on(date: Any) -> str:
    """The newest snapshot of a day or of one before it.

    Raises
    ------
    InputError
        `date` is no date, or all snapshots here are later.
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
    known = snapshot.ids()
    return known.index(edition) if edition in known else -1
