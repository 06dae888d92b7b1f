"""Profile: what small companies are said to be. Volatile, growing, lean on dividends, domestic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from r2klib.claims import holdings, legs, pairs, signals, weekly, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import (
    ANNUAL_PERCENT,
    DRAWS,
    SPEC_DRAWS,
    Design,
    Mean,
    Null,
    Ratio,
    Regression,
    Slope,
    SlopePerSd,
    World,
    exchanged,
    quarters,
)
from r2klib.claims.estimates import Equation, alpha_of
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.pairs import ETF, INDEX, LEVEL, LIVE_ETF, SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import (
    MODELS,
    BatchStatistic,
    BootstrapLaw,
    MomentStatistic,
    expected_shortfall,
    factor_regression,
    log_shortfall_ratio,
    log_volatility_ratio,
    stationary_bootstrap,
    to_log,
    to_simple,
)

theme = Theme("profile")


# ---- P1: members worth 0.3 to 2 billion dollars ------------------------------------------------

#: The band the thesis speaks of, billion dollars.
BAND = (0.3, 2.0)
_BY_VALUE = "share of the index's value instead"


def _in_band(billions: pd.Series) -> float:
    """Percent of members inside the band."""
    return float(100 * billions.between(*BAND).mean())


def _read_band(rows: pd.DataFrame) -> Reading:
    share = _in_band(rows["billions"])
    return Reading(
        value=share,
        holds=share >= 50,
        spread=(share - 5 >= 50, share + 5 >= 50),
        marks={"from": BAND[0], "to": BAND[1]},
        n=len(rows),
        unit="% of members",
        method="index weight times the index's float value, within 0.3 to 2 bn dollars",
    )


def _other_bands(ask: Ask) -> Points:
    billions = ask.rows["billions"]
    inside = ask.rows["weight"][billions.between(*BAND)]

    def otherwise(**choices: bool) -> float:
        return _in_band(ask.claim.rows(ask.data, **choices)["billions"])

    shares = {
        "all shares instead of free float": otherwise(every_share=True),
        "index worth 10 % less": _in_band(0.9 * billions),
        "index worth 10 % more": _in_band(1.1 * billions),
        "share classes added up": otherwise(by_issuer=True),
        "posted weights, rounded": otherwise(posted=True),
        _BY_VALUE: float(100 * inside.sum()),
        "up to 3 billion": float(100 * billions.between(BAND[0], 3.0).mean()),
    }
    for label, share in shares.items():
        yield label, (share, len(ask.rows))


def _tell_band(found: Found) -> Told:
    billions, day = found.rows["billions"], holdings.as_of(found.data, holdings.SMALL)
    below, above = 100 * (billions < BAND[0]).mean(), 100 * (billions > BAND[1]).mean()
    within, _ = found.variants[_BY_VALUE]
    return Told(
        finding=(
            f"On {day} {found.value:z.0f} % of {len(billions):,} members were worth 0.3 to 2 "
            f"billion USD, {below:z.0f} % less and {above:z.0f} % more"
        ),
        meaning=(
            f"The median member was worth {billions.median():z.2f} billion USD, the largest "
            f"{billions.max():z.1f}. Of {STAKE:,} USD in the index, {words.usd(100 - within)} lay "
            "outside the band."
        ),
        remarks=(
            f"The whole index is put at {billions.sum() / 1e3:z.2f} trillion USD of free float.",
            f"That is a value of {holdings.FLOAT_DAY.date()} carried by the price index.",
        ),
        as_of=day,
    )


@theme.claim(
    id="P1",
    statement="Members of the Russell 2000 are mostly worth 0.3 to 2 billion US dollars.",
    kind="state",
    sei_unit="at least half of the members inside the band; borderline within 5 points of half",
    measure="Share of members in the band, from index weights times the index's float value.",
    needs=("ishares.IWM", "^RUT"),
    design=_read_band,
    variants=_other_bands,
    tell=_tell_band,
    drawn=("billions",),
    axes=("market value, billion USD", "members"),
)
def members_in_band(
    data: Dataset, *, every_share: bool = False, by_issuer: bool = False, posted: bool = False
) -> pd.DataFrame:
    """Members of the index, largest first: weight times the index's float value, billion dollars.

    Weights are the fund's market values over their sum, so the fund's own size does not enter.
    The index's float value is one number from outside, `holdings.FLOAT_VALUE` (2025), carried to
    the day of the list by the price index. Every line counts as a member, two share classes as two.
    """
    closes, day = data.frame("^RUT")["Close"], holdings.as_of(data, holdings.SMALL)
    known = (holdings.TOTAL_VALUE, holdings.TOTAL_DAY) if every_share else ()
    total = holdings.index_value(closes, day, *known)
    shares = holdings.members(data, holdings.SMALL, posted=posted)
    lines = holdings.by_issuer(shares) if by_issuer else shares
    return lines.assign(billions=lines["weight"] * total / 1e9)


# ---- P2: volatility ----------------------------------------------------------------------------


def _other_legs(ask: Ask) -> Points:
    yield from ask.halves()
    yield "quarterly returns", ask.of(quarters(ask.rows))
    yield from ask.since("1981")
    if ask.claim.pair_of(ask.data) == "legs":
        yield "smallest against biggest quintile", ask.of(_quintiles(ask.data, small=1))
        yield "middle against biggest quintile", ask.of(_quintiles(ask.data, small=3))


def _quintiles(data: Dataset, small: int) -> pd.DataFrame:
    """Log returns of two size quintiles, each the mean of its portfolios; 5 is the biggest."""
    portfolios = to_log(data.frame("french.size_value"))
    sides = {"small": small, "large": 5}
    return pd.DataFrame(
        {side: portfolios.filter(regex=f"^S{q}V").mean(axis="columns") for side, q in sides.items()}
    )


def _tell_volatility(found: Found) -> Told:
    deviation, (low, high) = 100 * found.used.std() * np.sqrt(12), np.exp(found.interval)
    return Told(
        finding=(
            f"Small companies were {np.exp(found.value):z.2f} times as volatile as large ones "
            f"({words.years(found.used.index)}; 90 % interval {low:z.2f} to {high:z.2f})"
        ),
        meaning=(
            f"In one year out of three, {STAKE:,} USD in small companies strayed more than "
            f"{words.usd(deviation['small'])} from its mean; in large ones, more than "
            f"{words.usd(deviation['large'])}."
        ),
    )


@theme.claim(
    id="P2",
    statement="Small companies are more volatile; large ones are steadier.",
    sort="level",
    direction=1,
    effect="higher volatility of small companies",
    sei=0.10,
    measure="Log ratio of the standard deviations of monthly log returns, small over large.",
    pair=ETF,
    design=Ratio(statistic=log_volatility_ratio, null="both legs are equally volatile"),
    variants=_other_legs,
    tell=_tell_volatility,
    axes=("", "log ratio of standard deviations"),
)
def volatility(data: Dataset, pair: str) -> pd.DataFrame:
    """Monthly log returns of both legs."""
    return to_log(pairs.get(pair).legs(data))


# ---- P3: the premium ---------------------------------------------------------------------------


_ARITHMETIC = "arithmetic instead of log"


def _other_premiums(ask: Ask) -> Points:
    yield _ARITHMETIC, ask(arithmetic=True)
    yield from ask.halves()
    yield "without January", ask.of(ask.rows[~_january(ask.rows)])
    smb = ask.data.frame("french.factors")[["SMB"]].dropna().rename(columns={"SMB": "y"})
    eras = {
        f"all months, {words.years(smb.index)}": smb,
        "before 1981": smb.loc[:"1980"],
        "1981 and later": smb.loc["1981":],
        "January alone": smb[_january(smb)],
        "all other months": smb[~_january(smb)],
    }
    for label, era in eras.items():
        yield f"SMB, {label}", ask.of(era)
    pair, factors = ask.claim.pair_of(ask.data), legs.all_factors(ask.data)
    excess = (pairs.get(pair).legs(ask.data)["small"] - factors["RF"]).dropna()
    yield "alpha beyond the market (CAPM, Dimson)", _alpha(excess, factors, "capm", lags=1)
    for label, columns in _MODELS.items():
        if set(columns) <= set(factors):
            yield label, _alpha(excess, factors, columns)


#: Factors that the small leg's mean is asked to go beyond, where the edition holds them.
_MODELS = {
    "alpha beyond market, size and value (FF3)": [*MODELS["ff3"]],
    "alpha beyond these and momentum (Carhart)": [*MODELS["carhart"]],
    "alpha beyond five factors and momentum (FF5, Mom)": [*MODELS["ff6"]],
    "alpha beyond these and quality (QMJ)": [*MODELS["ff6"], "QMJ"],
}


def _january(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(pd.DatetimeIndex(rows.index).month == 1)


def _alpha(
    excess: pd.Series, factors: pd.DataFrame, model: str | list[str], lags: int = 0
) -> Estimate:
    """Alpha of the small leg's excess return on factors of its own release."""
    fit = factor_regression(excess, factors, model=model, dimson_lags=lags)
    what = f"alpha of the small leg, {fit.model}, {lags} Dimson lag(s)"
    null = "the factors explain the mean return of the small leg"
    return alpha_of(fit.combine({"alpha": 1.0}), what, null)


def _tell_premium(found: Found) -> Told:
    low, high = found.interval
    leader, laggard = ("small", "large") if found.value > 0 else ("large", "small")
    return Told(
        finding=(
            f"{leader.capitalize()} companies returned {abs(found.value):z.1f} % a year more than "
            f"{laggard} ones in logs ({words.years(found.used.index)}); 90 % interval of small "
            f"minus large {low:z.1f} to {high:z.1f}"
        ),
        meaning=(
            f"Over a year, {STAKE:,} USD in small companies ended about "
            f"{words.ahead(found.value)} the same sum in large ones; the interval runs from "
            f"{words.signed_usd(low)} to {words.signed_usd(high)}."
        ),
        remarks=(
            f"The arithmetic mean is {found.variants[_ARITHMETIC].value:z.1f} % a year.",
            f"Whether the firms themselves grow faster {words.PUBLIC_ACCOUNTS}.",
        ),
    )


@theme.claim(
    id="P3",
    statement="Small companies have the higher growth potential, and holders are paid for it.",
    sort="level",
    direction=1,
    effect="premium of small companies",
    sei=2.0,
    measure=(
        "Realised proxy only: mean log d. Growth of the firms themselves would take their accounts."
    ),
    pair=LEVEL,
    needs=("french.factors",),
    design=Mean(what="mean log d"),
    variants=_other_premiums,
    tell=_tell_premium,
    axes=("", "small minus large since the start, log points"),
)
def premium(data: Dataset, pair: str, *, arithmetic: bool = False) -> pd.DataFrame:
    """Log d of a month, or the difference of simple returns.

    On the curve, alphas are those of the small leg minus the risk-free rate, the first with one
    Dimson lag of the market, so they ask for pay beyond market risk. Eras of SMB use the longest
    history and arithmetic means; January alone is at the yearly rate of that month.
    """
    return pairs.get(pair).d(data, log=not arithmetic).to_frame("y")


# ---- P4: dividends -----------------------------------------------------------------------------

#: What each fund keeps of its distributions, percent a year, by its prospectus of 2025.
EXPENSES = {"IWM": 0.19, "IJR": 0.06, "SPY": 0.0945}
WITH, WITHOUT = "french.size_with_dividends", "french.size_no_dividends"
_PORTFOLIOS = {"terciles": ("Lo 30", "Hi 30"), "deciles": ("Lo 10", "Hi 10")}


@dataclass(frozen=True, kw_only=True)
class YieldGap(Regression):
    """Mean yearly distributions, large minus small, of sums over whole periods of so many months.

    Rows: ``small`` and ``large``, monthly distributions over price. A period ends with the year or
    divides it.
    """

    unit: str = "percentage points"
    null: str = "large and small companies pay alike"
    months: int = 3
    hac_lags: int = 8

    needs = ("small", "large")
    world: ClassVar[Null] = "legs"

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The mean of the gap."""
        sums, scale = self.sums(rows), ANNUAL_PERCENT / self.months
        gap = (sums["large"] - sums["small"]).to_frame("y")
        return Mean(what=self.what, hac_lags=self.hac_lags, scale=scale).equation(gap)

    def sums(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Distributions of whole periods over price, decimals."""
        grouped = self.used(rows)[["small", "large"]].resample({3: "QE", 12: "YE"}[self.months])
        return grouped.sum()[grouped["large"].count() == self.months]


def _other_payers(ask: Ask) -> Points:
    yield from ask.halves()
    yield "last ten years", ask.of(ask.rows.tail(120))
    yield "before 2010", ask.of(ask.rows.loc[:"2009"])
    yield "whole years instead of quarters", ask.of(months=12, hac_lags=2)
    if ask.held("IJR"):
        yield "IJR instead of IWM", ask(pair="sp600")
    listed = ask.claim.rows(ask.data, listed=True)
    if (listed[["small", "large"]].sum() > 0).all():
        yield "listed distributions over price", ask.of(listed)
    if ask.held(WITH, WITHOUT):
        paid = ask.data.frame(WITH) - ask.data.frame(WITHOUT)
        for name, columns in _PORTFOLIOS.items():
            sides = paid[list(columns)].set_axis(["small", "large"], axis="columns")
            yield f"French {name}", ask.of(sides)
            yield f"French {name}, since 2000", ask.of(sides.loc["2000":])


def _tell_dividends(found: Found) -> Told:
    design: YieldGap = found.design
    yields = 100 * design.sums(found.rows).mean() * 12 / design.months
    return Told(
        finding=(
            f"Large companies paid {yields['large']:z.2f} % of their price a year, small ones "
            f"{yields['small']:z.2f} %: {found.value:+z.2f} points (90 % interval "
            f"{found.interval:z.2f}; {words.years(found.used.index)})"
        ),
        meaning=(
            f"{STAKE:,} USD in large companies paid {words.usd(yields['large'])} a year, in small "
            f"ones {words.usd(yields['small'])}."
        ),
        remarks=(_net_of_expenses(*pairs.get(found.claim.pair_of(found.data)).quoted),),
    )


def _net_of_expenses(small: str, large: str) -> str:
    """How much of the gap is what the funds charge."""
    mine, theirs = EXPENSES[small], EXPENSES[large]
    return (
        f"Distributions are net of the funds' expenses ({mine:z.2f} % a year for {small}, "
        f"{theirs:z.2f} % for {large}): that makes {mine - theirs:+z.2f} points of the gap."
    )


@theme.claim(
    id="P4",
    statement="Large companies pay more dividends.",
    sort="level",
    direction=1,
    effect="higher payout of large companies",
    sei=0.25,
    measure=(
        "Gap of dividend yields, large minus small: fund distributions; French size portfolios "
        "with and without dividends beside them."
    ),
    pair=LIVE_ETF,
    needs={"sample": (WITH, WITHOUT)},
    design=YieldGap(what="mean gap of distributions, SPY minus IWM"),
    variants=_other_payers,
    tell=_tell_dividends,
    drawn=("small, 12 months", "large, 12 months"),
    axes=("", "distributions of 12 months, % of price"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def dividends(data: Dataset, pair: str, *, listed: bool = False) -> pd.DataFrame:
    """Distributions of both funds in a month as a share of price, and of 12 months in percent.

    A distribution is the return on adjusted closes less that on raw ones, so it is net of the
    funds' expenses; or, `listed`, the month's sum over the close before. Sums of quarters, because
    the funds pay in their last month; 8 lags, because yields move slowly. French's portfolios, on
    the curve since 1926, pay what they earn with dividends less what they earn without.
    """
    funds = pairs.get(pair).quoted
    paid = of_funds(data, *funds)
    if listed:
        paid = _as_listed(data, *funds).reindex(paid.index).dropna()
    return paid.join(100 * paid.rolling(12).sum().add_suffix(", 12 months"))


def _as_listed(data: Dataset, small: str, large: str) -> pd.DataFrame:
    """Distributions as listed, summed over the month, over the close of the month before."""
    paid = {}
    for side, name in (("small", small), ("large", large)):
        monthly = data.frame(name)[["Dividends", "Close"]].resample("ME")
        paid[side] = monthly["Dividends"].sum() / monthly["Close"].last().shift(1)
    return pd.DataFrame(paid)


def of_funds(data: Dataset, small: str, large: str) -> pd.DataFrame:
    """Monthly distributions of two funds as a share of price: total less price return, decimals."""
    total = pairs.monthly_returns(data, [small, large])
    paid = total - pairs.monthly_returns(data, [small, large], "Close")
    return paid.set_axis(["small", "large"], axis="columns")


def fund_growth(data: Dataset, small: str, large: str) -> pd.DataFrame:
    """Log growth of the distributions per share of two funds, in whole calendar years."""
    closes = pd.DataFrame({name: data.frame(name)["Close"] for name in (small, large)}).dropna()
    price = closes.resample("ME").last().shift(1).set_axis(["small", "large"], axis="columns")
    return yearly_growth((of_funds(data, small, large) * price).dropna())


def _spread_ratio(growth: np.ndarray) -> np.ndarray:
    """Columns small and large, rows years."""
    deviation = np.log(growth.std(axis=-2))
    return np.asarray(deviation[..., 0] - deviation[..., 1])


# ---- P5: expansions ----------------------------------------------------------------------------

_KNOWN = "real time: Sahm's signal off minus on"


def _other_expansions(ask: Ask) -> Points:
    yield _KNOWN, ask(known=True)
    yield from ask.halves()
    yield from ask.remade()
    if ask.held("french.factors"):
        market = legs.with_lag(legs.market(ask.data))
        yield "net of the market and its lag", ask.of(ask.rows.join(market))
    yield from ask.revised("UNRATE", prefix="real time: ", known=True)
    yield "without the Depression (since 1946)", ask.of(ask.rows.loc["1946":])


def _tell_expansions(found: Found) -> Told:
    known = found.variants[_KNOWN].value
    growing, shrinking = (
        ANNUAL_PERCENT * found.rows["y"][found.rows["driver"] == state].mean() for state in (1, 0)
    )
    side = "in favour of" if found.value > 0 else "against"
    flips = ": the sign flips" if (known > 0) != (found.value > 0) else ""
    alarms = found.claim.rows(found.data, known=True).dropna()
    basis = signals.vintage(found.data, "UNRATE", start=alarms.index[0])
    return Told(
        finding=(
            f"Small minus large returned {growing:z.1f} % a year in expansions and "
            f"{shrinking:z.1f} % in recessions, a difference of {found.value:+z.1f} (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"With perfect foresight of turning points, expansions were worth "
            f"{words.usd(words.percent(found.value))} a year on {STAKE:,} USD {side} small "
            f"companies, compared with recessions. Sahm's signal ({signals.SAHM_KNOWN}) gives "
            f"{known:+z.1f} % a year instead of {found.value:+z.1f}{flips}."
        ),
        vintage=f"NBER dates: hindsight; unemployment: {basis}",
        remarks=("Hindsight: turning points are announced months after the fact.",),
    )


@theme.claim(
    id="P5",
    statement="Expansions favour small companies.",
    sort="sense",
    direction=1,
    effect="lead of small companies in expansions",
    sei=4.0,
    measure="Mean d in NBER expansions minus recessions: hindsight, since turning points are dated "
    "long after.",
    pair=SLOW,
    needs=("NBER", "UNRATE"),
    design=Slope(
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        hac_lags=12,
        what="mean d inside minus outside (NBER, hindsight)",
        null="d has the same mean in both states",
    ),
    variants=_other_expansions,
    tell=_tell_expansions,
    axes=("expansions / recessions", "small minus large in the month, %"),
    hindsight=True,
)
def expansions(data: Dataset, pair: str, *, known: bool = False) -> pd.DataFrame:
    """D of a month, and one in an expansion, zero in a recession.

    A month belongs to a recession after the peak and through the trough (the convention of
    USREC). What one could have `known` beside it is Sahm's signal at the end of the month before,
    one where it is below one half, made of unemployment as it then stood.
    """
    d = pairs.get(pair).d(data)
    if not known:
        return pd.DataFrame({"y": d, "driver": (~signals.recessions(data, d.index)).astype(float)})
    alarm = signals.known_before(data, signals.sahm_signal, "UNRATE", index=d.index)
    return pd.DataFrame({"y": d, "driver": (alarm < 0.5).astype(float).where(alarm.notna())})


# ---- P6: the dollar ----------------------------------------------------------------------------

_NEXT = "driver, next week"


def _other_dollars(ask: Ask) -> Points:
    rows = ask.rows
    calm = (rows.index < "2008-07") | (rows.index >= "2009-07")
    yield "market not controlled", ask.of(rows.drop(columns=legs.CONTROLS))
    yield "the same week alone", ask.of(rows.drop(columns=_NEXT), on="driver")
    before = rows.drop(columns=_NEXT).assign(driver=rows["driver"].shift(1))
    yield "dollar of the week before", ask.of(before, on="driver")
    yield "four weeks at a time", ask(weeks=4)
    yield from ask.halves()
    yield "without July 2008 to June 2009", ask.of(rows[calm])
    yield from ask.remade("etf", "sp600")


def _tell_dollar(found: Found) -> Told:
    alone, before = (
        found.variants[label] for label in ("the same week alone", "dollar of the week before")
    )
    return Told(
        finding=(
            f"When the dollar rose by 1 %, small minus large moved by {found.value:+z.2f} %, net "
            f"of the market, as noon rates tell it that week and the next (90 % interval "
            f"{found.interval:+z.2f})"
        ),
        meaning=(
            f"A dollar stronger by 5 % left {STAKE:,} USD in small companies "
            f"{words.ahead(5 * found.value)} large ones, beyond what the market's own move "
            "explains."
        ),
        remarks=(
            (
                f"The change of the same week alone, which misses what came after Friday's noon, "
                f"gives {alone.value:+z.2f} % (90 % interval {alone.interval:+z.2f}); that of the "
                f"week before, {before.value:+z.2f} % ({before.interval:+z.2f})."
            ),
        ),
    )


@theme.claim(
    id="P6",
    statement="A strong dollar hurts small companies less than large ones.",
    sort="sense",
    direction=1,
    effect="gain of small companies on a strong dollar",
    sei=0.15,
    measure=(
        "Weekly d on the broad dollar's change of the same week and the next, both coefficients "
        "added up; market and its lag controlled."
    ),
    pair=INDEX,
    needs=("DTWEXBGS",),
    design=Slope(
        unit="% per 1 %",
        scale=100.0,
        on={"driver": 1.0, _NEXT: 1.0},
        what="weekly d on the broad dollar of this week and the next",
        null="the dollar moves small and large companies alike",
    ),
    variants=_other_dollars,
    tell=_tell_dollar,
    axes=(
        "change of the broad dollar in the week and the next, %",
        "small minus large in the week, %",
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def dollar(data: Dataset, pair: str, weeks: int = 1) -> pd.DataFrame:
    """D of a week, log changes of the broad dollar that week and the next, the market and its lag.

    The market is the S&P 500 itself: it is quoted on the same days. The dollar is one of noon
    rates in New York, four hours before the close, so news of a Friday afternoon reaches it a week
    later: the answer is the sum of both coefficients.
    """
    quoted = weekly.levels(data, pair).assign(driver=100 * np.log(data.series("DTWEXBGS")))
    rows = weekly.changes(quoted, weeks).rename(columns={"d": "y"})
    rows.insert(2, _NEXT, rows["driver"].shift(-1))
    return rows


# ---- P7: age and adaptability ------------------------------------------------------------------

theme.declare(
    id="P7",
    statement="Small companies adapt faster to change.",
    kind="untestable",
    measure="How fast firms adapt.",
    reason=(
        "Needs a panel of companies and their decisions; nothing free measures how fast they adapt."
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)


# ---- P8: the domestic economy ------------------------------------------------------------------

_QUARTER_RISE = signals.growth_rise(3)


def _other_news(ask: Ask) -> Points:
    yield "hindsight: by reference month", ask(hindsight=True)
    yield "12-month change", ask(news=signals.growth_rise(12))
    yield from ask.halves()
    yield "payrolls alone", ask(news=_rise_of("PAYEMS"))
    yield "industrial production alone", ask(news=_rise_of("INDPRO"))
    basis, _, _ = _basis(ask.data, ask.design.used(ask.rows)).partition(":")
    yield f"surprises of the month ({basis})", ask(news=signals.growth_surprise)
    components = signals.composite_of(ask.data)
    if len(components) > len(signals.COMPOSITE):
        yield "payrolls, production, unemployment alone", ask(components=signals.COMPOSITE)
    yield from ask.revised(*components)
    yield from ask.remade()


def _rise_of(series: str) -> signals.Transform:
    """The 3-month change of one component, in months that have a composite."""
    return lambda levels: (
        signals.growth_parts(levels)[series].where(signals.growth(levels).notna()).diff(3)
    )


def _basis(data: Dataset, used: pd.DataFrame) -> str:
    """Which figures the news was made of."""
    return signals.vintage(data, *signals.composite_of(data), start=used.index[0])


def _tell_sensitivity(found: Found) -> Told:
    return Told(
        finding=(
            f"When growth picked up by one standard deviation, small minus large ran at "
            f"{found.value:+z.1f} % a year against the usual in the same month (90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {STAKE:,} USD in small companies ran {words.ahead(found.value)} "
            "large ones, against the usual, while news of a pick-up of one standard deviation came "
            "in. It is no forecast."
        ),
        vintage=_basis(found.data, found.used),
    )


@theme.claim(
    id="P8",
    statement="Small companies are more sensitive to the domestic economy.",
    sort="sense",
    direction=1,
    effect="greater response of small companies to growth",
    sei=2.5,
    measure="d on the 3-month change of the growth composite, as published.",
    pair=SLOW_SINCE_1947,
    needs=tuple(signals.COMPOSITE),
    at_hand=tuple(signals.AT_HAND),
    design=SlopePerSd(
        what="d on 3-month change of growth, as published",
        null="d does not move with the economy",
    ),
    variants=_other_news,
    tell=_tell_sensitivity,
    axes=(
        "3-month change of the growth composite as published",
        "small minus large in the month, %",
    ),
)
def sensitivity(
    data: Dataset,
    pair: str,
    news: signals.Transform = _QUARTER_RISE,
    components: Iterable[str] | None = None,
    *,
    hindsight: bool = False,
) -> pd.DataFrame:
    """D of a month, and the 3-month change of growth that was published by its end.

    Publication decides the month a figure belongs to: that is when a market can first respond.
    The change is that of one vintage, the one out at the month's end; in `hindsight`, that of the
    month the figures speak of.
    """
    d = pairs.get(pair).d(data)
    if hindsight:
        return pd.DataFrame({"y": d, "driver": signals.growth_composite(data).diff(3)})
    return pd.DataFrame({"y": d, "driver": signals.growth_known(data, news, d.index, components)})


# ---- P9: worst months --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Losses(Ratio):
    """A `Ratio` of what was lost. Rows: ``small`` and ``large``, simple returns."""

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """What the small leg's simple returns gain where its log returns are exp(effect) times."""
        small: pd.Series = self.planted(rows, effect)["small"] - rows["small"]
        return small

    def planted(self, rows: pd.DataFrame, effect: float, /) -> pd.DataFrame:
        """The small leg's log returns times exp(effect)."""
        return rows.assign(small=to_simple(float(np.exp(effect)) * to_log(rows["small"])))


def _other_tails(ask: Ask) -> Points:
    yield "worst 10 % of months", ask.of(statistic=log_shortfall_ratio(0.10))
    yield "worst 2.5 % of months", ask.of(statistic=log_shortfall_ratio(0.025))
    yield from ask.halves()
    if ask.held("NBER"):
        calm = ~signals.recessions(ask.data, ask.rows.index)
        yield "without recessions", ask.of(ask.rows[calm])
    quarterly = to_simple(quarters(to_log(ask.rows)))
    yield "quarterly returns, worst 10 %", ask.of(quarterly, statistic=log_shortfall_ratio(0.10))


def _tell_shortfall(found: Found) -> Told:
    legs = found.used
    small, large = (-100 * float(loss) for loss in expected_shortfall(legs[["small", "large"]]))
    more, (low, high) = 100 * np.expm1(found.value), np.exp(found.interval)
    return Told(
        finding=(
            f"In its worst twentieth of months the small leg lost {-small:z.1f} % on average, the "
            f"large one {-large:z.1f} % ({words.years(legs.index)}; 90 % interval of the ratio "
            f"{low:z.2f} to {high:z.2f})"
        ),
        meaning=(
            f"A bad month cost {words.usd(small)} on {STAKE:,} USD in small companies and "
            f"{words.usd(large)} in large ones: {abs(more):z.0f} % "
            f"{'more' if more > 0 else 'less'}."
        ),
        remarks=("Each leg's worst months are its own; a higher beta alone makes them worse.",),
    )


@theme.claim(
    id="P9",
    statement="The worst months of small companies are worse.",
    sort="level",
    direction=1,
    effect="worse worst months of small companies",
    sei=0.10,
    measure="Log ratio of the 5 % expected shortfalls of monthly returns, small over large.",
    pair=LEVEL,
    design=Losses(
        statistic=log_shortfall_ratio(0.05),
        seed=11,
        null="both legs lose equally in their own worst months",
    ),
    variants=_other_tails,
    tell=_tell_shortfall,
    axes=("", "log ratio of mean losses in each leg's worst 5 % of months"),
    frozen=dt.date(2026, 11, 28),
)
def worst_months(data: Dataset, pair: str) -> pd.DataFrame:
    """Simple returns of both legs.

    Version 1 of the ledger asked this as K1, of slowdowns; it is about no slowdown.
    """
    return pairs.get(pair).legs(data)


# ---- P10: age ----------------------------------------------------------------------------------

OFFERS = "ritter.founding"
#: Under this share of either list matched, its median says too little.
LEAST_MATCHED = 0.40


@dataclass(frozen=True, kw_only=True)
class Younger:
    """How many years later the median matched member of one list was founded than of the other.

    Rows: by list, ``founded`` (year; NaN where unmatched). The gap must reach `years`. Borderline
    where too few of either list are matched, or where resampled members leave both sides of that
    possible.
    """

    years: float = 10.0
    draws: int = SPEC_DRAWS
    seed: int = 10

    def __call__(self, rows: pd.DataFrame, /) -> Reading:
        """Read the gap."""
        gap, (low, high) = self.gap(rows)
        holds = gap >= self.years
        enough = matched_share(rows).min() >= LEAST_MATCHED
        return Reading(
            value=gap,
            holds=holds,
            spread=(low >= self.years, high >= self.years, *(() if enough else (not holds,))),
            n=int(rows["founded"].count()),
            unit="years",
            method=(
                "median founding year, Russell 2000 minus S&P 500, of members matched by the "
                f"ticker's last offer; 90 % bootstrap interval {low:z.0f} to {high:z.0f}"
            ),
        )

    def gap(self, rows: pd.DataFrame) -> tuple[float, tuple[float, float]]:
        """The gap in years and its 90 % interval, members resampled within each list."""
        rng = np.random.default_rng(self.seed)
        medians, drawn = [], []
        for name in holdings.LISTS:
            founded = rows.loc[[name], "founded"].dropna().to_numpy()
            if len(founded) < 2:
                raise InputError(f"no founding year is known for members of the {name}.")
            medians.append(float(np.median(founded)))
            drawn.append(np.median(rng.choice(founded, (self.draws, len(founded))), axis=1))
        low, high = np.quantile(drawn[0] - drawn[1], [0.05, 0.95])
        return medians[0] - medians[1], (float(low), float(high))


def matched_share(rows: pd.DataFrame) -> pd.Series:
    """Share of each list whose founding year is known, by list."""
    return rows["founded"].notna().groupby(level=0).mean()


def _other_ages(ask: Ask) -> Points:
    design = ask.claim.design
    assert isinstance(design, Younger)
    same = ask.rows.where(ask.rows["same name"])
    weighted = {name: _weighted_median(ask.rows.loc[[name]]) for name in holdings.LISTS}
    mean = ask.rows["founded"].groupby(level=0).mean()
    n, n_same = (int(rows["founded"].count()) for rows in (ask.rows, same))
    yield "where the first word of the name agrees too", (design.gap(same)[0], n_same)
    yield "means instead of medians", (float(mean["Russell 2000"] - mean["S&P 500"]), n)
    yield "weighted by value", (weighted["Russell 2000"] - weighted["S&P 500"], n)


def _weighted_median(members: pd.DataFrame) -> float:
    """Founding year at which half of the matched value is reached."""
    year, weight = members.dropna(subset=["founded"])[["founded", "weight"]].to_numpy(float).T
    return float(np.quantile(year, 0.5, weights=weight, method="inverted_cdf"))


def _tell_ages(found: Found) -> Told:
    medians = found.rows["founded"].groupby(level=0).median()
    share = 100 * matched_share(found.rows)
    days = holdings.days(found.data)
    return Told(
        finding=(
            f"The median matched member of the Russell 2000 was founded in "
            f"{medians['Russell 2000']:z.0f}, that of the S&P 500 in {medians['S&P 500']:z.0f}"
        ),
        meaning=(
            f"Half of the matched small companies are younger than "
            f"{_age(medians['Russell 2000'], days['Russell 2000'])} years, half of the large ones "
            f"than {_age(medians['S&P 500'], days['S&P 500'])}."
        ),
        remarks=(
            (
                f"Founding years are known for {share['Russell 2000']:z.1f} % of the Russell 2000 "
                f"and {share['S&P 500']:z.1f} % of the S&P 500; under {100 * LEAST_MATCHED:z.0f} % "
                "of either is too few to decide."
            ),
            "Companies that listed before 1975 or by a spin-off are not in the file.",
            f"The lists are of {' and '.join(f'{day} ({name})' for name, day in days.items())}.",
        ),
        as_of=min(days.values()),
    )


def _age(founded: float, day: dt.date) -> str:
    return f"{day.year - founded:z.0f}"


@theme.claim(
    id="P10",
    statement="Members of the Russell 2000 are younger companies than those of the S&P 500.",
    kind="state",
    sei_unit=(
        "median founding year at least 10 years later; borderline where under 40 % of either list "
        "is matched or the bootstrap interval of the gap holds 10"
    ),
    needs=(holdings.SMALL, holdings.LARGE, OFFERS),
    design=Younger(),
    variants=_other_ages,
    tell=_tell_ages,
    axes=("decade of founding", "share of matched members, %"),
    frozen=dt.date(2026, 11, 28),
)
def ages(data: Dataset) -> pd.DataFrame:
    """Founding year of every member of both indices, by the ticker's last offer before the list.

    Field and Ritter date companies that went public in the United States since 1975. A ticker is
    used again by others, so the last offer before the day of the list counts, and none but that:
    where its founding year is not known the member is unmatched. Declared after a first look, which
    had given 1998 and 1983.
    """
    offers = data.frame(OFFERS)
    return pd.concat([_founded(data, name, fund, offers) for name, fund in holdings.LISTS.items()])


def _founded(data: Dataset, name: str, fund: str, offers: pd.DataFrame) -> pd.DataFrame:
    """Members of one list with the founding year of the ticker's last offer."""
    before = offers[offers["offered"] < pd.Timestamp(holdings.as_of(data, fund))]
    dated = before[before["ticker"] != ""].sort_values("offered", kind="stable")
    last = dated.drop_duplicates("ticker", keep="last").set_index("ticker")
    members = holdings.members(data, fund)
    offer = last.reindex(members["ticker"])
    same = _first_word(members["name"]).to_numpy() == _first_word(offer["name"]).to_numpy()
    found = members[["ticker", "name", "weight"]].assign(
        founded=offer["founded"].to_numpy(), **{"same name": same}
    )
    return found.set_axis([name] * len(found), axis="index")


def _first_word(names: pd.Series) -> pd.Series:
    """First word of each name in capitals, letters and digits only."""
    text = names.astype(object).where(names.notna(), "").str.upper()
    first = text.str.replace(r"[^A-Z0-9 ]", "", regex=True).str.strip().str.partition(" ")[0]
    return pd.Series(first)


# ---- P11: steady dividends ---------------------------------------------------------------------

_FUNDS = ("IWM", "SPY")


def _other_swings(ask: Ask) -> Points:
    yield from ask.halves()
    yield "since 1946", ask.of(ask.rows.loc["1946":])
    yield "deciles", ask(columns=_PORTFOLIOS["deciles"])
    if ask.held(*_FUNDS):
        yield f"funds ({' over '.join(_FUNDS)})", ask.of(fund_growth(ask.data, *_FUNDS))


def _tell_swings(found: Found) -> Told:
    deviation = 100 * found.used[["small", "large"]].std()
    wider, least, most = np.exp([found.value, *found.interval])
    return Told(
        finding=(
            f"From year to year the dividends of small companies swung {wider:z.1f} times as "
            f"widely as those of large ones (90 % interval {least:z.1f} to {most:z.1f}; "
            f"{words.years(found.used.index)})"
        ),
        meaning=(
            f"In one year out of three, dividends grew or fell by more than "
            f"{deviation['small']:z.0f} log points from their mean among small companies, by more "
            f"than {deviation['large']:z.0f} among large ones."
        ),
        remarks=(f"The answer rests on {found.answer.n} years.",),
    )


@theme.claim(
    id="P11",
    statement="Large companies' dividends are steadier.",
    sort="level",
    direction=1,
    effect="steadier dividends of large companies",
    sei=0.25,
    measure=(
        "Log ratio of the standard deviations of yearly growth of dividends per share, small over "
        "large terciles, French portfolios with and without dividends; funds beside."
    ),
    needs=(WITH, WITHOUT),
    design=Ratio(
        statistic=BatchStatistic("log ratio of standard deviations", _spread_ratio),
        null="dividends of both swing alike",
        seed=14,
    ),
    variants=_other_swings,
    tell=_tell_swings,
    drawn=("small", "large"),
    axes=("", "growth of dividends per share over the year before, decimals"),
    frozen=dt.date(2026, 11, 28),
)
def dividend_growth(
    data: Dataset, columns: tuple[str, str] = _PORTFOLIOS["terciles"]
) -> pd.DataFrame:
    """Log growth of yearly dividends per share of small and large companies, by calendar year.

    A month's dividend is the return with dividends less that without, on the price to which the
    latter has grown: what a share of the portfolio paid whose capital gains stayed in it.
    """
    gains = data.frame(WITHOUT)[list(columns)].set_axis(["small", "large"], axis="columns")
    total = data.frame(WITH)[list(columns)].set_axis(["small", "large"], axis="columns")
    price = (1 + gains).cumprod().shift(1, fill_value=1.0)
    return yearly_growth(((total - gains) * price).dropna())


def yearly_growth(paid: pd.DataFrame) -> pd.DataFrame:
    """Log growth of what was paid in whole calendar years, from monthly payments."""
    yearly = paid.resample("YE")
    whole = yearly.sum()[yearly.count().min(axis="columns") == 12]
    return to_log(whole.pct_change(fill_method=None)).dropna()


# ---- P12: how many companies -------------------------------------------------------------------

#: What "about 2,000" means: lines of equity in the fund.
ABOUT_2000 = (1_850, 2_050)


def _read_count(rows: pd.DataFrame) -> Reading:
    low, high = ABOUT_2000
    return Reading(
        value=float(len(rows)),
        holds=low <= len(rows) <= high,
        n=len(rows),
        unit="companies",
        method=f"equity lines of the fund that tracks the index; holds from {low:,} to {high:,}",
    )


def _other_counts(ask: Ask) -> Points:
    issuers = len(holdings.by_issuer(holdings.members(ask.data, holdings.SMALL)))
    yield "share classes added up", (float(issuers), issuers)
    for label, fund in {"S&P 600": holdings.OTHER_SMALL, "S&P 500": holdings.LARGE}.items():
        if ask.held(fund):
            lines = len(holdings.members(ask.data, fund))
            yield f"{label} beside", (float(lines), lines)


def _tell_count(found: Found) -> Told:
    day, n = holdings.as_of(found.data, holdings.SMALL), len(found.rows)
    half = int((found.rows["weight"].cumsum() < 0.5).sum()) + 1
    return Told(
        finding=f"On {day} the fund of the Russell 2000 held {n:,} companies",
        meaning=(
            f"Of {STAKE:,} USD in the index, half lay in the {half:,} largest of them; all others "
            "shared the rest."
        ),
        remarks=(
            "The index is made anew once a year; between, members leave and are not replaced.",
        ),
        as_of=day,
    )


@theme.claim(
    id="P12",
    statement="The Russell 2000 holds about 2,000 companies.",
    kind="state",
    sei_unit="1,850 to 2,050 equity lines",
    needs=(holdings.SMALL,),
    design=_read_count,
    variants=_other_counts,
    tell=_tell_count,
    drawn=("members",),
    axes=("sector as the fund names it", "members"),
    frozen=dt.date(2026, 11, 28),
)
def count_of_members(data: Dataset) -> pd.DataFrame:
    """Equity lines of the fund that tracks the index, largest first, by sector.

    Cash, futures and residues of takeovers are left out. Two share classes are two lines. Declared
    after a first look, which had given 1,932.
    """
    shares = holdings.members(data, holdings.SMALL)
    return shares.set_index("sector").assign(members=1)


# ---- P13: volatility by size -------------------------------------------------------------------

DECILES = "french.size_deciles"


@dataclass(frozen=True, kw_only=True)
class Gradient(Design):
    """Slope of log volatility on the place of a portfolio in a row of them, block bootstrap.

    Rows: log returns of the portfolios `columns`, smallest companies first, equally far from each
    other.
    """

    unit: str = "log volatility per decile"
    null: str = "all sizes are equally volatile"
    what: str = "slope of log volatility on the size decile"
    columns: tuple[str, ...] = ("Lo 10", *(f"Dec {i}" for i in range(2, 10)), "Hi 10")
    draws: int = DRAWS
    seed: int = 13

    world: ClassVar[Null] = "legs"

    @property
    def needs(self) -> tuple[str, ...]:
        """All portfolios."""
        return self.columns

    def judge(self, rows: pd.DataFrame, /) -> BootstrapLaw:
        """The slope in rows resampled in blocks."""
        portfolios = self.used(rows)[list(self.columns)]
        return stationary_bootstrap(
            _slope_of_volatility(len(self.columns)), portfolios, draws=self.draws, seed=self.seed
        )

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Sizes made alike by taking the slope out, in the opposite order in half of all years."""
        portfolios = self.used(rows)[list(self.columns)]
        k = portfolios.shape[1]
        slope = _slope_of_volatility(k)(portfolios)
        return exchanged(portfolios * np.exp(-slope * np.arange(k)), world)

    def told(self, rows: pd.DataFrame, law: BootstrapLaw, /) -> Estimate:
        """The slope with its interval; p inverts the same draws."""
        return self.estimate_from(law, n=len(self.used(rows)), what=self.what)

    def volatility(self, rows: pd.DataFrame) -> pd.Series:
        """Standard deviation of each portfolio's monthly log return, percent a year."""
        sd: pd.Series = self.used(rows)[list(self.columns)].std(ddof=0)
        return 100 * float(np.sqrt(12)) * sd


def _slope_of_volatility(k: int) -> MomentStatistic:
    """Of k columns in order: slope of the log of their standard deviations on 1 to k."""
    place = np.arange(k) - (k - 1) / 2

    def of_means(means: np.ndarray) -> np.ndarray:
        variance = means[..., k:] - means[..., :k] ** 2
        return np.asarray((np.log(variance) / 2) @ (place / (place @ place)))

    def features(x: np.ndarray) -> np.ndarray:
        centred = x - x.mean(axis=0)  # the shift changes no variance and saves digits
        return np.hstack([centred, centred**2])

    return MomentStatistic("slope of log volatility", features, of_means)


def _other_gradients(ask: Ask) -> Points:
    yield from ask.halves()
    yield "quarterly returns", ask.of(quarters(ask.rows))
    for start in ("1946", "1981"):
        yield from ask.since(start)
    yield "without the smallest decile", ask.of(columns=Gradient.columns[1:])
    yield "without the largest decile", ask.of(columns=Gradient.columns[:-1])


def _tell_gradient(found: Found) -> Told:
    design: Gradient = found.design
    sd, (low, high) = design.volatility(found.rows), found.interval
    calmer = int((sd.diff().dropna() < 0).sum())
    return Told(
        finding=(
            f"From one size decile to the next larger one volatility changed by "
            f"{100 * np.expm1(found.value):+z.1f} % ({words.years(found.used.index)}; "
            f"90 % interval {100 * np.expm1(low):+z.1f} to {100 * np.expm1(high):+z.1f})"
        ),
        meaning=(
            f"In one year out of three, {STAKE:,} USD in the smallest tenth of companies strayed "
            f"more than {words.usd(sd.iloc[0])} from its mean; in the largest tenth, more than "
            f"{words.usd(sd.iloc[-1])}."
        ),
        remarks=(
            f"Smallest decile first, % a year: {', '.join(f'{value:z.1f}' for value in sd)}.",
            f"{calmer} of {len(sd) - 1} steps go down.",
        ),
    )


@theme.claim(
    id="P13",
    statement="The larger the companies, the less volatile their returns, size by size.",
    sort="level",
    direction=-1,
    effect="fall of volatility with size",
    sei=0.02,
    needs=(DECILES,),
    design=Gradient(),
    variants=_other_gradients,
    tell=_tell_gradient,
    axes=("size decile, smallest first", "standard deviation of log returns, % a year"),
    frozen=dt.date(2026, 11, 28),
)
def deciles(data: Dataset) -> pd.DataFrame:
    """Slope of log volatility on the size decile, from monthly log returns of ten size portfolios.

    Deciles by capitalisation with New York's companies as the measure, each weighted by value.
    Declared with version 2 of the ledger; its answer had not been seen.
    """
    return to_log(data.frame(DECILES)[list(Gradient.columns)])


# ---- P14: revenue at home ----------------------------------------------------------------------

theme.declare(
    id="P14",
    statement="Small companies earn more of their revenue at home.",
    kind="untestable",
    measure="Share of revenue by geography, small against large companies.",
    reason=(
        "Needs each company's revenue by geography. The SEC's Financial Statement and Notes data "
        "sets hold it as far as companies tag it; that source, and names for its many tags of "
        "countries and regions, would decide."
    ),
    frozen=dt.date(2026, 11, 28),
)
