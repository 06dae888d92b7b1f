import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import zscore

from r2klib.errors import InputError
from r2klib.stats import (
    log_returns,
    rolling_zscore,
    to_log,
    to_month_end,
    to_simple,
)
from tests.stats.sizes import examples

PROPERTY = examples(25)
PRICES = pd.Series(
    [100.0, 110.0, 99.0], pd.date_range("2000-01-31", periods=3, freq="ME"), name="p"
)
returns_strategy = hnp.arrays(float, st.integers(1, 60), elements=st.floats(-0.9, 2.0))


def series(values: np.ndarray) -> pd.Series:
    return pd.Series(values, pd.date_range("2000-01-31", periods=len(values), freq="ME"))


def test_returns_by_hand() -> None:
    assert log_returns(PRICES).tolist() == pytest.approx([np.log(1.1), np.log(0.9)])
    assert to_simple(log_returns(PRICES)).tolist() == pytest.approx([0.10, -0.10])
    assert log_returns(PRICES).index[0] == PRICES.index[1]
    assert log_returns(PRICES).name == "p"


def test_frames_keep_their_columns() -> None:
    frame = pd.DataFrame({"a": PRICES, "b": 2 * PRICES})
    pd.testing.assert_series_equal(log_returns(frame)["b"], log_returns(PRICES).rename("b"))


def test_a_missing_price_takes_two_returns_and_is_not_filled() -> None:
    gap = pd.Series([100.0, np.nan, 121.0, 133.1], pd.RangeIndex(4))
    assert log_returns(gap).isna().tolist() == [True, True, False]


@PROPERTY
@given(returns_strategy)
def test_log_and_simple_invert_each_other(values: np.ndarray) -> None:
    x = series(values)
    pd.testing.assert_series_equal(to_simple(to_log(x)), x, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_returns(pd.Series([1.0, 0.0])), "positive.* at 1"),
        (lambda: to_log(pd.Series([0.1, -1.0])), "above -1"),
        (lambda: log_returns(pd.Series([1.0, np.inf])), "finite.* at 1"),
        (lambda: log_returns(PRICES.iloc[::-1]), "sorted by date"),
        (
            lambda: log_returns(pd.concat([PRICES, PRICES[:1]]).sort_index()),
            "repeated: 2000-01-31",
        ),
        (lambda: log_returns(pd.Series(["a", "b"])), "real numbers"),
        (lambda: log_returns(PRICES[:0]), "is empty"),
        (lambda: log_returns([1.0, 2.0]), "must be a Series or a DataFrame"),
        (lambda: rolling_zscore(PRICES, 1), "`window` must be at least 2"),
        (lambda: rolling_zscore(PRICES, 3, 4), "`min_obs` must be at least 2 and at most 3"),
        (lambda: to_month_end(PRICES.reset_index(drop=True)), "DatetimeIndex"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(
    "stamps",
    [
        pd.DatetimeIndex(["2000-01-01", "2000-02-01"]),
        pd.DatetimeIndex(["2000-01-31", "2000-02-29"], tz="America/New_York"),
        pd.DatetimeIndex(["2000-01-28 16:00", "2000-02-29 16:00"]),
        pd.PeriodIndex(["2000-01", "2000-02"], freq="M"),
    ],
)
def test_month_ends(stamps: pd.Index) -> None:
    expected = ["2000-01-31", "2000-02-29"]
    assert to_month_end(stamps).strftime("%Y-%m-%d").tolist() == expected
    moved = to_month_end(pd.Series([1.0, 2.0], stamps, name="x"))
    assert moved.tolist() == [1.0, 2.0]
    assert moved.index.equals(pd.DatetimeIndex(expected))
    assert moved.name == "x"


def test_two_rows_in_a_month_are_the_callers_choice() -> None:
    with pytest.raises(InputError, match=r"one row per month.*2000-01.*resample"):
        to_month_end(pd.Series(range(40), pd.date_range("2000-01-01", periods=40)))


with_gaps = hnp.arrays(
    float, st.integers(2, 40), elements=st.one_of(st.floats(-5, 5, width=16), st.just(np.nan))
)


@PROPERTY
@given(with_gaps, st.integers(2, 12))
def test_zscore_is_the_window_formula(values: np.ndarray, window: int) -> None:
    if np.isnan(values).all():
        return
    z = rolling_zscore(series(values), window, 2)
    for t, value in enumerate(values):
        seen = values[max(0, t - window + 1) : t + 1]
        seen = seen[~np.isnan(seen)]
        if np.isnan(value) or len(seen) < 2 or np.ptp(seen) == 0:
            assert np.isnan(z.iloc[t])
        else:
            expected = (value - seen.mean()) / seen.std(ddof=1)
            assert z.iloc[t] == pytest.approx(expected, abs=1e-6)


def test_zscore_against_scipy_and_without_a_trace_of_what_left() -> None:
    x = series(np.random.default_rng(1).standard_normal(120))
    z = rolling_zscore(x, 24)
    for t in (23, 60, 119):
        assert z.iloc[t] == pytest.approx(zscore(x.to_numpy()[t - 23 : t + 1], ddof=1)[-1])
    for outlier in (1e12, 1e15 / 3):
        wild = x.copy()
        wild.iloc[40:43] = outlier, np.nan, -np.pi * outlier
        np.testing.assert_array_equal(rolling_zscore(wild, 24).iloc[66:], z.iloc[66:])
