import numpy as np
import pandas as pd
import pytest

from r2klib.stats.flips import flips_of_ratio


def test_the_law_of_a_ratio_is_that_of_flipped_signs_worked_out_one_by_one() -> None:
    """Refused are the values at which few of all 2^n sets of signs reach as far."""
    rng = np.random.default_rng(4)
    x = pd.Series(-rng.uniform(0.2, 0.6, 8))
    y = 0.1 * x + pd.Series(rng.normal(0, 0.03, 8))
    law = flips_of_ratio(y, x, draws=9_999, seed=1)
    signs = np.array(np.meshgrid(*[[1, -1]] * 8)).reshape(8, -1)

    def p(theta: float) -> float:
        reached = signs.T @ (y - theta * x).to_numpy()
        observed = reached[0]
        far = min((reached >= observed - 1e-12).mean(), (reached <= observed + 1e-12).mean())
        return min(1.0, 2 * far)

    for theta in (0.0, 0.05, 0.1, 0.2):
        assert law.p_value(theta) == pytest.approx(p(theta))
    low, high = law.interval(0.90)
    assert p(low - 1e-9) < 0.1 < p(low + 1e-9)
    assert p(high + 1e-9) < 0.1 < p(high - 1e-9)


def test_the_law_of_a_ratio_holds_its_size() -> None:
    """600 worlds of ten rows without a difference, some far more volatile than others."""
    rng = np.random.default_rng(7)
    refused = 0
    for seed in range(600):
        x = pd.Series(-rng.uniform(0.2, 0.6, 10))
        y = pd.Series(rng.normal(0, np.where(np.arange(10) < 3, 0.15, 0.03)))
        refused += flips_of_ratio(y, x, draws=499, seed=seed).p_value() <= 0.10
    assert 0.06 < refused / 600 < 0.14
