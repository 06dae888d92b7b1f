"""How often each link of the ledger rejects a true null, on an edition's own regressors.

Worlds are not the test's own law: residuals keep their places, hence their volatility, and change
signs in blocks of 1, 6 and 24 rows whose first block begins anywhere. The statistics of many worlds
are computed together; the rows are made once.

``python -m tests.claims.sizes sample 1000`` prints the table of an edition's regressions, and with
``others`` that of all other designs.
"""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from r2klib import load
from r2klib.claims import Claim, ledger
from r2klib.claims.designs import FEW_DRAWS, Design, Regression
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing

#: Rows whose signs change together in a world.
BLOCKS = (1, 6, 24)
#: Claims about memory, of which long blocks are no null: they keep what is asked about.
MEMORY = ("H1", "H7", "V2")
#: The law of V2 takes as long as those of all others together: a quarter of the worlds.
SLOW = {"V2": 4}
#: Worlds computed together.
TOGETHER = 25
DRAWS = 999


def links(data: Dataset, *, regressions: bool) -> Iterator[tuple[Claim, pd.DataFrame]]:
    """Every link that can be asked of the edition, judged by signs by blocks or not; its rows."""
    for claim in ledger().values():
        design = claim.design
        if claim.kind != "link" or not isinstance(design, Design):
            continue
        if isinstance(design, Regression) != regressions:
            continue
        try:
            rows = claim.rows(data)
            design.lighter(FEW_DRAWS)(rows)
        except (InputError, SeriesMissing):
            continue
        yield claim, rows


class Turned:
    """Signs in place, for blocks other than a world's own."""

    shuffles = False

    def __init__(self, number: int, block: int) -> None:
        self.number, self.block = number, block

    def moved(self, values: pd.Series, block: int = 12) -> pd.Series:
        """The values where they stand, some with another sign."""
        return values * np.where(self.turned(values.index, block), -1.0, 1.0)

    def turned(self, index: pd.Index, block: int = 12) -> np.ndarray:
        """Rows in blocks of rows, not of months, the first of which begins anywhere."""
        rng = np.random.default_rng([self.number, self.block])
        groups = (np.arange(len(index)) + rng.integers(self.block)) // self.block
        return rng.choice([True, False], groups[-1] + 1)[groups]


def rates(claim: Claim, rows: pd.DataFrame, block: int, count: int) -> tuple[float, float]:
    """Percent of worlds whose p is 10 % or less, and whose interval covers the truth."""
    design = claim.design.lighter(DRAWS)
    found = []
    for start in range(0, count, TOGETHER):
        some = [Turned(number, block) for number in range(start, min(count, start + TOGETHER))]
        found += [answer[0] for answer in design.answers(rows, some, ()) if answer]
    size = np.mean([one.p_value <= 0.10 for one in found])
    held = np.mean([one.interval[0] <= 0 <= one.interval[1] for one in found])
    return float(100 * size), float(100 * held)


def table(data: Dataset, count: int, *, regressions: bool = True) -> pd.DataFrame:
    """Size at a nominal 10 % and coverage of 90 %, percent: a row a link, two columns a block.

    NaN where a block is no null.
    """
    found = {}
    for claim, rows in links(data, regressions=regressions):
        blocks = BLOCKS[:-1] if claim.id in MEMORY else BLOCKS
        few = count // SLOW.get(claim.id, 1)
        made = {block: rates(claim, rows, block, few) for block in blocks}
        found[claim.id] = {f"size, {block}": size for block, (size, _) in made.items()} | {
            f"coverage, {block}": held for block, (_, held) in made.items()
        }
        print(claim.id, {k: round(v, 1) for k, v in found[claim.id].items()}, flush=True)
    names = [f"{what}, {block}" for what in ("size", "coverage") for block in BLOCKS]
    return pd.DataFrame(found).T.reindex(columns=names)


def error(count: int) -> float:
    """Monte Carlo error of a rate near 10 %, percentage points."""
    return float(100 * np.sqrt(0.1 * 0.9 / count))


if __name__ == "__main__":
    edition, count, *others = sys.argv[1:]
    found = table(load(edition), int(count), regressions=others != ["others"])
    print(found.round(1).to_string())
    print(f"{count} worlds a column, Monte Carlo error {error(int(count)):.1f} points")
