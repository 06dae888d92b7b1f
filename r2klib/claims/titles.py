"""What a title may say: a fact only where the verdict is one.

A finding is put into words before its claim is judged, since a correction for the number of tests
needs all of them. So no theme can know whether it may assert; the title is made here, from the
finding and the status, and every figure, page and record takes it from the verdict.
"""

from __future__ import annotations

from r2klib.claims.nouns import Claim, Estimate, Status

#: Statuses of a link whose finding may stand as a fact.
ASSERTED: tuple[Status, ...] = ("supported", "contradicted")


def title_of(claim: Claim, finding: str, estimate: Estimate, status: Status) -> str:
    """The finding of a link, with its interval, as far as its status bears it.

    The finding itself where the link is supported or contradicted; otherwise that no such effect is
    visible (as large as claimed where one is refuted, beyond chance where nothing is decided), then
    the finding. The claim says in `effect` what would be visible.

    Examples
    --------
    >>> title_of(claim, "After spring small led by 2 %", found, "inconclusive")  # doctest: +SKIP
    'No lead after spring is visible beyond chance: after spring small led by 2 % (...)'
    """
    said = _with_interval(finding, estimate)
    if status in ASSERTED:
        return said
    if status == "inconclusive":
        low, high = estimate.interval
        many = "" if low <= 0 <= high else " among so many claims"
        return f"No {claim.effect} is visible beyond chance{many}: {_as_clause(said)}"
    size = f"as large as claimed ({claim.claimed_in_words})"
    return f"No {claim.effect} {size} is visible: {_as_clause(said)}"


def _with_interval(finding: str, estimate: Estimate) -> str:
    if "90 % interval" in finding:
        return finding
    low, high = estimate.interval
    return f"{finding} (90 % interval {low:z.3g} to {high:z.3g} {estimate.unit})"


def _as_clause(sentence: str) -> str:
    """Its first letter small, unless the word is written with capitals."""
    first = sentence.split(" ", 1)[0]
    return sentence if first[1:] != first[1:].lower() else sentence[:1].lower() + sentence[1:]
