"""How every result of `r2klib.stats` shows itself: as text, HTML, Markdown, LaTeX, plain data."""

from __future__ import annotations

import html
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import fields
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from r2klib.stats import _html
from r2klib.stats._inputs import LEVEL, shown
from r2klib.stats.chance import probability

#: A table of more rows is cut in what is shown, to its first and last ones.
MOST_ROWS, CUT_TO = 30, 20
#: What statsmodels calls them: understood of every result that has the like.
ALIASES = {
    "bse": "std_errors",
    "tvalues": "tstats",
    "resid": "resids",
    "fittedvalues": "fitted",
    "conf_int": "interval",  # of laws
}
#: What LaTeX would read as an instruction.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


class Result(ABC):
    """Base of the frozen results: one table, a few facts beside it, the ways to show them.

    Nothing shown depends on the clock, on memory addresses or on the terminal.
    """

    @property
    @abstractmethod
    def title(self) -> str:
        """What was estimated, in a few words."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, str]:
        """What a reader must know beside the numbers: sample, method, null."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the numbers as one labelled table."""

    #: What `to_dict` gives beside what a base gives: attributes, in a string as a namedtuple's are.
    _json = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data that `json.dumps` takes as it is, without its draws."""
        kinds = reversed(type(self).__mro__)
        names = " ".join(vars(kind).get("_json", "") for kind in kinds).split()
        return {name: plain(getattr(self, name)) for name in names}

    def summary(self) -> str:
        """Return the result as a text table."""
        width = max(len(name) for name in self.facts)
        facts = [f"{name:<{width}}  {text}" for name, text in self.facts.items()]
        table = self._table()
        long = len(table) > MOST_ROWS
        text = table.to_string(max_rows=MOST_ROWS, min_rows=CUT_TO, show_dimensions=long)
        return "\n".join([self.title, "", text, "", *facts])

    def to_markdown(self) -> str:
        """Return the table that `summary` shows as Markdown, whole."""
        return markdown(self._table())

    def to_latex(self) -> str:
        """Return the table that `summary` shows as LaTeX, whole; it needs the package booktabs."""
        return latex(self._table(), self.title, self.facts)

    @property
    def _level(self) -> float:
        """Of the intervals in `to_frame`."""
        return LEVEL

    def _shown(self) -> pd.DataFrame:
        """The table that is shown."""
        return self.to_frame()

    def _table(self) -> pd.DataFrame:
        """The table that is shown, its cells text."""
        return in_text(self._shown())

    if not TYPE_CHECKING:  # or every misspelt attribute would pass as Any

        def __getattribute__(self, name: str) -> Any:
            """Hand out tables that may be changed without changing the result, arrays to read."""
            value = super().__getattribute__(name)
            if name not in super().__getattribute__("__dict__"):
                return value  # made anew
            if isinstance(value, pd.DataFrame | pd.Series):
                return value.copy(deep=False)  # pandas copies what is then written to
            if isinstance(value, np.ndarray) and value.flags.writeable:
                value = value.view()
                value.flags.writeable = False
            return value

        def __getattr__(self, name: str) -> Any:
            """Understand the names of statsmodels."""
            if name in ALIASES and hasattr(self, ALIASES[name]):
                return getattr(self, ALIASES[name])
            said = f"{type(self).__name__} has no attribute {name!r}"
            # With name and object Python guesses the right one.
            raise AttributeError(said, name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        """Whether the other is such a result of the same numbers: a copy, or estimated again."""
        if type(self) is not type(other):
            return NotImplemented
        names = [field.name for field in fields(cast("Any", self)) if field.compare]
        return all(_equal(getattr(self, name), getattr(other, name)) for name in names)

    def __hash__(self) -> int:
        return hash((type(self), self.title))

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        facts = "".join(
            f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>"
            for name, text in self.facts.items()
        )
        table = self._shown()
        if long := len(table) > MOST_ROWS:
            table = pd.concat([table.head(CUT_TO // 2), table.tail(CUT_TO // 2)])
        note = f"<p>First and last {CUT_TO // 2} rows; all are in <code>to_frame()</code>.</p>\n"
        return (
            f"{_html.table(table, self.title, self._level)}\n{note if long else ''}<dl>{facts}</dl>"
        )


def _equal(one: Any, other: Any) -> bool:
    """Whether two fields are the same; NaN equals NaN."""
    if isinstance(one, pd.DataFrame | pd.Series):
        return bool(one.equals(other))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return bool(one == other)


def plain(value: Any) -> Any:
    """Turn numpy, pandas and non-finite values into what JSON knows (NaN and NaT become None)."""
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict(orient="index"))
    if isinstance(value, dict | pd.Series):
        return {str(label): plain(item) for label, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, str | int):
        return value
    return str(value)


def in_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Format a table: t to 2 decimals, p to 4, other numbers to 5 digits, a date as a day."""
    rules = {"tstat": "{:.2f}".format, "pvalue": lambda value: probability(value, ".4f")}

    def text(value: object) -> str:
        return f"{value:.5g}" if isinstance(value, Real) else shown(value)

    columns = {
        name: [rules.get(str(name), text)(value) for value in frame[name]] for name in frame.columns
    }
    return pd.DataFrame(columns, index=frame.index)


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
