"""A claim asked again with another window or smallest effect, beside the ledger and never in it.

What is declared before the data are read is what the ledger judges. To see what an answer hangs
on, the same design is put to fewer of the rows, or the same rule applied to another size; nothing
of it is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from r2klib.claims.asking import plain_evidence
from r2klib.claims.designs import Design
from r2klib.claims.evaluate import judge_one
from r2klib.claims.nouns import Claim, Evidence, Verdict
from r2klib.data.checks import as_day
from r2klib.errors import InputError


def judged_again(verdict: Verdict, since: Any, sei: float | None) -> Verdict:
    """Judge a verdict's claim with other terms; see `Verdict.with_`."""
    claim, evidence, q_value = verdict.claim, verdict.evidence, verdict.q_value
    if evidence is None:
        raise InputError(f"{claim.id} has no evidence here that could be judged: {verdict.reason}")
    changed = []
    if since is not None:
        start = as_day(since)
        evidence, q_value = _since(claim, evidence, start), None
        changed.append(f"since {start.date()}")
    if sei is not None:
        claim = _with_size(claim, sei)
        changed.append(f"smallest effect {sei:g} {claim.sei_unit}")
    if not changed:
        raise InputError("Say what to change: `since='1990'` for another window, or `sei=8`.")
    made = judge_one(claim, evidence, q_value, verdict.edition)
    if since is None:
        made = replace(made, by_value=verdict.by_value, romano_wolf=verdict.romano_wolf)
    beside = ", ".join(filter(None, (verdict.beside, *changed)))
    return replace(made, reason=f"Beside the ledger ({beside}): {made.reason}", beside=beside)


def _since(claim: Claim, evidence: Evidence, start: pd.Timestamp) -> Evidence:
    """What the claim's own design says of its rows from a day on; signals keep their past."""
    rows, design = evidence.rows, claim.design
    if rows is None or design is None or not isinstance(rows.index, pd.DatetimeIndex):
        raise InputError(f"The rows of {claim.id} carry no dates, so it has no other window.")
    if start > rows.index[-1]:
        raise InputError(
            f"No row of {claim.id} is left: they end on {rows.index[-1].date()}. Begin earlier."
        )
    kept = design.since(rows, start) if isinstance(design, Design) else rows[rows.index >= start]
    return plain_evidence(claim, kept, design(kept), evidence)


def _with_size(claim: Claim, sei: float) -> Claim:
    if claim.kind != "link":
        raise InputError(
            f"{claim.id} is no link but {claim.kind}, and has no smallest effect: leave `sei` out."
        )
    return replace(claim, sei=sei)
