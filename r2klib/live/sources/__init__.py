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
    """One file to GET and the catalog ids that `parse` can take from it."""

    ids: tuple[str, ...]
    url: str  # https address of the file, or of the page that names it
    accept: str = "*/*"  # the media types that are welcome
    cap_bytes: int = CAP_BYTES  # a longer body is refused
    #: For files whose address changes: takes the body found at `url` and returns the address of the
    #: file (raises `SchemaChanged` if the page names none).
    locate: Callable[[bytes], str] | None = None


@dataclass(frozen=True)
class FileSource:
    """A source that is files at addresses, read by a pure function.

    `specs(ids)` says what to GET for these catalog ids, each id once; `parse(content, ids)` gives a
    table for each. Tables fit the catalog's row: decimals where the units say so, NaN for missing,
    dates without zone under the rules of `r2klib.data.checks.check` (period ends), and the
    catalog's columns in their order. It raises `SchemaChanged` with expected/came where the content
    is not what it should be: an HTML page, an empty body, a table or column that is gone. With
    several ids, one bad table spoils the call; the caller then asks for each id by itself.
    """

    name: str  # as in the catalog's `live.source`
    specs: Callable[[Sequence[str]], list[Spec]]
    parse: Callable[[bytes, Sequence[str]], Mapping[str, Table]]


@dataclass(frozen=True)
class Fetched:
    """One answer to a GET, with the validators of a later conditional request, if it has any."""

    content: bytes  # empty where `status` is 304
    url: str  # without any key
    retrieved_at: str  # ISO 8601 in UTC
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
    """What a source gave for one series, older rows held included where only a tail was asked."""

    id: str
    table: Table
    url: str  # without any key
    retrieved_at: str  # ISO 8601 in UTC
    n_bytes: int = 0  # received for it; a file's bytes count for its first series
    notes: tuple[str, ...] = ()  # to mind: the copy used, a gap filled, a refetch
    anomalies: tuple[str, ...] = ()  # what looks wrong in the data; recorded, never repaired
    validators: Mapping[str, str] = field(default_factory=dict)  # of the next request
    unchanged: bool = False  # the source said so; `table` is the held one
    #: Columns ``date``, ``published``, ``value``: every release, where the source keeps them.
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

    Jobs of one host run one after the other. `run(client)` returns an Answer or Failure for each
    id; an `R2kError` that it raises is the failure of all its ids.
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
