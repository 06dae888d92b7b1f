"""What chance wins from the ledger and what effects it finds, shown beside the verdicts."""

from __future__ import annotations

from functools import partial

import pandas as pd

from r2klib.audit.calibration import IN_WORDS, SIZES, WORDS, Calibration, stand_in, stored
from r2klib.claims import Verdicts
from r2klib.claims.rule import Q_MAX
from r2klib.data import Dataset
from r2klib.errors import listing
from r2klib.show import calibration_figures
from r2klib.show.html import Display, join, paragraphs, remarks
from r2klib.show.html_figure import Figure
from r2klib.show.numbers import fixed, number, probability
from r2klib.show.tables import table as drawn


def calibration(data: Dataset, verdicts: Verdicts) -> Display:
    """The placebo ledgers of an edition: statuses won by chance, and the power of each link.

    Parameters
    ----------
    data : Dataset
    verdicts : Verdicts
        Of the same edition; their q, BY and Romano-Wolf values stand in the table.

    Returns
    -------
    Display
        Two figures, two tables and remarks. Where none were made of this edition, those of another
        one, and a sentence that says so.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> shown = r2klib.show.calibration(data, r2klib.evaluate(data, claims=h5))
    >>> "placebo ledgers" in shown.text
    True
    """
    found = stored(data)
    if found is not None:
        return _shown(found, verdicts)
    text = (
        f"No placebo ledgers were made of edition {data.edition} yet: `r2k calibrate --edition "
        f"{data.edition}` makes them."
    )
    if other := stand_in(data):
        text += f" Those below are of edition {other.edition}, and come with the package."
    said = Display(html=paragraphs([text], "r2k r2k-meaning"), text=text)
    return join([said, _shown(other, verdicts, own=False)]) if other else said


def _shown(found: Calibration, verdicts: Verdicts, *, own: bool = True) -> Display:
    source = (
        f"{found.worlds:,} placebo ledgers of edition {found.edition}, made on {found.made}, seed "
        f"{found.seed}."
    )
    figures = [Figure.of(exhibit, source=source) for exhibit in calibration_figures.exhibits(found)]
    shown = [Display(html=figure.html, text=figure.text) for figure in figures]
    return join(
        [*shown, _chance(found, verdicts), _power(found, verdicts), _remarks(found, verdicts, own)]
    )


def _chance(found: Calibration, verdicts: Verdicts) -> Display:
    values = {
        name: [verdict.q_value, verdict.by_value, verdict.romano_wolf]
        for name, verdict in verdicts.items()
        if name in found.links
    }
    columns = ["q (BH)", "BY", "Romano-Wolf"]
    beside = pd.DataFrame.from_dict(values, orient="index", columns=columns, dtype=float)
    chance = found.chance()
    chance = chance.drop(columns="alone")  # the larger of the two beside it
    frame = beside.join(chance.set_axis([f"{c}, %" for c in chance.columns], axis="columns"))
    called = beside["q (BH)"] <= Q_MAX
    kept = int((called & (beside["Romano-Wolf"] <= Q_MAX)).sum())
    title = f"{int(called.sum())} links have a q at or below {Q_MAX:z.2f}"
    if beside["Romano-Wolf"].notna().any():
        title += (
            f"; {kept} of them survive Romano and Wolf's step-down over the placebo ledgers too"
        )
    return drawn(
        frame.rename_axis("id"),
        title,
        note=(
            "Shares of placebo worlds: p at or below 0.10 of the link alone (nominal 10 %, 5 % on "
            "each side) in worlds of each sort, and of the sort with the larger one its 90 % "
            "interval, its sides, and what was falsely supported or contradicted. BY holds under "
            "any dependence; the step-down takes the worlds' joint law of p-values and cannot fall "
            f"below {number(1 / (found.worlds + 1), 2)}."
        ),
        name=f"calibration-{found.edition}",
        formats=dict.fromkeys(columns, probability)
        | dict.fromkeys(frame.columns[3:], partial(fixed, places=1)),
    )


def _power(found: Calibration, verdicts: Verdicts) -> Display:
    power = found.power().rename(columns=IN_WORDS)
    if power.empty:
        return Display("", "")
    power["detectable, in claimed effects"] = [
        _detectable(verdicts, str(name)) for name in power.index
    ]
    return drawn(
        power,
        calibration_figures.power_in_words(found),
        note=(
            "Percent of placebo worlds in which the link came out supported with that effect in it "
            "and in no other link. Last: the effect that 80 % power finds without any correction, "
            "over the smallest effect of interest."
        ),
        name=f"power-{found.edition}",
        formats={IN_WORDS[size]: lambda share: number(round(share)) for size in SIZES},
    )


def _detectable(verdicts: Verdicts, name: str) -> float:
    verdict = verdicts.get(name)
    if verdict is None or verdict.mde is None or not verdict.claim.sei:
        return float("nan")
    return verdict.mde / verdict.claim.sei


def _remarks(found: Calibration, verdicts: Verdicts, own: bool) -> Display:
    said = [
        f"Null of {', '.join(names)}: {WORDS[null]}."
        for null in WORDS
        if (names := [name for name, link in found.links.items() if link.null == null])
    ]
    unplanted: dict[str, list[str]] = {}
    for name, link in found.links.items():
        unplanted.setdefault(link.unplanted, []).append(name)
    said += [
        f"No effect is planted of {listing(names)}: {why}."
        for why, names in unplanted.items()
        if why
    ]
    said += [f"{name}: no placebo; {why}." for name, why in found.left_out.items()]
    changed = found.changes(verdicts) if own else []
    if changed:
        said.append(
            "The ledger has changed since these placebo ledgers were made, and `r2k calibrate` "
            f"would make new ones. {' '.join(changed)}"
        )
    text = "\n".join(f"  - {text}" for text in said)
    return Display(html=f'<div class="r2k">{remarks(said)}</div>', text=text)
