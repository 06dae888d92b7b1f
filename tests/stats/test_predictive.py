import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from r2klib.errors import InputError
from r2klib.stats import forecast_test, ivx_test, joint_law, predict, signal_law, walk_forward
from tests.stats.sizes import samples

MONTHS = pd.date_range("1960-01-31", periods=240, freq="ME")


def world(seed: int, rho: float = 0.95, delta: float = -0.9) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    e, v = rng.standard_normal((2, 240))
    u = delta * e + np.sqrt(1 - delta**2) * v
    x = np.zeros(240)
    for t in range(1, 240):
        x[t] = rho * x[t - 1] + u[t]
    return pd.Series(0.03 * e, MONTHS, name="d"), pd.Series(x, MONTHS, name="signal")


@pytest.mark.parametrize("horizon", [1, 12])
def test_regression_against_statsmodels(horizon: int) -> None:
    y, x = world(1)
    fit = predict(y, x, horizon, seed=1, draws=99, hac_lags=4)
    s = np.convolve(x, np.ones(horizon), "valid")[:-1]
    X = np.column_stack([np.ones(len(s)), s])
    other = OLS(y.to_numpy()[horizon:], X).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False}
    )
    np.testing.assert_allclose(fit.params, other.params)
    np.testing.assert_allclose(fit.std_errors, other.bse)
    assert fit.resids.index[0] == MONTHS[horizon]
    assert fit.nobs == 240 - horizon
    assert fit.effect.value == pytest.approx(12 * s.std() * other.params[1])
    assert fit.effect.tstat == pytest.approx(other.tvalues[1])
    assert fit.law.value == pytest.approx(fit.effect.value)


def test_parts_are_those_of_the_single_functions() -> None:
    y, x = world(2)
    fit = predict(y, x, seed=3, draws=99, min_obs=60)
    np.testing.assert_array_equal(fit.law.draws, signal_law(y, x, seed=3, draws=99).draws)
    joint = predict(y, x, 6, seed=3, draws=99, law="joint")
    np.testing.assert_array_equal(joint.law.draws, joint_law(y, x, 6, seed=3, draws=99).draws)
    assert fit.ivx.statistic == joint.ivx.statistic == ivx_test(y, x).statistic
    assert fit.out_of_sample.r2 == forecast_test(walk_forward(y, x, min_obs=60)).r2
    assert joint.out_of_sample.r2 == forecast_test(walk_forward(y, x, 6)).r2
    assert joint.slope_corrected is None
    assert json.loads(json.dumps(fit.to_dict()))["n_effective"] == 239
    assert "effect a year" in fit.summary()
    assert predict(y[:100], x[:100], seed=1, draws=99).out_of_sample is None


def test_stambaughs_correction_is_amihud_and_hurvichs_regression() -> None:
    """The slope beside the signal's corrected innovation (their equation 7)."""
    y, x = world(3)
    fit = predict(y, x, seed=1, draws=99)
    v = (x - fit.autoregression.rho * x.shift(1)).to_numpy()[1:]
    X = np.column_stack([np.ones(239), x.to_numpy()[:-1], v])
    assert fit.slope_corrected == pytest.approx(OLS(y.to_numpy()[1:], X).fit().params[1])


@pytest.mark.nightly
def test_stambaughs_correction_removes_the_bias() -> None:
    fits = [predict(*world(i), seed=1, draws=19, hac_lags=0) for i in range(60)]
    plain = np.array([fit.params["signal"] for fit in fits])
    corrected = np.array([fit.slope_corrected for fit in fits])
    bias = 0.03 * 0.9 * (1 + 3 * 0.95) / 240  # minus phi (1 + 3 rho) / n, phi = -0.9 * 0.03
    error = plain.std() / np.sqrt(60)
    assert plain.mean() == pytest.approx(bias, abs=3 * error)
    assert plain.mean() > 3 * error
    assert abs(corrected.mean()) < 3 * error


@samples(100, 300)
def test_hodricks_error_keeps_its_rate_where_overlap_does_not(
    N: int, assert_rate: Callable[..., None]
) -> None:
    """White's error on the summed signal."""
    p = []
    for i in range(N):
        y, x = world(i, rho=0.8, delta=0.0)
        s = x.rolling(12).sum()
        X = np.column_stack([np.ones(228), s.to_numpy()[11:-1]])
        p.append(OLS(y.to_numpy()[12:], X).fit(cov_type="HC0").pvalues[1])
    assert predict(y, x, 12, seed=1, draws=19, hac_lags=0).tstats.iloc[1] == pytest.approx(
        OLS(y.to_numpy()[12:], X).fit(cov_type="HC0").tvalues[1]
    )
    assert_rate(p, excess=0.01)


def test_quarters_and_missing_months() -> None:
    y, x = world(5)
    quarters = predict(y.iloc[2::3], x.iloc[2::3], seed=1, draws=19, periods_per_year=4)
    assert quarters.nobs == 79
    gap = predict(y.drop(MONTHS[50]), x.drop(MONTHS[90]), seed=1, draws=19)
    assert gap.nobs == 237
    assert gap.dropped["no signal at t"] == 1
    assert not gap.resids.index.isin(MONTHS[[50, 91]]).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"law": "best"}, "`law` must be"),
        ({"seed": 1, "horizon": 220}, "at least 24 are needed"),
        ({"hac_lags": "many"}, "`hac_lags` must be"),
        ({"min_obs": 2}, "`min_obs` must be at least 8"),
    ],
)
def test_bad_input_is_named(change: dict, message: str) -> None:
    y, x = world(1)
    with pytest.raises(InputError, match=message):
        predict(**{"y": y, "x": x, "seed": 1, "draws": 19} | change)


def test_stamps_that_hide_common_months_are_refused() -> None:
    y, x = world(1)
    x.index = x.index.to_period("M").to_timestamp()
    with pytest.raises(InputError, match="to_month_end"):
        predict(y, x, seed=1)
