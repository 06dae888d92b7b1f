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
    ("low", "high", "q", "r", "expected"),
    [
        (-3.0, -1.0, 0.05, 0.01, ("contradicted", "")),
        (-3.0, -1.0, 0.05, 0.90, ("contradicted", "")),
        (-3.0, -1.0, 0.20, 0.10, ("ruled out", "wrong side")),
        (-1.5, -1.0, 0.20, 0.01, ("ruled out", "negligible, wrong side")),
        (-3.0, -1.0, 0.20, 0.11, ("inconclusive", "")),
        (-1.0, 1.0, 0.90, 0.01, ("ruled out", "negligible")),
        (-2.0, 1.0, 0.90, 0.01, ("ruled out", "")),
        (-1.0, 1.0, 0.90, 0.11, ("inconclusive", "")),
        (0.5, 1.9, 0.01, 0.04, ("ruled out", "negligible")),
        (0.5, 1.9, 0.01, 0.11, ("supported", "")),
        (0.5, 1.9, 0.11, 0.11, ("inconclusive", "lead")),
        (0.5, 2.0, 0.10, 0.01, ("supported", "")),
        (2.0, 4.0, 0.01, 0.90, ("supported", "material")),
        (0.5, 4.0, 0.11, 0.50, ("inconclusive", "lead")),
        (-0.5, 4.0, 0.05, 0.50, ("inconclusive", "")),
        (0.0, 4.0, 0.05, 0.50, ("inconclusive", "")),
        (-4.0, 0.0, 0.05, 0.01, ("ruled out", "")),
    ],
)
def test_rows_of_the_rule(low, high, q, r, expected):
    ruling = judge((low, high), q, r, 2.0, +1)
    assert (ruling.status, ruling.note) == expected
    turned = judge((-high, -low), q, r, 2.0, -1)
    assert turned == ruling


@given(numbers, st.floats(0, 10), shares, shares, positive)
def test_conditions_partition_all_outcomes(low, width, q, r, sei):
    """Exactly one row of the rule's table is true, and it is the one returned."""
    high = low + width
    contradicted = high < 0 and q <= 0.10
    ruled_out = high < sei and r <= 0.10 and not contradicted
    supported = low > 0 and q <= 0.10 and not ruled_out
    rows = {
        "contradicted": contradicted,
        "ruled out": ruled_out,
        "supported": supported,
        "inconclusive": not (contradicted or ruled_out or supported),
    }
    assert sum(rows.values()) == 1
    ruling = judge((low, high), q, r, sei, +1)
    assert rows[ruling.status]
    assert (ruling.note == "material") == (supported and low >= sei)
    assert (ruling.note == "lead") == (rows["inconclusive"] and low > 0)
    assert ("wrong side" in ruling.note) == (ruled_out and high < 0)
    assert ("negligible" in ruling.note) == (ruled_out and low > -sei)


def test_power():
    # 2.49 standard errors: CLAIMS, 80 % power of a one-sided 5 % test (z .8416 + 1.6449 = 2.4865).
    assert minimum_detectable_effect(2.0) == pytest.approx(4.98)
    # Half the detectable effect needs a quarter of it: four times the observations.
    assert observations_needed(100, mde=4.0, sei=2.0) == 400
    assert observations_needed(100, mde=1.0, sei=2.0) == 25
