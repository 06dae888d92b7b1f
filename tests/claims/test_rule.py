"""The verdict rule: it partitions all outcomes, turns signs, and ignores the point estimate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2klib.claims.rule import judge, minimum_detectable_effect, observations_needed

numbers = st.floats(-10, 10, allow_nan=False)
positive = st.floats(0.01, 5)
shares = st.floats(0, 1)


@pytest.mark.parametrize(
    ("low", "high", "q", "expected"),
    [
        (-3.0, -1.0, 0.05, ("contradicted", "")),
        (-3.0, -1.0, 0.20, ("immaterial", "wrong side")),
        (-1.0, 1.0, 0.90, ("immaterial", "")),
        (0.5, 1.9, 0.01, ("immaterial", "")),
        (0.5, 2.0, 0.10, ("supported", "")),
        (2.0, 4.0, 0.01, ("supported", "material")),
        (0.5, 4.0, 0.11, ("inconclusive", "lead")),
        (-0.5, 4.0, 0.05, ("inconclusive", "")),
        (0.0, 4.0, 0.05, ("inconclusive", "")),
        (-4.0, 0.0, 0.05, ("immaterial", "")),
    ],
)
def test_rows_of_the_rule(low, high, q, expected):
    ruling = judge((low, high), q, 2.0, +1)
    assert (ruling.status, ruling.note) == expected
    turned = judge((-high, -low), q, 2.0, -1)
    assert turned == ruling


@given(numbers, st.floats(0, 10), shares, positive)
def test_conditions_partition_all_outcomes(low, width, q, sei):
    """Exactly one row of the rule's table is true, and it is the one returned."""
    high = low + width
    contradicted = high < 0 and q <= 0.10
    immaterial = high < sei and not contradicted
    supported = high >= sei and low > 0 and q <= 0.10
    inconclusive = high >= sei and not supported
    rows = {
        "contradicted": contradicted,
        "immaterial": immaterial,
        "supported": supported,
        "inconclusive": inconclusive,
    }
    assert sum(rows.values()) == 1
    ruling = judge((low, high), q, sei, +1)
    assert rows[ruling.status]
    assert (ruling.note == "material") == (supported and low >= sei)
    assert (ruling.note == "lead") == (inconclusive and low > 0)
    assert (ruling.note == "wrong side") == (immaterial and high < 0)


def test_power():
    # 2.49 standard errors: CLAIMS, 80 % power of a one-sided 5 % test (z .8416 + 1.6449 = 2.4865).
    assert minimum_detectable_effect(2.0) == pytest.approx(4.98)
    # Half the detectable effect needs a quarter of it: four times the observations.
    assert observations_needed(100, mde=4.0, sei=2.0) == 400
    assert observations_needed(100, mde=1.0, sei=2.0) == 25
