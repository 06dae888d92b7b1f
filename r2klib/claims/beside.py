"""A claim asked again with another window or smallest effect, beside the ledger and never in it.

What is declared before the data are read is what the ledger judges. To see what an answer hangs
on, the same test is run on fewer years, or the same rule applied to another size; nothing of it
is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from r2klib.claims.evaluate import judge_one, run_test
from r2klib.claims.nouns import Claim, Verdict
from r2klib.data import Dataset
from r2klib.data.checks import as_day
from r2klib.errors import InputError


def judged_again(verdict: Verdict, since: Any, sei: float | None) -> Verdict:
    """Judge a verdict's claim with other terms; see `Verdict.with_`."""
    claim, evidence = verdict.claim, verdict.evidence
    if evidence is None:
        raise InputError(f"{claim.id} has no evidence here that could be judged: {verdict.reason}")
    changed = [] if since is None else [f"since {as_day(since).date()}"]
    if sei is not None:
        claim = _with_size(claim, sei)
        changed.append(f"smallest effect {sei:g} {claim.sei_unit}")
    if not changed:
        raise InputError("Say what to change: `since='1990'` for another window, or `sei=8`.")
    if since is None:
        made = judge_one(claim, evidence, verdict.q_value, verdict.edition)
        made = replace(made, by_value=verdict.by_value, romano_wolf=verdict.romano_wolf)
        made = replace(made, data=verdict.data)
    else:
        made = _asked_of(claim, _data_of(verdict).since(since))
    beside = ", ".join(filter(None, (verdict.beside, *changed)))
    return replace(made, reason=f"Beside the ledger ({beside}): {made.reason}", beside=beside)


def _asked_of(claim: Claim, data: Dataset) -> Verdict:
    """What the claim's own test says of other data, by its p alone and without the cache."""
    try:
        found = run_test(claim, data, None)
    except IndexError:  # a test takes the first or the last of rows that are not there
        raise InputError(
            f"Too little is left of {data!r} for the test of {claim.id}. Begin earlier."
        ) from None
    made = found if isinstance(found, Verdict) else judge_one(claim, found, None, data.edition)
    return replace(made, data=data)


def _with_size(claim: Claim, sei: float) -> Claim:
    if claim.kind != "link":
        raise InputError(
            f"{claim.id} is no link but {claim.kind}, and has no smallest effect: leave `sei` out."
        )
    return replace(claim, sei=sei)


def _data_of(verdict: Verdict) -> Dataset:
    if verdict.data is None:
        raise InputError(
            "This verdict does not hold its data, so its test cannot be run on other years. Take "
            f"it from `r2klib.claims.evaluate(data)[{verdict.claim.id!r}]`."
        )
    return verdict.data
