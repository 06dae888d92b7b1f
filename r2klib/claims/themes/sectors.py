"""Sectors: how broad each index is, and whether the mix of industries favours small companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from r2klib.claims import holdings, legs, pairs, signals, weekly, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    ANNUAL_PERCENT,
    SPEC_DRAWS,
    AfterEvents,
    Design,
    Foretell,
    Mean,
    Slope,
    SlopePerSd,
    with_events,
)
from r2klib.claims.estimates import block_of, from_law
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import brinson_fachler, to_log, wild_bootstrap

theme = Theme("sectors")


# ---- S0: breadth -------------------------------------------------------------------------------

SMALL, LARGE = holdings.LISTS
_POSTED = ", posted"


def _members(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """One list as `holdings` takes it: the column's weights, in decimals."""
    shares = rows.dropna(subset=[column]).reset_index()
    return shares.assign(weight=shares[column] / 100)


def _times(small: pd.DataFrame, large: pd.DataFrame) -> dict[str, float]:
    return holdings.breadth(small).times(holdings.breadth(large))


def _breadths(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """How many times broader the small index is by each measure, as declared and otherwise."""
    lists = [_members(rows, index) for index in holdings.LISTS]
    return {
        "as declared": _times(*lists),
        "share classes added up": _times(*map(holdings.by_issuer, lists)),
        "posted weights": _times(*(_members(rows, index + _POSTED) for index in holdings.LISTS)),
    }


def _read_breadth(rows: pd.DataFrame) -> Reading:
    found = _breadths(rows)
    times = found["as declared"]
    declared, *others = (min(each.values()) > 1 for each in found.values())
    return Reading(
        value=times["effective number"],
        holds=declared,
        spread=tuple(others),
        parts={f"broader by {name}": value > 1 for name, value in times.items()},
        n=int(rows[SMALL].count()),
        unit="times as many effective names",
        method="sector Herfindahl, top-10 weight, one over the sum of squared weights",
    )


def _other_breadths(ask: Ask) -> Points:
    found = _breadths(ask.rows)
    if ask.held(holdings.OTHER_SMALL):
        other = holdings.members(ask.data, holdings.OTHER_SMALL)
        found["S&P 600"] = _times(other, _members(ask.rows, LARGE))
    for how, times in found.items():
        for name, value in times.items():
            yield f"{name}, {how}", (value, int(ask.rows[SMALL].count()))


def _tell_breadth(found: Found) -> Told:
    lists = {index: _members(found.rows, index) for index in holdings.LISTS}
    small, large = (holdings.breadth(shares) for shares in lists.values())
    weights = pd.DataFrame({index: holdings.sectors(x) for index, x in lists.items()}) * 100
    largest, most = weights.idxmax(), weights.max()
    days = holdings.days(found.data)
    return Told(
        finding=(
            f"The Russell 2000 of {days[SMALL]} is as broad as {small.effective:z.0f} equal names, "
            f"the S&P 500 of {days[LARGE]} as {large.effective:z.0f}; the ten largest weigh "
            f"{100 * small.top10:z.1f} % and {100 * large.top10:z.1f} %, the largest sector "
            f"({largest[SMALL]}, {largest[LARGE]}) {most[SMALL]:z.0f} % and {most[LARGE]:z.0f} %"
        ),
        meaning=(
            f"Of {STAKE:,} USD, {words.usd(100 * small.top10)} ride on ten companies in the "
            f"Russell 2000 and {words.usd(100 * large.top10)} in the S&P 500."
        ),
        remarks=(_apart(days),),
        as_of=min(days.values()),
    )


def _apart(days: Mapping[str, dt.date]) -> str:
    """A warning where the two lists are of different days."""
    if len(set(days.values())) == 1:
        return ""
    lists = (
        f"The list of the Russell 2000 is of {days[SMALL]}, that of the S&P 500 of {days[LARGE]}"
    )
    return f"{lists}: what changed in between is in the difference."


@theme.claim(
    id="S0",
    statement="The Russell 2000 is spread over sectors and names more broadly than the S&P 500.",
    kind="state",
    sei_unit="lower sector Herfindahl, lower top-10 weight and higher effective number, all three",
    measure="Sector Herfindahl, top-10 weight and effective number of names, from fund holdings.",
    needs=("ishares.IWM", "ishares.IVV"),
    design=_read_breadth,
    variants=_other_breadths,
    tell=_tell_breadth,
    drawn=(SMALL, LARGE),
    axes=("sector as the fund names it, cash and futures left out", "weight, %"),
)
def broader(data: Dataset) -> pd.DataFrame:
    """Members of both indices by sector, each with its weight in percent, computed and posted.

    Two share classes are two names; borderline where adding them up, or the fund's posted weights,
    changes the answer.
    """
    lists = []
    for index, fund in holdings.LISTS.items():
        posted = holdings.members(data, fund, posted=True)
        weights = {index: holdings.members(data, fund)["weight"], index + _POSTED: posted["weight"]}
        lists.append(posted.drop(columns="weight").join(100 * pd.DataFrame(weights)))
    return pd.concat(lists).set_index("sector")


# ---- S1: industrials and orders ----------------------------------------------------------------

#: Industries of the French library that make and move capital goods.
INDUSTRIALS = ("Mach", "ElcEq", "Cnstr", "Trans")


def _other_orders(ask: Ask) -> Points:
    rows = ask.rows
    by_period = signals.by_period(ask.data, signals.log_change("DGORDER", 3), "DGORDER")
    yield "by reference month", ask.of(rows.assign(driver=by_period))
    after = Foretell(draws=SPEC_DRAWS)(rows.rename(columns={"driver": "signal"}))
    yield "the month after (foretell)", after
    market = legs.with_lag(legs.market(ask.data))
    yield "market and its lag controlled", ask.of(rows.join(market))
    yield from ask.halves()
    yield "without 2020", ask.of(rows[pd.DatetimeIndex(rows.index).year != 2020])
    for name in INDUSTRIALS:
        yield f"{name} alone", ask(industries=(name,))
    yield from ask.revised("DGORDER")
    if ask.held("NEWORDER"):
        yield "capital-goods orders", ask(series="NEWORDER")


def _tell_orders(found: Found) -> Told:
    after = found.variants["the month after (foretell)"]
    news = found.rows["driver"].dropna()
    return Told(
        finding=(
            f"When orders grew by one standard deviation more, industrial companies ran "
            f"{found.value:+z.1f} % a year against the market in the same month (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {STAKE:,} USD in industrial companies ran "
            f"{words.ahead(found.value)} the market while such news came in; in the month after, "
            f"the rate was {after.value:+z.1f} %."
        ),
        vintage=signals.vintage(found.data, "DGORDER", start=news.index[0]),
    )


@theme.claim(
    id="S1",
    statement="Industrial companies gain when manufacturing picks up.",
    sort="sense",
    direction=1,
    effect="gain of industrial companies on orders",
    sei=2.5,
    measure=(
        "Machinery, electrical equipment, construction and transport minus the market on the "
        "3-month growth of durable-goods orders."
    ),
    needs={
        "sample": ("french.industries49", "DGORDER"),
        "live": ("french.industries49", "french.factors", "DGORDER"),
    },
    design=SlopePerSd(
        what="industrials minus market on 3-month growth of orders, as published",
        null="industrial companies do not move with orders",
    ),
    variants=_other_orders,
    tell=_tell_orders,
    axes=(
        "3-month growth of durable-goods orders, as published",
        "industrials minus market in the month, %",
    ),
)
def orders(
    data: Dataset, industries: tuple[str, ...] = INDUSTRIALS, series: str = "DGORDER"
) -> pd.DataFrame:
    """Log return of the four industries, held alike, less the market's, and growth of orders.

    The growth is the one published by the end of the month, when a market can first respond, and
    of the vintage that was then out.
    """
    held = data.frame("french.industries49")[list(industries)].mean(axis="columns")
    y = _over_market(held, legs.market(data))
    news = signals.read(data, signals.log_change(series, 3), series, dates=y.index)
    return pd.DataFrame({"y": y, "driver": news})


def _over_market(returns: pd.Series, market: pd.Series) -> pd.Series:
    """Log return less the market's, monthly decimals."""
    logs = to_log(pd.DataFrame({"own": returns, "market": market}).dropna())
    return logs["own"].sub(logs["market"])


# ---- S2: banks and yields ----------------------------------------------------------------------

#: Eras of the history of bank stocks: before the disinflation, to the crisis, and after it.
ERAS = (("1962", "1981"), ("1982", "2007"), ("2008", "2100"))


def _other_banks(ask: Ask) -> Points:
    rows = ask.rows
    yield "slope, level held fixed", ask.of(on="slope")
    yield "level without slope", ask.of(rows.drop(columns="slope"))
    yield "market not controlled", ask.of(rows.drop(columns=legs.CONTROLS))
    yield from ask.halves()
    crisis = pd.DatetimeIndex(rows.index).year.isin([2008, 2009])
    yield "without 2008 and 2009", ask.of(rows[~crisis])
    yield "four weeks", ask(weeks=4)
    if ask.held("french.industries49", "french.factors"):
        for label, part in _bank_history(ask.data).items():
            yield label, ask.of(part)
    if ask.held("IWM"):
        yield "against small companies (IWM)", ask(other="IWM")


def _bank_history(data: Dataset) -> dict[str, pd.DataFrame]:
    """French's banks against the market, and the month's change of the 10-year yield, by span."""
    market = legs.market(data)
    y = _over_market(data.frame("french.industries49")["Banks"], market)
    change = data.series("DGS10").dropna().resample("ME").last().diff()
    rows = pd.DataFrame({"y": y, "level": change}).join(legs.with_lag(np.log1p(market))).dropna()
    spans = {f"French banks, monthly, since {rows.index[0].year}": rows} | {
        f"French banks, {start} to {min(end, str(rows.index[-1].year))}": rows.loc[start:end]
        for start, end in ERAS
    }
    return {label: part for label, part in spans.items() if len(part) >= 60}


def _tell_banks(found: Found) -> Told:
    slope = found.variants["slope, level held fixed"]
    return Told(
        finding=(
            f"A week in which all yields rose a quarter point moved regional banks by "
            f"{found.value:+z.2f} % against the S&P 500, net of the market (90 % interval "
            f"{found.interval:z.2f}); a slope steeper by as much moved them by {slope.value:+z.2f} "
            "%"
        ),
        meaning=(
            f"After such a week {STAKE:,} USD in regional banks stood {words.ahead(found.value)} "
            "the same sum in the S&P 500, beyond what the market's own move explains."
        ),
        remarks=(_by_era(found),),
    )


#: How the curve names one era of French's banks.
_ERA = "French banks, "


def _by_era(found: Found) -> str:
    """How bank stocks answered to yields era by era, where French's banks are held."""
    points = {
        label.removeprefix(_ERA): point
        for label, point in found.variants.items()
        if label.startswith(_ERA) and " to " in label
    }
    if not points:
        return ""
    said = "; ".join(
        f"{point.value:+z.2f} % in {era} (90 % interval {point.interval:z.2f})"
        for era, point in points.items()
    )
    fund = ERAS[-1][0]
    other = [e for e, p in points.items() if e < fund and p.value * found.value < 0]
    turned = f": before {fund} the sign was the other way" if other else ""
    return f"French's banks against the market, in a month of such a rise, {said}{turned}."


@theme.claim(
    id="S2",
    statement="Regional banks thrive when rates rise.",
    sort="sense",
    direction=1,
    effect="gain of regional banks as yields rise",
    sei=0.75,
    measure=(
        "Weekly KRE minus SPY on the level of rates, joint with the slope, market controlled; "
        "French bank portfolios since 1962 beside it."
    ),
    needs={"sample": ("KRE", "SPY", "DGS10"), "live": ("KRE", "SPY", "DGS2", "DGS10")},
    design=Slope(
        unit="% per 25 bp",
        scale=25.0,
        on="level",
        what="banks against the market on level, slope held fixed",
        null="banks do not move with yields beyond the market",
    ),
    variants=_other_banks,
    tell=_tell_banks,
    axes=(
        "change of the 10-year yield in the week, percentage points",
        "regional banks (KRE) minus S&P 500 (SPY) in the week, %",
    ),
)
def banks(data: Dataset, other: str = "SPY", weeks: int = 1) -> pd.DataFrame:
    """Weekly log return of KRE less SPY, changes of level and slope, SPY and its lag.

    Level is the 10-year yield, slope the 10-year less the 2-year. With the slope held fixed all
    yields move alike, so the coefficient of the level is the same whichever maturity stands for
    it.
    """
    closes = {name: np.log(data.frame(name)["Adj Close"]) for name in ("KRE", "SPY", other)}
    ten, two = data.series("DGS10"), data.series("DGS2")
    quoted = {
        "y": closes["KRE"] - closes[other],
        "market": closes["SPY"],
        "level": ten,
        "slope": ten - two,
    }
    return weekly.changes(pd.DataFrame(quoted), weeks)


# ---- S3: biotechnology -------------------------------------------------------------------------

_OTHER_HEALTH = {
    "large biotechnology (IBB minus SPY)": ("IBB", "SPY"),
    "S&P 600 health care (PSCH minus SPY)": ("PSCH", "SPY"),
    "against small companies (XBI minus IWM)": ("XBI", "IWM"),
}


def _other_biotechnology(ask: Ask) -> Points:
    yield "arithmetic instead of log", ask(log=False)
    yield from ask.halves()
    yield "beyond beta (alpha)", _alpha(pairs.monthly_returns(ask.data, ["XBI", "SPY"]))
    for label, (one, other) in _OTHER_HEALTH.items():
        if ask.held(one, other):
            yield label, ask(one=one, other=other)


def _alpha(simple: pd.DataFrame) -> Estimate:
    """Constant of XBI on SPY, both as they are: growth beyond what the market's own pays."""
    law = wild_bootstrap(
        simple["XBI"],
        simple[["SPY"]],
        {"const": 1.0},
        block=block_of(simple.index),
        seed=3,
        draws=SPEC_DRAWS,
    )
    return from_law(
        law,
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        what="constant of XBI on SPY",
        null="the market explains the mean",
    )


def _tell_biotechnology(found: Found) -> Told:
    d = found.used["y"]
    total = 100 * float(np.expm1(d.sum()))
    return Told(
        finding=(
            f"Small biotechnology returned {found.value:+z.1f} % a year against the S&P 500 in "
            f"logs ({words.years(d.index)}; 90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"{STAKE:,} USD in small biotechnology ended the whole span with {abs(total):z.0f} % "
            f"{'more' if total > 0 else 'less'} than the same sum in the S&P 500. Discoveries and "
            "ageing cannot be tested with market data."
        ),
        remarks=(f"The edition holds {len(d)} months of XBI, from {d.index[0]:%B %Y} on.",),
    )


@theme.claim(
    id="S3",
    statement="Small health-care companies offer growth that the market does not.",
    sort="level",
    direction=1,
    effect="lead of small biotechnology",
    sei=3.0,
    measure="Mean log return of XBI minus SPY.",
    needs=("XBI", "SPY"),
    design=Mean(what="mean log return of XBI minus SPY"),
    variants=_other_biotechnology,
    tell=_tell_biotechnology,
    axes=(
        "",
        "biotechnology (XBI) minus S&P 500 (SPY) since the start, log points of total return",
    ),
)
def biotechnology(
    data: Dataset, one: str = "XBI", other: str = "SPY", *, log: bool = True
) -> pd.DataFrame:
    """Log return of the equal-weighted biotechnology fund less the S&P 500's, by month.

    What the article calls growth is tested as pay to its holder.
    """
    return pairs.get(f"{one}/{other}").d(data, log=log).to_frame("y")


# ---- S4: niches of technology ------------------------------------------------------------------


def _other_niches(ask: Ask) -> Points:
    yield "market and its lag controlled", ask(controlled=True)
    yield "four weeks", ask(weeks=4)
    large = ask.rows["technology"]
    two_weeks = ask.rows.assign(technology=(large + large.shift(1)) / 2)
    yield "mean of this week and the last", ask.of(two_weeks)
    yield from ask.halves()
    for small in ("IWM", "MDY"):
        if ask.held(small):
            yield f"small is {small}", ask(small=small)
    if ask.held("QQQ"):
        yield "large technology is QQQ", ask(large="QQQ")


def _tell_niche(found: Found) -> Told:
    loading, (low, high) = 0.5 - found.value, found.interval
    return Told(
        finding=(
            f"When large technology beat its market by 1 %, small technology beat small companies "
            f"by {loading:z.2f} % ({words.years(found.rows.index)}; 90 % interval "
            f"{0.5 - high:z.2f} to {0.5 - low:z.2f})"
        ),
        meaning=(
            f"A week in which large technology led by 5 % put {STAKE:,} USD in small "
            f"technology {words.ahead(5 * loading)} other small companies."
        ),
    )


@theme.claim(
    id="S4",
    statement="Small technology companies live in niches of their own.",
    sort="level",
    direction=1,
    effect="independence of small technology",
    sei=0.25,
    measure="0.5 minus the weekly loading of PSCT minus small on XLK minus SPY.",
    needs=("PSCT", "IJR", "XLK", "SPY"),
    design=Slope(
        unit="loading",
        on={"technology": -1.0},
        null_value=-0.5,
        what="0.5 minus the loading of small on large technology, weekly",
        null="small technology moves half as much as large technology",
    ),
    variants=_other_niches,
    tell=_tell_niche,
    axes=(
        "large technology (XLK) minus S&P 500 (SPY) in the week, decimals",
        "small technology (PSCT) minus S&P 600 (IJR) in the week, %",
    ),
)
def niche(
    data: Dataset,
    small: str = "IJR",
    large: str = "XLK",
    weeks: int = 1,
    *,
    controlled: bool = False,
) -> pd.DataFrame:
    """Small technology less small companies, and large technology less the S&P 500, by week.

    PSCT is the technology of the S&P 600, which is IJR. A company in a niche of its own would not
    move with the giants of its sector: loading zero, value one half.
    """
    names = dict.fromkeys(("PSCT", small, large, "SPY"))
    logs = {name: np.log(data.frame(name)["Adj Close"]) for name in names}
    quoted = {
        "y": logs["PSCT"] - logs[small],
        "technology": logs[large] - logs["SPY"],
        "market": logs["SPY"],
    }
    rows = weekly.changes(pd.DataFrame(quoted), weeks)
    return rows if controlled else rows.drop(columns=legs.CONTROLS)


# ---- S5: merged --------------------------------------------------------------------------------

theme.declare(
    id="S5",
    statement="Breadth makes the index resilient.",
    kind="merged",
    measure="Breadth and drawdowns.",
    reason="Merged: breadth into S0, resilience into K4.",
)


# ---- S6: the breadth of a recovery -------------------------------------------------------------


def _other_recoveries(ask: Ask) -> Points:
    yield "real time: market 20 % off its low", ask(real_time=True)
    yield from ask.usual()
    market = legs.with_lag(legs.market(ask.data))
    yield "net of the market and its lag", ask.of(ask.rows.join(market, how="outer"))


def _tell_recovery(found: Found) -> Told:
    usual = 100 * found.used["y"].mean()
    return Told(
        finding=(
            f"In the year after a trough the share of industries ahead of the market was "
            f"{found.value:+z.1f} points against other months (usual share {usual:z.0f} %; 90 % "
            f"interval {found.interval:z.1f})"
        ),
        meaning=(
            f"In a usual month {usual:z.0f} of 100 industries beat the market; in the year after a "
            f"trough about {usual + found.value:z.0f} did."
        ),
        remarks=("Hindsight: troughs are announced a year or more later.", *found.beside()),
    )


@theme.claim(
    id="S6",
    statement="A recovery lifts many sectors at once.",
    sort="event",
    direction=1,
    effect="broader lead of industries in recoveries",
    sei=3.0,
    measure=(
        "Share of industries that beat the market in the 12 months after business-cycle troughs "
        "minus the rest; a real-time signal beside it."
    ),
    needs={
        "sample": ("french.industries12", "french.factors_2017", "french.factors", "NBER"),
        "live": ("french.industries49", "french.factors", "NBER"),
    },
    design=AfterEvents(unit="percentage points", scale=100.0, what="troughs, hindsight"),
    variants=_other_recoveries,
    tell=_tell_recovery,
    axes=(
        "trough of business",
        "share of industries ahead of the market in the 12 months after, percentage points",
    ),
    hindsight=True,
)
def breadth_of_recovery(data: Dataset, *, real_time: bool = False) -> pd.DataFrame:
    """Share of industries whose return beats the market's in a month, and troughs of business.

    An industry level with the market counts half. The real-time signal is the month end at which
    the market stood 20 % above its low after a fall of 20 %.
    """
    industries = data.frame(legs.industries_of_portfolios(data))
    market = legs.market(data, legs.factors_of_portfolios(data)).reindex(industries.index)
    held = industries.notna().sum(axis="columns")
    ahead = industries.sub(market, axis="index").round(6)  # published to a hundredth of a percent
    share = (ahead.gt(0) + 0.5 * ahead.eq(0)).sum(axis="columns") / held
    events = legs.falls(data)["trough_known"].dropna() if real_time else signals.troughs(data)
    return with_events(share[market.notna()], events)


# ---- S7: the mix of sectors --------------------------------------------------------------------

#: The sectors of the S&P 500, as iShares names them, and the fund that holds each.
SECTOR_FUNDS = {
    "Communication": "XLC",
    "Consumer Discretionary": "XLY",
    "Consumer Staples": "XLP",
    "Energy": "XLE",
    "Financials": "XLF",
    "Health Care": "XLV",
    "Industrials": "XLI",
    "Information Technology": "XLK",
    "Materials": "XLB",
    "Real Estate": "XLRE",
    "Utilities": "XLU",
}


@dataclass(frozen=True, kw_only=True)
class Sum(Design):
    """The sum over all rows in log points, with the Newey-West errors of their mean.

    Rows: ``y``; too few of them for blocks of a year.
    """

    unit: str = "log points"
    null: str = "the effect is zero on average"

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the sum."""
        n = len(self.used(rows))
        what = f"sum over {n} months"
        mean = Mean(unit=self.unit, null=self.null, scale=100.0 * n, what=what, newey_west=True)
        return mean(rows)


def _other_mixes(ask: Ask) -> Points:
    rows = ask.rows
    yield "selection and interaction", ask.of(rows.assign(y=rows["selection"]))
    yield "allocation and selection together", ask.of(rows.assign(y=rows["y"] + rows["selection"]))
    yield "allocation, last 12 months", ask(months=12)
    yield "allocation, last 36 months", ask(months=36)
    whole = ask.claim.rows(ask.data, months=None)
    yield f"allocation, since {whole.index[0]:%B %Y}", ask.of(whole)
    if ask.held(holdings.OTHER_SMALL, "IJR"):
        yield "allocation, S&P 600", ask(fund=holdings.OTHER_SMALL, ticker="IJR")


def _tell_mix(found: Found) -> Told:
    months = found.rows.index
    total = found.variants["allocation and selection together"].value
    mix, days = words.ahead(found.value), holdings.days(found.data)
    return Told(
        finding=(
            f"From {months[0]:%B %Y} to {months[-1]:%B %Y} the Russell 2000 returned {total:+z.0f} "
            f"log points against sector funds in the weights that the S&P 500 had on "
            f"{days[LARGE]}; its sector mix accounts for {found.value:+z.0f} (90 % interval "
            f"{found.interval:z.0f})"
        ),
        meaning=(
            f"Holding the sectors of the S&P 500 in the weights of the Russell 2000 would have "
            f"left {STAKE:,} USD {mix} the S&P 500's own weights over those {len(months)} months; "
            "the rest came from what was held within sectors."
        ),
        remarks=(
            _index_gap(found.data, months, total),
            "Hindsight: the sector weights are those of the lists, held fixed.",
            _apart(days),
            "Small companies of a sector are measured by the index, not by sector funds.",
        ),
    )


def _index_gap(data: Dataset, months: pd.Index, total: float) -> str:
    """What the funds of both indices did over the same months, where the large one's is held."""
    if "SPY" not in data:
        return ""
    gap = 100 * float(pairs.get("etf").d(data).reindex(months).sum())
    return (
        f"The gap between the indices themselves was {gap:+z.0f} log points "
        f"({words.percent(gap):+z.0f} %): weights held fixed throughout make the other "
        f"{total - gap:+z.0f}."
    )


@theme.claim(
    id="S7",
    statement="The sector mix explains the gap between the two indices.",
    kind="descriptive",
    measure="Brinson-Fachler allocation and selection from fund holdings and sector returns.",
    needs={
        "sample": ("ishares.IWM", "ishares.IVV"),
        "live": ("ishares.IWM", "ishares.IVV", "IWM", *SECTOR_FUNDS.values()),
    },
    design=Sum(),
    variants=_other_mixes,
    tell=_tell_mix,
    drawn=("sector mix", "within sectors"),
    axes=("", "log points since the start"),
    hindsight=True,
)
def sector_mix(
    data: Dataset, fund: str = holdings.SMALL, ticker: str = "IWM", months: int | None = 60
) -> pd.DataFrame:
    """Allocation, and selection with interaction, by month (log decimals) and since the start.

    The value is the sum of allocation: the log points of IWM's gap to the S&P 500's sectors that
    the mix of sectors accounts for. The weights of the two lists are held fixed over the last 60
    months: each is of its own day, so earlier months are hindsight. Large sectors earn what the
    S&P 500's sector funds did. Returns of the small index's sectors are not free, so selection and
    interaction are known in sum only: what IWM earned beyond its own weights of those sectors.
    Months are linked to log points by Carino's factor, so that the parts add up exactly.
    """
    weights, base = (_sector_weights(data, source) for source in (fund, holdings.LARGE))
    returns = pairs.monthly_returns(data, [*SECTOR_FUNDS.values(), ticker])
    returns = returns.tail(months or len(returns))
    large = returns[list(SECTOR_FUNDS.values())].set_axis(list(SECTOR_FUNDS), axis="columns")
    # both sides earn the same in a sector, so that what differs is allocation alone
    splits = [brinson_fachler(weights, x, base, x).effects for _, x in large.iterrows()]
    allocation = pd.DataFrame(splits, large.index)["allocation"]
    benchmark = large @ base
    link = _carino(returns[ticker], benchmark)
    gap = returns[ticker] - benchmark
    rows = pd.DataFrame({"y": link * allocation, "selection": link * (gap - allocation)})
    since = 100 * rows.cumsum()
    return rows.assign(**{"sector mix": since["y"], "within sectors": since["selection"]})


def _sector_weights(data: Dataset, fund: str) -> pd.Series:
    """Weights in the order of `SECTOR_FUNDS`."""
    weights = holdings.sectors(holdings.members(data, fund))
    if odd := sorted(set(weights.index) - set(SECTOR_FUNDS)):
        raise InputError(
            f"{fund} names sectors without a sector fund: {', '.join(odd)}. Expected "
            f"{', '.join(SECTOR_FUNDS)}; rename them in the list."
        )
    return weights.reindex(list(SECTOR_FUNDS)).fillna(0.0)


def _carino(ret: pd.Series, base: pd.Series) -> pd.Series:
    """Log points per point of each month's difference in return (Carino 1999)."""
    ratio = to_log(ret).sub(to_log(base)) / (ret - base)
    return ratio.where(ret != base, 1 / (1 + ret))


# ---- S8: the largest sectors -------------------------------------------------------------------

#: What the article calls the largest sectors of the Russell 2000.
LARGEST = ("Financials", "Industrials", "Health Care", "Information Technology")


def _read_largest(rows: pd.DataFrame) -> Reading:
    ranked = rows["weight"].sort_values(ascending=False)
    if len(ranked) <= len(LARGEST):
        raise InputError(f"the list has {len(ranked)} sectors; it takes more than {len(LARGEST)}.")
    top, last, next_one = set(ranked.index[:4]), ranked.iloc[3], ranked.iloc[4]
    holds = top == set(LARGEST)
    return Reading(
        value=float(rows["weight"].reindex(list(LARGEST)).sum()),
        holds=holds,
        spread=(not holds,) if last - next_one <= 1 else (),
        parts={f"{name} is among the four largest": name in top for name in LARGEST},
        n=len(ranked),
        unit="% of the index in the four",
        method="the four largest sectors by weight; borderline where the fifth is within 1 point",
    )


def _other_largest(ask: Ask) -> Points:
    shares = {"posted weights, rounded": holdings.members(ask.data, holdings.SMALL, posted=True)}
    if ask.held(holdings.OTHER_SMALL):
        shares["S&P 600"] = holdings.members(ask.data, holdings.OTHER_SMALL)
    if ask.held(holdings.LARGE):
        shares["S&P 500"] = holdings.members(ask.data, holdings.LARGE)
    for label, members in shares.items():
        weights = 100 * holdings.sectors(members)
        yield label, (float(weights.reindex(list(LARGEST)).sum()), len(weights))


def _tell_largest(found: Found) -> Told:
    ranked = found.rows["weight"].sort_values(ascending=False)
    day = holdings.as_of(found.data, holdings.SMALL)
    four = ", ".join(f"{name} {weight:z.1f} %" for name, weight in ranked.iloc[:4].items())
    return Told(
        finding=(
            f"On {day} the four largest sectors of the Russell 2000 were {four}; next came "
            f"{ranked.index[4]} with {ranked.iloc[4]:z.1f} %"
        ),
        meaning=(
            f"Of {STAKE:,} USD in the index, {words.usd(found.value)} lay in financials, "
            "industrials, health care and technology."
        ),
        as_of=day,
    )


@theme.claim(
    id="S8",
    statement=(
        "Financials, industrials, health care and technology are the largest sectors of the "
        "Russell 2000."
    ),
    kind="state",
    sei_unit=(
        "the same four are the largest by weight; borderline where the fourth and the fifth are "
        "within 1 point"
    ),
    needs=(holdings.SMALL,),
    design=_read_largest,
    variants=_other_largest,
    tell=_tell_largest,
    drawn=("weight",),
    axes=("sector as the fund names it, cash and futures left out", "weight, %"),
    frozen=dt.date(2026, 11, 28),
)
def largest_sectors(data: Dataset) -> pd.DataFrame:
    """Weight of each sector in the fund that tracks the index, percent, largest first.

    Sectors are the fund's eleven, weights those of its shares at market value. Declared after a
    first look, in which it held.
    """
    weights = 100 * holdings.sectors(holdings.members(data, holdings.SMALL))
    return weights.sort_values(ascending=False).to_frame("weight")
