"""Snapshots on disk: what is written is read back, damage is seen, a full disk leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from r2klib.data import load, snapshot
from r2klib.data.parquet import file_name, from_bytes, to_bytes
from r2klib.data.provenance import digest
from r2klib.data.revisions import Change, compare, compare_editions
from r2klib.data.snapshot import open_snapshot
from r2klib.errors import InputError, SnapshotCorrupt, UnknownName
from tests.live.small_snapshot import bars, holdings, made, unrate


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.delenv("R2K_EDITION", raising=False)
    return tmp_path


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
    (problem,) = open_snapshot("latest").problems()
    series = {"data/UNRATE": "UNRATE", "data/%5ERUT": "^RUT", "vintages/UNRATE": "UNRATE"}
    assert problem.startswith(f"{series[part.removesuffix('.parquet')]}: ")


def test_a_manifest_that_was_touched_is_refused() -> None:
    path = made("2024-06-10").path / "manifest.json"
    content = json.loads(path.read_text())
    content["series"]["UNRATE"]["rows"] = 3
    path.write_text(json.dumps(content))
    with pytest.raises(SnapshotCorrupt, match="own hash"):
        open_snapshot("latest")
    path.write_text("{")
    with pytest.raises(SnapshotCorrupt, match="no manifest"):
        open_snapshot("latest")


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
    assert compare_editions(a.load(), b.load()) == {"UNRATE": Change(new=1, revised=1)}
