"""Yields, calm, surprises and the value tilt: planted effects are found, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import signals, weekly
from r2klib.claims.themes.rates import around
from tests.claims import worlds
from tests.claims.worlds import DAYS, MONTHS, edition, judge, nothing, walk


def yields_world(effect, seed):
    """Daily d = 0.1 market + effect per point of yield + noise; yields fall when stocks rise."""
    market = walk(seed, 0.010)
    moved = walk(seed + 100, 0.05) - 1.0 * market
    d = 0.1 * market + effect * moved + walk(seed + 200, 0.002)
    tables = worlds.indices(d, market)
    tables |= {"DGS10": 5 + moved.cumsum(), "french.factors_daily": worlds.factors_daily()}
    return edition(tables)


def test_r1_finds_a_planted_response_net_of_the_market():
    (verdict,) = judge(yields_world(0.02, 1), "R1")
    # 0.02 per point of yield is 0.5 % per 25 basis points.
    assert verdict.estimate.value == pytest.approx(0.5, abs=0.05)
    assert verdict.label == "supported (material)"
    assert len(verdict.specifications) >= 6
    points = {point.label: point for point in verdict.specifications}
    assert abs(points["SMB since 1962"].value) < 0.1  # the factor of this world is noise


def test_r1_contradicts_a_drag():
    (verdict,) = judge(yields_world(-0.02, 2), "R1")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(3, 6))
def test_r1_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(yields_world(0.0, seed), "R1")
    assert nothing(verdict)


def test_weekly_changes_span_the_same_days():
    days = pd.to_datetime(
        ["2020-01-03", "2020-01-08", "2020-01-09", "2020-01-10", "2020-01-17", "2020-01-24",
         "2020-01-29"]
    )  # fmt: skip
    quoted = pd.DataFrame(
        {
            "d": [0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0],
            "market": [0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0],
            "driver": [0.0, 1.0, 2.0, np.nan, 4.0, 8.0, 16.0],
        },
        index=days,
    )
    found = weekly.changes(quoted)
    # The driver was not quoted on Friday the 10th: all three take Thursday the 9th. The last week
    # ends on a Wednesday and is left out; the first has nothing before it, the second no lag.
    assert list(found.index.strftime("%m-%d")) == ["01-17", "01-24"]
    assert found["d"].tolist() == [3.0, 3.0]
    assert found["driver"].tolist() == [2.0, 4.0]
    assert found["market, lag 1"].tolist() == [4.0, 12.0]


def calm_world(effect, seed):
    """Months of quiet and of restless yields by turns; quiet ones are followed by `effect`."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("1962-01-02", "2019-12-31", name="date", unit="us")
    restless = np.repeat(rng.random(len(days) // 250 + 1) < 0.5, 250)[: len(days)]
    steps = rng.normal(0, np.where(restless, 0.09, 0.03))
    ten = pd.Series(6 + steps.cumsum(), days)
    calm = -signals.known_at(signals.volatility(ten), 0, MONTHS)
    score = ((calm - calm.mean()) / calm.std()).shift(1).fillna(0.0)
    d = effect * score + rng.normal(0, 0.03, len(MONTHS))
    return edition({"DGS10": ten, "french.size_value_6": worlds.century(d)})


def test_r3_finds_a_planted_effect_of_calm():
    (verdict,) = judge(calm_world(0.005, 1), "R3")
    assert verdict.estimate.value == pytest.approx(6.0, abs=2.5)  # 0.5 % a month per sd
    assert verdict.status == "supported"
    assert len(verdict.specifications) >= 6


@pytest.mark.parametrize("seed", range(2, 5))
def test_r3_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(calm_world(0.0, seed), "R3")
    assert nothing(verdict)


def fed_world(effect, seed):
    rng = np.random.default_rng(seed)
    stamps = DAYS[40:-40:33] + pd.Timedelta(hours=14)
    surprise = pd.Series(rng.normal(0, 0.08, len(stamps)), stamps)
    market, d = walk(seed, 0.010), walk(seed + 50, 0.006)
    d.loc[stamps.normalize()] += effect * surprise.to_numpy()
    shocks = pd.DataFrame(
        {"MPS": surprise, "MPS_ORTH": surprise, "SP500": 0.0, "Unscheduled": 0.0}
    ).rename_axis("date")
    return edition(worlds.indices(d, market) | {"fomc.bauer_swanson": shocks})


def test_r7_finds_a_planted_response_of_the_day():
    (verdict,) = judge(fed_world(-0.06, 1), "R7")
    # Minus 0.06 per point is minus 1.5 % per 25 basis points.
    assert verdict.estimate.value == pytest.approx(-1.5, abs=0.3)
    assert verdict.label == "supported (material)"
    points = {point.label: point.value for point in verdict.specifications}
    assert points["2 days"] == pytest.approx(-1.5, abs=0.5)
    assert len(points) >= 6


@pytest.mark.parametrize("seed", range(2, 5))
def test_r7_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(fed_world(0.0, seed), "R7")
    assert nothing(verdict)


def test_announcements_count_on_the_first_day_that_could_trade_on_them():
    days = pd.to_datetime(["2020-03-12", "2020-03-13", "2020-03-16", "2020-03-17"])
    level = pd.Series([0.0, 1.0, 3.0, 7.0], index=days)
    surprise = pd.Series(
        [1.0, 2.0, 4.0, 8.0],
        index=pd.to_datetime(
            # Friday in the day, Friday after the close, Sunday, Tuesday morning
            ["2020-03-13 14:00", "2020-03-13 16:30", "2020-03-15 17:00", "2020-03-17 10:00"]
        ),
    )
    one = around(level, surprise)
    assert one["driver"].tolist() == [1.0, 6.0, 8.0]
    assert one["y"].tolist() == [1.0, 2.0, 4.0]
    two = around(level, surprise, days=2)
    assert two["y"].tolist() == [3.0, 6.0]  # the last one has no second day


def tilt_world(small_share, large_share):
    columns = [f"S{s}V{v}" for s in range(1, 6) for v in range(1, 6)]
    share = {1: small_share, 2: small_share, 3: 0.5, 4: 0.5, 5: large_share}
    caps = [
        share[s] / 2 if v >= 4 else (1 - share[s]) / 3 for s in range(1, 6) for v in range(1, 6)
    ]
    firms = pd.DataFrame(100.0, MONTHS, columns)
    size = pd.DataFrame([caps] * len(MONTHS), MONTHS, columns)
    return edition({"french.size_value.firms": firms, "french.size_value.size": size})


@pytest.mark.parametrize(
    ("small", "large", "status"),
    [
        (0.50, 0.20, "holds"),
        (0.30, 0.25, "borderline"),  # with the third quintile the tilt passes 10 points
        (0.20, 0.50, "does not hold"),
    ],
)
def test_r8_reads_the_tilt(small, large, status):
    (verdict,) = judge(tilt_world(small, large), "R8")
    assert verdict.status == status
    assert verdict.reading.value == pytest.approx(100 * (small - large))
