"""Every client goes through the proxy, trusts the named certificates and obeys R2K_OFFLINE.

Plain files (httpx), FRED's API (fredapi) and Yahoo (yfinance over curl), each on the same cases.
"""

from __future__ import annotations

import pytest

from r2klib.data import catalog
from r2klib.errors import R2kError, SourceUnavailable
from r2klib.live.choice import adapters, source_of
from r2klib.live.pulling import live_client
from r2klib.live.sources import Answer, Failure, Want
from r2klib.live.sources.fred import FredSource
from r2klib.live.sources.http import Client, Secret
from r2klib.live.sources.yahoo import YahooSource
from tests.live.bodies import (
    API,
    FRENCH,
    GRAPH,
    HTML,
    YAHOO,
    YAHOO_HOSTS,
    api,
    chart,
    momentum,
    prices,
    zipped,
)  # fmt: skip
from tests.live.loopback import Loopback, Reply

CLIENTS = {"files": "french.momentum", "fredapi": "UNRATE", "yfinance": "IWM"}
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
PROXIES = ("HTTPS_PROXY", "https_proxy")


@pytest.fixture
def served(loopback: Loopback) -> Loopback:
    loopback.route(FRENCH, Reply(200, zipped(momentum())))
    loopback.route(API, api({"UNRATE": [("2024-01-01", "2024-02-02", 3.7)]}))
    for host in YAHOO_HOSTS:
        loopback.route(host, chart({"IWM": prices("2024-05-01", "2024-06-10")}))
    return loopback


def ask(name: str) -> Answer | Failure:
    """One series through the client of its source, which starts anew."""
    info = catalog.get(CLIENTS[name])
    sources = {"fredapi": FredSource(with_key=True), "yfinance": YahooSource()}
    source = sources.get(name) or adapters()[source_of(info)]
    (job,) = source.jobs([Want(info)])
    with Client(secrets={API: Secret("k" * 32)}, timeout=2, deadline=5, attempts=1) as client:
        (answer,) = job.run(client)
    return answer


@pytest.mark.parametrize("variable", CERTIFICATES)
@pytest.mark.parametrize("name", CLIENTS)
def test_certificates_are_those_that_are_named(
    name: str, variable: str, served: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in CERTIFICATES:
        monkeypatch.delenv(other, raising=False)
    with pytest.raises(SourceUnavailable):  # nobody vouches for the loopback
        ask(name)
    assert served.log == []
    monkeypatch.setenv(variable, str(served.certificates))
    assert isinstance(ask(name), Answer)


@pytest.mark.parametrize("name", CLIENTS)
def test_the_proxy_is_the_one_that_is_named(
    name: str, served: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(ask(name), Answer)
    asked = len(served.log)
    assert asked
    for variable in PROXIES:
        monkeypatch.setenv(variable, "http://127.0.0.1:9")  # nothing listens there
    with pytest.raises(SourceUnavailable) as caught:
        ask(name)
    assert caught.value.unreachable
    assert len(served.log) == asked


@pytest.mark.parametrize("name", CLIENTS)
def test_offline_forbids_every_client_all_but_this_machine(
    name: str, served: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(ask(name), Answer)
    asked = len(served.log)
    monkeypatch.setenv("R2K_OFFLINE", "1")
    with pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1 forbids connections"):
        ask(name)  # the proxy is this machine, but leads elsewhere
    for variable in PROXIES:
        monkeypatch.setenv(variable, "http://198.51.100.1:8080")
    with pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1 forbids connections"):
        ask(name)
    for variable in PROXIES:
        monkeypatch.delenv(variable)
    with pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1 forbids connections"):
        ask(name)
    assert len(served.log) == asked


# ---- Yahoo's session -----------------------------------------------------------------------------


def test_yahoo_is_read_to_the_cap_and_no_further(
    served: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("r2klib.live.sources.yahoo.CAP_BYTES", 1000)
    with pytest.raises(R2kError, match="Yahoo"):
        ask("yfinance")


def test_yahoo_cannot_lead_to_plain_http(served: Loopback) -> None:
    served.fault(YAHOO, Reply(302, headers={"Location": f"http://{GRAPH}/"}))
    with pytest.raises(R2kError, match="Yahoo"):
        ask("yfinance")
    assert served.asked(GRAPH) == []


# ---- manners -------------------------------------------------------------------------------------


def test_a_host_is_asked_one_at_a_time_and_at_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", sleep)
    client = Client(paces={"a.org": 0.5})
    for host in ("a.org", "a.org", "b.org", "a.org"):
        client.keep_pace(host)
    assert slept == [0.0, 0.5, 0.5]
    monkeypatch.setenv("FRED_API_KEY", "k" * 32)
    paces = live_client(client.now)._paces
    assert 60 / paces[API] <= 120  # requests a minute that FRED allows a key
    assert paces[YAHOO] > 0


def test_all_tries_together_have_one_deadline(served: Loopback) -> None:
    import stamina

    stamina.set_testing(False)
    served.route("slow.org", HTML)
    served.fault("slow.org", Reply(503))
    with (
        Client(timeout=2, deadline=0.001, attempts=100) as client,
        pytest.raises(SourceUnavailable, match="answered 503"),
    ):
        client.get("https://slow.org/")
    assert len(served.asked("slow.org")) == 1
