"""Profile: planted dividends and a planted dollar; nothing where nothing is; sizes by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import holdings
from r2klib.claims.asking import examine
from r2klib.claims.themes import profile
from r2klib.data.catalog import get as row_of
from tests.claims import worlds
from tests.claims.worlds import catalogued, edition, holding, judge, nothing, walk

DAYS = pd.bdate_range("2000-06-01", "2019-12-31")


# ---- P1: members worth 0.3 to 2 billion ---------------------------------------------------------


def index_closes(level=2000.0):
    dates = pd.bdate_range("2025-05-01", "2025-10-31")
    bars = dict.fromkeys(("Open", "High", "Low", "Close", "Adj Close", "Volume"), level)
    return pd.DataFrame(bars, index=dates)


@pytest.mark.parametrize(
    ("inside", "status"),
    [(60, "holds"), (52, "borderline"), (48, "borderline"), (40, "does not hold")],
)
def test_the_share_of_members_in_the_band(inside, status):
    # Of 100 members `inside` are worth 1 unit, the rest 10; the float is spread over their sum, so
    # with a float of 2.4 trillion the units decide nothing: the band is set around the small ones.
    values = [1.0] * inside + [10.0] * (100 - inside)
    unit = holdings.FLOAT_VALUE / sum(values) / 1e9  # billion dollars a unit
    data = catalogued({"ishares.IWM": holding(values), "^RUT": index_closes()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profile, "BAND", (0.5 * unit, 2 * unit))
        evidence = examine(profile.members_in_band, data)
    assert evidence.answer.value == pytest.approx(inside)
    assert evidence.answer.status == status


# ---- P3: the premium ----------------------------------------------------------------------------


def test_eras_of_smb_are_those_of_the_references(sample):
    points = {point.label: point.value for point in examine(profile.premium, sample).specifications}
    # SMB %/month by era: 0.207, 0.288, 0.089; January 2.07.
    assert points["SMB, all months, 1926–2018"] == pytest.approx(12 * 0.207, abs=0.01)
    assert points["SMB, before 1981"] == pytest.approx(12 * 0.288, abs=0.01)
    assert points["SMB, 1981 and later"] == pytest.approx(12 * 0.089, abs=0.01)
    assert points["SMB, January alone"] == pytest.approx(12 * 2.07, abs=0.06)
    # Alpha of the small leg on FF3: -0.0838 %/month.
    alpha = points["alpha beyond market, size and value (FF3)"]
    assert alpha == pytest.approx(12 * -0.0838, abs=0.002)


# ---- P4: dividends ------------------------------------------------------------------------------


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
    evidence = examine(
        profile.dividends, catalogued({"IWM": fund(1.2, 0.01), "SPY": fund(2.0, 0.01, seed=9)})
    )
    assert evidence.answer.value == pytest.approx(0.8, abs=0.01)
    assert evidence.answer.interval[0] > 0.7
    points = {point.label: point.value for point in evidence.specifications}
    assert points["whole years instead of quarters"] == pytest.approx(0.8, abs=0.01)


def test_equal_payers_show_no_gap():
    data = catalogued({"IWM": fund(1.5, 0.2, seed=1), "SPY": fund(1.5, 0.2, seed=2)})
    low, high = profile.dividends.estimate(data).interval
    assert low < 0 < high


def test_the_swing_of_payments():
    data = catalogued({"IWM": fund(1.2, 0.30, seed=3), "SPY": fund(2.0, 0.05, seed=4)})
    spread = profile.dividend_growth.design.lighter()(profile.fund_growth(data, "IWM", "SPY"))
    assert spread.n == 18  # growth of the nineteen whole years from 2001
    assert spread.interval[0] < np.log(6) < spread.interval[1]
    assert spread.interval[0] > 0


@pytest.mark.slow
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
    labels = [
        point.label for point in examine(profile.dividends, catalogued(tables)).specifications
    ]
    assert not [label for label in labels if label.startswith("French")]
    tables |= {"french.size_no_dividends": without}
    evidence = examine(profile.dividends, catalogued(tables))
    points = {point.label: point.value for point in evidence.specifications}
    assert points["French terciles"] == pytest.approx(1.8, abs=1e-6)  # 12 x 0.15 points
    assert points["French deciles"] == pytest.approx(0.0, abs=1e-9)
    assert evidence.answer.value == pytest.approx(0.8, abs=0.01)  # the funds decide


# ---- P6: the dollar -----------------------------------------------------------------------------


def dollar_world(effect, seed):
    """Log points of d per log point of the dollar, which rises when stocks fall."""
    market = walk(seed, 0.010)
    dollar = walk(seed + 100, 0.003) - 0.15 * market
    d = 0.2 * market + effect * dollar + walk(seed + 200, 0.005)
    from_2006 = slice("2006-01-02", None)
    broad = worlds.prices(dollar.cumsum())["Close"].loc[from_2006]
    return edition(worlds.indices(d, market) | {"DTWEXBGS": broad}, lags={"DTWEXBGS": 8})


def test_p6_finds_a_planted_response_net_of_the_market():
    (verdict,) = judge(dollar_world(0.5, 1), "P6")
    assert verdict.estimate.value == pytest.approx(0.5, abs=0.2)
    assert verdict.label == "supported (material)"
    assert len(verdict.specifications) >= 6
    raw = {point.label: point.value for point in verdict.specifications}["market not controlled"]
    assert raw < verdict.estimate.value - 0.1  # the market's own fall would hide it


def test_p6_adds_up_what_reaches_the_dollar_in_the_week_and_in_the_next():
    (verdict,) = judge(dollar_world(0.5, 1), "P6")
    rows = verdict.evidence.rows.dropna()
    X = np.column_stack([np.ones(len(rows)), rows.drop(columns="y")])
    slopes = dict(
        zip(rows.columns[1:], np.linalg.lstsq(X, rows["y"], rcond=None)[0][1:], strict=True)
    )
    both = 100 * (slopes["driver"] + slopes["driver, next week"])
    assert verdict.estimate.value == pytest.approx(both)
    assert rows["driver, next week"].iloc[0] == rows["driver"].iloc[1]


def test_p6_contradicts_the_opposite():
    (verdict,) = judge(dollar_world(-0.5, 2), "P6")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(3, 6))
def test_p6_finds_nothing_where_nothing_is(seed):
    assert nothing(dollar_world(0.0, seed), "P6")


# ---- P10: age -----------------------------------------------------------------------------------


def offers(*rows):
    """Offers as (day, name, ticker, founding year)."""
    table = pd.DataFrame(rows, columns=["offered", "name", "ticker", "founded"])
    return table.assign(offered=pd.DatetimeIndex(table["offered"]).as_unit("us"))


def aged(small_years, large_years, unmatched=0, seed=1):
    """Members with these mean founding years, and as many of the large ones unmatched."""
    rng = np.random.default_rng(seed)
    small, large = holding([1.0] * 200), holding([1.0] * (100 + unmatched))
    large["ticker"] = ["L" + ticker for ticker in large["ticker"]]
    founded = {f"T{i}": rng.normal(small_years, 8) for i in range(200)}
    founded |= {f"LT{i}": rng.normal(large_years, 8) for i in range(100)}
    rows = [("1999-01-04", f"COMPANY {t[-1]}", t, year) for t, year in founded.items()]
    return catalogued(
        {"ishares.IWM": small, "ishares.IVV": large, "ritter.founding": offers(*rows)}
    )


@pytest.mark.parametrize(
    ("gap", "unmatched", "status"),
    [
        (25, 0, "holds"),
        (10, 0, "borderline"),  # the interval of the gap holds ten years
        (0, 0, "does not hold"),
        (25, 140, "holds"),  # 100 of 240 are 42 %
        (25, 160, "borderline"),  # 100 of 260 are 38 %
        (0, 160, "borderline"),
    ],
)
def test_younger_by_ten_years_of_enough_members(gap, unmatched, status):
    evidence = examine(profile.ages, aged(1980 + gap, 1980, unmatched))
    assert evidence.answer.value == pytest.approx(gap, abs=4)
    assert evidence.answer.status == status


def test_both_shares_are_told():
    evidence = examine(profile.ages, aged(2005, 1980, unmatched=160))
    assert "100.0 % of the Russell 2000 and 38.5 % of the S&P 500" in evidence.remarks[0]
    assert "under 40 % of either is too few" in evidence.remarks[0]


def test_the_last_offer_of_a_ticker_before_the_list_counts_and_no_other():
    small = holding([3.0, 2.0, 1.0], names=["ALPHA INC", "BETA INC", "GAMMA INC"])
    rows = [
        ("1980-01-02", "Older Co", "T0", 1920),
        ("2001-01-02", "Alpha Inc", "T0", 1995),
        ("2025-05-13", "Newer Co", "T0", 2020),  # the day of the list itself: not before it
        ("1990-01-02", "Beta Inc", "T1", 1950),
        ("2010-01-04", "Other Ltd", "T1", np.nan),  # the last one, of unknown year
        ("1999-01-04", "Nameless", "", 1900),
    ]
    data = catalogued(
        {"ishares.IWM": small, "ishares.IVV": small, "ritter.founding": offers(*rows)}
    )
    found = profile.ages.rows(data).loc["Russell 2000"]
    np.testing.assert_equal(found["founded"].to_numpy(), [1995.0, np.nan, np.nan])
    assert found["same name"].tolist() == [True, False, False]


def test_lists_of_which_nothing_is_known_say_so():
    data = catalogued(
        {
            "ishares.IWM": holding([1.0] * 3),
            "ishares.IVV": holding([1.0] * 3),
            "ritter.founding": offers(("1999-01-04", "Other", "ZZZ", 1990)),
        }
    )
    (verdict,) = judge(data, "P10")
    assert verdict.status == "no data"
    assert "no founding year is known for members of the Russell 2000" in verdict.reason


# ---- P12: how many companies --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "status"),
    [(1849, "does not hold"), (1850, "holds"), (2050, "holds"), (2051, "does not hold")],
)
def test_about_two_thousand_lines_of_equity(lines, status):
    residue = holding([1e-5]).iloc[[0]]  # a right of a takeover, and the cash row, are none
    data = catalogued({"ishares.IWM": holding([1.0] * lines, extra=[residue])})
    answer = profile.count_of_members.estimate(data)
    assert (answer.value, answer.status) == (lines, status)


# ---- P13: volatility by size --------------------------------------------------------------------


def decile_world(slope, seed=0):
    """Ten portfolios whose log volatility changes by `slope` from one to the next."""
    months = pd.date_range("1926-07-31", "2019-12-31", freq="ME", name="date", unit="us")
    rng = np.random.default_rng(seed)
    shared = rng.standard_t(5, (len(months), 1))
    noise = 0.8 * shared + 0.6 * rng.standard_normal((len(months), 10))
    columns = list(row_of("french.size_deciles").columns)
    returns = np.expm1(0.04 * noise * np.exp(slope * np.arange(10)))
    return catalogued({"french.size_deciles": pd.DataFrame(returns, months, columns)})


@pytest.mark.slow
def test_p13_finds_a_planted_slope():
    (verdict,) = judge(decile_world(-0.05), "P13")
    assert verdict.estimate.value == pytest.approx(-0.05, abs=0.01)
    assert verdict.label == "supported (material)"
    assert "9 of 9 steps go down." in verdict.evidence.remarks


@pytest.mark.slow
def test_p13_contradicts_the_opposite():
    (verdict,) = judge(decile_world(+0.05), "P13")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(1, 4))
def test_p13_finds_nothing_where_nothing_is(seed):
    assert nothing(decile_world(0.0, seed), "P13")


@pytest.mark.slow
def test_the_slope_is_that_of_ten_logs_on_ten_places():
    data = decile_world(-0.03, seed=7)
    rows = profile.deciles.rows(data)
    sd = np.log(np.log1p(data.frame("french.size_deciles")).std())
    slope = np.polyfit(range(10), sd, 1)[0]
    assert profile.deciles.design.lighter()(rows).value == pytest.approx(slope, rel=1e-9)


# ---- P9: worst months ---------------------------------------------------------------------------


def legs_world(ratio, seed):
    """Small companies lose `ratio` times as much as large ones, and gain as much, month by month.

    Each side draws for itself, so that neither is the other one made larger.
    """
    rng = np.random.default_rng(seed)
    large, small = rng.normal(0, 0.04, (2, len(worlds.MONTHS)))
    small = np.where(small < 0, ratio * small, small)
    logs = pd.DataFrame({"small": np.log1p(small), "large": np.log1p(large)}, worlds.MONTHS)
    return edition(worlds.century(logs["small"] - logs["large"], logs["large"]))


@pytest.mark.slow
def test_p9_finds_worse_worst_months():
    (verdict,) = judge(legs_world(1.4, 1), "P9")
    assert verdict.estimate.value == pytest.approx(np.log(1.4), abs=0.08)
    assert verdict.label == "supported (material)"
    assert "lost" in verdict.evidence.finding
    assert len(verdict.specifications) == 5  # without NBER's dates no recessions to leave out


@pytest.mark.parametrize("seed", range(2, 5))
def test_p9_finds_nothing_where_nothing_is(seed):
    claim = profile.worst_months
    found = claim.design.lighter()(claim.rows(legs_world(1.0, seed), pair="century"))
    assert abs(found.value) < 2.6 * found.std_error


# ---- P11: steady dividends ----------------------------------------------------------------------


def payers(swing, seed, start="1950-01-31"):
    """Portfolios whose dividends grow each year by a draw of sd `swing` (small) or 0.10 (large)."""
    columns = list(row_of("french.size_with_dividends").columns)
    months = pd.date_range(start, "2019-12-31", freq="ME")
    rng = np.random.default_rng(seed)
    gains = pd.DataFrame(rng.normal(0, 0.04, (len(months), len(columns))), months, columns)
    price = (1 + gains).cumprod().shift(1, fill_value=1.0)
    year = months.year - months.year[0]
    paid = pd.DataFrame(0.002, months, columns)
    for column, sd in {"Lo 30": swing, "Hi 30": 0.10}.items():
        level = np.exp(rng.normal(0, sd, year.max() + 1).cumsum())[year]
        paid[column] = 0.002 * level / price[column].to_numpy()
    tables = {"french.size_with_dividends": gains + paid, "french.size_no_dividends": gains}
    return catalogued(tables)


def test_steadier_dividends_are_found():
    evidence = examine(profile.dividend_growth, payers(0.25, 1))
    low, high = evidence.answer.interval
    assert low < np.log(2.5) < high
    assert low > 0
    assert evidence.answer.n == 69  # growth of seventy whole years
    assert {point.label for point in evidence.specifications} >= {"since 1946", "deciles"}


@pytest.mark.parametrize("seed", range(2, 5))
def test_dividends_that_swing_alike(seed):
    low, high = profile.dividend_growth.estimate(payers(0.10, seed)).interval
    assert low < 0 < high


def test_a_year_cut_short_is_no_year():
    paid = pd.DataFrame(
        {"small": 1.0, "large": 2.0}, pd.date_range("2000-03-31", "2003-05-31", freq="ME")
    )
    paid.loc["2002", "small"] = 1.5
    growth = profile.yearly_growth(paid)
    assert growth.index.year.tolist() == [2002]  # 2000 and 2003 are no whole years
    assert growth["small"].iloc[0] == pytest.approx(np.log(1.5))
    assert growth["large"].iloc[0] == pytest.approx(0.0, abs=1e-12)
