"""Conclusion, continued: what the walk-forward odds paid, and what they are today."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import macro, measures, pairs, score, walkforward
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading, Specification
from r2klib.claims.pairs import SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.errors import SeriesMissing
from r2klib.stats import OddsFit, SwitchingFit, forward_outcome, logit_odds, switching_test

theme = Theme("conclusion")

#: Share of a position that a switch between small and large costs: 20 basis points.
COST = 0.0020


@theme.claim(
    id="C4",
    statement="Acting on the pillars pays.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=0.25,
    sei_unit="information ratio",
    measure=(
        "Information ratio of d held by the walk-forward odds, 20 bp per switch, against the "
        "holding by the base rate."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": walkforward.SAMPLE_SCORE, "live": walkforward.LIVE_SCORE},
)
def acting_pays(data: Dataset) -> Evidence:
    """Small held in months whose odds stood above one half, large otherwise; costs on both sides.

    The benchmark holds by the base rate in the same way. What remains is the return of one
    holding over the other in the months in which they differ, less the difference in costs.
    Interval and p: 36-month block bootstrap of the monthly active returns.
    """
    found = walkforward.walk(data)
    fit = _switch(found, draws=measures.DRAWS)
    answer = _ratio(fit) if fit else _never_apart(found)
    held = _holdings(found)
    known = held.index[held.index < found.d.index[-1]]
    active = fit.active if fit else pd.Series(0.0, index=known)
    yearly = 100 * 12 * float(active.mean())
    apart = 100 * float((held["probability"] != held["base_rate"]).loc[known].mean())
    switches = held.diff().abs().sum().astype(int)
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(active.index),
        finding=(
            f"Switching by the odds earned {yearly:+z.2f} % a year over holding by the base rate, "
            f"after costs: information ratio {answer.value:+z.2f} (90 % interval {low:+z.2f} to "
            f"{high:+z.2f})"
        ),
        meaning=(
            f"On {measures.STAKE:,} USD that came to {measures.signed_usd(yearly)} a year. The two "
            f"holdings differed in {apart:.0f} % of months, and the odds asked for "
            f"{switches['probability']} switches where the base rate asked for "
            f"{switches['base_rate']}."
        ),
        pair=found.pair.name,
        vintage=macro.vintage(data, *score.revised_series(data), start=found.score.index[0]),
        specifications=_ratio_curve(data, found),
        exhibits=(_wealth_figure(data, active),),
    )


def _ratio_curve(data: Dataset, found: walkforward.WalkForward) -> tuple[Specification, ...]:
    """Other costs, holdings, benchmarks, halves and pairs, where the two holdings ever differ."""
    probability = found.forecasts["probability"]
    first, second = measures.halves(found.forecasts.index)
    variants = {
        "no costs": _switch(found, cost=0.0),
        "50 bp per switch": _switch(found, cost=0.0050),
        "small where the odds exceed the base rate": _switch(
            found, hold=probability > found.forecasts["base_rate"]
        ),
        "small by as much as the odds say": _switch(found, hold=probability),
        "against always large": _switch(found, benchmark=0.0),
        "against always small": _switch(found, benchmark=1.0),
        "first half": _switch(found, rows=first),
        "second half": _switch(found, rows=second),
        "wide prior (sd 1)": _switch(walkforward.walk(data, parts=found.parts, prior_sd=1.0)),
    }
    beside = macro.revised(data, *score.revised_series(data))
    if beside is not None:
        variants[macro.REVISED_BESIDE] = _switch(walkforward.walk(beside))
    for other in pairs.available(data):
        if other.name != found.pair.name and walkforward.long_enough(
            other.d(data), found.score, other.name
        ):
            variants[f"pair: {other.name}"] = _switch(
                walkforward.walk(data, other, parts=found.parts)
            )
    return measures.specify({label: _ratio(fit) for label, fit in variants.items() if fit})


def _holdings(found: walkforward.WalkForward) -> pd.DataFrame:
    """1 where small is held and 0 where large is, by the odds and by the base rate."""
    return (found.forecasts[["probability", "base_rate"]] > 0.5).astype(float)


def _switch(
    found: walkforward.WalkForward,
    *,
    hold: pd.Series | None = None,
    benchmark: float | None = None,
    cost: float = COST,
    rows: slice = slice(None),
    draws: int = measures.SPEC_DRAWS,
) -> SwitchingFit | None:
    """What holding by the odds earned over the benchmark; None where the two never differ."""
    held = _holdings(found)
    frame = pd.DataFrame(
        {
            "hold": held["probability"] if hold is None else hold.astype(float),
            "benchmark": held["base_rate"] if benchmark is None else benchmark,
        }
    ).iloc[rows]
    known = frame.index[frame.index < found.d.index[-1]]
    if (frame.loc[known, "hold"] == frame.loc[known, "benchmark"]).all():
        return None
    return switching_test(
        found.d,
        frame["hold"],
        frame["benchmark"],
        cost=cost,
        seed=walkforward.SEED,
        draws=draws,
        block_length=walkforward.BLOCK,
    )


def _ratio(fit: SwitchingFit) -> Estimate:
    return measures.from_bootstrap(
        fit.law,
        n=len(fit.active),
        unit="information ratio",
        null="holding by the odds earns what holding by the base rate does",
    )


def _never_apart(found: walkforward.WalkForward) -> Estimate:
    """Where odds and base rate always hold the same, acting on the odds earns exactly nothing."""
    return Estimate(
        value=0.0,
        std_error=0.0,
        interval=(0.0, 0.0),
        p_value=1.0,
        n=len(found.forecasts),
        unit="information ratio",
        method="exact: the odds never stood on the other side of one half than the base rate",
        null="holding by the odds earns what holding by the base rate does",
    )


def _wealth_figure(data: Dataset, active: pd.Series) -> Exhibit:
    worth = 100 * active.cumsum()
    verb = "gained" if worth.iloc[-1] > 0 else "lost"
    return Exhibit(
        kind="paths",
        title=(
            f"Acting on the odds {verb} {abs(worth.iloc[-1]):.0f} % over {len(worth) // 12} years"
        ),
        frame=worth.to_frame("odds minus base rate, after costs"),
        x="",
        y="cumulative log return, %",
        spans=macro.recession_spans(data, worth.index[0], worth.index[-1]),
        marks={"no difference": 0.0},
        note="Flat where both hold the same; 20 basis points a switch.",
    )


@theme.claim(
    id="C3",
    statement="The odds are on small companies today.",
    kind="state",
    sei_unit="interval of the probability that d > 0 over 12 months excludes the base rate",
    measure="The walk-forward fit on all completed outcomes, with its bootstrap interval.",
    fresh_months=6,
    pair=SLOW_SINCE_1947,
    needs={"sample": walkforward.SAMPLE_SCORE, "live": walkforward.LIVE_SCORE},
)
def odds_today(data: Dataset) -> Evidence:
    """The logit of C1 on all outcomes that have ended, read at the last month's score.

    It holds where the 90 % interval, from blocks of 36 months of scores and outcomes, lies wholly
    above the base rate. The whole is refused where the edition, or the score within it, ended
    more than 6 months ago.
    """
    found = walkforward.walk(data)
    latest = found.score.index[-1]
    if latest < found.parts.index[-1] - pd.DateOffset(months=6):
        raise StaleScore(latest, found.parts, data)
    fit = logit_odds(
        forward_outcome(found.d, walkforward.HORIZON),
        found.score,
        seed=walkforward.SEED,
        draws=measures.DRAWS,
        block_length=walkforward.BLOCK,
    )
    low, high = (100 * end for end in fit.law.interval(measures.LEVEL))
    odds, base = 100 * fit.probability, 100 * fit.base_rate
    beats = fit.beats_base_rate(measures.LEVEL)
    met = found.parts.loc[latest]
    parts = {name: bool(met[column]) for column, name in score.PARTS.items()}
    verdict = (
        f"{'above' if odds > base else 'below'} the base rate of {base:.0f} %"
        if beats
        else f"no better than the base rate of {base:.0f} %"
    )
    return Evidence(
        answer=Reading(
            value=odds,
            holds=beats and odds > base,
            parts=parts,
            n=fit.months,
            unit="% probability that small leads over 12 months",
            method=(
                f"logit on the score, {fit.law.method}; {fit.months} months worth "
                f"{fit.n_effective:.0f} that do not overlap"
            ),
        ),
        as_of=latest.date(),
        finding=(
            f"At {fit.score:.0f} of 4 conditions met in {latest:%B %Y}, the odds that small "
            f"companies lead over 12 months are {odds:.0f} % (90 % interval {low:z.0f} to "
            f"{high:z.0f}): {verdict}"
        ),
        meaning=(
            f"The fit rests on {fit.months} months, worth {fit.n_effective:.0f} that do not "
            f"overlap; the score stood where it stands now in {fit.in_bin} of them. How much such "
            "odds have been worth is in C1 and C4."
        ),
        pair=found.pair.name,
        vintage=macro.vintage(data, *score.revised_series(data), start=found.score.index[0]),
        exhibits=(_calibration_figure(fit, odds, base),),
    )


class StaleScore(SeriesMissing):
    """A condition of the score ended too long ago to speak of today."""

    def __init__(self, latest: pd.Timestamp, parts: pd.DataFrame, data: Dataset) -> None:
        ends = {str(name): column.dropna().index[-1] for name, column in parts.items()}
        condition = score.PARTS[min(ends, key=lambda name: ends[name])]
        self.series, self.edition = _first_to_end(data), data.edition
        self.message = (
            f"Refused: it speaks of today, and the score of edition {data.edition!r} ends in "
            f"{latest:%B %Y} because its condition {condition!r} does. A newer pull of "
            f"{self.series}, which ends in {data.last(self.series):%B %Y}, would decide."
        )
        Exception.__init__(self, self.message)


def _first_to_end(data: Dataset) -> str:
    """The series of the score that ends first, of those that have a value every month."""
    needs = walkforward.SAMPLE_SCORE if data.kind == "sample" else walkforward.LIVE_SCORE
    often = [name for name in needs if data.provenance[name].frequency in ("monthly", "daily")]
    return min(often, key=data.last)


def _calibration_figure(fit: OddsFit, odds: float, base: float) -> Exhibit:
    table = 100 * fit.calibration[["share", "probability"]]
    counts = fit.calibration["n"]
    table.index = pd.Index([f"{level:.0f} of 4 ({n} months)" for level, n in counts.items()])
    return Exhibit(
        kind="bars",
        title=f"Odds of {odds:.0f} % today against a base rate of {base:.0f} %",
        frame=table.set_axis(["came true", "fitted odds"], axis="columns"),
        x="conditions met",
        y="% of months in which small led over the next 12",
        marks={"base rate": base},
        note="Calibration: what followed each score, beside what the fit says of it.",
    )
