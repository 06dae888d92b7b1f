"""Valuation: planted gaps and planted forecasts come back; on made-up editions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.asking import examine
from r2klib.claims.themes import valuation
from r2klib.data import Dataset
from tests.claims.worlds import SIX, portfolios


def monthly(tables):
    kinds = {name: "daily" if name in ("IWM", "SPY") else "monthly" for name in tables}
    return Dataset.from_frame(tables, units="x", frequency=kinds, lag_days=0)


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


@pytest.mark.parametrize(
    ("last", "status"), [(2.0, "holds"), (-2.0, "does not hold"), (0.5, "borderline")]
)
def test_cheapness_is_read_off_both_percentiles(last, status):
    # Before 1963 the gap lies in [0.6, 1.6], from then on in [-0.5, 0.4]: a last gap of 0.5 is the
    # highest since 1963 and low since 1926.
    early, late = np.linspace(0.6, 1.6, 444), np.linspace(-0.5, 0.4, 400)
    evidence = examine(valuation.cheap_now, monthly(portfolios(np.r_[early, late, last])))
    assert evidence.answer.status == status
    assert len(evidence.specifications) >= 4
    assert evidence.as_of.isoformat() == "1996-10-31"


def ending(six, finer, now):
    """Six portfolios that end in one month, quintiles that end in another, SPY up to a third."""
    tables = portfolios(np.r_[np.linspace(0, 1, 900)[: six - 1], 2.0])
    index = pd.date_range("1926-07-31", periods=finer, freq="ME")
    names = [f"S{s}V{v}" for s in range(1, 6) for v in range(1, 6)]
    cap = pd.DataFrame(100.0, index, names)
    cap.iloc[-1, :10] = 200.0  # the two smallest quintiles have never been so dear
    june = cap[index.month == 7].reindex(index, method="ffill")
    tables |= {
        "french.size_value.bm": 50 / june,
        "french.size_value.size": cap / 10,
        "french.size_value.firms": pd.DataFrame(10.0, index, names),
    }
    present = pd.date_range("1926-07-31", periods=now, freq="ME")
    return monthly(tables | funds(present))


@pytest.mark.parametrize(
    ("finer", "now", "status", "said"),
    [
        (880, 890, "does not hold", "Quintiles decide"),  # the six ended eleven months before
        (880, 884, "holds", "The two by three portfolios decide"),  # within six months
        (870, 900, "holds", "The two by three portfolios decide"),  # the finer end sooner still
    ],
)
def test_v0_turns_to_quintiles_where_the_six_portfolios_ended_too_early(finer, now, status, said):
    evidence = examine(valuation.cheap_now, ending(880 if finer < 880 else 879, finer, now))
    assert evidence.answer.status == status
    assert evidence.remarks[0].startswith(said)


@pytest.mark.slow
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
            columns=SIX,
        )
        # The row stamped t opens with x[t], the gap at the end of t-1: d of t answers to it.
        noise[SIX[:3]] += slope * x[:, None]
        return valuation.gap_foretells.estimate(monthly(portfolios(x, returns=noise)))

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
    returns = pd.DataFrame(0.0, index=index, columns=SIX)
    dividend = 0.001
    # Small companies trail by `part` of the rise in price, and by the dividend on top of it.
    returns[SIX[:3]] = np.expm1(-part * rise - dividend)
    tables = portfolios(np.linspace(0, rise * (n - 1), n), returns=returns)
    evidence = examine(valuation.lag_opened_gap, monthly(tables | funds(index, dividend)))
    assert evidence.answer.value == pytest.approx(100 * part, rel=1e-6)
    assert evidence.answer.status == status
    left_in = {point.label: point.value for point in evidence.specifications}["dividends left in"]
    assert left_in == pytest.approx(100 * (part + dividend / rise), rel=1e-6)


def test_where_no_gap_opened_the_claim_does_not_hold():
    gap = np.linspace(1.0, 0.0, 300)
    index = pd.date_range("1926-07-31", periods=300, freq="ME")
    evidence = examine(valuation.lag_opened_gap, monthly(portfolios(gap) | funds(index)))
    assert evidence.answer.status == "does not hold"
    assert evidence.answer.value == 0.0
    assert "no gap opened" in evidence.finding


def shiller(cape, start="1881-01-31"):
    index = pd.date_range(start, periods=len(cape), freq="ME")
    frame = pd.DataFrame({"cape": cape, "tr_cape": cape}, index=index)
    return monthly({"shiller": frame})


def test_cape_is_ranked_among_months_to_date_and_the_last_month_is_left_out():
    low, high = np.linspace(10, 20, 1200), np.full(120, 30.0)
    evidence = examine(valuation.premium, shiller(np.r_[low, high, 1.0]))
    assert evidence.answer.value == 100.0
    assert evidence.answer.status == "holds"
    assert evidence.as_of.isoformat() == "1990-12-31"
    # Half the decade high, half low: half is not more than half.
    half = np.r_[low, high[:60], np.full(60, 5.0), 99.0]
    assert valuation.premium.estimate(shiller(half)).value == 50.0
    assert valuation.premium.estimate(shiller(half)).status == "does not hold"


def test_a_later_peak_does_not_make_an_earlier_month_low():
    # Rising for ever: each month is the highest to date, though half the decade is low by the
    # standards of the end.
    rising = shiller(np.linspace(5, 50, 241), start="1960-01-31")
    assert valuation.premium.estimate(rising).value == 100.0


# ---- V5: the market's own long run --------------------------------------------------------------


def priced(link, seed, months=900):
    """Monthly averages of daily prices whose drift answers to valuation, as Shiller has them.

    A month's return answers to `link` times the log ratio, which follows the price and reverts.
    """
    rng = np.random.default_rng(seed)
    step, days = 0.98 ** (1 / 21), 21 * months
    news, level = rng.normal(0, 0.010, days), np.zeros(days)
    for t in range(1, days):
        level[t] = step * level[t - 1] + news[t]
    price = np.exp((news + link / 21 * np.append(0.0, level[:-1])).cumsum())
    average = price.reshape(months, 21).mean(axis=1)
    cape = 15 * np.exp(level.reshape(months, 21).mean(axis=1))
    columns = {"price": 100 * average, "cape": cape, "tr_cape": cape, "dividend": 0.0}
    index = pd.date_range("1881-01-31", periods=months, freq="ME")
    return monthly({"shiller": pd.DataFrame(columns | {"cpi": 100.0}, index)})


def test_v5_finds_returns_that_valuation_foretells():
    answer = valuation.market_foretold.design.lighter()(
        valuation.market_foretold.rows(priced(-0.06, 1))
    )
    assert answer.interval[1] < 0
    assert answer.interval[0] < -1200 * 0.06 * 0.20 < answer.interval[1]  # sd of the ratio is 0.20


@pytest.mark.parametrize("seed", range(2, 6))
def test_v5_finds_nothing_where_valuation_only_follows_the_price(seed):
    rows = valuation.market_foretold.rows(priced(0.0, seed))
    low, high = valuation.market_foretold.design.lighter()(rows).interval
    assert low < 0 < high


def test_v5_knows_the_bias_that_the_price_puts_in():
    rows = valuation.market_foretold.rows(priced(0.0, 3))
    design = valuation.market_foretold.design.lighter()
    months, alone = (replace(design, block=n).fit(rows).law.draws for n in (design.block, 1))
    assert months.mean() < -0.0015  # without any link the plain slope lies below zero
    assert months.mean() < 1.5 * alone.mean()  # months by themselves lose most of it


def test_a_return_of_averages_meets_the_ratio_of_two_months_before():
    index = pd.date_range("2000-01-31", periods=6, freq="ME")
    price = np.array([100.0, 110.0, 121.0, 121.0, 60.0, 1.0])  # the last one is preliminary
    table = {"price": price, "dividend": [12.0, 12.0, 12.0, 24.0, np.nan, np.nan], "cpi": 100.0}
    ratio = {"cape": np.arange(10.0, 16.0), "tr_cape": 1.0}
    rows = valuation.market_foretold.rows(monthly({"shiller": pd.DataFrame(table | ratio, index)}))
    assert rows["y"].dropna().index.month.tolist() == [2, 3, 4]  # no dividend, no return
    assert rows["y"].iloc[1] == pytest.approx(np.log(111 / 100))
    # The row of March, which is to foretell April's return, holds the ratio of February.
    assert rows.loc["2000-03-31", "signal"] == pytest.approx(np.log(11.0))
    assert rows["signal"].last_valid_index() == pd.Timestamp("2000-06-30")
    assert rows.loc["2000-06-30", "signal"] == pytest.approx(np.log(14.0))


# ---- V6: technology within the market -----------------------------------------------------------


def within(ratio):
    """All industries keep a book of half their cap; technology's is `ratio`, year by year."""
    months = pd.date_range("1960-01-31", periods=12 * len(ratio), freq="ME")
    names = [*valuation.TECHNOLOGY, "Banks", "Food"]
    size = pd.DataFrame(100.0, months, names)
    bm = pd.DataFrame(0.5, months[5::12], names)
    for name in valuation.TECHNOLOGY:
        bm[name] = ratio
    tables = {"": 0.0 * size, ".size": size, ".firms": size / 100, ".bm": bm}
    tables = {f"french.industries49{part}": table for part, table in tables.items()}
    kinds = {name: "irregular" if name.endswith(".bm") else "monthly" for name in tables}
    return Dataset.from_frame(tables, units="x", frequency=kinds, lag_days=0)


@pytest.mark.parametrize(("last", "status"), [(0.05, "holds"), (0.9, "does not hold")])
def test_v6_ranks_technology_among_months_since_1963(last, status):
    # Very dear before 1963, which does not count.
    ratio = np.r_[[0.01] * 3, np.linspace(0.2, 0.8, 40), last]
    evidence = examine(valuation.dear_within, within(ratio))
    assert evidence.answer.status == status
    assert evidence.as_of.isoformat() == "2003-11-30"
    rows = evidence.rows["technology"]
    assert rows.index[0] == pd.Timestamp("1963-07-31")
    # Three of five equal caps.
    assert rows.iloc[-1] == pytest.approx(np.log(last / (0.6 * last + 0.4 * 0.5)))
    labels = {point.label for point in evidence.specifications}
    assert {"Chips", "since 1926"} <= labels
    assert valuation._GROWTH not in labels
