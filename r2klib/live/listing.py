"""Snapshots in words: the list of them, whether they are sound, and what changed between two."""

from __future__ import annotations

import json

from r2klib.data import load, snapshot
from r2klib.data.edition import edition_named
from r2klib.data.revisions import compare_editions
from r2klib.errors import SnapshotCorrupt


def listed(*, as_json: bool = False) -> str:
    """List the snapshots on this machine, oldest first, as a table or as JSON."""
    rows = [_row(identity) for identity in snapshot.ids()]
    if as_json:
        return json.dumps(rows, indent=2)
    if not rows:
        return "There is no snapshot on this machine. Make one with `r2k pull`."
    lines = [f"{'snapshot':<14}{'series':>7}{'stale':>7}{'failed':>8}{'MB':>8}  created"]
    for row in rows:
        if "problem" in row:
            lines.append(f"{row['id']:<14}  {row['problem']}")
            continue
        numbers = f"{row['series']:>7}{row['stale']:>7}{row['failed']:>8}{row['megabytes']:>8}"
        lines.append(f"{row['id']:<14}{numbers}  {row['created_at']}")
    return "\n".join(lines)


def _row(identity: str) -> dict[str, object]:
    try:
        opened = snapshot.open_snapshot(identity)
    except SnapshotCorrupt as error:
        return {"id": identity, "problem": str(error)}
    size = sum(path.stat().st_size for path in opened.path.rglob("*") if path.is_file())
    return {
        "id": identity,
        "created_at": opened.manifest["created_at"],
        "series": len(opened.series),
        "stale": sum(row["stale"] is not None for row in opened.series.values()),
        "failed": len(opened.manifest["failures"]),
        "megabytes": round(size / 1e6, 1),
        "path": str(opened.path),
    }


def verified() -> tuple[list[str], bool]:
    """Read and hash every file of every snapshot.

    Returns a line for each snapshot and each problem, and whether all are what was written.
    """
    lines, well = [], True
    for identity in snapshot.ids():
        try:
            opened = snapshot.open_snapshot(identity)
            problems = opened.problems()
        except SnapshotCorrupt as error:
            problems = [str(error)]
        well = well and not problems
        lines.append(f"{'ok ' if not problems else 'BAD'}  {identity}")
        lines += [f"     {problem}" for problem in problems]
    return lines or ["There is no snapshot on this machine."], well


def differences(a: str, b: str) -> list[str]:
    """Say what changed from one edition to another, a line per series that differs.

    Raises `InputError`, `UnknownName` or `SnapshotCorrupt` if one is not there or damaged.
    """
    a, b = edition_named(a), edition_named(b)
    old, new = load(a), load(b)
    changes, total = compare_editions(old, new), len({*old, *new})
    lines = [f"{a} -> {b}: {len(changes)} series changed, {total - len(changes)} did not"]
    if changes:
        width = max(map(len, changes))
        lines.append(f"{'series':<{width}}{'new':>9}{'revised':>9}{'dropped':>9}")
        lines += [
            f"{name:<{width}}{change.new:>9,}{change.revised:>9,}{change.dropped:>9,}"
            for name, change in changes.items()
        ]
    return lines


def moved(a: str, b: str) -> str:
    """Return what `differences` says as JSON: rows new, revised and dropped by series."""
    a, b = edition_named(a), edition_named(b)
    changes = compare_editions(load(a), load(b))
    series = {name: change.to_dict() for name, change in changes.items()}
    return json.dumps({"a": a, "b": b, "series": series}, indent=1)
