"""Nulls of links, and effects put into their returns: what goes in comes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import planting, trials
from r2klib.audit.worlds import order_of
from r2klib.claims import ledger, pairs
from tests.claims import worlds as made_up


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
        found = trials.ask(verdict.claim, sample)
        # Fewer draws: bias and error are those of 999, the numbers behind them the same.
        assert abs(found.value - verdict.estimate.value) < 0.1 * found.std_error, verdict.claim.id
        assert found.p_value == pytest.approx(verdict.estimate.p_value, abs=0.1), verdict.claim.id
        assert found.n == verdict.estimate.n


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


def test_weighted_legs_change_places_whole():
    """What all small companies are worth together stays; what they return is that of the large."""
    months, rng = made_up.MONTHS, np.random.default_rng(11)
    shape = len(months), len(made_up.SIX)
    returns = pd.DataFrame(rng.normal(0.01, 0.05, shape), months, made_up.SIX)
    size = pd.DataFrame(np.exp(rng.normal(0, 0.1, shape).cumsum(axis=0)), months, made_up.SIX)
    name = "french.size_value_6"
    data = made_up.catalogued(
        {name: returns, f"{name}.size": size, f"{name}.firms": 0 * size + 30.0}
    )
    pair, world = pairs.get("century"), planting.World(data, 3, 1)
    other = world.of(ledger()["P3"])
    before, after = pair.legs(data), pair.legs(other)
    turned = order_of(data, 3, 1).chosen(before.index)
    np.testing.assert_allclose(after[~turned], before[~turned], atol=1e-12)
    np.testing.assert_allclose(after[turned], before.loc[turned, ["large", "small"]], atol=1e-12)
