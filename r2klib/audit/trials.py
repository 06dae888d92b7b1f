"""Placebo worlds, one after another or in several processes, and how the rule judges each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from r2klib.audit import planting
from r2klib.audit.calibration import CODES, SIZES
from r2klib.audit.processes import spread
from r2klib.claims.evaluate import Verdicts, judge_all
from r2klib.claims.nouns import Claim, Estimate, Evidence
from r2klib.claims.registry import Ledger, ledger
from r2klib.claims.verdict import Verdict
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing

#: Draws of a simulated law in a world.
DRAWS = 999
#: One world: by claim id, the signed p-value, the status, and the status at each planted size.
Record = dict[str, tuple[float | None, str, str]]


@dataclass(frozen=True)
class Plan:
    """What is run in every world.

    Parameters
    ----------
    data : Dataset
        The edition, without series that no answer reads.
    seed : int
    claims : Ledger
        Links with an answer in the edition and a placebo.
    plantable : frozenset of str
        Ids of links into which effects are planted.
    values : mapping of claim id to float
        The answers in the edition itself.
    """

    data: Dataset
    seed: int
    claims: Ledger
    plantable: frozenset[str]
    values: Mapping[str, float]

    def world(self, number: int) -> planting.World:
        """One placebo world."""
        return planting.World(self.data, self.seed, number, self.values)


def effect(claim: Claim, size: float) -> float:
    """So many smallest effects of interest, with the claim's sign."""
    return size * claim.claimed


def ask(claim: Claim, data: Dataset) -> Estimate | None:
    """The answer of a claim's own test; None where the test refuses the data.

    Simulated laws have fewer draws than in the ledger: what is counted is how often p is under a
    tenth, in hundreds of worlds.
    """
    design = claim.design
    if hasattr(design, "draws"):
        claim = replace(claim, design=replace(cast("Any", design), draws=DRAWS))
    try:
        found = claim.estimate(data)
    except (InputError, SeriesMissing):
        return None
    assert isinstance(found, Estimate)
    return found


def one_world(plan: Plan, number: int) -> Record:
    """Judge all links in one placebo world, and each again with effects planted in it."""
    world = plan.world(number)
    answers = {name: ask(claim, world.of(claim)) for name, claim in plan.claims.items()}
    outcomes = {name: _outcome(plan.claims[name], found) for name, found in answers.items()}
    verdicts = _judged(plan, outcomes)
    record: Record = {}
    for name, claim in plan.claims.items():
        found, letters = answers[name], ""
        for size in SIZES if name in plan.plantable else ():
            again = _outcome(claim, _planted(claim, world, size) if found else None)
            letters += CODES[_judged(plan, outcomes | {name: again})[name].status]
        record[name] = (_signed(claim, found), CODES[verdicts[name].status], letters)
    return record


def _planted(claim: Claim, world: planting.World, size: float) -> Estimate | None:
    data = planting.with_effect(claim, world.of(claim), effect(claim, size))
    return None if data is None else ask(claim, data)


def _outcome(claim: Claim, found: Estimate | None) -> Evidence | Verdict:
    """An answer in the form that the rule judges."""
    if found is None:
        return Verdict(claim=claim, status="no data", reason="refused", edition="placebo")
    return Evidence(answer=found, as_of=dt.date.min, finding="")


def _judged(plan: Plan, outcomes: Mapping[str, Evidence | Verdict]) -> Verdicts:
    return judge_all(plan.claims, outcomes, "placebo", dt.date.min)


def _signed(claim: Claim, found: Estimate | None) -> float | None:
    """The p-value, negative where the estimate lies against the claim."""
    if found is None:
        return None
    p = max(found.p_value, 1e-300)
    return p if found.value * (claim.direction or 1) >= 0 else -p


def run(plan: Plan, numbers: list[int], jobs: int) -> Iterator[tuple[int, Record]]:
    """Each world as it is done, here or in other processes."""
    if jobs == 1 or len(numbers) < 2:
        for number in numbers:
            yield number, one_world(plan, number)
        return
    ids = tuple(plan.claims)  # claims hold functions, which cannot be sent; their ids can
    given = (plan.data, plan.seed, ids, plan.plantable, plan.values)
    yield from spread(_one, numbers, min(jobs, len(numbers)), _start, given)


_HERE: list[Plan] = []


def _start(
    data: Dataset,
    seed: int,
    ids: Iterable[str],
    plantable: frozenset[str],
    values: Mapping[str, float],
) -> None:
    """Make a process ready for worlds."""
    claims = Ledger(ledger()[name] for name in ids)
    _HERE[:] = [Plan(data, seed, claims, plantable, values)]


def _one(number: int) -> Record:
    return one_world(_HERE[0], number)
