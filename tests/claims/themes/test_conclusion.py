"""The walk-forward knows nothing early, finds what is planted and nothing where nothing is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import Ledger, evaluate, ledger, pairs, score, signals
from r2klib.claims.themes import conclusion, economy, risks
from r2klib.data import Dataset
from r2klib.data.publication import Publication
from tests.claims.worlds import catalogued, century, edition, judge, nothing

SAMPLED = pd.DatetimeIndex(
    ["1955-02-28", "1958-03-31", "1966-01-31", "1974-10-31", "1982-08-31", "1991-01-31",
     "2003-04-30", "2008-12-31", "2017-03-31"],
)  # fmt: skip


@pytest.fixture(scope="module")
def found(sample):
    return conclusion.walk(sample, "legs")


@pytest.fixture(scope="module")
def planted(sample, found):
    """The sample with made-up returns: d follows the score of the month before, or nothing."""

    def world(effect, seed):
        rng = np.random.default_rng(seed)
        tables = {name: sample[name] for name in sample}
        legs = tables["french.size_value"]
        known = found["score"].dropna().reindex(legs.index).shift(1).fillna(2.0)
        gap = effect * (known - known.mean()) + rng.normal(0, 0.03, len(legs))
        factors = tables["french.factors_2017"]
        large = factors["Mkt-RF"] + factors["RF"]
        tables["french.size_value"] = pd.DataFrame(
            dict.fromkeys(legs.columns, (1 + large) * np.exp(gap) - 1), index=legs.index
        )
        return Dataset("planted", "sample", tables, dict(sample.provenance))

    return world


@pytest.mark.parametrize("month", SAMPLED, ids=str)
def test_conditions_are_those_of_the_states_on_the_edition_of_the_day(sample, found, month):
    """One naive reading a month: the claims E0 and K0, and R0 and V0 by hand, on `as_of`."""
    view = sample.as_of(month)
    rate = view.series("FEDFUNDS")
    lagged = -view.frame("french.factors")["SMB"].rolling(60).sum().dropna()
    naive = {
        "economy": economy.strengthening.estimate(view).holds,
        "rates": rate.iloc[-1] - rate.iloc[-7] <= 0.10 + 1e-9,
        "valuation": (lagged <= lagged.iloc[-1]).mean() >= 0.80,
        "calm": not risks.lights.estimate(view).holds,
    }
    assert {name: bool(met) for name, met in found.loc[month, list(naive)].items()} == naive


@pytest.mark.parametrize("month", SAMPLED[SAMPLED >= "1966"], ids=str)
def test_odds_are_those_of_a_walk_that_ends_that_month(sample, found, month):
    then = conclusion.walk(sample.as_of(month), "legs").dropna(subset="probability")
    columns = ["probability", "base_rate", "slope", "n_train"]
    assert then.index[-1] == month
    np.testing.assert_allclose(
        then.loc[month, columns].to_numpy(float),
        found.loc[month, columns].to_numpy(float),
        rtol=1e-12,
    )


def test_a_gauge_without_a_value_yet_is_silent():
    dates = pd.to_datetime(["2000-01-31", "2000-02-29"])
    assert (
        signals.known_at(pd.Series(dtype=float, index=dates[:0]), Publication(3), dates)
        .isna()
        .all()
    )


def test_first_forecast_follows_120_outcomes_that_have_ended(found):
    first = found.dropna(subset="probability").iloc[0]
    assert found["score"].first_valid_index() == pd.Timestamp("1955-02-28")
    assert first["n_train"] == 120
    # 120 outcomes begin 1955-02..1965-01; the last of them ends in January 1966.
    assert first.name == pd.Timestamp("1966-01-31")
    before = found["d"]["1955-02":"1966-01"]
    led = [before.iloc[i + 1 : i + 13].sum() > 0 for i in range(120)]
    assert first["base_rate"] == pytest.approx(np.mean(led))


def test_the_bill_carries_the_score_back_to_about_1950(sample):
    longer = score.total(score.conditions(sample, bill=True))
    assert longer.index[0].year in (1949, 1950)
    pd.testing.assert_series_equal(
        longer["1955-02":], score.total(score.conditions(sample)), check_freq=False
    )


def judged(data, *ids, today="2019-01-15"):
    chosen = Ledger([ledger()[claim_id] for claim_id in ids])
    return evaluate(data, claims=chosen, today=today, cache=False)


@pytest.mark.slow
def test_a_planted_link_is_found_and_pays(planted):
    verdicts = judged(planted(0.012, 1), "C1", "C4")
    assert verdicts["C1"].status == "supported"
    assert verdicts["C1"].estimate.value > 0.02
    assert verdicts["C4"].status == "supported"
    assert verdicts["C4"].estimate.value > 0.2


@pytest.mark.slow
def test_a_link_the_other_way_is_told_from_the_thesis(planted):
    verdict = judged(planted(-0.012, 1), "C1")["C1"]
    labels = [point.label for point in verdict.specifications]
    assert "base rate wherever the score spoke against small" not in labels  # it never spoke for
    assert any("In 100 % of forecasts" in remark for remark in verdict.evidence.remarks)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_found_where_nothing_is(planted, seed):
    world = planted(0.0, seed)
    assert nothing(world, "C1")
    low, high = ledger()["C4"].estimate(world).interval
    assert low <= 0 <= high  # both zero where the odds never left the base rate's side


def test_switching_by_hand(sample, found):
    forecasts, d = found.dropna(subset="probability"), found["d"].dropna()
    held, base = forecasts["probability"] > 0.5, forecasts["base_rate"] > 0.5
    earned, before = [], None
    for month, hold, by_base in zip(held.index, held, base, strict=True):
        after = d.index[d.index > month]
        if len(after) == 0:
            break
        active = (int(hold) - int(by_base)) * d[after[0]]
        if before is not None:
            active -= 0.0020 * (int(hold != before[0]) - int(by_base != before[1]))
        earned.append(active)
        before = hold, by_base
    answer = conclusion.acting_pays.estimate(sample)
    ratio = np.sqrt(12) * np.mean(earned) / np.std(earned)
    assert (answer.value, answer.n) == (pytest.approx(ratio), len(earned))
    drawn = conclusion.acting_pays.rows(sample)["gained after costs"].dropna()
    np.testing.assert_allclose(drawn, np.expm1(np.cumsum(earned)), rtol=1e-9, atol=1e-12)


def test_odds_that_never_leave_the_side_of_the_base_rate_earn_exactly_nothing(sample):
    rows = conclusion.acting_pays.rows(sample)
    answer = conclusion.acting_pays.design(rows.assign(hold=rows["benchmark"]))
    assert (answer.value, answer.interval, answer.p_value) == (0.0, (0.0, 0.0), 1.0)
    assert answer.method.startswith("exact")


@pytest.mark.slow
def test_odds_today_are_refused_on_an_old_edition_and_read_on_a_fresh_one(sample):
    old = judged(sample, "C3", today="2019-06-30")["C3"]
    assert old.status == "no data"
    assert "Refused" in old.reason
    fresh = judged(sample, "C3", today="2019-01-15")["C3"]
    assert fresh.status == "does not hold"
    assert "no better than the base rate" in fresh.evidence.finding
    assert fresh.reading.n == 734  # 1955-02..2016-03: the last outcome ends in March 2017


@pytest.mark.slow
def test_odds_today_rise_with_the_score_where_the_score_foretells(planted):
    strong = planted(0.03, 2)
    verdict = judged(strong, "C3")["C3"]
    low_score = verdict.reading
    assert not low_score.holds  # one condition of four was met in November 2018
    table = 100 * verdict.evidence.rows.groupby("score")["outcome"].mean()
    assert table.iloc[-1] > table.iloc[0] + 30


def test_odds_today_are_refused_where_a_condition_went_stale(sample, found, monkeypatch):
    stale = found[list(score.PARTS)].copy()
    stale.loc["2018-01":, "valuation"] = np.nan
    monkeypatch.setattr(score, "conditions", lambda *a, **k: stale)
    verdict = judged(sample, "C3")["C3"]
    assert verdict.status == "no data"
    assert "small is cheap" in verdict.reason
    assert "December 2017" in verdict.reason


def test_a_daily_gauge_lights_stress_only_once_ten_years_are_known():
    months = pd.date_range("1960-01-31", "2019-12-31", freq="ME", name="date", unit="us")
    days = pd.bdate_range("1990-01-01", "2019-12-31", name="date", unit="us")
    flat = pd.Series(4.0, months)
    falling = pd.Series(np.linspace(9, 8, len(months)), months)  # a spread that only narrows
    rising = pd.DataFrame({"Close": np.linspace(10, 20, len(days))}, days)  # ever a new high
    lags = {"UNRATE": 10, "CPIAUCSL": 20}
    tables = {"UNRATE": flat, "CPIAUCSL": flat, "AAA": flat, "BAA": falling, "^VIX": rising}
    data = edition(tables, lags=lags)
    grid = pd.DatetimeIndex(months[-300:])
    assert score.lights(data, grid)["stress"].sum() == 0
    stress = score.lights(data, grid, daily_gauges=True)["stress"]
    lit = stress[stress == 1].index[0]
    assert lit == pd.Timestamp("2000-01-31")  # ten years of the calendar, not of rows
    assert (stress[lit:] == 1).all()


def test_recovery_signals_come_once_an_alarm_and_after_unemployment_fell(sample):
    index = pd.date_range("1949-01-31", "2022-06-30", freq="ME")
    found = conclusion.recovery_signals(sample, index)
    assert len(found) == 14  # of eleven recessions; the alarm also rang between some of them
    alarm = signals.read(sample, signals.sahm_signal, "UNRATE", dates=index) >= 0.5
    for earlier, later in pairwise(found):
        assert not alarm[earlier:later].all()
    for signal in found:
        assert (
            sample.as_of(signal).series("UNRATE").iloc[-12:].max()
            - sample.as_of(signal).series("UNRATE").iloc[-1]
        ) >= 0.2 - 1e-9


# ---- C6: a search -------------------------------------------------------------------------------


def panel(effect, seed, series=40):
    """FRED-MD of random changes; d two months on follows the first of them with a t of `effect`."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("1959-01-31", "2019-12-31", freq="ME", name="date", unit="us")
    changes = rng.standard_normal((len(months), series))
    names = [f"M{i}" for i in range(series)]
    levels = pd.DataFrame(changes.cumsum(axis=0), months, names)
    how = pd.DataFrame({"as_of": months[-1], "series": names, "code": 2})
    d = pd.Series(rng.normal(0, 0.03, len(months)), months)
    d += 0.03 * effect / len(months) ** 0.5 * pd.Series(changes[:, 0], months).shift(2).fillna(0)
    return catalogued(century(d) | {"fred_md": levels, "fred_md.transformations": how})


@pytest.mark.slow
def test_a_search_finds_the_one_series_that_foretells():
    (verdict,) = judge(panel(effect=8.0, seed=1), "C6")
    assert (verdict.status, verdict.reading.value) == ("descriptive", 1)
    assert list(verdict.reading.parts) == ["M0"]
    assert "1 foretells" in verdict.evidence.finding
    assert verdict.evidence.remarks[0] == "What is left: M0."
    points = {point.label: point.value for point in verdict.specifications}
    assert points["a month later still"] == 0  # the link is to one month, and so is the search


def test_the_month_between_is_for_publication():
    data = panel(effect=8.0, seed=1)
    d, rows = pairs.get("century").d(data), conclusion.search.rows(data)
    assert rows.loc["1990-01-31", "y"] == pytest.approx(d.loc["1990-03-31"])
    assert np.isnan(rows["y"].iloc[-1])


@pytest.mark.slow
def test_a_search_of_nothing_finds_nothing():
    (verdict,) = judge(panel(effect=0.0, seed=2), "C6")
    assert (verdict.status, verdict.reading.value) == ("descriptive", 0)
    assert "none foretells" in verdict.evidence.finding
