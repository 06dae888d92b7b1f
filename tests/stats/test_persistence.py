from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from r2klib.errors import InputError
from r2klib.stats import ar1, joint_law, predict, signal_law
from r2klib.stats.joint import _persistence, _roots
from tests.stats.sizes import examples, samples

MONTHS = pd.date_range("1960-01-31", periods=240, freq="ME")


def world(
    seed: int, T: int = 240, rho: float = 0.9, delta: float = 0.0, stormy: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Unpredictable returns and an AR(1); shocks correlated `delta`, both volatile at a time."""
    rng = np.random.default_rng(seed)
    e, v = rng.standard_normal((2, T))
    u = delta * e + np.sqrt(1 - delta**2) * v
    if stormy:
        scale = np.where(np.arange(T) % 120 < 24, 5.0, 1.0)
        e, u = e * scale, u * scale
    x = np.empty(T)
    x[0] = u[0] if rho == 1 else u[0] / np.sqrt(1 - rho**2)
    for t in range(1, T):
        x[t] = rho * x[t - 1] + u[t]
    return e, x


def p_values(law: object, N: int, **kind: object) -> np.ndarray:
    """Of N samples in which nothing foretells anything."""
    options = {key: kind.pop(key) for key in list(kind) if key in ("horizon", "innovations")}
    laws = (
        law(*world(i, **kind), seed=i, draws=199, periods_per_year=1, **options) for i in range(N)
    )
    return np.array([found.p_value() for found in laws])


def too_often(p: np.ndarray) -> bool:
    """Whether the share of p <= 0.10 is above the 99.95 % limit of a true 10 %."""
    return bool(np.mean(p <= 0.10) > stats.binom.ppf(0.9995, len(p), 0.10) / len(p))


@pytest.mark.parametrize("law", [signal_law, joint_law])
def test_value_by_loop(law: object) -> None:
    y, x = world(1)
    found = law(y, x, 3, seed=1, draws=19, periods_per_year=4)
    pairs = [(x[t] + x[t - 1] + x[t - 2], y[t + 1]) for t in range(2, 239)]
    s, target = np.array(pairs).T
    slope, _ = np.polyfit(s, target, 1)
    assert found.value == pytest.approx(4 * slope * s.std())
    assert found.null_value == 0


def test_signal_law_one_draw_by_loop() -> None:
    """The first draw, rebuilt from the same random numbers by the definition."""
    y, x = world(2)
    law = signal_law(y, x, 2, seed=5, draws=19, periods_per_year=1)
    fit = ar1(x)
    rng = np.random.default_rng(5)
    u = (2.0 * rng.integers(2, size=(19, 240), dtype=np.int8) - 1)[0]
    u[1:] *= fit.resids
    z = [fit.resids.std() * rng.standard_normal(19)[0] / np.sqrt(1 - fit.rho**2)]
    for t in range(1, 240):
        z.append(fit.rho * z[-1] + u[t])
    s = np.array(z)[1:] + np.array(z)[:-1]
    expected = np.cov(s[:-1], y[2:], ddof=0)[0, 1] / s[:-1].std()
    assert law.draws[0] == pytest.approx(expected)


def test_joint_law_shows_stambaughs_bias() -> None:
    """Mean of the draws against theory.

    Stambaugh's -phi (1 + 3 rho) / n is for the slope; of the 3 rho, two come from dividing by the
    variance, of which dividing by the sd keeps one.
    """
    y, x = world(3, rho=0.7, delta=-0.9)
    law = joint_law(y, x, seed=1, draws=4999, periods_per_year=1)
    fit = ar1(x)
    u, e = fit.resids, y[1:] - y[1:].mean()
    bias = -(u @ e) / (u @ u) * (1 + 2 * fit.rho) / 239
    assert law.draws.mean() == pytest.approx(bias * u.std() / np.sqrt(1 - fit.rho**2), rel=0.12)
    # The bias hardly hangs on the link at this persistence: shifting and inverting agree.
    assert law.corrected == pytest.approx(law.value - law.draws.mean(), abs=0.1 * law.std_error)
    plain = signal_law(y, x, seed=1, draws=4999, periods_per_year=1)
    assert abs(plain.draws.mean()) < 0.1 * abs(law.draws.mean())


@samples(40, 160)
@pytest.mark.parametrize("horizon", [1, 12])
def test_signal_law_keeps_its_rate_where_newey_west_does_not(
    horizon: int, N: int, assert_rate: Callable[..., None]
) -> None:
    assert_rate(p_values(signal_law, N, rho=0.95, horizon=horizon))


@samples(30, 160)
@pytest.mark.parametrize("law", [signal_law, joint_law])
def test_random_signs_keep_the_rate_in_storms(
    law: object, N: int, assert_rate: Callable[..., None]
) -> None:
    assert_rate(p_values(law, N, stormy=True))


def test_signal_law_spread_against_theory() -> None:
    """Given the returns, sum x_t y_t has the variance y' R y, R the signal's autocorrelations."""
    for rho in (0.0, 0.8):
        y, x = world(8, T=1200, rho=rho)
        law = signal_law(y, x, seed=1, draws=2999, periods_per_year=1)
        d = y[1:] - y[1:].mean()
        R = rho ** np.abs(np.subtract.outer(np.arange(1199), np.arange(1199)))
        assert law.std_error == pytest.approx(np.sqrt(d @ R @ d) / 1199, rel=0.04)
        assert law.draws.mean() == pytest.approx(0, abs=4 * law.std_error / np.sqrt(2999))


@pytest.mark.nightly
def test_joint_law_keeps_its_rate_where_independent_signals_do_not(
    assert_rate: Callable[..., None],
) -> None:
    assert_rate(p_values(joint_law, 160, delta=-0.9))
    assert too_often(p_values(signal_law, 160, delta=-0.9, rho=0.97))


@pytest.mark.nightly
@samples(40, 250)
@pytest.mark.parametrize("rho", [0.98, 1.0])
def test_joint_law_keeps_its_rate_near_a_unit_root(
    rho: float, N: int, assert_rate: Callable[..., None]
) -> None:
    """With the persistence of a plain AR(1) a nominal 10 % was 16 to 20 % here."""
    assert_rate(p_values(joint_law, N, delta=-0.9, rho=rho))


@samples(40, 120)
def test_joint_law_at_a_horizon(N: int, assert_rate: Callable[..., None]) -> None:
    assert_rate(p_values(joint_law, N, delta=-0.9, rho=0.97, horizon=12))


@samples(40, 200)
@pytest.mark.parametrize("slope", [0.04, -0.04])
def test_joint_intervals_cover_a_true_link(slope: float, N: int) -> None:
    """On either side, with shocks that move both; a mere shift of the null's law fails here."""
    outside = np.zeros(2)
    for i in range(N):
        e, x = world(i, rho=0.97, delta=-0.9)
        law = joint_law(e + slope * np.append(0, x[:-1]), x, seed=i, draws=199, periods_per_year=1)
        low, high = law.interval()
        truth = slope * x[:-1].std()
        outside += [truth < low, truth > high]
    assert (outside / N <= stats.binom.ppf(0.9995, N, 0.05) / N).all()


def test_persistence_is_the_restricted_likelihoods() -> None:
    """Normal shocks, no link: the maximum over rho of the joint density, by brute force."""
    y, x = world(7, rho=0.9, delta=-0.8)
    e = np.append(np.nan, y[1:] - y[1:].mean())

    def loss(theta: np.ndarray) -> float:
        c, rho, psi = theta
        w = x[1:] - c - rho * x[:-1] - psi * e[1:]
        return float(w @ w)  # the density of e does not hold rho

    c, rho, psi = minimize(loss, [0, 0.9, 0], method="BFGS", options={"gtol": 1e-9}).x
    w = x[1:] - c - rho * x[:-1] - psi * e[1:]
    u = x[1:] - rho * x[:-1]
    step = (1 + 3 * rho) / 239 + 3 * (1 + 3 * rho) / 239**2
    assert _persistence(x, e) == pytest.approx(rho + w.var() / u.var() * step, abs=1e-7)


@samples(100, 300)
def test_persistence_is_known_better_under_the_null(N: int) -> None:
    """Without bias, and less than half the plain estimate's spread: root 1 - 0.9^2 is 0.44."""
    rho = []
    for i in range(N):
        y, x = world(i, rho=0.95, delta=-0.9)
        rho.append((_persistence(x, np.append(np.nan, y[1:] - y[1:].mean())), ar1(x).rho))
    restricted, plain = np.array(rho).T
    assert restricted.mean() == pytest.approx(0.95, abs=4 * restricted.std() / np.sqrt(N))
    assert restricted.std() < 0.5 * plain.std()


def test_joint_law_one_draw_by_loop() -> None:
    """The first draw without a link, rebuilt from the same random numbers by the definition."""
    y, x = world(2, delta=-0.7)
    law = joint_law(y, x, 2, seed=5, draws=19, periods_per_year=1)
    e = np.full(240, np.nan)
    e[2:] = y[2:] - y[2:].mean()
    rho = _persistence(x, e)
    u = x[1:] - rho * x[:-1]
    u = np.append(0, u - u.mean())
    rng = np.random.default_rng(5)
    flips = (2.0 * rng.integers(2, size=(19, 240), dtype=np.int8) - 1)[0]
    z = [rng.choice(x - x.mean(), 19)[0]]
    for t in range(1, 240):
        z.append(rho * z[-1] + flips[t] * u[t])
    s = np.array(z)[1:] + np.array(z)[:-1]
    expected = np.cov(s[:-1], flips[2:] * e[2:], ddof=0)[0, 1] / s[:-1].std()
    assert law.draws[0] == pytest.approx(expected)


def test_joint_law_in_blocks_one_draw_by_loop() -> None:
    """Sixteen periods share a sign, and the surprise of the period before is known of as well."""
    y, x = world(2, delta=-0.7)
    law = joint_law(y, x, seed=5, draws=19, periods_per_year=1, block=16)
    e = np.append(np.nan, y[1:] - y[1:].mean())
    before = np.column_stack([np.ones(238), x[1:-1], e[2:], e[1:-1]])
    beta, *_ = np.linalg.lstsq(before, x[2:], rcond=None)
    w, u = x[2:] - before @ beta, x[2:] - beta[1] * x[1:-1]
    blur = (1 + 3 * beta[1]) / 238
    rho = min(beta[1] + w.var() / u.var() * (blur + 3 * blur / 238), 1 - 1 / 238)
    news = x[1:] - rho * x[:-1]
    news = np.append(0, news - news.mean())
    rng = np.random.default_rng(5)
    flips = (2.0 * rng.integers(2, size=(19, 15), dtype=np.int8) - 1)[0]  # 240 periods
    z = [rng.choice(x - x.mean(), 19)[0]]
    for t in range(1, 240):
        z.append(rho * z[-1] + flips[t // 16] * news[t])
    s, answer = np.array(z), np.repeat(flips, 16) * np.nan_to_num(e)
    expected = np.cov(s[:-1], answer[1:], ddof=0)[0, 1] / s[:-1].std()
    assert law.draws[0] == pytest.approx(expected)
    assert "wild blocks of 16 pairs" in law.method


def late(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns whose surprise moves the signal a period later, as one that is a month old."""
    y, x = world(seed, T=400, rho=0.98, delta=-0.9)
    return y[1:], x[:-1]


def test_blocks_keep_the_bias_of_a_signal_that_answers_late() -> None:
    """Stambaugh's, as above; pairs with signs of their own tear surprise and answer apart."""
    y, x = late(4)
    blocks, pairs = (
        joint_law(y, x, seed=1, draws=1999, periods_per_year=1, block=n).draws for n in (20, 1)
    )
    assert blocks.mean() < -4 * blocks.std() / np.sqrt(1999)
    assert abs(pairs.mean()) < 0.25 * abs(blocks.mean())


@samples(40, 160)
def test_joint_law_in_blocks_keeps_its_rate_where_the_signal_answers_late(
    N: int, assert_rate: Callable[..., None]
) -> None:
    laws = (joint_law(*late(i), seed=i, draws=199, periods_per_year=1, block=12) for i in range(N))
    assert_rate([law.p_value() for law in laws])


def test_only_pairs_are_kept_in_blocks() -> None:
    y, x = world(1)
    with pytest.raises(InputError, match="`block`"):
        joint_law(y, x, seed=1, draws=19, block=0)
    with pytest.raises(InputError, match='only the law "joint"'):
        predict(y, x, seed=1, draws=19, block=2, periods_per_year=12)


@examples(6)
@given(st.integers(0, 999), st.sampled_from([0.7, 0.98]), st.sampled_from([-0.9, 0.0, 0.6]))
def test_the_p_value_is_the_rank_among_draws_without_a_link(
    seed: int, rho: float, delta: float
) -> None:
    """However the law was inverted: its interval leaves out zero exactly where these do."""
    law = joint_law(*world(seed, T=80, rho=rho, delta=delta), seed=1, draws=99, periods_per_year=1)
    extreme = min((law.draws >= law.value).sum(), (law.draws <= law.value).sum())
    assert law.p_value() == pytest.approx(min(1, 2 * (1 + extreme) / 100))
    low, high = law.interval()
    assert (law.p_value() <= 0.10) == (not low <= 0 <= high)


def test_roots_by_hand() -> None:
    """Two ranks whose laws shift with the link, one beyond the ends on either side."""
    links = np.array([-1.0, 0.0, 1.0])
    gaps = np.array([[0.5, 1.5, 3.0, -0.25], [-0.5, 0.5, 2.0, -1.25], [-1.5, -0.5, 1.0, -2.25]])
    np.testing.assert_allclose(np.sort(_roots(links, gaps)), [-1.25, -0.5, 0.5, 2.0])


def test_a_true_link_is_found() -> None:
    e, x = world(4, T=600)
    y = e + 0.3 * np.append(0, x[:-1]) / x.std()
    for law in (signal_law, joint_law):
        found = law(y, x, seed=1, periods_per_year=1)
        assert found.p_value() <= 0.01
        low, high = found.interval()
        assert low < 0.3 < high


def test_gaps_on_the_calendar() -> None:
    """A month that nobody published costs the rows around it, no more."""
    y, x = (
        pd.Series(values, MONTHS, name=name) for values, name in zip(world(5), "yx", strict=True)
    )
    gone = x.drop(MONTHS[100])
    blank = x.where(MONTHS[100] != MONTHS)
    for law in (signal_law, joint_law):
        first, second = (law(y, signal, 2, seed=1, draws=99) for signal in (gone, blank))
        assert first.value == second.value
        np.testing.assert_array_equal(first.draws, second.draws)
    s = x.rolling(2).sum().where(~MONTHS.isin(MONTHS[100:102])).shift(1)
    both = s.notna()
    slope = np.polyfit(s[both], y[both], 1)[0]
    assert first.value == pytest.approx(12 * slope * s[both].std(ddof=0))


@examples(6)
@given(st.integers(0, 99), st.sampled_from([0.01, 40.0]), st.floats(-3, 3))
def test_units_of_the_signal_do_not_matter(seed: int, scale: float, shift: float) -> None:
    y, x = world(seed, T=60)
    for law in (signal_law, joint_law):
        a = law(y, x, seed=1, draws=19, periods_per_year=1)
        b = law(y, scale * (x + shift), seed=1, draws=19, periods_per_year=1)
        assert b.value == pytest.approx(a.value)
        np.testing.assert_allclose(a.draws, b.draws, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0}, "`horizon` must be at least 1"),
        ({"draws": 5, "periods_per_year": 12}, "`draws` must be at least 19"),
        ({"x": np.ones(240)}, "`x` is constant"),
        ({"y": np.ones(240)}, "`y` is constant"),
        ({"y": np.ones(200)}, "same length"),
        ({}, "`periods_per_year` cannot be told from the rows of `y`"),
        ({"horizon": 236}, "give 4 pairs of a signal and the return that follows it"),
        ({"y": np.r_[np.inf, np.ones(239)]}, "must be finite"),
        (
            {
                "y": pd.Series(np.arange(80.0), MONTHS[2::3]),
                "x": pd.Series(world(1)[1][:81], MONTHS[[0, *range(2, 240, 3)]]),
            },
            "`y` comes every 3 months from 1960-03, `x` every 1",
        ),
    ],
)
def test_bad_input_is_named(arguments: dict, message: str) -> None:
    y, x = world(1)
    for law in (signal_law, joint_law):
        with pytest.raises(InputError, match=message):
            law(**{"y": y, "x": x, "seed": 1} | arguments)
