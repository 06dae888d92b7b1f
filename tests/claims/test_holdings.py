"""Holdings: weights, breadth and values by hand, on made-up lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import holdings
from r2klib.errors import InputError
from tests.claims.worlds import catalogued, holding


def test_members_are_shares_with_weights_of_market_value():
    data = catalogued({"ishares.IWM": holding([60.0, 30.0, 10.0, 1e-9])})
    found = holdings.members(data, "ishares.IWM")
    assert list(found["ticker"]) == ["T0", "T1", "T2"]  # no cash, no residue
    np.testing.assert_allclose(found["weight"], [0.6, 0.3, 0.1])


def test_a_list_without_shares_is_refused():
    data = catalogued({"ishares.IWM": holding([0.0, 0.0])})
    with pytest.raises(InputError, match=r"ishares\.IWM lists no shares"):
        holdings.members(data, "ishares.IWM")


def test_breadth_by_hand():
    shares = pd.DataFrame(
        {"sector": ["A", "A", "B", "Other"], "weight": [0.4, 0.2, 0.3, 0.1], "name": list("wxyz")}
    )
    found = holdings.breadth(shares)
    assert found.herfindahl == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert found.effective == pytest.approx(1 / (0.16 + 0.04 + 0.09 + 0.01))
    assert found.top10 == pytest.approx(1.0)


def test_share_classes_are_added_up():
    shares = pd.DataFrame(
        {
            "ticker": ["GOOGL", "GOOG", "X"],
            "name": ["ALPHABET INC CLASS A", "ALPHABET INC CLASS C", "CLASSIC CARS INC"],
            "sector": ["Communication"] * 2 + ["Energy"],
            "weight": [0.5, 0.3, 0.2],
        }
    )
    merged = holdings.by_issuer(shares)
    assert merged["weight"].to_dict() == pytest.approx(
        {"ALPHABET INC": 0.8, "CLASSIC CARS INC": 0.2}
    )


def test_the_index_value_moves_with_its_price():
    closes = pd.Series([100.0, 120.0], index=pd.to_datetime(["2025-05-13", "2026-01-30"]))
    day = pd.Timestamp("2026-02-01").date()
    assert holdings.index_value(closes, day) == pytest.approx(1.2 * holdings.FLOAT_VALUE)
    with pytest.raises(InputError, match="starts on 2025-05-13"):
        holdings.index_value(closes, pd.Timestamp("2025-01-02").date())
