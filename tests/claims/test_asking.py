"""A claim asked of an edition, and the same question put again in other ways."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import Reading, Theme, Told, pairs
from r2klib.claims.asking import Ask, Found, examine, with_y
from r2klib.claims.designs import SPEC_DRAWS, Foretell, Mean, Slope
from r2klib.errors import InputError, SeriesMissing
from tests.claims import worlds
from tests.claims.worlds import MONTHS

CENTURY = {"live": "century", "sample": "long"}


@pytest.fixture(scope="module")
def data():
    """Two pairs, `century` and the factor SMB, and a rate that moves with neither."""
    d = worlds.walk(1, 0.02, MONTHS)
    rate = worlds.walk(2, 0.2, MONTHS).cumsum()
    return worlds.edition(
        {
            **worlds.century(d, worlds.walk(3, 0.04, MONTHS)),
            "french.factors": worlds.factors(),
            "BAA": rate,
        }
    )


def on_the_rate(**fields):
    """A claim about d on the change of the rate."""
    declared = {
        "id": "X1", "statement": "Made up.", "sort": "sense", "direction": 1, "sei": 1.0,
        "pair": CENTURY, "needs": {"live": ("BAA",)},
        "design": Slope(unit="%", null="no link", scale=100.0),
    }  # fmt: skip

    @Theme("mine").claim(**declared | fields)
    def rows(data, pair, series="BAA", *, level=False):
        """D of a month on the change of a rate."""
        rate = data.series(series)
        return pd.DataFrame(
            {"y": pairs.get(pair).d(data), "driver": rate if level else rate.diff()}
        )

    return rows


def asked(data, claim):
    return Ask(claim, data, claim.rows(data))


# ---- rows and the answer ------------------------------------------------------------------------


def test_rows_take_the_deciding_pair_and_the_choices_given(data):
    claim = on_the_rate()
    d = {name: pairs.get(name).d(data) for name in ("century", "long")}
    pd.testing.assert_series_equal(claim.rows(data)["y"], d["century"], check_names=False)
    other = claim.rows(data, pair="long", level=True)
    pd.testing.assert_series_equal(other["y"], d["long"], check_names=False)
    pd.testing.assert_series_equal(other["driver"], data.series("BAA"), check_names=False)
    with pytest.raises(TypeError, match="weeks"):
        claim.rows(data, weeks=4)


def test_what_examine_returns_is_the_designs_answer_of_the_rows(data):
    claim = on_the_rate()
    evidence, rows = examine(claim, data), claim.rows(data)
    assert evidence.answer == claim.design(rows) == claim.estimate(data)
    pd.testing.assert_frame_equal(evidence.rows, rows)
    assert (evidence.pair, evidence.as_of) == ("century", dt.date(2019, 12, 31))
    assert evidence.recessions == ()  # the edition knows of none
    assert evidence.finding.startswith("D of a month on the change of a rate: ")
    assert f"interval {evidence.answer.interval[0]:.1f} to" in evidence.finding


def test_the_answer_is_about_the_last_row_that_counts(data):
    """The rate goes on for two years without returns."""
    less = data.replaced({"french.size_value_6": data.frame("french.size_value_6").loc[:"2017"]})
    assert examine(on_the_rate(), less).as_of == dt.date(2017, 12, 31)
    assert examine(on_the_rate(tell=lambda found: Told(finding="x", as_of=dt.date(2000, 1, 1))),
                   less).as_of == dt.date(2000, 1, 1)  # fmt: skip


def test_a_series_that_is_missing_is_named_and_no_rows_are_an_error(data):
    claim = on_the_rate()
    with pytest.raises(SeriesMissing, match="BAA"):
        claim.rows(data.without("BAA"))
    nothing = replace(claim, build=lambda data, pair: pd.DataFrame({"y": [], "driver": []}))
    with pytest.raises(InputError, match=r"no row is left of the series it needs \(BAA\)"):
        examine(nothing, data)


# ---- other ways ---------------------------------------------------------------------------------


def test_a_claim_without_variants_is_asked_those_of_its_design(data):
    claim = on_the_rate()
    points = {point.label: point for point in examine(claim, data).specifications}
    rows = claim.rows(data).dropna()
    halves = {"first half": rows.iloc[: len(rows) // 2], "second half": rows.iloc[len(rows) // 2 :]}
    assert list(points) == list(halves)
    for label, part in halves.items():
        estimate = claim.design.lighter()(part)
        assert points[label].value == estimate.value
        assert points[label].interval == estimate.interval
        assert points[label].n == len(part)


def test_a_forecast_is_also_asked_of_a_year_and_with_newey_west(data):
    foretell = Foretell(draws=99)

    def rows(data, pair):
        return pd.DataFrame({"y": pairs.get(pair).d(data), "signal": data.series("BAA").diff()})

    claim = on_the_rate(design=foretell, sei_unit="%/yr per sd", measure="x")
    claim = replace(claim, build=rows)
    labels = [label for label, _ in asked(data, claim).usual()]
    assert labels == [
        "12 months (Hodrick)", "Newey-West instead of simulated signals", "first half",
        "second half",
    ]  # fmt: skip
    quarterly = replace(foretell, periods_per_year=4)
    ask = Ask(replace(claim, design=quarterly), data, claim.rows(data).resample("QE").sum())
    assert next(ask.usual())[0] == "4 quarters (Hodrick)"


@pytest.mark.parametrize(
    ("freq", "per_year", "said"), [("W-FRI", 52, "weeks"), ("2ME", 6, "periods")]
)
def test_a_forecast_of_other_periods_is_asked_of_a_year_too(data, freq, per_year, said):
    index = pd.date_range("1990-01-31", periods=400, freq=freq)
    made = pd.DataFrame({"y": worlds.walk(4, 0.02, index), "signal": worlds.walk(5, 1.0, index)})
    design = Foretell(draws=99, periods_per_year=per_year)
    claim = replace(on_the_rate(design=design, measure="x"), build=lambda *_, **__: made)
    assert next(Ask(claim, data, made).usual())[0] == f"{per_year} {said} (Hodrick)"


def test_other_pairs_take_the_place_of_d_on_the_same_drivers(data):
    ask = asked(data, on_the_rate())
    found = dict(ask.pairs())
    assert list(found) == ["pair: smb", "pair: long"]
    estimate = found["pair: long"]
    smb = data.frame("french.factors")["SMB"]
    assert estimate == ask.design.lighter()(ask.rows.assign(y=smb))
    doubled = dict(ask.pairs(lambda d: 2 * d))
    assert doubled["pair: long"].value == pytest.approx(2 * estimate.value)


def test_rows_are_made_anew_of_the_pairs_named_or_of_all(data):
    ask = asked(data, on_the_rate())
    assert dict(ask.remade()) == {f"pair: {name}": ask(pair=name) for name in ("smb", "long")}
    assert list(ask.remade("etf")) == []  # not held
    assert next(ask.remade("long"))[0] == "pair: long"


def test_asking_by_choices_of_the_rows_of_other_data_or_with_another_design(data):
    ask = asked(data, on_the_rate())
    lighter = ask.design.lighter()
    assert ask(level=True) == lighter(ask.claim.rows(data, level=True))
    late = data.since("1990")
    assert ask(late) == lighter(ask.claim.rows(late))
    assert ask.of(hac_lags=0).std_error != ask.of().std_error
    assert ask.of(ask.rows.iloc[:100]).n == 99
    assert dict(ask.since("1990"))["since 1990"].n == ask.rows.loc["1990":].dropna().shape[0]
    assert ask.held("BAA", "french.factors")
    assert not ask.held("BAA", "AAA")


def test_points_of_the_curve_take_fewer_draws(data):
    claim = on_the_rate(design=Foretell(), sei_unit="%/yr per sd")
    rows = pd.DataFrame(
        {"y": pairs.get("century").d(data), "signal": data.series("BAA").diff()}
    ).loc["1990":]
    assert f"{SPEC_DRAWS:,} draws" in Ask(claim, data, rows).of().method


def test_a_state_has_no_design_to_ask_again(data):
    reading = Reading(value=1.0, holds=True, n=1, unit="x", method="made up")
    claim = on_the_rate(kind="state", design=lambda rows: reading, sei_unit="x")
    with pytest.raises(InputError, match="X1 reads a state"):
        asked(data, claim).of()
    evidence = examine(claim, data)
    assert evidence.specifications == ()
    assert evidence.finding == "made up: 1 x"
    read_again = replace(claim, variants=lambda ask: iter([("otherwise", (2.0, 7))]))
    (point,) = examine(read_again, data).specifications
    assert (point.label, point.value, point.interval, point.n) == ("otherwise", 2.0, None, 7)


def test_another_outcome_stands_on_the_dates_of_either():
    rows = pd.DataFrame({"y": [1.0, 2.0], "driver": [3.0, 4.0]}, MONTHS[:2])
    found = with_y(rows, pd.Series([5.0, 6.0], MONTHS[1:3]))
    assert list(found.index) == list(MONTHS[:3])
    np.testing.assert_array_equal(found["y"], [np.nan, 5.0, 6.0])
    np.testing.assert_array_equal(found["driver"], [3.0, 4.0, np.nan])


# ---- words --------------------------------------------------------------------------------------


def test_words_are_told_of_what_was_found(data):
    told = []

    def tell(found: Found):
        told.append(found)
        return Told(finding=f"{found.value:.3f}", meaning="m", remarks=("r",), vintage="v")

    evidence = examine(on_the_rate(tell=tell, variants=lambda ask: ask.since("1990")), data)
    (found,) = told
    assert evidence.finding == f"{evidence.answer.value:.3f}"
    assert (evidence.meaning, evidence.remarks, evidence.vintage) == ("m", ("r",), "v")
    assert found.interval == evidence.answer.interval
    assert len(found.used) == evidence.answer.n
    assert list(found.variants) == ["since 1990"]


def test_what_stands_beside_a_forecast_is_said_in_numbers(data):
    rows = pd.DataFrame({"y": pairs.get("century").d(data), "signal": data.series("BAA")})
    claim = on_the_rate(design=Foretell(draws=99), sei_unit="%/yr per sd")
    found = Found(claim, data, rows, claim.design(rows), {})
    fit = found.forecast
    persistent, better = found.beside()
    assert f"freed of its bias, is {fit.autoregression.rho:.3f}" in persistent
    assert f"R² {100 * fit.out_of_sample.r2:.1f} %" in better
    assert f"{fit.out_of_sample.nobs} forecasts" in better


def test_recessions_within_the_rows_come_with_them(sample):
    @Theme("mine").claim(id="X1", statement="Made up.", kind="descriptive", design=Mean())
    def since_1990(data):
        """SMB since 1990."""
        return data.frame("french.factors")[["SMB"]].rename(columns={"SMB": "y"}).loc["1990":]

    spans = examine(since_1990, sample).recessions
    assert [(str(a), str(b)) for a, b in spans] == [
        ("1990-07-31", "1991-03-31"), ("2001-03-31", "2001-11-30"), ("2007-12-31", "2009-06-30"),
    ]  # fmt: skip
