import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.api import OLS

from r2klib.errors import InputError
from r2klib.stats import ols_hac, panel_hac
from tests.stats.sizes import examples

PROPERTY = examples(15)


@pytest.fixture
def panel(factors: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty assets with autocorrelated errors; assets from the tenth on have gaps."""
    rng = np.random.default_rng(21)
    F = factors[["Mkt-RF", "SMB", "HML"]]
    noise = 0.03 * rng.standard_normal((241, 30))
    R = 0.002 + F.to_numpy() @ rng.normal(1, 0.5, (3, 30)) + noise[1:] + 0.5 * noise[:-1]
    R[:30, 10:15] = np.nan
    R[rng.random(R.shape) < 0.1 * (np.arange(30) >= 15)] = np.nan
    return pd.DataFrame(R, F.index, [f"asset{i}" for i in range(30)]), F


def statsmodels_hac(y: pd.Series, F: pd.DataFrame, lags: int) -> object:
    own = y.notna() & F.notna().all(axis=1)
    X = np.column_stack([np.ones(own.sum()), F[own]])
    settings = {"maxlags": lags, "use_correction": False}
    return OLS(y[own].to_numpy(), X).fit(cov_type="HAC", cov_kwds=settings)


@pytest.mark.parametrize("lags", [0, 1, 6, 25])
def test_statsmodels_agrees_to_ten_digits(panel: tuple, lags: int) -> None:
    R, F = panel
    F = F.mask(np.arange(240)[:, None] == [[77, -1, 150]])
    fit = panel_hac(R, F, hac_lags=lags)
    for name in R:
        other = statsmodels_hac(R[name], F, lags)
        np.testing.assert_allclose(fit.params.loc[name], other.params, rtol=1e-10)
        np.testing.assert_allclose(fit.std_errors.loc[name], other.bse, rtol=1e-10)
        assert fit.nobs[name] == other.nobs


def test_against_the_sum_of_autocovariances(panel: tuple) -> None:
    R, F = panel
    fit, y = panel_hac(R, F, hac_lags=4), R["asset20"].dropna()
    X = np.column_stack([np.ones(len(y)), F.loc[y.index]])
    A = np.linalg.inv(X.T @ X)
    h = X * (y.to_numpy() - X @ (A @ X.T @ y))[:, None]
    S = h.T @ h
    for j in range(1, 5):
        S = S + (1 - j / 5) * (h[j:].T @ h[:-j] + h[:-j].T @ h[j:])
    np.testing.assert_allclose(fit.std_errors.loc["asset20"], np.sqrt(np.diag(A @ S @ A)))
    y = R["asset20"].dropna()
    assert fit.rsquared["asset20"] == pytest.approx(
        OLS(y, np.column_stack([np.ones(len(y)), F.loc[y.index]])).fit().rsquared
    )


def test_one_regression_says_the_same(panel: tuple) -> None:
    R, F = panel
    fit, one = panel_hac(R, F, hac_lags=6), ols_hac(R["asset17"], F, 6)
    assert fit.alpha["asset17"] == pytest.approx(one.params["const"])
    assert fit.rsquared["asset17"] == pytest.approx(one.rsquared)
    np.testing.assert_allclose(fit.betas.loc["asset17"], one.params.iloc[1:])
    np.testing.assert_allclose(fit.tstats.loc["asset17"], one.tstats)
    np.testing.assert_allclose(fit.pvalues.loc["asset17"], one.pvalues)
    assert fit.df["asset17"] == one.df
    row = fit.to_frame().loc[("asset17", "SMB")]
    np.testing.assert_allclose(row, one.to_frame().loc["SMB"])
    assert list(row.index) == list(one.to_frame())
    np.testing.assert_allclose(fit.conf_int(0.95).loc["asset17"], one.conf_int(0.95))
    with pytest.raises(InputError, match="`level` must lie strictly between 0 and 1"):
        fit.conf_int(95)


def test_nearly_collinear_factors(panel: tuple) -> None:
    """Against the same model written in well-conditioned factors."""
    R, F = panel
    near = F.assign(SMB=F["Mkt-RF"] + 1e-6 * F["SMB"])
    apart = near.assign(SMB=(near["SMB"] - near["Mkt-RF"]) * 2**20)  # exact, but for the factor
    fit, other = panel_hac(R, near, hac_lags=3), panel_hac(R, apart, hac_lags=3)
    np.testing.assert_allclose(fit.std_errors["SMB"], 2**20 * other.std_errors["SMB"], rtol=1e-8)
    same = ["alpha", "HML"]
    np.testing.assert_allclose(fit.std_errors[same], other.std_errors[same], rtol=1e-8)


@pytest.mark.parametrize("case", ["gaps", "far level", "nearly exact", "outlier", "twins"])
def test_assets_with_gaps_of_their_own_equal_one_regression_each(panel: tuple, case: str) -> None:
    """Products of masked rows where they are exact enough, QR of each asset's rows where not."""
    R, F = panel
    R = R.mask(np.random.default_rng(4).random(R.shape) < 0.05)
    if case == "far level":
        R = R + 1e4
    elif case == "nearly exact":
        R = (F @ np.ones((3, 30))).set_axis(R.columns, axis=1).where(R.notna()) + 1e-7 * R
    elif case == "outlier":
        R.iloc[120] = 1e8
    elif case == "twins":
        F = F.assign(SMB=F["Mkt-RF"] + 1e-6 * F["SMB"])
    fit = panel_hac(R, F, hac_lags=6, check_units=False)
    for name in R:
        one = ols_hac(R[name], F, 6)
        np.testing.assert_allclose(fit.params.loc[name], one.params, rtol=1e-9)
        np.testing.assert_allclose(fit.std_errors.loc[name], one.std_errors, rtol=1e-9)


def test_null_is_rejected_at_its_rate() -> None:
    """Autocorrelated noise on an autocorrelated factor: 5 % within a 99.9 % Monte-Carlo band."""
    rng = np.random.default_rng(9)
    T, N = 600, 1500

    def ma(columns: int) -> np.ndarray:
        e = 0.04 * rng.standard_normal((T + 1, columns))
        return e[1:] + 0.7 * e[:-1]

    rejected = []
    for _ in range(6):  # one factor's path would decide for all assets at once
        fit = panel_hac(ma(N // 6), ma(1), hac_lags=6)
        rejected.append((fit.pvalues.iloc[:, 1] < 0.05).to_numpy())
    # Newey-West with 6 of 600 lags still misses a little: Bartlett weights shrink the first
    # autocovariance by 1/7, so the variance 1 + 2 (0.7 / 1.49)^2 = 1.44 is taken as 1.38.
    z = stats.norm.isf(0.025) * np.sqrt(1.38 / 1.44)
    size = 2 * stats.norm.sf(z)
    low, high = stats.binom.ppf([0.0005, 0.9995], N, [size - 0.005, size + 0.01]) / N
    assert low <= np.mean(rejected) <= high
    assert high < 0.1


@pytest.mark.slow
@PROPERTY
@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(1, 3), st.sampled_from([0.0, 0.2]))
@example(10**6, 0, 1, 0.2)  # half of an asset's gaps are of two months
def test_each_asset_is_estimated_on_its_own_rows(
    seed: int, lags: int, K: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2000-01-31", periods=30, freq="ME")
    F = pd.DataFrame(0.04 * rng.standard_normal((30, K)), dates)
    R = pd.DataFrame(0.04 * rng.standard_normal((30, 6)), dates)
    R = R.mask(rng.random(R.shape) < share)
    R.iloc[: rng.integers(0, 25), 0] = np.nan
    fit = panel_hac(R, F, hac_lags=lags)
    for i in R:
        if R[i].count() < max(K + 2, lags + 1):
            assert fit.params.loc[i].isna().all()
            continue
        other = statsmodels_hac(R[i], F, lags)
        np.testing.assert_allclose(fit.params.loc[i], other.params, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(fit.std_errors.loc[i], other.bse, rtol=1e-8)


def test_assets_that_cannot_be_estimated_are_counted(panel: tuple) -> None:
    R, F = panel
    F = F.assign(crisis=(np.arange(240) < 20).astype(float))
    R = R.assign(short=R["asset1"].mask(np.arange(240) >= 5))
    fit = panel_hac(R, F, hac_lags=2)
    late = [f"asset{i}" for i in range(10, 15)]  # no return while the dummy is on
    assert list(fit.collinear[fit.collinear].index) == late
    assert fit.params.loc[["short", *late]].isna().all(axis=None)
    assert fit.params.drop(["short", *late]).notna().all(axis=None)
    assert fit.nobs["short"] == 5
    assert "25 of 31 assets; not: 1 with fewer than 6 complete rows, 5 with collinear" in repr(fit)
    with pytest.raises(InputError, match="collinear on the rows of every asset"):
        panel_hac(R[late], F, hac_lags=2)


DATES = pd.date_range("2000-01-31", periods=40, freq="ME")
NOISE = 0.04 * np.random.default_rng(0).standard_normal((40, 4))
R, F = pd.DataFrame(NOISE[:, :2], DATES, ["x", "y"]), pd.DataFrame(NOISE[:, 2:], DATES, ["a", "b"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((R, F, -1), "`hac_lags` must be at least 0 and at most 39; it is -1"),
        ((R, F, 40), "`hac_lags` must be .* at most 39; it is 40"),
        ((R, F, "auto"), "`hac_lags` must be a whole number; it is 'auto'"),
        ((R[:3].reindex(DATES), F, 2), "no asset with 4 complete rows; the fullest has 3"),
        ((R.assign(z=F["a"] - F["b"]), F, 2), "exact linear combinations .*: z"),
        ((R.assign(y=0.0), F, 2), "`returns` has columns that do not vary: y"),
        ((R, F.assign(c=F["a"] + F["b"]), 2), "`factors` is perfectly collinear"),
    ],
)
def test_bad_input_is_named(arguments: tuple, message: str) -> None:
    R, F, lags = arguments
    with pytest.raises(InputError, match=message):
        panel_hac(R, F, hac_lags=lags)


def test_what_is_shown(panel: tuple) -> None:
    fit = panel_hac(*panel, hac_lags=3)
    assert "Newey-West standard errors, 3 lags" in repr(fit)
    plain = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert plain["params"]["asset0"].keys() == {"alpha", "Mkt-RF", "SMB", "HML"}
