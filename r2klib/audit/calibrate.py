"""The calibration of the ledger: the whole machine run where nothing of the thesis is true.

What is run. In each placebo world (`r2klib.audit.worlds`) every link's own test makes its
answer from the world's edition, and the real rule judges all of them together, the correction for
multiple testing running over that world's links, each family by itself. A status of `supported` or
`contradicted` is then won by chance.

Which null. Of *sense*, *foretell* and *event* links: what each portfolio did against the market is
moved to other months, in blocks of a year, the same months for all; the market, the economy and
every date stay. So small is large plus a shuffled d. Beta of the small leg and big growth against
small value under low rates are levels, yet tied to dates, and their null is the same. Memory (H1,
H7) has none beyond three months where blocks are of three months. Depth in falls (K4) is compared
with large companies' own, so d has a mean of zero. Means, volatilities, worst months and dividends
(P2, P3, P4, P9, S3) do not hang on when anything happened: the link's own answer is taken out of
the small leg, where that can be done, and small and large change places in half of all blocks.
Links for which neither makes the null true are left out, and say why.

What is planted. An effect of half, one and two smallest effects of interest is added to the leg
that a link's returns are made of, along the very regressor its own test names, in one link at a
time; the world's other links stay as they are. Found is what the rule then calls `supported`. An
effect counts as planted where, in the first world and at all three sizes, it moves the answer
by three quarters to five quarters of itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from r2klib.audit import planting, trials
from r2klib.audit.calibration import SIZES, Calibration, Trials, path_of, stored
from r2klib.audit.worlds import BLOCK, DECIDING
from r2klib.claims import pairs, rule
from r2klib.claims.cache import library_hash
from r2klib.claims.evaluate import Verdicts, evaluate, resolve_today
from r2klib.claims.nouns import Claim
from r2klib.claims.registry import Ledger, ledger
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.home import cache_home, write_quietly, write_whole

#: Worlds and seed of the tables that are shown.
WORLDS, SEED = 200, 20
#: Share of an effect by which an answer must move for the effect to count as planted.
TOLERANCE = 0.25


def calibrate(
    data: Dataset,
    *,
    worlds: int = WORLDS,
    seed: int = SEED,
    jobs: int = 1,
    claims: Ledger | None = None,
    today: dt.date | str | None = None,
    keep: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Run the ledger in placebo worlds and count what chance wins and what effects are found.

    Parameters
    ----------
    data : Dataset
        The edition, from `r2klib.load`.
    worlds : int
        Number of placebo worlds.
    seed : int
        Of the random numbers; a world depends on it and on its own number alone.
    jobs : int
        Processes; the table is the same for any number.
    claims : Ledger, optional
        Links to calibrate, the whole ledger by default. Of others than the library's own nothing
        is kept, and they cannot be sent to other processes.
    today : date, optional
        Stamped into the table; as in `evaluate`.
    keep : bool
        Whether each world is kept on disk as soon as it is done, and read from there when the same
        run is asked for again; whether the table is kept for the report.
    say : callable
        Told how far the work is, one line at a time.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If no link has an answer here, or claims of one's own are given with more than one job.
    """
    if worlds < 1 or jobs < 1:
        raise InputError(f"worlds and jobs: expected 1 or more, got {worlds} and {jobs}.")
    asked = ledger() if claims is None else claims
    links = Ledger(claim for claim in asked.values() if claim.kind == "link")
    own = ledger()
    if jobs > 1 and any(own.get(name) is not claim for name, claim in links.items()):
        raise InputError("Claims outside the library's own ledger need jobs=1.")
    keep = keep and all(own.get(name) is claim for name, claim in links.items())
    day = resolve_today(today)
    say("reading the ledger of the edition itself")
    observed = evaluate(data, claims=links, today=day, cache=keep)
    plan, unplanted, left_out = _planned(data, observed, seed)
    folder = _folder(data, plan) if keep else None
    records = dict(_kept(folder, worlds))
    todo = [number for number in range(worlds) if number not in records]
    if records:
        say(f"{len(records)} of {worlds} worlds were done before")
    started = time.monotonic()
    for number, record in trials.run(plan, todo, jobs):
        records[number] = record
        if folder:
            write_quietly(folder / f"{number:04d}.json", json.dumps(record))
        done = len(records) - (worlds - len(todo))
        seconds = time.monotonic() - started
        left = seconds / done * (len(todo) - done)
        say(f"{len(records)} of {worlds} worlds, {seconds:z.0f} s, {left:z.0f} s to go")
    table = _table(data, plan, observed, records, unplanted, left_out, day)
    if keep:
        best = stored(data)
        if best is None or best.library != table.library or _adds(table, best):
            write_quietly(path_of(data), table.to_json())
    return table


def _adds(table: Calibration, best: Calibration) -> bool:
    """Whether a table says all that another one does: as many worlds, and every link."""
    return best.worlds <= table.worlds and best.links.keys() <= table.links.keys()


def save(table: Calibration, path: str | Path) -> None:
    """Write a table to a file of one's own, whole or not at all; `CannotWrite` where it cannot."""
    kept = "Its worlds are kept: give another file with --out and the same seed."
    write_whole(Path(path), table.to_json().encode(), kept)


def _planned(
    data: Dataset, observed: Verdicts, seed: int
) -> tuple[trials.Plan, dict[str, str], dict[str, str]]:
    """What can be run; why nothing is planted in some links, and why others have no placebo."""
    answered = [verdict.claim for verdict in observed.values() if verdict.estimate]
    left_out = {c.id: c.no_placebo for c in answered if planting.null_of(c) is None}
    chosen = [claim for claim in answered if claim.id not in left_out]
    if not chosen:
        raise InputError(
            f"No link of these claims can be calibrated in edition {data.edition!r}: it holds the "
            "series of none. `r2k claims` says what each needs."
        )
    less = data.without([name for name in data if name not in _declared(data, chosen)])
    if all(trials.ask(claim, data) == trials.ask(claim, less) for claim in chosen):
        data = less
    values = {c.id: e.value for c in chosen if (e := observed[c.id].estimate)}
    plan = trials.Plan(data, seed, Ledger(chosen), frozenset(), values)
    first = plan.world(0)
    unplanted = {claim.id: _why_unplanted(claim, first) for claim in chosen}
    unplanted = {name: why for name, why in unplanted.items() if why}
    plantable = frozenset(plan.claims) - set(unplanted)
    return replace(plan, plantable=plantable), unplanted, left_out


def _declared(data: Dataset, claims: Iterable[Claim]) -> set[str]:
    """Series that these claims declare to need, and those of the pairs that decide."""
    kind = pairs.kind_of(data)
    names = {name for claim in claims for name in claim.needs.get(kind, ())}
    deciding = [claim.pair[kind] for claim in claims if kind in claim.pair]
    for pair in (*deciding, *DECIDING[kind]):
        names |= set(pairs.get(pair).series)
    return names


def _why_unplanted(claim: Claim, world: planting.World) -> str:
    """Why no effect can be planted in a link; "" where one of every size can."""
    home = world.of(claim)
    before = trials.ask(claim, home)
    for size in SIZES:
        effect = trials.effect(claim, size)
        planted = planting.with_effect(claim, home, effect) if before else None
        if not planted or before is None:
            return "its answer is nothing that could be added to a leg's returns"
        after = trials.ask(claim, planted)
        moved = 0.0 if after is None else (after.value - before.value) / effect
        if abs(moved - 1) > TOLERANCE:
            return (
                f"an effect of {size:g} times the smallest one of interest, put into its returns, "
                f"moves its answer by {moved:z.2f} of itself"
            )
    return ""


def _folder(data: Dataset, plan: trials.Plan) -> Path:
    """Where the worlds of a run are kept: by data, library, seed and links."""
    parts = [data.fingerprint, library_hash(), str(plan.seed), str(BLOCK), *plan.claims]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return cache_home() / "calibration" / key


def _kept(folder: Path | None, worlds: int) -> Iterator[tuple[int, trials.Record]]:
    """Worlds done before; a file that cannot be read is a world not done."""
    for number in range(worlds if folder else 0):
        assert folder is not None
        try:
            text = (folder / f"{number:04d}.json").read_text(encoding="utf-8")
            yield number, {name: tuple(found) for name, found in json.loads(text).items()}
        except (OSError, ValueError):
            continue


def _table(
    data: Dataset,
    plan: trials.Plan,
    observed: Verdicts,
    records: Mapping[int, trials.Record],
    unplanted: Mapping[str, str],
    left_out: Mapping[str, str],
    day: dt.date,
) -> Calibration:
    numbers = sorted(records)
    links = {}
    for name, claim in plan.claims.items():
        estimate, null = observed[name].estimate, planting.null_of(claim)
        assert estimate is not None
        assert null is not None
        rows = [records[number][name] for number in numbers]
        planted = name in plan.plantable
        links[name] = Trials(
            null=null,
            value=estimate.value,
            interval=estimate.interval,
            p_value=estimate.p_value,
            signed=tuple(row[0] for row in rows),
            statuses="".join(row[1] for row in rows),
            found={s: "".join(r[2][i] for r in rows) for i, s in enumerate(SIZES) if planted},
            unplanted=unplanted.get(name, ""),
        )
    return Calibration(
        edition=data.edition,
        content=data.content_hash,
        library=library_hash(),
        seed=plan.seed,
        worlds=len(numbers),
        block=BLOCK,
        made=day,
        links=links,
        left_out=left_out,
        rule=rule.VERSION,
    )
