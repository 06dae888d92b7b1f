"""A user's own file: the shapes it may come in, what is said of it, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib import Dataset
from r2klib.data import read_own
from r2klib.errors import InputError

TODAY = dt.date(2024, 6, 10)


@pytest.fixture
def read(tmp_path: Path):
    """Write a text and read it."""

    def read(text: str | bytes, units: str = "decimals", **given) -> Dataset:
        path = tmp_path / "mine.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_own(path, units=units, today=TODAY, **given)

    return read


def rows(dates: list[str], head: str = "date,a", values: str = "0.01 -0.02 0.03") -> str:
    lines = [f"{day},{value}" for day, value in zip(dates, values.split(), strict=True)]
    return "\n".join([head, *lines, ""])


@pytest.mark.parametrize(
    ("dates", "frequency", "last", "said"),
    [
        (["2024-01-31", "2024-02-29", "2024-03-31"], "monthly", "2024-03-31", ""),
        (["2024-01-01", "2024-02-01", "2024-03-01"], "monthly", "2024-03-31", "end of their month"),
        (["202401", "202402", "202403"], "monthly", "2024-03-31", "yyyymm"),
        (["2024-01", "2024-02", "2024-03"], "monthly", "2024-03-31", "year and month"),
        (["20240105", "20240112", "20240119"], "weekly", "2024-01-19", "yyyymmdd"),
        (["2023Q1", "2023-Q2", "2023Q3"], "quarterly", "2023-09-30", "quarters"),
        (["45293", "45294", "45295.0"], "daily", "2024-01-04", "Excel's day numbers"),
        (["1/16/2024", "1/17/2024", "1/18/2024"], "daily", "2024-01-18", "month first"),
        (
            ["2023-03-24 00:00:00+01:00", "2023-03-27 00:00:00+02:00", "2023-03-28 00:00:00+02:00"],
            "daily", "2023-03-28", "exchange's own clock",
        ),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(read, dates, frequency, last, said) -> None:
    data = read(rows(dates))
    source = data.provenance["a"]
    assert (source.frequency, str(source.last.date())) == (frequency, last)
    assert said in "; ".join(source.notes)
    assert (source.notes == ()) == (said == "")
    assert data.series("a").tolist() == [0.01, -0.02, 0.03]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["24/03/2023", "25/03/2023", "26/03/2023"], "day first.*2024-03-31"),
        (["24.03.2023", "25.03.2023", "26.03.2023"], "day first"),
        (["01.02.2023", "02.02.2023", "03.02.2023"], "day first"),
        (["01/02/2023", "02/02/2023", "03/02/2023"], "nothing shows whether the day or the month"),
        (["01-01-59", "01-02-59", "01-03-59"], "the century is missing"),
        (
            ["2057-01-31", "2057-02-28", "2057-03-31"],
            r"2057-03-31 is ahead of today \(2024-06-10\)",
        ),
        (["2024-06-07", "2024-06-10", "2024-06-28"], r"2024-06-28 is ahead of today"),
        (["2024-05-31", "2024-06-30", "2024-07-31"], r"2024-07-31 is ahead of today"),
        (["2023-03-23 23:00:00+00:00"] * 3, "in UTC, late in the evening.*the next one"),
        (["2024-01-31", "2024-01-31", "2024-02-29"], "two rows, 2024-01-31"),
        (["2024-01-15", "2024-01-31", "2024-02-29"], "two rows of one month|days apart"),
        (["Jan 2024", "Feb 2024", "Mar 2024"], "'Jan 2024' in the first column is no date"),
        (["2024-01-31", "2024-02-29", "Source: us"], "'Source: us'.*though '2024-01-31' is"),
        (["202401", "202402", "202413"], "'202413'"),
        (["12345", "12346", "12347"], "'12345' in the first column is no date"),
        (["2024-01-30", "2024-02-30", "2024-03-30"], "'2024-02-30' in the first .* no day"),
        (["2000-01-31", "2004-01-31", "2008-01-31"], '1461 days apart.*`frequency="irregular"`'),
    ],
)
def test_what_is_no_day_or_may_be_two_is_refused(read, dates, said) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(rows(dates))
    assert "mine.csv" in str(caught.value)


def test_semicolons_decimal_commas_and_points_as_missing(read) -> None:
    data = read("Datum;a;b\n200401;1.234,5;.\n200402;-0,7;2,5\n200403;;1,0\n", units="index")
    assert data.series("a").tolist() == [1234.5, -0.7]
    assert data.series("b").tolist() == [2.5, 1.0]
    notes = data.provenance["a"].notes
    assert notes[:3] == (
        "columns: separated by semicolons",
        "numbers: with decimal commas",
        'numbers: "." was read as missing',
    )
    assert data.provenance["a"].units == "index"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ("1.234,56;999,5;1.234", [1234.56, 999.5, 1234]),  # a point that parts thousands
        ("1,234.56;999.5;1,234", [1234.56, 999.5, 1234]),  # the other way round, in a file of ;
        ("1.234.567;-0,5;+12", [1234567, -0.5, 12]),
        ("1,234;1;2,5e-3", [1.234, 1, 0.0025]),
        ("0.123;1.5;1.234", [0.123, 1.5, 1.234]),
    ],
)
@pytest.mark.parametrize("separator", [";", "\t"])
def test_marks_of_decimals_and_thousands(read, cells, found, separator) -> None:
    lines = (f"20240{at}{separator}{cell}" for at, cell in enumerate(cells.split(";"), 1))
    data = read("\n".join([f"date{separator}a", *lines]), units="index")
    assert data.series("a").tolist() == found


def test_decimal_commas_in_quotes_between_commas(read) -> None:
    data = read('date,a\n202401,"1.234,5"\n202402,"0,123"\n', units="index", frequency="monthly")
    assert data.series("a").tolist() == [1234.5, 0.123]
    american = read('date,a\n202401,"1,234"\n202402,"12,345"\n', units="index")
    assert american.series("a").tolist() == [1234, 12345]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date;a\n202401;1.5\n202402;1,5\n", "a point in '1.5' and a comma in '1,5'"),
        ("date;a\n202401;1.234\n202402;2.345\n", "whether '1.234' has decimals or thousands"),
        ("date\ta\n202401\t1,234\n202402\t2\n", "whether '1,234' has decimals or thousands"),
        ("date,a\n202401,e5\n202402,2\n", "'e5' in column 'a', row '202401', is no number"),
        ("date,a\n202401,0.1%\n202402,0.2%\n", "'0.1%'.* has a percent sign; expected a decimal"),
        (",\n,\n", "nothing in it but separators"),
        (b"date,a\n202401,\x811\n202402,2\n", "is no number"),
    ],
)
def test_numbers_that_may_be_two_are_refused(read, text, said) -> None:
    with pytest.raises(InputError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("dates", "found", "period"),
    [
        (["2024-04-01", "2024-05-01", "2024-06-01"], "2024-05-31", "month"),
        (["2024-04-30", "2024-05-31", "2024-06-30"], "2024-05-31", "month"),
        (["2023-12-31", "2024-03-31", "2024-06-30"], "2024-03-31", "quarter"),
        (["2023Q4", "2024Q1", "2024Q2"], "2024-03-31", "quarter"),
    ],
)
def test_a_month_that_is_not_over_is_left_out(read, dates, found, period) -> None:
    source = read(rows(dates)).provenance["a"]
    assert str(source.last.date()) == found
    assert any(f"rows: the {period} of 2024-0" in note for note in source.notes)


def test_a_month_is_over_on_its_last_weekday(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(rows(["2024-04-01", "2024-05-01", "2024-06-01"]))
    for day, last in ((27, "2024-05-31"), (28, "2024-06-30")):  # a Thursday, a Friday
        data = read_own(path, units="decimals", today=dt.date(2024, 6, day))
        assert str(data.end.date()) == last
    path.write_text(rows(["2024-04-30", "2024-05-31", "2024-06-30"]))
    assert len(read_own(path, units="decimals", today=dt.date(2024, 6, 28)).series("a")) == 3


def test_what_the_dates_do_not_tell_is_taken_as_said(read) -> None:
    with pytest.raises(InputError, match=r'one row.*Say it: `frequency="monthly"`'):
        read("date,a\n2024-01-05,0.01\n")
    data = read("date,a\n2024-01-05,0.01\n", frequency="monthly")
    assert str(data.end.date()) == "2024-01-31"
    with pytest.raises(InputError, match="its only month, 2024-06-03, is not over"):
        read("date,a\n2024-06-03,0.01\n", frequency="monthly")


def test_a_blank_day_is_a_holiday_and_a_blank_month_is_missing(read) -> None:
    days = read(rows(["2024-01-02", "2024-01-03", "2024-01-04"], values="0.01 . 0.03"))
    assert days.series("a").tolist() == [0.01, 0.03]
    months = read(rows(["202401", "202402", "202403"], values="0.01 . 0.03"))
    np.testing.assert_equal(months.series("a").tolist(), [0.01, np.nan, 0.03])


def test_yfinances_three_lines_of_header(read) -> None:
    text = (
        "Price,Close,Close,Volume\nTicker,IWM,SPY,IWM\nDate,,,\n"
        "2024-01-02,200,400,9\n2024-01-03,202,396,9\n"
    )
    data = read(text, units="prices")
    assert list(data) == ["IWM", "SPY"]
    assert [data.series(name).iloc[0] for name in data] == pytest.approx([0.01, -0.01])
    assert "yfinance's three lines of header, Close" in data.provenance["IWM"].notes[0]
    with pytest.raises(InputError, match="2 cells in the row of '2024-01-04'"):
        read(f"{text}2024-01-04,203\n", units="prices")


def test_of_the_bars_of_one_asset_the_closes_are_taken(read) -> None:
    text = (
        "Date,Open,High,Low,Close,Volume,Dividends\n"
        "2024-01-02,1,1,1,200,9,0\n2024-01-03,1,1,1,202,9,0\n"
    )
    data = read(text, units="prices")
    assert {name: data.series(name).round(9).tolist() for name in data} == {"mine": [0.01]}
    assert "columns: bars of one asset, Close taken" in data.provenance["mine"].notes
    adjusted = text.replace("Volume", "Adj Close").replace(",9,0", ",9,0", 1).replace("9", "8", 1)
    assert read(adjusted, units="prices").series("mine").tolist() == pytest.approx([9 / 8 - 1])
    assert list(read(text, units="dollars"))[:2] == ["Open", "High"]


def test_units_that_are_nearly_known_are_not_kept_in_silence(read) -> None:
    known = {"Percent": "percent", "%": "percent", "pct": "percent", "price": "prices"}
    for units, meant in (known | {"decimal": "decimals", "Returns": "decimals"}).items():
        with pytest.raises(InputError, match=f"`units` is '{units}': expected '{meant}'"):
            read(rows(["202401", "202402", "202403"]), units=units)
    for units in ("percent per year", "index", "price index, 2001 = 100"):
        assert read(rows(["202401", "202402", "202403"]), units=units).provenance["a"].units


def test_days_of_prices_become_months_that_are_over(read) -> None:
    days = pd.bdate_range("2024-01-02", "2024-04-10")
    text = "\n".join(["date,a", *(f"{d.date()},{100 + at}" for at, d in enumerate(days)), ""])
    data = read(text, units="prices", frequency="monthly")
    ends = {str(d.date()): 100 + at for at, d in enumerate(days)}
    expected = [
        ends["2024-02-29"] / ends["2024-01-31"] - 1,
        ends["2024-03-29"] / ends["2024-02-29"] - 1,
    ]
    assert data.series("a").tolist() == pytest.approx(expected)
    assert str(data.end.date()) == "2024-03-31"  # April is not over
    with pytest.raises(InputError, match="its rows are daily, not monthly"):
        read(text, units="index", frequency="monthly")


@pytest.mark.parametrize(
    ("values", "units", "said"),
    [
        ("101 99 103", "decimals", "If these are prices, say `units='prices'`"),
        ("101 99 103", "percent", "If these are prices, say `units='prices'`"),
        ("1.1 -2.3 0.4", "decimals", "If these are percent, say `units='percent'`"),
        ("0.01 -1.2 0.02", "decimals", "a loss of more than everything"),
        ("0.01 -0.02 0.03", "prices", "zero or less: no prices"),
    ],
)
def test_values_that_are_not_what_is_said_are_refused(read, values, units, said) -> None:
    with pytest.raises(InputError, match=said):
        read(rows(["2024-01-31", "2024-02-29", "2024-03-31"], values=values), units=units)


def test_percent_becomes_decimals_with_and_without_its_sign(read) -> None:
    for values in ("1.1 -2.3 0.4", "1.1% -2.3% 0.4%"):
        data = read(rows(["202401", "202402", "202403"], values=values), units="percent")
        np.testing.assert_allclose(data.series("a"), [0.011, -0.023, 0.004])
        assert data.provenance["a"].units == "decimals"


def test_percent_that_hardly_moves_is_noted(read) -> None:
    months = ["202401", "202402", "202403"]
    low, usual = (read(rows(months, values=v), units="percent") for v in (".02 -.03 .04", "2 -3 4"))
    said = "values: a typical move of 'a' is 0.03 %: are these decimals?"
    assert said in low.provenance["a"].notes
    assert "typical move" not in str(usual.provenance["a"].notes)


def test_losses_are_read_as_accountants_and_typesetters_write_them(read) -> None:
    text = "date,a\n2024-01-31,(1.5)\n2024-02-29,2.5\n2024-03-31,(0.5%)\n2024-04-30,\u22121\n"
    data = read(text, units="percent")
    assert data.series("a").tolist() == pytest.approx([-0.015, 0.025, -0.005, -0.01])
    assert "numbers: those in brackets were read as negative" in data.provenance["a"].notes
    with pytest.raises(InputError, match=r"'\(-1\)' in column 'a'.* is no number"):
        read(text.replace("(1.5)", "(-1)"), units="percent")


def test_rows_out_of_order_are_put_in_order(read) -> None:
    data = read(rows(["202403", "202402", "202401"]))
    assert data.series("a").tolist() == [0.03, -0.02, 0.01]
    assert "rows: put in order of their dates" in data.provenance["a"].notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a b c\n1 2 3\n", "holds one column"),
        ("date,a\n", "no rows below the header"),
        ("date,a\n2024-01-31,x\n", "'x' in column 'a', row '2024-01-31', is no number"),
        ("date,a\n2024-01-31,1,2\n", "expected 2 cells in each row, found 3"),
        ("date,a,a\n2024-01-31,1,2\n", "a name of its own"),
        ("", "holds one column"),
        ("2024-01-31,0.1\n2024-02-29,0.2\n", "'2024-01-31' stands where.*above it: date,fund"),
        (",day,a\n0,2024-01-31,0.1\n", "'2024-01-31' in column 'day'.*dates come first"),
        ("PK\x03\x04\x14", "a workbook.*Save its sheet as CSV"),
    ],
)
def test_what_is_no_table_is_refused_with_its_cell(read, text, said) -> None:
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_own(tmp_path / "none.csv", units="decimals")
    with pytest.raises(InputError, match="cannot be read"):
        read_own(tmp_path, units="decimals")


@pytest.mark.parametrize("how", ["index", "column", "zone"])
def test_parquet_is_read_whatever_holds_its_dates(how: str, tmp_path: Path) -> None:
    days = pd.bdate_range("2023-03-24", periods=4, name="date")
    frame = pd.DataFrame({"a": [0.01, -0.02, 0.03, 0.0]}, index=days)
    if how == "zone":
        frame.index = days.tz_localize("Europe/Berlin")
    (frame.reset_index() if how == "column" else frame).to_parquet(tmp_path / "mine.parquet")
    data = read_own(tmp_path / "mine.parquet", units="decimals", today=TODAY)
    assert data.series("a").index.tolist() == days.tolist()


def test_irregular_dates_and_a_lag_are_the_users_word(read) -> None:
    data = read(rows(["2000-01-31", "2004-01-31", "2008-01-31"]), frequency="irregular", lag_days=9)
    assert data.provenance["a"].lag_days == 9
    assert data.as_of("2004-02-08").last("a") == pd.Timestamp("2000-01-31")
