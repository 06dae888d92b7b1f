"""Shiller's page and workbook, without a workbook: the sheet is a stand-in."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlrd

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.errors import SchemaChanged
from r2klib.live.sources import shiller

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FILE = "img1.wsimg.com/blobby/go/e5/downloads/7b/ie_data.xls"


class Sheet:
    """What is used of xlrd's sheet."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self.nrows, self.ncols = len(rows), len(rows[0])
        self.rows = rows

    def row_values(self, row: int) -> list[Any]:
        return self.rows[row]

    def col_values(self, column: int, start: int = 0, end: int | None = None) -> list[Any]:
        return [row[column] for row in self.rows[start:end]]


#: Header cells of the real workbook as they stand, one above the other; ours come in any order.
HEADER = [
    ["Stock Market Data Used in a book", "", "", "", "", "Cyclically", "", "Cyclically ", ""],
    ["", "", "", "", "", "Adjusted", "", "Adjusted", ""],
    ["", "", "", "", "  Consumer", "Price", "", "Total Return Price", ""],
    ["", "S&P", "", "", "Price", "Earnings", "Long", "Earnings", ""],
    ["", "Comp.", "Dividend", "Earnings", "Index", "Ratio", "Interest", "Ratio", "Real"],
    ["", "", "", "", "", "P/E10 or", "", "TR P/E10 or", ""],
    ["Date", "P", "D", "E", "CPI", "CAPE", "Rate GS10", "TR CAPE", "Price"],
]
ROWS = [
    [2025.08, 6408.95, 78.1, 222.5, 323.976, 37.96, 4.26, 40.6, 1.0],
    [2025.09, 6584.02, 78.5, "", 324.440, 38.85, 4.12, 41.6, 1.0],
    [2025.1, 6715.35, "", "", 324.672, 39.51, 4.12, "NA", 1.0],
]


def read(monkeypatch: pytest.MonkeyPatch, rows: list[list[Any]]) -> pd.DataFrame:
    class Book:
        def sheet_by_name(self, name: str) -> Sheet:
            assert name == "Data"
            return Sheet(rows)

    monkeypatch.setattr(xlrd, "open_workbook", lambda **_: Book())
    table = shiller.parse(OLE2, ["shiller"])["shiller"]
    assert isinstance(table, pd.DataFrame)
    return table


def test_point_one_is_october_and_dates_are_month_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    table = read(monkeypatch, HEADER + ROWS)
    assert [str(day.date()) for day in table.index] == ["2025-08-31", "2025-09-30", "2025-10-31"]
    assert tuple(table.columns) == catalog.get("shiller").columns
    assert table["price"].to_list() == [6408.95, 6584.02, 6715.35]
    assert table["long_rate"].to_list() == [4.26, 4.12, 4.12]
    assert table["tr_cape"].isna().to_list() == [False, False, True]
    assert table["earnings"].isna().to_list() == [False, True, True]
    check("shiller", table, catalog.get("shiller"))


def test_a_year_runs_from_point_zero_one_to_point_one_two(monkeypatch: pytest.MonkeyPatch) -> None:
    stamps = [1999.12, *(2000 + month / 100 for month in range(1, 13)), 2001.01]
    table = read(monkeypatch, HEADER + [[stamp, *ROWS[0][1:]] for stamp in stamps])
    assert list(table.index) == list(pd.date_range("1999-12", periods=14, freq="ME", unit="us"))


def test_the_header_is_found_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    table = read(monkeypatch, [[""] * 9] * 5 + HEADER + ROWS)
    assert len(table) == 3


def test_footnotes_and_rows_without_a_price_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    tail = [
        [2025.11, "", 79.0, "", 325.0, "", 4.1, "", ""],
        ["", "Oct price is Oct 2nd", *[""] * 7],
    ]
    assert len(read(monkeypatch, HEADER + ROWS + tail)) == 3


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (HEADER[:-1] + ROWS, "a header with 'Date'"),
        ([*HEADER[:-1], [*HEADER[-1][:4], "PCE", *HEADER[-1][5:]], *ROWS], "Consumer Price Index"),
        ([*HEADER, ROWS[0], ROWS[2]], "one month after the other.*2025.1 in row 2"),
        ([*HEADER, ROWS[1], ROWS[0]], "one month after the other"),
        ([*HEADER, ROWS[0], ROWS[0]], "one month after the other"),
        ([*HEADER, [2025.13, *ROWS[0][1:]]], "one month after the other"),
        ([*HEADER, [2025.08, "n/a", *ROWS[0][2:]]], "numbers, blanks or NA, found 'n/a'"),
        (HEADER, "monthly prices"),
    ],
)
def test_another_sheet_is_refused(
    monkeypatch: pytest.MonkeyPatch, rows: list[list[Any]], problem: str
) -> None:
    with pytest.raises(SchemaChanged, match=problem):
        read(monkeypatch, rows)


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "an empty answer"),
        (b"<html>Just a moment</html>", "an HTML page"),
        (b"PK\x03\x04rest", "bytes that begin with"),
        (OLE2, "bytes that cannot be read"),
    ],
)
def test_what_is_no_workbook_is_refused_and_named(content: bytes, came: str) -> None:
    with pytest.raises(SchemaChanged, match=came):
        shiller.parse(content, ["shiller"])


def test_what_xlrd_says_does_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SchemaChanged):
        shiller.parse(OLE2, ["shiller"])
    assert capsys.readouterr() == ("", "")


# ---- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (f'<a href="//{FILE}?ver=17" target="_blank">', f"https://{FILE}?ver=17"),
        (f"<a href='https://{FILE}'>", f"https://{FILE}"),
        (f'<a href="//{FILE}?a=1&amp;ver=2">', f"https://{FILE}?a=1&ver=2"),
        (f'<script>{{"url":"\\u002F\\u002F{FILE.replace("/", chr(92) + "u002F")}"}}</script>',
         f"https://{FILE}"),
        (f'{{"url":"https:\\/\\/{FILE.replace("/", chr(92) + "/")}"}}', f"https://{FILE}"),
        (f'<a href="//{FILE}?ver=1"><a href="//{FILE}?ver=1">', f"https://{FILE}?ver=1"),
        (f'<a href="http://www.econ.yale.edu/~shiller/data/ie_data.xls"><a href="//{FILE}">',
         f"https://{FILE}"),
    ],
)  # fmt: skip
def test_the_link_is_read_off_the_page(page: str, url: str) -> None:
    assert shiller.link(page.encode()) == url


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html>Maintenance</html>",
        f'<a href="http://{FILE}">',
        '<a href="https://evil.example/ie_data.xls">',
        '<a href="https://shillerdata.com@evil.example/ie_data.xls">',
        '<a href="https://img1.wsimg.com:8443/ie_data.xls">',
        '<a href="https://img1.wsimg.com.evil.example/ie_data.xls">',
        f'<a href="//{FILE}"><a href="//img1.wsimg.com/other/ie_data.xls">',
        f'<a href="//{FILE}x">',
    ],
)
def test_a_page_without_one_link_to_a_known_host_is_refused(page: str) -> None:
    with pytest.raises(SchemaChanged, match=r"expected one https link to ie_data\.xls"):
        shiller.link(page.encode())


def test_the_page_is_what_is_asked_for() -> None:
    [spec] = shiller.specs(["shiller"])
    assert (spec.ids, spec.url) == (("shiller",), "https://shillerdata.com/")
    assert spec.locate is shiller.link
    assert not shiller.specs([])


def test_missing_is_nan() -> None:
    assert np.isnan(shiller._number(" "))
