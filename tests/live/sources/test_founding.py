"""Founding years of companies that went public, on workbooks of our own."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.errors import SchemaChanged
from r2klib.live.sources import Answer, Want, founding
from r2klib.live.sources.files import Files
from r2klib.live.sources.http import Client
from tests.live.loopback import Loopback, Reply
from tests.live.sources.test_workbooks import Rows, workbook

HEAD = ["offer date", "IPO name", "Ticker", "CUSIP", "Founding", "Rollup"]
ROWS: Rows = [
    HEAD,
    [19750610, "COORS ADOLPH", "TAP", "21701610", 1901, "."],
    [19991216, "Truetime Inc", True, "897868105", 1991, "."],
    ["20251217", "Iron Horse", None, None, -99, "."],
    [None] * 6,
]


def read(rows: Rows = ROWS, sheet: str = "1975-2025") -> pd.DataFrame:
    name = "ritter.founding"
    table = founding.parse(workbook(**{sheet: rows}), [name])[name]
    assert isinstance(table, pd.DataFrame)
    return check(name, table, catalog.get(name))  # type: ignore[return-value]


def test_a_row_is_an_offer_with_its_day_ticker_and_year() -> None:
    table = read()
    assert [str(day.date()) for day in table["offered"]] == [
        "1975-06-10", "1999-12-16", "2025-12-17",
    ]  # fmt: skip
    assert table["ticker"].to_list() == ["TAP", "TRUE", ""]
    np.testing.assert_equal(table["founded"].to_list(), [1901.0, 1991.0, np.nan])


def test_the_header_is_found_below_notes_and_in_any_order() -> None:
    turned = [["IPOs of the United States"], *([*reversed(row)] for row in ROWS)]
    assert read(turned)["founded"].notna().sum() == 2


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([[*HEAD[:4], "Born", "Rollup"], *ROWS[1:]], "a header with offer date, IPO name, Ticker"),
        ([HEAD], "offers below the header, found none"),
        ([HEAD, ["June", "X", "X", "1", 1901, "."]], "days such as 20251204, found 'June'"),
        ([HEAD, [20200101, "X", "X", "1", 19, "."]], "years of founding, or -99, found 19"),
        ([HEAD, [20200101, "X", "X", "1", "soon", "."]], "or -99, found 'soon'"),
    ],
)
def test_another_table_is_refused(rows: list[list[Any]], problem: str) -> None:
    with pytest.raises(SchemaChanged, match=problem):
        read(rows)


def test_a_sheet_that_is_not_named_after_years_is_not_taken() -> None:
    with pytest.raises(SchemaChanged, match="found the sheets Notes"):
        read(sheet="Notes")


def test_it_is_fetched_at_its_address(loopback: Loopback) -> None:
    body = workbook(**{"1975-2025": ROWS})
    loopback.route("site.warrington.ufl.edu", Reply(200, body, {"ETag": '"v1"'}))
    (job,) = Files(founding.SOURCE).jobs([Want(catalog.get("ritter.founding"))])
    with Client(timeout=2, deadline=5) as client:
        (answer,) = job.run(client)
    assert isinstance(answer, Answer)
    assert len(answer.table) == 3
    assert loopback.log[-1].path == "/ritter/files/IPO-age.xlsx"
