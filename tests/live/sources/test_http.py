"""The client: limits, retries, certificates, no connection when offline."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import nullcontext

import pytest
import stamina

from r2klib.errors import SourceUnavailable
from r2klib.live.sources.http import Client, Secret
from r2klib.live.sources.network import refuse_if_offline
from tests.live.loopback import Loopback, Reply, _Tunnel

HOST = "example.org"
URL = f"https://{HOST}/file.csv"


def client(**changed: object) -> Client:
    settings: dict[str, object] = {"timeout": 2.0, "deadline": 5.0} | changed
    return Client(**settings)  # type: ignore[arg-type]


def test_an_answer_carries_its_validators_and_its_time(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"a,b\n", {"ETag": '"v1"', "Last-Modified": "Mon"}))
    now = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)
    with client(now=lambda: now) as http:
        got = http.get(URL)
    assert (got.content, got.etag, got.last_modified) == (b"a,b\n", '"v1"', "Mon")
    assert got.retrieved_at == "2024-06-10T22:00:00Z"


def test_validators_are_sent_and_304_is_an_answer(loopback: Loopback) -> None:
    loopback.route(HOST, lambda asked: Reply(304 if "If-None-Match" in asked.headers else 200))
    with client() as http:
        assert http.get(URL, etag='"v1"').status == 304
        assert http.get(URL).status == 200
    assert loopback.log[0].headers["If-None-Match"] == '"v1"'


@pytest.mark.parametrize("fault", [Reply(429), Reply(500), Reply(503), Reply(reset=True)])
def test_what_passes_is_tried_again(loopback: Loopback, fault: Reply) -> None:
    loopback.route(HOST, Reply(200, b"well"))
    loopback.fault(HOST, fault, times=2)
    with client() as http:
        assert http.get(URL).content == b"well"
    assert len(loopback.log) == 3


def test_a_truncated_body_is_never_an_answer(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"0123456789"))
    loopback.fault(HOST, Reply(200, b"0123456789", truncate=True), times=1)
    with client() as http:
        assert http.get(URL).content == b"0123456789"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_what_does_not_pass_is_asked_once(loopback: Loopback, status: int) -> None:
    loopback.route(HOST, Reply(status))
    with client() as http, pytest.raises(SourceUnavailable, match=f"answered {status}") as caught:
        http.get(URL)
    assert len(loopback.log) == 1
    assert not caught.value.unreachable


def test_too_many_requests_for_ever_ends_with_the_host_named(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(429))
    with client() as http, pytest.raises(SourceUnavailable, match=r"example\.org: .*429") as caught:
        http.get(URL)
    assert caught.value.unreachable
    assert len(loopback.log) == 3


def test_retry_after_is_the_wait(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    stamina.set_testing(False)
    loopback.route(HOST, Reply(200, b"well"))
    loopback.fault(HOST, Reply(429, headers={"Retry-After": "3"}), times=1)
    with client() as http:
        assert http.get(URL).content == b"well"
    assert [wait for wait in waits if wait] == [3.0]


@pytest.mark.parametrize(
    ("said", "waited"), [("Mon, 10 Jun 2024 22:00:02 GMT", [2.0]), ("in a while", [])]
)
def test_a_wait_may_end_at_a_time_and_what_is_none_is_passed_over(
    said: str, waited: list[float], loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    stamina.set_testing(False)
    loopback.route(HOST, Reply(200, b"well"))
    loopback.fault(HOST, Reply(429, headers={"Retry-After": said}), times=1)
    with client(now=lambda: dt.datetime(2024, 6, 10, 22, tzinfo=dt.UTC)) as http:
        assert http.get(URL).content == b"well"
    assert [wait for wait in waits if wait.is_integer() and wait] == waited


def test_a_long_retry_after_is_not_waited_for(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(429, headers={"Retry-After": "3600"}))
    with client() as http, pytest.raises(SourceUnavailable, match=r"429.*later") as caught:
        http.get(URL)
    assert len(loopback.log) == 1
    assert caught.value.unreachable


def test_a_slow_host_is_given_up(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"late", delay=0.6))
    with client(timeout=0.1) as http, pytest.raises(SourceUnavailable, match=r"within 0\.1 s"):
        http.get(URL)


def test_a_body_beyond_the_cap_is_refused(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"x" * 2000))
    with client() as http, pytest.raises(SourceUnavailable, match=r"more than 0\.001 MB"):
        http.get(URL, cap_bytes=1000)


def test_plain_http_is_refused_even_behind_a_redirect(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(302, headers={"Location": "http://example.org/other"}))
    for url in (URL, "http://example.org/file.csv"):
        with client() as http, pytest.raises(SourceUnavailable, match="not https"):
            http.get(url)


def test_redirects_end(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(302, headers={"Location": URL}))
    with client() as http, pytest.raises(SourceUnavailable, match="redirects"):
        http.get(URL)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_any_usual_variable_names_the_certificates(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    loopback.route(HOST, Reply(200, b"well"))
    with client() as http, pytest.raises(SourceUnavailable, match=r"Name your.*SSL_CERT_FILE"):
        http.get(URL)
    monkeypatch.setenv(name, str(loopback.certificates))
    with client() as http:
        assert http.get(URL).content == b"well"


def test_offline_forbids_all_but_this_machine(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback.route(HOST, Reply(200, b"well"))
    with client() as http:
        http.get(URL)
    monkeypatch.setenv("R2K_OFFLINE", "1")
    with client() as http, pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1"):
        http.get(URL)  # the proxy is this machine, but leads elsewhere
    monkeypatch.setenv("HTTPS_PROXY", "http://198.51.100.1:8080")
    monkeypatch.setenv("https_proxy", "http://198.51.100.1:8080")
    with client() as http, pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1") as caught:
        http.get(URL)
    assert caught.value.unreachable
    monkeypatch.setenv("NO_PROXY", HOST)
    with client() as http, pytest.raises(SourceUnavailable, match="R2K_OFFLINE=1"):
        http.get(URL)


def test_a_secret_goes_to_its_host_only_and_into_no_log(
    loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    loopback.route(HOST, Reply(200, b"well"))
    loopback.route("other.org", Reply(200, b"well"))
    with client(secrets={HOST: Secret("s3cret")}) as http:
        assert "s3cret" not in http.get(f"{URL}?id=1").url
        http.get("https://other.org/")
    assert [asked.query for asked in loopback.log] == [{"id": "1", "api_key": "s3cret"}, {}]
    assert caplog.text
    assert "s3cret" not in caplog.text


def test_a_proxy_that_refuses_is_named(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Tunnel, "do_CONNECT", lambda self: self.send_error(407))
    with client() as http, pytest.raises(SourceUnavailable, match=r"proxy refused .*407") as caught:
        http.get(URL)
    assert caught.value.unreachable


def test_after_an_interrupt_nothing_more_is_asked(loopback: Loopback) -> None:
    loopback.route(HOST, Reply(200, b"well"))
    with client() as http:
        http.get(URL)
        http.stopped.set()
        with pytest.raises(SourceUnavailable, match="interrupted"):
            http.get(URL)
    assert len(loopback.log) == 1


@pytest.mark.parametrize(
    ("host", "proxy", "allowed"),
    [
        ("localhost", None, True),
        ("127.0.0.1", "http://127.0.0.1:9", True),
        ("localhost", "http://198.51.100.1:9", False),
        ("example.org", "http://127.0.0.1:9", False),
        ("example.org", None, False),
    ],
)
def test_offline_asks_where_a_connection_ends(
    host: str, proxy: str | None, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("R2K_OFFLINE", "1")
    monkeypatch.setattr("r2klib.live.sources.network.proxy_for", lambda _: proxy)
    with nullcontext() if allowed else pytest.raises(SourceUnavailable, match="forbids"):
        refuse_if_offline(host)
