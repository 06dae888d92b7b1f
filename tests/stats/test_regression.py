import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import RegressionFit, ols_hac
from tests.stats.sizes import examples, samples

PROPERTY = examples(10)


def newey_west(X: np.ndarray, e: np.ndarray, lags: int) -> np.ndarray:
    """The sandwich, written out term by term."""
    h = X * e[:, None]
    S = h.T @ h
    for j in range(1, lags + 1):
        G = h[j:].T @ h[:-j]
        S = S + (1 - j / (lags + 1)) * (G + G.T)
    bread = np.linalg.inv(X.T @ X)
    return bread @ S @ bread


@pytest.fixture
def fit(asset: pd.Series, factors: pd.DataFrame) -> RegressionFit:
    return ols_hac(asset, factors[["Mkt-RF", "SMB"]], hac_lags=5)


def test_against_direct_algebra(
    fit: RegressionFit, asset: pd.Series, factors: pd.DataFrame
) -> None:
    X = np.column_stack([np.ones(240), factors[["Mkt-RF", "SMB"]]])
    b = np.linalg.solve(X.T @ X, X.T @ asset)
    e = asset.to_numpy() - X @ b
    V = newey_west(X, e, 5)
    np.testing.assert_allclose(fit.params, b)
    np.testing.assert_allclose(fit.cov, V)
    np.testing.assert_allclose(fit.resids, e, atol=1e-14)
    np.testing.assert_allclose(fit.fitted + fit.resids, asset)
    np.testing.assert_allclose(fit.tstats, b / np.sqrt(np.diag(V)))
    np.testing.assert_allclose(fit.pvalues, 2 * stats.t.cdf(-abs(fit.tstats), 237))
    reach = stats.t.ppf(0.95, 237) * fit.std_errors
    np.testing.assert_allclose(fit.conf_int(0.90)["upper"], fit.params + reach)
    r2 = 1 - (e**2).sum() / ((asset - asset.mean()) ** 2).sum()
    assert fit.rsquared == pytest.approx(r2)
    assert fit.rsquared_adj == pytest.approx(1 - (1 - r2) * 239 / 237)
    assert list(fit.params.index) == ["const", "Mkt-RF", "SMB"]
    assert (fit.nobs, fit.df, fit.hac_lags) == (240, 237, 5)


@pytest.mark.parametrize("lags", [0, 1, 12])
def test_against_linearmodels(asset: pd.Series, factors: pd.DataFrame, lags: int) -> None:
    X = factors[["Mkt-RF", "SMB"]].assign(const=1.0)
    other = IV2SLS(asset, X, None, None).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    fit = ols_hac(asset, factors[["Mkt-RF", "SMB"]], hac_lags=lags)
    np.testing.assert_allclose(fit.params[X.columns], other.params)
    np.testing.assert_allclose(fit.std_errors[X.columns], other.std_errors)


def test_classical_errors(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = ols_hac(asset, factors["SMB"], hac_lags=None)
    line = stats.linregress(factors["SMB"], asset)
    assert fit.std_errors["SMB"] == pytest.approx(line.stderr)
    assert fit.std_errors["const"] == pytest.approx(line.intercept_stderr)
    assert fit.pvalues["SMB"] == pytest.approx(line.pvalue)
    assert fit.hac_lags is None
    assert "classical" in fit.method


def test_without_constant(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = ols_hac(asset, factors["SMB"], add_constant=False)
    assert fit.params["SMB"] == pytest.approx(
        (asset @ factors["SMB"]) / (factors["SMB"] @ factors["SMB"])
    )
    assert list(fit.params.index) == ["SMB"]


def test_combination_of_coefficients(fit: RegressionFit) -> None:
    both = fit.combine({"Mkt-RF": 1.0, "SMB": -2.0}, "contrast", null=0.5)
    w = np.array([0.0, 1.0, -2.0])
    assert both.value == pytest.approx(w @ fit.params - 0.5)
    assert both.std_error == pytest.approx(np.sqrt(w @ fit.cov @ w))
    unnamed = fit.combine({"Mkt-RF": 1.0, "SMB": -2.0}, null=0.5)
    assert unnamed.null == "Mkt-RF - 2 SMB less 0.5 is zero (two-sided)"
    alone = fit.combine({"SMB": 1.0}, "SMB")
    assert alone.tstat == pytest.approx(fit.tstats["SMB"])
    spread = fit.combine({"Mkt-RF": 1.0, "SMB": -1.0, "const": 12.0})
    assert spread.name == "Mkt-RF - SMB + 12 const"
    assert spread.null == "Mkt-RF - SMB + 12 const is zero (two-sided)"
    assert alone.pvalue == pytest.approx(fit.pvalues["SMB"])
    assert alone.conf_int(0.9) == pytest.approx(tuple(fit.conf_int(0.9).loc["SMB"]))
    with pytest.raises(InputError, match="names HML; the coefficients are const, Mkt-RF, SMB"):
        fit.combine({"HML": 1.0}, "HML")
    with pytest.raises(InputError, match="name a coefficient"):
        fit.combine({})


def unrelated(N: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Autocorrelated y and x, independent of each other."""
    e = np.random.default_rng(5).standard_normal((N, 2, 601))
    return iter(e[..., 1:] + 0.9 * e[..., :-1])


@samples(60, 400)
def test_null_is_rejected_at_its_rate(N: int, assert_rate: Callable[..., None]) -> None:
    assert_rate(ols_hac(y, x).pvalues["X"] for y, x in unrelated(N))


@pytest.mark.nightly
def test_the_same_data_fool_classical_errors() -> None:
    rejected = [ols_hac(y, x, None).pvalues["X"] < 0.05 for y, x in unrelated(400)]
    assert np.mean(rejected) > stats.binom.ppf(0.9995, 400, 0.05) / 400


@PROPERTY
@given(st.integers(0, 100), st.sets(st.integers(0, 59), max_size=20), st.integers(0, 25))
def test_missing_rows_are_as_if_they_were_not_there(
    seed: int, holes: set[int], offset: int
) -> None:
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2000-01-31", periods=60, freq="ME")
    y = pd.Series(rng.standard_normal(60), dates, name="y")
    X = pd.DataFrame(rng.standard_normal((60, 2)), dates, ["a", "b"])
    y_holes, X_holes = sorted(holes)[::2], sorted(holes)[1::2]
    ragged_y, ragged_X = y.copy(), X.copy()
    ragged_y.iloc[y_holes] = np.nan
    ragged_X.iloc[X_holes, 1] = np.nan
    left, right = ragged_y.iloc[offset:], ragged_X.iloc[: 60 - offset // 5]
    used = [i for i in range(offset, 60 - offset // 5) if i not in holes]
    if len(used) < 5:
        return
    fit, expected = ols_hac(left, right, 2), ols_hac(y.iloc[used], X.iloc[used], 2)
    pd.testing.assert_series_equal(fit.params, expected.params)
    pd.testing.assert_frame_equal(fit.cov, expected.cov)
    assert fit.resids.index.equals(dates[used])
    assert fit.dropped["only in y"] == offset // 5
    assert fit.dropped["only in X"] == offset
    assert fit.nobs + fit.dropped["missing values"] == 60 - offset - offset // 5


def bad_inputs() -> list[tuple[str, object, str]]:
    dates = pd.date_range("2000-01-31", periods=40, freq="ME")
    rng = np.random.default_rng(0)
    y = pd.Series(rng.standard_normal(40), dates, name="y")
    X = pd.DataFrame(rng.standard_normal((40, 2)), dates, ["a", "b"])
    starts = X.set_axis(dates.to_period("M").to_timestamp())
    trading = y.set_axis(pd.date_range("2000-01-31", periods=40, freq="BME"))
    far = X.set_axis(dates + pd.offsets.MonthEnd(100))
    duplicated = pd.concat([y, y.iloc[[3]]]).sort_index()
    hole = X.assign(c=np.nan)
    infinite = X.copy()
    infinite.iloc[7, 1] = np.inf
    return [
        ("empty", (y[:0], X), "`y` is empty"),
        ("no columns", (y, X[[]]), "`X` has no columns"),
        (
            "month starts",
            (y, starts),
            "2000-01-31 .. 2003-04-30 .*2000-01-01 .. 2003-04-01.*to_month_end",
        ),
        ("trading days", (trading, X), "40 months in common, but only 30 dates.*to_month_end"),
        ("other years", (y, far), "No dates in common.*2000-01-31.*2008-05-31"),
        (
            "other kind",
            (y, X.reset_index(drop=True)),
            "differ in kind: DatetimeIndex and RangeIndex",
        ),
        ("time zone", (y, X.tz_localize("UTC")), r"time zone.*`X\.tz_localize\(None\)`"),
        (
            "dates as text",
            (y.set_axis(dates.strftime("%Y-%m-%d")), X),
            r"`y`, such as '2000-01-31', are text.*`\.set_axis\(pd\.to_datetime\(x\.index\)\)`",
        ),
        ("a list of series", (y, [X["a"], X["b"]]), r"`X` is a list.*`pd\.concat\(X, axis=1\)`"),
        ("a mapping", (y, {"a": X["a"]}), r"`X` is a dict.*`pd\.DataFrame\(X\)`"),
        ("numbers as text", (y, X.astype(str)), r"do not: a, b\..*`\.apply\(pd\.to_numeric\)`"),
        ("numbers as objects", (y, X.astype(object)), r"do not: a, b\..*to_numeric"),
        ("one row", (y[:1], X), "Too few observations in `y` and `X`: 1 complete row"),
        ("lengths", (y.to_numpy(), X[:-1].to_numpy()), "`y` has 40 rows and `X` 39"),
        (
            "array and frame",
            (y.to_numpy()[:30], X.reset_index(drop=True)),
            "`y` has 30 rows and `X` 40",
        ),
        ("duplicate dates", (duplicated, X), "one row per date; repeated: 2000-04-30"),
        ("unsorted", (y[::-1], X), "`y` must be sorted by date"),
        ("all NaN", (y, hole), "columns without any value: c"),
        (
            "never together",
            (y.mask(dates >= "2001"), X.assign(a=X["a"].mask(dates < "2001"))),
            "at each of them",
        ),
        ("infinite", (y, infinite), "`X` must be finite.*'b' is infinite at 2000-08-31"),
        ("text", (y, X.astype(object).assign(a="x")), "`X` must hold real numbers.*a"),
        ("complex", (y, X.astype(complex)), "`X` must hold real numbers"),
        ("two names", (y, X.set_axis(["a", "a"], axis=1)), "distinct column names; repeated: a"),
        ("frame as y", (X, X), "`y` must be one series; it has 2 columns: a, b"),
        (
            "too few",
            (y[:4], X),
            "Too few observations in `y` and `X`: 4 complete rows for 3 coefficients",
        ),
        ("constant at minus zero", (0 * y.abs() * -1.0, X), "`y` is constant, 0, on the 40 rows"),
        ("constant y", (0 * y + 3, X), "`y` is constant, 3, on the 40 rows"),
        ("constant x", (y, X.assign(one=2.0)), "constant on the 40 rows used: one"),
        ("const taken", (y, X.assign(const=X["a"] ** 2)), "column 'const' already"),
        (
            "collinear",
            (y, X.assign(c=X["a"] - 2 * X["b"], d=X["a"] ** 2)),
            "collinear: a, b, c are",
        ),
        ("exact", (X["a"], X), "`y` is an exact linear combination"),
        ("3-d", (y, np.zeros((2, 2, 2))), "array of 1 or 2 dimensions"),
    ]


@pytest.mark.parametrize(("case", "arguments", "message"), bad_inputs())
def test_bad_input_is_named(case: str, arguments: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ols_hac(*arguments)


@pytest.mark.parametrize("lags", ["automatic", -1, 240, 2.5, True])
def test_lags_must_make_sense(asset: pd.Series, factors: pd.DataFrame, lags: object) -> None:
    with pytest.raises(InputError, match="hac_lags"):
        ols_hac(asset, factors["SMB"], lags)


def test_level_must_make_sense(fit: RegressionFit) -> None:
    with pytest.raises(InputError, match="`level` must lie strictly between 0 and 1; it is 95"):
        fit.conf_int(95)


def test_what_is_shown(asset: pd.Series, factors: pd.DataFrame) -> None:
    fit = ols_hac(asset.rename("<b>y</b>"), factors[["SMB"]].add_prefix("<i>"), 3)
    assert "Newey-West standard errors, 3 lags" in repr(fit)
    assert "1990-01-31 .. 2009-12-31 (240 rows)" in repr(fit)
    assert "each coefficient is zero" in repr(fit)
    assert "&lt;i&gt;SMB" in fit._repr_html_()
    assert "<b>" not in fit._repr_html_()
    plain = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert plain["first"] == "1990-01-31 00:00:00"


@pytest.mark.parametrize("lags", [None, 0, 5])
def test_f_of_several_coefficients_against_statsmodels(lags: int | None) -> None:
    rng = np.random.default_rng(8)
    X = pd.DataFrame(rng.standard_normal((120, 3)) * [1, 0.2, 5], columns=["a", "b", "c"])
    y = pd.Series(0.1 * X["a"] + rng.standard_normal(120), name="y")
    how = {"cov_type": "nonrobust"}
    if lags is not None:
        how = {"cov_type": "HAC", "cov_kwds": {"maxlags": lags, "use_correction": False}}
    other = sm.OLS(y, sm.add_constant(X)).fit(use_t=True, **how)
    fit = ols_hac(y, X, lags)
    for names, restrictions in (
        (None, "a = b = c = 0"),
        (["a", "c"], "a = c = 0"),
        (["b"], "b = 0"),
    ):
        ours, theirs = fit.f_test(names), other.f_test(restrictions)
        assert ours.statistic == pytest.approx(float(theirs.fvalue), rel=1e-8)
        assert ours.pvalue == pytest.approx(float(theirs.pvalue), rel=1e-8)
        assert ours.df == (len(names or "abc"), 116)
    unlike = ols_hac(y, X * [1, 1e-6, 1e7], lags)  # where statsmodels loses a rank
    assert unlike.f_test().statistic == pytest.approx(fit.f_test().statistic, rel=1e-8)
    assert fit.f_test(["a"]).statistic == pytest.approx(fit.tstats["a"] ** 2, rel=1e-12)
    assert fit.f_test().null == "a, b, c are all zero"


def test_what_is_expected_of_other_rows(asset: pd.Series, factors: pd.DataFrame) -> None:
    X = factors[["Mkt-RF", "SMB"]]
    fit = ols_hac(asset[:180], X[:180])
    plain = sm.OLS(asset[:180], sm.add_constant(X[:180])).fit()
    found = fit.predict(factors[180:].rename(columns={"HML": "not asked"}))
    np.testing.assert_allclose(found, plain.predict(sm.add_constant(X[180:])), rtol=1e-10)
    assert found.index.equals(factors.index[180:])
    np.testing.assert_allclose(fit.predict(X[:180]), fit.fitted)
    assert fit.predict(X.where(X.index.to_series() != X.index[3])).isna().sum() == 1
    with pytest.raises(InputError, match="`X` lacks SMB; the regression has Mkt-RF, SMB"):
        fit.predict(factors[["Mkt-RF"]])
    mean = ols_hac(asset, X - X.mean(), add_constant=False)
    np.testing.assert_allclose(mean.predict(X - X.mean()), mean.fitted)


def test_one_name_is_a_name_and_no_letters(fit: RegressionFit) -> None:
    name = fit.params.index[1]
    assert fit.f_test(name).pvalue == pytest.approx(fit.pvalues[name])


def test_f_of_coefficients_that_are_not_there_is_refused() -> None:
    rng = np.random.default_rng(8)
    fit = ols_hac(rng.standard_normal(50), rng.standard_normal(50))
    with pytest.raises(InputError, match="names zz; expected some of const"):
        fit.f_test(["zz"])
    with pytest.raises(InputError, match="names none"):
        fit.f_test([])
    with pytest.raises(InputError, match="names 3"):
        fit.f_test(3)  # type: ignore[arg-type]
    assert fit.f_test(["const", "const"]) == fit.f_test("const")
