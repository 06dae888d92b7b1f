"""How estimates and verdicts show themselves in a notebook: plain, escaped, without the clock."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from r2klib.stats.chance import probability

#: What is shown of a verdict, in this order.
VERDICT = (
    "status",
    "note",
    "reason",
    "value",
    "interval",
    "unit",
    "q_value",
    "r_value",
    "n",
    "mde",
    "n_needed",
    "years_needed",
    "agreement",
    "break_date",
    "break_p",
    "method",
    "null",
    "pair",
    "as_of",
    "edition",
    "vintage",
)

_PROBABILITIES = ("p_value", "p_claimed", "q_value", "r_value", "break_p")


def as_table(title: str, record: Mapping[str, Any]) -> str:
    """The entries of `record` as an HTML table of two columns; empty ones left out."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(key.replace('_', ' '))}</th>"
        f"<td style='text-align:left'>{escape(cell)}</td></tr>"
        for key, value in record.items()
        if value not in (None, "", [])
        for cell in [probability(value) if key in _PROBABILITIES else in_words(value)]
    )
    return f"<table><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>"


def in_words(value: Any) -> str:
    """A number to four digits, an interval in brackets, text as it is."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return f"[{', '.join(in_words(item) for item in value)}]"
    return str(value)
