"""What stands beside the verdicts of an edition and decides nothing.

Romano and Wolf's step-down over the edition's placebo ledgers, where some were made, and the months
after each claim was frozen, once there are enough of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from r2klib.audit import calibration, ledgers, since_freeze
from r2klib.claims import Verdict, Verdicts, evaluate
from r2klib.data import Dataset


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
    evidence = verdict.evidence
    assert evidence is not None
    if point := since_freeze.alone(verdict.claim, evidence):
        evidence = replace(evidence, specifications=(*evidence.specifications, point))
    said = since_freeze.in_words(verdict.claim, evidence)
    return {"evidence": evidence, "reason": f"{verdict.reason} {said}".rstrip()}
