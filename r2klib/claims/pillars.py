"""Pillars and risks of the thesis: a state now and a link that held, side by side.

A pillar stands only where its state holds *and* its link is supported; a risk bites only where
its light is on *and* its link is supported. Where one half is known to fail the whole fails,
whatever the other half. Nothing here weighs or averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from r2klib.claims.evaluate import Verdicts
from r2klib.claims.nouns import Verdict

#: ``stands``: both halves are there. ``falls``: one is known to fail. ``open``: tested, but the
#: data cannot decide. ``unknown``: a half was not tested in this edition.
Outcome = Literal["stands", "falls", "open", "unknown"]

#: Name of each pillar: its state and its link.
PILLARS = {
    "economy": ("E0", "E1"),
    "rates": ("R0", "R3"),
    "valuation": ("V0", "V2"),
    "sectors": ("S0", "S6"),
}
#: Name of each risk, as its light in K0 is called: its link.
RISKS = {"slowdown": "K1", "inflation": "K2", "stress": "K5"}
#: The claim whose parts are the lights.
LIGHTS = "K0"

_HALF: dict[str, Outcome] = {
    "holds": "stands",
    "supported": "stands",
    "does not hold": "falls",
    "contradicted": "falls",
    "immaterial": "falls",
    "borderline": "open",
    "inconclusive": "open",
}


@dataclass(frozen=True)
class Standing:
    """One pillar or risk.

    Parameters
    ----------
    name : str
    state, link : Verdict
    state_in_words : str
        Label of the state; for a risk, whether its own light is on.
    halves : (Outcome, Outcome)
        What state and link come to, each alone.
    """

    name: str
    state: Verdict
    link: Verdict
    state_in_words: str
    halves: tuple[Outcome, Outcome]

    @property
    def outcome(self) -> Outcome:
        """What the two halves come to together."""
        order: tuple[Outcome, ...] = ("falls", "unknown", "open")
        return next((outcome for outcome in order if outcome in self.halves), "stands")


def pillars(verdicts: Verdicts) -> list[Standing]:
    """The four pillars of the thesis, in its order."""
    return [
        Standing(
            name=name,
            state=verdicts[state],
            link=verdicts[link],
            state_in_words=verdicts[state].label,
            halves=(_half(verdicts[state]), _half(verdicts[link])),
        )
        for name, (state, link) in PILLARS.items()
    ]


def risks(verdicts: Verdicts) -> list[Standing]:
    """The three risks: slowdown, inflation, stress."""
    return [_risk(verdicts, name, link) for name, link in RISKS.items()]


def answer(verdicts: Verdicts) -> str:
    """The answer to the question of the thesis in one sentence, from pillars and risks alone."""
    found = pillars(verdicts)
    by_outcome = {
        outcome: [pillar.name for pillar in found if pillar.outcome == outcome]
        for outcome in ("stands", "falls", "open", "unknown")
    }
    standing = by_outcome["stands"]
    bites = [risk.name for risk in risks(verdicts) if risk.outcome == "stands"]
    tail = f" What bites: {_and(bites)}." if bites else ""
    if len(standing) == len(found):
        return f"Yes: all {_count(found)} pillars stand.{tail}"
    parts = [
        f"{_and(standing)} {_verb(standing, 'stands', 'stand')}" if standing else "none stands"
    ]
    if falling := by_outcome["falls"]:
        parts.append(f"{_and(falling)} {_verb(falling, 'falls', 'fall')}")
    if undecided := by_outcome["open"]:
        parts.append(f"{_and(undecided)} {_verb(undecided, 'is', 'are')} undecided")
    if untold := by_outcome["unknown"]:
        parts.append(f"{_and(untold)} cannot be told from this edition")
    head = "Only in part" if standing else "Not shown"
    return f"{head}: of {_count(found)} pillars {'; '.join(parts)}.{tail}"


def _risk(verdicts: Verdicts, name: str, link: str) -> Standing:
    lights = verdicts[LIGHTS]
    lit = None
    if lights.reading:
        lit = next((on for part, on in lights.reading.parts.items() if part.startswith(name)), None)
    words: dict[bool | None, tuple[str, Outcome]] = {
        True: ("light on", "stands"),
        False: ("light off", "falls"),
        None: (lights.label, "unknown"),
    }
    in_words, half = words[lit]
    return Standing(
        name=name,
        state=lights,
        link=verdicts[link],
        state_in_words=in_words,
        halves=(half, _half(verdicts[link])),
    )


def _half(verdict: Verdict) -> Outcome:
    return _HALF.get(verdict.status, "unknown")


def _verb(subjects: list[str], one: str, many: str) -> str:
    return one if len(subjects) == 1 else many


def _count(things: list[Standing]) -> str:
    return ("no", "one", "two", "three", "four")[len(things)]


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
