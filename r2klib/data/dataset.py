"""`Dataset`: named series with their provenance, frozen, and cut by what was published."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NoReturn, TypeVar

import pandas as pd

from r2klib.data.catalog import Frequency
from r2klib.data.checks import as_day, check
from r2klib.data.own import own_tables
from r2klib.data.provenance import Provenance, Table
from r2klib.data.shelf import Shelf
from r2klib.errors import InputError

Kind = Literal["sample", "snapshot", "user"]
_Shape = TypeVar("_Shape", pd.Series, pd.DataFrame)
_COVERAGE = ["title", "units", "frequency", "first", "last", "rows", "lag_days", "source", "terms"]


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

    kind: Kind
    _shelf: Shelf

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
        vars(self).update(kind=kind, _shelf=Shelf(edition, held, dict(provenance), releases))

    def _view(self, shelf: Shelf) -> Dataset:
        view = Dataset.__new__(Dataset)
        vars(view).update(kind=self.kind, _shelf=shelf)
        return view

    @property
    def edition(self) -> str:
        """The name or id of the edition."""
        return self._shelf.edition

    @property
    def as_of_date(self) -> pd.Timestamp | None:
        """The day of this view; None where it is the whole edition."""
        return self._shelf.day

    @property
    def vintage(self) -> bool:
        """Whether this view shows series with releases as they stood on its day."""
        return self._shelf.vintage

    # ---- one series ---------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Table:
        self._shelf.require(name)
        table = self._shelf.published(name)
        if table.empty:
            self._shelf.not_published(name)
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
        return self._of_shape(name, pd.Series)

    def frame(self, name: str) -> pd.DataFrame:
        """One frame, such as ``"french.factors"``, checked to be a frame; else as `series`."""
        return self._of_shape(name, pd.DataFrame)

    def _of_shape(self, name: str, shape: type[_Shape]) -> _Shape:
        table = self[name]
        if isinstance(table, shape):
            return table
        if isinstance(table, pd.Series):
            raise InputError(
                f"{name!r} is a series, not a frame. Take it with `.series({name!r})`."
            )
        raise InputError(
            f"{name!r} is a frame with the columns {', '.join(map(str, table.columns))}. "
            f"Take one: `.frame({name!r})[{str(table.columns[0])!r}]`."
        )

    def last(self, name: str) -> pd.Timestamp:
        """Return the last stamp held of one series; raises as ``self[name]`` does."""
        _ = self[name]
        return self._shelf.span(name)[1]

    # ---- the mapping --------------------------------------------------------------------------

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.ids)

    def __len__(self) -> int:
        return len(self._shelf.ids)

    def __contains__(self, name: object) -> bool:
        return self._shelf.holds(name)

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
        return MappingProxyType(self._shelf.provenance)

    @property
    def content_hash(self) -> str:
        """sha256 over the ids and data hashes of all held series and `as_of_date`."""
        return self._shelf.content_hash

    @property
    def end(self) -> pd.Timestamp:
        """The last stamp of any held series.

        Raises
        ------
        InputError
            If nothing is held.
        """
        if not len(self):
            raise InputError(f"{self!r} holds no series, so it has no end.")
        return max(self._shelf.span(name)[1] for name in self)

    def coverage(self) -> pd.DataFrame:
        """List what is held, one row per series.

        Returns
        -------
        pandas.DataFrame
            Indexed by series id; columns title, units, frequency, first, last, rows, lag_days,
            source, terms.
        """
        rows = [
            [getattr(source, column) for column in _COVERAGE] for source in self.provenance.values()
        ]
        return pd.DataFrame(rows, index=pd.Index(list(self), name="series"), columns=_COVERAGE)

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
        day = as_day(date)
        if self.as_of_date is not None:
            day = min(day, self.as_of_date)
        return self._view(self._shelf.seen(day, vintage=vintage or self.vintage))

    def basis(self, name: str) -> str:
        """Say what the values of a series are: as published on the day, or revised with a lag.

        Parameters
        ----------
        name : str
            The series id.

        Returns
        -------
        str
            `r2klib.data.vintages.AS_PUBLISHED` or `r2klib.data.vintages.REVISED`; both, with the
            day between them, where the later pulls of a snapshot had no FRED key.

        Raises
        ------
        UnknownName, SeriesMissing
            If it is not here.
        """
        self._shelf.require(name)
        return self._shelf.basis(name)

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
        self._shelf.require(name)
        table = self._shelf.releases_out(name)
        return None if table is None else table.copy()

    def revised(self) -> Dataset:
        """Return the same edition without its releases: today's values, known after their lags.

        Returns
        -------
        Dataset
            What a pull without a FRED key would hold; `releases` is None for every series.
        """
        return self._view(self._shelf.revised())

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
        for name in sorted(leave_out):
            self._shelf.require(name)
        return self._view(self._shelf.without(leave_out))

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
        day = self.as_of_date
        name = f"{self.edition!r}" + ("" if day is None else f" as of {day.date()}")
        if not len(self):
            return f"<Dataset {name}: no series>"
        first = min(self._shelf.span(one)[0] for one in self)
        return f"<Dataset {name}: {len(self)} series, {first.date()} to {self.end.date()}>"

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            table = self.coverage().drop(columns=["terms"]).to_html(escape=True, border=0)
        return f"<p><strong>{html.escape(repr(self).strip('<>'))}</strong></p>\n{table}"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)
