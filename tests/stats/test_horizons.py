from collections.abc import Callable

import numpy as np
import pytest
from arch.unitroot import VarianceRatio
from hypothesis import given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import variance_ratio
from tests.stats.sizes import examples, samples

PROPERTY = examples(12)


def noise(T: int, seed: int) -> np.ndarray:
    """Unpredictable but heteroskedastic: volatility triples in the second half."""
    x = np.random.default_rng(seed).standard_normal(T)
    x[T // 2 :] *= 3
    return x


@pytest.mark.parametrize(("long", "short"), [(2, 1), (12, 1), (36, 3)])
def test_value_against_loops_and_arch(long: int, short: int) -> None:
    x = 0.1 + noise(300, seed=1)
    law = variance_ratio(x, long, short, seed=1, draws=19)

    def variance(q: int) -> float:
        sums = np.array([x[t : t + q].sum() for t in range(300 - q + 1)])
        return ((sums - q * x.mean()) ** 2).sum() / (q * (300 - q + 1) * (1 - q / 300))

    assert law.value == pytest.approx(variance(long) / variance(short))
    levels = np.concatenate([[0.0], x.cumsum()])
    base = 1.0 if short == 1 else VarianceRatio(levels, short).vr
    assert law.value == pytest.approx(VarianceRatio(levels, long).vr / base)


def test_null_spread_against_lo_and_mackinlay() -> None:
    """Their robust standard error, through arch, against the wild draws."""
    x = noise(1000, seed=2)
    law = variance_ratio(x, 4, seed=3)
    other = VarianceRatio(np.concatenate([[0.0], x.cumsum()]), 4)
    assert law.std_error == pytest.approx((other.vr - 1) / other.stat, rel=0.08)
    assert law.draws.mean() == pytest.approx(1.0, abs=0.02)


def test_known_process() -> None:
    """An MA(1) with coefficient a has VR(q) = 1 + 2 rho (q - 1) / q, rho = a / (1 + a^2)."""
    e = np.random.default_rng(4).standard_normal(20_001)
    rho = 0.5 / 1.25
    law = variance_ratio(e[1:] + 0.5 * e[:-1], 10, seed=1, draws=199)
    assert law.value == pytest.approx(1 + 2 * rho * 0.9, abs=0.06)
    base = variance_ratio(e[1:] + 0.5 * e[:-1], 10, 5, seed=1, draws=199)
    assert base.value == pytest.approx((1 + 2 * rho * 0.9) / (1 + 2 * rho * 0.8), abs=0.06)
    assert law.p_value() <= 0.01


@samples(100, 400)
def test_true_null_is_rejected_at_its_rate(N: int, assert_rate: Callable[..., None]) -> None:
    laws = (variance_ratio(noise(240, 100 + i), 12, 3, seed=i, draws=199) for i in range(N))
    assert_rate(law.p_value() for law in laws)


@PROPERTY
@given(st.integers(0, 99), st.sampled_from([-100.0, 0.01, 7.0]), st.floats(-5, 5))
def test_units_and_drift_do_not_matter(seed: int, scale: float, drift: float) -> None:
    x = noise(60, seed)
    a = variance_ratio(x, 6, 2, seed=1, draws=19)
    b = variance_ratio(scale * (x + drift), 6, 2, seed=1, draws=19)
    assert b.value == pytest.approx(a.value)
    np.testing.assert_allclose(b.draws, a.draws)


def test_a_ratio_that_no_world_comes_near_is_shown_without_an_interval() -> None:
    law = variance_ratio((-1.0) ** np.arange(80) + noise(80, 1) / 1e6, 12, seed=1)
    with pytest.raises(InputError, match="No ratio up to"):
        law.interval()
    assert "interval        No ratio up to" in law.summary()
    assert law.to_frame()[["lower", "upper"]].isna().all(axis=None)
    assert law.to_dict()["interval"] == [None, None]
    assert law.pvalue < 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.r_[noise(80, 1), np.nan]}, "must be complete"),
        ({"x": np.ones((80, 2))}, "`x` must be one series"),
        ({"x": np.ones(80)}, "`x` is constant"),
        (
            {"x": noise(80, 1)[:20]},
            "`x` must have at least 24 values for a horizon of 12; it has 20",
        ),
        ({"short": 12}, "`long` must be at least 13"),
        ({"short": 0}, "`short` must be at least 1"),
        ({"long": 12.5}, "`long` must be a whole number"),
    ],
)
def test_bad_input_is_named(arguments: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        variance_ratio(**{"x": noise(80, 1), "long": 12, "seed": 1} | arguments)
