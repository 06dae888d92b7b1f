"""Yahoo Finance through yfinance: raw bars, Adj Close, dividends and splits.

What yfinance does that must be known: it remembers error answers (its cache is cleared before
every try), turns a server's error into a JSON error, keeps a pickled cookie (it gets a folder
that only the user can read), puts bars in order and drops repeated ones without a word (the
session looks at the stamps as they came), and re-enables warnings when it is imported. Prices are
never repaired here; what looks wrong is recorded by `r2klib.live.validate`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from curl_cffi import CurlOpt
from curl_cffi import requests as curl

from r2klib.data.catalog import SeriesInfo
from r2klib.errors import R2kError, SchemaChanged, SourceUnavailable
from r2klib.home import cache_home
from r2klib.live.sources import CAP_BYTES, Answer, Job, Want
from r2klib.live.sources.http import Client
from r2klib.live.sources.network import certificates, refuse_if_offline

HOST = "query2.finance.yahoo.com"
PACES = {HOST: 0.25}
#: Calendar days that a later pull asks again, and how many of the last bars may still change.
TAIL_DAYS, UNSETTLED = 45, 2
_EVENTS = ["Dividends", "Stock Splits"]
_NEW_YORK = ZoneInfo("America/New_York")
_LATER = "Try `r2k pull --source yahoo` later."
_LOGGER = logging.getLogger("yfinance")


class YahooSource:
    """Symbols of Yahoo, one job each."""

    name = "yahoo"

    def __init__(self) -> None:
        self._session: Session | None = None

    def jobs(self, wants: Sequence[Want]) -> list[Job]:
        """One job for each symbol."""
        return [Job(HOST, (want.id,), self._runner(want)) for want in wants]

    def _runner(self, want: Want) -> Any:
        def run(client: Client) -> Iterator[Answer]:
            if self._session is None:
                self._session = open_session(client)
            yield _answer(self._session, client, want)

        return run


def bars(
    session: Session, client: Client, symbol: str, start: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Daily bars of one symbol, such as ``"IWM"`` or ``"^RUT"``, as Yahoo has them now.

    Open, High, Low, Close (split-adjusted), Adj Close (dividend-adjusted too), Volume, Dividends,
    Stock Splits by day, from `start` or all history. NaN where Yahoo sends none. Today's bar is
    left out until New York has closed; of a symbol that trades elsewhere, until the day is over
    there. Raises `SourceUnavailable` or `SchemaChanged` if Yahoo has no such symbol, does not
    answer, or answers with something else.
    """
    yf = _yfinance()
    limits: dict[str, Any] = {"start": start.date().isoformat()} if start is not None else {}
    failed: R2kError | None = None
    try:
        for attempt in client.tries(_passing, first_wait=1.0):
            with attempt:
                client.keep_pace(HOST)
                # yfinance remembers answers, also those that were errors.
                yf.data.YfData.cache_get.cache_clear()
                ticker = yf.Ticker(symbol, session=session)
                table: pd.DataFrame = ticker.history(
                    period="max" if start is None else None,
                    auto_adjust=False,
                    actions=True,
                    keepna=True,
                    timeout=client.timeout,
                    **limits,
                )
    except Exception as error:  # noqa: BLE001 - yfinance and curl raise whatever they meet
        failed = _explained(symbol, error)
    finally:  # yfinance opens its caches in every thread anew, and closes those of the main one
        for opened in (yf.cache._TzDBManager, yf.cache._CookieDBManager):
            opened.close_db()
    if failed is not None:
        raise failed
    return _tidy(table, symbol, client)


def _tidy(raw: pd.DataFrame, symbol: str, client: Client) -> pd.DataFrame:
    wanted = ["Open", "High", "Low", "Close", "Adj Close", "Volume", *_EVENTS]
    missing = [name for name in wanted if name not in raw]
    if missing or raw.empty or not isinstance(raw.index, pd.DatetimeIndex):
        came = f"{len(raw)} rows with columns {', '.join(map(str, raw.columns)) or 'none'}"
        raise SchemaChanged(f"Yahoo's {symbol}", f"bars with {', '.join(wanted)}", came, _LATER)
    table = raw[wanted].astype("float64")
    table.index = pd.DatetimeIndex(raw.index).tz_localize(None).normalize()
    table = table[~table.index.duplicated(keep="last")].sort_index()
    table = table[table.index <= _last_finished(raw.index, client.now())]
    # On holidays Yahoo sends rows of nothing for some symbols: no observation. A dividend or a
    # split may stand on one, and is kept.
    nothing = table.iloc[:, :5].isna().all(axis=1) & (table["Volume"].fillna(0) == 0)
    return table[~nothing | (table[_EVENTS].fillna(0) != 0).any(axis=1)]


def _last_finished(stamps: pd.DatetimeIndex, now: dt.datetime) -> pd.Timestamp:
    """The last day whose bar is final where the symbol trades.

    New York's is a little after its close. When others close is not known here (some never do):
    their bar is final when their day is over.
    """
    zone = stamps.tz or _NEW_YORK
    there = now.astimezone(zone)
    closed = str(zone) == _NEW_YORK.key and (there.hour, there.minute) >= (16, 20)
    return pd.Timestamp(there.date()) - pd.Timedelta(days=0 if closed else 1)


def _answer(session: Session, client: Client, want: Want) -> Answer:
    info, held = want.info, want.held
    assert info.live is not None
    symbol, before = info.live.code, session.received
    url = f"https://{HOST}/v8/finance/chart/{quote(symbol)}"

    def made(table: pd.DataFrame, *notes: str, unchanged: bool = False) -> Answer:
        answer = Answer(info.id, table, url, client.stamp(), session.received - before, notes)
        odd = odd_stamps(session.stamps)
        return dataclasses.replace(answer, anomalies=odd, unchanged=unchanged)

    if held is not None and isinstance(held.table, pd.DataFrame):
        start = held.table.index[-1] - pd.Timedelta(days=TAIL_DAYS)
        tail = _columns(bars(session, client, symbol, start), info)
        joined = spliced(held.table, tail)
        if isinstance(joined, pd.DataFrame):
            return made(joined, unchanged=joined.equals(held.table))
        whole = _columns(bars(session, client, symbol), info)
        return made(whole, f"{joined}: fetched whole.")
    return made(_columns(bars(session, client, symbol), info))


def spliced(held: pd.DataFrame, tail: pd.DataFrame) -> pd.DataFrame | str:
    """Join a tail of bars, which starts inside what is held, to that, or say why to fetch all.

    Older Adj Close is rescaled by Yahoo's constant factor. Reasons are a split, a missing day, a
    changed close or dividend, a factor that is not constant. The last two held bars may differ:
    Yahoo settles them overnight.
    """
    overlap = held.loc[tail.index[0] : held.index[-1]].iloc[:-UNSETTLED]
    if overlap.empty:
        return "The tail does not reach what is held"
    fresh = tail.reindex(overlap.index)
    if not overlap.index.isin(tail.index).all():
        return "A day that is held is gone"
    if "Stock Splits" in tail and tail["Stock Splits"].loc[held.index[-1] :].iloc[1:].any():
        return "A split since the last pull"
    for name in ("Close", "Dividends"):
        if name in held and not np.allclose(fresh[name], overlap[name], rtol=1e-6, equal_nan=True):
            return f"{name} was revised in the last {TAIL_DAYS} days"
    factors = (fresh["Adj Close"] / overlap["Adj Close"]).dropna()
    if factors.empty or factors.max() / factors.min() - 1 > 1e-4:
        return "Adj Close changed by more than a constant factor"
    factor = float(factors.median())
    older = held[held.index < tail.index[0]]
    if abs(factor - 1) > 1e-9:
        older = older.assign(**{"Adj Close": older["Adj Close"] * factor})
    joined: pd.DataFrame = pd.concat([older, tail])
    return joined


def _columns(table: pd.DataFrame, info: SeriesInfo) -> pd.DataFrame:
    return table[list(info.columns)] if info.columns else table


def odd_stamps(stamps: Sequence[int]) -> tuple[str, ...]:
    """Say what is wrong with the stamps (seconds since 1970) of bars as Yahoo sent them.

    Nothing where they increase by at least a day. The last may repeat the day before it: today's
    price beside today's bar.
    """
    days = pd.DatetimeIndex(pd.to_datetime(list(stamps), unit="s", utc=True))
    days = days.tz_convert(_NEW_YORK).tz_localize(None).normalize()
    if len(days) > 1 and days[-1] == days[-2]:
        days = days[:-1]
    said = []
    if not days.is_monotonic_increasing:
        said.append("bars came out of order and were sorted")
    twice = days[days.duplicated()].unique()
    if len(twice):
        last = twice.max().date()
        said.append(f"{len(twice)} days came twice, one bar of each was kept (the last {last})")
    return tuple(said)


class Session(curl.Session):  # type: ignore[misc]
    """curl_cffi's session that counts the bytes it `received` and obeys ``R2K_OFFLINE``.

    It keeps the `stamps` of the last chart, as sent.
    """

    received = 0
    stamps: Sequence[int] = ()

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> Any:
        """Send one request, as the base class does."""
        refuse_if_offline(urlsplit(str(url)).hostname or "")
        response = super().request(method, url, *args, **options)
        self.received += len(response.content)
        if "/finance/chart/" in str(url):
            self.stamps = _stamps_of(response.content)
        return response


def _stamps_of(chart: bytes) -> Sequence[int]:
    """Return the stamps of a chart; none where it is something else, which yfinance reports."""
    try:
        return [int(stamp) for stamp in json.loads(chart)["chart"]["result"][0]["timestamp"]]
    except (ValueError, TypeError, KeyError, IndexError):
        return ()


def open_session(client: Client) -> Session:
    """Return a session for `bars`, with this machine's certificates and the client's limits."""
    return Session(
        impersonate="chrome",
        verify=certificates() or True,
        timeout=client.timeout,
        curl_options={
            CurlOpt.MAXFILESIZE_LARGE: CAP_BYTES,
            CurlOpt.PROTOCOLS_STR: b"https",
            CurlOpt.REDIR_PROTOCOLS_STR: b"https",
        },
    )


def _yfinance() -> Any:
    """Import yfinance without its effects on warnings and with its cookies in a private folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import yfinance as yf
    folder = cache_home() / "yfinance"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):  # not ours to change, or no such notion here
        folder.chmod(0o700)
    if yf.cache._CookieDBManager.get_location() != str(folder):
        yf.set_tz_cache_location(str(folder))
        # A cache that was in use keeps its old database: both start anew.
        yf.cache._TzCacheManager._tz_cache = None
        yf.cache._CookieCacheManager._Cookie_cache = None
    yf.config.debug.hide_exceptions = False
    if not _LOGGER.handlers:
        _LOGGER.addHandler(logging.NullHandler())
    return yf


def _passing(error: Exception) -> bool:
    """Whether another try may help: rate limits, broken connections, pages instead of JSON."""
    name = type(error).__name__
    if isinstance(error, R2kError):
        return False
    return name in ("YFRateLimitError", "YFDataException") or isinstance(
        error, curl.exceptions.RequestException | json.JSONDecodeError | OSError
    )


def _explained(symbol: str, error: Exception) -> R2kError:
    if isinstance(error, R2kError):
        return error
    name, text = type(error).__name__, " ".join(str(error).split())[:200]
    if name == "YFRateLimitError":
        reason = "it answered 429 Too Many Requests"
        return SourceUnavailable("Yahoo", reason, _LATER, unreachable=True)
    if name in ("YFPricesMissingError", "YFTzMissingError"):
        return SourceUnavailable("Yahoo", f"it has no prices of {symbol}", _LATER)
    if isinstance(error, json.JSONDecodeError) or name == "YFDataException":
        reason = f"for {symbol} it sent something other than JSON: a server error or a page"
        return SourceUnavailable("Yahoo", reason, _LATER, unreachable=True)
    if isinstance(error, OSError):
        reason = f"the connection broke ({name}: {text})"
        return SourceUnavailable("Yahoo", reason, _LATER, unreachable=True)
    return SchemaChanged(
        f"Yahoo's {symbol}", "a chart that yfinance reads", f"{name}: {text}", _LATER
    )
