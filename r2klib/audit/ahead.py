"""Ledgers judged ahead, claim by claim in several processes, so that evaluating finds them done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from importlib import import_module
from typing import Any

from r2klib.claims.cache import Store
from r2klib.claims.evaluate import evaluate, missing_series
from r2klib.claims.registry import Ledger, ledger
from r2klib.data import Dataset

#: A dataset by its place, and a claim of it.
Item = tuple[int, str]
#: Claims that a process judges before it says how far it is; each part takes its dataset along.
TOGETHER = 4


def judge_ahead(
    datasets: Sequence[Dataset],
    today: dt.date,
    jobs: int,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Put the evidence of the whole ledger on each dataset into the cache, in `jobs` processes.

    With one nothing is done: evaluating does the same. `today` decides what is fresh, and `say` is
    told after each claim how far it is.
    """
    items = _unknown(datasets)
    if jobs < 2 or len(items) < 2:
        return
    say(f"{len(items)} tests to run on {len(datasets)} sets of data")
    joblib: Any = import_module("joblib")  # it has no types
    tasks = (joblib.delayed(_judge)(datasets[at], some, today) for at, some in _in_parts(items))
    done = 0
    try:
        for names in joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(tasks):
            done += len(names)
            say(f"{done} of {len(items)} tests, the last of claim {names[-1]}")
    except BrokenExecutor:  # the system ended a process, of too little memory perhaps
        say("a process was ended from outside; the rest is done in one")


def _unknown(datasets: Sequence[Dataset]) -> list[Item]:
    """What has a test, the data for it, and nothing in the cache; the same claim's side by side."""
    shelves = [Store(data) for data in datasets]
    return [
        (at, claim.id)
        for claim in ledger().values()
        if claim.build is not None
        for at, data in enumerate(datasets)
        if not missing_series(claim, data) and not shelves[at].holds(claim)
    ]


def _in_parts(items: Sequence[Item]) -> Iterator[tuple[int, list[str]]]:
    """Claims of one dataset, a few at a time."""
    for place in sorted({at for at, _ in items}):
        names = [claim for at, claim in items if at == place]
        for start in range(0, len(names), TOGETHER):
            yield place, names[start : start + TOGETHER]


def _judge(data: Dataset, names: list[str], today: dt.date) -> list[str]:
    """Judge some claims, which leaves their evidence in the cache."""
    evaluate(data, claims=Ledger(ledger()[name] for name in names), today=today)
    return names
