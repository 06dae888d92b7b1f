"""Economy, continued: consumers, firms and the government as spenders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import PredictiveFit

theme = Theme("economy")


@theme.claim(
    id="E2",
    statement="Strong consumer and capital spending lifts small companies.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "Quarterly d on the mean z-score of real consumption and fixed-investment growth, two "
        "quarters earlier; the same quarter beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs={
        "sample": ("PCECC96", "FPI", "GDP", "GDPC1"),
        "live": ("PCECC96", "FPI", "GDP", "GDPC1"),
    },
)
def spending(data: Dataset) -> Evidence:
    """Quarterly d on spending growth of two quarters before, which was published in between.

    Growth is over four quarters, each z-score looks back 40 quarters (at least 20). Real fixed
    investment is the nominal series over the deflator of output. A quarter's end reads the figures
    that then stood in the accounts, its newest quarter being the one before.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    quarterly = _quarters(pair.d(data))
    score = macro.by_period(data, _spending_score, *SPENDING)
    quarter_ends = pd.date_range(score.index[0], score.index[-1], freq="QE")
    known = macro.read(data, _spending_score, *SPENDING, dates=quarter_ends).dropna()
    known = known.rename("spending")
    parts = {
        name: macro.read(data, part, *SPENDING, dates=quarter_ends).dropna()
        for name, part in (("consumption", _consumption), ("fixed investment", _investment))
    }
    found = foretell.fit(quarterly, known, periods=4, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    same = _same_quarter(quarterly, score)
    both = quarterly.index.intersection(known.index)
    first, second = measures.halves(both)
    variants = {
        "same quarter (sense, not tradable)": same,
        "Newey-West instead of simulated signals": foretell.newey_west(found),
        "four quarters (Hodrick)": foretell.estimate(foretell.fit(quarterly, known, 4, periods=4)),
        "first half": foretell.estimate(
            foretell.fit(quarterly.loc[both[first]], known.loc[both[first]], periods=4)
        ),
        "second half": foretell.estimate(
            foretell.fit(quarterly.loc[both[second]], known.loc[both[second]], periods=4)
        ),
        **{
            f"{name} alone": foretell.estimate(foretell.fit(quarterly, part, periods=4))
            for name, part in parts.items()
        },
    }
    beside = macro.revised(data, *SPENDING)
    if beside is not None:
        today = macro.read(beside, _spending_score, *SPENDING, dates=quarter_ends).dropna()
        variants[macro.REVISED_BESIDE] = foretell.estimate(
            foretell.fit(quarterly, today, periods=4)
        )
    for label, other in pairs.replications(data, pair).items():
        variants[label] = foretell.estimate(foretell.fit(_quarters(other), known, periods=4))
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(quarterly.index),
        finding=(
            f"Two quarters after spending grew by one standard deviation more, small minus large "
            f"ran {answer.value:+.1f} % a year (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"Strong spending that was already in the statistics left {measures.STAKE:,} USD in "
            f"small companies {measures.ahead(answer.value)} large ones, at a yearly rate; in the "
            f"quarter of the spending itself the rate was {same.value:+.1f} %."
        ),
        pair=pair.name,
        vintage=macro.vintage(data, *SPENDING, start=both[0]),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"Spending and small companies: {same.value:+.1f} % a year per sd in the same "
                    f"quarter, {answer.value:+.1f} % once it is known"
                ),
                frame=measures.intervals(
                    [
                        ("two quarters later (decides)", answer),
                        ("same quarter", same),
                        *((name, variants[name]) for name in list(variants)[5:7]),
                    ]
                ),
                x="small minus large, % a year per standard deviation, with 90 % interval",
                y="",
                marks={"smallest effect of interest": spending.claimed},
                note="Real consumption and real fixed investment, growth over four quarters.",
            ),
        ),
        remarks=foretell.beside(found),
    )


def _quarters(d: pd.Series) -> pd.Series:
    """Sum of monthly d over whole quarters."""
    grouped = d.resample("QE")
    return grouped.sum()[grouped.count() == 3].rename("d")


#: What E2 is made of.
SPENDING = ("PCECC96", "FPI", "GDP", "GDPC1")


def _spending_score(levels: macro.Levels) -> pd.DataFrame:
    """Mean score of consumption and fixed investment, where both are there."""
    return (_consumption(levels) + _investment(levels)) / 2


def _consumption(levels: macro.Levels) -> pd.DataFrame:
    return _growth_score(levels["PCECC96"])


def _investment(levels: macro.Levels) -> pd.DataFrame:
    """Score of fixed investment over the deflator of output."""
    return _growth_score(levels["FPI"] / (levels["GDP"] / levels["GDPC1"]))


def _growth_score(level: pd.DataFrame) -> pd.DataFrame:
    """Log growth over four quarters as a z-score of its last 40 quarters, at least 20."""
    return macro.zscores(macro.log(level).diff(4), 40, 20)


def _same_quarter(y: pd.Series, score: pd.Series) -> Estimate:
    return measures.per_sd(
        y,
        score,
        scale=400.0,
        what="quarterly d on the score of the same quarter",
        null="d does not move with spending",
    )


@theme.claim(
    id="E4",
    statement="Government spending lifts small companies.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%",
    measure=(
        "Cumulative d over four quarters after real government consumption and investment "
        "growth; the defence-news instrument beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": ("GCEC1",), "live": ("GCEC1",)},
)
def government(data: Dataset) -> Evidence:
    """Four-quarter d per standard deviation of quarterly government growth, Hodrick 1B.

    Quarterly d on the sum of growth over four quarters, as known at the quarter's end, its newest
    quarter being the one before; the slope implies the cumulative response. Each quarter's growth
    is of the vintage in which it was the newest: the first release where the edition keeps
    releases. Spending is anticipated, so this is what follows growth as it becomes
    known, not what spending causes; the instrument for that is in no edition yet.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    quarterly = _quarters(pair.d(data))
    rise = macro.log_change("GCEC1", 1)
    growth = macro.by_period(data, rise, "GCEC1")
    quarter_ends = pd.date_range(growth.index[0], growth.index[-1], freq="QE")
    known = macro.read(data, rise, "GCEC1", dates=quarter_ends).dropna()
    known = known.rename("GCEC1")
    found = foretell.fit(quarterly, known, 4, periods=4, draws=measures.DRAWS)
    answer = _cumulative(found)
    both = quarterly.index.intersection(known.index)
    first, second = measures.halves(both)
    variants = {
        "two quarters": _cumulative(foretell.fit(quarterly, known, 2, periods=4)),
        "eight quarters": _cumulative(foretell.fit(quarterly, known, 8, periods=4)),
        "next quarter": _cumulative(foretell.fit(quarterly, known, 1, periods=4)),
        "first half": _cumulative(
            foretell.fit(quarterly.loc[both[first]], known.loc[both[first]], 4, periods=4)
        ),
        "second half": _cumulative(
            foretell.fit(quarterly.loc[both[second]], known.loc[both[second]], 4, periods=4)
        ),
        "without the Korean War (since 1955)": _cumulative(
            foretell.fit(quarterly.loc["1955":], known.loc["1955":], 4, periods=4)
        ),
    }
    beside = macro.revised(data, "GCEC1")
    if beside is not None:
        today = macro.read(beside, rise, "GCEC1", dates=quarter_ends).dropna()
        variants[macro.REVISED_BESIDE] = _cumulative(foretell.fit(quarterly, today, 4, periods=4))
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _cumulative(foretell.fit(_quarters(other), known, 4, periods=4))
    horizons = {"1": "next quarter", "2": "two quarters", "8": "eight quarters"}
    path = [(f"{h} quarters" if h != "1" else "1 quarter", variants[horizons[h]]) for h in "12"]
    path += [("4 quarters (decides)", answer), ("8 quarters", variants["eight quarters"])]
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(quarterly.index),
        finding=(
            f"In the four quarters after government growth one standard deviation above the usual, "
            f"small minus large came to {answer.value:+.1f} % (90 % interval {low:.1f} to "
            f"{high:.1f})"
        ),
        meaning=(
            f"A year after strong government growth was published, {measures.STAKE:,} USD in small "
            f"companies stood {measures.ahead(answer.value)} large ones."
        ),
        pair=pair.name,
        vintage=macro.vintage(data, "GCEC1", start=both[0]),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=f"Government growth, then {answer.value:+.1f} % of d over a year",
                frame=measures.intervals(path),
                x="cumulative d per standard deviation of growth, %, with 90 % interval",
                y="",
                marks={"smallest effect of interest": government.claimed},
                note="Response implied by Hodrick's regressions at each horizon.",
            ),
        ),
        remarks=(
            *foretell.beside(found),
            (
                "The defence-news instrument, which would tell cause from anticipation, is not in "
                "this edition."
            ),
        ),
    )


def _cumulative(found: PredictiveFit) -> Estimate:
    """The effect of `found` as the h-period response to one standard deviation of the signal."""
    per_sd = found.sd / float(np.sqrt(found.signal_variance)) / found.periods_per_year
    return foretell.estimate(found, unit="%", scale=100.0 * per_sd)
