"""Placebo worlds: what is moved to other months, what stays, and what is planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import worlds
from r2klib.claims import pairs
from tests.claims import worlds as made_up


@pytest.fixture(scope="module")
def world(sample):
    return worlds.shuffled(sample, worlds.order_of(sample, 1, 0))


def test_what_is_not_a_relative_return_stays(sample, world):
    moved = {name for name in sample if not sample[name].equals(world[name])}
    assert moved == {
        "french.factors", "french.factors_2017", "french.size_value", "french.size_momentum",
        "french.industries12", "^IXIC", "^RUT",
    }  # fmt: skip
    for table in ("french.factors", "french.factors_2017"):
        for column in ("Mkt-RF", "RF"):
            assert sample.frame(table)[column].equals(world.frame(table)[column])


def test_the_values_of_d_are_the_same_in_another_order(sample, world):
    for name in ("long", "legs"):
        before, after = (pairs.get(name).d(data) for data in (sample, world))
        np.testing.assert_allclose(np.sort(after), np.sort(before), atol=1e-12)
        assert np.isclose(after, before).mean() < 0.05


def test_pairs_move_together(sample, world):
    """A month's d of both pairs comes from one and the same month."""
    before, after = (
        pd.DataFrame({name: pairs.get(name).d(data) for name in ("long", "legs")}).dropna()
        for data in (sample, world)
    )
    rows = [{tuple(row) for row in x.round(10).to_numpy().tolist()} for x in (before, after)]
    assert rows[0] == rows[1]


def test_blocks_of_a_year_stay_whole(sample):
    index = sample.frame("french.factors").index
    rows = worlds.order_of(sample, 1, 0).rows(index)
    assert sorted(rows) == list(range(len(index)))
    neighbours = (np.diff(rows) == 1).mean()
    assert 1 - 1.5 / worlds.BLOCK < neighbours < 1 - 0.5 / worlds.BLOCK


def test_a_world_is_its_seed_and_its_number(sample, world):
    d = pairs.get("long").d
    again = worlds.shuffled(sample, worlds.order_of(sample, 1, 0))
    assert again.content_hash == world.content_hash
    others = [worlds.shuffled(sample, worlds.order_of(sample, *key)) for key in ((1, 1), (2, 0))]
    assert all(not np.allclose(d(other), d(world)) for other in others)


def test_days_move_within_the_span_of_their_pair():
    d, market = made_up.walk(1, 0.005), made_up.walk(2, 0.01)
    data = made_up.edition(made_up.indices(d, market))
    other = worlds.shuffled(data, worlds.order_of(data, 1, 0))
    assert other.frame("^GSPC").equals(data.frame("^GSPC"))
    steps = [
        (np.log(x.frame("^RUT")["Close"]) - np.log(x.frame("^GSPC")["Close"])).diff().dropna()
        for x in (data, other)
    ]
    np.testing.assert_allclose(np.sort(steps[1]), np.sort(steps[0]), atol=1e-12)
    assert abs(np.corrcoef(*steps)[0, 1]) < 0.05


def test_legs_change_places(sample):
    pair = pairs.get("legs")
    order = worlds.order_of(sample, 3, 1)
    other = worlds.swapped(sample, order, pair.small, pair.large)
    before, after = pair.legs(sample), pair.legs(other)
    turned = order.chosen(before.index)
    assert 0.3 < turned.mean() < 0.7
    np.testing.assert_allclose(after[~turned], before[~turned], atol=1e-12)
    np.testing.assert_allclose(after[turned], before.loc[turned, ["large", "small"]], atol=1e-12)


def test_two_rows_of_portfolios_change_places_with_one(sample):
    """Each fifth of profitability with its own: size changes sides, profitability does not."""
    months = pd.date_range("1990-01-31", "2019-12-31", freq="ME")
    columns = [f"S{i}P{j}" for i in (1, 2, 5) for j in range(1, 6)]
    held = np.tile([[0.01 * int(name[1]) + 0.001 * int(name[3]) for name in columns]], (360, 1))
    name, order = "french.size_profitability", worlds.order_of(sample, 1, 0)
    data, turned = (
        made_up.edition({name: pd.DataFrame(held, months, columns)}),
        order.chosen(months),
    )
    other = worlds.swapped(data, order, (name, "^S[12]P"), (name, "^S5P")).frame(name)
    assert 0.3 < turned.mean() < 0.7
    pd.testing.assert_frame_equal(other[~turned], data.frame(name)[~turned])
    assert other.loc[turned, "S2P3"].to_numpy() == pytest.approx(0.053)
    assert other.loc[turned, "S5P3"].to_numpy() == pytest.approx(0.018)


@pytest.mark.parametrize("name", ["long", "legs"])
def test_what_is_planted_arrives_in_d(sample, name):
    pair = pairs.get(name)
    amount = pd.Series([0.01, -0.02], pd.DatetimeIndex(["1960-03-31", "1970-12-31"]))
    gained = pair.d(worlds.planted(sample, pair.small, amount)) - pair.d(sample)
    expected = amount.reindex(gained.index).fillna(0.0)
    np.testing.assert_allclose(gained, expected, atol=1e-12)


def test_what_is_planted_in_days_falls_on_the_last_one_of_its_week():
    data = made_up.edition(made_up.indices(made_up.walk(1, 0.005), made_up.walk(2, 0.01)))
    friday = pd.Timestamp("2001-09-14")
    closed = pd.bdate_range("2001-09-11", friday)
    small = data.frame("^RUT").drop(index=closed)
    data = data.replaced({"^RUT": small})
    other = worlds.planted(data, ("^RUT", ""), pd.Series([0.03], pd.DatetimeIndex([friday])))
    gained = np.log(other.frame("^RUT")["Close"]) - np.log(data.frame("^RUT")["Close"])
    assert gained["2001-09-07"] == pytest.approx(0.0, abs=1e-12)
    assert gained["2001-09-10"] == pytest.approx(0.03)
    assert gained.iloc[-1] == pytest.approx(0.03)


# ---- a pair whose legs are weighted by worth -----------------------------------------------------


@pytest.fixture(scope="module")
def by_worth():
    """Six portfolios that return other things and are worth other things, and the market."""
    rng = np.random.default_rng(6)
    months, six = made_up.MONTHS[-240:], made_up.SIX
    shape = len(months), len(six)
    returns = pd.DataFrame(rng.normal(0.01, 0.05, shape), months, six)
    size = pd.DataFrame(50 * np.exp(rng.normal(0, 0.1, shape).cumsum(axis=0)), months, six)
    factors = made_up.factors().loc[months]
    name = "french.size_value_6"
    tables = {name: returns, f"{name}.size": size, f"{name}.firms": 0 * size + 30}
    return made_up.catalogued(tables | {"french.factors": factors})


def test_weighted_legs_keep_their_returns_in_another_order(by_worth):
    order = worlds.order_of(by_worth, 1, 0)
    other = worlds.shuffled(by_worth, order)
    d = pairs.get("century").d
    before, after = d(by_worth), d(other)
    np.testing.assert_allclose(after, before.to_numpy()[order.rows(before.index)], atol=1e-12)
    for part in ("firms", "size"):  # signals are made of them
        name = f"french.size_value_6.{part}"
        assert other.frame(name).equals(by_worth.frame(name))


@pytest.mark.parametrize("name", ["century", "smb"])
def test_what_is_planted_in_six_portfolios_arrives_in_d(by_worth, name):
    pair = pairs.get(name)
    amount = pd.Series([0.01, -0.02], by_worth.frame("french.factors").index[[40, 90]])
    gained = pair.d(worlds.planted(by_worth, pair.small, amount)) - pair.d(by_worth)
    expected = amount.reindex(gained.index).fillna(0.0)
    np.testing.assert_allclose(gained, expected, atol=1e-12)
