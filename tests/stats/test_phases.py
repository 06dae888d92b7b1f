import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from arch.data import frenchdata, sp500
from hypothesis import given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import bry_boschan, phase_law
from tests.stats.sizes import examples, samples

MONTHS = pd.date_range("1960-01-31", periods=240, freq="ME")


def walk(seed: int, T: int = 240) -> np.ndarray:
    return 0.04 * np.random.default_rng(seed).standard_normal(T).cumsum()


def test_bull_and_bear_markets_of_the_sp_500() -> None:
    """Month-end closes, arch's daily data; the big four are the dates of every chronology."""
    level = np.log(sp500.load()["Adj Close"].resample("ME").last())
    found = bry_boschan(level)
    dated = [(f"{date:%Y-%m}", kind) for date, kind in found.turning_points.items()]
    assert dated[:4] == [
        ("2000-08", "peak"),
        ("2002-09", "trough"),
        ("2007-10", "peak"),
        ("2009-02", "trough"),
    ]
    first = found.table.iloc[0]
    assert (first["kind"], first["months"]) == ("fall", 25)
    assert first["amplitude"] == pytest.approx(level["2002-09-30"] - level["2000-08-31"])
    assert json.loads(json.dumps(found.to_dict()))["phases"][0]["months"] == 25


def test_the_crash_of_1987_is_a_bear_market() -> None:
    """Three months, under the four that a phase needs, but 30 % was lost (French's US market).

    It is what Pagan and Sossounov (2003) make their exception for.
    """
    factors = frenchdata.load()
    months = pd.PeriodIndex(pd.to_datetime(factors.index.asi8.astype(str), format="%Y%m"), freq="M")
    level = np.log1p((factors["Mkt-RF"] + factors["RF"]) / 100).set_axis(months).cumsum()
    crash = bry_boschan(level).table.query("'1987-01' <= end <= '1988-12'")
    assert crash[["start", "end"]].astype(str).to_numpy().tolist() == [
        ["1984-05", "1987-08"],
        ["1987-08", "1987-11"],
    ]
    assert crash["amplitude"].iloc[1] == pytest.approx(np.log(1 - 0.2991), abs=1e-4)
    for large_move in (None, 0.30):
        plain = bry_boschan(level, large_move=large_move).turning_points.index
        assert not ((plain >= "1987-01") & (plain <= "1988-12")).any()


def test_a_known_wave() -> None:
    """A cosine of 40 months turns every 20."""
    found = bry_boschan(np.cos(np.arange(200) * np.pi / 20))
    assert list(found.turning_points.index) == [20, 40, 60, 80, 100, 120, 140, 160, 180]
    assert (found.table["months"] == 20).all()
    assert found.to_frame().loc["rise", "amplitude"] == pytest.approx(2)


@examples(25)
@given(st.integers(0, 999), st.sampled_from([(8, 4, 16, 6), (5, 5, 15, 6), (3, 2, 5, 0)]))
def test_the_rules_hold(seed: int, rules: tuple[int, int, int, int]) -> None:
    x = walk(seed)
    names = ("window", "min_phase", "min_cycle", "ends")
    found = bry_boschan(x, **dict(zip(names, rules, strict=True)))
    window, phase, cycle, ends = rules
    at = found.turning_points.index.to_numpy()
    sign = np.where(found.turning_points == "peak", 1, -1)
    assert (np.diff(sign) != 0).all()
    large = (found.table["amplitude"] > np.log(1.2)) | (found.table["amplitude"] < np.log(0.8))
    assert ((np.diff(at) >= phase) | large).all()
    assert (at[2:] - at[:-2] >= cycle).all()
    assert ends <= at[0]
    assert at[-1] < 240 - ends
    for t, kind in zip(at, sign, strict=True):  # extreme within its window, by slices
        assert kind * x[t] == (kind * x[max(0, t - window) : t + window + 1]).max()
    assert (found.table["amplitude"] * sign[1:] > 0).all()


@examples(15)
@given(st.integers(0, 999), st.floats(0.1, 20), st.floats(-5, 5))
def test_units_shift_and_mirror(seed: int, scale: float, shift: float) -> None:
    x = walk(seed)
    found = bry_boschan(x, large_move=None).turning_points
    scaled = bry_boschan(scale * x + shift, large_move=None).turning_points
    assert list(scaled.index) == list(found.index)
    mirrored = bry_boschan(-x, large_move=None).turning_points
    assert list(mirrored.index) == list(found.index)
    assert (mirrored != found).all()


def test_law_by_single_walks() -> None:
    x = walk(1)
    law = phase_law(x, seed=2, draws=19)
    steps = np.diff(x)[np.random.default_rng(2).integers(239, size=(19, 239))]
    for draw, changes in zip(law.draws, steps, strict=True):
        level = np.concatenate([[0.0], changes.cumsum()])
        assert draw == pytest.approx(bry_boschan(level).mean_months)
    assert law.value == bry_boschan(x).mean_months
    assert law.null_value == pytest.approx(law.draws.mean())


@samples(30, 120)
def test_random_walks_are_rejected_at_their_rate_and_cycles_are_found(
    N: int, assert_rate: Callable[..., None]
) -> None:
    assert_rate(phase_law(walk(i), seed=i, draws=119).p_value() for i in range(N))
    wave = 3 * np.sin(np.arange(800) * np.pi / 40) + 0.2 * walk(1, 800) / 0.04
    law = phase_law(wave, seed=1, draws=199)
    assert law.value > law.null_value
    assert law.p_value() <= 0.05


@pytest.mark.parametrize(
    ("level", "rules", "message"),
    [
        (np.r_[walk(1), np.nan], {}, "must be complete"),
        (walk(1, 12), {}, "at least 17 months; it has 12"),
        (pd.Series(walk(1), MONTHS).drop(MONTHS[9]), {}, "consecutive months"),
        (np.column_stack([walk(1), walk(2)]), {}, "must be one series"),
        (np.arange(100.0), {}, "0 turning points in 100 months"),
        (walk(1), {"min_cycle": 1}, "`min_cycle` must be at least 2"),
        (walk(1), {"large_move": 20}, "`large_move` must lie strictly between 0 and 1"),
    ],
)
def test_bad_input_is_named(level: object, rules: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bry_boschan(level, **rules)
    with pytest.raises(InputError, match=message):
        phase_law(level, seed=1, draws=19, **rules)
