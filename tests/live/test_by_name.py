"""`r2klib.live.french`, `fred` and `fred_md`: by the publishers' own names, on made-up bodies."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from r2klib import live
from r2klib.errors import InputError, SchemaChanged, SourceUnavailable, UnknownName
from r2klib.live.by_name import Keeping
from r2klib.live.sources.fred import GRAPH
from tests.live.bodies import FRENCH, HTML, graph, months, zipped
from tests.live.loopback import Asked, Loopback, Reply

NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)
FILE = "10_Portfolios_Made_Up"
TEXT = b"""\
Of a library of our own. Missing data are -99.99.

  Average Value Weighted Returns -- Monthly
,Lo,Hi
202403, 1.00, -2.00
202404, -99.99, 3.00

  Number of Firms in Portfolios
,Lo,Hi
202403, 44, 69

  Average of something new
,Lo,Hi
202403, 0.5, 0.7

  Average Value Weighted Returns -- Annual
,Lo,Hi
2023, 10.00, 20.00
"""
PAGE = f'<html><a href="ftp/{FILE}_CSV.zip">CSV</a> <a href="ftp/Other_TXT.zip">TXT</a></html>'


def client(day: int = 10, **options: bool) -> Keeping:
    return Keeping(timeout=2, deadline=5, now=lambda: NOW.replace(day=day), **options)


@pytest.fixture
def library(loopback: Loopback) -> Loopback:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith(f"/{FILE}_CSV.zip"):
            return Reply(200, zipped(TEXT))
        if asked.path.endswith("data_library.html"):
            return Reply(200, PAGE.encode())
        return Reply(404)

    loopback.route(FRENCH, answer)
    return loopback


def test_each_table_of_a_file_is_a_frame(library: Loopback) -> None:
    data = live.french(FILE, client=client())
    annual = f"{FILE}:Value Weighted Returns, annual"
    firms, new = f"{FILE}:Number of Firms", f"{FILE}:Average of something new"
    assert list(data) == [FILE, firms, new, annual]
    returns = data.frame(FILE)
    assert returns["Hi"].tolist() == pytest.approx([-0.02, 0.03])
    assert returns["Lo"].isna().tolist() == [False, True]
    assert list(returns.index) == [pd.Timestamp("2024-03-31"), pd.Timestamp("2024-04-30")]
    assert data.frame(annual).loc["2023-12-31", "Hi"] == pytest.approx(0.2)
    assert data.frame(firms).loc["2024-03-31", "Lo"] == 44
    said = data.provenance[FILE]
    assert (said.units, said.frequency, said.retrieved_at) == (
        "decimal return per month", "monthly", "2024-06-10T22:00:00Z",
    )  # fmt: skip
    assert data.provenance[new].units == "as published"


def test_a_name_that_is_not_there_is_answered_with_those_that_are(library: Loopback) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean '{FILE}'"):
        live.french("10_Portfolio_Made_Up", client=client())
    library.route(FRENCH, Reply(404))
    with pytest.raises(UnknownName, match=r"data_library\.html"):
        live.french("10_Portfolio_Made_Up", client=client())
    with pytest.raises(UnknownName, match="'25_Portfolios_ME_OP_5x5'"):  # the catalog's
        live.french("25_Portfolios_ME_OP_5x6", client=client())


@pytest.mark.parametrize("name", ["", "../secret", "a b", "é", 25, None])
def test_what_cannot_be_a_name_is_never_asked(loopback: Loopback, name: object) -> None:
    with pytest.raises(InputError, match="expected a name such as"):
        live.french(name, client=client())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected a name such as"):
        live.fred([name], client=client())  # type: ignore[list-item]
    with pytest.raises(InputError, match="expected a name such as"):
        live.fred(name, client=client())  # type: ignore[arg-type]
    assert not loopback.log


@pytest.mark.parametrize("lag", [-40, "x", 2.5, True])
def test_a_lag_that_is_none_is_never_asked(loopback: Loopback, lag: object) -> None:
    with pytest.raises(InputError, match="`lag_days` must be a whole number of 0"):
        live.fred("UNRATE", lag_days=lag, client=client())  # type: ignore[arg-type]
    assert not loopback.log


def test_a_file_is_asked_for_once_a_day(library: Loopback) -> None:
    first = live.french(FILE, client=client())
    again = live.french(FILE, client=client())
    assert len(library.asked(FRENCH)) == 1
    assert again.frame(FILE).equals(first.frame(FILE))
    assert again.provenance[FILE] == first.provenance[FILE]
    live.french(FILE, client=client(refresh=True))
    live.french(FILE, client=client(day=11))
    assert len(library.asked(FRENCH)) == 3


def test_what_could_not_be_read_is_not_kept(library: Loopback) -> None:
    library.fault(FRENCH, HTML, times=1)
    with pytest.raises(SchemaChanged, match="HTML"):
        live.french(FILE, client=client())
    assert FILE in live.french(FILE, client=client())


def test_a_series_that_the_catalog_does_not_know(loopback: Loopback) -> None:
    rates = {"MORTGAGE30US": {f"2024-05-{day:02}": 7.0 + day / 100 for day in (2, 9, 16, 23, 30)}}
    loopback.route(GRAPH, graph(rates | {"MADEUP": months("2024-01", [1.0, None, 3.0])}))
    data = live.fred(["MORTGAGE30US", "MADEUP"], client=client())
    weekly, monthly = (data.provenance[name] for name in data)
    assert (weekly.frequency, weekly.lag_days) == ("weekly", 7)
    assert (monthly.frequency, monthly.lag_days) == ("monthly", 45)
    assert "45 days after" in monthly.notes[0]
    assert list(data["MADEUP"].index) == list(pd.date_range("2024-01-31", periods=3, freq="ME"))
    # March came out in the middle of May: on the 10th, February is the last that was known.
    assert data.as_of("2024-05-10")["MADEUP"].index[-1] == pd.Timestamp("2024-02-29")
    assert live.fred("MADEUP", lag_days=3, client=client()).provenance["MADEUP"].notes == ()


def test_a_series_of_the_catalog_is_described_as_there(loopback: Loopback) -> None:
    loopback.route(GRAPH, graph({"UNRATE": months("2024-01", [3.7, 3.9])}))
    said = live.fred("unrate", client=client()).provenance["UNRATE"]
    assert (said.title, said.lag_days) == ("Unemployment rate", 10)


def test_all_series_come_or_none(loopback: Loopback) -> None:
    loopback.route(GRAPH, graph({"UNRATE": months("2024-01", [3.7, 3.9])}))
    with pytest.raises(UnknownName, match="Did you mean 'UNRATE'"):
        live.fred(["UNRATE", "UNRATES"], client=client())
    loopback.fault(GRAPH, Reply(500))
    with pytest.raises(SourceUnavailable, match="500"):
        live.fred("UNRATE", client=client(day=11))


def test_the_panel_comes_with_how_its_series_are_made_stationary(loopback: Loopback) -> None:
    body = b"sasdate,RPI,UNRATE\nTransform:,5,2\n1/1/2024,100.0,3.7\n2/1/2024,101.0,\n"
    loopback.route("www.stlouisfed.org", Reply(200, body))
    data = live.fred_md(client=client())
    assert data.frame("fred_md").loc["2024-02-29", "RPI"] == 101.0
    assert data.frame("fred_md.transformations")["code"].tolist() == [5, 2]
