"""The factor table: planted loadings come back, every way in agrees, mistakes are named."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import r2klib
from r2klib import show
from r2klib.errors import InputError, UnknownName
from tests.desk.made import BETAS, FACTORS, MONTHS, RETURNS, bars, edition


class Foreign(list[str]):
    """A table of polars': it can be iterated over."""

    def to_pandas(self) -> None: ...


def test_planted_loadings_come_back() -> None:
    table = r2klib.factor_table(["AAA", "BBB"], data=edition())
    for name, planted in BETAS.items():
        fit = table.fits[name]
        assert fit.nobs == 120
        assert ((fit.params - pd.Series(planted)).abs() < 4 * fit.std_errors).all()
    rows = table.to_frame()
    assert rows.loc[("AAA", "alpha a year"), "estimate"] == pytest.approx(
        12 * rows.loc[("AAA", "alpha"), "estimate"], rel=1e-14
    )


def test_numbers_are_those_of_statsmodels() -> None:
    table = r2klib.factor_table("AAA", "ff5", data=edition(), hac_lags=6, level=0.9)
    y = RETURNS["AAA"] - FACTORS["RF"]
    X = sm.add_constant(FACTORS.drop(columns="RF"))
    other = sm.OLS(y, X).fit(
        cov_type="HAC", cov_kwds={"maxlags": 6, "use_correction": False}, use_t=True
    )
    rows = table.to_frame().loc["AAA"].drop("alpha a year")
    np.testing.assert_allclose(rows["estimate"], other.params, rtol=1e-8)
    np.testing.assert_allclose(rows["std_error"], other.bse, rtol=1e-8)
    np.testing.assert_allclose(rows[["lower", "upper"]], other.conf_int(0.1), rtol=1e-7)


def test_tickers_frames_files_and_prices_agree(tmp_path: Path) -> None:
    data = edition()
    asked = r2klib.factor_table("AAA", data=data).to_frame()
    path, levels, percent = (tmp_path / f"{name}.csv" for name in ("own", "levels", "percent"))
    RETURNS[["AAA"]].to_csv(path)
    RETURNS["AAA"].map(lambda r: f"{100 * r!r}%").to_csv(percent)
    bars(RETURNS["AAA"])[["Adj Close"]].rename(columns={"Adj Close": "AAA"}).to_csv(levels)
    for table in (
        r2klib.factor_table(RETURNS["AAA"], data=data),
        r2klib.factor_table(str(path), data=data),
        r2klib.factor_table([str(levels)], data=data, units="prices"),
        r2klib.factor_table(100 * RETURNS["AAA"], data=data, units="percent"),
        r2klib.factor_table(str(percent), data=data, units="percent"),
        r2klib.factor_table(RETURNS[["AAA"]].sub(FACTORS["RF"], axis=0), data=data, excess=True),
        r2klib.factor_table(RETURNS[["AAA"]], data=data, factors=FACTORS),
    ):
        pd.testing.assert_frame_equal(table.to_frame(), asked, rtol=1e-9)


def test_excess_returns_of_ones_own_leave_funds_beside_them_as_they_are(tmp_path: Path) -> None:
    """A portfolio may have parts of both kinds: its weights sum to one, and so does the bill."""
    data, path = edition(), tmp_path / "own.csv"
    RETURNS[["BBB"]].sub(FACTORS["RF"], axis=0).to_csv(path)
    asked = r2klib.factor_table(["AAA", "BBB"], data=data)
    found = r2klib.factor_table(["AAA", path], data=data, excess=True)
    pd.testing.assert_frame_equal(found.to_frame(), asked.to_frame(), rtol=1e-9)
    pd.testing.assert_frame_equal(found.rolling.betas, asked.rolling.betas, rtol=1e-9)
    assert "AAA: total returns less RF" in found.facts["notes"]

    more = {"units": "decimal return per month", "frequency": "monthly", "lag_days": 0}
    own = r2klib.Dataset.from_frame(RETURNS[["BBB"]].sub(FACTORS["RF"], axis=0), **more)
    both = r2klib.Dataset(
        "both", "user", {**data, **own}, {**data.provenance, "BBB": own.provenance["BBB"]}
    )
    mix = {"mix": {"AAA": 0.6, "BBB": 0.4}}
    pd.testing.assert_frame_equal(
        r2klib.factor_table(mix, data=both, excess=True).to_frame(),
        r2klib.factor_table(mix, data=data).to_frame(),
        rtol=1e-9,
    )
    with pytest.raises(InputError, match="lacks RF"):
        r2klib.factor_table("AAA", data=data, factors=FACTORS.drop(columns="RF"), excess=True)


def test_a_factor_is_no_fund_from_which_the_bill_would_be_subtracted() -> None:
    data = r2klib.load("sample")
    with pytest.raises(InputError, match=r"costs nothing.*excess=True"):
        r2klib.factor_table("french.factors_2017", "ff3", data=data)


def test_what_is_said_of_months_out_of_step_is_not_about_percent() -> None:
    with pytest.raises(InputError, match=r"out of step.*check_units=False") as caught:
        r2klib.factor_table(RETURNS[["AAA"]].shift(1), data=edition())
    assert "percent" not in str(caught.value)


def test_the_table_speaks_as_its_regressions_do() -> None:
    table = r2klib.factor_table(["AAA", "BBB"], data=edition())
    for name, fit in table.fits.items():
        for part in ("params", "std_errors", "tstats", "pvalues"):
            pd.testing.assert_series_equal(
                getattr(table, part).loc[name], getattr(fit, part), check_names=False
            )
        assert table.rsquared[name] == fit.rsquared
        assert table.nobs[name] == fit.nobs == 120
    assert table.nobs.dtype == int


def test_an_end_is_the_end_of_what_it_names() -> None:
    for end, last in (("2012", "2012-12"), ("2012-06", "2012-06"), ("2012-06-03", "2012-06")):
        table = r2klib.factor_table("AAA", data=edition(), start="2006", end=end)
        months = table.fits["AAA"].resids.index
        assert [f"{month:%Y-%m}" for month in months[[0, -1]]] == ["2006-01", last]


def test_decimals_said_to_be_percent_are_noted() -> None:
    table = r2klib.factor_table(RETURNS, data=edition(), units="percent")
    assert "values: a typical move of 'AAA' and 'BBB' is 0.0" in table.facts["notes"]


def test_prices_of_ones_own_are_said_to_be_so() -> None:
    table = r2klib.factor_table(bars(RETURNS["AAA"])[["Close"]], data=edition(), units="prices")
    assert "with dividends only if they are adjusted" in table.facts["notes"]


def test_a_portfolio_is_brought_back_to_its_weights_every_month(tmp_path: Path) -> None:
    path = tmp_path / "mix.csv"
    path.write_text("ticker,weight\nAAA,0.6\nBBB,0.4\n", encoding="utf-8")
    table = r2klib.factor_table([path, "AAA"], data=edition())
    assert list(r2klib.factor_table(str(path), data=edition()).fits) == ["mix"]
    same = r2klib.factor_table({"mix": {"AAA": 0.6, "BBB": 0.4}}, data=edition())
    expected = r2klib.factor_table(
        (0.6 * RETURNS["AAA"] + 0.4 * RETURNS["BBB"]).rename("mix"), data=edition()
    )
    for one in (table, same):
        pd.testing.assert_series_equal(one.fits["mix"].params, expected.fits["mix"].params)
        assert "mix: 60 % AAA, 40 % BBB, brought back" in one.facts["notes"]
    assert list(table.fits) == ["AAA", "mix"]


def test_each_asset_has_its_own_months_unless_they_are_to_be_common() -> None:
    data = edition(NEW=bars(RETURNS["BBB"].iloc[60:], "2008-12-31"))
    own = r2klib.factor_table(["AAA", "NEW"], data=data)
    assert [fit.nobs for fit in own.fits.values()] == [120, 60]
    both = r2klib.factor_table(["AAA", "NEW"], data=data, common=True)
    assert [fit.nobs for fit in both.fits.values()] == [60, 60]
    cut = r2klib.factor_table("AAA", data=data, start="2006-01", end="2009-12")
    assert [str(d.date()) for d in cut.fits["AAA"].resids.index[[0, -1]]] == [
        "2006-01-31",
        "2009-12-31",
    ]


def test_rolling_is_of_the_assets_with_as_many_months() -> None:
    data = edition(NEW=bars(RETURNS["BBB"].iloc[90:], "2011-06-30"))
    table = r2klib.factor_table(["AAA", "NEW"], data=data, window=36)
    assert table.rolling is not None
    assert list(table.rolling.alpha.columns) == ["AAA"]
    y, X = RETURNS["AAA"] - FACTORS["RF"], FACTORS.drop(columns="RF")
    last = r2klib.ols_hac(y.iloc[-36:], X.iloc[-36:])
    assert table.rolling.betas.iloc[-1]["SMB", "AAA"] == pytest.approx(last.params["SMB"], rel=1e-9)
    plain = sm.OLS(y.iloc[-36:], sm.add_constant(X.iloc[-36:])).fit()
    assert table.rolling.std_errors is not None
    assert table.rolling.std_errors.iloc[-1]["SMB", "AAA"] == pytest.approx(plain.bse["SMB"])
    none = r2klib.factor_table("NEW", data=data, window=36)
    assert none.rolling is None
    assert none.facts["rolling"].startswith("none")
    with pytest.raises(InputError, match="nothing rolling to draw"):
        none.plot()


def test_rolling_windows_are_whole() -> None:
    gaps = RETURNS["AAA"].where(np.arange(120) % 30 != 5)  # 29 months in a row, 116 in all
    broken = RETURNS["BBB"].where(np.arange(120) != 60)
    table = r2klib.factor_table(pd.DataFrame({"gaps": gaps, "broken": broken}), data=edition())
    assert [fit.nobs for fit in table.fits.values()] == [116, 119]
    assert table.rolling is not None
    assert list(table.rolling.alpha) == ["broken"]
    estimated = table.rolling.alpha["broken"].dropna().index
    assert len(estimated) == (60 - 35) + (59 - 35)
    assert not estimated.isin(MONTHS[60:96]).any()
    assert table.rolling.std_errors is not None
    assert table.to_html().count("<figure") == 5
    alone = r2klib.factor_table(gaps.rename("gaps"), data=edition())
    assert alone.rolling is None
    assert "in a row" in alone.facts["rolling"]


def test_a_month_that_the_factors_lack_is_left_out_and_none_is_out_of_step() -> None:
    lacking = FACTORS.drop(MONTHS[60])
    table = r2klib.factor_table(RETURNS["AAA"], data=edition(), factors=lacking)
    assert table.fits["AAA"].nobs == 119
    assert table.rolling is not None
    assert table.rolling.alpha["AAA"].notna().sum() == (60 - 35) + (59 - 35)
    by_period = lacking.set_axis(lacking.index.to_period("M"))
    again = r2klib.factor_table(RETURNS["AAA"], data=edition(), factors=by_period)
    pd.testing.assert_frame_equal(again.to_frame(), table.to_frame())


def test_checks_tell_late_trading_and_timing() -> None:
    late = 0.7 * FACTORS["Mkt-RF"] + 0.5 * FACTORS["Mkt-RF"].shift(1, fill_value=0) + 0.002
    late += 0.01 * np.random.default_rng(1).standard_normal(120)
    table = r2klib.factor_table(late.rename("thin"), "capm", data=edition())
    check = table.checks.loc["thin"]
    assert check["lag_beta"] == pytest.approx(0.5, abs=0.1)
    assert check["lag_tstat"] > 5
    assert check["rsquared"] > check["rsquared_before"] > 0.1 > check["rsquared_after"]
    assert (
        f"thin {check['lag_beta']:+.2f} (t {check['lag_tstat']:.1f})" in table.facts["late trading"]
    )


def test_factors_of_ones_own_are_all_taken_and_no_market_is_made_up() -> None:
    own = FACTORS[["SMB", "HML", "RF"]].rename(columns={"SMB": "size"})
    table = r2klib.factor_table("AAA", data=edition(), factors=own)
    assert list(table.fits["AAA"].params.index) == ["alpha", "size", "HML"]
    assert table.facts["late trading"] == "not asked: the model has no Mkt-RF"
    assert table.checks["lag_tstat"].isna().all()
    some = r2klib.factor_table("AAA", ["SMB", "HML"], data=edition(), factors=FACTORS)
    assert list(some.fits["AAA"].params.index) == ["alpha", "SMB", "HML"]
    assert some.facts["late trading"] == "not asked: the model has no Mkt-RF"


def test_a_table_can_be_pickled_and_copied() -> None:
    table = r2klib.factor_table(["AAA", "BBB"], data=edition())
    for again in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):
        assert again.summary() == table.summary()
        assert again == table
    with pytest.raises(TypeError):
        table.fits["AAA"] = table.fits["BBB"]  # type: ignore[index]


def test_every_shape_says_the_same(tmp_path: Path) -> None:
    table = r2klib.factor_table(["AAA", "BBB"], data=edition())
    text, page = table.summary(), table.to_html(tmp_path / "page.html")
    smb = f"{table.fits['AAA'].params['SMB']:.2f}"
    for shape in (text, page, table.to_markdown(), table.to_latex(), table._repr_html_()):
        assert smb in shape
        assert "alpha, " in shape
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    again = json.loads(json.dumps(table.to_dict(), allow_nan=False))
    assert (
        again["assets"]["AAA"]["coefficients"]["SMB"]["estimate"] == table.fits["AAA"].params["SMB"]
    )
    assert table.to_latex().count(r"\\") == len(table.to_markdown().splitlines()) - 1
    assert r"\%" in table.to_latex()


def test_the_page_stands_alone_and_is_drawn_by_factor() -> None:
    page = r2klib.factor_table(["AAA", "BBB"], data=edition()).to_html()
    assert page.count("<figure") == 5
    assert page.count("<svg") == 10  # wide and narrow
    assert page.count("; classical standard error of the last: 0.0") == 5
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert "<script" not in page
    assert "made up (your own); edition made" in page


def test_a_name_cannot_become_markup() -> None:
    evil = "<script>alert('x')</script> & 5 % | \\"
    table = r2klib.factor_table(RETURNS["AAA"].rename(evil), data=edition())
    assert "<script" not in table.to_html() + table._repr_html_()
    assert r"\|" in table.to_markdown().splitlines()[0]
    assert r"\& 5 \% | \textbackslash{}" in table.to_latex()


def test_plot_draws_a_line_for_each_asset() -> None:
    table = r2klib.factor_table(["AAA", "BBB"], data=edition())
    assert len(table.plot("SMB").lines) == 2
    assert len(table.plot()) == 6
    with pytest.raises(InputError, match="'UMD'; expected one of alpha, Mkt-RF"):
        table.plot("UMD")


@pytest.mark.parametrize(
    ("asked", "how", "said"),
    [
        (["AAA", "ZZZ"], {}, r"No data for ZZZ in edition 'made'.*It holds AAA and BBB"),
        ("AAB", {}, r"Did you mean AAA"),
        ([], {}, r"`assets`: expected tickers"),
        ({"mix": {"AAA": 0.6, "BBB": 0.5}}, {}, r"'mix' must sum to 1.*1\.1"),
        ("AAA", {"model": "ff6"}, r"lacks Mom of the model 'ff6'"),
        (
            "AAA",
            {"start": "2013-01"},
            r"AAA \(2013-01 to 2013-12\): 12 months in common; the factors \(2004-01",
        ),
        ("AAA", {"start": "2020-01"}, r"AAA \(no month\): 0 months in common"),
        ("french.factors5", {}, r"costs nothing to hold"),
        (FACTORS.drop(columns="RF"), {"excess": True}, r"exact linear combination"),
        (
            100 * RETURNS["AAA"],
            {},
            r"`assets\['AAA'\] / 100`. Or.* say `units='percent'` \(--units percent\)\.$",
        ),
        (RETURNS["AAA"].shift(1), {}, r"out of step.*Shift it: `assets\['AAA'\].shift\(-1\)`"),
        ("AAA", {"start": "soon"}, "`start` must be a date"),
        ("AAA", {"end": "03/04/2010"}, "`end` is '03/04/2010'.*Write it as 2024-03-31"),
        ("AAA", {"level": 95}, "`level` must lie strictly between 0 and 1"),
        ("AAA", {"window": 3}, "`window` must be at least 7"),
        ([RETURNS], {}, "expected tickers"),
        (5, {}, "expected tickers"),
        ({}, {}, "expected tickers.*nothing"),
        ("AAA", {"data": "sample"}, "`data` must be a Dataset, .*got 'sample'"),
        ("AAA", {"model": 3}, "`model` must be a model, such as 'ff3', or factors; got 3"),
        (
            "AAA",
            {"factors": FACTORS.set_axis(FACTORS.index.astype(str))},
            "dates of `factors`, such as '2004-01-31', are text",
        ),
        ("AAA", {"units": "%"}, "`units` must be 'decimals', 'percent' or 'prices'; it is '%'"),
        (
            "AAA",
            {"factors": FACTORS.resample("D").ffill()},
            r"`factors`: expected a return a month; got 3623 rows in 120 months. Compound them",
        ),
        (FACTORS["RF"].rename("bills"), {}, "bills: `y` is constant, 0, on the 120 rows"),
        (np.zeros((3, 2)), {}, r"`assets`: expected .*; got ndarray\.$"),
        (Foreign(), {}, r"`assets` is a Foreign.*\.to_pandas\(\)` with its dates"),
        ([RETURNS["AAA"], RETURNS["BBB"]], {}, r"got Series.*side by side: `pd.concat\("),
        ({"a": RETURNS["AAA"]}, {}, r"'a' is a Series of returns.*one frame: `pd.DataFrame\("),
        ({"mix": {"AAA": float("nan")}}, {}, "'mix': expected a decimal"),
        (
            RETURNS.reset_index(drop=True),
            {},
            "`assets`: .*RangeIndex has no months",
        ),
        (RETURNS.iloc[::-1], {}, "`assets` must be sorted by date"),
    ],
)
def test_mistakes_are_named(asked: object, how: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        r2klib.factor_table(asked, **{"data": edition()} | how)  # type: ignore[arg-type]


def test_two_assets_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "AAA.csv"
    path.write_text("ticker,weight\nBBB,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="Two assets are called 'AAA'"):
        r2klib.factor_table(["AAA", str(path)], data=edition())


def test_two_portfolios_of_one_name_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "mix.csv" for folder in ("a", "b")]
    for path, ticker in zip(paths, ("AAA", "BBB"), strict=True):
        path.parent.mkdir()
        path.write_text(f"ticker,weight\n{ticker},1\n", encoding="utf-8")
    with pytest.raises(InputError, match="Two assets are called 'mix'"):
        r2klib.factor_table([str(path) for path in paths], data=edition())


def test_frames_by_month_start_or_period_are_months() -> None:
    data = edition()
    asked = r2klib.factor_table(RETURNS, data=data).to_frame()
    starts = RETURNS.set_axis(pd.DatetimeIndex(MONTHS) - pd.offsets.MonthBegin(1))
    for other in (starts, RETURNS.set_axis(pd.DatetimeIndex(MONTHS).to_period("M"))):
        pd.testing.assert_frame_equal(r2klib.factor_table(other, data=data).to_frame(), asked)


def test_sources_are_publishers_and_what_is_ones_own(tmp_path: Path) -> None:
    sample = r2klib.load("sample")
    assert r2klib.factor_table("french.industries12", "ff3", data=sample).sources == (
        "Ken French's data library (via linearmodels and arch)",
    )
    path = tmp_path / "mine.csv"
    RETURNS[["AAA"]].to_csv(path)
    own = r2klib.factor_table(str(path), "ff3", data=sample)
    assert own.sources == ("Ken French's data library (via arch)", "mine.csv (your own)")
    assert r2klib.factor_table(RETURNS, data=edition(), factors=FACTORS).sources == (
        "your own data",
        "factors of your own",
    )


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(UnknownName, match="'ff5'"):
        r2klib.factor_table("AAA", "ff55", data=edition())


def test_the_sample_answers_without_a_fund() -> None:
    """Small value loads on SMB and HML, big growth on neither: signs that no release moves."""
    table = r2klib.factor_table("french.size_value", "carhart", data=r2klib.load("sample"))
    betas = table.to_frame()["estimate"]
    assert len(table.fits) == 9
    assert betas["S1V5", "SMB"] > 0.8
    assert betas["S1V5", "HML"] > 0.5
    assert betas["S5V1", "HML"] < 0 > betas["S5V1", "SMB"]


def test_months_are_at_their_end() -> None:
    assert (
        r2klib.factor_table("AAA", data=edition())
        .fits["AAA"]
        .resids.index.equals(pd.DatetimeIndex(MONTHS))
    )


def test_a_shown_interval_has_the_level_that_was_asked_for() -> None:
    table = r2klib.factor_table("AAA", "ff3", data=edition(), level=0.95)
    assert "95 % low" in (html := show.table(table).html)
    assert "90 %" not in html
