"""Profile: what small companies are said to be. Volatile, growing, lean on dividends, young."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import holdings, macro, measures, pairs
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading, Specification
from r2klib.claims.pairs import ETF, LEVEL
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import (
    factor_regression,
    log_volatility_ratio,
    stationary_bootstrap,
    to_log,
)

theme = Theme("profile")


@theme.claim(
    id="P1",
    statement="Members of the Russell 2000 are mostly worth 0.3 to 2 billion US dollars.",
    kind="state",
    sei_unit="at least half of the members inside the band; borderline within 5 points of half",
    measure="Share of members in the band, from index weights times the index's float value.",
    needs={"sample": ("ishares.IWM",), "live": ("ishares.IWM", "^RUT")},
)
def members_in_band(data: Dataset) -> Evidence:
    """Share of members whose weight times the index's float value lies in 0.3 to 2 bn dollars.

    Weights are the fund's market values over their sum, so the fund's own size does not enter.
    The index's float value is one number from outside, `holdings.FLOAT_VALUE` (2025), carried to
    the day of the list by the price index. Every line counts as a member, two share classes as two.
    Borderline where the share is within 5 points of half.
    """
    day = holdings.as_of(data, holdings.SMALL)
    closes = data.frame("^RUT")["Close"]
    total = holdings.index_value(closes, day)
    every = holdings.index_value(closes, day, holdings.TOTAL_VALUE, holdings.TOTAL_DAY)
    shares = holdings.members(data, holdings.SMALL)
    billions = shares["weight"] * total / 1e9
    share = _in_band(billions)
    variants = {
        "all shares instead of free float": _in_band(shares["weight"] * every / 1e9),
        "index worth 10 % less": _in_band(0.9 * billions),
        "index worth 10 % more": _in_band(1.1 * billions),
        "share classes added up": _in_band(holdings.by_issuer(shares)["weight"] * total / 1e9),
        "posted weights, rounded": _in_band(
            holdings.members(data, holdings.SMALL, posted=True)["weight"] * total / 1e9
        ),
        _BY_VALUE: float(100 * shares["weight"][billions.between(*BAND)].sum()),
        "up to 3 billion": float(100 * billions.between(BAND[0], 3.0).mean()),
    }
    below, above = 100 * (billions < BAND[0]).mean(), 100 * (billions > BAND[1]).mean()
    bins = pd.cut(billions, [0, 0.1, 0.3, 1, 2, 5, 10, np.inf], labels=_BINS)
    counts = bins.value_counts(sort=False)
    return Evidence(
        answer=Reading(
            value=share,
            holds=share >= 50,
            spread=(share - 5 >= 50, share + 5 >= 50),
            n=len(shares),
            unit="% of members",
            method="index weight times the index's float value, within 0.3 to 2 bn dollars",
        ),
        as_of=day,
        finding=(
            f"On {day} {share:.0f} % of {len(shares):,} members were worth 0.3 to 2 billion USD, "
            f"{below:.0f} % less and {above:.0f} % more"
        ),
        meaning=(
            f"The median member was worth {billions.median():.2f} billion USD, the largest "
            f"{billions.max():.1f}. Of {measures.STAKE:,} USD in the index, "
            f"{measures.usd(100 - variants[_BY_VALUE])} lay outside the band."
        ),
        specifications=tuple(
            Specification(label=label, value=value, interval=None, n=len(shares))
            for label, value in variants.items()
        ),
        exhibits=(
            Exhibit(
                kind="bars",
                title=f"{share:.0f} % of members are worth 0.3 to 2 billion USD",
                frame=counts.to_frame("members"),
                x="market value, billion USD",
                y="members",
                note="Free-float values from index weights; one outside number for their sum.",
            ),
        ),
        remarks=(
            f"The whole index is put at {total / 1e12:.2f} trillion USD of free float.",
            f"That is a value of {holdings.FLOAT_DAY.date()} carried by the price index.",
        ),
    )


#: The band the thesis speaks of, billion dollars.
BAND = (0.3, 2.0)
_BINS = ["under 0.1", "0.1-0.3", "0.3-1", "1-2", "2-5", "5-10", "over 10"]
_BY_VALUE = "share of the index's value instead"


def _in_band(billions: pd.Series) -> float:
    """Percent of members inside the band."""
    return float(100 * billions.between(*BAND).mean())


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
)
def volatility(data: Dataset) -> Evidence:
    """Log ratio of volatilities, joint stationary block bootstrap of the two legs.

    Both legs are resampled together, so their correlation is kept. The block length is
    automatic (Politis-White).
    """
    pair = pairs.get(ETF[pairs.kind_of(data)])
    legs = to_log(pair.legs(data))
    answer = _volatility_ratio(legs, measures.DRAWS)
    first, second = measures.halves(legs.index)
    quarters = legs.resample("QE").sum()
    variants = {
        "first half": legs.iloc[first],
        "second half": legs.iloc[second],
        "quarterly returns": quarters,
        "since 1981": legs.loc["1981":],
        **_size_variants(data, pair.name),
    }
    ratio = float(np.exp(answer.value))
    deviations = legs.std() * np.sqrt(12)
    span = measures.years(legs.index)
    rolling = measures.volatility(legs, 36).dropna()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(legs.index),
        finding=f"Small companies were {ratio:.2f} times as volatile as large ones ({span})",
        meaning=(
            f"In one year out of three, {measures.STAKE:,} USD in small companies strayed more "
            f"than {measures.usd(100 * deviations['small'])} from its mean; in large ones, more "
            f"than {measures.usd(100 * deviations['large'])}."
        ),
        pair=pair.name,
        specifications=measures.specify(
            {
                label: _volatility_ratio(legs, measures.SPEC_DRAWS)
                for label, legs in variants.items()
            }
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"Small companies swung {ratio:.2f} times as widely as large ones",
                frame=100 * rolling,
                x="",
                y="volatility over 36 months, % a year",
                spans=macro.recession_spans(data, rolling.index[0], rolling.index[-1]),
                note="Annualised standard deviation of monthly log returns; recessions shaded.",
            ),
        ),
    )


def _volatility_ratio(legs: pd.DataFrame, draws: int) -> Estimate:
    law = stationary_bootstrap(log_volatility_ratio, legs[["small", "large"]], draws=draws, seed=2)
    return measures.from_bootstrap(
        law, n=len(legs), unit="log ratio", null="both legs are equally volatile"
    )


def _size_variants(data: Dataset, pair: str) -> dict[str, pd.DataFrame]:
    """The smallest and the middle quintile against the biggest, where the table is held."""
    if pair != "legs":
        return {}
    portfolios = to_log(data.frame("french.size_value"))
    quintile = {
        size: portfolios.filter(regex=f"^S{size}V").mean(axis="columns") for size in (1, 3, 5)
    }
    return {
        "smallest against biggest quintile": pd.DataFrame(
            {"small": quintile[1], "large": quintile[5]}
        ),
        "middle against biggest quintile": pd.DataFrame(
            {"small": quintile[3], "large": quintile[5]}
        ),
    }


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
)
def premium(data: Dataset) -> Evidence:
    """Mean log d a year. Arithmetic means and factor alphas are the specification curve.

    The alphas are those of the small leg minus the risk-free rate, with one Dimson lag of the
    market, so they ask for pay beyond market risk. Eras of SMB use the longest history.
    """
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    d = pair.d(data)
    answer = measures.mean_d(d, "mean log d")
    first, second = measures.halves(d.index)
    variants = {
        "arithmetic instead of log": measures.mean_d(_arithmetic(data, pair), "mean arithmetic d"),
        "first half": measures.mean_d(d.iloc[first], "mean log d"),
        "second half": measures.mean_d(d.iloc[second], "mean log d"),
        "without January": measures.mean_d(d[measures.dates(d).month != 1], "mean log d"),
    }
    eras = _eras(data)
    variants |= {f"SMB, {label}": era for label, era in eras.items()}
    variants |= _alphas(data, pair)
    low, high = answer.interval
    leader, laggard = ("small", "large") if answer.value > 0 else ("large", "small")
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"{leader.capitalize()} companies returned {abs(answer.value):.1f} % a year more than "
            f"{laggard} ones in logs ({measures.years(d.index)}); 90 % interval of small minus "
            f"large {low:.1f} to {high:.1f}"
        ),
        meaning=(
            f"Over a year, {measures.STAKE:,} USD in small companies ended about "
            f"{measures.ahead(answer.value)} the same sum in large ones; the interval runs from "
            f"{measures.signed_usd(low)} to {measures.signed_usd(high)}."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(_eras_figure(eras),),
        remarks=(
            "A mean of logs lies about one point a year below the arithmetic mean.",
            "Whether the firms themselves grow faster cannot be tested without company accounts.",
        ),
    )


def _arithmetic(data: Dataset, pair: pairs.Pair) -> pd.Series:
    legs = pair.legs(data)
    return legs["small"] - legs["large"]


def _eras(data: Dataset) -> dict[str, Estimate]:
    """Mean of SMB in the eras that the literature speaks of, and in January against the rest."""
    smb = data.frame("french.factors")["SMB"].dropna()
    january = measures.dates(smb).month == 1
    parts = {
        f"all months, {measures.years(smb.index)}": smb,
        "before 1981": smb.loc[:"1980"],
        "1981 and later": smb.loc["1981":],
        "January alone": smb[january],
        "all other months": smb[~january],
    }
    return {
        label: measures.mean_d(part, "mean of SMB, arithmetic") for label, part in parts.items()
    }


def _eras_figure(eras: dict[str, Estimate]) -> Exhibit:
    early, late = eras["before 1981"], eras["1981 and later"]
    fate = "survived" if late.interval[0] > 0 else "did not survive"
    return Exhibit(
        kind="intervals",
        title=(
            f"The size premium {fate} its discovery: {early.value:.1f} % a year before 1981, "
            f"{late.value:.1f} % since"
        ),
        frame=measures.intervals(eras.items()),
        x="mean of the size factor SMB, % a year, with 90 % interval",
        y="",
        note=(
            "Arithmetic mean times twelve. January alone is the yearly rate that January's mean "
            "would make if all months were like it."
        ),
    )


def _alphas(data: Dataset, pair: pairs.Pair) -> dict[str, Estimate]:
    """Alpha of the small leg on the factors of its own release, where the edition holds them."""
    if pair.name != "legs":
        return {}
    factors = data.frame("french.factors_2017")
    excess = pair.legs(data)["small"] - factors["RF"]

    def alpha(model: str, lags: int) -> Estimate:
        fit = factor_regression(excess, factors, model=model, dimson_lags=lags)
        return measures.from_fit(
            fit.combine({"alpha": 1.0}, "alpha"),
            unit="%/yr",
            scale=measures.ANNUAL_PERCENT,
            what=f"alpha of the small leg, {model}, {lags} Dimson lag(s)",
            null="the factors explain the mean return of the small leg",
        )

    return {
        "alpha beyond the market (CAPM, Dimson)": alpha("capm", 1),
        "alpha beyond market, size and value (FF3)": alpha("ff3", 0),
        "alpha beyond these and momentum (Carhart)": alpha("carhart", 0),
    }


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
