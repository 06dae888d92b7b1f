from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from arch.covariance.kernel import Bartlett
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import hac_mean, mean_difference
from tests.stats.sizes import examples, samples

PROPERTY = examples(20)


def ma1(theta: float, shape: tuple[int, ...], seed: int) -> np.ndarray:
    e = np.random.default_rng(seed).standard_normal((*shape[:-1], shape[-1] + 1))
    return e[..., 1:] + theta * e[..., :-1]


@pytest.mark.parametrize("lags", [0, 4, "auto"])
def test_mean_against_algebra_and_arch(lags: int | str) -> None:
    x = 0.3 + ma1(0.6, (300,), seed=1)
    fit = hac_mean(x, lags)
    d = x - x.mean()
    gamma = [d[j:] @ d[: 300 - j] / 300 for j in range(fit.hac_lags + 1)]
    weights = [1.0, *(2 * (1 - j / (fit.hac_lags + 1)) for j in range(1, fit.hac_lags + 1))]
    assert fit.value == pytest.approx(x.mean())
    assert fit.std_error == pytest.approx(np.sqrt(np.dot(weights, gamma) / 300))
    bartlett = Bartlett(x, bandwidth=float(fit.hac_lags))
    assert fit.std_error == pytest.approx(np.sqrt(np.squeeze(bartlett.cov.long_run) / 300))
    assert fit.pvalue == pytest.approx(2 * stats.t.sf(abs(fit.tstat), 299))


def test_classical_mean_is_the_t_test() -> None:
    x = ma1(0.0, (50,), seed=2)
    fit = hac_mean(x, None)
    other = stats.ttest_1samp(x, 0)
    assert (fit.tstat, fit.pvalue) == pytest.approx((other.statistic, other.pvalue))
    assert fit.conf_int(0.9) == pytest.approx(tuple(other.confidence_interval(0.9)))


def test_a_mean_is_of_what_is_there() -> None:
    fit = hac_mean(pd.Series([np.nan, 1.0, 2.0, np.nan, 4.0], name="x"), 0)
    assert fit.nobs == 3
    assert fit.value == pytest.approx(7 / 3)
    assert fit.name == "mean of x"


def test_difference_against_white_and_welch_algebra() -> None:
    x = ma1(0.0, (120,), seed=3)
    inside = np.arange(120) % 5 == 0
    fit = mean_difference(x, inside, 0)
    assert fit.value == pytest.approx(x[inside].mean() - x[~inside].mean())
    white = x[inside].var() / inside.sum() + x[~inside].var() / (~inside).sum()
    assert fit.std_error == pytest.approx(np.sqrt(white))
    pooled = mean_difference(x, inside, None)
    other = stats.ttest_ind(x[inside], x[~inside])
    assert (pooled.tstat, pooled.pvalue) == pytest.approx((other.statistic, other.pvalue))
    assert fit.nobs == 120


@pytest.mark.parametrize("values", [[True, False], [1, 0], [1.0, 0.0]])
def test_an_indicator_is_matched_by_date(values: list) -> None:
    dates = pd.date_range("2000-01-31", periods=40, freq="ME")
    x = pd.Series(ma1(0.0, (40,), seed=4), dates)
    flag = pd.Series(values * 20, dates)
    fit = mean_difference(x, flag.iloc[10:], 1)
    expected = mean_difference(x.iloc[10:], flag.iloc[10:], 1)
    assert (fit.value, fit.std_error) == (expected.value, expected.std_error)
    assert fit.nobs == 30


def test_nullable_indicators_drop_what_they_do_not_know() -> None:
    flag = pd.Series([True, False] * 10 + [pd.NA] * 5, dtype="boolean")
    assert mean_difference(pd.Series(ma1(0.0, (25,), seed=5)), flag, 0).nobs == 20


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hac_mean(np.ones(20)), "`x` is constant, 1, on the 20 rows"),
        (lambda: hac_mean([1.0, 2.0]), "Too few observations in `x`: 2"),
        (lambda: hac_mean([np.nan] * 9), "`x` has columns without any value"),
        (lambda: hac_mean(np.ones((9, 2))), "`x` must be one series"),
        (lambda: mean_difference(np.arange(9.0), np.arange(9) % 3), "boolean or hold only 0 and 1"),
        (lambda: mean_difference(np.arange(9.0), np.arange(9) == 0), "has 1 inside and 8 outside"),
        (lambda: mean_difference(np.arange(9.0), np.arange(8) == 0), "`x` has 9 rows and `indi"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


@samples(40, 400)
def test_true_nulls_are_rejected_at_their_rate(N: int, assert_rate: Callable[..., None]) -> None:
    x = ma1(0.5, (N, 600), seed=6)
    windows = np.arange(600) % 40 < 12
    assert_rate(hac_mean(row).pvalue for row in x)
    assert_rate(mean_difference(row, windows, 3).pvalue for row in x)


@PROPERTY
@given(st.integers(0, 50), st.sampled_from([-1e4, -1.0, 1e-3, 12.0]), st.floats(-3, 3))
def test_means_move_with_units_and_origin(seed: int, scale: float, shift: float) -> None:
    x = ma1(0.4, (60,), seed)
    base, moved = hac_mean(x), hac_mean(scale * (x + shift))
    assert moved.value == pytest.approx(scale * (base.value + shift), abs=1e-9 * abs(scale))
    assert moved.std_error == pytest.approx(abs(scale) * base.std_error)
    assert moved.hac_lags == base.hac_lags
