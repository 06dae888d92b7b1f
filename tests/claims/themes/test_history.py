"""History: the claims stand on the numbers that were checked by hand when they were declared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import pairs
from r2klib.claims.themes import history
from r2klib.stats import variance_ratio


def test_beta_is_the_dimson_beta_of_the_references(sample):
    """Sum of the coefficients of the small leg of 1949-2017: 1.1343 + 0.1307."""
    assert history.beta.estimate(sample).value == pytest.approx(1.1343 + 0.1307 - 1, abs=1e-4)


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
