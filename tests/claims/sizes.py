"""How often each regression of the ledger rejects a true null, on an edition's own regressors.

Worlds are not the test's own law: residuals keep their places, hence their volatility, and change
signs in blocks of 1, 6 and 24 rows whose first block begins anywhere. The statistics of many worlds
are computed together; the rows are made once.

``python -m tests.claims.sizes sample 1000`` prints the table of an edition.
"""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from r2klib import load
from r2klib.claims import Claim, ledger
from r2klib.claims.designs import Regression
from r2klib.claims.estimates import Equation
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing
from r2klib.stats._signs import Blocks, Scores, Signs
from r2klib.stats.hac import resolve_lags, score_sums
from r2klib.stats.wild import drawn, regression_of

#: Rows whose signs change together in a world.
BLOCKS = (1, 6, 24)
#: Worlds computed together.
TOGETHER = 25
DRAWS = 999


def regressions(data: Dataset) -> Iterator[tuple[Claim, Equation]]:
    """Every link that is judged by signs by blocks and can be asked of the edition."""
    for claim in ledger().values():
        if claim.kind != "link" or not isinstance(claim.design, Regression):
            continue
        try:
            yield claim, claim.design.equation(claim.rows(data))
        except (InputError, SeriesMissing):
            continue


def worlds(errors: np.ndarray, block: int, numbers: range) -> np.ndarray:
    """Errors that change signs in blocks, a column for each world, (T, N)."""
    made = []
    for number in numbers:
        rng = np.random.default_rng([number, block])
        groups = (np.arange(len(errors)) + rng.integers(block)) // block
        made.append(errors * rng.choice([-1.0, 1.0], groups[-1] + 1)[groups])
    return np.column_stack(made)


class Judge:
    """P-values of the true value in many worlds of one regression."""

    def __init__(self, asked: Equation) -> None:
        fit, columns, design = regression_of(asked.y, asked.X, asked.hac_lags)
        w = np.array([float(asked.weights.get(name, 0.0)) for name in design.columns])
        self.asked, self.X, self.Q = asked, design.to_numpy(), columns.Q[0]
        self.errors, self.along = fit.resids.to_numpy(), w @ columns.pseudo_inverse()[0]
        blocks = Blocks(fit.nobs, asked.block)
        blocks.need("block")
        self.signs, self._scores = Signs(blocks, DRAWS, 1), dict[int, Scores]()

    def rates(self, block: int, count: int) -> tuple[float, float]:
        """Share of worlds whose p is 10 % or less: signs by blocks, and Newey-West's t."""
        parts = range(0, count, TOGETHER)
        found = [self.p_values(block, range(k, min(count, k + TOGETHER))) for k in parts]
        wild, plain = np.concatenate(found, axis=1)
        return float((wild <= 0.10).mean()), float((plain <= 0.10).mean())

    def p_values(self, block: int, numbers: range) -> np.ndarray:
        """Both p-values by world, (2, N)."""
        made = worlds(self.errors, block, numbers)
        left = made - self.Q @ (self.Q.T @ made)
        gaps = self.along @ made
        lags = np.array([resolve_lags(self.asked.hac_lags, self.X * e[:, None]) for e in left.T])
        found = np.empty((2, len(gaps)))
        for lag in np.unique(lags):
            some = lags == lag
            found[:, some] = self._p(left[:, some], gaps[some], int(lag))
        return found

    def _p(self, left: np.ndarray, gaps: np.ndarray, lag: int) -> np.ndarray:
        if lag not in self._scores:
            self._scores[lag] = Scores(self.along, self.Q, lag, self.signs)
        sums = score_sums(left.T, self.along, lag)
        t = gaps / np.sqrt((sums**2).sum(axis=1) / (lag + 1))
        (n0, n1), (v0, v1, v2) = drawn(self._scores[lag], left)
        g = gaps[:, None]
        draws = (n0 + g * n1) / np.sqrt(v0 + g * (v1 + g * v2))
        above, below = (
            (1 + np.count_nonzero(far, axis=1)) / (draws.shape[1] + 1)
            for far in (draws >= t[:, None], draws <= t[:, None])
        )
        plain = 2 * stats.t.sf(np.abs(t), len(left) - self.Q.shape[1])
        return np.stack([np.minimum(1.0, 2 * np.minimum(above, below)), plain])


def table(data: Dataset, count: int) -> pd.DataFrame:
    """Percent of worlds that reject at 10 %, a row for each link, a column for each block.

    The interval covers the truth in the others, and wherever its hull closes a gap.
    """
    found = {}
    for claim, asked in regressions(data):
        try:
            judge = Judge(asked)
        except InputError:
            continue
        rates = {block: judge.rates(block, count) for block in BLOCKS}
        found[claim.id] = {f"signs, {block}": 100 * wild for block, (wild, _) in rates.items()} | {
            f"Newey-West, {block}": 100 * plain for block, (_, plain) in rates.items()
        }
        print(claim.id, {k: round(v, 1) for k, v in found[claim.id].items()}, flush=True)
    return pd.DataFrame(found).T


def error(count: int) -> float:
    """Monte Carlo error of a rate near 10 %, percentage points."""
    return float(100 * np.sqrt(0.1 * 0.9 / count))


if __name__ == "__main__":
    edition, count = sys.argv[1], int(sys.argv[2])
    print(table(load(edition), count).round(1).to_string())
    print(f"{count} worlds a column, Monte Carlo error {error(count):.1f} points")
