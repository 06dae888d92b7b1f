"""The loopback and what every test of live data needs around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.live.loopback import Loopback

_PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
_TRUST = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No key, no network, no waiting between tries, snapshots in a folder of the test."""
    for name in (*_PROXIES, *_TRUST, "FRED_API_KEY", "R2K_EDITION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("R2K_OFFLINE", "1")
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Loopback]:
    made = Loopback(tmp_path)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("R2K_OFFLINE")  # its hosts have the names of others: the proxy holds them
    yield made
    made.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """yfinance's own use of pandas is not ours to mend."""
    mark = pytest.mark.filterwarnings(r"ignore:.*:pandas.errors.Pandas4Warning:yfinance\.")
    for item in items:
        if "tests/live" in item.path.as_posix():
            item.add_marker(mark)
