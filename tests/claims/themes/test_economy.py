"""Economy: planted shocks from abroad are found, with their sign."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.asking import examine
from r2klib.claims.evaluate import missing_series
from r2klib.claims.themes import economy
from tests.claims import worlds
from tests.claims.worlds import catalogued

MONTHS = pd.date_range("1960-01-31", "2019-12-31", freq="ME")


def abroad_edition(on_tension, on_slowdown, seed=0):
    """D answers, net of a beta, to the innovations of tension and of slowdown abroad."""
    random, n = np.random.default_rng(seed), len(MONTHS)
    news, foreign = (random.normal(size=n) for _ in range(2))
    tension = np.zeros(n)
    for t in range(1, n):
        tension[t] = 0.7 * tension[t - 1] + 0.3 * news[t]
    market = random.normal(0.005, 0.04, n)
    d = 0.2 * market + (on_tension * news - on_slowdown * foreign) / 1200
    d += random.normal(0, 0.01, n)
    factors = pd.DataFrame({"Mkt-RF": market, "SMB": d, "HML": 0.0, "RF": 0.0}, index=MONTHS)

    def level(growth):
        return pd.Series(100 * np.exp(np.cumsum(growth)), index=MONTHS)

    return catalogued(
        {
            "tpu": pd.Series(100 * np.exp(tension), index=MONTHS),
            "foreign.ip": level(0.002 + 0.002 * foreign),
            "french.factors": factors,
            **worlds.century(pd.Series(d, MONTHS)),
        }
    )


def test_shocks_from_abroad_are_found():
    evidence = examine(economy.abroad, abroad_edition(4.0, 4.0))
    # Two unit shocks of 4 each, summed: the slope per sd of the sum is 4 x sqrt(2).
    low, high = evidence.answer.interval
    assert 0 < low < 4 * np.sqrt(2) < high
    points = {point.label: point for point in evidence.specifications}
    assert points["trade tension alone"].value == pytest.approx(4, abs=1)
    assert points["foreign slowdown alone"].value == pytest.approx(4, abs=1)
    assert len(points) >= 6


def test_a_link_of_the_month_may_use_an_index_before_it_was_published_and_says_so():
    (said,) = (r for r in examine(economy.abroad, abroad_edition(4.0, 4.0)).remarks if "tpu" in r)
    assert said.startswith("tpu was first published on 2019-09-03: before, ")


def test_what_hurts_small_companies_more_has_the_other_sign():
    answer = economy.abroad.estimate(abroad_edition(-4.0, -4.0, seed=1))
    assert answer.interval[1] < 0


def test_without_the_long_trade_index_the_claim_has_no_data():
    data = abroad_edition(0.0, 0.0).without(["tpu"])
    assert missing_series(economy.abroad, data) == ["tpu"]
