"""Macro signals know nothing before it was published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r2klib.claims import signals
from r2klib.data.publication import Publication
from tests.claims import worlds

MONTHS = pd.date_range("1955-01-31", "2018-11-30", freq="ME")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(list(MONTHS)), st.sampled_from(["UNRATE", "INDPRO", "CPIAUCSL"]))
def test_known_at_is_the_last_value_of_the_edition_as_of_that_day(sample, month, series):
    rule = signals.rule_of(sample, series)
    known = signals.known_at(sample.series(series), rule, pd.DatetimeIndex([month]))
    assert known.iloc[0] == sample.as_of(month).series(series).iloc[-1]


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(list(MONTHS[60:])))
def test_composite_uses_nothing_published_later(sample, month):
    """The composite of the edition as of a day is the composite of today, cut at that day."""
    rule = signals.rule_of(sample, *signals.COMPOSITE)
    then = signals.growth_composite(sample.as_of(month))
    now = signals.published_by(signals.growth_composite(sample), rule, month)
    # Payrolls are out before production: the edition of the day may hold one more month of it,
    # but then only two components; the cut by the slowest series leaves that month out.
    pd.testing.assert_series_equal(then.loc[: now.index[-1]], now, rtol=1e-12, check_freq=False)


@pytest.fixture(scope="module")
def six():
    """An edition with all six components; those at hand begin later, claims are weekly."""
    rng = np.random.default_rng(5)
    months = pd.date_range("1990-01-31", "2019-12-31", freq="ME", name="date", unit="us")
    weeks = pd.date_range("1997-01-04", "2019-12-28", freq="W-SAT", name="date", unit="us")
    late = months[84:]

    def walk(index, sd):
        return pd.Series(np.exp(rng.normal(0, sd, len(index)).cumsum()), index)

    tables = {
        "PAYEMS": 1e5 * walk(months, 0.002),
        "INDPRO": 100 * walk(months, 0.01),
        "UNRATE": 5 * walk(months, 0.02),
        "RRSFS": 2e5 * walk(late, 0.01),
        "ICSA": 3e5 * walk(weeks, 0.03),
        "CFNAI": pd.Series(rng.normal(0, 1, len(late)), late),
    }
    lags = {"PAYEMS": 7, "INDPRO": 16, "UNRATE": 7, "RRSFS": 20, "ICSA": 6, "CFNAI": 28}
    return worlds.edition(tables, lags)


def test_a_rise_compares_only_what_both_ends_have(six):
    """A component that is missing at one end moves nothing."""
    ids = signals.composite_of(six)
    parts = {
        n: signals.by_period(six, lambda x, n=n: signals.growth_parts(x)[n], *ids) for n in ids
    }
    last = min(part.index[-1] for part in parts.values())
    late = six.replaced({"INDPRO": six.series("INDPRO").loc[: last - pd.offsets.MonthEnd(1)]})
    others = [name for name in ids if name != "INDPRO"]
    before = last - pd.offsets.MonthEnd(6)
    expected = np.mean([parts[name][last] - parts[name][before] for name in others])
    found = signals.by_period(late, signals.like_for_like, *ids)[last]
    assert found == pytest.approx(expected)
    assert signals.by_period(late, signals.in_common, *ids)[last] == len(others)


def test_a_month_never_published_is_the_mean_of_those_beside_it_once_both_are_out():
    months = pd.date_range("2000-01-31", "2026-04-30", freq="ME")
    level = pd.Series(100 + 3 * np.sin(np.arange(len(months))) + np.arange(len(months)), months)
    gone = pd.Timestamp("2025-10-31")
    levels = {
        name: level.mask(level.index == gone).to_frame("now") for name in ("PAYEMS", "INDPRO")
    }
    part = signals.growth_parts(levels)["INDPRO"]["now"]
    beside = (part["2025-09-30"] + part["2025-11-30"]) / 2
    rise = signals.like_for_like(levels)["now"]
    assert rise["2026-04-30"] == pytest.approx(part["2026-04-30"] - beside)
    assert np.isnan(rise[gone])  # it stands for nothing while it is the newest


def test_the_composite_takes_in_what_is_at_hand(six):
    """The six z-scores, and their mean, by pandas alone."""
    claims = six.series("ICSA")
    changes = {
        "PAYEMS": np.log(six.series("PAYEMS")).diff(12),
        "INDPRO": np.log(six.series("INDPRO")).diff(12),
        "UNRATE": -six.series("UNRATE").diff(12),
        "RRSFS": np.log(six.series("RRSFS")).diff(12),
        "ICSA": -np.log(claims.groupby(claims.index + pd.offsets.MonthEnd(0)).mean()).diff(12),
        "CFNAI": six.series("CFNAI").rolling(12, min_periods=10).mean(),
    }
    scores = pd.DataFrame(
        {
            name: (x - x.rolling(120, min_periods=60).mean()) / x.rolling(120, min_periods=60).std()
            for name, x in changes.items()
        }
    )
    composite = signals.growth_composite(six)
    expected = scores.mean(axis="columns").reindex(composite.index)
    np.testing.assert_allclose(composite, expected, rtol=1e-9)
    assert scores["CFNAI"].first_valid_index() > pd.Timestamp("2000")
    assert composite.index[0] < pd.Timestamp("1996-02-01")


@pytest.mark.parametrize("day", ["2008-02-29", "2012-03-31", "2015-09-14", "2018-12-31"])
def test_all_six_components_know_nothing_published_later(six, day):
    then = six.as_of(day)
    date = pd.DatetimeIndex([day])
    known = signals.growth_known(six, signals.growth, date).iloc[0]
    rule = signals.rule_of(six, *signals.composite_of(six))
    assert known == signals.published_by(signals.growth_composite(then), rule, date[0]).iloc[-1]


@pytest.mark.parametrize("releases", [False, True])
def test_a_component_counts_from_the_day_it_was_first_published(six, releases):
    """The Chicago Fed's index goes back decades and was first published on 2001-03-05."""
    rng = np.random.default_rng(8)
    months = six.series("PAYEMS").index
    tables = {name: six[name] for name in six} | {
        "CFNAI": pd.Series(rng.normal(0, 1, len(months)), months)
    }
    born, unborn = (worlds.catalogued(x) for x in (tables, {**tables, "CFNAI": -tables["CFNAI"]}))
    if releases:
        said = {n: worlds.released(tables[n], tables[n], 5) for n in ("PAYEMS", "CFNAI")}
        born, unborn = (
            worlds.with_releases(x, {n: said[n] for n in n_kept})
            for x, n_kept in ((born, ("PAYEMS", "CFNAI")), (unborn, ("PAYEMS",)))
        )
    dates = pd.date_range("1999-01-31", "2003-12-31", freq="ME")
    with_it, otherwise = (signals.growth_known(x, signals.growth, dates) for x in (born, unborn))
    same = np.isclose(with_it, otherwise)
    assert same[dates < "2001-03-05"].all()
    assert not same[dates > "2001-03-05"].any()
    alone = signals.growth_known(born.without("CFNAI"), signals.growth, dates)
    np.testing.assert_allclose(with_it[:"2001-02"], alone[:"2001-02"], rtol=1e-12)
    lonely = signals.read(born, lambda levels: levels["CFNAI"], "CFNAI", dates=dates)
    assert lonely.first_valid_index() == pd.Timestamp("2001-03-31")


def test_known_at_before_the_first_release_is_missing():
    series = pd.Series([1.0, 2.0], index=pd.to_datetime(["2000-01-31", "2000-02-29"]))
    dates = pd.to_datetime(["2000-01-31", "2000-02-14", "2000-02-15", "2000-03-31"])
    known = signals.known_at(series, Publication(15), dates)
    np.testing.assert_array_equal(known, [np.nan, np.nan, 1.0, 2.0])


def test_sahm_fires_in_every_recession_since_1950(sample):
    """Sahm (2019): 0.5 points were reached early in every recession since 1950."""
    sahm = signals.sahm(sample)
    cycles = signals.business_cycles(sample.frame("NBER"))
    for peak, trough in cycles[cycles["peak"] > "1950"].itertuples(index=False):
        assert sahm[peak : trough + pd.offsets.MonthEnd(4)].max() >= 0.5, peak


def test_sahm_of_april_2020(sample):
    # FRED's SAHMCURRENT for 2020-04 is 4.00; 3-month mean (3.5 + 4.4 + 14.7)/3 less the low 3.53.
    assert signals.sahm(sample)["2020-04-30"] == pytest.approx(4.0, abs=0.05)


def test_recessions_follow_the_convention_of_usrec(sample):
    index = pd.date_range("2007-10-31", "2009-08-31", freq="ME")
    inside = signals.recessions(sample, index)
    # Peak 2007-12, trough 2009-06: USREC is 1 from 2008-01 to 2009-06.
    assert list(inside[inside].index[[0, -1]]) == [
        pd.Timestamp("2008-01-31"),
        pd.Timestamp("2009-06-30"),
    ]


def test_recession_spans_are_cut_to_the_axis(sample):
    spans = signals.recession_spans(sample, pd.Timestamp("2008-06-30"), pd.Timestamp("2020-03-31"))
    assert [(str(a), str(b)) for a, b in spans] == [
        ("2008-06-30", "2009-06-30"),
        ("2020-02-29", "2020-03-31"),
    ]
