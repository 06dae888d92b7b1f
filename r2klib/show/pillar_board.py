"""The pillar board and the plain answer, as `r2klib.claims.pillars` works them out."""

from __future__ import annotations

from r2klib import claims
from r2klib.claims import Outcome, Pillar, Verdicts
from r2klib.claims.reasons import of_break
from r2klib.show.html import Display, claim_link, escape, prose
from r2klib.show.status import badge_of

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


def board(verdicts: Verdicts) -> Display:
    """The pillar board: four pillars and three risks, each state beside its link.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.
    """
    stand, bite = claims.read_pillars(verdicts), claims.read_risks(verdicts)
    html = (
        '<div class="r2k r2k-board">'
        + "".join(_tile(pillar, _WORDS, "state") for pillar in stand)
        + '</div><h3 class="r2k r2k-label r2k-board-label">Risks</h3>'
        + '<div class="r2k r2k-board">'
        + "".join(_tile(risk, _RISK_WORDS, "light") for risk in bite)
        + "</div>"
    )
    lines = [f"{p.name}: {_WORDS[p.outcome][1]} ({_both(p)})" for p in stand]
    lines += [f"Risk, {r.name.lower()}: {_RISK_WORDS[r.outcome][1]} ({_both(r)})" for r in bite]
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
    """
    word, sentences = claims.answer(verdicts)
    said = " ".join(sentences)
    html = f'<p class="r2k r2k-answer"><strong>{escape(word)}</strong> {prose(said)}</p>'
    return Display(html=html, text=f"{word} {said}")


def _tile(pillar: Pillar, words: dict[Outcome, tuple[str, str]], first: str) -> str:
    tone, word = words[pillar.outcome]
    rows = "".join(
        f"<div><dt>{label} {claim_link(claim)}</dt>"
        f"<dd>{badge_of(_said(label, status), day)}{_small(beside)}</dd></div>"
        for label, (claim, status), day, beside in (
            (first, pillar.state, _day(pillar), ()),
            ("link", pillar.link, "", _beside(pillar)),
        )
    )
    return (
        f'<div class="r2k-tile r2k-{tone}"><p class="r2k-label">{escape(pillar.name)}</p>'
        f'<p class="r2k-outcome">{escape(word)}</p><dl>{rows}</dl></div>'
    )


def _said(label: str, status: str) -> str:
    """A light is on or off; every other condition has the status of its claim."""
    return (
        {"holds": "on", "does not hold": "off"}.get(status, status) if label == "light" else status
    )


def _beside(pillar: Pillar) -> tuple[str, ...]:
    """Whether other pairs and all years say the same of the link."""
    stability = of_break(pillar.stability) if pillar.stability else ""
    return tuple(filter(None, (pillar.agreement, stability)))


def _small(said: tuple[str, ...]) -> str:
    return "".join(f" <small>{escape(text)}</small>" for text in said)


def _both(pillar: Pillar) -> str:
    (state, state_status), (link, link_status) = pillar.state, pillar.link
    read = " ".join(filter(None, (state_status, _day(pillar))))
    return "; ".join((f"{state} {read}, {link} {link_status}", *_beside(pillar)))


def _day(pillar: Pillar) -> str:
    return f"as of {pillar.as_of}" if pillar.as_of else ""
