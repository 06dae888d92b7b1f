"""A calibration table as figures and sentences."""

from __future__ import annotations

import pandas as pd

from r2klib.audit.calibration import SIZES, WORDS, Calibration
from r2klib.audit.worlds import WORLD_KINDS
from r2klib.errors import listing
from r2klib.show.exhibit import Exhibit

_METHOD = (
    f"Worlds: {WORDS['timing']}, by turns, the economy untouched; levels have nulls of their own."
)


def exhibits(table: Calibration) -> tuple[Exhibit, ...]:
    """False statuses by ledger, and rejections of each link alone against the nominal rate."""
    return _by_ledger(table), _by_link(table)


def _by_ledger(table: Calibration) -> Exhibit:
    won = table.ledgers()
    labels = ["none", "one", "two", "three or more"]
    frame = pd.DataFrame(
        {
            f"falsely {status}": [
                100 * float((won[status].clip(upper=3) == count).mean()) for count in range(4)
            ]
            for status in ("supported", "contradicted")
        },
        index=labels,
    )
    touched = table.false_ledgers()
    rates = listing(f"{rate:z.0f} % of those {kind}" for kind, rate in touched.items())
    return Exhibit(
        kind="bars",
        title=(
            f"Chance alone won a status in {max(touched.values()):z.0f} % of placebo ledgers at "
            f"most, where the correction allows {table.allowed:z.0f} %"
        ),
        frame=frame,
        x="statuses won by chance in one ledger",
        y="% of placebo ledgers",
        note=(
            f"{table.worlds:,} ledgers of {len(table.links)} links, each judged by the real rule; "
            f"any status was won in {rates}. {_METHOD}"
        ),
    )


def _by_link(table: Calibration) -> Exhibit:
    chance = table.chance()
    frame = chance[["alone", "low", "high"]].set_axis(["value", "low", "high"], axis="columns")
    frame["n"] = table.worlds // len(WORLD_KINDS)
    often = frame.index[frame["low"] > 10]
    seldom = frame.index[frame["high"] < 10]
    rates = listing(
        f"{chance[kind].mean():z.0f} % of worlds {kind}" for kind in table.false_ledgers()
    )
    counts = ((len(often), "more often"), (len(seldom), "less often"))
    far = listing(f"{n} {word}" for n, word in counts if n) or "none more or less often"
    title = f"Asked alone, links reject in {rates} (nominal 10 %); of {len(frame)}, {far}"
    return Exhibit(
        kind="intervals",
        title=title,
        frame=frame,
        x="% of placebo worlds with p at or below 0.10, with 90 % interval",
        y="",
        marks={"nominal rate": 10.0},
        note=(
            "Before the correction for the number of links, in worlds of the sort in which a link "
            f"rejects more often; one interval in ten misses the nominal rate by chance. {_METHOD}"
        ),
    )


def power_in_words(table: Calibration) -> str:
    """The finding of the power table."""
    power = table.power()
    if power.empty:
        return "No effect was planted"
    half, whole, twice = (power[size].median() for size in SIZES)
    return (
        f"The median link finds an effect as large as claimed in {whole:z.0f} % of worlds, one "
        f"half as large in {half:z.0f} %, one twice as large in {twice:z.0f} %"
    )


def summary(table: Calibration) -> str:
    """What the command prints when it is done."""
    touched = [f"{rate:z.1f} % of ledgers {kind}" for kind, rate in table.false_ledgers().items()]
    supported, contradicted = 100 * (table.ledgers() > 0).mean()
    lines = [
        f"{table.worlds} placebo ledgers of edition {table.edition}, {len(table.links)} links each",
        (
            f"Any false status in {listing(touched)} (at most {table.allowed:z.0f} % are allowed): "
            f"supported in {supported:z.1f} %, contradicted in {contradicted:z.1f} %."
        ),
        f"{power_in_words(table)}.",
        "",
        table.chance().drop(columns=["low", "high"]).join(table.power()).round(1).to_string(),
        "",
        *(
            f"{name}: nothing planted, {t.unplanted}"
            for name, t in table.links.items()
            if t.unplanted
        ),
        *(f"{name}: no placebo, {why}" for name, why in table.left_out.items()),
    ]
    return "\n".join(lines)
