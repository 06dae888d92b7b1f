"""A claim that says nothing of its figure gets one all the same, with a name on each axis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import r2klib
from r2klib import claims, show
from r2klib.claims.designs import AfterEvents, Foretell, Mean, Ratio, Slope
from r2klib.show.pictures import picture
from r2klib.stats import log_volatility_ratio

MONTHS = pd.date_range("1990-01-31", periods=240, freq="ME")
DRAWN = np.random.default_rng(7).normal(size=(240, 3)) / 20
ROWS = pd.DataFrame(DRAWN, MONTHS, ["y", "oil", "market"])
CASES = {
    "slope": (Slope(unit="% per unit", scale=100, null="none", on="oil"), ROWS, "oil", "y, %"),
    "sum": (
        Slope(unit="% per unit", scale=100, null="none", on={"oil": 1.0, "market": 1.0}),
        ROWS, "oil + market", "y, %",
    ),
    "dummy": (
        Slope(unit="%", scale=100, null="none", on="oil"),
        ROWS[["y"]].assign(oil=ROWS["oil"] > 0), "%", "",
    ),
    "signal": (
        Foretell(draws=99), ROWS.rename(columns={"oil": "signal"}),
        "signal", "y in the next period, %",
    ),
    "events": (
        AfterEvents(months=6), ROWS[["y"]].assign(event=MONTHS.month == 3).astype(float),
        "event", "y in the 6 periods after, %",
    ),
    "mean": (Mean(), ROWS[["y"]], "", "y since the start, %"),
    "ratio": (
        Ratio(unit="log ratio", null="alike", statistic=log_volatility_ratio, draws=99),
        ROWS.set_axis(["small", "large", "market"], axis="columns")[["small", "large"]], "", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_plain_claim_is_drawn(name):
    design, rows, along, up = CASES[name]
    theme = claims.Theme("mine")

    @theme.claim(
        id="M1", statement="It is so.", sort="level", direction=1, sei=1.0, design=design,
        measure="What is measured.",
    )  # fmt: skip
    def plain(data):
        return rows

    found = claims.evaluate(r2klib.load("sample"), claims=claims.Ledger(theme.claims))["M1"]
    exhibit = picture(found)
    if "by fifths of" in exhibit.note:
        assert exhibit.x.startswith(up)
        assert f"by fifths of {along}" in exhibit.note
    else:
        assert exhibit.x.startswith(along)
        assert exhibit.y.startswith(up)
    assert exhibit.x or exhibit.y
    assert "what is measured: " in exhibit.title.lower()
    shown = show.argue(found)
    assert "<figure" in shown.html
    assert not found.estimate.method.startswith(";")
    assert "()" not in found.estimate.method


def test_a_dummy_of_any_name_parts_two_groups():
    design, rows, *_ = CASES["dummy"]
    theme = claims.Theme("mine")
    theme.claim(
        id="M1", statement="It is so.", sort="level", direction=1, sei=1.0, design=design,
        measure="What is measured.",
    )(lambda data: rows[["y", "oil"]])  # fmt: skip
    found = claims.evaluate(r2klib.load("sample"), claims=claims.Ledger(theme.claims))["M1"]
    drawn = picture(found).frame["value"]
    by_hand = 100 * rows.groupby("oil")["y"].mean()
    expected = [by_hand[True], by_hand[False], by_hand[True] - by_hand[False]]
    assert drawn.tolist() == pytest.approx(expected)
