"""Pillars and risks of the thesis: state times link, and the answers that follow from them.

A pillar stands only where its state holds *and* its link is supported and does not depend on the
pair. A risk bites only where its light is on *and* its link is supported. Nothing here weighs or
averages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from r2klib.claims.evaluate import Verdicts
from r2klib.claims.nouns import Stability
from r2klib.claims.roles import roles, standing_of
from r2klib.claims.rule import DEPENDS
from r2klib.claims.verdict import Verdict
from r2klib.claims.words import effect_of
from r2klib.errors import listing

#: ``stands``: both conditions are met. ``falls``: one is known to fail. ``open``: tested, and the
#: data cannot decide. ``unknown``: a condition was not tested in this edition, or its state is too
#: old to say.
Outcome = Literal["stands", "falls", "open", "unknown"]
#: name, state claim, link claim.
PILLARS = (
    ("Economy", "E0", "E1"),
    ("Rates", "R0", "R3"),
    ("Valuation", "V0", "V2"),
    ("Sectors", "S0", "S6"),
)
#: name, light within K0, link claim.
RISKS = (
    ("Slowdown", "slowdown", "K1"),
    ("Inflation", "inflation", "K2"),
    ("Stress", "stress", "K5"),
)

_COUNTS = ("None", "One", "Two", "Three", "Four")


@dataclass(frozen=True)
class Pillar:
    """One pillar or risk: two conditions that must both be met.

    Parameters
    ----------
    name : str
    state, link : (str, str)
        Claim id and status of each condition.
    as_of : str
        The day (ISO) that the state was read as of; empty where it was not read.
    agreement : str
        Whether other pairs say the same of the link; see `r2klib.claims.rule`.
    stability : Stability, optional
        The link's break test.
    risk : bool
        Whether it is a risk: one bites on a supported link, also where that depends on the pair.

    Examples
    --------
    >>> r2klib.claims.Pillar("rates", state=("R0", "holds"), link=("R3", "inconclusive")).outcome
    'open'
    """

    name: str
    state: tuple[str, str]
    link: tuple[str, str]
    as_of: str = ""
    agreement: str = ""
    stability: Stability | None = None
    risk: bool = False

    @property
    def outcome(self) -> Outcome:
        """``stands``, ``falls``, ``open`` (undecided) or ``unknown`` (not tested, too old)."""
        standings = {standing_of(status) for _, status in (self.state, self.link)}
        if "not so" in standings:
            return "falls"
        if standings == {"so"}:
            return "open" if self.agreement == DEPENDS and not self.risk else "stands"
        return "open" if standings <= {"so", "open"} else "unknown"


def read_pillars(verdicts: Verdicts) -> tuple[Pillar, ...]:
    """The four pillars of the thesis, as these verdicts leave them.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    tuple of Pillar

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> pillars = r2klib.claims.read_pillars(r2klib.evaluate(data, claims=r0))
    >>> {pillar.name: pillar.outcome for pillar in pillars}
    {'Economy': 'unknown', 'Rates': 'falls', 'Valuation': 'unknown', 'Sectors': 'unknown'}
    """
    return tuple(
        _read(verdicts, name, (state, _status(verdicts, state)), link)
        for name, state, link in PILLARS
    )


def read_risks(verdicts: Verdicts) -> tuple[Pillar, ...]:
    """The three risks, each with its own light of K0.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    tuple of Pillar

    Examples
    --------
    >>> data, k0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["K0"]])
    >>> risks = r2klib.claims.read_risks(r2klib.evaluate(data, claims=k0))
    >>> {risk.name: risk.outcome for risk in risks}
    {'Slowdown': 'falls', 'Inflation': 'falls', 'Stress': 'falls'}
    """
    return tuple(
        _read(verdicts, name, ("K0", _light(verdicts, light)), link, risk=True)
        for name, light, link in RISKS
    )


def _read(
    verdicts: Verdicts, name: str, state: tuple[str, str], link: str, *, risk: bool = False
) -> Pillar:
    verdict = verdicts.get(link)
    return Pillar(
        name,
        state,
        (link, _status(verdicts, link)),
        as_of=_read_on(verdicts, state[0]),
        agreement=verdict.agreement if verdict else "",
        stability=verdict.stability if verdict else None,
        risk=risk,
    )


def _status(verdicts: Verdicts, claim_id: str) -> str:
    return verdicts[claim_id].status if claim_id in verdicts else "no data"


def _read_on(verdicts: Verdicts, state: str) -> str:
    verdict = verdicts.get(state)
    if verdict is None or verdict.evidence is None or verdict.reading is None:
        return ""
    return verdict.evidence.as_of.isoformat()


def _light(verdicts: Verdicts, light: str) -> str:
    """Status of one light, from the parts of K0's reading."""
    verdict = verdicts.get("K0")
    if verdict is None or verdict.reading is None or verdict.status == "too old":
        return verdict.status if verdict else "no data"
    lit = [on for name, on in verdict.reading.parts.items() if name.lower().startswith(light)]
    if not lit:
        return "no data"
    if light == "stress" and verdict.status == "borderline" and not lit[0]:
        return "borderline"
    return "holds" if lit[0] else "does not hold"


def answer(verdicts: Verdicts) -> tuple[str, list[str]]:
    """The answer as a word and its grounds as sentences.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    (str, list of str)
        ``"Shown."``, ``"Shown in part."``, ... and the sentences it rests on.

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> r2klib.claims.answer(r2klib.evaluate(data, claims=r0))[0]
    'Not shown.'
    """
    stand, bite = read_pillars(verdicts), read_risks(verdicts)
    up = [p.name.lower() for p in stand if p.outcome == "stands"]
    down = [p.name.lower() for p in stand if p.outcome == "falls"]
    unsure = [p.name.lower() for p in stand if p.outcome == "open"]
    unknown = [p.name.lower() for p in stand if p.outcome == "unknown"]
    biting = [r.name.lower() for r in bite if r.outcome == "stands"]
    if len(up) == len(stand):
        word = "Shown, with a risk." if biting else "Shown."
    else:
        word = "Shown in part." if up else "Not shown."
    none = "None of the four pillars stands"
    many = f"{_COUNTS[len(up)]} of the four pillars {'stands' if len(up) == 1 else 'stand'}"
    parts = [f"{many}: {listing(up)}" if up else none]
    if down:
        one = len(down) == 1 and not down[0].endswith("s")  # economy fails, rates fail
        parts.append(f"{listing(down)} {'fails' if one else 'fail'}")
    if unsure:
        parts.append(f"{listing(unsure)} undecided")
    if unknown:
        parts.append(f"{listing(unknown)} cannot be told")
    sentences = [f"{'; '.join(parts)}.", _borne_out(verdicts)]
    if old := _too_old((*stand, *bite)):
        sentences.append(old)
    if biting:
        sentences.append(f"{listing(biting).capitalize()} bites as a risk.")
    return word, sentences


def _borne_out(verdicts: Verdicts) -> str:
    """How many claims speak for the thesis and could have been traded, how many against it."""
    n = {role: len(ids) for role, ids in roles(verdicts.values()).items()}
    return (
        f"Of {len(verdicts)} claims {_do(n['traded'], 'speak')} for it and could have been traded; "
        f"{_do(n['against'], 'speak')} against it."
    )


def _do(n: int, verb: str) -> str:
    """How many do something: "none speaks", "1 speaks", "2 speak"."""
    return f"{n or 'none'} {verb}{'s' if n < 2 else ''}"


def _too_old(conditions: tuple[Pillar, ...]) -> str:
    """Which pillars and risks cannot be told because their state is too old; empty where none."""
    states = {p.state[0]: p.as_of for p in conditions if p.state[1] == "too old"}
    if not states:
        return ""
    said = listing(f"{state} (as of {day})" for state, day in states.items())
    return (
        f"Too old to speak of the present: {said}. No pillar stands and no risk bites on a state "
        "that is too old."
    )


# ---- a page -------------------------------------------------------------------------------------

_PILLAR: dict[Outcome, str] = {
    "stands": "The pillar stands",
    "falls": "The pillar does not stand",
    "open": "Whether the pillar stands is undecided",
    "unknown": "Whether the pillar stands cannot be told",
}
_LIGHT = {"holds": "on", "does not hold": "off", "borderline": "borderline"}


def in_short(
    verdicts: Verdicts, *themes: str, headline: Iterable[str] = ()
) -> tuple[str, list[str]]:
    """What the claims of some themes come to, as their page says it first.

    Parameters
    ----------
    verdicts : Verdicts
        All of them, from `r2klib.claims.evaluate`: a state may be of another theme than its link.
    *themes : str
        Such as ``"sectors"``.
    headline : iterable of str
        Ids of claims that answer the page's question, beside those of its pillar.

    Returns
    -------
    (str, list of str)
        Whether the theme's pillar stands or its risks bite (empty for themes without any); and the
        sentences it rests on.

    Raises
    ------
    UnknownName
        There is no such theme, or no such claim in the headline.

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> r2klib.claims.in_short(r2klib.evaluate(data, claims=r0), "rates", headline=["R0"])[1]
    ['The Federal Reserve is easing or on hold and rates are calm (R0): does not hold.']
    """
    own = verdicts.theme(*themes)
    pillars = [p for p in read_pillars(verdicts) if p.link[0] in own]
    risks = [r for r in read_risks(verdicts) if r.link[0] in own]
    words = [f"{_PILLAR[pillar.outcome]}." for pillar in pillars]
    grounds = [said for pillar in pillars for said in _conditions(verdicts, pillar)]
    if risks:
        words.append(_biting(risks))
        grounds.append(_lights(risks))
    grounds += [_said(verdicts[claim], verdicts[claim].status) for claim in headline]
    return " ".join(words), grounds


def _conditions(verdicts: Verdicts, pillar: Pillar) -> list[str]:
    """What the state and the link say, each with its status."""
    return [
        _said(verdicts[claim], status)
        for claim, status in (pillar.state, pillar.link)
        if claim in verdicts
    ]


def _said(verdict: Verdict, status: str) -> str:
    """A sentence of the thesis and what became of it: its status, its effect if it has one."""
    claim, estimate = verdict.claim, verdict.estimate
    effect = ""
    if estimate and claim.sei:
        size = effect_of(estimate.value, claim.sei, estimate.interval, "+")
        effect = f", {size} {estimate.unit}"
    return f"{claim.statement.rstrip('.')} ({claim.id}): {status}{effect}."


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
        f"{r.name} (light {_LIGHT.get(r.state[1], 'unknown')}, {r.link[0]} {r.link[1]})"
        for r in risks
    )
    return f"{'; '.join(each)}."
