"""The script that builds the sample's macro series reads gretl's format and repeats itself."""

import hashlib
import importlib.util
import os
import sys
from importlib import resources
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_macro.py"
RAW = Path(os.environ.get("R2K_GRETL_DB", "/usr/share/gretl/db"))
INDEX = """# St Louis Fed
first  First series, %, SA
M  1999.11 - 2000.02  n = 4
skipped  Annual series, Bil. of $, NSA
A  1984 - 1986  n = 3
second  Second series, Bil. of $, SAAR
Q  1999.4 - 2000.2  n = 3
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_macro", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_blocks_follow_each_other_in_the_order_of_the_index(script: ModuleType) -> None:
    entries = script.read_index(INDEX)
    assert list(entries) == ["FIRST", "SECOND"]
    assert (entries["FIRST"].offset, entries["SECOND"].offset) == (0, 7)
    values = np.array([-999, 1.1, 2.2, 3.3, 9, 9, 9, 5.55, 6.66, -999], dtype="<f4")
    first = script.series(entries["FIRST"], values, 1)
    assert first.to_dict() == {
        pd.Timestamp("1999-12-31"): 1.1,
        pd.Timestamp("2000-01-31"): 2.2,
        pd.Timestamp("2000-02-29"): 3.3,
    }
    second = script.series(entries["SECOND"], values, 2)
    assert second.to_dict() == {
        pd.Timestamp("1999-12-31"): 5.55,
        pd.Timestamp("2000-03-31"): 6.66,
    }


def test_a_gap_is_refused(script: ModuleType) -> None:
    entry = script.read_index(INDEX)["FIRST"]
    with pytest.raises(SystemExit, match="gap"):
        script.series(entry, np.array([1, -999, 2, 3], dtype="<f4"), 1)


def test_a_decimal_that_float32_lost_is_not_made_up(script: ModuleType) -> None:
    # 20,000.124 and 20,000.125 are the same float32.
    values = np.array([8000.123, 20000.124], dtype="<f4")
    assert script.published(values, 3).tolist() == [8000.123, 20000.12]


def test_another_release_is_refused(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="apt-get download gretl-data"):
        script.build(tmp_path)
    (tmp_path / "fedstl.idx").write_text(INDEX)
    with pytest.raises(SystemExit, match="not the file of gretl-data 2022c-1"):
        script.build(tmp_path)


def test_the_table_in_the_package_is_what_the_script_describes(script: ModuleType) -> None:
    with resources.files("r2klib.data").joinpath("sample/macro.parquet").open("rb") as file:
        table = pq.read_table(file)
    assert table.column_names == ["date", *sorted(script.DECIMALS)]
    for name, decimals in script.DECIMALS.items():
        values = table[name].drop_null().to_numpy()
        assert np.array_equal(values, values.round(decimals)), name


def test_the_raw_files_give_the_same_table_and_bytes(script: ModuleType, tmp_path: Path) -> None:
    if not (RAW / "fedstl.bin").is_file():
        pytest.skip("gretl-data is not installed here (R2K_GRETL_DB names its folder)")
    shipped = Path(str(resources.files("r2klib.data").joinpath("sample/macro.parquet")))
    table = script.build(RAW)
    assert table.equals(pq.read_table(shipped))
    script.write(table, tmp_path / "macro.parquet")
    again = pq.ParquetFile(tmp_path / "macro.parquet").metadata.created_by
    if again == pq.ParquetFile(shipped).metadata.created_by:
        built, kept = (
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (tmp_path / "macro.parquet", shipped)
        )
        assert built == kept
