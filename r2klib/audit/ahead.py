"""Ledgers judged ahead, claim by claim in several processes, so that evaluating finds them done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor

from r2klib.audit.processes import spread
from r2klib.claims.cache import Store
from r2klib.claims.evaluate import evaluate, missing_series
from r2klib.claims.registry import Ledger, ledger
from r2klib.data import Dataset

#: A dataset by its place, and a claim of it.
Item = tuple[int, str]


def judge_ahead(
    datasets: Sequence[Dataset],
    today: dt.date,
    jobs: int,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Put the evidence of the whole ledger on each dataset into the cache.

    Parameters
    ----------
    datasets : sequence of Dataset
    today : datetime.date
        The day that decides what is fresh.
    jobs : int
        Processes. With one nothing is done: evaluating does the same.
    say : callable
        Told after each claim how far it is.
    """
    items = _unknown(datasets)
    if jobs < 2 or len(items) < 2:
        return
    say(f"{len(items)} tests to run on {len(datasets)} sets of data")
    done = spread(_one, items, min(jobs, len(items)), _start, (list(datasets), today))
    try:
        for number, ((_, claim), _) in enumerate(done, start=1):
            say(f"{number} of {len(items)} tests, the last of claim {claim}")
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


_HERE: list[tuple[list[Dataset], dt.date]] = []


def _start(datasets: list[Dataset], today: dt.date) -> None:
    """Make a process ready."""
    _HERE[:] = [(datasets, today)]


def _one(item: Item) -> None:
    """Judge one claim alone, which leaves its evidence in the cache."""
    datasets, today = _HERE[0]
    at, claim = item
    evaluate(datasets[at], claims=Ledger([ledger()[claim]]), today=today)
