"""The sample edition and its verdicts, read and judged once for all tests that ask for them."""

from __future__ import annotations

import pytest

from r2klib import load
from tests.shared import judged_sample

#: Of every kind and sort, and quickly answered.
FEW = ("P3", "P7", "H2", "H4", "H5", "E0", "R4", "K5", "C2", "C4")


@pytest.fixture(scope="session")
def sample():
    return load("sample")


@pytest.fixture(scope="session")
def verdicts():
    """The whole ledger, which takes a while: tests that ask for it are slow."""
    return judged_sample()


@pytest.fixture(scope="session")
def few():
    """Some of the ledger, judged as if there were no more."""
    return judged_sample(*FEW)


@pytest.hookimpl(tryfirst=True)  # before pytest picks by `-m`
def pytest_collection_modifyitems(items):
    for item in items:
        if "verdicts" in item.fixturenames and {"claims", "audit"} & set(item.path.parts):
            item.add_marker(pytest.mark.slow)
