"""An edition pulled from recordings of the live sources, where they are beside this checkout."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

import pytest

from r2klib.claims import Verdicts
from r2klib.data import Dataset
from r2klib.data.snapshot import open_snapshot
from tests.shared import judged, once, r2k

REPLAY = Path(__file__).resolve().parents[2] / "shared" / "replay" / "replay.py"


def pulled() -> Path:
    """A home with one snapshot pulled from the recordings, to read; skips where there are none."""
    if not REPLAY.is_file():
        pytest.skip("recorded data is not beside this checkout")

    def pull(home: Path) -> None:
        answer = r2k(home, "pull", rig=(str(REPLAY), "--", sys.executable))
        assert answer.returncode in (0, 3), answer.stderr
        ran = (answer.returncode, answer.stdout, answer.stderr)
        (home / "ran.json").write_text(json.dumps(ran), encoding="utf-8")

    return once("recorded", pull)


#: A day on which what was recorded was of today.
TODAY = "2026-06-06"


@cache
def judged_recorded() -> tuple[Dataset, Verdicts]:
    """The recorded edition and its ledger."""
    home = pulled()
    data = open_snapshot("latest", home / "snapshots").load()
    return data, judged(data, home, TODAY)
