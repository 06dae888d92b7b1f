"""Valuation: are small companies cheap, and does cheapness foretell anything?"""

from __future__ import annotations

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.nouns import Evidence, Exhibit
from r2klib.claims.pairs import SLOW
from r2klib.claims.registry import NOT_BUILT, NotBuilt, Theme
from r2klib.data import Dataset

theme = Theme("valuation")

theme.declare(
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
        "live": ("french.size_value_6.bm", "french.size_value_6.size", "french.size_value_6.firms"),
    },
    reason=NOT_BUILT,
)

theme.declare(
    id="V1",
    statement="The S&P 500 has long traded at a premium.",
    kind="state",
    sei_unit="more than half of the last 120 months with CAPE at or above its 80th percentile",
    measure="Share of the last 120 months with CAPE at or above the 80th percentile to date.",
    needs={"sample": ("shiller",), "live": ("shiller",)},
    reason=NOT_BUILT,
)


@theme.claim(
    id="V2",
    statement="A wide valuation gap foretells that small companies beat large ones.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "d of the next month (12 and 36 by Hodrick 1B) on the log relative rolled book-to-market, "
        "Stambaugh bias removed; in the sample, on the reversal of the last 60 months."
    ),
    pair=SLOW,
    needs={
        "sample": ("french.factors", "NBER"),
        "live": ("french.size_value_6.bm", "french.size_value_6.size", "french.size_value_6.firms"),
    },
)
def gap_foretells(data: Dataset) -> Evidence:
    """D of the next month on minus the sum of d over the last 60 months, joint bootstrap.

    Only the sample's measure is in this version; the rolled book-to-market of live editions is
    not, and such an edition is told so. The innovations of the signal are those of d with the
    sign turned, so both are resampled jointly and the bias is taken out (Stambaugh).
    """
    if data.kind != "sample":
        raise NotBuilt("Not built yet: the rolled book-to-market of live editions.")
    pair = pairs.get(SLOW["sample"])
    d = pair.d(data)
    signal = -d.rolling(60).sum().dropna()
    found = foretell.fit(d, signal, joint=True, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    variants = foretell.monthly_variants(data, pair, d, signal, joint=True)
    variants["36 months (Hodrick)"] = foretell.estimate(foretell.fit(d, signal, 36, joint=True))
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"When small companies had lagged by one standard deviation more over five years, "
            f"small minus large then ran {answer.value:+.1f} % a year (90 % interval {low:.1f} to "
            f"{high:.1f})"
        ),
        meaning=(
            f"Buying what had lagged left {measures.STAKE:,} USD in small companies "
            f"{measures.ahead(answer.value)} large ones, at a yearly rate per standard deviation "
            "of the lag."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=f"A longer lag, then {answer.value:+.1f} % a year per standard deviation",
                frame=foretell.scatter(d, signal),
                x="how far small companies lagged over five years, standard deviations",
                y="d in the next month, %",
                note="One point a month, with the means of ten groups of equal size.",
            ),
        ),
        remarks=(
            "A lag of returns stands in for a gap of valuations, which this edition does not hold.",
            *foretell.beside(found),
        ),
    )


theme.declare(
    id="V3",
    statement="A turn of sentiment brings money into small-company funds.",
    kind="untestable",
    sei_unit="",
    measure="Flows from changes of shares outstanding.",
    reason=(
        "Needs the funds' shares outstanding through time, which no free source keeps. Each "
        "holdings file that is pulled stores its count; 60 months of them would decide."
    ),
)

theme.declare(
    id="V4",
    statement="Small companies lagged, and that is why a valuation gap opened.",
    kind="state",
    sei_unit="more than half of the 10-year rise in the gap comes from lost price",
    measure=(
        "Part of the 10-year rise in log relative book-to-market for which lost relative price "
        "accounts."
    ),
    needs={
        "sample": ("french.size_value_6.bm",),
        "live": ("french.size_value_6", "french.size_value_6.bm", "french.size_value_6.size"),
    },
    reason=NOT_BUILT,
)


def reversal(data: Dataset) -> Exhibit:
    """Five-year returns of small minus large: the nearest mirror of cheapness without valuations.

    In the sample it stands in for relative book-to-market in V2.
    """
    d = pairs.get(SLOW[pairs.kind_of(data)]).d(data)
    lead = 100 * d.rolling(60).sum().dropna()
    last, share = float(lead.iloc[-1]), float((lead < lead.iloc[-1]).mean())
    side = "led" if last > 0 else "lagged"
    return Exhibit(
        kind="paths",
        title=(
            f"By {lead.index[-1]:%B %Y} small companies had {side} by {abs(last):.0f} points over "
            f"five years; {100 * share:.0f} % of all months read lower"
        ),
        frame=lead.to_frame("small minus large over five years"),
        x="",
        y="percentage points over five years",
        spans=macro.recession_spans(data, lead.index[0], lead.index[-1]),
        marks={"small and large even": 0.0},
        note=f"Sum of monthly d, {measures.years(lead.index)}; recessions shaded.",
    )
