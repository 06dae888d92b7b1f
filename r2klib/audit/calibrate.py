"""The calibration of the ledger: the whole machine run where nothing of the thesis is true.

What is run. In each placebo world (`r2klib.audit.worlds`) every link's own test makes its answer
from its own rows, and the real rule judges all of them together, the correction for multiple
testing running over that world's links, each family by itself. A status of `supported` or
`contradicted` is then won by chance. Rows are made once: a world changes what a test regresses,
averages or compares, and the market, the economy and every date stay.

Which null. Of *sense*, *foretell* and *event* links, and of *level* links that hang on a driver:
what the null leaves of the response is moved to other months in blocks of a year, the same months
for all links that hold them, or the residuals' signs are changed in place. Of a signal made of past
returns (V2, V5) the surprises and the returns change signs together, in worlds of both sorts, and
the signal is made anew. Memory (H1, H7)
has none beyond three months where blocks are of three months. Depth in falls (K4) is compared with
large companies' own, so d has a mean of zero. Means, volatilities, worst months and dividends do
not hang on when anything happened: the link's own answer is taken out, and small and large change
places in half of all blocks, in worlds of both sorts.

What is planted. An effect of half, one and two smallest effects of interest moves an answer and
its whole law, so no test is run again for it; the world's other links stay as they are. Found is
what the rule then calls `supported`. That an effect moves its answer so is tried: one of each size
is put into the rows of the edition itself, and where the answer moves by less than three quarters
or more than five quarters of it, nothing is planted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from r2klib.audit.calibration import CODES, SIZES, Calibration, Trials, path_of, stored
from r2klib.audit.worlds import BLOCK, World, edges_of, world_kind
from r2klib.claims import rule
from r2klib.claims.cache import library_hash
from r2klib.claims.designs import Design
from r2klib.claims.evaluate import Verdicts, evaluate
from r2klib.claims.nouns import Claim, Estimate
from r2klib.claims.registry import Ledger, ledger
from r2klib.claims.rule import family_of, p_claimed
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.home import cache_home, resolve_today, write_quietly, write_whole

#: Worlds and seed of the tables that are shown.
WORLDS, SEED = 1_000, 20
#: Share of an effect by which an answer must move for the effect to count as planted.
TOLERANCE = 0.25
#: Draws of a simulated law in a world: what is counted is how often p is under a tenth.
DRAWS = 999
#: Worlds computed together, as columns of one response.
TOGETHER = 25
#: One world: by claim id, the signed p-value, the status, and the status at each planted size.
WorldAnswers = dict[str, tuple[float | None, str, str]]
NO_WORLD = "its test, or the law it judges by, names no world in which its null is true"
NOTHING_TO_ADD = "its answer is nothing that could be added to returns"


def calibrate(
    data: Dataset,
    *,
    worlds: int = WORLDS,
    seed: int = SEED,
    jobs: int | None = None,
    claims: Ledger | None = None,
    today: dt.date | str | None = None,
    keep: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Run the ledger in placebo worlds and count what chance wins and what effects are found.

    Parameters
    ----------
    data : Dataset
    worlds : int
        Number of placebo worlds, shuffled and in place by turns.
    seed : int
        Of the random numbers; a world depends on it and on its own number alone.
    jobs : int, optional
        Workers of joblib; by default those of an enclosing `joblib.parallel_config`, such as a
        Dask cluster's. The table is the same for any number.
    claims : Ledger, optional
        Links to calibrate, the whole ledger by default. Of others than the library's own nothing
        is kept.
    today : date, optional
        Stamped into the table; as in `evaluate`.
    keep : bool
        Whether worlds are kept on disk as soon as they are done, and read from there when the same
        run is asked for again; whether the table is kept for the report.
    say : callable
        Told how far the work is, one line at a time.

    Raises
    ------
    InputError
        If no link has an answer here.
    """
    if worlds < 1 or (jobs is not None and jobs < 1):
        raise InputError(f"worlds and jobs: expected 1 or more, got {worlds} and {jobs}.")
    asked = ledger() if claims is None else claims
    links = Ledger(claim for claim in asked.values() if claim.kind == "link")
    own = ledger()
    keep = keep and all(own.get(name) is claim for name, claim in links.items())
    day = resolve_today(today)
    say("reading the ledger of the edition itself")
    observed = evaluate(data, claims=links, today=day, cache=keep)
    asked_of, left_out = _asked(data, observed)
    unplanted = {link.id: why for link in asked_of if (why := _why_unplanted(link))}
    asked_of = [replace(link, plantable=link.id not in unplanted) for link in asked_of]
    folder = _folder(data, asked_of, seed) if keep else None
    records = dict(_kept(folder, worlds))
    todo = [number for number in range(worlds) if number not in records]
    if records:
        say(f"{len(records)} of {worlds} worlds were done before")
    anew = _run(asked_of, seed, edges_of(data), todo, jobs)
    records |= _run_and_keep(anew, folder, len(todo), worlds, say)
    table = Calibration(
        edition=data.edition,
        content=data.content_hash,
        library=library_hash(),
        seed=seed,
        worlds=worlds,
        block=BLOCK,
        made=day,
        links=_in_the_table(asked_of, observed, [records[n] for n in range(worlds)], unplanted),
        left_out=left_out,
        rule=rule.VERSION,
    )
    if keep:
        best = stored(data)
        if best is None or best.library != table.library or table.covers(best):
            write_quietly(path_of(data), table.to_json())
    return table


def _run_and_keep(
    anew: Iterator[tuple[int, WorldAnswers]],
    folder: Path | None,
    todo: int,
    worlds: int,
    say: Callable[[str], None],
) -> dict[int, WorldAnswers]:
    """Worlds that are run now, each kept as soon as it is done."""
    records, started = {}, time.monotonic()
    for done, (number, record) in enumerate(anew, start=1):
        records[number] = record
        if folder:
            write_quietly(folder / f"{number:04d}.json", json.dumps(record))
        if done % TOGETHER == 0 or done == todo:
            seconds = time.monotonic() - started
            left = seconds / done * (todo - done)
            of_all = f"{worlds - todo + done} of {worlds} worlds"
            say(f"{of_all}, {seconds:z.0f} s, {left:z.0f} s to go")
    return records


def save(table: Calibration, path: str | Path) -> None:
    """Write a table to a file of one's own, whole or not at all; `CannotWrite` where it cannot."""
    kept = "Its worlds are kept: give another file with --out and the same seed."
    write_whole(Path(path), table.to_json().encode(), kept)


def _asked(data: Dataset, observed: Verdicts) -> tuple[list[Link], dict[str, str]]:
    """The links that have an answer here, with their rows; and why some have no placebo."""
    answered = [verdict.claim for verdict in observed.values() if verdict.estimate]
    chosen = [
        c for c in answered if isinstance(c.design, Design) and c.design.world and c.design.own_law
    ]
    left_out = {claim.id: NO_WORLD for claim in answered if claim not in chosen}
    if not chosen:
        raise InputError(
            f"No link of these claims can be calibrated in edition {data.edition!r}: it holds the "
            "series of none. `r2k claims` says what each needs."
        )
    return [Link.of(claim, claim.rows(data)) for claim in chosen], left_out


def _why_unplanted(link: Link) -> str:
    """Why no effect can be planted in a link; "" where one of every size can."""
    before = link.design(link.rows)
    for size in SIZES:
        effect = size * link.claimed
        planted = link.design.planted(link.rows, effect)
        if planted is None:
            return NOTHING_TO_ADD
        moved = (link.design(planted).value - before.value) / effect
        if abs(moved - 1) > TOLERANCE:
            return (
                f"an effect of {size:g} times the smallest one of interest, put into its rows, "
                f"moves its answer by {moved:z.2f} of itself"
            )
    return ""


def _folder(data: Dataset, links: Sequence[Link], seed: int) -> Path:
    """Where the worlds of a run are kept: by data, library, seed and links."""
    parts = [data.fingerprint, library_hash(), str(seed), str(BLOCK), *(x.id for x in links)]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return cache_home() / "calibration" / key


def _kept(folder: Path | None, worlds: int) -> Iterator[tuple[int, WorldAnswers]]:
    """Worlds done before; a file that cannot be read is a world not done."""
    for number in range(worlds if folder else 0):
        assert folder is not None
        try:
            text = (folder / f"{number:04d}.json").read_text(encoding="utf-8")
            yield number, {name: tuple(found) for name, found in json.loads(text).items()}
        except (OSError, ValueError):
            continue


def _in_the_table(
    links: Sequence[Link],
    observed: Verdicts,
    records: Sequence[WorldAnswers],
    unplanted: Mapping[str, str],
) -> dict[str, Trials]:
    found = {}
    for link in links:
        estimate: Estimate | None = observed[link.id].estimate
        assert estimate is not None
        rows = [record[link.id] for record in records]
        sizes = enumerate(SIZES) if link.plantable else ()
        found[link.id] = Trials(
            null=link.design.world,
            value=estimate.value,
            interval=estimate.interval,
            p_value=estimate.p_value,
            signed=tuple(row[0] for row in rows),
            statuses="".join(row[1] for row in rows),
            found={size: "".join(row[2][at] for row in rows) for at, size in sizes},
            unplanted=unplanted.get(link.id, ""),
        )
    return found


# ---- links in many worlds at once ---------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A link with its rows, ready to be sent anywhere.

    `claimed` is the smallest effect of interest with the claim's sign; `plantable` says whether
    effects are added.
    """

    id: str
    family: str
    direction: int
    sei: float
    claimed: float
    design: Design
    rows: pd.DataFrame
    plantable: bool = False

    @classmethod
    def of(cls, claim: Claim, rows: pd.DataFrame) -> Link:
        """A claim that was asked of an edition."""
        assert isinstance(claim.design, Design)
        assert claim.direction is not None
        assert claim.sei is not None
        design = claim.design.lighter(DRAWS)
        found = claim.id, family_of(claim), claim.direction, claim.sei, claim.claimed
        return cls(*found, design, rows)

    @property
    def effects(self) -> list[float]:
        """The effects that are planted, with the claim's sign."""
        return [size * self.claimed for size in SIZES] if self.plantable else []


@dataclass(frozen=True)
class Answers:
    """What one link's test said by world: each an array (worlds, 1 + planted sizes).

    A test that refuses a world keeps its place in the correction with p of one.
    """

    p: NDArray[np.float64]
    r: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    sign: NDArray[np.float64]

    def signed(self, at: int) -> float | None:
        """The p-value in a world, negative where the estimate lies against the claim."""
        return float(self.p[at, 0] * self.sign[at, 0]) or None

    @classmethod
    def of(cls, link: Link, worlds: Sequence[World]) -> Answers:
        """Ask a link in every world."""
        width = 1 + len(link.effects)
        found = np.full((5, len(worlds), width), [[[1.0]], [[1.0]], [[-np.inf]], [[np.inf]], [[0]]])
        for at, estimates in enumerate(link.design.answers(link.rows, worlds, link.effects)):
            for k, estimate in enumerate(estimates):
                found[:, at, k] = _numbers(link, estimate)
        return cls(*found)


def _numbers(link: Link, estimate: Estimate) -> tuple[float, float, float, float, float]:
    against = estimate.value * link.direction < 0
    p = max(estimate.p_value, 1e-300)
    return p, p_claimed(estimate, link.claimed), *estimate.interval, -1.0 if against else 1.0


def together(
    links: Sequence[Link], seed: int, edges: tuple[int, ...], numbers: Sequence[int]
) -> dict[int, WorldAnswers]:
    """Judge all links in some worlds, and each again with effects planted in it alone."""
    worlds = [World(seed, number, world_kind(number), edges) for number in numbers]
    answers = {link.id: Answers.of(link, worlds) for link in links}
    letters: dict[str, list[str]] = {}
    for family in {link.family for link in links}:
        letters |= _judged([link for link in links if link.family == family], answers)
    return {
        number: {
            name: (said.signed(at), letters[name][at][0], letters[name][at][1:])
            for name, said in answers.items()
        }
        for at, number in enumerate(numbers)
    }


def _judged(family: Sequence[Link], answers: Mapping[str, Answers]) -> dict[str, list[str]]:
    """By link and world the letters of its statuses: as it is, then with each effect planted."""
    p, r = (
        np.column_stack([getattr(answers[link.id], name)[:, 0] for link in family])
        for name in ("p", "r")
    )
    return {link.id: _letters(link, answers[link.id], at, p, r) for at, link in enumerate(family)}


def _letters(
    link: Link, said: Answers, at: int, p: NDArray[np.float64], r: NDArray[np.float64]
) -> list[str]:
    found = [""] * len(p)
    for k in range(said.p.shape[1]):
        q, s = _corrected(p, at, said.p[:, k]), _corrected(r, at, said.r[:, k])
        for world in range(len(p)):
            if said.sign[world, k] == 0:
                found[world] += CODES["no data"]
                continue
            interval = float(said.low[world, k]), float(said.high[world, k])
            ruling = rule.judge(interval, q[world], s[world], link.sei, link.direction)
            found[world] += CODES[ruling.status]
    return found


def _corrected(p: NDArray[np.float64], at: int, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Benjamini and Hochberg's value of one link, the other links of its family as they are."""
    asked = p.copy()
    asked[:, at] = own
    return np.asarray(false_discovery_control(asked, axis=1)[:, at])


def _run(
    links: Sequence[Link],
    seed: int,
    edges: tuple[int, ...],
    numbers: Sequence[int],
    jobs: int | None,
) -> Iterator[tuple[int, WorldAnswers]]:
    """Each world as it is done, on joblib's workers: processes, or those of a Dask cluster.

    Without `jobs` those of an enclosing `joblib.parallel_config`, one without.
    """
    joblib: Any = import_module("joblib")  # it has no types
    chunks = (numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER))
    tasks = (joblib.delayed(together)(links, seed, edges, chunk) for chunk in chunks)
    for records in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(tasks):
        yield from records.items()
