"""Tables: any frame with its data to take away, the scoreboard, what is tested and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from r2klib.claims import Verdict, Verdicts
from r2klib.errors import InputError
from r2klib.show.html import Display, claim_link, csv_link, escape, paragraphs, prose, slug
from r2klib.show.lists import SCALE, claims_list
from r2klib.show.numbers import alike, number, with_unit
from r2klib.show.verdict_cards import effect_text
from r2klib.stats._html import heading, writers
from r2klib.stats._result import Result
from r2klib.stats.chance import probability


def table(
    frame: pd.DataFrame | Result,
    title: str = "",
    *,
    note: str = "",
    name: str = "",
    formats: Mapping[Any, Callable[[float], str]] | None = None,
    digits: int = 3,
) -> Display:
    """A frame, or a result of `r2klib.stats`, as a table with a caption and a link to its data.

    Parameters
    ----------
    frame : DataFrame or result
        Index first, then the columns. The largest number of a column has `digits` significant
        figures, the others as many decimals; a result's are written as it shows itself. The
        download holds six.
    title : str
        The finding, or what the table holds; a result says by itself what was estimated.
    note : str
        One sentence beneath the title: units, source; a result's own facts without one.
    name : str
        Name of the downloaded file.
    formats : mapping from column to function, optional
        Other ways to write a column.
    digits : int
        Significant figures, where `formats` says nothing else.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Raises
    ------
    InputError
        For anything else than a frame or a result.

    Examples
    --------
    >>> frame = pd.DataFrame({"a year, %": [12.345, 7.9]}, index=["small", "large"])
    >>> print(r2klib.show.table(frame, "What each returned").text)
    What each returned
           a year, %
    small       12.3
    large        7.9
    """
    if not isinstance(frame, pd.DataFrame | Result):
        raise InputError(
            "`frame` must be a DataFrame or a result such as `r2klib.ols_hac` gives; it is a "
            f"{type(frame).__name__}. Of a Series `.to_frame()` makes one."
        )
    formats = formats or {}
    named: Callable[[object], str] = _named
    if isinstance(frame, Result):
        title = title or frame.title
        note = note or "; ".join(f"{name}: {said}" for name, said in frame.facts.items())
        named = partial(heading, level=frame._level)
        frame = frame.to_frame()
        formats = {**dict(zip(frame.columns, writers(frame), strict=True)), **formats}
    numeric = {c: pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns}
    write = {c: formats.get(c) or alike(frame[c], digits) for c in frame.columns if numeric[c]}
    head = [("" if frame.index.name is None else str(frame.index.name), False)] + [
        (named(c), numeric[c]) for c in frame.columns
    ]
    rows = []
    for label, record in zip(frame.index, frame.itertuples(index=False), strict=True):
        cells = [f"<th scope='row'>{prose(_plain(label))}</th>"]
        for column, value in zip(frame.columns, record, strict=True):
            show = write.get(column, _plain)
            css = ' class="r2k-num"' if numeric[column] else ""
            cells.append(f"<td{css}>{prose(show(value))}</td>")
        rows.append("".join(cells))
    link = csv_link(frame, name or slug(title)[:60], title or "this table")
    html = framed(head, rows, title, note, link)
    shown = frame.to_string(float_format=partial(number, digits=digits))
    return Display(html=html, text="\n".join(filter(None, (title, shown, note))))


def tail(frame: pd.DataFrame, units: str) -> Display:
    """The last three rows of a frame, how many it has, and what its columns are measured in.

    Parameters
    ----------
    frame : DataFrame
    units : str
        One sentence; a number without a unit is none.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> factors = r2klib.load("sample").factors("ff3")
    >>> r2klib.show.tail(factors, "Decimals a month.").text.splitlines()[0]
    'The last 3 of 1,109 rows'
    """
    shown = frame.tail(3)
    return table(shown, f"The last {len(shown)} of {len(frame):,} rows", note=units)


def scoreboard(verdicts: Verdicts) -> Display:
    """All verdicts as a table: id, claim, status, effect with its interval drawn, n.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.scoreboard(r2klib.evaluate(data, claims=h5)).text.splitlines()[0]
    "1 claim on edition 'sample': 1 supported"
    """
    counts = "; ".join(f"{n} {status}" for status, n in verdicts.counts().items())
    link = csv_link(verdicts.to_frame(), f"verdicts-{verdicts.edition}", "the verdicts")
    said = "1 claim" if len(verdicts) == 1 else f"{len(verdicts)} claims"
    html = (
        f'<div class="r2k"><p class="r2k-finding">{said}: {escape(counts)}</p>'
        f'<p class="r2k-source">{escape(SCALE)} {link}</p>{claims_list(verdicts)}</div>'
    )
    text = [f"{said} on edition {verdicts.edition!r}: {counts}"]
    for verdict in verdicts.values():
        effect = effect_text(verdict)
        text.append(f"{verdict.claim.id:<4}{verdict.label:<24}{verdict.claim.statement} {effect}")
    return Display(html=html, text="\n".join(text))


#: The verdict rule in two sentences, said once above the claims it decides.
RULE = (
    "An interval wholly on the wrong side of zero contradicts a claim; one that ends short of the "
    "smallest effect of interest rules out an effect of the claimed size. Each must survive its "
    "correction for the number of tests."
)


def opening(verdicts: Verdicts, *themes: str) -> Display:
    """The claims about to be tested, each with what would refute it, before any number is shown.

    Parameters
    ----------
    verdicts : Verdicts
        From `r2klib.claims.evaluate`.
    *themes : str
        Only these themes, ``"history"``; all of them without.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Raises
    ------
    UnknownName
        There is no such theme.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.opening(r2klib.evaluate(data, claims=h5), "history").text.splitlines()[1]
    'H5  Small companies have a higher market beta than the market itself.'
    """
    chosen = verdicts.theme(*themes) if themes else verdicts
    items, lines = [], []
    for verdict in chosen.values():
        claim, against = verdict.claim, _against(verdict)
        items.append(
            f"<li>{claim_link(claim.id)}<div>"
            f'{escape(claim.statement)}<span class="r2k-refute">{prose(against)}</span></div></li>'
        )
        lines.append(f"{claim.id}  {claim.statement}\n    {against}")
    html = (
        f'<div class="r2k r2k-opening"><p class="r2k-source">{escape(RULE)}</p>'
        f"<ol>{''.join(items)}</ol></div>"
    )
    return Display(html=html, text="\n".join([RULE, *lines]))


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

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.doubts(r2klib.evaluate(data, claims=h5), "history").text.splitlines()[0]
    'Tests with less than four chances in five of finding an effect as large as claimed: 0 of 1'
    """
    links = {name: v for name, v in verdicts.theme(*themes).items() if v.mde is not None}
    if not links:
        text = "No link of this page could be tested in this edition."
        return Display(html=paragraphs([text], "r2k r2k-note"), text=text)
    frame = pd.DataFrame.from_dict(
        {name: _doubt(verdict) for name, verdict in links.items()},
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


def _doubt(verdict: Verdict) -> list[object]:
    claim, stability = verdict.claim, verdict.stability
    return [
        claim.sei,
        verdict.mde,
        claim.sei_unit,
        verdict.agreement or "–",
        f"{probability(stability.p_value)} ({stability.date:%Y-%m})" if stability else "–",
    ]


def _against(verdict: Verdict) -> str:
    """What would refute a claim, beyond the rule that all share."""
    claim = verdict.claim
    if claim.kind == "link" and claim.sei is not None and claim.direction is not None:
        side = "below" if claim.direction > 0 else "above"
        size = with_unit(number(claim.claimed), claim.sei_unit)
        return f"Contradicted {side} zero; ruled out short of {size}."
    if claim.kind == "state":
        sample = verdict.edition.startswith("sample")  # what is asked of it alone is said there
        asked = claim.sei_unit if sample else re.sub(r" \(sample: [^)]*\)", "", claim.sei_unit)
        return f"Holds only with: {asked}."
    if claim.kind == "merged":
        return verdict.reason
    return "No test here can refute it."


def framed(
    head: Sequence[tuple[str, bool]],
    rows: Sequence[str],
    title: str,
    note: str = "",
    link: str = "",
) -> str:
    """A captioned table in a box that scrolls by itself, so that the page never does."""
    beneath = f'<span class="r2k-source">{prose(note)} {link}</span>' if note or link else ""
    said = f'<span class="r2k-caption">{prose(title)}{beneath}</span>'
    caption = f"<caption>{said}</caption>" if title or beneath else ""
    cells = "".join(
        f"<{'th' if name else 'td'}{' scope=col' if name else ''}"
        f"{' class=r2k-num' if right else ''}>{escape(name)}</{'th' if name else 'td'}>"
        for name, right in head
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    label = escape(title or "Table")
    return (
        f'<div class="r2k r2k-scroll" role="region" tabindex="0" aria-label="{label}">'
        f"<table>{caption}<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _named(column: object) -> str:
    """The name of a column, one that is written as in code in words: ``lag_days``."""
    name = _plain(column)
    return name.replace("_", " ") if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", name) else name


def _plain(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if value is pd.NaT:
        return "–"
    if isinstance(value, float):
        return number(value)
    return ", ".join(map(_plain, value)) if isinstance(value, tuple) else str(value)
