"""Whether other pairs say the same: what one by itself says, which could decide, who is asked."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from r2klib.claims import Estimate, Evidence, Specification
from r2klib.claims.replication import class_of, replicated
from tests.claims.worlds import MONTHS, answering


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
    assert class_of((low, high), 2.0, 1) == said
    assert class_of((-high, -low), 2.0, -1) == said


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
