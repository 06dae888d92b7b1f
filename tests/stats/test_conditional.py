from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

from r2klib.errors import InputError
from r2klib.stats import (
    compare,
    cusum_test,
    factor_regression,
    ols_hac,
    regime_regression,
    up_down_betas,
)

MONTHS = pd.date_range("1960-01-31", periods=300, freq="ME")


def market(seed: int = 1) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).standard_normal(300), MONTHS, name="m")


def noise(seed: int) -> pd.Series:
    return pd.Series(np.random.default_rng(1000 + seed).standard_normal(300), MONTHS, name="y")


def test_up_and_down_betas_against_a_known_asset_and_statsmodels() -> None:
    m = market()
    y = 0.1 + 1.5 * m.clip(lower=0) + 0.5 * m.clip(upper=0) + 0.01 * noise(1)
    fit = up_down_betas(y, m, 3)
    np.testing.assert_allclose(fit.params, [0.1, 1.5, 0.5], atol=0.01)
    X = np.column_stack([np.ones(300), m.clip(lower=0), m.clip(upper=0)])
    kind = {"cov_type": "HAC", "cov_kwds": {"maxlags": 3, "use_correction": False}}
    other = OLS(y.to_numpy(), X).fit(**kind)
    np.testing.assert_allclose(fit.std_errors, other.bse)
    assert fit.difference.value == pytest.approx(1.0, abs=0.01)
    assert fit.difference.tstat == pytest.approx(float(other.t_test([0, 1, -1]).tvalue.item()))


def test_equal_betas_are_rejected_at_their_rate(assert_rate: Callable[..., None]) -> None:
    m = market()
    assert_rate(up_down_betas(m + noise(i), m, 0).difference.pvalue for i in range(200))


def test_equal_regimes_are_rejected_at_their_rate(assert_rate: Callable[..., None]) -> None:
    m, inside = market(), pd.Series(np.arange(300) % 60 < 20, MONTHS)
    fits = [regime_regression(m + noise(i), m, inside, 0) for i in range(200)]
    assert_rate(fit.pvalues["m x regime"] for fit in fits)
    assert_rate(fit.pvalues["regime"] for fit in fits)


def test_regime_errors_against_statsmodels() -> None:
    m, inside = market(), pd.Series(np.arange(300) % 60 < 20, MONTHS)
    fit = regime_regression(noise(7), m, inside, 4)
    X = np.column_stack([np.ones(300), m, inside, m * inside])
    kind = {"cov_type": "HAC", "cov_kwds": {"maxlags": 4, "use_correction": False}}
    other = OLS(noise(7).to_numpy(), X).fit(**kind)
    names = ["const", "m", "regime", "m x regime"]
    np.testing.assert_allclose(fit.params[names], other.params)
    np.testing.assert_allclose(fit.std_errors[names], other.bse)


def test_regime_regression_is_two_regressions() -> None:
    m, inside = market(), pd.Series(np.arange(300) % 7 < 2, MONTHS)
    y = m + noise(2)
    fit = regime_regression(y, m, inside, None)
    apart = [ols_hac(y[side], m[side], None).params for side in (~inside, inside)]
    np.testing.assert_allclose(fit.params[["const", "m"]], apart[0])
    np.testing.assert_allclose(fit.params[["regime", "m x regime"]], apart[1] - apart[0])


def test_compare() -> None:
    rng = np.random.default_rng(3)
    factors = pd.DataFrame(rng.standard_normal((300, 3)), MONTHS, ["Mkt-RF", "SMB", "HML"])
    fits = {name: factor_regression(noise(3), factors, name) for name in ("capm", "ff3")}
    table = compare(fits)
    assert list(table.index) == ["capm", "ff3"]
    assert table.loc["ff3", "SMB"] == fits["ff3"].params["SMB"]
    assert table.loc["ff3", "t(alpha)"] == fits["ff3"].tstats["alpha"]
    assert np.isnan(table.loc["capm", "HML"])
    assert (table["nobs"] == 300).all()
    short = factor_regression(noise(3)[:200], factors, "capm")
    with pytest.raises(InputError, match="must share their dates; those of short differ"):
        compare(fits | {"short": short})
    with pytest.raises(InputError, match="`fits` is empty"):
        compare({})


def test_cusum_by_hand_and_its_rate(assert_rate: Callable[..., None]) -> None:
    fit = ols_hac(noise(4), market())
    found = cusum_test(fit)
    e = fit.resids.to_numpy()
    by_hand = np.abs(e.cumsum()).max() / np.sqrt(300 * (e @ e) / 298)
    assert found.statistic == pytest.approx(by_hand) == found.path.abs().max()
    assert found.pvalue == pytest.approx(stats.kstwobign.sf(by_hand))
    p = [cusum_test(ols_hac(noise(i), market(), None)).pvalue for i in range(200)]
    assert_rate(p, cautious=True)  # the bridge is looked at in 300 places only
    assert np.mean(np.array(p) <= 0.05) >= 0.015
    broken = noise(5) + np.where(np.arange(300) > 150, 1.0, 0.0)
    assert cusum_test(ols_hac(broken, market())).pvalue < 0.001


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: up_down_betas(noise(1), market().abs()), "falls in 0"),
        (lambda: regime_regression(noise(1), market(), market()), "`regime` must be boolean"),
        (
            lambda: regime_regression(noise(1), market(), market() > 9),
            "0 inside and 300 outside",
        ),
        (lambda: cusum_test(ols_hac(noise(1), market(), add_constant=False)), "has no constant"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
