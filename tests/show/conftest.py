"""What the tests here are handed: made-up verdicts and a made-up edition."""

from __future__ import annotations

import pytest

from r2klib.claims import Verdict, Verdicts
from r2klib.data import Dataset
from tests import made


@pytest.fixture
def verdict() -> Verdict:
    return made.make_verdict()


@pytest.fixture
def verdicts() -> Verdicts:
    return made.make_verdicts()


@pytest.fixture
def data() -> Dataset:
    return made.make_data()


@pytest.fixture
def nasty() -> Verdict:
    return made.make_nasty()
