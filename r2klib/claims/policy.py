"""Rates, continued: what the Federal Reserve does, and bank credit."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import measures, pairs
from r2klib.claims.events import after, placebo, placebo_in_words
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import SLOW
from r2klib.claims.registry import NOT_BUILT, Theme
from r2klib.data import Dataset

theme = Theme("rates")

theme.declare(
    id="R0",
    statement="The Federal Reserve is easing or on hold and rates are calm.",
    kind="state",
    sei_unit="target change over 6 months <= 0 and 63-day volatility of the 2-year yield below "
    "its 10-year median",
    measure="Policy-rate target and daily changes of the 2-year yield.",
    needs={"sample": ("FEDFUNDS", "DGS2"), "live": ("DFEDTARU", "DGS2")},
    reason=NOT_BUILT,
)


theme.declare(
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
    reason=NOT_BUILT,
)


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

    Policy before 1990, and in the sample throughout, is read off the monthly average of the funds
    rate. A hike is a month in which it rose by more than 0.10 points (the tolerance of C1); a
    tightening cycle has lifted it by a point or more from its low since the stop before. The
    cycle is seen to have stopped at the first month end 3 months after a hike without another.
    Counted in events before any return was looked at; other sizes are in the curve.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    rate = data.series("FEDFUNDS").dropna()
    d = pair.d(data).loc[rate.index[0] :]
    seen = tightening_stops(rate)
    answer = after(d, seen, "from 3 months after the last hike of a cycle")
    market = with_lag(market_returns(data))
    first, second = measures.halves(d.index)
    variants: dict[str, Estimate] = {
        "hindsight: from the last hike": after(
            d, seen - pd.offsets.MonthEnd(3), "from the last hike, hindsight"
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
            f"{answer.value:+.1f} % against other months ({answer.n_effective:.0f} stops; 90 % "
            f"interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"Buying when no hike had come for three months left {measures.STAKE:,} USD in small "
            f"companies {measures.ahead(answer.value)} large ones a year later, against the usual."
        ),
        pair=pair.name,
        specifications=specifications,
        exhibits=(
            Exhibit(
                kind="intervals",
                title=f"After the last hike: {answer.value:+.1f} % over a year, when tradable",
                frame=frame,
                x="d over the window against other months, %, with 90 % interval",
                y="",
                marks={"smallest effect of interest": 5.0},
                note="Hikes read off the monthly average of the federal funds rate.",
            ),
        ),
        remarks=(placebo_in_words(beside),),
    )


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
