"""Build `r2klib/data/sample/macro.parquet` from Debian's gretl-data package.

Usage: ``python scripts/build_macro.py [folder with fedstl.idx and fedstl.bin]``

The folder is /usr/share/gretl/db where the package gretl-data is installed. Without installing
it: ``apt-get download gretl-data && dpkg -x gretl-data_*_all.deb gretl``, then pass
``gretl/usr/share/gretl/db``.

A gretl database is two files: `.idx` names each series in two lines (code, title and units; then
frequency, span and length), `.bin` holds their values as little-endian float32 in the same order,
-999 for missing.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

OUTPUT = Path(__file__).parents[1] / "r2klib" / "data" / "sample" / "macro.parquet"
DEFAULT_FOLDER = "/usr/share/gretl/db"
MISSING = -999.0

#: The files of gretl-data 2022c-1, the only version this script was checked against.
SHA256 = {
    "fedstl.idx": "1d5c3e045a12f1b5b8a3ad59de13ffac3fdb632b68352a6f6a5c5e25dc59700e",
    "fedstl.bin": "c854c3526a55514ce49b8a7b9a485a3ce359e96238a58d8d8abfcf110ab45909",
}

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
    """Undo float32: return the decimal numbers as published.

    float32 holds about seven digits: where it steps by more than the last published decimal
    (GDP above 16,384, BUSLOANS above 1,024) that decimal is lost, and one less is kept.
    """
    exact = values.astype("float64")
    holds = np.spacing(np.abs(values)) < 10.0**-decimals
    return np.where(holds, exact.round(decimals), exact.round(decimals - 1))


def series(entry: Entry, values: npt.NDArray[np.float32], decimals: int) -> pd.Series[float]:
    """One series in float64 as published, stamped at the end of its periods."""
    raw = values[entry.offset : entry.offset + len(entry.periods)]
    ends = entry.periods.to_timestamp(how="end").normalize()
    dated = pd.Series(published(raw, decimals), index=ends).mask(raw == np.float32(MISSING))
    inner = dated.loc[dated.first_valid_index() : dated.last_valid_index()]
    if inner.isna().any():
        raise SystemExit("A series has a gap; the wide table would take it for another frequency.")
    return inner


def build(folder: Path) -> pa.Table:
    """Return the table: `date` (month end) and a column per series, null where it has no value."""
    for name, expected in SHA256.items():
        path = folder / name
        if not path.is_file():
            raise SystemExit(f"{path} is not there.\n\n{__doc__}")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(
                f"{path} is not the file of gretl-data 2022c-1: sha256 {found}, "
                f"expected {expected}. Check the new release, then change SHA256."
            )
    entries = read_index((folder / "fedstl.idx").read_text(encoding="utf-8"))
    values = np.fromfile(folder / "fedstl.bin", dtype="<f4")
    columns = {code: series(entries[code], values, places) for code, places in DECIMALS.items()}
    wide = pd.DataFrame(columns).sort_index()
    dates = pa.array(pd.DatetimeIndex(wide.index).date, type=pa.date32())
    arrays = [pa.array(wide[code], type=pa.float64(), from_pandas=True) for code in wide]
    return pa.table([dates, *arrays], names=["date", *wide.columns])


def write(table: pa.Table, path: Path) -> None:
    """Write the same bytes for the same table and pyarrow version."""
    pq.write_table(table, path, compression="zstd", compression_level=19, store_schema=False)


def main(arguments: list[str]) -> None:
    """Build the table and say what was written."""
    table = build(Path(arguments[0] if arguments else DEFAULT_FOLDER))
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    write(table, OUTPUT)
    digest = hashlib.sha256(OUTPUT.read_bytes()).hexdigest()
    print(f"{OUTPUT.name}: {table.num_columns - 1} series, {table.num_rows} months, {digest}")


if __name__ == "__main__":
    main(sys.argv[1:])
