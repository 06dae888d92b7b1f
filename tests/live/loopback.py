"""A small internet on this machine: a TLS proxy on 127.0.0.1 that answers for any routed host.

The clients (httpx, fredapi's requests, curl inside yfinance) stay as they are: they find the
proxy and its throw-away certificate authority in the usual environment variables.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import trustme


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    truncate: bool = False
    delay: float = 0.0


@dataclass(frozen=True)
class Asked:
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    sent: int


Route = Callable[[Asked], Reply]


class Loopback:
    def __init__(self, folder: Path) -> None:
        self.routes: dict[str, Route] = {}
        self.faults: dict[str, list[Reply | Route | None]] = {}
        self.log: list[Asked] = []
        self._authority = trustme.CA()
        self.certificates = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.certificates))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Tunnel)
        self._server.daemon_threads = False
        self._server.loopback = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def route(self, host: str, answer: Route | Reply) -> None:
        self.routes[host] = answer if callable(answer) else lambda _: answer

    def fault(self, host: str, reply: Reply | Route, times: int | None = None) -> None:
        """Give this reply the next `times` times (None: always) in place of the host's own."""
        self.faults[host] = [reply] * times if times else [reply, None]

    def asked(self, host: str) -> list[Asked]:
        return [one for one in self.log if one.host == host]

    def environment(self) -> dict[str, str]:
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), self.url)
        return proxies | {"SSL_CERT_FILE": str(self.certificates)}

    def answer(self, asked: Asked) -> Reply:
        with self._lock:
            queue = self.faults.get(asked.host, [])
            fault = queue[0] if queue else None
            if queue and None not in queue:
                queue.pop(0)
        route = self.routes.get(asked.host, lambda _: Reply(404, b"<html>no such page</html>"))
        return (fault(asked) if callable(fault) else fault) or route(asked)

    def context(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                made.set_alpn_protocols(["http/1.1"])
                self._authority.issue_cert(host).configure_cert(made)
                self._contexts[host] = made
            return self._contexts[host]

    def keep(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.append(opened)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            for opened in self._sockets:
                with contextlib.suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)
        self._server.server_close()  # waits for the handlers


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


class _Tunnel(_Quiet):
    def do_CONNECT(self) -> None:
        loopback: Loopback = self.server.loopback  # type: ignore[attr-defined]
        host = self.path.rsplit(":", 1)[0]
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            with loopback.context(host).wrap_socket(self.connection, server_side=True) as tls:
                loopback.keep(tls)
                _Inside(tls, self.client_address, self.server, host)
        except OSError:  # the client went away, as some of them do on purpose
            pass


class _Inside(_Quiet):
    def __init__(self, tls: ssl.SSLSocket, address: object, server: object, host: str) -> None:
        self.host = host
        super().__init__(tls, address, server)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        loopback: Loopback = self.server.loopback  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        asked = Asked(self.host, parts.path, query, dict(self.headers.items()), 0)
        reply = loopback.answer(asked)
        loopback.log.append(Asked(*(self.host, parts.path, query, asked.headers, len(reply.body))))
        time.sleep(reply.delay)
        if reply.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = reply.body[: len(reply.body) // 2] if reply.truncate else reply.body
        body = b"" if self.command == "HEAD" else body
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = self.close_connection or reply.truncate
