"""Rates: yields, the duration of growth against value, what the Federal Reserve does, credit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, policy, signals, weekly, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    ANNUAL_PERCENT,
    SPEC_DRAWS,
    AfterEvents,
    Foretell,
    Slope,
    SlopePerSd,
    quarters,
    values_of,
    with_events,
)
from r2klib.claims.estimates import Equation
from r2klib.claims.nouns import Reading, Told
from r2klib.claims.pairs import INDEX, SLOW
from r2klib.claims.registry import Theme
from r2klib.claims.score import TOLERANCE
from r2klib.claims.words import STAKE
from r2klib.data import Dataset

theme = Theme("rates")

PER_25 = "% per 25 bp"
#: From a response in decimals per point of yield to percent per 25 basis points.
SCALE_25 = 100 * 0.25


# ---- R0: easing or on hold, and calm -----------------------------------------------------------


def _read_hold(rows: pd.DataFrame) -> Reading:
    """The change of the policy rate, and the yield's volatility against its median."""
    moves, now, rate = values_of(rows, "volatility"), rows.index[-1], _policy_of(rows)
    before = values_of(rows.loc[: now - pd.DateOffset(months=6)], rate)
    change = float(values_of(rows, rate).iloc[-1] - before.iloc[-1])

    def calm(years: int) -> bool:
        return bool(moves.iloc[-1] < signals.last_years(moves, years).median())

    parts = {"easing or on hold": change <= _AT_MOST[rate], "yields calm": calm(10)}
    return Reading(
        value=change,
        holds=all(parts.values()),
        spread=tuple(parts["easing or on hold"] and calm(years) for years in (9, 11)),
        parts=parts,
        marks={"median of ten years": float(signals.last_years(moves, 10).median())},
        n=len(signals.last_years(moves, 10)),
        unit="percentage points in 6 months",
        method=f"{rate}; volatility of the 2-year yield against its median",
    )


#: How much the policy rate may rise in 6 months and still be on hold; averages as in C1.
_AT_MOST = {policy.TARGET: 1e-9, policy.AVERAGE: TOLERANCE + 1e-9}


def _policy_of(rows: pd.DataFrame) -> str:
    """The column of the policy rate."""
    return next(name for name in _AT_MOST if name in rows)


def _tell_hold(found: Found) -> Told:
    moves, now, change = found.rows["volatility"].dropna(), found.rows.index[-1], found.value
    slack = _AT_MOST[_policy_of(found.rows)]
    did = "eased" if change < -slack else "tightened" if change > slack else "held still"
    return Told(
        finding=(
            f"In the 6 months to {now:%B %Y} the Federal Reserve {did} ({change:+z.2f} points), "
            f"and the 2-year yield moved {100 * moves.iloc[-1]:z.1f} basis points a day against a "
            f"median of {100 * signals.last_years(moves, 10).median():z.1f}"
        ),
        meaning=(
            "A state is no forecast: what it is worth depends on the link R3, whether calm yields "
            "have been followed by a lead of small companies."
        ),
    )


@theme.claim(
    id="R0",
    statement="The Federal Reserve is easing or on hold and rates are calm.",
    kind="state",
    sei_unit="target change over 6 months <= 0 (sample: of the monthly funds rate <= 0.10) and "
    "63-day volatility of the 2-year yield below its 10-year median",
    measure="Policy-rate target and daily changes of the 2-year yield.",
    needs={"sample": ("FEDFUNDS", "DGS2"), "live": ("DFEDTARU", "DGS2")},
    design=_read_hold,
    tell=_tell_hold,
    drawn=("volatility",),
    axes=("", "standard deviation of 63 daily changes of the 2-year yield, percentage points"),
)
def on_hold(data: Dataset) -> pd.DataFrame:
    """The policy rate as it was known and the volatility of the 2-year yield up to its last day.

    Borderline where medians over nine or eleven years disagree.
    """
    moves, rate = signals.volatility(data.series("DGS2")), policy.rate_by_day(data)
    now = min(pd.Timestamp(moves.index[-1]), pairs.now(data, "FEDFUNDS", "DGS2"))
    rows = pd.DataFrame({"volatility": moves, rate.name: rate}).loc[:now]
    return rows.reindex(rows.index.union([now]))


# ---- R1: rising yields -------------------------------------------------------------------------

#: Weeks that a part of history must have to be asked on its own.
FIVE_YEARS = 260
_OTHER_YIELDS = {"DGS2": "2-year yield", "DFII10": "real yield", "T10YIE": "breakeven inflation"}
#: Jarocinski and Karadi (2020) tell the two causes of an announcement apart.
_CAUSES = {
    "policy shocks (cost of money)": "MP_median",
    "information shocks (news of growth)": "CBI_median",
}


def _other_yields(ask: Ask) -> Points:
    if ask.held("french.factors_daily"):
        smb = rising_yields.rows(ask.data, pair="smb")
        yield _since(smb), ask.of(smb)
        before = smb[smb.index < ask.rows.index[0]]
        if len(before) >= FIVE_YEARS:
            yield "SMB before the index", ask.of(before)
    yield "market not controlled", ask.of(ask.rows[["y", "driver"]])
    yield "yield of the week before", ask.of(ask.rows.assign(driver=ask.rows["driver"].shift(1)))
    yield "four weeks at a time", ask(weeks=4)
    yield from ask.halves()
    for series, label in _OTHER_YIELDS.items():
        if ask.held(series):
            yield label, ask(driver=series)
    yield from ask.remade("etf", "sp600")
    if ask.held("fomc.jarocinski_karadi"):
        for label, shock in _CAUSES.items():
            days = surprises.rows(ask.data, source="fomc.jarocinski_karadi", surprise=shock)
            yield label, ask.of(days, hac_lags=0, count=True)


def _beside_yields(found: Found) -> str:
    """What SMB says of many more weeks, where the edition holds the daily factors."""
    if "french.factors_daily" not in found.data:
        return ""
    weeks = rising_yields.rows(found.data, pair="smb")
    smb = found.variants[_since(weeks)]
    return (
        f"With SMB for d, weeks since {weeks.index[0].year} give {smb.value:+z.2f} % (90 % "
        f"interval {smb.interval:+z.2f}; {smb.n:,} weeks)."
    )


def _tell_yields(found: Found) -> Told:
    return Told(
        finding=(
            f"In a week in which the 10-year yield rose by 25 basis points, small minus large "
            f"moved by {found.value:+z.2f} %, net of the market (90 % interval "
            f"{found.interval:+z.2f})"
        ),
        meaning=(
            f"After a rise of half a point {STAKE:,} USD in small companies stood "
            f"{words.ahead(2 * found.value)} large ones, beyond what the market's own move "
            "explains."
        ),
        remarks=(_beside_yields(found),),
    )


def _since(smb: pd.DataFrame) -> str:
    return f"SMB since {smb.index[0].year}"


@theme.claim(
    id="R1",
    statement=(
        "Higher yields go with a lead of small companies: the growth they signal outweighs their "
        "cost."
    ),
    sort="sense",
    direction=1,
    effect="gain of small companies as yields rise",
    sei=0.25,
    measure=(
        "Weekly d on the change of the 10-year yield, market and its lag controlled, whole sample; "
        "never split by the sign of the stock-yield move."
    ),
    pair=INDEX,
    needs=("DGS10",),
    design=Slope(
        unit=PER_25,
        scale=SCALE_25,
        what="weekly d on the change of the 10-year yield",
        null="yields move small and large companies alike",
    ),
    variants=_other_yields,
    tell=_tell_yields,
    axes=("change of the yield in the week, percentage points", "small minus large in the week, %"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def rising_yields(data: Dataset, pair: str, driver: str = "DGS10", weeks: int = 1) -> pd.DataFrame:
    """D of a week, the change of a yield over the same days, the market and its lag.

    The indices decide, as for every weekly claim, from 1987 on (the sample's from 2000), and the
    S&P 500 is the market. All weeks count: a split by how stocks and yields moved together would
    select on what drives d. The announcements beside it tell the two causes apart: a pure policy
    shock, which is the cost of money, and an information shock, which is news of growth.
    """
    quoted = weekly.levels(data, pair).assign(driver=data.series(driver))
    return weekly.changes(quoted, weeks).rename(columns={"d": "y"})


# ---- R2: bank credit ---------------------------------------------------------------------------


_FORETELL = "next quarter, tradable (foretell)"


def _other_credit(ask: Ask) -> Points:
    easing = ask.claim.rows(ask.data, lead=0)
    yield (
        _FORETELL,
        Foretell(periods_per_year=4, draws=SPEC_DRAWS)(easing.rename(columns={"driver": "signal"})),
    )
    yield "first difference of tightening instead of its level", ask(made="change")
    yield "innovation of tightening (AR(1)) instead of its level", ask(made="innovation")
    yield "the quarter of the survey", ask.of(easing)
    yield from ask.halves()
    crises = pd.DatetimeIndex(ask.rows.index).year.isin([2008, 2009, 2020])
    yield "without 2008, 2009 and 2020", ask.of(ask.rows[~crises])
    if ask.held("DRTSCILM"):
        yield "tightening for large firms", ask(survey="DRTSCILM")
    if ask.held("french.factors"):
        quarterly = quarters(np.log1p(legs.market(ask.data))).rename("market")
        yield (
            "net of the market and its lag",
            ask.of(ask.rows.join(legs.with_lag(quarterly), how="left")),
        )
    yield from ask.pairs(quarters)


def _tell_credit(found: Found) -> Told:
    known = found.variants[_FORETELL]
    return Told(
        finding=(
            f"In a quarter in which banks eased by one standard deviation more, small minus large "
            f"ran {found.value:+z.1f} % a year against the usual (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {STAKE:,} USD in small companies ran {words.ahead(found.value)} "
            "large ones, against the usual, while more banks eased. In the quarter after the "
            f"survey, which one could have traded, the rate was {known.value:+z.1f} %."
        ),
        vintage="as published: the survey is not revised",
        remarks=(_policy_behind(found.data),),
    )


def _policy_behind(data: Dataset) -> str:
    """Do banks tighten when the policy rate rises? One sentence where the rate is held."""
    if "FEDFUNDS" not in data:
        return ""
    rate = data.series("FEDFUNDS").dropna().resample("QE").last().diff(4).shift(1)
    rows = pd.DataFrame({"y": data.series("DRTSCIS").dropna(), "driver": rate}).dropna()
    follow = Slope(unit="points of banks per point", null="banks do not follow the policy rate")
    found = follow(rows)
    return (
        f"Banks behind the policy rate: a point more over four quarters went with "
        f"{abs(found.value):z.1f} percentage points {'more' if found.value > 0 else 'fewer'} banks "
        f"tightening on balance, in the survey after (90 % interval {found.interval:+z.1f})."
    )


@theme.claim(
    id="R2",
    statement="Easier bank credit helps small companies.",
    sort="sense",
    direction=1,
    effect="gain of small companies as banks ease",
    sei=2.5,
    measure=(
        "Quarterly d on minus the level of the loan officers' net tightening for small firms "
        "(they are asked for the change), matched to the quarter the survey looks back on."
    ),
    pair=SLOW,
    needs=("DRTSCIS",),
    design=SlopePerSd(
        scale=400.0,
        what="quarterly d on minus net tightening (the quarter looked back on)",
        null="d does not move with bank credit",
    ),
    variants=_other_credit,
    tell=_tell_credit,
    axes=("minus net tightening for small firms", "small minus large in the quarter, %"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def bank_credit(
    data: Dataset, pair: str, survey: str = "DRTSCIS", lead: int = 1, made: str = "level"
) -> pd.DataFrame:
    """D of a quarter, and minus net tightening in the survey taken just after it.

    Banks are asked early in a quarter whether they tightened over the three months before: the
    answer is a change already, and its level belongs to d of the quarter before the one whose stamp
    it carries. Its first difference (the measure of version 1) and its AR(1) innovation are changes
    of a change. What could be traded is d of the quarter after the survey.

    `made` is ``level``, ``change`` or ``innovation``.
    """
    tightening = data.series(survey).dropna()
    easing = -_MADE[made](tightening).shift(-lead, freq="QE")  # by date: the first survey counts
    return pd.DataFrame({"y": quarters(pairs.get(pair).d(data)), "driver": easing})


_MADE: dict[str, Callable[[pd.Series], pd.Series]] = {
    "level": lambda tightening: tightening,
    "change": lambda tightening: tightening.diff(),
    "innovation": signals.innovations,
}


# ---- R3: calm yields ---------------------------------------------------------------------------


def _other_calm(ask: Ask) -> Points:
    yield from ask.usual()
    yield from ask.since("1981")
    yield from ask.pairs()
    yield "gap to its 10-year median", ask(gauge=signals.volatility_gap)
    yield "log of volatility", ask(gauge=lambda rate: np.log(signals.volatility(rate)))
    same = ask.rows.rename(columns={"signal": "driver"})
    yield "the same month (sense, not tradable)", _SAME_MONTH(same)
    if ask.held("DGS2"):
        yield "2-year yield", ask(series="DGS2")


_SAME_MONTH = SlopePerSd(
    what="d of the same month on calm",
    null="d does not move with the volatility of yields",
)


def _tell_calm(found: Found) -> Told:
    return Told(
        finding=(
            f"After yields that had been calmer by one standard deviation, small minus large ran "
            f"{found.value:+z.1f} % a year against the usual (90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"Calm yields were followed by a month in which {STAKE:,} USD in small companies ran "
            f"{words.ahead(found.value)} large ones against the usual, at a yearly rate."
        ),
        remarks=found.beside(),
    )


@theme.claim(
    id="R3",
    statement="A stable path of rates helps small companies.",
    sort="foretell",
    direction=1,
    effect="lead of small companies after calm yields",
    sei=2.5,
    measure="d on minus the 63-day volatility of the 10-year yield.",
    pair=SLOW,
    needs=("DGS10",),
    design=Foretell(),
    variants=_other_calm,
    tell=_tell_calm,
    axes=(
        "calm: minus the volatility of the 10-year yield",
        "small minus large in the next month, %",
    ),
)
def stable_path(
    data: Dataset, pair: str, series: str = "DGS10", gauge: signals.Gauge = signals.volatility
) -> pd.DataFrame:
    """D, and minus the volatility of the 10-year yield known at month end.

    Its level decides, as the row says; its gap to a median of ten years is what the state R0 uses.
    """
    d, restless = pairs.get(pair).d(data), gauge(data.series(series))
    months = signals.period_ends(restless.dropna(), d)
    calm = -signals.known_at(restless, signals.AT_ONCE, months).dropna()
    return pd.DataFrame({"y": d, "signal": calm})


# ---- R4: low rates and big growth --------------------------------------------------------------

#: First and last month of each programme of large-scale asset purchases, as the Federal Open
#: Market Committee announced them: 2008-11, 2010-11, 2012-09 and 2020-03.
BOND_BUYING = (
    ("2008-11", "2010-03"),
    ("2010-11", "2011-06"),
    ("2012-09", "2014-10"),
    ("2020-03", "2022-03"),
)


def _other_low(ask: Ask) -> Points:
    rows = ask.rows
    both = rows.dropna(subset=["y", "driver"]).index
    yield "months of bond buying", ask.of(rows.loc[both].assign(driver=_bond_buying(both)))
    real = _real_funds_rate(ask.data, rows.index)
    tight = (real < real.expanding(120).median()).astype(float).loc[both[120:]]
    yield "real rate below its median to date", ask.of(rows.assign(driver=tight))
    before = rows["driver"].dropna().shift(1)
    yield "known a month before", ask.of(rows.assign(driver=before))
    yield from ask.halves()
    yield "big growth minus big value", ask(value=("S5V5",))


def _tell_low(found: Found) -> Told:
    return Told(
        finding=(
            f"With real rates below zero, big growth minus small value ran {found.value:+z.1f} % "
            f"a year against other months (90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"On {STAKE:,} USD, a year of negative real rates went with big growth "
            f"{words.usd(words.percent(found.value))} {'better' if found.value > 0 else 'worse'} "
            "against small value than other years did."
        ),
        vintage=signals.REVISED,
    )


@theme.claim(
    id="R4",
    statement="Bond buying and low rates favoured large growth companies.",
    sort="level",
    direction=1,
    effect="lead of big growth under low real rates",
    sei=4.0,
    measure=(
        "Big growth minus small value, months with a real funds rate below zero minus the rest, "
        "since 1954; months of bond buying beside it."
    ),
    needs=("french.size_value", "FEDFUNDS", "CPIAUCSL"),
    design=Slope(
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        what="big growth minus small value, real funds rate below zero minus the rest",
        null="low rates make no difference to big growth minus small value",
    ),
    variants=_other_low,
    tell=_tell_low,
    axes=(
        "real funds rate below zero / all others",
        "big growth minus small value in the month, %",
    ),
)
def low_rates(data: Dataset, value: tuple[str, ...] = ("S1V5", "S3V5")) -> pd.DataFrame:
    """Log return of big growth minus small value; one where the real funds rate is negative.

    Big growth is S5V1, small value the mean of S1V5 and S3V5. A level: the same month, no forecast.
    """
    y = -legs.value_minus_growth(data, value)
    real = _real_funds_rate(data, y.index)
    return pd.DataFrame({"y": y, "driver": (real < 0).astype(float).where(real.notna())})


def _real_funds_rate(data: Dataset, index: pd.Index) -> pd.Series:
    """Average funds rate of the month minus 12-month inflation as published by its end, %."""
    inflation = signals.known_at(signals.inflation(data), signals.rule_of(data, "CPIAUCSL"), index)
    return (data.series("FEDFUNDS").reindex(index) - inflation).rename("real funds rate")


def _bond_buying(index: pd.Index) -> pd.Series:
    inside = pd.Series(0.0, index=index, name="bond buying")
    for first, last in BOND_BUYING:
        inside.loc[first:last] = 1.0
    return inside


# ---- R5: duration ------------------------------------------------------------------------------


_NEXT = "yield, next month"


@dataclass(frozen=True, kw_only=True)
class OverMonths(Slope):
    """A `Slope` on those of its drivers that rows hold: one change, or two that share a move."""

    def on_held(self, rows: pd.DataFrame) -> Slope:
        """The plain slope on what is there."""
        held = {name: weight for name, weight in self.weights.items() if name in rows}
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return Slope(**own | {"on": held or self.on})

    def used(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows in which y and the drivers that are there are known."""
        return self.on_held(rows).used(rows)

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The sum of the coefficients that there are."""
        return self.on_held(rows).equation(rows)

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """The drivers, each by its share of the sum."""
        return self.on_held(rows).imprint(rows, effect)

    def net(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The drivers' sum and y, each net of the controls."""
        return self.on_held(rows).net(rows)


_AVERAGES = "averages of the month since {year}, this month and the next added up"


def _other_duration(ask: Ask) -> Points:
    yield "market not controlled", ask.of(ask.rows.drop(columns=legs.CONTROLS))
    yield from ask.halves()
    if ask.held("GS10"):
        yield from _averages(ask)
    yield "big value minus big growth", ask(value=("S5V5",))
    yield "small value minus small growth", ask(growth="S1V1")
    shorter = "GS1" if ask.data.kind == "sample" else "DGS2"
    if ask.held(shorter):
        yield f"slope (10-year minus {shorter[-1]}-year) instead", ask(less=shorter)
    if ask.held("IWN", "IWF", "SPY", "DGS10"):
        yield "weekly funds (IWN minus IWF)", ask.of(_weekly_funds(ask.data))


def _averages(ask: Ask) -> Points:
    """Yields that are averages of the month: both months' changes, unless they decide, and one."""
    rows = ask.claim.rows(ask.data, averages=True)
    if _NEXT not in ask.rows:
        yield _AVERAGES.format(year=rows.dropna().index[0].year), ask.of(rows)
    yield "this month's average alone", ask.of(rows.drop(columns=_NEXT))


def _weekly_funds(data: Dataset) -> pd.DataFrame:
    """The same rows of funds: IWN minus IWF of a week, net of SPY and its lag."""
    funds = {name: data.frame(name)["Adj Close"] for name in ("IWN", "IWF", "SPY")}
    logs = np.log(pd.DataFrame(funds).dropna())
    quoted = pd.DataFrame({"y": logs["IWN"] - logs["IWF"], "market": logs["SPY"]})
    return weekly.changes(quoted.assign(**{"yield": data.series("DGS10")}))


def _tell_duration(found: Found) -> Told:
    return Told(
        finding=(
            f"A rise of the 10-year yield by one point went with {found.value:+z.1f} % for small "
            f"value against big growth, net of the market (90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"For a rise of a quarter point, {STAKE:,} USD in small value came out "
            f"{words.ahead(found.value / 4)} big growth, beyond what the market's own move "
            "explains."
        ),
        remarks=(_SPREAD_OUT if _NEXT in found.rows else "",),
    )


_SPREAD_OUT = (
    "Yields are averages of the month: the effect is that of this month's change and the next "
    "added up, which for yields that walk at random comes out a fifth too large."
)


@theme.claim(
    id="R5",
    statement="Rising rates hurt large growth companies more.",
    sort="sense",
    direction=1,
    effect="lead of small value as yields rise",
    sei=1.5,
    measure=(
        "Yield coefficient of small value minus big growth, monthly French portfolios, market and "
        "its lag controlled. Live: yields of month ends; sample: averages of the month, the "
        "coefficients of this month's change and the next added up."
    ),
    needs={
        "sample": ("french.size_value", "french.factors_2017", "GS10"),
        "live": ("french.size_value", "french.factors", "DGS10"),
    },
    design=OverMonths(
        unit="% per 100 bp",
        scale=100.0,
        on={"yield": 1.0, _NEXT: 1.0},
        what="small value minus big growth on change of the 10-year yield",
        null="yields move small value and big growth alike",
    ),
    variants=_other_duration,
    tell=_tell_duration,
    axes=(
        "change of the 10-year yield in the month, percentage points",
        "small value minus big growth in the month, %",
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def duration(
    data: Dataset,
    value: tuple[str, ...] = ("S1V5", "S3V5"),
    growth: str = "S5V1",
    less: str | None = None,
    *,
    averages: bool | None = None,
) -> pd.DataFrame:
    """Small value minus big growth of a month, the change of the 10-year yield, market and lag.

    Live, yields go from month end to month end, as returns do (since 1962). The sample's are
    averages of the month (since 1953), which spread a move over two changes: this month's and the
    next one's coefficients are added up. For a yield that walks at random by day that sum is a
    fifth more than the response itself, where this month's alone is a quarter less.
    """
    change = signals.yield_change(data, less, averages=averages)
    y = legs.value_minus_growth(data, value, growth).rename("y")
    market = legs.with_lag(legs.market(data, legs.factors_of_portfolios(data)))
    return change.join(y, how="outer").join(market, how="left")


# ---- R6: the end of tightening -----------------------------------------------------------------


def _other_stops(ask: Ask) -> Points:
    yield "hindsight: from the last hike", ask(hindsight=True)
    if ask.held("french.factors"):
        market = legs.with_lag(legs.market(ask.data))
        yield "net of beta", ask.of(ask.rows.join(market, how="outer"))
    yield "cycles of half a point", ask(rise=0.5)
    yield "cycles of a point and a half", ask(rise=1.5)
    yield from ask.usual()


def _tell_stops(found: Found) -> Told:
    return Told(
        finding=(
            f"In the year after tightening was seen to have stopped, small minus large ran "
            f"{found.value:+z.1f} % against other months ({found.estimate.n_effective:z.0f} stops; "
            f"90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"Buying when no hike had come for three months left {STAKE:,} USD in small "
            f"companies {words.ahead(found.value)} large ones a year later, against the usual."
        ),
        vintage="as published: policy rates are not revised",
        remarks=found.beside(),
    )


@theme.claim(
    id="R6",
    statement="The end of a tightening cycle helps small companies.",
    sort="event",
    direction=1,
    effect="lead of small companies after the end of tightening",
    sei=5.0,
    measure=(
        "d over 12 months from the first month end that is 3 months after a hike with none since, "
        "in a cycle that had lifted the rate by a point or more from its low since the last stop "
        "(tradable); from the last hike beside it."
    ),
    pair=SLOW,
    needs={"sample": ("FEDFUNDS",), "live": ("DFEDTARU", "FEDFUNDS")},
    design=AfterEvents(what="from 3 months after the last hike of a cycle"),
    variants=_other_stops,
    tell=_tell_stops,
    axes=(
        "first month end at which tightening had stopped",
        "small minus large over the 12 months after, %",
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def end_of_tightening(
    data: Dataset, pair: str, rise: float = 1.0, *, hindsight: bool = False
) -> pd.DataFrame:
    """D, and the month ends at which tightening was seen to have stopped.

    Policy is the target at month end from 1990, as far as the edition holds it; before, and in the
    sample throughout, the monthly average of the funds rate, which counts from the month in which
    it was published. A hike is a month in which it rose by more than 0.10 points, as in C1; a
    tightening cycle has lifted it by a point or more from its low since the stop before. The
    cycle is seen to have stopped at the first month end 3 months after a hike without another.
    The size of a cycle came into the declaration with version 2. A first reading (every pause after
    a rise of a quarter point, 40 events in the sample) had been run before, with an effect of
    -0.4 % [-4.7, 4.0]; this one was chosen for its number of events, which the ledger expects to
    be few, and other sizes are in the curve.
    """
    seen = policy.tightening_stops(policy.rate_by_month(data, hindsight=hindsight), rise)
    events = seen - pd.offsets.MonthEnd(3) if hindsight else seen
    d = pairs.get(pair).d(data)
    return with_events(d.loc[signals.period_ends(policy.rate_by_month(data), d)[0] :], events)


# ---- R7: surprises of the Federal Reserve ------------------------------------------------------


def _other_surprises(ask: Ask) -> Points:
    day = ask.rows
    yield "2 days", ask(days=2)
    yield "21 days", ask(days=21)
    yield "net of the market that day", ask.of(day.join(_whole(ask.data)))
    yield "surprise net of what was known before", ask(surprise="MPS_ORTH")
    yield "scheduled meetings alone", ask(scheduled=True)
    yield from ask.halves()
    if ask.held("fomc.jarocinski_karadi"):
        yield (
            "surprise of Jarocinski and Karadi",
            ask(source="fomc.jarocinski_karadi", surprise="pc1"),
        )
    yield from ask.remade("etf", "sp600")


def _whole(data: Dataset) -> pd.Series:
    """The market's own return on the same days."""
    return market_surprises.rows(data)["y"].rename("market")


def _tell_surprises(found: Found) -> Told:
    whole = found.design(found.rows.assign(y=_whole(found.data)))
    return Told(
        finding=(
            f"On days when the Federal Reserve surprised by 25 basis points, small minus large "
            f"moved by {found.value:+z.2f} % (90 % interval {found.interval:+z.2f}; "
            f"{found.answer.n} announcements)"
        ),
        meaning=(
            f"After a surprise rise of a quarter point {STAKE:,} USD in small companies "
            f"ended the day {words.ahead(found.value)} large ones; the S&P 500 itself moved by "
            f"{whole.value:+z.1f} %."
        ),
        remarks=(
            (
                f"The S&P 500 moved by {whole.value:+z.2f} % per 25 basis points on the same days; "
                "Bernanke and Kuttner (2005) found about 1 % for a surprise cut of that size."
            ),
        ),
    )


@theme.claim(
    id="R7",
    statement="Small companies respond more to surprises from the Federal Reserve.",
    sort="sense",
    direction=-1,
    effect="greater response of small companies to surprises of the Fed",
    sei=0.5,
    measure="d on announcement days on the high-frequency policy surprise; 2 and 21 days beside.",
    pair=INDEX,
    needs=("fomc.bauer_swanson",),
    design=Slope(
        unit=PER_25,
        scale=SCALE_25,
        hac_lags=0,
        count=True,
        what="d around announcements on the surprise (the day)",
        null="surprises move small and large companies alike",
    ),
    variants=_other_surprises,
    tell=_tell_surprises,
    axes=(
        "surprise in the half hour around the announcement, percentage points",
        "small minus large on the day of the announcement, %",
    ),
)
def surprises(
    data: Dataset,
    pair: str,
    source: str = "fomc.bauer_swanson",
    surprise: str = "MPS",
    days: int = 1,
    *,
    scheduled: bool = False,
) -> pd.DataFrame:
    """D of announcement days and the surprise of the half hour around them.

    The surprise of Bauer and Swanson (2023), in points of the four-quarter-ahead rate. Only d is
    asked, so no market control: that small companies fall more because their beta is higher is part
    of the claim. White errors: announcements are weeks apart.
    """
    return around(weekly.levels(data, pair)["d"], _told(data, source, surprise, scheduled), days)


def _told(data: Dataset, source: str, surprise: str, scheduled: bool) -> pd.Series:
    """Surprises by the time of their announcement, of scheduled meetings alone or of all."""
    events = data.frame(source)
    told: pd.Series = events.loc[events["Unscheduled"] == 0 if scheduled else slice(None), surprise]
    return told


def around(level: pd.Series, surprise: pd.Series, days: int = 1) -> pd.DataFrame:
    """Change of a daily log level from before an announcement over `days` days of trade.

    The level is that of closes at 16:00 US Eastern, the surprise by time of announcement, US
    Eastern. The first day is that of the announcement; the next one where it came at or after the
    close or on a day without trade. Columns ``y`` and ``driver``, surprises of one day added up.
    """
    known = surprise.dropna()
    stamps = pd.DatetimeIndex(known.index)
    after_close = (stamps - stamps.normalize()) >= pd.Timedelta(hours=16)
    earliest = stamps.normalize() + pd.to_timedelta(after_close.astype(int), unit="D")
    at = level.index.searchsorted(earliest)
    inside = (at >= 1) & (at + days - 1 < len(level))
    by_day = known[inside].groupby(at[inside]).sum()
    rows = np.asarray(by_day.index)
    values = level.to_numpy()
    return pd.DataFrame(
        {"y": values[rows + days - 1] - values[rows - 1], "driver": by_day.to_numpy()},
        index=level.index[rows],
    )


# ---- R8: the value tilt ------------------------------------------------------------------------

#: Points of difference that make a tilt.
TILT = 10.0
#: Size quintiles of each side: the two smallest hold most members of the Russell 2000, the biggest
#: holds the weight of the S&P 500; the third and fourth straddle both.
_SIDES = {
    "small": "12",
    "large": "5",
    "smallest": "1",
    "three smallest": "123",
    "two biggest": "45",
}


def _tilts(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Small minus large in percentage points, as declared and with other sizes."""
    return {
        "declared": rows["small"] - rows["large"],
        "smallest quintile alone": rows["smallest"] - rows["large"],
        "three smallest quintiles": rows["three smallest"] - rows["large"],
        "large: two biggest quintiles": rows["small"] - rows["two biggest"],
    }


def _read_tilt(rows: pd.DataFrame) -> Reading:
    value, *others = (float(tilt.iloc[-1]) for tilt in _tilts(rows).values())
    return Reading(
        value=value,
        holds=value > TILT,
        spread=tuple(other > TILT for other in others),
        n=int(rows["firms"].iloc[-1]),
        unit="percentage points",
        method="share of capitalisation in the two cheapest NYSE book-to-market quintiles",
    )


def _other_tilts(ask: Ask) -> Points:
    tilts = _tilts(ask.rows)
    tilt = tilts.pop("declared")
    tilts |= {
        "mean of the last ten years": tilt.tail(120).expanding().mean(),
        "mean since 1963": tilt["1963-07":].expanding().mean(),
        "mean of all months": tilt.expanding().mean(),
    }
    for label, path in tilts.items():
        yield label, (float(path.iloc[-1]), len(path))


def _tell_tilt(found: Found) -> Told:
    now, small, large = found.rows.index[-1], *found.rows[["small", "large"]].iloc[-1]
    return Told(
        finding=(
            f"In {now:%B %Y} the cheaper two fifths by book-to-market held {small:z.0f} % of small "
            f"companies' capitalisation and {large:z.0f} % of large ones'"
        ),
        meaning=(
            f"Of {STAKE:,} USD, {words.usd(small)} lay in value shares among small "
            f"companies against {words.usd(large)} among large ones. A tilt is no duration: "
            "whether value lost less than growth when yields rose is R5's question, and the "
            "literature finds no shorter duration in size itself."
        ),
    )


@theme.claim(
    id="R8",
    statement="Small companies are tilted to value.",
    kind="state",
    sei_unit="share of capitalisation in the two cheapest B/M quintiles, small minus large, "
    "above 10 percentage points",
    measure="Share of capitalisation in the top two NYSE book-to-market quintiles, by size.",
    needs={
        "sample": ("french.size_value.firms",),
        "live": ("french.size_value.firms", "french.size_value.size"),
    },
    design=_read_tilt,
    variants=_other_tilts,
    tell=_tell_tilt,
    drawn=("small", "large"),
    axes=("", "% of capitalisation in the two cheapest B/M quintiles"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def value_tilt(data: Dataset) -> pd.DataFrame:
    """Percent of capitalisation in B/M quintiles 4 and 5, for each side's sizes; firms in all.

    Borderline where the smallest quintile alone, the three smallest, or the two biggest as "large"
    put it on the other side.
    """
    firms = data.frame("french.size_value.firms")
    caps = legs.capitalisation(data, "french.size_value").dropna()
    shares = {name: 100 * _value_share(caps, sizes) for name, sizes in _SIDES.items()}
    return pd.DataFrame(shares | {"firms": firms.sum(axis="columns").loc[caps.index]})


def _value_share(caps: pd.DataFrame, sizes: str) -> pd.Series:
    """Share of the cap of size quintiles `sizes` that lies in the two cheapest B/M quintiles."""
    side = caps.filter(regex=f"^S[{sizes}]V")
    return side.filter(regex=r"V[45]$").sum(axis="columns") / side.sum(axis="columns")


# ---- R9: surprises and the market --------------------------------------------------------------

_SCHEDULED, _RUSSELL = "scheduled meetings alone", "Russell 2000 instead"


def _other_responses(ask: Ask) -> Points:
    yield "2 days", ask(days=2)
    yield "21 days", ask(days=21)
    yield "surprise net of what was known before", ask(surprise="MPS_ORTH")
    yield _SCHEDULED, ask(scheduled=True)
    yield from ask.halves()
    if ask.held("fomc.jarocinski_karadi"):
        for label, shock in {"surprise of Jarocinski and Karadi": "pc1", **_CAUSES}.items():
            yield label, ask(source="fomc.jarocinski_karadi", surprise=shock)
    if ask.held("^RUT"):
        yield _RUSSELL, ask(index="^RUT")


def _tell_response(found: Found) -> Told:
    rows, scheduled = found.used, found.variants[_SCHEDULED]
    lower = 100 * float((rows["y"] < 0)[rows["driver"] > 0].mean())
    return Told(
        finding=(
            f"On days when the Federal Reserve surprised by 25 basis points, the S&P 500 moved by "
            f"{found.value:+z.2f} % (90 % interval {found.interval:+z.2f}; {found.answer.n} "
            "announcements)"
        ),
        meaning=(
            f"On a day with a surprise rise of a quarter point {STAKE:,} USD in the S&P 500 "
            f"{'lost' if found.value < 0 else 'gained'} {words.usd(found.value)}. It fell on "
            f"{lower:z.0f} % of the days whose surprise was a rise."
        ),
        remarks=(
            "Bernanke and Kuttner (2005) found about 1 % for a surprise cut of that size.",
            (
                f"Scheduled meetings alone, without moves in an emergency, give "
                f"{scheduled.value:+z.2f} % (90 % interval {scheduled.interval:+z.2f})."
            ),
        ),
    )


@theme.claim(
    id="R9",
    statement="Surprises of the Federal Reserve move the market.",
    sort="sense",
    direction=-1,
    effect="pull of the Fed's surprises on the market",
    sei=0.5,
    measure=(
        "S&P 500 return on announcement days on the high-frequency policy surprise; 2 and 21 days "
        "beside."
    ),
    needs=("^GSPC", "fomc.bauer_swanson"),
    design=Slope(
        unit=PER_25,
        scale=SCALE_25,
        hac_lags=0,
        count=True,
        what="S&P 500 around announcements on the surprise (the day)",
        null="surprises do not move the market",
    ),
    variants=_other_responses,
    tell=_tell_response,
    axes=(
        "surprise in the half hour around the announcement, percentage points",
        "S&P 500 on the day of the announcement, %",
    ),
    frozen=dt.date(2026, 11, 28),
)
def market_surprises(
    data: Dataset,
    source: str = "fomc.bauer_swanson",
    surprise: str = "MPS",
    days: int = 1,
    index: str = "^GSPC",
    *,
    scheduled: bool = False,
) -> pd.DataFrame:
    """Log price return of the S&P 500 on announcement days, and the surprise around them.

    The same surprises and days as in R7, which asks whether small companies respond more: what it
    finds can only be read beside what the whole market does. A rise is a surprise towards tighter
    policy, so the claim predicts a minus.
    """
    level = np.log(data.frame(index)["Close"].dropna())
    return around(level, _told(data, source, surprise, scheduled), days)
