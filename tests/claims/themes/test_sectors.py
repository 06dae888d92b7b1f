"""Sectors: planted slopes, means and mixes come back, and nothing comes of nothing."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest

from r2klib import load
from r2klib.claims import pairs
from r2klib.claims.asking import examine
from r2klib.claims.themes import sectors
from r2klib.errors import InputError
from r2klib.stats import brinson_fachler
from tests.claims.worlds import catalogued, holding, judge

DAYS = pd.bdate_range("2012-01-02", "2019-12-31")
MONTHS = pd.date_range("1992-01-31", "2019-12-31", freq="ME")


def rng(seed):
    return np.random.default_rng(seed)


# ---- S0: breadth --------------------------------------------------------------------------------


def lists(small, large, small_sectors=None, large_sectors=None):
    return catalogued(
        {
            "ishares.IWM": holding(small, small_sectors),
            "ishares.IVV": holding(large, large_sectors),
        }
    )


def test_broader_needs_all_three_measures():
    eleven = [f"sector {i % 11}" for i in range(110)]
    even, top_heavy = [1.0] * 110, [100.0] * 5 + [1.0] * 105
    assert sectors.broader.estimate(lists(even, top_heavy, eleven, eleven)).status == "holds"
    turned = sectors.broader.estimate(lists(top_heavy, even, eleven, eleven))
    assert turned.status == "does not hold"
    # Names alike, yet all in one sector: two of three are not enough.
    one = sectors.broader.estimate(lists(even, top_heavy, ["Energy"] * 110, eleven))
    assert one.status == "does not hold"
    assert sum(one.parts.values()) == 2
    assert one.value == pytest.approx(110 / ((605**2) / (5 * 100**2 + 105)))


# ---- S1 to S4: industrials, banks, biotechnology, niches ----------------------------------------


def bars(log_returns):
    """Daily bars with these log returns, no dividends."""
    close = pd.Series(100 * np.exp(np.cumsum(log_returns)), index=DAYS)
    names = ("Open", "High", "Low", "Close", "Adj Close")
    frame = pd.DataFrame(dict.fromkeys(names, close))
    return frame.assign(Volume=1.0, Dividends=0.0, **{"Stock Splits": 0.0})


def bank_edition(slope_on_level, slope_on_slope=0.0, seed=0):
    """KRE minus SPY answers daily to yields, beside noise and a beta."""
    n, random = len(DAYS), rng(seed)
    level, slope = random.normal(0, 0.05, n), random.normal(0, 0.05, n)
    market = random.normal(0, 0.008, n)
    kre = 1.3 * market + slope_on_level * level + slope_on_slope * slope
    kre += random.normal(0, 0.004, n)
    ten = pd.Series(5 + level.cumsum(), index=DAYS)
    return catalogued(
        {
            "KRE": bars(kre),
            "SPY": bars(market),
            "DGS10": ten,
            "DGS2": ten - pd.Series(slope.cumsum(), index=DAYS),
        }
    )


def test_the_slope_on_the_level_of_rates_is_found():
    # 4 % per point is 1 % per 25 bp; the slope works the other way.
    evidence = examine(sectors.banks, bank_edition(0.04, -0.02))
    low, high = evidence.answer.interval
    assert 0 < low < 1.0 < high
    points = {point.label: point.value for point in evidence.specifications}
    assert points["slope, level held fixed"] == pytest.approx(-0.5, abs=0.15)
    assert len(points) >= 6


def test_banks_that_do_not_answer_to_rates():
    low, high = sectors.banks.estimate(bank_edition(0.0, 0.02, seed=3)).interval
    assert low < 0 < high
    assert high < 0.75


def test_the_level_may_be_any_maturity():
    rows = sectors.banks.rows(bank_edition(0.04, -0.02))
    two_year = rows.assign(level=rows["level"] - rows["slope"])
    ten, two = (sectors.banks.design(x) for x in (rows, two_year))
    assert ten.value == pytest.approx(two.value)
    assert ten.std_error == pytest.approx(two.std_error)


def orders_edition(effect, seed=0):
    """The industries answer in month t to growth over three months to t-1, published by t's end."""
    random = rng(seed)
    n = len(MONTHS)
    level = pd.Series(np.exp(11 + random.normal(0.002, 0.02, n).cumsum()), index=MONTHS)
    growth = np.log(level).diff(3)
    news = ((growth - growth.mean()) / growth.std()).shift(1).fillna(0.0)
    market = random.normal(0.007, 0.04, n)
    columns = {
        name: market + effect / 1200 * news + random.normal(0, 0.01, n)
        for name in [*sectors.INDUSTRIALS, "Banks"]
    }
    factors = pd.DataFrame({"Mkt-RF": market, "SMB": 0.0, "HML": 0.0, "RF": 0.0}, index=MONTHS)
    return catalogued(
        {
            "french.industries49": pd.DataFrame(columns, index=MONTHS),
            "french.factors": factors,
            "DGORDER": level,
        }
    )


def test_orders_count_in_the_month_they_are_published():
    evidence = examine(sectors.orders, orders_edition(10.0))
    low, high = evidence.answer.interval
    assert 0 < low < 10.0 < high
    points = {point.label: point for point in evidence.specifications}
    # Growth over three months to t and to t-1 share two of three months, and so part of the slope.
    assert points["by reference month"].value < evidence.answer.value
    assert points["market and its lag controlled"].value == pytest.approx(10.0, abs=2)
    low, high = sectors.orders.estimate(orders_edition(0.0)).interval
    assert low < 0 < high


def fund_edition(seed=0, **returns):
    return catalogued({name: bars(x) for name, x in returns.items()})


@pytest.mark.parametrize(("yearly", "inside"), [(12.0, True), (0.0, False)])
def test_the_mean_of_biotechnology(yearly, inside):
    random, n = rng(1), len(DAYS)
    market = random.normal(0.0003, 0.008, n)
    noise = random.normal(0, 0.002, n)
    own = market + yearly / 100 / 261 + noise - noise.mean()
    evidence = examine(sectors.biotechnology, fund_edition(XBI=own, SPY=market))
    assert evidence.answer.value == pytest.approx(yearly, abs=0.5)
    assert (evidence.answer.interval[0] > 0) == inside


@pytest.mark.parametrize("loading", [0.1, 0.5, 0.9])
def test_one_half_minus_the_loading(loading):
    random, n = rng(2), len(DAYS)
    market, tech = random.normal(0, 0.01, n), random.normal(0, 0.006, n)
    small = 1.2 * market + random.normal(0, 0.003, n)
    own = small + loading * tech + random.normal(0, 0.003, n)
    data = fund_edition(PSCT=own, IJR=small, XLK=market + tech, SPY=market)
    answer = sectors.niche.estimate(data)
    low, high = answer.interval
    assert low < 0.5 - loading < high
    assert answer.value == pytest.approx(0.5 - loading, abs=0.06)
    assert (answer.p_value < 0.01) == (loading != 0.5)


# ---- S7: the mix of sectors ---------------------------------------------------------------------


def mix_edition(within, seed=0):
    """The small index holds other sector weights and earns `within` a day beyond its sectors."""
    random, names = rng(seed), list(sectors.SECTOR_FUNDS)
    n = len(DAYS)
    small = dict(zip(names, np.arange(1.0, 12.0) / 66, strict=True))
    large = dict.fromkeys(names, 1 / 11)
    returns = {name: random.normal(0.0002 * i, 0.005, n) for i, name in enumerate(names)}
    monthly = {name: bars(x) for name, x in returns.items()}
    own = sum(small[name] * np.expm1(x) for name, x in returns.items())
    tables = {fund: monthly[name] for name, fund in sectors.SECTOR_FUNDS.items()}
    tables["IWM"] = bars(np.log1p(own) + within)
    tables |= {
        "ishares.IWM": holding(list(small.values()), list(small)),
        "ishares.IVV": holding(list(large.values()), list(large)),
    }
    return catalogued(tables), small, large


@cache
def mixed(extra):
    """The evidence of S7 where small companies earn so much more within each sector."""
    return examine(sectors.sector_mix, mix_edition(extra)[0])


@pytest.mark.slow
def test_the_mix_is_allocation_and_the_parts_add_up():
    evidence = mixed(0.0)
    # Later sectors earn more and weigh more in the small index: the mix is all of the gap.
    points = {point.label: point.value for point in evidence.specifications}
    assert evidence.answer.value > 10
    # Daily against monthly weighting leaves a little.
    assert points["selection and interaction"] == pytest.approx(0, abs=2)
    total = points["allocation and selection together"]
    assert total == pytest.approx(evidence.answer.value + points["selection and interaction"])


@pytest.mark.slow
def test_lists_of_different_days_are_said_to_be_so():
    days = {sectors.SMALL: dt.date(2025, 5, 13), sectors.LARGE: dt.date(2025, 5, 13)}
    assert sectors._apart(days) == ""
    said = sectors._apart(days | {sectors.LARGE: dt.date(2025, 5, 20)})
    assert "Russell 2000 is of 2025-05-13, that of the S&P 500 of 2025-05-20" in said
    assert not any("The list of" in remark for remark in mixed(0.0).remarks)


@pytest.mark.slow
def test_what_is_earned_within_sectors_is_not_the_mix():
    plain, extra = mixed(0.0), mixed(0.0005)
    gained = {
        name: {p.label: p.value for p in evidence.specifications}["selection and interaction"]
        for name, evidence in {"plain": plain, "extra": extra}.items()
    }
    days = int((DAYS > "2014-12-31").sum())
    assert gained["extra"] - gained["plain"] == pytest.approx(100 * 0.0005 * days, rel=0.02)
    assert extra.answer.value == pytest.approx(plain.answer.value, rel=0.05)


def test_a_month_of_the_mix_is_brinson_and_fachlers():
    data, small, large = mix_edition(0.0003)
    found = sectors.sector_mix.rows(data).iloc[-1]
    names = list(sectors.SECTOR_FUNDS)
    returns = pairs.monthly_returns(data, [*sectors.SECTOR_FUNDS.values(), "IWM"]).iloc[-1]
    base = returns[list(sectors.SECTOR_FUNDS.values())].set_axis(names)
    w, v = pd.Series(small), pd.Series(large)
    beyond = returns["IWM"] - float((w * base).sum())
    effects = brinson_fachler(w, base + beyond, v, base).effects
    link = (np.log1p(returns["IWM"]) - np.log1p((v * base).sum())) / effects["total"]
    assert found["y"] == pytest.approx(link * effects["allocation"])
    assert found["selection"] == pytest.approx(
        link * (effects["selection"] + effects["interaction"])
    )


def test_a_sector_without_a_fund_is_named():
    data = mix_edition(0.0)[0]
    tables = {name: data[name] for name in data} | {
        "ishares.IWM": holding([0.2, 0.8], ["Shipping", "Energy"])
    }
    with pytest.raises(InputError, match=r"ishares\.IWM names sectors without.*Shipping"):
        examine(sectors.sector_mix, catalogued(tables))


def test_an_industry_level_with_the_market_counts_half_whatever_the_last_digit():
    """Decimals do not add up exactly: 0.0123 may exceed 0.0100 + 0.0023."""
    sample = load("sample")
    factors = sample.frame("french.factors_2017")
    market = factors["Mkt-RF"] + factors["RF"]
    names = sample.frame("french.industries12").columns
    level = pd.DataFrame({name: market.round(4) for name in names})
    level["NoDur"] += 0.0001
    data = sample.replaced({"french.industries12": level})
    share = sectors.breadth_of_recovery.rows(data)["y"].dropna()
    np.testing.assert_allclose(share, (1 + 0.5 * 11) / 12, rtol=1e-12)
    assert (market.round(4) != market).any()


# ---- S8: the largest sectors --------------------------------------------------------------------


def weighed(**weights):
    """A list whose sectors have these weights; underscores are blanks."""
    names = [name.replace("_", " ") for name in weights]
    return catalogued({"ishares.IWM": holding(list(weights.values()), names)})


FOUR = {
    "Financials": 20.0,
    "Industrials": 18.0,
    "Health_Care": 16.0,
    "Information_Technology": 14.0,
}


@pytest.mark.parametrize(
    ("fifth", "sixth", "status"),
    [
        (10.0, 22.0, "does not hold"),
        (10.0, 8.0, "holds"),
        (13.5, 8.0, "borderline"),
        (14.5, 8.0, "borderline"),  # technology is fifth, and close
    ],
)
def test_the_same_four_sectors(fifth, sixth, status):
    data = weighed(**FOUR, Energy=fifth, Materials=sixth)
    evidence = examine(sectors.largest_sectors, data)
    assert evidence.answer.status == status
    total = sum(FOUR.values()) + fifth + sixth
    assert evidence.answer.value == pytest.approx(100 * sum(FOUR.values()) / total)
    assert (len(evidence.answer.parts), evidence.answer.n) == (4, 6)


def test_too_few_sectors_cannot_be_ranked():
    (verdict,) = judge(weighed(**FOUR), "S8")
    assert verdict.status == "no data"
    assert "the list has 4 sectors; it takes more than 4" in verdict.reason
