"""Writing a snapshot: all of it becomes visible at one instant, or nothing does."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from r2klib.data import snapshot
from r2klib.data.catalog import SeriesInfo
from r2klib.data.parquet import file_name, sha256, sync_folder, to_bytes, write_durably
from r2klib.data.provenance import Table, describe
from r2klib.errors import CannotWrite
from r2klib.live.sources import Answer

_PENDING = ".new-"


@dataclass(frozen=True)
class Entry:
    """One series ready to be written: its table, its releases and its row of the manifest."""

    table: Table
    row: Mapping[str, Any]
    vintages: pd.DataFrame | None = None


def entry(
    info: SeriesInfo,
    answer: Answer,
    *,
    merged_from: Sequence[Mapping[str, Any]] = (),
    change: Mapping[str, int] | None = None,
    releases_until: str | None = None,
) -> Entry:
    """Describe an answer, whose table is validated, for the manifest.

    Beside it stand the older rows that the source no longer gives (``snapshot``, ``rows``,
    ``first``, ``last``), rows ``new``, ``revised`` and ``dropped`` against the snapshot before, and
    the last day on which the archive of releases was asked, where releases are kept.
    """
    assert info.live is not None
    table, vintages = answer.table, answer.vintages
    said = describe(table, info, info.live, retrieved_at=answer.retrieved_at).to_dict()
    row = {
        **{key: said[key] for key in ("source", "code", "title", "units", "frequency")},
        **{key: said[key] for key in ("lag_days", "retrieved_at", "first", "last", "rows")},
        "terms": info.terms,
        "published_in": info.published_in,
        "what": "series" if isinstance(table, pd.Series) else "frame",
        "columns": [] if isinstance(table, pd.Series) else [str(name) for name in table.columns],
        "data_sha256": said["sha256"],
        "url": answer.url,
        "bytes_received": answer.n_bytes,
        "notes": [*info.notes, *answer.notes],
        "anomalies": list(answer.anomalies),
        "validators": dict(answer.validators),
        "merged_from": [dict(part) for part in merged_from],
        "change": change,
        "stale": None,
        "vintages": None if vintages is None else {"until": releases_until},
    }
    return Entry(table, row, vintages)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only pull at work in a folder of snapshots; leftovers of killed ones are removed.

    Raises `CannotWrite` if another pull is at work, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotWrite(
            f"Another pull is at work in {folder}. Wait for it to end; nothing was changed."
        ) from None
    except OSError as error:
        raise _cannot(folder, error) from error
    try:
        for leftover in folder.glob(f"{_PENDING}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
    finally:
        lock.release()


def write(
    folder: Path,
    entries: Mapping[str, Entry],
    *,
    day: str,
    created_at: str,
    failures: Mapping[str, str],
) -> snapshot.Snapshot:
    """Write one snapshot into the folder of all of them; call it inside `only_writer`.

    `day` (ISO) becomes the id, with ``.2`` for a second of the day; `failures` says why series
    could not be had. Raises `CannotWrite` if the disk refuses, or a newer snapshot is there
    already. Nothing is left behind.
    """
    from r2klib import __version__

    identity, known = next_identity(folder, day), snapshot.ids(folder)
    pending = folder / f"{_PENDING}{identity}"
    try:
        rows = _write_tables(pending, entries)
        manifest: dict[str, Any] = {
            "format": snapshot.FORMAT,
            "id": identity,
            "created_at": created_at,
            "r2klib": __version__,
            "previous": known[-1] if known else None,
            "failures": dict(failures),
            "series": rows,
        }
        manifest = json.loads(json.dumps(manifest))  # as it will be read: the hash is of that
        sealed = manifest | {"sha256": snapshot.manifest_hash(manifest)}
        text = json.dumps(sealed, indent=1, ensure_ascii=False)
        write_durably(pending / snapshot.MANIFEST, text.encode())
        for part in (pending / "data", pending / "vintages", pending):
            sync_folder(part)
        os.rename(pending, folder / identity)  # noqa: PTH104 - the one instant that counts
    except OSError as error:
        shutil.rmtree(pending, ignore_errors=True)
        raise _cannot(folder, error) from error
    with suppress(OSError):  # the snapshot is there; only its surviving a power cut is less sure
        sync_folder(folder)
    return snapshot.Snapshot(identity, folder / identity, manifest)


def _write_tables(pending: Path, entries: Mapping[str, Entry]) -> dict[str, dict[str, Any]]:
    for part in ("data", "vintages"):
        (pending / part).mkdir(parents=True)
    rows = {}
    for name, item in entries.items():
        row = dict(item.row) | _stored(pending, "data", name, to_bytes(item.table))
        if item.vintages is not None:
            releases = item.vintages.set_index("date")
            stored = _stored(pending, "vintages", name, to_bytes(releases))
            row["vintages"] = {**(row["vintages"] or {}), **stored, "rows": len(releases)}
        rows[name] = row
    return rows


def _stored(pending: Path, part: str, name: str, content: bytes) -> dict[str, str]:
    file = f"{part}/{file_name(name)}"
    write_durably(pending / file, content)
    return {"file": file, "sha256": sha256(content)}


def next_identity(folder: Path, day: str) -> str:
    """Return the id of a snapshot of this day: ``.2`` is added to a second of the day.

    Raises `CannotWrite` if a snapshot of a later day is there: this clock is wrong, or was when it
    was made.
    """
    known = snapshot.ids(folder)
    newest = known[-1] if known else None
    if newest is None or snapshot.order(newest)[0] < day:
        return day
    last_day, number = snapshot.order(newest)
    if last_day > day:
        raise CannotWrite(
            f"Today is {day} by this computer's clock, but there is a snapshot of {last_day}. If "
            "the clock is wrong, set it. If it was wrong when that snapshot was made, delete "
            f"{folder / newest} and pull again; nothing was changed."
        )
    return f"{day}.{number + 1}"


def _cannot(folder: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"The snapshot could not be written to {folder}: {error.strerror or error}. The snapshots "
        "that were there are as they were. Free some space or set R2K_HOME to another folder."
    )
