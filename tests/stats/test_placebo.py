from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import mean_difference, ols_hac, placebo_dates, placebo_test, stacked_windows
from r2klib.stats.placebo import flips_of_ratio
from tests.stats.sizes import samples

INDEX = pd.date_range("1980-01-31", periods=300, freq="ME")
EVENTS = INDEX[[20, 26, 90, 150, 280]]


def noise(seed: int) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).standard_normal(300), INDEX, name="d")


def test_placebos_keep_the_spacing() -> None:
    dates = placebo_dates(INDEX, EVENTS, seed=1, draws=500)
    assert dates.shape == (500, 5)
    assert (np.diff(dates, axis=1) > 0).all()
    gaps = np.diff(dates, axis=1, append=dates[:, :1] + 300)
    np.testing.assert_array_equal(np.sort(gaps, axis=1), np.tile([6, 40, 60, 64, 130], (500, 1)))
    orders = {tuple(np.roll(row, -row.argmin())) for row in gaps}
    assert len(orders) == 24  # every circular order of five distinct gaps
    hits = np.bincount(dates.ravel(), minlength=300)  # each month equally often
    assert stats.chisquare(hits).pvalue > 0.001
    np.testing.assert_array_equal(dates, placebo_dates(INDEX, EVENTS, seed=1, draws=500))


def test_effect_is_the_difference_of_means() -> None:
    x = noise(2)
    law = placebo_test(x, EVENTS, 12, seed=1, draws=99)
    windows = stacked_windows(INDEX, EVENTS, 12)
    assert law.value == pytest.approx(mean_difference(x, windows, 12).value)
    assert "54 months within 12 of an event" in law.method


def test_effect_beside_controls_is_the_coefficient() -> None:
    controls = pd.DataFrame({"market": noise(3), "rates": noise(4) ** 2})
    x = noise(2) + controls["market"]
    law = placebo_test(x, EVENTS, 12, controls=controls, seed=1, draws=99)
    windows = stacked_windows(INDEX, EVENTS, 12).astype(float)
    fit = ols_hac(x, controls.assign(window=windows))
    assert law.value == pytest.approx(fit.params["window"])
    # One placebo, by the slow way: its own dates, marked on a circle.
    dates = placebo_dates(INDEX, EVENTS, seed=1, draws=99)[7]
    marked = np.isin(np.arange(300), (dates[:, None] + np.arange(1, 13)) % 300)
    fit = ols_hac(x, controls.assign(window=marked.astype(float)))
    assert law.draws[7] == pytest.approx(fit.params["window"])


@samples(100, 400)
def test_true_null_is_rejected_at_its_rate(N: int, assert_rate: Callable[..., None]) -> None:
    rng = np.random.default_rng(5)
    events = [INDEX[rng.choice(288, 5, replace=False)] for _ in range(N)]
    laws = (placebo_test(noise(i), events[i], 12, seed=i, draws=199) for i in range(N))
    assert_rate(law.p_value() for law in laws)


def test_a_true_effect_is_found() -> None:
    x = noise(6) + 1.5 * stacked_windows(INDEX, EVENTS, 12)
    law = placebo_test(x, EVENTS, 12, seed=1)
    assert law.p_value() < 0.01
    assert law.corrected == pytest.approx(1.5, abs=0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: placebo_test(noise(1).where(EVENTS[0] != INDEX), EVENTS, 3, seed=1), "complete"),
        (lambda: placebo_test(noise(1).drop(INDEX[9]), EVENTS, 3, seed=1), "consecutive months"),
        (
            lambda: placebo_test(noise(1), ["1950-01-31"], 3, seed=1),
            "must lie within 1980-01 .. 2004",
        ),
        (lambda: placebo_test(noise(1), EVENTS, 400, seed=1), "no rest is left"),
        (
            lambda: placebo_test(pd.DataFrame({"a": noise(1), "b": noise(2)}), EVENTS, 3, seed=1),
            "one",
        ),
        (
            lambda: placebo_test(noise(1), EVENTS, 3, controls=noise(2)[:200], seed=1),
            "`controls` must have a value on every date of `x`; they miss 100 of 300",
        ),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_the_law_of_a_ratio_is_that_of_flipped_signs_worked_out_one_by_one() -> None:
    """Refused are the values at which few of all 2^n sets of signs reach as far."""
    rng = np.random.default_rng(4)
    x = pd.Series(-rng.uniform(0.2, 0.6, 8))
    y = 0.1 * x + pd.Series(rng.normal(0, 0.03, 8))
    law = flips_of_ratio(y, x, draws=9_999, seed=1)
    signs = np.array(np.meshgrid(*[[1, -1]] * 8)).reshape(8, -1)

    def p(theta: float) -> float:
        reached = signs.T @ (y - theta * x).to_numpy()
        observed = reached[0]
        far = min((reached >= observed - 1e-12).mean(), (reached <= observed + 1e-12).mean())
        return min(1.0, 2 * far)

    for theta in (0.0, 0.05, 0.1, 0.2):
        assert law.p_value(theta) == pytest.approx(p(theta))
    low, high = law.interval(0.90)
    assert p(low - 1e-9) < 0.1 < p(low + 1e-9)
    assert p(high + 1e-9) < 0.1 < p(high - 1e-9)


def test_the_law_of_a_ratio_holds_its_size() -> None:
    """600 worlds of ten rows without a difference, some far more volatile than others."""
    rng = np.random.default_rng(7)
    refused = 0
    for seed in range(600):
        x = pd.Series(-rng.uniform(0.2, 0.6, 10))
        y = pd.Series(rng.normal(0, np.where(np.arange(10) < 3, 0.15, 0.03)))
        refused += flips_of_ratio(y, x, draws=499, seed=seed).p_value() <= 0.10
    assert 0.06 < refused / 600 < 0.14
