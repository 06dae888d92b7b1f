"""Why verdicts differ between two editions: a change of the library, revisions, or new rows.

Three steps lead from what was said of the older edition to what is said of the newer one::

    A as first judged -> A as judged now -> B's values in A's rows -> all of B
                      library            revisions                 new rows

Each verdict is followed along them; the step at which its status or its value moved is what moved
it. A comparison of editions by name is kept in the cache under the content of both, of the library
and of the ledger first judged, so that looking at it again reads neither edition.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from r2klib.audit.ahead import judge_ahead
from r2klib.audit.beside import judged
from r2klib.audit.comparison import (
    Cause,
    ClaimChange,
    Comparison,
    Judgement,
    Step,
    status_differs,
    value_differs,
)
from r2klib.audit.ledgers import JudgedLedger, first_judged
from r2klib.claims import pairs
from r2klib.claims.cache import library_hash
from r2klib.claims.evaluate import Verdicts, evaluate
from r2klib.claims.nouns import Claim, kind_of
from r2klib.claims.registry import Ledger
from r2klib.data import Dataset, load, sample, snapshot
from r2klib.data.edition import edition_named, place
from r2klib.data.provenance import Table, span
from r2klib.data.revisions import compare_editions as compare_tables
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


def compare_editions(
    a: Dataset,
    b: Dataset,
    *,
    first: JudgedLedger | None = None,
    claims: Ledger | None = None,
    today: dt.date | str | None = None,
) -> Comparison:
    """Find the verdicts that differ between two editions, and what moved each.

    Parameters
    ----------
    a, b : Dataset
        The older and the newer edition, whole.
    first : JudgedLedger, optional
        The verdicts on `a` as they were reached at the time. Without it a change of the library
        cannot be told.
    claims : Ledger, optional
        The claims to judge; the whole ledger by default.
    today : date, optional
        The day on which `b` is judged; by default ``R2K_TODAY``, else the system date. `a` is
        judged again on the day it was first judged, where that is known.

    Raises
    ------
    InputError
        If both are the same edition.
    """
    if a == b:
        raise InputError(f"Both are the edition {a.edition!r}: there is nothing to compare.")
    day = resolve_today(today)
    day_of_a = first.today if first else day
    again = evaluate(a, claims=claims, today=day_of_a)
    revised = evaluate(rows_of(b, a), claims=claims, today=day_of_a)
    newest = evaluate(b, claims=claims, today=day)
    moved = compare_tables(a, b)
    middle: Cause = "revisions" if a.kind == b.kind else "sources"
    changes, unchanged = [], []
    for claim_id in dict.fromkeys([*newest, *(first.claims if first else ())]):
        then = Judgement.of(first.claims.get(claim_id)) if first else None
        stations = [_now(again, claim_id), _now(revised, claim_id), _now(newest, claim_id)]
        causes: list[Cause] = [middle, "new rows"]
        if first:
            stations, causes = [then, *stations], ["library", *causes]
        if not (
            status_differs(stations[0], stations[-1]) or value_differs(stations[0], stations[-1])
        ):
            unchanged.append(claim_id)
            continue
        steps = zip(causes, stations[:-1], stations[1:], strict=True)
        claim = newest[claim_id].claim if claim_id in newest else None
        changes.append(
            ClaimChange(
                id=claim_id,
                statement=claim.statement if claim else "no longer declared",
                steps=tuple(Step(*step) for step in steps),
                series={n: moved[n] for n in _needed(claim, b, a) if n in moved},
            )
        )
    return Comparison(
        a=a.edition,
        b=b.edition,
        today=day,
        library=library_hash(),
        first_judged=first.today if first else None,
        first_library=first.library if first else None,
        changes=tuple(sorted(changes, key=lambda change: not change.status_changed)),
        unchanged=tuple(unchanged),
    )


def rows_of(b: Dataset, a: Dataset) -> Dataset:
    """The newer edition `b` with the rows that `a` has too: revised where revised, and nothing new.

    A list without dates, such as a fund's holdings, is `b`'s where it is of the same day as `a`'s,
    and `a`'s where it is of a later one.
    """
    tables: dict[str, Table] = {}
    sources, releases = {}, {}
    for name in b:
        if name not in a:
            continue
        table, source = _same_rows(b, a, name)
        if table.empty or table.isna().to_numpy().all():
            continue
        tables[name], sources[name] = table, source
        old, new = a.releases(name), b.releases(name)
        if old is not None and new is not None:
            releases[name] = new[new["published"] <= old["published"].max()]
    name = f"{b.edition}, rows of {a.edition}"
    return Dataset(name, b.kind, tables, sources, vintages=releases)


def _same_rows(b: Dataset, a: Dataset, name: str) -> tuple[Table, Any]:
    table, source, older = b[name], b.provenance[name], a[name]
    if source.frequency != "table":
        return table[table.index.isin(older.index)], source
    held = a.provenance[name]
    if span(table, source)[1] > span(older, held)[1]:
        return older, held
    return table, source


def _needed(claim: Claim | None, *editions: Dataset) -> list[str]:
    """Series that decide a claim in either edition: those of its pairs, then its own."""
    if claim is None:
        return []
    kinds = [kind_of(data) for data in editions]
    of_pairs = (pairs.get(claim.pair[kind]).series for kind in kinds if claim.pair.get(kind))
    return [*chain(*of_pairs), *chain(*(claim.needs.get(kind, ()) for kind in kinds))]


def _now(verdicts: Verdicts, claim_id: str) -> Judgement | None:
    return Judgement.of(verdicts[claim_id].to_dict()) if claim_id in verdicts else None
