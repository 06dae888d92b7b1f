"""Tables in workbooks and CSVs whose header stands somewhere below some notes.

Workbooks are read cell by cell: values only, no formula computed, no link followed, no more rows
and columns than any real file has.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from r2klib.errors import SchemaChanged
from r2klib.live.sources.bodies import (
    REPORT,
    TRY_LATER,
    decode,
    open_zip,
    refuse_cut_text,
    refuse_wrong_body,
)

#: What a cell may hold, and a sheet: its rows in order.
Cell = object
Cells = list[tuple[Cell, ...]]

_MAX_ROWS, _MAX_COLUMNS = 20_000, 100
_SCANNED_ROWS = 60
_MISSING = ("", "na", "n/a", "nan", ".", "-", "#n/a")
_DAY_FORMATS = ("%m/%d/%Y", "%Y-%m-%d", "%Y-%m", "%YM%m", "%Ym%m", "%Y-%m-%d %H:%M:%S")


def read_workbook(content: bytes, source: str, sheet: str) -> dict[str, Cells]:
    """Read the rows of the sheets of a workbook (.xlsx) whose whole name matches an expression.

    `source` is the file, for messages. Raises `SchemaChanged` if the body is no workbook, unpacks
    to too much, or has no such sheet.
    """
    import openpyxl

    expected = f"an Excel workbook (.xlsx) with a sheet named {sheet}"
    open_zip(content, source, expected).close()
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        wanted = [name for name in book.sheetnames if re.fullmatch(sheet, name.strip())]
        found = {name.strip(): _cells(book[name]) for name in wanted}
        names = book.sheetnames
        book.close()
    except Exception as error:  # noqa: BLE001 - openpyxl raises anything on a damaged file
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        came = f"one that cannot be read ({why})"
        raise SchemaChanged(source, expected, came, TRY_LATER) from None
    if not found:
        raise SchemaChanged(source, expected, f"the sheets {', '.join(names)}", REPORT)
    return found


def _cells(sheet: object) -> Cells:
    # The size a sheet declares can be wrong either way: too few rows would be lost.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows: Iterable[tuple[Cell, ...]] = sheet.iter_rows(  # type: ignore[attr-defined]
        values_only=True, max_col=_MAX_COLUMNS
    )
    return list(islice(rows, _MAX_ROWS))


def read_csv(content: bytes, source: str) -> Cells:
    """Read the cells of a CSV file, all of them text; the last line must be whole."""
    expected = "a CSV file"
    refuse_wrong_body(content, source, expected)
    refuse_cut_text(content, source, expected)
    try:
        return [tuple(row) for row in csv.reader(io.StringIO(decode(content), newline=""))]
    except csv.Error as error:
        raise SchemaChanged(source, expected, f"something else ({error})", REPORT) from None


def table(
    cells: Cells,
    source: str,
    keys: tuple[str, ...],
    columns: Mapping[str, str],
    stamp: Callable[..., pd.Timestamp | None],
) -> pd.DataFrame:
    """Find a table by its header and read some columns of it.

    `keys` are the headers of the cells that date a row, which `stamp` turns into a date, or None
    where they hold none; `columns` maps our names to the file's headers. Headers are compared
    without case, surplus blanks and leading numbers (``9. Trade policy``).

    Floats indexed by date, increasing; NaN for blank cells, ``NA`` and the like. Rows without a
    date and without numbers (notes, blank lines) are left out. Raises `SchemaChanged` if there is
    no such header, a row has numbers but no date, a cell is neither number nor missing, dates are
    twice or in no order, or no row is left.
    """
    head, places = header(cells, source, [*keys, *columns.values()])
    dates, rows = [], []
    for line, row in enumerate(cells[head + 1 :], start=head + 2):
        picked = [row[i] if i < len(row) else None for i in places]
        date, values = stamp(*picked[: len(keys)]), picked[len(keys) :]
        if date is not None:
            dates.append(date)
            rows.append([_number(value, source, line) for value in values])
        elif any(isinstance(value, int | float) for value in values):
            came = ", ".join(repr(key) for key in picked[: len(keys)])
            expected = f"a date under {', '.join(keys)}"
            raise SchemaChanged(f"{source}, line {line},", expected, came, REPORT)
    if not rows:
        raise SchemaChanged(source, "rows below the header", "none", TRY_LATER)
    index = pd.DatetimeIndex(dates, name="date").as_unit("us")
    return _in_order(
        pd.DataFrame(rows, index=index, columns=list(columns), dtype="float64"), source
    )


def header(cells: Cells, source: str, names: Sequence[str]) -> tuple[int, list[int]]:
    """Find the row that holds all of these names, each once, and their columns in that order.

    Raises `SchemaChanged` without one.
    """
    asked = [_plain(name) for name in names]
    nearest: tuple[int, list[str]] = (0, [])
    for row, line in enumerate(cells[:_SCANNED_ROWS]):
        held = [_plain(cell) for cell in line]
        if all(held.count(name) == 1 for name in asked):
            return row, [held.index(name) for name in asked]
        hits = sum(name in held for name in asked)
        if hits > nearest[0]:
            nearest = hits, [name for name in held if name]
    expected = f"a header with {', '.join(names)}, each once, in the first {_SCANNED_ROWS} rows"
    came = f"at best: {', '.join(nearest[1][:40])}" if nearest[1] else "none like it"
    raise SchemaChanged(source, expected, came, REPORT)


def _plain(cell: Cell) -> str:
    words = " ".join(str("" if cell is None else cell).split())
    return re.sub(r"^\d+\.\s*", "", words).casefold()


def _number(cell: Cell, source: str, line: int) -> float:
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in _MISSING):
        return np.nan
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = np.inf
    if not np.isfinite(value):
        expected = "a number or a blank"
        raise SchemaChanged(f"{source}, line {line},", expected, repr(cell)[:80], REPORT)
    return value + 0.0  # minus zero is zero


def _in_order(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Increasing dates; a table that runs newest first is turned round."""
    if frame.index[0] > frame.index[-1]:
        frame = frame.iloc[::-1]
    back = np.flatnonzero(frame.index[1:] <= frame.index[:-1])
    if back.size:
        before, after = frame.index[back[0]], frame.index[back[0] + 1]
        raise SchemaChanged(source, "dates in order, each once", f"{after} by {before}", REPORT)
    return frame


def day(cell: Cell) -> pd.Timestamp | None:
    """Read a date cell, or a text such as ``07/31/1957``, ``1957-07-31``, ``1957M7``; else None."""
    if isinstance(cell, dt.datetime | dt.date):
        return pd.Timestamp(cell).normalize()
    text = cell.strip() if isinstance(cell, str) else ""
    for form in _DAY_FORMATS:
        try:
            return pd.Timestamp(dt.datetime.strptime(text, form)).normalize()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def month(*cells: Cell) -> pd.Timestamp | None:
    """Month end of a date cell, or of a year and a month; else None."""
    if len(cells) == 1:
        found = day(cells[0])
        return None if found is None else found + pd.offsets.MonthEnd(0)
    try:
        year, month = (int(str(cell)) for cell in cells)
        return pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)
    except ValueError:
        return None
