"""The break test against regressions run date by date, draw by draw, and under its null."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from r2klib.errors import InputError
from r2klib.stats import break_test
from tests.stats.sizes import samples
from tests.stats.test_wild import MONTHS, world


def by_hand(y: np.ndarray, X: pd.DataFrame, w: np.ndarray, last: int, lags: int) -> float:
    """Wald statistic of a break after one row: columns of the drivers and the constant, doubled."""
    after = (np.arange(len(X)) > last).astype(float)[:, None]
    design = np.column_stack([sm.add_constant(X), after, after * X[["x", "m"]]])
    kwds = {"maxlags": lags, "use_correction": False}
    fit = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds=kwds)
    weights = np.r_[np.zeros(1 + X.shape[1] + 1), w]
    return float((weights @ fit.params) ** 2 / (weights @ fit.cov_params() @ weights))


def with_control(seed: int) -> tuple[pd.Series, pd.DataFrame]:
    y, X = world(seed)
    return y, X.assign(z=np.random.default_rng(seed + 50).standard_normal(240) + 3)


def test_every_date_is_a_regression_with_a_break() -> None:
    """Witness: statsmodels, one regression a date; a control does not break."""
    y, X = with_control(1)
    found = break_test(y, X, {"x": 1.0, "m": 0.5}, block=12, seed=1, draws=19, hac_lags=4)
    rows = X.index.get_indexer(found.wald.index)
    expected = [by_hand(y.to_numpy(), X, np.array([1.0, 0.5]), last, 4) for last in rows]
    np.testing.assert_allclose(found.wald, expected, rtol=1e-8)
    assert found.statistic == found.wald.max() == found.wald[found.date]
    assert len(found.wald) == 60


def test_every_draw_looks_at_the_same_dates() -> None:
    """Witness: statsmodels on signed residuals of the regression without a break."""
    y, X = with_control(2)
    weights = {"x": 1.0, "m": 0.5}
    found = break_test(y, X, weights, block=30, seed=7, draws=19, hac_lags=3)
    plain = sm.OLS(y, sm.add_constant(X)).fit()
    signs = np.random.default_rng(7).integers(0, 2, size=(19, 8)).astype(float) * 2 - 1
    rows = X.index.get_indexer(found.wald.index)
    for s, draw in list(zip(signs, found.draws, strict=True))[:4]:
        made = (plain.fittedvalues + np.repeat(s, 30) * plain.resid).to_numpy()
        expected = max(by_hand(made, X, np.array([1.0, 0.5]), last, 3) for last in rows)
        assert draw == pytest.approx(expected, rel=1e-8)


def test_a_mean_breaks_where_it_was_broken() -> None:
    rng = np.random.default_rng(3)
    y = pd.Series(rng.standard_normal(240), MONTHS)
    y.iloc[150:] += 1.5
    found = break_test(y, None, {"const": 1.0}, block=12, seed=1, draws=199)
    assert abs((found.date - MONTHS[149]).days) <= 100
    assert found.change == pytest.approx(1.5, abs=0.4)
    assert found.pvalue <= 0.01
    assert found.wald.index[0] == MONTHS[35]  # 15 % of the rows


def test_a_slope_that_turns_is_found_and_a_shift_of_the_mean_is_none() -> None:
    rng = np.random.default_rng(4)
    x = pd.Series(rng.standard_normal(240), MONTHS, name="x")
    e = pd.Series(rng.standard_normal(240), MONTHS)
    late = pd.Series(np.arange(240) >= 120, MONTHS)
    turned = break_test(e + x.where(late, -x), x, {"x": 1.0}, block=12, seed=1, draws=199)
    assert turned.pvalue <= 0.01
    assert turned.change == pytest.approx(2.0, abs=0.4)
    shifted = break_test(e + 5.0 * late, x + 4.0, {"x": 1.0}, block=12, seed=1, draws=199)
    assert shifted.pvalue > 0.10


def test_dates_that_leave_too_little_of_the_regressor_are_not_tried() -> None:
    y, _ = world(5)
    x = pd.Series(0.0, MONTHS, name="x")
    x.iloc[100:140] = 1.0
    found = break_test(y, x, {"x": 1.0}, block=12, seed=1, draws=19)
    net = ((x - x.mean()) ** 2).cumsum() / ((x - x.mean()) ** 2).sum()
    assert net[found.wald.index].between(0.15, 0.85).all()


@pytest.mark.parametrize("rows", [MONTHS, pd.timedelta_range("1D", periods=240)])
def test_the_table_names_the_row_of_the_break(rows: pd.Index) -> None:
    y, X = world(3)
    found = break_test(
        y.set_axis(rows), X.set_axis(rows), {"x": 1.0}, block=12, seed=1, draws=19, hac_lags=4
    )
    day = str(found.date).removesuffix(" 00:00:00")
    assert re.search(rf"^x +{day} ", found.summary(), re.MULTILINE)


def test_null_and_alternative_are_in_words() -> None:
    y, X = world(6)
    found = break_test(y, X, {"x": 1.0}, block=12, seed=1, draws=99)
    assert found.null == "x is the same in the whole sample"
    assert found.alternative == "x is another after one unknown date than before it"
    assert "sup-Wald over 60 dates" in found.method
    assert "blocks of 12 rows, 99 draws" in found.method


@samples(60, 300)
def test_true_null_is_rejected_at_its_rate(N: int, assert_rate: Callable[..., None]) -> None:
    """Volatility moves with the regressor's, and nothing breaks."""

    def pvalue(seed: int) -> float:
        y, X = world(2000 + seed)
        return break_test(y, X, {"x": 1.0}, block=12, seed=seed, draws=199).pvalue

    assert_rate(pvalue(seed) for seed in range(N))


def brownian(dates: int) -> np.ndarray:
    """Largest squared standardized Brownian bridge at so many dates between 15 and 85 %."""
    walks = np.random.default_rng(0).standard_normal((4000, 960)).cumsum(axis=1)
    at = np.linspace(144, 816, dates).round().astype(int)
    share = at / 960
    bridge = walks[:, at - 1] - share * walks[:, -1:]
    return np.asarray((bridge**2 / (960 * share * (1 - share))).max(axis=1))


@samples(20, 100)
def test_the_law_is_that_of_andrews_where_errors_are_alike(N: int) -> None:
    """Sup-Wald, one coefficient: 7.12 at 10 % over all dates (Andrews 2003, Econometrica 71, 395).

    Fewer dates have a smaller maximum; that of the draws is held against the same number of dates.
    """
    assert np.quantile(brownian(673), 0.90) == pytest.approx(7.12, abs=0.3)
    months = pd.date_range("1950-01-31", periods=960, freq="ME")
    found = []
    for seed in range(N):
        rng = np.random.default_rng(seed)
        y, x = (pd.Series(rng.standard_normal(960), months, name=name) for name in "yx")
        found.append(break_test(y, x, {"x": 1.0}, block=1, seed=seed, draws=99, hac_lags=0).draws)
    expected = np.quantile(brownian(60), 0.90)
    assert np.quantile(np.concatenate(found), 0.90) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": {"z": 1.0}}, "`weights` names z"),
        ({"block": 60}, "needs at least 8"),
        ({"draws": 5}, "`draws` must be at least 19"),
    ],
)
def test_bad_input_is_named(change: dict, message: str) -> None:
    y, X = world(8)
    arguments = {"weights": {"x": 1.0}, "block": 12, "seed": 1, "draws": 99} | change
    with pytest.raises(InputError, match=message):
        break_test(y, X, **arguments)


def test_no_date_to_try_is_said() -> None:
    y, _ = world(9)
    x = pd.Series(np.random.default_rng(9).standard_normal(240), MONTHS, name="x")
    x.iloc[120] = 100.0
    with pytest.raises(InputError, match="No date leaves 15%"):
        break_test(y, x, {"x": 1.0}, block=12, seed=1, draws=19)
