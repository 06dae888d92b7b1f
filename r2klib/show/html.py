"""Pieces of HTML and plain text that a notebook shows and a page keeps.

Everything that comes from outside (titles, units, reasons, series names) goes through `escape`.
No piece carries a style attribute or a script, so a strict Content-Security-Policy lets it be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape as escape
from importlib import resources
from typing import Any
from urllib.parse import quote

import pandas as pd

from r2klib.show.style import COLOURS

#: How a fragment's own style is found again, so that a page, which has it already, can drop it.
STYLE_OPEN, STYLE_CLOSE = "<style data-r2k>", "</style>"


@dataclass(frozen=True)
class Display:
    """Something to show: as HTML where that can be shown, as plain text everywhere else.

    Outside text in `html`, a fragment, is escaped already.
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return with_style(self.html)

    def __repr__(self) -> str:
        return self.text


def join(parts: Iterable[Display], html: str = "{}") -> Display:
    """Several pieces as one; `html` wraps them and holds ``{}`` once."""
    parts = [part for part in parts if part.html or part.text]
    return Display(
        html=html.replace("{}", "".join(part.html for part in parts)),
        text="\n\n".join(part.text for part in parts if part.text),
    )


def with_style(html: str) -> str:
    """A fragment that can stand alone: in JupyterLab, or in anybody's nbconvert page."""
    return f"{STYLE_OPEN}{fragment_css()}{STYLE_CLOSE}{html}"


@cache
def parts_css(name: str = "parts") -> str:
    """Style of the pieces as it stands in its file: ``"parts"``, and ``"claims"`` beyond it."""
    return resources.files("r2klib.show").joinpath(f"{name}.css").read_text(encoding="utf-8")


@cache
def fragment_css() -> str:
    """Style of the pieces, and the palette as JupyterLab's light and dark themes want it.

    The rules are nested below the root named twice, so that they weigh more than JupyterLab's own
    for lists and tables.
    """
    return squeezed(
        f":root{{{tokens_css(dark=False)}}}"
        f'body[data-jp-theme-light="false"]{{{tokens_css(dark=True)}}}'
        f":root:root{{{parts_css()}{parts_css('claims')}}}"
    )


@cache
def tokens_css(*, dark: bool) -> str:
    """The palette as CSS variables."""
    return "".join(f"--r2k-{role}:{pair[dark]};" for role, pair in COLOURS.items())


def squeezed(css: str) -> str:
    """CSS without comments and needless space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,>]) ?", r"\1", css).replace(";}", "}").strip()


def claim_link(claim: str) -> str:
    """A claim's id, linked to where it stands on the same page; a site sends it elsewhere."""
    ident = escape(claim)
    return f'<a class="r2k-id" href="#{ident}">{ident}</a>'


def paragraphs(texts: Sequence[str], css_class: str = "") -> str:
    """One paragraph for each text that says something."""
    opening = f'<p class="{css_class}">' if css_class else "<p>"
    return "".join(f"{opening}{prose(text)}</p>" for text in texts if text)


def remarks(texts: Iterable[str]) -> str:
    """A list of sentences; empty of none."""
    items = "".join(f"<li>{prose(text)}</li>" for text in texts)
    return f'<ul class="r2k-remarks">{items}</ul>' if items else ""


#: Dates, numbers with their percent sign or currency, intervals, p-values.
_TOGETHER = re.compile(
    r"\b\d{4}-\d{2}(?:-\d{2})?\b|[−\d.,]*\d (?:%|USD\b)|\[[−\d.,]+, [−\d.,]+\]|"
    r"\b[pq] (?:=|&lt;) [\d.]+\d"
)
#: A tag, quoted attributes with what they hold in them.
TAG = re.compile(r"</?[a-zA-Z][^\s/<>]*+(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>")
_NEGATIVE = re.compile(r"(?<![\w)\]-])-(?=\d)")


def prose(text: str) -> str:
    """Text as escaped HTML: true minus and ≤ signs, dates that do not break, code."""
    said, *rest = text.split("`")
    if len(rest) % 2:  # a backtick by itself is one
        return _worded(text)
    code = (f"<code>{escape(part)}</code>" for part in rest[::2])
    return _worded(said) + "".join(
        c + _worded(after) for c, after in zip(code, rest[1::2], strict=True)
    )


def answer_of(word: str, said: str) -> Display:
    """An answer as a page opens with it: a word or a sentence in bold, and what it rests on."""
    strong = f"<strong>{prose(word)}</strong> " if word else ""
    html = f'<p class="r2k r2k-answer">{strong}{prose(said)}</p>'
    return Display(html=html, text=f"{word} {said}".strip())


def sentence(text: str) -> str:
    """A text with the point that ends it."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def true_minus(text: str) -> str:
    """Numbers below zero with a minus sign in place of the hyphen that Python writes."""
    return _NEGATIVE.sub("−", text)


def _worded(text: str) -> str:
    safe = true_minus(escape(text.replace("<=", "≤").replace(">=", "≥")))
    return _TOGETHER.sub(lambda match: f'<span class="r2k-date">{match[0]}</span>', safe)


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """A description list of escaped terms and values; empty values are left out."""
    rows = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{prose(value)}</dd></div>"
        for term, value in pairs
        if value
    )
    return f"<dl>{rows}</dl>" if rows else ""


def slug(text: str) -> str:
    """A name for files and anchors: lower case, words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-_") or "section"


#: What spreadsheets take for a formula, numbers with a sign aside.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]+\s*%?$)")


def csv_text(frame: pd.DataFrame) -> str:
    """A frame as CSV: index first, six significant figures, days as ISO dates."""
    plain = frame
    if isinstance(frame.index, pd.DatetimeIndex) and bool(
        (frame.index == frame.index.normalize()).all()
    ):
        plain = frame.set_axis(frame.index.strftime("%Y-%m-%d"), axis="index")
        plain.index.name = "date" if frame.index.name is None else frame.index.name
    texts = plain.select_dtypes(exclude="number").columns
    plain = plain.assign(**{name: plain[name].map(_inert) for name in texts if texts.is_unique})
    plain = plain.rename(index=_inert, columns=_inert)
    plain.index.names = [_inert(name) for name in plain.index.names]
    return plain.to_csv(float_format=_six_figures, lineterminator="\n")


def _six_figures(value: Any) -> str:
    """Six figures of a number, and every figure of its whole part."""
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"


def _inert(cell: object) -> object:
    """A text that a spreadsheet would compute, with the quote that keeps it a text."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_link(frame: pd.DataFrame | str, name: str, of: str) -> str:
    """A link that saves `frame`, or its `csv_text`, as ``<name>.csv``, without a request.

    `of` says what the data are, for readers who hear the link out of its context.
    """
    text = frame if isinstance(frame, str) else csv_text(frame)
    data = quote(text, safe=" ,:;+/()[]=!*")  # shorter than base64
    return (
        f'<a class="r2k-csv" download="{escape(slug(name))}.csv" '
        f'href="data:text/csv;charset=utf-8,{data}" aria-label="{escape(f"Data of {of} as CSV")}">'
        "data (CSV)</a>"
    )
