"""What plays which part in an edition: the falls of its market, value against growth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import legs
from tests.claims import worlds


def test_falls_of_the_long_sample(sample):
    found = legs.falls(sample)
    deepest = found.loc[found["depth"].idxmin()]
    # The crash that began in 1929: minus 83-84 % on month-end total returns to June 1932... by
    # legs of 20 %; its deepest single leg ends in June 1932.
    assert deepest["trough"] == pd.Timestamp("1932-06-30")
    assert (found["trough_known"].dropna() > found["trough"][found["trough_known"].notna()]).all()


def test_falls_are_dated_on_days_where_there_are_any():
    """A fall and a rebound within one month are seen on days, and stamped at the month's end."""
    days = pd.bdate_range("2020-01-01", "2020-12-31", unit="us")
    market = pd.Series(0.0, days)
    market["2020-02-28"] = 0.01
    market["2020-03-02":"2020-03-13"] = -0.03  # ten days: 26 % down
    market["2020-03-16":"2020-03-27"] = 0.03
    table = worlds.factors_daily(index=days).assign(RF=0.0, **{"Mkt-RF": market})
    monthly = (1 + market).groupby(days + pd.offsets.MonthEnd(0)).prod() - 1
    months = worlds.factors().loc[:"2020"].iloc[: len(monthly)].set_axis(monthly.index)
    months = months.assign(RF=0.0, **{"Mkt-RF": monthly})
    data = worlds.edition({"french.factors_daily": table, "french.factors": months})
    assert (monthly > -0.2).all()
    (fall,) = legs.falls(data).itertuples()
    march = pd.Timestamp("2020-03-31")
    assert (fall.peak, fall.trough, fall.trough_known) == (pd.Timestamp("2020-02-29"), march, march)
    assert fall.depth == pytest.approx(0.97**10 - 1)
    assert legs.falls(data.without("french.factors_daily")).empty


def test_value_minus_growth_is_in_logs(sample):
    portfolios = sample.frame("french.size_value")
    value = np.log1p(portfolios[["S1V5", "S3V5"]]).mean(axis="columns")
    expected = value - np.log1p(portfolios["S5V1"])
    np.testing.assert_allclose(legs.value_minus_growth(sample), expected.dropna())


def test_net_of_beta_is_the_market_and_the_month_before():
    market = pd.Series([0.1, 0.2, 0.3], worlds.MONTHS[:3])
    assert legs.with_lag(market).to_numpy().tolist() == [[0.2, 0.1], [0.3, 0.2]]
