"""The sample edition and its verdicts, read and judged once for all tests that ask for them."""

from __future__ import annotations

from functools import cache

import pytest

from r2klib import load
from r2klib.claims import evaluate

TODAY = "2026-11-22"


@cache
def judged_sample():
    """Cached by itself: the rooms that share these fixtures each have them once a session."""
    return evaluate(load("sample"), today=TODAY, cache=False)


@pytest.fixture(scope="session")
def sample():
    return load("sample")


@pytest.fixture(scope="session")
def verdicts():
    return judged_sample()
