"""The front page's answer in about 45 words: what, why, and how sure."""

from __future__ import annotations

from dataclasses import dataclass

from r2klib import claims
from r2klib.audit.calibration import Calibration
from r2klib.claims import Verdict, Verdicts
from r2klib.show.html import Display, escape, prose

#: Conditions of the score, of four, from which a month counts as one of the thesis.
FULL = 3


@dataclass(frozen=True)
class Record:
    """How often small companies led the year after a month, percent, and of how many months."""

    full: float
    n_full: int
    all: float
    n_all: int


def lead(verdicts: Verdicts, table: Calibration | None = None) -> Display:
    """The answer as a front page gives it.

    Parameters
    ----------
    verdicts : Verdicts
        Of a whole edition; what it lacks is left out of the answer.
    table : Calibration, optional
        The placebo ledgers of the edition, which say what its tests can find.
    """
    word, (pillars, *_) = claims.answer(verdicts)
    walked = verdicts.get("C1")
    record = came_true(walked) if walked else None
    said = " ".join(filter(None, (pillars, _recorded(record), _sure(verdicts, table))))
    html = f'<p class="r2k r2k-answer"><strong>{escape(word)}</strong> {prose(said)}</p>'
    return Display(html=html, text=f"{word} {said}")


def came_true(walked: Verdict) -> Record | None:
    """How often months of the score came true; None where no month was scored.

    Parameters
    ----------
    walked : Verdict
        C1's, whose rows hold the score and what followed.
    """
    rows = walked.evidence.rows if walked.evidence else None
    if rows is None or not {"score", "outcome", "probability"} <= set(rows):
        return None
    used = rows.dropna(subset=["score", "outcome", "probability"])
    full = used["outcome"][used["score"] >= FULL]
    if full.empty:
        return None
    return Record(
        100 * float(full.mean()), len(full), 100 * float(used["outcome"].mean()), len(used)
    )


def _recorded(record: Record | None) -> str:
    if record is None:
        return ""
    return (
        f"In {record.n_full} months three or four of its conditions were met, and small companies "
        f"led the year after in {record.full:z.0f} %, against {record.all:z.0f} % of all "
        f"{record.n_all}."
    )


def _sure(verdicts: Verdicts, table: Calibration | None) -> str:
    """What the tests can find: from worlds with a planted effect, else from their own errors."""
    power = None if table is None else table.power()
    if power is not None and not power.empty:
        share = power[1.0].median()
        return (
            f"The median test finds a true effect of the claimed size {share:z.0f} % of the time."
        )
    sizes = [
        (verdict.mde, verdict.claim.sei)
        for verdict in verdicts.values()
        if verdict.mde is not None and verdict.claim.sei
    ]
    able = sum(mde <= claimed for mde, claimed in sizes)
    if not sizes:
        return ""
    return (
        f"{able or 'None'} of {len(sizes)} tests could have found a true effect of the claimed "
        "size four times in five."
    )
