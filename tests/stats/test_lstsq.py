"""Every least-squares answer, whatever the units, levels and near twins of the columns."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import (
    ar1,
    expanding_factor_regression,
    grs_test,
    ivx_test,
    ols_hac,
    panel_hac,
    placebo_test,
    predict,
)
from tests.stats.sizes import examples

PROPERTY = examples(12)


def solved(A: list[list[Fraction]], B: list[list[Fraction]]) -> list[list[Fraction]]:
    """A^-1 B by elimination."""
    rows = [[*a, *b] for a, b in zip(A, B, strict=True)]
    for i in range(len(rows)):
        rows[i] = [v / rows[i][i] for v in rows[i]]  # a Gram matrix has no zero pivot
        for j in set(range(len(rows))) - {i}:
            rows[j] = [v - rows[j][i] * w for v, w in zip(rows[j], rows[i], strict=True)]
    return [row[len(A) :] for row in rows]


def exactly(y: np.ndarray, X: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and Newey-West errors of the very floats given, in rational arithmetic."""
    T, k = X.shape
    x, t = [[Fraction(v) for v in column] for column in X.T.tolist()], range(T)
    target = [Fraction(v) for v in y.tolist()]
    gram = [[sum(u * v for u, v in zip(a, b, strict=True)) for b in x] for a in x]
    b = solved(gram, [[sum(u * v for u, v in zip(a, target, strict=True))] for a in x])
    inverse = solved(gram, [[Fraction(int(i == j)) for j in range(k)] for i in range(k)])
    e = [target[s] - sum(b[j][0] * x[j][s] for j in range(k)) for s in t]
    errors = []
    for row in inverse:
        h = [e[s] * sum(a * x[j][s] for j, a in enumerate(row)) for s in t]
        v = sum(u * u for u in h)
        for lag in range(1, lags + 1):
            weight = 2 * (1 - Fraction(lag, lags + 1))
            v += weight * sum(h[s] * h[s - lag] for s in range(lag, T))
        errors.append(sqrt(v))
    return np.array([float(v[0]) for v in b]), np.array(errors)


powers = st.integers(-12, 12)


@PROPERTY
@given(
    st.integers(0, 10**6),
    st.tuples(powers, powers, powers, powers),
    st.sampled_from([0.0, 1.0, 1e3, 1e6]),
    st.sampled_from([1.0, 1e-3, 1e-6, 1e-8]),
    st.booleans(),
    st.integers(0, 4),
)
def test_against_rational_arithmetic(
    seed: int, units: tuple[int, ...], level: float, apart: float, constant: bool, lags: int
) -> None:
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((20, 3))
    Z[:, 1] = Z[:, 0] + apart * Z[:, 1]
    y = Z @ [1.0, 0.5, -1.0] + rng.standard_normal(20) + level * rng.integers(2)
    if not constant:  # a level would be a near twin of the other columns' levels
        level = 0.0
    X = (Z + level * rng.choice([-1, 1], 3)) * 10.0 ** np.array(units[:3])
    y = y * 10.0 ** units[3]
    b, errors = exactly(y, np.column_stack([np.ones(20), X]) if constant else X, lags)
    fit = ols_hac(y, X, lags, add_constant=constant)
    np.testing.assert_allclose(fit.params, b, rtol=1e-9)
    np.testing.assert_allclose(fit.std_errors, errors, rtol=1e-9)
    if constant:
        panel = panel_hac(y, X, hac_lags=lags, check_units=False)
        np.testing.assert_allclose(panel.params.iloc[0], b, rtol=1e-9)
        np.testing.assert_allclose(panel.std_errors.iloc[0], errors, rtol=1e-9)


@PROPERTY
@given(st.integers(0, 10**6), st.tuples(powers, powers, powers), st.integers(-(10**6), 10**6))
def test_units_and_origins_change_nothing_else(
    seed: int, units: tuple[int, ...], shift: int
) -> None:
    rng = np.random.default_rng(seed)
    y, X = rng.standard_normal(40), rng.standard_normal((40, 2))
    X = np.round(X * 2**20) / 2**20  # so that neither shift nor scale loses a digit
    scale = 8.0 ** np.array(units)
    base, moved = ols_hac(y, X, 3), ols_hac(y * scale[2], (X + shift) * scale[:2], 3)
    np.testing.assert_allclose(moved.tstats[1:], base.tstats[1:], rtol=1e-9)
    np.testing.assert_allclose(moved.params[1:] * scale[:2] / scale[2], base.params[1:], rtol=1e-9)
    at_origin = moved.combine({"const": 1.0, "X1": shift * scale[0], "X2": shift * scale[1]}, "a")
    np.testing.assert_allclose(at_origin.value / scale[2], base.params["const"], atol=1e-9)
    assert moved.rsquared == pytest.approx(base.rsquared, rel=1e-9)
    assert ols_hac(y, X * scale[:2]).hac_lags == ols_hac(y, X).hac_lags


def test_a_trillion_beside_a_spread() -> None:
    rng = np.random.default_rng(0)
    gdp, spread = 2e13 + 1e12 * rng.standard_normal(300), 0.01 * rng.standard_normal(300)
    y = spread + 0.01 * rng.standard_normal(300)
    fit = ols_hac(y, pd.DataFrame({"gdp": gdp, "spread": spread}), 4)
    b, errors = exactly(y, np.column_stack([np.ones(300), gdp, spread]), 4)
    np.testing.assert_allclose(fit.params, b, rtol=1e-12)
    np.testing.assert_allclose(fit.std_errors, errors, rtol=1e-12)
    assert fit.params["spread"] == pytest.approx(1.0536, abs=1e-4)  # as two columns near one give


def test_a_constant_may_stand_among_the_columns() -> None:
    rng = np.random.default_rng(1)
    y, x = 1e6 + rng.standard_normal(60), 1e6 + rng.standard_normal(60)
    fit = ols_hac(y, x, 2)
    own = ols_hac(y, np.column_stack([x, np.full(60, 5.0)]), 2, add_constant=False)
    np.testing.assert_allclose(own.params * [1, 5], fit.params[::-1], rtol=1e-12)
    np.testing.assert_allclose(own.std_errors * [1, 5], fit.std_errors[::-1], rtol=1e-12)
    late = (np.arange(60) >= 20).astype(float)
    regimes = ols_hac(y - 1e6, np.column_stack([late, 1 - late]), 2, add_constant=False)
    two = ols_hac(y - 1e6, late, 2)
    for a, b in ((own, fit), (regimes, two)):
        assert a.rsquared == pytest.approx(b.rsquared, rel=1e-9)
        assert a.rsquared_adj == pytest.approx(b.rsquared_adj, rel=1e-9)


def test_columns_that_cannot_be_told_apart_are_named() -> None:
    rng = np.random.default_rng(2)
    X = pd.DataFrame(1e6 + rng.standard_normal((60, 3)), columns=["a", "b", "c"])
    y = rng.standard_normal(60)
    late = (np.arange(60) >= 20).astype(float)
    cases = {
        "a, b, d are": X.assign(d=X["a"] + X["b"]),
        "c, d are": X.assign(d=X["c"] + 1e-10 * X["a"]),
        "const, d are": X.assign(d=0.3 + 1e-17 * (np.arange(60) % 7)),
        "const, d, e are": X.assign(d=late, e=1 - late),
    }
    for names, regressors in cases.items():
        with pytest.raises(InputError, match=f"collinear: {names} linearly dependent"):
            ols_hac(y, regressors)


def test_levels_hide_no_exact_fit_and_feign_none() -> None:
    rng = np.random.default_rng(3)
    X = 1e6 + rng.standard_normal((60, 2))
    with pytest.raises(InputError, match="exact linear combination"):
        ols_hac(2 * X[:, 0] + 3 * X[:, 1], X)
    x = np.round(rng.standard_normal(60), 3)
    with pytest.raises(InputError, match="next row of `y` exactly"):
        ivx_test(1e9 + np.append(0, x[:-1]), x)
    y = 1e13 + rng.standard_normal(60)
    assert ols_hac(y, X, 2).rsquared == pytest.approx(ols_hac(y - 1e13, X, 2).rsquared)


def test_units_of_a_signal_change_no_answer_of_predict() -> None:
    rng = np.random.default_rng(4)
    x = pd.Series(rng.standard_normal(200).cumsum(), name="x")
    y = pd.Series(0.04 * rng.standard_normal(200), name="y")
    for law in ("signals", "joint"):
        base, large = (
            predict(y, c * x, seed=1, draws=99, law=law, periods_per_year=12) for c in (1.0, 1e15)
        )
        assert large.effect.value == pytest.approx(base.effect.value, rel=1e-9)
        assert large.effect.std_error == pytest.approx(base.effect.std_error, rel=1e-9)
        assert large.law.value == pytest.approx(large.effect.value, rel=1e-9)
        np.testing.assert_allclose(large.law.draws, base.law.draws, rtol=1e-9)
        assert large.ivx.statistic == pytest.approx(base.ivx.statistic, rel=1e-9)
        assert 1e15 * large.slope_corrected == pytest.approx(base.slope_corrected, rel=1e-9)
        assert large.out_of_sample.r2 == pytest.approx(base.out_of_sample.r2, rel=1e-9)


def test_level_of_a_persistent_series() -> None:
    x = np.round(np.random.default_rng(5).standard_normal(200).cumsum() * 2**10) / 2**10
    assert ar1(x + 1e9).rho == pytest.approx(ar1(x).rho, rel=1e-9)


def test_ivx_in_any_units_and_combinations() -> None:
    rng = np.random.default_rng(8)
    X = rng.standard_normal((200, 2)).cumsum(axis=0)
    y = rng.standard_normal(200)
    base, scaled = ivx_test(y, X), ivx_test(y, X * [1e12, 1e-12])
    np.testing.assert_allclose(scaled.params * [1e12, 1e-12], base.params, rtol=1e-9)
    assert scaled.statistic == pytest.approx(base.statistic, rel=1e-9)
    twins = ivx_test(y, np.column_stack([X[:, 0], X[:, 0] + 2**-26 * X[:, 1]]))
    # The instruments and slopes of twins are those of X, mixed.
    assert 2**-26 * twins.params.iloc[1] == pytest.approx(base.params.iloc[1], rel=1e-6)


def test_grs_in_any_units() -> None:
    rng = np.random.default_rng(9)
    F = pd.DataFrame(0.04 * rng.standard_normal((120, 2)), columns=["a", "b"])
    R = pd.DataFrame(0.04 * rng.standard_normal((120, 3)) + 0.004)
    base = grs_test(R, F)
    scaled = grs_test(R * [1e12, 1.0, 1e-12], F * [1e12, 1e-12], check_units=False)
    assert scaled.statistic == pytest.approx(base.statistic, rel=1e-9)
    near = grs_test(R.assign(**{"2": R[0] + 1e-7 * R[2]}).drop(columns=2), F)
    assert near.statistic == pytest.approx(base.statistic, rel=1e-6)


def test_windows_of_far_factors_and_near_twins() -> None:
    rng = np.random.default_rng(10)
    X = 1e6 + rng.standard_normal((60, 2))
    X[:, 1] = X[:, 0] + 2.0**-13 * X[:, 1]
    R = rng.standard_normal((60, 2))
    fit = expanding_factor_regression(R, X, min_obs=40, check_units=False)
    for end in (40, 60):
        b, _ = exactly(R[:end, 0], np.column_stack([np.ones(end), X[:end]]), 0)
        found = [fit.alpha.iloc[end - 40, 0], *fit.betas.iloc[end - 40, [0, 2]]]
        np.testing.assert_allclose(found, b, rtol=1e-6)


def test_placebo_effect_of_a_far_level() -> None:
    rng = np.random.default_rng(11)
    dates = pd.date_range("1990-01-31", periods=240, freq="ME")
    x = pd.Series(np.round(rng.standard_normal(240) * 2**10) / 2**10, dates)
    events = dates[[30, 90, 150]]
    controls = pd.Series(rng.standard_normal(240), dates, name="c")
    near, far = (
        placebo_test(x + c, events, 12, seed=1, draws=99, controls=controls + c) for c in (0.0, 1e9)
    )
    assert far.value == pytest.approx(near.value, rel=1e-6)
