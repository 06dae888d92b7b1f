"""Designs in worlds in which their nulls are true, one row of months elsewhere or turned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.designs import AfterEvents, Design, Foretell, Mean, Ratio, Slope, with_events
from r2klib.claims.themes.conclusion import Skill, Switching, held, walked
from r2klib.claims.themes.history import FromItsPast, VarianceRatio
from r2klib.claims.themes.profile import Gradient, Losses
from r2klib.claims.themes.risks import ExtraFall
from r2klib.claims.themes.sectors import Sum
from r2klib.errors import InputError
from r2klib.stats import log_shortfall_ratio, log_volatility_ratio, ols_hac, wild_bootstrap
from tests.claims.test_designs import INDEX, driven, falling, foretold, noise, two_legs

DRAWS = 199


@dataclass(frozen=True)
class Backwards:
    """Values in the opposite order, or every second year with the other sign."""

    shuffles: bool

    def moved(self, values, block=12):
        if self.shuffles:
            return pd.Series(values.to_numpy()[::-1], values.index)
        return values * np.where(self.turned(values.index, block), -1.0, 1.0)

    def turned(self, index, block=12):
        return (np.arange(len(index)) // block) % 2 == 1


BOTH = [Backwards(True), Backwards(False)]
SLOPE = Slope(unit="%", null="no link", scale=100.0, draws=DRAWS, claimed=2.0)
EVENTS = with_events(noise(0), INDEX[range(5, 600, 40)])
RATIO = Ratio(statistic=log_volatility_ratio, null="alike", draws=DRAWS, claimed=0.1)
SIZES = pd.DataFrame({f"D{i}": noise(i, 0.02 + 0.002 * i) for i in range(5)})
CONDITIONS = pd.DataFrame(
    {
        name: (noise(at, 1.0) > 0).astype(float)
        for at, name in enumerate(("economy", "rates", "valuation", "calm"))
    }
)
WALK = walked(CONDITIONS, noise(9))
DESIGNS = {
    "slope": (SLOPE, driven(market=noise(5))),
    "slope of one": (replace(SLOPE, null_value=1.0), driven()),
    "events": (AfterEvents(what="test", draws=DRAWS, claimed=5.0), EVENTS),
    "mean": (Mean(draws=DRAWS, claimed=2.0), (0.01 + noise(0)).to_frame("y")),
    "foretell": (Foretell(draws=DRAWS, claimed=2.5), foretold()),
    "joint": (Foretell(draws=DRAWS, claimed=2.5, law="joint"), foretold()),
    "ratio": (RATIO, two_legs()),
    "falls": (ExtraFall(draws=DRAWS, claimed=5.0), falling()),
}
WITHOUT_EFFECTS = {
    "variance ratio": (VarianceRatio(draws=DRAWS), noise(0).to_frame("y")),
    "own past": (
        FromItsPast(draws=DRAWS),
        pd.DataFrame({"y": noise(0), "signal": noise(0).rolling(12).sum()}),
    ),
    "sizes": (Gradient(columns=tuple(SIZES), draws=DRAWS), SIZES),
    "skill": (Skill(draws=DRAWS), WALK),
    "switching": (Switching(draws=DRAWS), held(WALK)),
}


@pytest.mark.parametrize(("design", "rows"), DESIGNS.values(), ids=DESIGNS)
def test_an_effect_moves_the_law_as_it_would_move_the_rows(design, rows):
    """Witness of the shift: the effect really put into the rows of the world, and asked again.

    Simulated signals see a little more variance in returns that hold an effect.
    """
    effects, close = (-2.0, 3.0) if not isinstance(design, Ratio) else (-0.1, 0.2), 1e-6
    if isinstance(design, Foretell):
        close = 0.05
    if isinstance(design, ExtraFall):
        close = 0.01
    for world, found in zip(BOTH, design.answers(rows, BOTH, effects), strict=True):
        null, *with_effects = found
        false = _rows_of(design, rows, world)
        _alike(design(false), null, 1e-9)
        for effect, said in zip(effects, with_effects, strict=True):
            _alike(design(design.planted(false, effect)), said, close, loose_p=close > 1e-6)


def _rows_of(design, rows, world):
    """The rows of a world; of regressions by ordinary algebra."""
    if not isinstance(design, Slope | AfterEvents | Mean):
        return design.in_world(rows, world)
    asked = design.equation(rows)
    if asked.X is None:
        errors, fitted = asked.y - asked.y.mean(), 0.0
        turned = np.where(world.turned(errors.index), -1.0, 1.0)
        return rows.assign(y=fitted + errors * turned)
    X = asked.X.copy()
    fit = ols_hac(asked.y, X)
    if not world.shuffles:
        beta = pd.Series(fit.params)
        (name,) = asked.weights
        y = fit.fitted - (beta[name] - asked.null_value) * _net(X, name) + world.moved(fit.resids)
        return rows.assign(y=y)
    (name,) = asked.weights
    left = asked.y - asked.null_value * X[name]
    restricted = ols_hac(left, X.drop(columns=name)) if X.shape[1] > 1 else None
    errors = left - left.mean() if restricted is None else restricted.resids
    return rows.assign(y=asked.y - errors + world.moved(errors))


def _net(X, name):
    """A regressor less what the constant and the others explain of it."""
    others = X.drop(columns=name)
    return X[name] - X[name].mean() if others.empty else ols_hac(X[name], others).resids


def _alike(one, other, close, loose_p=False):
    scale = one.std_error
    assert other.value == pytest.approx(one.value, abs=close * scale * 10)
    assert other.interval == pytest.approx(one.interval, abs=max(close * 10, 1e-5) * scale)
    assert other.p_value == pytest.approx(one.p_value, abs=0.05 if loose_p else 1e-9)
    assert other.p_claimed == pytest.approx(one.p_claimed, abs=0.05 if loose_p else 1e-9)


@pytest.mark.parametrize(("design", "rows"), WITHOUT_EFFECTS.values(), ids=WITHOUT_EFFECTS)
def test_an_answer_in_a_world_is_that_of_its_rows(design, rows):
    for world, found in zip(BOTH, design.answers(rows, BOTH, ()), strict=True):
        assert found == [design(design.in_world(rows, world))]


def test_the_null_is_true_of_the_rows_of_a_world():
    turned = Backwards(False)
    legs = RATIO.in_world(two_legs(), turned)
    ratio = [float(log_volatility_ratio(half)) for half in (legs[turned.turned(legs.index)], legs)]
    assert ratio[1] == pytest.approx(0.0, abs=0.05)
    losses = Losses(statistic=log_shortfall_ratio(0.05), null="alike")
    simple = np.expm1(two_legs())
    alike = losses.planted(simple, -float(losses.statistic(simple)))
    assert float(losses.statistic(alike)) == pytest.approx(0.0, abs=0.02)  # scaled in logs
    small = ExtraFall().in_world(falling(), BOTH[0])
    assert (small["small"] - small["large"]).mean() == pytest.approx(0.0, abs=1e-12)
    past = FromItsPast().in_world(WITHOUT_EFFECTS["own past"][1], turned)
    assert past["signal"].iloc[30] == pytest.approx(past["y"].iloc[19:31].sum())


def test_a_signal_made_of_returns_keeps_its_surprises_with_them():
    rows = foretold()
    made = DESIGNS["joint"][0].in_world(rows, Backwards(True))
    assert made["signal"].autocorr(1) == pytest.approx(rows["signal"].autocorr(1), abs=0.05)
    for one in (rows, made):
        surprise = one["signal"] - 0.8 * one["signal"].shift(1)
        assert abs(surprise.corr(one["y"])) < 0.15  # of unlinked signals, before and after
    down = rows.assign(y=-0.02 * (rows["signal"] - 0.8 * rows["signal"].shift(1)) + 0.1 * noise(1))
    again = DESIGNS["joint"][0].in_world(down, Backwards(True))
    linked = [(x["signal"] - 0.8 * x["signal"].shift(1)).corr(x["y"]) for x in (down, again)]
    assert linked[0] < -0.5
    assert linked[1] == pytest.approx(linked[0], abs=0.05)


def test_means_change_signs_in_worlds_of_both_sorts():
    """A mean is the same in any order: a shuffle would leave it exactly where it was."""
    design, rows = DESIGNS["mean"]
    moved, turned = (found[0].value for found in design.answers(rows, BOTH, ()))
    assert moved == pytest.approx(turned)
    assert abs(moved) < abs(design(rows).value)


def test_many_responses_are_each_their_own_wild_bootstrap():
    design, rows = DESIGNS["slope"]
    (null,) = next(iter(design.answers(rows, BOTH[:1], ())))
    false = _rows_of(design, rows, BOTH[0])
    law = wild_bootstrap(
        false["y"], false.drop(columns="y"), {"driver": 1.0}, block=12, seed=3, draws=DRAWS
    )
    assert null.p_value == law.p_value()


def test_a_design_without_a_world_says_so():
    assert Design(unit="%", null="none").world == ""
    with pytest.raises(InputError, match="Sum has no world in which its null is true"):
        next(iter(Sum().answers(noise(0).to_frame("y"), BOTH, ())))
