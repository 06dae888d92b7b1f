"""What was known on a day, from a table of releases."""

from __future__ import annotations

import pandas as pd
import pytest

from r2klib.data import Dataset
from r2klib.data.provenance import Provenance
from r2klib.data.publication import Publication
from r2klib.data.vintages import (
    AS_PUBLISHED,
    REVISED,
    first_releases,
    known_by,
    known_on,
    seen_since,
)
from r2klib.errors import SeriesNotPublished

#: Out ten days after the end of a period.
RULE = Publication(10)

ARCHIVE = "2000-02-04"
ROWS = [
    ("1999-11-30", ARCHIVE, 10.0),  # older than the archive: its lag says when it was out
    ("1999-12-31", ARCHIVE, 11.0),
    ("2000-01-31", "2000-02-04", 12.0),
    ("2000-02-29", "2000-03-03", 13.0),
    ("2000-01-31", "2000-03-03", 12.5),
    ("2000-03-31", "2000-04-07", float("nan")),
    ("2000-03-31", "2000-05-05", 14.0),
]


@pytest.fixture
def releases() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["date", "published", "value"])
    days = frame[["date", "published"]].apply(pd.to_datetime)
    return frame.assign(**days)


@pytest.fixture
def data(releases: pd.DataFrame) -> Dataset:
    index = pd.DatetimeIndex(["1999-11-30", "1999-12-31", "2000-01-31", "2000-02-29", "2000-03-31"])
    table = pd.Series([10.0, 11.0, 12.5, 13.0, 14.0], index)
    blank = Provenance("x", "x", "x", "x", "monthly", 10, None, index[0], index[-1], 5, "", "")
    tables = {"own": table, "other": table}
    sources = {name: blank.measured(table) for name in tables}
    return Dataset("e", "snapshot", tables, sources, vintages={"own": releases})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1999-12-09", []),
        ("1999-12-10", [10.0]),
        ("2000-02-03", [10.0, 11.0]),
        ("2000-02-04", [10.0, 11.0, 12.0]),
        ("2000-03-02", [10.0, 11.0, 12.0]),
        ("2000-03-03", [10.0, 11.0, 12.5, 13.0]),
        ("2000-05-05", [10.0, 11.0, 12.5, 13.0, 14.0]),
    ],
)
def test_what_was_known(releases: pd.DataFrame, day: str, expected: list[float]) -> None:
    assert known_on(releases, pd.Timestamp(day), RULE).tolist() == expected


def test_a_period_published_without_a_value_is_missing(releases: pd.DataFrame) -> None:
    assert known_on(releases, pd.Timestamp("2000-04-07"), RULE).isna().sum() == 1


def test_first_releases_leave_out_what_is_older_than_the_archive(releases: pd.DataFrame) -> None:
    firsts = first_releases(releases)
    assert firsts["value"].to_dict() == {
        pd.Timestamp("2000-02-29"): 13.0,
        pd.Timestamp("2000-03-31"): 14.0,
    }
    assert firsts["published"].iloc[-1] == pd.Timestamp("2000-05-05")


def test_a_view_shows_what_was_published_or_what_is_now_known(data: Dataset) -> None:
    then = data.as_of("2000-02-15", vintage=True)
    assert then.series("own").tolist() == [10.0, 11.0, 12.0]
    assert data.as_of("2000-02-15").series("own").tolist() == [10.0, 11.0, 12.5]
    assert then.series("other").tolist() == [10.0, 11.0, 12.5]
    assert (then.basis("own"), then.basis("other")) == (AS_PUBLISHED, REVISED)
    assert data.basis("own") == REVISED
    assert then.provenance["own"].rows == 3
    assert then.content_hash != data.as_of("2000-02-15").content_hash


def test_a_view_of_a_view_stays_in_its_vintage(data: Dataset) -> None:
    later = data.as_of("2000-03-20", vintage=True)
    assert later.as_of("2000-02-15").series("own").tolist() == [10.0, 11.0, 12.0]
    assert later.without("other").series("own").tolist() == [10.0, 11.0, 12.5, 13.0]
    with pytest.raises(SeriesNotPublished):
        data.as_of("1999-01-01", vintage=True)["own"]


def test_releases_are_cut_too_and_are_copies(data: Dataset) -> None:
    cut = data.as_of("2000-02-15").releases("own")
    assert cut is not None
    assert len(cut) == 3
    cut["value"] = 0.0
    again = data.releases("own")
    assert again is not None
    assert again["value"].iloc[0] == 10.0
    assert data.releases("other") is None


def test_many_days_at_once_are_the_days_one_by_one(releases: pd.DataFrame) -> None:
    days = pd.date_range("1999-12-01", "2000-05-31", freq="D")
    table = known_by(releases, days, RULE)
    for day in days:
        one = known_on(releases, day, RULE).dropna()
        pd.testing.assert_series_equal(
            table[day].dropna(), one, check_names=False, check_freq=False, check_index_type=False
        )


def test_without_its_releases_an_edition_is_another_one(data: Dataset) -> None:
    revised = data.revised()
    assert revised.releases("own") is None
    assert revised.as_of("2000-02-15", vintage=True).series("own").tolist() == [10.0, 11.0, 12.5]
    assert revised.content_hash != data.content_hash


def test_releases_go_with_the_periods_that_are_cut(data: Dataset) -> None:
    cut = data.since("2000-02-29")
    releases = cut.releases("own")
    assert releases is not None
    assert releases["value"].tolist()[:1] == [13.0]
    assert set(releases["date"]) == {pd.Timestamp("2000-02-29"), pd.Timestamp("2000-03-31")}
    assert cut.as_of("2000-03-31", vintage=True).series("own").tolist() == [13.0]
    assert cut.content_hash != cut.revised().content_hash


def test_a_replaced_series_has_no_releases(data: Dataset) -> None:
    mine = data.replaced(own=data.series("own") + 1)
    assert mine.releases("own") is None
    assert mine.as_of("2000-02-15", vintage=True).series("own").tolist() == [11.0, 12.0, 13.5]


def test_a_vintage_view_is_not_the_revised_one_even_with_equal_numbers(data: Dataset) -> None:
    then = data.as_of("2000-03-20")
    assert then.series("own").tolist() == data.as_of("2000-03-20", vintage=True)["own"].tolist()
    assert then != data.as_of("2000-03-20", vintage=True)


def test_releases_older_than_the_archive_are_out_when_their_lag_says(data: Dataset) -> None:
    cut = data.as_of("1999-12-15").releases("own")
    assert cut is not None
    assert cut["value"].tolist() == [10.0]


def test_what_a_later_look_shows_is_added_and_never_too_early(releases: pd.DataFrame) -> None:
    until, today = pd.Timestamp("2000-05-10"), pd.Timestamp("2000-07-05")
    known = known_on(releases, until, RULE)
    assert seen_since(releases, until, known, today, RULE).equals(releases)
    later = known.copy()
    later.loc[pd.Timestamp("2000-02-29")] = 13.25  # revised, no one knows when: today
    later.loc[pd.Timestamp("2000-04-30")] = 15.0  # its lag ends on the archive's last day
    later.loc[pd.Timestamp("2000-05-31")] = 16.0
    later.loc[pd.Timestamp("2000-06-30")] = 17.0  # out before its lag says
    added = seen_since(releases, until, later, today, RULE)
    rows = added[added["published"] > until]
    assert [(str(d.date()), str(p.date()), v) for d, p, v in rows.itertuples(index=False)] == [
        ("2000-02-29", "2000-07-05", 13.25),
        ("2000-04-30", "2000-05-11", 15.0),
        ("2000-05-31", "2000-06-10", 16.0),
        ("2000-06-30", "2000-07-05", 17.0),
    ]
    assert len(added) == len(releases) + 4
    assert added.dtypes.equals(releases.dtypes)
    pd.testing.assert_series_equal(known_on(added, until, RULE), known)
