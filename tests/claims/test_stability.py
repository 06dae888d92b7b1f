"""When a mean broke: C1's gain, C4's return over the benchmark and K4's extra fall, made to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.designs import broken_mean
from r2klib.claims.themes.conclusion import Skill, Switching
from r2klib.claims.themes.risks import ExtraFall

INDEX = pd.date_range("1960-01-31", periods=600, freq="ME")
#: The last row before the break, of rows by month and of falls.
LAST, LAST_FALL = 349, 13


def odds(told):
    """Odds that say nothing of the outcome, and from `told` on are right nine times in ten."""
    rng = np.random.default_rng(1)
    outcome = rng.integers(0, 2, 600).astype(float)
    right = np.where(np.arange(600) < told, rng.random(600) < 0.5, rng.random(600) < 0.9)
    said = np.where(right, outcome, 1 - outcome)
    return pd.DataFrame(
        {"probability": 0.1 + 0.8 * said, "base_rate": 0.5, "outcome": outcome}, INDEX
    )


def holdings(paid):
    """Small held throughout against large, which loses nothing until `paid`, then gains."""
    d = pd.Series(np.random.default_rng(2).normal(0, 0.03, 600), INDEX)
    d.iloc[paid:] += 0.03
    return pd.DataFrame({"d": d, "hold": 1.0, "benchmark": 0.0})


def falls(deeper):
    """Thirty falls of half a year; small falls as deep as large, from fall `deeper` on deeper."""
    rng = np.random.default_rng(3)
    number = np.where(np.arange(600) % 20 < 6, np.arange(600) // 20 + 1, 0)
    large = np.where(number > 0, -0.06, 0.02)
    extra = rng.normal(0, 0.05, 31) + 0.5 * (np.arange(31) > deeper)
    return pd.DataFrame(
        {"small": large * (1 + extra[number]), "large": large, "fall": number}, INDEX
    )


def end_of_fall(number):
    return INDEX[20 * number + 5]


@pytest.mark.parametrize(
    ("design", "rows", "last"),
    [
        (Skill(), odds(LAST + 1), INDEX[LAST]),
        (Switching(), holdings(LAST + 1), INDEX[LAST]),
        (ExtraFall(), falls(LAST_FALL + 1), end_of_fall(LAST_FALL)),
    ],
    ids=["C1", "C4", "K4"],
)
def test_a_break_is_found_where_it_was_made(design, rows, last):
    found = design.stability(rows)
    assert abs((pd.Timestamp(found.date) - last).days) <= 100
    assert found.p_value <= 0.02


@pytest.mark.parametrize(
    ("design", "rows"),
    [(Skill(), odds(0)), (Switching(), holdings(0)), (ExtraFall(), falls(0))],
    ids=["C1", "C4", "K4"],
)
def test_without_a_break_none_is_visible(design, rows):
    assert design.stability(rows).p_value > 0.05


def test_what_never_varies_has_no_break():
    assert broken_mean(pd.Series(1.0, INDEX), "auto", 1, 12) is None
    assert Switching().stability(holdings(0).assign(benchmark=1.0)) is None
