"""Sectors, continued: biotechnology and the technology of small companies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs, weekly
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import ols_hac, to_log

theme = Theme("sectors")


@theme.claim(
    id="S3",
    statement="Small health-care companies offer growth that the market does not.",
    kind="link",
    sort="level",
    direction=1,
    sei=3.0,
    sei_unit="%/yr",
    measure="Mean log return of XBI minus SPY.",
    needs={"sample": ("XBI", "SPY"), "live": ("XBI", "SPY")},
)
def biotechnology(data: Dataset) -> Evidence:
    """Mean log return of the equal-weighted biotechnology fund less the S&P 500's, a year.

    What the article calls growth is tested as pay to its holder; discoveries and the ageing of
    the population cannot be tested with market data. Newey-West errors.
    """
    d = _fund_gap(data, "XBI", "SPY")
    answer = measures.mean_d(d, "mean log return of XBI minus SPY")
    first, second = measures.halves(d.index)
    simple = pairs.monthly_returns(data, ["XBI", "SPY"])
    variants: dict[str, Estimate] = {
        "arithmetic instead of log": measures.mean_d(simple["XBI"] - simple["SPY"], "arithmetic"),
        "first half": measures.mean_d(d.iloc[first], "first half"),
        "second half": measures.mean_d(d.iloc[second], "second half"),
        "beyond beta (alpha)": _alpha(simple),
    }
    for label, ids in {
        "large biotechnology (IBB minus SPY)": ("IBB", "SPY"),
        "S&P 600 health care (PSCH minus SPY)": ("PSCH", "SPY"),
        "against small companies (XBI minus IWM)": ("XBI", "IWM"),
    }.items():
        if all(name in data for name in ids):
            variants[label] = measures.mean_d(_fund_gap(data, *ids), label)
    level = 100 * d.cumsum()
    low, high = answer.interval
    total = 100 * float(np.expm1(d.sum()))
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"Small biotechnology returned {answer.value:+.1f} % a year against the S&P 500 in "
            f"logs ({measures.years(d.index)}; 90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"{measures.STAKE:,} USD in small biotechnology ended the whole span with "
            f"{abs(total):.0f} % {'more' if total > 0 else 'less'} than the same sum in the "
            "S&P 500. Discoveries and ageing cannot be tested with market data."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"By {d.index[-1]:%B %Y} small biotechnology stood {total:+.0f} % against the "
                    "S&P 500"
                ),
                frame=level.to_frame("XBI minus SPY"),
                x="",
                y="log points since the start",
                spans=macro.recession_spans(data, level.index[0], level.index[-1]),
                marks={"even": 0.0},
                note="Cumulative monthly log total returns of XBI minus SPY.",
            ),
        ),
        remarks=(f"The edition holds {len(d)} months of XBI, from {d.index[0]:%B %Y} on.",),
    )


def _fund_gap(data: Dataset, one: str, other: str) -> pd.Series:
    """Monthly log return of one fund minus another's."""
    returns = to_log(pairs.monthly_returns(data, [one, other]))
    return returns[one].sub(returns[other]).rename("d")


def _alpha(simple: pd.DataFrame) -> Estimate:
    """Constant of XBI on SPY, both as they are: growth beyond what the market's own pays."""
    fit = ols_hac(simple["XBI"], simple[["SPY"]]).combine({"const": 1.0}, "alpha")
    return measures.from_fit(
        fit,
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what="constant of XBI on SPY",
        null="the market explains the mean",
    )


@theme.claim(
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
)
def niche(data: Dataset) -> Evidence:
    """How far the loading of small technology on large technology stays below one half.

    Both sides are net of their own universe: PSCT (technology of the S&P 600) less IJR (the
    S&P 600), XLK less SPY; weekly log returns, Newey-West errors. A company in a niche of its own
    would not move with the giants of its sector: loading zero, value one half.
    """
    rows = weekly.changes(_tech_levels(data))
    answer = _below_half(rows, "weekly")
    first, second = measures.halves(rows.index)
    monthly = weekly.changes(_tech_levels(data), 4)
    lagged = rows.assign(technology=(rows["technology"] + rows["technology"].shift(1)) / 2).dropna()
    variants: dict[str, Estimate] = {
        "market and its lag controlled": _below_half(rows, "net of the market", controlled=True),
        "four weeks": _below_half(monthly, "four weeks"),
        "mean of this week and the last": _below_half(lagged, "two weeks of large technology"),
        "first half": _below_half(rows.iloc[first], "first half"),
        "second half": _below_half(rows.iloc[second], "second half"),
    }
    for small in ("IWM", "MDY"):
        if small in data:
            variants[f"small is {small}"] = _below_half(
                weekly.changes(_tech_levels(data, small=small)), small
            )
    if "QQQ" in data:
        variants["large technology is QQQ"] = _below_half(
            weekly.changes(_tech_levels(data, large="QQQ")), "QQQ minus SPY"
        )
    loading = 0.5 - answer.value
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(rows.index),
        finding=(
            f"When large technology beat its market by 1 %, small technology beat small companies "
            f"by {loading:.2f} % ({measures.years(rows.index)}; 90 % interval {0.5 - high:.2f} to "
            f"{0.5 - low:.2f})"
        ),
        meaning=(
            f"A week in which large technology led by 5 % put {measures.STAKE:,} USD in small "
            f"technology {measures.ahead(5 * loading)} other small companies."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=(
                    f"Small technology followed large technology with a loading of {loading:.2f}"
                ),
                frame=pd.DataFrame({"x": 100 * rows["technology"], "y": 100 * rows["d"]}),
                x="XLK minus SPY in the week, %",
                y="PSCT minus IJR in the week, %",
                note="One point a week, with the means of ten groups of equal size.",
            ),
        ),
    )


def _tech_levels(data: Dataset, small: str = "IJR", large: str = "XLK") -> pd.DataFrame:
    names = dict.fromkeys(("PSCT", small, large, "SPY"))
    logs = {name: np.log(data.frame(name)["Adj Close"]) for name in names}
    return pd.DataFrame(
        {
            "d": logs["PSCT"] - logs[small],
            "technology": logs[large] - logs["SPY"],
            "market": logs["SPY"],
        }
    ).dropna()


def _below_half(rows: pd.DataFrame, what: str, *, controlled: bool = False) -> Estimate:
    """One half minus the loading on large technology."""
    names = ["technology", *(weekly.CONTROLS if controlled else [])]
    fit = ols_hac(rows["d"], rows[names]).combine(
        {"technology": -1.0}, "one half minus the loading", null=-0.5
    )
    return measures.from_fit(
        fit,
        unit="loading",
        scale=1.0,
        what=f"0.5 minus the loading of small on large technology, {what}",
        null="small technology moves half as much as large technology",
    )
