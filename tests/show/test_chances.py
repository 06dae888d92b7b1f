"""A page's doubts: what its tests could not have seen, and where an answer is not for all years."""

from __future__ import annotations

import datetime as dt

import pytest

from r2klib.claims import Stability
from r2klib.errors import UnknownName
from r2klib.show import doubts
from tests.made import make_evidence, make_verdict, make_verdicts


def test_a_test_is_blind_where_it_finds_only_more_than_is_claimed():
    verdicts = make_verdicts(
        [
            make_verdict("inconclusive", "P2", mde=0.2),  # of a claimed 0.1
            make_verdict("supported", "P3", mde=0.05),
            make_verdict("no data", "P4"),
            make_verdict("holds", "P5"),
        ]
    )
    assert verdicts["P2"].claim.claimed == 0.1
    said = repr(doubts(verdicts, "profile"))
    assert said.startswith(
        "Tests with less than four chances in five of finding an effect as large as claimed: 1 of 2"
    )
    assert "P4" not in said
    assert "P5" not in said


def test_what_other_pairs_say_and_the_largest_break_stand_beside():
    broken = Stability(date=dt.date(1984, 2, 29), p_value=0.034)
    verdict = make_verdict(
        evidence=make_evidence(stability=broken), agreement="depends on the pair"
    )
    said = repr(doubts(make_verdicts([verdict]), "profile"))
    assert "depends on the pair" in said
    assert "0.034 (1984-02)" in said


def test_a_page_without_an_answered_link_says_so():
    assert "No link" in repr(doubts(make_verdicts([make_verdict("no data")]), "profile"))
    with pytest.raises(UnknownName):
        doubts(make_verdicts(), "weather")
