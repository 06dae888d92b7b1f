"""Nulls of links, and effects put into their returns: what goes in comes out."""

from __future__ import annotations

import pytest

from r2klib.audit import planting, trials
from r2klib.claims import ledger


@pytest.mark.parametrize("claim_id", ["P2", "P3"])
def test_legs_are_alike_before_they_change_places(sample, verdicts, claim_id):
    claim, value = ledger()[claim_id], verdicts[claim_id].estimate.value
    alike = planting.World(sample, 1, 0, {claim_id: value})._without_effect(claim)
    assert trials.ask(claim, alike).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_a_test_asked_for_its_answer_says_what_the_whole_test_says(sample, verdicts):
    links = [v for v in verdicts.values() if v.claim.kind == "link" and v.estimate]
    assert len(links) > 15
    for verdict in links:
        assert trials.ask(verdict.claim, sample) == verdict.estimate, verdict.claim.id


@pytest.mark.parametrize("claim_id", ["P3", "P5", "H4", "H5", "E1", "R4", "R5", "R6", "K2", "K4"])
def test_an_effect_put_in_is_the_effect_that_comes_out(sample, claim_id):
    claim = ledger()[claim_id]
    before = trials.ask(claim, sample)
    effect = claim.sei * claim.direction
    after = trials.ask(claim, planting.with_effect(claim, sample, effect))
    assert after.value - before.value == pytest.approx(effect, rel=0.05)


def test_every_link_has_a_null_or_a_reason():
    for claim in ledger().values():
        if claim.kind == "link" and planting.null_of(claim) is None:
            assert len(claim.no_placebo) > 20
