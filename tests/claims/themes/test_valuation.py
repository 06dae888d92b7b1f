"""Valuation: planted gaps and planted forecasts come back; on made-up editions."""

from __future__ import annotations

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
        return examine(valuation.gap_foretells, monthly(portfolios(x, returns=noise))).answer

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
    assert examine(valuation.premium, shiller(half)).answer.value == 50.0
    assert examine(valuation.premium, shiller(half)).answer.status == "does not hold"


def test_a_later_peak_does_not_make_an_earlier_month_low():
    # Rising for ever: each month is the highest to date, though half the decade is low by the
    # standards of the end.
    rising = shiller(np.linspace(5, 50, 241), start="1960-01-31")
    assert examine(valuation.premium, rising).answer.value == 100.0
