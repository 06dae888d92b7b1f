"""Which small-cap index? Every claim about a pair, asked of any pairs in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.asking import Ask, curve
from r2klib.claims.designs import Design
from r2klib.claims.evaluate import evaluate
from r2klib.claims.nouns import PAIR, Claim, Estimate, Specification
from r2klib.claims.registry import Ledger, ledger
from r2klib.claims.rule import turned
from r2klib.claims.verdict import Verdict
from r2klib.data import Dataset
from r2klib.errors import InputError, R2kError

#: Columns of the table, in its order.
COLUMNS = ["statement", "value", "low", "high", "unit", "claimed", "n", "says", "reason"]


def by_pair(
    data: Dataset, names: Iterable[str] | None = None, *, claims: Ledger | None = None
) -> pd.DataFrame:
    """Ask every claim about a pair of other pairs too, as its specification curve does.

    What the curve does not ask of a pair is asked of rows made anew of it. Nothing is corrected for
    the number of questions: this is a description beside the ledger, in which one pair decides that
    was declared before.

    Parameters
    ----------
    data : Dataset
    names : iterable of str, optional
        Pairs of `r2klib.claims.pairs`, such as ``"century"``, or two symbols of the edition such
        as ``"MDY/SPY"`` (total returns). By default every declared pair that the edition holds.
    claims : Ledger, optional
        By default the whole ledger; claims about no pair are passed over.

    Returns
    -------
    DataFrame
        Indexed by ``claim`` and ``pair``, in the ledger's and the pairs' order. The claim's
        ``statement``; ``value`` with its 90 % interval ``low`` to ``high`` and the smallest effect
        ``claimed`` in ``unit``; ``n`` rows; ``says``: ``"for"`` or
        ``"against"`` the claim where the interval leaves zero out, ``"unclear"`` where it does
        not, and ``""`` with a ``reason`` (and missing numbers) where the rows cannot be tested.

    Raises
    ------
    InputError
        No pair is at hand, or no claim is about one.
    UnknownName
        There is no such pair.
    SeriesMissing
        The edition does not hold the symbols of a pair.

    Examples
    --------
    >>> data, p3 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["P3"]])
    >>> r2klib.claims.by_pair(data, ["legs", "long"], claims=p3)["says"].to_dict()
    {('P3', 'legs'): 'unclear', ('P3', 'long'): 'for'}
    """
    chosen = _each(data, names)
    for pair in chosen.values():
        for series in pair.series:
            data[series]
    asked = [
        claim
        for claim in (ledger() if claims is None else claims).values()
        if claim.pair and claim.kind == "link" and isinstance(claim.design, Design)
    ]
    if not asked:
        raise InputError("None of these claims is a link about a pair of legs.")
    found = {
        (verdict.claim.id, name): row
        for verdict in evaluate(data, claims=Ledger(asked)).values()
        for name, row in _asked(verdict, data, chosen).items()
    }
    table = pd.DataFrame.from_dict(found, orient="index", columns=COLUMNS)
    table.index = pd.MultiIndex.from_tuples(found, names=["claim", "pair"])
    return table


def _each(data: Dataset, names: Iterable[str] | None) -> dict[str, pairs.Pair]:
    """The pairs by the names given; of two names for one pair the first."""
    if isinstance(names, str):
        raise InputError(f"`names`: expected a list of pairs, such as [{names!r}].")
    given = [pair.name for pair in pairs.available(data)] if names is None else list(names)
    for name in given:
        if not isinstance(name, str):
            raise InputError(f"`names`: expected pairs, such as 'IWM/SPY'; got {name!r}.")
    if not given:
        raise InputError("No pair is at hand: name one such as 'IWM/SPY', or take another edition.")
    chosen: dict[str, pairs.Pair] = {}
    for name in given:
        if (pair := pairs.get(name)) not in chosen.values():
            chosen[name] = pair
    return chosen


def _asked(
    verdict: Verdict, data: Dataset, chosen: Mapping[str, pairs.Pair]
) -> dict[str, dict[str, Any]]:
    """A claim's row for each pair: what decides, what its curve says, or rows made anew."""
    claim, points = verdict.claim, _told(verdict, data, [*chosen.values()])
    design = claim.design
    assert isinstance(design, Design)
    found = {}
    for name, pair in chosen.items():
        answer, reason = points.get(pair.name), ""
        if answer is None:
            try:
                answer = design.lighter()(claim.rows(data, pair=pair.name))
            except R2kError as error:
                reason = str(error)
        found[name] = _row(claim, answer, reason)
    return found


def _told(
    verdict: Verdict, data: Dataset, chosen: list[pairs.Pair]
) -> dict[str, Estimate | Specification]:
    """What the verdict and its curve say of pairs; the curve is asked of strange pairs too."""
    evidence = verdict.evidence
    if evidence is None or evidence.rows is None:
        return {}  # another pair may have what the one that decides lacks
    held = {pair.name for pair in pairs.available(data)}
    strange = tuple(pair for pair in chosen if pair.name not in held)
    asked = curve(Ask(verdict.claim, data, evidence.rows, strange)) if strange else {}
    points = {point.label: point for point in evidence.specifications} | asked
    told = {str(evidence.pair): evidence.answer} | {
        label.removeprefix(PAIR): point for label, point in points.items() if label.startswith(PAIR)
    }
    return {k: v for k, v in told.items() if isinstance(v, Estimate | Specification)}


def _row(claim: Claim, answer: Estimate | Specification | None, reason: str) -> dict[str, Any]:
    said = dict.fromkeys(COLUMNS) | {"statement": claim.statement, "says": "", "reason": reason}
    if answer is None or answer.interval is None:
        return said
    low, high = turned(answer.interval, claim.claimed)
    return said | {
        "value": answer.value,
        "low": answer.interval[0],
        "high": answer.interval[1],
        "unit": claim.sei_unit,
        "claimed": claim.claimed,
        "n": answer.n,
        "says": "for" if low > 0 else "against" if high < 0 else "unclear",
        "reason": "",
    }
