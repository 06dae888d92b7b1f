"""The dollar: a planted response is found net of the market, and nothing where nothing is."""

from __future__ import annotations

import pytest

from tests.claims import worlds
from tests.claims.worlds import edition, judge, nothing, walk


def dollar_world(effect, seed):
    """Log points of d per log point of the dollar, which rises when stocks fall."""
    market = walk(seed, 0.010)
    dollar = walk(seed + 100, 0.003) - 0.15 * market
    d = 0.2 * market + effect * dollar + walk(seed + 200, 0.005)
    from_2006 = slice("2006-01-02", None)
    broad = worlds.prices(dollar.cumsum())["Close"].loc[from_2006]
    return edition(worlds.indices(d, market) | {"DTWEXBGS": broad}, lags={"DTWEXBGS": 8})


def test_p6_finds_a_planted_response_net_of_the_market():
    (verdict,) = judge(dollar_world(0.5, 1), "P6")
    assert verdict.estimate.value == pytest.approx(0.5, abs=0.15)
    assert verdict.label == "supported (material)"
    assert len(verdict.specifications) >= 6
    raw = {point.label: point.value for point in verdict.specifications}["market not controlled"]
    assert raw < verdict.estimate.value - 0.1  # the market's own fall would hide it


def test_p6_contradicts_the_opposite():
    (verdict,) = judge(dollar_world(-0.5, 2), "P6")
    assert verdict.status == "contradicted"


@pytest.mark.parametrize("seed", range(3, 6))
def test_p6_finds_nothing_where_nothing_is(seed):
    (verdict,) = judge(dollar_world(0.0, seed), "P6")
    assert nothing(verdict)


def test_p6_without_its_series_says_so(sample):
    (verdict,) = judge(sample, "P6")
    assert verdict.status == "no data"
    assert "DTWEXBGS" in verdict.reason
