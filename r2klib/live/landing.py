"""From what a source said to what a snapshot holds: validated, merged with older rows, described.

Nothing is fetched and nothing written here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from r2klib.data.catalog import SeriesInfo
from r2klib.data.dataset import Dataset
from r2klib.data.provenance import Provenance, Table, describe
from r2klib.data.revisions import Change, compare
from r2klib.data.vintages import seen_since
from r2klib.errors import SchemaChanged
from r2klib.live.sources import Answer, Held, Want
from r2klib.live.validate import disagreements, validate
from r2klib.live.writer import Entry, entry

_PARTS = "parts from"
#: An index and the fund on it: their one-day returns part for good reasons only for good.
TWINS = {"^RUT": "IWM", "^GSPC": "SPY"}


def land(want: Want, answer: Answer, today: dt.date) -> Entry:
    """Validate an answer, keep older rows that the source no longer gives, and describe it.

    `today` decides what is late. Raises `SchemaChanged` if the table is not what the catalog says,
    or ends before what is held of it does.
    """
    info, held = want.info, want.held
    table, merged, notes = merged_with(held, answer.table, info)
    table, anomalies = validate(info, table, today)
    _refuse_shorter(held, table, info)
    anomalies = (*anomalies, *gone(held, table))
    change = Change() if answer.unchanged else compare(held.table, table) if held else None
    releases, until = _releases(want, answer, table)
    if until < answer.retrieved_at[:10]:
        anomalies = (*anomalies, f"first releases are known until {until}: no FRED key since")
    landed = dataclasses.replace(
        answer,
        table=table,
        notes=(*answer.notes, *notes),
        anomalies=(*answer.anomalies, *anomalies),
        vintages=releases,
    )
    counts = None if change is None else change.to_dict()
    return entry(info, landed, merged_from=merged, change=counts, releases_until=until)


def _refuse_shorter(held: Held | None, table: Table, info: SeriesInfo) -> None:
    """Refuse an answer that ends before what is held: a body cut short looks just like that."""
    if held is None or not _dated(held.table, table) or table.index[-1] >= held.table.index[-1]:
        return
    end, ends = (str(one.index[-1].date()) for one in (held.table, table))
    n_rows = int((held.table.index > table.index[-1]).sum())
    raise SchemaChanged(
        f"{info.live.source if info.live else '?'}: {info.id}",
        f"rows to {end}, where snapshot {held.snapshot} ends",
        f"rows to {ends}: {n_rows:,} fewer at the end, as in an answer cut short",
        f"The rows of snapshot {held.snapshot} stay; try again later. If the source did withdraw "
        "them, this series stays stale until it reaches that day again.",
    )


#: How an anomaly starts that says which rows or columns a source no longer gives.
GONE = "no longer there:"


def gone(held: Held | None, table: Table) -> tuple[str, ...]:
    """Say which rows or columns of what is held a table no longer has; nothing where all are.

    Lists without dates, such as holdings, are of another day each time and have none to lose.
    """
    if held is None or not _dated(held.table, table):
        return ()
    said = []
    days = held.table.index.difference(table.index)
    if len(days):
        named = ", ".join(str(day.date()) for day in days[-3:])
        noun = "row" if len(days) == 1 else "rows"
        said.append(f"{len(days):,} {noun} of snapshot {held.snapshot} (the last: {named})")
    if isinstance(held.table, pd.DataFrame) and isinstance(table, pd.DataFrame):
        columns = [str(name) for name in held.table if name not in table]
        if columns:
            said.append(f"the columns {', '.join(columns)} of snapshot {held.snapshot}")
    return tuple(f"{GONE} {text}" for text in said)


def _dated(*tables: Table) -> bool:
    return all(isinstance(table.index, pd.DatetimeIndex) for table in tables)


def _releases(want: Want, answer: Answer, table: Table) -> tuple[pd.DataFrame | None, str]:
    """Return the releases of the answer, or those held with what has been seen since.

    With them comes the last day on which the archive was asked.
    """
    day, held = answer.retrieved_at[:10], want.held
    if answer.vintages is not None or held is None or held.vintages is None:
        return answer.vintages, day
    until = min(held.releases_until, day)
    assert isinstance(table, pd.Series)
    stamps = pd.Timestamp(until), pd.Timestamp(day)
    return seen_since(held.vintages, stamps[0], table, stamps[1], want.info.publication), until


def merged_with(
    held: Held | None, table: Table, info: SeriesInfo
) -> tuple[Table, tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """Put rows that only the last snapshot has before those of the source.

    Some sources cut their history (FRED's ICE spreads to three years). Older rows are kept and
    marked by ``snapshot``, ``rows``, ``first`` and ``last``, carried from pull to pull. Where the
    two disagree on the days they share, a note says so.
    """
    if held is None or not isinstance(table.index, pd.DatetimeIndex) or table.empty:
        return table, (), ()
    if info.frequency == "table" or not isinstance(held.table.index, pd.DatetimeIndex):
        return table, (), ()
    marks = tuple(dict(part) for part in held.entry["merged_from"])
    older = held.table[held.table.index < table.index[0]]
    if older.empty:  # the source reaches back as far; marks of rows that a tail kept stay
        return table, _still_kept(marks, held, table), ()
    known_until = max((part["last"] for part in marks), default="")
    fresh = older[older.index > pd.Timestamp(known_until)] if known_until else older
    if len(fresh):
        first, last = (str(day.date()) for day in (fresh.index[0], fresh.index[-1]))
        rows = len(fresh)
        marks += ({"snapshot": held.snapshot, "rows": rows, "first": first, "last": last},)
    joined = cast("Table", pd.concat([older, table]))
    shared = held.table.index.intersection(table.index)[:50]
    notes = () if _agree(held.table.loc[shared], table.loc[shared]) else (_DISAGREE,)
    return joined, marks, notes


_DISAGREE = "The kept older rows and the source's disagree where they meet: levels may not compare."


def _still_kept(
    marks: tuple[dict[str, Any], ...], held: Held, table: Table
) -> tuple[Mapping[str, Any], ...]:
    """Return the marks that still hold: the table starts with the very rows that were kept."""
    if not marks:
        return ()
    kept = held.table[held.table.index <= pd.Timestamp(marks[-1]["last"])]
    return marks if _agree(kept, table.reindex(kept.index)) else ()


def _agree(left: Table, right: Table) -> bool:
    if isinstance(left, pd.DataFrame):
        if not isinstance(right, pd.DataFrame) or list(left) != list(right):
            return False
        left, right = left.select_dtypes("number"), right.select_dtypes("number")
    return bool(np.allclose(left.to_numpy(), right.to_numpy(), rtol=1e-6, equal_nan=True))


def kept(held: Held, reason: str | None) -> Entry:
    """Carry a series forward as it was, not asked for; with a reason it is stale, with its date."""
    row = dict(held.entry) | {"bytes_received": 0, "change": None}
    if reason is not None:
        before = held.entry["stale"] or {}
        since = str(held.entry["retrieved_at"] or "")[:10]
        row["stale"] = {
            "since": before.get("since", since),
            "snapshot": before.get("snapshot", held.snapshot),
            "reason": reason,
        }
    return Entry(held.table, row, held.vintages)


def with_twins(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Add to an index the days on which its close parts from its fund's and meets it again."""
    result = dict(entries)
    for index, fund in TWINS.items():
        if index not in entries or fund not in entries:
            continue
        closes = [_close(entries[name].table) for name in (index, fund)]
        odd = disagreements(closes[0], closes[1])
        if len(odd):
            named = ", ".join(str(day.date()) for day in odd[-5:])
            text = f"{len(odd)} days with a close that {_PARTS} {fund}'s for that day ({named})"
            row = dict(entries[index].row)
            row["anomalies"] = [line for line in row["anomalies"] if _PARTS not in line] + [text]
            result[index] = dataclasses.replace(entries[index], row=row)
    return result


def _close(table: Table) -> pd.Series:
    assert isinstance(table, pd.DataFrame)
    return table["Close"]


#: A series that came: its row of the catalog, its table, and when it came.
Arrived = tuple[SeriesInfo, Table, str]


def in_memory(found: Mapping[str, Arrived], today: dt.date, name: str) -> Dataset:
    """What came, validated and described, as an edition that no snapshot holds."""
    tables: dict[str, Table] = {}
    provenance: dict[str, Provenance] = {}
    for series, (info, raw, stamp) in found.items():
        table, anomalies = validate(info, raw, today)
        assert info.live is not None
        said = describe(table, info, info.live, retrieved_at=stamp)
        tables[series] = table
        provenance[series] = dataclasses.replace(said, anomalies=anomalies)
    return Dataset(name, "user", tables, provenance)
