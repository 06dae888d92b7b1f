"""The front page's answer in a few lines: what, why, and how sure."""

from __future__ import annotations

from r2klib import claims
from r2klib.audit.calibration import Calibration
from r2klib.claims import Verdicts
from r2klib.claims.score import record
from r2klib.show.html import Display, answer_of


def lead(verdicts: Verdicts, table: Calibration | None = None) -> Display:
    """The answer as a front page gives it; what the edition lacks is left out.

    `table` holds placebo ledgers, of the edition or of another, which say what its tests can find.
    """
    word, (pillars, *_) = claims.answer(verdicts)
    said = " ".join(filter(None, (pillars, _recorded(verdicts), _sure(verdicts, table))))
    return answer_of(word, said)


def _recorded(verdicts: Verdicts) -> str:
    """How often months of the thesis came true."""
    walked = verdicts.get("C1")
    rows = walked.evidence.rows if walked and walked.evidence else None
    if rows is None or not {"score", "outcome", "probability"} <= set(rows):
        return ""
    if (found := record(rows)) is None:
        return ""
    low, high = found.interval
    return (
        f"With three or four conditions met small companies led after {found.full:z.0f} % of "
        f"{found.n_full} months (interval {low:z.0f} to {high:z.0f}), against {found.all:z.0f} % "
        "of all."
    )


def _sure(verdicts: Verdicts, table: Calibration | None) -> str:
    """What the tests can find, from worlds with a planted effect."""
    power = None if table is None else table.power()
    if table is None or power is None or power.empty:
        return ""
    missed = 100 - power[1.0].median()
    where = "" if table.edition == verdicts.edition else f" (measured on edition {table.edition})"
    return f"The median test misses {missed:z.0f} % of effects as claimed{where}."
