"""Quality: planted gaps between portfolios and between funds come back, and nothing of nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.asking import examine
from r2klib.claims.themes import quality
from r2klib.data.catalog import get as row_of
from r2klib.errors import InputError
from tests.claims.worlds import catalogued, factors, judge, nothing, some

MONTHS = pd.date_range("1963-07-31", "2019-12-31", freq="ME", name="date", unit="us")
DAYS = pd.bdate_range("2000-06-01", "2019-12-31")


def by_profit(junk=0.0, size=0.0, seed=0, table=quality.BY_PROFIT):
    """25 portfolios: the two smallest rows' lowest fifth ahead of the highest by `junk`, all small
    ones ahead of the largest by `size`, log percent a year."""
    rng = np.random.default_rng(seed)
    columns = row_of(table).columns
    logs = pd.DataFrame(
        rng.normal(0, 0.01, (len(MONTHS), 25)) + rng.normal(0, 0.04, (len(MONTHS), 1)),
        MONTHS,
        list(columns),
    )
    for name in columns:
        small = name[:2] in ("S1", "S2")
        logs[name] += size / 1200 * small + junk / 1200 * (small and name[3] == "1")
    return {table: np.expm1(logs)}


def points(evidence):
    return {point.label: point.value for point in evidence.specifications}


def test_q1_finds_unprofitable_small_companies_behind():
    (verdict,) = judge(catalogued(by_profit(junk=-6.0)), "Q1")
    assert verdict.estimate.value == pytest.approx(-6.0, abs=1.5)
    assert verdict.label == "supported (material)"
    assert "the least profitable returned -" in verdict.evidence.finding
    among_large = points(verdict.evidence)["among the largest fifth instead"]
    assert abs(among_large) < 1.5  # nothing was planted there


def test_q1_contradicts_the_opposite():
    (verdict,) = judge(catalogued(by_profit(junk=+6.0)), "Q1")
    assert verdict.status == "contradicted"


def test_q2_finds_size_with_profitability_held_equal():
    (verdict,) = judge(catalogued(by_profit(size=5.0, junk=-20.0)), "Q2")
    # A fifth of the small ones are junk and lose 20: 5 - 20 / 5 = 1.
    assert verdict.estimate.value == pytest.approx(1.0, abs=1.0)
    alone = points(verdict.evidence)
    assert alone["profitability fifth 5 alone (most profitable)"] == pytest.approx(5.0, abs=1.5)
    assert alone["profitability fifth 1 alone (least profitable)"] == pytest.approx(-15, abs=1.5)
    (verdict,) = judge(catalogued(by_profit(size=5.0)), "Q2")
    assert verdict.label == "supported (material)"


@pytest.mark.parametrize("seed", range(1, 4))
def test_nothing_comes_of_nothing(seed):
    for claim_id in ("Q1", "Q2"):
        assert nothing(catalogued(by_profit(seed=seed)), claim_id)


def test_investment_stands_beside_where_it_is_held():
    tables = by_profit(seed=4) | by_profit(seed=5, table=quality.BY_INVESTMENT)
    grown = {f"S{size}I5" for size in (1, 2)}
    invested = tables[quality.BY_INVESTMENT]
    invested[list(grown)] = np.expm1(np.log1p(invested[list(grown)]) - 0.005)  # 6 % a year
    found = points(examine(quality.junk, catalogued(tables)))
    assert found["fastest minus slowest growth of assets instead"] == pytest.approx(-6, abs=1.5)
    assert "growth of assets held equal instead" in points(
        examine(quality.size_alone, catalogued(tables))
    )


@pytest.mark.slow
def test_the_same_fifths_unsorted_stand_beside_where_they_are_held():
    tables = by_profit(size=5.0, seed=7)
    logs = pd.DataFrame(0.0, MONTHS, list(row_of(quality.BY_SIZE).columns))
    logs[["Lo 20", "Qnt 2"]] = np.random.default_rng(8).normal(0.002, 0.001, (len(MONTHS), 2))
    evidence = examine(quality.size_alone, catalogued(tables | {quality.BY_SIZE: np.expm1(logs)}))
    beside = points(evidence)["the same cuts by size, not sorted by profitability"]
    assert beside == pytest.approx(2.4, abs=0.1)  # 0.002 a month, times twelve
    assert "Not sorted by profitability, the same fifths by size give +2.4 %" in str(
        evidence.remarks
    )
    assert "Not sorted" not in str(examine(quality.size_alone, catalogued(tables)).remarks)


def test_a_month_in_which_a_portfolio_is_missing_is_left_out():
    tables = by_profit(seed=6)
    tables[quality.BY_PROFIT].iloc[10, 0] = np.nan  # S1P1
    evidence = examine(quality.junk, catalogued(tables))
    assert evidence.answer.n == len(MONTHS) - 1
    with pytest.raises(InputError, match="no column like S9P1"):
        quality.held_alike(catalogued(tables), quality.BY_PROFIT, "S9P1")


# ---- Q3: the two indices of small companies ------------------------------------------------------


def fund(log_returns):
    close = pd.Series(100 * np.exp(np.cumsum(log_returns)), index=DAYS)
    names = ("Open", "High", "Low", "Close", "Adj Close")
    frame = pd.DataFrame(dict.fromkeys(names, close))
    return frame.assign(Volume=1.0, Dividends=0.0, **{"Stock Splits": 0.0})


def funds(ahead, seed):
    """IJR ahead of IWM by `ahead` log percent a year."""
    rng = np.random.default_rng(seed)
    shared, own = rng.normal(0, 0.012, len(DAYS)), rng.normal(0, 0.001, len(DAYS))
    return {"IWM": fund(shared), "IJR": fund(shared + own + ahead / 100 / 261)}


def test_q3_finds_a_planted_lead_and_nothing_where_nothing_is():
    (verdict,) = judge(catalogued(funds(4.0, 1)), "Q3")
    assert verdict.estimate.value == pytest.approx(4.0, abs=1.0)
    assert verdict.label == "supported (material)"
    assert nothing(catalogued(funds(0.0, 2)), "Q3")


def test_q3_puts_loadings_on_profitability_beside():
    tables = funds(0.0, 3) | {"french.factors": factors()}
    assert quality.loadings(catalogued(tables)).empty
    five = factors().assign(RMW=factors(seed=1)["HML"], CMA=factors(seed=2)["HML"])
    columns = list(row_of("french.factors5").columns)
    tables |= {"french.factors5": five[columns]}
    data = catalogued(tables)
    found = quality.loadings(data)
    assert list(found.index) == ["RMW"]
    assert found.loc["RMW"].abs().max() < 0.3  # both funds know nothing of these factors
    remarks = examine(quality.profitable_index, data).remarks
    assert [remark[:14] for remark in remarks] == ["Loading on RMW", "Declared after"]


def test_they_were_declared_after_a_first_look_and_say_so():
    for claim in some("Q1", "Q2", "Q3").values():
        assert (claim.version, claim.frozen.isoformat()) == (1, "2026-11-28")
        assert "after a first look" in claim.build.__doc__
