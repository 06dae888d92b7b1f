"""Designs: arithmetic by hand, laws by `r2klib.stats`, what they ask of rows, what they imprint."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.designs import (
    DRAWS,
    SPEC_DRAWS,
    AfterEvents,
    Foretell,
    Mean,
    Ratio,
    Slope,
    quarters,
    standardized,
    values_of,
    with_events,
)
from r2klib.claims.estimates import block_of
from r2klib.claims.themes.risks import ExtraFall
from r2klib.errors import InputError
from r2klib.stats import (
    hac_mean,
    log_volatility_ratio,
    ols_hac,
    placebo_test,
    predict,
    stationary_bootstrap,
    wild_bootstrap,
)

INDEX = pd.date_range("1950-01-31", periods=600, freq="ME")
SLOPE = Slope(unit="%", null="no link", scale=100.0)
FORETELL = Foretell(draws=499)
AFTER = AfterEvents(what="test")
#: For a few events, which signs by blocks refuse.
NEWEY_WEST = replace(AFTER, newey_west=True)
RATIO = Ratio(statistic=log_volatility_ratio, null="alike", draws=499)


def noise(seed, sd=0.03):
    return pd.Series(np.random.default_rng(seed).normal(0, sd, len(INDEX)), index=INDEX)


def driven(seed=0, **controls):
    """Rows of a driver, y that answers to it by one half, and controls."""
    driver = noise(seed, 1.0)
    return pd.DataFrame({"y": 0.5 * driver + noise(seed + 1), "driver": driver, **controls})


def foretold(months=6):
    """Rows of a signal that lasts for some months, and y that answers to that of the month before.

    A standard deviation of the signal is followed by about half a percent.
    """
    signal = noise(0, 1.0).rolling(months, min_periods=1).mean()
    return pd.DataFrame({"y": 0.01 * signal.shift(1) + noise(1), "signal": signal})


def quarterly(rows):
    return rows.set_axis(pd.date_range("1900-03-31", periods=len(rows), freq="QE"))


def two_legs(seed=0):
    large = noise(seed)
    return pd.DataFrame({"small": 1.2 * large + noise(seed + 1, 0.02), "large": large})


def falling(seed=0):
    """Legs in which the large one falls for half a year, six times."""
    rows, fall = two_legs(seed), pd.Series(0, INDEX)
    for number, start in enumerate(range(50, 600, 100), 1):
        fall.iloc[start : start + 6] = number
    return rows.sub(0.06 * (fall > 0), axis="index").assign(fall=fall)


# ---- slopes -------------------------------------------------------------------------------------


def test_a_slope_is_least_squares_and_its_law_is_that_of_signs_by_blocks():
    rows = driven(market=noise(5))
    estimate = SLOPE(rows)
    X = np.column_stack([np.ones(600), rows["driver"], rows["market"]])
    by_hand = np.linalg.lstsq(X, rows["y"].to_numpy(), rcond=None)[0][1]
    assert estimate.value == pytest.approx(100 * by_hand)
    fit = ols_hac(rows["y"], rows[["driver", "market"]])
    assert estimate.std_error == pytest.approx(100 * fit.std_errors["driver"])
    X = rows[["driver", "market"]]
    law = wild_bootstrap(rows["y"], X, {"driver": 1.0}, block=12, seed=3, draws=DRAWS)
    assert estimate.interval == pytest.approx([100 * x for x in law.interval(0.90)])
    assert estimate.p_value == law.p_value()
    assert (estimate.n, estimate.n_effective, estimate.unit) == (600, None, "%")
    plain = replace(SLOPE, newey_west=True)(rows)
    assert plain.interval == pytest.approx([100 * x for x in fit.conf_int(0.90).loc["driver"]])
    assert plain.p_value == pytest.approx(fit.pvalues["driver"])


@pytest.mark.parametrize(
    ("freq", "block"), [("D", 63), ("B", 63), ("W-FRI", 13), ("ME", 12), ("QE", 4), ("YE", 1)]
)
def test_signs_change_by_years_of_slow_rows_and_quarters_of_fast_ones(freq, block):
    assert block_of(pd.date_range("1950-01-01", periods=200, freq=freq)) == block
    assert block_of(pd.RangeIndex(200)) == 12


def test_events_that_are_rows_change_signs_one_by_one():
    rows = driven().iloc[:50]
    assert replace(SLOPE, count=True).equation(rows).block == 1
    assert SLOPE.equation(rows).block == 12


@pytest.mark.parametrize("scale", [100.0, -100.0])
def test_the_p_of_the_claimed_size_is_that_of_the_law_at_it(scale):
    rows, claimed = driven(), 0.5 * scale
    found = replace(SLOPE, scale=scale, claimed=claimed)(rows)
    law = wild_bootstrap(rows["y"], rows["driver"], {"driver": 1.0}, block=12, seed=3, draws=DRAWS)
    assert found.p_claimed == law.one_sided(0.5)[1]  # against a slope that is smaller
    less = replace(SLOPE, scale=scale, null_value=0.2, claimed=0.3 * scale)(rows)
    assert less.p_claimed == found.p_claimed
    assert 0.05 < found.p_claimed < 0.95


def test_a_slope_that_turned_is_a_break_and_a_level_has_none_to_look_for():
    rows = driven()
    turned = rows.assign(y=rows["y"].where(INDEX[300] > INDEX, -rows["y"]))
    assert SLOPE.stability(turned).p_value <= 0.01 < SLOPE.stability(rows).p_value
    assert abs((pd.Timestamp(SLOPE.stability(turned).date) - INDEX[299]).days) < 400
    assert RATIO.stability(two_legs()) is None


def test_a_forecast_breaks_where_its_slope_does():
    rows = foretold()
    turned = rows.assign(signal=rows["signal"].where(INDEX[300] > INDEX, -rows["signal"]))
    strong = turned.assign(y=turned["y"] + 0.05 * rows["signal"].shift(1))
    assert FORETELL.stability(strong).p_value <= 0.01 < FORETELL.stability(rows).p_value


def test_a_slope_per_standard_deviation_measures_the_driver_in_rows_with_a_return():
    rows = driven()
    rows.loc[INDEX[400] :, "y"] = np.nan
    rows.loc[INDEX[400] :, "driver"] *= 50  # known, and in no row that counts
    known = rows.dropna()
    per_sd = replace(SLOPE, per_sd=True)(rows)
    assert per_sd.value == pytest.approx(SLOPE(known).value * known["driver"].std())
    assert per_sd.n == 400


def test_a_weighted_sum_of_slopes_less_what_it_is_under_the_null():
    before = noise(7, 1.0)
    rows = driven(before=before).assign(y=lambda x: x["y"] + 0.2 * before)
    summed = replace(SLOPE, on={"driver": 1.0, "before": 2.0}, null_value=0.9)
    params = ols_hac(rows["y"], rows[["driver", "before"]]).params
    expected = params["driver"] + 2 * params["before"] - 0.9
    assert summed(rows).value == pytest.approx(100 * expected)
    assert summed(rows).p_value > 0.05  # 0.5 + 2 x 0.2 is what the null says
    assert replace(summed, null_value=0.0)(rows).p_value < 0.01


def test_a_negative_scale_turns_the_interval_round():
    rows = driven()
    plus, minus = SLOPE(rows), replace(SLOPE, scale=-100.0)(rows)
    assert minus.interval == pytest.approx((-plus.interval[1], -plus.interval[0]))
    assert minus.std_error == plus.std_error


def test_rows_may_be_events_of_their_own():
    assert replace(SLOPE, count=True)(driven().iloc[:50]).n_effective == 50


# ---- forecasts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("law", ["signals", "joint"])
def test_a_forecast_is_the_corrected_effect_of_predict(law):
    rows = foretold()
    estimate = replace(FORETELL, law=law)(rows)
    fit = predict(rows["y"].dropna(), rows["signal"], 1, seed=12, draws=499, law=law)
    low, high = fit.law.interval(0.90)
    assert estimate.value == 100 * fit.law.corrected
    assert estimate.interval == (100 * low, 100 * high)
    assert estimate.p_value == fit.law.p_value()
    assert estimate.n == 599  # the first return has no signal before it
    # One standard deviation of the signal foretells a hundredth of it, twelve times a year.
    assert estimate.interval[0] < 1200 * 0.01 * rows["signal"].std() < estimate.interval[1]


def test_a_signal_is_held_against_the_return_that_follows():
    rows = foretold(months=1)
    late = rows.assign(signal=rows["signal"].shift(1))  # held against the return after that
    assert abs(FORETELL(late).value) < 0.3 * FORETELL(rows).value
    newest = rows.assign(y=rows["y"].where(rows.index < INDEX[-3]))
    assert FORETELL(newest).n == 599 - 3
    assert FORETELL.until(newest) == INDEX[-4]


def test_newey_west_in_place_of_the_simulated_law():
    rows = foretold()
    estimate = replace(FORETELL, newey_west=True)(rows)
    fit = predict(rows["y"].dropna(), rows["signal"], 1, seed=12, draws=99)
    assert estimate.value == pytest.approx(100 * fit.effect.value)
    assert estimate.p_value == pytest.approx(fit.effect.pvalue)


def test_the_response_of_a_horizon_is_the_slope_on_the_sum_of_signals():
    """Hodrick (1992): cov(r, x + ... + x) / var(x), per standard deviation of x."""
    rows = foretold()
    rows["signal"] = standardized(rows["signal"])
    summed = replace(FORETELL, horizon=4, summed=True, newey_west=True, unit="%")(rows)
    total = rows["signal"].rolling(4).sum().shift(1)
    assert summed.value == pytest.approx(100 * rows["y"].iloc[4:].cov(total), rel=0.01)


# ---- events -------------------------------------------------------------------------------------


def test_after_events_is_a_difference_of_means():
    y, events = noise(0), INDEX[[50, 55, 300]]
    inside = np.zeros(len(y), bool)
    for at in (50, 55, 300):
        inside[at + 1 : at + 13] = True  # months shared by two windows count once
    estimate = AFTER(with_events(y, events))
    assert estimate.value == pytest.approx(1200 * (y[inside].mean() - y[~inside].mean()))
    assert estimate.n_effective == 3
    yearly = replace(AFTER, scale=100.0)(with_events(y, events))
    assert yearly.value == pytest.approx(estimate.value / 12)


def test_after_events_net_of_controls_removes_them():
    market = noise(1)
    window = pd.Series(0.0, index=INDEX)
    window.iloc[101:113] = 0.01
    y = 0.5 * market + window + 0.001 * noise(3)
    raw = NEWEY_WEST(with_events(y, INDEX[[100]]))
    net = NEWEY_WEST(with_events(y, INDEX[[100]], market.to_frame("market")))
    assert net.value == pytest.approx(12.0, abs=0.2)
    assert abs(raw.value - 12.0) > abs(net.value - 12.0)


def test_placebo_dates_find_the_same_effect_with_another_law():
    market = noise(1).to_frame("market")
    y, events = 0.5 * market["market"] + noise(4), INDEX[[40, 200, 400]]
    rows = with_events(y, events, market)
    newey_west = NEWEY_WEST(rows)
    beside = replace(AFTER.lighter(), placebo=True)(rows)
    assert beside.value == pytest.approx(newey_west.value)
    assert beside.n_effective == newey_west.n_effective == 3
    law = placebo_test(y, events, 12, controls=market, seed=4, draws=SPEC_DRAWS)
    assert beside.interval == pytest.approx([1200 * x for x in law.interval(0.90)])
    assert beside.p_value == law.p_value()


def test_events_in_too_few_blocks_are_refused():
    with pytest.raises(InputError, match="too few hold what decides"):
        AFTER(with_events(noise(4), INDEX[[40]]))


def test_events_before_the_first_return_open_its_months():
    y = noise(0).iloc[100:]
    inside = np.arange(len(y)) < 7  # the event of month 94 reaches to month 106
    estimate = NEWEY_WEST(with_events(y, INDEX[[94, 300]]))
    inside |= (np.arange(len(y)) > 200) & (np.arange(len(y)) <= 212)
    assert estimate.value == pytest.approx(1200 * (y[inside].mean() - y[~inside].mean()))
    assert estimate.n_effective == 1  # of the other only the end is seen


def test_events_that_fall_together_are_counted():
    rows = with_events(noise(0), pd.DatetimeIndex([INDEX[50], INDEX[50], INDEX[300]]))
    assert rows["event"].dropna().to_dict() == {INDEX[50]: 2, INDEX[300]: 1}
    once = with_events(noise(0), INDEX[[50, 300]])
    assert NEWEY_WEST(rows).value == NEWEY_WEST(once).value
    assert NEWEY_WEST(rows).n_effective == 3


# ---- means and ratios ---------------------------------------------------------------------------


def test_a_mean_is_that_of_hac_mean():
    rows = noise(0).to_frame("y")
    estimate, fit = Mean(newey_west=True)(rows), hac_mean(rows["y"])
    assert estimate.value == pytest.approx(1200 * rows["y"].mean())
    assert estimate.std_error == pytest.approx(1200 * fit.std_error)
    assert estimate.p_value == pytest.approx(fit.pvalue)
    law = wild_bootstrap(rows["y"], None, {"const": 1.0}, block=12, seed=3, draws=DRAWS)
    assert Mean()(rows).interval == pytest.approx([1200 * x for x in law.interval(0.90)])
    assert Mean()(rows).std_error == pytest.approx(estimate.std_error)


def test_a_ratio_is_bootstrapped_with_both_legs_together():
    rows = two_legs()
    estimate = RATIO(rows)
    assert estimate.value == pytest.approx(np.log(rows["small"].std() / rows["large"].std()))
    law = stationary_bootstrap(log_volatility_ratio, rows[["small", "large"]], draws=499, seed=2)
    assert estimate.interval == law.interval(0.90)
    assert estimate.p_value == law.p_value()


# ---- what is asked of rows ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "rows", "said"),
    [
        (SLOPE, driven().drop(columns="y"), "Slope needs rows with y and driver; .* y is missing"),
        (FORETELL, foretold()[["y"]], "Foretell needs rows with y and signal; .* signal is"),
        (AFTER, noise(0).to_frame("y"), "AfterEvents needs rows with event; these have y"),
        (Mean(), noise(0).to_frame("x"), "Mean needs rows with y; these have x"),
        (RATIO, noise(0).to_frame("y"), "Ratio needs .* small and large are missing"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_rows_without_a_column_are_told_what_is_needed(design, rows, said):
    with pytest.raises(InputError, match=said):
        design(rows)


@pytest.mark.parametrize(
    ("design", "rows"),
    [
        (SLOPE, driven()),
        (FORETELL, foretold()),
        (AFTER, with_events(noise(0), INDEX[[50]])),
        (Mean(), noise(0).to_frame("y")),
        (RATIO, two_legs()),
    ],
    ids=lambda x: type(x).__name__,
)
def test_rows_that_hold_nothing_at_once_are_refused(design, rows):
    with pytest.raises(InputError, match="nothing can be estimated"):
        design(rows.iloc[:0])
    with pytest.raises(InputError, match="nothing can be estimated"):
        design(rows.assign(**{design.needs[-1]: np.nan}))


def test_a_row_with_a_gap_is_left_out():
    rows = driven(market=noise(5))
    rows.loc[INDEX[10], "y"] = rows.loc[INDEX[20], "driver"] = rows.loc[INDEX[30], "market"] = (
        np.nan
    )
    assert SLOPE(rows).n == 597
    assert SLOPE(rows) == SLOPE(rows.dropna())


def test_a_state_is_read_from_enough_rows():
    rows = pd.DataFrame({"gap": [np.nan, 1.0, 2.0]})
    assert values_of(rows, "gap", 2).tolist() == [1.0, 2.0]
    with pytest.raises(InputError, match="'gap' is known in 2 of 3 rows; it takes 3"):
        values_of(rows, "gap", 3)


# ---- parts of the sample ------------------------------------------------------------------------


def test_halves_are_halves_of_the_rows_that_count():
    rows = driven()
    rows.loc[INDEX[:100], "y"] = np.nan
    (_, first), (_, second) = SLOPE.halves(rows)
    assert (first.index[0], first.index[-1]) == (INDEX[100], INDEX[349])
    assert (len(first), len(second)) == (250, 250)


def test_a_window_may_reach_into_a_part_from_before():
    rows = with_events(noise(0), INDEX[[295, 500]])
    (_, _), (_, second) = AFTER.halves(rows)
    assert second["y"].dropna().index[0] == INDEX[300]
    late = rows["y"].iloc[300:]
    inside = np.zeros(300, bool)
    inside[:8] = inside[201:213] = True
    expected = 1200 * (late[inside].mean() - late[~inside].mean())
    assert AFTER(second).value == pytest.approx(expected)
    assert AFTER(AFTER.since(rows, INDEX[300])).value == pytest.approx(expected)


def test_what_came_after_a_day_keeps_what_was_known_on_it():
    """The return of the month after the day is foretold by the signal of the day."""
    rows, day = foretold(), INDEX[399]
    kept = FORETELL.after(rows, day)
    assert kept["y"].dropna().index[0] == INDEX[400]
    assert kept["signal"].dropna().index[0] == day
    assert FORETELL(kept).n == 200
    assert FORETELL(FORETELL.since(rows, INDEX[400])).n == 199
    four = replace(FORETELL, horizon=4)
    assert four(four.after(rows, day)).n == 200
    assert len(Mean().after(rows[["y"]], day)) == 200


def test_points_of_the_curve_take_fewer_draws():
    assert Foretell().lighter().draws == SPEC_DRAWS < Foretell().draws
    assert SLOPE.lighter().draws == SPEC_DRAWS < SLOPE.draws == DRAWS
    assert replace(SLOPE.lighter(), draws=DRAWS) == SLOPE


def test_designs_are_frozen_parameters():
    assert replace(SLOPE, scale=1.0) != SLOPE
    with pytest.raises(FrozenInstanceError):
        SLOPE.scale = 1.0


# ---- what an effect would look like -------------------------------------------------------------


@pytest.mark.parametrize("effect", [-3.0, 1.5])
@pytest.mark.parametrize(
    ("design", "rows"),
    [
        (SLOPE, driven(market=noise(5))),
        (replace(SLOPE, per_sd=True), driven()),
        (
            replace(SLOPE, on={"driver": 1.0, "before": -2.0}, null_value=1.0),
            driven(before=noise(7)),
        ),
        (NEWEY_WEST, with_events(noise(0), INDEX[[50, 55, 300]])),
        (
            replace(NEWEY_WEST, scale=1200.0),
            with_events(noise(0), INDEX[[50]], noise(1).to_frame("m")),
        ),
        (Mean(), noise(0).to_frame("y")),
    ],
)
def test_an_effect_planted_in_returns_is_the_effect_that_is_found(design, rows, effect):
    after = design(design.planted(rows, effect))
    assert after.value - design(rows).value == pytest.approx(effect, rel=1e-9)


@pytest.mark.parametrize(
    ("design", "rows"),
    [
        (FORETELL, foretold()),
        (replace(FORETELL, law="joint"), foretold()),
        (
            replace(FORETELL, horizon=4, periods_per_year=4, summed=True),
            quarterly(foretold().iloc[:400]),
        ),
    ],
)
def test_an_effect_planted_in_forecasts_is_found_but_for_its_simulated_bias(design, rows):
    effect = 3.0
    after = design(design.planted(rows, effect))
    assert after.value - design(rows).value == pytest.approx(effect, rel=0.05)


@pytest.mark.parametrize(
    ("design", "rows", "effect", "close"),
    [
        (RATIO, two_legs(), 0.10, 1e-9),
        (RATIO, two_legs(), -0.30, 1e-9),
        # Points of a fall of 20 % are no straight line in logs; exact where legs fall alike.
        (ExtraFall(), falling(), 5.0, 0.01),
        (ExtraFall(), falling(), -5.0, 0.01),
    ],
)
def test_an_effect_planted_in_the_small_leg_is_the_effect_that_is_found(
    design, rows, effect, close
):
    after = design(design.planted(rows, effect))
    assert after.value - design(rows).value == pytest.approx(effect, rel=close)


def test_the_depth_of_falls_is_the_ratio_of_their_sums():
    rows = falling()
    found, falls = ExtraFall()(rows), ExtraFall().falls(rows)
    assert list(falls.index) == [INDEX[start + 5] for start in range(50, 600, 100)]
    theta = falls["small"].sum() / falls["large"].sum() - 1
    assert found.value == pytest.approx(100 * (0.8 - 0.8 ** (1 + theta)))
    assert (found.n, found.n_effective) == (6, 6.0)


def test_fewer_than_five_falls_have_no_interval():
    rows = falling()
    with pytest.raises(InputError, match=r"fell 4 time.* 5 falls are needed"):
        ExtraFall()(rows.assign(fall=rows["fall"].where(rows["fall"] < 5, 0)))


# ---- helpers ------------------------------------------------------------------------------------


def test_quarters_are_whole():
    d = pd.Series(1.0, pd.date_range("2000-02-29", "2000-10-31", freq="ME"))
    assert quarters(d).to_dict() == {
        pd.Timestamp("2000-06-30"): 3.0,
        pd.Timestamp("2000-09-30"): 3.0,
    }
