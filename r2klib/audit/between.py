"""Comparing editions by name, each pair judged once: what ``r2k diff`` and the report's index ask.

A finished comparison is kept in the cache under the content of both editions, of the library and
of the ledger first judged, so that looking at it again reads neither edition.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from r2klib.audit.ahead import judge_ahead
from r2klib.audit.beside import judged
from r2klib.audit.compare import compare_editions, rows_of
from r2klib.audit.comparison import Comparison
from r2klib.audit.ledgers import first_judged
from r2klib.claims.cache import library_hash
from r2klib.data import load, sample, snapshot
from r2klib.data.edition import edition_named, place
from r2klib.errors import InputError
from r2klib.home import cache_home, data_home, resolve_today, write_quietly


def compare(
    a: str,
    b: str,
    *,
    today: dt.date | str | None = None,
    jobs: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Verdicts that differ between two editions on this machine, and what moved each.

    Parameters
    ----------
    a, b : str
        The older and the newer: names as `edition_named` takes them.
    today : date, optional
        The day on which `b` is judged; by default ``R2K_TODAY``, else the system date.
    jobs, say :
        Processes that judge, and who is told how far they are.

    Raises
    ------
    InputError
        Both are the same edition, or `a` is the newer.
    UnknownName, SnapshotCorrupt
        One is not there, or damaged.
    """
    older, newer = edition_named(a), edition_named(b)
    if older == newer:
        also = f", by {a!r} and by {b!r}" if a != b else ""
        raise InputError(f"The edition {older!r} is named twice{also}: nothing to compare.")
    if place(older) > place(newer):
        raise InputError(
            f"{older!r} is newer than {newer!r}. Name the older first: `r2k diff {b} {a}`."
        )
    day = resolve_today(today)
    found = _read(_path(older, newer, day))
    if found is None:
        first, last = load(older), load(newer)
        judge_ahead([last, first, rows_of(last, first)], day, jobs, say)
        judged(first, day)  # keeps its ledger, where it was never judged before
        found = compare_editions(first, last, first=first_judged(first), today=day)
        # the ledger kept just now is part of the name
        write_quietly(_path(older, newer, day), found.to_json())
    return found


def _path(a: str, b: str, day: dt.date) -> Path:
    """Where a comparison is kept: by both editions, the library, the day and A's first ledger."""
    kept = sorted((data_home() / "ledgers" / a).glob("*.json"))
    parts = [
        *(_content(name) for name in (a, b)),
        library_hash(),
        day.isoformat(),
        *(path.name + hashlib.sha256(path.read_bytes()).hexdigest() for path in kept),
    ]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return cache_home() / "comparisons" / f"{key}.json"


def _content(edition: str) -> str:
    """Hash of an edition; a snapshot's manifest holds its tables to their hashes, none is read."""
    if edition == sample.EDITION:
        return f"{edition} {load(edition).content_hash}"
    return f"{edition} {snapshot.manifest_hash(snapshot.open_snapshot(edition).manifest)}"


def _read(path: Path) -> Comparison | None:
    try:
        return Comparison.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
