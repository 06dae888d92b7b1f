"""What a page's tests could not have seen, and where their answers are not the whole story."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import Verdict, Verdicts
from r2klib.show.html import Display, paragraphs
from r2klib.show.numbers import number, probability
from r2klib.show.tables import table


def doubts(verdicts: Verdicts, *themes: str) -> Display:
    """The links of a page by how far their answers can be trusted.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.
    *themes : str
        Those argued on the page, ``"rates"``.

    Returns
    -------
    Display
        By link: the smallest effect that the claim speaks of, the least effect that would have
        been found in four cases of five, what other pairs say, and the p of the largest break.

    Raises
    ------
    UnknownName
        There is no such theme.
    """
    links = {name: v for name, v in verdicts.theme(*themes).items() if v.mde is not None}
    if not links:
        text = "No link of this page could be tested in this edition."
        return Display(html=paragraphs([text], "r2k r2k-note"), text=text)
    frame = pd.DataFrame.from_dict(
        {name: _row(verdict) for name, verdict in links.items()},
        orient="index",
        columns=["claimed", "could be found", "unit", "other pairs", "p of a break"],
    )
    blind = sum(not verdict.able for verdict in links.values())
    return table(
        frame,
        f"Tests with less than four chances in five of finding an effect as large as claimed: "
        f"{blind} of {len(frame)}",
        note="Could be found: the effect that has four chances in five, at the 10 % level.",
        formats=dict.fromkeys(("claimed", "could be found"), number),  # of many units
    )


def _row(verdict: Verdict) -> list[object]:
    claim, stability = verdict.claim, verdict.stability
    return [
        claim.claimed,
        verdict.mde,
        claim.sei_unit,
        verdict.agreement or "–",
        f"{probability(stability.p_value)} ({stability.date:%Y-%m})" if stability else "–",
    ]
