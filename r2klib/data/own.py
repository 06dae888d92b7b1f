"""A user's own data: a frame as catalogued tables, for `Dataset.from_frame`; symbols of Yahoo."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from r2klib.data import catalog
from r2klib.data.catalog import Frequency, Origin, SeriesInfo
from r2klib.data.checks import as_day, check
from r2klib.data.provenance import Provenance, Table, describe
from r2klib.errors import InputError

if TYPE_CHECKING:
    from r2klib.data.dataset import Dataset
    from r2klib.data.sources.http import Client

T = TypeVar("T")
#: The row of the catalog that describes any fund's bars.
_MODEL = "IWM"


def own_tables(
    data: Table | Mapping[str, Table],
    units: str | Mapping[str, str],
    frequency: Frequency | Mapping[str, Frequency],
    lag_days: int | Mapping[str, int],
    source: str,
) -> tuple[dict[str, Table], dict[str, Provenance]]:
    """Split a user's data into checked tables and describe each; see `Dataset.from_frame`."""
    tables: dict[str, Table] = {}
    provenance: dict[str, Provenance] = {}
    for name, table in _as_tables(data).items():
        info = SeriesInfo(
            id=name,
            title=name,
            units=_for(name, units, "units"),
            frequency=_for(name, frequency, "frequency"),
            lag_days=_for(name, lag_days, "lag_days"),
            terms="your own data",
        )
        tables[name] = check(name, table, info)
        provenance[name] = describe(tables[name], info, Origin(source, name))
    return tables, provenance


def _as_tables(data: Table | Mapping[str, Table]) -> dict[str, Table]:
    if isinstance(data, pd.Series):
        data = data.to_frame()
    if not isinstance(data, pd.DataFrame | Mapping):
        raise InputError(
            "`data` must be a DataFrame, a Series or a dict of them; it is a "
            f"{type(data).__name__}. Give an array its dates and names first: "
            "`pd.DataFrame(data, dates, names)`."
        )
    if len(data) == 0:
        raise InputError("`data` is empty: there is nothing to make an edition of.")
    if not isinstance(data, pd.DataFrame):
        return dict(data)
    if not data.columns.is_unique or not all(isinstance(column, str) for column in data.columns):
        raise InputError(f"Every series needs a name of its own, not {list(data.columns)}.")
    return {str(name): _trimmed(column) for name, column in data.items()}


def _trimmed(column: pd.Series) -> pd.Series:
    """Cut the missing values at both ends, which a column has where others start earlier."""
    held = np.flatnonzero(column.notna())
    return column.iloc[held[0] : held[-1] + 1] if held.size else column


def _for(name: str, given: T | Mapping[str, T], argument: str) -> T:
    if not isinstance(given, Mapping):
        return given
    if name not in given:
        raise InputError(f"`{argument}` has no entry for the series {name!r}.")
    return given[name]


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
        ``.provenance[symbol].anomalies``. `r2klib.claims.pairs.monthly_returns` makes months of
        it.

    Raises
    ------
    InputError
        No symbol, or something that cannot be one; the live extra is not installed.
    SourceUnavailable, SchemaChanged
        Yahoo has no such symbol, does not answer, or answers with something else. Nothing is
        kept then: all symbols come, or none.
    """
    wanted = _symbols(symbols)
    first = _first_day(start)
    try:
        from r2klib.data.sources.http import Client as HttpClient
        from r2klib.data.sources.yahoo import PACES, bars, open_session
        from r2klib.data.validate import validate
    except ImportError as error:
        raise InputError(
            f"`fetch` needs the live extra ({error.name} is missing): "
            "python -m pip install 'r2klib[live]'"
        ) from error
    from r2klib.data.dataset import Dataset

    tables: dict[str, Table] = {}
    provenance: dict[str, Provenance] = {}
    with client or HttpClient(paces=PACES, now=now) as asking:
        session = open_session(asking)
        for symbol in wanted:
            info = _bars_of(symbol)
            got = bars(session, asking, symbol, first)[list(info.columns)]
            table, anomalies = validate(info, got, asking.now().date())
            assert info.live is not None
            said = describe(table, info, info.live, retrieved_at=asking.stamp())
            tables[symbol] = table
            provenance[symbol] = dataclasses.replace(said, anomalies=anomalies)
    return Dataset(name, "user", tables, provenance)


def _symbols(given: str | Iterable[str]) -> list[str]:
    symbols: list[Any] = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    if not symbols:
        raise InputError("`symbols` is empty: expected one or more, such as ['VBR', 'VV'].")
    for symbol in symbols:
        if not isinstance(symbol, str) or not symbol or not symbol.isprintable() or " " in symbol:
            raise InputError(f"`symbols`: expected names such as 'VBR' or '^RUT', got {symbol!r}.")
    return symbols


def _first_day(start: str | dt.date | None) -> pd.Timestamp | None:
    return None if start is None else as_day(start)


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
