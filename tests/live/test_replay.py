"""The true wire formats on recorded data; skipped where the recordings are not there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from r2klib.claims import ledger
from r2klib.claims.evaluate import missing_series
from r2klib.claims.themes.conclusion import StaleScore
from r2klib.data.snapshot import Snapshot, open_snapshot
from r2klib.data.vintages import AS_PUBLISHED, REVISED
from r2klib.errors import InputError
from r2klib.live.outcome import summary
from r2klib.live.pulling import pull
from r2klib.live.sources.http import Client
from tests.claims import needs
from tests.recorded import pulled
from tests.shared import once

REPLAY = Path(__file__).resolve().parents[3] / "shared" / "replay"
RUN = "import sys; from r2klib.cli import main; sys.exit(main())"
#: What the recordings do not hold.
NOT_RECORDED = {
    *("FPI", "PNFIC1", "FDEFX", "CPROFIT", "DFEDTAR", "FII10", "TWEXBMTH", "tpu"),
    *("foreign.ip", "french.size_no_dividends", "french.size_momentum"),
}
#: Recorded to January 2024: what has a finer table to turn to reads that.
ENDED = ("french.size_value_6.bm",)
SMALL = ("UNRATE", "DGS10", "^RUT", "french.factors")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REPLAY.is_dir(), reason="recorded data is not beside this checkout"),
    # The rig reads the first line of a price file and leaves the rest to the collector.
    pytest.mark.filterwarnings(r"ignore:unclosed file .*[/\\]yahoo[/\\]:ResourceWarning"),
]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def megabytes(self) -> float:
        return float(re.findall(r"([\d.]+) MB in", self.out)[-1])


def r2k(home: Path, *arguments: str, key: str = "") -> Ran:
    command = [sys.executable, str(REPLAY / "replay.py"), "--"]
    env = {**os.environ, "R2K_HOME": str(home), "FRED_API_KEY": key, "R2K_OFFLINE": "0"}
    done = subprocess.run(
        [*command, sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, env=env
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def latest(home: Path) -> Snapshot:
    return open_snapshot("latest", home / "snapshots")


@pytest.fixture(scope="module")
def whole() -> tuple[Path, Ran]:
    home = pulled()
    return home, Ran(*json.loads((home / "ran.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def small() -> Path:
    def pulled_small(home: Path) -> None:
        assert r2k(home, "pull", "--series", *SMALL).status == 0

    return once("recorded, small", pulled_small)


def test_everything_recorded_lands(whole: tuple[Path, Ran]) -> None:
    home, ran = whole
    assert ran.status == 3, ran.out + ran.err
    assert set(latest(home).manifest["failures"]) == NOT_RECORDED
    assert len(latest(home).series) == 123
    assert latest(home).problems() == []


def test_a_claim_without_data_lacks_what_is_not_recorded(whole: tuple[Path, Ran]) -> None:
    data = latest(whole[0]).load()
    lacking = {claim.id: missing_series(claim, data) for claim in ledger().values()}
    members = [f"members.{part}" for part in ("open", "high", "low", "close", "volume")]
    assert {name: found for name, found in lacking.items() if found} == {
        "P11": ["french.size_no_dividends"],
        "E2": ["FPI"],
        "E3": ["tpu", "foreign.ip"],
        "K3": ["members", *members],  # only with --members
    }


@pytest.mark.nightly  # the sample is held to the same by day
@pytest.mark.parametrize("name", [c.id for c in ledger().values() if c.build is not None])
def test_the_edition_cut_to_the_declared_series_answers_alike(
    name: str, whole: tuple[Path, Ran]
) -> None:
    data, claim = latest(whole[0]).load(), ledger()[name]
    if missing_series(claim, data):
        pytest.skip("not recorded in full")
    try:
        needs.hold_to_needs(claim, data, unread=ENDED)
    except StaleScore:
        assert name == "C3"  # book-to-market ends in 2024
    except InputError:
        assert name == "S3"  # 56 months of the fund are recorded, too few for a law


def test_known_values(whole: tuple[Path, Ran]) -> None:
    data = latest(whole[0]).load()
    # CBOE/Yahoo closes and BLS, as the issue gives them.
    assert data.frame("^RUT")["Close"].loc["2020-03-18"] == pytest.approx(991.16, abs=0.005)
    assert data.frame("^GSPC")["Close"].loc["2020-03-23"] == pytest.approx(2237.40, abs=0.005)
    assert data.series("UNRATE").loc["2020-04-30"] == 14.8
    total = data.frame("IWM")["Adj Close"]
    first, last = pd.Timestamp("2000-05-26"), pd.Timestamp("2024-04-19")
    growth = (total[last] / total[first]) ** (365.25 / (last - first).days) - 1
    assert growth == pytest.approx(0.0763, abs=0.0002)
    assert pd.isna(data.series("CPIAUCSL").loc["2025-10-31"])
    assert data.series("CPIAUCSL").loc["2025-11-30"] > 300


def test_the_wrong_close_of_the_index_is_named(whole: tuple[Path, Ran]) -> None:
    data = latest(whole[0]).load()
    assert any("2024-02-16" in line for line in data.provenance["^RUT"].anomalies)
    assert data.frame("^RUT")["Close"].loc["2024-02-16"] == pytest.approx(2045.14, abs=0.005)


def test_a_second_pull_moves_under_a_tenth(whole: tuple[Path, Ran], tmp_path: Path) -> None:
    home, first = whole
    shutil.copytree(home, tmp_path / "copy")
    second = r2k(tmp_path / "copy", "pull")
    assert second.status == 3
    assert second.megabytes < first.megabytes / 10
    before, after = latest(home).load(), latest(tmp_path / "copy").load()
    assert before.content_hash == after.content_hash


def test_with_a_key_first_releases_are_kept(small: Path, tmp_path: Path) -> None:
    key = "k3y0" * 8
    ran = r2k(tmp_path, "pull", "--series", "PAYEMS", "UNRATE", "DGS10", key=key)
    assert ran.status == 0, ran.out
    data, keyless = latest(tmp_path).load(), latest(small).load()
    for name in ("UNRATE", "DGS10"):
        pd.testing.assert_series_equal(data.series(name), keyless.series(name))
    # BLS, 3 April 2026: February 158,459 thousand; revised in May to 158,436.
    assert data.as_of("2026-04-20", vintage=True).series("PAYEMS").loc["2026-02-28"] == 158459
    assert data.as_of("2026-04-20").series("PAYEMS").loc["2026-02-28"] == 158436
    assert data.basis("PAYEMS") == REVISED
    assert data.as_of("2026-04-20", vintage=True).basis("PAYEMS") == AS_PUBLISHED
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert key.encode() not in stored
    assert key not in ran.out + ran.err


@pytest.mark.parametrize(
    ("fault", "failed", "said"),
    [
        ("yahoo:429x1", (), ""),
        ("fredgraph:500x2", (), ""),
        ("yahoo:empty", ("^RUT",), "RUT"),
        ("yahoo:truncate", ("^RUT",), "broke"),
        ("fredgraph:html200", ("UNRATE", "DGS10"), "HTML"),
        ("fredgraph:reset", ("UNRATE", "DGS10"), "broke"),
        ("french:truncate", ("french.factors",), "broke"),
    ],
)
def test_faults_in_the_true_wire_formats(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    failed: tuple[str, ...],
    said: str,
) -> None:
    home = tmp_path / "home"
    shutil.copytree(small, home)
    before = latest(home).load()
    monkeypatch.setenv("R2K_HOME", str(home))
    monkeypatch.setenv("R2K_OFFLINE", "0")
    with replayed(fault):
        pulled = pull(series=SMALL, client=Client(timeout=5, deadline=20))
    assert pulled.exit_status == (3 if failed else 0), summary(pulled)
    after = latest(home)
    assert set(after.manifest["failures"]) == set(failed)
    assert all(re.search(said, reason) for reason in after.manifest["failures"].values())
    assert after.load().content_hash == before.content_hash
    assert {name for name, row in after.series.items() if row["stale"]} == set(failed)


def replayed(*faults: str) -> AbstractContextManager[object]:
    """The replay around this process, with these faults."""
    if str(REPLAY) not in sys.path:
        sys.path.append(str(REPLAY))
    from replay import Replay  # beside the checkout, so unknown to the type checker

    made: AbstractContextManager[object] = Replay(faults=faults)
    return made
