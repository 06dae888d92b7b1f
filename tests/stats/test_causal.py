"""What a function says for a date must not depend on what came after that date."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2klib import stats
from tests.stats.sizes import examples

T = 150
MONTHS = pd.date_range("1990-01-31", periods=T, freq="ME")
DAYS = pd.bdate_range("1990-01-01", periods=T)
World = dict[str, Any]


def world(seed: int, index: pd.DatetimeIndex) -> World:
    rng = np.random.default_rng(seed)
    move = 0.04 * rng.standard_normal((T, 5))
    level = np.exp(3 * move[:, 4].cumsum())
    return {
        "y": pd.Series(move[:, 0], index, name="y"),
        "x": pd.Series(move[:, 1], index, name="x"),
        "gappy": pd.Series(move[:, 1], index).mask(rng.random(T) < 0.1),
        "R": pd.DataFrame(move[:, :2], index, ["a", "b"]),
        "F": pd.DataFrame(move[:, 2:4], index, ["f", "g"]),
        "level": pd.Series(level, index, name="level"),
        "outcome": pd.Series((move[:, 0] > 0).astype(float), index),
        "events": index[np.sort(rng.choice(T, 12, replace=False))],
    }


def other_future(now: World, other: World, cut: int) -> World:
    """`now` up to and with row `cut`, `other` after it."""
    at = now["y"].index[cut]
    mixed = {
        name: pd.concat([now[name].iloc[: cut + 1], other[name].iloc[cut + 1 :]])
        for name in now
        if name != "events"
    }
    events = now["events"][now["events"] <= at].append(other["events"][other["events"] > at])
    return mixed | {"events": events}


def falls(w: World, at: pd.Timestamp) -> pd.DataFrame:
    """What was known of falls at a date; a low counts once it was known to be one."""
    table = stats.drawdowns(w["level"], 0.1, 0.1).table
    table = table[table["fall_known"] <= at]
    known = table["trough_known"] <= at
    cells = {name: table[name].where(known) for name in ("trough", "trough_known", "depth")}
    back = table["recovery"].where(known & (table["recovery"] <= at))
    return table[["peak", "fall_known"]].assign(**cells, recovery=back)


def recessions(w: World, at: pd.Timestamp) -> pd.Series:
    months, (peaks, troughs) = w["y"].index, (w["events"][::2], w["events"][1::2])
    open_now = [pd.NaT] * (len(peaks) - len(troughs))
    table = pd.DataFrame({"peak": peaks, "trough": [*troughs, *open_now]})
    ends = {"known_from": months[0], "known_through": months[-1]}
    return stats.recession_indicator(table, months, **ends).loc[:at]


def windowed(**how: Any) -> Callable[[World, pd.Timestamp], pd.DataFrame]:
    rolling = stats.rolling_factor_regression
    fit = rolling if "window" in how else stats.expanding_factor_regression
    return lambda w, at: fit(w["R"], w["F"], std_errors=True, **how).to_frame().loc[:at]


#: What each function says up to a date.
CAUSAL: dict[str, Callable[[World, pd.Timestamp], pd.Series | pd.DataFrame]] = {
    "drawdowns": falls,
    "expanding_factor_regression": windowed(min_obs=20),
    "expanding_logit": lambda w, at: pd.concat(
        {
            kind: stats.expanding_logit(w["outcome"], score, horizon=6, min_obs=20)
            .drop(columns="outcome")
            .loc[:at]
            for kind, score in {"continuous": w["x"], "in levels": (40 * w["x"]).round()}.items()
        }
    ),
    "log_returns": lambda w, at: stats.log_returns(w["level"]).loc[:at],
    "monthly_returns": lambda w, at: stats.monthly_returns(w["level"]).loc[:at],
    "recession_indicator": recessions,
    "rolling_factor_regression": windowed(window=20, min_obs=15),
    "rolling_zscore": lambda w, at: stats.rolling_zscore(w["gappy"], 20, 10).loc[:at],
    "stacked_windows": lambda w, at: stats.stacked_windows(
        w["y"].index, [w["y"].index[0], *w["events"]], 6
    ).loc[:at],
    "to_log": lambda w, at: stats.to_log(w["y"]).loc[:at],
    "to_month_end": lambda w, at: stats.to_month_end(w["y"]).loc[:at],
    "to_simple": lambda w, at: stats.to_simple(w["y"]).loc[:at],
    "walk_forward": lambda w, at: pd.concat(
        {
            n: stats.walk_forward(w["y"], w["x"], n, min_obs=20).drop(columns="actual").loc[:at]
            for n in (1, 6)
        }
    ),
    "weekly_returns": lambda w, at: stats.weekly_returns(w["level"]).loc[:at],
}

MONTHLY = ("recession_indicator", "stacked_windows", "to_month_end")
DAILY = ("weekly_returns",)

#: What speaks about a whole sample or looks ahead by its definition.
EXEMPT: dict[str, tuple[str, ...]] = {
    "one answer for the sample": (
        *("abdi_ranaldo", "amihud", "ar1", "break_test", "brier_test", "circular_bootstrap"),
        *("corwin_schultz", "edge_spread", "event_study", "factor_regression", "forecast_test"),
        *("grs_test", "hac_mean", "ivx_test", "joint_law", "logit_odds", "mean_difference"),
        *("newey_west_lags", "ols_hac", "panel_hac", "phase_law", "placebo_dates", "placebo_test"),
        *("predict", "signal_law", "stationary_bootstrap", "switching_test", "variance_ratio"),
        *("wild_bootstrap",),
    ),
    "dated with hindsight": ("bry_boschan",),
    "the outcome of t is what follows t": ("forward_outcome",),
    "no time in it": (
        "benjamini_hochberg",
        "benjamini_yekutieli",
        "brinson_fachler",
        "effective_n",
        "expected_shortfall",
        "log_shortfall_ratio",
        "romano_wolf",
    ),
}


def test_every_public_function_is_here() -> None:
    functions = {
        name
        for name in stats.__all__
        if getattr(getattr(stats, name), "__qualname__", "").islower()
    }
    exempt = [name for names in EXEMPT.values() for name in names]
    assert functions == {*CAUSAL, *exempt}
    assert len(functions) == len(CAUSAL) + len(exempt)


@pytest.mark.parametrize("name", CAUSAL)
@examples(5)
@given(st.integers(0, 10**6), st.integers(60, T - 10))
def test_the_future_changes_nothing(name: str, seed: int, cut: int) -> None:
    for index in [MONTHS] if name in MONTHLY else [DAYS] if name in DAILY else [MONTHS, DAYS]:
        now, at = world(seed, index), index[cut]
        said = CAUSAL[name](now, at)
        again = CAUSAL[name](other_future(now, world(seed + 1, index), cut), at)
        assert len(said) or name == "drawdowns"
        same = pd.testing.assert_series_equal if said.ndim == 1 else pd.testing.assert_frame_equal
        same(said, again, check_dtype=False, check_freq=False, rtol=1e-9, atol=1e-12)
