"""`Dataset`: named series with their provenance, frozen, and cut by what was published."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NoReturn, TypeVar

import pandas as pd

from r2klib.data.catalog import Frequency
from r2klib.data.checks import as_day, check
from r2klib.data.factors import factors
from r2klib.data.own import own_tables
from r2klib.data.provenance import Provenance, Table
from r2klib.data.shelf import Shelf
from r2klib.errors import InputError

DatasetKind = Literal["sample", "snapshot", "user"]
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
        One entry for every table. Span, rows and hash are measured anew, so that of the data a
        table was cut or made from will do.
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

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> data.as_of("2009-11-15").last("UNRATE").strftime("%Y-%m")
    '2009-10'
    >>> own = r2klib.Dataset.from_frame(
    ...     data.frame("french.factors"), units="decimals", frequency="monthly", lag_days=0
    ... )
    >>> list(own)
    ['Mkt-RF', 'SMB', 'HML', 'RF']
    """

    kind: DatasetKind
    _shelf: Shelf

    def __init__(
        self,
        edition: str,
        kind: DatasetKind,
        tables: Mapping[str, Table],
        provenance: Mapping[str, Provenance],
        *,
        vintages: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        if set(tables) != set(provenance):
            odd = sorted(set(tables) ^ set(provenance))
            raise InputError(f"Every series needs data and provenance; these have one only: {odd}.")
        held = {name: check(name, table, provenance[name]) for name, table in tables.items()}
        sources = {name: provenance[name].measured(table) for name, table in held.items()}
        releases = {name: table.copy() for name, table in (vintages or {}).items()}
        vars(self).update(kind=kind, _shelf=Shelf(edition, held, sources, releases))

    @classmethod
    def _described(
        cls,
        edition: str,
        kind: DatasetKind,
        tables: Mapping[str, Table],
        provenance: Mapping[str, Provenance],
        releases: Mapping[str, pd.DataFrame],
    ) -> Dataset:
        """Hold tables of which their reader knows the hashes; to hash them again takes long."""
        held = {name: check(name, table, provenance[name]) for name, table in tables.items()}
        made = cls.__new__(cls)
        vars(made).update(kind=kind, _shelf=Shelf(edition, held, provenance, releases))
        return made

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

    def factors(self, model: str | Sequence[str] = "ff3") -> pd.DataFrame:
        """The factors of a model, and the bill's return, as one frame.

        Parameters
        ----------
        model : {"capm", "ff3", "carhart", "ff5", "ff6", "qmj"} or list of factors
            As `r2klib.MODELS` names them. SMB is that of the five-factor file where RMW or CMA
            are wanted too, else that of the three-factor file; "qmj" is "carhart" with AQR's
            quality minus junk.

        Returns
        -------
        pandas.DataFrame
            Monthly returns at month ends, decimals; the model's columns in its order, then RF.
            Only months of which every factor is held: nothing is missing.

        Raises
        ------
        UnknownName
            If there is no such model or factor.
        InputError
            If this edition lacks a factor; the message names it, and the models that are held.

        Examples
        --------
        >>> r2klib.load("sample").factors("carhart").columns.tolist()
        ['Mkt-RF', 'SMB', 'HML', 'Mom', 'RF']
        """
        return factors(self, self.edition, model)

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
        return self.edition == other.edition and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash((self.edition, self.fingerprint))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"A Dataset is frozen: {name!r} cannot be set.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"A Dataset is frozen: {name!r} cannot be deleted.")

    # ---- what it holds ------------------------------------------------------------------------

    @property
    def provenance(self) -> Mapping[str, Provenance]:
        """Provenance of every held series, spans and hashes as of `as_of_date`."""
        return self._shelf.provenance

    @property
    def content_hash(self) -> str:
        """sha256 over the data of all held series, their ids and releases, and `as_of_date`."""
        return self._shelf.content_hash

    @property
    def fingerprint(self) -> str:
        """sha256 over all that an answer can rest on: content, kind, what is said of each series.

        Two datasets are equal where this and `edition` are.
        """
        return self._shelf.fingerprint(self.kind)

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
            Anything `pandas.Timestamp` understands, without time zone; ``"2009-03"`` is the first
            of March. Text that may be two days, such as 03/04/2009, is refused.
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
        return self._view(replace(self._shelf, day=day, vintage=vintage or self.vintage))

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
        return self._view(replace(self._shelf, releases={}, vintage=False))

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
        kept = {name: table for name, table in self._shelf.tables.items() if name not in leave_out}
        return self._view(replace(self._shelf, tables=kept))

    def since(self, date: Any) -> Dataset:
        """Only rows stamped on a day or later; as `between` without a last day.

        Parameters
        ----------
        date : date-like
            The first day; ``"1990"`` is the first of January.

        Returns
        -------
        Dataset
            Named after its window: ``"sample since 1990-01-01"``.

        Raises
        ------
        InputError
            If `date` is no date, or nothing is left.
        """
        day = as_day(date)
        return self._cut(day, pd.Timestamp.max, f"since {day.date()}")

    def between(self, first: Any, last: Any) -> Dataset:
        """Only rows stamped on a day of a window, its first and last day included.

        A row without a date in the index, as of a fund's holdings, counts by its publication
        column. Releases go with the periods they are of. A test that looks back, as a z-score or
        a 12-month change does, has nothing to look back on before the window.

        Parameters
        ----------
        first, last : date-like
            ``"1990"`` is the first of January; a year's end is ``"1990-12-31"``.

        Returns
        -------
        Dataset
            Of this kind, so that the same claims can be asked of it. A series without a value in
            the window is not in it.

        Raises
        ------
        InputError
            If one is no date, `first` is the later, or nothing is left.
        """
        start, end = as_day(first, "first"), as_day(last, "last")
        if start > end:
            raise InputError(
                f"The window ends {end.date()}, before it begins {start.date()}. Turn it round: "
                f"`.between('{end.date()}', '{start.date()}')`."
            )
        return self._cut(start, end, f"from {start.date()} to {end.date()}")

    def _cut(self, first: pd.Timestamp, last: pd.Timestamp, window: str) -> Dataset:
        cut = self._shelf.between(first, last, f"{self.edition} {window}")
        if not cut.ids:
            raise InputError(f"Nothing is left of {self!r} {window}.")
        return self._view(cut)

    def replaced(self, tables: Mapping[str, Table] | None = None, /, **named: Table) -> Dataset:
        """Return the edition with tables of your own in place of some of its series.

        Parameters
        ----------
        tables : mapping of str to pandas.Series or pandas.DataFrame, optional
            By series id, such as ``{"^GSPC": frame}``; each must be held.
        **named
            The same for ids that are Python names: ``UNRATE=series``.

        Returns
        -------
        Dataset
            Of this kind, its edition marked. The provenance is measured anew, its notes say that
            the series was replaced, and releases of it are gone.

        Raises
        ------
        UnknownName, SeriesMissing
            If one of them is not here.
        InputError
            If a table does not fit what is said of its series; see `r2klib.data.checks.check`.
        """
        new = {}
        for name, table in {**(tables or {}), **named}.items():
            self._shelf.require(name)
            kind = type(self._shelf.tables[name])
            if not isinstance(table, kind):
                said = f"expected a {kind.__name__}, as it is, not a {type(table).__name__}"
                raise InputError(f"{name}: {said}.")
            new[name] = check(name, table, self._shelf.sources[name])
        return self._view(self._shelf.replaced(new))

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
            increasing, unique, without time zone, monthly and quarterly data at the period's end;
            or periods.
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
