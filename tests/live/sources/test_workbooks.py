"""Workbooks and CSVs whose header stands below notes, on bodies of our own."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import workbooks
from r2klib.live.sources.sheets import day, month, read_workbook

Rows = list[list[Any]]

NOTES: Rows = [
    ["AQR Capital Management, LLC"],
    [],
    ["This file contains QMJ returns, DATE by DATE"],
]
TPU: Rows = [
    ["DATE", "TPU", "Share"],
    [dt.date(1960, 1, 1), 81.4, 0.8],
    [dt.date(1960, 2, 1), 28.2, 0.3],
    [dt.date(1960, 3, 1), 44, 0.4],
]
FOMC = ["Date", "Time", "Unscheduled", "SP500", "SP500 emini", "MPS", "MPS_ORTH"]
ORIGINAL: Rows = [
    FOMC,
    [dt.date(1991, 2, 1), "9:15am", 0, 0.25, "NA", -0.01, -0.02],
    [dt.date(1991, 2, 1), "11:30am", 1, -0.5, "NA", 0.03, 0.04],
    [dt.date(1997, 8, 19), "2:15pm", 0, 9.0, 9.0, 9.0, 9.0],
]
UPDATE: Rows = [
    FOMC,
    [dt.date(1997, 8, 19), "2:15pm", 0, -0.55, "NA", 0.01, 0.002],
    [dt.date(2023, 12, 13), dt.time(14, 0), 0, 7.0, 0.63, -0.08, "NA"],
    [None] * 7,
]
EPU: Rows = [
    ["Year", "Month", "1. Economic Policy Uncertainty", "2. Monetary policy",
     "Fiscal Policy (Taxes OR Spending)", "3. Taxes", "4. Government spending", "5. Health care",
     "6. National security", "7. Entitlement programs", "8. Regulation", "Financial Regulation",
     "9. Trade policy", "10. Sovereign debt, currency crises"],
    [1985, 1, *range(100, 112)],
    ["1985", "2", *range(200, 212)],
    ["Source: “Measuring Economic Policy Uncertainty” by Scott Baker", *[None] * 13],
]  # fmt: skip
JK = (
    "start,pc1,SP500,MP_pm,CBI_pm,MP_median,CBI_median\r\n"
    "2005-05-03 14:15,0.026,0.16,-0,0.026,0.003,0.022\r\n"
    "2005-05-03 16:00,-0.021,,-0.021,0,-0.037,0.017\r\n"
)


def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("__", " "))
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fomc(original: Rows = ORIGINAL, **updates: Rows) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(first=original, **updates)))
    book["first"].title = "FOMC (original)"
    for name in updates:
        book[name].title = f"FOMC (update {name.removeprefix('y')})"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(name: str, content: bytes) -> Table:
    return check(name, workbooks.parse(content, [name])[name], catalog.get(name))


# ---- each file -----------------------------------------------------------------------------------


def test_quality_minus_junk_is_the_column_usa() -> None:
    rows = [
        *NOTES,
        [None, "EQUITIES"],
        ["DATE", "AUS", "USA", "Global"],
        ["07/31/1957", None, 0.0112, None],
        ["08/31/1957", None, "", 0.5],
        ["09/30/1957", 0.1, -0.007, None],
        ["", "", ""],
    ]
    series = read("aqr.qmj", workbook(QMJ__Factors=rows, MKT=[["DATE", "USA"]]))
    assert series.to_list() == [0.0112, -0.007]
    assert [str(stamp.date()) for stamp in series.index] == ["1957-07-31", "1957-09-30"]


def test_announcements_carry_their_time_and_the_newest_update_rules() -> None:
    stale = [FOMC, [dt.date(1997, 8, 19), "2:15pm", 0, 5.0, 5.0, 5.0, 5.0]]
    frame = read("fomc.bauer_swanson", fomc(y2022=stale, y2023=UPDATE))
    assert [str(stamp) for stamp in frame.index] == [
        "1991-02-01 09:15:00", "1991-02-01 11:30:00", "1997-08-19 14:15:00", "2023-12-13 14:00:00",
    ]  # fmt: skip
    assert frame["MPS"].to_list() == [-0.01, 0.03, 0.01, -0.08]
    assert frame["SP500"].to_list() == [0.25, -0.5, -0.55, 0.63]  # the e-mini where there is one
    assert frame["MPS_ORTH"].isna().to_list() == [False, False, False, True]


def test_surprises_without_their_first_sheet_are_not_shortened_in_silence() -> None:
    content = fomc(y2023=UPDATE)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.remove(book["FOMC (original)"])
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(SchemaChanged, match=r"'FOMC \(original\)', found FOMC \(update 2023\)"):
        read("fomc.bauer_swanson", buffer.getvalue())


def test_shocks_of_one_day_are_two_rows_and_minus_zero_is_zero() -> None:
    frame = read("fomc.jarocinski_karadi", JK.encode())
    assert [stamp.hour for stamp in frame.index] == [14, 16]
    assert not np.signbit(frame["MP_pm"].iloc[0])
    assert np.isnan(frame["SP500"].iloc[1])


@pytest.mark.parametrize("notes", [[], NOTES, [["Trade policy uncertainty", "TPU"], *NOTES]])
@pytest.mark.parametrize(
    "stamp",
    [
        lambda stamp: stamp,
        lambda stamp: stamp.strftime("%Y-%m-%d"),
        lambda stamp: f"{stamp.year}M{stamp.month}",
        lambda stamp: f" {stamp.month}/1/{stamp.year} ",
    ],
)
def test_trade_policy_uncertainty_is_found_below_any_notes(
    notes: Rows, stamp: Callable[[dt.date], object]
) -> None:
    rows = [*notes, TPU[0], *([stamp(row[0]), *row[1:]] for row in TPU[1:])]
    series = read("tpu", workbook(TPU_MONTHLY=rows, TPU_DAILY=[["DATE", "TPU"]]))
    assert series.to_list() == [81.4, 28.2, 44.0]
    assert [str(stamp.date()) for stamp in series.index] == [
        "1960-01-31", "1960-02-29", "1960-03-31",
    ]  # fmt: skip


def test_categories_are_found_by_name_without_their_numbers() -> None:
    frame = read("epu.categories", workbook(Indices=EPU))
    assert isinstance(frame, pd.DataFrame)
    assert tuple(frame.columns) == catalog.get("epu.categories").columns
    assert frame["trade"].to_list() == [110, 210]
    assert [str(stamp.date()) for stamp in frame.index] == ["1985-01-31", "1985-02-28"]


def test_a_table_that_runs_newest_first_is_turned_round() -> None:
    series = read("tpu", workbook(TPU_MONTHLY=[TPU[0], *TPU[:0:-1]]))
    assert series.to_list() == [81.4, 28.2, 44.0]


# ---- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["DATE", "GPR"], *TPU[1:]], "a header with DATE, TPU, .*found at best: date, gpr"),
        ([["DATE", "TPU", "TPU"], *TPU[1:]], "each once"),
        ([[None]] * 70 + TPU, "in the first 60 rows, found none like it"),
        ([*TPU, ["soon", 3.0]], "line 5, has changed: expected a date under DATE, found 'soon'"),
        ([*TPU, [dt.date(1960, 4, 1), "soon"]], "line 5, .*a number or a blank, found 'soon'"),
        ([*TPU, TPU[3]], "dates in order, each once"),
        ([TPU[0], TPU[1], TPU[3], TPU[2]], "dates in order"),
        ([TPU[0], ["Note", None]], "rows below the header, found none"),
    ],
)
def test_another_table_is_refused(rows: Rows, problem: str) -> None:
    with pytest.raises(SchemaChanged, match=problem) as caught:
        read("tpu", workbook(TPU_MONTHLY=rows))
    assert "tpu_web_latest.xlsx (iacoviello)" in str(caught.value)


def test_a_sheet_that_is_gone_says_which_are_there() -> None:
    with pytest.raises(SchemaChanged, match="a sheet named TPU_MONTHLY, found the sheets Month, D"):
        read("tpu", workbook(Month=TPU, Day=TPU))


def not_a_workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "an empty answer"),
        (b"<html><body>403</body></html>", "an HTML page"),
        (b"DATE,TPU\n", "something else"),
        (workbook(TPU_MONTHLY=TPU)[:2_000], "damaged or truncated"),
        (not_a_workbook(), "one that cannot be read"),
    ],
)
def test_what_is_no_workbook_is_refused_and_named(content: bytes, came: str) -> None:
    with pytest.raises(SchemaChanged, match=came):
        read("tpu", content)


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "an empty answer"),
        (b"<html>", "an HTML page"),
        (JK[:-20].encode(), "cut short"),
        (JK.replace("pc1", "pc").encode(), "at best: start, pc"),
        (JK.replace("0.026", "soon").encode(), "'soon'"),
    ],
)
def test_what_is_no_csv_of_shocks_is_refused_and_named(content: bytes, came: str) -> None:
    with pytest.raises(SchemaChanged, match=came):
        read("fomc.jarocinski_karadi", content)


def test_formulas_are_not_computed() -> None:
    rows = [*TPU, [dt.date(1960, 4, 1), "=HYPERLINK(1+1)", 1]]
    assert read("tpu", workbook(TPU_MONTHLY=rows)).to_list() == [81.4, 28.2, 44.0]


def test_a_sheet_with_far_away_cells_is_read_within_its_limits() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(TPU_MONTHLY=TPU)))
    book["TPU_MONTHLY"].cell(1_000_000, 16_000, 1)
    buffer = io.BytesIO()
    book.save(buffer)
    cells = read_workbook(buffer.getvalue(), "x", "TPU_MONTHLY")["TPU_MONTHLY"]
    assert len(cells) == 20_000
    assert max(map(len, cells)) == 100


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return the workbook with its sheets' XML changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.namelist():
            xml = source.read(member)
            if member.startswith("xl/worksheets/sheet"):
                assert old in xml
                xml = xml.replace(old, new)
            target.writestr(member, xml)
    return buffer.getvalue()


def test_rows_beyond_the_size_a_sheet_declares_are_not_lost() -> None:
    content = workbook(TPU_MONTHLY=TPU)
    smaller = rewritten(content, b'<dimension ref="A1:C4"', b'<dimension ref="A1:B2"')
    assert read("tpu", smaller).to_list() == [81.4, 28.2, 44.0]


def test_entities_are_not_expanded_without_end() -> None:
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (depth, b"&a%d;" % (depth - 1) * 10) for depth in range(1, 12)
    )
    bomb = b'<!DOCTYPE w [<!ENTITY a0 "ha">' + entities + b"]><worksheet xmlns"
    content = rewritten(workbook(TPU_MONTHLY=TPU), b"<worksheet xmlns", bomb)
    content = rewritten(content, b"<v>44</v>", b"<v>&a11;</v>")
    with pytest.raises(SchemaChanged, match="one that cannot be read"):
        read("tpu", content)


# ---- dates and addresses -------------------------------------------------------------------------


def test_what_is_no_date_is_none() -> None:
    assert day(dt.date(2020, 2, 3)) == pd.Timestamp("2020-02-03")
    assert month("12/31/1999") == pd.Timestamp("1999-12-31")
    assert month(2020, 2) == pd.Timestamp("2020-02-29")
    for cells in ([None], [""], ["Source: x"], [21_916], [2020, 13], [2020, None], [2020.5, 1]):
        assert month(*cells) is None


def test_each_series_has_its_file_at_https() -> None:
    ids = ["aqr.qmj", "fomc.bauer_swanson", "fomc.jarocinski_karadi", "tpu", "epu.categories"]
    found = {spec.ids[0]: spec.url for spec in workbooks.specs(ids)}
    assert list(found) == ids
    assert all(url.startswith("https://") and "{" not in url for url in found.values())
    assert found["tpu"].endswith("/tpu_files/tpu_web_latest.xlsx")
    named = {source.name for source in workbooks.SOURCES}
    assert named == {catalog.get(name).live.source for name in ids}  # type: ignore[union-attr]
