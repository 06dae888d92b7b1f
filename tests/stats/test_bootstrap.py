from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import CircularBlockBootstrap, StationaryBootstrap, optimal_block_length
from hypothesis import given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import (
    BatchStatistic,
    MomentStatistic,
    circular_bootstrap,
    difference_of_means,
    expected_shortfall,
    log_shortfall_ratio,
    log_volatility_ratio,
    sharpe_difference,
    stationary_bootstrap,
)
from r2klib.stats.bootstrap import Resamples
from tests.stats.sizes import examples, samples

PROPERTY = examples(25)
MOMENTS = [difference_of_means, log_volatility_ratio, sharpe_difference]
METHODS = st.sampled_from(["stationary", "circular"])


def legs(T: int, seed: int, sd: float = 1.0, df: float = 6.0) -> np.ndarray:
    """Two correlated return columns; the first has `sd` times the second's volatility."""
    z = np.random.default_rng(seed).standard_t(df, size=(T, 2))
    return 0.04 * np.column_stack([sd * (0.8 * z[:, 1] + 0.6 * z[:, 0]), z[:, 1]])


@PROPERTY
@given(METHODS, st.integers(8, 60), st.integers(1, 8), st.integers(0, 99))
def test_resamples_are_made_of_blocks(method: str, T: int, b: int, seed: int) -> None:
    blocks = Resamples.draw(np.random.default_rng(seed), T, 7, b, method)
    rows = blocks.rows()
    assert rows.shape == (7, T)
    assert ((rows >= 0) & (rows < T)).all()
    assert (blocks.lengths.sum(axis=1) == T).all()
    for row, starts, lengths in zip(rows, blocks.starts, blocks.lengths, strict=True):
        pieces = [(s + np.arange(n)) % T for s, n in zip(starts, lengths, strict=True)]
        np.testing.assert_array_equal(row, np.concatenate(pieces))
    if method == "circular":
        assert (blocks.lengths[:, 0] == min(b, T)).all()


@PROPERTY
@given(METHODS, st.integers(8, 60), st.floats(1, 8), st.integers(0, 99))
def test_block_sums_are_sums_of_the_resampled_rows(
    method: str, T: int, b: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((T, 3))
    blocks = Resamples.draw(rng, T, 5, int(b) if method == "circular" else b, method)
    np.testing.assert_allclose(blocks.sums(f).sum(axis=1), f[blocks.rows()].sum(axis=1), atol=1e-9)


def test_mean_length_of_the_stationary_blocks() -> None:
    blocks = Resamples.draw(np.random.default_rng(1), 5000, 20, 9.0, "stationary")
    assert (blocks.lengths > 0).sum(axis=1).mean() == pytest.approx(5000 / 9, rel=0.02)


@pytest.mark.parametrize("statistic", MOMENTS, ids=lambda s: s.name)
def test_moments_equal_the_plain_loop_over_resampled_rows(statistic: MomentStatistic) -> None:
    x = legs(60, seed=2)
    fast = stationary_bootstrap(statistic, x, seed=3, draws=49, block_length=4)
    slow = stationary_bootstrap(lambda rows: statistic(rows), x, seed=3, draws=49, block_length=4)
    np.testing.assert_allclose(fast.draws, slow.draws, rtol=1e-9, atol=1e-12)
    assert fast.value == pytest.approx(slow.value)
    assert slow.method == "stationary bootstrap of the statistic"


@pytest.mark.parametrize("statistic", MOMENTS, ids=lambda s: s.name)
def test_gradient_and_influence_against_finite_differences(statistic: MomentStatistic) -> None:
    x = legs(80, seed=4)
    means = statistic.features(x).mean(axis=0)
    step = 1e-6 * np.maximum(abs(means), 1e-3)
    central = [
        (statistic.of_means(means + h) - statistic.of_means(means - h)) / (2 * h.sum())
        for h in np.diag(step)
    ]
    np.testing.assert_allclose(statistic.gradient(means), central, rtol=1e-4, atol=1e-6)
    assert statistic.influence(x).mean() == pytest.approx(0, abs=1e-12)


def test_standard_error_is_the_closed_form_of_politis_and_romano() -> None:
    """Lemma 1 of the 1994 paper gives the bootstrap variance of a mean without resampling."""
    rng = np.random.default_rng(5)
    e = rng.standard_normal(301)
    x = np.column_stack([e[1:] + 0.7 * e[:-1], np.zeros(300)])
    d, T, q = x[:, 0] - x[:, 0].mean(), 300, 1 - 1 / 6
    gamma = np.array([d[i:] @ d[: T - i] / T for i in range(T)])
    i = np.arange(1, T)
    weights = (1 - i / T) * q**i + (i / T) * q ** (T - i)
    closed = np.sqrt((gamma[0] + 2 * weights @ gamma[1:]) / T)
    law = stationary_bootstrap(difference_of_means, x, seed=6, draws=9999, block_length=6)
    assert law.std_error == pytest.approx(closed, rel=0.03)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (stationary_bootstrap, StationaryBootstrap),
        (circular_bootstrap, CircularBlockBootstrap),
    ],
)
def test_spread_agrees_with_arch(ours: object, theirs: type) -> None:
    x = legs(200, seed=7, sd=1.3)
    law = ours(log_volatility_ratio, x, seed=8, draws=2999, block_length=5)
    other = theirs(5, x, seed=9).apply(
        lambda rows: np.log(rows[:, 0].std() / rows[:, 1].std()), 999
    )
    assert law.std_error == pytest.approx(other.std(), rel=0.07)
    assert law.draws.mean() == pytest.approx(other.mean(), abs=4 * other.std() / np.sqrt(999))


def chosen(statistic: object, data: object, bootstrap: Callable = stationary_bootstrap) -> float:
    """The block length that is taken where none is given."""
    return bootstrap(statistic, data, seed=0, draws=19).block_length


def test_automatic_length_follows_the_statistic() -> None:
    """Volatility clusters: the means need short blocks, the volatility ratio long ones."""
    rng = np.random.default_rng(10)
    h = np.repeat(np.exp(rng.standard_normal(25)), 40)
    x = pd.DataFrame({"a": rng.standard_normal(1000) * h, "b": rng.standard_normal(1000)})
    means, ratio = (chosen(s, x) for s in (difference_of_means, log_volatility_ratio))
    assert ratio > 3 * means
    gap = (x["a"] - x["b"]).to_numpy()
    expected = optimal_block_length(gap)
    assert means == pytest.approx(max(1.0, expected["stationary"].item()))
    circular = chosen(difference_of_means, x, circular_bootstrap)
    assert circular == np.ceil(expected["circular"].item())
    plain = chosen(np.mean, x)
    assert plain == max(1.0, optimal_block_length(x)["stationary"].max())


@pytest.mark.parametrize(
    "statistic",
    [*MOMENTS, log_shortfall_ratio()],
    ids=lambda s: s.name,
)
def test_swapping_the_columns_turns_the_sign(statistic: MomentStatistic | BatchStatistic) -> None:
    x = legs(100, seed=11)
    a = stationary_bootstrap(statistic, x, seed=1, draws=99, block_length=3)
    b = stationary_bootstrap(statistic, x[:, ::-1], seed=1, draws=99, block_length=3)
    np.testing.assert_allclose(a.draws, -b.draws, atol=1e-12)
    assert a.value == pytest.approx(-b.value)


@PROPERTY
@given(st.integers(0, 30), st.floats(0.1, 10), st.floats(0.1, 10), st.floats(-1, 1))
def test_ratios_move_with_scale_and_not_with_shift(
    seed: int, first: float, second: float, shift: float
) -> None:
    x = legs(50, seed)
    base, moved = (
        stationary_bootstrap(log_volatility_ratio, y, seed=1, draws=19, block_length=2)
        for y in (x, x * [first, second] + shift)
    )
    change = np.log(first / second)
    assert moved.value == pytest.approx(base.value + change, abs=1e-8)
    np.testing.assert_allclose(moved.draws, base.draws + change, atol=1e-8)


def test_expected_shortfall_against_sorting() -> None:
    x = legs(130, seed=12)
    es = expected_shortfall(x, 0.05)  # 6.5 observations in the tail
    for column, value in zip(np.sort(x, axis=0).T, es, strict=True):
        assert value == pytest.approx(-(column[:6].sum() + 0.5 * column[6]) / 6.5)
    np.testing.assert_allclose(expected_shortfall(x[:100], 0.05), -np.sort(x[:100], 0)[:5].mean(0))
    assert log_shortfall_ratio()(x) == pytest.approx(np.log(es[0] / es[1]))
    normal = np.random.default_rng(13).standard_normal((200_000, 1))
    with pytest.raises(InputError, match="`tail` must lie strictly between 0 and 1; it is 5"):
        expected_shortfall(x, 5)
    np.testing.assert_array_equal(expected_shortfall(pd.Series(x[:, 0])), expected_shortfall(x)[:1])
    with pytest.raises(InputError, match="`returns` must be finite numbers, none missing"):
        expected_shortfall(np.full((2, 9, 1), np.nan))
    assert expected_shortfall(normal)[0] == pytest.approx(2.0627, abs=0.02)  # phi(1.645) / 0.05


def test_a_statistic_that_gives_no_number_is_named() -> None:
    for statistic in (np.cov, lambda x: "text", lambda x: x[0]):
        with pytest.raises(InputError, match=r"`statistic` must give one number, .* it gave"):
            stationary_bootstrap(statistic, legs(50, 1), seed=1, draws=19)
    assert stationary_bootstrap(
        lambda x: x.mean(keepdims=True), legs(50, 1), seed=1, draws=19
    ).value


@samples(50, 250)
@pytest.mark.parametrize(
    "statistic",
    [*MOMENTS, log_shortfall_ratio()],
    ids=lambda s: s.name,
)
def test_true_nulls_are_rejected_at_their_rate(
    statistic: MomentStatistic | BatchStatistic, N: int, assert_rate: Callable[..., None]
) -> None:
    """Two legs of one law, short blocks as they are serially independent."""
    assert_rate(
        stationary_bootstrap(
            statistic, legs(300, seed=1000 + i), seed=i, draws=199, block_length=1.5
        ).p_value()
        for i in range(N)
    )


@samples(80, 250)
def test_circular_blocks_keep_the_rate_of_dependent_returns(
    N: int, assert_rate: Callable[..., None]
) -> None:
    """Of an MA(1) in 400 rows, in blocks of 8: they miss an eighth of its autocovariance."""
    p = []
    for i in range(N):
        e = np.random.default_rng(i).standard_normal((401, 2))
        x = e[1:] + 0.5 * e[:-1]
        p.append(
            circular_bootstrap(difference_of_means, x, seed=i, draws=199, block_length=8).p_value()
        )
    assert_rate(p, excess=0.02)


def test_sharpe_error_against_its_closed_form() -> None:
    """Memmel (2003), Finance Letters 1, equation 6: independent normal returns."""
    rng = np.random.default_rng(21)
    T, rho = 4000, 0.6
    z = rng.standard_normal((T, 2))
    x = np.array([0.3, 0.1]) + z @ np.array([[1, rho], [0, np.sqrt(1 - rho**2)]])
    a, b = x.mean(axis=0) / x.std(axis=0)
    r = np.corrcoef(x.T)[0, 1]
    variance = 2 - 2 * r + (a**2 + b**2 - 2 * a * b * r**2) / 2
    law = stationary_bootstrap(sharpe_difference, x, seed=1, draws=999, block_length=1)
    assert law.value == pytest.approx(a - b)
    assert law.std_error == pytest.approx(np.sqrt(variance / T), rel=0.05)


def politis_white(x: np.ndarray) -> tuple[float, float]:
    """Both lengths as corrected in 2009, by sums over the autocovariances.

    The bandwidth counts in the first autocorrelation of five small ones, as arch does; the paper
    stops at the one before.
    """
    T = len(x)
    d = x - x.mean()
    gamma = np.array([d[k:] @ d[: T - k] / T for k in range(60)])
    small = np.abs(gamma / gamma[0]) < 2 * np.sqrt(np.log10(T) / T)
    M = 2 * next(j for j in range(1, 55) if small[j : j + 5].all())
    k = np.arange(1, M + 1)
    window = np.minimum(1, 2 * (1 - k / M))  # flat-top
    spectrum = gamma[0] + 2 * (window * gamma[1 : M + 1]).sum()
    slope = 2 * (window * k * gamma[1 : M + 1]).sum()
    stationary, circular = (
        float(np.cbrt(2 * slope**2 / (c * spectrum**2) * T)) for c in (2, 4 / 3)
    )
    return stationary, circular


@pytest.mark.parametrize("rho", [0.3, 0.6])
def test_automatic_length_by_loops(rho: float) -> None:
    e = np.random.default_rng(31).standard_normal(500)
    x = np.array(e)
    for t in range(1, 500):
        x[t] = rho * x[t - 1] + e[t]
    stationary, circular = politis_white(x)
    data = np.column_stack([x, np.zeros(500)])
    found = chosen(difference_of_means, data)
    assert found == pytest.approx(stationary)
    assert chosen(difference_of_means, data, circular_bootstrap) == np.ceil(circular)


def test_a_true_difference_is_found() -> None:
    law = stationary_bootstrap(log_volatility_ratio, legs(400, seed=14, sd=1.4), seed=1)
    assert law.p_value() < 0.01
    low, high = law.interval(0.99)
    assert low < np.log(1.4) < high


def test_draws_belong_to_the_seed() -> None:
    x = legs(100, seed=15)
    a, b, c = (stationary_bootstrap(sharpe_difference, x, seed=s, draws=99) for s in (1, 1, 2))
    np.testing.assert_array_equal(a.draws, b.draws)
    assert not np.array_equal(a.draws, c.draws)
    with pytest.raises(ValueError, match="read-only"):
        a.draws[0] = 0


def test_labels_and_arrays_give_the_same() -> None:
    x = legs(100, seed=16)
    frame = pd.DataFrame(x, pd.date_range("2000-01-31", periods=100, freq="ME"), ["s", "l"])
    a = stationary_bootstrap(sharpe_difference, frame, seed=1, draws=99)
    b = stationary_bootstrap(sharpe_difference, x, seed=1, draws=99)
    np.testing.assert_array_equal(a.draws, b.draws)


X = legs(50, seed=17)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": np.where(X > 0.05, np.nan, X)}, "must be complete.*dropna"),
        ({"data": X[:7]}, "at least 8 rows"),
        ({"data": X[:, :1]}, "two columns"),
        ({"data": np.column_stack([X, X])}, "two columns.*it has 4"),
        ({"block_length": 0.5}, "`block_length` must lie between 1 and 50"),
        ({"block_length": 51}, "`block_length` must lie between 1 and 50"),
        ({"draws": 5}, "`draws` must be at least 19"),
        ({"draws": 99.0}, "`draws` must be a whole number"),
        ({"data": abs(X), "statistic": log_shortfall_ratio()}, "nan on `data` itself"),
        ({"data": X * [0.0, 1.0]}, "-inf on `data` itself"),
        ({"statistic": lambda rows: np.nan}, "nan on `data` itself"),
        ({"statistic": lambda rows: 1 / np.float64(rows[0, 0] == X[0, 0])}, "not finite in"),
        ({"statistic": np.mean, "data": np.ones((20, 2))}, "does not vary"),
    ],
)
def test_bad_input_is_named(arguments: dict, message: str) -> None:
    settings = {"statistic": log_volatility_ratio, "data": X, "seed": 1, "draws": 99}
    with pytest.raises(InputError, match=message):
        stationary_bootstrap(**settings | arguments)


def test_circular_blocks_are_whole_rows() -> None:
    with pytest.raises(InputError, match="`block_length` must be a whole number"):
        circular_bootstrap(sharpe_difference, X, seed=1, block_length=2.5)
