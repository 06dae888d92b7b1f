"""How old the present is that a state was read from, and which series makes it so.

A state speaks of now. One whose inputs ended long before the day of judging is `too old`: its
reading is shown, and it says nothing of the present. The sample's states are of the sample's own
present, and never too old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.nouns import Claim, Evidence, kind_of
from r2klib.data import Dataset, catalog

#: Months after which a state no longer speaks of the present.
FRESH_MONTHS = 6


def needed_series(claim: Claim, data: Dataset) -> list[str]:
    """Catalog ids that the claim's primary test needs on an edition of this kind."""
    kind = kind_of(data)
    pair = claim.pair.get(kind)
    of_pair = pairs.get(pair).series if pair else ()
    return list(dict.fromkeys([*of_pair, *claim.needs.get(kind, ())]))


def oldest_input(claim: Claim, data: Dataset) -> tuple[str, dt.date] | None:
    """The series that a state needs which ended first, as far as known at the edition's present.

    What the state needs counts, its pair's legs too; books of past years and lists without an age
    do not (`SeriesInfo.ageless`), nor does what it takes in only where at hand. None where nothing
    that it needs has an age.
    """
    ends = {name: _end(data, name) for name in _inputs(claim, data)}
    if not ends:
        return None
    first = min(ends, key=lambda name: ends[name])
    return first, ends[first].date()


def _inputs(claim: Claim, data: Dataset) -> Iterator[str]:
    """Catalogued or not, what a state was read from and what ages."""
    needed = needed_series(claim, data) if claim.dated_by is None else claim.dated_by(data)
    known = catalog.series()
    for name in dict.fromkeys(needed):
        if name in data and not (name in known and known[name].ageless):
            yield name


def _end(data: Dataset, name: str) -> pd.Timestamp:
    """The last date with a value that was out at the edition's present; a list's own date.

    The sample has no one present: its series end in different years.
    """
    if data.provenance[name].frequency == "table" or data.kind == "sample":
        return data.last(name)
    seen = data.as_of(pairs.now(data))
    held = (seen if name in seen else data)[name].dropna(how="all")
    return pd.Timestamp(held.index[-1])


def ended(data: Dataset, *ids: str) -> tuple[str, ...]:
    """Those of some series that ended too long before the edition's present to speak of it."""
    now = pairs.now(data)
    return tuple(name for name in ids if is_old(_end(data, name), now))


def too_old(claim: Claim, evidence: Evidence, edition: str, today: dt.date) -> str:
    """Why a reading says nothing of `today`, as a sentence; empty where it does.

    Only a state has an age, and only in another edition than the sample.
    """
    if claim.kind != "state" or pairs.kind_named(edition) == "sample":
        return ""
    if not is_old(evidence.as_of, today):
        return ""
    ends = f"{titled(evidence.oldest)} ends" if evidence.oldest else "its data end"
    return (
        f"Too old to speak of today ({today}): {ends} on {evidence.as_of}, more than "
        f"{FRESH_MONTHS} months before."
    )


def titled(name: str) -> str:
    """A series by its title, where the catalog has one, and its name."""
    known = catalog.series()
    return f"“{known[name].title}” (`{name}`)" if name in known else f"`{name}`"


def is_old(day: dt.date, now: dt.date, months: int = FRESH_MONTHS) -> bool:
    """Whether more than so many months lie between a day and now, to the day."""
    return pd.Timestamp(day) < pd.Timestamp(now) - pd.DateOffset(months=months)
