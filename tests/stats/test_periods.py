"""Months and weeks of plain prices: whole ones only, each column by its own closes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.errors import InputError
from r2klib.stats import monthly_returns, weekly_returns

DAYS = pd.bdate_range("2023-12-15", "2024-04-29")  # the last month lacks one trading day


def prices(seed: int = 1) -> pd.DataFrame:
    steps = 0.01 * np.random.default_rng(seed).standard_normal((len(DAYS), 2))
    return pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), DAYS, ["a", "b"])


def test_a_month_is_its_last_price_over_the_last_of_the_month_before() -> None:
    P = prices()
    R = monthly_returns(P)
    assert [str(day.date()) for day in R.index] == [
        *("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30")
    ]
    assert R.loc["2024-02-29", "a"] == pytest.approx(
        P.loc["2024-02-29", "a"] / P.loc["2024-01-31", "a"] - 1, rel=1e-15
    )
    assert R.loc["2024-03-31", "b"] == pytest.approx(  # the 31st was a Sunday
        P.loc["2024-03-29", "b"] / P.loc["2024-02-29", "b"] - 1, rel=1e-15
    )


def test_a_month_cut_short_is_no_month_of_the_column_that_ends() -> None:
    P = prices()
    P.loc["2024-03-20":, "b"] = np.nan
    R = monthly_returns(P)
    assert R["a"].notna().all()
    assert list(R["b"].isna()) == [False, False, True, True]
    assert str(monthly_returns(P["b"]).index[-1].date()) == "2024-02-29"


def test_nothing_is_filled() -> None:
    P = prices()
    P.loc["2024-02", "a"] = np.nan
    assert list(monthly_returns(P)["a"].isna()) == [False, True, True, False]


def test_times_of_day_zones_and_periods_are_days() -> None:
    P = prices().loc[:"2024-03-29"]
    R, weeks = monthly_returns(P), weekly_returns(P)
    at_close = P.index + pd.Timedelta(hours=16)
    twice = pd.concat([P.set_axis(P.index + pd.Timedelta(hours=9)), P.set_axis(at_close)])
    for other in (
        P.set_axis(at_close),
        P.set_axis(at_close.tz_localize("America/New_York")),
        P.set_axis(P.index.to_period("D")),
        twice.sort_index(),
    ):
        pd.testing.assert_frame_equal(monthly_returns(other), R)
        pd.testing.assert_frame_equal(weekly_returns(other), weeks)
    months = pd.Series([100.0, 110.0, 99.0], pd.period_range("2024-01", periods=3, freq="M"))
    np.testing.assert_allclose(monthly_returns(months), [0.1, -0.1], rtol=1e-12)
    fridays = prices().resample("W-FRI").last().iloc[:-1]
    weekly = fridays.set_axis(fridays.index.to_period("W-SUN"))
    pd.testing.assert_frame_equal(weekly_returns(weekly), weekly_returns(fridays), check_freq=False)


@pytest.mark.parametrize("how", ["MS", "ME", "BME"])
def test_one_price_a_month_is_that_month_whatever_its_day(how: str) -> None:
    P = pd.Series(
        [100.0, 110.0, 99.0, 99.0, 108.9], pd.date_range("2024-01-01", periods=5, freq=how)
    )
    R = monthly_returns(P.rename("fund"))
    np.testing.assert_allclose(R, [0.1, -0.1, 0.0, 0.1], rtol=1e-12)
    assert (R.name, str(R.index[-1].date())) == ("fund", "2024-05-31")


def test_weeks_end_on_friday_and_a_week_cut_short_does_not_count() -> None:
    P = prices()["a"]
    R = weekly_returns(P)
    assert set(R.index.day_name()) == {"Friday"}
    assert str(R.index[-1].date()) == "2024-04-26"
    assert R.loc["2024-01-05"] == pytest.approx(P["2024-01-05"] / P["2023-12-29"] - 1, rel=1e-15)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (pd.Series([1.0, 2.0, 3.0]), "must carry dates"),
        (
            pd.Series(np.arange(1.0, 9), pd.date_range("2020", periods=8, freq="QE")),
            "4 rows a year",
        ),
        (prices()["a"].iloc[:9], "no two whole months"),
        (-prices(), "must be positive"),
    ],
)
def test_what_makes_no_months_is_refused(bad: pd.Series, said: str) -> None:
    with pytest.raises(InputError, match=said):
        monthly_returns(bad)
