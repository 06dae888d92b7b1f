"""Economy: does a strengthening economy favour small companies, and is it strengthening now?"""

from __future__ import annotations

from r2klib.claims import macro, pairs
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


theme.declare(
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
    reason=NOT_BUILT,
)

theme.declare(
    id="E2",
    statement="Strong consumer and capital spending lifts small companies.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "Quarterly d on the mean z-score of real consumption and fixed-investment growth, two "
        "quarters earlier; the same quarter beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": ("PCECC96", "GPDIC1"), "live": ("PCECC96", "GPDIC1")},
    reason=NOT_BUILT,
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
    id="E4",
    statement="Government spending lifts small companies.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%",
    measure=(
        "Cumulative d over four quarters after real government consumption and investment "
        "growth; the defence-news instrument beside it."
    ),
    pair=SLOW_SINCE_1947,
    needs={"sample": ("GCEC1",), "live": ("GCEC1",)},
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
