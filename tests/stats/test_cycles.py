import json

import numpy as np
import pandas as pd
import pytest
from arch.data import sp500
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from r2klib import show
from r2klib.errors import InputError
from r2klib.stats import drawdowns, recession_indicator, stacked_windows
from tests.stats.sizes import examples

PROPERTY = examples(15)
walks = hnp.arrays(float, st.integers(1, 60), elements=st.sampled_from([-0.3, -0.1, 0.0, 0.1, 0.3]))


def monthly(values: list[float] | np.ndarray, start: str = "2000-01-31") -> pd.Series:
    return pd.Series(values, pd.date_range(start, periods=len(values), freq="ME"), dtype=float)


def test_one_fall_by_hand() -> None:
    P = monthly([90, 100, 85, 80, 70, 75, 84, 95, 100, 110])
    (episode,) = drawdowns(P).table.to_dict("records")
    at = {name: P.index.get_loc(episode[name]) for name in episode if name != "depth"}
    assert at == {"peak": 1, "fall_known": 3, "trough": 4, "trough_known": 6, "recovery": 8}
    assert episode["depth"] == pytest.approx(-0.30)


def test_the_two_great_falls_of_the_sp_500() -> None:
    """Closes of arch's daily data: 1527.46 to 776.76 and 1565.15 to 676.53, as in every almanac."""
    found = drawdowns(sp500.load()["Close"], rebound=0.5).table
    dates = found[["peak", "trough"]].astype(str).to_numpy().tolist()
    assert dates == [["2000-03-24", "2002-10-09"], ["2007-10-09", "2009-03-09"]]
    np.testing.assert_allclose(found["depth"], [776.76 / 1527.46 - 1, 676.53 / 1565.15 - 1])
    assert found["recovery"].astype(str).tolist() == ["2007-05-30", "2013-03-28"]


def test_an_open_fall_has_a_low_so_far() -> None:
    found = drawdowns(monthly([100, 75, 60, 70])).table
    assert found["trough"].iloc[0] == pd.Timestamp("2000-03-31")
    assert found[["trough_known", "recovery"]].isna().all(axis=None)


def test_falls_follow_each_other_before_the_old_peak_is_back() -> None:
    found = drawdowns(monthly([100, 80, 60, 75, 60, 75, 100])).table
    assert found["peak"].tolist() == [pd.Timestamp("2000-01-31"), pd.Timestamp("2000-04-30")]
    assert found["recovery"].tolist() == [pd.Timestamp("2000-07-31"), pd.Timestamp("2000-06-30")]


def test_a_fall_or_rise_of_exactly_the_size_counts() -> None:
    """Whole numbers, so the moves are exact; 1 - 0.34 and 1 + 0.1 are not."""
    for percent in range(1, 100):
        fall = drawdowns(monthly([100, 100 - percent]), percent / 100).table
        assert fall["depth"].tolist() == pytest.approx([-percent / 100]), percent
        assert drawdowns(monthly([100, 100 - percent + 1e-9]), percent / 100).table.empty, percent
        rise = drawdowns(monthly([1000, 100, 100 + percent]), 0.5, percent / 100).table
        assert rise["trough_known"].notna().tolist() == [True], percent


def test_no_fall_is_a_table_without_rows() -> None:
    found = drawdowns(monthly([100, 101, 99])).table
    assert len(found) == 0
    dates = ["peak", "fall_known", "trough", "trough_known", "recovery"]
    assert list(found.columns) == [*dates, "depth"]
    assert found["peak"].dtype.kind == "M"


def test_falls_show_themselves_and_are_drawn() -> None:
    P = monthly([100, 75, 60, 90, 100, 110, 88, 99])
    found = drawdowns(P)
    assert found.title == "2 falls of 20 % or more"
    assert found.depths.tolist() == pytest.approx([0, -0.25, -0.4, -0.1, 0, 0, -0.2, -0.1])
    assert found.facts["at its end"] == "10.0 % below the highest so far"
    assert "| 2000-07-31 |" in found.to_markdown().splitlines()[-1]
    assert r"\caption{2 falls of 20 \% or more}" in found.to_latex()
    assert found.to_frame().equals(found.table)
    falls = json.loads(json.dumps(found.to_dict(), allow_nan=False))["falls"]
    assert (falls[0]["recovery"], falls[1]["recovery"]) == ("2000-05-31 00:00:00", None)
    for page in (found._repr_html_(), show.table(found).html):
        assert "–" in page  # not recovered
        assert "NaT" not in page


@pytest.mark.parametrize("dates", ["days", "months", "periods"])
def test_a_fall_is_drawn_in_percent_with_its_trough(dates: str) -> None:
    P = monthly([100, 75, 60, 90])
    if dates == "days":
        P.index = pd.DatetimeIndex(["2000-01-03", "2000-01-05", "2000-01-10", "2000-01-11"])
    found = drawdowns(P.to_period("M") if dates == "periods" else P)
    below, trough = found.plot(figsize=(4, 2), title="T").lines
    np.testing.assert_allclose(below.get_ydata(), [0, -25, -40, -10])
    marked = trough.get_xdata()[np.isfinite(np.ma.filled(trough.get_ydata(), np.nan))]
    assert list(marked) == [below.get_xdata()[2]]


@PROPERTY
@given(walks, st.sampled_from([0.1, 0.2, 0.5]), st.sampled_from([0.1, 0.25]))
def test_episodes_are_what_they_say(walk: np.ndarray, threshold: float, rebound: float) -> None:
    P = monthly(100 * np.exp(walk.cumsum()))
    previous = P.index[0]
    for episode in drawdowns(P, threshold, rebound).table.itertuples():
        peak, known, trough = P[episode.peak], P[episode.fall_known], P[episode.trough]
        assert previous <= episode.peak < episode.fall_known <= episode.trough
        assert peak == P[previous : episode.fall_known].max()
        assert known <= (1 - threshold) * peak * (1 + 1e-12)
        assert (P[episode.peak : episode.fall_known].iloc[:-1] > (1 - threshold) * peak).all()
        assert episode.depth == pytest.approx(trough / peak - 1)
        if pd.notna(episode.trough_known):
            assert P[episode.trough_known] >= (1 + rebound) * trough * (1 - 1e-12)
            assert trough == P[episode.fall_known : episode.trough_known].min()
            previous = episode.trough_known
        if pd.notna(episode.recovery):
            assert P[episode.recovery] >= peak
            assert (P[episode.trough : episode.recovery].iloc[:-1] < peak).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((monthly([1, np.nan, 1]),), "positive and complete"),
        ((monthly([1, 0, 1]),), "positive and complete"),
        ((pd.Series([1.0, 2.0]),), "RangeIndex has no months"),
        ((monthly([1, 2]), 20), "`threshold` must lie strictly"),
        ((monthly([1, 2]), 0.2, 0.0), "`rebound` must be above 0"),
    ],
)
def test_drawdowns_name_bad_input(arguments: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        drawdowns(*arguments)


# NBER turning points, as announced by the committee.
NBER = pd.DataFrame(
    {
        "peak": ["1981-07-01", "1990-07-01", "2001-03-01", "2007-12-01", "2020-02-01"],
        "trough": ["1982-11-01", "1991-03-01", "2001-11-01", "2009-06-01", "2020-04-01"],
    }
)


def test_recessions_follow_fred() -> None:
    """USREC: 2008-01 (peak 2007-12) to 2009-06 is 1; 2020 has two months, March and April."""
    index = pd.date_range("2000-01-31", "2020-04-30", freq="ME")
    usrec = recession_indicator(NBER, index)
    assert usrec["2007-12":"2008-01"].tolist() == [False, True]
    assert usrec["2009-06":"2009-07"].tolist() == [True, False]
    assert usrec["2020"].sum() == 2
    assert usrec.sum() == 8 + 18 + 2  # 2001-04..11, 2008-01..2009-06, 2020-03..04
    assert usrec.dtype == bool


def test_months_the_table_does_not_speak_for() -> None:
    index = pd.date_range("1975-01-31", "2021-12-31", freq="ME")
    with pytest.raises(
        InputError, match=r"1975-01 .. 2021-12.*1981-07 .. 2020-04 only.*known_from"
    ):
        recession_indicator(NBER, index)
    stated = recession_indicator(NBER, index, known_from="1975-01", known_through="2021-12-31")
    assert not stated[:"1981-07"].any()
    assert not stated["2020-05":].any()


def test_an_open_recession_goes_on_as_far_as_stated() -> None:
    table = NBER.copy()
    table.loc[4, "trough"] = None
    index = pd.date_range("2019-12-31", "2020-08-31", freq="ME")
    with pytest.raises(InputError, match=r"1981-07 .. 2020-02 only"):
        recession_indicator(table, index)
    ongoing = recession_indicator(table, index, known_through="2020-08")
    assert ongoing.tolist() == [False] * 3 + [True] * 6


def test_recessions_on_days_and_periods() -> None:
    days = pd.date_range("2007-12-30", "2008-01-02")
    assert recession_indicator(NBER, days).tolist() == [False, False, True, True]
    assert recession_indicator(NBER, pd.period_range("2009-05", "2009-08", freq="M")).sum() == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (NBER[::-1], "must alternate"),
        (NBER.assign(trough=NBER["peak"]), "must alternate"),
        (NBER.assign(trough=[None, *NBER["trough"][1:]]), "miss only its last trough"),
        (NBER[["peak"]], "columns peak and trough.*it has peak and 5 rows"),
        (NBER[:0], "0 rows"),
    ],
)
def test_turning_points_must_alternate(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        recession_indicator(table, pd.date_range("2000-01-31", periods=3, freq="ME"))


INDEX = pd.date_range("2000-01-31", periods=48, freq="ME")


def test_windows_by_hand() -> None:
    marked = stacked_windows(INDEX, ["2000-03-15", "2000-05-31"], 3)
    assert list(INDEX[marked].strftime("%m")) == ["04", "05", "06", "07", "08"]


def test_windows_reach_in_from_before_and_end_with_the_sample() -> None:
    assert stacked_windows(INDEX, ["1999-11-30"], 3).to_numpy().nonzero()[0].tolist() == [0, 1]
    assert stacked_windows(INDEX, ["2003-11-30"], 3).sum() == 1
    assert stacked_windows(INDEX, pd.PeriodIndex(["2000-03"], freq="M"), 2).sum() == 2
    assert stacked_windows(INDEX, pd.Series(pd.PeriodIndex(["2000-03"], freq="M")), 2).sum() == 2


@PROPERTY
@given(st.lists(st.integers(-20, 50), min_size=1, max_size=8), st.integers(1, 14))
def test_windows_are_unions(offsets: list[int], horizon: int) -> None:
    months = INDEX.to_period("M")
    events = [(months[0] + offset).to_timestamp() for offset in offsets]
    expected = {months[0] + o + h for o in offsets for h in range(1, horizon + 1)} & set(months)
    if not expected:
        with pytest.raises(InputError, match="mark no month"):
            stacked_windows(INDEX, events, horizon)
        return
    marked = stacked_windows(INDEX, events, horizon)
    assert set(months[marked]) == expected


def test_windows_name_bad_input() -> None:
    with pytest.raises(InputError, match="0 of 0 are"):
        stacked_windows(INDEX, [], 3)
    with pytest.raises(InputError, match=r"1 of 2 are.*dropna"):
        stacked_windows(INDEX, [pd.Timestamp("2000-03-31"), pd.NaT], 3)
    with pytest.raises(InputError, match="one row per month"):
        stacked_windows(pd.date_range("2000-01-01", periods=9), ["2000-01-01"], 3)
    with pytest.raises(InputError, match="`horizon` must be at least 1"):
        stacked_windows(INDEX, ["2000-03-31"], 0)
