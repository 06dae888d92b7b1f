"""Every signal of every claim is the same on the edition and on what was out by a day."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from r2klib import load
from r2klib.claims import ledger, score
from r2klib.claims.designs import Foretell
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing
from tests.recorded import pulled

#: In 1992 some components had fewer than a year behind them; October 2025 was never published.
NAMED = ("1992-06-30", "2025-11-30")
#: What a claim knows by month end beside the signals of `Foretell`: choices and columns.
KNOWN = {
    "P8": ({}, ["driver"]),
    "H4": ({}, ["event"]),
    "R6": ({}, ["event"]),
    "S6": ({"real_time": True}, ["event"]),
    "C1": ({}, ["probability", "base_rate"]),
    "C2": ({"real_time": True}, ["event"]),
    "C4": ({}, ["hold", "benchmark"]),
}
KNOWN |= {
    name: ({}, ["signal"])
    for name, claim in ledger().items()
    if claim.sort == "foretell" and isinstance(claim.design, Foretell)
}
#: Months at the end that a cut does not show though they were known. French stamps a cap with the
#: month after the one at whose end it was seen; V5 leaves out the newest month, preliminary in a
#: workbook as it comes and final in a cut of one; rows of the accounts end with the quarter that
#: was last spoken of, though at the end of the next one there was a signal.
NOT_SHOWN = {"V2": 1, "V5": 1, "E2": 6, "E4": 6}


def days(first: str, n: int) -> list[pd.Timestamp]:
    rng = np.random.default_rng(1960)
    start = pd.Timestamp(first)
    later = rng.integers(0, (pd.Timestamp("2026-05-31") - start).days, n - len(NAMED))
    return sorted([*(start + pd.Timedelta(days=int(x)) for x in later), *map(pd.Timestamp, NAMED)])


@cache
def whole(data: Dataset, name: str) -> pd.DataFrame:
    return known(data, name)


def known(data: Dataset, name: str) -> pd.DataFrame:
    """What the claim knew by month end; nothing where the edition holds too little."""
    choices, columns = KNOWN[name]
    try:
        rows = ledger()[name].rows(data, **choices)
    except (InputError, SeriesMissing):
        return pd.DataFrame(columns=columns, index=pd.DatetimeIndex([]), dtype=float)
    found = rows[columns].astype(float)
    return found.fillna(0.0) if columns == ["event"] else found


def assert_nothing_ahead(data: Dataset, name: str, day: pd.Timestamp) -> None:
    then, now = known(data.as_of(day), name), whole(data, name)
    last = pd.offsets.MonthEnd().rollback(day) - pd.offsets.MonthEnd(NOT_SHOWN.get(name, 0))
    then, now = (frame.loc[:last] for frame in (then, now))
    months = now.dropna(how="all").index.union(then.dropna(how="all").index)
    pd.testing.assert_frame_equal(
        then.reindex(months), now.reindex(months), check_freq=False, rtol=1e-9, obj=f"{name}, {day}"
    )


def test_every_claim_that_foretells_is_asked() -> None:
    foretell = {name for name, claim in ledger().items() if claim.sort == "foretell"}
    assert foretell <= set(KNOWN)


#: How many days are asked.
MANY = pytest.mark.parametrize("n", [10, pytest.param(60, marks=pytest.mark.nightly)])


@MANY
@pytest.mark.parametrize("name", KNOWN)
def test_a_signal_of_the_sample_is_that_of_the_day(name: str, n: int) -> None:
    sample = load("sample")
    for day in days("1960-01-01", n):
        assert_nothing_ahead(sample, name, day)


def assert_score_knows_nothing_ahead(data: Dataset, n: int, *, daily_gauges: bool) -> None:
    now = score.conditions(data, daily_gauges=daily_gauges)
    for day in days("1960-01-01", n):
        then = score.conditions(data.as_of(day), daily_gauges=daily_gauges)
        pd.testing.assert_frame_equal(then, now.reindex(then.index), check_freq=False)


@pytest.mark.slow
@MANY
def test_the_score_of_the_sample_is_that_of_the_day(n: int) -> None:
    assert_score_knows_nothing_ahead(load("sample"), n, daily_gauges=False)


@pytest.mark.nightly
def test_signals_of_live_recordings_are_those_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the finer portfolios: in the recordings the six end in 2024, so that the whole
    edition reads the finer ones where a cut of earlier years still reads the six.
    """
    monkeypatch.setenv("R2K_HOME", str(pulled()))
    data = load("latest").without(["french.size_value.bm"])
    for name in KNOWN:
        for day in days("1960-01-01", 60):
            assert_nothing_ahead(data, name, day)
    assert_score_knows_nothing_ahead(data, 60, daily_gauges=True)
