"""The optional panel of members: daily bars of the largest names of each fund.

Today's members only: their past returns are biased up by survival, so the panel serves spreads
and volumes, never mean returns.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping

import pandas as pd

from r2klib.data import catalog
from r2klib.errors import R2kError, SourceUnavailable
from r2klib.live.gather import PATIENCE, Gathered
from r2klib.live.landing import land
from r2klib.live.progress import Progress
from r2klib.live.sources import Answer, Want
from r2klib.live.sources.http import INTERRUPTED, Client
from r2klib.live.sources.ishares import MISSING
from r2klib.live.sources.yahoo import HOST, Session, bars, open_session
from r2klib.live.stored import Stored

FUNDS = ("IWM", "IVV")
FIRST_DAY = pd.Timestamp("2000-01-01")
_FIELDS = {f"members.{name.lower()}": name for name in ("Open", "High", "Low", "Close", "Volume")}


_CLASS = re.compile(r"\b(?:CLASS|CL|SERIES)\s+([A-Z])\b")


def largest(holdings: Mapping[str, pd.DataFrame], number: int) -> pd.DataFrame:
    """Return the panel: the `number` heaviest shares of each fund, heaviest first.

    Columns as_of, ticker, name, fund, weight (decimals); a ticker that both funds hold stays with
    the first. The market value ranks shares, since weights are rounded.
    """
    parts = []
    for fund, table in holdings.items():
        is_share = (table["asset_class"] == "Equity") & ~table["ticker"].isin(MISSING)
        shares = table[is_share & (table["market_value"] > 0)].drop_duplicates("ticker")
        part = shares.nlargest(number, "market_value").assign(fund=fund)
        parts.append(part[["as_of", "ticker", "name", "fund", "weight"]])
    panel: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return panel.drop_duplicates("ticker").reset_index(drop=True)


def symbols(ticker: str, name: str) -> tuple[str, ...]:
    """Return what Yahoo may call a share, the likeliest first: ``("BRKB", "BRK-B")``.

    BlackRock writes a share class without a separator and Yahoo with a hyphen, but only where the
    exchange has one: BRKB is BRK-B, while RUSHA and MA are tickers of their own. The name says
    whether there is a class: ``"BERKSHIRE HATHAWAY INC CLASS B"``.
    """
    plain = re.sub(r"[./ ]", "-", ticker)
    of_class = _CLASS.search(name.upper())
    if of_class is None or len(plain) < 2 or not plain.endswith(of_class[1]) or "-" in plain:
        return (plain,)
    return plain, f"{plain[:-1]}-{plain[-1]}"


def gather_members(
    number: int,
    gathered: Gathered,
    stored: Stored,
    client: Client,
    today: dt.date,
    progress: Progress,
) -> None:
    """Fetch the panel into `gathered`; a single ticker that fails is noted, not a failure."""
    holdings = {}
    for fund in FUNDS:
        name = f"ishares.{fund}"
        held = stored.held(name)
        come = gathered.entries.get(name)
        table = come.table if come else held.table if held else None
        if isinstance(table, pd.DataFrame):
            holdings[fund] = table
    if len(holdings) < len(FUNDS):
        lacking = ", ".join(f"ishares.{fund}" for fund in FUNDS if fund not in holdings)
        gathered.failures |= _every(f"the panel needs the holdings {lacking}")
        return
    panel = largest(holdings, number)
    session = open_session(client)
    wide, failed = _bars_of(panel, session, client, progress)
    gathered.n_bytes += session.received
    if not wide:
        gathered.failures |= _every(next(iter(failed.values()), "no member was found"))
        return
    notes = [f"Survivorship: members of {', '.join(FUNDS)} on the day of their holdings files."]
    if failed:
        notes.append(f"{len(failed)} members without bars: {', '.join(sorted(failed)[:20])}.")
    shown = panel[panel["ticker"].isin(list(wide))].drop(columns="name").reset_index(drop=True)
    tables = {"members": shown}
    for name, column in _FIELDS.items():
        tables[name] = pd.DataFrame({ticker: one[column] for ticker, one in wide.items()})
    for name, table in tables.items():
        answer = Answer(name, table, f"https://{HOST}/v8/finance/chart/", client.stamp())
        noted = dataclasses.replace(answer, notes=tuple(notes))
        gathered.entries[name] = land(Want(catalog.get(name), None), noted, today)


def interrupted() -> dict[str, str]:
    """What is to be said of the panel where Ctrl-C came before it."""
    return _every(INTERRUPTED)


def _every(reason: str) -> dict[str, str]:
    return dict.fromkeys(("members", *_FIELDS), reason)


def _bars_of(
    panel: pd.DataFrame, session: Session, client: Client, progress: Progress
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    wide: dict[str, pd.DataFrame] = {}
    failed: dict[str, str] = {}
    host, in_a_row = f"{HOST} (members)", 0
    progress.start({host: len(panel)})
    for ticker, name in zip(panel["ticker"], panel["name"].astype(str), strict=True):
        if in_a_row >= PATIENCE:
            failed[ticker] = f"not asked, Yahoo failed {PATIENCE} times in a row"
        else:
            try:
                wide[ticker] = _bars(symbols(ticker, name), session, client)
                in_a_row = 0
            except R2kError as error:
                failed[ticker] = str(error)
                down = isinstance(error, SourceUnavailable) and error.unreachable
                in_a_row = in_a_row + 1 if down else 0
        progress.done(host, ticker, None, failed.get(ticker))
    progress.end()
    return wide, failed


def _bars(known_as: tuple[str, ...], session: Session, client: Client) -> pd.DataFrame:
    *others, last = known_as
    for symbol in others:
        try:
            return bars(session, client, symbol, FIRST_DAY)
        except SourceUnavailable as error:
            if error.unreachable:
                raise
    return bars(session, client, last, FIRST_DAY)
