"""The wild bootstrap against its own definition, against OLS run draw by draw, and under nulls."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from r2klib.errors import InputError
from r2klib.stats import ols_hac, wild_bootstrap
from tests.stats.sizes import samples

MONTHS = pd.date_range("1950-01-31", periods=240, freq="ME")


def world(seed: int, slope: float = 0.0) -> tuple[pd.Series, pd.DataFrame]:
    """Returns whose volatility moves with the regressor's, as credit spreads and d do."""
    rng = np.random.default_rng(seed)
    log_vol = np.zeros(240)
    for t in range(1, 240):
        log_vol[t] = 0.9 * log_vol[t - 1] + 0.35 * rng.standard_normal()
    x = np.exp(log_vol) * rng.standard_normal(240)
    m = rng.standard_normal(240)
    y = slope * x + 0.5 * m + np.exp(log_vol) * rng.standard_normal(240)
    return pd.Series(y, MONTHS, name="y"), pd.DataFrame({"x": x, "m": m}, MONTHS)


def by_hand(
    y: pd.Series, X: pd.DataFrame, w: np.ndarray, b: float, signs: np.ndarray, lags: int
) -> list[float]:
    """T statistics of w'b = b in the draws, each from a regression of its own."""
    design = sm.add_constant(X).to_numpy()
    restricted = np.linalg.inv(design.T @ design)
    full = restricted @ design.T @ y.to_numpy()
    pulled = full - restricted @ w * (w @ full - b) / (w @ restricted @ w)
    errors = y.to_numpy() - design @ pulled
    found = []
    for s in signs:
        made = design @ pulled + np.repeat(s, -(-len(y) // len(s)))[: len(y)] * errors
        kwds = {"maxlags": lags, "use_correction": False}
        fit = sm.OLS(made, design).fit(cov_type="HAC", cov_kwds=kwds)
        found.append((w @ fit.params - b) / np.sqrt(w @ fit.cov_params() @ w))
    return found


@pytest.mark.parametrize("b", [0.0, 0.4, -2.0])
def test_every_draw_is_a_regression_on_signed_restricted_residuals(b: float) -> None:
    """Witness: statsmodels, one regression a draw, for any value supposed."""
    y, X = world(1)
    law = wild_bootstrap(y, X, {"x": 1.0, "m": 0.5}, block=12, seed=3, draws=25, hac_lags=4)
    signs = np.random.default_rng(3).integers(0, 2, size=(25, 20)).astype(float) * 2 - 1
    expected = by_hand(y, X, np.array([0.0, 1.0, 0.5]), b, signs, 4)
    gap = law.value - b
    spread = law.variance[0] + gap * law.variance[1] + gap**2 * law.variance[2]
    draws = (law.numerator[0] + gap * law.numerator[1]) / np.sqrt(spread)
    np.testing.assert_allclose(draws, expected, rtol=1e-9)


def test_value_and_error_are_those_of_the_regression() -> None:
    y, X = world(2)
    law = wild_bootstrap(y, X, {"x": 1.0}, block=12, seed=1, draws=99)
    fit = ols_hac(y, X)
    assert law.value == pytest.approx(fit.params["x"], rel=1e-12)
    assert law.std_error == pytest.approx(fit.std_errors["x"], rel=1e-12)
    assert law.hac_lags == fit.hac_lags


def test_interval_and_p_invert_the_same_draws() -> None:
    y, X = world(3, slope=0.3)
    law = wild_bootstrap(y, X, {"x": 1.0}, block=12, seed=1, draws=999)
    low, high = law.interval(0.90)
    step = 1e-4 * law.std_error
    assert law.p_value(low + step) > 0.10 >= law.p_value(low - step)
    assert law.p_value(high - step) > 0.10 >= law.p_value(high + step)
    assert low < law.value < high
    above, below = law.one_sided(0.0)
    assert law.p_value() == min(1.0, 2 * min(above, below))


def test_nothing_hangs_on_units_or_on_levels() -> None:
    y, X = world(4)
    law = wild_bootstrap(y, X, {"x": 1.0}, block=12, seed=1, draws=199)
    moved = wild_bootstrap(1e3 * y + 7, X * 1e-6 + 5e-4, {"x": 1.0}, block=12, seed=1, draws=199)
    assert moved.value == pytest.approx(1e9 * law.value, rel=1e-7)
    assert moved.p_value() == law.p_value()


def test_a_mean_is_a_regression_on_a_constant() -> None:
    """Witness: statsmodels on y restricted to a mean of 0.2, draw by draw."""
    y, _ = world(6)
    law = wild_bootstrap(y, None, {"const": 1.0}, block=12, seed=3, draws=19, hac_lags=2)
    signs = np.random.default_rng(3).integers(0, 2, size=(19, 20)).astype(float) * 2 - 1
    gap, found = law.value - 0.2, []
    for s in signs:
        made = 0.2 + np.repeat(s, 12) * (y.to_numpy() - 0.2)
        kwds = {"maxlags": 2, "use_correction": False}
        fit = sm.OLS(made, np.ones(240)).fit(cov_type="HAC", cov_kwds=kwds)
        found.append((fit.params[0] - 0.2) / fit.bse[0])
    spread = law.variance[0] + gap * law.variance[1] + gap**2 * law.variance[2]
    np.testing.assert_allclose((law.numerator[0] + gap * law.numerator[1]) / spread**0.5, found)
    assert law.method.startswith("sample mean, Newey-West")


def test_lags_longer_than_a_block_reach_over_several() -> None:
    y, X = world(7)
    law = wild_bootstrap(y, X, {"x": 1.0}, block=3, seed=3, draws=19, hac_lags=11)
    signs = np.random.default_rng(3).integers(0, 2, size=(19, 80)).astype(float) * 2 - 1
    expected = by_hand(y, X, np.array([0.0, 1.0, 0.0]), 0.1, np.repeat(signs, 3, axis=1), 11)
    gap = law.value - 0.1
    spread = law.variance[0] + gap * law.variance[1] + gap**2 * law.variance[2]
    np.testing.assert_allclose((law.numerator[0] + gap * law.numerator[1]) / spread**0.5, expected)


def test_a_regressor_that_lives_in_a_few_blocks_has_no_interval() -> None:
    """Eight months of one block: signs cannot tell their mean from any other."""
    y, _ = world(8)
    x = pd.Series(0.0, MONTHS, name="x")
    x.iloc[110:118] = 1.0
    law = wild_bootstrap(y, x, {"x": 1.0}, block=12, seed=1, draws=999)
    with pytest.raises(InputError, match="too few hold what decides"):
        law.interval()


@samples(100, 600)
def test_size_and_coverage_where_volatility_moves_with_the_regressor(N: int) -> None:
    """The law holds its 10 %, within three errors, where Newey-West's t rejects more often."""
    wild, newey_west, held = 0, 0, 0
    for seed in range(N):
        y, X = world(1000 + seed)
        law = wild_bootstrap(y, X, {"x": 1.0}, block=12, seed=seed, draws=199)
        wild += law.p_value() <= 0.10
        low, high = law.interval()
        held += low <= 0 <= high
        newey_west += ols_hac(y, X).pvalues["x"] <= 0.10
    assert wild / N == pytest.approx(0.10, abs=3 * (0.09 / N) ** 0.5)
    assert held / N == pytest.approx(0.90, abs=3 * (0.09 / N) ** 0.5)
    assert newey_west > wild


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": {"z": 1.0}}, "`weights` names z"),
        ({"block": 60}, "needs at least 8"),
        ({"block": 0}, "`block` must be at least 1"),
        ({"draws": 5}, "`draws` must be at least 19"),
        ({"hac_lags": None}, "`hac_lags` must be"),
    ],
)
def test_bad_input_is_named(change: dict, message: str) -> None:
    y, X = world(5)
    arguments = {"weights": {"x": 1.0}, "block": 12, "seed": 1, "draws": 99} | change
    with pytest.raises(InputError, match=message):
        wild_bootstrap(y, X, **arguments)
