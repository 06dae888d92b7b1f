"""Profile and economy: planted dividends, planted shocks; nothing where nothing is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.asking import examine
from r2klib.claims.evaluate import missing_series
from r2klib.claims.themes import economy, profile
from r2klib.data import Dataset
from r2klib.data.catalog import Origin
from r2klib.data.catalog import get as row_of
from r2klib.data.provenance import describe

DAYS = pd.bdate_range("2000-06-01", "2019-12-31")
MONTHS = pd.date_range("1960-01-31", "2019-12-31", freq="ME")


def edition(tables):
    rows = {name: row_of(name) for name in tables}
    sources = {
        name: describe(table, rows[name], Origin("test", name)) for name, table in tables.items()
    }
    return Dataset("made up", "user", tables, sources)


def fund(yearly, swing=0.0, seed=0):
    """A price that stands still and pays `yearly` percent of it, a quarter each quarter's end.

    The rate of a year differs from `yearly` by a draw of standard deviation `swing` (log).
    """
    random = np.random.default_rng(seed)
    years = DAYS.year - DAYS.year[0]
    rate = yearly * np.exp(swing * random.normal(size=years.max() + 1))[years] / 400
    ends = pd.Series(DAYS.month, index=DAYS).diff(-1).ne(0) & (DAYS.month % 3 == 0)
    close = pd.Series(100.0, index=DAYS)
    adjusted = close * (1 + rate * ends).cumprod()
    frame = pd.DataFrame(dict.fromkeys(("Open", "High", "Low", "Close"), close))
    extra = {"Adj Close": adjusted, "Volume": 1.0, "Dividends": 0.0, "Stock Splits": 0.0}
    return frame.assign(**extra)


def test_the_gap_of_yields_is_found():
    evidence = examine(profile.dividends, 
        edition({"IWM": fund(1.2, 0.01), "SPY": fund(2.0, 0.01, seed=9)})
    )
    assert evidence.answer.value == pytest.approx(0.8, abs=0.01)
    assert evidence.answer.interval[0] > 0.7
    points = {point.label: point.value for point in evidence.specifications}
    assert points["whole years instead of quarters"] == pytest.approx(0.8, abs=0.01)


def test_equal_payers_show_no_gap():
    data = edition({"IWM": fund(1.5, 0.2, seed=1), "SPY": fund(1.5, 0.2, seed=2)})
    low, high = examine(profile.dividends, data).answer.interval
    assert low < 0 < high


def test_the_swing_of_payments():
    data = edition({"IWM": fund(1.2, 0.30, seed=3), "SPY": fund(2.0, 0.05, seed=4)})
    spread = profile.growth_spread(data, "IWM", "SPY")
    assert spread.n == 18  # growth of the nineteen whole years from 2001
    assert spread.interval[0] < np.log(6) < spread.interval[1]
    assert spread.interval[0] > 0


def test_french_portfolios_stand_beside_where_both_tables_are_held():
    columns = row_of("french.size_with_dividends").columns
    months = pd.date_range("1990-01-31", "2019-12-31", freq="ME")
    without = pd.DataFrame(0.01, index=months, columns=list(columns))
    noise = np.random.default_rng(5).normal(0, 1e-5, len(months))
    paid = without.add(0.001 + noise - noise.mean(), axis="index")
    paid["Hi 30"] += 0.0015 + noise - noise.mean()
    paid["Hi 10"] += noise - noise.mean()
    tables = {"IWM": fund(1.2, 0.01), "SPY": fund(2.0, 0.01, seed=9)}
    tables |= {"french.size_with_dividends": paid}
    assert not french(edition(tables))
    tables |= {"french.size_no_dividends": without}
    evidence = examine(profile.dividends, edition(tables))
    points = {point.label: point.value for point in evidence.specifications}
    assert points["French terciles"] == pytest.approx(1.8, abs=1e-6)  # 12 x 0.15 points
    assert points["French deciles"] == pytest.approx(0.0, abs=1e-9)
    assert evidence.answer.value == pytest.approx(0.8, abs=0.01)  # the funds decide


def abroad_edition(on_tension, on_slowdown, seed=0):
    """D answers, net of a beta, to the innovations of tension and of slowdown abroad."""
    random, n = np.random.default_rng(seed), len(MONTHS)
    news, foreign = (random.normal(size=n) for _ in range(2))
    tension = np.zeros(n)
    for t in range(1, n):
        tension[t] = 0.7 * tension[t - 1] + 0.3 * news[t]
    market = random.normal(0.005, 0.04, n)
    d = 0.2 * market + (on_tension * news - on_slowdown * foreign) / 1200
    d += random.normal(0, 0.01, n)
    portfolios = {name: np.zeros(n) for name in ("BG", "BN", "BV")}
    portfolios |= {name: np.expm1(d) for name in ("SG", "SN", "SV")}
    factors = pd.DataFrame({"Mkt-RF": market, "SMB": d, "HML": 0.0, "RF": 0.0}, index=MONTHS)

    def level(growth):
        return pd.Series(100 * np.exp(np.cumsum(growth)), index=MONTHS)

    return edition(
        {
            "tpu": pd.Series(100 * np.exp(tension), index=MONTHS),
            "foreign.ip": level(0.002 + 0.002 * foreign),
            "french.factors": factors,
            "french.size_value_6": pd.DataFrame(portfolios, index=MONTHS)[
                list(row_of("french.size_value_6").columns)
            ],
        }
    )


def test_shocks_from_abroad_are_found():
    evidence = examine(economy.abroad, abroad_edition(4.0, 4.0))
    # Two unit shocks of 4 each, summed: the slope per sd of the sum is 4 x sqrt(2).
    low, high = evidence.answer.interval
    assert 0 < low < 4 * np.sqrt(2) < high
    points = {point.label: point for point in evidence.specifications}
    assert points["trade tension alone"].value == pytest.approx(4, abs=1)
    assert points["foreign slowdown alone"].value == pytest.approx(4, abs=1)
    assert len(points) >= 6


def test_what_hurts_small_companies_more_has_the_other_sign():
    answer = examine(economy.abroad, abroad_edition(-4.0, -4.0, seed=1)).answer
    assert answer.interval[1] < 0


def test_without_the_long_trade_index_the_claim_has_no_data():
    data = abroad_edition(0.0, 0.0).without(["tpu"])
    assert missing_series(economy.abroad, data) == ["tpu"]
