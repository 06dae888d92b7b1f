"""The verdict rule partitions all outcomes and ignores the point estimate; families and pairs.

Corrections run within two families; a missing p of the claimed size is that of a normal law. Of
other pairs: what one by itself says, which could decide, who is asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2klib.claims import Estimate, Evidence, Specification
from r2klib.claims.rule import (
    class_of,
    corrected,
    judge,
    minimum_detectable_effect,
    observations_needed,
    p_claimed,
    replicated,
)
from tests.claims.worlds import MONTHS, answering

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


def link(name, p, p_claimed=0.5, **fields):
    found = Estimate(
        value=0.4, std_error=0.2, interval=(0.1, 0.7), p_value=p, p_claimed=p_claimed, n=100,
        unit="%", method="made up", null="nothing",
    )  # fmt: skip
    return answering(found, id=name, **fields), found


def test_level_links_lend_nothing_to_the_rest():
    """By hand: among two levels .001 is .002 and .04 is .04; among three others .03 becomes .09."""
    links = [
        link("X1", 0.001), link("X2", 0.04),
        link("X3", 0.03, sort="sense"), link("X4", 0.5, sort="event"),
        link("X5", 0.9, sort="foretell"),
    ]  # fmt: skip
    q = {name: found.q for name, found in corrected(links).items()}
    assert q == pytest.approx({"X1": 0.002, "X2": 0.04, "X3": 0.09, "X4": 0.75, "X5": 0.9})


def test_r_is_corrected_like_q_and_by_is_the_larger():
    links = [link("X1", 0.04, 0.04), link("X2", 0.5, 0.9), link("X3", 0.5, 0.01, sort="sense")]
    found = corrected(links)
    assert [found[name].r for name in ("X1", "X2", "X3")] == pytest.approx([0.08, 0.9, 0.01])
    assert found["X1"].by == pytest.approx(1.5 * 0.08)  # 1 + 1/2 for a family of two
    assert found["X3"].by == pytest.approx(0.5)


def test_an_estimate_without_it_gets_a_normal_p_of_the_claimed_size():
    claim, found = link("X1", 0.04, None)  # 0.4, standard error 0.2, claimed 0.5
    # Half a standard error short: 1 - Phi(0.5) = 0.30854 (any normal table).
    assert p_claimed(found, claim.claimed) == pytest.approx(0.30854, abs=1e-5)
    other, _ = link("X1", 0.04, None, direction=-1)
    assert p_claimed(replace(found, value=-0.4), other.claimed) == pytest.approx(0.30854, abs=1e-5)
    exact = replace(found, std_error=0.0)
    assert p_claimed(exact, claim.claimed) == 0.0
    assert p_claimed(replace(exact, value=0.5), claim.claimed) == 1.0
    assert corrected([(claim, found)])["X1"].r == pytest.approx(0.30854, abs=1e-5)


def test_no_links_no_values():
    assert corrected([]) == {}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-3.0, -0.1, "contradicted"),
        (-1.0, 1.9, "refuted"),
        (0.5, 1.9, "refuted"),
        (0.5, 2.0, "supported side"),
        (-0.5, 2.0, "open"),
    ],
)
def test_what_an_interval_says_by_itself(low, high, said):
    assert class_of((low, high), 2.0) == said
    assert class_of((-high, -low), -2.0) == said


def point(pair, low, high, std_error=0.2):
    return Specification(
        label=f"pair: {pair}", value=(low + high) / 2, interval=(low, high), n=99,
        std_error=std_error,
    )  # fmt: skip


def evidence(*points, interval=(0.2, 0.9), index=MONTHS):
    answer = Estimate(
        value=sum(interval) / 2, std_error=0.2, interval=interval, p_value=0.04, n=99, unit="%",
        method="made up", null="nothing",
    )  # fmt: skip
    return Evidence(
        answer=answer, as_of=dt.date(2018, 11, 30), finding="x", specifications=points,
        rows=pd.DataFrame({"y": 1.0}, index),
    )  # fmt: skip


def agreement(claim, found):
    return replicated(claim, found)[0]


CLAIM = answering(None)  # +, smallest effect 0.5: supported side is the primary's class
REFUTES = (-0.3, 0.4)


def test_pairs_of_the_same_class_are_counted():
    found = evidence(
        point("etf", 0.1, 0.8), point("index", -0.2, 0.9), point("sp600", 0.1, 1.0),
        Specification(label="first half", value=0.0, interval=REFUTES, n=50, std_error=0.2),
    )  # fmt: skip
    assert agreement(CLAIM, found) == "agrees on 2 of 3 pairs"
    assert agreement(CLAIM, evidence()) == ""


def test_a_pair_able_to_decide_that_says_otherwise_is_noted():
    found = evidence(point("etf", 0.1, 0.8), point("smb", *REFUTES))
    assert agreement(CLAIM, found) == "depends on the pair"
    assert [point.pair for point in replicated(CLAIM, found)[1]] == ["smb"]


def test_a_pair_that_could_not_decide_is_not():
    """Its detectable effect, 2.49 standard errors, must be at most 1.5 x 0.5 = 0.75."""
    for std_error, said in ((0.3012, "depends on the pair"), (0.3013, "agrees on 0 of 1 pairs")):
        found = evidence(point("smb", *REFUTES, std_error=std_error))
        assert agreement(CLAIM, found) == said
    assert agreement(CLAIM, evidence(point("smb", *REFUTES, std_error=None))).startswith("agrees")


def test_what_is_open_on_either_side_is_not_noted():
    assert agreement(CLAIM, evidence(point("smb", -0.2, 0.9))) == "agrees on 0 of 1 pairs"
    primary = evidence(point("smb", *REFUTES), interval=(-0.2, 0.9))
    assert agreement(CLAIM, primary) == "agrees on 0 of 1 pairs"


def test_only_slow_links_are_asked():
    weeks = pd.date_range("2000-01-07", periods=300, freq="W-FRI")
    announcements = pd.bdate_range("2000-01-04", periods=60, freq="44B")
    for index in (weeks, announcements, pd.RangeIndex(30)):
        assert agreement(CLAIM, evidence(point("smb", *REFUTES), index=index)) == ""
    quarters = pd.date_range("1990-03-31", periods=99, freq="QE")
    assert agreement(CLAIM, evidence(point("smb", *REFUTES), index=quarters))
