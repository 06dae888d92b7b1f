import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.multivariate.manova import MANOVA

from r2klib.errors import InputError, UnknownName
from r2klib.stats import MODELS, factor_regression, grs_test, ols_hac
from tests.stats.sizes import samples


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_its_columns(asset: pd.Series, factors: pd.DataFrame, model: str) -> None:
    factors = factors.assign(QMJ=factors["RMW"].shift(1, fill_value=0.01))
    fit = factor_regression(asset, factors, model.upper())
    plain = ols_hac(asset, factors[list(MODELS[model])])
    assert list(fit.params.index) == ["alpha", *MODELS[model]]
    np.testing.assert_array_equal(fit.params, plain.params)
    np.testing.assert_array_equal(fit.std_errors, plain.std_errors)
    assert fit.alpha_annual == pytest.approx(12 * fit.params["alpha"])


def test_columns_by_name_by_default_and_from_a_series(
    asset: pd.Series, factors: pd.DataFrame
) -> None:
    assert list(factor_regression(asset, factors, ["SMB", "Mom"]).params.index) == [
        "alpha",
        "SMB",
        "Mom",
    ]
    assert "RF" not in factor_regression(asset, factors).params
    assert list(factor_regression(asset, factors["SMB"]).params.index) == ["alpha", "SMB"]


def test_columns_that_are_not_used_may_be_empty(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = factor_regression(asset, factors.assign(RMW=np.nan), "ff3")
    assert fit.nobs == 240


def test_total_returns_lose_the_bill(asset: pd.Series, factors: pd.DataFrame) -> None:
    total = factor_regression(asset + factors["RF"], factors, "ff3", subtract_rf=True)
    excess = factor_regression(asset, factors, "ff3")
    np.testing.assert_allclose(total.params, excess.params, atol=1e-12)
    assert factor_regression(factors["SMB"], factors, "capm", subtract_rf=True).dependent == "SMB"


def test_dimson_beta_recovers_thin_trading(factors: pd.DataFrame) -> None:
    """30 % of the news enters a month late: the plain beta misses it, the sum does not."""
    M = factors["Mkt-RF"]
    noise = 0.005 * np.random.default_rng(2).standard_normal(240)
    y = 0.7 * M + 0.3 * M.shift(1).fillna(0) + noise
    fit = factor_regression(y, factors, "capm", dimson_lags=1)
    beta = fit.dimson_beta
    assert beta.value == pytest.approx(1.0, abs=3 * beta.std_error)
    assert factor_regression(y, factors, "capm").params["Mkt-RF"] < 0.8
    pair = ["Mkt-RF", "Mkt-RF lag 1"]
    assert beta.value == pytest.approx(fit.params[pair].sum())
    assert beta.std_error == pytest.approx(np.sqrt(fit.cov.loc[pair, pair].to_numpy().sum()))
    by_hand = ols_hac(y, factors[["Mkt-RF"]].assign(lag=M.shift(1)))
    np.testing.assert_allclose(fit.params, by_hand.params)


def test_lags_come_from_the_factors_not_from_the_overlap(
    asset: pd.Series, factors: pd.DataFrame
) -> None:
    late = asset.iloc[100:]
    assert factor_regression(late, factors, "capm", dimson_lags=2).nobs == 140
    assert factor_regression(asset, factors, "capm", dimson_lags=2).dropped["missing values"] == 2


def test_lags_refuse_a_skipped_month(asset: pd.Series, factors: pd.DataFrame) -> None:
    gappy = factors.drop(factors.index[10])
    with pytest.raises(InputError, match=r"consecutive months.*after 1990-10-31"):
        factor_regression(asset, gappy, "capm", dimson_lags=1)
    assert factor_regression(asset, gappy, "capm").nobs == 239


def test_unknown_models_and_columns(asset: pd.Series, factors: pd.DataFrame) -> None:
    with pytest.raises(UnknownName, match=r"no model 'ff33'. Did you mean 'ff3'.*r2klib.MODELS"):
        factor_regression(asset, factors, "ff33")
    with pytest.raises(UnknownName, match=r"no model 'SMB'.*alone stands in a list: `\['SMB'\]`"):
        factor_regression(asset, factors, "SMB")
    with pytest.raises(InputError, match=r"lacks Mkt-RF; its columns are MktRF.*Rename MktRF"):
        factor_regression(asset, factors.rename(columns={"Mkt-RF": "MktRF"}), "capm")
    with pytest.raises(InputError, match="`dimson_lags` needs the column 'Mkt-RF'"):
        factor_regression(asset, factors, ["SMB"], dimson_lags=1)
    with pytest.raises(InputError, match=r"column 'rf'.*Rename it RF"):
        factor_regression(asset, factors.rename(columns={"RF": "rf"}))
    with pytest.raises(InputError, match="names no column"):
        factor_regression(asset, factors, [])
    with pytest.raises(InputError, match="must be a DataFrame with named columns"):
        factor_regression(asset, factors.to_numpy(), "capm")
    with pytest.raises(InputError, match="no column 'Mkt-RF' for `market`"):
        _ = factor_regression(asset, factors, ["SMB"]).dimson_beta
    with pytest.raises(InputError, match="exact linear combination"):
        factor_regression(factors["Mkt-RF"], factors, "capm")


def test_what_is_shown(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = factor_regression(asset, factors, "ff3", dimson_lags=1)
    assert repr(fit) == repr(factor_regression(asset, factors, "ff3", dimson_lags=1))
    assert "asset on ff3 (Mkt-RF, SMB, HML)" in fit.summary()
    assert "Dimson beta" in fit.summary()
    assert "0x" not in repr(fit)
    plain = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert plain["dimson_beta"]["value"] == pytest.approx(fit.dimson_beta.value)
    grs = grs_test(factors[["RMW", "CMA"]], factors, "ff3")
    assert "the alphas of all 2 assets are zero" in repr(grs)
    json.dumps(grs.to_dict(), allow_nan=False)


@pytest.mark.parametrize("names", [["Mkt-RF"], ["Mkt-RF", "SMB", "HML"]])
def test_grs_is_the_multivariate_f_test_of_the_intercepts(
    factors: pd.DataFrame, names: list[str]
) -> None:
    R = pd.DataFrame(
        0.002 + np.random.default_rng(4).standard_normal((240, 5)) * 0.03,
        factors.index,
        list("abcde"),
    ).add(factors["Mkt-RF"], axis=0)
    test = grs_test(R, factors, names)
    X = factors[names].assign(const=1.0)
    wald = MANOVA(R, X).mv_test([("const", np.eye(1, len(names) + 1, len(names)))])
    row = wald.results["const"]["stat"].loc["Wilks' lambda"]
    assert test.statistic == pytest.approx(row["F Value"])
    assert test.pvalue == pytest.approx(row["Pr > F"])
    assert test.df == (row["Num DF"], row["Den DF"])


def test_grs_of_one_asset_is_the_squared_t(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = factor_regression(asset, factors, "ff3", hac_lags=None)
    test = grs_test(asset.to_frame(), factors, "ff3")
    assert test.statistic == pytest.approx(fit.tstats["alpha"] ** 2)
    assert test.pvalue == pytest.approx(fit.pvalues["alpha"])
    assert test.alpha["asset"] == pytest.approx(fit.alpha)
    total = asset.add(factors["RF"]).rename("asset").to_frame()
    again = grs_test(total, factors, "ff3", subtract_rf=True)
    assert again.statistic == pytest.approx(test.statistic)


def test_arrays_are_matched_by_position(asset: pd.Series, factors: pd.DataFrame) -> None:
    named = factor_regression(asset, factors[["Mkt-RF", "SMB"]])
    bare = factor_regression(asset.to_numpy(), factors[["Mkt-RF", "SMB"]].to_numpy())
    np.testing.assert_allclose(bare.params, named.params)
    assert list(bare.params.index) == ["alpha", "factors1", "factors2"]


def test_alpha_a_year_is_told_only_where_a_year_is(asset: pd.Series, factors: pd.DataFrame) -> None:
    undated = factor_regression(asset.to_numpy(), factors[["Mkt-RF"]].to_numpy())
    assert "alpha a year" not in undated.facts
    assert "pass `periods_per_year`" in undated.facts["periods a year"]
    assert factor_regression(asset, factors, "capm").facts["alpha a year"].endswith(" %")


@samples(40, 200)
def test_alphas_and_betas_are_rejected_at_their_rate(
    factors: pd.DataFrame, N: int, assert_rate: Callable[..., None]
) -> None:
    """Alpha zero, Dimson beta one, lag zero; volatility that follows the market's."""
    M = factors["Mkt-RF"]
    fits = []
    for i in range(N):
        noise = np.random.default_rng(i).standard_normal(240) * (0.01 + 0.3 * M.abs())
        fits.append(factor_regression(M + noise, factors, "capm", dimson_lags=1, hac_lags=0))
    # White's errors are 2 to 3 % too small with 240 rows whose noise moves with the regressor.
    assert_rate((fit.pvalues["alpha"] for fit in fits), excess=0.01)
    names = {"Mkt-RF": 1.0, "Mkt-RF lag 1": 1.0}
    assert_rate((fit.combine(names, "beta - 1", null=1.0).pvalue for fit in fits), excess=0.01)


@samples(100, 600)
def test_grs_rejects_a_true_null_at_its_rate_in_small_samples(
    N: int, assert_rate: Callable[..., None]
) -> None:
    rng = np.random.default_rng(6)
    p = np.empty(N)
    for i in range(N):
        f = pd.DataFrame(rng.standard_normal((30, 2)))
        R = pd.DataFrame(f.to_numpy() @ rng.standard_normal((2, 8)) + rng.standard_normal((30, 8)))
        p[i] = grs_test(0.03 * R, 0.03 * f).pvalue
    assert_rate(p)
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_grs_refuses_what_it_cannot_answer(factors: pd.DataFrame) -> None:
    R = factors[["RMW", "CMA", "Mom"]]
    with pytest.raises(InputError, match=r"T > N .* it has T = 4 .* N = 3 assets, K = 1"):
        grs_test(R[:4], factors, "capm")
    with pytest.raises(InputError, match="`assets` are linearly dependent"):
        grs_test(R.assign(sum=R["RMW"] + R["CMA"]), factors, "capm")
    with pytest.raises(InputError, match="`assets` are linearly dependent"):
        grs_test(factors[["Mkt-RF", "SMB"]], factors, "capm")
    with pytest.raises(InputError, match="`factors` are linearly dependent"):
        grs_test(R, factors[["SMB"]].assign(twice=2 * factors["SMB"]))
