"""History: what d remembers, what drove it, its last decade and year, strength that persists."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import pairs
from r2klib.claims.asking import examine
from r2klib.claims.themes import history
from r2klib.stats import variance_ratio
from tests.claims import worlds
from tests.claims.worlds import edition, judge


def test_cycles_are_the_variance_ratio_less_its_bias(sample):
    design = history.VarianceRatio(draws=199)
    rows = history.cycles.rows(sample)
    law = variance_ratio(pairs.get("legs").d(sample), 36, 3, draws=199, seed=1)
    estimate = design(rows)
    assert estimate.value == law.corrected - 1
    assert estimate.p_value == law.p_value()
    assert design.imprint(rows, 1.0) is None  # memory is nothing that could be added to returns


def test_the_part_of_a_driver_is_its_loading_times_what_it_did():
    rng = np.random.default_rng(0)
    index = pd.date_range("1990-01-31", periods=200, freq="ME")
    technology, rate = rng.normal(0.01, 0.03, 200), rng.normal(0, 0.2, 200)
    rows = pd.DataFrame({"technology": technology, "real yield": rate}, index)
    rows["y"] = -0.5 * rows["technology"] - 0.01 * rows["real yield"]
    # No noise: the loading is minus one half, over ten years' sum of the driver.
    rows["y"] += 1e-9 * rng.normal(size=200)
    design = history.Attribution(on="technology")
    assert design(rows).value == pytest.approx(-50 * technology[-120:].sum(), rel=1e-6)
    assert design(rows).n == 120


@pytest.mark.parametrize(("value", "status"), [(1.0, "does not hold"), (-1.0, "holds")])
def test_the_last_decade_asks_both_columns(value, status):
    """Large led by one log point every month, and value by one or growth."""
    index = pd.date_range("2000-01-31", periods=200, freq="ME")
    months = np.arange(1.0, 201.0)
    rows = pd.DataFrame({"small minus large": -months, "value": value * months}, index)
    reading = history.last_decade.design(rows)
    assert reading.status == status
    assert reading.value == -120.0


def test_windows_begun_a_year_off_make_the_decade_borderline():
    index = pd.date_range("2000-01-31", periods=200, freq="ME")
    level = pd.Series(0.0, index)
    level.iloc[-125:] = 5.0  # a rise that only the longer window sees
    level.iloc[-115:] = 4.0
    rows = pd.DataFrame({"small minus large": level, "value": level})
    assert history.last_decade.design(rows).status == "borderline"


# ---- H6: a resurgence ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "parts", "status"),
    [
        ([0.01] * 24, [True, True], "holds"),
        ([-0.01] * 24, [False, False], "does not hold"),
        ([0.06] * 14 + [-0.01] * 10, [True, False], "does not hold"),  # a lead that is being lost
        ([-0.06] * 14 + [0.01] * 10, [False, True], "does not hold"),  # a loss being made up
    ],
)
def test_a_resurgence_needs_both_a_lead_and_a_rising_ratio(months, parts, status):
    index = pd.date_range("2018-01-31", periods=24, freq="ME")
    d = pd.Series(months, index)
    rows = history.resurgence.build(edition(worlds.century(d)), "century")
    reading = history.resurgence.design(rows)
    assert list(reading.parts.values()) == parts
    assert reading.status == status
    assert reading.value == pytest.approx(100 * sum(months[-12:]))


def test_the_last_year_is_ranked_among_all_spans_of_a_year(sample):
    evidence = examine(history.resurgence, sample)
    year = 100 * pairs.get("legs").d(sample).rolling(12).sum().dropna()
    assert evidence.answer.value == year.iloc[-1]
    share = {point.label: point.value for point in evidence.specifications}[history._TO_DATE]
    assert share == 100 * (year <= year.iloc[-1]).mean()


# ---- H7: relative strength ----------------------------------------------------------------------


def strength_world(effect, seed):
    """d answers to its own sum of twelve months."""
    d = np.random.default_rng(seed).normal(0, 0.03, len(worlds.MONTHS))
    for t in range(12, len(d)):
        d[t] += effect * d[t - 12 : t].sum()
    return edition(worlds.century(pd.Series(d, worlds.MONTHS)))


@pytest.mark.slow
def test_h7_finds_strength_that_persists():
    (verdict,) = judge(strength_world(0.05, 1), "H7")
    momentum = verdict.evidence.rows["signal"].std()
    assert verdict.estimate.value == pytest.approx(1200 * 0.05 * momentum, rel=0.35)
    assert verdict.status == "supported"
    points = {point.label: point for point in verdict.specifications}
    assert points["12 months (Hodrick)"].interval[0] > 0
    assert {"d of 6 months instead", "d of 24 months instead"} <= set(points)


def test_a_lead_of_twelve_months_ends_with_the_month_it_is_known_in(sample):
    d, rows = pairs.get("long").d(sample), history.relative_strength.rows(sample)
    month = d.index[500]
    assert rows.loc[month, "signal"] == pytest.approx(d.iloc[489:501].sum())
    assert rows.loc[month, "y"] == d.iloc[500]  # `Foretell` holds it against the row after


def test_h7_is_false_where_d_has_no_memory():
    assert history.relative_strength.design.world == "memory"


@pytest.mark.parametrize("seed", range(3, 6))
def test_h7_finds_nothing_where_nothing_is(seed):
    claim = history.relative_strength
    found = claim.design.lighter()(claim.rows(strength_world(0.0, seed), pair="century"))
    assert abs(found.value) < 2.6 * found.std_error
