"""The monthly returns of what a table is asked of: tickers, portfolios, files, frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from r2klib.data import Dataset
from r2klib.desk import files
from r2klib.errors import InputError, SourceUnavailable, close_matches, listing
from r2klib.stats import monthly_returns

#: A name (ticker, series or file), some of them, returns by date, or weights by portfolio.
Assets = str | Iterable[str] | pd.Series | pd.DataFrame | Mapping[str, Mapping[str, float]]

_RETURNS = "decimal return per month"


@dataclass
class Found:
    """Monthly returns, a column for each asset, and what a reader must know of them.

    Attributes
    ----------
    columns : dict of str to Series
        Simple returns of whole months, decimals; NaN where a month is not held.
    notes, sources : list of str
        Sentences, and where the numbers are from.
    """

    columns: dict[str, pd.Series] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, name: str, returns: pd.Series) -> None:
        """Add one asset, or raise `InputError` if its name is taken."""
        if name in self.columns:
            raise InputError(
                f"Two assets are called {name!r}: rename the file or its column, or leave one out."
            )
        self.columns[name] = returns.rename(name)

    def add_all(self, returns: pd.DataFrame) -> None:
        """Add each column, or raise as `add`."""
        for name, column in returns.items():
            self.add(str(name), column)

    @property
    def frame(self) -> pd.DataFrame:
        """All of them side by side."""
        return pd.concat(self.columns, axis="columns", sort=True)


def find(assets: Assets, data: Dataset, *, prices: bool, fetch: bool) -> Found:
    """Return the monthly returns of `assets`, or raise `InputError` naming what has none."""
    found = Found()
    if isinstance(assets, pd.Series | pd.DataFrame):
        given = pd.DataFrame(assets)
        found.add_all(monthly_returns(given) if prices else given)
        return found
    portfolios, tables, tickers = _sorted_out(assets)
    parts = dict.fromkeys([*tickers, *(one for held in portfolios.values() for one in held)])
    known = _tickers(list(parts), data, found, fetch=fetch)
    for name in tickers:
        found.add_all(known[name])
    for name, weights in portfolios.items():
        found.add(name, _portfolio(name, weights, known, found))
    for name, table in tables.items():
        found.add_all(files.returns_of(table, name, prices=prices))
    return found


def _sorted_out(
    assets: Any,
) -> tuple[dict[str, dict[str, float]], dict[str, pd.DataFrame], list[str]]:
    """Tell portfolios, files of returns, and tickers apart; files are read."""
    if isinstance(assets, Mapping):
        named = {name: files.check_weights(dict(w), repr(name)) for name, w in assets.items()}
        return named, {}, []
    names = [assets] if isinstance(assets, str) else list(assets)
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        kinds = sorted({type(name).__name__ for name in names}) or ["nothing"]
        raise InputError(
            "`assets`: expected tickers such as 'IWM' or paths of CSV files, or else one Series or "
            f"DataFrame; got {listing(kinds)}."
        )
    portfolios, tables, tickers = {}, {}, []
    for name in dict.fromkeys(names):
        if not files.is_file(name):
            tickers.append(name)
            continue
        table = files.read(name)
        if files.is_portfolio(table):
            portfolios[Path(name).stem] = files.weights_of(table, name)
        else:
            tables[name] = table
    return portfolios, tables, tickers


def _tickers(
    names: list[str], data: Dataset, found: Found, *, fetch: bool
) -> dict[str, pd.DataFrame]:
    """Monthly returns of each name from the edition, and of those it lacks from the network."""
    lacking = [name for name in names if name not in data]
    if lacking and not fetch:
        raise InputError(_not_held(lacking, data))
    bars = _fetched(lacking) if lacking else data
    if lacking:
        day = str(bars.provenance[lacking[0]].retrieved_at)[:10]
        found.notes.append(f"{listing(lacking)}: not in the edition, fetched on {day}")
    found.sources += [(bars if name in lacking else data).provenance[name].source for name in names]
    return {name: _months(name, bars if name in lacking else data, found) for name in names}


def _fetched(names: list[str]) -> Dataset:
    from r2klib.live import fetch

    try:
        return fetch(names)
    except SourceUnavailable as error:
        if error.unreachable:
            raise
        raise InputError(
            f"No prices for one of {listing(names)}: {error} Is the ticker spelt as Yahoo Finance "
            "spells it?"
        ) from None


def _months(name: str, data: Dataset, found: Found) -> pd.DataFrame:
    """Monthly returns of one series: of its prices, or as they are where it holds returns."""
    table = data[name]
    if data.provenance[name].units.startswith(_RETURNS):
        return table.to_frame(name) if isinstance(table, pd.Series) else table
    price = next(
        (c for c in ("Adj Close", "Close") if isinstance(table, pd.DataFrame) and c in table), None
    )
    if price is None or data.provenance[name].frequency != "daily":
        raise InputError(
            f"{name} is no price: expected a fund, an index or monthly returns; the edition holds "
            f"{data.provenance[name].title!r} in {data.provenance[name].units}."
        )
    if name.startswith("^") or price == "Close":
        found.notes.append(f"{name} is a price index: dividends are not in its returns")
    return monthly_returns(table[price]).to_frame(name)


def _portfolio(
    name: str, weights: Mapping[str, float], known: Mapping[str, pd.DataFrame], found: Found
) -> pd.Series:
    """Return of a portfolio that is brought back to its weights at each month's end."""
    wide = [ticker for ticker in weights if known[ticker].shape[1] != 1]
    if wide:
        raise InputError(f"{name} holds {wide[0]}, which is several portfolios, not one asset.")
    parts = pd.concat({one: known[one].iloc[:, 0] for one in weights}, axis="columns", join="inner")
    whole = parts.dropna()
    if whole.empty:
        spans = ", ".join(
            f"{one} {known[one].dropna().index[0]:%Y-%m} to {known[one].dropna().index[-1]:%Y-%m}"
            for one in weights
        )
        raise InputError(f"The parts of {name} have no month in common: {spans}.")
    holding = ", ".join(f"{100 * weight:g} % {one}" for one, weight in weights.items())
    found.notes.append(
        f"{name}: {holding}, brought back to these weights every month, from the month all exist"
    )
    return (whole * pd.Series(weights)).sum(axis="columns")


def _not_held(lacking: list[str], data: Dataset) -> str:
    units = {name: data.provenance[name].units.lower() for name in data}
    funds = [name for name in data if "price" in units[name] or "per share" in units[name]]
    near = {match for name in lacking for match in close_matches(name, funds, 1)}
    hint = f" Did you mean {listing(sorted(near), 'or')}?" if near else ""
    held = f" It holds {listing(funds)}." if funds else " It holds no funds."
    return (
        f"No data for {listing(lacking)} in edition {data.edition!r}: expected tickers that it "
        f"holds, or leave to ask the network: `fetch=True`, or `r2k factors` without --offline "
        f"and R2K_OFFLINE.{hint}{held}"
    )
