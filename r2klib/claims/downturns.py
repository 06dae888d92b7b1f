"""Risks, continued: worst months and falls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs
from r2klib.claims.market import falls
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LEVEL
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import (
    BatchStatistic,
    ScalarFit,
    expected_shortfall,
    hac_mean,
    stationary_bootstrap,
    to_log,
    to_simple,
)

theme = Theme("risks")


@theme.claim(
    id="K1",
    statement="A slowdown hits small companies harder.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="log ratio",
    measure="Log ratio of the 5 % expected shortfalls of monthly returns, small over large.",
    pair=LEVEL,
    needs={"sample": ("NBER",), "live": ("NBER",)},
)
def shortfall(data: Dataset) -> Evidence:
    """Mean loss in each leg's own worst 5 % of months, log ratio, joint block bootstrap."""
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    legs = to_log(pair.legs(data))
    answer = _shortfall(legs, 0.05, measures.DRAWS)
    first, second = measures.halves(legs.index)
    in_recession = macro.recessions(data, legs.index)
    variants = {
        "worst 10 % of months": (legs, 0.10),
        "worst 2.5 % of months": (legs, 0.025),
        "first half": (legs.iloc[first], 0.05),
        "second half": (legs.iloc[second], 0.05),
        "without recessions": (legs[~in_recession], 0.05),
        "quarterly returns, worst 10 %": (legs.resample("QE").sum(), 0.10),
    }
    losses = {leg: _mean_worst(legs[leg], 0.05) for leg in ("small", "large")}
    recession_d = 1200 * (legs["small"] - legs["large"])[in_recession].mean()
    worst = legs.loc[legs["large"].nsmallest(12).index].sort_index()
    more = 100 * (np.exp(answer.value) - 1)
    return Evidence(
        answer=answer,
        as_of=measures.last_date(legs.index),
        finding=(
            f"In its worst twentieth of months the small leg lost {-100 * losses['small']:.1f} % "
            f"on average, the large one {-100 * losses['large']:.1f} % "
            f"({measures.years(legs.index)})"
        ),
        meaning=(
            f"A bad month cost {measures.usd(100 * losses['small'])} on {measures.STAKE:,} USD in "
            f"small companies and {measures.usd(100 * losses['large'])} in large ones: "
            f"{abs(more):.0f} % {'more' if more > 0 else 'less'}. In NBER recessions d averaged "
            f"{recession_d:+.1f} % a year."
        ),
        pair=pair.name,
        specifications=measures.specify(
            {
                label: _shortfall(x, tail, measures.SPEC_DRAWS)
                for label, (x, tail) in variants.items()
            }
        ),
        exhibits=(
            Exhibit(
                kind="bars",
                title=(
                    f"In the market's twelve worst months small companies fell further in "
                    f"{int((worst['small'] < worst['large']).sum())}"
                ),
                frame=(100 * to_simple(worst)).set_axis(
                    [f"{date:%b %Y}" for date in worst.index], axis="index"
                ),
                x="",
                y="return in the month, %",
                note="The twelve worst months of the large leg, in order of time.",
            ),
        ),
    )


def _mean_worst(log_returns: pd.Series, tail: float) -> float:
    """Mean simple return of the worst `tail` of months, decimals."""
    count = max(1, round(tail * len(log_returns)))
    return float(to_simple(log_returns.nsmallest(count).sort_index()).mean())


def _shortfall(legs: pd.DataFrame, tail: float, draws: int) -> Estimate:
    simple = to_simple(legs[["small", "large"]])
    law = stationary_bootstrap(_tail_ratio(tail), simple, draws=draws, seed=11)
    return measures.from_bootstrap(
        law,
        n=len(legs),
        unit="log ratio",
        null="both legs lose equally in their own worst months",
    )


def _tail_ratio(tail: float) -> BatchStatistic:
    def ratio(returns: np.ndarray) -> np.ndarray:
        losses = np.log(expected_shortfall(returns, tail))
        return losses[..., 0] - losses[..., 1]

    return BatchStatistic(f"log ratio of expected shortfalls, worst {100 * tail:g} %", ratio)


@theme.claim(
    id="K4",
    statement="Small companies weather downturns worse.",
    kind="link",
    sort="event",
    direction=1,
    sei=5.0,
    sei_unit="percentage points",
    measure=(
        "How much further the small leg falls per 20 % fall of the market; months to recover "
        "beside it."
    ),
    pair=LEVEL,
    needs={"sample": ("french.factors",), "live": ("french.factors", "french.factors_daily")},
)
def drawdowns(data: Dataset) -> Evidence:
    """Extra fall of small per 20 % fall of large, over the months of all falls, HAC 12.

    Let T be the months from the peak to the trough of every market fall of at least 20 %, each
    counted once. With log returns, theta = sum of d over T / sum of large over T; a large fall of
    20 % then takes small down by ``1 - 0.8**(1 + theta)``, and the gap to 20 % is the answer in
    percentage points. Its error is that of the ratio, from the Newey-West variance of
    ``d - theta * large`` in T, 12 lags. It needs legs, so the sample takes them and not its long
    factor. The peaks and troughs are hindsight, as any drawdown is.
    """
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    legs = to_log(pair.legs(data))
    events = falls(data)
    events = events[(events["peak"] >= legs.index[0]) & (events["trough"] <= legs.index[-1])]
    if len(events) < 4:
        raise InputError(
            f"The market fell by 20 % {len(events)} time(s) in this span; four falls are needed, "
            "two in each half."
        )
    answer = _fall_gap(legs, events)
    by_depth = events.sort_values("depth")
    middle = len(events) // 2
    variants: dict[str, Estimate] = {
        "first half of the falls": _fall_gap(legs, events.iloc[:middle]),
        "second half of the falls": _fall_gap(legs, events.iloc[middle:]),
        "to the month the fall was known": _fall_gap(legs, events, until="fall_known"),
        "from the known fall to its trough": _fall_gap(legs, events, since="fall_known"),
        "without the deepest fall": _fall_gap(legs, by_depth.iloc[1:]),
        "without the mildest fall": _fall_gap(legs, by_depth.iloc[:-1]),
    }
    table = _fall_table(legs, events)
    deeper = int((table["small"] < table["large"]).sum())
    months = {leg: _months_to_recover(legs[leg], events) for leg in ("small", "large")}
    return Evidence(
        answer=answer,
        as_of=measures.last_date(legs.index),
        finding=(
            f"When large companies fell 20 %, small ones fell {20 + answer.value:.1f} % "
            f"({len(events)} falls, {measures.years(legs.index)})"
        ),
        meaning=(
            f"A market fall of 20 % took {measures.usd(20 + answer.value)} of {measures.STAKE:,} "
            f"USD in small companies and {measures.usd(20)} in large ones. From the market's "
            f"trough, the median time back to the height before the fall was "
            f"{months['small']:.0f} months for small companies and {months['large']:.0f} for "
            "large ones."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="bars",
                title=f"Small companies fell further in {deeper} of {len(table)} market falls",
                frame=table,
                x="month of the market's trough",
                y="return from the market's peak to its trough, %",
                note="Falls of the market of at least 20 %, by the month ends of peak and trough.",
            ),
        ),
        remarks=("Hindsight: peaks and troughs are known only later.",),
    )


def _fall_gap(
    legs: pd.DataFrame, events: pd.DataFrame, since: str = "peak", until: str = "trough"
) -> Estimate:
    """Percentage points that small loses beyond large per 20 % fall of large."""
    inside = pd.Series(0.0, index=legs.index)
    for start, end in zip(events[since], events[until], strict=True):
        inside[(legs.index > start) & (legs.index <= end)] = 1.0
    large = (inside * legs["large"]).sum()
    theta = float((inside * (legs["small"] - legs["large"])).sum() / large)
    # The ratio solves mean(inside * (d - theta * large)) = 0: its error is that of this mean.
    score = inside * (legs["small"] - (1 + theta) * legs["large"])
    error = hac_mean(score, hac_lags=12).std_error * len(score) / abs(float(large))
    law = ScalarFit(
        name="extra fall",
        value=theta,
        std_error=error,
        df=len(events) - 1,
        nobs=int(inside.sum()),
        hac_lags=12,
        method=f"Newey-West errors, 12 lags, Student t with {len(events) - 1} d.o.f.",
        null="small falls as far as large",
    )

    def points(extra: float) -> float:
        return float(100 * (0.8 - 0.8 ** (1 + extra)))

    low, high = law.conf_int(measures.LEVEL)
    return Estimate(
        value=points(theta),
        std_error=-100 * 0.8 ** (1 + theta) * float(np.log(0.8)) * error,
        interval=(points(low), points(high)),
        p_value=law.pvalue,
        n=law.nobs,
        n_effective=float(len(events)),
        unit="percentage points",
        method=f"ratio of summed log returns over the months of falls; {law.method}",
        null="small falls as far as large when large falls 20 %",
    )


def _fall_table(legs: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return of each leg from the market's peak to its trough, %, by the trough's month."""
    rows = {
        f"{trough:%b %Y}": 100 * np.expm1(legs[(legs.index > peak) & (legs.index <= trough)].sum())
        for peak, trough in zip(events["peak"], events["trough"], strict=True)
    }
    return pd.DataFrame(rows).T


def _months_to_recover(leg: pd.Series, events: pd.DataFrame) -> float:
    """Median months from the market's trough until the leg is back at its height at the peak."""
    level = leg.cumsum()
    months = []
    for peak, trough in zip(events["peak"], events["trough"], strict=True):
        later = level[level.index >= trough]
        back = np.flatnonzero(later >= level.get(peak, 0.0))
        months.append(float(back[0]) if len(back) else np.nan)
    return float(np.nanmedian(months))
