import json
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.api import OLS, add_constant
from statsmodels.regression.rolling import RollingOLS

from r2klib.errors import InputError
from r2klib.stats import (
    RollingFit,
    expanding_factor_regression,
    ols_hac,
    rolling_factor_regression,
)
from tests.stats.sizes import examples, samples

PROPERTY = examples(10)
FEW, MANY = 3, 17  # one asset at a time; all assets at once


def sample(T: int, N: int, K: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    dates = pd.date_range("1990-01-31", periods=T, freq="ME")
    F = 0.04 * rng.standard_normal((T, K))
    R = 0.001 + F @ rng.normal(1, 0.5, (K, N)) + 0.03 * rng.standard_normal((T, N))
    return (
        pd.DataFrame(R, dates, [f"asset{i}" for i in range(N)]),
        pd.DataFrame(F, dates, ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"][:K]),
    )


def holes(frame: pd.DataFrame, share: float, seed: int = 0) -> pd.DataFrame:
    """Values missing at random; each asset also starts late and ends early."""
    rng = np.random.default_rng(seed)
    out = frame.mask(rng.random(frame.shape) < share)
    for i in range(frame.shape[1]):
        out.iloc[: rng.integers(0, len(frame) // 5), i] = np.nan
        out.iloc[len(frame) - rng.integers(0, len(frame) // 5) :, i] = np.nan
    return out


def by_qr(
    R: pd.DataFrame, F: pd.DataFrame, window: int, min_obs: int
) -> tuple[np.ndarray, np.ndarray]:
    """The oracle: Householder QR of each window's own rows. Coefficients (W, 1 + K, N), nobs."""
    Y, X = R.to_numpy(), np.column_stack([np.ones(len(F)), F])
    T, N = Y.shape
    B = np.full((T - min_obs + 1, X.shape[1], N), np.nan)
    nobs = np.zeros((len(B), N), int)
    for j, end in enumerate(range(min_obs, T + 1)):
        rows = slice(max(0, end - window), end)
        for i in range(N):
            y, x = Y[rows, i], X[rows]
            own = ~np.isnan(y) & ~np.isnan(x).any(axis=1)
            nobs[j, i] = own.sum()
            if nobs[j, i] < min_obs:
                continue
            Q, r = np.linalg.qr(x[own])
            scaled = x[own] / np.maximum(np.linalg.norm(x[own], axis=0), 1e-300)
            if np.linalg.matrix_rank(scaled, tol=1e-10 * np.linalg.norm(scaled, 2)) == x.shape[1]:
                B[j, :, i] = np.linalg.solve(r, Q.T @ y[own])
    return B, nobs


def exactly(y: np.ndarray, X: np.ndarray) -> list[float]:
    """Least squares in rational arithmetic: no rounding at all."""
    rows = [[Fraction(float(v)) for v in row] for row in np.column_stack([X, y])]
    k = X.shape[1]
    A = [[sum(r[i] * r[j] for r in rows) for j in range(k + 1)] for i in range(k)]
    for i in range(k):
        A[i] = [a / A[i][i] for a in A[i]]
        for m in set(range(k)) - {i}:
            A[m] = [a - A[m][i] * b for a, b in zip(A[m], A[i], strict=True)]
    return [float(row[k]) for row in A]


def coefficients(fit: RollingFit) -> np.ndarray:
    return fit.to_frame().to_numpy().reshape(len(fit.alpha), -1, fit.alpha.shape[1])


def assert_same(fit: RollingFit, expected: np.ndarray, tolerance: float = 1e-12) -> None:
    """NaN at the same places; differences small beside the window's largest coefficient."""
    found = coefficients(fit)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    with np.errstate(invalid="ignore"):
        error = np.abs(found - expected).max(axis=1) / np.abs(expected).max(axis=1)
    assert np.nanmax(error, initial=0) < tolerance


@pytest.mark.parametrize("N", [FEW, MANY])
@pytest.mark.parametrize(("window", "min_obs"), [(30, 30), (30, 12), (9, 8)])
def test_every_window_equals_qr_of_its_own_rows(N: int, window: int, min_obs: int) -> None:
    R, F = sample(90, N, 3)
    R, F = holes(R, 0.05), F.mask(np.random.default_rng(1).random(F.shape) < 0.01)
    fit = rolling_factor_regression(R, F, window=window, min_obs=min_obs)
    B, nobs = by_qr(R, F, window, min_obs)
    assert np.isnan(B).any()
    assert np.isfinite(B).any()
    assert_same(fit, B)
    np.testing.assert_array_equal(fit.nobs, nobs)
    assert fit.collinear.sum() == 0


@pytest.mark.parametrize("N", [FEW, MANY])
def test_expanding_windows(N: int) -> None:
    R, F = sample(60, N, 2)
    R = holes(R, 0.05)
    fit = expanding_factor_regression(R, F, min_obs=10, std_errors=True)
    assert fit.window is None
    assert_same(fit, by_qr(R, F, 60, 10)[0])
    assert fit.alpha.index[0] == R.index[9]
    whole = OLS(R["asset1"], F.assign(alpha=1.0)[["alpha", *F]], missing="drop").fit()
    np.testing.assert_allclose(coefficients(fit)[-1, :, 1], whole.params)
    np.testing.assert_allclose(fit.std_errors.xs("asset1", axis=1, level=1).iloc[-1], whole.bse)


@pytest.mark.parametrize("N", [FEW, MANY])
@pytest.mark.parametrize(("apart", "rtol"), [(1.0, 1e-12), (1e-6, 1e-8)])
def test_slopes_against_rational_arithmetic(N: int, apart: float, rtol: float) -> None:
    """Of factors nearly collinear, eight digits are left."""
    R, F = sample(120, N, 6)
    F["SMB"] = F["Mkt-RF"] + apart * F["SMB"]
    R = R.mask(np.random.default_rng(3).random(R.shape) < 0.1)
    fit = rolling_factor_regression(R, F, window=60, min_obs=40)
    X = np.column_stack([np.ones(len(F)), F])
    for end in (59, 80, 119):
        y = R.iloc[end - 59 : end + 1, 1].to_numpy()
        own = ~np.isnan(y)
        exact = exactly(y[own], X[end - 59 : end + 1][own])
        np.testing.assert_allclose(coefficients(fit)[end - 39, 1:, 1], exact[1:], rtol=rtol)


@pytest.mark.parametrize("N", [FEW, MANY])
@pytest.mark.parametrize("min_obs", [None, 20])
def test_outliers_that_left_the_window_leave_no_trace(N: int, min_obs: int | None) -> None:
    R, F = sample(120, N, 3)
    R.iloc[::17, 2] = np.nan
    wild_R, wild_F = R.copy(), F.copy()
    wild_R.iloc[50, :3] = [1e15, -1e300, 1e8]
    wild_F.iloc[52, 1] = 1e12
    calm = coefficients(rolling_factor_regression(R, F, window=24, min_obs=min_obs))
    wild = coefficients(rolling_factor_regression(wild_R, wild_F, window=24, min_obs=min_obs))
    ends = np.arange(120 - len(calm), 120)
    without = (ends < 50) | (ends >= 52 + 24)
    np.testing.assert_array_equal(wild[without], calm[without])
    assert (wild[~without][:, :, 0] != calm[~without][:, :, 0]).all()


def test_rolling_ols_agrees_on_complete_data() -> None:
    R, F = sample(150, MANY, 3)
    fit = rolling_factor_regression(R, F, window=36, std_errors=True)
    for name in ("asset0", "asset16"):
        other = RollingOLS(R[name], F.assign(alpha=1.0)[["alpha", *F]], 36).fit()
        own = fit.to_frame().xs(name, axis=1, level=1)
        np.testing.assert_allclose(own, other.params.iloc[35:], rtol=1e-9)
        errors = fit.std_errors.xs(name, axis=1, level=1)
        np.testing.assert_allclose(errors, other.bse.iloc[35:], rtol=1e-9)
        tstats = fit.tstats.xs(name, axis=1, level=1)
        np.testing.assert_allclose(tstats, other.tvalues.iloc[35:], rtol=1e-9)
    with pytest.raises(InputError, match="Ask for them: `std_errors=True`"):
        _ = rolling_factor_regression(R, F, window=36).tstats


def test_assets_that_miss_the_same_rows_equal_each_alone() -> None:
    R, F = sample(100, 40, 3)
    for first in range(4):
        R.iloc[: 7 * first, first::4] = np.nan
        R.iloc[60 + first, first::4] = np.nan
    F.iloc[20:45, 1] = F.iloc[20:45, 0] + 1e-6 * F.iloc[20:45, 1]  # not safe in some windows
    how = {"window": 24, "min_obs": 12, "std_errors": True}
    fit = rolling_factor_regression(R, F, **how)
    assert_same(fit, by_qr(R, F, 24, 12)[0], 1e-8)
    for name in ("asset1", "asset2", "asset39"):
        one = rolling_factor_regression(R[name], F, **how)
        for ours, alone in ((fit.to_frame(), one.to_frame()), (fit.std_errors, one.std_errors)):
            own = ours.xs(name, axis=1, level=1)
            np.testing.assert_allclose(own, alone.xs(name, axis=1, level=1), rtol=1e-8)


def test_long_windows_with_gaps_are_worked_on_in_parts() -> None:
    R, F = sample(900, 96, 5)  # 48 assets go together, their gaps in two parts
    R = R.mask(np.random.default_rng(4).random(R.shape) < 0.05)
    fit = expanding_factor_regression(R, F, min_obs=800)
    for i, name in enumerate(R):
        whole = OLS(R[name], F.assign(alpha=1.0)[["alpha", *F]], missing="drop").fit()
        np.testing.assert_allclose(coefficients(fit)[-1, :, i], whole.params, rtol=1e-10)


@pytest.mark.parametrize("N", [FEW, MANY])
@pytest.mark.parametrize(
    ("noise", "apart"), [(0.03, 1.0), (1.5e-3, 1.0), (1e-3, 1.0), (1e-6, 1.0), (0.03, 1e-6)]
)
def test_standard_errors_equal_those_of_residuals(N: int, noise: float, apart: float) -> None:
    """Differences of sums where enough is left of y, the residuals themselves where not."""
    _, F = sample(150, N, 3)
    F["SMB"] = F["Mkt-RF"] + apart * F["SMB"]
    rng = np.random.default_rng(5)
    R = F @ rng.normal(1, 0.5, (3, N)) + noise * rng.standard_normal((150, N))
    R = R.mask(rng.random(R.shape) < 0.05)
    R.iloc[149, 0] = 1e200  # its square overflows
    fit = rolling_factor_regression(R, F, window=60, min_obs=30, std_errors=True)
    errors = fit.std_errors.to_numpy().reshape(len(fit.alpha), 4, N)
    for end in (40, 59, 100, 148):
        for i in (0, N - 1):
            y = R.iloc[max(0, end - 59) : end + 1, i].dropna()
            Q, r = np.linalg.qr(np.column_stack([np.ones(len(y)), F.loc[y.index]]))
            e = y - Q @ (Q.T @ y)
            expected = np.linalg.norm(np.linalg.inv(r), axis=1) * np.sqrt(e @ e / (len(y) - 4))
            rtol = 1e-9 if apart == 1 else 1e-7
            np.testing.assert_allclose(errors[end - 29, :, i], expected, rtol=rtol)
    assert (fit.std_errors["alpha"].isna() == fit.alpha.isna()).all(axis=None)


def test_null_is_rejected_at_its_rate() -> None:
    """Noise with gaps on factors: 5 % within a 99.9 % Monte-Carlo band."""
    _, F = sample(30, 1, 3)
    noise = 0.03 * np.random.default_rng(7).standard_normal((30, 500))
    R = holes(pd.DataFrame(noise, F.index), 0.1)
    fit = rolling_factor_regression(R, F, window=30, min_obs=12, std_errors=True)
    t = (fit.betas["SMB"] / fit.std_errors["SMB"]).iloc[-1].dropna()
    p = 2 * stats.t.sf(t.abs(), fit.nobs.iloc[-1][t.index] - 4)
    low, high = stats.binom.ppf([0.0005, 0.9995], len(t), 0.05) / len(t)
    assert low <= np.mean(p < 0.05) <= high


@samples(20, 60)
def test_expanding_windows_reject_a_true_null_at_their_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    """The last window of each of N samples of 20 assets; slopes on noise."""
    p = []
    for seed in range(N):
        _, F = sample(36, 1, 2, seed)
        noise = 0.03 * np.random.default_rng(900 + seed).standard_normal((36, 20))
        R = pd.DataFrame(noise, F.index)
        fit = expanding_factor_regression(R, F, min_obs=12, std_errors=True)
        t = (fit.betas["SMB"] / fit.std_errors["SMB"]).iloc[-1]
        p.extend(2 * stats.t.sf(t.abs(), 33))
    assert_rate(p)


@PROPERTY
@given(st.data())
def test_any_shape_and_any_gaps(data: st.DataObject) -> None:
    K = data.draw(st.integers(1, 4), "K")
    T = data.draw(st.integers(K + 5, 40), "T")
    N = data.draw(st.sampled_from([1, 2, 17]), "N")
    window = data.draw(st.integers(K + 2, T), "window")
    min_obs = data.draw(st.integers(K + 2, window), "min_obs")
    share = data.draw(st.sampled_from([0.0, 0.1, 0.4]), "share")
    seed = data.draw(st.integers(0, 10**6), "seed")
    R, F = sample(T, N, K, seed)
    R = R.mask(np.random.default_rng(seed).random(R.shape) < share)
    if data.draw(st.booleans(), "factor gaps"):
        F.iloc[data.draw(st.integers(0, T - 1)), 0] = np.nan
    B, nobs = by_qr(R, F, window, min_obs)
    if R.isna().all().any() or np.isnan(B).all():
        with pytest.raises(InputError, match="`returns`"):
            rolling_factor_regression(R, F, window=window, min_obs=min_obs)
        return
    fit = rolling_factor_regression(R, F, window=window, min_obs=min_obs)
    # As few rows as min_obs allows can be nearly collinear by chance; QR and exact algebra then
    # part at the condition number.
    assert_same(fit, B, 1e-9)
    np.testing.assert_array_equal(fit.nobs, nobs)


def test_collinear_windows_are_missing_and_counted() -> None:
    R, F = sample(100, MANY, 2)
    F["crisis"] = 0.0
    F.loc[F.index[40:44], "crisis"] = 1.0
    R.iloc[40:44, 3] = np.nan  # for asset3 the dummy is never on
    for assets in (R, R.iloc[:, 2:5]):
        fit = rolling_factor_regression(assets, F, window=24, min_obs=20)
        B, nobs = by_qr(assets, F, 24, 20)
        assert_same(fit, B)
        expected = ((nobs >= 20) & np.isnan(B[:, 0])).sum(axis=0)
        np.testing.assert_array_equal(fit.collinear, expected)
        assert fit.collinear["asset3"] == len(fit.alpha)
        assert 0 < fit.collinear["asset4"] < len(fit.alpha)
        assert f"{fit.collinear.sum()} with collinear factors" in repr(fit)
    with pytest.raises(InputError, match=r"`factors` Mkt-RF, SMB, crisis are collinear.*in every"):
        rolling_factor_regression(R["asset3"], F, window=24, min_obs=20)


@pytest.mark.parametrize("N", [FEW, MANY])
def test_a_factor_that_is_a_sum_of_others_for_a_while(N: int) -> None:
    """Collinear but for rounding, in some windows; in others, but for what the asset misses."""
    R, F = sample(100, N, 3)
    F.iloc[30:70, 2] = 0.3 * F.iloc[30:70, 0] - F.iloc[30:70, 1]
    R.iloc[70:75, 0] = np.nan
    fit = rolling_factor_regression(R, F, window=24, min_obs=16)
    B, nobs = by_qr(R, F, 24, 16)
    assert_same(fit, B)
    np.testing.assert_array_equal(fit.collinear, ((nobs >= 16) & np.isnan(B[:, 0])).sum(axis=0))
    assert fit.collinear.iloc[0] > fit.collinear.iloc[1] > 10


def test_a_constant_window_has_no_slope() -> None:
    R, F = sample(60, 2, 2)
    R.iloc[:30, 0] = 0.01
    fit = rolling_factor_regression(R, F, window=24)
    np.testing.assert_allclose(fit.alpha.iloc[:7, 0], 0.01)
    np.testing.assert_allclose(fit.betas["SMB"].iloc[:7, 0], 0, atol=1e-15)


def test_windows_span_periods_not_rows() -> None:
    """Dates that one side lacks count as missing rows; dates outside the common span are cut."""
    R, F = sample(80, 2, 2)
    R = R.iloc[5:].drop(R.index[[20, 21]])
    F = F.iloc[:70].drop(F.index[40])
    fit = rolling_factor_regression(R, F, window=24, min_obs=20)
    dates = sample(80, 2, 2)[0].index[5:70]
    assert fit.alpha.index.equals(dates[19:])
    assert_same(fit, by_qr(R.reindex(dates), F.reindex(dates), 24, 20)[0])
    assert fit.nobs.iloc[[0, 10, 30], 0].tolist() == [17 + 1, 22, 23]
    assert fit.dropped.to_dict() == {"only in returns": 10, "only in factors": 5}


def test_labels() -> None:
    R, F = sample(40, 3, 2)
    R.columns = pd.Index([10, 5, 7], name="permno")
    fit = rolling_factor_regression(R, F[["SMB", "Mkt-RF"]], window=20, std_errors=True)
    assert fit.betas.columns.names == ["factor", "permno"]
    assert list(fit.factors) == ["SMB", "Mkt-RF"]
    assert list(fit.betas["Mkt-RF"].columns) == [10, 5, 7]
    assert fit.std_errors.columns.names == ["coefficient", "permno"]
    assert list(fit.std_errors.columns.unique(0)) == ["alpha", "SMB", "Mkt-RF"]
    assert fit.nobs.dtypes.unique() == [np.dtype("int32")]
    assert fit.alpha.index.equals(R.index[19:])
    unlabelled = rolling_factor_regression(R.to_numpy(), F.to_numpy()[:, ::-1], window=20)
    np.testing.assert_array_equal(coefficients(unlabelled), coefficients(fit))
    assert list(unlabelled.alpha.index[[0, -1]]) == [19, 39]


def test_what_is_shown() -> None:
    R, F = sample(40, 3, 2)
    fit = rolling_factor_regression(R.mask(R > 0.15), F, window=20, min_obs=18, std_errors=True)
    assert "1991-06-30 .. 1993-04-30 (23 rows)" in repr(fit)
    loaded = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert loaded["betas"]["SMB"].keys() == {"asset0", "asset1", "asset2"}
    assert len(loaded["window_ends"]) == len(loaded["std_errors"]["alpha"]["asset1"]) == 23
    fit = rolling_factor_regression(R, F, window=20)
    assert fit.describe().loc["SMB", "median"] == np.median(fit.betas["SMB"])
    assert fit.describe().loc["alpha", "last median"] == fit.alpha.iloc[-1].median()
    with pytest.raises(AttributeError):
        fit.window = 3


R, F = sample(40, 2, 2)
#: What no regression takes: test_contract.py, and in which words: test_regression.py.
BAD = [
    ((R, F, 41), "`window` is 41 rows, longer than the sample.*40 rows"),
    ((R, F, 3), "`window` must be at least 4; it is 3"),
    ((R, F, "60"), "`window` must be a whole number; it is '60'"),
    ((R, F, 12, 3), "`min_obs` must be at least 4 and at most 12; it is 3"),
    ((R, F, 12, 13), "`min_obs` must be .* at most 12; it is 13"),
    ((R.assign(x=np.nan), F, 12), "`returns` has columns without any value: x"),
    ((R.assign(asset1=0.01), F, 12), "`returns` has columns that do not vary: asset1"),
    ((R, F.assign(c=0.002), 12), "`factors` has columns .*constant.*: c"),
    ((R, F.assign(x=F.sum(axis=1)), 12), "collinear: Mkt-RF, SMB, x are"),
    ((R, F.assign(alpha=F["SMB"] ** 2), 12), "column 'alpha' already"),
    ((R, F[:3].reindex(F.index), 12), "`factors` has 3 complete rows .*at least 4 are needed"),
    ((R[:9].reindex(R.index), F, 12), "no window of 12 rows with `min_obs` = 12.*fullest has 9"),
    ((R, F.set_axis(["a", "a"], axis=1), 12), "distinct column names"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input_is_named(arguments: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rolling_factor_regression(
            *arguments[:2], **dict(zip(("window", "min_obs"), arguments[2:], strict=False))
        )


@pytest.mark.parametrize("window", [36, None])
def test_residuals_and_shares_explained_are_those_of_each_window(window: int | None) -> None:
    rng = np.random.default_rng(3)
    months = pd.date_range("1990-01-31", periods=90, freq="ME")
    F = pd.DataFrame(0.03 * rng.standard_normal((90, 2)), months, ["f", "g"])
    Y = F @ rng.normal(1, 0.3, (2, 3)) + 0.02 * rng.standard_normal((90, 3))
    R = Y.set_axis(list("abc"), axis=1).mask(rng.random((90, 3)) < 0.1)
    fit = (
        expanding_factor_regression(R, F, min_obs=24)
        if window is None
        else rolling_factor_regression(R, F, window=window, min_obs=24)
    )
    shares, resids = fit.rsquared, fit.resids
    checked = 0
    for end in fit.alpha.index:
        rows = R.loc[:end] if window is None else R.loc[:end].tail(window)
        for asset in R:
            y = rows[asset].dropna()
            if len(y) < 24:
                assert np.isnan(shares.loc[end, asset])
                continue
            one = ols_hac(y, F.loc[y.index], None)
            assert shares.loc[end, asset] == pytest.approx(one.rsquared, abs=1e-12)
            if end in y.index:
                assert resids.loc[end, asset] == pytest.approx(one.resids[end], abs=1e-14)
                checked += 1
            else:
                assert np.isnan(resids.loc[end, asset])
    assert checked > 100
    pd.testing.assert_frame_equal(fit.params, fit.to_frame())


def test_pvalues_are_those_of_each_windows_own_regression() -> None:
    rng = np.random.default_rng(8)
    dates = pd.date_range("2001-01-31", periods=60, freq="ME")
    F = pd.DataFrame(0.04 * rng.standard_normal((60, 2)), dates, ["f", "g"])
    R = pd.DataFrame(0.05 * rng.standard_normal((60, 2)), dates, ["a", "b"])
    R.iloc[50:55, 0] = np.nan
    fit = rolling_factor_regression(R, F, window=24, min_obs=12, std_errors=True)
    for name in R:
        y = R[name].iloc[-24:].dropna()
        other = OLS(y, add_constant(F.loc[y.index])).fit().pvalues
        np.testing.assert_allclose(fit.pvalues.iloc[-1].xs(name, level=1), other, rtol=1e-9)
    with pytest.raises(InputError, match="RangeIndex"):
        fit.predict(F.reset_index(drop=True))


def test_predict_knows_no_window_that_ends_on_its_date_or_later() -> None:
    rng = np.random.default_rng(4)
    months = pd.date_range("1990-01-31", periods=60, freq="ME")
    F = pd.DataFrame(0.03 * rng.standard_normal((60, 2)), months, ["f", "g"])
    R = (F.sum(axis=1) + 0.02 * rng.standard_normal(60)).rename("a")
    fit = rolling_factor_regression(R, F, window=24)
    expected = fit.predict()
    assert expected.loc[: months[23], "a"].isna().all()
    for at in (24, 40, 59):
        one = ols_hac(R.iloc[at - 24 : at], F.iloc[at - 24 : at], None).params
        by_hand = one["const"] + one["f"] * F["f"].iloc[at] + one["g"] * F["g"].iloc[at]
        assert expected["a"].iloc[at] == pytest.approx(by_hand, abs=1e-14)
    later = pd.DataFrame({"g": [0.01], "other": [9.0], "f": [0.02]}, [pd.Timestamp("1996-01-31")])
    last = fit.params.iloc[-1]
    assert fit.predict(later).iloc[0, 0] == pytest.approx(
        last["alpha", "a"] + 0.02 * last["f", "a"] + 0.01 * last["g", "a"], abs=1e-14
    )
    with pytest.raises(InputError, match="lacks g"):
        fit.predict(later[["f"]])
    wild = rolling_factor_regression(R.where(R.index <= months[40], 9.0), F, window=24)
    pd.testing.assert_frame_equal(wild.predict().loc[: months[41]], expected.loc[: months[41]])


def test_what_the_caller_writes_later_does_not_change_the_fit() -> None:
    rng = np.random.default_rng(4)
    F = pd.DataFrame(rng.standard_normal((60, 2)) / 30, columns=["f", "g"])
    R = pd.DataFrame({"a": F.sum(axis=1) + rng.standard_normal(60) / 50})
    fit = rolling_factor_regression(R, F, window=24)
    before = fit.resids
    R.iloc[:] = 0.0
    F.iloc[:] = 0.0
    pd.testing.assert_frame_equal(fit.resids, before)
