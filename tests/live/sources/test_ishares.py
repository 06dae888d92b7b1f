"""Holdings files in both layouts, on bodies of our own."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.errors import SchemaChanged
from r2klib.live.sources import ishares

OLDER = "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price"
NEWER = (
    "Ticker,Name,Type,Sector,Asset Class,Market Value,Notional Value,Shares,Price,"
    "Market Weight,Notional Weight"
)
ROWS = [
    {"Ticker": "NA", "Name": "Nano <b>Labs</b> & Co", "Sector": "Industrials",
     "Asset Class": "Equity", "Market Value": "409,233,878.82", "Weight (%)": "60.00",
     "Quantity": "2,582,406.00", "Price": "1,158.47", "Type": "EQUITY"},
    {"Ticker": "-", "Name": "RIGHT", "Sector": "Health Care", "Asset Class": "Equity",
     "Market Value": "0.00", "Weight (%)": "-", "Quantity": "15.00", "Price": "0.00",
     "Type": "RIGHT"},
    {"Ticker": "TRUE", "Name": "TRUECAR", "Sector": "Industrials", "Asset Class": "Equity",
     "Market Value": "300.00", "Weight (%)": "40.50", "Quantity": "3.00", "Price": "100.00",
     "Type": "EQUITY"},
    {"Ticker": "USD", "Name": "USD CASH", "Sector": "Cash and/or Derivatives",
     "Asset Class": "Cash", "Market Value": "-130,235.44", "Weight (%)": "-0.50",
     "Quantity": "-1,350,097,893.00", "Price": "100.00", "Type": "CASH"},
]  # fmt: skip


def body(
    header: str = OLDER,
    rows: list[dict[str, str]] = ROWS,
    *,
    as_of: str = "Jun 19, 2026",
    outstanding: str = "303,600,000.00",
    tail: str = '\xa0\n"The content, contained herein.\nMore of it."\n',
    bom: bool = True,
) -> bytes:
    names = header.split(",")
    same = {"Shares": "Quantity", "Market Weight": "Weight (%)", "Notional Weight": "Weight (%)"}
    text = io.StringIO()
    text.write(f'iShares Fund\nFund Holdings as of,"{as_of}"\nInception Date,"May 22, 2000"\n')
    text.write(f'Shares Outstanding,"{outstanding}"\nStock,"-"\n\xa0\n{header}\n')
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([row.get(same.get(name, name), "-") for name in names] for row in rows)
    text.write(tail)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(content: bytes) -> pd.DataFrame:
    table = ishares.parse(content, ["ishares.IWM"])["ishares.IWM"]
    assert isinstance(table, pd.DataFrame)
    return table


@pytest.mark.parametrize("header", [OLDER, NEWER])
@pytest.mark.parametrize("bom", [True, False])
def test_both_layouts_give_the_same_table(header: str, bom: bool) -> None:
    table = read(body(header, bom=bom))
    assert tuple(table.columns) == catalog.get("ishares.IWM").columns
    assert table["ticker"].to_list() == ["NA", "-", "TRUE", "USD"]
    assert table["name"][0] == "Nano <b>Labs</b> & Co"
    np.testing.assert_allclose(table["weight"], [0.6, np.nan, 0.405, -0.005])
    np.testing.assert_allclose(table["market_value"], [409_233_878.82, 0, 300, -130_235.44])
    assert table["shares"].to_list() == [2_582_406, 15, 3, -1_350_097_893]
    assert table["price"][0] == 1158.47
    assert table["asset_class"][3] == "Cash"
    assert set(table["as_of"]) == {pd.Timestamp("2026-06-19")}
    assert set(table["fund_shares"]) == {303_600_000.0}
    check("ishares.IWM", table, catalog.get("ishares.IWM"))


def test_a_file_without_the_funds_own_shares_has_nan() -> None:
    table = read(body(outstanding="-"))
    assert table["fund_shares"].isna().all()
    check("ishares.IWM", table, catalog.get("ishares.IWM"))


def test_crlf_and_no_disclaimer_are_fine() -> None:
    assert len(read(body(tail="\xa0\n").replace(b"\n", b"\r\n"))) == 4


@pytest.mark.parametrize("header", [OLDER, NEWER])
def test_a_file_that_ends_with_a_holding_was_cut_short(header: str) -> None:
    with pytest.raises(SchemaChanged, match=r"4 holdings and then the end of the file.*cut short"):
        read(body(header, tail=""))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "an empty answer"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "an HTML page"),
        (b"Ticker;Name\n", "1 lines without one"),
        (b'"' + b"x" * 200_000, "no CSV"),
        (OLDER.encode() + b"\n", "a line 'Fund Holdings as of'.*no line at all above the table"),
        (body(as_of=""), "a line 'Fund Holdings as of'.*'Shares Outstanding'"),
        (body(as_of="-"), r"found '-' \(no holdings for the day asked for\?\)"),
        (body(rows=[]), "holdings below the header, found none"),
        (body(tail="")[:-60], r"9 cells in every row, found 4 in line 11 \(a truncated file"),
        (body(tail="")[:-102], r"9 cells in every row, found 1 in line 11 \(a truncated file"),
        (body(rows=ROWS[:1]), "weights that add up to 95%-105%, found 60.0% in 1 rows"),
        (body(OLDER.replace("Weight (%)", "Portion")), r"'Weight \(%\)' or 'Market Weight'"),
        (body(rows=[ROWS[0] | {"Price": "n/a"}]), "numbers in price, found 'n/a'"),
        (body(outstanding="many"), "numbers in fund_shares, found 'many'"),
    ],
)  # fmt: skip
def test_what_is_no_whole_holdings_file_is_refused_and_named(content: bytes, problem: str) -> None:
    with pytest.raises(SchemaChanged, match=problem):
        read(content)


def test_each_fund_has_its_address() -> None:
    ids = ["ishares.IWM", "ishares.IVV", "ishares.IJR"]
    assert [spec.ids for spec in ishares.specs(ids)] == [(name,) for name in ids]
    for spec, fund in zip(ishares.specs(ids), ["IWM", "IVV", "IJR"], strict=True):
        assert spec.url.startswith("https://www.ishares.com/us/products/2397")
        assert f"fileType=csv&fileName={fund}_holdings" in spec.url
