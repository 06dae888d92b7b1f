"""Generated answers in the sources' true wire formats; every number is made up here."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from r2klib.live.validate import sessions
from tests.live.loopback import Asked, Reply

GRAPH, API, YAHOO = "fred.stlouisfed.org", "api.stlouisfed.org", "query2.finance.yahoo.com"
YAHOO_HOSTS = (YAHOO, "query1.finance.yahoo.com", "fc.yahoo.com")
FRENCH = "mba.tuck.dartmouth.edu"
HTML = Reply(200, b"<!DOCTYPE html><html><body>Scheduled maintenance</body></html>")


def months(first: str, values: Sequence[float | None]) -> dict[str, float | None]:
    days = pd.date_range(first, periods=len(values), freq="MS")
    return {str(day.date()): value for day, value in zip(days, values, strict=True)}


def graph(series: Mapping[str, Mapping[str, float | None]], column: str = "observation_date"):
    """fredgraph.csv of these series."""

    def answer(asked: Asked) -> Reply:
        code = asked.query.get("id", "")
        if code not in series:
            return Reply(404, b"<html>not found</html>")
        start = asked.query.get("cosd", "")
        rows = [f"{day},{'' if value is None else value}" for day, value in series[code].items()
                if day >= start]  # fmt: skip
        return Reply(200, "\n".join([f"{column},{code}", *rows, ""]).encode())

    return answer


def api(releases: Mapping[str, Sequence[tuple[str, str, float | None]]], today: str = "2024-06-10"):
    """api.stlouisfed.org; `releases` are (date, published, value) of each series."""

    def error(text: str) -> Reply:
        return Reply(400, f'<error code="400" message="Bad Request.  {text}"/>'.encode())

    def answer(asked: Asked) -> Reply:
        query, code = asked.query, asked.query.get("series_id", "")
        if len(query.get("api_key", "")) != 32:
            return error("The value for variable api_key is not registered.")
        if code not in releases:
            return error("The series does not exist.")
        rows = releases[code]
        if asked.path.endswith("vintagedates"):
            since = query.get("realtime_start", "")
            days = sorted({published for _, published, _ in rows if published >= since})
            items = "".join(f"<vintage_date>{day}</vintage_date>" for day in days)
            return Reply(200, f"<vintage_dates>{items}</vintage_dates>".encode())
        low = query.get("realtime_start", today)
        high = query.get("realtime_end", today)
        out = []
        for date in sorted({date for date, _, _ in rows}):
            mine = sorted((published, value) for d, published, value in rows if d == date)
            ends = [published for published, _ in mine[1:]] + ["9999-12-31"]
            for (published, value), end in zip(mine, ends, strict=True):
                if published <= high and end > low and date >= query.get("observation_start", ""):
                    shown = "." if value is None else value
                    out.append(
                        f'<observation realtime_start="{max(published, low)}" date="{date}" '
                        f'value="{shown}"/>'
                    )
        offset = int(query.get("offset", 0))
        limit = int(query.get("limit", 100000))
        items = "".join(out[offset : offset + limit])
        return Reply(200, f"<observations>{items}</observations>".encode())

    return answer


def prices(first: str, last: str, seed: int = 7) -> pd.DataFrame:
    """Made-up bars of every New York session, with the columns of a chart."""
    trading = sessions()
    days = trading[(trading >= first) & (trading <= last)]
    moves = np.random.default_rng(seed).normal(0, 0.01, len(days))
    close = 100 * np.exp(np.cumsum(moves))
    frame = pd.DataFrame({"open": close, "high": close * 1.01, "low": close * 0.99}, index=days)
    return frame.assign(close=close, volume=1000.0, adjclose=close, dividend=0.0, split=0.0)


def chart(frames: Mapping[str, pd.DataFrame]):
    """The chart endpoint of Yahoo for these symbols, its cookie and its crumb."""

    def answer(asked: Asked) -> Reply:
        if not asked.path.startswith("/v8/"):
            return Reply(200, b"crumb") if "crumb" in asked.path else Reply(404, b"")
        symbol = asked.path.rsplit("/", 1)[1].replace("%5E", "^")
        if symbol not in frames:
            body = {"result": None, "error": {"code": "Not Found", "description": "No data found"}}
            return Reply(404, json.dumps({"chart": body}).encode())
        frame = frames[symbol]
        opened = (frame.index + pd.Timedelta(hours=9.5)).tz_localize("America/New_York")
        frame = frame.assign(stamp=opened.as_unit("s").asi8)
        if "period1" in asked.query:
            frame = frame[frame["stamp"] >= float(asked.query["period1"])]
        else:
            frame = frame.tail(1)
        return Reply(200, json.dumps({"chart": _result(symbol, frame)}).encode())

    return answer


def _result(symbol: str, frame: pd.DataFrame) -> dict[str, object]:
    times = frame["stamp"].tolist()
    quote = {name: _numbers(frame[name]) for name in ("open", "high", "low", "close", "volume")}
    meta = {
        "currency": "USD", "symbol": symbol, "instrumentType": "ETF", "priceHint": 2,
        "exchangeTimezoneName": "America/New_York", "timezone": "EST", "gmtoffset": -18000,
        "firstTradeDate": times[0] if times else 0, "regularMarketTime": times[-1] if times else 0,
        "dataGranularity": "1d", "range": "", "validRanges": ["1d", "max"],
    }  # fmt: skip
    result: dict[str, object] = {"meta": meta, "timestamp": times}
    result["indicators"] = {
        "quote": [quote],
        "adjclose": [{"adjclose": _numbers(frame["adjclose"])}],
    }
    events: dict[str, dict[str, object]] = {}
    for stamp, paid, split in zip(times, frame["dividend"], frame["split"], strict=True):
        if paid:
            events.setdefault("dividends", {})[str(stamp)] = {"amount": paid, "date": stamp}
        if split:
            events.setdefault("splits", {})[str(stamp)] = {
                "date": stamp, "numerator": split, "denominator": 1.0, "splitRatio": f"{split}:1"
            }  # fmt: skip
    if events:
        result["events"] = events
    return {"result": [result], "error": None}


def _numbers(column: pd.Series) -> list[float | None]:
    return [None if value != value else float(value) for value in column]


def zipped(text: bytes) -> bytes:
    """A zip archive of one CSV."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("F-F_Momentum_Factor.csv", text)
    return buffer.getvalue()


def momentum(column: str = "Mom") -> bytes:
    """Ken French's file of one factor."""
    stamps = pd.period_range("2023-01", "2024-04", freq="M").strftime("%Y%m")
    rows = [f"{stamp},  {number / 10:.2f}" for number, stamp in enumerate(stamps)]
    return "\n".join(["Made for a test.", "", f",{column}", *rows, ""]).encode()
