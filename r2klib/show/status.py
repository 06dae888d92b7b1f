"""How a status looks and what it means. Colour never speaks alone: a sign and a word go with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from r2klib.show.html import escape, prose

if TYPE_CHECKING:
    from r2klib.claims import Verdict


@dataclass(frozen=True)
class Look:
    """Tone (a colour role), sign and meaning of a status."""

    tone: str
    sign: str
    meaning: str


LOOKS: dict[str, Look] = {
    "supported": Look(
        "good",
        "✓",
        "The 90 % interval lies on the claim's side of zero and survives the correction for the "
        "number of claims tested. “Material” is added where the whole interval is at least as "
        "large as the smallest effect of interest.",
    ),
    "contradicted": Look(
        "bad",
        "✗",
        "The 90 % interval lies wholly on the other side of zero and survives the "
        "correction: the data say the opposite.",
    ),
    "ruled out": Look(
        "slight",
        "≠",
        "An effect as large as claimed is refuted, the number of claims tested allowed for. "
        "“Negligible” is added where the whole interval lies short of the smallest effect of "
        "interest on either side, “wrong side” where all of it lies against the claim.",
    ),
    "inconclusive": Look(
        "open",
        "?",
        "The sample cannot tell. The card says how large an effect it could have "
        "found, and how many observations and years would decide. “Lead” is added where the "
        "interval lies "
        "on the claim's side but did not survive the correction.",
    ),
    "holds": Look("good", "✓", "A statement about the present, and it is so in this edition."),
    "does not hold": Look("bad", "✗", "A statement about the present, and it is not so."),
    "borderline": Look(
        "slight",
        "~",
        "Whether it holds depends on choices that the claim declared beforehand: "
        "the window's start, the vintage or the scaling.",
    ),
    "too old": Look(
        "plain",
        "«",
        "A statement about the present whose data end more than six months before the day of "
        "judging. What was read then is shown, and says nothing of now.",
    ),
    "descriptive": Look("plain", "i", "Numbers worth seeing that no test can decide."),
    "no data": Look(
        "plain", "○", "This edition lacks what the test needs, or holds too little of it."
    ),
    "untestable": Look("plain", "–", "No data at hand could decide it; the card says what would."),
    "merged": Look("plain", "→", "Answered by another claim, which is named."),
}
_YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
#: How a risk's light looks; not a status of a claim.
LIGHTS = {"on": Look("bad", "●", ""), "off": Look("plain", "○", "")}


#: Tones of a risk: a harm that is shown, or on now, is no good news.
HARM = {
    "supported": "bad", "contradicted": "good", "ruled out": "good",
    "holds": "bad", "does not hold": "good",
}  # fmt: skip


def look(status: str) -> Look:
    """How a status looks; one that is not known looks plain."""
    return LOOKS.get(status) or LIGHTS.get(status) or Look("plain", "·", "")


def tone_of(verdict: Verdict) -> str:
    """The colour role of a verdict: by its status, of a risk by the danger."""
    harm = HARM if verdict.claim.theme == "risks" else {}
    return harm.get(verdict.status) or look(verdict.status).tone


def badge(verdict: Verdict) -> str:
    """Status as sign, word and colour; that of a state with the day it was read as of."""
    notes = ", ".join(filter(None, (verdict.notes, as_of(verdict))))
    return badge_of(verdict.status, notes, tone_of(verdict))


def dated(verdict: Verdict) -> str:
    """What was found and up to when, which a finding that names years says by itself.

    Examples
    --------
    >>> dated(verdicts["E1"])  # doctest: +SKIP
    'One standard deviation more growth was followed by ... (90 % interval ...; data to 2026-04)'
    """
    if verdict.evidence is None or not verdict.evidence.finding:
        return ""
    finding = verdict.evidence.finding.rstrip(".")
    day = as_of(verdict)
    if not day and not _YEAR.search(finding):
        day = f"data to {verdict.evidence.as_of:%Y-%m}"
        if finding.endswith(")"):
            return f"{finding[:-1]}; {day})"
    return f"{finding} ({day})" if day else finding


def as_of(verdict: Verdict) -> str:
    """The day that a state was read as of, in words; empty for everything else."""
    if verdict.reading is None or verdict.evidence is None:
        return ""
    return read_on(verdict.status, verdict.evidence.as_of.isoformat())


def read_on(status: str, day: str) -> str:
    """``as of 2026-04-30``; for what is too old, the day on which the first of its data ended."""
    return f"{'by data of' if status == 'too old' else 'as of'} {day}"


def badge_of(status: str, note: str = "", tone: str = "") -> str:
    """A status that may have no verdict behind it; `tone` where its own would mislead."""
    seen = look(status)
    extra = f" <small>{prose(note)}</small>" if note else ""
    sign = f'<span aria-hidden="true">{seen.sign}</span>'
    return (
        f'<span class="r2k-badge r2k-{tone or seen.tone}">{sign}\u00a0'
        f"<b>{escape(status)}</b>{extra}</span>"
    )
