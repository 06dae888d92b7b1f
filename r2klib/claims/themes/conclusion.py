"""Conclusion: do the pillars together foretell, do recoveries pay, what are the odds, do they pay?

The walk-forward: at every month end a logit on the score of pillars is fitted to the outcomes that
had ended, and read at that month's score. Its benchmark is the share of leads so far: the base
rate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, score, signals, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.book_to_market import NEEDS, NEEDS_FINER
from r2klib.claims.designs import (
    DRAWS,
    FEW_DRAWS,
    SPEC_DRAWS,
    AfterEvents,
    Design,
    World,
    around,
    broken_mean,
    with_events,
)
from r2klib.claims.estimates import LEVEL
from r2klib.claims.nouns import PAIR, Estimate, Reading, Stability, Told, kind_of
from r2klib.claims.pairs import SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.score import LAGS
from r2klib.claims.search import Search, stationary, titled, without_outliers
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing, listing
from r2klib.stats import (
    BrierTest,
    SwitchingFit,
    brier_test,
    expanding_logit,
    forecast_test,
    forward_outcome,
    logit_odds,
    switching_test,
    walk_forward,
)
from r2klib.stats.chance import named

theme = Theme("conclusion")

_SCORE = ("PAYEMS", "INDPRO", "UNRATE", "FEDFUNDS", "CPIAUCSL", "BAA", "AAA")
_POLICY = ("DFEDTARU", "DGS2", "DGS10")
_NEEDS = {"sample": (*_SCORE, "french.factors"), "live": (*_SCORE, *_POLICY, *NEEDS)}
_AT_HAND = (*signals.AT_HAND, *NEEDS_FINER, "DFEDTAR")

HORIZON = 12
#: Ended outcomes before the first forecast; short pairs must start sooner.
FIRST, FIRST_OF = 120, {"etf": 72, "index": 96, "sp600": 72}
#: Of the block bootstraps.
SEED, BLOCK = 36, 36


def walk(
    data: Dataset,
    pair: str,
    *,
    parts: pd.DataFrame | None = None,
    prior_sd: float = 0.25,
    horizon: int = HORIZON,
) -> pd.DataFrame:
    """The walk-forward of one pair by `parts`, by default the conditions of `r2klib.claims.score`.

    By month: the conditions and how many are met (``score``); ``d``; over the months ahead
    ``d_ahead``, decimals, and ``outcome``, one where it is above zero; and, from the first forecast
    on, ``probability``, ``base_rate``, ``slope`` and ``n_train`` of `r2klib.stats.expanding_logit`.
    NaN while not known. `prior_sd` is of the slope, per standard deviation of the score.
    """
    met = score.conditions(data) if parts is None else parts
    d = pairs.get(pair).d(data)
    return walked(met, d, horizon, min_obs=FIRST_OF.get(pair, FIRST), prior_sd=prior_sd)


def walked(
    met: pd.DataFrame,
    d: pd.Series,
    horizon: int = HORIZON,
    *,
    min_obs: int = FIRST,
    prior_sd: float = 0.25,
) -> pd.DataFrame:
    """The walk-forward of d by conditions met; columns as in `walk`."""
    total, outcome = score.total(met), forward_outcome(d, horizon)
    forecasts = expanding_logit(
        outcome, total, horizon=horizon, min_obs=min_obs, prior_sd=prior_sd
    ).drop(columns="outcome")
    ahead = d.rolling(horizon).sum().shift(-horizon)
    own = pd.DataFrame({"score": total, "d": d, "d_ahead": ahead, "outcome": outcome})
    return met.join([own, forecasts], how="outer", sort=True).loc[met.index[0] :]


def _in_a_world(rows: pd.DataFrame, world: World, horizon: int = HORIZON) -> pd.DataFrame:
    """The walk-forward of d that has moved, by the conditions as they were met."""
    met = rows[list(score.PARTS)].dropna(how="all")
    return walked(met, around(rows["d"], world).dropna(), horizon)


# ---- C1: do the pillars foretell? --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Skill(Design):
    """Edge of probabilities over the base rate to date, Newey-West or by a bootstrap in `blocks`.

    Half the difference of squared errors, adjusted as Clark and West do for what odds that nest the
    base rate lose by construction, over the squared error of the base rate: Brier skill's own unit.
    Rows: ``probability``, ``base_rate`` and ``outcome``, which takes `horizon` periods.
    """

    unit: str = "Brier skill"
    null: str = "the odds are no better than the base rate"
    horizon: int = HORIZON
    blocks: bool = False
    draws: int = DRAWS
    seed: int = SEED

    needs = ("probability", "base_rate", "outcome")
    world = "timing"

    def judge(self, rows: pd.DataFrame, /) -> BrierTest:
        """The whole comparison, with hits and log scores."""
        return brier_test(
            self.used(rows),
            seed=self.seed,
            draws=self.draws if self.blocks else FEW_DRAWS,
            hac_lags=LAGS,
            block_length=BLOCK,
        )

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Forecasts of d that has moved, by the conditions as they were met."""
        return _in_a_world(rows, world, self.horizon)

    def told(self, rows: pd.DataFrame, test: BrierTest, /) -> Estimate:  # noqa: ARG002
        """The skill with its interval."""
        if self.blocks:
            return self.estimate_from(test.law, n=test.nobs)
        n_effective = round(test.nobs / self.horizon, 1)
        return self.estimate_from(test.edge, what=self.what, n_effective=n_effective)

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:
        """The break test of the mean adjusted gain."""
        used = self.used(rows)
        p, r, o = (used[name] for name in self.needs)
        return broken_mean((r - o) ** 2 - (p - o) ** 2 + (p - r) ** 2, LAGS, self.seed, BLOCK)

    def until(self, rows: pd.DataFrame) -> pd.Timestamp:
        """The last return that ended an outcome."""
        return pd.Timestamp(rows["d"].dropna().index[-1])


def _other_odds(ask: Ask) -> Points:
    yield f"{BLOCK}-month block bootstrap", ask.of(blocks=True, draws=DRAWS)
    for label, rows in _other_walks(ask):
        told_apart = rows["probability"] != rows["base_rate"]
        if told_apart[rows["probability"].notna()].any():
            yield label, ask.of(rows)
    parts = _parts(ask)
    for months in (6, 24):
        rows = ask.claim.rows(ask.data, parts=parts, horizon=months)
        yield f"{months} months ahead", ask.of(rows, horizon=months)


def _parts(ask: Ask) -> pd.DataFrame:
    return ask.rows[list(score.PARTS)]


def _other_walks(ask: Ask) -> Iterator[tuple[str, pd.DataFrame]]:
    """Other spans, scores, priors and pairs."""
    rows, data, parts = ask.rows, ask.data, _parts(ask)
    for label, part in ask.design.halves(rows):
        yield f"{label} of forecasts", part
    # Where the slope had the wrong sign, the thesis would have gone by the base rate.
    thesis = rows["probability"].where(rows["slope"] > 0, rows["base_rate"])
    yield "base rate wherever the score spoke against small", rows.assign(probability=thesis)
    yield "wide prior (sd 1)", ask.claim.rows(data, parts=parts, prior_sd=1.0)
    for name in score.PARTS:
        yield f"without {name}", ask.claim.rows(data, parts=parts.drop(columns=name))
    if data.kind == "sample" and ask.held("TB3MS"):
        longer = score.conditions(data, bill=True)
        yield "3-month bill before 1955", ask.claim.rows(data, parts=longer)
    elif ask.held("^VIX") or ask.held("BAA10Y"):
        wider = score.conditions(data, daily_gauges=True)
        yield "stress by VIX and Baa-10y too", ask.claim.rows(data, parts=wider)
    yield from _revised_and_pairs(ask)


def _revised_and_pairs(ask: Ask) -> Iterator[tuple[str, pd.DataFrame]]:
    """The walk on revised data, and of every pair that leaves three blocks of forecasts."""
    beside = signals.revised(ask.data, *score.revised_series(ask.data))
    if beside is not None:
        yield signals.REVISED_BESIDE, ask.claim.rows(beside)
    scored = ask.rows["score"].dropna().index
    for pair in ask.others():
        months = len(scored.intersection(pair.d(ask.data).index))
        if months >= FIRST_OF.get(pair.name, FIRST) + 2 * HORIZON + 3 * BLOCK:
            rows = ask.claim.rows(ask.data, pair=pair.name, parts=_parts(ask))
            yield f"{PAIR}{pair.name}", rows


def _tell_odds(found: Found) -> Told:
    return Told(
        finding=(
            f"Odds from the score of pillars had an edge over the base rate of {found.value:+z.3f} "
            f"in Brier skill, adjusted for being nested, over {found.answer.n} monthly forecasts "
            f"(90 % interval {found.interval:+z.3f})"
        ),
        meaning=_acted_on(found.used),
        vintage=_vintage(found),
        remarks=_beside_skill(found),
    )


def _vintage(found: Found) -> str:
    scored = found.rows["score"].dropna().index
    return signals.vintage(found.data, *score.revised_series(found.data), start=scored[0])


def _acted_on(used: pd.DataFrame) -> str:
    """What followed odds above and below the base rate, in words and money."""
    above = used["probability"] > used["base_rate"]
    followed = 100 * used[["outcome", "d_ahead"]].groupby(above).mean()
    if len(followed) < 2:
        return "The odds never left the same side of the base rate."
    (led_below, below), (led_above, more) = followed.to_numpy()
    return (
        f"When the odds stood above the base rate, small companies led over the next year in "
        f"{led_above:z.0f} % of months and {STAKE:,} USD in them ended {words.ahead(more)} large "
        f"ones on average; when below, in {led_below:z.0f} %, and ended {words.ahead(below)} them."
    )


def _beside_skill(found: Found) -> tuple[str, ...]:
    used, pair = found.used, found.claim.pair_of(found.data)
    blocks = found.variants[f"{BLOCK}-month block bootstrap"]
    test: BrierTest = found.design.judge(found.rows)
    d, total = found.rows["d"].dropna(), found.rows["score"].dropna()
    monthly = forecast_test(walk_forward(d, total, HORIZON, min_obs=FIRST_OF.get(pair, FIRST)))
    return (
        _if_written(used),
        (
            f"Unadjusted, the Brier skill is {test.skill.value:+z.3f} (std. error "
            f"{test.skill.std_error:z.3f}): odds that nest the base rate lose to it by "
            "construction."
        ),
        (
            f"In {100 * (used['slope'] < 0).mean():z.0f} % of forecasts the outcomes so far said "
            "that a higher score spoke against small companies."
        ),
        (
            f"Resampling blocks of {BLOCK} months gives {named('p', blocks.p_value, '.2f')} and a "
            f"90 % interval of {blocks.interval:+z.3f}."
        ),
        (
            f"The odds were on the right side of one half in {100 * test.hit_rate:z.0f} % of "
            f"months (std. error {100 * test.hit_rate_error:z.1f} points), the base rate in "
            f"{100 * test.hit_rate_base:z.0f} %; mean log score {test.log_score:z.3f} against "
            f"{test.log_score_base:z.3f}."
        ),
        (
            f"Forecasts of next month's d from the same score: out-of-sample R² "
            f"{100 * monthly.r2:z.1f} %, Clark-West {named('p', monthly.pvalue, '.2f')}."
        ),
    )


def _if_written(used: pd.DataFrame) -> str:
    """How often the thesis would have been right, written always or with three conditions met."""
    since, record = f"{used.index[0]:%B %Y}", score.record(used)
    if record is None:
        return f"Since {since} no month met three conditions."
    return (
        f"Written every month since {since}, the thesis would have been right in {record.all:z.0f} "
        f"% of {record.n_all} months; written only where three or four conditions were met, in "
        f"{record.full:z.0f} % of {record.n_full} (90 % interval {record.interval:z.0f})."
    )


@theme.claim(
    id="C1",
    statement="Taken together the pillars foretell whether small companies will lead.",
    sort="foretell",
    direction=1,
    effect="skill of the pillars together",
    sei=0.02,
    measure=(
        "Walk-forward Brier skill of an expanding logit on the score of pillars, against the "
        "expanding base rate, target d > 0 over the next 12 months, purged; half the difference of "
        "losses adjusted as Clark and West do, since nested forecasts lose by construction."
    ),
    pair=SLOW_SINCE_1947,
    needs=_NEEDS,
    at_hand=_AT_HAND,
    design=Skill(what="walk-forward logit against the expanding base rate"),
    variants=_other_odds,
    tell=_tell_odds,
    drawn=("probability", "base_rate"),
    axes=("", "probability that small leads over the next 12 months, from figures out by then"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def pillars_foretell(data: Dataset, pair: str, **choices: Any) -> pd.DataFrame:
    """The walk-forward by the score of `r2klib.claims.score`: E0, R0, V0 and no light of K0 on.

    Decided before any result: the score starts with the funds rate in 1955 (the 3-month bill, from
    1950, is in the curve); "first forecast after 120 months" means 120 outcomes that have ended, as
    the purge asks; both editions read stress off the Baa-Aaa spread. The out-of-sample R2 beside it
    forecasts next month's d from the score summed over 12 months. Months overlap: so many forecasts
    are worth a twelfth as many.
    """
    return walk(data, pair, **choices)


# ---- C2: recoveries ----------------------------------------------------------------------------


def _other_recoveries(ask: Ask) -> Points:
    yield "real time: unemployment off its peak", ask(real_time=True)
    yield "real time, net of beta", ask(real_time=True, net=True)
    yield from ask.revised("UNRATE", prefix="real time: ", real_time=True)
    yield "hindsight, net of beta", ask(net=True)
    yield from ask.usual()
    yield from ask.pairs()


def _tell_recoveries(found: Found) -> Told:
    known = found.variants["real time: unemployment off its peak"]
    since = found.claim.rows(found.data, real_time=True)["y"].dropna().index[0]
    return Told(
        finding=(
            f"In the year after a trough small minus large ran {found.value:+z.1f} % against other "
            f"months ({found.estimate.n_effective:z.0f} troughs; 90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"Knowing the trough on the day, {STAKE:,} USD in small companies ended the year "
            f"{words.ahead(found.value)} large ones, against the usual. From Sahm's signal and "
            f"unemployment off its peak ({signals.SAHM_KNOWN}): {known.value:+z.1f} %."
        ),
        vintage=(
            "NBER dates: hindsight; unemployment: "
            f"{signals.vintage(found.data, 'UNRATE', start=since)}"
        ),
        remarks=("Hindsight: troughs are announced a year or more later.", *found.beside()),
    )


@theme.claim(
    id="C2",
    statement="Small companies lead in recoveries.",
    sort="event",
    direction=1,
    effect="lead of small companies in recoveries",
    sei=5.0,
    measure=(
        "d over the 12 months after business-cycle troughs minus the rest, hindsight; a signal "
        "from unemployment known at the time beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs=("NBER", "UNRATE", "french.factors"),
    design=AfterEvents(what="from NBER troughs, hindsight"),
    variants=_other_recoveries,
    tell=_tell_recoveries,
    axes=("trough of business, in hindsight", "small minus large over the 12 months after, %"),
    hindsight=True,
)
def recoveries(
    data: Dataset, pair: str, *, real_time: bool = False, net: bool = False
) -> pd.DataFrame:
    """D, and NBER troughs in hindsight or the signals of recovery of the time; net of beta.

    Its signal starts with unemployment in 1948, so the sample takes its legs, whose detectable
    effect is the 6.5 % that was declared. The long pair had been run before, with 8.6 %
    [2.6, 14.6], and is in the curve.

    The real-time signal: Sahm's signal has fired within the last 18 months and unemployment, as
    published, is for the first time 0.2 points below its highest since then.
    """
    d = pairs.get(pair).d(data)
    events = recovery_signals(data, d.index) if real_time else signals.troughs(data)
    if real_time:
        d = d.loc[data.series("UNRATE").index[0] :]
    return with_events(d, events, legs.with_lag(legs.market(data)) if net else None)


def recovery_signals(data: Dataset, index: pd.Index) -> pd.DatetimeIndex:
    """Month ends at which unemployment as it then stood said that a recovery had begun.

    One signal an alarm: Sahm's signal must fall below 0.5 and fire again before the next.
    """
    fired = signals.read(data, signals.sahm_signal, "UNRATE", dates=index) >= 0.5
    rate = signals.read(data, lambda levels: levels["UNRATE"], "UNRATE", dates=index)
    stamps = []
    armed: pd.Timestamp | None = None  # when the present alarm began
    latest = index[0]  # when it last rang
    rested = True  # whether it has been silent since the last signal
    for date in index:
        if fired[date]:
            latest = date
            if armed is None and rested:
                armed = date
        else:
            rested = True
        if armed is None:
            continue
        if date > latest + pd.offsets.MonthEnd(18):
            armed = None
        elif rate[date] <= rate[armed:date].max() - 0.2 + 1e-9:
            stamps.append(date)
            armed, rested = None, not fired[date]
    return pd.DatetimeIndex(stamps)


# ---- C3: the odds today ------------------------------------------------------------------------


def _read_odds(rows: pd.DataFrame) -> Reading:
    fit = logit_odds(rows["outcome"], rows["score"], seed=SEED, draws=DRAWS, block_length=BLOCK)
    low, high = fit.law.interval(LEVEL)
    met = rows[list(score.PARTS)].loc[rows["score"].last_valid_index()]
    return Reading(
        value=100 * fit.probability,
        holds=fit.beats_base_rate(LEVEL) and fit.probability > fit.base_rate,
        parts={name: bool(met[column]) for column, name in score.PARTS.items()},
        marks={"base rate": fit.base_rate, "90 % interval, from": low, "90 % interval, to": high},
        n=fit.months,
        unit="% probability that small leads over 12 months",
        method=(
            f"logit on the score, {fit.law.method}; {fit.months} months worth "
            f"{fit.n_effective:z.0f} that do not overlap"
        ),
    )


def _tell_today(found: Found) -> Told:
    total, months = found.rows["score"].dropna(), found.reading.n
    now, latest = total.iloc[-1], total.index[-1]
    base, low, high = (100 * mark for mark in found.reading.marks.values())
    side = "above" if found.value > base else "below"
    against = "no better than" if low <= base <= high else side
    alike = int((found.rows["outcome"].notna() & (found.rows["score"] == now)).sum())
    return Told(
        finding=(
            f"At {now:z.0f} of 4 conditions met in {latest:%B %Y}, the odds that small companies "
            f"lead over 12 months are {found.value:z.0f} % (90 % interval {low:z.0f} to "
            f"{high:z.0f}): {against} the base rate of {base:z.0f} %"
        ),
        meaning=(
            f"The fit rests on {months} months, worth {months / HORIZON:z.0f} that do not overlap; "
            f"the score stood where it stands now in {alike} of them. How much such odds have been "
            "worth is in C1 and C4."
        ),
        vintage=_vintage(found),
        as_of=words.last_date(total.index),
    )


@theme.claim(
    id="C3",
    statement="The odds are on small companies today.",
    kind="state",
    sei_unit="interval of the probability that d > 0 over 12 months excludes the base rate",
    measure="The walk-forward fit on all completed outcomes, with its bootstrap interval.",
    fresh_months=6,
    pair=SLOW_SINCE_1947,
    needs=_NEEDS,
    at_hand=_AT_HAND,
    design=_read_odds,
    tell=_tell_today,
    drawn=("probability", "base_rate"),
    axes=("", "probability that small leads over the next 12 months, from figures out by then"),
)
def odds_today(data: Dataset, pair: str) -> pd.DataFrame:
    """The walk-forward, whose logit on all outcomes that have ended is read at the last score.

    Refused where the edition, or the score within it, ended more than 6 months ago.
    """
    rows, months = walk(data, pair), score.months_of(data)
    if rows["score"].dropna().index[-1] < months[-1] - pd.DateOffset(months=6):
        raise StaleScore(rows, data)
    return rows


class StaleScore(SeriesMissing):
    """A condition of the score ended too long ago to speak of today."""

    def __init__(self, rows: pd.DataFrame, data: Dataset) -> None:
        ends = {part: rows[part].dropna().index[-1] for part in score.PARTS}
        condition = score.PARTS[min(ends, key=lambda part: ends[part])]
        self.series, self.edition = _first_to_end(data), data.edition
        self.message = (
            f"Refused: it speaks of today, and the score of edition {data.edition!r} ends in "
            f"{rows['score'].dropna().index[-1]:%B %Y} because its condition {condition!r} does. "
            f"A newer pull of {self.series}, which ends in {data.last(self.series):%B %Y}, would "
            "decide."
        )
        Exception.__init__(self, self.message)


def _first_to_end(data: Dataset) -> str:
    """The series of the score that ends first, of those that have a value every month."""
    needs = _NEEDS[kind_of(data)]
    often = [name for name in needs if data.provenance[name].frequency in ("monthly", "daily")]
    return min(often, key=data.last)


# ---- C4: does acting pay? ----------------------------------------------------------------------

#: Share of a position that a switch between small and large costs: 20 basis points.
COST = 0.0020


@dataclass(frozen=True, kw_only=True)
class Switching(Design):
    """Information ratio of holding by a signal against a benchmark's holding; block bootstrap.

    Rows: ``d``; ``hold`` and ``benchmark``, shares in small decided at month end, held through the
    next. What remains is the return of one holding over the other in the months in which they
    differ, less the difference in costs; `cost` is of a whole switch, decimals.
    """

    unit: str = "information ratio"
    null: str = "holding by the odds earns what holding by the base rate does"
    cost: float = COST
    draws: int = DRAWS
    seed: int = SEED

    needs = ("hold", "benchmark")
    world = "timing"

    def fit(self, rows: pd.DataFrame) -> SwitchingFit | None:
        """The comparison; None where the two holdings never differ before a return."""
        held, d = self.used(rows), rows["d"].dropna()
        known = held.loc[held.index < d.index.max()]
        if known.empty:
            raise InputError("No holding was followed by a return yet: nothing can be estimated.")
        if (known["hold"] == known["benchmark"]).all():
            return None
        return switching_test(
            d,
            held["hold"],
            held["benchmark"],
            cost=self.cost,
            seed=self.seed,
            draws=self.draws,
            block_length=BLOCK,
        )

    def active(self, rows: pd.DataFrame) -> pd.Series:
        """Return over the benchmark by the month that earned it, after costs; decimals, log."""
        if fit := replace(self, draws=FEW_DRAWS).fit(rows):
            return fit.active
        return 0.0 * rows["d"].dropna().loc[self.used(rows).index[0] :].iloc[1:]

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Holdings by forecasts of d that has moved."""
        return held(_in_a_world(rows, world))

    def judge(self, rows: pd.DataFrame, /) -> SwitchingFit | str:
        """The comparison, or that there is none."""
        return self.fit(rows) or "never apart"

    def told(self, rows: pd.DataFrame, fit: SwitchingFit | str, /) -> Estimate:
        """The ratio with its interval; exactly nothing where the two never differ."""
        if not isinstance(fit, str):
            return self.estimate_from(fit.law, n=len(fit.active))
        return Estimate(
            value=0.0,
            std_error=0.0,
            interval=(0.0, 0.0),
            p_value=1.0,
            p_claimed=0.0,
            n=len(self.used(rows)),
            unit=self.unit,
            method="exact: the odds never stood on the other side of one half than the base rate",
            null=self.null,
        )

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:
        """The break test of the mean return over the benchmark."""
        return broken_mean(self.active(rows), "auto", self.seed, BLOCK)

    def until(self, rows: pd.DataFrame) -> pd.Timestamp:
        """The last month in which a holding earned."""
        return pd.Timestamp(self.active(rows).index[-1])

    def part(self, rows: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
        """Holdings of a part: the return on the last of them comes after it."""
        inside = rows.index.isin(index)
        return rows.assign(hold=rows["hold"].where(inside))


def _other_switching(ask: Ask) -> Points:
    rows = ask.rows
    odds, base = rows["probability"], rows["base_rate"]
    ways = (
        ("small where the odds exceed the base rate", rows.assign(hold=_above(odds, base))),
        ("small by as much as the odds say", rows.assign(hold=odds)),
        ("against always large", rows.assign(benchmark=0.0)),
        ("against always small", rows.assign(benchmark=1.0)),
        *ask.design.halves(rows),
        ("wide prior (sd 1)", ask.claim.rows(ask.data, parts=_parts(ask), prior_sd=1.0)),
        *_revised_and_pairs(ask),
    )
    points = {
        "no costs": ask.of(cost=0.0),
        "50 bp per switch": ask.of(cost=0.0050),
        **{label: ask.of(way) for label, way in ways},
    }
    # Left out where the two holdings never differ.
    yield from (
        (label, point) for label, point in points.items() if point is None or point.std_error > 0
    )


def _above(odds: pd.Series, edge: pd.Series | float) -> pd.Series:
    """One, small is held, where the odds are known to lie above; zero where they do not."""
    return (odds > edge).astype(float).where(odds.notna())


def _tell_switching(found: Found) -> Told:
    active: pd.Series = found.design.active(found.rows)
    yearly = 1200 * float(active.mean())
    held = found.used.loc[found.used.index < active.index[-1]]
    apart = 100 * float((held["hold"] != held["benchmark"]).mean())
    switches = found.used[["hold", "benchmark"]].diff().abs().sum().astype(int)
    return Told(
        finding=(
            f"Switching by the odds earned {yearly:+z.2f} % a year over holding by the base rate, "
            f"after costs: information ratio {found.value:+z.2f} (90 % interval "
            f"{found.interval:+z.2f})"
        ),
        meaning=(
            f"On {STAKE:,} USD that came to {words.signed_usd(yearly)} a year. The two holdings "
            f"differed in {apart:z.0f} % of months, and the odds asked for {switches['hold']} "
            f"switches where the base rate asked for {switches['benchmark']}."
        ),
        vintage=_vintage(found),
    )


@theme.claim(
    id="C4",
    statement="Acting on the pillars pays.",
    sort="foretell",
    direction=1,
    effect="gain from acting on the pillars",
    sei=0.25,
    measure=(
        "Information ratio of d held by the walk-forward odds, 20 bp per switch, against the "
        "holding by the base rate."
    ),
    pair=SLOW_SINCE_1947,
    needs=_NEEDS,
    at_hand=_AT_HAND,
    design=Switching(),
    variants=_other_switching,
    tell=_tell_switching,
    drawn=("gained after costs",),
    axes=("", "holding by the odds over holding by the base rate, gained after costs, decimals"),
)
def acting_pays(data: Dataset, pair: str, **choices: Any) -> pd.DataFrame:
    """The walk-forward; small held in months whose odds stood above one half, large otherwise.

    The benchmark holds by the base rate in the same way; costs on both sides.
    """
    return held(walk(data, pair, **choices))


def held(rows: pd.DataFrame) -> pd.DataFrame:
    """The walk-forward with both holdings, and what the one gained over the other."""
    hold, benchmark = _above(rows["probability"], 0.5), _above(rows["base_rate"], 0.5)
    switched = hold.diff().abs() - benchmark.diff().abs()
    earned = (hold - benchmark) * rows["d"].shift(-1) - COST * switched.fillna(0.0)
    gained = np.expm1(earned.shift(1).cumsum())
    return rows.assign(hold=hold, benchmark=benchmark, **{"gained after costs": gained})


# ---- C6: a search ------------------------------------------------------------------------------

PANEL, CODES = "fred_md", "fred_md.transformations"
#: Months from the month that a figure speaks of to the return it is asked for: most figures are out
#: by the end of the month between.
AHEAD = 2
#: T beyond which a slope alone would be called significant at 10 %.
_ALONE = 1.645


def _other_searches(ask: Ask) -> Points:
    design, rows = ask.claim.design, ask.rows
    assert isinstance(design, Search)
    lighter = replace(design, draws=SPEC_DRAWS)
    signals_of = rows.drop(columns="y")
    tame = without_outliers(signals_of).assign(y=rows["y"])
    yield (
        "signs of d turned in place instead of shuffled",
        _survivors(replace(lighter, in_place=True), rows),
    )
    yield "without values beyond ten interquartile ranges", _survivors(lighter, tame)
    yield "a month later still", _survivors(lighter, rows.assign(y=rows["y"].shift(-1)))
    middle = len(rows) // 2
    yield "first half", _survivors(lighter, rows.iloc[:middle])
    yield "second half", _survivors(lighter, rows.iloc[middle:])
    for pair in pairs.available(ask.data):
        if pair.name in ("etf", "index"):
            other = rows.assign(y=_two_months_on(pair.d(ask.data)))
            yield f"{PAIR}{pair.name}", _survivors(lighter, other)


def _two_months_on(d: pd.Series) -> pd.Series:
    """D by the month whose figures it is asked of."""
    return d.shift(-AHEAD, freq="ME")


def _survivors(design: Search, rows: pd.DataFrame) -> tuple[float, int] | None:
    try:
        found = design(rows)
    except InputError:
        return None
    return found.value, found.n


def _counted(survivors: float) -> str:
    if survivors < 1:
        return "none foretells"
    return f"{survivors:z.0f} {'foretells' if survivors == 1 else 'foretell'}"


def _tell_search(found: Found) -> Told:
    t: pd.Series = found.design.statistics(found.rows)
    alone, first = int((t.abs() > _ALONE).sum()), str(t.abs().idxmax())
    ((_, bar),) = found.reading.marks.items()
    survivors = listing(titled(name) for name in found.reading.parts)
    last = found.rows["y"].dropna().index[-1] + pd.offsets.MonthEnd(AHEAD)
    return Told(
        finding=(
            f"Of {len(t)} monthly series of the economy {_counted(found.value)} small minus large "
            "two months on beyond what a search of as many finds by chance in one case of ten"
        ),
        meaning=(
            f"Asked one by one, {alone} of them would pass for findings at the usual ten percent, "
            f"where chance alone gives about {len(t) / 10:z.0f}. The best of all, {titled(first)}, "
            f"has a t of {t[first]:z.1f}; a search without anything to find brings one beyond "
            f"{bar:z.1f} in one case of ten."
        ),
        vintage="FRED-MD, newest vintage: hindsight",
        remarks=(
            f"What is left: {survivors}." if survivors else "No series is left.",
            "Hindsight: revised figures, in the vintage of today.",
        ),
        as_of=last.date(),
    )


@theme.claim(
    id="C6",
    statement="A search of every macro series finds something that foretells.",
    kind="descriptive",
    sei_unit="series that survive",
    pair=SLOW,
    needs=(PANEL, CODES),
    design=Search(),
    variants=_other_searches,
    tell=_tell_search,
    axes=("t of the slope of d on each series", "series"),
    frozen=dt.date(2026, 11, 28),
    hindsight=True,
)
def search(data: Dataset, pair: str) -> pd.DataFrame:
    """Every series of FRED-MD by month, made stationary as its file says, and d two months on.

    Most figures of month m are out by the end of m+1, so d of m+2 is asked of them; a few, such as
    those of inventories, come a month later, so that is hindsight of another sort, and all are
    asked again a month later still. No contest of forecasts, and no series is kept for one that is
    found here.
    """
    codes = data.frame(CODES).set_index("series")["code"].astype(int)
    known = stationary(data.frame(PANEL), codes)
    return known.assign(y=_two_months_on(pairs.get(pair).d(data)))
