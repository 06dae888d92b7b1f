"""No test uses the network or this computer's own snapshots, nor does any process it starts."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ["R2K_OFFLINE"] = "1"
os.environ["R2K_HOME"] = tempfile.mkdtemp(prefix="r2k-tests-")
for _name in ("R2K_EDITION", "FRED_API_KEY"):
    os.environ.pop(_name, None)
atexit.register(shutil.rmtree, os.environ["R2K_HOME"], ignore_errors=True)
