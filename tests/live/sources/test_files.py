"""Files at addresses: conditional requests, pages that name a file, one bad table among several."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.errors import SchemaChanged
from r2klib.live.sources import Answer, Failure, FileSource, Held, Spec, Want
from r2klib.live.sources.files import Files
from r2klib.live.sources.http import Client
from tests.live.loopback import Asked, Loopback, Reply

HOST = "files.org"
TWO = ("EPUTRADE", "tpu")
NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)


def parse(content: bytes, ids: Sequence[str]) -> dict[str, pd.Series]:
    index = pd.DatetimeIndex(["2024-04-30", "2024-05-31"])
    for name in ids:
        if f"-{name}".encode() in content:
            raise SchemaChanged(name, "a table", "none", "Later.")
    return {name: pd.Series([1.0, float(len(content))], index) for name in ids}


def source(**changed: object) -> Files:
    spec = Spec(TWO, f"https://{HOST}/two.csv", **changed)  # type: ignore[arg-type]

    def specs(ids: Sequence[str]) -> list[Spec]:
        return [dataclasses.replace(spec, ids=tuple(ids))]

    return Files(FileSource("files", specs, parse))


def ask(
    files: Files, held: dict[str, Held] | None = None, *, named: bool = True
) -> list[Answer | Failure]:
    wants = [Want(catalog.get(name), (held or {}).get(name), named) for name in TWO]
    (job,) = files.jobs(wants)
    with Client(timeout=2, deadline=5, now=lambda: NOW) as client:
        return list(job.run(client))


def held(answers: list[Answer | Failure], day: str = "2024-06-10") -> dict[str, Held]:
    kept = {}
    for answer in answers:
        assert isinstance(answer, Answer)
        entry = {"validators": dict(answer.validators), "stale": None, "url": answer.url}
        entry["retrieved_at"] = f"{day}T08:00:00Z"
        kept[answer.id] = Held(answer.table, entry, day)
    return kept


def with_etag(asked: Asked) -> Reply:
    if asked.headers.get("If-None-Match") == '"v1"':
        return Reply(304)
    return Reply(200, b"x" * 1000, {"ETag": '"v1"'})


def test_an_unchanged_file_moves_no_bytes(loopback: Loopback) -> None:
    loopback.route(HOST, with_etag)
    first = ask(source())
    second = ask(source(), held(first))
    assert [one.unchanged for one in second if isinstance(one, Answer)] == [True, True]
    assert sum(one.n_bytes for one in second if isinstance(one, Answer)) == 0
    third = ask(source(), held(second))
    assert all(isinstance(one, Answer) and one.unchanged for one in third)
    assert [asked.sent for asked in loopback.log] == [1000, 0, 0]


def test_last_modified_serves_where_there_is_no_etag(loopback: Loopback) -> None:
    when = "Mon, 10 Jun 2024 00:00:00 GMT"
    loopback.route(
        HOST,
        lambda asked: (
            Reply(304)
            if asked.headers.get("If-Modified-Since") == when
            else Reply(200, b"x", {"Last-Modified": when})
        ),
    )
    assert all(
        isinstance(one, Answer) and one.unchanged for one in ask(source(), held(ask(source())))
    )


def test_a_file_is_fetched_whole_unless_all_its_series_are_held(loopback: Loopback) -> None:
    loopback.route(HOST, with_etag)
    kept = held(ask(source()))
    del kept["tpu"]
    assert not any(isinstance(one, Answer) and one.unchanged for one in ask(source(), kept))


def test_what_another_version_read_is_fetched_again(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback.route(HOST, with_etag)
    kept = held(ask(source()))
    monkeypatch.setattr("r2klib.live.sources.files.__version__", "99")
    assert not any(isinstance(one, Answer) and one.unchanged for one in ask(source(), kept))
    assert not any(
        isinstance(one, Answer) and one.unchanged for one in ask(source(), kept, named=False)
    )


def test_without_validators_a_file_is_read_once_a_day(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"x"))
    first = ask(source())
    second = ask(source(), held(first), named=False)
    assert len(loopback.log) == 1
    (answer, _) = second
    assert isinstance(answer, Answer)
    assert "same day" in answer.notes[0]
    assert answer.retrieved_at == "2024-06-10T08:00:00Z"
    ask(source(), held(first, "2024-06-09"), named=False)  # another day
    ask(source(), held(first), named=True)  # asked for by name
    assert len(loopback.log) == 3


def test_one_bad_table_spoils_no_other(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"content-tpu"))
    good, bad = ask(source())
    assert isinstance(good, Answer)
    assert good.id == "EPUTRADE"
    assert good.n_bytes == len(b"content-tpu")
    assert isinstance(bad, Failure)
    assert "expected a table" in bad.reason


def test_a_page_names_the_file(loopback: Loopback) -> None:
    pages = {"/two.csv": b"see https://files.org/v2.csv", "/v2.csv": b"body"}
    loopback.route(HOST, lambda asked: Reply(200, pages[asked.path]))
    answers = ask(source(locate=lambda page: page.decode().split()[-1]))
    assert isinstance(answers[0], Answer)
    assert answers[0].url == "https://files.org/v2.csv"
    assert answers[0].n_bytes == sum(map(len, pages.values()))


def test_a_page_cannot_lead_to_plain_http(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"page"))
    with pytest.raises(Exception, match="not https"):
        ask(source(locate=lambda _: "http://files.org/v2.csv"))


def test_the_cap_of_a_spec_holds(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"x" * 5000))
    with pytest.raises(Exception, match="more than"):
        ask(source(cap_bytes=1000))
