"""Valuation as it stands: are small companies cheap, is the S&P 500 dear?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import book_to_market as btm
from r2klib.claims import macro, measures
from r2klib.claims.nouns import Evidence, Exhibit, Reading, Specification
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import to_log

theme = Theme("valuation")


@theme.claim(
    id="V0",
    statement="Small companies are cheap relative to large ones now.",
    kind="state",
    sei_unit="relative book-to-market at or above its 80th percentile since 1926 and since 1963",
    measure=(
        "Log relative rolled book-to-market of small and large, as a percentile to date; "
        "profitability-adjusted and fund multiples beside it."
    ),
    needs={
        "sample": ("french.size_value_6.bm", "french.size_value_6.size"),
        "live": btm.NEEDS,
    },
)
def cheap_now(data: Dataset) -> Evidence:
    """Percentile of the last rolled relative book-to-market among all months to date.

    The value is the percentile since 1926; the claim holds where that and the one since July 1963
    (when accounts were first required of all) are both at or above the 80th, and is borderline
    where they disagree. A percentile is the share of months no cheaper. "Cheap" is high
    book-to-market of all small companies together against all large ones. The curve weighs the
    portfolios alike, takes quintiles, the last forty years, French's block as it stands, or takes
    out the gap of profitability (least squares to date). Price-earnings and price-book of the
    funds are not in the holdings files, so they cannot stand beside it.
    """
    gap = btm.log_relative(data)
    since_1926, since_1963 = _percentile(gap), _percentile(gap.loc[SINCE_1963:])
    above = (since_1926 >= CHEAP, since_1963 >= CHEAP)
    variants = _percentile_variants(data, gap)
    now = gap.index[-1]
    usual = float(np.exp(gap.iloc[-1] - gap.median()) - 1)
    return Evidence(
        answer=Reading(
            value=since_1926,
            holds=all(above),
            spread=above,
            parts={"since 1926": above[0], "since 1963": above[1]},
            n=len(gap),
            unit="percentile",
            method="share of months to date with no higher log relative rolled book-to-market",
        ),
        as_of=measures.last_date(gap.index),
        finding=(
            f"By {now:%B %Y} small companies were cheaper against large ones than in "
            f"{since_1926:.0f} % of months since 1926 and {since_1963:.0f} % since 1963"
        ),
        meaning=(
            f"A dollar bought {abs(100 * usual):.0f} % {'more' if usual > 0 else 'less'} book "
            "value of small companies, measured against large ones, than in the median month. "
            "What that is worth depends on the link V2: whether the gap foretells anything."
        ),
        specifications=tuple(
            Specification(label=label, value=value, interval=None, n=n)
            for label, (value, n) in variants.items()
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"Small against large stood at the {since_1926:.0f}th percentile of cheapness "
                    f"since 1926, the {since_1963:.0f}th since 1963"
                ),
                frame=gap.to_frame("relative book-to-market"),
                x="",
                y="log book-to-market, small minus large",
                spans=macro.recession_spans(data, gap.index[0], now),
                marks={"80th percentile since 1926": float(gap.quantile(CHEAP / 100))},
                note="Book fixed from July to June, market cap of the day; recessions shaded.",
            ),
        ),
        remarks=_cheapness_remarks(data, gap, variants),
    )


#: The percentile from which small companies count as cheap, and the CAPE as high.
CHEAP = 80.0
#: Month end from which the shorter percentile counts.
SINCE_1963 = "1963-07"
#: Five by five portfolios, for the curve.
FIVE = "french.size_value"


def _percentile(x: pd.Series) -> float:
    """Share of `x` at or below its last value, percent."""
    return float(100 * (x <= x.iloc[-1]).mean())


def _percentile_variants(data: Dataset, gap: pd.Series) -> dict[str, tuple[float, int]]:
    """Other ways to ask how cheap: label -> (percentile, months)."""
    block = to_log(data.frame(f"{btm.SIX}.bm") - 1)
    unrolled = block.filter(regex=btm.SMALL).mean(axis="columns") - block.filter(
        regex=btm.LARGE
    ).mean(axis="columns")
    asked = {
        "since 1963": gap.loc[SINCE_1963:],
        "last forty years": gap.tail(480),
        "portfolios weighed alike": btm.log_relative(data, each=True),
        "French's block as it stands": unrolled.dropna(),
    }
    if all(f"{FIVE}.{part}" in data for part in ("bm", "size", "firms")):
        asked["smallest two against biggest quintile"] = btm.log_relative(
            data, FIVE, r"^S[12]V", r"^S5V"
        )
        asked["smallest against biggest quintile"] = btm.log_relative(data, FIVE, r"^S1V", r"^S5V")
    if f"{btm.SIX}.op" in data:
        asked["profitability taken out, since 1963"] = btm.without(gap, btm.profitability_gap(data))
    return {label: (_percentile(x), len(x)) for label, x in asked.items()}


def _cheapness_remarks(
    data: Dataset, gap: pd.Series, variants: dict[str, tuple[float, int]]
) -> tuple[str, ...]:
    said = ["The holdings files give no price-earnings or price-book of the funds."]
    bare = "profitability taken out, since 1963"
    if bare in variants:
        said.append(f"With profitability taken out, {variants[bare][0]:.0f} since 1963.")
    fine = "smallest two against biggest quintile"
    if fine in variants and data.last(f"{FIVE}.size") > data.last(f"{btm.SIX}.size"):
        end = data.last(f"{FIVE}.size") - pd.offsets.MonthEnd(1)
        said.append(
            f"The finer portfolios reach {end:%B %Y}, later than those that decide "
            f"({gap.index[-1]:%B %Y}): percentile {variants[fine][0]:.0f}."
        )
    return tuple(said)


@theme.claim(
    id="V1",
    statement="The S&P 500 has long traded at a premium.",
    kind="state",
    sei_unit="more than half of the last 120 months with CAPE at or above its 80th percentile",
    measure="Share of the last 120 months with CAPE at or above the 80th percentile to date.",
    needs={"sample": ("shiller",), "live": ("shiller",)},
)
def premium(data: Dataset) -> Evidence:
    """Share of the last 120 months whose CAPE was in the top fifth of all months to that one.

    Each month is ranked among those from 1881 (the first CAPE) to itself, so no month is judged
    by later ones. The newest month of the workbook is preliminary and left out. Borderline where
    histories from 1926 or the total-return CAPE disagree.
    """
    cape = data.frame("shiller")[["cape", "tr_cape"]].iloc[:-1].dropna()
    high = _high_to_date(cape["cape"])
    share = _share_of_decade(high)
    others = {
        "history from 1926": _high_to_date(cape["cape"].loc["1926":]),
        "history from 1950": _high_to_date(cape["cape"].loc["1950":]),
        "total-return CAPE": _high_to_date(cape["tr_cape"]),
    }
    shares = {label: _share_of_decade(x) for label, x in others.items()}
    shares |= {
        "last 60 months": float(100 * high.tail(60).mean()),
        "last 180 months": float(100 * high.tail(180).mean()),
        "90th instead of 80th percentile": _share_of_decade(_high_to_date(cape["cape"], 0.90)),
    }
    now, last = cape.index[-1], float(cape["cape"].iloc[-1])
    recent = cape["cape"].tail(480)
    threshold = cape["cape"].expanding().quantile(CHEAP / 100)
    return Evidence(
        answer=Reading(
            value=share,
            holds=share > 50,
            spread=(shares["history from 1926"] > 50, shares["total-return CAPE"] > 50),
            n=DECADE,
            unit="% of the last 120 months",
            method="CAPE at or above the 80th percentile of all months to date",
        ),
        as_of=measures.last_date(cape.index),
        finding=(
            f"In {share:.0f} % of the ten years to {now:%B %Y} the CAPE stood in the top fifth of "
            f"its history to date; at the end it was {last:.1f}"
        ),
        meaning=(
            f"{measures.STAKE:,} USD in the S&P 500 bought {measures.STAKE / last:,.0f} USD a year "
            f"of ten-year average real earnings; at the median CAPE since 1881 it would have been "
            f"{measures.STAKE / float(cape['cape'].median()):,.0f} USD."
        ),
        specifications=tuple(
            Specification(label=label, value=value, interval=None, n=DECADE)
            for label, value in shares.items()
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"The CAPE was high for its time in {share:.0f} % of the last ten years",
                frame=pd.DataFrame(
                    {"CAPE": recent, "80th percentile to date": threshold.loc[recent.index]}
                ),
                x="",
                y="price over ten-year average real earnings",
                spans=macro.recession_spans(data, recent.index[0], now),
                note="Shiller's monthly averages; the newest, preliminary month is left out.",
            ),
        ),
        remarks=(
            "Prices are averages of the month.",
            "Earnings of two quarters came out later than dated; a ten-year mean hardly feels it.",
        ),
    )


DECADE = 120


def _high_to_date(x: pd.Series, level: float = CHEAP / 100) -> pd.Series:
    """Whether each month is at or above the `level` quantile of all months up to itself."""
    return x >= x.expanding().quantile(level)


def _share_of_decade(high: pd.Series) -> float:
    return float(100 * high.tail(DECADE).mean())
