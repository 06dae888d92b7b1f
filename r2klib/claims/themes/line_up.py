"""Conclusion, of three themes at once: do economy, rates and valuation line up?

A module of its own, because no theme rests on another: this claim reads states of three.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from r2klib.claims import ages
from r2klib.claims.asking import Found, examine
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.registry import Theme
from r2klib.claims.themes import economy, rates, valuation
from r2klib.data import Dataset
from r2klib.errors import listing

theme = Theme("conclusion")

#: The states that the thesis asks for at once: economy, rates and valuation.
STATES = (economy.strengthening, rates.on_hold, valuation.cheap_now)
#: What is asked of a state one by one: one that is borderline says so, not "no".
_ASKED = {"holds": "holds", "borderline": "is borderline"}


def _read_line(rows: pd.DataFrame) -> Reading:
    """Whether all hold; borderline where it hangs on a state that is borderline itself."""
    status = rows["status"]
    return Reading(
        value=float((status == "holds").sum()),
        holds=bool((status == "holds").all()),
        spread=(bool((status != "does not hold").all()),),
        parts={
            f"{name} {'is borderline' if said == 'borderline' else 'holds'}": said
            != "does not hold"
            for name, said in status.items()
        },
        n=len(rows),
        unit="of the three states",
        method="the worst of the three states, as of the oldest",
    )


def _tell_line(found: Found) -> Told:
    ends = pd.to_datetime(found.rows["as of"])
    every = "All" if (found.rows["status"] == "holds").all() else "Not all"
    said = listing(f"{name} {_ASKED.get(one, one)}" for name, one in found.rows["status"].items())
    return Told(
        finding=f"Of the three states that should hold at once, {said}",
        meaning=(
            f"{every} three hold. That says where things stand; what such a line-up has been worth "
            "is asked in C1 and C4."
        ),
        vintage=str(found.rows.loc[STATES[0].id, "vintage"]),
        remarks=tuple(f"{name} is read as of {day:%Y-%m-%d}." for name, day in ends.items()),
        as_of=ends.min().date(),
    )


def _oldest(data: Dataset) -> tuple[str, ...]:
    """What each of the three states is as old as."""
    ends = (ages.oldest_input(claim, data) for claim in STATES)
    return tuple(end[0] for end in ends if end)


@theme.claim(
    id="C5",
    statement="Economy, rates and valuation line up for small companies now.",
    kind="state",
    sei_unit="E0, R0 and V0 all hold",
    measure="The states E0, R0 and V0 together: the worst of the three, as of the oldest.",
    needs={
        kind: tuple(dict.fromkeys(name for claim in STATES for name in claim.needs[kind]))
        for kind in ("sample", "live")
    },
    at_hand=tuple(dict.fromkeys(name for claim in STATES for name in claim.at_hand)),
    dated_by=_oldest,
    design=_read_line,
    tell=_tell_line,
    frozen=dt.date(2026, 11, 28),
)
def lined_up(data: Dataset) -> pd.DataFrame:
    """One row a state: how it reads, as of when, from what.

    Each is read as its own row of the ledger reads it. Where one does not hold neither does the
    whole; where one is borderline and none fails, the whole is borderline.
    """
    read = {claim.id: examine(claim, data) for claim in STATES}
    return pd.DataFrame(
        {
            "status": {name: _status(evidence.answer) for name, evidence in read.items()},
            "as of": {name: evidence.as_of.isoformat() for name, evidence in read.items()},
            "vintage": {name: evidence.vintage for name, evidence in read.items()},
        }
    )


def _status(answer: Estimate | Reading) -> str:
    assert isinstance(answer, Reading)
    return answer.status
