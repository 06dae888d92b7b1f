"""A table of text as Markdown and as LaTeX, without another package."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

#: What LaTeX would read as an instruction.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def markdown(table: pd.DataFrame) -> str:
    """Return a table of strings in the Markdown of GitHub and Jupyter, numbers to the right."""
    rows = _rows(table, lambda text: text.replace("|", r"\|").replace("\n", " "))
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"| {' | '.join(_aligned(text, width, i) for i, (text, width) in enumerate(pairs))} |"
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    rule = [("-" * width if i == 0 else "-" * (width - 1) + ":") for i, width in enumerate(widths)]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def latex(table: pd.DataFrame, caption: str, notes: dict[str, str]) -> str:
    """Return a table of strings as a LaTeX `table` for the package booktabs, notes beneath."""
    head, *rows = (" & ".join(row) + r" \\" for row in _rows(table, escape))
    said = " ".join(f"{escape(name)}: {escape(text)}." for name, text in notes.items())
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escape(caption)}}}",
            rf"\begin{{tabular}}{{l{'r' * table.shape[1]}}}",
            r"\toprule",
            head,
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            rf"\par\smallskip\begin{{minipage}}{{\linewidth}}\footnotesize {said}\end{{minipage}}",
            r"\end{table}",
        ]
    )


def escape(text: str) -> str:
    """Return `text` as LaTeX prints it; a minus before a digit is a true one."""
    safe = "".join(_SPECIAL.get(sign, sign) for sign in text)
    return re.sub(r"(?<![\w)])-(?=\d)", "$-$", safe)


def _rows(table: pd.DataFrame, clean: Callable[[str], str]) -> list[list[str]]:
    head = ["" if table.index.name is None else str(table.index.name), *map(str, table.columns)]
    body = [[str(cell) for cell in row] for row in table.itertuples(name=None)]
    return [[clean(text) for text in row] for row in [head, *body]]


def _aligned(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column == 0 else text.rjust(width)
