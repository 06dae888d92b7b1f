"""A page's answer in some forty words: its pillar or its risks, and what its claims do."""

from __future__ import annotations

from r2klib.claims.evaluate import Verdicts
from r2klib.claims.pillars import Outcome, Pillar, read_pillars, read_risks
from r2klib.claims.roles import ROLES, Role, roles
from r2klib.claims.verdict import Verdict
from r2klib.errors import listing

_PILLAR: dict[Outcome, str] = {
    "stands": "The pillar stands",
    "falls": "The pillar does not stand",
    "open": "Whether the pillar stands is undecided",
    "unknown": "Whether the pillar stands cannot be told",
}
#: Each role in words that follow a number, short.
_DOES: dict[Role, str] = {role: words for role, (words, _) in ROLES.items()} | {
    "describes": "that only describe"
}
#: Roles of claims that are counted and not named.
_UNNAMED: tuple[Role, ...] = ("describes", "untold")
#: A page without a pillar and of so few claims says each with its status.
_FEW = 3
_LIGHT = {"holds": "on", "does not hold": "off"}


def in_short(verdicts: Verdicts, *themes: str) -> tuple[str, list[str]]:
    """What the claims of some themes come to, as their page says it first.

    Parameters
    ----------
    verdicts : Verdicts
        All of them, from `r2klib.claims.evaluate`: a state may be of another theme than its link.
    *themes : str
        Such as ``"sectors"``.

    Returns
    -------
    (str, list of str)
        Whether the theme's pillar stands or its risks bite (empty for themes without any); and the
        sentences it rests on, with how many of the claims do what for the thesis.

    Raises
    ------
    UnknownName
        There is no such theme.
    """
    own = verdicts.theme(*themes)
    pillars = [p for p in read_pillars(verdicts) if p.link[0] in own]
    risks = [r for r in read_risks(verdicts) if r.link[0] in own]
    words = [f"{_PILLAR[pillar.outcome]}." for pillar in pillars]
    grounds = [said for pillar in pillars for said in _conditions(verdicts, pillar)]
    if risks:
        words.append(_biting(risks))
        grounds.append(_lights(risks))
    if not words and len(own) <= _FEW:
        return "", [_said(one, one.status) for one in own.values()]
    return " ".join(words), [*grounds, _counted(own)]


def _conditions(verdicts: Verdicts, pillar: Pillar) -> list[str]:
    """What the state and the link say, each with its status."""
    return [
        _said(verdicts[claim], status)
        for claim, status in (pillar.state, pillar.link)
        if claim in verdicts
    ]


def _said(verdict: Verdict, status: str) -> str:
    return f"{verdict.claim.statement.rstrip('.')} ({verdict.claim.id}): {status}."


def _biting(risks: list[Pillar]) -> str:
    """Which risks bite."""
    biting = [risk.name.lower() for risk in risks if risk.outcome == "stands"]
    if biting:
        return f"{listing(biting).capitalize()} {'bites' if len(biting) == 1 else 'bite'}."
    known = all(risk.outcome == "falls" for risk in risks)
    return "No risk bites." if known else "No risk is shown to bite."


def _lights(risks: list[Pillar]) -> str:
    """The light and the link of each risk."""
    each = (
        f"{r.name} (light {_LIGHT.get(r.state[1], r.state[1])}, {r.link[0]} {r.link[1]})"
        for r in risks
    )
    return f"{'; '.join(each)}."


def _counted(own: Verdicts) -> str:
    counts = (
        f"{len(ids)} {_does(role, len(ids))}{'' if role in _UNNAMED else f' ({listing(ids)})'}"
        for role, ids in roles(own.values()).items()
        if ids
    )
    return f"Of the {len(own)} claims on this page: {'; '.join(counts)}."


def _does(role: Role, n: int) -> str:
    return f"{_DOES[role]}{'s' if role == 'describes' and n == 1 else ''}"
