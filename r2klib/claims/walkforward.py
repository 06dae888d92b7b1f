"""Conclusion, continued: the walk-forward. Do the pillars together foretell?

At every month end a logit on the score of pillars is fitted to the outcomes that had ended, and
read at that month's score. Its benchmark is the share of leads so far: the base rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from r2klib.claims import macro, measures, pairs, score
from r2klib.claims.book_to_market import NEEDS
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Specification
from r2klib.claims.pairs import SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import (
    BrierTest,
    brier_test,
    expanding_logit,
    forecast_test,
    forward_outcome,
    walk_forward,
)
from r2klib.stats.chance import named

theme = Theme("conclusion")

_SCORE = ("PAYEMS", "INDPRO", "UNRATE", "FEDFUNDS", "TB3MS", "CPIAUCSL", "BAA", "AAA")
SAMPLE_SCORE = (*_SCORE, "french.factors")
LIVE_SCORE = (*_SCORE, *NEEDS)

HORIZON = 12
#: Ended outcomes before the first forecast; short pairs must start sooner.
FIRST, FIRST_OF = 120, {"etf": 72, "index": 96, "sp600": 72}
SEED, BLOCK, LAGS = 36, 36, 18


@dataclass(frozen=True)
class WalkForward:
    """Score, odds and outcomes of every month.

    Parameters
    ----------
    pair : Pair
    d : Series
        Monthly d of the pair.
    parts : DataFrame
        `score.conditions` by month.
    score : Series
        Conditions met, 0 to 4.
    forecasts : DataFrame
        As `expanding_logit` returns: probability, base_rate, outcome, by month of the forecast.
    """

    pair: pairs.Pair
    d: pd.Series
    parts: pd.DataFrame
    score: pd.Series
    forecasts: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per forecast: conditions, score, odds, base rate, and d over the next 12 months.

        `d_ahead` is in decimals and, like `outcome`, NaN while it is not known.
        """
        ahead = self.d.rolling(HORIZON).sum().shift(-HORIZON).rename("d_ahead")
        return (
            self.parts.join(self.score, how="inner")
            .join(self.forecasts, how="inner")
            .join(ahead, how="left")
        )


def walk(
    data: Dataset,
    pair: pairs.Pair | None = None,
    *,
    parts: pd.DataFrame | None = None,
    prior_sd: float = 0.25,
    horizon: int = HORIZON,
) -> WalkForward:
    """The walk-forward of one pair, by default the primary one; see `WalkForward`."""
    chosen = pair or pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    met = score.conditions(data) if parts is None else parts
    total = score.total(met)
    d = chosen.d(data)
    forecasts = expanding_logit(
        forward_outcome(d, horizon),
        total,
        horizon=horizon,
        min_train=FIRST_OF.get(chosen.name, FIRST),
        prior_sd=prior_sd,
    )
    return WalkForward(chosen, d, met, total, forecasts)


def _skill(forecasts: pd.DataFrame, draws: int = measures.SPEC_DRAWS) -> BrierTest:
    return brier_test(forecasts, seed=SEED, draws=draws, hac_lags=LAGS, block_length=BLOCK)


def _skill_estimate(test: BrierTest, horizon: int = HORIZON) -> Estimate:
    return measures.from_fit(
        test.skill,
        unit="Brier skill",
        scale=1.0,
        what="walk-forward logit against the expanding base rate",
        null="the odds are no better than the base rate",
        n_effective=round(test.nobs / horizon, 1),
    )


@theme.claim(
    id="C1",
    statement="Taken together the pillars foretell whether small companies will lead.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=0.02,
    sei_unit="Brier skill",
    measure=(
        "Walk-forward Brier skill of an expanding logit on the score of pillars, against the "
        "expanding base rate, target d > 0 over the next 12 months, purged."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": SAMPLE_SCORE, "live": LIVE_SCORE},
)
def pillars_foretell(data: Dataset) -> Evidence:
    """Brier skill of the walk-forward odds, HAC 18; a 36-month block bootstrap stands beside it.

    Score 0-4: E0, R0, V0 and no light of K0 on, each as published by month end; see
    `r2klib.claims.score`. Decided before any result: the score starts with the funds rate in 1955
    (the 3-month bill, from 1950, is in the curve); "first forecast after 120 months" means 120
    outcomes that have ended, as the purge asks; both editions read stress off the Baa-Aaa spread.
    The out-of-sample R2 beside it forecasts next month's d from the score summed over 12 months.
    """
    found = walk(data)
    test = _skill(found.forecasts, measures.DRAWS)
    answer = _skill_estimate(test)
    table = found.to_frame().dropna(subset="outcome")
    low, high = answer.interval
    above = table["probability"] > table["base_rate"]
    led = 100 * table.groupby(above)["outcome"].mean()
    ahead = 100 * table.groupby(above)["d_ahead"].mean()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(found.d.index),
        finding=(
            f"Odds from the score of pillars had a Brier skill of {answer.value:+z.3f} against the "
            f"base rate over {answer.n} monthly forecasts (90 % interval {low:+z.3f} to "
            f"{high:+z.3f})"
        ),
        meaning=_acted_on(led, ahead),
        pair=found.pair.name,
        vintage=macro.vintage(data, *score.revised_series(data), start=found.score.index[0]),
        specifications=_skill_curve(data, found, test),
        exhibits=(
            _odds_figure(data, found, test),
            _by_score(table),
            _gain_figure(data, table),
        ),
        remarks=_skill_remarks(found, test, table),
    )


def _acted_on(led: pd.Series, ahead: pd.Series) -> str:
    """What followed odds above and below the base rate, in words and money."""
    if len(led) < 2:
        return "The odds never left the same side of the base rate."
    return (
        f"When the odds stood above the base rate, small companies led over the next year in "
        f"{led[True]:.0f} % of months and {measures.STAKE:,} USD in them ended "
        f"{measures.ahead(float(ahead[True]))} large ones on average; when below, in "
        f"{led[False]:.0f} %, and ended {measures.ahead(float(ahead[False]))} them."
    )


def _skill_curve(data: Dataset, found: WalkForward, test: BrierTest) -> tuple[Specification, ...]:
    """Other bootstraps, scores, priors, horizons and pairs, where odds ever leave the base rate."""
    low, high = test.law.interval(measures.LEVEL)
    blocks = Specification(
        label=f"{BLOCK}-month block bootstrap", value=test.law.value, interval=(low, high),
        n=test.nobs,
    )  # fmt: skip
    first, second = measures.halves(found.forecasts.dropna().index)
    ended = found.forecasts.dropna()
    frames = {
        "first half of forecasts": ended.iloc[first],
        "second half of forecasts": ended.iloc[second],
        "base rate wherever the score spoke against small": _thesis_way(ended),
        "wide prior (sd 1)": walk(data, parts=found.parts, prior_sd=1.0).forecasts,
    } | {
        f"without {part}": walk(data, parts=found.parts.drop(columns=part)).forecasts
        for part in score.PARTS
    }
    if data.kind == "sample":
        longer = score.conditions(data, bill=True)
        frames["3-month bill before 1955"] = walk(data, parts=longer).forecasts
    elif "^VIX" in data or "BAA10Y" in data:
        wider = score.conditions(data, daily_gauges=True)
        frames["stress by VIX and Baa-10y too"] = walk(data, parts=wider).forecasts
    beside = macro.revised(data, *score.revised_series(data))
    if beside is not None:
        frames[macro.REVISED_BESIDE] = walk(beside).forecasts
    for other in pairs.available(data):
        if other.name != found.pair.name and long_enough(other.d(data), found.score, other.name):
            frames[f"pair: {other.name}"] = walk(data, other, parts=found.parts).forecasts
    variants = {
        label: _skill_estimate(_skill(frame))
        for label, frame in frames.items()
        if (frame["probability"] != frame["base_rate"]).any()
    }
    for months in (6, 24):
        other_horizon = walk(data, parts=found.parts, horizon=months).forecasts
        variants[f"{months} months ahead"] = _skill_estimate(_skill(other_horizon), months)
    return (blocks, *measures.specify(variants))


def _thesis_way(forecasts: pd.DataFrame) -> pd.DataFrame:
    """The forecasts with the base rate in place of odds whose slope has the wrong sign."""
    odds = forecasts["probability"].where(forecasts["slope"] > 0, forecasts["base_rate"])
    return forecasts.assign(probability=odds)


def long_enough(d: pd.Series, total: pd.Series, pair: str) -> bool:
    """Whether a pair leaves three blocks of scored forecasts."""
    both = d.index.intersection(total.index)
    return len(both) >= FIRST_OF.get(pair, FIRST) + 2 * HORIZON + 3 * BLOCK


def _skill_remarks(found: WalkForward, test: BrierTest, table: pd.DataFrame) -> tuple[str, ...]:
    low, high = test.law.interval(measures.LEVEL)
    monthly = forecast_test(
        walk_forward(found.d, found.score, HORIZON, min_train=FIRST_OF.get(found.pair.name, FIRST))
    )
    full = table[_few_and_many(table)[1]]
    against = 100 * float((table["slope"] < 0).mean())
    return (
        (
            f"Written every month since {table.index[0]:%B %Y}, the thesis would have been right "
            f"in {100 * table['outcome'].mean():.0f} % of {len(table)} months; written only where "
            f"three or four conditions were met, in {100 * full['outcome'].mean():.0f} % of "
            f"{len(full)}."
            if len(full)
            else f"Since {table.index[0]:%B %Y} no month met three conditions."
        ),
        (
            f"In {against:.0f} % of forecasts the outcomes so far said that a higher score spoke "
            "against small companies."
        ),
        (
            f"Resampling blocks of {BLOCK} months gives {named('p', test.law.p_value(), '.2f')} "
            f"and a 90 % interval of {low:+z.3f} to {high:+z.3f}."
        ),
        (
            f"The odds were on the right side of one half in {100 * test.hit_rate:.0f} % of months "
            f"(std. error {100 * test.hit_rate_error:.1f} points), the base rate in "
            f"{100 * test.hit_rate_base:.0f} %; mean log score {test.log_score:.3f} against "
            f"{test.log_score_base:.3f}."
        ),
        (
            f"Forecasts of next month's d from the same score: out-of-sample R² "
            f"{100 * monthly.r2:.1f} %, Clark-West {named('p', monthly.pvalue, '.2f')}."
        ),
    )


def _odds_figure(data: Dataset, found: WalkForward, test: BrierTest) -> Exhibit:
    frame = 100 * found.forecasts[["probability", "base_rate"]]
    frame = frame.set_axis(["odds from the score", "base rate to date"], axis="columns")
    low, high = frame["odds from the score"].min(), frame["odds from the score"].max()
    bottom, top = test.skill.conf_int(measures.LEVEL)
    verdict = "better than" if bottom > 0 else "worse than" if top < 0 else "no better than"
    return Exhibit(
        kind="paths",
        title=(
            f"Odds between {low:z.0f} and {high:z.0f} % were {verdict} the base rate: "
            f"Brier skill {test.skill.value:+z.3f}"
        ),
        frame=frame,
        x="",
        y="probability that small leads over the next 12 months, %",
        spans=macro.recession_spans(data, frame.index[0], frame.index[-1]),
        marks={"even": 50.0},
        note="Each month's odds use outcomes that had ended by then and published figures only.",
    )


def _by_score(table: pd.DataFrame) -> Exhibit:
    grouped = 100 * table.groupby("score")[["outcome", "probability"]].mean()
    counts = table.groupby("score").size()
    grouped.index = pd.Index([f"{level:.0f} of 4 ({n} months)" for level, n in counts.items()])
    few, many = (100 * table["outcome"][met].mean() for met in _few_and_many(table))
    return Exhibit(
        kind="bars",
        title=(
            f"Small led over the next year in {few:.0f} % of months with at most one condition "
            f"met, in {many:.0f} % with three or four"
        ),
        frame=grouped.set_axis(["came true", "odds given"], axis="columns"),
        x="conditions met",
        y="% of months",
        note=f"Months overlap: {len(table)} forecasts are worth about {len(table) / HORIZON:.0f}.",
    )


def _few_and_many(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Months in which at most one, and in which three or four conditions were met."""
    return table["score"] <= 1, table["score"] >= 3


def _gain_figure(data: Dataset, table: pd.DataFrame) -> Exhibit:
    errors = {name: (table[name] - table["outcome"]) ** 2 for name in ("base_rate", "probability")}
    gain = (errors["base_rate"] - errors["probability"]).cumsum()
    share = 100 * float((gain.diff().dropna() > 0).mean())
    return Exhibit(
        kind="paths",
        title=f"The odds beat the base rate in {share:.0f} % of months",
        frame=gain.to_frame("gain so far"),
        x="",
        y="squared error saved against the base rate, cumulative",
        spans=macro.recession_spans(data, gain.index[0], gain.index[-1]),
        marks={"no gain": 0.0},
        note="A line that rises: the odds were better than the base rate in those months.",
    )
