"""The two releases of Ken French's data that the sample edition holds."""

import pandas as pd
import pytest

from r2klib.data import load


@pytest.fixture(scope="module")
def release_2017() -> pd.DataFrame:
    """Factors and portfolios, decimals, 1949-01..2017-03."""
    data = load("sample")
    return data.frame("french.factors_2017").join(data.frame("french.size_value"))


@pytest.fixture(scope="module")
def release_2018() -> pd.DataFrame:
    """Factors, percent, 1926-07..2018-11."""
    return 100 * load("sample").frame("french.factors")
