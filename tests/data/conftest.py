"""The sample edition, read once."""

import pytest

from r2klib.data import Dataset, load


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return load("sample")
