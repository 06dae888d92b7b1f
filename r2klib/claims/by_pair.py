"""Which small-cap index? Every claim about a pair, asked of any pairs in one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.designs import Design
from r2klib.claims.nouns import Claim
from r2klib.claims.registry import Ledger, ledger
from r2klib.claims.rule import turned
from r2klib.data import Dataset
from r2klib.errors import InputError, R2kError

#: Columns of the table, in its order.
COLUMNS = (
    *("statement", "value", "low", "high", "unit", "claimed", "first", "last", "n"),
    *("says", "reason"),
)


def by_pair(
    data: Dataset, names: Iterable[str] | None = None, *, claims: Ledger | None = None
) -> pd.DataFrame:
    """Ask every claim about a pair of other pairs too: the same test, each on its own rows.

    Nothing is corrected for the number of questions: this is a description beside the ledger, in
    which one pair decides that was declared before.

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
        ``claimed`` in ``unit``; ``first`` and ``last`` row used; ``n`` rows; ``says``: ``"for"`` or
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
        (claim.id, pair.name): _asked(claim, data, pair.name) for claim in asked for pair in chosen
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


def _asked(claim: Claim, data: Dataset, pair: str) -> dict[str, Any]:
    design = claim.design
    assert isinstance(design, Design)
    try:
        rows = claim.rows(data, pair=pair)
        used = design.used(rows)
        answer = design.lighter()(rows)
    except (R2kError, ValueError, ArithmeticError, LookupError) as error:
        said = {"statement": claim.statement, "says": "", "reason": str(error)}
        return dict.fromkeys(COLUMNS) | said
    low, high = turned(answer.interval, claim.direction or 1)
    return {
        "statement": claim.statement,
        "value": answer.value,
        "low": answer.interval[0],
        "high": answer.interval[1],
        "unit": answer.unit,
        "claimed": claim.claimed,
        "first": used.index[0],
        "last": used.index[-1],
        "n": answer.n,
        "says": "for" if low > 0 else "against" if high < 0 else "unclear",
        "reason": "",
    }
