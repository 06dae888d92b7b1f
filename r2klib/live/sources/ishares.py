"""BlackRock's holdings files: what a fund held on one day.

A file is a CSV between a few lines about the fund and a disclaimer. Two layouts are about: the
weight is called ``Weight (%)`` or ``Market Weight``, the holding ``Quantity`` or ``Shares``.
Text stays as it came; whoever writes it into HTML escapes it there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from r2klib.data import catalog
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT, TRY_LATER, decode, refuse_wrong_body

_URL = (
    "https://www.ishares.com/us/products/{page}/1467271812596.ajax"
    "?fileType=csv&fileName={fund}_holdings&dataType=fund"
)
_PAGES = {
    "IWM": "239710/ishares-russell-2000-etf",
    "IVV": "239726/ishares-core-sp-500-etf",
    "IJR": "239774/ishares-core-sp-smallcap-etf",
}

#: What the file calls our columns, in either layout.
_TEXT = {
    "ticker": ("Ticker",),
    "name": ("Name",),
    "sector": ("Sector",),
    "asset_class": ("Asset Class",),
}
_NUMBERS = {
    "weight": ("Weight (%)", "Market Weight"),
    "market_value": ("Market Value",),
    "shares": ("Shares", "Quantity"),
    "price": ("Price",),
}
#: How the file says that there is none.
MISSING = ("-", "--", "")
#: Weights are rounded to 0.01 percent and leave a little out; beyond this, rows are.
_WEIGHT_SUM = (0.95, 1.05)


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the file of each fund, such as ``"ishares.IWM"``."""
    return [
        Spec((name,), _URL.format(page=_PAGES[fund], fund=fund), accept="text/csv")
        for name, fund in zip(ids, map(_fund, ids), strict=True)
    ]


def _fund(name: str) -> str:
    return name.removeprefix("ishares.")


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read the holdings file of one fund.

    One row per line of the file, in its order, cash, collateral, swaps and futures too (they say so
    in asset_class; some are negative). Columns: as_of (day of the holdings), ticker, name, sector,
    asset_class (text as it came, ``-`` where the file has none), weight (decimal share),
    market_value (dollars), shares, price (dollars), fund_shares (shares of the fund outstanding,
    the same in every row). NaN where the file has ``-``.

    Raises `SchemaChanged` if the body is no holdings file, has no rows or a column less, is cut
    short, or its weights do not add up to about one.
    """
    (name,) = ids
    source = f"The holdings file of {_fund(name)}"
    expected = "a holdings file (CSV with a header 'Ticker, Name, ...')"
    refuse_wrong_body(content, source, expected)
    try:
        lines = list(csv.reader(io.StringIO(decode(content), newline="")))
    except csv.Error as error:
        raise SchemaChanged(source, expected, f"no CSV ({error})", REPORT) from None
    starts = ([cell.strip() for cell in line[:2]] for line in lines)
    header = next((i for i, start in enumerate(starts) if start == ["Ticker", "Name"]), None)
    if header is None:
        raise SchemaChanged(source, expected, f"{len(lines)} lines without one", REPORT)
    preamble = {line[0].strip(): line[1].strip() for line in lines[:header] if len(line) > 1}
    as_of = _day(preamble, source)
    rows = _rows(lines, header, source)
    at = _columns(lines[header], source)
    table: dict[str, object] = {"as_of": pd.DatetimeIndex([as_of] * len(rows)).as_unit("us")}
    table |= {name: [row[at[name]].strip() for row in rows] for name in _TEXT}
    table |= {name: [_number(row[at[name]], name, source) for row in rows] for name in _NUMBERS}
    table["fund_shares"] = _number(preamble.get("Shares Outstanding", "-"), "fund_shares", source)
    frame = pd.DataFrame(table)
    frame["weight"] /= 100
    low, high = _WEIGHT_SUM
    if not low <= frame["weight"].sum() <= high:
        came = f"{frame['weight'].sum():.1%} in {len(frame)} rows (rows missing?)"
        raise SchemaChanged(source, f"weights that add up to {low:.0%}-{high:.0%}", came, TRY_LATER)
    return {name: frame[list(catalog.get(name).columns)]}


def _day(preamble: Mapping[str, str], source: str) -> pd.Timestamp:
    said = preamble.get("Fund Holdings as of", "")
    expected = "a line 'Fund Holdings as of' with a day such as 'Jun 19, 2026'"
    if not said:  # pandas reads nothing as no date, without an error
        lines = ", ".join(map(repr, preamble)) or "no line at all"
        came = f"{lines} above the table (a file of another country's site?)"
        raise SchemaChanged(source, expected, came, REPORT)
    try:
        return pd.to_datetime(said, format="%b %d, %Y")
    except ValueError:
        came = f"{said!r} (no holdings for the day asked for?)"
        raise SchemaChanged(source, expected, came, TRY_LATER) from None


def _rows(lines: list[list[str]], header: int, source: str) -> list[list[str]]:
    """Return the lines of the table; a blank line ends it, without which it was cut short."""
    width = len(lines[header])
    rows: list[list[str]] = []
    ended = False
    for number, line in enumerate(lines[header + 1 :], start=header + 2):
        # [""] is no blank line but the quote that opens a holding cut off there.
        if line != [""] and not any(cell.strip() for cell in line):
            ended = True
            break
        if len(line) != width:
            came = f"{len(line)} in line {number} (a truncated file?)"
            raise SchemaChanged(source, f"{width} cells in every row", came, TRY_LATER)
        rows.append(line)
    if not rows:
        raise SchemaChanged(source, "holdings below the header", "none", TRY_LATER)
    if not ended:
        came = f"{len(rows):,} holdings and then the end of the file: it was cut short"
        raise SchemaChanged(source, "a blank line below the last holding", came, TRY_LATER)
    return rows


def _columns(header: list[str], source: str) -> dict[str, int]:
    names = [name.strip() for name in header]
    at = {}
    for ours, theirs in (_TEXT | _NUMBERS).items():
        found = [names.index(name) for name in theirs if name in names]
        if not found:
            expected = f"a column {' or '.join(map(repr, theirs))}"
            raise SchemaChanged(source, expected, ", ".join(names), REPORT)
        at[ours] = found[0]
    return at


def _number(cell: str, column: str, source: str) -> float:
    """A number with thousands separators, or NaN for ``-``."""
    bare = cell.strip().replace(",", "")
    if bare in MISSING:
        return np.nan
    try:
        return float(bare)
    except ValueError:
        raise SchemaChanged(source, f"numbers in {column}", repr(cell)[:80], REPORT) from None


SOURCE = FileSource("ishares", specs, parse)
