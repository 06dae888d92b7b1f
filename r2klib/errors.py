"""Errors that say what was expected, what came, and what to do next.

Every error a user can cause derives from `R2kError`; the command line prints its message and
exits with its `exit_status`, never with a traceback. Errors about arguments are `ValueError`s or
`KeyError`s too, so they behave as Python users expect.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

#: 3/4/2024 or 31.12.24: pandas takes the first number for the month where it can.
_NO_YEAR_FIRST = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d\d)\b.*", re.DOTALL)


class R2kError(Exception):
    """Base class of every error that r2klib raises on purpose."""

    #: Exit status of the command line for this error.
    exit_status = 1


class InputError(R2kError, ValueError):
    """An argument cannot be used: the message names it, what was expected and what came."""

    exit_status = 2


class UnknownName(R2kError, KeyError):
    """A name (edition, series, claim, model, page) that does not exist.

    Parameters
    ----------
    kind : str
        What is named, in the user's words: ``"series"``, ``"claim"``, ...
    name : str
        The name that was asked for.
    known : iterable of str
        The names that exist; the close ones are offered.
    how_to_list : str, optional
        How to see all of them, as a command or a call; without it the message lists them.
    """

    exit_status = 2

    def __init__(
        self, kind: str, name: str, known: Iterable[str], how_to_list: str | None = None
    ) -> None:
        self.kind, self.name, known = kind, name, list(known)
        self.matches = close_matches(str(name), known)
        hint = f" Did you mean {listing(map(repr, self.matches), 'or')}?" if self.matches else ""
        named = f"Expected {listing(known, 'or')}."
        every = named if how_to_list is None else f"List them with {how_to_list}."
        self.message = f"There is no {kind} {name!r}.{hint} {every}"
        super().__init__(self.message)

    def __str__(self) -> str:  # KeyError would print the repr of its argument
        return self.message


class SeriesMissing(R2kError, KeyError):
    """A series that the catalog knows is not in this edition."""

    def __init__(self, series: str, edition: str, advice: str = "") -> None:
        self.series, self.edition = series, edition
        self.message = (
            f"The series {series!r} is in the catalog but not in edition {edition!r}. "
            f"{advice or '`r2klib.load(...).coverage()` lists what the edition holds.'}"
        )
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


def listing(names: Iterable[object], joined_by: str = "and") -> str:
    """``a``, ``a and b`` or ``a, b and c``; empty for no names."""
    *first, last = [str(name) for name in names] or [""]
    return f"{', '.join(first)} {joined_by} {last}" if first else last


def check_day_is_plain(date: object, name: str) -> None:
    """Raise `InputError` where the argument `name` is a text that may be two days."""
    if isinstance(date, str) and _NO_YEAR_FIRST.fullmatch(date):
        raise InputError(
            f"`{name}` is {date!r}: it does not show whether the day or the month is first. "
            "Write it as 2024-03-31."
        )


def check_of_pandas(value: object, name: str) -> None:
    """Raise `InputError` for a table of polars' or pyarrow's, whose dates would count as numbers.

    Tables of pandas pass, and all that is no table.
    """
    if hasattr(value, "to_pandas"):
        raise InputError(
            f"`{name}` is a {type(value).__name__} of {type(value).__module__.split('.')[0]}. Pass "
            f"`{name}.to_pandas()` with its dates as the index."
        )


def close_matches(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Names in `known` that look like `name`, best first, whatever their case."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    lowered = name.lower()
    found = difflib.get_close_matches(lowered, by_lower, n=most, cutoff=0.6)
    inside = [low for low in by_lower if lowered and lowered in low and low not in found]
    return [by_lower[low] for low in [*found, *sorted(inside, key=len)][:most]]


class SeriesNotPublished(SeriesMissing):
    """A series of this edition of which nothing had been published by the date of the view."""

    def __init__(self, series: str, edition: str, date: str, first_published: str) -> None:
        super().__init__(series, edition)
        self.message = (
            f"Nothing of the series {series!r} had been published by {date}: in edition "
            f"{edition!r} its first value came out on {first_published}. Take a later date."
        )
        self.args = (self.message,)


class SchemaChanged(R2kError):
    """A source delivers something else than this version of r2klib can read.

    Parameters
    ----------
    source : str
        The file, table or address that changed.
    expected, came : str
        What was expected and what was found.
    advice : str
        What to do next, as a sentence.
    """

    def __init__(self, source: str, expected: str, came: str, advice: str) -> None:
        self.source, self.expected, self.came = source, expected, came
        super().__init__(f"{source} has changed: expected {expected}, found {came}. {advice}")


class SnapshotCorrupt(R2kError):
    """A stored file is not what was written: its hash, span or columns differ from the record.

    Parameters
    ----------
    path : str
        The file.
    problem : str
        What differs, as a clause.
    advice : str
        What to do next, as a sentence.
    """

    def __init__(self, path: str, problem: str, advice: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path} cannot be trusted: {problem}. {advice}")


class SourceUnavailable(R2kError):
    """A source did not give what was asked of it; nothing of it was kept.

    Parameters
    ----------
    source : str
        The host or service, in the user's words.
    reason : str
        What came instead, as a clause.
    advice : str
        What to do next, as a sentence.
    unreachable : bool
        True where the host did not answer at all or asked to be left alone, so that its other
        series are not worth asking for now.
    """

    def __init__(self, source: str, reason: str, advice: str, *, unreachable: bool = False) -> None:
        self.source, self.reason, self.unreachable = source, reason, unreachable
        super().__init__(f"{source}: {reason}. {advice}")


class CannotWrite(R2kError):
    """A snapshot could not be written: the disk, the folder or another pull stands in the way."""


class CannotRead(R2kError):
    """A folder or file of the user's cannot be entered or read: it is not theirs, or locked."""
