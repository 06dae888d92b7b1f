"""A Dataset is a frozen mapping that says what it holds and answers mistakes with advice."""

import copy
import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from r2klib.data import Dataset
from r2klib.data.catalog import Origin, SeriesInfo
from r2klib.data.provenance import Provenance, describe, digest
from r2klib.errors import InputError, SeriesMissing, UnknownName

MONTHS = pd.date_range("2020-01-31", periods=3, freq="ME")


class Foreign:
    """A table of another library."""

    def to_pandas(self) -> None: ...


def own(data: Any, **changes: Any) -> Dataset:
    given = {"units": "percent", "frequency": "monthly", "lag_days": 0} | changes
    return Dataset.from_frame(data, **given)


def rate(values: tuple[float, ...] = (1.0, 2.0, 3.0)) -> pd.Series:
    return pd.Series(values, MONTHS, name="rate")


# ---- the mapping -------------------------------------------------------------------------------


def test_it_is_a_mapping(sample: Dataset) -> None:
    assert len(sample) == len(list(sample)) == 54
    assert "UNRATE" in sample
    assert "IWM" not in sample
    assert {"UNRATE", "^GSPC", "french.factors"} <= set(sample.keys())
    assert isinstance(sample["UNRATE"], pd.Series)
    assert isinstance(sample["french.factors"], pd.DataFrame)


def test_series_and_frame_say_which_one_is_meant(sample: Dataset) -> None:
    with pytest.raises(InputError, match=r"is a frame .*\.frame\('french.factors'\)\['Mkt-RF'\]"):
        sample.series("french.factors")
    with pytest.raises(InputError, match=r"not a frame.*\.series\('UNRATE'\)"):
        sample.frame("UNRATE")


def test_several_are_asked_for_one_at_a_time(sample: Dataset) -> None:
    for ask in (sample.__getitem__, sample.series, sample.frame):
        with pytest.raises(InputError, match=r"one at a time.*for name in \['UNRATE', 'GS10'\]"):
            ask(["UNRATE", "GS10"])  # type: ignore[arg-type]


def test_a_misspelt_name_offers_close_ones(sample: Dataset) -> None:
    with pytest.raises(UnknownName, match=r"Did you mean 'french\.factors'"):
        sample["french.factor"]
    with pytest.raises(UnknownName, match="Did you mean 'rate'"):
        own(rate())["rates"]


def test_a_catalogued_series_that_is_not_held_is_missing(sample: Dataset) -> None:
    with pytest.raises(SeriesMissing, match="'IWM' is in the catalog but not in edition 'sample'"):
        sample["IWM"]


def test_without_leaves_series_out(sample: Dataset) -> None:
    fewer = sample.without(["UNRATE", "^GSPC"])
    assert set(sample) - set(fewer) == {"UNRATE", "^GSPC"}
    assert fewer.content_hash != sample.content_hash
    assert len(sample.without("UNRATE")) == 53
    with pytest.raises(SeriesMissing):
        fewer["UNRATE"]
    with pytest.raises(UnknownName):
        sample.without(["UNRAT"])


def test_end_and_last(sample: Dataset) -> None:
    assert sample.end == pd.Timestamp("2026-09-30")
    assert sample.last("french.size_value") == pd.Timestamp("2017-03-31")
    assert sample.last("NBER") == pd.Timestamp("2020-04-30")
    with pytest.raises(SeriesMissing):
        sample.last("IWM")
    with pytest.raises(InputError, match="no series"):
        own(rate()).without("rate").end  # noqa: B018


# ---- cut and replaced --------------------------------------------------------------------------


def test_since_cuts_every_table_by_its_stamps(sample: Dataset) -> None:
    late = sample.since("2018-12-01")
    assert late.edition == "sample since 2018-12-01"
    assert late.kind == "sample"
    assert "french.size_value" not in late  # it ends in 2017
    assert late.series("UNRATE").index[0] == pd.Timestamp("2018-12-31")
    assert late.provenance["UNRATE"].sha256 == digest(late["UNRATE"])
    assert late.provenance["UNRATE"].rows == len(late["UNRATE"]) == 94
    assert late.provenance["UNRATE"].notes == sample.provenance["UNRATE"].notes
    assert sample.provenance["UNRATE"].rows == 945


def test_between_takes_both_days(sample: Dataset) -> None:
    some = sample.between("1990-01-31", "1990-03-31")
    assert some.edition == "sample from 1990-01-31 to 1990-03-31"
    assert list(some.series("UNRATE").index.month) == [1, 2, 3]
    assert some.between("1990-02-01", "1999-12-31").series("UNRATE").index[0].month == 2
    then = sample.as_of("1990-02-28").since("1990-01-01")
    assert list(then.series("UNRATE").index.month) == [1]  # February was not out
    assert then.as_of_date == pd.Timestamp("1990-02-28")


def test_a_time_of_day_belongs_to_its_day() -> None:
    hours = pd.to_datetime(["2020-01-31 09:00", "2020-01-31 16:00", "2020-02-01 09:00"])
    data = own(pd.Series([1.0, 2.0, 3.0], hours, name="x"), frequency="irregular")
    assert data.between("2020-01-31", "2020-01-31").series("x").tolist() == [1.0, 2.0]


def test_a_list_is_cut_by_its_own_dates() -> None:
    frame = pd.DataFrame({"t": ["A", "B"], "as_of": pd.to_datetime(["2025-05-13", "2025-06-13"])})
    info = SeriesInfo("held", "t", "t", "table", 3, "t", what="frame", published_in="as_of")
    data = Dataset("x", "user", {"held": frame}, {"held": describe(frame, info, Origin("t", "t"))})
    assert data.since("2025-06-01").frame("held")["t"].tolist() == ["B"]


def test_a_window_that_cannot_be_says_how_it_can(sample: Dataset) -> None:
    with pytest.raises(InputError, match=r"`\.between\('1990-01-01', '2000-12-31'\)`"):
        sample.between("2000-12-31", "1990-01-01")
    with pytest.raises(InputError, match=r"Nothing is left of .* since 2030-01-01"):
        sample.since("2030")
    with pytest.raises(InputError, match="must be a date"):
        sample.since(1990)


def test_replaced_takes_ids_and_names(sample: Dataset) -> None:
    gspc, unrate = sample.frame("^GSPC").loc["2001":], sample.series("UNRATE") + 1
    data = sample.replaced({"^GSPC": gspc}, UNRATE=unrate)
    assert data.edition == "sample, with replaced series"
    assert data.replaced(UNRATE=unrate).edition == data.edition
    assert data.last("^GSPC") == sample.last("^GSPC")
    assert data.provenance["^GSPC"].first == pd.Timestamp("2001-01-02")
    assert data.provenance["UNRATE"].sha256 == digest(unrate)
    assert data.provenance["UNRATE"].notes[-1] == "Replaced: not as the source gave it."
    assert data.provenance["PAYEMS"] == sample.provenance["PAYEMS"]
    assert data.content_hash != sample.content_hash
    with pytest.raises(UnknownName, match="Did you mean 'UNRATE'"):
        sample.replaced(UNRAT=unrate)
    with pytest.raises(InputError, match="not in order"):
        sample.replaced(UNRATE=unrate.iloc[::-1])
    with pytest.raises(InputError, match="UNRATE: expected a Series, as it is, not a DataFrame"):
        sample.replaced(UNRATE=unrate.to_frame())


# ---- frozen ------------------------------------------------------------------------------------


def test_nothing_can_be_set(sample: Dataset) -> None:
    for name in ("edition", "as_of_date", "novelty"):
        with pytest.raises(AttributeError, match="frozen"):
            setattr(sample, name, "x")
    with pytest.raises(AttributeError, match="frozen"):
        del sample.edition
    with pytest.raises(TypeError):
        sample["UNRATE"] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        sample.provenance["UNRATE"] = None  # type: ignore[index]


def _spoil(table: pd.Series | pd.DataFrame) -> None:
    """Write into a table by every road pandas leaves open."""
    table.index.name = "spoilt"
    table.attrs["spoilt"] = True
    if isinstance(table, pd.DataFrame):
        table.columns.name = "spoilt"
        table.insert(0, "spoilt", 1.0)
        column = table[table.columns[1]]
    else:
        table.name = "spoilt"
        column = table
    for array in (column.array, column.to_numpy(), column.values, table.index.array):
        try:
            array[0] = array[1]
        except (ValueError, TypeError):  # read-only: as it should be
            continue
    table.iloc[0] = table.iloc[1]


@pytest.mark.parametrize("name", ["UNRATE", "french.factors", "NBER", "^GSPC"])
@pytest.mark.parametrize("date", [None, "2016-12-31"])
def test_what_is_handed_out_can_be_spoilt_without_harm(
    sample: Dataset, name: str, date: str | None
) -> None:
    data = sample if date is None else sample.as_of(date)
    before = digest(data[name])
    _spoil(data[name])
    assert digest(data[name]) == before == data.provenance[name].sha256
    again = data[name]
    assert again.index.name == "date"
    assert again.attrs == {}


def test_the_data_given_can_be_spoilt_without_harm() -> None:
    given = {"rate": rate(), "pair": pd.DataFrame({"a": [1.0, 2.0, 3.0]}, MONTHS)}
    data = own(given)
    for table in given.values():
        _spoil(table)
    assert data["rate"].tolist() == [1.0, 2.0, 3.0]
    assert data.frame("pair")["a"].tolist() == [1.0, 2.0, 3.0]
    assert (
        data.content_hash
        == own({"rate": rate(), "pair": pd.DataFrame({"a": [1.0, 2.0, 3.0]}, MONTHS)}).content_hash
    )


# ---- provenance and hashes ---------------------------------------------------------------------


def test_a_view_measures_what_it_is_asked_about_once(
    sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    real = Provenance.measured
    monkeypatch.setattr(Provenance, "measured", lambda *of: hashed.append(of) or real(*of))
    view = sample.as_of("1970-06-30")
    assert view.provenance["UNRATE"].rows == view.provenance["UNRATE"].rows == len(view["UNRATE"])
    assert len(hashed) == 1
    assert list(view.provenance) == list(view)
    assert "VIXCLS" in sample.provenance
    assert "VIXCLS" not in view.provenance  # it begins later
    assert " at 0x" not in repr(view.provenance)


def test_provenance_tells_the_whole_origin(sample: Dataset) -> None:
    held = sample.provenance["UNRATE"]
    plain = held.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["first"] == "1948-01-31"
    assert plain["last"] == "2026-09-30"
    assert (held.rows, held.units, held.lag_days) == (945, "percent", 10)
    assert (held.source, held.code) == ("gretl-data", "fedstl:unrate")
    assert held.retrieved_at is None
    assert "public domain" in held.terms
    assert any("October 2025" in note for note in held.notes)


# Literal hashes: the digest depends on numbers, dates and names only, not on numpy, pandas or the
# machine, and every number in the sample is a decimal read exactly, a double kept as it is, or
# divided by 100. They change only where the data or the digest are changed on purpose.
def test_the_sample_is_the_same_on_every_machine(sample: Dataset) -> None:
    assert sample.provenance["UNRATE"].sha256 == (
        "1fbc574f516668a7b34791b96e51234c82d5acb81a0cd16c28bd19eb2b5bc88f"
    )
    assert sample.provenance["french.factors"].sha256 == (
        "5430ec051b230ea58a7d2ae993fb39e3226011a32df73f7dcc3f23f9d1855742"
    )
    assert sample.provenance["NBER"].sha256 == (
        "2f120b879a80e4e6cb721d85de70f0be322b2ef4d9e986ab86509384446cec2e"
    )
    assert sample.content_hash == (
        "8db90d0b2cdb3f1b7731af9e65ee63e4cc359be89e487dbddca76427aa52f92b"
    )


def test_the_digest_sees_numbers_dates_and_names_and_nothing_else() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 0.0], "b": ["x", None, "z"]}, MONTHS)
    same = [
        frame.set_axis(MONTHS.as_unit("ns")),
        frame.astype({"b": object}),
        frame.assign(a=[1.0, -np.nan, -0.0]),
        frame.rename_axis("other"),
    ]
    assert {digest(other) for other in same} == {digest(frame)}
    other = [
        frame.rename(columns={"a": "A"}),
        frame[["b", "a"]],
        frame.assign(a=[1.0, np.nan, 1e-300]),
        frame.assign(b=["x", "", "z"]),
        frame.set_axis(MONTHS + pd.Timedelta(days=1)),
        frame.iloc[:2],
        frame[["a"]],
    ]
    assert len({digest(table) for table in [frame, *other]}) == 1 + len(other)
    assert digest(frame["a"]) == digest(frame["a"].rename("b"))
    assert digest(frame["a"]) != digest(frame[["a"]])


def test_what_is_held_is_hashed_whatever_the_provenance_says(sample: Dataset) -> None:
    cut = {**sample, "french.size_value": sample.frame("french.size_value").loc["1990":]}
    mine = Dataset("sample", "sample", cut, sample.provenance)
    held = mine.provenance["french.size_value"]
    assert held.sha256 == digest(cut["french.size_value"])
    assert (str(held.first.date()), held.rows) == ("1990-01-31", 327)
    assert mine.content_hash != sample.content_hash
    assert mine != sample
    whole = Dataset("sample", "sample", dict(sample), dict(mine.provenance))
    assert whole.provenance["UNRATE"] == sample.provenance["UNRATE"]
    assert whole == sample


@pytest.mark.parametrize("said", [{"lag_days": 99}, {"units": "points"}, {"source": "me"}])
def test_the_same_numbers_said_to_be_something_else_are_not_equal(said: dict[str, Any]) -> None:
    data = own(rate())
    other = {"rate": dataclasses.replace(data.provenance["rate"], **said)}
    again = Dataset("user", "user", dict(data), other)
    assert again.content_hash == data.content_hash
    assert again.fingerprint != data.fingerprint
    assert again != data


def test_the_same_numbers_of_another_kind_are_not_equal() -> None:
    data = own(rate())
    assert Dataset("user", "sample", dict(data), data.provenance) != data
    assert Dataset("user", "user", dict(data), data.provenance) == data


def test_equal_content_is_equal(sample: Dataset) -> None:
    first, second = own(rate()), own(rate())
    assert first == second
    assert hash(first) == hash(second)
    assert first != own(rate((1.0, 2.0, 4.0)))
    assert first != own(rate(), name="another")
    assert first != "a dataset"
    assert sample.as_of("2016-12-31") == sample.as_of("2016-12-31")
    # Nothing was published in between, yet another day is another question.
    assert own(rate()).as_of("2021-01-01") != own(rate()).as_of("2021-01-02")


@pytest.mark.parametrize("carry", [copy.deepcopy, lambda data: pickle.loads(pickle.dumps(data))])
def test_it_travels_between_processes(sample: Dataset, carry: Any) -> None:
    view = sample.as_of("2016-12-31")
    assert view.provenance["UNRATE"]  # computed before it travels
    arrived = carry(view)
    assert arrived == view
    pd.testing.assert_series_equal(arrived.series("UNRATE"), view.series("UNRATE"))


def test_coverage_has_one_row_per_series(sample: Dataset) -> None:
    table = sample.coverage()
    assert list(table.index) == list(sample)
    assert list(table.columns) == [
        "title", "units", "frequency", "first", "last", "rows", "lag_days", "source", "terms",
    ]  # fmt: skip
    assert table.loc["PAYEMS", "last"] == pd.Timestamp("2026-09-30")
    assert table.notna().all(axis=None)
    assert sample.as_of("2016-12-31").coverage().loc["PAYEMS", "last"] == pd.Timestamp("2016-11-30")


# ---- how it shows itself -----------------------------------------------------------------------


def test_repr_is_one_line(sample: Dataset) -> None:
    assert repr(sample) == "<Dataset 'sample': 54 series, 1854-12-31 to 2026-09-30>"
    assert repr(own(rate()).as_of("2020-02-29")) == (
        "<Dataset 'user' as of 2020-02-29: 1 series, 2020-01-31 to 2020-02-29>"
    )
    assert repr(own(rate()).as_of("1999-12-31")) == "<Dataset 'user' as of 1999-12-31: no series>"


def test_html_escapes_what_a_source_wrote() -> None:
    bad = "<script>alert('x')</script>"
    info = SeriesInfo(bad, bad, bad, "monthly", 0, bad)
    held = describe(rate(), info, Origin(bad, bad))
    page = Dataset(bad, "user", {bad: rate()}, {bad: held})._repr_html_()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5  # edition, id, title, units, source


def test_html_shows_every_title_in_full(sample: Dataset) -> None:
    assert "the release of the sample&#x27;s portfolios" in sample._repr_html_().replace(
        "'", "&#x27;"
    )
    assert "no series" in own(rate()).as_of("1999-12-31")._repr_html_()


def test_names_complete_in_ipython(sample: Dataset) -> None:
    assert sample._ipython_key_completions_() == list(sample)


# ---- your own data -----------------------------------------------------------------------------


def test_every_column_of_a_frame_becomes_a_series() -> None:
    frame = pd.DataFrame({"a": [np.nan, 1.0, 2.0], "b": [1.0, np.nan, 3.0]}, MONTHS)
    data = own(frame, lag_days={"a": 0, "b": 30}, units={"a": "percent", "b": "index"}, name="mine")
    assert (data.edition, data.kind, data.as_of_date) == ("mine", "user", None)
    assert data.series("a").index[0] == pd.Timestamp("2020-02-29")  # its own missing start is cut
    assert data.series("b").isna().tolist() == [False, True, False]  # a gap inside stays
    assert data.provenance["b"].lag_days == 30
    assert data.provenance["b"].units == "index"


def test_a_mapping_keeps_its_frames() -> None:
    data = own({"legs": pd.DataFrame({"small": [0.1, 0.2, 0.3]}, MONTHS)}, source="a broker")
    assert list(data.frame("legs")) == ["small"]
    assert data.provenance["legs"].source == "a broker"


DAYS = pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"])
BAD = [
    (pd.DataFrame(), {}, "empty"),
    ({}, {}, "empty"),
    (pd.Series([1.0], MONTHS[:1]), {}, r"a Series without a name.*`\.rename\('fund'\)`"),
    (
        pd.DataFrame([[1.0]], MONTHS[:1], [2001]),
        {},
        r"a text, not \[2001\].*columns\.astype\(str\)",
    ),
    (
        rate().rename_axis("day").reset_index(),
        {},
        r"day: .*Dates are the index: `\.set_index\('day'\)",
    ),
    (rate((1.0, np.inf, 2.0)), {}, r"rate: infinite at 2020-02-29.*NaN marks"),
    ({"x": rate((1.0, -np.inf, 2.0)).to_frame("a")}, {}, r"x: infinite at 2020-02-29.*NaN marks"),
    (Foreign(), {}, r"`data` is a Foreign.*`data\.to_pandas\(\)` with its dates"),
    (pd.DataFrame([[1.0, 2.0]], MONTHS[:1], ["a", "a"]), {}, "name of its own"),
    ({"x": [1.0, 2.0]}, {}, "expected a pandas Series or DataFrame"),
    (rate((np.nan,) * 3), {}, "no value in it"),
    ({"x": pd.DataFrame({"a": []}, pd.DatetimeIndex([]))}, {}, "no value in it"),
    (rate().set_axis(range(3)), {}, r"must be dates, not int64.*to_datetime"),
    (rate().set_axis(MONTHS.tz_localize("UTC")), {}, r"time zone UTC.*tz_localize\(None\)"),
    (rate().set_axis([MONTHS[0], pd.NaT, MONTHS[2]]), {}, "missing dates"),
    (rate().iloc[::-1], {}, r"not in order.*sort_index"),
    (rate().set_axis([MONTHS[0], MONTHS[0], MONTHS[1]]), {}, "2020-01-31 is there twice"),
    (rate().set_axis(DAYS), {}, r"2020-01-01 is not one.*MonthEnd\(0\)"),
    (rate(), {"frequency": "quarterly"}, r"2020-01-31 is not one.*QuarterEnd\(0\)"),
    (rate().set_axis(MONTHS + pd.Timedelta(hours=16)), {}, r"time of day.*normalize"),
    (rate(), {"frequency": "annual"}, "must be daily, weekly.*not 'annual'"),
    (rate(), {"frequency": "table"}, "needs `published_in`"),
    (rate(), {"lag_days": -1}, "whole number of 0 to 36525 days, not -1"),
    (rate(), {"lag_days": 1.5}, "whole number of 0 to 36525 days, not 1.5"),
    (rate(), {"lag_days": True}, "whole number of 0 to 36525 days, not True"),
    (rate(), {"lag_days": 10**9}, "whole number of 0 to 36525 days, not 1000000000"),
    (rate().to_frame()[[]], {}, "empty"),
    (rate(), {"lag_days": {"other": 1}}, "`lag_days` has no entry for the series 'rate'"),
    (pd.Series(["1", "2", "x"], MONTHS, name="rate"), {}, r"expected numbers.*read_own.*replace"),
]


@pytest.mark.parametrize(("data", "changes", "message"), BAD)
def test_data_that_cannot_be_used_are_refused_with_advice(
    data: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        own(data, **changes)


@pytest.mark.parametrize("frequency", ["monthly", "quarterly"])
def test_periods_are_held_by_their_last_day(frequency: Any) -> None:
    periods = pd.period_range("2020-01", periods=3, freq=frequency[0].upper())
    index = own(rate().set_axis(periods), frequency=frequency).series("rate").index
    assert index[0] == pd.Timestamp("2020-01-31" if frequency == "monthly" else "2020-03-31")
    assert index.equals(periods.to_timestamp(how="end").normalize())


def test_the_advice_on_month_starts_works() -> None:
    moved = rate().set_axis(DAYS)
    moved.index = moved.index + pd.offsets.MonthEnd(0)
    assert own(moved).last("rate") == pd.Timestamp("2020-03-31")


def test_tables_and_provenance_must_name_the_same_series(sample: Dataset) -> None:
    with pytest.raises(InputError, match=r"one only: \['UNRATE', 'rate'\]"):
        Dataset("x", "user", {"rate": rate()}, {"UNRATE": sample.provenance["UNRATE"]})


@pytest.mark.parametrize("announced", [None, ["2020-01-01", None, "2020-02-02"]])
def test_a_publication_column_must_hold_a_date_in_every_row(announced: Any) -> None:
    frame = pd.DataFrame({"kind": ["peak", "trough", "peak"]}, MONTHS)
    if announced is not None:
        frame["announced"] = pd.to_datetime(announced)
    info = SeriesInfo("t", "t", "t", "irregular", 0, "t", what="frame", published_in="announced")
    held = describe(frame, info, Origin("t", "t"))
    with pytest.raises(InputError, match="announced"):
        Dataset("x", "user", {"t": frame}, {"t": held})


def test_a_table_is_dated_by_its_publication_column() -> None:
    frame = pd.DataFrame({"ticker": ["A", "B"], "as_of": pd.to_datetime(["2025-05-13"] * 2)})
    info = SeriesInfo("held", "t", "t", "table", 3, "t", what="frame", published_in="as_of")
    data = Dataset("x", "user", {"held": frame}, {"held": describe(frame, info, Origin("t", "t"))})
    assert data.end == data.last("held") == pd.Timestamp("2025-05-13")
    assert "held" not in data.as_of("2025-05-15")
    pd.testing.assert_frame_equal(data.as_of("2025-05-16").frame("held"), frame)


def test_a_lag_of_numpys_kind_is_a_number_too() -> None:
    data = own(rate(), lag_days=np.int64(3))
    assert type(data.provenance["rate"].lag_days) is int
