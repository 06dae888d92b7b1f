"""A whole pull through the loopback: what lands, what is carried forward, what is said."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

import numpy as np
import pandas as pd
import pytest

from r2klib.data import load, snapshot
from r2klib.data.vintages import AS_PUBLISHED, REVISED
from r2klib.errors import CannotWrite, InputError, UnknownName
from r2klib.live.outcome import summary
from r2klib.live.pulling import Pulled, pull
from r2klib.live.sources.http import Client
from r2klib.site.coverage import data_page
from tests.live.bodies import (
    API,
    GRAPH,
    YAHOO,
    YAHOO_HOSTS,
    api,
    chart,
    graph,
    months,
    prices,
)
from tests.live.loopback import Asked, Loopback, Reply

SERIES = ["UNRATE", "DGS10", "BAMLH0A0HYM2", "IWM", "^RUT"]


def at(day: str, hour: int = 22) -> Callable[[], dt.datetime]:
    moment = dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=dt.UTC)
    return lambda: moment


def run(day: str = "2024-06-10", **options: object) -> Pulled:
    now = at(day)
    client = Client(timeout=2, deadline=5, now=now)
    options = {"series": SERIES} | options
    return pull(now=now, client=client, **options)  # type: ignore[arg-type]


def days(first: str, last: str, level: float = 4.0) -> dict[str, float | None]:
    stamps = pd.bdate_range(first, last)
    return {str(day.date()): level + 0.01 * at for at, day in enumerate(stamps)}


@pytest.fixture
def series() -> dict[str, dict[str, float | None]]:
    return {
        "UNRATE": months("2020-01-01", list(np.linspace(3.5, 4.0, 52))),
        "DGS10": days("2022-01-03", "2024-06-07"),
        "BAMLH0A0HYM2": days("2018-01-02", "2024-06-07"),
    }


@pytest.fixture
def healthy(loopback: Loopback, series: dict[str, dict[str, float | None]]) -> Loopback:
    loopback.route(GRAPH, graph(series))
    bars = prices("2023-01-03", "2024-06-10")
    for host in YAHOO_HOSTS:
        loopback.route(host, chart({"IWM": bars, "^RUT": bars}))
    return loopback


def test_a_pull_makes_an_edition_that_load_reads(healthy: Loopback) -> None:
    pulled = run()
    assert (pulled.exit_status, pulled.snapshot) == (0, "2024-06-10")
    data = load("latest")
    assert (data.edition, data.kind) == ("2024-06-10", "snapshot")
    assert set(data) == set(SERIES)
    assert data.series("UNRATE").iloc[-1] == 4.0
    source = data.provenance["UNRATE"]
    assert source.retrieved_at == "2024-06-10T22:00:00Z"
    assert source.url == f"https://{GRAPH}/graph/fredgraph.csv?id=UNRATE"
    assert source.stale is None
    row = json.loads((snapshot.root() / "2024-06-10" / "manifest.json").read_text())["series"]
    row = row["UNRATE"]
    assert row["source"] == "fred"
    assert (row["rows"], row["first"], row["last"]) == (52, "2020-01-31", "2024-04-30")
    assert (row["units"], row["merged_from"]) == ("percent", [])
    assert len(row["sha256"]) == 64
    assert row["terms"].startswith("Work of the US government")


def test_a_second_pull_moves_a_tenth_and_changes_nothing(healthy: Loopback) -> None:
    first = run()
    second = run()
    assert second.snapshot == "2024-06-10.2"
    assert second.n_bytes < first.n_bytes / 5  # short series here: the tails are long beside them
    assert load("2024-06-10") != load("latest")  # another edition
    assert load("2024-06-10").content_hash == load("latest").content_hash
    said = summary(second)
    assert "0/0/0" in said


@pytest.mark.slow
def test_what_fails_again_is_stale_since_the_first_day(healthy: Loopback) -> None:
    run("2024-06-07")
    healthy.fault(GRAPH, Reply(500))
    for day in ("2024-06-10", "2024-06-11"):
        pulled = run(day)
        assert pulled.exit_status == 3
        status = {outcome.id: outcome.status for outcome in pulled.outcomes}
        assert status == dict.fromkeys(SERIES[:3], "stale") | dict.fromkeys(SERIES[3:], "ok")
        stale = load("latest").provenance["UNRATE"].stale
        assert stale is not None
        assert "stale since 2024-06-07 (snapshot 2024-06-07)" in stale
        assert "stale since 2024-06-07" in summary(pulled)


def test_a_host_that_does_not_answer_is_left_alone(healthy: Loopback) -> None:
    healthy.fault(GRAPH, Reply(429))
    pulled = run()
    assert len(healthy.asked(GRAPH)) == 2 * 3  # two series, three tries each; the third not asked
    reasons = {outcome.id: outcome.reason for outcome in pulled.failed}
    assert "not asked" in reasons["BAMLH0A0HYM2"]


def test_hosts_are_asked_in_parallel(healthy: Loopback) -> None:
    both, waited = threading.Barrier(2, timeout=20), []

    def together(host: str) -> Callable[[Asked], Reply]:
        answer = healthy.routes[host]

        def held(asked: Asked) -> Reply:
            if asked.path.startswith(("/v8/", "/graph/")) and not both.broken and len(waited) < 2:
                waited.append(host)
                both.wait()
            return answer(asked)

        return held

    for host in (GRAPH, YAHOO):
        healthy.route(host, together(host))
    pulled = run(series=["UNRATE", "IWM"])
    assert sorted(waited) == sorted([GRAPH, YAHOO])  # one waited for the other, both came
    assert pulled.failed == ()


def test_strict_writes_all_or_nothing(healthy: Loopback) -> None:
    run("2024-06-07")
    healthy.fault(YAHOO, Reply(429))
    pulled = run("2024-06-10", strict=True)
    assert (pulled.exit_status, pulled.snapshot) == (1, None)
    assert snapshot.ids() == ["2024-06-07"]
    assert "--strict" in summary(pulled)


def test_nothing_reachable_writes_nothing(healthy: Loopback) -> None:
    for host in (GRAPH, *YAHOO_HOSTS):
        healthy.fault(host, Reply(reset=True))
    pulled = run(series=[*SERIES, "NBER"])
    assert (pulled.exit_status, pulled.snapshot) == (1, None)
    assert snapshot.ids() == []
    assert "nothing could be reached" in summary(pulled)


def test_a_broken_schema_stops_that_series_only(healthy: Loopback) -> None:
    run("2024-06-07")
    before = load("latest").series("UNRATE")
    healthy.fault(GRAPH, Reply(200, b"observation_date,UNRATE\n2024-01-01,4000\n"))
    pulled = run("2024-06-10")
    reasons = {outcome.id: outcome.reason for outcome in pulled.failed}
    assert set(reasons) == {"UNRATE", "DGS10", "BAMLH0A0HYM2"}
    assert "percentages" in reasons["UNRATE"]
    pd.testing.assert_series_equal(load("latest").series("UNRATE"), before)


def test_rows_that_a_source_no_longer_gives_are_kept_and_marked(
    healthy: Loopback, series: dict[str, dict[str, float | None]]
) -> None:
    run("2024-06-07")
    full = load("latest").series("BAMLH0A0HYM2")
    cut = {day: value for day, value in series["BAMLH0A0HYM2"].items() if day >= "2021-06-08"}
    # A revised last day makes the pull fetch the whole, which is cut now.
    cut |= {"2024-06-07": 98.0, "2024-06-10": 99.0}
    healthy.route(GRAPH, graph(series | {"BAMLH0A0HYM2": cut}))
    run("2024-06-10")
    merged = load("latest")
    assert len(merged.series("BAMLH0A0HYM2")) == len(full) + 1
    assert merged.series("BAMLH0A0HYM2").iloc[-2:].tolist() == [98.0, 99.0]
    (mark,) = merged.provenance["BAMLH0A0HYM2"].merged
    assert mark.startswith("895 rows from 2018-01-02 to 2021-06-07 kept from snapshot 2024-06-07")
    run("2024-06-11")
    assert load("latest").provenance["BAMLH0A0HYM2"].merged == (mark,)


def test_only_what_is_named_is_asked_and_the_rest_stays(healthy: Loopback) -> None:
    run("2024-06-07")
    asked = len(healthy.log)
    pulled = run("2024-06-10", series=["UNRATE"])
    assert len(healthy.log) == asked + 1
    assert [outcome.id for outcome in pulled.outcomes] == ["UNRATE"]
    data = load("latest")
    assert set(data) == set(SERIES)
    assert data.provenance["IWM"].retrieved_at == "2024-06-07T22:00:00Z"
    assert data.provenance["IWM"].stale is None


def test_names_that_do_not_exist_are_refused_before_anything_is_asked(healthy: Loopback) -> None:
    with pytest.raises(UnknownName, match=r"no series 'UNRATTE'.*'UNRATE'"):
        run(series=["UNRATTE"])
    with pytest.raises(UnknownName, match=r"no source 'fredd'.*'fred'.*Expected fred, yahoo"):
        run(sources=["fredd"])
    with pytest.raises(InputError, match="nothing to pull"):
        run(sources=["yahoo"], series=["UNRATE"])
    with pytest.raises(InputError, match="largest shares, not -1"):
        run(members=-1)
    assert healthy.log == []


def test_a_clock_before_the_newest_snapshot_is_refused_before_anything_is_asked(
    healthy: Loopback,
) -> None:
    run("2099-01-01")
    asked = len(healthy.log)
    with pytest.raises(CannotWrite, match="set it") as caught:
        run("2024-06-10")
    assert str(snapshot.root() / "2099-01-01") in str(caught.value)
    assert len(healthy.log) == asked


def rot(day: str, series: str) -> None:
    """Flip one bit of a stored table."""
    path = snapshot.root() / day / "data" / f"{series}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.slow
def test_a_damaged_series_comes_from_the_newest_sound_snapshot(healthy: Loopback) -> None:
    run("2024-06-05")
    run("2024-06-06")
    run("2024-06-07")
    whole = load("2024-06-05").series("DGS10")
    rot("2024-06-06", "DGS10")
    rot("2024-06-07", "DGS10")
    pulled = run("2024-06-10", series=["UNRATE"])
    (outcome,) = pulled.failed
    assert (outcome.id, outcome.status, pulled.exit_status) == ("DGS10", "stale", 3)
    assert "its copy in snapshot 2024-06-07 (635 rows, 2022-01-03 to 2024-06-07) is" in (
        outcome.reason
    )
    assert outcome.reason.endswith("that of snapshot 2024-06-05 is used")
    pd.testing.assert_series_equal(load("latest").series("DGS10"), whole)
    manifest = json.loads((snapshot.root() / "2024-06-10" / "manifest.json").read_text())
    assert "damaged" in manifest["failures"]["DGS10"]
    assert run("2024-06-11", series=["UNRATE"]).exit_status == 0  # the newest is sound again


def test_rows_that_only_a_damaged_copy_had_come_from_an_older_one(
    healthy: Loopback, series: dict[str, dict[str, float | None]]
) -> None:
    run("2024-06-06")
    run("2024-06-07")
    rot("2024-06-07", "BAMLH0A0HYM2")
    short = {day: value for day, value in series["BAMLH0A0HYM2"].items() if day >= "2021-06-08"}
    healthy.route(GRAPH, graph(series | {"BAMLH0A0HYM2": short | {"2024-06-07": 98.0}}))
    pulled = run("2024-06-10", series=["BAMLH0A0HYM2"])
    (outcome,) = pulled.lost
    assert (outcome.status, pulled.exit_status) == ("ok", 3)
    data = load("latest")
    assert str(data.series("BAMLH0A0HYM2").index[0].date()) == "2018-01-02"
    assert len(data.series("BAMLH0A0HYM2")) == 1679
    assert any("is damaged" in line for line in data.provenance["BAMLH0A0HYM2"].anomalies)
    assert "LOST BAMLH0A0HYM2: its copy in snapshot 2024-06-07" in summary(pulled)


def test_what_nothing_sound_is_left_of_is_named(healthy: Loopback) -> None:
    run("2024-06-07")
    for name in ("UNRATE", "IWM"):
        rot("2024-06-07", name)
    pulled = run("2024-06-10", series=["DGS10", "IWM"])
    assert pulled.exit_status == 3
    reasons = {one.id: (one.status, one.reason) for one in (*pulled.failed, *pulled.lost)}
    assert set(reasons) == {"UNRATE", "IWM"}
    assert all("no older snapshot has a sound one" in reason for _, reason in reasons.values())
    assert (reasons["UNRATE"][0], reasons["IWM"][0]) == ("missing", "ok")
    assert "UNRATE" not in load("latest")
    rot("2024-06-10", "%5ERUT")
    assert run("2024-06-11", series=["DGS10"], strict=True).snapshot is None


def test_a_snapshot_whose_manifest_is_lost_is_named_and_not_built_on(healthy: Loopback) -> None:
    run("2024-06-06")
    run("2024-06-07")
    (snapshot.root() / "2024-06-07" / "manifest.json").unlink()
    pulled = run("2024-06-10", series=["DGS10"])
    assert pulled.exit_status == 3
    (said,) = pulled.unreadable
    assert "it is gone" in said
    assert f"delete {snapshot.root() / '2024-06-07'} and run" in said
    assert f"DAMAGED {said}" in summary(pulled)
    assert set(load("latest")) == set(SERIES)
    assert run("2024-06-10", series=["DGS10"]).exit_status == 0


def cut(answer: Callable[[Asked], Reply], share: float) -> Callable[[Asked], Reply]:
    """The same answer, ended early at the end of a line, with a length that fits."""

    def shortened(asked: Asked) -> Reply:
        body = answer(asked).body
        return Reply(200, body[: body.rindex(b"\n", 0, int(len(body) * share)) + 1])

    return shortened


def test_rows_at_the_end_of_what_is_held_never_go(healthy: Loopback) -> None:
    run("2024-06-07")
    before = {name: load("latest").series(name) for name in ("UNRATE", "DGS10")}
    healthy.fault(GRAPH, cut(healthy.routes[GRAPH], 0.6))
    pulled = run("2024-06-10", series=list(before))
    assert pulled.exit_status == 1  # nothing came: nothing is written
    assert all("fewer at the end, as in an answer cut short" in x.reason for x in pulled.failed)
    pulled = run("2024-06-10")
    assert pulled.exit_status == 3
    for name, held in before.items():
        pd.testing.assert_series_equal(load("latest").series(name), held)


def test_old_rows_that_go_in_the_middle_are_named(
    healthy: Loopback, series: dict[str, dict[str, float | None]]
) -> None:
    run("2024-06-07")
    less = {day: v for day, v in series["DGS10"].items() if day not in ("2024-05-30", "2024-05-31")}
    healthy.route(GRAPH, graph(series | {"DGS10": less}))
    pulled = run("2024-06-10")
    (outcome,) = pulled.lost
    assert "2 rows of snapshot 2024-06-07 (the last: 2024-05-30, 2024-05-31)" in outcome.reason
    assert pulled.exit_status == 3
    assert outcome.reason in load("latest").provenance["DGS10"].anomalies
    manifest = json.loads((snapshot.root() / "2024-06-10" / "manifest.json").read_text())
    assert manifest["failures"] == {}  # it came: what it lost is said beside its rows
    assert f"Snapshot 2024-06-10: {len(SERIES)} series fresh, " in summary(pulled)


def test_with_a_key_the_edition_shows_what_was_known(
    healthy: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef0123456789abcdef")
    rows = [
        ("2024-01-01", "2024-02-02", 3.7),
        ("2024-02-01", "2024-03-08", 3.9),
        ("2024-01-01", "2024-04-05", 3.5),
        ("2024-03-01", "2024-04-05", 3.8),
    ]
    healthy.route(API, api({"UNRATE": rows}))
    now = at("2024-06-10")
    assert pull(series=["UNRATE"], now=now).exit_status == 0
    data = load("latest")
    assert data.series("UNRATE").loc["2024-01-31"] == 3.5
    then = data.as_of("2024-03-31", vintage=True)
    # The archive's first day says nothing of when January came out: its lag does.
    assert then.series("UNRATE").tolist() == [3.7, 3.9]
    assert then.basis("UNRATE").startswith("as published")
    lagged = data.as_of("2024-03-31")
    assert lagged.series("UNRATE").tolist() == [3.5, 3.9]
    assert lagged.basis("UNRATE").startswith("revised")
    releases = then.releases("UNRATE")
    assert releases is not None
    assert releases["value"].tolist() == [3.7, 3.9]


@pytest.mark.slow
def test_a_pull_without_the_key_keeps_the_releases_of_one_with_it(
    healthy: Loopback,
    series: dict[str, dict[str, float | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef0123456789abcdef")
    rows = [
        ("2024-01-01", "2024-02-02", 3.7),
        ("2024-02-01", "2024-03-08", 3.9),
        ("2024-03-01", "2024-04-05", 3.8),
    ]
    healthy.route(API, api({"UNRATE": rows}))
    assert pull(series=["UNRATE"], now=at("2024-04-10")).exit_status == 0
    assert load("latest").provenance["UNRATE"].releases_until is None

    monkeypatch.delenv("FRED_API_KEY")
    series["UNRATE"] = months("2024-01-01", [3.7, 3.95, 3.8, 3.9, 4.0])
    assert pull(series=["UNRATE"], now=at("2024-06-10")).exit_status == 0
    data = load("latest")
    source = data.provenance["UNRATE"]
    assert source.releases_until == "2024-04-10"
    assert "first releases are known until 2024-04-10: no FRED key since" in source.anomalies
    # What the archive said then stays; what came since counts by its lag, a revision from today.
    view = data.as_of("2024-04-07", vintage=True)
    assert view.series("UNRATE").tolist() == [3.7, 3.9, 3.8]
    assert view.basis("UNRATE") == AS_PUBLISHED
    view = data.as_of("2024-05-31", vintage=True)
    assert view.series("UNRATE").tolist() == [3.7, 3.9, 3.8, 3.9]
    assert view.basis("UNRATE") == f"{AS_PUBLISHED}; after 2024-04-10 {REVISED}"
    view = data.as_of("2024-06-10", vintage=True)
    assert view.series("UNRATE").tolist() == [3.7, 3.95, 3.8, 3.9, 4.0]

    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef0123456789abcdef")
    rows += [
        ("2024-04-01", "2024-05-03", 3.85),
        ("2024-04-01", "2024-06-07", 3.9),
        ("2024-02-01", "2024-06-07", 3.95),
        ("2024-05-01", "2024-06-07", 4.0),
    ]
    healthy.route(API, api({"UNRATE": rows}))
    assert pull(series=["UNRATE"], now=at("2024-06-11")).exit_status == 0
    data = load("latest")  # the archive has caught up: the days in between are its own again
    assert data.provenance["UNRATE"].releases_until is None
    assert data.as_of("2024-05-31", vintage=True).series("UNRATE").tolist() == [3.7, 3.9, 3.8, 3.85]
    releases = data.releases("UNRATE")
    assert releases is not None
    assert len(releases) == len(rows)


def test_a_surprise_in_one_source_costs_no_other(
    healthy: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise(*_: object) -> None:
        raise ZeroDivisionError("\x1b[31mred\x07")

    monkeypatch.setattr("r2klib.live.sources.yahoo._tidy", surprise)
    pulled = run()
    assert {outcome.id for outcome in pulled.failed} == {"IWM", "^RUT"}
    assert "ZeroDivisionError:  [31mred " in pulled.failed[0].reason  # nothing for the terminal


def test_what_a_server_says_is_escaped_before_it_is_html(
    healthy: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("2024-06-07")
    monkeypatch.setenv("FRED_API_KEY", "k" * 32)
    nasty = b'<error code="400" message="&lt;script&gt;alert(1)&lt;/script&gt;"/>'
    healthy.route(API, Reply(400, nasty))
    assert run("2024-06-10").exit_status == 3
    data = load("latest")
    stale = data.provenance["UNRATE"].stale
    assert stale is not None
    assert "<script>" in stale
    shown = data_page(data, [], "")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_ctrl_c_ends_after_the_request_under_way_and_keeps_what_came(
    healthy: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("2024-06-07")
    answer, asked = healthy.routes[GRAPH], threading.Event()

    def interrupted(asking: Asked) -> Reply:
        if asking.query["id"] == "DGS10":  # the second of three
            asked.set()
            assert client.stopped.wait(20)
        return answer(asking)

    def wait_and_interrupt(futures: list[Future[object]]) -> None:
        monkeypatch.setattr("r2klib.live.gather.wait", wait)
        assert asked.wait(20)
        raise KeyboardInterrupt

    healthy.route(GRAPH, interrupted)
    monkeypatch.setattr("r2klib.live.gather.wait", wait_and_interrupt)
    now = at("2024-06-10")
    client = Client(timeout=30, deadline=30, now=now)
    pulled = pull(series=["UNRATE", "DGS10", "BAMLH0A0HYM2"], now=now, client=client, members=3)
    assert pulled.exit_status == 130
    status = {one.id: one.status for one in pulled.outcomes}
    assert (status["UNRATE"], status["DGS10"], status["BAMLH0A0HYM2"]) == ("ok", "ok", "stale")
    assert status["members"] == "missing"  # not begun
    assert all(one.reason == "the pull was interrupted before" for one in pulled.failed)
    assert "It was interrupted; `r2k pull` asks for the rest." in summary(pulled)
    data = load("latest")
    assert set(data) == set(SERIES)
    assert data.provenance["DGS10"].retrieved_at == "2024-06-10T22:00:00Z"


def test_a_pull_ends_at_its_deadline(healthy: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r2klib.live.gather.DEADLINE", -1.0)
    pulled = run()
    assert pulled.exit_status == 1
    assert all("they are over" in outcome.reason for outcome in pulled.failed)
    assert healthy.log == []


def test_an_index_is_held_against_its_fund(healthy: Loopback) -> None:
    bars = prices("2022-01-03", "2024-06-10")
    noise = np.exp(np.random.default_rng(2).normal(0, 1e-4, len(bars)))
    wrong = bars.mul(noise, axis=0).assign(volume=1.0)
    wrong.loc["2024-02-16", ["open", "high", "low", "close", "adjclose"]] *= 1.0061
    for host in YAHOO_HOSTS:
        healthy.route(host, chart({"IWM": bars, "^RUT": wrong}))
    for _ in range(2):
        run()
        (line,) = [x for x in load("latest").provenance["^RUT"].anomalies if "IWM" in x]
        assert line == "1 days with a close that parts from IWM's for that day (2024-02-16)"


def test_a_panel_that_fails_is_part_of_the_result(healthy: Loopback) -> None:
    pulled = run(members=5)
    assert pulled.exit_status == 3
    missing = {outcome.id for outcome in pulled.failed}
    assert missing == {
        "members",
        *(f"members.{x}" for x in ("open", "high", "low", "close", "volume")),
    }
    assert "needs the holdings" in summary(pulled)
