"""When a figure came out: by rule, late in a shutdown, and never before its series was born."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from r2klib.data import Dataset, catalog
from r2klib.data.catalog import Origin
from r2klib.data.provenance import describe
from r2klib.data.publication import Publication, slowest
from r2klib.data.vintages import known_on, publication_days
from r2klib.errors import SeriesNotPublished

MONTHS = pd.date_range("2025-07-31", "2025-12-31", freq="ME")


def catalogued(name: str, series: pd.Series) -> Dataset:
    source = describe(series, catalog.get(name), Origin("test", name))
    return Dataset("made up", "user", {name: series}, {name: source})


def said(days: pd.DatetimeIndex) -> list[str]:
    return [str(day.date()) for day in days]


def test_a_period_is_out_by_rule_or_when_its_exception_says() -> None:
    rule = Publication(10, late=(("2025-09-30", "2025-11-20"),))
    assert said(rule.days(MONTHS)) == [
        "2025-08-10", "2025-09-10", "2025-11-20", "2025-11-20", "2025-12-10", "2026-01-10",
    ]  # fmt: skip


def test_an_exception_is_never_earlier_than_the_rule() -> None:
    rule = Publication(60, late=(("2025-09-30", "2025-10-02"),))
    assert rule.days(MONTHS).equals(Publication(60).days(MONTHS))


def test_nothing_is_out_before_the_series_is_born() -> None:
    rule = Publication(10, born="2025-10-15")
    assert said(rule.days(MONTHS))[:4] == ["2025-10-15"] * 3 + ["2025-11-10"]
    assert not rule.born_by(pd.Timestamp("2025-10-14"))
    assert rule.born_by(pd.Timestamp("2025-10-15"))


def test_a_signal_of_several_series_waits_for_the_last_of_them() -> None:
    one = Publication(10, late=(("2025-09-30", "2025-11-20"),))
    two = Publication(18, late=(("2025-09-30", "2025-12-03"),), born="2025-08-20")
    both = slowest([one, two])
    later = [max(a, b) for a, b in zip(one.days(MONTHS), two.days(MONTHS), strict=True)]
    assert list(both.days(MONTHS)) == later


@pytest.mark.parametrize(
    ("name", "period", "day"),
    [
        # Dates of release as the agencies gave them; see the catalog for each source.
        ("PAYEMS", "2013-09-30", "2013-10-22"),
        ("UNRATE", "2025-09-30", "2025-11-20"),
        ("PAYEMS", "2025-10-31", "2025-12-16"),
        ("UNRATE", "2025-11-30", "2025-12-16"),
        ("CPIAUCSL", "2013-09-30", "2013-10-30"),
        ("INDPRO", "2025-11-30", "2025-12-23"),
        ("RSAFS", "2018-12-31", "2019-02-14"),
        ("HOUST", "2018-12-31", "2019-02-26"),
        ("GDP", "2018-12-31", "2019-02-28"),
        ("GCEC1", "2013-09-30", "2013-11-07"),
        ("PCECC96", "2025-09-30", "2025-12-23"),
        ("HOUST", "2013-09-30", "2013-12-18"),
        ("HOUST", "2013-10-31", "2013-12-18"),
        ("HOUST", "2025-10-31", "2026-01-09"),
        ("HOUST", "2025-12-31", "2026-02-18"),
        ("RSAFS", "2025-10-31", "2025-12-16"),
        ("RRSFS", "2025-11-30", "2026-01-14"),
        ("RSAFS", "2025-12-31", "2026-02-10"),
        ("DGORDER", "2025-09-30", "2025-11-26"),
        ("NEWORDER", "2025-10-31", "2025-12-23"),
        ("DGORDER", "2025-11-30", "2026-01-26"),
        ("DGORDER", "2025-12-31", "2026-02-18"),
        ("PCEPI", "2025-10-31", "2026-01-22"),
        ("PCEPILFE", "2025-11-30", "2026-01-22"),
        ("PCEPI", "2025-12-31", "2026-02-20"),
        ("ICSA", "2025-09-27", "2025-11-20"),
        ("ICSA", "2025-11-08", "2025-11-20"),
    ],
)
def test_shutdowns_made_figures_late(name: str, period: str, day: str) -> None:
    info, end = catalog.get(name), pd.Timestamp(period)
    freq = {"weekly": "W-SAT", "monthly": "ME", "quarterly": "QE"}[info.frequency]
    stamps = pd.date_range(end=end, periods=9, freq=freq)
    data = catalogued(name, pd.Series(range(9), stamps, dtype=float))
    out = pd.Timestamp(day)
    assert data.as_of(out).last(name) == end
    assert data.as_of(out - pd.Timedelta(days=1)).last(name) < end
    assert out > end + pd.Timedelta(days=info.lag_days)


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("CFNAI", "2001-03-05"),
        ("NFCI", "2011-04-30"),
        ("SAHMREALTIME", "2019-10-31"),
        ("DTWEXBGS", "2019-02-04"),
        ("^VIX", "2003-09-22"),
        ("USEPUINDXM", "2011-09-12"),
        ("tpu", "2019-09-03"),
        ("shiller", "1988-07-31"),
    ],
)
def test_a_series_is_born_when_it_was_first_published(name: str, born: str) -> None:
    info = catalog.get(name)
    assert info.born == born
    assert any("irst published" in note and born[:4] in note for note in info.notes)


def test_a_series_not_born_yet_is_absent_and_says_since_when_it_is_there() -> None:
    months = pd.date_range("1967-03-31", "2005-12-31", freq="ME")
    data = catalogued("CFNAI", pd.Series(range(len(months)), months, dtype=float))
    before, after = data.as_of("2001-03-04"), data.as_of("2001-03-05")
    assert "CFNAI" not in before
    with pytest.raises(SeriesNotPublished, match=r"'CFNAI' had been .*came out on 2001-03-05"):
        before["CFNAI"]
    assert after.last("CFNAI") == pd.Timestamp("2001-01-31")  # 28 days and its whole history
    assert len(after.series("CFNAI")) == 407


def test_no_release_is_older_than_its_series() -> None:
    """An archive made of lags says 1967 of an index that was first published in 2001."""
    dates = pd.DatetimeIndex(["2000-11-30", "2000-12-31", "2000-12-31", "2001-04-30"])
    lagged = dates + pd.to_timedelta([28, 28, 40, 28], unit="D")
    table = pd.DataFrame({"date": dates, "published": lagged, "value": [1.0, 2.0, 2.5, 3.0]})
    rule = Publication(28, born="2001-03-05")
    days = said(pd.DatetimeIndex(publication_days(table, rule)))
    assert days == ["2001-03-05"] * 3 + ["2001-05-28"]
    assert known_on(table, pd.Timestamp("2001-03-04"), rule).empty
    assert known_on(table, pd.Timestamp("2001-03-05"), rule).tolist() == [1.0, 2.5]


def test_every_exception_is_of_series_that_are_known_and_says_who_says_so() -> None:
    for release in catalog.late():
        assert set(release.series) <= set(catalog.series())
        assert pd.Timestamp(release.period) < pd.Timestamp(release.out)
        assert release.source


def test_a_reader_is_told_of_births_and_exceptions() -> None:
    source = describe(pd.Series([1.0], MONTHS[:1]), catalog.get("UNRATE"), Origin("test", "UNRATE"))
    plain = source.to_dict()
    assert ["2025-09-30", "2025-11-20"] in plain["late"]
    assert plain["born"] is None
    assert dataclasses.replace(source, born="2001-01-01").publication.born == "2001-01-01"
