"""What a verdict does for the thesis: it helps and could be traded, only describes, speaks against.

Statuses say how a test ended, not for whom. Everything here follows from what a claim declared
beforehand (kind, sort, direction, theme, hindsight) and from its status; no number is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from r2klib.claims.verdict import Verdict

#: What a status says of its sentence: it is so, it is not, the data cannot decide, it is only
#: shown, or nothing was read that could tell.
Standing = Literal["so", "not so", "open", "shown", "untold"]
STANDINGS: Mapping[str, Standing] = {
    "supported": "so",
    "holds": "so",
    "contradicted": "not so",
    "ruled out": "not so",
    "does not hold": "not so",
    "inconclusive": "open",
    "borderline": "open",
    "descriptive": "shown",
    "no data": "untold",
    "too old": "untold",
    "untestable": "untold",
    "merged": "untold",
}

Role = Literal["traded", "moves", "hindsight", "describes", "against", "untold"]
#: Each role in words that follow a number, and what it takes.
ROLES: Mapping[Role, tuple[str, str]] = {
    "traded": (
        "for it, and could have been traded",
        "What was known at the time was followed by a lead of small companies.",
    ),
    "moves": (
        "moving with it, not tradable",
        "Small companies gain in the same days or months, so nobody is told beforehand.",
    ),
    "hindsight": (
        "for it, only in hindsight",
        "True of dates, such as the end of a recession, that are known long after.",
    ),
    "describes": (
        "neither: descriptions",
        "How companies differ, how things stand, a risk that is not there: no reason for a lead.",
    ),
    "against": (
        "against it",
        "A sentence of the thesis that the data refute, or a risk that they confirm.",
    ),
    "untold": (
        "cannot be told",
        "Too little data, none at hand, none that could, borderline, or part of another claim.",
    ),
}


def standing_of(status: str) -> Standing:
    """What a status says of its sentence; one that is not known tells nothing."""
    return STANDINGS.get(status, "untold")


def role_of(verdict: Verdict) -> Role:
    """What one verdict does for the thesis; see `ROLES`.

    A risk speaks against small companies where it is so, and describes where it is not; a link that
    lowers their lead (direction -1) describes.
    """
    standing, risk = standing_of(verdict.status), verdict.claim.theme == "risks"
    if standing in ("open", "untold"):
        return "untold"
    if standing == "shown":
        return "describes"
    if risk:
        return "against" if standing == "so" else "describes"
    return _of_true(verdict) if standing == "so" else "against"


def roles(verdicts: Iterable[Verdict]) -> dict[Role, tuple[str, ...]]:
    """The ids of claims by what they do: every role in the order of `ROLES`, each claim in one."""
    found: dict[Role, list[str]] = {role: [] for role in ROLES}
    for verdict in verdicts:
        found[role_of(verdict)].append(verdict.claim.id)
    return {role: tuple(ids) for role, ids in found.items()}


def _of_true(verdict: Verdict) -> Role:
    """The role of a sentence that is so and is no risk."""
    claim = verdict.claim
    if claim.kind == "state" or claim.sort == "level" or claim.direction == -1:
        return "describes"
    if claim.hindsight:
        return "hindsight"
    return "moves" if claim.sort == "sense" else "traded"
