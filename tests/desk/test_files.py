"""A user's own files: what is understood, and what is refused in which words."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import r2klib
from r2klib.data import read_own
from r2klib.data.reading import Units
from r2klib.desk import files
from r2klib.errors import InputError
from tests.desk.made import BETAS, FACTORS, RETURNS, edition


def written(folder: Path, text: str, name: str = "mine.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def read(name: str, *, units: Units = "decimals") -> dict[str, float] | pd.DataFrame:
    return files.read(name, [], units=units)


def returns(name: str, *, units: Units = "decimals") -> pd.DataFrame:
    found = read(name, units=units)
    assert isinstance(found, pd.DataFrame)
    return found


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("\ufeffTicker, Weight, note\n IWM , 0.6, core\nIJR,0.4,\n", {"IWM": 0.6, "IJR": 0.4}),
        ("weight,ticker\n0.6,IWM\n0.4,IJR\n", {"IWM": 0.6, "IJR": 0.4}),
        ("ticker;weight\nIWM;0,25\nIJR;0,75\n", {"IWM": 0.25, "IJR": 0.75}),
        ("ticker\tweight\nIWM\t0.5\nIJR\t0.5\n", {"IWM": 0.5, "IJR": 0.5}),
    ],
)
def test_weights_are_read_by_the_names_of_their_columns(
    tmp_path: Path, text: str, weights: dict[str, float]
) -> None:
    assert read(written(tmp_path, text)) == weights


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("IWM,60\nIJR,40\n", r"sum to 1 .*they sum to 100\. Scaled .* IWM 0\.6, IJR 0\.4"),
        ("IWM,0.5\nIJR,0.4\n", r"they sum to 0\.9\b.*cash needs a line"),
        ("IWM,0.6\nIJR,forty\n", r"'forty' in column 'weight', row 'IJR', is no number"),
        ("IWM,60%\nIJR,40%\n", r"'60%' in column 'weight'.* percent sign; expected a decimal"),
        ("IWM,0.6\n,0.4\n", r"expected a ticker and a weight.*\['', '0.4'\]"),
        ("IWM,0.6\nIJR,\n", r"expected a ticker and a weight.*\['IJR', ''\]"),
        ("IWM,0.6\nIWM,0.4\n", r"names IWM twice"),
    ],
)
def test_weights_that_cannot_be_used_are_named(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read(written(tmp_path, f"ticker,weight\n{rows}"))
    assert "mine.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"IWM": np.nan, "IJR": 1.0}, "'mix': expected a decimal such as 0.6 .* IWM; got nan"),
        ({"IWM": "0.6", "IJR": 0.4}, "expected a decimal such as 0.6 .* IWM; got '0.6'"),
        ({"IWM": np.inf, "IJR": -np.inf}, "they sum to nan"),
        ({1: 1.0}, "expected tickers such as 'IWM'; got 1"),
        ({}, "expected the weights of a portfolio by ticker.*got {}"),
        ("IWM", "expected the weights of a portfolio by ticker.*got 'IWM'"),
        (0.6, "got 0.6. A portfolio has a name too: {'mine': {'IWM'"),
        (pd.Series([0.5, 0.5], ["IWM", "IWM"]), "names IWM twice"),
    ],
)
def test_weights_in_a_mapping_are_held_to_the_same(weights: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        files.check_weights(weights, "'mix'")


def test_weights_may_be_a_series() -> None:
    held = files.check_weights(pd.Series({"IWM": 0.5, "IJR": 0.5}), "'mix'")
    assert held == {"IWM": 0.5, "IJR": 0.5}


MONTHS = pd.date_range("2020-01-31", periods=3, freq="ME")


def test_dates_are_read_as_the_page_says(tmp_path: Path) -> None:
    page = Path(__file__).parents[2].joinpath("docs", "factor-desk.md").read_text(encoding="utf-8")
    examples = re.search(r"dates such as (.+?) \(", page.replace("\n", " "))
    assert examples is not None
    shapes = re.split(r", | or ", examples[1])
    assert len(shapes) == 4
    for january in shapes:
        found = returns(written(tmp_path, f"date,a\n{january},0.01\n"))
        assert found.index[0] == pd.Timestamp("2024-01-31")


@pytest.mark.parametrize("dates", ["%Y-%m-%d", "%Y-%m", "%Y%m", "%Y-%m-01", "%m/%d/%Y"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_file_of_returns_is_that_of_read_own(tmp_path: Path, dates: str, separator: str) -> None:
    rows = (separator.join([f"{day:{dates}}", "0.01", "-0.02"]) for day in MONTHS)
    name = written(tmp_path, "\n".join([separator.join(["date", "a", "b"]), *rows]))
    found = returns(name)
    assert list(found.index) == list(MONTHS)
    np.testing.assert_array_equal(found.to_numpy(), [[0.01, -0.02]] * 3)
    other = read_own(name, units="decimals", frequency="monthly")
    pd.testing.assert_series_equal(
        found["a"], other.series("a"), check_names=False, check_freq=False
    )


def test_periods_in_a_parquet_file_are_months(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [0.01, -0.02, 0.03]}, MONTHS.to_period("M").astype(str))
    path = tmp_path / "mine.parquet"
    frame.to_parquet(path)
    assert list(returns(str(path)).index) == list(MONTHS)


def test_a_month_that_is_not_over_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("R2K_TODAY", "2020-03-10")
    told: list[tuple[str, Units]] = [("0.01 -0.02 0.03", "decimals"), ("100 101 90", "prices")]
    for text, units in told:
        values = text.split()
        for days in (MONTHS - pd.offsets.MonthBegin(1), MONTHS):
            rows = (f"{day:%Y-%m-%d},{value}" for day, value in zip(days, values, strict=True))
            name, said = written(tmp_path, "\n".join(["date,a", *rows])), []
            found = files.read(name, said, units=units)
            assert isinstance(found, pd.DataFrame)
            assert found.index[-1] == pd.Timestamp("2020-02-29")
            last = days[-1].date()
            assert said.count(f"rows: the month of {last} was left out, for it is not over") == 1
    monkeypatch.setenv("R2K_TODAY", "2020-02-10")
    with pytest.raises(InputError, match="2020-03-31 is ahead of today"):
        returns(name)


def test_prices_of_days_become_months(tmp_path: Path) -> None:
    days = pd.bdate_range("2023-12-29", "2024-02-29")
    rows = "\n".join(f"{day:%Y-%m-%d},{100 + i}" for i, day in enumerate(days))
    found = returns(written(tmp_path, f"date,a\n{rows}\n"), units="prices")
    assert found["a"].tolist() == pytest.approx([123 / 100 - 1, 144 / 123 - 1])


def test_bars_of_one_asset_are_its_closes(tmp_path: Path) -> None:
    held = FACTORS["SMB"].add(1).cumprod()
    bars = pd.DataFrame(dict.fromkeys(("Open", "High", "Low"), held))
    bars = bars.assign(Close=RETURNS["AAA"].add(1).cumprod(), Volume=1e6, Dividends=0.0)
    bars.rename_axis("Date").to_csv(tmp_path / "AAA.csv")
    how = {"data": edition(), "units": "prices"}
    table = r2klib.factor_table(str(tmp_path / "AAA.csv"), **how)
    assert list(table.fits) == ["AAA"]
    assert table.fits["AAA"].params["SMB"] == pytest.approx(BETAS["AAA"]["SMB"], abs=0.05)
    assert "AAA.csv: columns: bars of one asset, Close taken" in table.notes
    frame = r2klib.factor_table(bars, **how)
    pd.testing.assert_series_equal(frame.fits["Close"].params, table.fits["AAA"].params)
    assert "columns: bars of one asset, Close taken" in frame.notes


DAYS = "\n".join(
    f"{day:%Y-%m-%d},{(-1) ** i / 100}" for i, day in enumerate(pd.bdate_range("2024", periods=50))
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,a\n2020-01-31,101\n2020-02-29,102.5\n", "look like prices.*--units prices"),
        ("date,a\n2020-01-31,1.2%\n2020-02-29,0.3%\n", r"'1\.2%'.*a decimal.*units='percent'"),
        ("date,a\nJan 20,0.01\nFeb 20,0.02\n", "'Jan 20' in the first column is no date"),
        (f"date,a\n{DAYS}\n", r"a return a month; got 50 rows in 3 months.*\.prod\(\) - 1`"),
        ("symbol,weight\nIWM,1\n", "expected the columns `ticker` and `weight`.*symbol and weight"),
        ("", "holds one column"),
        ("a\n1\n", "holds one column"),
        ("date,a\n", "no rows below the header"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        returns(written(tmp_path, text))
    assert "mine.csv" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["a.csv", "a.TSV", "a.txt", "a.parquet", "a.xlsx", "a.xls", "./a", "b\\a"]
)
def test_a_file_is_told_from_a_ticker(name: str) -> None:
    assert files.is_file(name)
    assert not files.is_file("BRK.B")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        read(str(tmp_path / "none.csv"))
