"""File-based sources: fetch what a `FileSource` names, and hand the bytes to its parser.

Beside them the one file that comes with the package and needs no network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from r2klib import __version__
from r2klib.data.provenance import Table
from r2klib.data.sample import turning_points
from r2klib.errors import SchemaChanged
from r2klib.live.sources import Answer, Failure, Fetched, FileSource, Job, Spec, Want
from r2klib.live.sources.http import Client


class Files:
    """A `FileSource`, its addresses and its parser, in the form of every source."""

    def __init__(self, source: FileSource) -> None:
        self.source = source

    @property
    def name(self) -> str:
        """As in the catalog's `live.source`."""
        return self.source.name

    def jobs(self, wants: Sequence[Want]) -> list[Job]:
        """One job for each file."""
        by_id = {want.id: want for want in wants}
        return [
            self._job(spec, [by_id[name] for name in spec.ids])
            for spec in self.source.specs(list(by_id))
        ]

    def _job(self, spec: Spec, wants: list[Want]) -> Job:
        def run(client: Client) -> Iterator[Answer | Failure]:
            today = client.stamp()[:10]
            if all(_of_this_day(want, today) for want in wants):
                return map(_unchanged, wants)
            fetched, n_bytes = _fetch(client, spec, _validators(wants))
            if fetched.status == 304:
                return (_unchanged(want, fetched.url, fetched.retrieved_at) for want in wants)
            return self._read(fetched, spec, n_bytes)

        return Job(urlsplit(spec.url).hostname or spec.url, spec.ids, run)

    def _read(self, fetched: Fetched, spec: Spec, n_bytes: int) -> Iterator[Answer | Failure]:
        kept = {
            "url": fetched.url,
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "body": hashlib.sha256(fetched.content).hexdigest(),
            "reader": __version__,
        }
        for name, outcome in self._parse_each(fetched.content, spec.ids).items():
            if isinstance(outcome, str):
                yield Failure(name, outcome)
                continue
            yield Answer(name, outcome, fetched.url, fetched.retrieved_at, n_bytes, validators=kept)
            n_bytes = 0  # a file's bytes count once

    def _parse_each(self, content: bytes, ids: Sequence[str]) -> dict[str, Table | str]:
        """Tables, or for each that cannot be read the reason; one bad table spoils no other."""
        try:
            tables = dict(self.source.parse(content, ids))
        except SchemaChanged as error:
            if len(ids) == 1:
                return {ids[0]: str(error)}
            alone = (self._parse_each(content, [name]) for name in ids)
            return {name: outcome for one in alone for name, outcome in one.items()}
        gone = f"the file no longer holds it (it holds {', '.join(sorted(tables)) or 'nothing'})"
        return {name: tables.get(name, gone) for name in ids}


def _fetch(client: Client, spec: Spec, validators: dict[str, str]) -> tuple[Fetched, int]:
    url, spent = spec.url, 0
    if spec.locate is not None:
        page = client.get(url, accept="text/html")
        url, spent = spec.locate(page.content), len(page.content)
    if validators.get("url") != url:
        validators = {}
    fetched = client.get(
        url,
        accept=spec.accept,
        cap_bytes=spec.cap_bytes,
        etag=validators.get("etag", ""),
        last_modified=validators.get("last_modified", ""),
    )
    return fetched, spent + len(fetched.content)


def _validators(wants: Sequence[Want]) -> dict[str, str]:
    """Return what the server said of the file last time.

    Nothing unless every series is held and was read by this version: another may read more.
    """
    kept = [dict(want.held.entry["validators"]) if want.held else {} for want in wants]
    alike = bool(kept) and all(one == kept[0] for one in kept)
    return kept[0] if alike and kept[0].get("reader") == __version__ else {}


def _of_this_day(want: Want, today: str) -> bool:
    """Whether a file without validators was read today already: such files change monthly."""
    if want.held is None or want.named or want.held.entry["stale"]:
        return False
    kept = want.held.entry["validators"]
    if kept.get("reader") != __version__:
        return False
    conditional = kept.get("etag") or kept.get("last_modified")
    return not conditional and str(want.held.entry["retrieved_at"])[:10] == today


def _unchanged(want: Want, url: str = "", retrieved_at: str = "") -> Answer:
    """What is held: the source said that it is as it was, or, without its word, read it today."""
    assert want.held is not None
    row = want.held.entry
    return Answer(
        want.id,
        want.held.table,
        url or row["url"],
        retrieved_at or row["retrieved_at"],
        notes=() if url else ("Read earlier on the same day; not asked again.",),
        validators=dict(row["validators"]),
        unchanged=True,
    )


class Packaged:
    """The NBER's turning points, a file of the package, in the form of every source."""

    name = "r2klib"

    def jobs(self, wants: Sequence[Want]) -> list[Job]:
        """One job for each file."""
        return [Job("this package", (want.id,), partial(self._run, want.id)) for want in wants]

    def _run(self, name: str, client: Client) -> Iterator[Answer]:
        yield Answer(name, turning_points(), "nber.csv of r2klib", client.stamp())
