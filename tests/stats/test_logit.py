import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from r2klib.errors import InputError
from r2klib.stats import expanding_logit, forward_outcome, logit_odds
from tests.stats.sizes import examples, samples

MONTHS = pd.date_range("1950-01-31", periods=240, freq="ME")


def world(seed: int, effect: float = 0.0, levels: int | None = 5) -> tuple[pd.Series, pd.Series]:
    """Log returns and a slow score, in `levels` steps or continuous."""
    rng = np.random.default_rng(seed)
    x = np.zeros(240)
    for t in range(1, 240):
        x[t] = 0.95 * x[t - 1] + rng.standard_normal()
    score = x if levels is None else np.clip(np.round(x / 2) + 2, 0, levels - 1)
    d = 0.03 * (rng.standard_normal(240) + effect * np.append(0, x[:-1]))
    return pd.Series(d, MONTHS, name="d"), pd.Series(score, MONTHS, name="score")


def refit(z: np.ndarray, o: np.ndarray, tau: float, w: float) -> np.ndarray:
    def loss(beta: np.ndarray) -> float:
        eta = beta[0] + beta[1] * z
        return -w * (o * eta - np.logaddexp(0, eta)).sum() + beta[1] ** 2 / (2 * tau**2)

    return minimize(loss, [0.0, 0.0], method="BFGS", options={"gtol": 1e-9}).x


def test_outcomes_by_loop() -> None:
    d, _ = world(1)
    outcome = forward_outcome(d, 12)
    for t in range(240):
        if t + 12 < 240:
            assert outcome.iloc[t] == (d.iloc[t + 1 : t + 13].sum() > 0)
        else:
            assert np.isnan(outcome.iloc[t])


@pytest.mark.parametrize("levels", [5, None])
def test_every_forecast_against_a_naive_refit(levels: int | None) -> None:
    """A loop that knows nothing of counts: cut the sample at t, fit by BFGS, read at t."""
    d, score = world(2, effect=0.2, levels=levels)
    score = score.where(MONTHS[99] != MONTHS)
    found = expanding_logit(forward_outcome(d), score, min_obs=60)
    assert found.index[-1] == MONTHS[-1]
    for date in found.index[::9]:
        known = d.loc[:date]
        rows = pd.DataFrame({"o": forward_outcome(known), "s": score.loc[:date]}).dropna()
        z = (rows["s"] - rows["s"].mean()) / rows["s"].std(ddof=0)
        a, b = refit(z.to_numpy(), rows["o"].to_numpy(), 0.25, 1 / 12)
        now = (score[date] - rows["s"].mean()) / rows["s"].std(ddof=0)
        row = found.loc[date]
        assert row["n_train"] == len(rows)
        assert row["base_rate"] == pytest.approx(rows["o"].mean())
        assert row["slope"] == pytest.approx(b, abs=1e-5)
        assert row["probability"] == pytest.approx(1 / (1 + np.exp(-a - b * now)), abs=1e-5)


def test_memory_grows_with_the_rows_not_with_their_square() -> None:
    rng = np.random.default_rng(8)
    score, outcome = rng.standard_normal(900), (rng.random(900) < 0.5).astype(float)
    tracemalloc.start()
    expanding_logit(outcome, score)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 900 * 900 * 8  # less than one number for each forecast and row


def test_without_a_prior_it_is_statsmodels_logit() -> None:
    d, score = world(3, effect=0.2)
    outcome = forward_outcome(d)
    found = expanding_logit(outcome, score, min_obs=60, prior_sd=np.inf).iloc[-1]
    rows = pd.DataFrame({"o": outcome, "s": score}).dropna()
    X = np.column_stack([np.ones(len(rows)), rows["s"]])
    fit = GLM(rows["o"].to_numpy(), X, family=Binomial()).fit()
    assert found["slope"] == pytest.approx(fit.params[1] * rows["s"].std(ddof=0))
    assert found["probability"] == pytest.approx(fit.predict([[1, score.iloc[-1]]])[0])


@examples(8)
@given(st.integers(0, 99), st.sampled_from([-2.0, 0.01, 30.0]), st.floats(-5, 5))
def test_units_of_the_score_do_not_matter(seed: int, scale: float, shift: float) -> None:
    d, score = world(seed, levels=None)
    a = expanding_logit(forward_outcome(d), score)["probability"]
    b = expanding_logit(forward_outcome(d), scale * (score + shift))["probability"]
    np.testing.assert_allclose(a, b, rtol=1e-6)


def test_outcomes_that_are_all_alike_and_scores_that_do_not_vary() -> None:
    d, score = world(4)
    found = expanding_logit(forward_outcome(d.abs()), score)
    assert (found[["probability", "base_rate"]] == 1).all(axis=None)
    found = expanding_logit(forward_outcome(d), 0 * score)
    np.testing.assert_allclose(found["probability"], found["base_rate"])


def test_odds_are_the_last_forecast_with_draws_around_it() -> None:
    d, score = world(6, effect=0.3)
    outcome = forward_outcome(d)
    odds = logit_odds(outcome, score, seed=1, draws=499)
    last = expanding_logit(outcome, score).iloc[-1]
    assert odds.probability == pytest.approx(last["probability"])
    assert odds.base_rate == last["base_rate"]
    assert (odds.months, odds.n_effective) == (228, 19)
    assert odds.in_bin == (score.iloc[:228] == score.iloc[-1]).sum()
    low, high = odds.law.interval()
    assert low < odds.probability < high
    assert logit_odds(outcome, score, 4, seed=1, draws=99).probability > odds.base_rate
    assert "base rate" in odds.summary()
    # One draw by hand: its rows, its own standardisation, BFGS.
    starts = np.random.default_rng(1).integers(228, size=(499, 7))[3]
    rows = np.concatenate([(start + np.arange(36)) % 228 for start in starts])[:228]
    s, o = score.to_numpy()[rows], outcome.to_numpy()[rows]
    a, b = refit((s - s.mean()) / s.std(), o, 0.25, 1 / 12)
    p = 1 / (1 + np.exp(-a - b * (score.iloc[-1] - s.mean()) / s.std()))
    assert odds.law.draws[3] == pytest.approx(p, abs=1e-5)


@samples(20, 60)
def test_odds_without_a_link_hardly_ever_leave_the_base_rate(N: int) -> None:
    """The prior shrinks what is learnt, the interval keeps the base rate's own doubt: cautious."""
    beats = []
    for i in range(N):
        d, score = world(i)
        beats.append(logit_odds(forward_outcome(d), score, seed=i, draws=99).beats_base_rate())
    assert np.mean(beats) <= 0.10


def test_a_strong_link_leaves_the_base_rate() -> None:
    rng = np.random.default_rng(7)
    score = rng.standard_normal(240)
    outcome = (rng.random(240) < 1 / (1 + np.exp(-2 * score))).astype(float)
    assert logit_odds(outcome, score, 1.5, seed=1, draws=99, prior_sd=1.0).beats_base_rate()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": np.full(240, 0.5)}, "`outcome` must hold only 0, 1 and NaN"),
        ({"min_obs": 239}, "`min_obs` 239 leaves nothing to forecast: 228 outcomes"),
        ({"prior_sd": 0}, "`prior_sd` must be above 0"),
        ({"horizon": 0}, "`horizon` must be at least 1"),
        ({"score": np.ones(100)}, "No dates in common: .*DatetimeIndex and RangeIndex"),
    ],
)
def test_bad_input_is_named(change: dict, message: str) -> None:
    d, score = world(1)
    arguments = {"outcome": forward_outcome(d), "score": score} | change
    with pytest.raises(InputError, match=message):
        expanding_logit(**arguments)


def test_separated_outcomes_need_a_prior() -> None:
    score = np.arange(240.0)
    outcome = (score > 100).astype(float)
    assert len(expanding_logit(outcome, score, min_obs=130)) > 0
    with pytest.raises(InputError, match="separates the outcomes"):
        expanding_logit(outcome, score, min_obs=130, prior_sd=np.inf)
