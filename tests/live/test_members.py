"""The panel of members: the heaviest shares of each fund, under the names that Yahoo knows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from r2klib.data import catalog, snapshot
from r2klib.live.gather import Gathered
from r2klib.live.members import gather_members, largest, symbols
from r2klib.live.progress import Progress
from r2klib.live.sources.http import Client
from r2klib.live.stored import Stored
from r2klib.live.writer import Entry
from tests.live.bodies import YAHOO, YAHOO_HOSTS, chart, prices
from tests.live.loopback import Loopback, Reply

NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)


def holdings(tickers: str, cash: float) -> pd.DataFrame:
    rows = [(ticker, "", "Equity", 0.1 - at / 100) for at, ticker in enumerate(tickers)]
    frame = pd.DataFrame([("USD", "", "Cash", cash), *rows])
    frame.columns = pd.Index(["ticker", "name", "asset_class", "weight"])
    return frame.assign(as_of=pd.Timestamp("2024-06-07"), market_value=frame["weight"] * 1e9)


def panel_of(number: int, **funds: pd.DataFrame) -> Gathered:
    """The panel of these holdings, through the loopback."""
    gathered = Gathered()
    columns = list(catalog.get("ishares.IWM").columns)
    for fund, table in funds.items():
        gathered.entries[f"ishares.{fund}"] = Entry(table.reindex(columns=columns), {})
    with Client(timeout=2, deadline=5, now=lambda: NOW) as client:
        gather_members(number, gathered, Stored(snapshot.root()), client, NOW.date(), Progress())
    return gathered


@pytest.mark.slow
def test_members_are_the_heaviest_shares_of_each_fund(loopback: Loopback) -> None:
    panel = largest({"IWM": holdings("ABC", 0.9), "IVV": holdings("XAZ", 0.9)}, 2)
    assert panel["ticker"].tolist() == ["A", "B", "X"]
    assert panel["fund"].tolist() == ["IWM", "IWM", "IVV"]
    odd = holdings("AB-C", 0.0)
    odd.loc[odd["ticker"] == "A", "market_value"] = 0.0  # a right without a price
    assert largest({"IWM": pd.concat([odd, odd])}, 5)["ticker"].tolist() == ["B", "C"]
    frames = {name: prices("2024-05-01", "2024-06-10", seed) for seed, name in enumerate("AX")}
    for host in YAHOO_HOSTS:
        loopback.route(host, chart(frames))
    gathered = panel_of(2, IWM=holdings("AB", 0.0), IVV=holdings("X", 0.0))
    assert gathered.failures == {}
    assert gathered.n_bytes > 1000
    entries = gathered.entries
    assert entries["members"].table["ticker"].tolist() == ["A", "X"]  # B has no bars
    close = entries["members.close"].table
    assert list(close) == ["A", "X"]
    assert close["X"].to_numpy() == pytest.approx(frames["X"]["close"].to_numpy())
    assert any("Survivorship" in note for note in entries["members.close"].row["notes"])
    assert any("1 members without bars: B" in note for note in entries["members"].row["notes"])
    assert "needs the holdings ishares.IWM, ishares.IVV" in panel_of(2).failures["members"]


@pytest.mark.parametrize(
    ("ticker", "name", "expected"),
    [
        ("BRKB", "BERKSHIRE HATHAWAY INC CLASS B", ("BRKB", "BRK-B")),
        ("BFB", "BROWN FORMAN CORP CLASS B", ("BFB", "BF-B")),
        ("BRK.B", "BERKSHIRE HATHAWAY INC CLASS B", ("BRK-B",)),
        ("MOGA", "MOOG INC CLASS A", ("MOGA", "MOG-A")),
        ("GOOGL", "ALPHABET INC CLASS A", ("GOOGL",)),
        ("AAPL", "APPLE INC", ("AAPL",)),
        ("V", "VISA INC CLASS A", ("V",)),
    ],
)
def test_what_yahoo_may_call_a_share_class(ticker: str, name: str, expected: tuple) -> None:
    assert symbols(ticker, name) == expected


def test_a_share_class_is_asked_for_with_its_hyphen_where_yahoo_has_no_other(
    loopback: Loopback,
) -> None:
    frames = {"BRK-B": prices("2024-05-01", "2024-06-10"), "MA": prices("2024-05-01", "2024-06-10")}
    for host in YAHOO_HOSTS:
        loopback.route(host, chart(frames))
    fund = holdings("AB", 0.0).iloc[1:]
    fund = fund.assign(ticker=["BRKB", "MA"], name=["BERKSHIRE CLASS B", "MASTERCARD INC CLASS A"])
    close = panel_of(2, IWM=holdings("", 0.0), IVV=fund).entries["members.close"].table
    assert list(close) == ["BRKB", "MA"]
    assert close.notna().all(axis=None)


def test_members_are_not_asked_for_from_a_host_that_is_down(loopback: Loopback) -> None:
    for host in YAHOO_HOSTS:
        loopback.route(host, Reply(429))
    gathered = panel_of(5, IWM=holdings("ABCDE", 0.0), IVV=holdings("VWXYZ", 0.0))
    assert "429" in gathered.failures["members"]
    asked = {one.path for one in loopback.asked(YAHOO) if one.path.startswith("/v8/")}
    assert len(asked) == 2
