"""History, continued: beta, and what remains of rebounds once beta is taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import measures, pairs
from r2klib.claims.events import after, placebo, placebo_in_words
from r2klib.claims.history import DECADE
from r2klib.claims.market import falls, market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LEVEL, SLOW
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import (
    factor_regression,
)

theme = Theme("history")


@theme.claim(
    id="H4",
    statement="Small companies recover powerfully after downturns.",
    kind="link",
    sort="event",
    direction=1,
    sei=5.0,
    sei_unit="%",
    measure=(
        "d over the 12 months from the month end at which the market is 20 % off its low after a "
        "20 % fall, minus the rest, net of beta; tradable."
    ),
    pair=SLOW,
    needs={"sample": ("french.factors",), "live": ("french.factors_daily", "french.factors")},
)
def rebounds(data: Dataset) -> Evidence:
    """Stacked 12-month windows after the signal, months counted once, HAC 12, net of beta.

    A fall begins at a peak and is one once the market is 20 % below it; it ends when the market
    is 20 % above its low, which is the signal. Falls are dated on daily closes where the edition
    has them and on month ends in the sample. Net of beta: the market's return and its lag are
    regressors. Beside it, both hindsight (from the trough) and what was known earlier (from the
    month end at which the fall reached 20 %), each raw and net of beta.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = pair.d(data)
    market = with_lag(market_returns(data))
    events = falls(data)
    tradable = events["trough_known"].dropna()
    answer = after(d, tradable, "from the signal, net of beta", controls=market)
    first, second = measures.halves(d.index)
    variants: dict[str, Estimate] = {
        "tradable, not net of beta": after(d, tradable, "from the signal"),
        "hindsight: from the trough, net of beta": after(
            d, events["trough"], "from the trough, net of beta", controls=market
        ),
        "hindsight: from the trough, not net": after(d, events["trough"], "from the trough"),
        "from the fall known, net of beta": after(
            d, events["fall_known"], "from the fall known, net of beta", controls=market
        ),
        "from the fall known, not net": after(d, events["fall_known"], "from the fall known"),
        "6 months": after(d, tradable, "net of beta", controls=market, months=6),
        "24 months": after(d, tradable, "net of beta", controls=market, months=24),
        "first half": after(d.iloc[first], tradable, "net of beta", controls=market),
        "second half": after(d.iloc[second], tradable, "net of beta", controls=market),
    }
    for label, other in pairs.replications(data, pair).items():
        variants[label] = after(other, tradable, "net of beta", controls=market)
    beside = placebo(d, tradable, controls=market)
    variants["placebo dates instead of Newey-West"] = beside
    specifications = measures.specify(variants)
    points = {point.label: point for point in specifications}
    hindsight = points["hindsight: from the trough, not net"]
    low, high = answer.interval
    labels = {
        "tradable, net of beta": (answer.value, *answer.interval, answer.n),
        **{
            label: (point.value, *(point.interval or (np.nan, np.nan)), point.n)
            for label, point in list(points.items())[:5]
        },
    }
    table = pd.DataFrame.from_dict(labels, orient="index", columns=["value", "low", "high", "n"])
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"In the year after the rebound was visible, small minus large ran "
            f"{answer.value:+.1f} % against other months, net of beta ({len(tradable)} falls; 90 % "
            f"interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"Waiting for the signal, {measures.STAKE:,} USD in small companies ended a year "
            f"{measures.ahead(answer.value)} large ones beyond what their beta explains. Buying at "
            f"the very trough, which nobody can know, shows {hindsight.value:+.1f} % raw."
        ),
        pair=pair.name,
        specifications=specifications,
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Rebounds: {hindsight.value:+.1f} % from the trough in hindsight, "
                    f"{answer.value:+.1f} % when tradable and net of beta"
                ),
                frame=table,
                x="d over 12 months against other months, %, with 90 % interval",
                y="",
                marks={"smallest effect of interest": rebounds.claimed},
                note="Hindsight and what was known at the time, before and after beta.",
            ),
            _fall_figure(tradable, events.loc[tradable.index, "trough"], d),
        ),
        remarks=(placebo_in_words(beside),),
    )


def _fall_figure(signals: pd.Series, troughs: pd.Series, d: pd.Series) -> Exhibit:
    """Raw 12-month d after each signal, one bar a fall."""
    rows = {}
    for signal, trough in zip(signals, troughs, strict=True):
        if d.index[0] <= signal <= d.index[-13]:
            rows[f"{trough:%b %Y}"] = 100 * float(d[d.index > signal].head(12).sum())
    frame = pd.DataFrame({"d over 12 months": pd.Series(rows)})
    won = int((frame["d over 12 months"] > 0).sum())
    return Exhibit(
        kind="bars",
        title=f"Small companies led in the year after {won} of {len(frame)} rebounds",
        frame=frame,
        x="trough of the fall",
        y="d over the 12 months after the signal, %",
        note="Raw, not net of beta; each bar is one fall of at least 20 %.",
    )


@theme.claim(
    id="H5",
    statement="Small companies have a higher market beta than the market itself.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="beta minus 1",
    measure="Dimson beta of the small leg (market of the month and of the month before) minus 1.",
    pair=LEVEL,
    needs={"sample": ("french.factors_2017",), "live": ("french.factors",)},
)
def beta(data: Dataset) -> Evidence:
    """Sum of the loadings on the market and its lag, minus one; Newey-West errors.

    The lag catches prices that are stale at the month end, as those of small companies are.
    """
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    factors = data.frame("french.factors_2017" if pair.name == "legs" else "french.factors")
    small = (pair.legs(data)["small"] - factors["RF"]).dropna()
    answer = _beta(small, factors, 1)
    first, second = measures.halves(small.index)
    variants: dict[str, Estimate] = {
        "no lag": _beta(small, factors, 0),
        "two lags": _beta(small, factors, 2),
        "first half": _beta(small.iloc[first], factors, 1),
        "second half": _beta(small.iloc[second], factors, 1),
        "last ten years": _beta(small.tail(DECADE), factors, 1),
        "without January": _beta(small[measures.dates(small).month != 1], factors, 1),
    }
    if pair.name == "legs":
        smallest = data.frame("french.size_value").filter(regex="^S1V").mean(axis="columns")
        variants["smallest quintile"] = _beta((smallest - factors["RF"]).dropna(), factors, 1)
    decades = {
        f"{start}s": _beta(part, factors, 1)
        for start, part in small.groupby(measures.dates(small).year // 10 * 10)
        if len(part) >= 60
    }
    table = measures.intervals(decades.items())
    table[["value", "low", "high"]] += 1
    above = sum(estimate.value > 0 for estimate in decades.values())
    value = 1 + answer.value
    return Evidence(
        answer=answer,
        as_of=measures.last_date(small.index),
        finding=(
            f"Small companies' beta was {value:.2f} ({measures.years(small.index)}; 90 % interval "
            f"{1 + answer.interval[0]:.2f} to {1 + answer.interval[1]:.2f})"
        ),
        meaning=(
            f"When the market lost 10 %, {measures.STAKE:,} USD in small companies lost about "
            f"{measures.usd(10 * value)} on average, {measures.usd(10 * answer.value)} "
            f"{'more' if answer.value > 0 else 'less'} than the market. Part of any lead in good "
            "times is that and no more."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Beta of small companies stood above 1 in {above} of {len(decades)} decades"
                ),
                frame=table,
                x="Dimson beta, with 90 % interval",
                y="",
                marks={"beta of the market": 1.0},
                note="Loadings on the market of the month and of the month before, added up.",
            ),
        ),
    )


def _beta(excess: pd.Series, factors: pd.DataFrame, lags: int) -> Estimate:
    fit = factor_regression(excess, factors, model="capm", dimson_lags=lags)
    market = [name for name in fit.params.index if name.startswith(fit.market)]
    scalar = fit.combine(dict.fromkeys(market, 1.0), "beta minus 1", null=1.0)
    return measures.from_fit(
        scalar,
        unit="beta minus 1",
        scale=1.0,
        what=f"beta of the small leg with {lags} lag(s) of the market",
        null="the small leg moves one for one with the market",
    )
