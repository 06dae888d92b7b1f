"""Risks, continued: what it costs to trade small companies, in calm and under stress."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import abdi_ranaldo, amihud, corwin_schultz, edge_spread, mean_difference

theme = Theme("risks")

#: Members of each side that a month needs, and months of the volatility index before its
#: percentile counts.
LEAST, FIRST = 10, 60
_BARS = tuple(f"members.{name}" for name in ("open", "high", "low", "close", "volume"))


@theme.claim(
    id="K3",
    statement="Small companies trade at wider spreads and thinner volume, worse under stress.",
    kind="link",
    sort="level",
    direction=1,
    sei=20.0,
    sei_unit="bp",
    measure=(
        "Spread estimate (EDGE) of 100 small minus 100 large members, stress minus calm months; "
        "Amihud illiquidity beside it. Never on funds or indices."
    ),
    needs={"sample": ("members",), "live": ("members", *_BARS, "^VIX")},
)
def spreads(data: Dataset) -> Evidence:
    """Gap of mean monthly EDGE spreads, small minus large, in stress minus in calm months; HAC.

    The members are today's, of each fund the heaviest, so the panel says what trading in them
    cost and nothing about returns. What EDGE estimates without bias is the square of the spread,
    which may come out negative: squares are averaged over a side's members, and the root is taken
    of the mean. Averages of roots, signed or with the negative ones at zero, are biased and stand
    on the curve. A month is one of stress where the mean of the volatility index stands at or
    above the 80th percentile of its months to date (five years at least). A month needs ten
    members a side.
    """
    prices = {name: data.frame(f"members.{name}") for name in ("open", "high", "low", "close")}
    edge = edge_spread(prices["open"], prices["high"], prices["low"], prices["close"])
    sides = _sides(data)
    stress = _stress(data)
    gap = _gap(edge.signed, sides)
    answer = _stress_minus_calm(gap, stress, "EDGE, root of mean squares")
    first, second = measures.halves(gap.index)
    low_high = prices["high"], prices["low"], prices["close"]
    variants: dict[str, Estimate] = {
        "signed means of members": _stress_minus_calm(
            _gap(edge.signed, sides, "mean"), stress, "EDGE, signed means"
        ),
        "medians of members": _stress_minus_calm(
            _gap(edge.signed, sides, "median"), stress, "EDGE, medians"
        ),
        "negative estimates set to zero": _stress_minus_calm(
            _gap(edge.signed.clip(lower=0.0), sides, "mean"), stress, "EDGE, negative ones zero"
        ),
        "Abdi and Ranaldo": _stress_minus_calm(
            _gap(abdi_ranaldo(*low_high).signed, sides), stress, "Abdi-Ranaldo"
        ),
        "Corwin and Schultz": _stress_minus_calm(
            _gap(corwin_schultz(*low_high).signed, sides), stress, "Corwin-Schultz"
        ),
        "stress from the 90th percentile": _stress_minus_calm(
            gap, _stress(data, 0.90), "stress in the top tenth"
        ),
        "first half": _stress_minus_calm(gap.iloc[first], stress, "first half"),
        "second half": _stress_minus_calm(gap.iloc[second], stress, "second half"),
        "small minus large, all months": measures.mean(
            gap,
            unit="bp",
            scale=1e4,
            what="mean gap of spreads",
            null="small and large members trade at the same spread",
        ),
    }
    known = stress.reindex(gap.index).dropna()
    means = {
        state: 1e4 * float(gap.loc[known.index][known == on].mean())
        for state, on in (("calm", 0.0), ("stress", 1.0))
    }
    impact = _impact(data, prices["close"], sides)
    low, high = answer.interval
    shown = gap.rolling(12).mean().dropna()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(gap.index),
        finding=(
            f"Small members' spreads exceeded large ones' by {means['calm']:.0f} bp in calm months "
            f"and {means['stress']:.0f} bp under stress: {answer.value:+.0f} bp (90 % interval "
            f"{low:.0f} to {high:.0f})"
        ),
        meaning=(
            f"To buy and sell {measures.STAKE:,} USD of small companies cost "
            f"{measures.signed_usd(means['calm'] / 100)} against large ones in calm months and "
            f"{measures.signed_usd(means['stress'] / 100)} under stress. A million USD traded "
            f"moved small members {impact:,.0f} times as far."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"Trading small members cost {means['calm']:.0f} bp more in calm months, "
                    f"{means['stress']:.0f} bp more under stress"
                ),
                frame=(1e4 * shown).to_frame("small minus large"),
                x="",
                y="gap of spreads, mean of 12 months, bp",
                spans=macro.recession_spans(data, shown.index[0], shown.index[-1]),
                marks={"smallest effect of interest": spreads.claimed},
                note="Spreads estimated from open, high, low and close; today's members only.",
            ),
        ),
        remarks=(
            "Survivorship: the members are those of the day of the holdings lists.",
            f"{(sides == 'small').sum()} small and {(sides == 'large').sum()} large members.",
        ),
    )


def _sides(data: Dataset) -> pd.Series:
    """``small`` or ``large`` by ticker: the fund that holds it."""
    members = data.frame("members").set_index("ticker")
    return members["fund"].map({"IWM": "small", "IVV": "large"}).dropna()


def _gap(signed: pd.DataFrame, sides: pd.Series, how: str = "squares") -> pd.Series:
    """Typical spread of small minus that of large members by month, decimals.

    `how`: root of the mean of signed squares, or ``mean`` or ``median`` of the signed roots.
    """
    parts = {}
    for side in ("small", "large"):
        held = signed[signed.columns.intersection(sides.index[sides == side])]
        if how == "squares":
            square = (held * held.abs()).mean(axis="columns")
            typical = np.sign(square) * square.abs() ** 0.5
        else:
            typical = held.agg(how, axis="columns")
        parts[side] = typical[held.notna().sum(axis="columns") >= LEAST]
    both = pd.DataFrame(parts).dropna()
    return both["small"].sub(both["large"]).rename("gap")


def _stress(data: Dataset, level: float = 0.80) -> pd.Series:
    """One in months of stress, by the volatility index to date; zero in calm ones."""
    index = data.frame("^VIX")["Close"].resample("ME").mean().dropna()
    rank = index.expanding(FIRST).rank(pct=True).dropna()
    return (rank >= level).astype(float).rename("stress")


def _stress_minus_calm(gap: pd.Series, stress: pd.Series, what: str) -> Estimate:
    both = pd.DataFrame({"gap": gap, "stress": stress}).dropna()
    return measures.from_fit(
        mean_difference(both["gap"], both["stress"]),
        unit="bp",
        scale=1e4,
        what=f"gap of spreads, stress minus calm ({what})",
        null="stress widens the spreads of small and large members alike",
        n_effective=float(both["stress"].sum()),
    )


def _impact(data: Dataset, close: pd.DataFrame, sides: pd.Series) -> float:
    """Amihud's illiquidity of the median small member over that of the median large one."""
    returns = close.pct_change(fill_method=None)
    illiquidity, _ = amihud(returns, close * data.frame("members.volume"))
    typical = illiquidity.mean()
    small, large = (
        float(np.nanmedian(typical.reindex(sides.index[sides == side])))
        for side in ("small", "large")
    )
    return small / large
