"""Where live data come from: one small interface for every source.

A source turns *wants* (series of the catalog, with what the last snapshot holds of each) into
*jobs*. A job is what one request answers: a series of FRED, a symbol of Yahoo, a file of Ken
French that carries five series. Jobs of one host run one after the other, hosts in parallel.

A file-based source is two plain things, a `FileSource`: `specs`, which says what to GET for which
series, and `parse`, a pure function from the body to tables. `r2klib.live.sources.files` fetches.
Nothing is imported here that the core does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from r2klib.data.catalog import SeriesInfo
from r2klib.data.provenance import Table

if TYPE_CHECKING:
    import pandas as pd

    from r2klib.live.sources.http import Client

#: How much of a body is read before the answer is refused, unless a spec says otherwise.
CAP_BYTES = 30_000_000


@dataclass(frozen=True)
class Spec:
    """One file to GET and the series it carries.

    Attributes
    ----------
    ids : tuple of str
        Catalog ids that `parse` can take from this file.
    url : str
        https address of the file, or of the page that names it (see `locate`).
    accept : str
        The media types that are welcome.
    cap_bytes : int
        A longer body is refused.
    locate : callable, optional
        For files whose address changes: takes the body found at `url` and returns the address of
        the file (raises `SchemaChanged` if the page names none).
    """

    ids: tuple[str, ...]
    url: str
    accept: str = "*/*"
    cap_bytes: int = CAP_BYTES
    locate: Callable[[bytes], str] | None = None


@dataclass(frozen=True)
class FileSource:
    """A source that is files at addresses, read by a pure function.

    Attributes
    ----------
    name : str
        As in the catalog's `live.source`.
    specs : callable
        ``specs(ids) -> list of Spec``: what to GET for these catalog ids; each id once.
    parse : callable
        ``parse(content, ids) -> mapping of id to table``. Tables fit the catalog's row: decimals
        where the units say so, NaN for missing, dates without zone under the rules of
        `r2klib.data.checks.check` (period ends), and the catalog's columns in their order. Raises
        `SchemaChanged` with expected/came where the content is not what it should be: an HTML
        page, an empty body, a table or column that is gone. With several ids, one bad table
        spoils the call; the caller then asks for each id by itself.
    """

    name: str
    specs: Callable[[Sequence[str]], list[Spec]]
    parse: Callable[[bytes, Sequence[str]], Mapping[str, Table]]


@dataclass(frozen=True)
class Fetched:
    """One answer to a GET.

    Attributes
    ----------
    content : bytes
        The body; empty where `status` is 304.
    url : str
        Where it came from, without any key.
    retrieved_at : str
        ISO 8601 in UTC.
    status : int
        200 or 304.
    etag, last_modified : str
        The validators of a later conditional request; empty where the server gave none.
    """

    content: bytes
    url: str
    retrieved_at: str
    status: int = 200
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Held:
    """What the last snapshot holds of a series: the table and its row of the manifest."""

    table: Table
    entry: Mapping[str, Any]
    snapshot: str
    vintages: pd.DataFrame | None = None

    @property
    def releases_until(self) -> str:
        """The last day on which the archive of releases was asked."""
        record = self.entry["vintages"] or {}
        return str(record.get("until") or self.entry["retrieved_at"])[:10]


@dataclass(frozen=True)
class Want:
    """A series to fetch, what is held of it, and whether the user named it or its source."""

    info: SeriesInfo
    held: Held | None = None
    named: bool = False

    @property
    def id(self) -> str:
        """The catalog id."""
        return self.info.id


@dataclass(frozen=True)
class Answer:
    """What a source gave for one series.

    Attributes
    ----------
    id : str
        The catalog id.
    table : pandas.Series or pandas.DataFrame
        The series as it now is, older rows of the snapshot included where only a tail was asked.
    url : str
        Without any key.
    retrieved_at : str
        ISO 8601 in UTC.
    n_bytes : int
        Bytes received for it; a file's bytes count for its first series.
    notes : tuple of str
        What a reader of the number should know: the copy used, a gap filled, a refetch.
    anomalies : tuple of str
        What looks wrong in the data; recorded, never repaired.
    validators : mapping of str to str
        ``etag``, ``last_modified`` for the next request.
    unchanged : bool
        The source said that nothing changed; `table` is the held one.
    vintages : pandas.DataFrame or None
        Columns ``date``, ``published``, ``value``: every release, where the source keeps them.
    """

    id: str
    table: Table
    url: str
    retrieved_at: str
    n_bytes: int = 0
    notes: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()
    validators: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False
    vintages: pd.DataFrame | None = None


@dataclass(frozen=True)
class Failure:
    """Why a series could not be had; `unreachable` where the host itself did not answer."""

    id: str
    reason: str
    unreachable: bool = False


@dataclass(frozen=True)
class Job:
    """What one request (or one series of requests that belong together) answers.

    Attributes
    ----------
    host : str
        Jobs of one host run one after the other.
    ids : tuple of str
        The series that `run` answers for.
    run : callable
        ``run(client)`` returns one Answer or Failure for each id. It may raise an `R2kError`,
        which then is the failure of all its ids.
    """

    host: str
    ids: tuple[str, ...]
    run: Callable[[Client], Iterable[Answer | Failure]]


class Source(Protocol):
    """Anything that turns wants into jobs."""

    @property
    def name(self) -> str:
        """As in the catalog's `live.source`."""

    def jobs(self, wants: Sequence[Want]) -> list[Job]:
        """What to do to get these series."""
