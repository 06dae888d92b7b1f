"""Worlds in which nothing of the thesis is true: months of the same data elsewhere, or turned.

A world is an instruction: which month each month takes its value from, or which months change
sign. It is drawn once for all links of a ledger, so what moved together still does wherever links
hold the same months. Designs apply it
to their own rows, which are made once; what they leave in place - the market, the economy, every
date - is theirs to say (`r2klib.claims.designs`).

Two sorts. *Shuffled*: values are cut into blocks of months, and the blocks put into another order.
*In place*: blocks change signs where they stand, so that volatile months stay with whatever else
was volatile then, as no shuffle lets them. Each breaks something that the other keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims import nouns, pairs
from r2klib.data import Dataset

WorldKind = Literal["shuffled", "in place"]
#: Sorts of worlds by turns: even numbers are the first, odd ones the second.
WORLD_KINDS: tuple[WorldKind, ...] = ("shuffled", "in place")
#: Months in a block: a year keeps clusters of volatility and the seasons together, and is short
#: beside the cycles and the horizons of years that the claims speak of.
BLOCK = 12
#: Months before and after all data: January 1800 and 2100.
FIRST, LAST = 12 * (1800 - 1970), 12 * (2100 - 1970)
#: Pairs that decide; the months in which all of them are held are shuffled together.
DECIDING = {"sample": ("long", "legs", "index"), "live": ("century", "index", "etf")}


def world_kind(number: int) -> WorldKind:
    """The sort of a world, by its number."""
    return WORLD_KINDS[number % len(WORLD_KINDS)]


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
    kind: WorldKind
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
        edges = (FIRST, *self.edges, LAST)
        bounds = np.searchsorted(months, edges)
        spans = zip(pairwise(edges), pairwise(bounds), strict=True)
        for span, (start, end) in spans:
            if end - start > 1:
                goes = self._goes_to(months[start:end], span, block)
                found[start:end] = start + np.argsort(goes, kind="stable")
        return found

    def _goes_to(
        self, months: NDArray[np.int64], span: tuple[int, int], block: int
    ) -> NDArray[np.int64]:
        """The month that each month's values go to: the same for all links that hold both.

        A span is turned by a random number of quarters and cut into blocks, the blocks reordered.
        What would go to a month that is not held goes to those left, in the same order.
        """
        first, last = span
        rng = np.random.default_rng([self.seed, self.number, block, first - FIRST])
        whole = np.roll(np.arange(first, last), -3 * int(rng.integers((last - first) // 3 + 1)))
        blocks = [whole[at : at + block] for at in range(0, len(whole), block)]
        source = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
        goes = np.empty_like(source)
        goes[source - first] = np.arange(first, last)
        held = np.unique(months)
        to = goes[held - first]
        astray = ~np.isin(to, held)
        left = np.setdiff1d(held, to[~astray])
        to[np.flatnonzero(astray)[np.argsort(to[astray])]] = left
        return np.asarray(to[np.searchsorted(held, months)])


def edges_of(data: Dataset) -> tuple[int, ...]:
    """Months at which the pairs that decide in an edition begin, and those after they end."""
    edges: set[int] = set()
    for name in DECIDING[nouns.kind_of(data)]:
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
