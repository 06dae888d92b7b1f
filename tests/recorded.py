"""An edition pulled from recordings of the live sources, where they are beside this checkout."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.shared import once, r2k

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
