import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

from r2klib.errors import InputError
from r2klib.stats import brier_test, expanding_logit, forecast_test, forward_outcome, switching_test
from tests.stats.sizes import samples

MONTHS = pd.date_range("1950-01-31", periods=300, freq="ME")


def forecasts(seed: int, informed: bool = False) -> pd.DataFrame:
    """Probabilities that know the odds of each month, or that are noise around the base rate."""
    rng = np.random.default_rng(seed)
    truth = np.where(rng.random(300) < 0.5, 0.7, 0.3)
    outcome = (rng.random(300) < truth).astype(float)
    p = truth if informed else 0.5 + 0.1 * rng.standard_normal(300).clip(-3, 3)
    columns = {"probability": p, "base_rate": 0.5, "outcome": outcome}
    return pd.DataFrame(columns, MONTHS)


def test_scores_by_hand() -> None:
    frame = forecasts(1, informed=True)
    found = brier_test(frame, seed=1, draws=499)
    p, r, o = frame.to_numpy().T
    assert found.brier == pytest.approx(((p - o) ** 2).mean())
    assert found.brier_base == pytest.approx(0.25)
    assert found.skill.value == pytest.approx(1 - 4 * found.brier)
    assert found.log_score == pytest.approx(np.log(np.abs(1 - o - p)).mean())
    assert found.log_score_base == pytest.approx(np.log(0.5))
    assert found.hit_rate == pytest.approx(((p > 0.5) == (o == 1)).mean())
    edge = ((r - o) ** 2 - (p - o) ** 2 + (p - r) ** 2).mean() / (2 * ((r - o) ** 2).mean())
    assert found.edge.value == pytest.approx(edge)
    assert found.law.value == pytest.approx(edge)
    # Constant base errors leave an ordinary mean: statsmodels on the difference of errors.
    difference = ((r - o) ** 2 - (p - o) ** 2) / 0.25
    other = OLS(difference, np.ones(300)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 18, "use_correction": False}
    )
    assert found.skill.std_error == pytest.approx(other.bse[0])
    assert found.skill.pvalue < 0.01 < found.skill.value
    assert found.law.p_value() <= 0.01
    assert json.loads(json.dumps(found.to_dict()))["nobs"] == 300


def test_standard_error_against_the_bootstrap() -> None:
    """Base errors that vary: the delta method against resampled ratios of independent months."""
    frame = forecasts(2, informed=True).assign(base_rate=0.3)
    found = brier_test(frame, seed=1, draws=4999, hac_lags=0, block_length=1)
    assert found.edge.std_error == pytest.approx(found.law.std_error, rel=0.1)


def test_the_edge_is_clark_and_west_s_on_squared_errors() -> None:
    """Witness: `forecast_test`, which was held against their paper, on the same forecasts."""
    frame = forecasts(3, informed=True)
    found = brier_test(frame, seed=1, draws=19, hac_lags=4)
    named = {"probability": "forecast", "base_rate": "benchmark", "outcome": "actual"}
    other = forecast_test(frame.rename(columns=named), hac_lags=4).clark_west
    assert found.edge.value == pytest.approx(2 * other.value)  # half, over a quarter
    assert found.edge.tstat == pytest.approx(other.tstat)


@samples(30, 150)
def test_true_null_is_rejected_at_its_rate(N: int, assert_rate: Callable[..., None]) -> None:
    """Independent outcomes and forecasts whose squared noise is paid back on average."""
    p_values = []
    for i in range(N):
        rng = np.random.default_rng(i)
        o = (rng.random(300) < 0.5).astype(float)
        p, r = 0.5 + 0.1 * rng.choice([-1, 1], (2, 300))
        frame = pd.DataFrame({"probability": p, "base_rate": r, "outcome": o})
        found = brier_test(frame, seed=1, draws=19, hac_lags=0)
        p_values.append(found.skill.pvalue)
    assert_rate(p_values)


@samples(60, 300)
def test_nested_noise_has_no_edge_and_loses_skill(N: int, assert_rate: Callable[..., None]) -> None:
    """Odds that leave a true base rate at random: the adjustment gives back what that costs."""
    tests = [brier_test(forecasts(i), seed=1, draws=19, hac_lags=0) for i in range(N)]
    assert_rate(found.edge.pvalue for found in tests)
    assert np.mean([found.skill.value for found in tests]) < -0.02


@samples(15, 60)
def test_walk_forward_noise_shows_no_skill(N: int) -> None:
    """Refitting on noise costs skill, so a claim of skill is false in at most 5 % and some."""
    hits = []
    for i in range(N):
        rng = np.random.default_rng(i)
        d, score = rng.standard_normal(300), rng.integers(0, 5, 300).astype(float)
        frame = expanding_logit(forward_outcome(d), score)
        found = brier_test(frame, seed=1, draws=19)
        hits.append(found.skill.value > 0 and found.skill.pvalue <= 0.10)
    assert np.mean(hits) <= stats.binom.ppf(0.9995, N, 0.05) / N


def test_switching_by_loop() -> None:
    rng = np.random.default_rng(3)
    d = pd.Series(0.03 * rng.standard_normal(300), MONTHS)
    hold = pd.Series(rng.random(300) > 0.5, MONTHS)
    base = pd.Series(np.arange(300) >= 100, MONTHS)
    found = switching_test(d, hold, base, seed=1, draws=199)
    expected = []
    for t in range(299):
        turn = abs(int(hold.iloc[t]) - int(hold.iloc[t - 1])) if t else 0
        base_turn = abs(int(base.iloc[t]) - int(base.iloc[t - 1])) if t else 0
        gap = int(hold.iloc[t]) - int(base.iloc[t])
        expected.append(gap * d.iloc[t + 1] - 0.0020 * (turn - base_turn))
    np.testing.assert_allclose(found.active, expected, atol=1e-15)
    assert found.law.value == pytest.approx(np.sqrt(12) * np.mean(expected) / np.std(expected))
    assert found.active.index[0] == MONTHS[1]
    assert found.switches == (hold.astype(int).diff().abs() > 0).sum()
    assert found.switches_base == 1
    # Lo (2002): the standard error of a monthly Sharpe ratio near zero is 1 / sqrt(T).
    single = switching_test(d, hold, base, cost=0, seed=1, draws=1999, block_length=1)
    assert single.law.std_error == pytest.approx(np.sqrt(12 / 299), rel=0.08)


def test_foresight_pays_and_rare_differences_do_not_break_the_draws() -> None:
    rng = np.random.default_rng(4)
    d = pd.Series(0.03 * rng.standard_normal(300), MONTHS)
    clever = (d.shift(-1) > 0).astype(float)
    assert switching_test(d, clever, 0 * d, seed=1, draws=199).law.p_value() <= 0.02
    rare = pd.Series((np.arange(300) == 50).astype(float), MONTHS)
    law = switching_test(d, rare, 0 * d, seed=1, draws=199).law
    assert (law.draws == 0).any()
    assert np.isfinite(law.draws).all()


@samples(30, 150)
def test_useless_switching_is_rejected_at_its_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    p = []
    for i in range(N):
        rng = np.random.default_rng(i)
        d = pd.Series(rng.standard_normal(300), MONTHS)
        hold = pd.Series(rng.random(300) > 0.5, MONTHS)
        law = switching_test(d, hold, 0 * d, cost=0, seed=i, draws=199, block_length=12).law
        p.append(law.p_value())
    assert_rate(p, excess=0.02)  # blocks of 12 in 299 rows understate the spread a little


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="outcome"), "lacks outcome"),
        (lambda frame: frame.head(5), "at least 8 outcomes; it has 5"),
        (lambda frame: frame + 1, "between 0 and 1"),
        (lambda frame: frame.assign(probability=0.5), "equal the base rate at every date"),
        (lambda frame: frame.head(30), "`block_length` must lie between 1 and 30"),
    ],
)
def test_bad_forecasts_are_named(change: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        brier_test(change(forecasts(1)), seed=1)


@pytest.mark.parametrize(
    ("hold", "cost", "message"),
    [
        (0.0, 0.002, "`hold` never differs"),
        (2.0, 0.002, "`hold` must hold shares"),
        (1.0, -1.0, "`cost` must not be negative"),
    ],
)
def test_bad_holdings_are_named(hold: float, cost: float, message: str) -> None:
    d = pd.Series(np.random.default_rng(1).standard_normal(300), MONTHS)
    with pytest.raises(InputError, match=message):
        switching_test(d, pd.Series(hold, MONTHS), pd.Series(0.0, MONTHS), cost=cost, seed=1)
