"""Why verdicts differ between two editions: a change of the library, revisions, or new rows.

Three steps lead from what was said of the older edition to what is said of the newer one::

    A as first judged -> A as judged now -> B's values in A's rows -> all of B
                      library            revisions                 new rows

Each verdict is followed along them; the step at which its status or its value moved is what moved
it. Nothing is read from disk here but the cache of evidence: datasets come in, a comparison goes
out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from r2klib.audit.comparison import (
    Cause,
    ClaimChange,
    Comparison,
    Standing,
    Step,
    status_differs,
    value_differs,
)
from r2klib.audit.ledgers import JudgedLedger
from r2klib.claims import pairs
from r2klib.claims.cache import library_hash
from r2klib.claims.evaluate import Verdicts, evaluate
from r2klib.claims.nouns import EditionKind, kind_of
from r2klib.claims.registry import Ledger
from r2klib.claims.verdict import Verdict
from r2klib.data import Dataset
from r2klib.data.provenance import Table, span
from r2klib.data.revisions import compare_editions as compare_tables
from r2klib.errors import InputError
from r2klib.home import resolve_today


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
        then = Standing.of(first.claims.get(claim_id)) if first else None
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
        verdict = newest.get(claim_id)
        changes.append(
            ClaimChange(
                id=claim_id,
                statement=verdict.claim.statement if verdict else "no longer declared",
                steps=tuple(Step(*step) for step in steps),
                series={n: moved[n] for n in _needed(verdict, a, b) if n in moved},
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
    if span(table, source.published_in)[1] > span(older, held.published_in)[1]:
        return older, held
    return table, source


def _needed(verdict: Verdict | None, a: Dataset, b: Dataset) -> Iterator[str]:
    """Series that decide a claim in either edition: its pair's and its own, each once."""
    if verdict is None:
        return
    claim = verdict.claim
    kinds: tuple[EditionKind, ...] = (kind_of(b), kind_of(a))
    named = [claim.pair.get(kind) for kind in kinds]
    named.append(verdict.evidence.pair if verdict.evidence else None)
    of_pairs = (pairs.PAIRS[name].series for name in named if name in pairs.PAIRS)
    ids = [n for group in of_pairs for n in group]
    ids += [n for kind in kinds for n in claim.needs.get(kind, ())]
    yield from dict.fromkeys(ids)


def _now(verdicts: Verdicts, claim_id: str) -> Standing | None:
    return Standing.of(verdicts[claim_id].to_dict()) if claim_id in verdicts else None
