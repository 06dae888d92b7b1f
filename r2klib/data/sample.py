"""The sample edition: real data that come with installed packages, read without the network.

It is a historical sample: portfolios end in 2017-03, factors in 2018-11, the economy in 2022-09.
The data files of linearmodels and arch are read directly: importing either package only to learn
its folder takes three seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from r2klib.data import catalog
from r2klib.data.dataset import Dataset
from r2klib.data.provenance import Table, describe
from r2klib.errors import SchemaChanged

EDITION = "sample"
#: What Ken French's files hold where there is no return.
SENTINELS = (-99.99, -999.0)
#: The committee's first announcement; it stands for all turning points dated before there was one.
FIRST_ANNOUNCEMENT = "1980-06-03"


@dataclass(frozen=True)
class Recorded:
    """A data file of an installed package, as this version of r2klib knows it."""

    package: str
    path: str
    columns: tuple[str, ...]
    first: str
    last: str
    rows: int


_BARS = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
_INDUSTRIES = (
    *("NoDur", "Durbl", "Manuf", "Enrgy", "Chems", "BusEq"),
    *("Telcm", "Utils", "Shops", "Hlth", "Money", "Other"),
)
_SIZE_VALUE = tuple(f"S{size}V{value}" for size in (1, 3, 5) for value in (1, 3, 5))
_SIZE_MOMENTUM = tuple(f"S{size}M{momentum}" for size in (1, 3, 5) for momentum in (1, 3, 5))
_FRENCH_2017 = Recorded(
    "linearmodels",
    "datasets/french/french.csv.bz2",
    ("dates", "MktRF", "SMB", "HML", "Mom", "RF", *_INDUSTRIES, *_SIZE_VALUE, *_SIZE_MOMENTUM),
    "1949-01-01",
    "2017-03-01",
    819,
)
_FRENCH_2018 = Recorded(
    "arch",
    "data/frenchdata/frenchdata.csv.gz",
    ("Date", "Mkt-RF", "SMB", "HML", "RF"),
    "192607",
    "201811",
    1109,
)
_SP500 = Recorded(
    "arch", "data/sp500/sp500.csv.gz", ("Date", *_BARS), "1/4/1999", "12/31/2018", 5031
)
_NASDAQ = Recorded(
    "arch", "data/nasdaq/nasdaq.csv.gz", ("Date", *_BARS), "1/4/1999", "12/31/2018", 5031
)
_VIX = Recorded("arch", "data/vix/vix.csv.gz", ("Date", "vix"), "1/3/2014", "1/3/2019", 1305)
_YIELDS = Recorded(
    "arch", "data/default/default.csv.gz", ("Date", "AAA", "BAA"), "1/1/1919", "12/1/2018", 1200
)
_CORE_CPI = Recorded(
    "arch", "data/core_cpi/core-cpi.csv.gz", ("Date", "CPILFESL"), "1/1/1957", "11/1/2018", 743
)


def load() -> Dataset:
    """Read the sample edition.

    Returns
    -------
    Dataset
        Every series whose catalog row has a `sample` origin. Returns are decimals, monthly and
        quarterly data are stamped at the period's end.

    Raises
    ------
    SchemaChanged
        If an installed package no longer ships the data this version was written for.
    """
    tables = {**_portfolios(), **_factors(), **_prices(), **_yields_and_prices(), **_macro()}
    tables["NBER"] = turning_points()
    provenance = {}
    for name, table in tables.items():
        info = catalog.get(name)
        assert info.sample is not None
        provenance[name] = describe(table, info, info.sample)
    order = [name for name in catalog.series() if name in tables]
    held = {name: tables[name] for name in order}
    return Dataset._described(EDITION, "sample", held, provenance, {})


def read_recorded(file: Recorded) -> pd.DataFrame:
    """Read a package's data file and hold it against what is known of it.

    Parameters
    ----------
    file : Recorded
        The package, the file, and its columns, first and last date and number of rows.

    Returns
    -------
    pandas.DataFrame
        As in the file, the dates still as text in the first column; "." is NaN.

    Raises
    ------
    SchemaChanged
        If the package or file is not there or differs.
    """
    spec = find_spec(file.package)
    folders = [] if spec is None else spec.submodule_search_locations or []
    paths = [Path(folder) / file.path for folder in folders]
    found = next((path for path in paths if path.is_file()), None)
    label, advice = f"{file.package}/{file.path}", _advice(file.package)
    if found is None:
        raise SchemaChanged(label, "a data file", "none", advice)
    dates = file.columns[0]
    # Through text: numpy rounds decimals exactly, read_csv's own parser not in every version.
    raw = pd.read_csv(found, dtype=str, na_values=["."])
    if tuple(raw.columns) != file.columns:
        raise SchemaChanged(label, ", ".join(file.columns), ", ".join(raw.columns), advice)
    expected = f"{file.rows} rows from {file.first} to {file.last}"
    came = f"{len(raw)} rows from {raw[dates].iloc[0]} to {raw[dates].iloc[-1]}"
    if came != expected:
        raise SchemaChanged(label, expected, came, advice)
    numbers = dict.fromkeys(file.columns[1:], "float64")
    return raw.astype(numbers)


def turning_points() -> pd.DataFrame:
    """Read the NBER's business cycle turning points and the day each was announced.

    Returns
    -------
    pandas.DataFrame
        Indexed by the month's end, from 1854; columns `kind` ("peak" or "trough") and
        `announced`, which is 1980-06-03 for those dated before the committee existed.
    """
    with resources.files("r2klib.data").joinpath("nber.csv").open(encoding="utf-8") as file:
        raw = pd.read_csv(file, dtype=str)
    announced = pd.to_datetime(raw["announced"].fillna(FIRST_ANNOUNCEMENT), format="%Y-%m-%d")
    frame = pd.DataFrame({"kind": raw["kind"], "announced": announced})
    return frame.set_axis(_month_ends(raw["month"], "%Y-%m"))


def _portfolios() -> dict[str, Table]:
    raw = read_recorded(_FRENCH_2017)
    frame = raw.drop(columns="dates").set_axis(_month_ends(raw["dates"], "%Y-%m-%d"))
    frame = frame.rename(columns={"MktRF": "Mkt-RF"})
    names = ("french.factors_2017", "french.industries12")
    return {
        name: frame[list(_sample_columns(name))]
        for name in (*names, "french.size_value", "french.size_momentum")
    }


def _factors() -> dict[str, Table]:
    raw = read_recorded(_FRENCH_2018)
    percent = raw.drop(columns="Date").set_axis(_month_ends(raw["Date"], "%Y%m"))
    # Sentinels first: scaled, they would pass for returns.
    return {"french.factors": percent.mask(percent.isin(SENTINELS)) / 100}


def _prices() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name, file in {"^GSPC": _SP500, "^IXIC": _NASDAQ}.items():
        raw = read_recorded(file)
        tables[name] = raw.drop(columns="Date").set_axis(_days(raw["Date"]))
    raw = read_recorded(_VIX)
    # Holidays are in the file without a value; they are no observations.
    tables["VIXCLS"] = raw["vix"].set_axis(_days(raw["Date"])).dropna()
    return tables


def _yields_and_prices() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for file in (_YIELDS, _CORE_CPI):
        raw = read_recorded(file)
        month_ends = _month_ends(raw["Date"], "%m/%d/%Y")
        tables |= {name: raw[name].set_axis(month_ends) for name in file.columns[1:]}
    return tables


def _macro() -> dict[str, Table]:
    with resources.files("r2klib.data").joinpath("sample/macro.parquet").open("rb") as file:
        wide = pq.read_table(file)
    dates = pd.DatetimeIndex(wide["date"].to_numpy())
    # The table is a monthly grid: quarterly series have values at quarter ends only.
    return {
        name: pd.Series(wide[name].to_numpy(), dates).dropna()
        for name in wide.column_names
        if name != "date"
    }


def _sample_columns(name: str) -> tuple[str, ...]:
    origin = catalog.get(name).sample
    assert origin is not None
    return origin.columns


def _month_ends(months: pd.Series, form: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(months, format=form)) + pd.offsets.MonthEnd(0)


def _days(dates: pd.Series) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(dates, format="%m/%d/%Y"))


def _advice(package: str) -> str:
    return (
        f"The sample edition needs the data that {package} shipped when this version of r2klib was "
        f"made: install the version of {package} in requirements.lock, or a newer r2klib."
    )
