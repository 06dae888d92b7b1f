"""The catalog is complete, and it and the sample edition name the same series."""

import tomllib
from importlib import resources
from typing import get_args

import pytest

from r2klib.data import Dataset, catalog
from r2klib.data.catalog import Frequency, SeriesInfo
from r2klib.errors import UnknownName

ROWS = list(catalog.series().values())
FILE = tomllib.loads(resources.files("r2klib.data").joinpath("catalog.toml").read_text())


def is_complete(row: SeriesInfo) -> bool:
    origins = [origin for origin in (row.sample, row.live) if origin]
    said = row.title.strip() and row.units.strip() and row.terms.endswith(".")
    lagged = type(row.lag_days) is int and row.lag_days >= 0
    found = origins and all(origin.source and origin.code for origin in origins)
    shaped = is_series(row) if row.what == "series" else is_frame(row)
    return bool(said and row.frequency in get_args(Frequency) and lagged and found and shaped)


def is_series(row: SeriesInfo) -> bool:
    return not row.columns and row.published_in is None and row.frequency != "table"


def is_frame(row: SeriesInfo) -> bool:
    # members by their tickers, FRED-MD by the series of its newest vintage
    named = row.columns or row.id.startswith("members.") or row.id == "fred_md"
    published = row.published_in is None or row.published_in in row.columns
    dated = row.frequency != "table" or row.published_in
    held = row.sample is None or set(row.sample.columns) <= set(row.columns)
    return bool(row.what == "frame" and named and published and dated and held)


def test_every_row_is_complete() -> None:
    assert [row for row in ROWS if not is_complete(row)] == []


def test_notes_terms_and_column_lists_belong_to_rows() -> None:
    rows = FILE["series"].values()
    lists = {row.get("columns") for row in rows} | {
        row.get("sample", {}).get("columns") for row in rows
    }
    assert set(FILE["notes"]) <= set(FILE["series"])
    assert {row["terms"] for row in rows} == set(FILE["terms"]) == set(FILE["publishers"])
    assert lists - {None} == set(FILE["columns"])
    assert all(note.endswith(".") for notes in FILE["notes"].values() for note in notes)


def test_no_two_rows_take_the_same_thing_from_the_same_place() -> None:
    # Some files hold several series: then the code names the file and the columns differ.
    live = [(row.live.source, row.live.code, row.columns) for row in ROWS if row.live]
    assert len(live) == len(set(live))


def test_the_sample_holds_what_the_catalog_says_and_nothing_else(sample: Dataset) -> None:
    assert list(sample) == [row.id for row in ROWS if row.sample]


def test_a_sample_series_looks_as_the_catalog_says(sample: Dataset) -> None:
    for row in (row for row in ROWS if row.sample):
        if row.what == "series":
            assert sample.series(row.id).name == row.id
        else:
            assert tuple(sample.frame(row.id).columns) == row.sample.columns, row.id
        held = sample.provenance[row.id]
        assert (held.source, held.code) == (row.sample.source, row.sample.code), row.id
        said = (row.title, row.units, row.lag_days)
        assert (held.title, held.units, held.lag_days) == said, row.id


NEEDED = """
INDPRO PAYEMS UNRATE ICSA CFNAI RSAFS RRSFS CPIAUCSL CPILFESL PCEPI PCEPILFE UMCSENT HOUST
GDPC1 PCECC96 PNFI PNFIC1 GPDIC1 GCEC1 FGEXPND CP DGORDER NEWORDER SAHMREALTIME USREC NBER
FEDFUNDS DFF DFEDTAR DFEDTARU DFEDTARL TB3MS GS1 GS2 GS10 DGS3MO DGS2 DGS10 DFII10 T10YIE
T10Y2Y AAA BAA BAA10Y BAMLH0A0HYM2 BAMLC0A0CM NFCI ANFCI DRTSCIS DRTSCILM BUSLOANS M2SL
WALCL DTWEXBGS VIXCLS USEPUINDXM EPUTRADE tpu foreign.ip
french.factors french.factors_2017 french.factors_daily french.factors5 french.momentum
french.size_value french.size_value.bm french.size_value.firms french.size_value.size
french.size_value_6 french.size_value_6.bm french.size_value_6.firms
french.size_value_6.size french.size_terciles french.size_deciles
french.size_with_dividends french.size_no_dividends french.size_momentum
french.industries12 french.industries49 french.industries49.bm french.industries49.firms
french.industries49.size aqr.qmj
^RUT ^GSPC ^IXIC ^VIX IWM SPY IJR IWN IWO IWF IWD MDY QQQ KRE XBI IBB
XLB XLC XLE XLF XLI XLK XLP XLRE XLU XLV XLY PSCT PSCF PSCH PSCI PSCE
ishares.IWM ishares.IVV ishares.IJR members members.close shiller
fomc.bauer_swanson fomc.jarocinski_karadi
"""


def test_the_series_that_the_claims_build_on_are_there() -> None:
    assert [name for name in NEEDED.split() if name not in catalog.series()] == []


def test_an_unknown_name_offers_close_ones() -> None:
    with pytest.raises(UnknownName, match=r"no series 'unrat'.*'UNRATE'.*catalog\.series\(\)"):
        catalog.get("unrat")


def test_the_catalog_is_read_once_and_cannot_be_changed() -> None:
    assert catalog.series() is catalog.series()
    with pytest.raises(TypeError):
        catalog.series()["X"] = catalog.get("UNRATE")  # type: ignore[index]
