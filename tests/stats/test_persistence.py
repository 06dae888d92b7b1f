import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import ar1, joint_law, signal_law

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
    x[0] = u[0] / np.sqrt(1 - rho**2)
    for t in range(1, T):
        x[t] = rho * x[t - 1] + u[t]
    return e, x


def rejections(law: object, N: int = 160, **kind: object) -> tuple[float, float, float]:
    """Share of p <= 0.10 and the band that a true 10 % stays in."""
    options = {key: kind.pop(key) for key in list(kind) if key in ("horizon", "innovations")}
    p = [law(*world(i, **kind), seed=i, draws=199, **options).p_value() for i in range(N)]
    low, high = stats.binom.ppf([0.0005, 0.9995], N, 0.10) / N
    return low, float(np.mean(np.array(p) <= 0.10)), high


@pytest.mark.parametrize("law", [signal_law, joint_law])
def test_value_by_loop(law: object) -> None:
    y, x = world(1)
    found = law(y, x, 3, seed=1, draws=19, periods_per_year=4)
    pairs = [(x[t] + x[t - 1] + x[t - 2], y[t + 1]) for t in range(2, 239)]
    s, target = np.array(pairs).T
    slope, _ = np.polyfit(s, target, 1)
    assert found.value == pytest.approx(4 * slope * s.std())
    assert found.null_value == 0


@pytest.mark.parametrize("innovations", ["wild", "normal"])
def test_signal_law_one_draw_by_loop(innovations: str) -> None:
    """The first draw, rebuilt from the same random numbers by the definition."""
    y, x = world(2)
    law = signal_law(y, x, 2, seed=5, draws=19, innovations=innovations, periods_per_year=1)
    fit = ar1(x)
    rng = np.random.default_rng(5)
    if innovations == "wild":
        u = (2.0 * rng.integers(2, size=(19, 240), dtype=np.int8) - 1)[0]
        u[1:] *= fit.residuals
    else:
        u = fit.residuals.std() * rng.standard_normal((19, 240))[0]
    z = [fit.residuals.std() * rng.standard_normal(19)[0] / np.sqrt(1 - fit.rho**2)]
    for t in range(1, 240):
        z.append(fit.rho * z[-1] + u[t])
    s = np.array(z)[1:] + np.array(z)[:-1]
    expected = np.cov(s[:-1], y[2:], ddof=0)[0, 1] / s[:-1].std()
    assert law.draws[0] == pytest.approx(expected)


@pytest.mark.parametrize("innovations", ["wild", "resampled"])
def test_joint_law_shows_stambaughs_bias(innovations: str) -> None:
    """Mean of the draws against theory.

    Stambaugh's -phi (1 + 3 rho) / n is for the slope; of the 3 rho, two come from dividing by the
    variance, of which dividing by the sd keeps one.
    """
    y, x = world(3, rho=0.7, delta=-0.9)
    law = joint_law(y, x, seed=1, draws=4999, innovations=innovations, periods_per_year=1)
    fit = ar1(x)
    u, e = fit.residuals, y[1:] - y[1:].mean()
    bias = -(u @ e) / (u @ u) * (1 + 2 * fit.rho) / 239
    assert law.draws.mean() == pytest.approx(bias * u.std() / np.sqrt(1 - fit.rho**2), rel=0.12)
    assert law.corrected == pytest.approx(law.value - law.draws.mean())
    plain = signal_law(y, x, seed=1, draws=4999, periods_per_year=1)
    assert abs(plain.draws.mean()) < 0.1 * abs(law.draws.mean())


def test_signal_law_keeps_its_rate_where_newey_west_does_not() -> None:
    low, share, high = rejections(signal_law, rho=0.95)
    assert low <= share <= high
    low, share, high = rejections(signal_law, N=120, rho=0.95, horizon=12)
    assert low <= share <= high


def test_random_signs_keep_the_rate_in_storms() -> None:
    low, share, high = rejections(signal_law, stormy=True)
    assert low <= share <= high
    _, share, high = rejections(signal_law, stormy=True, innovations="normal")
    assert share > high
    low, share, high = rejections(joint_law, stormy=True)
    assert low <= share <= high


def test_joint_law_keeps_its_rate_where_independent_signals_do_not() -> None:
    low, share, high = rejections(joint_law, delta=-0.9)
    assert low <= share <= high
    _, share, high = rejections(signal_law, delta=-0.9, rho=0.97)
    assert share > high


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


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 99), st.sampled_from([0.01, 40.0]), st.floats(-3, 3))
def test_units_of_the_signal_do_not_matter(seed: int, scale: float, shift: float) -> None:
    y, x = world(seed, T=60)
    for law in (signal_law, joint_law):
        a = law(y, x, seed=1, draws=19)
        b = law(y, scale * (x + shift), seed=1, draws=19)
        assert b.value == pytest.approx(a.value)
        np.testing.assert_allclose(a.draws, b.draws, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"innovations": "magic"}, "`innovations` must be"),
        ({"horizon": 0}, "`horizon` must be at least 1"),
        ({"draws": 5}, "`draws` must be at least 19"),
        ({"x": np.ones(240)}, "`x` is constant"),
        ({"y": np.ones(240)}, "`y` is constant"),
        ({"y": np.ones(200)}, "same length"),
        ({"horizon": 236}, "give 4 pairs of a signal and the return that follows it"),
        ({"y": np.r_[np.inf, np.ones(239)]}, "must be finite"),
        (
            {
                "y": pd.Series(np.arange(80.0), MONTHS[2::3]),
                "x": pd.Series(world(1)[1], MONTHS),
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
