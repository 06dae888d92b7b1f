from __future__ import annotations

import pytest

from r2klib import load
from r2klib.claims import evaluate

TODAY = "2026-11-22"


@pytest.fixture(scope="session")
def sample():
    return load("sample")


@pytest.fixture(scope="session")
def verdicts(sample):
    return evaluate(sample, today=TODAY, cache=False)
