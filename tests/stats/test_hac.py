import numpy as np
import pytest
from arch.covariance.kernel import Bartlett
from hypothesis import given
from hypothesis import strategies as st
from linearmodels.iv.covariance import kernel_optimal_bandwidth

from r2klib.errors import InputError
from r2klib.stats import newey_west_lags
from tests.stats.sizes import examples

PROPERTY = examples(20)


def ar1(rho: float, T: int, seed: int, columns: int = 1) -> np.ndarray:
    e = np.random.default_rng(seed).standard_normal((T, columns))
    x = np.empty_like(e)
    x[0] = e[0] / np.sqrt(1 - rho**2)
    for t in range(1, T):
        x[t] = rho * x[t - 1] + e[t]
    return x


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.3, 0.7])
@pytest.mark.parametrize("T", [30, 250, 1109])
def test_one_score_agrees_with_linearmodels_and_arch(rho: float, T: int) -> None:
    x = ar1(rho, T, seed=T)
    centred = x - x.mean()
    assert newey_west_lags(x) == kernel_optimal_bandwidth(centred, "bartlett")
    assert newey_west_lags(x) == Bartlett(x, force_int=True).bandwidth


def test_two_scores_by_loop() -> None:
    """The rule written out: autocorrelations of each score, squared sums over both."""
    x = np.hstack([ar1(0.6, 200, seed=4), 50 * ar1(-0.2, 200, seed=5)])
    n = int(np.ceil(4 * 2 ** (2 / 9)))
    top = bottom = 0.0
    for column in x.T:
        d = column - column.mean()
        rho = [(d[j:] @ d[: 200 - j]) / (d @ d) for j in range(n + 1)]
        bottom += (1 + 2 * sum(rho[1:])) ** 2
        top += (2 * sum(j * rho[j] for j in range(1, n + 1))) ** 2
    assert newey_west_lags(x) == int(np.ceil(1.1447 * (top / bottom * 200) ** (1 / 3)))


def test_more_memory_more_lags() -> None:
    lags = [newey_west_lags(ar1(rho, 1000, seed=1)) for rho in (0.0, 0.4, 0.8)]
    assert lags[0] < lags[1] < lags[2]


@PROPERTY
@given(
    st.lists(st.sampled_from([-100.0, -1.0, 0.01, 1.0, 1e6]), min_size=3, max_size=3),
    st.integers(0, 20),
)
def test_units_and_signs_of_the_scores_do_not_matter(scales: list[float], seed: int) -> None:
    x = ar1(0.5, 200, seed, 3)
    assert newey_west_lags(x * scales) == newey_west_lags(x)


def test_lags_are_bounded_where_the_long_run_variance_vanishes() -> None:
    differenced = np.diff(ar1(0.0, 401, seed=3), axis=0)  # long-run variance zero
    assert newey_west_lags(differenced) <= 1.3 * np.sqrt(400)
    alternating = np.tile([1.0, -1.0], 50)
    assert newey_west_lags(alternating) == 13


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.ones(50), "complete and vary"),
        (np.r_[np.nan, np.arange(9.0)], "complete and vary"),
        (np.arange(3.0), "at least 4 rows"),
    ],
)
def test_scores_without_an_answer(scores: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        newey_west_lags(scores)
