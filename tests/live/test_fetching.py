"""`r2klib.live.fetch`: any symbols of Yahoo, on made-up bars."""

from __future__ import annotations

import datetime as dt
import sys

import pandas as pd
import pytest

from r2klib import factor_table, live, load
from r2klib.claims import pairs
from r2klib.errors import InputError, SourceUnavailable
from r2klib.live import fetch
from r2klib.live.sources.http import Client
from r2klib.live.sources.yahoo import _yfinance
from tests.live.bodies import YAHOO, chart, prices
from tests.live.loopback import Loopback, Reply

NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)
HOSTS = (YAHOO, "query1.finance.yahoo.com", "fc.yahoo.com")


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """yfinance remembers answers from test to test otherwise."""
    _yfinance().data.YfData.cache_get.cache_clear()


@pytest.fixture
def yahoo(loopback: Loopback) -> Loopback:
    frames = {
        "VBR": prices("2023-01-03", "2024-06-10"),
        "VV": prices("2023-01-03", "2024-06-10", 8),
    }
    for host in HOSTS:
        loopback.route(host, chart(frames))
    return loopback


def ask(*symbols: str, **options: object):
    client = Client(timeout=2, deadline=5, now=lambda: NOW)
    return fetch(list(symbols), client=client, **options)  # type: ignore[arg-type]


def test_symbols_that_the_catalog_does_not_know(yahoo: Loopback) -> None:
    data = ask("VBR", "VV")
    assert list(data) == ["VBR", "VV"]
    assert data.kind == "user"
    said = data.provenance["VBR"]
    assert (said.source, said.code, said.retrieved_at) == ("yahoo", "VBR", "2024-06-10T22:00:00Z")
    assert "no redistribution" in said.terms
    assert said.lag_days == 0
    expected = prices("2023-01-03", "2024-06-10")
    assert data.frame("VBR")["Close"].to_numpy() == pytest.approx(expected["close"].to_numpy())
    months = pairs.monthly_returns(data, ["VBR", "VV"])
    closes = expected["close"].resample("ME").last()
    assert months["VBR"].loc["2023-02-28"] == pytest.approx(closes.iloc[1] / closes.iloc[0] - 1)
    assert months.index[-1] == pd.Timestamp("2024-05-31")  # June has only begun


def test_a_first_day_and_one_symbol(yahoo: Loopback) -> None:
    assert str(ask("VBR", start="2024-03-01").frame("VBR").index[0].date()) == "2024-03-01"
    client = Client(timeout=2, deadline=5, now=lambda: NOW)
    assert list(fetch("VV", client=client)) == ["VV"]


def test_what_looks_wrong_is_told(yahoo: Loopback) -> None:
    frame = prices("2023-01-03", "2024-06-10").drop(pd.Timestamp("2024-04-10"))
    for host in HOSTS:
        yahoo.route(host, chart({"VBR": frame}))
    assert "without a bar" in " ".join(ask("VBR").provenance["VBR"].anomalies)


def test_all_symbols_come_or_none(yahoo: Loopback) -> None:
    with pytest.raises(SourceUnavailable, match="no prices of NOSUCH"):
        ask("VBR", "NOSUCH")
    yahoo.fault(YAHOO, Reply(500))
    with pytest.raises(SourceUnavailable, match="Yahoo"):
        ask("VBR")


def test_offline_means_offline() -> None:
    with pytest.raises(SourceUnavailable, match="R2K_OFFLINE"):
        ask("VBR")


@pytest.mark.parametrize(
    ("symbols", "said"),
    [([], "empty"), ([""], "such as 'VBR'"), ([7], "got 7"), (["VBR VV"], "got 'VBR VV'")],
)
def test_what_cannot_be_a_symbol_is_refused_before_any_request(
    loopback: Loopback, symbols: list[object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        fetch(symbols)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="date"):
        fetch(["VBR"], start="soon")
    assert not loopback.log


def test_without_the_live_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(vars(live), "fetch")
    monkeypatch.setitem(sys.modules, "r2klib.live.fetching", None)
    with pytest.raises(InputError, match=r"`fetch` needs the live extra .*r2klib\[live\]"):
        live.fetch(["VBR"])
    with pytest.raises(InputError, match="No data for VBR in the edition, and `fetch` needs"):
        factor_table("VBR", "ff3", data=load("sample"), fetch=True)
