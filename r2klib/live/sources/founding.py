"""When companies were founded: the Field-Ritter workbook of firms that went public in the US.

Source: Field and Karpoff (2002), Journal of Finance 57; Loughran and Ritter (2004), Financial
Management 33; https://site.warrington.ufl.edu/ritter/ipo-data/
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT, TRY_LATER
from r2klib.live.sources.sheets import Cell, header, read_workbook

ADDRESS = "https://site.warrington.ufl.edu/ritter/files/IPO-age.xlsx"

_SOURCE = "The founding dates (IPO-age.xlsx)"
_NAMES = ("offer date", "IPO name", "Ticker", "Founding")
#: No listed company is older; nor is one founded after this.
_EARLIEST, _LATEST = 1600, 2100


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the one file that holds them."""
    return [Spec(tuple(ids), ADDRESS)] if ids else []


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read the workbook (.xlsx), whose sheet is named after the years it spans.

    One row per offer, in the file's order: offered (day of the offer), name, ticker (text, ""
    where there is none), founded (year, NaN where unknown). Raises `SchemaChanged` if the body is
    no such workbook, or a column, date or year is not as expected.
    """
    sheets = read_workbook(content, _SOURCE, r"\d{4}\s*-\s*\d{4}")
    cells = next(iter(sheets.values()))
    head, places = header(cells, _SOURCE, _NAMES)
    rows = [[row[i] for i in places] for row in cells[head + 1 :] if any(row)]
    if not rows:
        raise SchemaChanged(_SOURCE, "offers below the header", "none", TRY_LATER)
    offered, names, tickers, founded = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            "offered": pd.DatetimeIndex([_day(cell) for cell in offered]).as_unit("us"),
            "name": [_text(cell) for cell in names],
            "ticker": [_text(cell) for cell in tickers],
            "founded": [_year(cell) for cell in founded],
        }
    )
    return {name: frame.copy() for name in ids}


def _day(cell: Cell) -> pd.Timestamp:
    """A day written as ``20251204``, as a number or as text."""
    try:
        return pd.to_datetime(str(cell).strip(), format="%Y%m%d")
    except ValueError:
        raise SchemaChanged(_SOURCE, "days such as 20251204", repr(cell)[:80], REPORT) from None


def _text(cell: Cell) -> str:
    """Text without blanks around it; the workbook holds the ticker TRUE as a truth value."""
    text = "" if cell is None else str(cell).strip()
    return text.upper() if cell is True else text


def _year(cell: Cell) -> float:
    """A year, or NaN for -99 and other numbers below zero."""
    year = float(cell) if isinstance(cell, int | float) else np.inf
    if year < 0:
        return np.nan
    if not _EARLIEST <= year <= _LATEST:
        raise SchemaChanged(_SOURCE, "years of founding, or -99", repr(cell)[:80], REPORT)
    return year


SOURCE = FileSource("ritter", specs, parse)
