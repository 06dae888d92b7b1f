"""`Dataset`: named series with their provenance, frozen, and cut by what was published."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from numbers import Number
from types import MappingProxyType
from typing import Any, Literal, NoReturn, cast

import pandas as pd

from r2klib.data import catalog
from r2klib.data.catalog import Frequency
from r2klib.data.checks import check
from r2klib.data.own import own_tables
from r2klib.data.provenance import Provenance, Table, span
from r2klib.data.vintages import AS_PUBLISHED, REVISED, known_on
from r2klib.errors import InputError, SeriesMissing, SeriesNotPublished, UnknownName

Kind = Literal["sample", "snapshot", "user"]
_DAY = pd.Timedelta(days=1)


class Dataset(Mapping[str, Table]):
    """A frozen mapping from series id to pandas object, with provenance beside it.

    What is handed out is a copy: changing it changes nothing here.

    Parameters
    ----------
    edition : str
        The name or id of the edition.
    kind : {"sample", "snapshot", "user"}
        What sort of edition it is.
    tables : mapping of str to pandas.Series or pandas.DataFrame
        The data; checked by `r2klib.data.checks.check` and copied.
    provenance : mapping of str to Provenance
        One entry for every table.
    vintages : mapping of str to pandas.DataFrame, optional
        Every release of revised series: columns ``date``, ``published``, ``value``.

    Raises
    ------
    InputError
        If a table cannot be used, or tables and provenance do not name the same series.

    See Also
    --------
    r2klib.data.load : Read an edition.
    Dataset.from_frame : Bring your own data.
    """

    edition: str
    kind: Kind
    as_of_date: pd.Timestamp | None
    vintage: bool

    def __init__(
        self,
        edition: str,
        kind: Kind,
        tables: Mapping[str, Table],
        provenance: Mapping[str, Provenance],
        *,
        vintages: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        if set(tables) != set(provenance):
            odd = sorted(set(tables) ^ set(provenance))
            raise InputError(f"Every series needs data and provenance; these have one only: {odd}.")
        held = {name: check(name, table, provenance[name]) for name, table in tables.items()}
        releases = {name: table.copy() for name, table in (vintages or {}).items()}
        self._fill(edition, kind, held, dict(provenance), None, releases, vintage=False)

    def _fill(
        self,
        edition: str,
        kind: Kind,
        tables: dict[str, Table],
        provenance: dict[str, Provenance],
        as_of_date: pd.Timestamp | None,
        releases: dict[str, pd.DataFrame],
        *,
        vintage: bool,
    ) -> None:
        vars(self).update(
            edition=edition,
            kind=kind,
            as_of_date=as_of_date,
            vintage=vintage,
            _tables=tables,
            _sources=provenance,
            _releases=releases,
            _known={},
        )

    _tables: dict[str, Table]
    _sources: dict[str, Provenance]
    _releases: dict[str, pd.DataFrame]
    _known: dict[str, pd.Series]

    def _view(
        self, tables: dict[str, Table], as_of_date: pd.Timestamp | None, *, vintage: bool
    ) -> Dataset:
        view = Dataset.__new__(Dataset)
        view._fill(
            *(self.edition, self.kind, tables, self._sources, as_of_date, self._releases),
            vintage=vintage,
        )
        return view

    # ---- one series ---------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables:
            self._missing(name)
        table = self._published(name)
        if table.empty:
            self._unpublished(name)
        return table.copy()

    def series(self, name: str) -> pd.Series:
        """One series, checked to be a series.

        Parameters
        ----------
        name : str
            The series id, such as ``"UNRATE"``.

        Returns
        -------
        pandas.Series
            A copy, indexed by date; units in ``.provenance[name].units``. NaN where a value was
            never published.

        Raises
        ------
        UnknownName, SeriesMissing, SeriesNotPublished
            If there is no such series, not in this edition, or not yet at `as_of_date`.
        InputError
            If `name` names a frame.
        """
        table = self[name]
        if isinstance(table, pd.DataFrame):
            raise InputError(
                f"{name!r} is a frame with the columns {', '.join(map(str, table.columns))}. "
                f"Take one: `.frame({name!r})[{str(table.columns[0])!r}]`."
            )
        return table

    def frame(self, name: str) -> pd.DataFrame:
        """One frame, checked to be a frame.

        Parameters
        ----------
        name : str
            The series id, such as ``"french.factors"``.

        Returns
        -------
        pandas.DataFrame
            A copy, indexed by date; units in ``.provenance[name].units``. NaN where a value was
            never published.

        Raises
        ------
        UnknownName, SeriesMissing, SeriesNotPublished
            If there is no such frame, not in this edition, or not yet at `as_of_date`.
        InputError
            If `name` names a series.
        """
        table = self[name]
        if isinstance(table, pd.Series):
            raise InputError(
                f"{name!r} is a series, not a frame. Take it with `.series({name!r})`."
            )
        return table

    def last(self, name: str) -> pd.Timestamp:
        """Return the last stamp held of one series; raises as ``self[name]`` does."""
        return self._span(name, self[name])[1]

    # ---- the mapping --------------------------------------------------------------------------

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(name for name in self._tables if not self._published(name).empty)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, name: object) -> bool:
        return name in self._tables and not self._published(str(name)).empty

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return self.edition == other.edition and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        return hash((self.edition, self.content_hash))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"A Dataset is frozen: {name!r} cannot be set.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"A Dataset is frozen: {name!r} cannot be deleted.")

    # ---- what it holds ------------------------------------------------------------------------

    @property
    def provenance(self) -> Mapping[str, Provenance]:
        """Provenance of every held series, spans and hashes as of `as_of_date`."""
        return MappingProxyType(self._measured)

    @cached_property
    def _measured(self) -> dict[str, Provenance]:
        if self.as_of_date is None:
            return {name: self._sources[name] for name in self._ids}
        return {name: self._sources[name].measured(self._published(name)) for name in self._ids}

    @cached_property
    def content_hash(self) -> str:
        """sha256 over the ids and data hashes of all held series and `as_of_date`."""
        lines = [f"{name} {source.sha256}" for name, source in sorted(self._measured.items())]
        date = "" if self.as_of_date is None else self.as_of_date.date().isoformat()
        return hashlib.sha256("\n".join([*lines, date]).encode()).hexdigest()

    @property
    def end(self) -> pd.Timestamp:
        """The last stamp of any held series.

        Raises
        ------
        InputError
            If nothing is held.
        """
        if not self._ids:
            raise InputError(f"{self!r} holds no series, so it has no end.")
        return max(self._span(name, self._published(name))[1] for name in self._ids)

    def coverage(self) -> pd.DataFrame:
        """List what is held, one row per series.

        Returns
        -------
        pandas.DataFrame
            Indexed by series id; columns title, units, frequency, first, last, rows, lag_days,
            source, terms.
        """
        columns = [
            "title", "units", "frequency", "first", "last", "rows", "lag_days", "source", "terms",
        ]  # fmt: skip
        rows = [
            [getattr(source, column) for column in columns] for source in self._measured.values()
        ]
        return pd.DataFrame(rows, index=pd.Index(self._ids, name="series"), columns=columns)

    # ---- other views --------------------------------------------------------------------------

    def as_of(self, date: Any, *, vintage: bool = False) -> Dataset:
        """Only what had been published by the end of a day.

        A row is published `lag_days` after its stamp, or on the day in its own publication
        column where the series has one (`Provenance.published_in`). Values are those of this
        edition: a series revised later is here as revised, unless `vintage` is set and the
        edition keeps its releases. `basis` says which of the two a series is.

        Parameters
        ----------
        date : date-like
            Anything `pandas.Timestamp` understands, without time zone.
        vintage : bool
            Show series whose releases are kept (snapshots pulled with a FRED key) as they stood
            on that day, first releases and revisions until then.

        Returns
        -------
        Dataset
            A view with `as_of_date` set; a view of a view keeps the earlier date. A series of
            which nothing was published yet is not in it and raises `SeriesNotPublished`.

        Raises
        ------
        InputError
            If `date` is no date or carries a time zone.
        """
        day = _day(date)
        if self.as_of_date is not None:
            day = min(day, self.as_of_date)
        return self._view(self._tables, day, vintage=vintage or self.vintage)

    def basis(self, name: str) -> str:
        """Say what the values of a series are: as published on the day, or revised with a lag.

        Parameters
        ----------
        name : str
            The series id.

        Returns
        -------
        str
            `r2klib.data.vintages.AS_PUBLISHED` or `r2klib.data.vintages.REVISED`.

        Raises
        ------
        UnknownName, SeriesMissing
            If it is not here.
        """
        if name not in self._tables:
            self._missing(name)
        return AS_PUBLISHED if self._as_published(name) else REVISED

    def releases(self, name: str) -> pd.DataFrame | None:
        """Every release of a series that was out by `as_of_date`.

        Parameters
        ----------
        name : str
            The series id.

        Returns
        -------
        pandas.DataFrame or None
            Columns ``date`` (the period's end), ``published`` and ``value``; None where the
            edition keeps no releases of the series. `r2klib.data.vintages.first_releases` takes
            the first of each period.

        Raises
        ------
        UnknownName, SeriesMissing
            If the series is not here.
        """
        if name not in self._tables:
            self._missing(name)
        table = self._releases.get(name)
        if table is None or self.as_of_date is None:
            return None if table is None else table.copy()
        return table[table["published"] <= self.as_of_date].copy()

    def without(self, ids: Iterable[str]) -> Dataset:
        """Return the same edition with some series missing.

        Parameters
        ----------
        ids : str or iterable of str
            What to leave out; each must be held.

        Returns
        -------
        Dataset

        Raises
        ------
        UnknownName, SeriesMissing
            If one of them is not here.
        """
        leave_out = {ids} if isinstance(ids, str) else set(ids)
        for name in sorted(leave_out - set(self._tables)):
            self._missing(name)
        kept = {name: table for name, table in self._tables.items() if name not in leave_out}
        return self._view(kept, self.as_of_date, vintage=self.vintage)

    @classmethod
    def from_frame(
        cls,
        data: Table | Mapping[str, Table],
        *,
        units: str | Mapping[str, str],
        frequency: Frequency | Mapping[str, Frequency],
        lag_days: int | Mapping[str, int],
        name: str = "user",
        source: str = "user",
    ) -> Dataset:
        """Make an edition of your own data.

        Parameters
        ----------
        data : pandas.DataFrame, pandas.Series, or mapping of str to either
            Every column of a DataFrame becomes a series of its own, without the missing values
            at its ends; the entries of a mapping stay as they are. The index must be dates:
            increasing, unique, without time zone, monthly and quarterly data at the period's end.
        units : str or mapping of str to str
            Units in words, for all series or each; returns are decimals.
        frequency : str or mapping of str to str
            "daily", "weekly", "monthly", "quarterly" or "irregular", for all series or each.
        lag_days : int or mapping of str to int
            Days from the end of a period until its value is published, for all series or each:
            0 for market prices. This is what keeps a test from looking ahead.
        name : str
            The edition's name.
        source : str
            Where the data come from.

        Returns
        -------
        Dataset
            Of kind ``"user"``.

        Raises
        ------
        InputError
            If a table cannot be used: the message says which, why and how to mend it.
        """
        tables, provenance = own_tables(data, units, frequency, lag_days, source)
        return cls(name, "user", tables, provenance)

    # ---- how it shows itself ------------------------------------------------------------------

    def __repr__(self) -> str:
        if not self._ids:
            return f"<Dataset {self.edition!r}{self._cut_words}: no series>"
        first = min(self._span(name, self._published(name))[0] for name in self._ids)
        return (
            f"<Dataset {self.edition!r}{self._cut_words}: {len(self)} series, "
            f"{first.date()} to {self.end.date()}>"
        )

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            table = self.coverage().drop(columns=["terms"]).to_html(escape=True, border=0)
        return f"<p><strong>{html.escape(repr(self).strip('<>'))}</strong></p>\n{table}"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    @property
    def _cut_words(self) -> str:
        return "" if self.as_of_date is None else f" as of {self.as_of_date.date()}"

    # ---- inner parts --------------------------------------------------------------------------

    def _published(self, name: str) -> Table:
        """Return the rows out by the end of `as_of_date`, not copied."""
        table, source = self._tables[name], self._sources[name]
        if self.as_of_date is None:
            return table
        if self._as_published(name):
            if name not in self._known:
                known = known_on(self._releases[name], self.as_of_date, source.lag_days)
                self._known[name] = known.rename(name)
            return self._known[name]
        too_late = self.as_of_date - source.lag_days * _DAY + _DAY
        if source.published_in is not None:
            return table.loc[table[source.published_in] < too_late]
        return table.iloc[: table.index.searchsorted(too_late)]

    def _as_published(self, name: str) -> bool:
        return self.vintage and self.as_of_date is not None and name in self._releases

    def _span(self, name: str, table: Table) -> tuple[pd.Timestamp, pd.Timestamp]:
        source = self._sources[name]
        return span(table, source.published_in if source.frequency == "table" else None)

    def _missing(self, name: str) -> NoReturn:
        if name in catalog.series():
            raise SeriesMissing(name, self.edition)
        known = dict.fromkeys([*self._tables, *catalog.series()])
        raise UnknownName(
            "series", str(name), known, "`.coverage()` or `r2klib.data.catalog.series()`"
        )

    def _unpublished(self, name: str) -> NoReturn:
        table, source = self._tables[name], self._sources[name]
        stamp = span(table, source.published_in)[0] + source.lag_days * _DAY
        assert self.as_of_date is not None
        raise SeriesNotPublished(name, self.edition, str(self.as_of_date.date()), str(stamp.date()))


def _day(date: Any) -> pd.Timestamp:
    advice = f"`date` must be a date without time zone, such as '2016-12-31', not {date!r}."
    if isinstance(date, Number):  # pandas would count nanoseconds: 2016 means 1970-01-01
        raise InputError(advice)
    try:
        stamp: Any = pd.Timestamp(date)
    except (TypeError, ValueError) as error:
        raise InputError(advice) from error
    if stamp is pd.NaT or stamp.tzinfo is not None:
        raise InputError(advice)
    return cast("pd.Timestamp", stamp.normalize().as_unit("us"))
