"""Years are years, whatever the days of trade; a figure never published gives nothing away."""

import numpy as np
import pandas as pd
import pytest

import r2klib
from r2klib.claims import Ledger, evaluate, ledger, legs, reasons, signals
from r2klib.claims.asking import Ask
from r2klib.claims.nouns import Estimate
from r2klib.claims.rule import Ruling
from r2klib.data import Dataset


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return r2klib.load("sample")


def rows_of_lights(spread: pd.Series) -> pd.DataFrame:
    quiet = pd.Series(0.1, spread.index[-200::20])
    return pd.DataFrame({"credit spread": spread, "sahm": quiet, "inflation": quiet})


def test_the_last_twenty_years_of_a_daily_gauge_are_twenty_years() -> None:
    """High among the last 240 days, low among twenty years: a count of rows says stress."""
    days = pd.bdate_range("1996-01-01", "2025-12-31")
    spread = pd.Series(3.0, days)
    spread.iloc[-300:] = 1.0
    spread.iloc[-1] = 2.0
    found = ledger()["K0"].design(rows_of_lights(spread))
    assert found.spread == (False, False)


def test_the_median_of_ten_years_spans_ten_years_of_the_calendar() -> None:
    rng = np.random.default_rng(3)
    days = pd.date_range("1990-01-01", "2005-12-31", freq="D")
    yields = pd.Series(5 + 0.01 * rng.standard_normal(len(days)).cumsum(), days)
    volatility = signals.volatility(yields)
    now = days[-1]
    decade = volatility[volatility.index > now - pd.Timedelta(days=3653)]
    expected = volatility.iloc[-1] - decade.median()
    assert signals.volatility_gap(yields).iloc[-1] == pytest.approx(expected, rel=1e-12)


def test_the_first_survey_answers_for_the_quarter_before_it(sample: Dataset) -> None:
    quarters = pd.date_range("1990-06-30", "2016-12-31", freq="QE")
    survey = pd.Series(np.sin(np.arange(len(quarters))), quarters, name="DRTSCIS")
    mine = Dataset.from_frame(survey, units="percent", frequency="quarterly", lag_days=40)
    data = Dataset("both", "sample", {**sample, **mine}, {**sample.provenance, **mine.provenance})
    rows = ledger()["R2"].rows(data)
    before = quarters[0] - pd.offsets.QuarterEnd(1)
    assert rows["driver"].first_valid_index() == before
    assert rows["driver"].loc[before] == -survey.iloc[0]
    change = ledger()["R2"].rows(data, made="change")["driver"]
    assert change.first_valid_index() == quarters[0]
    assert change.loc[quarters[0]] == pytest.approx(survey.iloc[0] - survey.iloc[1])


def test_a_component_without_a_change_yet_is_no_column_short() -> None:
    nothing = pd.DataFrame(np.nan, pd.date_range("1990-01-31", periods=8, freq="ME"), ["today"])
    assert signals.zscores(nothing, 120, 60).isna().all(axis=None)


@pytest.mark.parametrize("day", ["2025-10-31", "2025-11-30", "2025-12-31", "2026-03-31"])
def test_sahms_signal_does_not_know_which_month_will_be_missing(day: str) -> None:
    """October 2025 was never published; what November 30 read must not hang on December's news."""
    months = pd.date_range("2022-01-31", "2026-06-30", freq="ME")
    rate = pd.Series(4 + 0.1 * np.sin(np.arange(len(months))), months, name="UNRATE")
    rate["2025-10-31"] = np.nan
    data = Dataset.from_frame(rate, units="percent", frequency="monthly", lag_days=7)
    at = pd.DatetimeIndex([day])
    whole = signals.read(data, signals.sahm_signal, "UNRATE", dates=at)
    cut = signals.read(data.as_of(day), signals.sahm_signal, "UNRATE", dates=at)
    assert whole.item() == cut.item()
    assert np.isfinite(whole.item())


def test_a_loading_of_thirty_years_needs_thirty_years(sample: Dataset) -> None:
    claim = ledger()["H3"]
    rows = claim.rows(sample).tail(280)
    labels = [label for label, _ in claim.variants(Ask(claim, sample, rows))]
    assert "loadings of 20 years" in labels
    assert "loadings of 30 years" not in labels


@pytest.mark.slow
def test_h1_tells_the_lengths_of_its_phases(sample: Dataset) -> None:
    verdicts = evaluate(sample, claims=Ledger([ledger()["H1"]]), cache=False)
    (said,) = verdicts["H1"].evidence.remarks
    assert said.startswith("By Bry and Boschan's turning points either side led for ")


def test_the_size_ruled_out_has_the_sign_that_is_claimed() -> None:
    found = Estimate(
        value=0.3, std_error=0.2, interval=(-0.03, 0.68), p_value=0.1, n=300,
        unit="% per 25 bp", method="", null="",
    )  # fmt: skip
    said = reasons.of_link(
        reasons.Grounds(
            claim=ledger()["R7"], estimate=found, ruling=Ruling("ruled out"), q_value=0.2,
            r_value=0.01, mde=0.5, n_needed=300,
        )
    )  # fmt: skip
    assert said.endswith("rules out an effect of the claimed size, −0.5 % per 25 bp (r = 0.01).")


def test_every_factor_of_an_edition_goes_by_the_name_that_models_use(sample: Dataset) -> None:
    months = sample.frame("french.factors_2017").index
    fives = pd.DataFrame(0.01, months, ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF"])
    data = Dataset.from_frame(
        {"french.factors5": fives, "aqr.qmj": pd.Series(0.02, months)},
        units="decimal return per month", frequency="monthly", lag_days=0,
    )  # fmt: skip
    both = Dataset("both", "sample", {**sample, **data}, {**sample.provenance, **data.provenance})
    columns = legs.all_factors(both).columns
    assert {"Mkt-RF", "SMB", "HML", "RF", "Mom", "RMW", "CMA", "QMJ"} == set(columns)
