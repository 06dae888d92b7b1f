"""C5 is as good as the worst of its three states, and as old as the oldest."""

from __future__ import annotations

import pandas as pd
import pytest

from r2klib.claims.asking import Found
from r2klib.claims.nouns import Reading
from r2klib.claims.themes import line_up

YES, PERHAPS, NO = (True, (True,)), (True, (False,)), (False, (False,))


@pytest.mark.parametrize(
    ("states", "status", "held"),
    [
        ((YES, YES, YES), "holds", 3),
        ((YES, PERHAPS, YES), "borderline", 2),
        ((YES, (False, (True,)), PERHAPS), "borderline", 1),
        ((YES, NO, PERHAPS), "does not hold", 1),
        ((NO, NO, NO), "does not hold", 0),
    ],
)
def test_the_line_is_as_good_as_its_worst_state(states, status, held):
    readings = [
        Reading(value=0.0, holds=holds, spread=spread, n=1, unit="x", method="x")
        for holds, spread in states
    ]
    rows = pd.DataFrame({"status": [one.status for one in readings]}, ["E0", "R0", "V0"])
    reading = line_up.lined_up.design(rows)
    assert [part for part, met in reading.parts.items() if not met] == [
        f"{name} holds" for name, said in rows["status"].items() if said == "does not hold"
    ]
    assert reading.status == status
    assert reading.value == held


def test_the_line_is_as_old_as_its_oldest_state_and_needs_what_all_need():
    rows = pd.DataFrame(
        {
            "status": ["holds", "borderline", "does not hold"],
            "as of": ["2026-06-05", "2026-06-04", "2023-12-31"],
            "vintage": ["first release", "market data", "market data"],
        },
        ["E0", "R0", "V0"],
    )
    answer = line_up.lined_up.design(rows)
    told = line_up.lined_up.tell(Found(line_up.lined_up, None, rows, answer, {}))
    assert told.as_of.isoformat() == "2023-12-31"
    assert "E0 holds, R0 is borderline and V0 does not hold" in told.finding
    assert told.vintage == "first release"  # E0's: the others read prices and policy rates
    assert answer.parts == {"E0 holds": True, "R0 is borderline": True, "V0 holds": False}
    for kind, names in line_up.lined_up.needs.items():
        assert set(names) == {n for claim in line_up.STATES for n in claim.needs[kind]}
