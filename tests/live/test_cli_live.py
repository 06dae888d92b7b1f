"""``r2k pull``, ``snapshots``, ``diff`` and ``doctor`` as a user meets them."""

from __future__ import annotations

import io
import json
import sys

import pytest

from r2klib import cli, live
from r2klib.doctor import examine, requirements
from r2klib.live.progress import Bars
from tests.live.bodies import GRAPH, graph, months
from tests.live.loopback import Loopback, Reply


def r2k(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(list(arguments))
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.fixture
def fred(loopback: Loopback) -> Loopback:
    loopback.route(GRAPH, graph({"UNRATE": months("2023-01-01", [3.5, 3.6, 3.7])}))
    return loopback


def test_lines_then_a_table(fred: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = r2k(capsys, "pull", "--series", "UNRATE")
    assert status == 0
    assert err.splitlines() == [
        "1 series from 1 hosts",
        "[  0 left] fred.stlouisfed.org: UNRATE: 3 rows to 2023-03-31",
    ]
    head, _, row, *_ = out.splitlines()
    assert head.split() == [
        "series",
        "source",
        "rows",
        "first",
        "last",
        "new/revised/dropped",
        "anomalies",
    ]
    assert row.split() == ["UNRATE", "fred", "3", "2023-01-31", "2023-03-31", "first", "pull", "1"]
    assert "Read it with `r2k report --edition latest`." in out


def test_bars_on_a_terminal() -> None:
    file = io.StringIO()
    bars = Bars(file)
    bars.start({"a.org": 2})
    bars.done("a.org", "X", None, "its host did not answer")
    bars.done("a.org", "Y", None, None)
    bars.end()
    assert "a.org" in file.getvalue()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["pull", "--series", "UNRATTE"], 2, "UNRATE"),
        (["pull", "--source", "fredd"], 2, "fred"),
        (["diff", "a", "b"], 2, "no edition 'a'"),
        (["diff", "a", "b", "--data"], 2, "no edition 'a'"),
    ],
)
def test_mistakes_are_explained(
    arguments: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = r2k(capsys, *arguments)
    assert (found, said in err) == (status, True)


def test_list_verify_and_diff(fred: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no snapshot" in r2k(capsys, "snapshots")[1]
    r2k(capsys, "pull", "--series", "UNRATE")
    fred.route(GRAPH, graph({"UNRATE": months("2023-01-01", [3.5, 3.6, 3.8, 3.9])}))
    r2k(capsys, "pull", "--series", "UNRATE")
    rows = json.loads(r2k(capsys, "snapshots", "--json")[1])
    first, second = (row["id"] for row in rows)
    assert second == f"{first}.2"
    status, out, _ = r2k(capsys, "diff", first, "latest", "--data")
    assert status == 0
    assert out.splitlines()[-1].split() == ["UNRATE", "1", "1", "0"]
    assert r2k(capsys, "snapshots", "--verify")[0] == 0


def test_without_the_live_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(vars(live), "pull", raising=False)
    monkeypatch.setitem(sys.modules, "r2klib.live.pulling", None)
    status, _, err = r2k(capsys, "pull")
    assert status == 2
    assert "r2klib[live]" in err


def test_doctor_knows_what_the_package_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"numpy", "pyarrow"} <= set(requirements()[""])
    assert {"httpx", "curl-cffi", "yfinance"} <= set(requirements()["live"])
    lines = [
        "numpy>=2.0",
        "httpx>=0.28; extra == 'live'",
        'tqdm[x]>=4.67; (python_version > "3") and extra == "live"',
        "r2klib[report]; extra == 'lab'",
        "jupyterlab>=4.4; extra == 'lab'",
    ]
    monkeypatch.setattr("r2klib.doctor.requires", lambda _: lines)
    assert requirements() == {"": ["numpy"], "live": ["httpx", "tqdm"], "lab": ["jupyterlab"]}


def test_doctor_says_what_answers_and_never_the_key(
    fred: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRED_API_KEY", "s3cret" * 5)
    fred.route("www.aqr.com", Reply(200, headers={"Date": "Mon, 10 Jun 2024 22:00:00 GMT"}))
    said = "\n".join(map(str, examine()))
    assert "s3cret" not in said
    assert "set (never shown)" in said
    assert "would ask" in said
    assert "www.aqr.com: answers (status " in said
    assert "-- " in said
    for what in ("python", "numpy", "[live]", "snapshots", "cache", "latest", "clock"):
        assert f"  {what} " in said, what
    assert " GB free, writable)" in said
