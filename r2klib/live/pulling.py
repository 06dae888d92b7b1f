"""``r2k pull``: ask every source, keep what is valid, write one snapshot.

What fails is carried forward from the last snapshot, marked stale; so is what Ctrl-C left unasked,
and what had come by then is kept. No series and no old row of one goes without a word and exit
status 3.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from r2klib.data import catalog, snapshot
from r2klib.errors import InputError
from r2klib.live.choice import chosen, is_member, source_of
from r2klib.live.gather import Gathered, gather
from r2klib.live.landing import GONE, kept, with_twins
from r2klib.live.members import gather_members, interrupted
from r2klib.live.outcome import Outcome, Pulled
from r2klib.live.progress import Progress
from r2klib.live.sources import Want
from r2klib.live.sources.fred import PACES as FRED_PACES
from r2klib.live.sources.fred import key
from r2klib.live.sources.http import Client
from r2klib.live.sources.yahoo import PACES as YAHOO_PACES
from r2klib.live.stored import Stored
from r2klib.live.writer import Entry, next_identity, only_writer, write

PARTIAL, INTERRUPTED = 3, 130


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
        If the two do not go together, or `members` is negative.
    CannotWrite
        If another pull is at work or the disk refuses.

    Examples
    --------
    >>> r2klib.live.pull(sources=["fred", "french"])  # doctest: +SKIP
    >>> data = r2klib.load("latest")  # doctest: +SKIP
    """
    started = time.monotonic()
    if members < 0:
        raise InputError(f"`members` is a number of each fund's largest shares, not {members}.")
    wanted = chosen(sources, series)
    client = client or live_client(now)
    progress = progress or Progress()
    today = now().astimezone(dt.UTC).date()
    folder = snapshot.root()
    with only_writer(folder), client:
        next_identity(folder, today.isoformat())  # a wrong clock is said before the work
        stored = Stored(folder)
        named = bool(sources or series)
        wants = [Want(info, stored.held(info.id), named) for info in wanted]
        gathered = gather(wants, client, today, progress)
        if members:
            _gather_panel(members, gathered, stored, client, today, progress)
            panel = (info for info in catalog.series().values() if is_member(info.id))
            wants += [Want(info, stored.held(info.id)) for info in panel]
        outcomes = (
            *(_outcome(want, gathered, stored) for want in wants),
            *_damaged(stored, {want.id for want in wants}),
        )
        failures = gathered.failures | {x.id: x.reason for x in outcomes if x.status != "ok"}
        lost = any(one.reason for one in outcomes)
        complete = not failures and not lost and not stored.unreadable
        fresh = [name for name in gathered.entries if source_of(catalog.get(name)) != "r2klib"]
        made = None
        if fresh and (complete or not strict):
            made = write(
                folder,
                with_twins(_in_order(outcomes, _carried(stored, outcomes))),
                day=today.isoformat(),
                created_at=client.stamp(),
                failures=failures,
            )
    status = 1 if made is None else 0 if complete else PARTIAL
    status = INTERRUPTED if gathered.interrupted else status
    seconds = time.monotonic() - started
    name = None if made is None else made.id
    return Pulled(name, outcomes, gathered.n_bytes, seconds, status, stored.unreadable)


def _gather_panel(
    members: int,
    gathered: Gathered,
    stored: Stored,
    client: Client,
    today: dt.date,
    progress: Progress,
) -> None:
    """The panel of members too, unless Ctrl-C came before it or comes while it is asked for."""
    try:
        if not gathered.interrupted:
            gather_members(members, gathered, stored, client, today, progress)
    except KeyboardInterrupt:
        gathered.interrupted = True
    if gathered.interrupted:
        gathered.failures |= interrupted()


def live_client(now: Callable[[], dt.datetime]) -> Client:
    """Return the client of a real pull: with the user's key, at the hosts' paces."""
    found = key()
    secrets = {} if found is None else {"api.stlouisfed.org": found}
    return Client(secrets=secrets, paces=FRED_PACES | YAHOO_PACES, now=now)


def _outcome(want: Want, gathered: Gathered, stored: Stored) -> Outcome:
    source, damage = source_of(want.info), stored.damage(want.id)
    if want.id in gathered.entries:
        entry = gathered.entries[want.id]
        lost = [line for line in entry.row["anomalies"] if line.startswith(GONE)]
        lost += [damage] if damage else []
        return Outcome(want.id, source, "ok", "; ".join(lost), _marked(entry, damage))
    reason = "; ".join(filter(None, [gathered.failures[want.id], damage]))
    if want.held is None:
        return Outcome(want.id, source, "missing", reason)
    return Outcome(want.id, source, "stale", reason, kept(want.held, reason))


def _marked(entry: Entry, damage: str) -> Entry:
    """The entry with what happened to its older rows among its anomalies."""
    if not damage:
        return entry
    return replace(entry, row={**entry.row, "anomalies": [*entry.row["anomalies"], damage]})


def _damaged(stored: Stored, asked: set[str]) -> Iterable[Outcome]:
    """What nobody asked for and whose copy is damaged: from an older snapshot, or lost."""
    for name in stored.series:
        if name in asked or not (damage := stored.damage(name)):
            continue
        info, held = catalog.series().get(name), stored.held(name)
        source = "unknown" if info is None else source_of(info)
        entry = None if held is None else kept(held, damage)
        yield Outcome(name, source, "missing" if entry is None else "stale", damage, entry)


def _carried(stored: Stored, outcomes: Iterable[Outcome]) -> dict[str, Entry]:
    """What nobody asked for, as the last snapshot holds it."""
    told = {one.id for one in outcomes}
    left = {name: stored.held(name) for name in stored.series if name not in told}
    return {name: kept(held, None) for name, held in left.items() if held is not None}


def _in_order(outcomes: Iterable[Outcome], entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the new snapshot holds, stale series among it, in the order of the catalog."""
    every = {one.id: one.entry for one in outcomes if one.entry is not None} | dict(entries)
    order = {name: at for at, name in enumerate(catalog.series())}
    return dict(sorted(every.items(), key=lambda item: order.get(item[0], len(order))))
