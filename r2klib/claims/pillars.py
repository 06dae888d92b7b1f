"""Pillars and risks of the thesis: a state now and a link that held, side by side.

A pillar stands only where its state holds *and* its link is supported; a risk bites only where
its light is on *and* its link is supported. Where one half is known to fail the whole fails,
whatever the other half; where neither fails and one is unknown, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from r2klib.claims.evaluate import Verdicts
from r2klib.claims.nouns import Verdict

#: Name of each pillar: its state and its link.
PILLARS = {
    "economy": ("E0", "E1"),
    "rates": ("R0", "R3"),
    "valuation": ("V0", "V2"),
    "sectors": ("S0", "S6"),
}
#: Name of each risk: its light in K0 and its link.
RISKS = {"slowdown": "K1", "inflation": "K2", "stress": "K5"}
#: The claim whose parts are the lights.
LIGHTS = "K0"

UNKNOWN = ("no data", "not built yet", "untestable", "merged")


@dataclass(frozen=True)
class Standing:
    """One pillar or risk.

    Parameters
    ----------
    name : str
    state, link : Verdict
    state_holds : bool or None
        None where the state is borderline or unknown.
    link_holds : bool or None
        True only where the link is supported; None where it was not tested.
    state_in_words : str
        Status of the state; for a risk, whether its light is on.
    """

    name: str
    state: Verdict
    link: Verdict
    state_holds: bool | None
    link_holds: bool | None
    state_in_words: str

    @property
    def stands(self) -> bool | None:
        """Whether state and link are both there; None where it cannot be told."""
        halves = (self.state_holds, self.link_holds)
        if False in halves:
            return False
        return None if None in halves else True


def pillars(verdicts: Verdicts) -> list[Standing]:
    """The four pillars of the thesis, in its order."""
    return [
        Standing(
            name=name,
            state=verdicts[state],
            link=verdicts[link],
            state_holds={"holds": True, "does not hold": False}.get(verdicts[state].status),
            link_holds=_supported(verdicts[link]),
            state_in_words=verdicts[state].label,
        )
        for name, (state, link) in PILLARS.items()
    ]


def risks(verdicts: Verdicts) -> list[Standing]:
    """The three risks: slowdown, inflation, stress."""
    return list(_risks(verdicts))


def _risks(verdicts: Verdicts) -> Iterator[Standing]:
    lights = verdicts[LIGHTS]
    parts = lights.reading.parts if lights.reading else {}
    for name, link in RISKS.items():
        lit = next((on for part, on in parts.items() if part.startswith(name)), None)
        words = {True: "light on", False: "light off", None: lights.label}[lit]
        yield Standing(
            name=name,
            state=lights,
            link=verdicts[link],
            state_holds=lit,
            link_holds=_supported(verdicts[link]),
            state_in_words=words,
        )


def answer(verdicts: Verdicts) -> str:
    """The answer to the question of the thesis in one or two sentences, from the pillars alone."""
    found = pillars(verdicts)
    standing = [pillar.name for pillar in found if pillar.stands]
    falling = [pillar.name for pillar in found if pillar.stands is False]
    unknown = [pillar.name for pillar in found if pillar.stands is None]
    head = (
        "Yes, every pillar stands"
        if len(standing) == len(found)
        else "Only in part"
        if standing
        else "Not shown"
    )
    parts = []
    if len(standing) < len(found):
        parts.append(f"{_count(standing)} stands" + _names(standing))
    if falling:
        parts.append(
            f"{_count(falling)} {'falls' if len(falling) == 1 else 'fall'}" + _names(falling)
        )
    if unknown:
        parts.append(f"{_count(unknown)} cannot be told from this edition" + _names(unknown))
    bites = [risk.name for risk in risks(verdicts) if risk.stands]
    tail = f" A risk that bites: {', '.join(bites)}." if bites else ""
    of_all = f": of {_count(found)} pillars {_listed(parts)}" if parts else ""
    return f"{head}{of_all}.{tail}"


def _supported(link: Verdict) -> bool | None:
    return None if link.status in UNKNOWN else link.status == "supported"


def _count(things: list[str] | list[Standing]) -> str:
    return ("none", "one", "two", "three", "four")[len(things)]


def _names(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
