import tomllib
from pathlib import Path

import pandas as pd
import pytest

from r2klib.stats import drawdowns, factor_regression, grs_test, hac_mean

GOLDEN = tomllib.loads((Path(__file__).parent / "references.toml").read_text())


def printed(digits: int) -> float:
    """Half a unit of the last digit, a hair more for values that end in 5."""
    return 0.5001 * 10**-digits


@pytest.fixture(scope="module")
def small(release_2017: pd.DataFrame) -> pd.Series:
    legs = [f"S{size}V{value}" for size in (1, 3) for value in (1, 3, 5)]
    return (release_2017[legs].mean(axis=1) - release_2017["RF"]).rename("small")


@pytest.mark.parametrize("row", GOLDEN["means"]["rows"], ids=lambda row: row["what"])
def test_mean_and_its_plain_t(release_2018: pd.DataFrame, row: dict) -> None:
    fit = hac_mean(release_2018.loc[row["first"] : row["last"], row["column"]], hac_lags=None)
    assert fit.value == pytest.approx(row["mean"], abs=printed(3))
    assert fit.tstat == pytest.approx(row["t"], abs=printed(2))


@pytest.mark.parametrize("name", ["january", "others"])
def test_smb_is_a_january_affair(release_2018: pd.DataFrame, name: str) -> None:
    chosen = (release_2018.index.month == 1) == (name == "january")
    fit = hac_mean(release_2018.loc[chosen, "SMB"], hac_lags=None)
    assert fit.value == pytest.approx(GOLDEN["january"][name]["mean"], abs=printed(2))
    assert fit.tstat == pytest.approx(GOLDEN["january"][name]["t"], abs=printed(2))


@pytest.mark.parametrize("model", ["capm", "ff3"])
def test_grs_of_nine_portfolios(release_2017: pd.DataFrame, model: str) -> None:
    legs = [f"S{size}V{value}" for size in (1, 3, 5) for value in (1, 3, 5)]
    test = grs_test(release_2017[legs].sub(release_2017["RF"], axis=0), release_2017, model)
    assert test.nobs == GOLDEN["grs"]["nobs"]
    assert test.statistic == pytest.approx(GOLDEN["grs"][model], abs=printed(4))


def test_small_leg_on_three_factors(small: pd.Series, release_2017: pd.DataFrame) -> None:
    golden = GOLDEN["small_leg"]
    fit = factor_regression(small, release_2017, "ff3", hac_lags=6)
    assert 100 * fit.alpha == pytest.approx(golden["alpha_percent"], abs=printed(4))
    assert fit.tstats["alpha"] == pytest.approx(golden["alpha_t"], abs=printed(2))
    for name, beta in golden["betas"].items():
        assert fit.params[name] == pytest.approx(beta, abs=printed(4))
    assert fit.rsquared == pytest.approx(golden["rsquared"], abs=printed(4))


def test_dimson_beta_of_the_small_leg(small: pd.Series, release_2017: pd.DataFrame) -> None:
    golden = GOLDEN["small_leg_dimson"]
    fit = factor_regression(small, release_2017, "capm", dimson_lags=1)
    for name, beta in golden["betas"].items():
        assert fit.params[name] == pytest.approx(beta, abs=printed(4))
    assert fit.dimson_beta.value == pytest.approx(golden["sum"], abs=printed(4))


def test_twelve_falls_in_the_long_sample(release_2018: pd.DataFrame) -> None:
    market = (1 + (release_2018["Mkt-RF"] + release_2018["RF"]) / 100).cumprod()
    assert len(drawdowns(market).table) == GOLDEN["falls"]["count"]
