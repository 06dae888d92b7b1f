"""Placebo worlds: what goes to other months, what changes sign, and what they share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import worlds
from r2klib.audit.worlds import World
from r2klib.claims import pairs

MONTHS = pd.date_range("1930-01-31", "2019-12-31", freq="ME")
D = pd.Series(np.random.default_rng(1).normal(size=len(MONTHS)), MONTHS)
SHUFFLED, IN_PLACE = World(1, 0, "shuffled"), World(1, 1, "in place")


def test_sorts_take_turns():
    assert [worlds.world_kind(number) for number in range(3)] == [
        "shuffled",
        "in place",
        "shuffled",
    ]


def test_the_values_are_the_same_in_another_order():
    moved = SHUFFLED.moved(D)
    np.testing.assert_array_equal(np.sort(moved), np.sort(D))
    assert np.isclose(moved, D).mean() < 0.05
    assert moved.index.equals(D.index)


def test_blocks_of_a_year_stay_whole():
    moved = SHUFFLED.moved(pd.Series(np.arange(len(MONTHS)), MONTHS))
    neighbours = (np.diff(moved) == 1).mean()
    assert 1 - 1.5 / worlds.BLOCK < neighbours < 1 - 0.5 / worlds.BLOCK


def test_signs_change_in_place_by_blocks_that_begin_anywhere():
    turned = IN_PLACE.moved(D)
    np.testing.assert_array_equal(turned.abs(), D.abs())
    signs = (turned / D).to_numpy()
    assert 0.3 < (signs < 0).mean() < 0.7
    changes = np.flatnonzero(np.diff(signs)) + 1
    assert len({at % worlds.BLOCK for at in changes}) == 1  # whole blocks
    starts = {
        int(np.flatnonzero(np.diff(World(1, number, "in place").turned(MONTHS)))[0]) % worlds.BLOCK
        for number in range(1, 40)
    }
    assert len(starts) > 6


@pytest.mark.parametrize(
    "held",
    [MONTHS[1:], MONTHS[240:], MONTHS[MONTHS.month % 3 == 0], MONTHS[:-36]],
    ids=["a month less", "twenty years less", "quarters", "an earlier end"],
)
def test_links_of_other_spans_take_common_months_from_the_same_months(held):
    """A row says where it came from: of most months that two links hold, it is one and the same."""
    when = pd.Series(np.arange(len(MONTHS)), MONTHS)
    first, last = worlds.month_numbers(MONTHS[[0, -1]])
    span = int(first), int(last) + 1
    shared = []
    for number in range(0, 20, 2):
        world = World(1, number, "shuffled", span)
        one, other = world.moved(when), world.moved(when.loc[held])
        shared.append((one.loc[held] == other).mean())
    assert np.mean(shared) > 0.6 * len(held) / len(MONTHS) + 0.2 * (len(held) > 400)


def test_signs_are_those_of_the_month_whatever_the_span():
    late = D.loc["1950":]
    pd.testing.assert_series_equal(IN_PLACE.moved(D).loc["1950":], IN_PLACE.moved(late))


def test_no_value_leaves_its_span():
    edge = int(worlds.month_numbers(pd.DatetimeIndex(["1970-01-31"]))[0])
    moved = World(1, 0, "shuffled", (edge,)).moved(D)
    for span in (slice(None, "1969"), slice("1970", None)):
        np.testing.assert_array_equal(np.sort(moved.loc[span]), np.sort(D.loc[span]))


def test_spans_are_those_of_the_pairs_that_decide(sample):
    months = worlds.month_numbers(pairs.get("long").d(sample).index)
    edges = worlds.edges_of(sample)
    assert {int(months[0]), int(months[-1]) + 1} <= set(edges)
    assert list(edges) == sorted(edges)


def test_a_world_is_its_seed_and_its_number():
    pd.testing.assert_series_equal(World(1, 0, "shuffled").moved(D), SHUFFLED.moved(D))
    for other in (World(1, 2, "shuffled"), World(2, 0, "shuffled")):
        assert not np.allclose(other.moved(D), SHUFFLED.moved(D))
