"""What is known of one held series: where it came from, what it spans, what its data hash to."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from r2klib.data.catalog import Frequency, Origin, SeriesInfo
from r2klib.data.publication import Publication

Table = pd.Series | pd.DataFrame


#: How an anomaly begins that says that a series has not come for long.
ENDS = "ends on "


@dataclass(frozen=True)
class Provenance:
    """Where a held series came from and what it holds; it travels beside the data.

    Attributes
    ----------
    source, code : str
        The package or site, and the name there.
    title, units : str
        In words.
    frequency : str
        As in the catalog.
    lag_days : int
        Days from the end of the period to publication.
    retrieved_at : str or None
        When a source was read (ISO 8601, UTC); None for what came with a package.
    first, last : pandas.Timestamp
        The first and last stamp held.
    rows : int
        Rows held.
    sha256 : str
        Hash of the data by `digest`: the same on every machine.
    terms : str
        Terms of use.
    notes : tuple of str
        Known defects and what to mind.
    published_in : str or None
        The column with each row's own day of publication, where there is one.
    url : str or None
        Where a snapshot's data came from, without any key.
    stale : str or None
        Why the data are older than their snapshot, and since when; None where they are not.
    merged : tuple of str
        Which older rows were kept from which snapshot because the source no longer gives them.
    anomalies : tuple of str
        What looks wrong in the data as the source delivers them; nothing is repaired.
    releases_until : str or None
        The day (ISO) after which releases were no longer asked for; None where they are complete,
        or none are kept.
    late : tuple of (str, str)
        Periods that came out later than by rule, and the day of each.
    born : str or None
        The day (ISO) on which the series was first published, where that is long after its first
        value.

    Examples
    --------
    >>> origin = r2klib.load("sample").provenance["UNRATE"]
    >>> origin.title, origin.units, origin.lag_days
    ('Unemployment rate', 'percent', 10)
    """

    source: str
    code: str
    title: str
    units: str
    frequency: Frequency
    lag_days: int
    retrieved_at: str | None
    first: pd.Timestamp
    last: pd.Timestamp
    rows: int
    sha256: str
    terms: str
    notes: tuple[str, ...] = ()
    published_in: str | None = None
    url: str | None = None
    stale: str | None = None
    merged: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()
    releases_until: str | None = None
    late: tuple[tuple[str, str], ...] = ()
    born: str | None = None

    @property
    def behind(self) -> int | None:
        """Days from the last row to the pull, where its frequency and lag do not explain them."""
        if self.retrieved_at is None or not any(said.startswith(ENDS) for said in self.anomalies):
            return None
        return (pd.Timestamp(self.retrieved_at[:10]) - self.last).days

    @property
    def publication(self) -> Publication:
        """When its periods came out."""
        return Publication(self.lag_days, self.late, self.born)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data for JSON, with dates as ISO text."""
        plain = dataclasses.asdict(self)
        return plain | {
            "first": self.first.date().isoformat(),
            "last": self.last.date().isoformat(),
            "notes": list(self.notes),
            "merged": list(self.merged),
            "anomalies": list(self.anomalies),
            "late": [list(release) for release in self.late],
        }

    def measured(self, table: Table) -> Provenance:
        """Return this provenance with the span, rows and hash of `table`."""
        first, last = span(table, self)
        return dataclasses.replace(
            self, first=first, last=last, rows=len(table), sha256=digest(table)
        )


def describe(
    table: Table, info: SeriesInfo, origin: Origin, *, retrieved_at: str | None = None
) -> Provenance:
    """Provenance of a checked table of a catalogued series: from where it was taken, and when."""
    first, last = span(table, info)
    return Provenance(
        source=origin.source,
        code=origin.code,
        title=info.title,
        units=info.units,
        frequency=info.frequency,
        lag_days=info.lag_days,
        retrieved_at=retrieved_at,
        first=first,
        last=last,
        rows=len(table),
        sha256=digest(table),
        terms=info.terms,
        notes=info.notes,
        published_in=info.published_in,
        late=info.late,
        born=info.born,
    )


def stamps(table: Table, source: SeriesInfo | Provenance) -> pd.DatetimeIndex:
    """The date of each row: its label, or in a list of one date that of its publication."""
    dated_by = source.published_in if source.frequency == "table" else None
    return pd.DatetimeIndex(table.index if dated_by is None else table[dated_by])


def span(table: Table, source: SeriesInfo | Provenance) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last stamp of a table."""
    dates = stamps(table, source)
    return dates.min(), dates.max()


def digest(table: Table) -> str:
    """Hash the data of a table, whatever the machine, byte order or pandas version.

    It is a sha256 over the shape, the column names, the index and the columns: dates as
    microseconds since 1970, numbers as little-endian float64 (every NaN alike, -0 as 0), strings as
    UTF-8 with their length. The name of a series is not part of it.
    """
    columns = [("", table)] if isinstance(table, pd.Series) else list(table.items())
    total = hashlib.sha256(f"{type(table).__name__} {len(table)} {len(columns)}".encode())
    for name, column in [("", table.index.to_series()), *columns]:
        for part in (str(name).encode(), *_bytes(column)):
            total.update(len(part).to_bytes(8, "little"))
            total.update(part)
    return total.hexdigest()


def _bytes(column: pd.Series) -> Iterable[bytes]:
    if pd.api.types.is_datetime64_any_dtype(column):
        yield b"dates"
        yield column.to_numpy(dtype="datetime64[us]").astype("<i8").tobytes()
    elif pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(dtype="<f8", na_value=np.nan) + 0.0
        yield b"numbers"
        yield np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes()
    else:
        yield b"strings"
        missing = column.isna()
        for text, absent in zip(column, missing, strict=True):
            yield b"\xff" if absent else str(text).encode()
