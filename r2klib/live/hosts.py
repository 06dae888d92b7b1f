"""Which hosts a pull would ask, whether they answer, and what time they have."""

from __future__ import annotations

import datetime as dt
import email.utils
import statistics
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from r2klib.errors import SourceUnavailable
from r2klib.live.choice import chosen, jobs_by_host, source_of
from r2klib.live.sources import Want
from r2klib.live.sources.http import Client


def hosts_of_a_pull() -> tuple[list[str], int]:
    """Return the hosts that `r2k pull` would ask, and for how many series."""
    wants = [Want(info) for info in chosen((), ()) if source_of(info) != "r2klib"]
    return sorted(jobs_by_host(wants)), len(wants)


def knock_all(hosts: Sequence[str]) -> dict[str, tuple[bool, str, str]]:
    """Ask every host for a sign of life, in parallel.

    Returns whether it answers, in words how, and its clock (the Date header).
    """
    with Client(timeout=6.0) as client, ThreadPoolExecutor(max_workers=8) as pool:

        def knock(host: str) -> tuple[bool, str, str]:
            try:
                status, date = client.knock(host)
            except SourceUnavailable as error:
                return False, error.reason, ""
            return True, f"answers (status {status})", date

        return dict(zip(hosts, pool.map(knock, hosts), strict=True))


def clock_difference(dates: Iterable[str], now: dt.datetime | None = None) -> float | None:
    """Seconds by which this computer's clock is ahead of the hosts', by the median of Date headers.

    None where no host told its time; `now` is the clock to hold against them.
    """
    now = now or dt.datetime.now(dt.UTC)
    said = []
    for date in filter(None, dates):
        try:
            said.append((now - email.utils.parsedate_to_datetime(date)).total_seconds())
        except (TypeError, ValueError):
            continue
    return statistics.median(said) if said else None
