"""The valuation gap in time: what opened it, and does it foretell anything?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import book_to_market as btm
from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.nouns import Estimate, Evidence, Exhibit, Reading, Specification
from r2klib.claims.pairs import SLOW
from r2klib.claims.registry import Theme
from r2klib.claims.valuation import DECADE, SINCE_1963
from r2klib.data import Dataset

theme = Theme("valuation")

#: Spans over which V4 asks; 108 and 132 months make it borderline where they disagree.
WINDOWS = (60, 84, 108, 120, 132, 180)


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
        "live": btm.NEEDS,
    },
)
def gap_foretells(data: Dataset) -> Evidence:
    """D of the next month on the gap known at its start, joint bootstrap.

    Live: the log relative rolled book-to-market of all small against all large companies, with
    the caps of the month's end. Sample: minus the sum of d over the last 60 months. The
    innovations of either are largely those of d with the sign turned, so both are resampled
    jointly and the bias is taken out (Stambaugh). One month decides; 12 and 36 by Hodrick's 1B.
    """
    kind = pairs.kind_of(data)
    pair = pairs.get(SLOW[kind])
    d = pair.d(data)
    signal = -d.rolling(60).sum().dropna() if kind == "sample" else btm.log_relative(data)
    found = foretell.fit(d, signal, joint=True, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    variants = foretell.monthly_variants(data, pair, d, signal, joint=True)
    variants["36 months (Hodrick)"] = foretell.estimate(foretell.fit(d, signal, 36, joint=True))
    if kind == "live":
        variants |= _other_gaps(data, d, signal)
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=f"{_GAP[kind]}, small minus large then ran {answer.value:+.1f} % a year (90 % "
        f"interval {low:.1f} to {high:.1f})",
        meaning=(
            f"Buying {'what had lagged' if kind == 'sample' else 'cheapness'} left "
            f"{measures.STAKE:,} USD in small companies {measures.ahead(answer.value)} large ones, "
            "at a yearly rate per standard deviation."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            foretell.scatter(
                d,
                signal,
                title=(
                    f"A {'longer lag' if kind == 'sample' else 'wider gap'}, then "
                    f"{answer.value:+.1f} % a year per standard deviation"
                ),
                signal=_AXIS[kind],
            ),
        ),
        remarks=(*_STAND_IN[kind], *foretell.beside(found)),
    )


_GAP = {
    "sample": "When small companies had lagged by one standard deviation more over five years",
    "live": "When small companies were cheaper by one standard deviation",
}
_AXIS = {
    "sample": "how far small companies lagged over five years",
    "live": "log relative rolled book-to-market",
}
_STAND_IN = {
    "sample": (
        "A lag of returns stands in for a gap of valuations, which this edition does not hold.",
    ),
    "live": (),
}


def _other_gaps(data: Dataset, d: pd.Series, signal: pd.Series) -> dict[str, Estimate]:
    """The same question asked of other gaps, and of the years in which accounts were required."""
    signals = {
        "portfolios weighed alike": btm.log_relative(data, each=True),
        "reversal of 60 months (as in the sample)": -d.rolling(60).sum().dropna(),
        "since 1963": signal.loc[SINCE_1963:],
    }
    if f"{btm.SIX}.op" in data:
        gap = btm.profitability_gap(data)
        signals["profitability taken out, hindsight, since 1963"] = btm.without(signal, gap)
    return {
        label: foretell.estimate(foretell.fit(d, x, joint=True)) for label, x in signals.items()
    }


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


@theme.claim(
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
        "live": ("french.size_value_6", *btm.NEEDS, "IWM", "SPY"),
    },
)
def lag_opened_gap(data: Dataset) -> Evidence:
    """Relative price lost over 120 months, over the rise of log relative book-to-market.

    Lost price is minus the sum of log returns of all small companies less all large ones, each
    weighted by cap, with dividends taken out: large companies pay more, and a dividend is no lost
    price. The difference of dividends is that of IWM and SPY over the same months (adjusted
    against raw closes). The rest of the rise is growth of relative book, new membership each June
    and issues of shares. Where the gap did not widen there is nothing to explain: the claim does
    not hold and the value is zero. Borderline where 108 or 132 months disagree.
    """
    gap, d = btm.log_relative(data), btm.total_d(data)
    dividends = btm.dividend_gap(data)
    split = {
        months: btm.rise_and_lost(gap, d, dividends, months)
        for months in WINDOWS
        if months < len(gap)
    }
    rise, lost = split[DECADE]
    share = btm.lost_share(rise, lost)
    start, end = gap.index[-1 - DECADE], gap.index[-1]
    total = btm.rise_and_lost(gap, d, 0.0 * dividends, DECADE)
    alike = btm.rise_and_lost(
        btm.log_relative(data, each=True), pairs.get("century").d(data), dividends, DECADE
    )
    variants = {
        "dividends left in": (btm.lost_share(*total), DECADE),
        "portfolios weighed alike": (btm.lost_share(*alike), DECADE),
        **{f"{n} months": (btm.lost_share(*split[n]), n) for n in split if n != DECADE},
    }
    widened = rise > 0
    said = f"lost relative price accounts for {share:.0f} %" if widened else "so no gap opened"
    cheaper = 100 * np.expm1(rise)
    return Evidence(
        answer=Reading(
            value=share,
            holds=widened and share > 50,
            spread=tuple(btm.lost_share(*split[n]) > 50 for n in (108, 132)),
            parts={"the gap widened": widened, "lost price is more than half": share > 50},
            n=DECADE,
            unit="% of the rise",
            method="log relative price return over the change of log relative rolled B/M",
        ),
        as_of=end.date(),
        finding=(
            f"From {start:%B %Y} to {end:%B %Y} the gap changed by {100 * rise:+.0f} log points; "
            f"{said}"
        ),
        meaning=(
            f"A dollar came to buy {abs(cheaper):.0f} % {'more' if widened else 'less'} book of "
            f"small companies against large ones, while {measures.STAKE:,} USD of small companies "
            f"at their price alone fell {measures.usd(100 * -np.expm1(-lost))} "
            f"{'behind' if lost > 0 else 'ahead of'} large ones."
        ),
        pair="century",
        specifications=tuple(
            Specification(label=label, value=value, interval=None, n=n)
            for label, (value, n) in variants.items()
        ),
        exhibits=(
            Exhibit(
                kind="bars",
                title=f"Over ten years the gap changed by {100 * rise:+.0f} log points, {said}",
                frame=pd.DataFrame(
                    {
                        "log points": {
                            "change of the gap": 100 * rise,
                            "lost price": 100 * lost,
                            "book, membership, issues": 100 * (rise - lost),
                        }
                    }
                ),
                x="",
                y="log points over ten years",
                note="Log relative rolled book-to-market and what it is made of; dividends out.",
            ),
        ),
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
