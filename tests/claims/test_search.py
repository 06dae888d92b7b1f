"""A search: transformations by hand, the law of the best of many, and what cannot be searched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

from r2klib.claims.search import Search, _shuffled, _turned, stationary, without_outliers
from r2klib.errors import InputError

MONTHS = pd.date_range("1960-01-31", periods=600, freq="ME")


def noise(seed, signals=30, *, shared=1.0, memory=0.0, months=MONTHS):
    """Y and signals that have nothing to do with it, moved by one thing too, with a memory."""
    rng = np.random.default_rng(seed)
    T = len(months)
    shocks = rng.standard_normal((T, signals)) + shared * rng.standard_normal((T, 1))
    held = lfilter([1.0], [1.0, -memory], shocks, axis=0)
    names = [f"x{i}" for i in range(signals)]
    return pd.DataFrame(held, months, names).assign(y=rng.standard_normal(T))


def test_codes_are_those_of_mccracken_and_ng():
    level = pd.Series([1.0, 2.0, 8.0, 16.0])
    log2 = np.log(2.0)
    expected = {
        1: [1.0, 2.0, 8.0, 16.0],
        2: [np.nan, 1.0, 6.0, 8.0],
        3: [np.nan, np.nan, 5.0, 2.0],
        4: [0.0, log2, 3 * log2, 4 * log2],
        5: [np.nan, log2, 2 * log2, log2],
        6: [np.nan, np.nan, log2, -log2],
        7: [np.nan, np.nan, 2.0, -2.0],
    }
    names = [f"c{code}" for code in expected]
    levels = pd.DataFrame(dict.fromkeys(names, level))
    found = stationary(levels, pd.Series(list(expected), names))
    for name, values in zip(names, expected.values(), strict=True):
        np.testing.assert_allclose(found[name], values)


def test_what_is_missing_or_has_no_logarithm_stays_missing():
    levels = pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [1.0, -1.0, 2.0, 4.0]})
    found = stationary(levels, pd.Series([2, 5], ["a", "b"]))
    assert found["a"].notna().tolist() == [False, False, False, True]
    assert found["b"].notna().tolist() == [False, False, False, True]
    with pytest.raises(InputError, match="Codes are 1 to 7; there is 9"):
        stationary(levels, pd.Series([2, 9], ["a", "b"]))


def test_outliers_are_left_out_by_the_column_s_own_spread():
    x = pd.DataFrame({"a": [*range(100), 2_000.0], "b": [*range(100), 400.0]})
    kept = without_outliers(x)
    assert kept["a"].isna().sum() == 1
    assert kept["b"].isna().sum() == 0


def test_a_shuffled_world_keeps_its_values_in_blocks_in_another_order():
    y = np.arange(600.0)
    worlds = _shuffled(y, 12, 50, np.random.default_rng(1))
    np.testing.assert_array_equal(np.sort(worlds, axis=1), np.tile(y, (50, 1)))
    together = np.mod(np.diff(worlds, axis=1), 600) == 1  # months that follow each other still do
    assert 1 - 1.2 / 12 < together.mean() < 1 - 0.8 / 12
    assert len({tuple(world) for world in worlds.tolist()}) == 50


def test_a_turned_world_keeps_sizes_where_they_stand_and_signs_in_blocks():
    y = np.random.default_rng(2).normal(1.0, 1.0, 600)
    worlds = _turned(y, 12, 50, np.random.default_rng(1))
    centred = y - y.mean()
    np.testing.assert_allclose(np.abs(worlds), np.abs(np.tile(centred, (50, 1))))
    flips = np.diff(np.sign(worlds * centred), axis=1) != 0
    assert flips.mean() == pytest.approx(0.5 / 12, rel=0.2)


def test_t_is_that_of_a_regression_over_the_signal_s_own_rows():
    rows = noise(1)
    rows.loc[rows.index[:200], "x3"] = np.nan
    t = Search(draws=99).statistics(rows)
    for name in ("x0", "x3"):
        held = rows[["y", name]].dropna()
        X = np.column_stack([np.ones(len(held)), held[name]])
        beta, rss, *_ = np.linalg.lstsq(X, held["y"], rcond=None)
        error = np.sqrt(rss[0] / (len(held) - 2) * np.linalg.inv(X.T @ X)[1, 1])
        assert t[name] == pytest.approx(beta[1] / error, rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("in_place", [False, True])
def test_chance_brings_a_survivor_in_one_search_of_ten(in_place):
    search = Search(draws=99, least=60, in_place=in_place)
    rows = (noise(seed, 8, memory=0.9, months=MONTHS[:240]) for seed in range(150))
    # 15 expected, standard error 3.7.
    assert 5 <= sum(search(each).holds for each in rows) <= 26


def test_as_many_series_hide_what_one_alone_would_show():
    rows = noise(3, shared=0.0)
    rows["y"] += 0.20 * rows["x0"]  # t of about 5
    assert list(Search(draws=999)(rows).parts) == ["x0"]
    weaker = noise(3, shared=0.0)
    weaker["y"] += 0.10 * weaker["x0"]
    assert Search().statistics(weaker)["x0"] > 1.96
    assert Search(draws=999)(weaker).value == 0


def test_equal_rows_give_equal_counts_and_short_or_constant_signals_are_left_out():
    rows = noise(4).assign(flat=1.0, short=np.nan)
    rows.loc[rows.index[:119], "short"] = range(119)
    reading = Search(draws=199)(rows)
    assert reading == Search(draws=199)(rows)
    assert reading.unit == "of 30 series"
    with pytest.raises(InputError, match="no signal shares 120 rows with y; there are 600 of y"):
        Search(draws=199)(rows[["y", "flat", "short"]])
