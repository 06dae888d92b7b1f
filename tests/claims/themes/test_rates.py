"""Rates: planted effects are found, and nothing else; states are read off both conditions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import legs, policy, signals
from r2klib.claims.themes import rates
from r2klib.data.catalog import get as row_of
from tests.claims import worlds
from tests.claims.worlds import DAYS, MONTHS, edition, judge, nothing, walk

# ---- R0: the Federal Reserve --------------------------------------------------------------------


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


# ---- R1: yields ---------------------------------------------------------------------------------


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
    (factor,) = (p for p in verdict.specifications if p.label.startswith("SMB since"))
    assert abs(factor.value) < 0.1  # the factor of this world is noise


def test_r1_contradicts_a_drag():
    (verdict,) = judge(yields_world(-0.02, 2), "R1")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(3, 6))
def test_r1_finds_nothing_where_nothing_is(seed):
    assert nothing(yields_world(0.0, seed), "R1")


# ---- R2: bank credit ----------------------------------------------------------------------------


def survey_world(effect, seed):
    """Tightening of a quarter moves d of that quarter; the survey about it is taken in the next."""
    rng = np.random.default_rng(seed)
    d = pd.Series(rng.normal(0, 0.03, len(MONTHS)), MONTHS)
    stamps = pd.date_range("1990-06-30", "2019-12-31", freq="QE", name="date", unit="us")
    level = pd.Series(rng.normal(0, 10, len(stamps)), stamps)
    for stamp, moved in level.items():
        about = stamp - pd.offsets.QuarterEnd(1)
        d.loc[about - pd.offsets.MonthEnd(2) : about] -= effect * moved / 10 / 3
    large = pd.Series(rng.normal(0, 10, len(stamps)), stamps)
    return edition(
        {
            "DRTSCIS": level,
            "DRTSCILM": large,
            **worlds.century(d),
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
    assert nothing(survey_world(0.0, seed), "R2")


# ---- R3: calm -----------------------------------------------------------------------------------


def calm_world(effect, seed):
    """Months of quiet and of restless yields by turns; quiet ones are followed by `effect`."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("1962-01-02", "2019-12-31", name="date", unit="us")
    restless = np.repeat(rng.random(len(days) // 250 + 1) < 0.5, 250)[: len(days)]
    steps = rng.normal(0, np.where(restless, 0.09, 0.03))
    ten = pd.Series(6 + steps.cumsum(), days)
    calm = -signals.known_at(signals.volatility(ten), signals.AT_ONCE, MONTHS)
    score = ((calm - calm.mean()) / calm.std()).shift(1).fillna(0.0)
    d = effect * score + rng.normal(0, 0.03, len(MONTHS))
    return edition({"DGS10": ten, **worlds.century(d)})


@pytest.mark.slow
def test_r3_finds_a_planted_effect_of_calm():
    (verdict,) = judge(calm_world(0.005, 1), "R3")
    assert verdict.estimate.value == pytest.approx(6.0, abs=2.5)  # 0.5 % a month per sd
    assert verdict.status == "supported"
    assert len(verdict.specifications) >= 6


@pytest.mark.parametrize("seed", range(2, 5))
def test_r3_finds_nothing_where_nothing_is(seed):
    assert nothing(calm_world(0.0, seed), "R3")


# ---- R5: duration -------------------------------------------------------------------------------


def duration_world(effect, seed=0):
    """Small value beats big growth by `effect` for each point that the yield rose in a month."""
    days = pd.bdate_range("1962-01-01", "2019-12-31", name="date", unit="us")
    yields = 5 + walk(seed, 0.05, days).cumsum()
    ends = yields.resample("ME").last()
    rng, months = np.random.default_rng(seed + 1), ends.index
    gap = effect * ends.diff().fillna(0.0) + rng.normal(0, 0.01, len(months))
    columns = dict.fromkeys(row_of("french.size_value").columns, 0.0 * gap)
    held = pd.DataFrame(columns | {"S1V5": np.expm1(gap), "S3V5": np.expm1(gap)})
    return edition(
        {
            "french.size_value": held,
            "french.factors": worlds.factors(),
            "DGS10": yields,
            "GS10": yields.resample("ME").mean(),
        }
    )


def test_r5_goes_from_month_end_to_month_end_as_returns_do():
    data = duration_world(0.02)
    (verdict,) = judge(data, "R5")
    points = {point.label: point.value for point in verdict.specifications}
    averages = points["averages of the month since 1962, this month and the next added up"]
    assert verdict.estimate.value == pytest.approx(2.0, abs=0.1)
    # An average takes three quarters of a month's response, both months together six fifths.
    assert points["this month's average alone"] == pytest.approx(0.75 * 2.0, abs=0.15)
    assert averages == pytest.approx(1.2 * 2.0, abs=0.15)


def test_the_yields_change_is_one_column_of_month_ends_and_two_of_averages(sample):
    data = duration_world(0.02)
    ends, averages = signals.yield_change(data), signals.yield_change(data, averages=True)
    assert list(ends) == ["yield"]
    assert ends["yield"].iloc[0] == pytest.approx(
        data.series("DGS10")["1962-02"].iloc[-1] - data.series("DGS10")["1962-01"].iloc[-1]
    )
    assert list(averages) == list(signals.yield_change(sample)) == ["yield", "yield, next month"]
    assert averages["yield, next month"].iloc[0] == averages["yield"].iloc[1]


@pytest.mark.slow
def test_r5_of_the_sample_is_the_sum_of_both_coefficients(sample):
    (verdict,) = judge(sample, "R5")
    rows = legs.with_lag(legs.market(sample, "french.factors_2017"))
    rows = rows.join(signals.yield_change(sample), how="inner").assign(const=1.0)
    rows = rows.join(legs.value_minus_growth(sample), how="inner").dropna()
    slopes, *_ = np.linalg.lstsq(rows.iloc[:, :-1], rows.iloc[:, -1], rcond=None)
    both = 100 * pd.Series(slopes, rows.columns[:-1])[["yield", "yield, next month"]].sum()
    assert verdict.estimate.value == pytest.approx(both, rel=1e-9)
    assert verdict.estimate.n == len(rows)


# ---- R6: the end of tightening ------------------------------------------------------------------


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
        **worlds.century(d),
    }
    stops = policy.tightening_stops(policy.rate_by_month(edition(tables, lags={"FEDFUNDS": 3})))
    at = d.index.get_indexer(stops)
    for stop in at:
        d.iloc[stop + 1 : stop + 13] += effect / 12
    tables |= worlds.century(d)
    return edition(tables, lags={"FEDFUNDS": 3})


def test_r6_finds_what_follows_the_stops():
    (verdict,) = judge(rates_world(0.20, 1), "R6")
    assert verdict.estimate.value == pytest.approx(20, abs=8)
    assert verdict.label == "supported (material)"


@pytest.mark.parametrize("seed", range(2, 5))
def test_r6_finds_nothing_where_nothing_is(seed):
    assert nothing(rates_world(0.0, seed), "R6")


def test_the_policy_rate_is_known_when_published_and_the_target_on_the_day():
    months = pd.date_range("2008-09-30", "2009-02-28", freq="ME", name="date", unit="us")
    average = pd.Series([1.8, 1.0, 0.4, 0.2, 0.15, 0.2], months)
    days = pd.bdate_range("2008-12-16", "2009-02-27", name="date", unit="us")
    target = pd.Series(0.25, days)
    tables = {"FEDFUNDS": average, "DFEDTARU": target}
    data = edition(tables, lags={"FEDFUNDS": 3})
    known = policy.rate_by_month(data)
    # Averages come out three days into the next month; the target from its first month end on.
    assert known.tolist() == [1.8, 1.0, 0.25, 0.25, 0.25]
    assert known.index[0] == pd.Timestamp("2008-10-31")
    assert policy.rate_by_month(data, hindsight=True).tolist()[:3] == [1.8, 1.0, 0.4]


def test_tightening_is_seen_to_stop_three_months_after_its_last_hike():
    rate = pd.Series(1.0, index=MONTHS[:60])
    rate.iloc[10:] = 1.3
    rate.iloc[12:] = 1.8
    rate.iloc[20:] = 2.4  # a second leg: one point and more from the low, so the cycle is one
    stops = policy.tightening_stops(rate)
    assert list(stops) == [MONTHS[23]]
    assert len(policy.tightening_stops(rate, rise=0.5)) == 2


# ---- R7: surprises ------------------------------------------------------------------------------


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


@pytest.mark.slow
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
    assert nothing(fed_world(0.0, seed), "R7")


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
    one = rates.around(level, surprise)
    assert one["driver"].tolist() == [1.0, 6.0, 8.0]
    assert one["y"].tolist() == [1.0, 2.0, 4.0]
    two = rates.around(level, surprise, days=2)
    assert two["y"].tolist() == [3.0, 6.0]  # the last one has no second day


# ---- R8: the value tilt -------------------------------------------------------------------------


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


# ---- R9: surprises and the market ---------------------------------------------------------------


def market_world(effect, seed):
    """The market answers to the surprises of `fed_world`, in which d has no part."""
    data = fed_world(0.0, seed)
    shocks = data.frame("fomc.bauer_swanson")
    answer = pd.Series(0.0, DAYS)
    answer.loc[shocks.index.normalize()] = effect * shocks["MPS"].to_numpy()
    tables = worlds.indices(0.0 * answer, walk(seed, 0.010) + answer)
    return edition(tables | {"fomc.bauer_swanson": shocks})


@pytest.mark.slow
def test_r9_finds_a_planted_response_of_the_market():
    (verdict,) = judge(market_world(-0.06, 1), "R9")
    assert verdict.estimate.value == pytest.approx(-1.5, abs=0.4)
    assert verdict.label == "supported (material)"
    assert len(verdict.specifications) >= 6
    assert "lost" in verdict.evidence.meaning


@pytest.mark.slow
def test_r9_contradicts_the_opposite():
    (verdict,) = judge(market_world(0.06, 2), "R9")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(3, 6))
def test_r9_finds_nothing_where_nothing_is(seed):
    assert nothing(market_world(0.0, seed), "R9")
