"""What can go wrong at a source or on this machine, one named case each, through a whole pull.

Every case starts from a good snapshot. Afterwards the message is clear, that snapshot is what it
was, the failed series is carried forward marked stale, and nothing half-written is to be seen.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from r2klib.data import Dataset, load, snapshot
from r2klib.errors import CannotWrite
from r2klib.live.listing import verified
from r2klib.live.outcome import summary
from r2klib.live.pulling import Pulled, pull
from r2klib.live.sources.http import Client
from tests.live.bodies import (
    API,
    FRENCH,
    GRAPH,
    HTML,
    YAHOO,
    YAHOO_HOSTS,
    api,
    chart,
    graph,
    momentum,
    months,
    prices,
    zipped,
)  # fmt: skip
from tests.live.loopback import Asked, Loopback, Reply

pytestmark = pytest.mark.slow

SERIES = {"fredgraph": "UNRATE", "yahoo": "IWM", "french": "french.momentum"}
HOSTS = {"fredgraph": GRAPH, "yahoo": YAHOO, "french": FRENCH}
RUN = "import sys; from r2klib.cli import main; sys.exit(main())"


@pytest.fixture
def bars() -> pd.DataFrame:
    return prices("2023-01-03", "2024-06-10")


def serve_bars(loopback: Loopback, frame: pd.DataFrame) -> None:
    for host in YAHOO_HOSTS:
        loopback.route(host, chart({"IWM": frame}))


@pytest.fixture
def healthy(loopback: Loopback, bars: pd.DataFrame) -> Loopback:
    loopback.route(GRAPH, graph({"UNRATE": months("2020-01-01", list(np.linspace(3.5, 4.0, 52)))}))
    loopback.route(FRENCH, Reply(200, zipped(momentum())))
    serve_bars(loopback, bars)
    return loopback


def run(day: str, **options: object) -> Pulled:
    moment = dt.datetime.fromisoformat(day).replace(hour=22, tzinfo=dt.UTC)
    client = Client(timeout=0.5, deadline=5, now=lambda: moment)
    given = {"series": list(SERIES.values())} | options
    return pull(now=lambda: moment, client=client, **given)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Good:
    """The last good snapshot, and whether it still is."""

    data: Dataset

    def is_intact(self) -> None:
        there = snapshot.open_snapshot(self.data.edition)
        assert there.load().content_hash == self.data.content_hash
        assert verified()[1]
        shown = {path.name for path in snapshot.root().iterdir()}
        assert shown <= {*snapshot.ids(), ".lock"}  # nothing half-written


@pytest.fixture
def good(healthy: Loopback) -> Good:
    assert run("2024-06-07").exit_status == 0
    return Good(load("latest"))


def carried(name: str, pulled: Pulled, said: str, good: Good) -> None:
    """One series failed with these words and is carried forward; the others came."""
    assert pulled.exit_status == 3
    assert pulled.snapshot == "2024-06-10"
    (failed,) = pulled.failed
    assert (failed.id, failed.status) == (name, "stale")
    assert said in failed.reason
    assert f"FAILED {name}: {failed.reason}" in summary(pulled)
    after = load("latest")
    assert after[name].equals(good.data[name])
    stale = after.provenance[name].stale
    assert stale is not None
    assert stale.startswith("stale since 2024-06-07 (snapshot 2024-06-07): ")
    assert snapshot.open_snapshot("latest").manifest["failures"] == {name: failed.reason}
    good.is_intact()


# ---- the hosts -----------------------------------------------------------------------------------

PASSES = {"fredgraph": Reply(429), "yahoo": Reply(500), "french": Reply(reset=True)}


@pytest.mark.parametrize("host", HOSTS)
def test_what_passes_costs_nothing(host: str, healthy: Loopback, good: Good) -> None:
    healthy.fault(HOSTS[host], PASSES[host], times=1)
    pulled = run("2024-06-10")
    assert (pulled.exit_status, pulled.failed) == (0, ())
    good.is_intact()


#: What each client makes of each fault: `sources/test_http.py`, `test_fred.py`, `test_yahoo.py`.
LASTS = {
    "429 for ever": ("fredgraph", Reply(429), "it answered 429"),
    "500 for ever": ("yahoo", Reply(500), "other than JSON"),
    "HTML with status 200": ("french", HTML, "HTML"),
    "a reset": ("yahoo", Reply(reset=True), "the connection broke"),
    "a slow host": ("french", Reply(200, b"late", delay=0.7), "no answer within 0.5 s"),
    "an unknown series": ("fredgraph", Reply(404), "it has no series UNRATE (status 404)"),
    "no table": ("fredgraph", Reply(200, b""), "no table"),
    "no bars": ("yahoo", Reply(200, b""), "Yahoo: for IWM"),
    "no archive": ("french", Reply(200, b""), "an empty answer"),
    "half a table": (
        "fredgraph",
        Reply(200, b"observation_date,UNRATE\n2024-01-01,3.7\n", truncate=True),
        "the connection broke",
    ),
    "another series": (
        "fredgraph",
        Reply(200, b"observation_date,OTHER\n2024-01-01,1\n"),
        "expected columns observation_date and UNRATE, found columns observation_date, OTHER",
    ),
    "another unit": (
        "fredgraph", Reply(200, b"observation_date,UNRATE\n2024-01-01,4000\n"), "percentages",
    ),
    "bars without prices": (
        "yahoo", Reply(200, b'{"chart": {"result": [{"meta": {}}], "error": null}}'), "IWM",
    ),
    "another factor": (
        "french", Reply(200, zipped(momentum("Other"))), "expected one monthly table of",
    ),
    "a damaged archive": (
        "french", Reply(200, zipped(momentum())[:-30]), "a damaged or truncated one",
    ),
    "a zip bomb": ("french", Reply(200, zipped(b"0" * 3_000_000)), "(a zip bomb?)"),
}  # fmt: skip


@pytest.mark.parametrize("fault", LASTS)
def test_what_lasts_is_said_and_carried(fault: str, healthy: Loopback, good: Good) -> None:
    host, reply, said = LASTS[fault]
    healthy.fault(HOSTS[host], reply)
    carried(SERIES[host], run("2024-06-10"), said, good)


def test_a_refused_key(healthy: Loopback, good: Good, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "too short")
    healthy.route(API, api({}))
    pulled = run("2024-06-10")
    carried("UNRATE", pulled, "it refused the key in FRED_API_KEY", good)
    assert "Correct the key, or unset FRED_API_KEY" in summary(pulled)
    assert len(healthy.asked(API)) == 1  # a refused key is not tried again


# ---- Yahoo's bars --------------------------------------------------------------------------------


def test_an_absent_bar_is_named_and_not_filled(
    healthy: Loopback, good: Good, bars: pd.DataFrame
) -> None:
    serve_bars(healthy, bars.drop(pd.Timestamp("2024-06-06")))
    pulled = run("2024-06-10")
    (lost,) = pulled.lost  # the bar was held, so that it is gone is said aloud
    assert "no longer there: 1 row of snapshot 2024-06-07 (the last: 2024-06-06)" in lost.reason
    assert pulled.exit_status == 3
    said = " | ".join(load("latest").provenance["IWM"].anomalies)
    assert "1 day of trading in New York without a bar (2024-06-06)" in said
    assert pd.Timestamp("2024-06-06") not in load("latest").frame("IWM").index
    good.is_intact()


def test_bars_out_of_order_twice_or_without_a_price_are_named_and_kept(
    healthy: Loopback, good: Good, bars: pd.DataFrame
) -> None:
    bars.loc["2024-06-06", ["open", "high", "low", "close", "adjclose"]] = None
    serve_bars(healthy, pd.concat([bars.iloc[-6:], bars.iloc[:-4]]))
    pulled = run("2024-06-10")
    assert pulled.exit_status == 0, summary(pulled)
    said = " | ".join(load("latest").provenance["IWM"].anomalies)
    assert "1 day without a price or with a price of 0 (2024-06-06); 1 of them with volume" in said
    assert "bars came out of order and were sorted" in said
    assert "2 days came twice, one bar of each was kept (the last 2024-06-04)" in said
    table = load("latest").frame("IWM")
    assert table.index.tolist() == bars.index.tolist()
    assert np.isnan(table.loc["2024-06-06", "Close"])
    good.is_intact()


# ---- this machine --------------------------------------------------------------------------------


def test_a_full_disk(healthy: Loopback, good: Good, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:  # at every other instant: test_writer.py
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CannotWrite, match=r"No space left on device.*as they were.*R2K_HOME"):
            run("2024-06-10")
    assert snapshot.ids() == ["2024-06-07"]
    good.is_intact()
    assert run("2024-06-10").exit_status == 0


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def gate(loopback: Loopback) -> tuple[threading.Event, threading.Event]:
    """Hold FRED's answer back: set when it was asked for, and to let it go."""
    asked_for, go = threading.Event(), threading.Event()
    answer: Callable[[Asked], Reply] = loopback.routes[GRAPH]  # type: ignore[assignment]

    def held_back(asked: Asked) -> Reply:
        asked_for.set()
        go.wait(15)
        return answer(asked)

    loopback.route(GRAPH, held_back)
    return asked_for, go


@pytest.mark.slow
def test_two_pulls_at_once(healthy: Loopback, good: Good) -> None:
    asked_for, go = gate(healthy)
    first = start("pull", "--series", "UNRATE")
    try:
        assert asked_for.wait(30)
        second = start("pull", "--series", "UNRATE")
        _, said = second.communicate(timeout=30)
    finally:
        go.set()
    out, err = first.communicate(timeout=30)
    assert second.returncode == 1
    assert "Another pull is at work" in said
    assert "Traceback" not in said
    assert first.returncode == 0, out + err
    assert len(snapshot.ids()) == 2
    good.is_intact()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_pull_that_is_killed_leaves_no_lock_and_no_trace(healthy: Loopback, good: Good) -> None:
    # Instants of the write itself: test_writer.py.
    asked_for, go = gate(healthy)
    first = start("pull", "--series", "UNRATE")
    try:
        assert asked_for.wait(30)
        first.kill()
        first.communicate(timeout=30)
    finally:
        go.set()
    good.is_intact()
    assert snapshot.ids() == ["2024-06-07"]
    assert run("2024-06-10").exit_status == 0
