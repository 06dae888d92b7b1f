"""FRED with and without a key, through the clients that a pull uses."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.publication import Publication
from r2klib.data.vintages import first_releases, known_on
from r2klib.errors import R2kError, SchemaChanged, SourceUnavailable
from r2klib.live.sources import Answer, Held, Want
from r2klib.live.sources import fred as fred_module
from r2klib.live.sources.fred import FredSource, only_changes, parse_graph
from r2klib.live.sources.http import Client, Secret
from tests.live.bodies import API, GRAPH, HTML, api, graph, months
from tests.live.loopback import Loopback, Reply

KEY = "0123456789abcdef0123456789abcdef"
NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)
#: Published in the first days of the second month after; the second value revises the first.
RELEASES = {
    "UNRATE": [
        ("2024-01-01", "2024-02-02", 3.7),
        ("2024-02-01", "2024-03-08", 3.9),
        ("2024-01-01", "2024-03-08", 3.6),
        ("2024-03-01", "2024-04-05", 3.8),
        ("2024-04-01", "2024-05-03", None),
        ("2024-05-01", "2024-06-07", 4.0),
    ]
}


def ask(name: str, *, key: bool = False, held: Held | None = None) -> Answer:
    (job,) = FredSource(with_key=key).jobs([Want(catalog.get(name), held)])
    secrets = {API: Secret(KEY)} if key else {}
    with Client(secrets=secrets, timeout=2, deadline=5, now=lambda: NOW) as client:
        (answer,) = job.run(client)
    assert isinstance(answer, Answer)
    return answer


def held(answer: Answer) -> Held:
    entry = {"merged_from": [], "vintages": None, "retrieved_at": "2024-06-09T22:00:00Z"}
    return Held(answer.table, entry, "2024-06-09", answer.vintages)


@pytest.mark.parametrize("column", ["observation_date", "DATE"])
def test_months_move_to_their_end_and_a_gap_stays(loopback: Loopback, column: str) -> None:
    values = months("2025-08-01", [4.3, 4.4, None, 4.5, None])
    loopback.route(GRAPH, graph({"UNRATE": values}, column))
    table = ask("UNRATE").table
    assert [str(day.date()) for day in table.index] == [
        "2025-08-31",
        "2025-09-30",
        "2025-10-31",
        "2025-11-30",
    ]
    assert table.isna().tolist() == [False, False, True, False]


def test_quarters_move_to_their_end_and_holidays_vanish(loopback: Loopback) -> None:
    quarters = {"2024-01-01": 1.0, "2024-04-01": 2.0}
    days = {"2024-05-24": 4.4, "2024-05-27": None, "2024-05-28": 4.5}
    loopback.route(GRAPH, graph({"GDPC1": quarters, "DGS10": days}))
    assert str(ask("GDPC1").table.index[-1].date()) == "2024-06-30"
    assert [str(day.date()) for day in ask("DGS10").table.index] == ["2024-05-24", "2024-05-28"]


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (HTML.body, "HTML"),
        (b"", "no table"),
        (b"observation_date,PAYEMS\n2024-01-01,1\n", "columns observation_date, PAYEMS"),
        (b"observation_date,UNRATE,X\n2024-01-01,1,2\n", "columns observation_date, UNRATE, X"),
        (b"observation_date,UNRATE\n01/02/2024,1\n", "does(n't| not) match"),
        (b"observation_date,UNRATE\n2024-01-01,many\n", "many"),
    ],
)
def test_anything_else_is_refused_with_what_came(body: bytes, came: str) -> None:
    with pytest.raises(SchemaChanged, match=came):
        parse_graph(body, "UNRATE")


def test_a_series_without_a_value_is_refused(loopback: Loopback) -> None:
    loopback.route(GRAPH, graph({"UNRATE": {}}))
    with pytest.raises(SchemaChanged, match="0 rows without any"):
        ask("UNRATE")


def test_an_unknown_series_says_so(loopback: Loopback) -> None:
    loopback.route(GRAPH, graph({}))
    with pytest.raises(SourceUnavailable, match="no series UNRATE"):
        ask("UNRATE")
    loopback.route(API, api({}))
    with pytest.raises(SourceUnavailable, match="no such series"):
        ask("UNRATE", key=True)


def test_a_later_pull_asks_for_a_tail_only(loopback: Loopback) -> None:
    values = months("1990-01-01", list(np.linspace(3, 6, 400)))
    loopback.route(GRAPH, graph({"UNRATE": values}))
    first = ask("UNRATE")
    values |= months("2023-05-01", [7.0])
    loopback.route(GRAPH, graph({"UNRATE": values}))
    again = ask("UNRATE", held=held(first))
    assert again.table.iloc[-1] == 7.0
    assert len(again.table) == 401
    assert again.n_bytes < first.n_bytes / 10
    assert len(loopback.log) == 2


def test_a_revision_inside_the_tail_fetches_the_whole(loopback: Loopback) -> None:
    values = months("1990-01-01", list(np.linspace(3, 6, 400)))
    loopback.route(GRAPH, graph({"UNRATE": values}))
    first = ask("UNRATE")
    values = {day: value + 1 if value else value for day, value in values.items()}
    loopback.route(GRAPH, graph({"UNRATE": values}))
    again = ask("UNRATE", held=held(first))
    assert again.table.iloc[0] == first.table.iloc[0] + 1
    assert "revised" in again.notes[0]


def test_an_unchanged_tail_is_called_unchanged(loopback: Loopback) -> None:
    loopback.route(GRAPH, graph({"UNRATE": months("2020-01-01", [3.0] * 40)}))
    assert ask("UNRATE", held=held(ask("UNRATE"))).unchanged


def test_with_a_key_every_release_is_kept(loopback: Loopback) -> None:
    loopback.route(API, api(RELEASES))
    answer = ask("UNRATE", key=True)
    assert answer.table.loc["2024-01-31"] == 3.6  # as revised
    assert np.isnan(answer.table.loc["2024-04-30"])
    assert answer.vintages is not None
    firsts = first_releases(answer.vintages)
    assert firsts["value"].loc["2024-02-29"] == 3.9
    then = known_on(answer.vintages, pd.Timestamp("2024-03-07"), Publication(10))
    assert then.to_dict() == {pd.Timestamp("2024-01-31"): 3.7}
    assert KEY not in answer.url


def test_releases_of_a_later_pull_are_added(loopback: Loopback) -> None:
    early = {"UNRATE": [row for row in RELEASES["UNRATE"] if row[1] < "2024-05-01"]}
    loopback.route(API, api(early))
    first = ask("UNRATE", key=True)
    assert ask("UNRATE", key=True, held=held(first)).unchanged
    loopback.route(API, api(RELEASES))
    again = ask("UNRATE", key=True, held=held(first))
    loopback.route(API, api(RELEASES))
    whole = ask("UNRATE", key=True)
    assert again.vintages is not None
    assert whole.vintages is not None
    pd.testing.assert_frame_equal(again.vintages, whole.vintages)
    pd.testing.assert_series_equal(again.table, whole.table)


def test_chunks_and_pages_are_stitched(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    loopback.route(API, api(RELEASES))
    whole = ask("UNRATE", key=True).vintages
    monkeypatch.setattr(fred_module, "MOST_VINTAGES", 2)
    monkeypatch.setattr(fred_module, "MOST_ROWS", 2)
    pieces = ask("UNRATE", key=True).vintages
    assert whole is not None
    assert pieces is not None
    pd.testing.assert_frame_equal(pieces, whole)


def test_a_repeated_value_is_no_release() -> None:
    rows = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-31"] * 3),
            "published": pd.to_datetime(["2024-02-02", "2024-03-08", "2024-04-05"]),
            "value": [3.7, 3.7, 3.6],
        }
    )
    assert only_changes(rows)["value"].tolist() == [3.7, 3.6]


def test_a_series_without_releases_kept_uses_the_api_too(loopback: Loopback) -> None:
    rows = [("2024-06-06", "2024-06-07", 4.3), ("2024-06-07", "2024-06-08", 4.4)]
    loopback.route(API, api({"DGS10": rows}))
    answer = ask("DGS10", key=True)
    assert answer.table.tolist() == [4.3, 4.4]
    assert answer.vintages is None


def test_a_refused_key_is_named_and_the_host_left_alone(loopback: Loopback) -> None:
    loopback.route(API, Reply(400, b'<error code="400" message="The value for api_key is bad"/>'))
    with pytest.raises(SourceUnavailable, match="refused the key in FRED_API_KEY") as caught:
        ask("UNRATE", key=True)
    assert caught.value.unreachable


@pytest.mark.parametrize("name", ["UNRATE", "DGS10"])  # by its releases, and without
def test_an_archive_without_a_value_is_refused(loopback: Loopback, name: str) -> None:
    loopback.route(API, api({name: []}))
    with pytest.raises(SchemaChanged, match="found none"):
        ask(name, key=True)


@pytest.mark.parametrize("body", [HTML.body, b"{}", b"", b"<a><!ENTITY x 'y'></a>"])
def test_anything_but_xml_is_refused(loopback: Loopback, body: bytes) -> None:
    loopback.route(API, Reply(200, body))
    with pytest.raises(R2kError, match="XML"):
        ask("DGS10", key=True)
