"""``r2k pull``: ask every source, keep what is valid, write one snapshot.

Hosts are asked in parallel, each by one thread, politely. A host that does not answer twice in a
row is left alone. What fails is carried forward from the last snapshot, marked stale.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from r2klib.data import catalog, snapshot
from r2klib.data.landing import held_of, kept, land, with_twins
from r2klib.data.progress import Progress, Silent
from r2klib.data.sources import Answer, Failure, Job, Source, Want
from r2klib.data.sources.fred import PACES as FRED_PACES
from r2klib.data.sources.fred import FredSource, key
from r2klib.data.sources.http import Client
from r2klib.data.sources.yahoo import PACES as YAHOO_PACES
from r2klib.data.validate import sessions
from r2klib.data.writer import Entry, only_writer, write
from r2klib.errors import InputError, R2kError, SourceUnavailable, UnknownName

#: Failures in a row after which a host is not asked again in this pull.
PATIENCE = 2
#: Seconds after which no further request is started.
DEADLINE = 1800.0
PARTIAL = 3


@dataclass(frozen=True)
class Outcome:
    """How a pull went for one series.

    Attributes
    ----------
    id, source : str
        The series and its source.
    status : str
        ``"ok"``, ``"stale"`` (carried forward) or ``"missing"`` (nothing to carry forward).
    reason : str
        Why, where it failed.
    entry : Entry or None
        What the snapshot holds of it.
    """

    id: str
    source: str
    status: str
    reason: str = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Pulled:
    """The result of a pull.

    Attributes
    ----------
    snapshot : str or None
        Id of the new snapshot; None where none was written.
    outcomes : tuple of Outcome
        One for each series that was asked for.
    without_adapter : tuple of str
        Series of the catalog that this version has no adapter for.
    n_bytes : int
        Bytes received.
    seconds : float
        How long it took.
    exit_status : int
        0 all, 3 part, 1 nothing (or, with `strict`, not all).
    """

    snapshot: str | None
    outcomes: tuple[Outcome, ...]
    without_adapter: tuple[str, ...]
    n_bytes: int
    seconds: float
    exit_status: int

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """What the sources did not give."""
        return tuple(outcome for outcome in self.outcomes if outcome.status != "ok")


@dataclass
class _Gathered:
    entries: dict[str, Entry] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    n_bytes: int = 0


def pull(
    *,
    sources: Sequence[str] = (),
    series: Sequence[str] = (),
    strict: bool = False,
    members: int = 0,
    progress: Progress | None = None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    client: Client | None = None,
) -> Pulled:
    """Fetch live data and write one new snapshot. Uses the network.

    Parameters
    ----------
    sources, series : sequence of str
        Only these; everything without them. What is not asked for is carried forward.
    strict : bool
        Write nothing unless every series was had.
    members : int
        Also the daily bars of so many of the largest members of each fund (0: none).
    progress : Progress, optional
        Told of every series.
    now : callable
        The clock: it names the snapshot, stamps what is received and decides what is late.
    client : Client, optional
        For tests: other limits.

    Returns
    -------
    Pulled

    Raises
    ------
    UnknownName
        If a source or series does not exist.
    InputError
        If the two do not go together.
    CannotWrite
        If another pull is at work or the disk refuses.
    """
    started = time.monotonic()
    wanted, without_adapter = chosen(sources, series)
    client = client or live_client(now)
    progress = progress or Silent()
    today = now().astimezone(dt.UTC).date()
    folder = snapshot.root()
    with only_writer(folder), client:
        known = snapshot.ids(folder)
        last = snapshot.open_snapshot(known[-1], folder) if known else None
        named = bool(sources or series)
        wants = [Want(info, held_of(last, info.id), named) for info in wanted]
        gathered = gather(wants, client, today, progress, started + DEADLINE)
        if members:
            from r2klib.data.members import gather_members

            failures, n_bytes = gather_members(
                members, gathered.entries, last, client, today, progress
            )
            gathered.failures |= failures
            gathered.n_bytes += n_bytes
            panel = (info for info in catalog.series().values() if is_member(info.id))
            wants += [Want(info, held_of(last, info.id)) for info in panel]
        outcomes = tuple(_outcome(want, gathered) for want in wants)
        complete = not gathered.failures
        fresh = [name for name in gathered.entries if _source(catalog.get(name)) != "r2klib"]
        made = None
        if fresh and (complete or not strict):
            made = write(
                folder,
                with_twins(_everything(outcomes, gathered, last)),
                day=today.isoformat(),
                created_at=client.stamp(),
                failures=gathered.failures,
            )
    status = 1 if made is None else 0 if complete else PARTIAL
    seconds = time.monotonic() - started
    name = None if made is None else made.id
    return Pulled(name, outcomes, without_adapter, gathered.n_bytes, seconds, status)


def live_client(now: Callable[[], dt.datetime]) -> Client:
    """Return the client of a real pull: with the user's key, at the hosts' paces."""
    found = key()
    secrets = {} if found is None else {"api.stlouisfed.org": found}
    return Client(secrets=secrets, paces=FRED_PACES | YAHOO_PACES, now=now)


def adapters() -> dict[str, Source]:
    """Every source by its name in the catalog."""
    from r2klib.data.sources import french, ishares, shiller, workbooks
    from r2klib.data.sources.files import Files
    from r2klib.data.sources.local import Local
    from r2klib.data.sources.yahoo import YahooSource

    files = [french.SOURCE, shiller.SOURCE, ishares.SOURCE, *workbooks.SOURCES]
    every: list[Source] = [FredSource(with_key=key() is not None), YahooSource(), Local()]
    every += [Files(source) for source in files]
    return {source.name: source for source in every}


def chosen(
    sources: Sequence[str], series: Sequence[str]
) -> tuple[list[catalog.SeriesInfo], tuple[str, ...]]:
    """Which rows of the catalog a pull asks for, and which have no adapter."""
    known = adapters()
    for name in sources:
        if name not in known:
            raise UnknownName("source", name, known, "`r2k pull --help`")
    for name in series:
        catalog.get(name)
    rows = [
        info
        for info in catalog.series().values()
        if info.live is not None and not is_member(info.id)
        if not sources or _source(info) in sources
        if not series or info.id in series
    ]
    if not rows:
        raise InputError("No series is both of these sources and of these names: nothing to pull.")
    without = tuple(info.id for info in rows if _source(info) not in known)
    return [info for info in rows if _source(info) in known], without


def is_member(name: str) -> bool:
    """Whether a series belongs to the optional panel of members."""
    return name == "members" or name.startswith("members.")


def gather(
    wants: Sequence[Want],
    client: Client,
    today: dt.date,
    progress: Progress,
    until: float,
) -> _Gathered:
    """Run every job, hosts in parallel, and land what comes."""
    by_id = {want.id: want for want in wants}
    hosts: dict[str, list[Job]] = {}
    known = adapters()
    for name in dict.fromkeys(_source(want.info) for want in wants):
        of_source = [want for want in wants if _source(want.info) == name]
        for job in known[name].jobs(of_source):
            hosts.setdefault(job.host, []).append(job)
    progress.start({host: sum(len(job.ids) for job in jobs) for host, jobs in hosts.items()})
    gathered = _Gathered()
    sessions()  # before there are threads
    with ThreadPoolExecutor(max_workers=max(len(hosts), 1)) as pool:
        futures = [
            pool.submit(_run_host, host, jobs, by_id, client, today, progress, until)
            for host, jobs in hosts.items()
        ]
        try:
            parts = [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            progress.end()
    for part in parts:
        gathered.entries |= part.entries
        gathered.failures |= part.failures
        gathered.n_bytes += part.n_bytes
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
) -> _Gathered:
    gathered, in_a_row, reason = _Gathered(), 0, ""
    for job in jobs:
        if in_a_row >= PATIENCE:
            results: list[Answer | Failure] = [_not_asked(name, reason) for name in job.ids]
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
        return [Failure(name, str(error), error.unreachable) for name in job.ids]
    except R2kError as error:
        return [Failure(name, str(error)) for name in job.ids]
    except Exception as error:  # noqa: BLE001 - a surprise in one source must not cost the others
        text = client.scrubbed(f"{type(error).__name__}: {error}")[:300]
        return [Failure(name, f"an answer that r2klib cannot read ({text})") for name in job.ids]
    answered = {result.id for result in results}
    gone = [Failure(name, "the source gave nothing for it") for name in job.ids]
    return [*results, *(failure for failure in gone if failure.id not in answered)]


def _land(result: Answer | Failure, want: Want, gathered: _Gathered, today: dt.date) -> None:
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


def _not_asked(name: str, reason: str) -> Failure:
    return Failure(name, f"not asked, its host failed {PATIENCE} times in a row: {reason}", True)


def _outcome(want: Want, gathered: _Gathered) -> Outcome:
    source = _source(want.info)
    if want.id in gathered.entries:
        return Outcome(want.id, source, "ok", entry=gathered.entries[want.id])
    reason = gathered.failures[want.id]
    if want.held is None:
        return Outcome(want.id, source, "missing", reason)
    return Outcome(want.id, source, "stale", reason, kept(want.held, reason))


def _everything(
    outcomes: Iterable[Outcome], gathered: _Gathered, last: snapshot.Snapshot | None
) -> dict[str, Entry]:
    """What the new snapshot holds: what came, what is stale, and what nobody asked for."""
    entries = {one.id: one.entry for one in outcomes if one.entry is not None} | gathered.entries
    for name in [] if last is None else last.series:
        held = held_of(last, name) if name not in entries else None
        if held is not None and name not in gathered.failures:
            entries[name] = kept(held, None)
    order = {name: at for at, name in enumerate(catalog.series())}
    return dict(sorted(entries.items(), key=lambda item: order.get(item[0], len(order))))


def _source(info: catalog.SeriesInfo) -> str:
    assert info.live is not None
    return info.live.source
