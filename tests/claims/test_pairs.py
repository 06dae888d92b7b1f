"""What small and large are made of: worth decides, and it is known at the month's start."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib import Dataset
from r2klib.claims import pairs
from r2klib.errors import InputError
from r2klib.live.sources import french
from tests.claims import worlds

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
NAME = "french.size_value_6"


@pytest.fixture(scope="module")
def six():
    """Six portfolios of other returns and a worth that wanders; one is empty for a while."""
    rng = np.random.default_rng(4)
    months = pd.date_range("1990-01-31", periods=60, freq="ME", name="date", unit="us")
    shape = len(months), len(worlds.SIX)
    returns = pd.DataFrame(rng.normal(0.01, 0.05, shape), months, worlds.SIX)
    size = pd.DataFrame(50 * np.exp(rng.normal(0, 0.2, shape).cumsum(axis=0)), months, worlds.SIX)
    firms = pd.DataFrame(rng.integers(20, 200, shape) * 1.0, months, worlds.SIX)
    returns.iloc[10:13, 2] = np.nan
    return worlds.edition({NAME: returns, f"{NAME}.size": size, f"{NAME}.firms": firms})


def by_hand(returns, caps, columns):
    """What one dollar spread over the portfolios by their worth becomes, month by month."""
    found = []
    for month in returns.index:
        r, cap = (x.loc[month, columns].to_numpy() for x in (returns, caps))
        there = ~np.isnan(r)
        found.append(float(r[there] @ cap[there] / cap[there].sum()))
    return found


def test_legs_of_the_century_are_weighted_by_the_worth_of_their_month(six):
    legs = pairs.get("century").legs(six)
    caps = six.frame(f"{NAME}.size") * six.frame(f"{NAME}.firms")
    for leg, columns in {"small": worlds.SIX[:3], "large": worlds.SIX[3:]}.items():
        expected = by_hand(six.frame(NAME), caps, columns)
        np.testing.assert_allclose(legs[leg], expected, rtol=1e-12)


def test_smb_weighs_alike_what_the_century_weighs_by_worth(six):
    sevens = 0 * six.frame(f"{NAME}.size") + 7
    alike = six.replaced({f"{NAME}.firms": sevens, f"{NAME}.size": sevens})
    np.testing.assert_allclose(
        pairs.get("century").d(alike), pairs.get("smb").d(six), rtol=0, atol=1e-14
    )
    assert not np.allclose(pairs.get("century").d(six), pairs.get("smb").d(six), atol=1e-3)


def test_a_pair_made_another_way_has_a_version_of_its_own():
    century, smb = pairs.get("century"), pairs.get("smb")
    assert (century.version, century.frozen) == (2, dt.date(2026, 11, 28))
    assert (smb.version, smb.frozen) == (1, dt.date(2026, 11, 22))
    assert {f"{NAME}.firms", f"{NAME}.size"} < set(century.series)


def closes(folder, name):
    table = pd.read_csv(SHARED / "yahoo" / folder / f"{name}.csv")
    dates = pd.DatetimeIndex(pd.to_datetime(table.iloc[:, 0]))
    return table.set_axis(dates, axis="index")["Close" if "Close" in table else "Value"]


def monthly_gap(folder, small, large):
    both = pd.DataFrame({name: closes(folder, name) for name in (small, large)}).dropna()
    logs = np.log(both.resample("ME").last()).diff().dropna()
    return logs[small] - logs[large]


@pytest.mark.skipif(not SHARED.is_dir(), reason="recorded data is not beside this checkout")
@pytest.mark.parametrize(
    ("folder", "small", "large", "by_worth", "alike"),
    [
        # CLAIMS, version 2: R2 with d of the funds 0.93, 0.83 with equal weights.
        ("auto_adjusted", "IWM", "SPY", 0.93, 0.83),
        # The same of the price indices from 1987: 0.945 and 0.878 with total returns from 1979.
        ("close_only_2026", "^RUT", "^GSPC", 0.945, 0.875),
    ],
)
def test_weights_by_worth_are_nearer_to_the_indices(folder, small, large, by_worth, alike):
    content = (SHARED / "french" / "6_Portfolios_2x3_CSV.zip").read_bytes()
    tables = french.parse(content, [NAME, f"{NAME}.firms", f"{NAME}.size"])
    data, gap = worlds.edition(tables), monthly_gap(folder, small, large)
    for name, expected in {"century": by_worth, "smb": alike}.items():
        both = pd.DataFrame({"french": pairs.get(name).d(data), "indices": gap}).dropna()
        assert both.corr().iloc[0, 1] ** 2 == pytest.approx(expected, abs=0.007), name


def test_returns_need_days_in_common_and_a_column_that_is_there():
    days = pd.bdate_range("2020-01-02", periods=200)
    closes = pd.DataFrame({"Adj Close": range(1, 201)}, index=days, dtype=float)
    tables = {"A": closes[:80], "B": closes[120:]}
    data = Dataset.from_frame(tables, units="price", frequency="daily", lag_days=0)
    with pytest.raises(InputError, match="A and B have no day in common with a Adj Close"):
        pairs.monthly_returns(data, ["A", "B"])
    with pytest.raises(InputError, match="A has no column 'Adj close'; expected 'Adj Close'"):
        pairs.monthly_returns(data, ["A", "B"], "Adj close")
