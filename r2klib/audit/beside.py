"""What stands beside the verdicts of an edition and decides nothing.

Romano and Wolf's step-down over the edition's placebo ledgers, where some were made, and the months
after each claim was frozen, once there are enough of them: the only sample that nobody had seen
when it was declared. A link's own design is put to its rows from the first whole month after the
freeze on. Signals keep their whole past, for they are read and not predicted: what a z-score looks
back on, or a fall that began before, is the same as in all rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd

from r2klib.audit import calibration, ledgers
from r2klib.claims import Claim, Estimate, Evidence, Specification, Verdict, Verdicts, evaluate
from r2klib.claims.designs import Design, Regression
from r2klib.data import Dataset
from r2klib.errors import R2kError

#: Fewer months than this are not shown apart.
LEAST = 12
LABEL = "after the freeze"
#: Added where the months make too few blocks for the design's own law.
_PLAIN = " (Newey-West)"


def beside(verdicts: Verdicts, data: Dataset) -> Verdicts:
    """The verdicts of an edition with what stands beside them.

    The same statuses; `romano_wolf`, and one more point on the curve and one more sentence in the
    reason of links that were frozen long enough ago.
    """
    links = {
        name: verdict.estimate.p_value
        for name, verdict in verdicts.items()
        if verdict.q_value is not None and verdict.estimate
    }
    table = calibration.stored(data)
    stepped = table.romano_wolf(links) if table else {}
    changes: dict[str, dict[str, Any]] = {name: {"romano_wolf": p} for name, p in stepped.items()}
    for name in links:
        changes.setdefault(name, {}).update(_since_freeze(verdicts[name]))
    return verdicts.replaced(changes)


def judged(data: Dataset, today: dt.date) -> Verdicts:
    """The verdicts of a whole edition with what stands beside them, kept as first judged here."""
    verdicts = beside(evaluate(data, today=today), data)
    ledgers.keep(data, verdicts.to_records, today)
    return verdicts


def _since_freeze(verdict: Verdict) -> dict[str, Any]:
    """A link's point on the curve for the months after its freeze, and a sentence on them."""
    claim, evidence = verdict.claim, verdict.evidence
    assert evidence is not None
    months = months_after(claim, evidence.as_of)
    point = _alone(claim, evidence) if months >= LEAST else None
    if point:
        evidence = replace(evidence, specifications=(*evidence.specifications, point))
    said = _in_words(claim, months, point)
    return {"evidence": evidence, "reason": f"{verdict.reason} {said}".rstrip()}


def months_after(claim: Claim, as_of: dt.date) -> int:
    """Whole months between the freeze and the last observation of a claim's data."""
    begins, ends = _begins(claim), pd.Timestamp(as_of)
    whole = 12 * (ends.year - begins.year) + ends.month - begins.month
    return max(0, whole - (not ends.is_month_end and ends + pd.offsets.BMonthEnd(0) != ends))


def _begins(claim: Claim) -> pd.Timestamp:
    """End of the month in which the claim was frozen: returns count from there."""
    return pd.Timestamp(claim.frozen) + pd.offsets.MonthEnd(0)


def _alone(claim: Claim, evidence: Evidence) -> Specification | None:
    """What the claim's own design says of the returns since the freeze; None where it cannot.

    By Newey-West errors where they make too few blocks for the design's own law. None too where no
    earlier return is left out.
    """
    rows, design, whole = evidence.rows, claim.design, evidence.answer
    if rows is None or not isinstance(design, Design) or not isinstance(whole, Estimate):
        return None
    after = design.after(rows, _begins(claim))
    found, label = _found(design, after), LABEL
    if found is None and isinstance(design, Regression):
        found, label = _found(replace(design, newey_west=True), after), LABEL + _PLAIN
    return Specification.of(label, found) if found and found.n < whole.n else None


def _found(design: Design, rows: pd.DataFrame) -> Estimate | None:
    try:
        return design(rows)
    except R2kError:
        return None


def _in_words(claim: Claim, months: int, alone: Specification | None) -> str:
    """One sentence on the months after the freeze; empty before there are any."""
    if months == 0:
        return ""
    count = f"{months} month{'' if months == 1 else 's'}"
    if months < LEAST:
        return f"{count} of data since the freeze ({claim.frozen}): too few to be shown apart."
    if alone is None or alone.interval is None:
        return f"The test can make no estimate of the {count} since the freeze ({claim.frozen})."
    low, high = alone.interval
    law = ", by Newey-West errors: too few blocks for its own law" * alone.label.endswith(_PLAIN)
    return (
        f"In the {count} since the freeze ({claim.frozen}) alone: {alone.value:.3g} "
        f"[{low:.3g}, {high:.3g}]{law}."
    )
