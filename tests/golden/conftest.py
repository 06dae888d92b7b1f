"""The two releases of Ken French's data that installed packages carry, stamped at the month end."""

from pathlib import Path

import arch.data.frenchdata
import pandas as pd
import pytest
from linearmodels.datasets import french


@pytest.fixture(scope="module")
def release_2017() -> pd.DataFrame:
    """Factors and portfolios, decimals, 1949-01..2017-03. The package stamps month starts."""
    frame = french.load().set_index("dates").rename(columns={"MktRF": "Mkt-RF"})
    frame.index = frame.index.to_period("M").to_timestamp(how="end").normalize()
    return frame


@pytest.fixture(scope="module")
def release_2018() -> pd.DataFrame:
    """Factors, percent, 1926-07..2018-11, from the raw yyyymm: `load()` misreads the dates."""
    raw = pd.read_csv(Path(arch.data.frenchdata.__file__).parent / "frenchdata.csv.gz")
    dates = pd.PeriodIndex(raw.pop("Date").astype(str), freq="M")
    return raw.set_index(dates.to_timestamp(how="end").normalize())
