"""The pillars as a grid of two questions, and the plain answer that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from r2klib import claims
from r2klib.claims import Outcome, Pillar, Verdict, Verdicts
from r2klib.claims.reasons import of_break
from r2klib.show.html import Display, answer_of, claim_link, escape, join, paragraphs, prose
from r2klib.show.inline import aligned, spark
from r2klib.show.numbers import number, with_unit
from r2klib.show.pictures import picture
from r2klib.show.status import HARM, badge_of, read_on
from r2klib.show.verdict_cards import effect_text, reason_text

#: Years of a state's path that are drawn beside it.
YEARS = 5
_WORDS: dict[Outcome, tuple[str, str]] = {
    "stands": ("good", "stands"),
    "falls": ("bad", "does not stand"),
    "open": ("open", "undecided"),
    "unknown": ("plain", "cannot be told"),
}
_RISK_WORDS: dict[Outcome, tuple[str, str]] = {
    "stands": ("bad", "bites"),
    "falls": ("good", "does not bite"),
    "open": ("open", "undecided"),
    "unknown": ("plain", "cannot be told"),
}
#: Of a risk whose light is off: what its link says of the day on which it comes on.
_ARMED = {"supported": ("slight", "would bite if lit"), "ruled out": ("good", "does not bite"),
          "contradicted": ("good", "does not bite")}  # fmt: skip
_UNLIT = ("open", "not lit, undecided")


@dataclass(frozen=True)
class _Gauge:
    """What is drawn of a state: a line, the level it is held against, and its value in words."""

    line: pd.Series
    level: float | None = None
    named: str = ""
    said: str = ""


#: The gauge of each risk's light: column of K0's rows, in words, and the declared level; that of
#: stress is a percentile to date, which the verdict carries.
_LIGHTS: Mapping[str, tuple[str, str, float | None]] = {
    "Slowdown": ("sahm", "Sahm's signal, points", 0.5),
    "Inflation": (
        "inflation",
        "consumer prices in 12 months, % (lit once 6 months in a row are above 3)",
        3.0,
    ),
    "Stress": ("credit spread", "spread of Baa bonds, points", None),
}


def board(verdicts: Verdicts) -> Display:
    """The pillars and risks, each with its state now and what its link has been worth.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> r2klib.show.board(r2klib.evaluate(data, claims=r0)).text.splitlines()[1]
    'Rates: does not stand (R0 does not hold as of 2024-06-28, R3 no data)'
    """
    stand, bite = claims.read_pillars(verdicts), claims.read_risks(verdicts)
    html = _grid(
        ("pillar", "is it so now?", "did it ever pay?"),
        [_row(pillar, _WORDS[pillar.outcome], verdicts) for pillar in stand],
    ) + _grid(
        ("risk", "is it on now?", "has it ever hurt?"),
        [_row(risk, _risk_outcome(risk), verdicts) for risk in bite],
    )
    lines = [f"{p.name}: {_WORDS[p.outcome][1]} ({_both(p)})" for p in stand]
    lines += [f"Risk, {r.name.lower()}: {_risk_outcome(r)[1]} ({_both(r)})" for r in bite]
    return Display(html=html, text="\n".join(lines))


def answer(verdicts: Verdicts) -> Display:
    """The plain answer, computed: one word, and the sentences it rests on.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> r2klib.show.answer(r2klib.evaluate(data, claims=r0)).text.split(";")[0]
    'Not shown. None of the four pillars stands'
    """
    word, (pillars, claimed, *rest) = claims.answer(verdicts)
    note = paragraphs([" ".join(rest)], "r2k r2k-note")  # what it rests on stays short
    return join([answer_of(word, f"{pillars} {claimed}"), Display(note, " ".join(rest))])


def in_short(verdicts: Verdicts, *themes: str, headline: Iterable[str] = ()) -> Display:
    """What the claims of some themes come to: a page's answer, in some forty words, computed.

    Parameters
    ----------
    verdicts : Verdicts
        All of them, from `r2klib.claims.evaluate`.
    *themes : str
        Those of the page, ``"sectors"``.
    headline : iterable of str
        Ids of claims that answer the page's question, beside those of its pillar.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Raises
    ------
    UnknownName
        There is no such theme.

    Examples
    --------
    >>> data, r0 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["R0"]])
    >>> r2klib.show.in_short(r2klib.evaluate(data, claims=r0), "rates", headline=["R0"]).text
    'The Federal Reserve is easing or on hold and rates are calm (R0): does not hold.'
    """
    words, sentences = claims.in_short(verdicts, *themes, headline=headline)
    return answer_of(words, " ".join(sentences))


def _risk_outcome(risk: Pillar) -> tuple[str, str]:
    """Tone and words by danger: a light that is off says nothing of what it would do."""
    light, link = risk.state[1], risk.link[1]
    if light == "does not hold":
        return _ARMED.get(link, _UNLIT)
    return _RISK_WORDS[risk.outcome]


def _grid(heads: tuple[str, str, str], rows: list[str]) -> str:
    head = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in heads)
    return (
        f'<div class="r2k r2k-grid"><table role="table" aria-label="{escape(heads[0].title())}s">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def _row(pillar: Pillar, outcome: tuple[str, str], verdicts: Verdicts) -> str:
    tone, word = outcome
    return (
        f'<tr role="row" class="r2k-{tone}"><th role="rowheader" scope="row">'
        f'{escape(pillar.name)}<span class="r2k-outcome">{escape(word)}</span></th>'
        f'<td role="cell">{_now(pillar, verdicts.get(pillar.state[0]))}</td>'
        f'<td role="cell">{_paid(pillar, verdicts.get(pillar.link[0]))}</td></tr>'
    )


def _now(pillar: Pillar, verdict: Verdict | None) -> str:
    """The state: status and date, the gauge with its level, five years of it."""
    claim, status = pillar.state
    lit = {"holds": "on", "does not hold": "off"} if pillar.risk else {}
    said = badge_of(lit.get(status, status), _day(pillar))
    gauge = None if verdict is None else _gauge(pillar, verdict)
    if gauge is None or gauge.line.dropna().empty:
        return _cell(f"{claim_link(claim)} {said}", "", [_found(verdict)])
    dashed = f"dashed: {gauge.named}" if gauge.named else ""
    drawn = f"{spark(gauge.line, gauge.level)}{_tag(dashed)}"
    return _cell(f"{claim_link(claim)} {said}", drawn, [gauge.said or _found(verdict)])


def _gauge(pillar: Pillar, verdict: Verdict) -> _Gauge | None:
    """What is drawn of a state's last years; None where it has no path."""
    exhibit, evidence = picture(verdict), verdict.evidence
    if exhibit is None or evidence is None or evidence.rows is None or exhibit.kind != "lines":
        return None
    since = exhibit.frame.index[-1] - pd.DateOffset(years=YEARS)
    mark, level = next(iter(exhibit.marks.items()), ("", None))
    if not pillar.risk:
        line = exhibit.frame.iloc[:, 0]
        return _Gauge(line[line.index > since], level, mark)
    column, what, declared = _LIGHTS[pillar.name]
    if column not in evidence.rows:
        return None
    line = evidence.rows[column].dropna()
    level, mark = (level, mark) if declared is None else (declared, "the declared level")
    value = f"{what}: {number(float(line.iloc[-1]), 2)}" if len(line) else ""
    if value and level is not None:
        value += f" against {number(level, 2)}"
    return _Gauge(line[line.index > since], level, mark, value)


def _paid(pillar: Pillar, verdict: Verdict | None) -> str:
    """The link: status, the interval against the claimed size, other pairs and stability."""
    claim, status = pillar.link
    tone = HARM.get(status, "open") if pillar.risk else ""
    notes = verdict.notes if verdict else ""
    said = f"{claim_link(claim)} {badge_of(status, notes, tone if status in HARM else '')}"
    if verdict is None or verdict.estimate is None:
        return _cell(said, "", [reason_text(verdict, short=True) if verdict else ""])
    claimed = ""
    if verdict.claim.sei is not None and verdict.claim.direction is not None:
        size = with_unit(number(verdict.claim.claimed), verdict.claim.sei_unit)
        claimed = f"claimed {size}"
    beside = ", ".join(filter(None, (claimed, *_beside(pillar))))
    return _cell(said, aligned(verdict, tone), [beside], prose(effect_text(verdict)))


def _cell(head: str, drawn: str, words: list[str], effect: str = "") -> str:
    shown = f'<span class="r2k-spark">{drawn}</span>' if drawn else ""
    small = "".join(map(_tag, words))
    number = f"<span>{effect}</span>" if effect else ""
    return f'<div class="r2k-cell"><div>{head}{number}{small}</div>{shown}</div>'


def _tag(text: str) -> str:
    return f'<span class="r2k-tag">{prose(text)}</span>' if text else ""


def _found(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return verdict.evidence.finding if verdict.evidence else reason_text(verdict, short=True)


def _beside(pillar: Pillar) -> tuple[str, ...]:
    """Whether other pairs and all years say the same of the link."""
    stability = of_break(pillar.stability) if pillar.stability else ""
    return tuple(filter(None, (pillar.agreement, stability)))


def _both(pillar: Pillar) -> str:
    (state, state_status), (link, link_status) = pillar.state, pillar.link
    read = " ".join(filter(None, (state_status, _day(pillar))))
    return "; ".join((f"{state} {read}, {link} {link_status}", *_beside(pillar)))


def _day(pillar: Pillar) -> str:
    return read_on(pillar.state[1], pillar.as_of) if pillar.as_of else ""
