"""Holdings: weights, breadth and values by hand, on made-up lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import holdings, profile, sectors
from r2klib.data import Dataset
from r2klib.data.catalog import Origin
from r2klib.data.catalog import get as row_of
from r2klib.data.provenance import describe
from r2klib.errors import InputError

DAY = "2025-05-13"


def fund(values, sectors=None, names=None, extra=()):
    """A list of shares worth `values`, with a row of cash below."""
    n = len(values)
    table = pd.DataFrame(
        {
            "as_of": pd.Timestamp(DAY),
            "ticker": [f"T{i}" for i in range(n)],
            "name": names or [f"COMPANY {i}" for i in range(n)],
            "sector": sectors or ["Energy"] * n,
            "asset_class": "Equity",
            "weight": np.round(np.asarray(values, float) / (sum(values) or 1), 4),
            "market_value": np.asarray(values, float),
            "shares": 1.0,
            "price": 1.0,
            "fund_shares": np.nan,
        }
    )
    cash = table.iloc[[0]].assign(asset_class="Cash", sector="Cash", market_value=1e6, weight=0.5)
    return pd.concat([table, cash, *extra], ignore_index=True)


def edition(tables):
    rows = {name: row_of(name) for name in tables}
    sources = {
        name: describe(table, rows[name], Origin("test", name)) for name, table in tables.items()
    }
    return Dataset("made up", "user", tables, sources)


def index_closes(level=2000.0):
    dates = pd.bdate_range("2025-05-01", "2025-10-31")
    bars = dict.fromkeys(("Open", "High", "Low", "Close", "Adj Close", "Volume"), level)
    return pd.DataFrame(bars, index=dates)


def test_members_are_shares_with_weights_of_market_value():
    data = edition({"ishares.IWM": fund([60.0, 30.0, 10.0, 1e-9])})
    found = holdings.members(data, "ishares.IWM")
    assert list(found["ticker"]) == ["T0", "T1", "T2"]  # no cash, no residue
    np.testing.assert_allclose(found["weight"], [0.6, 0.3, 0.1])


def test_a_list_without_shares_is_refused():
    data = edition({"ishares.IWM": fund([0.0, 0.0])})
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


@pytest.mark.parametrize(
    ("inside", "status"),
    [(60, "holds"), (52, "borderline"), (48, "borderline"), (40, "does not hold")],
)
def test_the_share_of_members_in_the_band(inside, status):
    # Of 100 members `inside` are worth 1 unit, the rest 10; the float is spread over their sum, so
    # with a float of 2.4 trillion the units decide nothing: the band is set around the small ones.
    values = [1.0] * inside + [10.0] * (100 - inside)
    unit = holdings.FLOAT_VALUE / sum(values) / 1e9  # billion dollars a unit
    data = edition({"ishares.IWM": fund(values), "^RUT": index_closes()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profile, "BAND", (0.5 * unit, 2 * unit))
        evidence = profile.members_in_band.test(data)
    assert evidence.answer.value == pytest.approx(inside)
    assert evidence.answer.status == status


def lists(small, large, small_sectors=None, large_sectors=None):
    return edition(
        {
            "ishares.IWM": fund(small, small_sectors),
            "ishares.IVV": fund(large, large_sectors),
        }
    )


def test_broader_needs_all_three_measures():
    eleven = [f"sector {i % 11}" for i in range(110)]
    even, top_heavy = [1.0] * 110, [100.0] * 5 + [1.0] * 105
    assert sectors.broader.test(lists(even, top_heavy, eleven, eleven)).answer.status == "holds"
    turned = sectors.broader.test(lists(top_heavy, even, eleven, eleven)).answer
    assert turned.status == "does not hold"
    # Names alike, yet all in one sector: two of three are not enough.
    one = sectors.broader.test(lists(even, top_heavy, ["Energy"] * 110, eleven)).answer
    assert one.status == "does not hold"
    assert sum(one.parts.values()) == 2
    assert one.value == pytest.approx(110 / ((605**2) / (5 * 100**2 + 105)))
