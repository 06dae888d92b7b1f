"""Asking every source: hosts in parallel, each by one thread, one job after the other.

A host that does not answer twice in a row is left alone. What comes is landed at once.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from r2klib.errors import R2kError, SourceUnavailable
from r2klib.live.choice import jobs_by_host
from r2klib.live.landing import land
from r2klib.live.progress import Progress
from r2klib.live.sources import Answer, Failure, Job, Want
from r2klib.live.sources.http import INTERRUPTED, Client
from r2klib.live.validate import sessions
from r2klib.live.writer import Entry

#: Failures in a row after which a host is not asked again in this pull.
PATIENCE = 2
#: Seconds after which no further request is started.
DEADLINE = 1800.0


@dataclass
class Gathered:
    """What came, by series; why the rest did not; bytes received; whether Ctrl-C ended it."""

    entries: dict[str, Entry] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    n_bytes: int = 0
    interrupted: bool = False

    def add(self, other: Gathered) -> None:
        """Take in what another part of the pull brought."""
        self.entries |= other.entries
        self.failures |= other.failures
        self.n_bytes += other.n_bytes


def gather(
    wants: Sequence[Want],
    client: Client,
    today: dt.date,
    progress: Progress,
) -> Gathered:
    """Run every job, hosts in parallel, and land what comes; Ctrl-C ends it after what is asked."""
    until = time.monotonic() + DEADLINE
    by_id = {want.id: want for want in wants}
    hosts = jobs_by_host(wants)
    progress.start({host: sum(len(job.ids) for job in jobs) for host, jobs in hosts.items()})
    gathered = Gathered()
    sessions()  # before there are threads
    with ThreadPoolExecutor(max_workers=max(len(hosts), 1)) as pool:
        futures = [
            pool.submit(_run_host, host, jobs, by_id, client, today, progress, until)
            for host, jobs in hosts.items()
        ]
        try:
            wait(futures)
        except KeyboardInterrupt:  # each host ends the request under way; what came is kept
            client.stopped.set()
            gathered.interrupted = True
            wait(futures)
        except BaseException:
            client.stopped.set()
            raise
        finally:
            progress.end()
        parts = [future.result() for future in futures]
    for part in parts:
        gathered.add(part)
    order = list(by_id)
    gathered.entries = {name: gathered.entries[name] for name in order if name in gathered.entries}
    return gathered


def _run_host(
    host: str,
    jobs: Sequence[Job],
    wants: Mapping[str, Want],
    client: Client,
    today: dt.date,
    progress: Progress,
    until: float,
) -> Gathered:
    gathered, in_a_row, reason = Gathered(), 0, ""
    for job in jobs:
        if client.stopped.is_set():
            results: list[Answer | Failure] = [Failure(name, INTERRUPTED) for name in job.ids]
        elif in_a_row >= PATIENCE:
            text = f"not asked, its host failed {PATIENCE} times in a row: {reason}"
            results = [Failure(name, text, True) for name in job.ids]
        elif time.monotonic() > until:
            text = f"the pull had {DEADLINE / 60:g} minutes and they are over"
            results = [Failure(name, text) for name in job.ids]
        else:
            results = _run(job, client)
            unreachable = [r for r in results if isinstance(r, Failure) and r.unreachable]
            in_a_row = in_a_row + 1 if unreachable else 0
            reason = unreachable[0].reason if unreachable else ""
        for result in results:
            _land(result, wants[result.id], gathered, today)
            failed = gathered.failures.get(result.id)
            progress.done(host, result.id, gathered.entries.get(result.id), failed)
    return gathered


def _run(job: Job, client: Client) -> list[Answer | Failure]:
    try:
        results = list(job.run(client))
    except SourceUnavailable as error:
        text = client.scrubbed(str(error))
        return [Failure(name, text, error.unreachable) for name in job.ids]
    except R2kError as error:
        return [Failure(name, client.scrubbed(str(error))) for name in job.ids]
    except Exception as error:  # noqa: BLE001 - a surprise in one source must not cost the others
        text = client.scrubbed(f"{type(error).__name__}: {error}")[:300]
        return [Failure(name, f"an answer that r2klib cannot read ({text})") for name in job.ids]
    answered = {result.id for result in results}
    gone = [Failure(name, "the source gave nothing for it") for name in job.ids]
    return [*results, *(failure for failure in gone if failure.id not in answered)]


def _land(result: Answer | Failure, want: Want, gathered: Gathered, today: dt.date) -> None:
    if isinstance(result, Answer):
        gathered.n_bytes += result.n_bytes
        try:
            gathered.entries[want.id] = land(want, result, today)
        except R2kError as error:
            gathered.failures[want.id] = _plain(str(error))
    else:
        gathered.failures[want.id] = _plain(result.reason)


def _plain(text: str) -> str:
    """Replace what is not printable: words of a server may end on a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
