"""No look-ahead: a view knows what was published by its date, for every series and any date."""

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r2klib.data import Dataset, catalog, load
from r2klib.errors import InputError, SeriesMissing, SeriesNotPublished, UnknownName
from tests.stats.sizes import examples

SAMPLE = load("sample")
SERIES = sorted(SAMPLE)
DATES = st.dates(dt.date(1850, 1, 1), dt.date(2030, 12, 31))


@cache
def published_on(name: str) -> list[dt.date]:
    """Row by row, from the catalog alone: the day by whose end it had been published."""
    table, row = SAMPLE[name], catalog.get(name)
    stamps = table.index if row.published_in is None else table[row.published_in]
    late = {dt.date.fromisoformat(end): dt.date.fromisoformat(day) for end, day in row.late}
    born = dt.date.fromisoformat(row.born or "0001-01-01")
    ruled = [stamp.date() + dt.timedelta(days=row.lag_days) for stamp in stamps]
    return [max(day, late.get(s.date(), day), born) for s, day in zip(stamps, ruled, strict=True)]


@pytest.mark.parametrize("name", SERIES)
@settings(max_examples=25, deadline=None)
@given(date=DATES)
def test_a_view_holds_exactly_what_was_published(name: str, date: dt.date) -> None:
    view, out = SAMPLE.as_of(date), [day <= date for day in published_on(name)]
    assert (name in view) == any(out)
    if any(out):
        expected = SAMPLE[name][out]
        assert view[name].equals(expected)
        assert view.provenance[name].rows == len(expected)
        assert view.provenance[name].last == expected.index[-1]
    else:
        with pytest.raises(SeriesNotPublished):
            view[name]


def test_the_day_of_publication_is_the_first_day_it_is_known() -> None:
    for name in (name for name in SERIES if name != "NBER"):
        table, row = SAMPLE[name], catalog.get(name)
        # What is older than the series came out on one day, its birth.
        stamps = table.index[table.index >= pd.Timestamp(row.born or table.index[0])]
        stamp = stamps[len(stamps) // 2]
        day = stamp + pd.Timedelta(days=row.lag_days)
        assert SAMPLE.as_of(day).last(name) == stamp, name
        assert SAMPLE.as_of(day - pd.Timedelta(days=1)).last(name) < stamp, name


@pytest.mark.slow
@examples(8)
@given(first=DATES, second=DATES)
def test_views_are_nested_and_a_view_of_a_view_is_the_earlier_one(
    first: dt.date, second: dt.date
) -> None:
    early, late = sorted([first, second])
    small, large = SAMPLE.as_of(early), SAMPLE.as_of(late)
    assert set(small) <= set(large)
    for name in small:
        known = small[name]
        assert large[name].loc[known.index].equals(known)
    for view in (small.as_of(late), large.as_of(early), small.as_of(early)):
        assert view.as_of_date == pd.Timestamp(early)
        assert view.content_hash == small.content_hash


MONTHS = pd.date_range("2000-01-31", "2009-12-31", freq="ME")


@settings(max_examples=50, deadline=None)
@given(
    date=st.dates(dt.date(2000, 1, 1), dt.date(2010, 6, 30)),
    lag=st.integers(0, 100),
    seed=st.integers(0, 2**16),
)
def test_the_future_leaves_no_trace(date: dt.date, lag: int, seed: int) -> None:
    """Two histories that differ only in what came out later look the same on that day."""
    rng = np.random.default_rng(seed)
    real = pd.Series(rng.normal(size=len(MONTHS)), MONTHS, name="x")
    later = MONTHS + pd.Timedelta(days=lag) > pd.Timestamp(date)
    other = real.where(~later, 1e9)

    def view(series: pd.Series) -> Dataset:
        data = Dataset.from_frame(series, units="u", frequency="monthly", lag_days=lag)
        return data.as_of(date)

    one, two = view(real), view(other)
    assert one == two
    assert ("x" in one) == (~later).any()
    assert one.provenance == two.provenance
    if (~later).any():
        spoilt = one.series("x")
        pd.testing.assert_series_equal(spoilt, two.series("x"))
        spoilt.iloc[:] = 0.0
        pd.testing.assert_series_equal(one.series("x"), two.series("x"))


def test_the_time_of_day_does_not_matter(sample: Dataset) -> None:
    # A date means its end: a price stamped that day is known, whatever the clock in the stamp.
    day = pd.Timestamp("2016-06-24")
    for stamp in (day, day + pd.Timedelta(hours=9), day.as_unit("ns"), day.date(), "2016-06-24"):
        assert sample.as_of(stamp).last("^GSPC") == day
    events = pd.Series([1.0, 2.0], pd.to_datetime(["2016-06-24 14:00", "2016-06-25 09:00"]))
    data = Dataset.from_frame(events.rename("e"), units="u", frequency="irregular", lag_days=0)
    assert data.as_of("2016-06-24").series("e").tolist() == [1.0]


def test_a_series_not_yet_published_says_when_it_came_out(sample: Dataset) -> None:
    view = sample.as_of("1950-06-30")
    with pytest.raises(
        SeriesNotPublished,
        match=r"'GS2' had been published by 1950-06-30.*'sample'.*came out on 1976-06-30",
    ) as caught:
        view["GS2"]
    assert isinstance(caught.value, SeriesMissing)
    assert isinstance(caught.value, KeyError)
    assert view.get("GS2") is None
    with pytest.raises(SeriesNotPublished, match="came out on 2007-05-01"):
        view.series("PNFIC1")
    with pytest.raises(SeriesMissing, match="in the catalog but not in edition"):
        view["IWM"]
    with pytest.raises(UnknownName):
        view["GS22"]


@pytest.mark.parametrize(
    "date", ["not a date", None, pd.NaT, 2016, 2016.5, np.int64(3), "2016-01-01T00:00Z", [1]]
)
def test_a_date_that_is_none_is_refused(sample: Dataset, date: object) -> None:
    with pytest.raises(InputError, match="`date` must be a date without time zone"):
        sample.as_of(date)


@pytest.mark.parametrize("date", ["03/04/2009", "13/04/2009", "3.4.2009", "04-03-09"])
def test_a_day_that_may_be_two_is_refused(sample: Dataset, date: str) -> None:
    with pytest.raises(InputError, match=rf"`date` is '{date}'.*Write it as 2024-03-31"):
        sample.as_of(date)
    with pytest.raises(InputError, match=r"`last` is.*Write it as 2024-03-31"):
        sample.between("1990", date)


# ---- NBER: by announcement ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "turning_points", "last"),
    [
        # The committee's announcements, from its own list.
        ("1980-06-02", 0, None),
        ("1980-06-03", 58, ("1980-01-31", "peak")),
        ("1981-07-07", 58, ("1980-01-31", "peak")),
        ("1981-07-08", 59, ("1980-07-31", "trough")),
        ("2008-11-30", 65, ("2001-11-30", "trough")),
        ("2008-12-01", 66, ("2007-12-31", "peak")),
        ("2010-09-19", 66, ("2007-12-31", "peak")),
        ("2010-09-20", 67, ("2009-06-30", "trough")),
        ("2021-07-18", 68, ("2020-02-29", "peak")),
        ("2021-07-19", 69, ("2020-04-30", "trough")),
    ],
)
def test_turning_points_are_known_from_their_announcement(
    sample: Dataset, date: str, turning_points: int, last: tuple[str, str] | None
) -> None:
    view = sample.as_of(date)
    if last is None:
        with pytest.raises(SeriesNotPublished, match="came out on 1980-06-03"):
            view["NBER"]
        return
    known = view.frame("NBER")
    assert len(known) == turning_points
    assert (str(known.index[-1].date()), known["kind"].iloc[-1]) == last


def test_turning_points_alternate_and_span_the_recessions(sample: Dataset) -> None:
    table = sample.frame("NBER")
    assert (table["kind"] != table["kind"].shift()).all()
    assert (table["announced"] >= table.index).all()
    since_1945 = table["1945-10":]
    peaks = since_1945.index[since_1945["kind"] == "peak"]
    troughs = since_1945.index[since_1945["kind"] == "trough"][1:]
    months = troughs.to_period("M").astype("int64") - peaks.to_period("M").astype("int64")
    # Contractions since 1945, peak to trough, in months (NBER's table).
    assert list(months) == [11, 10, 8, 10, 11, 16, 6, 16, 8, 8, 18, 2]
