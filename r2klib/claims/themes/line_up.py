"""Conclusion, of three themes at once: do economy, rates and valuation line up?

A module of its own, because no theme rests on another: this claim reads states of three.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from r2klib.claims.asking import Found, examine
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.registry import Theme
from r2klib.claims.themes import economy, rates, valuation
from r2klib.data import Dataset
from r2klib.errors import listing

theme = Theme("conclusion")

#: The states that the thesis asks for at once: economy, rates and valuation.
STATES = (economy.strengthening, rates.on_hold, valuation.cheap_now)
_BORDERLINE = 0.5
_SAID = {0.0: "does not hold", _BORDERLINE: "is borderline", 1.0: "holds"}
#: What is asked of each state one by one: a state that is borderline says so, not "no".
_ASKED = {0.0: "holds", _BORDERLINE: "is borderline", 1.0: "holds"}


def _read_line(rows: pd.DataFrame) -> Reading:
    """Whether all hold; borderline where it hangs on a state that is borderline itself."""
    held = rows["holds"]
    return Reading(
        value=float((held == 1).sum()),
        holds=bool((held == 1).all()),
        spread=(bool((held >= _BORDERLINE).all()),),
        parts={f"{name} {_ASKED[share]}": share > 0 for name, share in held.items()},
        n=len(rows),
        unit="of the three states",
        method="the worst of the three states, as of the oldest",
    )


def _tell_line(found: Found) -> Told:
    held, ends = found.rows["holds"], pd.to_datetime(found.rows["as of"])
    said = listing(f"{name} {_SAID[share]}" for name, share in held.items())
    return Told(
        finding=f"Of the three states that should hold at once, {said}",
        meaning=(
            "That all three hold says where things stand. What such a line-up has been worth is "
            "asked in C1 and C4."
        ),
        vintage=str(found.rows.loc[STATES[0].id, "vintage"]),
        remarks=tuple(f"{name} is read as of {day:%Y-%m-%d}." for name, day in ends.items()),
        as_of=ends.min().date(),
    )


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
    dated_by=lambda data: (),  # the rows say as of when each state is read  # noqa: ARG005
    design=_read_line,
    tell=_tell_line,
    frozen=dt.date(2026, 11, 28),
)
def lined_up(data: Dataset) -> pd.DataFrame:
    """One row a state: whether it holds, one half where it is borderline, as of when, from what.

    Each is read as its own row of the ledger reads it. Where one does not hold neither does the
    whole; where one is borderline and none fails, the whole is borderline.
    """
    read = {claim.id: examine(claim, data) for claim in STATES}
    return pd.DataFrame(
        {
            "holds": {name: _share(evidence.answer) for name, evidence in read.items()},
            "as of": {name: evidence.as_of.isoformat() for name, evidence in read.items()},
            "vintage": {name: evidence.vintage for name, evidence in read.items()},
        }
    )


def _share(answer: Estimate | Reading) -> float:
    """One where a state holds however it is asked, zero where it never does, else one half."""
    assert isinstance(answer, Reading)
    return _BORDERLINE if any(other != answer.holds for other in answer.spread) else answer.holds
