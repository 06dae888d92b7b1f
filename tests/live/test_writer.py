"""Writing a snapshot: a full disk, a kill or a second pull leaves the last good one as it was."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from r2klib.data import snapshot
from r2klib.errors import CannotWrite
from r2klib.live.listing import verified
from r2klib.live.writer import only_writer
from tests.live.small_snapshot import made

KILL_WRITERS = Path(__file__).resolve().parent / "kill_writers.py"


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


def test_a_place_that_cannot_be_a_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    root = snapshot.root()
    root.parent.mkdir(parents=True)
    root.write_text("mine")
    with pytest.raises(CannotWrite, match=r"R2K_HOME") as caught:
        made("2024-06-10")
    assert str(root) in str(caught.value)
    assert root.read_text() == "mine"


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
@pytest.mark.parametrize(
    "kills",
    [pytest.param(20, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.nightly)],
)
def test_a_kill_at_any_instant_leaves_a_sound_latest(kills: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(KILL_WRITERS), str(kills)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "R2K_HOME": str(tmp_path)},
    )
    result = json.loads(done.stdout)
    assert result["kills"] == kills
    assert result["problems"] == []
    assert result["lost"] == []
    # Instants before and after the rename were both met, or the test shows nothing.
    assert kills / 10 < result["completed"] < 0.9 * kills
