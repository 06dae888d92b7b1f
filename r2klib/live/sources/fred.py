"""FRED: with a key through fredapi (values and every release), without one through fredgraph.csv.

fredapi has no time limit, leaks the key in its errors and never pages; its requests go through
`Client` here, its parsing stays. A later pull asks for a tail and compares it with what is held:
an overlap that disagrees is a revision, and the whole series is fetched.
"""

from __future__ import annotations

import dataclasses
import io
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

import fredapi
import numpy as np
import pandas as pd

from r2klib.data.catalog import SeriesInfo
from r2klib.data.checks import PERIOD_ENDS
from r2klib.errors import SchemaChanged, SourceUnavailable
from r2klib.live.sources import Answer, Held, Job, Want
from r2klib.live.sources.bodies import refuse_cut_text
from r2klib.live.sources.http import Client, Secret

KEY = "FRED_API_KEY"
API, GRAPH = "api.stlouisfed.org", "fred.stlouisfed.org"
#: FRED allows 120 requests a minute and key; the keyless host says nothing.
PACES = {API: 0.5, GRAPH: 0.2}
#: How far back a later pull asks, by frequency.
TAIL = {"daily": 60, "weekly": 200, "monthly": 750, "quarterly": 1100}
#: FRED refuses more vintages than 2,000 a call and gives at most 100,000 rows.
MOST_VINTAGES, MOST_ROWS = 1800, 100_000
_LATER = "Try `r2k pull --source fred` later."


def key() -> Secret | None:
    """Return the user's FRED key, wrapped so that it shows itself nowhere; None without one."""
    return Secret(found) if (found := os.environ.get(KEY, "").strip()) else None


class FredSource:
    """Series of FRED, one job each: by the API, releases too, or by the keyless download."""

    name = "fred"

    def __init__(self, *, with_key: bool) -> None:
        self.with_key = with_key

    def jobs(self, wants: Sequence[Want]) -> list[Job]:
        """One job for each series."""
        return [self._job(want) for want in wants]

    def _job(self, want: Want) -> Job:
        def run(client: Client) -> Iterator[Answer]:
            reader = _Api(client) if self.with_key else _Graph(client)
            if self.with_key and want.info.vintages:
                yield _releases(_Api(client), want, client.stamp())
            else:
                yield _values(reader, want, client.stamp())

        return Job(API if self.with_key else GRAPH, (want.id,), run)


def _values(reader: _Api | _Graph, want: Want, stamp: str) -> Answer:
    held, info = want.held, want.info
    code, notes = _code(info), tuple[str, ...]()
    url = reader.url(code)
    if held is not None and isinstance(held.table, pd.Series):
        start = held.table.index[-1] - pd.Timedelta(days=TAIL[info.frequency])
        joined = spliced(held.table, stamped(reader.read(code, start), info))
        if joined is not None:
            same = joined.equals(held.table)
            return Answer(info.id, joined, url, stamp, reader.n_bytes, unchanged=same)
        notes = (f"The last {TAIL[info.frequency]} days were revised: fetched whole.",)
    table = stamped(reader.read(code), info)
    return Answer(info.id, table, url, stamp, reader.n_bytes, notes)


def spliced(held: pd.Series, tail: pd.Series) -> pd.Series | None:
    """Join a tail, which starts inside what is held, to that; None where they disagree on a day."""
    overlap = held[held.index >= tail.index[0]]
    if overlap.empty or not overlap.index.isin(tail.index).all():
        return None
    fresh = tail.reindex(overlap.index)
    gained = tail.index[tail.index <= overlap.index[-1]].difference(overlap.index)
    if len(gained) or not np.allclose(fresh, overlap, rtol=1e-9, atol=1e-12, equal_nan=True):
        return None
    joined: pd.Series = pd.concat([held[held.index < tail.index[0]], tail])
    return joined.rename(str(held.name))


def stamped(raw: pd.Series, info: SeriesInfo) -> pd.Series:
    """Move FRED's period starts to period ends (ends stay) and drop what is no observation.

    Daily and weekly blanks are holidays; a month or quarter that was never published stays, as
    NaN, between published ones.
    """
    dates = pd.DatetimeIndex(raw.index)
    if info.frequency in PERIOD_ENDS:
        dates = dates + PERIOD_ENDS[info.frequency]
    series = raw.set_axis(dates).astype("float64").sort_index()
    present = np.flatnonzero(series.notna())
    if not present.size:
        raise SchemaChanged(
            f"FRED's {info.id}", "at least one value", f"{len(raw)} rows without any", _LATER
        )
    if info.frequency in PERIOD_ENDS:
        return series.iloc[present[0] : present[-1] + 1]
    return series.iloc[present]


def graph_url(code: str) -> str:
    """Where the keyless download of a series is."""
    return f"https://{GRAPH}/graph/fredgraph.csv?id={code}"


class _Graph:
    """The keyless download of one series."""

    def __init__(self, client: Client) -> None:
        self.client, self.n_bytes = client, 0

    def url(self, code: str) -> str:
        return graph_url(code)

    def read(self, code: str, start: pd.Timestamp | None = None) -> pd.Series:
        tail = "" if start is None else f"&cosd={start.date().isoformat()}"
        try:
            answer = self.client.get(self.url(code) + tail, accept="text/csv")
        except SourceUnavailable as error:
            if "404" in error.reason:
                missing = f"it has no series {code} (status 404)"
                raise SourceUnavailable("FRED", missing, "Update r2klib.") from None
            raise
        self.n_bytes += len(answer.content)
        return parse_graph(answer.content, code)


def parse_graph(content: bytes, code: str) -> pd.Series:
    """Read a fredgraph.csv of one series, by FRED's own dates.

    Columns are ``observation_date`` (older: ``DATE``) and the code; "." or nothing is missing.
    Raises `SchemaChanged` if it is something else: HTML, nothing, other columns, no dates or no
    numbers, or ends within a line.
    """
    source, expected = f"FRED's file of {code}", f"columns observation_date and {code}"
    if content.lstrip()[:1] == b"<":
        raise SchemaChanged(source, "CSV", "HTML (status 200)", _LATER)
    if content.strip():
        refuse_cut_text(content, source, expected)
    try:
        frame = pd.read_csv(io.BytesIO(content), dtype=str, na_values=["."])
    except (ValueError, pd.errors.ParserError) as error:
        raise SchemaChanged(source, expected, f"no table ({error})", _LATER) from None
    columns = list(frame.columns)
    if len(columns) != 2 or columns[0] not in ("observation_date", "DATE") or columns[1] != code:
        raise SchemaChanged(source, expected, f"columns {', '.join(map(str, columns))}", _LATER)
    try:
        dates = pd.to_datetime(frame[columns[0]], format="%Y-%m-%d")
        return pd.Series(frame[code].astype("float64").to_numpy(), pd.DatetimeIndex(dates))
    except ValueError as error:
        raise SchemaChanged(source, "ISO dates and numbers", str(error), _LATER) from None


class _Api(fredapi.Fred):  # type: ignore[misc]
    """fredapi with its requests sent through `Client`, which adds the key beneath everything."""

    def __init__(self, client: Client) -> None:
        # The base class would want the key itself and install a process-wide proxy opener.
        self.api_key = self.proxies = None
        self.client, self.n_bytes = client, 0

    def url(self, code: str) -> str:
        return f"{self.root_url}/series/observations?series_id={code}"

    def _Fred__fetch_data(self, url: str) -> ET.Element:  # noqa: N802 - the base's private hook
        answer = self.client.get(url, accept="text/xml", fine=frozenset({400}))
        self.n_bytes += len(answer.content)
        root = _xml(answer.content)
        if answer.status == 400 or root.tag == "error":
            raise _refused(root.get("message", "") or "")
        return root

    def read(self, code: str, start: pd.Timestamp | None = None) -> pd.Series:
        try:
            values: pd.Series = self.get_series(code, observation_start=start)
        except ValueError as error:
            raise SchemaChanged(f"FRED's {code}", "numbers", str(error), _LATER) from None
        if values.empty:
            raise SchemaChanged(f"FRED's {code}", "observations", "none", _LATER)
        return values

    def vintage_days(self, code: str, since: str | None = None) -> list[str]:
        """Days on which the series was published or revised, after `since`."""
        start = "" if since is None else f"&realtime_start={since}"
        url = f"{self.root_url}/series/vintagedates?series_id={code}{start}"
        days = [str(child.text) for child in self._Fred__fetch_data(url)]
        return [day for day in days if since is None or day > since]

    def releases(self, code: str, days: Sequence[str]) -> pd.DataFrame:
        """Every release of these days: date (FRED's own), published, value."""
        rows: list[tuple[str, str, str]] = []
        for chunk in range(0, len(days), MOST_VINTAGES):
            part = days[chunk : chunk + MOST_VINTAGES]
            rows += self._pages(code, part[0], part[-1])
        frame = pd.DataFrame(rows, columns=["date", "published", "value"])
        frame = frame.assign(
            date=pd.to_datetime(frame["date"], format="%Y-%m-%d"),
            published=pd.to_datetime(frame["published"], format="%Y-%m-%d"),
            value=frame["value"].mask(frame["value"] == self.nan_char).astype("float64"),
        )
        return only_changes(frame)

    def _pages(self, code: str, start: str, end: str) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        url = f"{self.url(code)}&realtime_start={start}&realtime_end={end}&limit={MOST_ROWS}"
        while True:
            root = self._Fred__fetch_data(f"{url}&offset={len(rows)}")
            rows += [
                (str(row.get("date")), str(row.get("realtime_start")), str(row.get("value")))
                for row in root
            ]
            if len(root) < MOST_ROWS:
                return rows


def only_changes(releases: pd.DataFrame) -> pd.DataFrame:
    """Drop releases that repeat the value before them: chunk edges restate what was known."""
    ordered = releases.sort_values(["date", "published"], kind="stable")
    before = ordered.groupby("date")["value"].shift()
    first = ~ordered.duplicated("date")
    same = (ordered["value"] == before) | (ordered["value"].isna() & before.isna())
    return ordered[first | ~same].reset_index(drop=True)


def _releases(api: _Api, want: Want, stamp: str) -> Answer:
    code, info, held = _code(want.info), want.info, want.held
    known = _archived(held)
    since = None if known is None else known["published"].max().date().isoformat()
    days = api.vintage_days(code, since)
    if held is not None and known is not None and not days:
        assert isinstance(held.table, pd.Series)
        answer = Answer(info.id, held.table, api.url(code), stamp, api.n_bytes, unchanged=True)
        return dataclasses.replace(answer, vintages=known)
    if not days:
        raise SchemaChanged(f"FRED's {code}", "vintage dates", "none", _LATER)
    fresh = api.releases(code, days)
    fresh["date"] = _moved(fresh["date"], info)
    if known is not None:
        fresh = only_changes(pd.concat([known, fresh], ignore_index=True))
    newest = fresh.drop_duplicates("date", keep="last").set_index("date")["value"]
    table = stamped(newest, info)
    return Answer(info.id, table, api.url(code), stamp, api.n_bytes, vintages=fresh)


def _archived(held: Held | None) -> pd.DataFrame | None:
    """Return the releases that came from the archive, without what pulls without a key saw."""
    if held is None or held.vintages is None:
        return None
    return held.vintages[held.vintages["published"] <= pd.Timestamp(held.releases_until)]


def _moved(dates: pd.Series, info: SeriesInfo) -> pd.Series:
    offset = PERIOD_ENDS.get(info.frequency)
    return dates if offset is None else dates + offset


def _xml(content: bytes) -> ET.Element:
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
        raise SchemaChanged("FRED's answer", "XML without a document type", "HTML", _LATER)
    try:
        return ET.fromstring(content)  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        raise SchemaChanged("FRED's answer", "XML", f"something else ({error})", _LATER) from None


def _refused(message: str) -> SourceUnavailable:
    if "api_key" in message:
        return SourceUnavailable(
            "FRED",
            f"it refused the key in {KEY}",
            f"Correct the key, or unset {KEY} to pull without one (no first releases then).",
            unreachable=True,
        )
    if "does not exist" in message:
        return SourceUnavailable("FRED", "it has no such series", "Update r2klib.")
    return SourceUnavailable("FRED", f"it refused: {message[:200].strip()}", _LATER)


def _code(info: SeriesInfo) -> str:
    assert info.live is not None
    return info.live.code
