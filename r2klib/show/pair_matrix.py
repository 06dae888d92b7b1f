"""Which small-cap index? Claims against pairs: a figure of all answers and their table."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.words import places_of
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.show.exhibit import Exhibit
from r2klib.show.html import Display, claim_link, csv_link, escape, join
from r2klib.show.html_figure import Figure
from r2klib.show.numbers import fixed
from r2klib.show.sources import origins_of
from r2klib.show.status import look
from r2klib.show.tables import framed

#: How a cell looks: the tone and the sign of the status it is nearest to.
_SAYS = {"for": "supported", "against": "contradicted", "unclear": "inconclusive"}
_NOTE = "Each pair has its own months; nothing is corrected for the number of questions."


def by_pair(found: pd.DataFrame, data: Dataset) -> Display:
    """Claims against pairs: a figure of all answers in sizes claimed, and a table of them.

    Parameters
    ----------
    found : DataFrame
        From `r2klib.claims.by_pair`.
    data : Dataset
        The edition that was asked, named in the caption.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Raises
    ------
    InputError
        No pair has an answer to any claim.

    Examples
    --------
    >>> data, p3 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["P3"]])
    >>> found = r2klib.claims.by_pair(data, ["legs", "long"], claims=p3)
    >>> r2klib.show.by_pair(found, data).text.split(". ")[0]
    '[figure] 2 answers: 1 for the claim asked, 0 against it, 1 unclear'
    """
    if not found["says"].any():
        reasons = "; ".join(dict.fromkeys(found["reason"]))
        raise InputError(f"No pair of this edition can be asked any of these claims: {reasons}")
    drawn = Figure.of(_exhibit(found), source=_source(found, data))
    return join([Display(html=drawn.html, text=drawn.text), _table(found)])


def _source(found: pd.DataFrame, data: Dataset) -> str:
    """Publishers, the edition, and when the first and the last of the pairs ends."""
    series = [pairs.get(pair).series for pair in found.index.unique("pair")]
    names = dict.fromkeys(name for own in series for name in own)
    origins = origins_of({name: data.provenance[name].source for name in names})
    ends = [f"{min(map(data.last, own)):%Y-%m}" for own in series]
    to = " to ".join(dict.fromkeys((min(ends), max(ends))))
    return f"Source: {', '.join(origins)}. Edition {data.edition}; the pairs' data end in {to}."


def _exhibit(found: pd.DataFrame) -> Exhibit:
    """Every answer over the size claimed, so that all share an axis on which right is for."""
    answers = found[found["says"] != ""]
    sizes = answers[["value", "low", "high"]].astype(float).div(answers["claimed"], axis="index")
    sizes[["low", "high"]] = sizes[["low", "high"]].agg(["min", "max"], axis="columns")
    sizes["n"] = answers["n"]
    asked = [f"{claim}, {pairs.get(pair).called}" for claim, pair in sizes.index]
    sizes.index = pd.Index(asked, name="asked")
    told = answers["says"].value_counts().reindex(list(_SAYS), fill_value=0)
    return Exhibit(
        kind="intervals",
        title=f"{len(answers)} answers: {told['for']} for the claim asked, "
        f"{told['against']} against it, {told['unclear']} unclear",
        frame=sizes,
        x="effect in sizes claimed, with 90 % interval; right of zero is for the claim",
        y="",
        marks={"as large as claimed": 1.0},
        note=_NOTE,
    )


def _table(found: pd.DataFrame) -> Display:
    says = found["says"].unstack("pair", sort=False)
    asked = says.loc[(says != "").sum(axis="columns") > 1]
    alike = sum(len(set(row[row != ""])) == 1 for _, row in asked.iterrows())
    title = f"{alike} of {len(asked)} claims say the same of every pair"
    note = "✓ for the claim, ✗ against it, ? unclear at 90 %."
    rows = []
    for claim, answers in found.groupby(level="claim", sort=False):
        unit = next(iter(answers["unit"].dropna()), "")
        cells = "".join(_cell(answer) for _, answer in answers.iterrows())
        told = f"{answers['statement'].iloc[0]} {f'({unit})' if unit else ''}"
        said = f'<span class="r2k-tag">{escape(told.strip())}</span>'
        rows.append(f'<th scope="row">{claim_link(str(claim))} {said}</th>{cells}')
    head = [("claim", False), *((pairs.get(name).called, True) for name in says.columns)]
    link = csv_link(found.reset_index(level="pair"), "claims-by-pair", title)
    html = framed(head, rows, title, note, link)
    return Display(html=html, text="\n".join((title, says.to_string(), note)))


def _cell(answer: pd.Series) -> str:
    if not answer["says"]:
        return f'<td class="r2k-num" title="{escape(answer["reason"])}">–</td>'
    seen = look(_SAYS[answer["says"]])
    places = places_of(answer["claimed"], (answer["low"], answer["high"]))
    value, low, high = (fixed(answer[end], places) for end in ("value", "low", "high"))
    return (
        f'<td class="r2k-num r2k-{seen.tone}"><b style="color:var(--r2k-tone)">{seen.sign}</b> '
        f"{value}<br><small>[{low}, {high}]</small></td>"
    )
