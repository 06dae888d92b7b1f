"""The ledger: claims declared before the data are read, judged alike in every edition.

`ledger` lists the claims, `evaluate` judges them on a `Dataset`.
"""

from r2klib.claims.evaluate import Verdicts, evaluate
from r2klib.claims.nouns import (
    Claim,
    Estimate,
    Evidence,
    Reading,
    Specification,
    Verdict,
)
from r2klib.claims.registry import Ledger, Theme, ledger
from r2klib.claims.rule import judge
from r2klib.claims.thesis import Outcome, Pillar, answer, read_pillars, read_risks

__all__ = [
    "Claim",
    "Estimate",
    "Evidence",
    "Ledger",
    "Outcome",
    "Pillar",
    "Reading",
    "Specification",
    "Theme",
    "Verdict",
    "Verdicts",
    "answer",
    "evaluate",
    "judge",
    "ledger",
    "read_pillars",
    "read_risks",
]
