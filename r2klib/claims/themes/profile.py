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
    SPEC_DRAWS,
    Design,
    Mean,
    Ratio,
    Slope,
    World,
    from_fit,
    quarters,
)
from r2klib.claims.nouns import Estimate, Reading, Told
from r2klib.claims.pairs import ETF, LEVEL, LIVE_ETF, LIVE_INDEX, SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.stats import (
    MODELS,
    BatchStatistic,
    expected_shortfall,
    factor_regression,
    hac_mean,
    log_volatility_ratio,
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
    shares = {
        "all shares instead of free float": _in_band(_billions(ask, every_share=True)),
        "index worth 10 % less": _in_band(0.9 * billions),
        "index worth 10 % more": _in_band(1.1 * billions),
        "share classes added up": _in_band(_billions(ask, by_issuer=True)),
        "posted weights, rounded": _in_band(_billions(ask, posted=True)),
        _BY_VALUE: float(100 * inside.sum()),
        "up to 3 billion": float(100 * billions.between(BAND[0], 3.0).mean()),
    }
    for label, share in shares.items():
        yield label, (share, len(ask.rows))


def _billions(ask: Ask, **choices: bool) -> pd.Series:
    return ask.claim.rows(ask.data, **choices)["billions"]


def _tell_band(found: Found) -> Told:
    billions, day = found.rows["billions"], holdings.as_of(found.data, holdings.SMALL)
    below, above = 100 * (billions < BAND[0]).mean(), 100 * (billions > BAND[1]).mean()
    within, _ = found.variants[_BY_VALUE]
    return Told(
        finding=(
            f"On {day} {found.value:.0f} % of {len(billions):,} members were worth 0.3 to 2 "
            f"billion USD, {below:.0f} % less and {above:.0f} % more"
        ),
        meaning=(
            f"The median member was worth {billions.median():.2f} billion USD, the largest "
            f"{billions.max():.1f}. Of {STAKE:,} USD in the index, {words.usd(100 - within)} lay "
            "outside the band."
        ),
        remarks=(
            f"The whole index is put at {billions.sum() / 1e3:.2f} trillion USD of free float.",
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
    needs={"sample": ("ishares.IWM",), "live": ("ishares.IWM", "^RUT")},
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
    Borderline where the share inside is within 5 points of half.
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
    deviation = 100 * found.used.std() * np.sqrt(12)
    return Told(
        finding=(
            f"Small companies were {np.exp(found.value):.2f} times as volatile as large ones "
            f"({words.years(found.used.index)})"
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
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="log ratio",
    measure="Log ratio of the standard deviations of monthly log returns, small over large.",
    pair=ETF,
    design=Ratio(statistic=log_volatility_ratio, null="both legs are equally volatile"),
    variants=_other_legs,
    tell=_tell_volatility,
    axes=("", "log ratio of standard deviations"),
)
def volatility(data: Dataset, pair: str) -> pd.DataFrame:
    """Monthly log returns of both legs.

    Both are resampled together, so their correlation is kept. The block length is automatic
    (Politis-White).
    """
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
    for label, model in _MODELS.items():
        columns = [*MODELS[model], *(["QMJ"] if "QMJ" in label else [])]
        if set(columns) <= set(factors):
            yield label, _alpha(excess, factors, columns)


#: Factors that the small leg's mean is asked to go beyond, where the edition holds them.
_MODELS = {
    "alpha beyond market, size and value (FF3)": "ff3",
    "alpha beyond these and momentum (Carhart)": "carhart",
    "alpha beyond five factors and momentum (FF5, Mom)": "ff6",
    "alpha beyond these and quality (QMJ)": "ff6",
}


def _january(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(pd.DatetimeIndex(rows.index).month == 1)


def _alpha(
    excess: pd.Series, factors: pd.DataFrame, model: str | list[str], lags: int = 0
) -> Estimate:
    """Alpha of the small leg's excess return on factors of its own release."""
    fit = factor_regression(excess, factors, model=model, dimson_lags=lags)
    return from_fit(
        fit.combine({"alpha": 1.0}, "alpha"),
        unit="%/yr",
        scale=ANNUAL_PERCENT,
        what=f"alpha of the small leg, {fit.model}, {lags} Dimson lag(s)",
        null="the factors explain the mean return of the small leg",
    )


def _tell_premium(found: Found) -> Told:
    low, high = found.interval
    leader, laggard = ("small", "large") if found.value > 0 else ("large", "small")
    return Told(
        finding=(
            f"{leader.capitalize()} companies returned {abs(found.value):.1f} % a year more than "
            f"{laggard} ones in logs ({words.years(found.used.index)}); 90 % interval of small "
            f"minus large {low:.1f} to {high:.1f}"
        ),
        meaning=(
            f"Over a year, {STAKE:,} USD in small companies ended about "
            f"{words.ahead(found.value)} the same sum in large ones; the interval runs from "
            f"{words.signed_usd(low)} to {words.signed_usd(high)}."
        ),
        remarks=(
            f"The arithmetic mean is {found.variants[_ARITHMETIC].value:.1f} % a year.",
            "Whether the firms themselves grow faster cannot be tested without company accounts.",
        ),
    )


@theme.claim(
    id="P3",
    statement="Small companies have the higher growth potential, and holders are paid for it.",
    kind="link",
    sort="level",
    direction=1,
    sei=2.0,
    sei_unit="%/yr",
    measure=(
        "Realised proxy only: mean log d. Growth of the firms themselves cannot be tested without "
        "company accounts."
    ),
    pair=LEVEL,
    needs={"sample": ("french.factors",), "live": ("french.factors",)},
    design=Mean(what="mean log d"),
    variants=_other_premiums,
    tell=_tell_premium,
    axes=("", "small minus large since the start, log points"),
)
def premium(data: Dataset, pair: str, *, arithmetic: bool = False) -> pd.DataFrame:
    """Log d of a month, or the difference of simple returns.

    Arithmetic means and factor alphas are the specification curve. The alphas are those of the
    small leg minus the risk-free rate, the first with one Dimson lag of the market, so they ask
    for pay beyond market risk. Eras of SMB use the longest history and arithmetic means; January
    alone is the yearly rate that January's mean would make if all months were like it.
    """
    if arithmetic:
        legs = pairs.get(pair).legs(data)
        return pd.DataFrame({"y": legs["small"] - legs["large"]})
    return pairs.get(pair).d(data).to_frame("y")


# ---- P4: dividends -----------------------------------------------------------------------------

WITH, WITHOUT = "french.size_with_dividends", "french.size_no_dividends"
_PORTFOLIOS = {"terciles": ("Lo 30", "Hi 30"), "deciles": ("Lo 10", "Hi 10")}


@dataclass(frozen=True, kw_only=True)
class YieldGap(Design):
    """Mean yearly distributions, large minus small, of sums over whole periods; Newey-West.

    Rows: ``small`` and ``large``, monthly distributions over price.

    Parameters
    ----------
    months : int
        Of a period, which ends with the year or divides it.
    hac_lags : int
    """

    unit: str = "percentage points"
    null: str = "large and small companies pay alike"
    months: int = 3
    hac_lags: int = 8

    world: ClassVar[World] = "legs"

    @property
    def needs(self) -> tuple[str, ...]:
        """Both sides."""
        return ("small", "large")

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the gap."""
        sums = self.sums(rows)
        return from_fit(
            hac_mean(sums["large"] - sums["small"], hac_lags=self.hac_lags),
            unit=self.unit,
            scale=ANNUAL_PERCENT / self.months,
            what=self.what,
            null=self.null,
            claimed=self.claimed,
        )

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
    (low, high), design = found.interval, found.claim.design
    assert isinstance(design, YieldGap)
    yields = 100 * design.sums(found.rows).mean() * 12 / design.months
    spread = growth_spread(found.data, *pairs.get(found.claim.pair_of(found.data)).series)
    wider, least, most = np.exp([spread.value, *spread.interval])
    return Told(
        finding=(
            f"Large companies paid {yields['large']:.2f} % of their price a year, small ones "
            f"{yields['small']:.2f} %: {found.value:+.2f} points (90 % interval {low:.2f} to "
            f"{high:.2f}; {words.years(found.used.index)})"
        ),
        meaning=(
            f"{STAKE:,} USD in large companies paid {words.usd(yields['large'])} a year, in small "
            f"ones {words.usd(yields['small'])}. From year to year the payments of small companies "
            f"swung {wider:.1f} times as widely (90 % interval {least:.1f} to {most:.1f})."
        ),
        remarks=(
            f"The swing of payments rests on {spread.n} years.",
            "Distributions of a fund are net of its expenses.",
        ),
    )


@theme.claim(
    id="P4",
    statement="Large companies pay more and steadier dividends.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.25,
    sei_unit="percentage points",
    measure=(
        "Gap of dividend yields, large minus small: French size portfolios with and without "
        "dividends, fund distributions; spread of dividend growth beside it."
    ),
    pair=LIVE_ETF,
    needs={"sample": (WITH, WITHOUT)},
    design=YieldGap(what="mean gap of distributions, SPY minus IWM"),
    variants=_other_payers,
    tell=_tell_dividends,
    drawn=("small, 12 months", "large, 12 months"),
    axes=("", "distributions of 12 months, % of price"),
)
def dividends(data: Dataset, pair: str, *, listed: bool = False) -> pd.DataFrame:
    """Distributions of both funds in a month as a share of price, and of 12 months in percent.

    The ledger lets the funds decide this level by themselves; what French's size portfolios earn
    with less what they earn without dividends, since 1926, stands on the curve where the edition
    holds both tables. A distribution is the return on adjusted closes less that on raw ones, so
    it is net of the funds' expenses; or, `listed`, the month's sum over the close before. Sums of
    quarters, because the funds pay in their last month; 8 lags, because yields move slowly.
    Steadier: `growth_spread`, a log ratio with few years.
    """
    funds = pairs.get(pair).series
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


def growth_spread(data: Dataset, small: str, large: str) -> Estimate:
    """Log ratio of standard deviations of yearly growth of distributions, small over large.

    Per share, in whole calendar years; joint stationary bootstrap of the years.
    """
    closes = pd.DataFrame({name: data.frame(name)["Close"] for name in (small, large)}).dropna()
    price = closes.resample("ME").last().shift(1).set_axis(["small", "large"], axis="columns")
    swing = Ratio(
        statistic=BatchStatistic("log ratio of standard deviations", _spread_ratio),
        null="payments of both swing alike",
        draws=SPEC_DRAWS,
        seed=14,
    )
    return swing(yearly_growth((of_funds(data, small, large) * price).dropna()))


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
    beside = signals.revised(ask.data, "UNRATE")
    if beside is not None:
        yield f"real time: {signals.REVISED_BESIDE}", ask(beside, known=True)
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
            f"Small minus large returned {growing:.1f} % a year in expansions and "
            f"{shrinking:.1f} % in recessions"
        ),
        meaning=(
            f"With perfect foresight of turning points, expansions were worth "
            f"{words.usd(found.value)} a year on {STAKE:,} USD {side} small companies, compared "
            f"with recessions. What was known at the time gives {known:+z.1f} % a year instead of "
            f"{found.value:+z.1f}{flips}."
        ),
        vintage=f"NBER dates: hindsight; unemployment: {basis}",
        remarks=("Hindsight: turning points are announced months after the fact.",),
    )


@theme.claim(
    id="P5",
    statement="Expansions favour small companies.",
    kind="link",
    sort="sense",
    direction=1,
    sei=4.0,
    sei_unit="%/yr",
    measure="Mean d in NBER expansions minus recessions: hindsight, since turning points are dated "
    "long after.",
    pair=SLOW,
    needs={"sample": ("NBER", "UNRATE"), "live": ("NBER", "UNRATE")},
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
)
def expansions(data: Dataset, pair: str, *, known: bool = False) -> pd.DataFrame:
    """D of a month, and one in an expansion, zero in a recession; hindsight, HAC with 12 lags.

    A month belongs to a recession after the peak and through the trough (the convention of
    USREC). Beside it, what one could have `known`: Sahm's signal at the end of the month before
    (one where it is below one half), made of unemployment as it then stood (first releases where
    the edition keeps them; revised unemployment with its publication lag otherwise, and beside).
    """
    d = pairs.get(pair).d(data)
    if not known:
        return pd.DataFrame({"y": d, "driver": (~signals.recessions(data, d.index)).astype(float)})
    before = pd.DatetimeIndex(d.index) - pd.offsets.MonthEnd(1)
    alarm = signals.read(data, signals.sahm_signal, "UNRATE", dates=before).set_axis(d.index)
    return pd.DataFrame({"y": d, "driver": (alarm < 0.5).astype(float).where(alarm.notna())})


# ---- P6: the dollar ----------------------------------------------------------------------------

_TWO_WEEKS = "the week and the one after, added up"


def _other_dollars(ask: Ask) -> Points:
    rows = ask.rows
    before, after = rows["driver"].shift(1), rows["driver"].shift(-1)
    calm = (rows.index < "2008-07") | (rows.index >= "2009-07")
    yield "market not controlled", ask.of(rows[["y", "driver"]])
    yield "four weeks at a time", ask(weeks=4)
    yield "dollar of the week before", ask.of(rows.assign(driver=before))
    yield _TWO_WEEKS, ask.of(rows.assign(after=after), on={"driver": 1.0, "after": 1.0})
    yield from ask.halves()
    yield "without July 2008 to June 2009", ask.of(rows[calm])
    yield from ask.remade("etf", "sp600")


def _tell_dollar(found: Found) -> Told:
    (low, high), both = found.interval, found.variants[_TWO_WEEKS]
    least, most = both.interval
    return Told(
        finding=(
            f"In a week in which the dollar rose by 1 %, small minus large moved by "
            f"{found.value:+z.2f} %, net of the market (90 % interval {low:+z.2f} to {high:+z.2f})"
        ),
        meaning=(
            f"A dollar stronger by 5 % left {STAKE:,} USD in small companies "
            f"{words.ahead(5 * found.value)} large ones, beyond what the market's own move "
            "explains."
        ),
        remarks=(
            (
                f"With the dollar of the next week added, which holds what came after Friday's "
                f"noon, the effect is {both.value:+z.2f} % (90 % "
                f"interval {least:+z.2f} to {most:+z.2f}): {_what_lasts(found.value, both)}."
            ),
        ),
    )


def _what_lasts(value: float, both: Estimate) -> str:
    """Whether a week's response is still there after the week that follows."""
    if both.interval[0] > 0 or both.interval[1] < 0:
        return "it lasts" if both.value * value > 0 else "it turns round"
    return "what remains cannot be told from nothing"


@theme.claim(
    id="P6",
    statement="Small companies are more domestic: a strong dollar hurts them less.",
    kind="link",
    sort="sense",
    direction=1,
    sei=0.15,
    sei_unit="% per 1 %",
    measure="Weekly d on the broad dollar, market and its lag controlled.",
    pair=LIVE_INDEX,
    needs={"sample": ("^RUT", "DTWEXBGS"), "live": ("DTWEXBGS",)},
    design=Slope(
        unit="% per 1 %",
        scale=100.0,
        what="weekly d on the broad dollar",
        null="the dollar moves small and large companies alike",
    ),
    variants=_other_dollars,
    tell=_tell_dollar,
    axes=("change of the broad dollar in the week, %", "small minus large in the week, %"),
)
def dollar(data: Dataset, pair: str, weeks: int = 1) -> pd.DataFrame:
    """D of a week, the log change of the broad dollar over the same days, the market and its lag.

    The market is the S&P 500 itself: it is quoted on the same days. The dollar is fixed at noon
    in New York, four hours before the close, so part of Friday's move falls into the next week;
    changes over four weeks, of which that part is small, are in the curve.
    """
    quoted = weekly.levels(data, pair).assign(driver=100 * np.log(data.series("DTWEXBGS")))
    return weekly.changes(quoted, weeks).rename(columns={"d": "y"})


# ---- P7: age and adaptability ------------------------------------------------------------------

theme.declare(
    id="P7",
    statement="Small companies are younger and adapt faster.",
    kind="untestable",
    sei_unit="",
    measure="Age and adaptability of firms.",
    reason=(
        "Needs a panel of companies with their ages and decisions; first filings at the SEC could "
        "date the age, nothing free measures how fast a firm adapts."
    ),
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
    beside = signals.revised(ask.data, *components)
    if beside is not None:
        yield signals.REVISED_BESIDE, ask(beside)
    yield from ask.remade()


def _rise_of(series: str) -> signals.Transform:
    """The 3-month change of one component, in months that have a composite."""

    def rise(levels: signals.Levels) -> pd.DataFrame:
        known = signals.growth(levels).notna()
        return signals.growth_parts(levels)[series].where(known).diff(3)

    return rise


def _basis(data: Dataset, used: pd.DataFrame) -> str:
    """Which figures the news was made of."""
    return signals.vintage(data, *signals.composite_of(data), start=used.index[0])


def _tell_sensitivity(found: Found) -> Told:
    low, high = found.interval
    return Told(
        finding=(
            f"When growth picked up by one standard deviation, small minus large ran at "
            f"{found.value:+z.1f} % a year against the usual in the same month (90 % interval "
            f"{low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {STAKE:,} USD in small companies ran {words.ahead(found.value)} "
            "large ones while news of a pick-up of one standard deviation came in. It is no "
            "forecast."
        ),
        vintage=_basis(found.data, found.used),
    )


@theme.claim(
    id="P8",
    statement="Small companies are more sensitive to the domestic economy.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure="d on the 3-month change of the growth composite, as published.",
    pair=SLOW_SINCE_1947,
    needs={"sample": tuple(signals.COMPOSITE), "live": tuple(signals.COMPOSITE)},
    design=Slope(
        unit="%/yr per sd",
        scale=ANNUAL_PERCENT,
        per_sd=True,
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
    The change is that of one vintage, the one out at the month's end. Matching by the month the
    data speak of is in the specification curve, and so is what was new in the figures of the
    month, `signals.growth_surprise`: of first releases where the edition keeps them. The signal is
    in standard deviations of its own sample; Newey-West errors with automatic lags.
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
        """Log returns of the small leg times exp(effect)."""
        small: pd.Series = to_log(self.used(rows)["small"])
        return float(np.expm1(effect)) * small


def _tail_ratio(tail: float) -> BatchStatistic:
    def ratio(returns: np.ndarray) -> np.ndarray:
        losses = np.log(expected_shortfall(returns, tail))
        return losses[..., 0] - losses[..., 1]

    return BatchStatistic(f"log ratio of expected shortfalls, worst {100 * tail:g} %", ratio)


def _other_tails(ask: Ask) -> Points:
    yield "worst 10 % of months", ask.of(statistic=_tail_ratio(0.10))
    yield "worst 2.5 % of months", ask.of(statistic=_tail_ratio(0.025))
    yield from ask.halves()
    if ask.held("NBER"):
        calm = ~signals.recessions(ask.data, ask.rows.index)
        yield "without recessions", ask.of(ask.rows[calm])
    quarterly = to_simple(quarters(to_log(ask.rows)))
    yield "quarterly returns, worst 10 %", ask.of(quarterly, statistic=_tail_ratio(0.10))


def _tell_shortfall(found: Found) -> Told:
    legs = found.used
    small, large = (-100 * float(loss) for loss in expected_shortfall(legs[["small", "large"]]))
    more = 100 * np.expm1(found.value)
    return Told(
        finding=(
            f"In its worst twentieth of months the small leg lost {-small:.1f} % on average, the "
            f"large one {-large:.1f} % ({words.years(legs.index)})"
        ),
        meaning=(
            f"A bad month cost {words.usd(small)} on {STAKE:,} USD in small companies and "
            f"{words.usd(large)} in large ones: {abs(more):.0f} % "
            f"{'more' if more > 0 else 'less'}."
        ),
        remarks=("Each leg's worst months are its own; a higher beta alone makes them worse.",),
    )


@theme.claim(
    id="P9",
    statement="The worst months of small companies are worse.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="log ratio",
    measure="Log ratio of the 5 % expected shortfalls of monthly returns, small over large.",
    pair=LEVEL,
    design=Losses(
        statistic=_tail_ratio(0.05),
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

    Asked is the mean loss in each leg's own worst 5 % of months, as a log ratio, by a joint block
    bootstrap. Version 1 of the ledger asked it as K1, of slowdowns; it is about no slowdown.
    """
    return pairs.get(pair).legs(data)


# ---- P11: steady dividends ---------------------------------------------------------------------

_FUNDS = ("IWM", "SPY")


def _other_swings(ask: Ask) -> Points:
    yield from ask.halves()
    yield "since 1946", ask.of(ask.rows.loc["1946":])
    for name, columns in _PORTFOLIOS.items():
        if name != "terciles":
            yield name, ask(columns=columns)
    if ask.held(*_FUNDS):
        yield f"funds ({' over '.join(_FUNDS)})", growth_spread(ask.data, *_FUNDS)


def _tell_swings(found: Found) -> Told:
    deviation = 100 * found.used[["small", "large"]].std()
    wider, least, most = np.exp([found.value, *found.interval])
    return Told(
        finding=(
            f"From year to year the dividends of small companies swung {wider:.1f} times as widely "
            f"as those of large ones (90 % interval {least:.1f} to {most:.1f}; "
            f"{words.years(found.used.index)})"
        ),
        meaning=(
            f"In one year out of three, dividends grew or fell by more than "
            f"{deviation['small']:.0f} log points from their mean among small companies, by more "
            f"than {deviation['large']:.0f} among large ones."
        ),
        remarks=(f"The answer rests on {found.answer.n} years.",),
    )


@theme.claim(
    id="P11",
    statement="Large companies' dividends are steadier.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.25,
    sei_unit="log ratio",
    measure=(
        "Log ratio of the standard deviations of yearly growth of dividends per share, small over "
        "large terciles, French portfolios with and without dividends; funds beside."
    ),
    needs={"sample": (WITH, WITHOUT), "live": (WITH, WITHOUT)},
    design=Ratio(
        statistic=BatchStatistic("log ratio of standard deviations", _spread_ratio),
        null="dividends of both swing alike",
        seed=14,
    ),
    variants=_other_swings,
    tell=_tell_swings,
    drawn=("small", "large"),
    axes=("", "growth of dividends per share over the year before, decimals"),
    no_placebo="it is made of dividends, which no shuffle of returns moves",
    frozen=dt.date(2026, 11, 28),
)
def dividend_growth(
    data: Dataset, columns: tuple[str, str] = _PORTFOLIOS["terciles"]
) -> pd.DataFrame:
    """Log growth of yearly dividends per share of small and large companies, by calendar year.

    A month's dividend is the return with dividends less that without, on the price to which the
    latter has grown: what a share of the portfolio paid whose capital gains stayed in it. Whole
    years alone; the years are resampled together in blocks.
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


# ---- P14: revenue at home ----------------------------------------------------------------------

theme.declare(
    id="P14",
    statement="Small companies earn more of their revenue at home.",
    kind="untestable",
    sei_unit="",
    measure="Share of revenue by geography, small against large companies.",
    reason=(
        "Needs each company's revenue by geography. The SEC's Financial Statement and Notes data "
        "sets hold it as far as companies tag it; that source, and names for its many tags of "
        "countries and regions, would decide."
    ),
    frozen=dt.date(2026, 11, 28),
)
