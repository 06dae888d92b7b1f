"""The catalog: one row for every series r2klib knows, whichever edition holds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from r2klib.data.publication import Publication
from r2klib.errors import UnknownName

Frequency = Literal["daily", "weekly", "monthly", "quarterly", "irregular", "table"]
What = Literal["series", "frame"]


@dataclass(frozen=True)
class Origin:
    """Where one kind of edition takes a series from."""

    source: str  # a package or a site: ``"arch"``, ``"fred"``, ``"yahoo"``, ...
    code: str  # the name there: a file, a series code, a ticker, a table
    #: What this origin delivers; empty for a series, or where it depends on the edition.
    columns: tuple[str, ...] = ()
    get: str = ""  # the command that installs the package, where it is no dependency of r2klib


@dataclass(frozen=True)
class SeriesInfo:
    """What is known of a series before any edition is read; see `Provenance` for what it shares.

    Attributes
    ----------
    id : str
        The name in every edition.
    frequency : str
        ``"daily"``, ``"weekly"``, ``"monthly"``, ``"quarterly"`` (stamped at the period's end),
        ``"irregular"`` (stamped at the event) or ``"table"`` (a list of one date, without dates
        in its rows).
    lag_days : int
        Days from the end of the period to publication, the later day where practice varied.
    publisher : str
        Whose figures they are, as a caption names them.
    what : str
        ``"series"`` or ``"frame"``.
    columns : tuple of str
        Columns of a frame in live editions; empty where they depend on the edition.
    published_in : str or None
        The column with each row's own day of publication, which then rules over its stamp.
    vintages : bool
        Whether a pull with a FRED key keeps every release: series that the ledger predicts with.
    discontinued : bool
        Whether the source ended it: an old last date is then no sign of trouble.
    ageless : bool
        Whether a state may rest on it however long ago it ends, as on the books of past years.
    sample, live : Origin or None
        Where the sample edition and snapshots take it from; None where they do not hold it.
    """

    id: str
    title: str
    units: str
    frequency: Frequency
    lag_days: int
    terms: str
    publisher: str = ""
    what: What = "series"
    columns: tuple[str, ...] = ()
    published_in: str | None = None
    vintages: bool = False
    discontinued: bool = False
    ageless: bool = False
    late: tuple[tuple[str, str], ...] = ()
    born: str | None = None
    sample: Origin | None = None
    live: Origin | None = None
    notes: tuple[str, ...] = ()

    @property
    def publication(self) -> Publication:
        """When its periods came out."""
        return Publication(self.lag_days, self.late, self.born)


@dataclass(frozen=True)
class Late:
    """Figures that came out later than by rule."""

    series: tuple[str, ...]
    period: str  # its end, an ISO date
    out: str  # the day of publication, an ISO date
    source: str  # who says so


@cache
def late() -> tuple[Late, ...]:
    """What shutdowns of the government made late, in order."""
    return tuple(
        Late(tuple(row["series"]), row["period"], row["out"], row["source"])
        for row in _file()["late"]
    )


@cache
def _file() -> dict[str, Any]:
    text = resources.files("r2klib.data").joinpath("catalog.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def series() -> Mapping[str, SeriesInfo]:
    """Every row of the catalog by id, in the file's order.

    Returns
    -------
    Mapping of str to SeriesInfo
        Read-only, read once per process.
    """
    file = _file()
    return MappingProxyType({name: _info(name, row, file) for name, row in file["series"].items()})


def get(name: str) -> SeriesInfo:
    """One row of the catalog.

    Parameters
    ----------
    name : str
        Such as ``"UNRATE"``, ``"^RUT"`` or ``"french.factors"``.

    Returns
    -------
    SeriesInfo

    Raises
    ------
    UnknownName
        If the catalog has no such series; close names are offered.
    """
    known = series()
    if name not in known:
        raise UnknownName("series", name, known, "`r2klib.data.catalog.series()`")
    return known[name]


def carriers() -> Mapping[str, str]:
    """Sources that pass on what others publish, by the name a caption gives them."""
    return MappingProxyType(_file()["carriers"])


def publishers() -> Mapping[str, str]:
    """Whose figures there are, by the keys of their terms; some sources have the same name."""
    return MappingProxyType(_file()["publishers"])


def how_to_get(ids: Iterable[str]) -> str:
    """How to get what the sample edition lacks of some series, as sentences; empty if it cannot."""
    known = (series().get(name) for name in ids)
    origins = (info.sample for info in known if info is not None)
    commands = dict.fromkeys(origin.get for origin in origins if origin is not None)
    return " ".join(f"`{command}` brings it to the sample." for command in commands if command)


def _info(name: str, row: dict[str, Any], file: dict[str, Any]) -> SeriesInfo:
    lists, columns = file["columns"], row.get("columns")
    origins = {kind: _origin(row, kind, lists) for kind in ("sample", "live")}
    fields = row | origins
    fields["terms"] = file["terms"][row["terms"]]
    fields["publisher"] = file["publishers"][row["terms"]]
    fields["columns"] = tuple(lists[columns]) if columns else ()
    birth = file["births"].get(name)
    fields["born"] = birth and birth["day"]
    fields["late"] = tuple(
        (release.period, release.out) for release in late() if name in release.series
    )
    fields["notes"] = (*file["notes"].get(name, ()), *([birth["source"]] if birth else []))
    return SeriesInfo(id=name, **fields)


def _origin(row: dict[str, Any], kind: str, lists: dict[str, list[str]]) -> Origin | None:
    origin = row.get(kind)
    if origin is None:
        return None
    columns = origin.get("columns", row.get("columns"))
    delivered = tuple(lists[columns]) if columns else ()
    return Origin(origin["source"], origin["code"], delivered, origin.get("get", ""))
