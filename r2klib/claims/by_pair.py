"""Which small-cap index? Every claim about a pair, asked of any pairs in one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.asking import Ask, Point, curve
from r2klib.claims.designs import Design
from r2klib.claims.nouns import PAIR, Claim, Estimate
from r2klib.claims.registry import Ledger, ledger
from r2klib.claims.rule import turned
from r2klib.data import Dataset
from r2klib.errors import InputError, R2kError

#: Columns of the table, in its order.
COLUMNS = (*("statement", "value", "low", "high", "unit", "claimed", "n", "says", "reason"),)


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
    """
    chosen = [pairs.get(name) for name in _each(data, names)]
    for pair in chosen:
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
        (claim.id, name): row
        for claim in asked
        for name, row in _asked(claim, data, tuple(chosen)).items()
    }
    table = pd.DataFrame.from_dict(found, orient="index", columns=list(COLUMNS))
    table.index = pd.MultiIndex.from_tuples(found, names=["claim", "pair"])
    return table


def _each(data: Dataset, names: Iterable[str] | None) -> list[str]:
    if isinstance(names, str):
        raise InputError(f"`names`: expected a list of pairs, such as [{names!r}].")
    given = [pair.name for pair in pairs.available(data)] if names is None else list(names)
    if not given:
        raise InputError("No pair is at hand: name one such as 'IWM/SPY', or take another edition.")
    return list(dict.fromkeys(given))


def _asked(
    claim: Claim, data: Dataset, chosen: tuple[pairs.Pair, ...]
) -> dict[str, dict[str, Any]]:
    """A claim's row for each pair: what decides, what its curve says, or rows made anew."""
    design, primary = claim.design, claim.pair_of(data)
    assert isinstance(design, Design)
    points: dict[str, Point | None] = {}
    try:
        rows = claim.rows(data)
        points = {primary: design(rows), **_beside(Ask(claim, data, rows, chosen))}
    except R2kError:
        pass  # another pair may have what this one lacks, and else says so itself
    found = {}
    for pair in chosen:
        answer, reason = points.get(pair.name), "Too few rows, or too much alike, to be asked."
        if pair.name not in points:
            try:
                answer = design.lighter()(claim.rows(data, pair=pair.name))
            except R2kError as error:
                reason = str(error)
        found[pair.name] = _row(claim, answer, reason)
    return found


def _beside(ask: Ask) -> dict[str, Point | None]:
    """What a claim's curve says of pairs, by their names."""
    return {
        label.removeprefix(PAIR): point
        for label, point in curve(ask).items()
        if label.startswith(PAIR)
    }


def _row(claim: Claim, answer: Point | None, reason: str) -> dict[str, Any]:
    said = dict.fromkeys(COLUMNS) | {"statement": claim.statement, "says": "", "reason": reason}
    if not isinstance(answer, Estimate):
        return said
    low, high = turned(answer.interval, claim.direction or 1)
    return said | {
        "value": answer.value,
        "low": answer.interval[0],
        "high": answer.interval[1],
        "unit": answer.unit,
        "claimed": claim.claimed,
        "n": answer.n,
        "says": "for" if low > 0 else "against" if high < 0 else "unclear",
        "reason": "",
    }
