"""What a verdict does for the thesis follows from what its claim declared and from its status."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from r2klib.claims import ledger
from r2klib.claims.nouns import Status
from r2klib.claims.roles import ROLES, STANDINGS, role_of, roles, standing_of
from tests.made import STATUSES, make_claim, make_verdict, make_verdicts


def of(status="supported", **declared):
    return role_of(make_verdict(status, "X1", claim=make_claim("X1", **declared)))


@pytest.mark.parametrize(
    ("declared", "role"),
    [
        ({"sort": "foretell"}, "traded"),
        ({"sort": "event"}, "traded"),
        ({"sort": "event", "measure": "From the rebound, tradable."}, "traded"),
        ({"sort": "sense"}, "moves"),
        ({"sort": "level"}, "describes"),
        ({"sort": "event", "hindsight": True}, "hindsight"),
        ({"sort": "sense", "hindsight": True}, "hindsight"),
        ({"sort": "level", "hindsight": True}, "describes"),
        ({"sort": "foretell", "direction": -1}, "describes"),
        ({"sort": "sense", "direction": -1}, "describes"),
        ({"sort": "foretell", "direction": -1, "theme": "risks"}, "against"),
        ({"sort": "level", "theme": "risks"}, "against"),
    ],
)
def test_a_supported_link_helps_as_far_as_it_could_have_been_acted_on(declared, role):
    assert of(**declared) == role


@pytest.mark.parametrize("sort", ["foretell", "event", "sense", "level"])
def test_what_the_data_refute_speaks_against_the_thesis_unless_it_was_a_risk(sort):
    for status in ("contradicted", "ruled out", "does not hold"):
        assert of(status, sort=sort) == "against"
        assert of(status, sort=sort, theme="risks") == "describes"


@pytest.mark.parametrize("theme", ["economy", "risks"])
def test_what_the_data_do_not_decide_cannot_be_told(theme):
    undecided = ("inconclusive", "borderline", "no data", "too old", "untestable", "merged", "new")
    assert {of(status, theme=theme) for status in undecided} == {"untold"}
    assert of("descriptive", theme=theme) == "describes"


def test_a_state_that_holds_describes_and_a_light_that_is_on_speaks_against():
    state = {"kind": "state", "sort": None, "direction": None, "sei": None}
    assert of("holds", **state) == "describes"
    assert of("does not hold", **state) == "against"
    assert of("holds", theme="risks", **state) == "against"
    assert of("does not hold", theme="risks", **state) == "describes"


def test_claims_whose_own_measure_is_hindsight_declare_it():
    """Dates of turning points, lists held fixed, figures of today's vintage; not what is beside."""
    declared = {claim.id for claim in ledger().values() if claim.hindsight}
    assert declared == {"P5", "S6", "S7", "K1", "K4", "C2", "C6"}
    own = re.compile(r"hindsight(?!\W+beside)", re.IGNORECASE)
    said = {
        claim.id
        for claim in ledger().values()
        if own.search(f"{claim.measure} {getattr(claim.design, 'what', '')}")
    }
    assert said
    assert said <= declared


def test_every_status_of_a_verdict_says_something_of_its_sentence():
    assert set(get_args(Status)) <= set(STANDINGS)
    assert standing_of("a status nobody knows") == "untold"


def test_every_claim_has_one_role_and_every_role_is_told():
    verdicts = make_verdicts()
    found = roles(verdicts.values())
    assert list(found) == list(ROLES)
    assert sorted(claim for ids in found.values() for claim in ids) == sorted(verdicts)
    assert len(verdicts) == len(STATUSES)
    assert found["traded"] == found["moves"] == found["hindsight"] == ()
    assert found["describes"] == ("P1", "P5", "P8")  # supported level, holds, descriptive
    assert found["against"] == ("P2", "P3", "P6")
