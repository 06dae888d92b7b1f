from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.recursive_ls import RecursiveLS

from r2klib.errors import InputError
from r2klib.stats import forecast_test, walk_forward
from tests.stats.sizes import samples

MONTHS = pd.date_range("1960-01-31", periods=200, freq="ME")


def world(seed: int, slope: float = 0.0) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(200)
    y = rng.standard_normal(200) + slope * np.append(0, x[:-1])
    return pd.Series(y, MONTHS, name="y"), pd.Series(x, MONTHS, name="x")


@pytest.mark.parametrize("horizon", [1, 3])
def test_every_forecast_against_a_refit(horizon: int) -> None:
    y, x = world(1)
    x = x.where(MONTHS[77] != MONTHS) + 1e3  # a gap, and a level far from zero
    found = walk_forward(y, x, horizon, min_obs=30)
    s = x.rolling(horizon).sum()
    for date, row in found.iloc[::-9].iterrows():
        pairs = pd.concat([s.shift(1), y], axis=1).loc[:date].dropna()
        assert row["benchmark"] == pytest.approx(pairs["y"].mean())
        slope, start = np.polyfit(pairs["x"] - 1e3 * horizon, pairs["y"], 1)
        assert row["n_train"] == len(pairs) >= 30
        assert row["slope"] == pytest.approx(slope)
        assert row["forecast"] == pytest.approx(start + slope * (s[date] - 1e3 * horizon))
    assert found.index[-1] == MONTHS[-1]
    assert np.isnan(found["actual"].iloc[-1])  # next month is not known yet
    assert found["actual"].iloc[-2] == y.iloc[-1]


def test_the_unit_and_the_level_of_the_signal_cost_nothing() -> None:
    """Multiples of 2^-20 below 2^6, so that a level of 2^30 is added without rounding."""
    y, x = world(5, slope=0.4)
    x = (x * 2**20).round() / 2**20
    near = walk_forward(y, x, min_obs=60)
    far = walk_forward(y, x + 2**30, min_obs=60)
    assert (near["slope"] != 0).all()
    np.testing.assert_allclose(far["slope"], near["slope"], rtol=1e-9)
    np.testing.assert_allclose(far["forecast"], near["forecast"], rtol=1e-9, atol=1e-12)
    still = walk_forward(y, x.where(MONTHS[120] < MONTHS, 0.1), min_obs=60)
    assert (still.loc[: MONTHS[121], "slope"] == 0).all()


def test_statistics_by_hand() -> None:
    forecasts = walk_forward(*world(3, slope=0.4))
    found = forecast_test(forecasts)
    f, b, y = forecasts[["forecast", "benchmark", "actual"]].dropna().to_numpy().T
    assert found.nobs == len(y) == 79
    assert found.r2 == pytest.approx(1 - ((y - f) ** 2).sum() / ((y - b) ** 2).sum())
    adjusted = (y - b) ** 2 - (y - f) ** 2 + (b - f) ** 2
    t = adjusted.mean() / (adjusted.std() / np.sqrt(79))
    assert found.clark_west.tstat == pytest.approx(t)
    assert found.pvalue == pytest.approx(stats.norm.sf(t))
    assert found.r2 > 0
    assert found.pvalue < 0.05


@samples(30, 120)
def test_clark_west_rejects_a_true_null_at_most_at_its_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    """Clark and West (2007) find sizes of 3 to 9 % at a nominal 10 %: the test is cautious."""
    p = [forecast_test(walk_forward(*world(i), min_obs=60)).pvalue for i in range(N)]
    assert_rate(p, cautious=True)
    assert np.mean(np.array(p) <= 0.10) >= 0.02


def test_out_of_sample_r2_of_a_known_link() -> None:
    """In a long sample it is the population's, 0.4 squared over 1.16."""
    rng = np.random.default_rng(8)
    x, e = rng.standard_normal((2, 20_000))
    y = e + 0.4 * np.append(0, x[:-1])
    found = forecast_test(walk_forward(y, x))
    assert found.r2 == pytest.approx(0.16 / 1.16, abs=0.01)
    # E f = E (f - b)^2 + ... : Clark and West's mean is twice the variance of the forecast.
    assert found.clark_west.value == pytest.approx(2 * 0.16, abs=0.02)


def test_expanding_fits_against_statsmodels_recursive_least_squares() -> None:
    y, x = world(9)
    found = walk_forward(y, x, min_obs=30)
    X = np.column_stack([np.ones(199), x.to_numpy()[:-1]])
    paths = RecursiveLS(y.to_numpy()[1:], X).fit().recursive_coefficients.filtered
    np.testing.assert_allclose(found["slope"], paths[1, 29:], rtol=1e-6)
    made = found.index.get_indexer(MONTHS[30:]) >= 0
    assert made.all()
    forecast = paths[0, 29:] + paths[1, 29:] * x.to_numpy()[30:]
    np.testing.assert_allclose(found["forecast"], forecast, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda y, x: walk_forward(y, x, min_obs=500), "`min_obs` 500 leaves nothing"),
        (lambda y, x: forecast_test(pd.DataFrame({"forecast": y})), "lacks"),
        (lambda y, x: forecast_test(walk_forward(y, x).tail(5)), "at least 8 outcomes; it has 4"),
        (
            lambda y, x: forecast_test(walk_forward(y, x).assign(benchmark=1.0, forecast=1.0)),
            "nothing to compare",
        ),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(*world(1))
