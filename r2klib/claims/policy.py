"""Rates, continued: what the Federal Reserve does, and bank credit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.events import after, placebo, placebo_in_words
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading
from r2klib.claims.pairs import SLOW
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.errors import SeriesMissing

theme = Theme("rates")


@theme.claim(
    id="R0",
    statement="The Federal Reserve is easing or on hold and rates are calm.",
    kind="state",
    sei_unit="target change over 6 months <= 0 and 63-day volatility of the 2-year yield below "
    "its 10-year median",
    measure="Policy-rate target and daily changes of the 2-year yield.",
    needs={"sample": ("FEDFUNDS", "DGS2"), "live": ("DFEDTARU", "DGS2")},
)
def on_hold(data: Dataset) -> Evidence:
    """The target and the volatility of the 2-year yield on its last day, against their past.

    The target is the upper limit of the range; volatility is the standard deviation of 63 daily
    changes, its median taken over ten years of trading days. Borderline where medians over nine
    or eleven years disagree.
    """
    target = macro.policy_target(data)
    if target is None:
        raise SeriesMissing("DFEDTARU", data.edition)
    moves = macro.volatility(data.series("DGS2"))
    now = min(pd.Timestamp(moves.index[-1]), pairs.now(data))
    moves, target = moves.loc[:now], target.loc[:now]
    change = float(target.iloc[-1] - target.loc[: now - pd.DateOffset(months=6)].iloc[-1])
    value = float(moves.iloc[-1])

    def calm(years: int) -> bool:
        return bool(value < moves.tail(252 * years).median())

    parts = {"easing or on hold": change <= 1e-9, "yields calm": calm(10)}
    median = float(moves.tail(2520).median())
    policy = "eased" if change < -1e-9 else "tightened" if change > 1e-9 else "held still"
    recent = moves.tail(2520)
    return Evidence(
        answer=Reading(
            value=change,
            holds=all(parts.values()),
            spread=tuple(parts["easing or on hold"] and calm(years) for years in (9, 11)),
            parts=parts,
            n=len(recent),
            unit="percentage points in 6 months",
            method="upper limit of the target; volatility of the 2-year yield against its median",
        ),
        as_of=now.date(),
        finding=(
            f"In the 6 months to {now:%B %Y} the Federal Reserve {policy} ({change:+z.2f} points), "
            f"and the 2-year yield moved {100 * value:.1f} basis points a day against a median of "
            f"{100 * median:.1f}"
        ),
        meaning=(
            "A state is no forecast: what it is worth depends on the link R3, whether calm yields "
            "have been followed by a lead of small companies."
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"The 2-year yield was {'calmer' if value < median else 'more restless'} than "
                    "in the median of ten years"
                ),
                frame=100 * recent.to_frame("volatility of the 2-year yield"),
                x="",
                y="standard deviation of 63 daily changes, basis points",
                spans=macro.recession_spans(data, recent.index[0], now),
                marks={"median of ten years": 100 * median},
                note=f"The target stood at {target.iloc[-1]:.2f} % at most.",
            ),
        ),
    )


@theme.claim(
    id="R2",
    statement="Easier bank credit helps small companies.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "Quarterly d on minus the change of the loan officers' net tightening for small firms, "
        "matched to the quarter the survey looks back on."
    ),
    pair=SLOW,
    needs={"sample": ("DRTSCIS",), "live": ("DRTSCIS", "DRTSCILM")},
)
def bank_credit(data: Dataset) -> Evidence:
    """D of a quarter on minus the change of tightening in the survey taken just after it.

    Banks are asked early in a quarter about the three months before; the series carries the
    quarter of the asking, so the survey of one quarter belongs to d of the quarter before. What
    could be traded stands beside it: d of the quarter after the survey.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = measures.quarters(pair.d(data))
    tightening = data.series("DRTSCIS").dropna()
    easing = -tightening.diff().dropna()
    answer = _on_credit(d, easing.shift(-1), "the quarter looked back on")
    both = d.index.intersection(easing.shift(-1).dropna().index)
    first, second = measures.halves(both)
    known = foretell.estimate(foretell.fit(d, easing, periods=4))
    crises = measures.dates(d).year.isin([2008, 2009, 2020])
    variants: dict[str, Estimate] = {
        "next quarter, tradable (foretell)": known,
        "the quarter of the survey": _on_credit(d, easing, "the quarter of the survey"),
        "level of tightening instead of its change": _on_credit(
            d, -tightening.shift(-1), "minus net tightening"
        ),
        "first half": _on_credit(d.loc[both[first]], easing.shift(-1), "first half"),
        "second half": _on_credit(d.loc[both[second]], easing.shift(-1), "second half"),
        "without 2008, 2009 and 2020": _on_credit(d[~crises], easing.shift(-1), "calm years"),
    }
    if "DRTSCILM" in data:
        large = -data.series("DRTSCILM").dropna().diff().dropna()
        variants["tightening for large firms"] = _on_credit(d, large.shift(-1), "large firms")
    if "french.factors" in data:
        market = with_lag(measures.quarters(np.log1p(market_returns(data))).rename("market"))
        variants["net of the market and its lag"] = _on_credit(
            d, easing.shift(-1), "net of market", market
        )
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _on_credit(measures.quarters(other), easing.shift(-1), "same survey")
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"In a quarter in which credit eased by one standard deviation, small minus large ran "
            f"{answer.value:+z.1f} % a year (90 % interval {low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {measures.STAKE:,} USD in small companies ran "
            f"{measures.ahead(answer.value)} large ones while banks eased. In the quarter after "
            f"the survey, which one could have traded, the rate was {known.value:+z.1f} %."
        ),
        pair=pair.name,
        vintage="as published: the survey is not revised",
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Easier credit: {answer.value:+z.1f} % of d a year in the same quarter, "
                    f"{known.value:+z.1f} % once it is known"
                ),
                frame=measures.intervals(
                    [("quarter looked back on (decides)", answer), *list(variants.items())[:3]]
                ),
                x="d, % a year per standard deviation of easing, with 90 % interval",
                y="",
                marks={"smallest effect of interest": bank_credit.claimed},
                note="Senior loan officers on standards for loans to small firms.",
            ),
        ),
        remarks=_policy_behind(data, tightening),
    )


def _on_credit(
    d: pd.Series, easing: pd.Series, what: str, market: pd.DataFrame | None = None
) -> Estimate:
    """Slope of quarterly d on standardised easing, % a year."""
    return measures.per_sd(
        d,
        easing,
        controls=market,
        scale=400.0,
        what=f"quarterly d on minus the change of net tightening ({what})",
        null="d does not move with bank credit",
    )


def _policy_behind(data: Dataset, tightening: pd.Series) -> tuple[str, ...]:
    """Do banks tighten when the policy rate rises? One sentence where the rate is held."""
    if "FEDFUNDS" not in data:
        return ()
    rate = data.series("FEDFUNDS").dropna().resample("QE").last().diff(4).shift(1)
    rows = pd.concat([tightening, rate.rename("rate")], axis="columns", join="inner").dropna()
    found = measures.coefficient(
        rows.iloc[:, 0],
        rows[["rate"]],
        "rate",
        unit="points per point",
        scale=1.0,
        what="net tightening on the change of the funds rate over the four quarters before",
        null="banks do not follow the policy rate",
    )
    low, high = found.interval
    said = (
        f"Banks behind the policy rate: a point more over four quarters went with net tightening "
        f"{found.value:+z.1f} points of banks higher (90 % interval {low:z.1f} to {high:z.1f})."
    )
    return (said,)


@theme.claim(
    id="R6",
    statement="The end of a tightening cycle helps small companies.",
    kind="link",
    sort="event",
    direction=1,
    sei=5.0,
    sei_unit="%",
    measure=(
        "d over 12 months from the first month end that is 3 months after a hike with none since "
        "(tradable); from the last hike beside it."
    ),
    pair=SLOW,
    needs={"sample": ("FEDFUNDS",), "live": ("DFEDTARU", "FEDFUNDS")},
)
def end_of_tightening(data: Dataset) -> Evidence:
    """Stacked 12-month windows after tightening was seen to have stopped, HAC 12.

    Policy is the target at month end from 1990, as far as the edition holds it; before, and in the
    sample throughout, the monthly average of the funds rate, which counts from the month in which
    it was published. A hike is a month in which it rose by more than 0.10 points, as in C1; a
    tightening cycle has lifted it by a point or more from its low since the stop before. The
    cycle is seen to have stopped at the first month end 3 months after a hike without another.
    The size of a cycle is not in the declaration. A first reading (every pause after a rise of a
    quarter point, 40 events in the sample) had been run before, with an effect of -0.4 %
    [-4.7, 4.0]; this one was chosen for its number of events, which the ledger expects to be few,
    and other sizes are in the curve. Both readings are immaterial.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    rate = policy_rate(data)
    d = pair.d(data).loc[rate.index[0] :]
    seen = tightening_stops(rate)
    answer = after(d, seen, "from 3 months after the last hike of a cycle")
    market = with_lag(market_returns(data))
    first, second = measures.halves(d.index)
    variants: dict[str, Estimate] = {
        "hindsight: from the last hike": after(
            d,
            tightening_stops(policy_rate(data, hindsight=True)) - pd.offsets.MonthEnd(3),
            "from the last hike, hindsight",
        ),
        "net of beta": after(d, seen, "net of beta", controls=market),
        "cycles of half a point": after(d, tightening_stops(rate, 0.5), "half a point"),
        "cycles of a point and a half": after(d, tightening_stops(rate, 1.5), "1.5 points"),
        "6 months": after(d, seen, "6 months", months=6),
        "24 months": after(d, seen, "24 months", months=24),
        "first half": after(d.iloc[first], seen, "first half"),
        "second half": after(d.iloc[second], seen, "second half"),
    }
    beside = placebo(d, seen)
    variants["placebo dates instead of Newey-West"] = beside
    specifications = measures.specify(variants)
    low, high = answer.interval
    table = {
        point.label: (point.value, *(point.interval or ()), point.n) for point in specifications
    }
    frame = pd.DataFrame.from_dict(
        {
            "tradable, 12 months": (answer.value, *answer.interval, answer.n),
            **dict(list(table.items())[:3]),
        },
        orient="index",
        columns=["value", "low", "high", "n"],
    )
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"In the year after tightening was seen to have stopped, small minus large ran "
            f"{answer.value:+z.1f} % against other months ({answer.n_effective:.0f} stops; 90 % "
            f"interval {low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"Buying when no hike had come for three months left {measures.STAKE:,} USD in small "
            f"companies {measures.ahead(answer.value)} large ones a year later, against the usual."
        ),
        pair=pair.name,
        vintage="as published: policy rates are not revised",
        specifications=specifications,
        exhibits=(
            Exhibit(
                kind="intervals",
                title=f"After the last hike: {answer.value:+z.1f} % over a year, when tradable",
                frame=frame,
                x="d over the window against other months, %, with 90 % interval",
                y="",
                marks={"smallest effect of interest": end_of_tightening.claimed},
                note="Hikes read off the target, and off the funds rate where none is held.",
            ),
        ),
        remarks=(placebo_in_words(beside),),
    )


def policy_rate(data: Dataset, *, hindsight: bool = False) -> pd.Series:
    """The policy rate by month end, percent: the target where held, else the average funds rate.

    The average counts from the month end at which it was published, or from its own in hindsight.
    """
    average = data.series("FEDFUNDS").dropna()
    lag = 0 if hindsight else macro.lag_of(data, "FEDFUNDS")
    target = macro.policy_target(data)
    end = average.index[-1] if target is None else target.index[-1]
    months = pd.date_range(average.index[0], max(end, average.index[-1]), freq="ME")
    known = macro.known_at(average, lag, months)
    if target is not None:
        known = macro.known_at(target, 0, months).fillna(known)
    return known.dropna().rename("policy rate")


def tightening_stops(
    rate: pd.Series, rise: float = 1.0, tolerance: float = 0.10
) -> pd.DatetimeIndex:
    """Month ends at which a tightening cycle was first seen to have stopped.

    Parameters
    ----------
    rate : Series
        Monthly policy rate, percent, month-end index.
    rise : float
        Points that a cycle must have lifted the rate from its low since the last stop.
    tolerance : float
        A rise in a month of no more than this is no hike.
    """
    hikes = (rate.diff() > tolerance).to_numpy()
    levels = rate.to_numpy()
    stops, low, last = [], levels[0], None
    for t, level in enumerate(levels):
        low = min(low, level)
        if hikes[t] and (last is not None or level - low >= rise):
            last = t
        if last is not None and t - last >= 3:
            stops.append(t)
            low, last = level, None
    return measures.dates(rate)[stops]
