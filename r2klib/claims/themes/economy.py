"""Economy: is it strengthening, who spends, and has that ever foretold a lead of small ones?"""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd

from r2klib.claims import ages, legs, pairs, signals, words
from r2klib.claims.asking import NEWEY_WEST, Ask, Found, Points
from r2klib.claims.designs import Foretell, SlopePerSd, quarters, standardized, values_of
from r2klib.claims.nouns import Reading, Told
from r2klib.claims.pairs import LEVEL, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import listing

theme = Theme("economy")

COMPOSITE = tuple(signals.COMPOSITE)


# ---- E0: strengthening now ---------------------------------------------------------------------


#: Components that both ends of the rise must have; under it the state is borderline.
FEWEST_IN_COMMON = 3
#: Columns of the rows on today's figures, in an edition that keeps releases.
_TODAY = ", today's figures"


def _conditions(rows: pd.DataFrame, window: int = 120, figures: str = "") -> dict[str, bool]:
    """Is growth above the median of `window` months, and has it risen in 6, like for like?"""
    growth = values_of(rows, f"growth{figures}", 7)
    rise = rows.loc[growth.index[-1], f"{signals.RISE}{figures}"]
    return {
        "above its 10-year median": bool(growth.iloc[-1] > growth.tail(window).median()),
        "higher than 6 months ago": bool(rise > 0),
    }


def _read_strength(rows: pd.DataFrame) -> Reading:
    """Both conditions; medians over 9 and 11 years and today's figures beside them.

    Where fewer than three components can be compared, nothing is said for certain.
    """
    growth, parts = values_of(rows, "growth", 7), _conditions(rows)
    others = [_conditions(rows, months) for months in (108, 132)]
    if f"growth{_TODAY}" in rows:
        others.append(_conditions(rows, figures=_TODAY))
    holds = all(parts.values())
    few = rows.loc[growth.index[-1], "components in common"] < FEWEST_IN_COMMON
    return Reading(
        value=float(growth.iloc[-1]),
        holds=holds,
        spread=(*(all(other.values()) for other in others), *([not holds] if few else [])),
        parts=parts,
        marks={"median of ten years": float(growth.tail(120).median())},
        n=min(120, len(growth)),
        unit="standard deviations",
        method=f"mean z-score of {listing(signals.NAMES[name] for name in _components(rows))}",
    )


def _components(rows: pd.DataFrame) -> list[str]:
    """Components of the composite that have a column of their own."""
    return [name for name in signals.NAMES if name in rows]


def _tell_strength(found: Found) -> Told:
    rows, now, ended = found.rows, _present(found.data), _ended(found.data)
    month = values_of(rows, "growth").index[-1]
    rise, common = rows.loc[month, [signals.RISE, "components in common"]]
    before = pd.Timestamp(month + pd.offsets.MonthEnd(-signals.BACK))
    remarks = [
        (
            f"The rise compares {common:z.0f} of {len(_components(rows))} components, "
            f"those that both {before:%B %Y} and {month:%B %Y} have."
        )
    ]
    if ended:
        gone = listing(f"{name} (ends {found.data.last(name):%Y-%m-%d})" for name in ended)
        remarks.append(f"Left out because it ended too long ago: {gone}.")
    if f"growth{_TODAY}" in rows:
        met = "is met" if all(_conditions(rows, figures=_TODAY).values()) else "is not met"
        latest = values_of(rows, f"growth{_TODAY}").iloc[-1]
        remarks.append(
            f"On revised data with their publication lag the composite reads {latest:+z.2f} sd, "
            f"and the condition {met}."
        )
    return Told(
        finding=(
            f"As published by {now:%B %Y}, the growth composite of {month:%B %Y} read "
            f"{found.value:+z.3f} sd, {rise:+z.3f} in 6 months, like for like"
        ),
        meaning=(
            "A state is no forecast: what it is worth depends on the link E1, whether a "
            "strengthening economy has been followed by a lead of small companies."
        ),
        vintage=signals.vintage(found.data, *signals.composite_of(found.data)),
        remarks=tuple(remarks),
        as_of=month.date(),
    )


@theme.claim(
    id="E0",
    statement="The economy is strengthening now.",
    kind="state",
    sei_unit="composite above its 10-year median and higher than 6 months ago, like for like",
    measure=(
        "Growth composite of payrolls, industrial production and unemployment (retail sales, "
        "claims and CFNAI where at hand), 10-year rolling z-scores; the rise compares the "
        "components that both dates have."
    ),
    needs=COMPOSITE,
    at_hand=tuple(signals.AT_HAND),
    design=_read_strength,
    tell=_tell_strength,
    drawn=("growth",),
    axes=("", "growth composite, standard deviations of the last ten years"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def strengthening(data: Dataset) -> pd.DataFrame:
    """The composite and its components by month, as they stood on the edition's last market day.

    The sample's figures reach beyond its market data: there it is the day of the component that
    ends first. All is of one vintage. The rise compares like with like, since components that come
    out later would otherwise be missing from one side. What is taken in where at hand is left out
    where it ended more than 6 months before the edition's present. Borderline where medians over
    108 or 132 months disagree, where fewer than three components can be compared, or, in an edition
    that keeps releases, where today's figures say otherwise.
    """
    data, now = _going_on(data), _present(data)
    today = signals.revised(data, *signals.composite_of(data))
    rows = _growth_on(data.as_of(now, vintage=True), now)
    if today is None:
        return rows
    return rows.join(_growth_on(today, now).add_suffix(_TODAY).iloc[:, :2], how="outer")


def _present(data: Dataset) -> pd.Timestamp:
    """The day that the composite is judged as of."""
    return pairs.now(data, *signals.composite_of(data))


def _ended(data: Dataset) -> tuple[str, ...]:
    return ages.ended(data, *(name for name in signals.AT_HAND if name in data))


def _going_on(data: Dataset) -> Dataset:
    """The edition without those components at hand that ended long before its present."""
    gone = _ended(data)
    return data.without(gone) if gone else data


def _growth_on(data: Dataset, now: pd.Timestamp) -> pd.DataFrame:
    """The composite by reference month, as far as it was published by `now`."""
    held = signals.composite_of(data)
    columns: dict[str, signals.Transform] = {
        "growth": signals.growth,
        signals.RISE: signals.like_for_like,
        "components in common": signals.in_common,
        **{name: partial(_part, name) for name in held},
    }
    made = {name: signals.by_period(data, how, *held) for name, how in columns.items()}
    rule = signals.rule_of(data, *held)
    frame = pd.DataFrame(made)
    known = signals.published_by(frame["growth"].dropna(), rule, now)
    return frame.reindex(known.index)


def _part(name: str, levels: signals.Levels) -> pd.DataFrame:
    return signals.growth_parts(levels)[name]


# ---- E1: growth foretells ----------------------------------------------------------------------


def _other_growth(ask: Ask) -> Points:
    yield from ask.usual()
    yield from ask.since("1981")
    yield from ask.pairs()
    yield "rise over 6 months instead of level", ask(gauge=signals.growth_rise(6))
    same = pd.DataFrame({"y": ask.rows["y"], "driver": signals.growth_composite(ask.data)})
    yield "hindsight: the month the figures speak of (sense)", _SAME_MONTH(same)
    if len(signals.composite_of(ask.data)) > len(COMPOSITE):
        yield "payrolls, production, unemployment alone", ask(made_of=COMPOSITE)
    yield from ask.revised(*signals.composite_of(ask.data))


#: What no one could have traded.
_SAME_MONTH = SlopePerSd(
    what="d on the growth composite of the same month", null="d does not move with growth"
)


def _tell_growth(found: Found) -> Told:
    held, known = signals.composite_of(found.data), found.rows["signal"].dropna()
    return Told(
        finding=(
            f"One standard deviation more growth was followed by {found.value:+z.1f} % a year of "
            f"small minus large against the usual (90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"After a month of growth one standard deviation above the usual, {STAKE:,} USD in "
            f"small companies ran {words.ahead(found.value)} large ones against the usual, at a "
            "yearly rate, in the month that followed."
        ),
        vintage=signals.vintage(found.data, *held, start=known.index[0]),
        remarks=found.beside(),
    )


@theme.claim(
    id="E1",
    statement="When the economy strengthens, small companies then beat large ones.",
    sort="foretell",
    direction=1,
    effect="lead of small companies after growth",
    sei=2.5,
    measure="d of the next month (12 months by Hodrick 1B) on the growth composite as published.",
    pair=SLOW_SINCE_1947,
    needs=COMPOSITE,
    at_hand=tuple(signals.AT_HAND),
    design=Foretell(),
    variants=_other_growth,
    tell=_tell_growth,
    axes=("growth composite as published", "small minus large in the next month, %"),
)
def growth_foretells(
    data: Dataset,
    pair: str,
    gauge: signals.Transform = signals.growth,
    made_of: tuple[str, ...] | None = None,
) -> pd.DataFrame:
    """D, and the composite as known at month end, within the vintage of that day.

    The pillar's state asks for level and rise, so the composite's level is the signal and its
    change is a variant. Live editions were first read on payrolls, production and unemployment
    alone, which stay on the curve beside all that is at hand.
    """
    d = pairs.get(pair).d(data)
    months = signals.period_ends(signals.growth_composite(data), d)
    return pd.DataFrame({"y": d, "signal": signals.growth_known(data, gauge, months, made_of)})


# ---- E2: spending of consumers and firms -------------------------------------------------------

_ACCOUNTS = ("PCECC96", "FPI", "GDP", "GDPC1")


def _score(levels: signals.Levels) -> pd.DataFrame:
    """Mean score of consumption and fixed investment, where both are there."""
    return (_consumption(levels) + _investment(levels)) / 2


def _consumption(levels: signals.Levels) -> pd.DataFrame:
    return _growth_score(levels["PCECC96"])


def _investment(levels: signals.Levels) -> pd.DataFrame:
    """Score of fixed investment over the deflator of output."""
    return _growth_score(levels["FPI"] / (levels["GDP"] / levels["GDPC1"]))


def _growth_score(level: pd.DataFrame) -> pd.DataFrame:
    """Log growth over four quarters as a z-score of its last 40 quarters, at least 20."""
    return signals.zscores(signals.log(level).diff(4), 40, 20)


def _other_spending(ask: Ask) -> Points:
    score = signals.by_period(ask.data, _score, *_ACCOUNTS)
    same = pd.DataFrame({"y": ask.rows["y"], "driver": score})
    yield "same quarter (sense, not tradable)", _SAME_QUARTER(same)
    yield NEWEY_WEST, ask.of(newey_west=True)
    yield "four quarters (Hodrick)", ask.of(horizon=4)
    yield from ask.halves()
    yield "consumption alone", ask(gauge=_consumption)
    yield "fixed investment alone", ask(gauge=_investment)
    yield from ask.revised(*_ACCOUNTS)
    yield from ask.pairs(quarters)


_SAME_QUARTER = SlopePerSd(
    scale=400.0,
    what="quarterly d on the score of the same quarter",
    null="d does not move with spending",
)


def _tell_spending(found: Found) -> Told:
    same = found.variants["same quarter (sense, not tradable)"]
    return Told(
        finding=(
            f"Two quarters after spending grew by one standard deviation more, small minus large "
            f"ran {found.value:+z.1f} % a year against the usual (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"Strong spending that was already in the statistics left {STAKE:,} USD in small "
            f"companies {words.ahead(found.value)} large ones against the usual, at a yearly rate; "
            f"in the quarter of the spending itself the rate was {same.value:+z.1f} %."
        ),
        vintage=signals.vintage(found.data, *_ACCOUNTS, start=found.used.index[0]),
        remarks=found.beside(),
    )


@theme.claim(
    id="E2",
    statement="Strong consumer and capital spending lifts small companies.",
    sort="foretell",
    direction=1,
    effect="lead of small companies after spending",
    sei=2.5,
    measure=(
        "Quarterly d on the mean z-score of real consumption and fixed-investment growth, two "
        "quarters earlier; the same quarter beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs=_ACCOUNTS,
    design=Foretell(periods_per_year=4),
    variants=_other_spending,
    tell=_tell_spending,
    axes=(
        "score of real consumption and fixed investment as published",
        "small minus large in the next quarter, %",
    ),
)
def spending(data: Dataset, pair: str, gauge: signals.Transform = _score) -> pd.DataFrame:
    """Quarterly d, and spending growth of the quarter before, as published by each quarter's end.

    So d answers growth of two quarters before, which was published in between.
    """
    spoken_of = signals.by_period(data, _score, *_ACCOUNTS)
    ends = signals.period_ends(spoken_of, spoken_of, "QE")
    signal = signals.read(data, gauge, *_ACCOUNTS, dates=ends)
    return pd.DataFrame({"y": quarters(pairs.get(pair).d(data)), "signal": signal})


# ---- E3: shocks from abroad --------------------------------------------------------------------


def _other_shocks(ask: Ask) -> Points:
    yield "trade tension alone", ask(shocks=("tpu",))
    yield "foreign slowdown alone", ask(shocks=("foreign.ip",))
    yield "market not controlled", ask.of(ask.rows[["y", "driver"]])
    yield from ask.halves()
    yield "as published", ask(published=True)
    if ask.held("EPUTRADE"):
        yield "trade index of Baker, Bloom and Davis alone", ask(shocks=("EPUTRADE",))
        yield "the same with foreign slowdown", ask(shocks=("EPUTRADE", "foreign.ip"))
    yield from ask.pairs()


def _tell_abroad(found: Found) -> Told:
    per_month = found.value / 12
    return Told(
        finding=(
            f"A month of one standard deviation more tension and slowdown abroad moved small minus "
            f"large by {per_month:+z.2f} %, net of the market: {found.value:+z.1f} % at a yearly "
            f"rate (90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"In such a month {STAKE:,} USD in small companies ended {words.ahead(per_month)} "
            "large ones, beyond what the market's own move explains."
        ),
        vintage=signals.REVISED,
    )


@theme.claim(
    id="E3",
    statement="Trade tension and a slowing world hurt small companies less than large ones.",
    sort="sense",
    direction=1,
    effect="shelter of small companies from shocks abroad",
    sei=2.5,
    measure=(
        "d on AR(1) innovations of trade-policy uncertainty and of foreign industrial "
        "production (sign turned), market controlled."
    ),
    pair=SLOW_SINCE_1947,
    needs={
        "sample": ("tpu", "foreign.ip"),
        "live": ("tpu", "foreign.ip", "french.factors"),
    },
    design=SlopePerSd(
        what="d on trade tension and foreign slowdown",
        null="shocks from abroad move small and large companies alike",
    ),
    variants=_other_shocks,
    tell=_tell_abroad,
    axes=(
        "sum of the innovations of trade tension and foreign slowdown",
        "small minus large in the month, %",
    ),
)
def abroad(
    data: Dataset,
    pair: str,
    shocks: tuple[str, ...] = ("tpu", "foreign.ip"),
    *,
    published: bool = False,
) -> pd.DataFrame:
    """D of the month, one shock from abroad, the market and its lag.

    The shock is the sum of two innovations, each in standard deviations and the sum again: of log
    trade-policy uncertainty (Caldara and others, since 1960), and, with the sign turned, of the
    growth of foreign industrial production (the euro area's, since 1975). Both belong to the
    month they speak of, as the news they measure does: a sense, not tradable. This index of trade
    decides, and not the shorter one of Baker, Bloom and Davis, because its row was sized on it.
    """
    d = pairs.get(pair).d(data)
    parts = pd.DataFrame({name: _shock(data, name) for name in shocks}).dropna()
    if published:
        months = d.index.intersection(parts.index)
        known = {n: signals.known_at(parts[n], signals.rule_of(data, n), months) for n in shocks}
        parts = pd.DataFrame(known).dropna()
    rows = pd.DataFrame({"y": d, "driver": parts.apply(standardized).sum(axis="columns")})
    return rows.join(legs.with_lag(legs.market(data)), how="left")


def _shock(data: Dataset, name: str) -> pd.Series:
    """What is new in a month's news of trade, or, with the sign turned, in foreign production."""
    level = data.series(name).dropna()
    if name == "foreign.ip":
        return -signals.innovations(np.log(level).diff())
    # The index of Baker, Bloom and Davis is zero in months without an article on trade policy.
    return signals.innovations(np.log(level.clip(lower=1.0) if name == "EPUTRADE" else level))


# ---- E4: government spending -------------------------------------------------------------------


def _other_horizons(ask: Ask) -> Points:
    yield "two quarters", ask.of(horizon=2)
    yield "eight quarters", ask.of(horizon=8)
    yield "next quarter", ask.of(horizon=1)
    yield from ask.halves()
    yield "without the Korean War (since 1955)", ask.of(ask.rows["1955":])
    yield from ask.revised("GCEC1")
    yield from ask.pairs(quarters)


def _tell_government(found: Found) -> Told:
    return Told(
        finding=(
            f"In the four quarters after government growth one standard deviation above the usual, "
            f"small minus large came to {found.value:+z.1f} % against the usual (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"A year after strong government growth was published, {STAKE:,} USD in small "
            f"companies stood {words.ahead(found.value)} large ones against the usual."
        ),
        vintage=signals.vintage(found.data, "GCEC1", start=found.used.index[0]),
        remarks=(
            *found.beside(),
            (
                "The defence-news instrument, which would tell cause from anticipation, is not in "
                "this edition."
            ),
        ),
    )


@theme.claim(
    id="E4",
    statement="Government spending lifts small companies.",
    sort="foretell",
    direction=1,
    effect="lead of small companies after government spending",
    sei=2.5,
    measure=(
        "Cumulative d over four quarters after real government consumption and investment "
        "growth; the defence-news instrument beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs=("GCEC1",),
    design=Foretell(unit="%", horizon=4, periods_per_year=4, summed=True),
    variants=_other_horizons,
    tell=_tell_government,
    axes=(
        "growth of real government spending in a quarter, as published",
        "small minus large over the four quarters after, %",
    ),
)
def government(data: Dataset, pair: str) -> pd.DataFrame:
    """Quarterly d, and government growth as known at the quarter's end.

    The slope implies the cumulative response, told per standard deviation of quarterly growth. Each
    quarter's growth is of the vintage in which it was the newest. Spending is anticipated, so this
    is what follows growth as it becomes known, not what spending causes.
    """
    rise = signals.log_change("GCEC1", 1)
    spoken_of = signals.by_period(data, rise, "GCEC1")
    ends = signals.period_ends(spoken_of, spoken_of, "QE")
    signal = signals.read(data, rise, "GCEC1", dates=ends)
    return pd.DataFrame({"y": quarters(pairs.get(pair).d(data)), "signal": signal})


theme.declare(
    id="E5",
    statement="Recessions hit small companies with particular force.",
    kind="merged",
    measure="The recession term of the credit-spread regression.",
    pair=LEVEL,
    reason="Merged into K5 as its spread x recession term.",
)
