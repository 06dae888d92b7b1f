"""Snapshots: write-once folders of what the sources said on one day, verified when they are read.

    <data folder>/snapshots/2026-06-05/manifest.json        what, from where, when, with which hash
                                      /data/UNRATE.parquet  one file per series
                                      /vintages/UNRATE.parquet   its releases, where they are kept

Reading needs nothing but what the package itself needs; writing is `r2klib.live.writer`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from r2klib.data import catalog
from r2klib.data.dataset import Dataset
from r2klib.data.parquet import from_bytes, read_verified
from r2klib.data.provenance import Provenance, Table
from r2klib.errors import CannotRead, SnapshotCorrupt, UnknownName
from r2klib.home import data_home

FORMAT = 1
MANIFEST = "manifest.json"
#: What a row of the manifest says in the words of a provenance.
_AS_WRITTEN = (
    *("source", "code", "title", "units", "frequency", "lag_days", "retrieved_at", "rows"),
    *("terms", "published_in", "url"),
)
_ID = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.(\d+))?")


def root() -> Path:
    """Folder of all snapshots."""
    return data_home() / "snapshots"


def order(identity: str) -> tuple[str, int]:
    """Sort key of snapshot ids: by day, then by number within the day."""
    match = _ID.fullmatch(identity)
    assert match is not None
    return match[1], int(match[2] or 1)


def ids(folder: Path | None = None) -> list[str]:
    """Ids of the snapshots in a folder (the user's), oldest first, damaged ones among them.

    They are ISO dates; a second snapshot of a day ends in ``.2``. Raises `CannotRead` if the folder
    cannot be entered.
    """
    folder = folder or root()
    try:
        found = [path.name for path in folder.iterdir() if _ID.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise CannotRead(
            f"The folder of snapshots {folder} cannot be read ({error.strerror or error}). Set "
            "R2K_HOME to a folder that you may read and write; the sample edition needs none."
        ) from error
    return sorted(found, key=order)


def open_snapshot(identity: str, folder: Path | None = None) -> Snapshot:
    """Open one snapshot by its id or as ``"latest"``; its tables are verified when they are read.

    Raises `UnknownName` if there is no such snapshot, `SnapshotCorrupt` if its manifest is gone or
    not what was written.
    """
    folder = folder or root()
    known = ids(folder)
    name = known[-1] if identity == "latest" and known else identity
    if name not in known:
        raise UnknownName("snapshot", identity, known, "`r2k snapshots`; make one with `r2k pull`")
    manifest = read_manifest(folder / name / MANIFEST)
    if manifest["id"] != name:
        problem = f"it is that of snapshot {manifest['id']}"
        raise SnapshotCorrupt(str(folder / name / MANIFEST), problem, _advice(folder / name))
    return Snapshot(name, folder / name, manifest)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest and hold its hash of itself against its content."""
    advice = _advice(path.parent)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        said = manifest.pop("sha256")
    except OSError as error:
        problem = "it is gone" if isinstance(error, FileNotFoundError) else f"{error.strerror}"
        raise SnapshotCorrupt(str(path), problem, advice) from error
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise SnapshotCorrupt(str(path), "it is no manifest", advice) from error
    if said != manifest_hash(manifest):
        raise SnapshotCorrupt(str(path), "its content does not fit its own hash", advice)
    if manifest.get("format") != FORMAT:
        problem = f"it is of format {manifest.get('format')}, this r2klib reads {FORMAT}"
        raise SnapshotCorrupt(str(path), problem, "Use the r2klib that wrote it, or pull again.")
    lacking = [key for key in ("id", "created_at", "failures", "series") if key not in manifest]
    if lacking:
        raise SnapshotCorrupt(str(path), f"it does not say {', '.join(lacking)}", advice)
    return dict(manifest)


def _advice(path: Path) -> str:
    return f"Take another with `r2k snapshots`, or delete {path} and run `r2k pull`."


def manifest_hash(manifest: Mapping[str, Any]) -> str:
    """sha256 of a manifest without its `sha256`."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """One snapshot on disk: its id, its folder, its manifest without the hash of itself."""

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def series(self) -> Mapping[str, Mapping[str, Any]]:
        """The manifest's rows by series id."""
        rows: Mapping[str, Mapping[str, Any]] = self.manifest["series"]
        return rows

    def table(self, series: str) -> Table:
        """Read one table and verify its hash."""
        row = self.series[series]
        content = read_verified(self.path / row["file"], row["sha256"], _advice(self.path))
        return from_bytes(content, row["what"])

    def vintages(self, series: str) -> pd.DataFrame | None:
        """Every release of a series: columns ``date``, ``published``, ``value``; None without."""
        record = self.series[series].get("vintages")
        if record is None:
            return None
        content = read_verified(self.path / record["file"], record["sha256"], _advice(self.path))
        table = from_bytes(content, "frame")
        assert isinstance(table, pd.DataFrame)
        return table.reset_index()

    def load(self) -> Dataset:
        """Read everything as an edition, with vintages where the snapshot keeps them.

        Raises `SnapshotCorrupt` if a file is not what was written.
        """
        tables = {name: self.table(name) for name in self.series}
        provenance = {name: provenance_of(row, name) for name, row in self.series.items()}
        vintages = {name: self.vintages(name) for name in self.series}
        held = {name: releases for name, releases in vintages.items() if releases is not None}
        return Dataset._described(self.id, "snapshot", tables, provenance, held)

    def problems(self) -> list[str]:
        """Read every file and say which is not what was written; empty where all is well."""
        found = []
        for name in self.series:
            for read in (self.table, self.vintages):
                try:
                    read(name)
                except SnapshotCorrupt as error:
                    found.append(f"{name}: {error.problem}")
        return found


def provenance_of(row: Mapping[str, Any], name: str) -> Provenance:
    """Provenance of a series from its row of the manifest.

    When it was born and which periods came late is no part of a snapshot, for it is known better
    with time: the catalog says it.
    """
    info = catalog.series().get(name)
    return Provenance(
        **{key: row[key] for key in _AS_WRITTEN},
        first=pd.Timestamp(row["first"]),
        last=pd.Timestamp(row["last"]),
        sha256=row["data_sha256"],
        notes=tuple(row["notes"]),
        stale=_stale(row["stale"]),
        merged=tuple(
            f"{part['rows']} rows from {part['first']} to {part['last']} kept from snapshot "
            f"{part['snapshot']}"
            for part in row["merged_from"]
        ),
        anomalies=tuple(row["anomalies"]),
        releases_until=_releases_until(row),
        late=info.late if info else (),
        born=info.born if info else None,
    )


def _releases_until(row: Mapping[str, Any]) -> str | None:
    until: str | None = (row["vintages"] or {}).get("until")
    return until if until and until < row["retrieved_at"][:10] else None


def _stale(record: Mapping[str, str] | None) -> str | None:
    if record is None:
        return None
    return f"stale since {record['since']} (snapshot {record['snapshot']}): {record['reason']}"
