"""A page's answer in some forty words: its pillar or its risks, and what its claims do."""

from __future__ import annotations

from r2klib.claims.evaluate import Verdicts
from r2klib.claims.pillars import Outcome, Pillar, read_pillars, read_risks
from r2klib.claims.roles import ROLES, Role, roles
from r2klib.errors import listing

_PILLAR: dict[Outcome, str] = {
    "stands": "The pillar stands",
    "falls": "The pillar does not stand",
    "open": "Whether the pillar stands is undecided",
    "unknown": "Whether the pillar stands cannot be told",
}
#: Each role in words that follow a number, short.
_DOES: dict[Role, str] = {role: words for role, (words, _) in ROLES.items()} | {
    "describes": "only describing"
}
_LIGHT = {"holds": "on", "does not hold": "off"}


def in_short(verdicts: Verdicts, *themes: str) -> tuple[str, str]:
    """What the claims of some themes come to, as their page says it first.

    Parameters
    ----------
    verdicts : Verdicts
        All of them, from `r2klib.claims.evaluate`: a state may be of another theme than its link.
    *themes : str
        Such as ``"sectors"``.

    Returns
    -------
    (str, str)
        Whether the theme's pillar stands or its risks bite, with both conditions of each (empty
        for themes without any); and how many of the claims do what for the thesis.

    Raises
    ------
    UnknownName
        There is no such theme.
    """
    own = verdicts.theme(*themes)
    pillars = [p for p in read_pillars(verdicts) if p.link[0] in own]
    risks = [r for r in read_risks(verdicts) if r.link[0] in own]
    said = [f"{_PILLAR[p.outcome]}: {_conditions(p)}." for p in pillars]
    return " ".join([*said, *_bite(risks)]), _counted(own)


def _conditions(pillar: Pillar) -> str:
    (state, read), (link, status) = pillar.state, pillar.link
    depends = f" and {pillar.agreement}" if pillar.agreement.startswith("depends") else ""
    return f"its state ({state}: {read}), its link ({link}: {status}{depends})"


def _bite(risks: list[Pillar]) -> list[str]:
    """Which risks bite, and of each its light and its link."""
    if not risks:
        return []
    biting = [risk.name.lower() for risk in risks if risk.outcome == "stands"]
    lights = "; ".join(
        f"{r.name.lower()} (light {_LIGHT.get(r.state[1], r.state[1])}, {r.link[0]} {r.link[1]})"
        for r in risks
    )
    if biting:
        bite = "bites" if len(biting) == 1 else "bite"
        return [f"{listing(biting).capitalize()} {bite}: {lights}."]
    shown = all(risk.outcome == "falls" for risk in risks)
    return [f"{'No risk bites' if shown else 'No risk is shown to bite'}: {lights}."]


def _counted(own: Verdicts) -> str:
    counts = (
        f"{len(ids)} {_DOES[role]}" + (f" ({', '.join(ids)})" if role != "untold" else "")
        for role, ids in roles(own.values()).items()
        if ids
    )
    claims = f"{len(own)} claim{'' if len(own) == 1 else 's'}"
    return f"Of the thesis's {claims} on this page: {'; '.join(counts)}."
