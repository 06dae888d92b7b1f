"""The ledger: claims declared before the data are read, judged alike in every edition.

`ledger` lists the claims, `evaluate` judges them on a `Dataset`.
"""

from r2klib.claims.by_pair import by_pair
from r2klib.claims.earlier import Earlier
from r2klib.claims.evaluate import Verdicts, evaluate
from r2klib.claims.nouns import Claim, Estimate, Evidence, Reading, Specification, Stability, Told
from r2klib.claims.pillars import Outcome, Pillar, answer, in_short, read_pillars, read_risks
from r2klib.claims.registry import Ledger, Theme, ledger
from r2klib.claims.rule import judge
from r2klib.claims.verdict import Verdict, agree

__all__ = [
    "Claim",
    "Earlier",
    "Estimate",
    "Evidence",
    "Ledger",
    "Outcome",
    "Pillar",
    "Reading",
    "Specification",
    "Stability",
    "Theme",
    "Told",
    "Verdict",
    "Verdicts",
    "agree",
    "answer",
    "by_pair",
    "evaluate",
    "in_short",
    "judge",
    "ledger",
    "read_pillars",
    "read_risks",
]
