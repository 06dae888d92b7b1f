"""Robert Shiller's workbook: S&P Composite price, dividend, earnings, CPI, long rate and CAPE.

The copy at Yale ended with September 2023. The current one lies at an address that changes with
every upload and is named on shillerdata.com.

Source: Shiller, R. J. (2015), Irrational Exuberance, 3rd ed., Princeton; https://shillerdata.com
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import numpy as np
import pandas as pd

from r2klib.data import catalog
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT, TRY_LATER, decode, refuse_wrong_body

if TYPE_CHECKING:
    import xlrd.sheet

PAGE = "https://shillerdata.com/"
#: Where the page may send us: its own host and the store of the service that runs it.
HOSTS = ("shillerdata.com", "www.shillerdata.com", "img1.wsimg.com")

_FILE = "ie_data.xls"
_SOURCE = f"Robert Shiller's {_FILE}"
_LINK = re.compile(
    r"""(?:https?:)?//[^\s"'<>\\()]{1,400}?/ie_data\.xls(?![\w.])(?:\?[^\s"'<>\\()]{0,200})?""",
    re.IGNORECASE,
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCANNED_ROWS = 40
_MAX_ROWS = 10_000

#: The words of all header cells of a column, joined, by our name.
_COLUMNS = {
    "price": r"S&P Comp\. P",
    "dividend": r"Dividend D",
    "earnings": r"Earnings E",
    "cpi": r"Consumer Price Index CPI",
    "long_rate": r"Long Interest Rate GS10",
    "cape": r"Cyclically Adjusted Price Earnings Ratio P/E10 or CAPE",
    "tr_cape": r"Cyclically Adjusted Total Return Price Earnings Ratio TR P/E10 or TR CAPE",
}


def link(page: bytes) -> str:
    """Read the address of the current workbook, https on one of `HOSTS`, off the page naming it.

    Raises `SchemaChanged` if the page names no such workbook, or several. Links without https or
    to other hosts do not count.
    """
    text = html.unescape(decode(page)).replace("\\u002F", "/").replace("\\u002f", "/")
    text = text.replace("\\/", "/")
    found = [str(urljoin(PAGE, match)) for match in _LINK.findall(text)]
    # Links that differ in their query only lead to the same file.
    allowed = {url.split("?")[0]: url for url in found if _allowed(url)}
    if len(allowed) == 1:
        return next(iter(allowed.values()))
    expected = f"one https link to {_FILE} on {' or '.join(HOSTS)}"
    came = ", ".join(sorted(set(found))[:3]) or f"none in {len(page):,} bytes"
    raise SchemaChanged(PAGE, expected, came, REPORT)


def _allowed(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc.lower() in HOSTS


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the page that names the workbook, and how to read its address off it."""
    return [Spec(tuple(ids), PAGE, locate=link)] if ids else []


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read the workbook (.xls).

    Month-end dates; columns price (index points, mean of the month's days), dividend and earnings
    (index dollars, twelve months' sum), cpi (index), long_rate (percent a year), cape and tr_cape
    (ratios). NaN where the workbook is blank or ``NA``; rows without a price are left out. The last
    month is preliminary. Raises `SchemaChanged` if the workbook cannot be read, its header or a
    column is gone, or dates are not months one after the other.
    """
    frame = _read(_sheet(content))
    return {name: frame[list(catalog.get(name).columns)].copy() for name in ids}


def _sheet(content: bytes) -> xlrd.sheet.Sheet:
    import xlrd

    expected = "an Excel workbook (.xls) with the sheet 'Data'"
    refuse_wrong_body(content, _SOURCE, expected)
    if not content.startswith(_OLE2):
        raise SchemaChanged(_SOURCE, expected, f"bytes that begin with {content[:8]!r}", REPORT)
    try:  # its warnings would go to stdout
        book = xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO())
        return book.sheet_by_name("Data")
    except Exception as error:  # noqa: BLE001 - xlrd raises anything on a damaged file
        came = f"{len(content):,} bytes that cannot be read ({type(error).__name__}: {error})"
        raise SchemaChanged(_SOURCE, expected, came, TRY_LATER) from None


def _read(sheet: xlrd.sheet.Sheet) -> pd.DataFrame:
    if sheet.nrows > _MAX_ROWS:
        raise SchemaChanged(_SOURCE, f"at most {_MAX_ROWS:,} rows", f"{sheet.nrows:,}", REPORT)
    first_column = [str(cell).strip() for cell in sheet.col_values(0)[:_SCANNED_ROWS]]
    if "Date" not in first_column:
        came = f"none in the first {_SCANNED_ROWS} rows"
        raise SchemaChanged(_SOURCE, "a header with 'Date' in the first column", came, REPORT)
    header = first_column.index("Date")
    at = _columns(sheet, header)
    rows = [sheet.row_values(row) for row in range(header + 1, sheet.nrows)]
    rows = [row for row in rows if isinstance(row[0], float)]
    frame = pd.DataFrame(
        {name: [_number(row[column]) for row in rows] for name, column in at.items()},
        index=_months([row[0] for row in rows]),
        dtype="float64",
    )
    frame = frame.dropna(subset=["price"])
    if frame.empty:
        raise SchemaChanged(_SOURCE, "monthly prices", "none", TRY_LATER)
    return frame


def _columns(sheet: xlrd.sheet.Sheet, header: int) -> dict[str, int]:
    """Return where our columns are, by the words that stand above them."""
    titles = [
        " ".join(" ".join(map(str, sheet.col_values(column, 0, header + 1))).split())
        for column in range(sheet.ncols)
    ]
    at = {}
    for name, words in _COLUMNS.items():
        # The workbook's own title stands in one of these columns too: compare the end only.
        found = [i for i, title in enumerate(titles) if re.search(rf"(^|\s){words}$", title)]
        if len(found) != 1:
            expected = f"one column under {words!r}"
            raise SchemaChanged(_SOURCE, expected, f"{len(found)} among {titles}", REPORT)
        at[name] = found[0]
    return at


def _number(cell: object) -> float:
    """A number, or NaN for a blank cell or ``NA``."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, str) and cell.strip() in ("", "NA"):
        return np.nan
    raise SchemaChanged(_SOURCE, "numbers, blanks or NA", repr(cell)[:80], REPORT)


def _months(stamps: list[float]) -> pd.DatetimeIndex:
    """Month ends of ``2025.1``, which is October, and ``2025.01``, which is January."""
    codes = np.round(np.array(stamps) * 100).astype("int64")
    years, months = codes // 100, codes % 100
    counted = years * 12 + months
    if not np.isin(months, range(1, 13)).all() or not (np.diff(counted) == 1).all():
        odd = ~np.isin(months, range(1, 13)) | (np.diff(counted, prepend=counted[:1] - 1) != 1)
        came = f"{stamps[int(odd.argmax())]!r} in row {int(odd.argmax()) + 1} of the data"
        raise SchemaChanged(_SOURCE, "one month after the other as YYYY.MM", came, REPORT)
    firsts = pd.to_datetime(pd.Series(codes).astype(str), format="%Y%m")
    ends = pd.DatetimeIndex(firsts + pd.offsets.MonthEnd(0))
    return ends.as_unit("us").rename("date")


SOURCE = FileSource("shiller", specs, parse)
