"""Yahoo through yfinance, on made-up bars."""

from __future__ import annotations

import datetime as dt
import os
import stat
import warnings

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.errors import R2kError, SchemaChanged, SourceUnavailable
from r2klib.home import cache_home
from r2klib.live.sources import Answer, Held, Want, yahoo
from r2klib.live.sources.http import Client
from r2klib.live.sources.yahoo import YahooSource, _yfinance, spliced
from tests.live.bodies import HTML, YAHOO, YAHOO_HOSTS, chart, prices
from tests.live.loopback import Loopback, Reply

NOW = dt.datetime(2024, 6, 10, 22, 0, tzinfo=dt.UTC)


def serve(loopback: Loopback, **frames: pd.DataFrame) -> None:
    for host in YAHOO_HOSTS:
        loopback.route(host, chart({"^RUT": frames.get("RUT"), **frames}))  # type: ignore[dict-item]


def ask(name: str, held: Held | None = None, now: dt.datetime = NOW) -> Answer:
    (job,) = YahooSource().jobs([Want(catalog.get(name), held)])
    with Client(timeout=2, deadline=5, now=lambda: now) as client:
        (answer,) = job.run(client)
    assert isinstance(answer, Answer)
    return answer


def ask_clean(loopback: Loopback, bars: pd.DataFrame) -> Answer:
    serve(loopback, IWM=bars)
    return ask("IWM")


def held(answer: Answer) -> Held:
    return Held(answer.table, {"merged_from": []}, "2024-06-07")


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """yfinance remembers answers from test to test otherwise."""
    _yfinance().data.YfData.cache_get.cache_clear()


@pytest.fixture
def bars() -> pd.DataFrame:
    frame = prices("2024-01-02", "2024-06-10")
    frame.loc["2024-03-15", "dividend"] = 0.5
    frame.loc[:"2024-03-14", "adjclose"] *= 0.995
    return frame


def test_bars_dividends_and_their_days(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    table = ask("IWM").table
    assert list(table) == list(catalog.get("IWM").columns)
    assert table.index.tolist() == bars.index.tolist()
    assert table.index.tz is None
    assert table["Dividends"].loc["2024-03-15"] == 0.5
    assert table["Close"].to_numpy() == pytest.approx(bars["close"].to_numpy())
    assert table["Adj Close"].iloc[0] == pytest.approx(bars["close"].iloc[0] * 0.995)


def test_an_index_has_no_distributions(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, RUT=bars)
    assert list(ask("^RUT").table) == list(catalog.get("^RUT").columns)


def test_todays_bar_waits_for_the_close(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    at_noon = dt.datetime(2024, 6, 10, 16, 0, tzinfo=dt.UTC)
    assert str(ask("IWM", now=at_noon).table.index[-1].date()) == "2024-06-07"
    assert str(ask("IWM").table.index[-1].date()) == "2024-06-10"


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        ("America/New_York", "2024-06-10T20:19", "2024-06-09"),
        ("America/New_York", "2024-06-10T20:21", "2024-06-10"),
        ("Europe/London", "2024-06-10T20:21", "2024-06-09"),
        ("Europe/London", "2024-06-10T23:01", "2024-06-10"),
        ("UTC", "2024-06-10T23:59", "2024-06-09"),  # a coin trades until midnight
        ("Asia/Tokyo", "2024-06-10T20:21", "2024-06-10"),  # where it is the 11th
    ],
)
def test_a_bar_is_final_by_the_clock_of_its_own_exchange(zone: str, now: str, last: str) -> None:
    stamps = pd.DatetimeIndex(["2024-06-07"]).tz_localize(zone)
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    assert str(yahoo._last_finished(stamps, moment).date()) == last


def test_a_dividend_or_a_split_on_a_day_without_prices_is_kept() -> None:
    days = pd.DatetimeIndex(["2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])
    prices = np.array([10.0, np.nan, np.nan, np.nan])
    raw = pd.DataFrame(
        dict.fromkeys(["Open", "High", "Low", "Close", "Adj Close"], prices)
        | {"Volume": [9.0, 0, 0, 0], "Dividends": [0, 0.395, 0, 0], "Stock Splits": [0, 0, 2.0, 0]},
        index=days.tz_localize("America/New_York"),
    )
    with Client(now=lambda: NOW) as client:
        table = yahoo._tidy(raw, "ALB", client)
    assert table["Dividends"].sum() == 0.395
    assert table["Stock Splits"].sum() == 2.0
    assert pd.Timestamp("2024-06-07") not in table.index  # nothing happened there


def test_null_prices_with_volume_stay_and_empty_holidays_go(
    loopback: Loopback, bars: pd.DataFrame
) -> None:
    columns = ["open", "high", "low", "close", "adjclose"]
    bars.loc["2024-04-10", columns] = None
    bars.loc["2024-04-11", [*columns, "volume"]] = None
    serve(loopback, IWM=bars)
    table = ask("IWM").table
    assert table.loc["2024-04-10"].isna().sum() == 5
    assert pd.Timestamp("2024-04-11") not in table.index


def test_duplicate_and_unsorted_stamps_come_out_in_order(
    loopback: Loopback, bars: pd.DataFrame
) -> None:
    clean = ask_clean(loopback, bars)
    assert clean.anomalies == ()
    shuffled = pd.concat([bars.iloc[50:], bars.iloc[:52]])
    serve(loopback, IWM=shuffled)
    answer = ask("IWM")
    table = answer.table
    assert answer.anomalies == (
        "bars came out of order and were sorted",
        "2 days came twice, one bar of each was kept (the last 2024-03-15)",
    )
    pd.testing.assert_frame_equal(table, clean.table)
    assert table.index.is_monotonic_increasing
    assert table.index.is_unique
    assert len(table) == len(bars)


def test_a_later_pull_asks_for_a_tail_and_rescales_adj_close(
    loopback: Loopback, bars: pd.DataFrame
) -> None:
    serve(loopback, IWM=bars.loc[:"2024-06-06"])
    first = ask("IWM")
    later = bars.copy()
    later.loc["2024-06-07", "dividend"] = 1.0
    later.loc[:"2024-06-06", "adjclose"] *= 0.99
    serve(loopback, IWM=later)
    again = ask("IWM", held(first))
    whole = ask("IWM")
    pd.testing.assert_frame_equal(again.table, whole.table, rtol=1e-6)
    assert again.n_bytes < whole.n_bytes / 2
    assert not again.notes


def test_a_revised_close_fetches_the_whole(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    first = ask("IWM")
    bars.loc["2024-05-20", "close"] *= 1.01
    serve(loopback, IWM=bars)
    again = ask("IWM", held(first))
    assert "Close was revised" in again.notes[0]
    assert len(again.table) == len(bars)


def test_the_same_bars_are_called_unchanged(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    assert ask("IWM", held(ask("IWM"))).unchanged


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda tail: tail.drop(tail.index[5]), "gone"),
        (lambda tail: tail.shift(freq="90D"), "does not reach"),
        (lambda tail: tail.assign(**{"Stock Splits": 2.0}), "A split since"),
        (lambda tail: tail.assign(Close=tail["Close"] / 2), "Close was revised"),
        (lambda tail: tail.assign(Dividends=0.1), "Dividends was revised"),
        (
            lambda tail: tail.assign(
                **{"Adj Close": tail["Adj Close"] * np.arange(1, len(tail) + 1)}
            ),
            "constant factor",
        ),
    ],
)
def test_why_a_tail_does_not_fit(bars: pd.DataFrame, spoil, why: str) -> None:
    names = {
        "open": "Open",
        "high": "High",
        "low": "Low",
        "close": "Close",
        "adjclose": "Adj Close",
    }
    table = bars.rename(columns=names | {"dividend": "Dividends", "split": "Stock Splits"})
    assert isinstance(spliced(table[:-1], table.iloc[-30:]), pd.DataFrame)
    said = spliced(table[:-1], spoil(table.iloc[-30:]))
    assert isinstance(said, str)
    assert why in said


@pytest.mark.parametrize("fault", [Reply(429), Reply(500), HTML, Reply(reset=True)])
def test_what_passes_is_tried_again(loopback: Loopback, bars: pd.DataFrame, fault: Reply) -> None:
    serve(loopback, IWM=bars)
    loopback.fault(YAHOO, fault, times=2)
    assert len(ask("IWM").table) == len(bars)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Reply(429), "429"),
        (Reply(500, b"<html>"), "other than JSON"),
        (HTML, "other than JSON"),
        (Reply(200, b'{"chart": {"resu', truncate=True), "broke"),
        (Reply(reset=True), "broke"),
    ],
)
def test_what_lasts_is_an_error_never_an_empty_frame(
    loopback: Loopback, bars: pd.DataFrame, fault: Reply, said: str
) -> None:
    serve(loopback, IWM=bars)
    loopback.fault(YAHOO, fault)
    with pytest.raises(SourceUnavailable, match=said) as caught:
        ask("IWM")
    assert caught.value.unreachable


def test_an_unknown_or_empty_symbol_is_an_error(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, SPY=bars)
    with pytest.raises(SourceUnavailable, match="no prices of IWM"):
        ask("IWM")
    serve(loopback, IWM=bars.iloc[:0])
    with pytest.raises(R2kError, match="IWM"):
        ask("IWM")


def test_bars_without_their_columns_are_an_error(loopback: Loopback) -> None:
    body = b'{"chart": {"result": [{"meta": {"exchangeTimezoneName": "America/New_York"}}]}}'
    loopback.route(YAHOO, Reply(200, body))
    with pytest.raises((SchemaChanged, SourceUnavailable), match="IWM"):
        ask("IWM")


@pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")
def test_the_cookie_folder_is_private(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    ask("IWM")
    folder = cache_home() / "yfinance"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_yfinance_does_not_bring_its_warnings(loopback: Loopback, bars: pd.DataFrame) -> None:
    serve(loopback, IWM=bars)
    before = list(warnings.filters)
    ask("IWM")
    assert warnings.filters == before
