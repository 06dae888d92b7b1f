"""A search: many signals asked the same of one return, and how many answers chance explains.

Whoever asks a hundred series finds some that foretell. Here all of them are asked at once, and an
answer counts only where it is larger than the largest that as many questions give by chance.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims.designs import DRAWS
from r2klib.claims.nouns import Reading
from r2klib.errors import InputError
from r2klib.stats import romano_wolf

Array = NDArray[np.float64]

#: Draws that are held in memory at once.
_CHUNK = 1_000


def _log(x: pd.Series) -> pd.Series:
    return pd.Series(np.log(x.where(x > 0)), x.index)


#: What each code of FRED-MD makes of a series: its level, change, change of that, log, change of
#: the log, change of that, change of the growth rate (McCracken and Ng 2016, Journal of Business &
#: Economic Statistics 34(4), 574-589).
TRANSFORMS: dict[int, Callable[[pd.Series], pd.Series]] = {
    1: lambda x: x,
    2: lambda x: x.diff(),
    3: lambda x: x.diff().diff(),
    4: _log,
    5: lambda x: _log(x).diff(),
    6: lambda x: _log(x).diff().diff(),
    7: lambda x: x.pct_change(fill_method=None).diff(),
}


@cache
def _titles() -> dict[str, str]:
    text = resources.files("r2klib.claims").joinpath("fred_md.csv").read_text(encoding="utf-8")
    return {row["code"]: row["title"] for row in csv.DictReader(text.splitlines())}


def titled(code: str) -> str:
    """What a series of FRED-MD is, with its code; the code alone where it is a newer one."""
    return f"{_titles()[code]} ({code})" if code in _titles() else code


def stationary(levels: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """Each series that has a code, made stationary as its code in `TRANSFORMS` says.

    A column a series, regular dates; what is not known stays so. `InputError` for other codes.
    """
    if odd := sorted(set(codes) - set(TRANSFORMS)):
        raise InputError(f"Codes are 1 to 7; there is {odd[0]!r}.")
    return pd.DataFrame({name: TRANSFORMS[code](levels[name]) for name, code in codes.items()})


def without_outliers(x: pd.DataFrame) -> pd.DataFrame:
    """The frame without values beyond ten interquartile ranges of the column's median."""
    spread = x.quantile(0.75) - x.quantile(0.25)
    return x.where((x - x.median()).abs() <= 10 * spread)


@dataclass(frozen=True, kw_only=True)
class Search:
    """How many of many signals exceed the largest of as many chances (max-t, Romano and Wolf).

    Rows: ``y``, and a column for each signal, known so long before that it can be held against y
    of its row. Each is asked by itself: t of the slope of y on it. Chance is y in another order,
    in blocks, the same order for all signals, which stay as they are: so what ties them to each
    other, and their memory, stays too. `in_place` turns signs of y by blocks where they stand
    instead: volatile months then stay with the signals' own.
    """

    level: float = 0.10  # chance of any survivor where nothing foretells
    least: int = 120  # rows that a signal must share with y
    block: int = 12  # rows of a block
    in_place: bool = False
    draws: int = DRAWS
    seed: int = 6

    def __call__(self, rows: pd.DataFrame, /) -> Reading:
        """Count the survivors."""
        t = self.statistics(rows)
        chance = self._by_chance(rows)
        adjusted = romano_wolf(t.to_numpy(), chance)
        largest = float(np.quantile(np.abs(chance).max(axis=1), 1 - self.level))
        survivors = t.index[adjusted.to_numpy() <= self.level]
        return Reading(
            value=float(len(survivors)),
            holds=bool(len(survivors)),
            parts={str(name): True for name in survivors},
            marks={"best by chance": largest},
            n=int(rows["y"].count()),
            unit=f"of {len(t)} series",
            method=(
                f"max-t over {len(t)} series (Romano-Wolf, {100 * self.level:z.0f} %), "
                f"{'signs of d turned' if self.in_place else 'd shuffled'} in blocks of "
                f"{self.block} months, {self.draws:,} draws"
            ),
        )

    def statistics(self, rows: pd.DataFrame) -> pd.Series:
        """T of the slope of y on each signal alone; `InputError` where none has enough rows."""
        y, x = _asked(rows, self.least)
        return pd.Series(_t(y.to_numpy()[None, :], x)[0], x.columns, name="t")

    def _by_chance(self, rows: pd.DataFrame) -> Array:
        """The statistics of every draw, (B, K)."""
        y, x = _asked(rows, self.least)
        rng = np.random.default_rng(self.seed)
        make = _turned if self.in_place else _shuffled
        sizes = [min(_CHUNK, self.draws - at) for at in range(0, self.draws, _CHUNK)]
        worlds = (make(y.to_numpy(), self.block, n, rng) for n in sizes)
        return np.vstack([_t(world, x) for world in worlds])


def _asked(rows: pd.DataFrame, least: int) -> tuple[pd.Series, pd.DataFrame]:
    """Y where known, and the signals that share enough rows with it and vary."""
    used = rows.dropna(subset=["y"])
    x = used.drop(columns="y").astype(float)
    x = x.loc[:, (x.count() >= least) & (x.std() > 0)]
    if x.empty:
        raise InputError(f"no signal shares {least} rows with y; there are {len(used)} of y.")
    return used["y"].astype(float), x


def _t(y: Array, x: pd.DataFrame) -> Array:
    """T of each draw (B, T) of y on each signal, over the signal's own rows; (B, K)."""
    known = x.notna().to_numpy(dtype=float)
    z = ((x - x.mean()) / x.std(ddof=0)).fillna(0.0).to_numpy()
    n = known.sum(axis=0)
    spread = np.sqrt((y**2) @ known / n - (y @ known / n) ** 2)
    r = y @ z / n / spread
    return np.asarray(r * np.sqrt((n - 2) / (1 - r**2)))


def _shuffled(y: Array, block: int, draws: int, rng: np.random.Generator) -> Array:
    """Y turned by a random number of rows, cut into blocks, the blocks in another order."""
    block_of = np.arange(len(y)) // block
    places = np.tile(np.arange(block_of[-1] + 1), (draws, 1))
    order = np.argsort(rng.permuted(places, axis=1)[:, block_of], axis=1, kind="stable")
    start = rng.integers(len(y), size=(draws, 1))
    return np.asarray(y[(order + start) % len(y)])


def _turned(y: Array, block: int, draws: int, rng: np.random.Generator) -> Array:
    """Y less its mean, with the signs of blocks tossed; where blocks begin is drawn."""
    T = len(y)
    start = rng.integers(block, size=(draws, 1))
    signs = rng.choice([-1.0, 1.0], size=(draws, T // block + 2))
    at = (np.arange(T) + start) // block
    return np.asarray(np.take_along_axis(signs, at, axis=1) * (y - y.mean()))
