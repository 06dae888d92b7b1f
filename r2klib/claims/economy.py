"""Economy: is it strengthening, and has that ever foretold a lead of small companies?"""

from __future__ import annotations

import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs
from r2klib.claims.nouns import Evidence, Exhibit, Reading
from r2klib.claims.pairs import LEVEL, SLOW_SINCE_1947
from r2klib.claims.registry import NOT_BUILT, Theme
from r2klib.data import Dataset

theme = Theme("economy")

COMPOSITE = tuple(macro.COMPOSITE)


@theme.claim(
    id="E0",
    statement="The economy is strengthening now.",
    kind="state",
    sei_unit="composite above its 10-year median and higher than 6 months ago",
    measure=(
        "Growth composite of payrolls, industrial production and unemployment (retail sales, "
        "claims and CFNAI where at hand), 10-year rolling z-scores."
    ),
    needs={"sample": COMPOSITE, "live": COMPOSITE},
)
def strengthening(data: Dataset) -> Evidence:
    """The composite as published by the edition's last month of returns.

    Both conditions must be met: above the median of its last 120 months, and above its value of
    6 months before. Borderline where medians over 108 or 132 months disagree.
    """
    now = pairs.now(data)
    lag = macro.lag_of(data, *COMPOSITE)
    composite = macro.growth_composite(data)
    published = macro.published_by(composite, lag, now)
    value, before = float(published.iloc[-1]), float(published.iloc[-7])

    def above(window: int) -> bool:
        return bool(value > published.tail(window).median())

    rising = value > before
    parts = {"above its 10-year median": above(120), "higher than 6 months ago": rising}
    recent = published.tail(240)
    verb = "was strengthening" if all(parts.values()) else "was not strengthening"
    return Evidence(
        answer=Reading(
            value=value,
            holds=all(parts.values()),
            spread=tuple(above(window) and rising for window in (108, 132)),
            parts=parts,
            n=min(120, len(published)),
            unit="standard deviations",
            method="mean z-score of payrolls, industrial production and unemployment",
        ),
        as_of=now.date(),
        finding=(
            f"By {now:%B %Y} the economy {verb}: composite {value:+.2f} sd, "
            f"{value - before:+.2f} in 6 months"
        ),
        meaning=(
            "A state is no forecast: what it is worth depends on the link E1, whether a "
            "strengthening economy has been followed by a lead of small companies."
        ),
        vintage=macro.REVISED,
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"The growth composite stood at {value:+.2f} sd by {now:%B %Y}",
                frame=recent.to_frame("growth composite"),
                x="",
                y="standard deviations of the last ten years",
                spans=macro.recession_spans(data, recent.index[0], recent.index[-1]),
                marks={"median of ten years": float(published.tail(120).median())},
                note="Payrolls, industrial production and unemployment, 12-month changes.",
            ),
        ),
    )


@theme.claim(
    id="E1",
    statement="When the economy strengthens, small companies then beat large ones.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure="d of the next month (12 months by Hodrick 1B) on the growth composite as published.",
    pair=SLOW_SINCE_1947,
    needs={"sample": COMPOSITE, "live": COMPOSITE},
)
def growth_foretells(data: Dataset) -> Evidence:
    """D of the next month on the composite as known at month end.

    One month decides; 12 months by Hodrick's 1B are on the curve. The pillar's state asks for
    level and rise, so the composite's level is the signal and its change is a variant.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d = pair.d(data)
    composite = macro.growth_composite(data)
    lag = macro.lag_of(data, *COMPOSITE)
    months = pd.date_range(composite.index[0], d.index[-1], freq="ME")
    signal = macro.known_at(composite, lag, months).dropna()
    found = foretell.fit(d, signal, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    rise = macro.known_at(composite.diff(6).dropna(), lag, months).dropna()
    variants = foretell.monthly_variants(data, pair, d, signal) | {
        "rise over 6 months instead of level": foretell.estimate(foretell.fit(d, rise)),
    }
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"One standard deviation more growth was followed by {answer.value:+.1f} % a year of "
            f"small minus large (90 % interval {low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"After a month of growth one standard deviation above the usual, {measures.STAKE:,} "
            f"USD in small companies ran {measures.ahead(answer.value)} large ones, at a yearly "
            "rate, in the month that followed."
        ),
        pair=pair.name,
        vintage=macro.REVISED,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=(
                    f"More growth, then {'more' if answer.value > 0 else 'less'} of small "
                    f"companies: {answer.value:+.1f} % a year per sd"
                ),
                frame=foretell.scatter(d, signal),
                x="growth composite as published, standard deviations",
                y="d in the next month, %",
                note="One point a month, with the means of ten groups of equal size.",
            ),
        ),
        remarks=foretell.beside(found),
    )


theme.declare(
    id="E3",
    statement="Trade tension and a slowing world hurt small companies less than large ones.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "d on AR(1) innovations of trade-policy uncertainty and of foreign industrial "
        "production (sign turned), market controlled."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": ("tpu",), "live": ("tpu",)},
    reason=NOT_BUILT,
)


theme.declare(
    id="E5",
    statement="Recessions hit small companies with particular force.",
    kind="merged",
    sei_unit="",
    measure="The recession term of the credit-spread regression.",
    pair=LEVEL,
    reason="Merged into K5 as its spread x recession term; the thesis has no such sentence.",
)
