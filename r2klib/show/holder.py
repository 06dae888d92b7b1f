"""What it means for who holds small companies, in money, and what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from r2klib import claims
from r2klib.claims import Pillar, Verdict, Verdicts
from r2klib.claims.words import STAKE, years
from r2klib.errors import listing
from r2klib.show.html import claim_link, escape, paragraphs, prose
from r2klib.show.pictures import picture
from r2klib.show.tables import table
from r2klib.show.verdict_cards import effect, source_text

#: What speaks of money held: beta, and falls.
BETA, FALLS = "H5", "K4"
#: Falls of the market that are shown.
LAST = 3


def holder(verdicts: Verdicts) -> str:
    """Beta in money and the last falls of the market, as HTML; what is lacking for both."""
    beta, falls = verdicts.get(BETA), verdicts.get(FALLS)
    asked = [verdict for verdict in (beta, falls) if verdict]
    if asked and not any(verdict.evidence for verdict in asked):
        names = listing(claim_link(verdict.claim.id) for verdict in asked)
        return (
            f'<p class="prose">This edition cannot answer {names}, so there is no loss to put into '
            "money.</p>"
        )
    said = "".join(
        f"<li>{claim_link(verdict.claim.id)} {prose(verdict.evidence.meaning)}</li>"
        for verdict in asked
        if verdict.evidence and verdict.evidence.meaning
    )
    listed = f'<ul class="r2k said">{said}</ul>' if said else ""
    return listed + _reconciled(beta, falls) + (_last_falls(falls) if falls else "")


def _reconciled(beta: Verdict | None, falls: Verdict | None) -> str:
    """Why a slope and a sum of falls are two numbers; empty without both."""
    rows = beta.evidence.rows if beta and beta.evidence else None
    if not (beta and falls and beta.estimate and falls.estimate) or rows is None:
        return ""
    text = (
        f"The two count differently. {BETA} lays one line through all months of "
        f"{years(rows.index)}, rises too, and adds what follows in the month after: "
        f"{1 + beta.estimate.value:z.2f} % for each percent of the market. {FALLS} adds up "
        f"{falls.estimate.n} falls alone, from peak to trough: "
        f"{1 + falls.estimate.value / 20:z.2f} % for each."
    )
    return paragraphs([text], "prose")


def _last_falls(verdict: Verdict) -> str:
    drawn = picture(verdict)
    if drawn is None or not {"small", "market"} <= set(drawn.frame):
        return ""
    lost = (-STAKE / 100 * drawn.frame[["small", "market"]].tail(LAST)).round(-1)
    frame = lost.set_axis(["small companies", "the market"], axis="columns")
    return table(
        frame.set_axis(pd.Index(map(str, frame.index), name="fall to"), axis="index"),
        f"What {STAKE:,} USD lost in the last {len(frame)} falls of the market by a fifth",
        note=(
            "USD, from the market's peak to its trough, which are known only later. "
            f"{source_text(verdict)}"
        ),
        name="last-falls",
        formats=dict.fromkeys(frame.columns, "{:z,.0f}".format),
    ).html


def would_change(verdicts: Verdicts) -> str:
    """For each pillar that does not stand, what is missing and as of when, as a list."""
    items = "".join(
        f"<li><b>{pillar.name}</b>: {'; '.join(missing)}.</li>"
        for pillar in claims.read_pillars(verdicts)
        if (missing := [*_state(pillar, verdicts), *_link(pillar, verdicts)])
    )
    return f'<ul class="r2k said">{items}</ul>' if items else ""


def _state(pillar: Pillar, verdicts: Verdicts) -> Iterator[str]:
    claim, status = pillar.state
    if status == "holds":
        return
    verdict, day = verdicts.get(claim), pillar.as_of
    reading = verdict.reading if verdict else None
    failed = [part for part, met in reading.parts.items() if not met] if reading else []
    if status == "too old":
        yield f"{claim_link(claim)} needs data newer than {prose(day)}"
    elif reading is None:
        yield f"{claim_link(claim)} needs data that this edition does not hold"
    elif status == "borderline":
        yield (
            f"{claim_link(claim)} would have to hold whichever way it is measured, and does not as "
            f"of {prose(day)}"
        )
    else:
        what = f"“{escape(listing(failed))}”" if failed else "its condition"
        yield f"{claim_link(claim)} needs {what} to be so, which it is not as of {prose(day)}"


def _link(pillar: Pillar, verdicts: Verdicts) -> Iterator[str]:
    claim, status = pillar.link
    verdict = verdicts.get(claim)
    if status == "supported":
        return
    if verdict is None or verdict.estimate is None or verdict.evidence is None:
        yield f"{claim_link(claim)} needs data that this edition does not hold"
    elif status == "inconclusive":
        yield f"{claim_link(claim)} {_undecided(verdict)}"
    else:
        yield (
            f"{claim_link(claim)} is {status}: its interval, {prose(effect(verdict)[1])} "
            f"{prose(verdict.estimate.unit)} by data to {verdict.evidence.as_of:%Y-%m}, would have "
            "to move to the claim's side"
        )


def _undecided(verdict: Verdict) -> str:
    if verdict.able:
        return "is undecided, though its sample could have shown an effect as large as claimed"
    years, needed = verdict.years_needed, verdict.n_needed
    if years is None or not needed or verdict.estimate is None or verdict.evidence is None:
        return "needs more data to be decided"
    left = years * (1 - verdict.estimate.n / needed)
    year = verdict.evidence.as_of.year + math.ceil(left)
    return f"needs {math.ceil(years):,} years of data in all, which there are not before {year}"
