"""The thesis, statement by statement: whole, in order, and each claim it names is declared."""

from __future__ import annotations

from collections import Counter

import pytest

from r2klib.claims import ledger
from r2klib.claims.thesis import Statement, checked, deciding, statements
from r2klib.errors import InputError
from tests.made import make_verdict, make_verdicts


def of(*claims, n=1, **fields):
    fields = {"section": "Part", "text": f"Sentence {n}.", "meets": "same"} | fields
    return Statement(n=n, claims=claims, **fields)


def ledger_of(**statuses):
    return make_verdicts([make_verdict(status, claim) for claim, status in statuses.items()])


def test_the_thesis_is_whole():
    said = statements()
    assert [one.n for one in said] == list(range(1, 88))
    # As counted by hand in the list that the statements were taken from.
    assert Counter(one.meets for one in said) == {
        "same": 29, "proxy": 38, "none": 18, "definition": 2,
    }  # fmt: skip
    assert [one.n for one in said if one.meets == "none" and one.claims] == [9, 18, 30, 47]
    assert {one.n: one.claims for one in said if one.all} == {
        12: ("P2", "P9"), 28: ("E1", "R3", "V2"), 84: ("H6", "H7", "C3"),
    }  # fmt: skip
    assert [one.n for one in said if one.cause] == [17, 25, 31, 34]
    assert [one.n for one in said if one.risk] == list(range(74, 81))


def test_what_has_no_claim_says_what_would_decide_and_what_has_a_stand_in_names_it():
    for one in statements():
        assert bool(one.detail) == (one.meets in ("proxy", "none")), one.n
        assert bool(one.claims) or one.meets in ("none", "definition"), one.n
        assert one.text.endswith(".")
        if one.meets == "none":
            assert one.detail.endswith("would decide"), one.n


def test_every_claim_that_a_statement_names_is_in_the_ledger():
    assert checked(ledger()) == statements()


def test_a_claim_that_is_not_declared_is_named_with_its_statement():
    said = (of("P2"), of("P2", "P99", n=2), of("Z1", n=3))
    with pytest.raises(InputError) as raised:
        checked(["P2"], said)
    text = str(raised.value)
    assert "Statement 2 ('Sentence 2.') names P99." in text
    assert "Statement 3 ('Sentence 3.') names Z1." in text
    assert "thesis.toml" in text
    assert "Statement 1 " not in text
    assert checked(["P2", "P99", "Z1"], said) == said


def test_the_first_claim_gives_a_statement_its_status():
    verdicts = ledger_of(P2="inconclusive", H5="contradicted")
    assert deciding(of("P2", "H5"), verdicts) is verdicts["P2"]
    assert deciding(of("H5", "P2"), verdicts) is verdicts["H5"]
    assert deciding(of(), verdicts) is None
    assert deciding(of("K4", "P2"), verdicts) is None  # the closest is not here: none stands in


@pytest.mark.parametrize(
    ("statuses", "decides"),
    [
        ({"E1": "supported", "R3": "supported", "V2": "supported"}, "E1"),
        ({"E1": "supported", "R3": "inconclusive", "V2": "supported"}, "R3"),
        ({"E1": "inconclusive", "R3": "no data", "V2": "supported"}, "R3"),
        ({"E1": "no data", "R3": "inconclusive", "V2": "contradicted"}, "V2"),
        ({"E1": "supported", "R3": "ruled out", "V2": "contradicted"}, "R3"),
    ],
)
def test_where_all_are_needed_the_weakest_decides(statuses, decides):
    verdicts = ledger_of(**statuses)
    assert deciding(of("E1", "R3", "V2", all=True), verdicts) is verdicts[decides]


def test_where_all_are_needed_and_one_is_absent_nothing_decides():
    assert deciding(of("E1", "R3", all=True), ledger_of(E1="supported")) is None
