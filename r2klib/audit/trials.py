"""Links asked in many worlds at once, and how the rule judges each world's ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from r2klib.audit.calibration import CODES, SIZES
from r2klib.audit.worlds import World, kind_of
from r2klib.claims import rule
from r2klib.claims.designs import Design
from r2klib.claims.multiplicity import family_of, p_claimed
from r2klib.claims.nouns import Claim, Estimate

#: Draws of a simulated law in a world: what is counted is how often p is under a tenth.
DRAWS = 999
#: Worlds computed together, as columns of one response.
TOGETHER = 25
#: One world: by claim id, the signed p-value, the status, and the status at each planted size.
Record = dict[str, tuple[float | None, str, str]]


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
    return p, p_claimed(link, estimate), *estimate.interval, -1.0 if against else 1.0


def together(
    links: Sequence[Link], seed: int, edges: tuple[int, ...], numbers: Sequence[int]
) -> list[Record]:
    """Judge all links in some worlds, and each again with effects planted in it alone."""
    worlds = [World(seed, number, kind_of(number), edges) for number in numbers]
    answers = {link.id: Answers.of(link, worlds) for link in links}
    letters: dict[str, list[str]] = {}
    for family in {link.family for link in links}:
        letters |= _judged([link for link in links if link.family == family], answers)
    return [
        {
            name: (said.signed(at), letters[name][at][0], letters[name][at][1:])
            for name, said in answers.items()
        }
        for at in range(len(worlds))
    ]


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


def run(
    links: Sequence[Link],
    seed: int,
    edges: tuple[int, ...],
    numbers: Sequence[int],
    jobs: int | None,
) -> Iterator[tuple[int, Record]]:
    """Each world as it is done, on joblib's workers: processes, or those of a Dask cluster.

    Without `jobs` those of an enclosing `joblib.parallel_config`, one without.
    """
    chunks = [numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER)]
    joblib: Any = import_module("joblib")  # it has no types
    tasks = (joblib.delayed(_with_numbers)(links, seed, edges, chunk) for chunk in chunks)
    spread = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    for chunk, records in spread(tasks):
        yield from zip(chunk, records, strict=True)


def _with_numbers(
    links: Sequence[Link], seed: int, edges: tuple[int, ...], numbers: Sequence[int]
) -> tuple[Sequence[int], list[Record]]:
    return numbers, together(links, seed, edges, numbers)
