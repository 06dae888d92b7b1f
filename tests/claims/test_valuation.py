"""Valuation: rolled books by hand, planted gaps and planted forecasts; on made-up editions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import book_to_market as btm
from r2klib.claims import valuation, valuation_gap
from r2klib.data import Dataset

COLUMNS = ["SG", "SN", "SV", "BG", "BN", "BV"]
SMALL, LARGE = COLUMNS[:3], COLUMNS[3:]


def edition(tables, frequency="monthly"):
    kinds = {name: "daily" if name in ("IWM", "SPY") else frequency for name in tables}
    return Dataset.from_frame(tables, units="x", frequency=kinds, lag_days=0)


def portfolios(gap, seed=0, start="1926-07-31", returns=None):
    """Six portfolios whose rolled relative book-to-market, month by month, is `gap`.

    Books are 100 a portfolio for ever and large caps 200; the small caps bear the gap.
    """
    index = pd.date_range(start, periods=len(gap), freq="ME")
    cap = pd.DataFrame(200.0, index=index, columns=COLUMNS)
    cap[SMALL] = np.repeat((200 / np.exp(np.asarray(gap)))[:, None], 3, axis=1)
    firms = pd.DataFrame(10.0, index=index, columns=COLUMNS)
    rng = np.random.default_rng(seed)
    june = cap[index.month == 7].reindex(index, method="ffill")
    if returns is None:
        returns = pd.DataFrame(rng.normal(0.005, 0.02, cap.shape), index=index, columns=COLUMNS)
    return {
        "french.size_value_6": returns,
        "french.size_value_6.bm": 100 / june,
        "french.size_value_6.size": cap / 10,
        "french.size_value_6.firms": firms,
    }


def funds(index, dividend=0.0):
    """Daily closes at month ends; SPY pays `dividend` a month in logs, IWM nothing."""
    dates = pd.date_range(index[0], index[-1], freq="ME")
    level = pd.Series(100.0, index=dates)
    paid = np.exp(dividend * np.arange(len(dates)))
    columns = {"Close": level, "Adj Close": level}
    return {
        "IWM": pd.DataFrame(columns),
        "SPY": pd.DataFrame({"Close": level, "Adj Close": level * paid}),
    }


def test_books_stay_from_july_to_june_and_caps_are_those_of_the_month_end():
    index = pd.date_range("2000-07-31", "2001-08-31", freq="ME")
    size = pd.DataFrame(np.arange(1.0, 15.0)[:, None] * np.ones(6), index=index, columns=COLUMNS)
    firms = pd.DataFrame(2.0, index=index, columns=COLUMNS)
    bm = pd.DataFrame(0.5, index=index, columns=COLUMNS)
    bm.loc["2000-10-31"] = 9.0  # only July's block is a book
    bm.loc["2001-07-31":] = 0.8
    tables = {"bm": bm, "size": size, "firms": firms}
    tables = {f"french.size_value_6.{name}": table for name, table in tables.items()}
    book, cap = btm.books_and_caps(edition(tables))
    # July 2000 opens with 2 firms of 1 each: cap 2 at the end of June, book 0.5 x 2.
    assert book.index[0] == cap.index[0] == pd.Timestamp("2000-06-30")
    assert book.loc["2000-06-30":"2001-05-31"].eq(1.0).all(axis=None)
    # July 2001 opens with 2 firms of 13: book 0.8 x 26, known at the end of June 2001.
    assert book.loc["2001-06-30":].eq(20.8).all(axis=None)
    assert cap.loc["2001-06-30", "SG"] == 26.0
    assert cap.loc["2000-07-31", "SG"] == 4.0


def test_the_planted_gap_comes_back():
    gap = np.random.default_rng(1).normal(0.3, 0.2, 400).cumsum() / 20
    rolled = btm.log_relative(edition(portfolios(gap)))
    np.testing.assert_allclose(rolled, gap, atol=1e-12)
    assert rolled.index[0] == pd.Timestamp("1926-06-30")
    np.testing.assert_allclose(
        btm.log_relative(edition(portfolios(gap)), each=True), gap, atol=1e-12
    )


@pytest.mark.parametrize(
    ("last", "status"), [(2.0, "holds"), (-2.0, "does not hold"), (0.5, "borderline")]
)
def test_cheapness_is_read_off_both_percentiles(last, status):
    # Before 1963 the gap lies in [0.6, 1.6], from then on in [-0.5, 0.4]: a last gap of 0.5 is the
    # highest since 1963 and low since 1926.
    early, late = np.linspace(0.6, 1.6, 444), np.linspace(-0.5, 0.4, 400)
    evidence = valuation.cheap_now.test(edition(portfolios(np.r_[early, late, last])))
    assert evidence.answer.status == status
    assert len(evidence.specifications) >= 4
    assert evidence.as_of.isoformat() == "1996-10-31"


def test_a_planted_forecast_is_found_and_none_is_not():
    rng = np.random.default_rng(5)
    n = 900
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = 0.97 * x[t - 1] + rng.normal(0, 0.1)

    def answer(slope):
        base = portfolios(x)
        noise = pd.DataFrame(
            rng.normal(0.005, 0.02, (n, 6)),
            index=base["french.size_value_6"].index,
            columns=COLUMNS,
        )
        # The row stamped t opens with x[t], the gap at the end of t-1: d of t answers to it.
        noise[SMALL] += slope * x[:, None]
        return valuation_gap.gap_foretells.test(edition(portfolios(x, returns=noise))).answer

    planted, nothing = answer(0.03), answer(0.0)
    # 1,200 x 0.03 x sd of x.
    assert planted.interval[0] < 1200 * 0.03 * x.std() < planted.interval[1]
    assert planted.interval[0] > 0
    assert nothing.interval[0] < 0 < nothing.interval[1]


@pytest.mark.parametrize(("part", "status"), [(0.8, "holds"), (0.2, "does not hold")])
def test_the_part_of_the_gap_that_price_lost(part, status):
    n, rise = 300, 0.004
    base = portfolios(np.linspace(0, rise * (n - 1), n))
    index = base["french.size_value_6"].index
    returns = pd.DataFrame(0.0, index=index, columns=COLUMNS)
    dividend = 0.001
    # Small companies trail by `part` of the rise in price, and by the dividend on top of it.
    returns[SMALL] = np.expm1(-part * rise - dividend)
    tables = portfolios(np.linspace(0, rise * (n - 1), n), returns=returns)
    evidence = valuation_gap.lag_opened_gap.test(edition(tables | funds(index, dividend)))
    assert evidence.answer.value == pytest.approx(100 * part, rel=1e-6)
    assert evidence.answer.status == status
    left_in = {point.label: point.value for point in evidence.specifications}["dividends left in"]
    assert left_in == pytest.approx(100 * (part + dividend / rise), rel=1e-6)


def test_where_no_gap_opened_the_claim_does_not_hold():
    gap = np.linspace(1.0, 0.0, 300)
    index = pd.date_range("1926-07-31", periods=300, freq="ME")
    evidence = valuation_gap.lag_opened_gap.test(edition(portfolios(gap) | funds(index)))
    assert evidence.answer.status == "does not hold"
    assert evidence.answer.value == 0.0
    assert "no gap opened" in evidence.finding


def shiller(cape, start="1881-01-31"):
    index = pd.date_range(start, periods=len(cape), freq="ME")
    frame = pd.DataFrame({"cape": cape, "tr_cape": cape}, index=index)
    return edition({"shiller": frame})


def test_cape_is_ranked_among_months_to_date_and_the_last_month_is_left_out():
    low, high = np.linspace(10, 20, 1200), np.full(120, 30.0)
    evidence = valuation.premium.test(shiller(np.r_[low, high, 1.0]))
    assert evidence.answer.value == 100.0
    assert evidence.answer.status == "holds"
    assert evidence.as_of.isoformat() == "1990-12-31"
    # Half the decade high, half low: half is not more than half.
    half = np.r_[low, high[:60], np.full(60, 5.0), 99.0]
    assert valuation.premium.test(shiller(half)).answer.value == 50.0
    assert valuation.premium.test(shiller(half)).answer.status == "does not hold"


def test_a_later_peak_does_not_make_an_earlier_month_low():
    # Rising for ever: each month is the highest to date, though half the decade is low by the
    # standards of the end.
    rising = shiller(np.linspace(5, 50, 241), start="1960-01-31")
    assert valuation.premium.test(rising).answer.value == 100.0


def test_profitability_taken_out_leaves_what_it_cannot_explain():
    index = pd.date_range("1970-01-31", periods=50, freq="ME")
    control = pd.Series(np.arange(50.0), index=index)
    odd = pd.Series(np.where(np.arange(50) % 2, 1.0, -1.0), index=index)
    left = btm.without(2 * control + 5, control)
    np.testing.assert_allclose(left, 0, atol=1e-9)
    assert np.corrcoef(btm.without(2 * control + odd, control), control)[0, 1] == pytest.approx(
        0, abs=1e-9
    )
