"""An edition pulled from recordings of the live sources, where they are beside this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPLAY = Path(__file__).resolve().parents[2] / "shared" / "replay" / "replay.py"
_RUN = "import sys; from r2klib.cli import main; sys.exit(main())"


def r2k(home: Path, *arguments: str, replay: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the command line as its user does, with a home of its own."""
    rig = [str(REPLAY), "--", sys.executable] if replay else []
    offline = "0" if replay else "1"  # the rig answers for hosts elsewhere, and for no others
    environment = os.environ | {"R2K_HOME": str(home), "R2K_OFFLINE": offline}
    command = [sys.executable, *rig, "-c", _RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def pulled(home: Path) -> Path:
    """A home with one snapshot pulled from the recordings; skips where there are none."""
    if not REPLAY.is_file():
        pytest.skip("recorded data is not beside this checkout")
    answer = r2k(home, "pull", replay=True)
    assert answer.returncode in (0, 3), answer.stderr
    return home
