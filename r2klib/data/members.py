"""The optional panel of members: daily bars of the largest names of each fund.

Today's members only: their past returns are biased up by survival, so the panel serves spreads
and volumes, never mean returns.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pandas as pd

from r2klib.data import catalog
from r2klib.data.landing import held_of, land
from r2klib.data.progress import Progress
from r2klib.data.snapshot import Snapshot
from r2klib.data.sources import Answer, Want
from r2klib.data.sources.http import Client
from r2klib.data.sources.yahoo import HOST, bars, open_session
from r2klib.data.writer import Entry
from r2klib.errors import R2kError

FUNDS = ("IWM", "IVV")
FIRST_DAY = pd.Timestamp("2000-01-01")
_FIELDS = {f"members.{name.lower()}": name for name in ("Open", "High", "Low", "Close", "Volume")}


def largest(holdings: Mapping[str, pd.DataFrame], number: int) -> pd.DataFrame:
    """Return the panel: the `number` heaviest shares of each fund, heaviest first.

    Parameters
    ----------
    holdings : mapping of str to pandas.DataFrame
        Holdings by fund, with columns as_of, ticker, asset_class and weight (decimals).
    number : int
        Members of each fund.

    Returns
    -------
    pandas.DataFrame
        Columns as_of, ticker, fund, weight; a ticker that both funds hold stays with the first.
    """
    parts = []
    for fund, table in holdings.items():
        shares = table[(table["asset_class"] == "Equity") & table["ticker"].notna()]
        part = shares.nlargest(number, "weight").assign(fund=fund)
        parts.append(part[["as_of", "ticker", "fund", "weight"]])
    panel: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return panel.drop_duplicates("ticker").reset_index(drop=True)


def gather_members(
    number: int,
    entries: dict[str, Entry],
    last: Snapshot | None,
    client: Client,
    today: dt.date,
    progress: Progress,
) -> tuple[dict[str, str], int]:
    """Fetch the panel into `entries`.

    Returns
    -------
    failures : dict of str to str
        What failed and why, by series; a single ticker that fails is noted, not a failure.
    n_bytes : int
        Bytes received.
    """
    holdings = {}
    for fund in FUNDS:
        name = f"ishares.{fund}"
        held = held_of(last, name)
        table = entries[name].table if name in entries else held.table if held else None
        if isinstance(table, pd.DataFrame):
            holdings[fund] = table
    if len(holdings) < len(FUNDS):
        lacking = ", ".join(f"ishares.{fund}" for fund in FUNDS if fund not in holdings)
        return dict.fromkeys(("members", *_FIELDS), f"the panel needs the holdings {lacking}"), 0
    panel = largest(holdings, number)
    wide, failed, n_bytes = _bars_of(panel["ticker"], client, progress)
    if not wide:
        reason = next(iter(failed.values()), "no member was found")
        return dict.fromkeys(("members", *_FIELDS), reason), n_bytes
    notes = [f"Survivorship: members of {', '.join(FUNDS)} on the day of their holdings files."]
    if failed:
        notes.append(f"{len(failed)} members without bars: {', '.join(sorted(failed)[:20])}.")
    tables = {"members": panel[panel["ticker"].isin(list(wide))].reset_index(drop=True)}
    for name, column in _FIELDS.items():
        tables[name] = pd.DataFrame({ticker: one[column] for ticker, one in wide.items()})
    for name, table in tables.items():
        want = Want(catalog.get(name), None)
        answer = Answer(name, table, f"https://{HOST}/v8/finance/chart/", client.stamp())
        entries[name] = land(want, dataclasses.replace(answer, notes=tuple(notes)), today)
    return {}, n_bytes


def _bars_of(
    tickers: pd.Series, client: Client, progress: Progress
) -> tuple[dict[str, pd.DataFrame], dict[str, str], int]:
    session = open_session(client)
    wide: dict[str, pd.DataFrame] = {}
    failed: dict[str, str] = {}
    host = f"{HOST} (members)"
    progress.start({host: len(tickers)})
    for ticker in tickers:
        try:
            wide[ticker] = bars(session, client, ticker.replace(".", "-"), FIRST_DAY)
        except R2kError as error:
            failed[ticker] = str(error)
        progress.done(host, ticker, None, failed.get(ticker))
        if len(failed) > 10 and not wide:  # the host, not the names
            break
    progress.end()
    return wide, failed, session.received
