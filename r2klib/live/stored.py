"""What the snapshots here still hold: of each series the newest sound copy, and what is damaged."""

from __future__ import annotations

from pathlib import Path

from r2klib.data import snapshot
from r2klib.data.snapshot import Snapshot
from r2klib.errors import SnapshotCorrupt
from r2klib.live.sources import Held


class Stored:
    """The snapshots that a pull builds on.

    `last` is the newest whose manifest is sound, None where there is none; `unreadable` says of
    each newer one, in a sentence, which, why and what to do.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._older = snapshot.ids(folder)[::-1]
        self.last: Snapshot | None = None
        unreadable = []
        while self._older and self.last is None:
            identity = self._older.pop(0)
            try:
                self.last = snapshot.open_snapshot(identity, folder)
            except SnapshotCorrupt as error:
                unreadable.append(str(error))
        self.unreadable = tuple(unreadable)
        self._found: dict[str, tuple[Held | None, str]] = {}

    @property
    def series(self) -> tuple[str, ...]:
        """Every series that the last snapshot says it holds, damaged ones too."""
        return () if self.last is None else tuple(self.last.series)

    def held(self, name: str) -> Held | None:
        """The newest sound copy of a series; None where there is none."""
        return self._look(name)[0]

    def damage(self, name: str) -> str:
        """What was wrong with the last snapshot's copy and what is used instead; else nothing."""
        return self._look(name)[1]

    def _look(self, name: str) -> tuple[Held | None, str]:
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> tuple[Held | None, str]:
        if self.last is None or name not in self.last.series:
            return None, ""
        try:
            return _copy(self.last, name), ""
        except SnapshotCorrupt as error:
            lost, why = self.last.series[name], error.problem
        said = (
            f"its copy in snapshot {self.last.id} ({lost['rows']:,} rows, {lost['first']} to "
            f"{lost['last']}) is damaged: {why}"
        )
        for identity in self._older:
            try:
                older = snapshot.open_snapshot(identity, self._folder)
                if name in older.series:
                    return _copy(older, name), f"{said}; that of snapshot {identity} is used"
            except SnapshotCorrupt:
                continue
        return None, f"{said}; no older snapshot has a sound one"


def _copy(of: Snapshot, name: str) -> Held:
    return Held(of.table(name), of.series[name], of.id, of.vintages(name))
