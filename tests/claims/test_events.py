"""Event windows: the arithmetic, the null, and the dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.conclusion import recovery_signals
from r2klib.claims.events import after, placebo
from r2klib.claims.market import falls
from r2klib.claims.policy import tightening_stops

INDEX = pd.date_range("1950-01-31", periods=600, freq="ME")


def noise(seed):
    return pd.Series(np.random.default_rng(seed).normal(0, 0.03, len(INDEX)), index=INDEX)


def test_after_is_a_difference_of_means():
    y, events = noise(0), INDEX[[50, 55, 300]]
    inside = np.zeros(len(y), bool)
    for at in (50, 55, 300):
        inside[at + 1 : at + 13] = True  # months shared by two windows count once
    estimate = after(y, events, "test")
    assert estimate.value == pytest.approx(1200 * (y[inside].mean() - y[~inside].mean()))
    assert estimate.n_effective == 3


def test_after_net_of_controls_removes_them():
    market = noise(1)
    window = pd.Series(0.0, index=INDEX)
    window.iloc[101:113] = 0.01
    y = 0.5 * market + window + 0.001 * noise(3)
    raw = after(y, INDEX[[100]], "test")
    net = after(y, INDEX[[100]], "test", controls=market.to_frame("market"))
    assert net.value == pytest.approx(12.0, abs=0.2)
    assert abs(raw.value - 12.0) > abs(net.value - 12.0)


def test_placebo_finds_the_same_effect_with_another_law():
    market = noise(1)
    y, events = 0.5 * market + noise(4), INDEX[[40, 200, 400]]
    controls = market.to_frame("market")
    newey_west, beside = (
        after(y, events, "x", controls=controls),
        placebo(y, events, controls=controls),
    )
    assert beside.value == pytest.approx(newey_west.value)
    assert beside.n_effective == newey_west.n_effective == 3
    low, high = beside.interval
    assert (beside.p_value < 0.10) == (low > 0 or high < 0)


def test_tightening_is_seen_to_stop_three_months_after_its_last_hike():
    rate = pd.Series(1.0, index=INDEX[:60])
    rate.iloc[10:] = 1.3
    rate.iloc[12:] = 1.8
    rate.iloc[20:] = 2.4  # a second leg: one point and more from the low, so the cycle is one
    stops = tightening_stops(rate)
    assert list(stops) == [INDEX[23]]
    assert len(tightening_stops(rate, rise=0.5)) == 2


def test_falls_of_the_long_sample(sample):
    found = falls(sample)
    # Declared with the ledger: twelve falls of 20 % on month ends of 1926-2018.
    assert len(found) == 12
    deepest = found.loc[found["depth"].idxmin()]
    # The crash that began in 1929: minus 83-84 % on month-end total returns to June 1932... by
    # legs of 20 %; its deepest single leg ends in June 1932.
    assert deepest["trough"] == pd.Timestamp("1932-06-30")
    assert (found["trough_known"].dropna() > found["trough"][found["trough_known"].notna()]).all()


def test_recovery_signals_come_once_a_recession_and_after_its_peak(sample):
    index = pd.date_range("1949-01-31", "2022-06-30", freq="ME")
    signals = recovery_signals(sample, index)
    cycles = sample.frame("NBER")
    peaks = cycles.index[(cycles["kind"] == "peak") & (cycles.index >= "1949")]
    assert len(signals) >= len(peaks) - 1
    for signal in signals:
        assert (
            sample.as_of(signal).series("UNRATE").iloc[-12:].max()
            - sample.as_of(signal).series("UNRATE").iloc[-1]
        ) >= 0.2 - 1e-9
