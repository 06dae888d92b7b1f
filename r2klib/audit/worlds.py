"""Worlds in which nothing of the thesis is true: the same data, what small did against large moved.

A world is a `Dataset`, so that every claim's own test runs on it unchanged. The market's return,
the economy, yields, prices of bonds and all dates stay where they are. What is moved is what each
portfolio, fund, index or factor did *against the market*: these relative returns are cut into
blocks of months, and the blocks put into another order, the same for all of them. So d of every
pair keeps its values and, within a block, its own memory, and pairs still move together, while
what d has to do with anything dated is chance. Capitalisations stay where they are, for they make
signals; the legs that they weight are given the returns that were moved.

- Portfolios: log return less the market's. Factors (SMB, HML, ...): as they are. Prices: log
  return less that of SPY (funds) or of the S&P 500 (indices), day by day.
- Blocks are circular and of whole months; days go with their months. A series is only shuffled
  within spans in which the same deciding pairs are held, so that no month is taken from before a
  pair's first and common months stay common. Months differ in their days of trade, so daily
  series run a few days ahead of or behind monthly ones.

`swapped` serves claims that time has no part in: in some blocks small and large change places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims import legs, pairs
from r2klib.data import Dataset, catalog
from r2klib.data.provenance import Table

#: Months in a block: a year keeps clusters of volatility and the seasons together, and is short
#: beside the cycles and the horizons of years that the claims speak of.
BLOCK = 12
#: Pairs that decide; the months in which all of them are held are shuffled together.
DECIDING = {"sample": ("long", "legs", "index"), "live": ("century", "index", "etf")}
#: Columns that are a market's return or a rate, and stay; the other columns of such tables are
#: spreads of two portfolios.
_MARKET = ("Mkt-RF", "RF")
#: Prices of a bar that move with the close.
_BAR = ("Open", "High", "Low", "Dividends")
_LARGE = {"^": "^GSPC", "": "SPY"}


@dataclass(frozen=True)
class Order:
    """Which month each month of one world takes its relative returns from.

    Parameters
    ----------
    seed, world : int
        Of the random numbers; the same numbers give the same world.
    edges : tuple of int
        Months (since 1970) at which spans begin and end.
    block : int
        Months in a block.
    """

    seed: int
    world: int
    edges: tuple[int, ...]
    block: int = BLOCK

    def rows(self, index: pd.Index) -> NDArray[np.intp]:
        """Positions to take rows of `index` from; a permutation."""
        months = month_numbers(index)
        found = np.arange(len(index))
        bounds = np.searchsorted(months, self.edges)
        for start, end in zip([0, *bounds], [*bounds, len(index)], strict=True):
            if end - start > 1:
                found[start:end] = start + self._within(months[start:end])
        return found

    def _within(self, months: NDArray[np.int64]) -> NDArray[np.intp]:
        """A span turned by a random number of months, cut into blocks, the blocks reordered."""
        first, last = int(months[0]), int(months[-1])
        rng = np.random.default_rng([self.seed, self.world, self.block, first + 6000, last + 6000])
        length = last - first + 1
        turned = (np.arange(length) + rng.integers(length)) % length
        blocks = [turned[at : at + self.block] for at in range(0, length, self.block)]
        order = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
        place = np.empty(length, dtype=np.intp)
        place[order] = np.arange(length)
        return np.argsort(place[months - first], kind="stable")

    def chosen(self, index: pd.Index) -> NDArray[np.bool_]:
        """Rows of `index` in blocks drawn with probability one half."""
        blocks = month_numbers(index) // self.block
        rng = np.random.default_rng([self.seed, self.world, self.block, 1])
        drawn = rng.integers(2, size=4096, dtype=np.int8).astype(bool)
        return drawn[blocks % len(drawn)]


def order_of(data: Dataset, seed: int, world: int, block: int = BLOCK) -> Order:
    """The order of one world of an edition, with spans of the pairs that decide in it."""
    edges: set[int] = set()
    for name in DECIDING[pairs.kind_of(data)]:
        series = pairs.get(name).series
        if all(one in data for one in series):
            spans = [data.provenance[one] for one in series]
            first, last = month_numbers(
                pd.DatetimeIndex([max(s.first for s in spans), min(s.last for s in spans)])
            )
            edges |= {int(first), int(last) + 1}
    return Order(seed, world, tuple(sorted(edges)), block)


def month_numbers(index: pd.Index) -> NDArray[np.int64]:
    """Months since January 1970."""
    stamps = pd.DatetimeIndex(index)
    return np.asarray(12 * (stamps.year - 1970) + stamps.month - 1, dtype=np.int64)


def shuffled(data: Dataset, order: Order) -> Dataset:
    """The edition with every relative return moved to another month of `order`."""
    new: dict[str, Table] = {}
    for name in data:
        table = data[name]
        if _is_return(data, name):
            market = market_of(data, name)
            moved = _moved(pd.DataFrame(table), order, market)
            new[name] = moved.iloc[:, 0] if isinstance(table, pd.Series) else moved
        elif (large := _large_of(name, table)) in data and large != name:
            new[name] = _moved_prices(data.frame(name), data.frame(large), order)
    return _with_legs_moved(data.replaced(new), data, order)


def _with_legs_moved(world: Dataset, data: Dataset, order: Order) -> Dataset:
    """The world in which weighted legs return what they did in the months moved from."""
    for pair in pairs.available(data):
        if pair.weighted:
            legs = pair.legs(data)
            world = with_legs(world, pair, _moved(legs, order, market_of(data, pair.small[0])))
    return world


def with_legs(world: Dataset, pair: pairs.Pair, returns: pd.DataFrame) -> Dataset:
    """The world in which a pair's legs return what is given, all columns of a leg alike.

    Parameters
    ----------
    returns : DataFrame
        Simple returns by month, columns ``small`` and ``large``, decimals.
    """
    for leg, carrier in {"small": pair.small, "large": pair.large}.items():
        have = pair.legs(world)[leg]
        world = planted(world, carrier, np.log1p(returns[leg]) - np.log1p(have))
    return world


def _moved(frame: pd.DataFrame, order: Order, market: pd.Series | None) -> pd.DataFrame:
    if spreads := _spreads(frame):
        rows = order.rows(frame.index)
        return frame.assign(**{column: frame[column].to_numpy()[rows] for column in spreads})
    if market is None:
        return frame.iloc[order.rows(frame.index)].set_axis(frame.index, axis="index")
    held = frame.index.intersection(market.dropna().index)
    growth = 1 + market.loc[held].to_numpy()[:, None]
    against = (1 + frame.loc[held].to_numpy()) / growth
    moved = frame.copy()
    moved.loc[held] = against[order.rows(held)] * growth - 1
    return moved


def _spreads(frame: pd.DataFrame) -> list[str]:
    """Columns that are one portfolio less another; none in a table of portfolios."""
    if len(frame.columns) > 1 and "Mkt-RF" not in frame:
        return []
    return [column for column in frame.columns if column not in _MARKET]


def _moved_prices(small: pd.DataFrame, large: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Daily bars whose log returns less those of `large` are moved, on days both closed."""
    columns = [name for name in ("Close", "Adj Close") if name in small and name in large]
    days = small[columns].dropna().index.intersection(large[columns].dropna().index)
    ours, theirs = (np.log(bars.loc[days, columns].to_numpy()) for bars in (small, large))
    steps = np.diff(ours - theirs, axis=0)[order.rows(days[1:])]
    return repriced(small.loc[days], columns, np.diff(theirs, axis=0) + steps)


def repriced(bars: pd.DataFrame, columns: list[str], steps: NDArray[np.float64]) -> pd.DataFrame:
    """Bars with other daily log returns of `columns`; the rest of a bar moves with its close."""
    levels = np.vstack([np.zeros(len(columns)), steps.cumsum(axis=0)])
    closes = bars[columns].to_numpy()[0] * np.exp(levels)
    new = bars.copy()
    if "Close" in columns:
        rest = [name for name in _BAR if name in bars]
        moved = closes[:, columns.index("Close")] / bars["Close"].to_numpy()
        new[rest] = bars[rest].mul(moved, axis="index")
    new[columns] = closes
    return new


def market_of(data: Dataset, name: str) -> pd.Series | None:
    """The market's monthly return beside a table of portfolios; None where none is held."""
    table = legs.factors_of_portfolios(data)
    if table not in data or data.provenance[name].frequency != "monthly":
        return None
    return legs.market(data, table)


def _is_return(data: Dataset, name: str) -> bool:
    known = catalog.series()
    units = catalog.get(name).units if name in known else data.provenance[name].units
    return units.startswith("decimal return")


def _large_of(name: str, table: Table) -> str:
    """The price that a price is held against: "" for what is none, such as the VIX."""
    if not isinstance(table, pd.DataFrame) or "Close" not in table or name == "^VIX":
        return ""
    return _LARGE["^" if name.startswith("^") else ""]


# ---- legs that change places ------------------------------------------------------------------


def swapped(data: Dataset, order: Order, small: tuple[str, str], large: tuple[str, str]) -> Dataset:
    """The edition in which two legs have changed places in half of all blocks.

    Whatever the one leg is and the other is not, on average over time, both are now by turns.

    Parameters
    ----------
    small, large : (str, str)
        Series and columns of each leg, as in `r2klib.claims.pairs.Pair`.
    """
    if _large_of(small[0], data[small[0]]):
        return _swapped_prices(data, order, small[0], large[0])
    ours, theirs = data.frame(small[0]), data.frame(large[0])
    mine = [str(name) for name in ours.filter(regex=small[1])]
    months = ours.index.intersection(theirs.index)
    turn = months[order.chosen(months)]
    if large[1] == "^Mkt-RF$":
        rate = theirs.loc[turn, "RF"]
        portfolio = ours.loc[turn, mine].mean(axis="columns")
        market = theirs.loc[turn, "Mkt-RF"] + rate
        theirs.loc[turn, "Mkt-RF"] = portfolio - rate
        ours.loc[turn, mine] = np.repeat(market.to_numpy()[:, None], len(mine), axis=1)
        return data.replaced({small[0]: ours, large[0]: theirs})
    yours = [str(name) for name in theirs.filter(regex=large[1])]
    one, other = ours.loc[turn, mine].to_numpy(), ours.loc[turn, yours].to_numpy()
    ours.loc[turn, mine], ours.loc[turn, yours] = _as(other, len(mine)), _as(one, len(yours))
    return data.replaced({small[0]: ours})


def _as(portfolios: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Portfolios in the places of `width` others: repeated, or the means of those that share one.

    Two rows of five by profitability change places with one row of five, each with its own fifth.
    """
    rows, held = portfolios.shape
    if width > held:
        return np.tile(portfolios, (1, width // held))
    return np.asarray(portfolios.reshape(rows, held // width, width).mean(axis=1))


def _swapped_prices(data: Dataset, order: Order, small: str, large: str) -> Dataset:
    bars = [data.frame(name) for name in (small, large)]
    columns = [name for name in ("Close", "Adj Close") if all(name in one for one in bars)]
    days = bars[0][columns].dropna().index.intersection(bars[1][columns].dropna().index)
    steps = [np.diff(np.log(one.loc[days, columns].to_numpy()), axis=0) for one in bars]
    turn = order.chosen(days[1:])[:, None]
    ours, theirs = np.where(turn, steps[1], steps[0]), np.where(turn, steps[0], steps[1])
    return data.replaced(
        {
            small: repriced(bars[0].loc[days], columns, ours),
            large: repriced(bars[1].loc[days], columns, theirs),
        },
    )


# ---- effects that are planted -----------------------------------------------------------------


def planted(data: Dataset, carrier: tuple[str, str], amount: pd.Series) -> Dataset:
    """The edition with `amount` added to the log return of a leg, or to a factor.

    Parameters
    ----------
    carrier : (str, str)
        Series and columns.
    amount : Series
        Decimals by the end of the period (month, quarter, week or day) they belong to; an amount
        falls on the carrier's last row of its period.
    """
    name, columns = carrier
    table = data.frame(name)
    added = _on_rows(amount.dropna(), pd.DatetimeIndex(table.index))
    if _large_of(name, table):
        prices = [column for column in ("Close", "Adj Close") if column in table]
        kept = table.dropna(subset=prices)
        steps = np.diff(np.log(kept[prices].to_numpy()), axis=0)
        extra = pd.Series(added, table.index).loc[kept.index].to_numpy()[1:, None]
        return data.replaced({name: repriced(kept, prices, steps + extra)})
    chosen = [str(column) for column in table.filter(regex=columns)]
    if _spreads(table):
        table[chosen] = table[chosen].add(added, axis="index")
    else:
        table[chosen] = (1 + table[chosen]).mul(np.exp(added), axis="index") - 1
    return data.replaced({name: table})


def _on_rows(amount: pd.Series, index: pd.DatetimeIndex) -> NDArray[np.float64]:
    """`amount` on the last row of each period; left out where none lies in the week before."""
    stamps = pd.DatetimeIndex(amount.index).as_unit("us")
    at = index.as_unit("us").searchsorted(stamps, side="right") - 1
    near = (at >= 0) & (stamps - index.as_unit("us")[np.maximum(at, 0)] < pd.Timedelta(days=7))
    added = np.zeros(len(index))
    np.add.at(added, at[near], amount.to_numpy()[near])
    return added
