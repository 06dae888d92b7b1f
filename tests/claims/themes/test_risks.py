"""Spreads of members: planted in simulated bars, wide under stress or not."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.asking import examine
from r2klib.claims.themes import risks
from r2klib.data import Dataset
from r2klib.data.catalog import Origin
from r2klib.data.catalog import get as row_of
from r2klib.data.provenance import describe

DAYS = pd.bdate_range("2004-01-01", "2013-12-31")
EARLIER = pd.bdate_range("1998-01-01", "2013-12-31")
MEMBERS = 10
SMALL = [f"S{i}" for i in range(MEMBERS)]
LARGE = [f"L{i}" for i in range(MEMBERS)]


def stressed(dates):
    """Every fourth month from 2004 on is one of stress."""
    month = 12 * dates.year + dates.month
    return (month % 4 == 0) & (dates.year >= 2004)


def member_bars(spread, random, ticks=40):
    """Open, high, low and close of trades that bounce between the two sides of `spread`."""
    n = len(DAYS)
    steps = random.normal(0, 0.012 / np.sqrt(ticks), (n, ticks))
    efficient = steps.cumsum().reshape(n, ticks)
    side = random.choice([-0.5, 0.5], (n, ticks))
    price = 50 * np.exp(efficient - efficient[0, 0] + side * spread[:, None])
    return {
        "members.open": price[:, 0],
        "members.high": price.max(axis=1),
        "members.low": price.min(axis=1),
        "members.close": price[:, -1],
    }


def edition(small_in_stress, seed=0):
    """Spreads of 50 bp everywhere, but of small members under stress; small trade a tenth."""
    random, stress = np.random.default_rng(seed), stressed(DAYS)
    tables = {f"members.{name}": {} for name in ("open", "high", "low", "close", "volume")}
    for ticker in SMALL + LARGE:
        wide = small_in_stress if ticker in SMALL else 0.005
        for name, values in member_bars(np.where(stress, wide, 0.005), random).items():
            tables[name][ticker] = values
        tables["members.volume"][ticker] = np.full(len(DAYS), 1e4 if ticker in SMALL else 1e5)
    frames = {name: pd.DataFrame(columns, index=DAYS) for name, columns in tables.items()}
    # Calm months ever calmer, so that none of them ranks high among those to date.
    level = np.where(stressed(EARLIER), 40.0, np.linspace(20, 10, len(EARLIER)))
    bars = dict.fromkeys(("Open", "High", "Low", "Close", "Adj Close"), level)
    frames["^VIX"] = pd.DataFrame(bars | {"Volume": 0.0}, index=EARLIER)
    frames["members"] = pd.DataFrame(
        {
            "as_of": pd.Timestamp("2013-12-31"),
            "ticker": SMALL + LARGE,
            "fund": ["IWM"] * MEMBERS + ["IVV"] * MEMBERS,
            "weight": 0.01,
        }
    )
    rows = {name: row_of(name) for name in frames}
    sources = {n: describe(t, rows[n], Origin("test", n)) for n, t in frames.items()}
    return Dataset("made up", "user", frames, sources)


def test_spreads_that_widen_under_stress_are_found():
    evidence = examine(risks.spreads, edition(0.02))
    answer = evidence.answer
    assert answer.value == pytest.approx(150, abs=25)  # 200 less 50 bp
    assert answer.interval[0] > 100
    assert answer.n_effective == 30  # a month in four of ten years is one of stress
    assert len(evidence.specifications) >= 6
    assert re.search(r"small members (9|10|11) times as far", evidence.meaning)


def test_spreads_that_do_not_widen():
    low, high = examine(risks.spreads, edition(0.005, seed=1)).answer.interval
    assert low < 0 < high


def test_stress_is_judged_by_months_to_date():
    dates = pd.bdate_range("2000-01-03", "2009-12-31")
    rising = pd.Series(np.linspace(10, 40, len(dates)), index=dates)
    frame = pd.DataFrame(dict.fromkeys(row_of("^VIX").columns, rising))
    data = Dataset.from_frame({"^VIX": frame}, units="x", frequency="daily", lag_days=0)
    stress = risks._stress(data)
    assert stress.index[0] == pd.Timestamp("2004-12-31")  # the sixtieth month
    assert stress.eq(1.0).all()  # each the highest to date, though low by the end's standards
