"""Small synthetic samples; every random number comes from a seed written down here."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest
from scipy import stats


@pytest.fixture
def months() -> pd.DatetimeIndex:
    return pd.date_range("1990-01-31", periods=240, freq="ME")


@pytest.fixture
def factors(months: pd.DatetimeIndex) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    names = ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"]
    frame = pd.DataFrame(0.04 * rng.standard_normal((240, 6)), months, names)
    return frame.assign(RF=0.002)


@pytest.fixture
def asset(factors: pd.DataFrame) -> pd.Series:
    """Excess return with alpha 0.001, market beta 1.2, SMB 0.8 and autocorrelated noise."""
    noise = 0.02 * np.random.default_rng(12).standard_normal(241)
    signal = 0.001 + factors[["Mkt-RF", "SMB"]] @ [1.2, 0.8]
    return (signal + noise[1:] + 0.4 * noise[:-1]).rename("asset")


@pytest.fixture
def assert_rate() -> Callable[..., None]:
    """Hold the share of rejections at 5 and at 10 % to the 99.9 % band of a true such rate.

    `excess` is what a test is known to reject too often, said where it is passed; `cautious` lifts
    the lower limit for tests that are known to reject too rarely.
    """

    def check(p: Iterable[float], *, excess: float = 0.0, cautious: bool = False) -> None:
        p = np.asarray(list(p))
        for level in (0.05, 0.10):
            share = np.mean(p <= level)
            high = stats.binom.ppf(0.9995, len(p), level + excess) / len(p)
            low = 0.0 if cautious else stats.binom.ppf(0.0005, len(p), level) / len(p)
            assert low <= share <= high, f"{share:.4f} at {level}, band {low:.4f} .. {high:.4f}"

    return check
