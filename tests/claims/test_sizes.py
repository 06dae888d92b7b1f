"""Size of every regression of the ledger under a true null, on the edition's own regressors."""

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.estimates import Equation
from r2klib.data import load
from r2klib.stats import wild_bootstrap
from tests.claims.sizes import BLOCKS, DRAWS, Judge, error, table, worlds

#: Nominal size of 10 %, give or take what is aimed at, percent.
AIM = (8.0, 12.0)
#: Links whose driver lives in few blocks, so that no law of 100 blocks holds its size: credit
#: spreads, whose swings of the 1930s carry most of what decides.
KNOWN = {"K5"}


def test_many_worlds_at_once_are_each_their_own_wild_bootstrap() -> None:
    """Witness: the public function on one world after another, lags chosen anew in each."""
    months = pd.date_range("1950-01-31", periods=240, freq="ME")
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.standard_normal((240, 2)), months, columns=["x", "z"])
    y = pd.Series(rng.standard_normal(240), months).rolling(3, min_periods=1).sum() + 2 * X["x"]
    judge = Judge(Equation(y=y, X=X, weights={"x": 1.0}, hac_lags="auto", block=12, scale=1.0))
    found = judge.p_values(6, range(5))[0]
    for number, made in enumerate(worlds(judge.errors, 6, range(5)).T):
        world = 2.0 * X["x"] + pd.Series(made, months)
        law = wild_bootstrap(world, X, {"x": 1.0}, block=12, seed=1, draws=DRAWS)
        assert found[number] == law.p_value(2.0)


@pytest.mark.nightly
def test_regressions_hold_their_size_in_worlds_that_are_not_their_law(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """4,000 worlds a block; what falls outside 8 to 12 % is printed, and no more than half may."""
    count = 4_000
    found = table(load("sample"), count)
    signs = found[[f"signs, {block}" for block in BLOCKS]]
    outside = (signs < AIM[0] - 2 * error(count)) | (signs > AIM[1] + 2 * error(count))
    with capsys.disabled():
        print(found.round(1).to_string())
        print(f"Monte Carlo error {error(count):.1f} points; outside: {outside.sum().to_dict()}")
    held = signs.drop(index=list(KNOWN & set(signs.index)))
    assert held.max().max() <= 16
    assert outside.to_numpy().mean() <= 0.5
    assert signs.to_numpy().mean() < found.drop(columns=signs.columns).to_numpy().mean()
