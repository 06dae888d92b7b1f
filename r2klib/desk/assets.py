"""The monthly returns of what a table is asked of: tickers, portfolios, files, frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from r2klib.data import Dataset, catalog
from r2klib.data.factors import are_factors
from r2klib.data.reading import Units, closes_of
from r2klib.desk import files
from r2klib.errors import InputError, SourceUnavailable, check_of_pandas, close_matches, listing
from r2klib.show.sources import origins_of
from r2klib.stats import monthly_returns
from r2klib.stats._inputs import as_frame
from r2klib.stats._models import take

#: A name (ticker, series or file), some of them, returns by date, or weights by portfolio.
Assets = (
    str | Path | Iterable[str | Path] | pd.Series | pd.DataFrame | Mapping[str, Mapping[str, float]]
)

#: What the note says of assets and factors that the network brought.
FETCHED = "not in the edition, fetched on"
_RETURNS = "decimal return per month"


@dataclass
class Gathered:
    """Monthly returns, a column for each asset, and what a reader must know of them."""

    columns: dict[str, pd.Series] = field(default_factory=dict)  # simple, decimals, NaN if not held
    notes: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  # what of the caller's own the numbers are from
    sources: dict[str, str] = field(default_factory=dict)  # by series, as its provenance says it

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

    def add_source(self, name: str, data: Dataset) -> None:
        """Remember where a series is from: an edition's source, or what its owner calls it."""
        source = data.provenance[name].source
        if data.kind == "user" and source not in _sources():
            self.own.append("your own data" if source == "user" else f"{source} (your own)")
        else:
            self.sources[name] = source

    @property
    def origins(self) -> list[str]:
        """Publishers, with who passes their figures on, and what is the caller's own."""
        known = _sources()
        sources = {
            name: source if name in catalog.series() else known.get(source, source)
            for name, source in self.sources.items()
        }
        return list(dict.fromkeys([*origins_of(sources), *self.own]))

    @property
    def frame(self) -> pd.DataFrame:
        """All of them side by side."""
        return pd.concat(self.columns, axis="columns", sort=True)


def _sources() -> dict[str, str]:
    """Sources that the catalog has a name for."""
    return {**catalog.carriers(), **catalog.publishers()}


def find(
    assets: Assets,
    data: Dataset,
    *,
    units: Units,
    fetch: bool,
    bills: pd.DataFrame | None = None,
) -> Gathered:
    """Return the monthly returns of `assets`, or raise `InputError` naming what has none.

    With `bills`, factors with RF, those of your own count as excess returns already: from funds
    beside them RF is subtracted here.
    """
    found = Gathered()
    if isinstance(assets, pd.Series | pd.DataFrame):
        found.own.append("your own data")
        frame = as_frame(assets, "assets")
        frame = closes_of(frame, found.notes) if units == "prices" else frame
        found.add_all(files.returns_of(frame, "`assets`", found.notes, units=units))
        return found
    check_of_pandas(assets, "assets")
    tickers, portfolios, tables = _sorted_out(assets, found, units=units)
    parts = dict.fromkeys([*tickers, *(one for _, weights in portfolios for one in weights)])
    known = _tickers(list(parts), data, found, fetch=fetch, bills=bills)
    for name in tickers:
        found.add_all(known[name])
    for name, weights in portfolios:
        found.add(name, _portfolio(name, weights, known, found))
    for table in tables:
        found.add_all(table)
    return found


def _sorted_out(
    assets: Any, found: Gathered, *, units: Units
) -> tuple[list[str], list[tuple[str, dict[str, float]]], list[pd.DataFrame]]:
    """Tell tickers, portfolios by name, and files of returns apart; files are read."""
    if isinstance(assets, Mapping) and assets:
        held = [(str(name), files.check_weights(w, repr(name))) for name, w in assets.items()]
        return [], held, []
    single = isinstance(assets, str) or not isinstance(assets, Iterable)
    names = [_as_text(name) for name in ([assets] if single else assets)]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        kinds = sorted({type(name).__name__ for name in names}) or ["nothing"]
        dated = any(isinstance(name, pd.Series | pd.DataFrame) for name in names)
        mend = " Put them side by side: `pd.concat(assets, axis=1)`." if dated else ""
        raise InputError(
            "`assets`: expected tickers such as 'IWM' or paths of CSV files, or else one Series or "
            f"DataFrame; got {listing(kinds)}.{mend}"
        )
    tickers = [name for name in dict.fromkeys(names) if not files.is_file(name)]
    portfolios, tables = [], []
    for path in (Path(name) for name in dict.fromkeys(names) if files.is_file(name)):
        said: list[str] = []
        read = files.read(str(path), said, units=units)
        if isinstance(read, pd.DataFrame):
            tables.append(read)
            found.own.append(f"{path.name} (your own)")
        else:
            portfolios.append((path.stem, read))
        found.notes += [f"{path.name}: {done}" for done in said]
    return tickers, portfolios, tables


def _as_text(name: Any) -> Any:
    """A path as the text that no ticker looks like."""
    return str(name.absolute()) if isinstance(name, Path) else name


def _tickers(
    names: list[str],
    data: Dataset,
    found: Gathered,
    *,
    fetch: bool,
    bills: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """Monthly returns of each name from the edition, and of those it lacks from the network."""
    lacking = [name for name in names if name not in data]
    if lacking and not fetch:
        raise InputError(_not_held(lacking, data))
    bars = _fetched(lacking) if lacking else data
    if lacking:
        found.notes.append(fetched_in_words(bars, lacking))
    for name in names:
        found.add_source(name, bars if name in lacking else data)
    known = {name: _months(name, bars if name in lacking else data, found) for name in names}
    if bills is None or not (total := [name for name in names if not _is_own(name, data)]):
        return known
    bill = take(bills, ["RF"])["RF"]
    found.notes.append(f"{listing(total)}: total returns less RF, the bill's")
    less = {name: known[name].sub(bill.reindex(known[name].index), axis="index") for name in total}
    return known | less


def _is_own(name: str, data: Dataset) -> bool:
    """Whether a series holds monthly returns that the caller gave."""
    if data.kind != "user" or name not in data:
        return False
    said = data.provenance[name]
    return said.units.startswith(_RETURNS) and said.source not in _sources()


def fetched_in_words(brought: Dataset, names: list[str]) -> str:
    """Note on what an edition lacked and the network brought."""
    day = str(brought.provenance[names[0]].retrieved_at)[:10]
    return f"{listing(names)}: {FETCHED} {day}"


def _fetched(names: list[str]) -> Dataset:
    try:
        from r2klib.live import fetch
    except InputError as error:
        raise InputError(f"No data for {listing(names)} in the edition, and {error}") from None
    try:
        return fetch(names)
    except SourceUnavailable as error:
        if error.unreachable:
            raise
        raise InputError(
            f"{error.source}: {error.reason}. Is the ticker spelt as Yahoo Finance spells it?"
        ) from None


def _months(name: str, data: Dataset, found: Gathered) -> pd.DataFrame:
    """Monthly returns of one series: of its prices, or as they are where it holds returns."""
    table = data[name]
    if are_factors(name):
        raise InputError(
            f"{name} costs nothing to hold, so that RF is not to be subtracted from it. Pass it as "
            f"returns of your own: `factor_table(data[{name!r}], ..., excess=True)`."
        )
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
    name: str, weights: Mapping[str, float], known: Mapping[str, pd.DataFrame], found: Gathered
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
    priced = ("price", "per share", "index points")
    daily = [name for name in data if data.provenance[name].frequency == "daily"]
    funds = [name for name in daily if any(word in units[name] for word in priced)]
    usable = [*funds, *(name for name in data if units[name].startswith(_RETURNS))]
    near = {match for name in lacking for match in close_matches(name, usable, 1)}
    hint = f" Did you mean {listing(sorted(near), 'or')}?" if near else ""
    held = f" It holds {listing(funds)}." if funds else " It holds no funds."
    return (
        f"No data for {listing(lacking)} in edition {data.edition!r}: expected tickers that it "
        f"holds, or leave to ask the network: `fetch=True`, or `r2k factors` without --offline "
        f"and R2K_OFFLINE.{hint}{held}"
    )
