import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.ar_model import AutoReg

from r2klib.errors import InputError
from r2klib.stats import ar1, effective_n
from tests.stats.sizes import examples, samples


def walk(T: int, rho: float, seed: int) -> np.ndarray:
    e = np.random.default_rng(seed).standard_normal(T)
    x = np.empty(T)
    x[0] = e[0] / np.sqrt(1 - rho**2)
    for t in range(1, T):
        x[t] = rho * x[t - 1] + e[t]
    return x


def test_coefficient_against_statsmodels_and_the_correction_by_hand() -> None:
    x = walk(200, 0.9, seed=1)
    fit = ar1(x)
    assert fit.rho_ols == pytest.approx(AutoReg(x, 1).fit().params[1])
    step = 1 + 3 * fit.rho_ols
    assert fit.rho == pytest.approx(fit.rho_ols + step / 199 + 3 * step / 199**2)
    assert fit.resids.mean() == pytest.approx(0, abs=1e-12)
    assert fit.rho**fit.half_life == pytest.approx(0.5)


@samples(150, 600)
def test_correction_removes_the_bias(N: int) -> None:
    """Of 60 values of an AR(1) with 0.8, OLS is 0.057 too low on average (Kendall)."""
    fits = [ar1(walk(60, 0.8, seed)) for seed in range(N)]
    error = np.std([fit.rho_ols for fit in fits]) / np.sqrt(N)
    assert np.mean([fit.rho_ols for fit in fits]) == pytest.approx(0.8 - 3.4 / 60, abs=3 * error)
    assert np.mean([fit.rho for fit in fits]) == pytest.approx(0.8, abs=3 * error)


def test_gaps_separate_their_neighbours() -> None:
    x = walk(100, 0.9, seed=2)
    x[50] = np.nan
    before, after = np.delete(x[:-1], [49, 50]), np.delete(x[1:], [49, 50])
    fit = ar1(x)
    assert fit.nobs == 97
    assert fit.rho_ols == pytest.approx(np.polyfit(before, after, 1)[0])


def test_a_random_walk_stays_below_one() -> None:
    assert ar1(np.arange(50.0) ** 2).rho == pytest.approx(1 - 1 / 49)


@examples(20)
@given(st.integers(0, 99), st.sampled_from([-3.0, 0.01, 50.0]), st.floats(-9, 9))
def test_units_do_not_matter(seed: int, scale: float, shift: float) -> None:
    x = walk(40, 0.7, seed)
    assert ar1(scale * (x + shift)).rho == pytest.approx(ar1(x).rho)


@examples(20)
@given(st.integers(1, 2000), st.integers(1, 60), st.floats(0, 1))
def test_effective_n_lies_between_no_and_full_overlap(n: int, h: int, rho: float) -> None:
    assert n / h - 1e-9 <= effective_n(n, h, rho) <= n + 1e-9


def test_effective_n_from_the_covariance_of_overlapping_returns() -> None:
    """A middle row's covariances with all others, term by term, in units of its variance."""
    h, rho, T = 5, 0.8, 4000
    t = np.arange(T)
    middle = np.abs(t - T // 2)
    signal = rho**middle
    overlap = np.clip(h - middle, 0, None) / h
    assert effective_n(T, h, rho) == pytest.approx(T / (signal * overlap).sum())


@pytest.mark.slow
def test_effective_n_against_a_simulation() -> None:
    """Variance of the slope of 6-period sums on an AR(1), relative to one of independent rows."""
    T, h, rho = 300, 6, 0.9
    rng = np.random.default_rng(3)
    slopes = []
    for seed in range(1500):
        x, e = walk(T, rho, seed), rng.standard_normal(T + h)
        total = np.concatenate([[0], e.cumsum()])
        sums = total[1 + h : 1 + h + T] - total[1 : 1 + T]
        slopes.append(np.cov(x, sums)[0, 1] / x.std())
    assert h / np.var(slopes) == pytest.approx(effective_n(T, h, rho), rel=0.12)
    assert effective_n(120, 12, 1.0) == pytest.approx(10)
    assert effective_n(120, 1, 0.99) == 120


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ar1(np.ones(30)), "`x` is constant"),
        (lambda: ar1(np.arange(8.0)), "at least 8 pairs"),
        (lambda: effective_n(100, 0, 0.5), "`horizon` must be at least 1"),
        (lambda: effective_n(100, 2, 1.01), r"`rho` must lie in \(-1, 1\]"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
