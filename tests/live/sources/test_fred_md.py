"""FRED-MD on files of our own: levels, codes, and what is not FRED-MD."""

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import Answer, Failure, Want, fred_md
from r2klib.live.sources.files import Files
from r2klib.live.sources.http import Client
from tests.live.loopback import Loopback, Reply

IDS = ["fred_md", "fred_md.transformations"]
BODY = (
    "sasdate,RPI,UNRATE,S&P PE ratio\r\n"
    "Transform:,5,2,5\r\n"
    "1/1/1959,2583.56,6,\r\n"
    "2/1/1959,2593.596,5.9,18.4\r\n"
    ",,,\r\n"
)


def read(body: str = BODY) -> dict[str, Table]:
    tables = fred_md.parse(body.encode(), IDS)
    return {name: check(name, table, catalog.get(name)) for name, table in tables.items()}


def test_levels_stay_as_published_and_months_are_stamped_at_their_end() -> None:
    levels = read()["fred_md"]
    assert isinstance(levels, pd.DataFrame)
    assert [str(day.date()) for day in levels.index] == ["1959-01-31", "1959-02-28"]
    assert levels["RPI"].to_list() == [2583.56, 2593.596]
    np.testing.assert_equal(levels["S&P PE ratio"].to_list(), [np.nan, 18.4])


def test_codes_are_a_table_of_their_own_dated_by_the_last_month() -> None:
    how = read()["fred_md.transformations"]
    assert isinstance(how, pd.DataFrame)
    assert dict(zip(how["series"], how["code"], strict=True)) == {
        "RPI": 5, "UNRATE": 2, "S&P PE ratio": 5,
    }  # fmt: skip
    assert set(how["as_of"]) == {pd.Timestamp("1959-02-28")}


def test_codes_written_as_decimals_are_read() -> None:
    how = read(BODY.replace("Transform:,5,2,5", "transform,5.0,2.0,5.0"))["fred_md.transformations"]
    assert isinstance(how, pd.DataFrame)
    assert how["code"].to_list() == [5, 2, 5]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (BODY.replace("Transform:,5,2,5\r\n", ""), "the row 'Transform:' below the header.*1/1/19"),
        ("sasdate,RPI\r\n", "the row 'Transform:' below the header.*the end of the file"),
        (BODY.replace(":,5,2,5", ":,5,2,"), "a code of 1 to 7 for each of 3 series"),
        (BODY.replace(":,5,2,5", ":,5,2,8"), "a code of 1 to 7 for each of 3 series"),
        (BODY.replace(":,5,2,5", ":,5,2"), "a code of 1 to 7 for each of 3 series"),
        (BODY.replace("sasdate", "date"), "a header that starts with sasdate"),
        (BODY.replace("5.9", "soon"), "a number or a blank, found 'soon'"),
        (BODY.replace("2/1/1959", "1/1/1959"), "dates in order, each once"),
        (BODY[: BODY.index("1/1")], "rows below the header"),
        (BODY.removesuffix(",,,\r\n")[:-5], "cut short"),
        ("<!doctype html>", "an HTML page"),
        ("", "an empty answer"),
    ],
)
def test_what_is_not_fred_md_is_refused_and_named(body: str, problem: str) -> None:
    with pytest.raises(SchemaChanged, match=problem):
        fred_md.parse(body.encode(), IDS)


def fetched(loopback: Loopback, body: str) -> list[Answer | Failure]:
    loopback.route("www.stlouisfed.org", Reply(200, body.encode()))
    (job,) = Files(fred_md.SOURCE).jobs([Want(catalog.get(name)) for name in IDS])
    with Client(timeout=2, deadline=5) as client:
        return list(job.run(client))


def test_one_request_gives_both_tables(loopback: Loopback) -> None:
    answers = fetched(loopback, BODY)
    assert [answer.id for answer in answers] == IDS
    assert all(isinstance(answer, Answer) for answer in answers)
    assert len(loopback.log) == 1
    assert loopback.log[0].path.endswith("/fred-md/monthly/current.csv")


def test_without_its_transformations_neither_is_taken(loopback: Loopback) -> None:
    answers = fetched(loopback, BODY.replace("Transform:,5,2,5\r\n", ""))
    assert [type(answer) for answer in answers] == [Failure, Failure]
    assert all("the row 'Transform:'" in answer.reason for answer in answers)  # type: ignore[union-attr]
