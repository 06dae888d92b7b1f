"""Snapshots on disk: what is written is read back, damage is seen, a full disk leaves nothing."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from r2klib.data import catalog, load, snapshot
from r2klib.data.revisions import Change, compare, compare_snapshots
from r2klib.live.listing import differences, listed, verified
from r2klib.data.provenance import digest
from r2klib.data.snapshot import Snapshot, open_snapshot
from r2klib.data.parquet import file_name, from_bytes, to_bytes
from r2klib.live.writer import Entry, Received, entry, only_writer, write
from r2klib.errors import CannotWrite, InputError, SnapshotCorrupt, UnknownName

HERE = Path(__file__).resolve().parent


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.delenv("R2K_EDITION", raising=False)
    return tmp_path


def unrate(*values: float) -> pd.Series:
    days = pd.date_range("2024-01-31", periods=len(values), freq="ME")
    index = pd.DatetimeIndex(days, freq=None, name="date").as_unit("us")
    return pd.Series(values, index, name="UNRATE")


def bars(rows: int = 5) -> pd.DataFrame:
    index = pd.bdate_range("2024-01-02", periods=rows).as_unit("us").rename("date")
    names = catalog.get("^RUT").columns
    return pd.DataFrame(dict.fromkeys(names, 2000.0), index)


def holdings() -> pd.DataFrame:
    row = dict.fromkeys(catalog.get("ishares.IWM").columns, 1.0)
    row |= {"as_of": pd.Timestamp("2024-06-07"), "ticker": "A,B", "name": "é <b>", "sector": None}
    return pd.DataFrame([row, row | {"ticker": "C"}])


def entries(*values: float) -> dict[str, Entry]:
    received = Received("https://example.org/x", "2024-06-10T22:00:00Z", 10, anomalies=("odd",))
    tables = {"UNRATE": unrate(*values), "^RUT": bars(), "ishares.IWM": holdings()}
    releases = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-31", "2024-01-31"]),
            "published": pd.to_datetime(["2024-02-02", "2024-03-08"]),
            "value": [3.7, 3.6],
        }
    )
    return {
        name: entry(catalog.get(name), table, received, releases if name == "UNRATE" else None)
        for name, table in tables.items()
    }


def made(day: str, *values: float) -> Snapshot:
    folder = snapshot.root()
    with only_writer(folder):
        return write(
            folder,
            entries(*(values or (3.7, 3.9))),
            day=day,
            created_at=f"{day}T22:00:00Z",
            failures={"tpu": "its host did not answer"},
        )


@pytest.mark.parametrize("table", [unrate(1.0, float("nan"), 2.5), bars(), holdings()])
def test_bytes_and_back(table: pd.Series | pd.DataFrame) -> None:
    back = from_bytes(to_bytes(table), "series" if isinstance(table, pd.Series) else "frame")
    assert digest(back) == digest(table)
    assert to_bytes(table) == to_bytes(table.copy())


@pytest.mark.parametrize("name", ["^RUT", "french.size_value.bm", "a/../b", "CON:x"])
def test_file_names_stay_in_their_folder(name: str) -> None:
    assert not set(file_name(name)) & set('/\\:*?"<>|^')


def test_what_is_written_is_read_back() -> None:
    written = made("2024-06-10")
    data = load("2024-06-10")
    assert data.kind == "snapshot"
    pd.testing.assert_series_equal(data.series("UNRATE"), unrate(3.7, 3.9))
    pd.testing.assert_frame_equal(data.frame("ishares.IWM"), holdings(), check_dtype=False)
    source = data.provenance["^RUT"]
    assert (source.url, source.anomalies) == ("https://example.org/x", ("odd",))
    assert source.sha256 == digest(data["^RUT"])
    assert source.to_dict()["anomalies"] == ["odd"]
    releases = data.releases("UNRATE")
    assert releases is not None
    assert releases["value"].tolist() == [3.7, 3.6]
    assert data.releases("^RUT") is None
    assert open_snapshot("latest").manifest == written.manifest


def test_ids_go_by_day_and_number() -> None:
    for day in ("2024-06-09", "2024-06-10", *["2024-06-10"] * 10, "2024-06-11"):
        made(day)
    assert snapshot.ids()[-3:] == ["2024-06-10.10", "2024-06-10.11", "2024-06-11"]
    assert open_snapshot("latest").id == "2024-06-11"
    assert open_snapshot("2024-06-10.2").manifest["previous"] == "2024-06-10"


def test_editions_name_them() -> None:
    with pytest.raises(InputError, match="r2k pull"):
        load("latest")
    made("2024-06-10")
    assert load("latest").edition == "2024-06-10"
    with pytest.raises(UnknownName, match="2024-06-10"):
        load("2024-06-1O")


@pytest.mark.parametrize(
    "part", ["data/UNRATE.parquet", "data/%5ERUT.parquet", "vintages/UNRATE.parquet"]
)
@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_damage_is_seen(part: str, how: str) -> None:
    path = made("2024-06-10").path / part
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] + b"?" if how == "changed" else content[:-7])
    with pytest.raises(SnapshotCorrupt, match="r2k snapshots"):
        open_snapshot("latest").load()
    lines, well = verified()
    assert not well
    assert lines[0] == "BAD  2024-06-10"


def test_a_manifest_that_was_touched_is_refused() -> None:
    path = made("2024-06-10").path / "manifest.json"
    content = json.loads(path.read_text())
    content["series"]["UNRATE"]["rows"] = 3
    path.write_text(json.dumps(content))
    with pytest.raises(SnapshotCorrupt, match="own hash"):
        open_snapshot("latest")
    assert "cannot be trusted" in listed()
    path.write_text("{")
    with pytest.raises(SnapshotCorrupt, match="no manifest"):
        open_snapshot("latest")


@pytest.mark.parametrize("call", range(1, 10))
def test_a_full_disk_leaves_the_last_good_one(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made("2024-06-09", 1.0)
    left = [call]
    real = os.fsync

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    # Eight syncs come before the rename: four tables, the manifest, three folders. One follows.
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        if call <= 8:
            with pytest.raises(CannotWrite, match=r"No space left on device.*as they were"):
                made("2024-06-10", 2.0)
        else:
            made("2024-06-10", 2.0)
    assert left[0] <= 0
    assert snapshot.ids() == (["2024-06-09"] if call <= 8 else ["2024-06-09", "2024-06-10"])
    assert verified()[1]
    assert not list(snapshot.root().glob(".new-*"))
    made("2024-06-11")  # nothing stands in the way of the next


def test_leftovers_of_a_killed_pull_are_invisible_and_removed() -> None:
    made("2024-06-09")
    leftover = snapshot.root() / ".new-2024-06-10"
    (leftover / "data").mkdir(parents=True)
    (leftover / "manifest.json").write_text("{}")
    assert snapshot.ids() == ["2024-06-09"]
    made("2024-06-10")
    assert not leftover.exists()


def test_one_writer_at_a_time() -> None:
    with (
        only_writer(snapshot.root()),
        pytest.raises(CannotWrite, match="Another pull"),
        only_writer(snapshot.root()),
    ):
        pass
    made("2024-06-10")  # the lock is free again


@pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")
@pytest.mark.slow
def test_a_kill_at_any_instant_leaves_a_sound_latest(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "kill_writers.py"), "60"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "R2K_HOME": str(tmp_path)},
    )
    result = json.loads(done.stdout)
    assert result["kills"] == 60
    assert result["problems"] == []
    assert result["lost"] == []
    # Instants before and after the rename were both met, or the test shows nothing.
    assert 5 < result["completed"] < 55


def test_rows_added_revised_dropped() -> None:
    assert compare(unrate(1, 2, 3), unrate(1, 2, 3)) == Change()
    assert compare(unrate(1, 2, 3), unrate(1, 5, 3, 4)) == Change(new=1, revised=1)
    assert compare(unrate(1, 2, 3), unrate(1, 2)) == Change(dropped=1)
    assert compare(unrate(1, float("nan")), unrate(1, float("nan"))) == Change()
    assert compare(unrate(1, float("nan")), unrate(1, 2)) == Change(revised=1)
    scaled = bars().assign(**{"Adj Close": 1.0})
    assert compare(bars(), scaled) == Change()  # a dividend is no revision
    assert compare(bars(), bars().assign(Close=1.0)) == Change(revised=5)
    assert compare(holdings(), holdings().iloc[:1]) == Change(dropped=1)


def test_snapshots_are_compared_series_by_series() -> None:
    a, b = made("2024-06-09", 1.0, 2.0), made("2024-06-10", 1.0, 2.5, 3.0)
    assert compare_snapshots(a, b) == {"UNRATE": Change(new=1, revised=1)}
    lines = differences("2024-06-09", "latest")
    assert lines[0] == "2024-06-09 -> 2024-06-10: 1 series changed, 2 did not"
    assert lines[-1].split() == ["UNRATE", "1", "1", "0"]


def test_the_list() -> None:
    assert "r2k pull" in listed()
    assert json.loads(listed(as_json=True)) == []
    made("2024-06-10")
    (row,) = json.loads(listed(as_json=True))
    assert (row["id"], row["series"], row["stale"], row["failed"]) == ("2024-06-10", 3, 0, 1)
    assert verified() == (["ok   2024-06-10"], True)
    assert "2024-06-10" in listed()
