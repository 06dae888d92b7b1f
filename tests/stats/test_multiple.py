from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import benjamini_hochberg, benjamini_yekutieli, romano_wolf
from tests.stats.sizes import examples, samples

PROPERTY = examples(25)
probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=30)

# The 15 ordered p-values of Benjamini and Hochberg (1995), section 3.2; the paper rejects the first
# four at 0.05, and Bonferroni the first three.
PRINTED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_the_example_of_the_paper() -> None:
    q = benjamini_hochberg(PRINTED)
    assert (q <= 0.05).sum() == 4
    assert q.iloc[3] == pytest.approx(0.0095 * 15 / 4)


@PROPERTY
@given(probabilities)
def test_against_the_definition_and_scipy(p: list[float]) -> None:
    m, ordered = len(p), np.sort(p)
    q = benjamini_hochberg(p)
    for value, found in zip(p, q, strict=True):
        ranks = [j for j in range(m) if ordered[j] >= value]
        assert found == pytest.approx(min(min(1, m / (j + 1) * ordered[j]) for j in ranks))
    np.testing.assert_allclose(q, stats.false_discovery_control(p))
    by = stats.false_discovery_control(p, method="by")
    np.testing.assert_allclose(benjamini_yekutieli(p), by, atol=1e-300)


@PROPERTY
@given(probabilities, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_labels_stay(p: list[float], random: object) -> None:
    named = pd.Series(p, [f"claim {i}" for i in range(len(p))])
    order = list(named.index)
    random.shuffle(order)
    shuffled = benjamini_hochberg(named[order])
    assert list(shuffled.index) == order
    pd.testing.assert_series_equal(shuffled[named.index], benjamini_hochberg(named))


@samples(150, 500)
def test_a_family_of_true_nulls_is_hit_at_its_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    p = np.random.default_rng(1).uniform(size=(N, 20))
    assert_rate(benjamini_hochberg(row).min() for row in p)


@samples(150, 500)
def test_benjamini_yekutieli_holds_where_tests_oppose_each_other(
    N: int, assert_rate: Callable[..., None]
) -> None:
    """Against the dependence that its factor is for, and at its exact price where there is none.

    Independent nulls are hit at a over the harmonic sum, 3.598 of 20.
    """
    z = np.random.default_rng(4).standard_normal((N, 10))
    opposed = 2 * stats.norm.sf(np.abs(np.hstack([z, -z + 0.1 * z[:, ::-1]])))
    assert_rate([benjamini_yekutieli(row).min() for row in opposed], cautious=True)
    p = np.random.default_rng(5).uniform(size=(N, 20))
    q = np.array([benjamini_yekutieli(row).min() for row in p])
    harmonic = (1 / np.arange(1, 21)).sum()
    assert_rate(q / harmonic)
    np.testing.assert_allclose(q, np.minimum(1, harmonic * p_hochberg(p)))


def p_hochberg(p: np.ndarray) -> np.ndarray:
    """Smallest q of each row, from the definition."""
    return (np.sort(p, axis=1) * p.shape[1] / np.arange(1, p.shape[1] + 1)).min(axis=1)


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([], "is empty; at least one"),
        ([[0.1, 0.2]], "must be one series; it has 2 columns"),
        (0.1, "array of 1 or 2 dimensions"),
        ([0.1, np.nan, 1.1, -0.1], "does not for 1, 2, 3"),
        (pd.Series({"E1": 0.2, "E2": None}), "does not for E2"),
    ],
)
def test_bad_input_is_named(p: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        benjamini_hochberg(p)


def step_down(t: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Algorithm 4.1 of Romano and Wolf (2016), one hypothesis at a time."""
    left, adjusted, last = list(range(len(t))), np.empty(len(t)), 0.0
    while left:
        worst = max(left, key=lambda j: abs(t[j]))
        exceed = sum(max(abs(row[j]) for j in left) >= abs(t[worst]) for row in draws)
        last = max(last, (1 + exceed) / (len(draws) + 1))
        adjusted[worst] = last
        left.remove(worst)
    return adjusted


@PROPERTY
@given(st.integers(0, 999), st.integers(1, 8))
def test_romano_wolf_against_the_algorithm(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    t, draws = 2 * rng.standard_normal(m), rng.standard_normal((99, m))
    found = romano_wolf(t, draws)
    np.testing.assert_allclose(found, step_down(t, draws))
    single = (1 + (np.abs(draws) >= np.abs(t)).sum(axis=0)) / 100
    assert (found >= single - 1e-12).all()


def test_romano_wolf_knows_dependence() -> None:
    """For copies of one test nothing is to be paid; for independent ones about Sidak's price."""
    rng = np.random.default_rng(2)
    one = rng.standard_normal((9999, 1))
    labels = list("abcde")
    t = pd.Series(2.2, labels)
    same = romano_wolf(t, pd.DataFrame(np.repeat(one, 5, axis=1), columns=labels))
    p = 2 * stats.norm.sf(2.2)
    np.testing.assert_allclose(same, p, atol=0.004)
    free = romano_wolf(t, rng.standard_normal((9999, 5)))
    np.testing.assert_allclose(free.iloc[0], 1 - (1 - p) ** 5, atol=0.01)


@samples(100, 400)
def test_romano_wolf_hits_a_family_of_true_nulls_at_its_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    rng = np.random.default_rng(3)
    mix = 0.7 * np.ones((6, 6)) + 0.3 * np.eye(6)
    root = np.linalg.cholesky(mix)
    p = []
    for _ in range(N):
        draws = rng.standard_normal((199, 6)) @ root.T
        p.append(romano_wolf(root @ rng.standard_normal(6), draws).min())
    assert_rate(p)


@pytest.mark.parametrize(
    ("t", "draws", "message"),
    [
        ([1.0, 2.0], np.ones((99, 3)), "a column for each"),
        ([1.0, 2.0], np.ones((9, 2)), "at least 19 rows; it has 9"),
        ([1.0, np.nan], np.ones((99, 2)), "must be complete"),
        (pd.Series([1.0, 2], list("ab")), pd.DataFrame(np.ones((99, 2)), columns=["b", "a"]), "in"),
    ],
)
def test_romano_wolf_bad_input_is_named(t: object, draws: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        romano_wolf(t, draws)
