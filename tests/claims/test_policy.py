"""Policy: the state of the Fed, the survey of banks, and the stops of tightening by targets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import policy
from tests.claims import worlds
from tests.claims.worlds import DAYS, MONTHS, edition, judge, nothing


def fed(changes, restless_end):
    """A target that moves on the given days, and a 2-year yield that ends calm or restless."""
    rng = np.random.default_rng(0)
    target = pd.Series(2.0, DAYS[DAYS >= "2008-12-16"])
    for day, step in changes.items():
        target.loc[day:] += step
    sd = np.full(len(DAYS), 0.05)
    sd[-70:] = 0.09 if restless_end else 0.02
    two = pd.Series(3 + rng.normal(0, sd).cumsum(), DAYS)
    return edition({"DFEDTARU": target, "DGS2": two})


@pytest.mark.parametrize(
    ("changes", "restless", "status"),
    [
        ({}, False, "holds"),
        ({"2019-11-01": -0.25}, False, "holds"),
        ({"2019-11-01": 0.25}, False, "does not hold"),
        ({"2019-03-01": 0.25}, False, "holds"),  # longer than 6 months ago
        ({}, True, "does not hold"),
    ],
)
def test_r0_needs_both_an_easy_fed_and_calm_yields(changes, restless, status):
    (verdict,) = judge(fed(changes, restless), "R0")
    assert verdict.status == status


def survey_world(effect, seed):
    """Tightening of a quarter moves d of that quarter; the survey about it is taken in the next."""
    rng = np.random.default_rng(seed)
    d = pd.Series(rng.normal(0, 0.03, len(MONTHS)), MONTHS)
    stamps = pd.date_range("1990-06-30", "2019-12-31", freq="QE", name="date", unit="us")
    level = pd.Series(rng.normal(0, 10, len(stamps)).cumsum(), stamps)
    change = level.diff().fillna(0.0)
    for stamp, moved in change.items():
        about = stamp - pd.offsets.QuarterEnd(1)
        d.loc[about - pd.offsets.MonthEnd(2) : about] -= effect * moved / 10 / 3
    large = pd.Series(rng.normal(0, 10, len(stamps)), stamps)
    return edition(
        {
            "DRTSCIS": level,
            "DRTSCILM": large,
            "french.size_value_6": worlds.century(d),
            "french.factors": worlds.factors(),
        }
    )


def test_r2_finds_the_effect_in_the_quarter_looked_back_on():
    (verdict,) = judge(survey_world(0.03, 1), "R2")
    # Three percent of d a quarter per standard deviation is 12 % a year.
    assert verdict.estimate.value == pytest.approx(12, abs=3)
    assert verdict.label == "supported (material)"
    points = {point.label: point for point in verdict.specifications}
    assert abs(points["the quarter of the survey"].value) < 5
    low, high = points["next quarter, tradable (foretell)"].interval
    assert low < 0 < high
    assert len(points) >= 6


@pytest.mark.parametrize("seed", range(2, 5))
def test_r2_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(survey_world(0.0, seed), "R2")
    assert nothing(verdict)


def rates_world(effect, seed):
    """A cycle of four hikes every five years; from 2008 it shows in the target."""
    rng = np.random.default_rng(seed)
    months = MONTHS[MONTHS >= "1954-07"]
    step = np.zeros(len(months))
    for start in range(24, len(months) - 24, 60):
        step[start : start + 8 : 2] = 0.5
        step[start + 30 : start + 38 : 2] = -0.5
    rate = pd.Series(3 + step.cumsum(), months)
    target = rate.reindex(DAYS[DAYS >= "2008-12-16"], method="ffill").rename("target")
    d = pd.Series(rng.normal(0, 0.02, len(MONTHS)), MONTHS)
    tables = {
        "FEDFUNDS": rate,
        "DFEDTARU": target,
        "french.factors": worlds.factors(),
        "french.size_value_6": worlds.century(d),
    }
    stops = policy.tightening_stops(policy.policy_rate(edition(tables, lags={"FEDFUNDS": 3})))
    at = d.index.get_indexer(stops)
    for stop in at:
        d.iloc[stop + 1 : stop + 13] += effect / 12
    tables["french.size_value_6"] = worlds.century(d)
    return edition(tables, lags={"FEDFUNDS": 3})


def test_r6_finds_what_follows_the_stops():
    (verdict,) = judge(rates_world(0.20, 1), "R6")
    assert verdict.estimate.value == pytest.approx(20, abs=8)
    assert verdict.label == "supported (material)"


@pytest.mark.parametrize("seed", range(2, 5))
def test_r6_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(rates_world(0.0, seed), "R6")
    assert nothing(verdict)


def test_the_policy_rate_is_known_when_published_and_the_target_on_the_day():
    months = pd.date_range("2008-09-30", "2009-02-28", freq="ME", name="date", unit="us")
    average = pd.Series([1.8, 1.0, 0.4, 0.2, 0.15, 0.2], months)
    days = pd.bdate_range("2008-12-16", "2009-02-27", name="date", unit="us")
    target = pd.Series(0.25, days)
    tables = {"FEDFUNDS": average, "DFEDTARU": target}
    data = edition(tables, lags={"FEDFUNDS": 3})
    known = policy.policy_rate(data)
    # Averages come out three days into the next month; the target from its first month end on.
    assert known.tolist() == [1.8, 1.0, 0.25, 0.25, 0.25]
    assert known.index[0] == pd.Timestamp("2008-10-31")
    assert policy.policy_rate(data, hindsight=True).tolist()[:3] == [1.8, 1.0, 0.4]


def test_quarters_are_whole(sample):
    from r2klib.claims import measures

    d = pd.Series(1.0, pd.date_range("2000-02-29", "2000-10-31", freq="ME"))
    assert measures.quarters(d).to_dict() == {
        pd.Timestamp("2000-06-30"): 3.0,
        pd.Timestamp("2000-09-30"): 3.0,
    }
