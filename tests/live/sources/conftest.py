"""The recorded files, where a checkout has them beside it."""

from pathlib import Path

import pytest

RECORDED = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def recorded() -> Path:
    if not RECORDED.is_dir():
        pytest.skip("the recorded files are not beside this checkout")
    return RECORDED
