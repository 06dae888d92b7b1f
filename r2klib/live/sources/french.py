"""Ken French's data library: zipped CSV files that hold several tables with prose between.

A file is split into its blocks by what a line looks like, never by its number: a header starts
with a comma, a row with a date key of 4, 6 or 8 digits; everything else is prose that names the
next block. Which block a series takes is said by the catalog's code, ``FILE`` or ``FILE:BLOCK``.

Source: https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/data_library.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from r2klib.data import catalog
from r2klib.data.catalog import SeriesInfo
from r2klib.data.provenance import Table
from r2klib.data.sample import SENTINELS
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT, TRY_LATER, decode, only_member

URL = "https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/ftp/{name}_CSV.zip"

BlockFrequency = Literal["annual", "monthly", "daily"]
_BY_WIDTH: dict[int, BlockFrequency] = {4: "annual", 6: "monthly", 8: "daily"}

#: What the prose above a block says, by the name the catalog uses. The first match counts.
_KINDS: dict[str, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "Value Weighted Returns": r"\bvalue[- ]weight(ed)?\s+returns\s+--",
        "Equal Weighted Returns": r"\bequal[- ]weight(ed)?\s+returns\s+--",
        "Number of Firms": r"\bnumber of firms\b",
        "Average Market Cap": r"\baverage (market cap|firm size)\b",
        "BE/ME June": r"\baverage of BE_FYt-1/ME_June t\b",
        "BE/ME": r"\baverage of BE ?/ ?ME\b",
        "BE/ME Sum": r"\bsum of BE\s*/\s*sum of ME\b",
        "OP": r"\baverage of OP\b",
        "Investment": r"\baverage of investment\b",
    }.items()
}
RETURNS = ("Value Weighted Returns", "Equal Weighted Returns", "Factors")
#: Factor tables carry no title; these columns tell them.
_FACTORS = {"Mkt-RF", "SMB", "Mom"}

_HEADER = re.compile(r"\s*(date)?\s*,\s*(?=[^\s,])", re.IGNORECASE)
_ROW = re.compile(r"\s*(\d{8}|\d{6}|\d{4})\s*,(.*)")
_NUMBER = re.compile(r"\s*-?(\d+\.?\d*|\.\d+)\s*")
#: Ours for theirs in the 2 x 3 files: small and big; growth, neutral and value.
_SIX = dict(
    zip(
        ["SG", "SN", "SV", "BG", "BN", "BV"],
        ["SMALL LoBM", "ME1 BM2", "SMALL HiBM", "BIG LoBM", "ME2 BM2", "BIG HiBM"],
        strict=True,
    )
)


class _Row(NamedTuple):
    line: int
    key: str
    cells: list[str]


@dataclass(frozen=True)
class Block:
    """One table of a file.

    Its kind is ``"Value Weighted Returns"``, ``"Number of Firms"``, ...; ``"Factors"`` by its
    columns; ``"unknown"`` otherwise. Its dates are period ends; returns are decimals, everything
    else is as it stands, NaN where the file says missing.
    """

    kind: str
    frequency: BlockFrequency  # by the width of the date keys
    title: str  # the last line of prose above it; empty without one
    line: int  # of its header, counted from one
    frame: pd.DataFrame


def split(text: str, source: str) -> list[Block]:
    """Split the text of a file, any line ends and blank lines, into its tables in its order.

    Raises `SchemaChanged` if there is no table, or one has rows without a header, of the wrong
    length, with something else than numbers, of mixed date keys, or with dates that are
    impossible, twice or out of order.
    """
    blocks: list[Block] = []
    prose: list[str] = []
    header: tuple[int, list[str]] | None = None
    rows: list[_Row] = []

    def close() -> None:
        nonlocal header
        if header is not None and rows:
            blocks.append(_block(header, rows, prose, source))
            prose.clear()
        header = None
        rows.clear()

    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        row = _ROW.match(line)
        if row and (header or _numbers(row[2])):
            if header is None:
                raise _broken(source, number, "a line of column names above it", line)
            rows.append(_Row(number, row[1], row[2].split(",")))
        elif _HEADER.match(line):
            close()
            header = (number, [" ".join(name.split()) for name in line.split(",")[1:]])
        else:
            close()
            prose.append(line.strip())
    close()
    if not blocks:
        raise SchemaChanged(source, "at least one table", "none", TRY_LATER)
    return blocks


def _numbers(cells: str) -> bool:
    return all(_NUMBER.fullmatch(cell) for cell in cells.split(","))


def _block(header: tuple[int, list[str]], rows: list[_Row], prose: list[str], source: str) -> Block:
    line, names = header
    for row in rows:
        if len(row.key) != len(rows[0].key):
            raise _broken(source, row.line, f"a date like {rows[0].key}", row.key)
        if len(row.cells) != len(names):
            expected, came = f"{len(names)} numbers", f"{len(row.cells)}: {','.join(row.cells)}"
            raise _broken(source, row.line, expected, came)
    index = _stamps(rows, source)
    try:
        values = np.array([row.cells for row in rows], dtype="float64")
    except ValueError:
        values = np.array(np.nan)
    if not np.isfinite(values).all():
        row = next(row for row in rows if not _numbers(",".join(row.cells)))
        raise _broken(source, row.line, "numbers", ",".join(row.cells))
    frame = pd.DataFrame(values, index=index, columns=names)
    kind = _kind(" ".join(prose), names)
    frame = frame.mask(frame.isin(SENTINELS))
    if kind in RETURNS:
        frame = frame / 100
    title = prose[-1] if prose else ""
    return Block(kind, _BY_WIDTH[len(rows[0].key)], title, line, frame)


def _kind(prose: str, names: list[str]) -> str:
    titled = (kind for kind, pattern in _KINDS.items() if pattern.search(prose))
    return next(titled, "Factors" if _FACTORS & set(names) else "unknown")


def _stamps(rows: list[_Row], source: str) -> pd.DatetimeIndex:
    """Dates at the end of their periods, increasing and unique."""
    keys = [row.key for row in rows]
    form = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d"}[len(keys[0])]
    try:
        dates = pd.DatetimeIndex(pd.to_datetime(keys, format=form)).as_unit("us")
    except ValueError as error:
        came = str(error).splitlines()[0]
        raise _broken(source, rows[0].line, "real dates from here on", came) from None
    back = np.flatnonzero(dates[1:] <= dates[:-1])
    if back.size:
        at = int(back[0]) + 1
        came = f"{keys[at]} after {keys[at - 1]}"
        raise _broken(source, rows[at].line, "increasing dates, each once", came)
    if form == "%Y%m%d":
        return dates.rename("date")
    end = pd.offsets.YearEnd(0) if form == "%Y" else pd.offsets.MonthEnd(0)
    return pd.DatetimeIndex(dates + end, name="date")


def _broken(source: str, line: int, expected: str, came: str) -> SchemaChanged:
    return SchemaChanged(f"{source}, line {line},", expected, repr(came.strip()[:80]), REPORT)


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the files that carry these series, each file once."""
    by_file: dict[str, list[str]] = {}
    for name in ids:
        by_file.setdefault(_wanted(name)[1], []).append(name)
    return [Spec(tuple(names), URL.format(name=file)) for file, names in by_file.items()]


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read series from one zipped file of the library.

    They have the catalog's columns in its order; returns in decimals, month-end or daily dates, NaN
    where the file says missing (rows that are missing whole are left out). Raises `SchemaChanged`
    if the archive, a block or a column is not what it should be.
    """
    wants = [_wanted(name) for name in ids]
    source = f"Ken French's {wants[0][1]}_CSV.zip"
    blocks = split(decode(only_member(content, source, (".csv", ".txt"))), source)
    return {
        info.id: _take(info, _find(blocks, info, kind, source), source) for info, _, kind in wants
    }


def _wanted(name: str) -> tuple[SeriesInfo, str, str]:
    """Row of the catalog, file and kind of block ("" for returns) of a series."""
    info = catalog.get(name)
    assert info.live is not None
    file, _, kind = info.live.code.partition(":")
    return info, file, kind


def _find(blocks: list[Block], info: SeriesInfo, kind: str, source: str) -> pd.DataFrame:
    kinds = (kind,) if kind else ("Value Weighted Returns", "Factors")
    formed = info.frequency == "irregular"
    every = "annual" if formed else info.frequency
    found = [b for b in blocks if b.kind in kinds and b.frequency == every]
    if len(found) != 1:
        listed = "; ".join(f"{b.kind} ({b.frequency}, line {b.line})" for b in blocks)
        expected = f"one {every} table of {kind or 'value-weighted returns or factors'}"
        raise SchemaChanged(source, expected, f"{len(found)} among: {listed}", REPORT)
    # What portfolios are formed on is of their June, returns of a year of all of it.
    return found[0].frame.shift(freq=-pd.offsets.MonthEnd(6)) if formed else found[0].frame


def _take(info: SeriesInfo, frame: pd.DataFrame, source: str) -> Table:
    ours = list(info.columns) or ["Mom"]
    theirs = [_theirs(name, info) for name in ours]
    missing = [name for name in theirs if name not in frame.columns]
    if missing or not frame.columns.is_unique:
        expected = f"the columns {', '.join(theirs)}"
        raise SchemaChanged(source, expected, ", ".join(frame.columns), REPORT)
    taken = frame[theirs].set_axis(ours, axis="columns").dropna(how="all")
    if taken.empty:
        raise SchemaChanged(source, f"numbers for {info.id}", "missing values only", TRY_LATER)
    return taken if info.columns else taken[ours[0]].rename(info.id)


def _theirs(ours: str, info: SeriesInfo) -> str:
    """The library's name of a column: ``ME2 BM3`` for S2V3, ``SMALL LoBM`` for S1V1."""
    if ours in _SIX and set(info.columns) == set(_SIX):
        return _SIX[ours]
    return _GRID.get(ours, ours)


def _grid(letter: str, sort: str) -> dict[str, str]:
    sizes, ends = {1: "SMALL", 5: "BIG"}, {1: "Lo", 5: "Hi"}
    return {
        f"S{i}{letter}{j}": (
            f"{sizes[i]} {ends[j]}{sort}" if i in sizes and j in ends else f"ME{i} {sort}{j}"
        )
        for i, j in product(range(1, 6), repeat=2)
    }


_GRID = _grid("V", "BM") | _grid("M", "PRIOR") | _grid("P", "OP") | _grid("I", "INV")

SOURCE = FileSource("french", specs, parse)
