"""One polite https client for every plain file: time limits, byte caps, retries, and no leaks.

Secrets never meet httpx: a transport adds the key beneath it, where neither its log nor an
exception's request can show it. Errors are raised outside the handlers that caught them, so a
traceback, however verbose, holds no frame that saw the key.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from r2klib.errors import SourceUnavailable
from r2klib.live.sources import CAP_BYTES, Fetched
from r2klib.live.sources.network import certificates, is_loopback, proxy_for, refuse_if_offline

#: Statuses that pass: too many requests and the server's own troubles.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_REDIRECTS = 5
#: Why a request was not made after Ctrl-C.
INTERRUPTED = "the pull was interrupted before"
# stamina warns of every retry; without a handler Python would print that between progress bars.
logging.getLogger("stamina").addHandler(logging.NullHandler())
# At DEBUG it writes every header received, and a redirect may echo the question, key and all.
logging.getLogger("httpcore").setLevel(logging.INFO)
_AGENT = "Mozilla/5.0 (compatible; r2klib)"
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"


class Secret:
    """A text that shows itself nowhere: not in a repr, a format or a verbose traceback."""

    def __init__(self, text: str) -> None:
        self.reveal: Callable[[], str] = lambda: text

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__


class _Keyed(httpx.BaseTransport):
    """Add ``api_key`` to requests of one host below everything that logs or reports them."""

    def __init__(self, inner: httpx.HTTPTransport, secret: Secret | None) -> None:
        self._inner, self._secret = inner, secret

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._inner.handle_request(self._with_key(request))
        except BaseException as error:  # noqa: BLE001 - an interrupt shows frames as an error does
            # Frames below this one hold the address with the key in their locals.
            error.__cause__ = error.__context__ = None
            raise error.with_traceback(None) from None

    def _with_key(self, request: httpx.Request) -> httpx.Request:
        if self._secret is None:
            return request
        url = request.url.copy_merge_params({"api_key": self._secret.reveal()})
        return httpx.Request(request.method, url, headers=request.headers)

    def close(self) -> None:
        self._inner.close()


class _Refused(Exception):
    """One failed try. `wait`: the server's own Retry-After; `final`: no further try would help."""

    def __init__(self, reason: str, *, wait: float | None = None, final: bool = False) -> None:
        super().__init__(reason)
        self.wait, self.final = wait, final
        self.unreachable = not final


class Client:
    """GET over https, with limits; one per pull, safe to share between threads.

    `secrets` holds ``api_key`` by host, `paces` the least seconds between two requests to a host.
    A connection and each piece of an answer are waited for `timeout` seconds; all `attempts` of one
    request may take `deadline` seconds together. `now` is the clock that stamps what comes. Once
    `stopped` is set, nothing more is asked: the request under way is the last.
    """

    def __init__(
        self,
        *,
        secrets: dict[str, Secret] | None = None,
        timeout: float = 20.0,
        deadline: float = 60.0,
        attempts: int = 4,
        paces: dict[str, float] | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.timeout, self.deadline, self.attempts, self.now = timeout, deadline, attempts, now
        self.stopped = threading.Event()
        self._secrets = secrets or {}
        self._paces = paces or {}
        self._asked: dict[str, float] = {}
        self._clients: dict[str, httpx.Client] = {}
        self._lock = threading.Lock()

    def stamp(self) -> str:
        """Return the time now as ISO 8601 in UTC, to the second."""
        return self.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def scrubbed(self, text: str) -> str:
        """Return a text without any secret of this client."""
        for secret in self._secrets.values():
            text = text.replace(secret.reveal(), "***")
        return text

    def keep_pace(self, host: str) -> None:
        """Wait until the host may be asked again."""
        pace = self._paces.get(host, 0.0)
        if pace:
            with self._lock:
                start = max(time.monotonic(), self._asked.get(host, 0.0) + pace)
                self._asked[host] = start
            time.sleep(max(start - time.monotonic(), 0.0))

    def tries(
        self, on: Callable[[Exception], bool | float], first_wait: float = 0.5
    ) -> Iterable[stamina.Attempt]:
        """Attempts at one request, each ever later, within the limits of the client.

        `on` says whether another try may help after an error, or in how many seconds. About
        `first_wait` seconds lie between the first and the second.
        """
        return stamina.retry_context(
            on=on,
            attempts=self.attempts,
            timeout=self.deadline,
            wait_initial=first_wait,
            wait_max=20.0,
        )

    def get(
        self,
        url: str,
        *,
        accept: str = "*/*",
        cap_bytes: int = CAP_BYTES,
        etag: str = "",
        last_modified: str = "",
        fine: frozenset[int] = frozenset(),
    ) -> Fetched:
        """Get one address: https, or http on this machine, without a key, which the client adds.

        `accept` are the media types that are welcome; a body beyond `cap_bytes` is refused. With
        the validators of an earlier answer the server may say 304. `fine` are statuses that are
        answers too, such as 400 with a body that explains. Raises `SourceUnavailable` after the
        last try; its message names the host, the reason and what to do.
        """
        headers = {"Accept": f"{accept}, */*;q=0.1", "User-Agent": _AGENT}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        failed: _Refused | None = None
        try:
            for attempt in self.tries(_wait_or_give_up):
                with attempt:
                    return self._once(url, headers, cap_bytes, fine)
        except _Refused as refused:
            failed = refused
        assert failed is not None
        raise _unavailable(urlsplit(url).hostname or url, failed)

    def knock(self, host: str) -> tuple[int, str]:
        """Ask a host for a sign of life: the status of a HEAD request, any, and its Date header.

        Raises `SourceUnavailable` if it does not answer.
        """
        refuse_if_offline(host)
        problem = ""
        try:
            answer = self._client(host).head(f"https://{host}/", headers={"User-Agent": _AGENT})
        except (httpx.HTTPError, ssl.SSLError) as error:
            problem = f"{type(error).__name__}: {error}"
        if problem:
            raise SourceUnavailable(host, problem, "Check the connection.", unreachable=True)
        return answer.status_code, answer.headers.get("Date", "")

    def _once(self, url: str, headers: dict[str, str], cap: int, fine: frozenset[int]) -> Fetched:
        for _ in range(MOST_REDIRECTS):
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
                raise _Refused(f"{url} is not https", final=True)
            refuse_if_offline(host)
            self.keep_pace(host)
            if self.stopped.is_set():
                raise _Refused(INTERRUPTED, final=True)
            problem: _Refused | None = None
            try:
                answer = self._read(host, url, headers, cap, fine)
                if isinstance(answer, Fetched):
                    return answer
                url = urljoin(url, answer)
            except httpx.TimeoutException:
                problem = _Refused(f"no answer within {self.timeout:g} s")
            except httpx.ProxyError as error:
                problem = _Refused(f"the proxy refused the connection ({error})")
            except (httpx.TransportError, ssl.SSLError) as error:
                text = f"the connection broke ({type(error).__name__}: {error})"
                problem = _Refused(text, final=_UNTRUSTED in text)
                problem.unreachable = True
            if problem is not None:
                raise problem
        raise _Refused(f"more than {MOST_REDIRECTS} redirects", final=True)

    def _read(
        self, host: str, url: str, headers: dict[str, str], cap: int, fine: frozenset[int]
    ) -> Fetched | str:
        with self._client(host).stream("GET", url, headers=headers) as response:
            if response.has_redirect_location:
                return self.scrubbed(response.headers["Location"])  # it may echo the question
            status = response.status_code
            if status not in {200, 304} | fine:
                raise _not_fine(response, self.now())
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > cap:
                    raise _Refused(f"more than {cap / 1e6:g} MB came from {url}", final=True)
            return Fetched(
                bytes(body),
                url,
                self.stamp(),
                status,
                response.headers.get("ETag", ""),
                response.headers.get("Last-Modified", ""),
            )

    def _client(self, host: str) -> httpx.Client:
        with self._lock:
            if host not in self._clients:
                own = certificates()
                inner = httpx.HTTPTransport(
                    verify=ssl.create_default_context(cafile=own) if own else True,
                    proxy=proxy_for(host),
                )
                self._clients[host] = httpx.Client(
                    transport=_Keyed(inner, self._secrets.get(host)),
                    timeout=self.timeout,
                    trust_env=False,
                )
            return self._clients[host]

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _wait_or_give_up(error: Exception) -> bool | float:
    if not isinstance(error, _Refused) or error.final:
        return False
    return True if error.wait is None else error.wait


def _not_fine(response: httpx.Response, now: dt.datetime) -> _Refused:
    status = response.status_code
    wait = _retry_after(response.headers.get("Retry-After", ""), now) if status in PASSING else None
    refused = _Refused(
        f"it answered {status} {response.reason_phrase}".rstrip(),
        wait=wait,
        final=status not in PASSING or (wait or 0) > 60,
    )
    refused.unreachable = status in PASSING
    return refused


def _retry_after(text: str, now: dt.datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date."""
    if text.isdecimal():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return max((until - now).total_seconds(), 0.0)


def _unavailable(host: str, failed: _Refused) -> SourceUnavailable:
    advice = "Try again later; what is already here stays."
    if failed.final and not failed.unreachable:
        advice = "Trying again will not help: update r2klib, or report this."
    if _UNTRUSTED in str(failed):
        advice = "Name your network's certificates in SSL_CERT_FILE."
    return SourceUnavailable(host, str(failed), advice, unreachable=failed.unreachable)
