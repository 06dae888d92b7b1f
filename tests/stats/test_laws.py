import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import BootstrapLaw, NullLaw
from tests.stats.sizes import examples

PROPERTY = examples(40)
KINDS = ["bootstrap", "null"]


def law(kind: str, draws: list[float] | np.ndarray, value: float = 0.3) -> BootstrapLaw | NullLaw:
    draws = np.asarray(draws, dtype=float)
    if kind == "null":
        return NullLaw(value=value, draws=draws, null_value=0.25, method="test")
    return BootstrapLaw(value=value, draws=draws, block_length=1.0, method="test")


# A coarse grid makes ties between draws and nulls common: that is where duality breaks first.
grid = st.integers(-8, 8).map(lambda i: i / 4)


@PROPERTY
@given(
    st.sampled_from(KINDS),
    st.lists(grid, min_size=19, max_size=120),
    grid,
    st.sampled_from([0.01, 0.05, 0.10, 0.20, 0.32, 0.5, 0.9]),
)
def test_p_and_interval_invert_the_same_law(
    kind: str, draws: list[float], null: float, alpha: float
) -> None:
    assume(np.ptp(draws) > 0)
    assume((len(draws) + 1) * alpha / 2 >= 1)
    tested = law(kind, draws)
    low, high = tested.interval(1 - alpha)
    assert (tested.p_value(null) <= alpha + 1e-12) == (not low <= null <= high)
    for edge in (low, high):
        assert tested.p_value(edge) > alpha


@PROPERTY
@given(st.sampled_from(KINDS), st.lists(grid, min_size=39, max_size=80))
def test_intervals_are_nested_and_p_is_a_probability(kind: str, draws: list[float]) -> None:
    assume(np.ptp(draws) > 0)
    tested = law(kind, draws)
    (a, b), (c, d) = tested.interval(0.95), tested.interval(0.80)
    assert a <= c <= d <= b
    assert 2 / (len(draws) + 1) <= tested.p_value() <= 1


def test_ranks_by_hand() -> None:
    draws = np.random.default_rng(1).permutation(np.arange(1.0, 100.0))  # 1..99
    resampled = law("bootstrap", draws, value=50.0)
    assert resampled.interval(0.90) == (5.0, 95.0)
    assert resampled.p_value(4.0) == pytest.approx(2 * 5 / 100)
    assert resampled.p_value(-1.0) == pytest.approx(2 / 100)
    assert resampled.p_value(50.0) == 1.0
    assert resampled.std_error == pytest.approx(np.std(draws, ddof=1))


def test_null_law_removes_its_bias() -> None:
    draws = np.random.default_rng(2).normal(1.1, 0.2, 999)  # biased by 0.1 under the null of 1
    tested = NullLaw(value=1.4, draws=draws, null_value=1.0, method="test")
    assert tested.corrected == pytest.approx(1.3, abs=0.02)
    low, high = tested.interval(0.90)
    assert low == pytest.approx(1.3 - 1.645 * 0.2, abs=0.04)
    assert high == pytest.approx(1.3 + 1.645 * 0.2, abs=0.04)
    as_extreme = min((draws >= 1.4).sum(), (draws <= 1.4).sum())
    assert tested.p_value() == pytest.approx(2 * (1 + as_extreme) / 1000)


def test_what_a_law_refuses() -> None:
    with pytest.raises(InputError, match=r"`level` 0.99 needs at least 199 draws; there are 99"):
        law("bootstrap", np.arange(99.0)).interval(0.99)
    assert law("bootstrap", np.arange(199.0)).interval(0.99) == (0.0, 198.0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown(kind: str) -> None:
    tested = law(kind, np.arange(99.0))
    assert repr(tested) == repr(law(kind, np.arange(99.0)))
    assert "0x" not in repr(tested)
    plain = json.loads(json.dumps(tested.to_dict(), allow_nan=False))
    assert plain["p_value"] == tested.p_value()
    assert plain["interval"] == list(tested.interval())
