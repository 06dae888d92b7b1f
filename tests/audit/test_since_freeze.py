"""Months after the freeze stand apart, and are counted where they are too few."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import since_freeze
from r2klib.audit.beside import beside
from r2klib.claims import Ledger, evaluate, ledger
from tests.claims import worlds

MONTHS = pd.date_range("1990-01-31", "2029-06-30", freq="ME", name="date", unit="us")
DAYS = pd.bdate_range("2006-01-02", "2029-06-29", name="date", unit="us")
FROZEN = pd.Timestamp("2026-11-30")
LATER = 31  # months from December 2026 to June 2029


def century_world(end="2029-06-30", before=0.005, after=-0.05):
    """K2's world: what followed a surprise in prices turns round, and grows, after the freeze."""
    rng = np.random.default_rng(1)
    months = MONTHS[: MONTHS.searchsorted(pd.Timestamp(end), side="right")]
    x = pd.Series(rng.normal(0, 0.002, len(MONTHS)), MONTHS)
    effect = np.where(MONTHS > FROZEN, after, before)
    d = effect * (x / x.std()).shift(2).fillna(0.0) + worlds.walk(2, 0.02, MONTHS)
    market = worlds.century(d[months], worlds.walk(3, 0.04, MONTHS))
    prices = 100 * np.exp((0.002 + x).cumsum())[months]
    return worlds.edition(market | {"CPIAUCSL": prices}, {"CPIAUCSL": 20})


def dollar_world():
    """P6's world: the dollar helps until the freeze and hurts afterwards."""
    market, dollar = worlds.walk(5, 0.01, DAYS), worlds.walk(6, 0.004, DAYS)
    effect = np.where(DAYS > FROZEN, -1.0, 1.0)
    d = effect * dollar + worlds.walk(7, 0.004, DAYS)
    broad = worlds.prices(dollar.cumsum())["Close"]
    return worlds.edition(worlds.indices(d, market) | {"DTWEXBGS": broad}, {"DTWEXBGS": 8})


def judge(data, claim):
    verdicts = evaluate(data, claims=Ledger([claim]), today="2029-07-15", cache=False)
    return beside(verdicts, data)[claim.id]


def point(verdict):
    return next((p for p in verdict.specifications if p.label == "after the freeze"), None)


def test_a_monthly_claim_shows_the_months_after_its_freeze_apart():
    verdict = judge(century_world(), ledger()["K2"])
    alone = point(verdict)
    assert alone.n == LATER
    assert alone.interval[1] < 0 < verdict.estimate.value
    assert f"In the {LATER} months since the freeze (2026-11-22) alone: " in verdict.reason
    assert f"{alone.value:.3g}" in verdict.reason
    assert alone.to_dict() in verdict.to_dict()["specifications"]


def test_a_weekly_claim_does_too():
    verdict = judge(dollar_world(), ledger()["P6"])
    alone = point(verdict)
    assert alone.value == pytest.approx(-1.0, abs=0.2)
    assert verdict.estimate.value > 0.5
    # The first whole month is December 2026; a week and its lag need two closes before.
    assert alone.n == pytest.approx(LATER * 52 / 12, abs=3)


@pytest.mark.parametrize(("end", "months"), [("2026-12-31", 1), ("2027-10-31", 11)])
def test_fewer_than_twelve_months_are_counted_and_not_shown(end, months):
    verdict = judge(century_world(end), ledger()["K2"])
    assert point(verdict) is None
    said = f"{months} month{'s' * (months != 1)} of data since the freeze (2026-11-22): too few"
    assert said in verdict.reason


def test_where_a_test_needs_more_months_that_is_said():
    verdict = judge(century_world("2028-03-31"), ledger()["K2"])  # it needs 24 pairs of months
    assert point(verdict) is None
    assert "can make no estimate of the 16 months since the freeze" in verdict.reason


def test_the_freeze_is_that_of_the_claim():
    earlier = replace(ledger()["K2"], frozen=dt.date(2020, 2, 10))
    assert point(judge(century_world(), earlier)).n == 112


@pytest.mark.parametrize(
    ("as_of", "months"),
    [("2026-06-30", 0), ("2026-11-30", 0), ("2026-12-30", 0), ("2026-12-31", 1),
     ("2027-11-29", 11), ("2027-11-30", 12), ("2029-03-30", 28)],
)  # fmt: skip
def test_months_count_once_they_are_over(as_of, months):
    """2029-03-30 is a Friday, the last day of trade in its month."""
    assert since_freeze.months_after(ledger()["K2"], dt.date.fromisoformat(as_of)) == months


def test_before_there_are_any_nothing_is_said(verdicts):
    assert "since the freeze" not in judge(century_world("2026-11-30"), ledger()["K2"]).reason
    assert not [v.claim.id for v in verdicts.values() if "since the freeze" in v.reason]
