"""Snapshots in words: the list, whether they are sound, what changed between two."""

from __future__ import annotations

import json

from r2klib.data import snapshot
from r2klib.live.listing import differences, listed, moved, verified
from tests.live.small_snapshot import made


def test_the_list() -> None:
    assert "r2k pull" in listed()
    assert json.loads(listed(as_json=True)) == []
    made("2024-06-10")
    (row,) = json.loads(listed(as_json=True))
    assert (row["id"], row["series"], row["stale"], row["failed"]) == ("2024-06-10", 3, 0, 1)
    assert verified() == (["ok   2024-06-10"], True)
    assert "2024-06-10" in listed()


def test_what_is_damaged_is_listed_and_named() -> None:
    assert verified() == (["There is no snapshot on this machine."], True)
    made("2024-06-09")
    (made("2024-06-10").path / "data" / "UNRATE.parquet").write_bytes(b"rot")
    (made("2024-06-11").path / snapshot.MANIFEST).write_text("{")
    (made("2024-06-12").path / snapshot.MANIFEST).unlink()
    tampered = made("2024-06-13").path / snapshot.MANIFEST
    tampered.write_bytes((snapshot.root() / "2024-06-09" / snapshot.MANIFEST).read_bytes())
    lines, well = verified()
    assert not well
    assert [line[:15] for line in lines if not line.startswith(" ")] == [
        "ok   2024-06-09",
        "BAD  2024-06-10",
        "BAD  2024-06-11",
        "BAD  2024-06-12",
        "BAD  2024-06-13",
    ]
    assert lines[2].strip().startswith("UNRATE: ")
    (_, sound, _, *rows) = listed().splitlines()
    assert sound.startswith("2024-06-09")
    problems = ("it is no manifest", "it is gone", "it is that of snapshot 2024-06-09")
    for day, row, problem in zip((11, 12, 13), rows, problems, strict=True):
        assert f"cannot be trusted: {problem}" in row
        assert f"delete {snapshot.root() / f'2024-06-{day}'}" in row


def test_what_changed_between_two() -> None:
    made("2024-06-09", 1.0, 2.0)
    made("2024-06-10", 1.0, 2.5, 3.0)
    lines = differences("2024-06-09", "latest")
    assert lines[0] == "2024-06-09 -> 2024-06-10: 1 series changed, 2 did not"
    assert lines[-1].split() == ["UNRATE", "1", "1", "0"]
    assert json.loads(moved("2024-06-09", "latest")) == {
        "a": "2024-06-09",
        "b": "2024-06-10",
        "series": {"UNRATE": {"new": 1, "revised": 1, "dropped": 0}},
    }
    assert differences("latest", "latest") == [
        "2024-06-10 -> 2024-06-10: 0 series changed, 3 did not"
    ]
