import bidask
import numpy as np
import pandas as pd
import pytest

from r2klib.errors import InputError
from r2klib.stats import abdi_ranaldo, amihud, corwin_schultz, edge_spread


def bars(seed: int, spread: float, days: int = 250, assets: int = 4) -> dict[str, pd.DataFrame]:
    """Daily bars of trades at a random walk plus or minus half the spread, 390 a day."""
    rng = np.random.default_rng(seed)
    steps = 0.02 / np.sqrt(390) * rng.standard_normal((days * 390, assets))
    side = rng.choice([-0.5, 0.5], steps.shape)
    price = np.exp(steps.cumsum(axis=0) + spread * side).reshape(days, 390, assets)
    index, names = pd.bdate_range("2001-01-01", periods=days), list("abcd")[:assets]
    found = {
        "open": price[:, 0],
        "high": price.max(axis=1),
        "low": price.min(axis=1),
        "close": price[:, -1],
    }
    return {key: pd.DataFrame(value, index, names) for key, value in found.items()}


ONE = bars(1, 0.01)
HLC = {key: ONE[key] for key in ("high", "low", "close")}


@pytest.mark.parametrize("truth", [0.01, 0.03])
def test_known_spreads_are_found_on_average(truth: float) -> None:
    found = bars(2, truth, days=500)
    hlc = {key: found[key] for key in ("high", "low", "close")}
    assert corwin_schultz(**hlc).signed.mean(axis=None) == pytest.approx(truth, rel=0.2)
    signed = abdi_ranaldo(**hlc).signed
    squared = (np.sign(signed) * signed**2).mean(axis=None)  # the unbiased one is squared
    assert np.sqrt(squared) == pytest.approx(truth, rel=0.2)


def test_corwin_schultz_by_loop() -> None:
    found = corwin_schultz(**HLC)
    H, L, C = (HLC[key]["b"].to_numpy() for key in ("high", "low", "close"))
    days, values = HLC["high"].index, []
    for t in range(1, len(H)):
        if (days[t].year, days[t].month) != (2001, 3):
            continue
        shift = max(C[t - 1] / H[t], 1) * min(C[t - 1] / L[t], 1)  # the overnight gap, undone
        h, low = H[t] * shift, L[t] * shift
        beta = np.log(H[t - 1] / L[t - 1]) ** 2 + np.log(h / low) ** 2
        gamma = np.log(max(h, H[t - 1]) / min(low, L[t - 1])) ** 2
        k = 3 - 2 * np.sqrt(2)
        alpha = (np.sqrt(2 * beta) - np.sqrt(beta)) / k - np.sqrt(gamma / k)
        values.append(2 * (np.exp(alpha) - 1) / (1 + np.exp(alpha)))
    assert found.signed.loc["2001-03-31", "b"] == pytest.approx(np.mean(values))
    assert found.bars.loc["2001-03-31", "b"] == len(values)


def test_abdi_ranaldo_by_loop() -> None:
    h, low, c = (np.log(HLC[key]["c"].to_numpy()) for key in ("high", "low", "close"))
    days = HLC["high"].index
    inside = [t for t in range(2, len(c)) if (days[t].year, days[t].month) == (2001, 5)]
    mid = (h + low) / 2
    s2 = np.mean([4 * (c[t - 1] - mid[t - 1]) * (c[t - 1] - mid[t]) for t in inside])
    found = abdi_ranaldo(**HLC).signed.loc["2001-05-31", "c"]
    assert found == pytest.approx(np.sign(s2) * np.sqrt(abs(s2)))


def test_what_cannot_be_estimated_is_missing_and_counted() -> None:
    """A price that rises fast, its day's close the high: the squared spread is negative."""
    days = pd.bdate_range("2001-01-01", "2001-02-28")
    steps = np.arange(len(days))
    close = pd.DataFrame({"trend": 1.05**steps, "bounce": 100 + steps % 2}, days)
    close.loc["2001-02-05":"2001-02-28", "bounce"] = np.nan
    low = close.assign(trend=0.99 * close["trend"], bounce=100)
    found = abdi_ranaldo(close.assign(bounce=101), low, close)
    assert found.spread["trend"].isna().all()
    assert (found.signed["trend"] < 0).all()
    assert not (found.spread == 0).to_numpy().any()
    counts = found.not_estimated
    assert list(counts.loc["trend"]) == [2, 0, 0]
    assert list(counts.loc["bounce"]) == [0, 1, 1]
    assert found.to_dict()["assets"]["trend"]["median"] is None
    assert found.facts["cells"] == "2 negative, 1 too few bars, 1 estimated"


def test_a_missing_bar_costs_its_two_pairs() -> None:
    holes = {key: frame.copy() for key, frame in HLC.items()}
    for frame in holes.values():
        frame.loc["2001-03-14", "a"] = np.nan
    for estimator in (corwin_schultz, abdi_ranaldo):
        lost = estimator(**HLC).bars - estimator(**holes).bars
        assert lost.loc["2001-03-31", "a"] == 2
        assert lost.sum().sum() == 2


@pytest.mark.parametrize("holes", [0.0, 0.04])
@pytest.mark.parametrize("tick", [0.01, 1.0])
def test_edge_is_bidasks_to_the_last_bit(tick: float, holes: float) -> None:
    """Every cell of a panel, with ticks that make prices equal and months that miss bars."""
    rng = np.random.default_rng(9)
    shape, days = (300, 7), pd.bdate_range("2001-01-10", periods=300)
    close = 30 * np.exp((0.01 * rng.standard_normal(shape)).cumsum(axis=0))
    raw = [close * np.exp(0.004 * rng.standard_normal(shape)) for _ in range(3)]
    ticks = np.maximum(tick, np.round(np.stack([raw[0], *raw[1:], close]) / tick) * tick)
    ticks[1], ticks[2] = ticks.max(axis=0), ticks.min(axis=0)
    ticks[:, :, 0] = ticks[3, 0, 0]  # never traded at another price
    ticks[rng.random(ticks.shape) < holes] = np.nan
    ticks[:, 40:120, 1] = np.nan
    names = ("open", "high", "low", "close")
    prices = {n: pd.DataFrame(ticks[i], days, list("abcdefg")) for i, n in enumerate(names)}
    found = edge_spread(**prices, min_obs=5)
    complete = pd.DataFrame(~np.isnan(ticks).any(axis=0), days, list("abcdefg"))
    checked = 0
    for month, rows in complete.groupby(days.to_period("M")):
        end = month.end_time.normalize()
        for asset in rows:
            assert found.bars.loc[end, asset] == rows[asset].sum()
            cell = [prices[name].loc[rows.index, asset].to_numpy() for name in names]
            expected = bidask.edge(*cell, sign=True) if rows[asset].sum() >= 5 else np.nan
            np.testing.assert_array_equal(found.signed.loc[end, asset], expected, strict=True)
            checked += not np.isnan(expected)
    assert checked > 40


def test_edge_finds_a_known_spread() -> None:
    signed = edge_spread(**bars(2, 0.01, days=500)).signed
    squared = (np.sign(signed) * signed**2).mean(axis=None)
    assert np.sqrt(squared) == pytest.approx(0.01, rel=0.1)


def test_amihud_by_hand() -> None:
    days = pd.bdate_range("2001-01-01", "2001-01-31")
    R = pd.Series(0.01, days, name="a")
    V = pd.Series(2e6, days, name="a")
    R.iloc[3], V.iloc[5] = -0.03, 0.0
    value, n = amihud(R, V)
    assert n.iloc[0, 0] == 22
    assert value.iloc[0, 0] == pytest.approx((21 * 0.01 + 0.03) / 22 / 2)
    with pytest.raises(InputError, match=r"`returns` is too short: .* 23 bars .* fullest has 22"):
        amihud(R, V, min_obs=23)


def test_without_a_spread_none_is_found_on_average() -> None:
    """The null of the estimators that can come out negative: signed squares average to zero."""
    found = bars(5, 0.0, days=750)
    hlc = {key: found[key] for key in ("high", "low", "close")}
    fits = abdi_ranaldo(**hlc), edge_spread(**found)
    for fit in fits:
        squared = (np.sign(fit.signed) * fit.signed**2).dropna().to_numpy().ravel()
        error = squared.std() / np.sqrt(len(squared))
        assert abs(squared.mean()) < 3.3 * error
        assert 3 * error < 0.01**2  # a spread of one percent would have been seen
    # A day's range of 390 trades misses the true extremes, and the more so in one day than in two:
    # Corwin and Schultz come out below zero, not above.
    signed = corwin_schultz(**hlc).signed.dropna().to_numpy().ravel()
    assert -0.004 < signed.mean() < 3.3 * signed.std() / np.sqrt(len(signed))


def test_amihud_of_a_known_impact() -> None:
    """Normal returns whose scale is proportional to volume: E |R| / V = c root(2 / pi)."""
    rng = np.random.default_rng(6)
    days = pd.bdate_range("2001-01-01", periods=2500)
    V = pd.DataFrame(rng.lognormal(15, 0.5, (2500, 3)), days)
    R = 2e-9 * V * rng.standard_normal((2500, 3))
    value, _ = amihud(R, V)
    assert value.mean(axis=None) == pytest.approx(2e-3 * np.sqrt(2 / np.pi), rel=0.03)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corwin_schultz(**HLC | {"high": HLC["low"] / 2}), "`high` must not be below"),
        (lambda: abdi_ranaldo(**HLC | {"close": -HLC["close"]}), "`close` must be positive"),
        (lambda: abdi_ranaldo(**HLC | {"low": HLC["low"].iloc[1:]}), "must share dates and assets"),
        (
            lambda: abdi_ranaldo(**{key: bar.reset_index(drop=True) for key, bar in HLC.items()}),
            "a RangeIndex has no months",
        ),
        (lambda: abdi_ranaldo(**HLC, min_obs=0), "`min_obs` must be at least 1"),
        (lambda: amihud(HLC["close"], -HLC["close"]), "must not be negative"),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
