"""How this machine reaches the network: its certificates, its proxy, and whether it may."""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from urllib.parse import urlsplit

from r2klib.errors import SourceUnavailable
from r2klib.home import offline

#: Where programs look for the certificates a network's owner added, in this order.
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def certificates() -> str | None:
    """Path of the certificate file named in the environment; None for the usual ones."""
    return next((path for name in CERTIFICATES if (path := os.environ.get(name))), None)


def proxy_for(host: str) -> str | None:
    """Return the proxy that leads to `host` by HTTPS_PROXY, ALL_PROXY and NO_PROXY, or None."""
    proxies = urllib.request.getproxies()
    found = proxies.get("https") or proxies.get("all")
    return None if found is None or urllib.request.proxy_bypass(host) else found


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_if_offline(host: str) -> None:
    """Raise `SourceUnavailable` under ``R2K_OFFLINE=1``, unless a connection ends on this machine.

    A proxy on this machine is no end: it may lead anywhere.
    """
    if not offline():
        return
    proxy = proxy_for(host)
    ends = [host] if proxy is None else [host, urlsplit(proxy).hostname or ""]
    if not all(map(is_loopback, ends)):
        raise SourceUnavailable(
            host, "R2K_OFFLINE=1 forbids connections", "Unset it to pull.", unreachable=True
        )
