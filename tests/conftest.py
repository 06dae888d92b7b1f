"""No test uses the network or this computer's own snapshots, nor does any process it starts."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Workers share the cores: threads of BLAS beside them take a third more of processors for nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
gc.set_threshold(100_000, 20, 100)  # what is imported stays: not to be searched again and again
os.environ["R2K_OFFLINE"] = "1"
os.environ["R2K_STRICT"] = "1"  # an error of a claim's test is the suite's, not a `no data`
if "R2K_TESTS_SHARED" not in os.environ:  # the workers of a run are told that of the first process
    os.environ["R2K_TESTS_SHARED"] = tempfile.mkdtemp(prefix="r2k-tests-")
    atexit.register(shutil.rmtree, os.environ["R2K_TESTS_SHARED"], ignore_errors=True)
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # Nothing is written beside a source, as asked, and no process compiles what another one has.
    os.environ["PYTHONPYCACHEPREFIX"] = f"{Path(__file__).parents[1]}/.pytest_cache/bytecode"
    sys.pycache_prefix, sys.dont_write_bytecode = os.environ["PYTHONPYCACHEPREFIX"], False
# One home for all, so that what one found of the sample serves the others.
os.environ["R2K_HOME"] = os.environ.get(
    "R2K_BROWSER_HOME", f"{os.environ['R2K_TESTS_SHARED']}/home"
)
for _name in ("R2K_EDITION", "FRED_API_KEY"):
    os.environ.pop(_name, None)

# The same examples in every run; `make nightly` chooses the other profile.
settings.register_profile("ordinary", derandomize=True, deadline=None)
settings.register_profile("nightly", settings.get_profile("ordinary"), max_examples=2500)
settings.load_profile("ordinary")


@pytest.hookimpl(tryfirst=True)  # before pytest picks by `-m`
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs by night is slow too: `-m "not slow"` replaces the default `-m "not nightly"`."""
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.slow)
