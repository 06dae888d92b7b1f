"""A claim's figure shows what its design found in the rows, in units that a reader knows."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas
from statsmodels.api import OLS

from r2klib.claims import Reading
from r2klib.claims.designs import AfterEvents, Foretell, Mean, Ratio, Slope, with_events
from r2klib.claims.themes.history import Attribution
from r2klib.claims.themes.rates import OverMonths
from r2klib.claims.themes.risks import ExtraFall
from r2klib.show import Figure, draw
from r2klib.show.numbers import number
from r2klib.show.pictures import cloud, history, picture
from r2klib.stats import log_volatility_ratio, ols_hac
from tests.made import make_claim, make_evidence, make_verdict
from tests.shared import judged_sample

MONTHS = pd.date_range("1990-01-31", periods=240, freq="ME")


def drawn(design, rows, *axes, columns=(), how=picture):
    """The exhibit of made-up rows and the design's own answer."""
    unit = getattr(design, "unit", "sd")
    claim = make_claim(design=design, drawn=columns, axes=axes, sei_unit=unit)
    evidence = make_evidence(answer=design(rows), rows=rows)
    return how(make_verdict(claim=claim, evidence=evidence))


@pytest.fixture
def rows():
    """A return of 0.02 for each unit of the driver, and one for one with the market."""
    rng = np.random.default_rng(5)
    market, noise = 0.04 * rng.standard_normal((2, 240))
    driver = rng.standard_normal(240) + 10 * market
    y = 0.02 * driver + market + noise / 4
    return pd.DataFrame({"y": y, "driver": driver, "market": market}, MONTHS)


def slope_of(exhibit):
    return np.polyfit(exhibit.frame["x"], exhibit.frame["y"], 1)[0]


def test_a_scatter_net_of_the_controls_has_the_very_slope_in_percent(rows):
    design = Slope(unit="%", null="no link", scale=100.0)
    exhibit = drawn(design, rows, "driver", "d, %", how=cloud)
    assert exhibit.kind == "scatter"
    assert slope_of(exhibit) == pytest.approx(design(rows).value, rel=1e-9)
    assert slope_of(exhibit) != pytest.approx(100 * np.polyfit(rows["driver"], rows["y"], 1)[0])
    assert "240 points drawn" in exhibit.note
    assert exhibit.note.endswith("Net of market.")


def test_a_driver_in_standard_deviations_is_drawn_in_them(rows):
    design = Slope(unit="%/yr per sd", null="no link", scale=1200.0, per_sd=True)
    exhibit = drawn(design, rows[["y", "driver"]], "growth", "d, %", how=cloud)
    assert exhibit.x == "growth, in standard deviations"
    assert exhibit.frame["x"].std() == pytest.approx(1)
    assert 12 * slope_of(exhibit) == pytest.approx(design(rows[["y", "driver"]]).value)


def test_a_sign_that_turns_the_answer_does_not_turn_the_axis(rows):
    design = Slope(unit="loading", null="one half", on={"market": -1.0}, null_value=-0.5)
    exhibit = drawn(design, rows[["y", "market"]], "market, decimals", "d, %", how=cloud)
    assert exhibit.x == "market, %"
    pd.testing.assert_series_equal(exhibit.frame["x"], 100 * rows["market"], check_names=False)


@pytest.mark.parametrize(
    ("named", "labels"),
    [
        ("expansions / recessions", ["expansions", "recessions", "difference"]),
        ("stress", ["stress", "all others", "difference"]),
    ],
)
def test_a_dummy_is_drawn_as_two_means_and_their_difference(rows, named, labels):
    two = pd.DataFrame({"y": rows["y"], "driver": (rows["driver"] > 0).astype(float)})
    design = Slope(unit="%/yr", null="alike", scale=1200.0)
    exhibit = drawn(design, two, named, "d, %")
    assert exhibit.kind == "intervals"
    assert list(exhibit.frame.index) == labels
    value, n = exhibit.frame["value"], exhibit.frame["n"]
    assert value.iloc[0] == pytest.approx(1200 * two["y"][two["driver"] > 0].mean())
    assert value.iloc[2] == pytest.approx(value.iloc[0] - value.iloc[1])
    assert n.iloc[0] + n.iloc[1] == n.iloc[2] == 240
    answer = design(two)  # the very interval that was judged, with all its draws
    assert tuple(exhibit.frame.iloc[2][["low", "high"]]) == answer.interval


def test_the_figure_has_the_mean_of_each_fifth_with_its_interval(rows):
    """Witness: statsmodels on dummies of the fifths, with the lags that the library chose."""
    alone = rows[["y", "driver"]]
    exhibit = drawn(Slope(unit="%", null="no link"), alone, "driver", "d, %")
    assert exhibit.kind == "intervals"
    assert list(exhibit.frame["n"]) == [48] * 5
    assert exhibit.x == "d, %, mean with 90 % interval"
    fifth = pd.qcut(alone["driver"], 5, labels=False)
    means = 100 * alone["y"].groupby(fifth).mean()
    assert exhibit.frame["value"].to_numpy() == pytest.approx(means.to_numpy())
    dummies = pd.get_dummies(fifth, dtype=float)
    y = 100 * alone["y"]
    lags = ols_hac(y, dummies, add_constant=False).hac_lags
    peer = OLS(y, dummies).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
    assert exhibit.frame[["low", "high"]].to_numpy() == pytest.approx(
        peer.conf_int(0.10).to_numpy()
    )
    low, high = alone["driver"].quantile([0, 0.2])
    assert exhibit.frame.index[0] == f"lowest {number(low, 2)} to {number(high, 2)}"
    assert "240 observations" in exhibit.note


def test_values_that_repeat_share_a_group_and_two_alone_have_no_fifths(rows):
    stepped = rows.assign(driver=rows["driver"].clip(lower=rows["driver"].quantile(0.5)))
    alone = stepped[["y", "driver"]]
    exhibit = drawn(Slope(unit="%", null="no link"), alone, "driver", "d, %")
    assert list(exhibit.frame["n"]) == [144, 48, 48]
    design = Slope(unit="%", null="no link", newey_west=True)
    assert drawn(design, alone.head(49), "driver", "d, %").kind == "scatter"
    assert drawn(design, alone.head(49), "driver", "d, %", how=cloud) is None


def test_a_dummy_beside_a_control_has_its_difference_both_ways(rows):
    two = rows.assign(driver=(rows["driver"] > 0).astype(float))
    design = Slope(unit="%/yr", null="alike", scale=1200.0)
    frame = drawn(design, two, "up / down", "d, %").frame
    assert list(frame.index) == ["up", "down", "difference", "difference net of market"]
    assert frame["value"].iloc[2] == pytest.approx(frame["value"].iloc[0] - frame["value"].iloc[1])
    assert frame["value"].iloc[3] == pytest.approx(design(two).value)
    assert drawn(design, two, "up / down", "d, %", how=cloud) is None


def test_a_driver_that_the_rows_do_not_hold_is_no_part_of_the_figure(rows):
    design = OverMonths(unit="%", null="no link", on={"driver": 1.0, "next": 1.0}, scale=100.0)
    exhibit = drawn(design, rows, "driver", "d, %", how=cloud)
    assert slope_of(exhibit) == pytest.approx(design(rows).value, rel=1e-9)
    assert drawn(design, rows, "driver", "d, %").kind == "intervals"


def test_few_points_get_a_line_and_the_note_says_so(rows):
    exhibit = drawn(
        Slope(unit="%", null="no link", newey_west=True), rows.head(30), "driver", "d, %"
    )
    assert exhibit.note == "30 points drawn and a line fitted to them. Net of market."


def test_a_foretold_return_is_that_of_the_month_after(rows):
    signal = rows.rename(columns={"driver": "signal"})[["y", "signal"]]
    exhibit = drawn(Foretell(draws=99), signal, "growth", "d in the next month, %", how=cloud)
    assert exhibit.frame.index[0] == MONTHS[0]
    assert exhibit.frame["y"].iloc[0] == pytest.approx(100 * rows["y"].iloc[1])
    assert len(exhibit.frame) == 239
    assert exhibit.frame["x"].mean() == pytest.approx(0, abs=1e-12)


def test_events_get_a_bar_each_while_their_months_are_whole():
    y = pd.Series(0.01, MONTHS)
    y.iloc[101:113], y.iloc[151:163] = 0.03, 0.009
    events = MONTHS[[100, 150, 235]]  # the last has four months after it
    exhibit = drawn(AfterEvents(), with_events(y, events), "trough", "d over 12 months, %")
    assert exhibit.kind == "bars"
    assert list(exhibit.frame.index) == ["May 1998", "Jul 2002"]
    assert exhibit.frame.iloc[:, 0].tolist() == pytest.approx([24.0, -1.2])  # all others: 0.01
    assert "each of 2 events (of 3)" in exhibit.note
    assert "1 of 2 above it. 3 are separate" in exhibit.note
    # In the test the last window's four months count too, with nothing in them.
    tested = 1200 * (12 * 0.02 - 12 * 0.001) / 28
    assert exhibit.note.endswith(
        f"mean is +11.4; the test, which takes windows that are not whole, finds {tested:+.1f}."
    )


def test_events_whose_windows_overlap_are_not_separate():
    y = pd.Series(np.arange(len(MONTHS)) / 1e4, MONTHS)
    exhibit = drawn(AfterEvents(), with_events(y, MONTHS[[100, 105, 117]]), "trough", "d, %")
    assert "each of 3 events (of 3)" in exhibit.note
    assert "2 are separate: no window of the one before was still open." in exhibit.note
    assert "the test, which counts months once where windows overlap, finds" in exhibit.note


def test_bars_of_events_are_net_of_what_the_test_is_net_of(rows):
    """Where windows are whole and apart, the bars' mean is the coefficient of the window."""
    events = with_events(rows["y"], MONTHS[[20, 80, 160]], rows[["market"]])
    exhibit = drawn(AfterEvents(), events, "event", "d, %")
    assert exhibit.frame.iloc[:, 0].mean() == pytest.approx(AfterEvents()(events).value)
    assert "the other months, net of market;" in exhibit.note


@pytest.mark.parametrize(
    ("design", "times"),
    [
        (Foretell(draws=99), 12),
        (Slope(unit="%/yr per sd", null="no link", scale=1200.0, per_sd=True), 12),
        (Slope(unit="% per point", null="no link", scale=100.0), 1),
    ],
)
def test_bars_stand_in_the_unit_of_the_claim(rows, design, times):
    own = rows[["y", "driver"]].rename(columns=lambda name: name.replace("driver", "signal"))
    own = own if isinstance(design, Foretell) else rows[["y", "driver"]]
    points = drawn(design, own, "driver", "d, %", how=cloud).frame
    exhibit = drawn(design, own, "driver", "d, %")
    assert exhibit.x.startswith("d, % a year" if times > 1 else "d, %, mean")
    lowest = points["y"][pd.qcut(points["x"], 5, labels=False) == 0]
    assert exhibit.frame["value"].iloc[0] == pytest.approx(times * lowest.mean())


def test_a_response_of_several_periods_is_drawn_over_them(rows):
    signal = rows.rename(columns={"driver": "signal"})[["y", "signal"]]
    design = Foretell(unit="%", horizon=4, summed=True, draws=99)
    points = drawn(design, signal, "growth", "d over four months, %", how=cloud).frame
    assert points["y"].iloc[0] == pytest.approx(100 * rows["y"].iloc[1:5].sum())


def test_a_mean_is_drawn_as_what_it_adds_up_to(rows):
    exhibit = drawn(Mean(), rows[["y"]], "", "since the start, log points")
    assert exhibit.kind == "lines"
    assert exhibit.frame.iloc[-1, 0] == pytest.approx(100 * rows["y"].sum())
    assert exhibit.marks == {"even": 0.0}


def test_a_ratio_is_drawn_in_a_moving_window_and_the_axis_says_how_long():
    rng = np.random.default_rng(2)
    legs = pd.DataFrame(rng.normal(0, [0.06, 0.03], (240, 2)), MONTHS, ["small", "large"])
    design = Ratio(null="alike", statistic=log_volatility_ratio, draws=99)
    exhibit = drawn(design, legs, "", "log ratio of volatilities")
    assert exhibit.y == "log ratio of volatilities, over 120 months"
    last = legs.tail(120).std()
    assert exhibit.frame.iloc[-1, 0] == pytest.approx(np.log(last["small"] / last["large"]))


def test_an_attribution_ends_in_what_was_attributed(rows):
    two = rows.rename(columns={"driver": "technology", "market": "real yield"})
    design = Attribution(on="technology")
    exhibit = drawn(design, two, "", "log points")
    assert list(exhibit.frame) == ["small minus large", "by technology", "by real yield"]
    end = exhibit.frame.iloc[-1]
    assert end["small minus large"] == pytest.approx(100 * two["y"].tail(120).sum())
    assert end["by technology"] == pytest.approx(design(two).value)


def test_every_fall_has_a_pair_of_bars_in_percent():
    legs = pd.DataFrame({"small": 0.01, "large": 0.01}, MONTHS)
    fall = pd.Series(0, MONTHS)
    falls = ((50, 0.10), (53, 0.20), (120, 0.30), (200, 0.15), (220, 0.12))
    for count, (end, depth) in enumerate(falls, 1):
        legs.iloc[end - 2 : end + 1] = [-1.5 * depth - end / 1000, -depth]
        fall.iloc[end - 2 : end + 1] = count
    exhibit = drawn(ExtraFall(), legs.assign(fall=fall), "trough", "return, %")
    assert exhibit.kind == "bars"
    ended = ["Mar 1994", "Jun 1994", "Jan 2000", "Sep 2006", "May 2008"]
    assert list(exhibit.frame.index) == ended
    large = 100 * np.expm1([-0.3, -0.6, -0.9, -0.45, -0.36])
    np.testing.assert_allclose(exhibit.frame["market"], large)
    assert exhibit.note.endswith("small fell further in 5 of 5.")


def reading(rows):
    return Reading(value=1.0, holds=True, n=len(rows), unit="sd", method="z", marks={"median": 0.5})


def test_a_state_shows_its_last_forty_years_with_its_thresholds():
    index = pd.date_range("1900-01-31", periods=1200, freq="ME")
    rows = pd.DataFrame({"growth_now": np.arange(1200.0), "other": 0.0}, index)
    exhibit = drawn(reading, rows, "", "growth, sd", columns=("growth_now",))
    assert len(exhibit.frame) == 480
    assert list(exhibit.frame) == ["growth now"]
    assert exhibit.marks == {"median": 0.5}
    assert drawn(reading, rows, "", "growth, sd") is None


def test_a_state_that_asks_for_a_rise_shows_three_years_and_where_it_is_counted_from():
    index = pd.date_range("1900-01-31", periods=1200, freq="ME")
    rows = pd.DataFrame({"growth": np.arange(1200.0), "rise in 6 months": 5.5}, index)
    for held in (rows, rows.drop(index[-7])):  # the month may never have been published
        exhibit = drawn(reading, held, "", "growth, sd", columns=("growth",))
        assert exhibit.frame["growth"].count() == 36
        assert exhibit.frame["6 months before"].dropna().to_dict() == {index[-7]: 1199 - 5.5}
        assert f"{index[-7]:%B %Y}" in exhibit.note
        assert len(drawn(reading, held, "", "sd", columns=("growth",), how=history).frame) > 470
        lines = draw(exhibit, Canvas().subplots()).lines
        assert [line.get_label() for line in lines if line.get_marker() == "o"] == list(
            exhibit.frame
        )[1:]


def test_rows_without_dates_are_bars_or_where_they_are_many_a_histogram():
    few = pd.DataFrame({"weight": [1.0, 2.0, 4.0]}, ["Banks", "Energy", "Banks"])
    exhibit = drawn(reading, few, "sector", "weight, %", columns=("weight",))
    assert exhibit.kind == "bars"
    assert exhibit.frame["weight"].to_dict() == {"Banks": 5.0, "Energy": 2.0}
    many = pd.DataFrame({"value": np.arange(100.0)}, [f"m{i}" for i in range(100)])
    assert drawn(reading, many, "value, USD", "members", columns=("value",)).kind == "histogram"


def test_without_rows_there_is_no_picture():
    assert picture(make_verdict(evidence=make_evidence(rows=None))) is None
    assert picture(make_verdict("no data")) is None


@pytest.mark.slow
def test_every_claim_of_the_sample_is_drawn_and_told():
    verdicts = judged_sample()
    pictures = {name: picture(v) for name, v in verdicts.items() if v.answered}
    assert len(pictures) > 20
    for name, exhibit in pictures.items():
        assert exhibit is not None, name
        read = verdicts[name]
        assert exhibit.title.startswith(read.evidence.finding.removesuffix(")"))
        assert re.search(r"\b(19|20)\d\d\b", exhibit.title), name  # it says of when it is
        figure = Figure.of(exhibit)
        assert "nan" not in figure.alt.lower().split(), name
        assert figure.html.count("<svg") == 2
        assert exhibit.x or exhibit.y, name
