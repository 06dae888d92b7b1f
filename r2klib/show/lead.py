"""The front page's answer in about 45 words: what, why, and how sure."""

from __future__ import annotations

from r2klib import claims
from r2klib.audit.calibration import Calibration
from r2klib.claims import Verdicts
from r2klib.claims.score import record
from r2klib.show.html import Display, answer_of


def lead(verdicts: Verdicts, table: Calibration | None = None) -> Display:
    """The answer as a front page gives it.

    Parameters
    ----------
    verdicts : Verdicts
        Of a whole edition; what it lacks is left out of the answer.
    table : Calibration, optional
        The placebo ledgers of the edition or of another, which say what its tests can find.
    """
    word, (pillars, *_) = claims.answer(verdicts)
    said = " ".join(filter(None, (pillars, _recorded(verdicts), _sure(verdicts, table))))
    return answer_of(word, said)


def _recorded(verdicts: Verdicts) -> str:
    """How often months of the thesis came true, and what C1 makes of it."""
    walked = verdicts.get("C1")
    rows = walked.evidence.rows if walked and walked.evidence else None
    if walked is None or rows is None or not {"score", "outcome", "probability"} <= set(rows):
        return ""
    if (found := record(rows)) is None:
        return ""
    return (
        f"In {found.n_full} months three or four of the thesis's conditions were met, and small "
        f"companies led the year after in {found.full:z.0f} %, against {found.all:z.0f} % of all "
        f"{found.n_all}; that they foretell it: {walked.status}."
    )


def _sure(verdicts: Verdicts, table: Calibration | None) -> str:
    """What the tests can find, from worlds with a planted effect."""
    power = None if table is None else table.power()
    if table is None or power is None or power.empty:
        return ""
    share = power[1.0].median()
    where = "" if table.edition == verdicts.edition else f", in worlds of edition {table.edition}"
    return (
        f"The median test finds a true effect of the claimed size {share:z.0f} % of the time"
        f"{where}."
    )
