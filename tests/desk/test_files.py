"""A user's CSV files: what is understood, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib.desk import files
from r2klib.errors import InputError


def written(folder: Path, text: str, name: str = "mine.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_weights_are_read_by_the_names_of_their_columns(tmp_path: Path) -> None:
    name = written(tmp_path, "\ufeffTicker, Weight, note\n IWM , 0.6, core\nIJR,0.4,\n")
    table = files.read(name)
    assert files.is_portfolio(table)
    assert files.weights_of(table, name) == {"IWM": 0.6, "IJR": 0.4}


def test_a_file_from_a_country_of_commas(tmp_path: Path) -> None:
    name = written(tmp_path, "ticker;weight\nIWM;0,25\nIJR;0,75\n")
    assert files.weights_of(files.read(name), name) == {"IWM": 0.25, "IJR": 0.75}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("IWM,60\nIJR,40\n", r"sum to 1 .*they sum to 100\. Scaled .* IWM 0\.6, IJR 0\.4"),
        ("IWM,0.5\nIJR,0.4\n", r"they sum to 0\.9\b.*cash needs a line"),
        ("IWM,0.6\nIJR,forty\n", r"line 3: expected a ticker and a weight.*forty"),
        ("IWM,0.6\n,0.4\n", r"line 3: expected a ticker"),
        ("IWM,0.6\nIWM,0.4\n", r"names IWM twice"),
    ],
)
def test_weights_that_cannot_be_used_are_named(tmp_path: Path, rows: str, said: str) -> None:
    name = written(tmp_path, f"ticker,weight\n{rows}")
    with pytest.raises(InputError, match=said):
        files.weights_of(files.read(name), name)


@pytest.mark.parametrize("dates", ["%Y-%m-%d", "%Y-%m", "%Y%m"])
def test_dates_come_in_three_ways(tmp_path: Path, dates: str) -> None:
    months = pd.date_range("2020-01-31", periods=3, freq="ME")
    rows = "\n".join(f"{day:{dates}},0.01,-0.02" for day in months)
    found = files.returns_of(
        files.read(written(tmp_path, f"date,a,b\n{rows}\n")), "f", prices=False
    )
    assert list(found.index) == list(months)
    np.testing.assert_array_equal(found.to_numpy(), [[0.01, -0.02]] * 3)


def test_prices_of_days_become_months(tmp_path: Path) -> None:
    days = pd.bdate_range("2023-12-29", "2024-02-29")
    rows = "\n".join(f"{day:%Y-%m-%d},{100 + i}" for i, day in enumerate(days))
    found = files.returns_of(files.read(written(tmp_path, f"date,a\n{rows}\n")), "f", prices=True)
    assert found["a"].tolist() == pytest.approx([123 / 100 - 1, 144 / 123 - 1])


DAYS = "\n".join(
    f"{day:%Y-%m-%d},{(-1) ** i / 100}" for i, day in enumerate(pd.bdate_range("2024", periods=50))
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,a\n2020-01-31,101\n2020-02-29,102.5\n", "look like prices. Pass `--prices`"),
        ("date,a\n2020-01-31,1.2%\n2020-02-29,0.3%\n", r"expected decimals .*'1\.2%'"),
        ("date,a\nJan 20,0.01\nFeb 20,0.02\n", "expected dates such as 2024-01-31.*'Jan 20'"),
        (f"date,a\n{DAYS}\n", "a return a month; got 50 rows in 3 months"),
    ],
)
def test_returns_that_cannot_be_used_are_named(tmp_path: Path, text: str, said: str) -> None:
    name = written(tmp_path, text)
    with pytest.raises(InputError, match=said) as refused:
        files.returns_of(files.read(name), name, prices=False)
    assert "mine.csv" in str(refused.value)


@pytest.mark.parametrize("text", ["", "a\n1\n", "date,a\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"mine\.csv.*expected `ticker,weight`"):
        files.read(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        files.read(str(tmp_path / "none.csv"))
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00d")
    with pytest.raises(InputError, match="no text in UTF-8"):
        files.read(str(tmp_path / "x.csv"))
