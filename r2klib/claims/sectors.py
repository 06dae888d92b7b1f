"""Sectors: does the mix of small-company industries favour them?"""

from __future__ import annotations

import pandas as pd

from r2klib.claims import holdings, macro, measures
from r2klib.claims.events import after, placebo, placebo_in_words
from r2klib.claims.market import falls, market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading, Specification
from r2klib.claims.registry import NOT_BUILT, Theme
from r2klib.data import Dataset

theme = Theme("sectors")


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
    id="S1",
    statement="Industrial companies gain when manufacturing picks up.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "Machinery, electrical equipment, construction and transport minus the market on the "
        "3-month growth of durable-goods orders."
    ),
    needs={
        "sample": ("french.industries49", "DGORDER"),
        "live": ("french.industries49", "french.factors", "DGORDER"),
    },
    reason=NOT_BUILT,
)

theme.declare(
    id="S2",
    statement="Regional banks thrive when rates rise.",
    kind="link",
    sort="sense",
    direction=1,
    sei=0.75,
    sei_unit="% per 25 bp",
    measure=(
        "Weekly KRE minus SPY on the level of rates, joint with the slope, market controlled; "
        "French bank portfolios since 1962 beside it."
    ),
    needs={"sample": ("KRE", "SPY", "DGS10"), "live": ("KRE", "SPY", "DGS2", "DGS10")},
    reason=NOT_BUILT,
)

theme.declare(
    id="S3",
    statement="Small health-care companies offer growth that the market does not.",
    kind="link",
    sort="level",
    direction=1,
    sei=3.0,
    sei_unit="%/yr",
    measure="Mean log return of XBI minus SPY.",
    needs={"sample": ("XBI", "SPY"), "live": ("XBI", "SPY")},
    reason=NOT_BUILT,
)

theme.declare(
    id="S4",
    statement="Small technology companies live in niches of their own.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.25,
    sei_unit="loading",
    measure="0.5 minus the weekly loading of PSCT minus small on XLK minus SPY.",
    needs={
        "sample": ("PSCT", "IJR", "XLK", "SPY"),
        "live": ("PSCT", "IJR", "XLK", "SPY"),
    },
    reason=NOT_BUILT,
)

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
                marks={"smallest effect of interest": 3.0},
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


theme.declare(
    id="S7",
    statement="The sector mix explains the gap between the two indices.",
    kind="descriptive",
    sei_unit="log points",
    measure="Brinson-Fachler allocation and selection from fund holdings and sector returns.",
    needs={
        "sample": ("ishares.IWM", "ishares.IVV"),
        "live": ("ishares.IWM", "ishares.IVV"),
    },
    reason=NOT_BUILT,
)
