"""The walk-forward odds on the front page: what they are, what they foretold, what they paid."""

from __future__ import annotations

from dataclasses import replace

from r2klib.claims import Verdict, Verdicts
from r2klib.show.html import Display, claim_link, escape, join, prose
from r2klib.show.html_figure import Figure
from r2klib.show.pictures import picture
from r2klib.show.status import badge
from r2klib.show.verdict_cards import source_text

#: What a reader asks of the odds, and the claim that answers.
QUESTIONS = (
    ("The odds today", "C3"),
    ("Have they foretold anything?", "C1"),
    ("Would acting on them have paid?", "C4"),
)


def odds(verdicts: Verdicts) -> Display:
    """The three questions with their computed answers, and the odds drawn month by month.

    Parameters
    ----------
    verdicts : Verdicts
        Of a whole edition; questions whose claim is not among them are left out.
    """
    asked = [(words, verdicts[claim]) for words, claim in QUESTIONS if claim in verdicts]
    rows = "".join(_row(words, verdict) for words, verdict in asked)
    lines = [f"{words} {_said(verdict)}" for words, verdict in asked]
    parts = [Display(html=f'<dl class="r2k r2k-odds">{rows}</dl>', text="\n".join(lines))]
    walked = verdicts.get("C1")
    drawn = picture(walked) if walked else None
    if walked and drawn:
        drawn = replace(drawn, title="The odds by month, and the base rate")  # the finding is above
        figure = Figure.of(drawn, source=source_text(walked, drawn.until), name="C1-odds-by-month")
        parts.append(Display(html=figure.html, text=figure.text))
    return join(parts) if asked else Display("", "")


def _row(words: str, verdict: Verdict) -> str:
    return (
        f"<div><dt>{escape(words)} {claim_link(verdict.claim.id)} "
        f"{badge(verdict)}</dt><dd>{prose(_said(verdict))}</dd></div>"
    )


def _said(verdict: Verdict) -> str:
    """The finding, or why there is none; always a sentence."""
    said = verdict.evidence.finding if verdict.evidence else verdict.reason
    return said if said.endswith((".", "!", "?")) else f"{said}."
