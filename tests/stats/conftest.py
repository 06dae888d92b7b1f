"""Small synthetic samples; every random number comes from a seed written down here."""

import numpy as np
import pandas as pd
import pytest


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
