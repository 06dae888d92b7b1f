"""What an edition holds and, in a view of a past day, what of it had been published by then."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import pandas as pd

from r2klib.data import catalog
from r2klib.data.provenance import Provenance, Table, digest, span, stamps
from r2klib.data.vintages import AS_PUBLISHED, REVISED, known_on, publication_days
from r2klib.errors import InputError, SeriesMissing, SeriesNotPublished, UnknownName

_DAY = pd.Timedelta(days=1)
#: What a test may read of a series beside its data.
_SAID = (
    *("source", "units", "frequency", "lag_days"),
    *("published_in", "releases_until", "late", "born"),
)
#: Added to the name of an edition, and said of a series, that is not as its source gave it.
_MARK, _REPLACED = ", with replaced series", "Replaced: not as the source gave it."


@dataclass(frozen=True, eq=False)
class Shelf:
    """The tables of an edition behind a `Dataset`; nothing here is copied on the way out."""

    edition: str  # its name, for messages
    tables: Mapping[str, Table]  # all rows, whatever the day
    sources: Mapping[str, Provenance]
    releases: Mapping[str, pd.DataFrame]  # every one: columns ``date``, ``published``, ``value``
    day: pd.Timestamp | None = None  # only what was out by its end; None for everything
    vintage: bool = False  # whether series with releases show the values of that day, not today's
    _cut: dict[str, Table] = field(default_factory=dict, init=False, repr=False)
    _seen: dict[str, Provenance] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Series of which something was out."""
        return tuple(name for name in self.tables if self.holds(name))

    def holds(self, name: object) -> bool:
        """Whether anything of a series was out."""
        return name in self.tables and not self.published(str(name)).empty

    def published(self, name: str) -> Table:
        """Rows of a series that were out by the end of `day`; empty where none was."""
        if self.day is None:
            return self.tables[name]
        if name not in self._cut:
            self._cut[name] = self._out(name, self.day)
        return self._cut[name]

    def as_published(self, name: str) -> bool:
        """Whether a series shows the values of the day rather than today's."""
        return self.vintage and self.day is not None and name in self.releases

    def basis(self, name: str) -> str:
        """Say what the values of a series are; see `Dataset.basis`."""
        if not self.as_published(name):
            return REVISED
        until = self.sources[name].releases_until
        assert self.day is not None
        if until is None or self.day <= pd.Timestamp(until):
            return AS_PUBLISHED
        return f"{AS_PUBLISHED}; after {until} {REVISED}"

    def _out(self, name: str, day: pd.Timestamp) -> Table:
        """Return the values of what was out: those of the day, or today's."""
        table, source = self.tables[name], self.sources[name]
        if self.as_published(name):
            return known_on(self.releases[name], day, source.publication).rename(name)
        if source.published_in is not None:
            too_late = day - source.lag_days * _DAY + _DAY
            return table.loc[table[source.published_in] < too_late]
        out = source.publication.days(table.index)
        return table.iloc[: out.searchsorted(day, side="right")]

    def releases_out(self, name: str) -> pd.DataFrame | None:
        """Every release of a series that was out by `day`; None where none are kept."""
        table = self.releases.get(name)
        if table is None or self.day is None:
            return table
        return table[publication_days(table, self.sources[name].publication) <= self.day]

    def span(self, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last stamp that was out."""
        return span(self.published(name), self.sources[name])

    @property
    def provenance(self) -> Mapping[str, Provenance]:
        """Provenance of every held series, spans and hashes of what was out."""
        return _Measured(self)

    def measured(self, name: str) -> Provenance:
        """Provenance of one held series; hashing what was out by a day takes its time, once."""
        if self.day is None:
            return self.sources[name]
        if name not in self._seen:
            self._seen[name] = self.sources[name].measured(self.published(name))
        return self._seen[name]

    @cached_property
    def content_hash(self) -> str:
        """sha256 over the ids and data hashes of all held series and their releases, and `day`."""
        lines = [f"{name} {source.sha256}" for name, source in sorted(self.provenance.items())]
        for name in sorted(set(self.releases) & set(self.ids)):
            out = self.releases_out(name)
            assert out is not None
            lines.append(f"releases of {name} {digest(out.reset_index(drop=True))}")
        date = "" if self.day is None else self.day.date().isoformat()
        return hashlib.sha256("\n".join([*lines, date]).encode()).hexdigest()

    def fingerprint(self, kind: str) -> str:
        """sha256 over `content_hash`, the kind of edition, and what is said of each series."""
        lines = [self.content_hash, kind, str(self.vintage)]
        for name, source in sorted(self.provenance.items()):
            lines.append(f"{name} {[getattr(source, field) for field in _SAID]}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def replaced(self, tables: Mapping[str, Table]) -> Shelf:
        """Return the same with some tables in place of its own, and without their releases."""
        sources = {}
        for name, table in tables.items():
            source = self.sources[name].measured(table)
            notes = tuple(dict.fromkeys((*source.notes, _REPLACED)))
            sources[name] = dataclasses.replace(source, notes=notes)
        return dataclasses.replace(
            self,
            edition=f"{self.edition.removesuffix(_MARK)}{_MARK}",
            tables={**self.tables, **tables},
            sources={**self.sources, **sources},
            releases={name: r for name, r in self.releases.items() if name not in tables},
        )

    def between(self, first: pd.Timestamp, last: pd.Timestamp, edition: str) -> Shelf:
        """Return the rows stamped from the day `first` to the day `last`, under a new name."""
        tables, releases = {}, {}
        for name, table in self.tables.items():
            days = stamps(table, self.sources[name]).normalize()
            kept = table[(days >= first) & (days <= last)]
            if kept.notna().to_numpy().any():
                tables[name] = kept
        for name, table in self.releases.items():
            out = table[table["date"].between(first, last)]
            if name in tables and len(out):
                releases[name] = out
        sources = {name: self.sources[name].measured(table) for name, table in tables.items()}
        return dataclasses.replace(
            self, edition=edition, tables=tables, sources=sources, releases=releases
        )

    # ---- what is not there --------------------------------------------------------------------

    def require(self, name: object) -> None:
        """Raise UnknownName or SeriesMissing unless the edition has the series."""
        if isinstance(name, list | tuple | set):
            raise InputError(
                "Series are taken one at a time, by their ids. Several of them side by side: "
                f"`pandas.DataFrame({{name: data[name] for name in {name!r}}})`."
            )
        if name in self.tables:
            return
        if name in catalog.series():
            sample = self.edition.startswith("sample")
            raise SeriesMissing(
                str(name), self.edition, catalog.how_to_get([str(name)]) if sample else ""
            )
        known = dict.fromkeys([*self.tables, *catalog.series()])
        raise UnknownName(
            "series", str(name), known, "`.coverage()` or `r2klib.data.catalog.series()`"
        )

    def not_published(self, name: str) -> NoReturn:
        """Raise SeriesNotPublished, with the day on which the first value came out."""
        source = self.sources[name]
        if self.as_published(name):
            first = publication_days(self.releases[name], source.publication).min()
        elif source.published_in is not None:
            first = self.tables[name][source.published_in].min() + source.lag_days * _DAY
        else:
            first = source.publication.days(self.tables[name].index[:1])[0]
        assert self.day is not None
        raise SeriesNotPublished(name, self.edition, str(self.day.date()), str(first.date()))


class _Measured(Mapping[str, Provenance]):
    """The provenance of a shelf, each series measured when it is asked for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __getitem__(self, name: str) -> Provenance:
        if not self._shelf.holds(name):
            raise KeyError(name)
        return self._shelf.measured(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.ids)

    def __len__(self) -> int:
        return len(self._shelf.ids)

    def __repr__(self) -> str:
        return repr(dict(self))
