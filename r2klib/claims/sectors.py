"""Sectors: does the mix of small-company industries favour them?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import holdings, macro, measures, pairs
from r2klib.claims.events import after, placebo, placebo_in_words
from r2klib.claims.market import falls, market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading, Specification
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import to_log

theme = Theme("sectors")

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


@theme.claim(
    id="S0",
    statement="The Russell 2000 is spread over sectors and names more broadly than the S&P 500.",
    kind="state",
    sei_unit="lower sector Herfindahl, lower top-10 weight and higher effective number, all three",
    measure="Sector Herfindahl, top-10 weight and effective number of names, from fund holdings.",
    needs={
        "sample": ("ishares.IWM", "ishares.IVV"),
        "live": ("ishares.IWM", "ishares.IVV"),
    },
)
def broader(data: Dataset) -> Evidence:
    """Three measures of breadth, Russell 2000 against S&P 500; all three must be broader.

    Each is told as "times broader", so above one speaks for the claim; the value is the effective
    number of names. Sectors are the fund's eleven. Two share classes are two names; borderline
    where adding them up, or the fund's posted weights, changes the answer.
    """
    funds = {"Russell 2000": holdings.SMALL, "S&P 500": holdings.LARGE}
    lists = {name: holdings.members(data, fund) for name, fund in funds.items()}
    small, large = (holdings.breadth(shares) for shares in lists.values())
    times = small.times(large)
    merged = _times({name: holdings.by_issuer(shares) for name, shares in lists.items()})
    posted = _times(
        {name: holdings.members(data, fund, posted=True) for name, fund in funds.items()}
    )
    variants = {
        **{f"{name}, as declared": value for name, value in times.items()},
        **{f"{name}, share classes added up": value for name, value in merged.items()},
        **{f"{name}, posted weights": value for name, value in posted.items()},
    }
    if holdings.OTHER_SMALL in data:
        other = holdings.breadth(holdings.members(data, holdings.OTHER_SMALL))
        variants |= {f"{name}, S&P 600": value for name, value in other.times(large).items()}
    days = {name: holdings.as_of(data, fund) for name, fund in funds.items()}
    weights = 100 * pd.DataFrame({name: holdings.sectors(x) for name, x in lists.items()})
    largest = weights.idxmax()
    return Evidence(
        answer=Reading(
            value=times["effective number"],
            holds=_all_broader(times),
            spread=(_all_broader(merged), _all_broader(posted)),
            parts={f"broader by {name}": value > 1 for name, value in times.items()},
            n=len(lists["Russell 2000"]),
            unit="times as many effective names",
            method="sector Herfindahl, top-10 weight, one over the sum of squared weights",
        ),
        as_of=max(days.values()),
        finding=(
            f"The Russell 2000 is as broad as {small.effective:.0f} equal names, the S&P 500 as "
            f"{large.effective:.0f}; the ten largest weigh {100 * small.top10:.1f} % and "
            f"{100 * large.top10:.1f} %, the largest sector ({largest['Russell 2000']}, "
            f"{largest['S&P 500']}) {weights['Russell 2000'].max():.0f} % and "
            f"{weights['S&P 500'].max():.0f} %"
        ),
        meaning=(
            f"Of {measures.STAKE:,} USD, {measures.usd(100 * small.top10)} ride on ten companies "
            f"in the Russell 2000 and {measures.usd(100 * large.top10)} in the S&P 500."
        ),
        specifications=tuple(
            Specification(label=label, value=value, interval=None, n=len(lists["Russell 2000"]))
            for label, value in variants.items()
        ),
        exhibits=(
            Exhibit(
                kind="bars",
                title=(
                    f"The largest sector makes up {weights['Russell 2000'].max():.0f} % of the "
                    f"Russell 2000 and {weights['S&P 500'].max():.0f} % of the S&P 500"
                ),
                frame=weights.sort_values("Russell 2000", ascending=False),
                x="",
                y="weight of the sector, %",
                note="Sectors as the funds name them; cash and futures left out.",
            ),
        ),
        remarks=(
            f"The lists are of {' and '.join(f'{day} ({name})' for name, day in days.items())}.",
        ),
    )


def _times(lists: dict[str, pd.DataFrame]) -> dict[str, float]:
    small, large = (holdings.breadth(shares) for shares in lists.values())
    return small.times(large)


def _all_broader(times: dict[str, float]) -> bool:
    return all(value > 1 for value in times.values())


theme.declare(
    id="S5",
    statement="Breadth makes the index resilient.",
    kind="merged",
    sei_unit="",
    measure="Breadth and drawdowns.",
    reason="Merged: breadth into S0, resilience into K4.",
)


@theme.claim(
    id="S6",
    statement="A recovery lifts many sectors at once.",
    kind="link",
    sort="event",
    direction=1,
    sei=3.0,
    sei_unit="percentage points",
    measure=(
        "Share of industries that beat the market in the 12 months after business-cycle troughs "
        "minus the rest; a real-time signal beside it."
    ),
    needs={
        "sample": ("french.industries12", "french.factors_2017", "french.factors", "NBER"),
        "live": ("french.industries49", "french.factors", "NBER"),
    },
)
def breadth_of_recovery(data: Dataset) -> Evidence:
    """Monthly share of industries ahead of the market, stacked windows after troughs, HAC 12.

    Troughs are hindsight. The real-time signal is the month end at which the market stood 20 %
    above its low after a fall of 20 %.
    """
    share = _share_ahead(data)
    troughs = macro.troughs(data)
    signals = falls(data)["trough_known"].dropna()
    answer = _breadth(share, troughs, "troughs, hindsight")
    first, second = measures.halves(share.index)
    market = market_returns(data)
    variants: dict[str, Estimate] = {
        "real time: market 20 % off its low": _breadth(share, signals, "signal"),
        "6 months": _breadth(share, troughs, "6 months", months=6),
        "24 months": _breadth(share, troughs, "24 months", months=24),
        "first half": _breadth(share.iloc[first], troughs, "first half"),
        "second half": _breadth(share.iloc[second], troughs, "second half"),
        "net of the market and its lag": _breadth(
            share, troughs, "net of the market", controls=with_lag(market)
        ),
    }
    beside = placebo(share, troughs, scale=100.0, unit="percentage points")
    variants["placebo dates instead of Newey-West"] = beside
    low, high = answer.interval
    table = measures.intervals(
        [("after troughs (hindsight)", answer), *((k, v) for k, v in list(variants.items())[:3])]
    )
    usual = 100 * share.mean()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(share.index),
        finding=(
            f"In the year after a trough the share of industries ahead of the market was "
            f"{answer.value:+.1f} points against other months (usual share {usual:.0f} %; 90 % "
            f"interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"In a usual month {usual:.0f} of 100 industries beat the market; in the year after a "
            f"trough about {usual + answer.value:.0f} did."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=f"After troughs {answer.value:+.1f} points more industries beat the market",
                frame=table,
                x="share of industries ahead of the market against other months, points",
                y="",
                marks={"smallest effect of interest": breadth_of_recovery.claimed},
                note="Industries of the French library, each month against the market.",
            ),
        ),
        remarks=(
            "Hindsight: troughs are announced a year or more later.",
            placebo_in_words(beside),
        ),
    )


def _share_ahead(data: Dataset) -> pd.Series:
    """Share of industries whose return beats the market's, by month, decimals."""
    sample = data.kind == "sample"
    industries = data.frame("french.industries12" if sample else "french.industries49")
    factors = data.frame("french.factors_2017" if sample else "french.factors")
    market = (factors["Mkt-RF"] + factors["RF"]).reindex(industries.index)
    held = industries.notna().sum(axis="columns")
    return (industries.gt(market, axis="index").sum(axis="columns") / held)[market.notna()]


def _breadth(
    share: pd.Series,
    events: pd.Series | pd.DatetimeIndex,
    what: str,
    *,
    months: int = 12,
    controls: pd.DataFrame | None = None,
) -> Estimate:
    return after(
        share, events, what, months=months, controls=controls, scale=100.0, unit="percentage points"
    )


@theme.claim(
    id="S7",
    statement="The sector mix explains the gap between the two indices.",
    kind="descriptive",
    sei_unit="log points",
    measure="Brinson-Fachler allocation and selection from fund holdings and sector returns.",
    needs={
        "sample": ("ishares.IWM", "ishares.IVV"),
        "live": ("ishares.IWM", "ishares.IVV", "IWM", *SECTOR_FUNDS.values()),
    },
)
def sector_mix(data: Dataset) -> Evidence:
    """Log points of IWM's gap to the S&P 500's sectors that the mix of sectors accounts for.

    Brinson-Fachler by month with the weights of the two lists held fixed over the last 60 months:
    they are of one day, so earlier months are hindsight. Large sectors earn what the S&P 500's
    sector funds did. Returns of the small index's sectors are not free, so selection and
    interaction are known in sum only: what IWM earned beyond its own weights of those sectors.
    Months are linked to log points by Carino's factor, so that the parts add up exactly. The
    interval is Newey-West's for the sum of allocation.
    """
    effects = _mix_effects(data, holdings.SMALL, "IWM")
    recent = effects.tail(60)
    answer = _summed(recent["allocation"])
    variants = {
        "selection and interaction": _summed(recent["selection"]),
        "allocation and selection together": _summed(recent.sum(axis="columns")),
        "allocation, last 12 months": _summed(effects["allocation"].tail(12)),
        "allocation, last 36 months": _summed(effects["allocation"].tail(36)),
        f"allocation, since {effects.index[0]:%B %Y}": _summed(effects["allocation"]),
    }
    if holdings.OTHER_SMALL in data and "IJR" in data:
        other = _mix_effects(data, holdings.OTHER_SMALL, "IJR").tail(60)
        variants["allocation, S&P 600"] = _summed(other["allocation"])
    total = variants["allocation and selection together"].value
    low, high = answer.interval
    start, end = recent.index[0], recent.index[-1]
    return Evidence(
        answer=answer,
        as_of=measures.last_date(recent.index),
        finding=(
            f"From {start:%B %Y} to {end:%B %Y} the Russell 2000 returned {total:+.0f} log points "
            f"against the S&P 500's sectors; its sector mix accounts for {answer.value:+.0f} (90 % "
            f"interval {low:.0f} to {high:.0f})"
        ),
        meaning=(
            f"Holding the sectors of the S&P 500 in the weights of the Russell 2000 would have "
            f"left {measures.STAKE:,} USD {measures.ahead(100 * np.expm1(answer.value / 100))} "
            f"the S&P 500's own weights over those {len(recent)} months; the rest came from what "
            "was held within sectors."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"Of {total:+.0f} log points in {len(recent)} months the sector mix made "
                    f"{answer.value:+.0f}"
                ),
                frame=100
                * recent.rename(
                    columns={"allocation": "sector mix", "selection": "within sectors"}
                ).cumsum(),
                x="",
                y="log points since the start",
                marks={"even": 0.0},
                note="Weights of today's lists held fixed, so earlier months are hindsight.",
            ),
        ),
        remarks=(
            "Hindsight: the sector weights are of one day and are held fixed.",
            "Small companies of a sector are measured by the index, not by sector funds.",
        ),
    )


def _mix_effects(data: Dataset, fund: str, ticker: str) -> pd.DataFrame:
    """Monthly allocation and selection (with interaction), log decimals."""
    names = list(SECTOR_FUNDS)
    weights, base = (_sector_weights(data, source) for source in (fund, holdings.LARGE))
    returns = pairs.monthly_returns(data, [*SECTOR_FUNDS.values(), ticker])
    large = returns[list(SECTOR_FUNDS.values())].set_axis(names, axis="columns")
    benchmark = large @ base
    gap = returns[ticker] - benchmark
    link = _carino(returns[ticker], benchmark)
    allocation = (large.sub(benchmark, axis="index") @ (weights - base)).rename("allocation")
    return pd.DataFrame({"allocation": link * allocation, "selection": link * (gap - allocation)})


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


def _summed(effect: pd.Series) -> Estimate:
    return measures.mean(
        effect,
        unit="log points",
        scale=100.0 * len(effect),
        what=f"sum over {len(effect)} months",
        null="the effect is zero on average",
    )
