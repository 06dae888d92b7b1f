"""The prices of any symbol, for a study of one's own: Yahoo's bars as an edition in memory."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from r2klib.data import Dataset, catalog
from r2klib.data.catalog import Origin, SeriesInfo
from r2klib.data.checks import as_day
from r2klib.errors import InputError
from r2klib.live.landing import Arrived, in_memory
from r2klib.live.sources.http import Client
from r2klib.live.sources.yahoo import PACES, bars, open_session

#: The row of the catalog that describes any fund's bars.
_MODEL = "IWM"


def fetch(
    symbols: str | Iterable[str],
    *,
    start: str | dt.date | None = None,
    name: str = "fetched",
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    client: Client | None = None,
) -> Dataset:
    """Fetch daily bars of any symbols from Yahoo Finance. Uses the network.

    What comes is checked and described as in ``r2k pull``, but no snapshot is written: save what
    you mean to use again, ``fetch(["VBR"]).frame("VBR").to_parquet("vbr.parquet")``.

    Parameters
    ----------
    symbols : str or iterable of str
        Such as ``["VBR", "VV"]`` or ``"^RUT"``.
    start : str or date, optional
        The first day; all history without it.
    name : str
        Name of the edition.
    now : callable
        The clock: it stamps what is received, and leaves out a bar of today before New York
        closes.
    client : Client, optional
        For tests: other limits.

    Returns
    -------
    Dataset
        Of kind ``"user"``, a frame per symbol by day: Open, High, Low, Close (split-adjusted),
        Adj Close (dividend-adjusted too), Volume, Dividends, Stock Splits; prices in the
        symbol's own currency, NaN where Yahoo sends none. What looks wrong stands in
        ``.provenance[symbol].anomalies``. `r2klib.monthly_returns` makes months of a column.

    Raises
    ------
    InputError
        No symbol, or something that cannot be one; the live extra is not installed.
    SourceUnavailable, SchemaChanged
        Yahoo has no such symbol, does not answer, or answers with something else. Nothing is
        kept then: all symbols come, or none.

    Examples
    --------
    >>> funds = r2klib.live.fetch(["VBR", "VV"], start="2005-01-01")  # doctest: +SKIP
    >>> months = r2klib.monthly_returns(funds.frame("VBR")["Adj Close"])  # doctest: +SKIP
    """
    wanted = _symbols(symbols)
    first = None if start is None else as_day(start, "start")
    found: dict[str, Arrived] = {}
    with client or Client(paces=PACES, now=now) as asking:
        session = open_session(asking)
        for symbol in wanted:
            info = _bars_of(symbol)
            got = bars(session, asking, symbol, first)[list(info.columns)]
            found[symbol] = info, got, asking.stamp()
        return in_memory(found, asking.now().date(), name)


def _symbols(given: str | Iterable[str]) -> list[str]:
    symbols: list[Any] = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    if not symbols:
        raise InputError("`symbols` is empty: expected one or more, such as ['VBR', 'VV'].")
    for symbol in symbols:
        if not isinstance(symbol, str) or not symbol or not symbol.isprintable() or " " in symbol:
            raise InputError(f"`symbols`: expected names such as 'VBR' or '^RUT', got {symbol!r}.")
    return symbols


def _bars_of(symbol: str) -> SeriesInfo:
    """How the bars of a symbol are described: as in the catalog, or as any fund's."""
    known = catalog.series().get(symbol)
    if known is not None and known.live is not None and known.live.source == "yahoo":
        return known
    model = catalog.get(_MODEL)
    return dataclasses.replace(
        model,
        id=symbol,
        title=symbol,
        units="price per share in its currency (Volume: shares)",
        sample=None,
        live=Origin("yahoo", symbol, model.columns),
        notes=(),
    )
