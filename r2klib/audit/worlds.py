"""Worlds in which nothing of the thesis is true: months of the same data elsewhere, or turned.

A world is an instruction: which month each month takes its value from, or which months change
sign. It is the same for all links of a ledger, so what moved together still does. Designs apply it
to their own rows, which are made once; what they leave in place - the market, the economy, every
date - is theirs to say (`r2klib.claims.designs`).

Two sorts. *Shuffled*: values are cut into blocks of months, and the blocks put into another order.
*In place*: blocks change signs where they stand, so that volatile months stay with whatever else
was volatile then, as no shuffle lets them. Each breaks something that the other keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims import pairs
from r2klib.data import Dataset

Kind = Literal["shuffled", "in place"]
#: Sorts of worlds by turns: even numbers are the first, odd ones the second.
KINDS: tuple[Kind, ...] = ("shuffled", "in place")
#: Months in a block: a year keeps clusters of volatility and the seasons together, and is short
#: beside the cycles and the horizons of years that the claims speak of.
BLOCK = 12
#: Pairs that decide; the months in which all of them are held are shuffled together.
DECIDING = {"sample": ("long", "legs", "index"), "live": ("century", "index", "etf")}


def kind_of(number: int) -> Kind:
    """The sort of a world, by its number."""
    return KINDS[number % len(KINDS)]


@dataclass(frozen=True)
class World:
    """One world.

    Parameters
    ----------
    seed, number : int
        Of the random numbers; the same numbers give the same world.
    kind : {"shuffled", "in place"}
    edges : tuple of int
        Months (since 1970) between which no value is exchanged: those at which a pair that decides
        begins or ends, so that common months stay common.
    """

    seed: int
    number: int
    kind: Kind
    edges: tuple[int, ...] = ()

    @property
    def shuffles(self) -> bool:
        """Whether values go to other months."""
        return self.kind == "shuffled"

    def moved(self, values: pd.Series, block: int = BLOCK) -> pd.Series:
        """Values of other months, or in place with the signs of some blocks changed."""
        if self.shuffles:
            taken = values.to_numpy()[self._rows(values.index, block)]
            return pd.Series(taken, values.index, name=values.name)
        return values * np.where(self.turned(values.index, block), -1.0, 1.0)

    def turned(self, index: pd.Index, block: int = BLOCK) -> NDArray[np.bool_]:
        """Rows in blocks of months drawn with probability one half; the first begins anywhere."""
        rng = np.random.default_rng([self.seed, self.number, block, 1])
        blocks = (month_numbers(index) + rng.integers(block)) // block
        drawn = rng.integers(2, size=4096, dtype=np.int8).astype(bool)
        return np.asarray(drawn[blocks % len(drawn)])

    def _rows(self, index: pd.Index, block: int) -> NDArray[np.intp]:
        """Positions to take rows of `index` from; a permutation."""
        months = month_numbers(index)
        found = np.arange(len(index))
        bounds = np.searchsorted(months, self.edges)
        for start, end in zip([0, *bounds], [*bounds, len(index)], strict=True):
            if end - start > 1:
                found[start:end] = start + self._within(months[start:end], block)
        return found

    def _within(self, months: NDArray[np.int64], block: int) -> NDArray[np.intp]:
        """A span turned by a random number of months, cut into blocks, the blocks reordered."""
        first, last = int(months[0]), int(months[-1])
        rng = np.random.default_rng([self.seed, self.number, block, first + 6000, last + 6000])
        length = last - first + 1
        turned = (np.arange(length) + rng.integers(length)) % length
        blocks = [turned[at : at + block] for at in range(0, length, block)]
        order = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
        place = np.empty(length, dtype=np.intp)
        place[order] = np.arange(length)
        return np.argsort(place[months - first], kind="stable")


def edges_of(data: Dataset) -> tuple[int, ...]:
    """Months at which the pairs that decide in an edition begin, and those after they end."""
    edges: set[int] = set()
    for name in DECIDING[pairs.kind_of(data)]:
        series = pairs.get(name).series
        if all(one in data for one in series):
            spans = [data.provenance[one] for one in series]
            first, last = month_numbers(
                pd.DatetimeIndex([max(s.first for s in spans), min(s.last for s in spans)])
            )
            edges |= {int(first), int(last) + 1}
    return tuple(sorted(edges))


def month_numbers(index: pd.Index) -> NDArray[np.int64]:
    """Months since January 1970."""
    stamps = pd.DatetimeIndex(index)
    return np.asarray(12 * (stamps.year - 1970) + stamps.month - 1, dtype=np.int64)
