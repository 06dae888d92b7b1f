"""What a pull asks for: the rows of the catalog that are meant, and the source of each."""

from __future__ import annotations

from collections.abc import Sequence

from r2klib.data import catalog
from r2klib.errors import InputError, UnknownName
from r2klib.live.sources import Job, Source, Want
from r2klib.live.sources.fred import FredSource, key


def adapters() -> dict[str, Source]:
    """Every source by its name in the catalog."""
    from r2klib.live.sources import founding, fred_md, french, ishares, shiller, workbooks
    from r2klib.live.sources.files import Files, Packaged
    from r2klib.live.sources.yahoo import YahooSource

    files = [french.SOURCE, shiller.SOURCE, ishares.SOURCE, founding.SOURCE, fred_md.SOURCE]
    files += workbooks.SOURCES
    every: list[Source] = [FredSource(with_key=key() is not None), YahooSource(), Packaged()]
    every += [Files(source) for source in files]
    return {source.name: source for source in every}


def jobs_by_host(wants: Sequence[Want]) -> dict[str, list[Job]]:
    """What to do to get these series, by the host that is asked."""
    known, hosts = adapters(), dict[str, list[Job]]()
    for name in dict.fromkeys(source_of(want.info) for want in wants):
        for job in known[name].jobs([want for want in wants if source_of(want.info) == name]):
            hosts.setdefault(job.host, []).append(job)
    return hosts


def chosen(sources: Sequence[str], series: Sequence[str]) -> list[catalog.SeriesInfo]:
    """Return the rows of the catalog that a pull of these sources and series asks for."""
    known = adapters()
    for name in sources:
        if name not in known:
            raise UnknownName("source", name, known)
    for name in series:
        catalog.get(name)
    rows = [
        info
        for info in catalog.series().values()
        if info.live is not None and not is_member(info.id)
        if not sources or source_of(info) in sources
        if not series or info.id in series
    ]
    if not rows:
        raise InputError("No series is both of these sources and of these names: nothing to pull.")
    return rows


def is_member(name: str) -> bool:
    """Whether a series belongs to the optional panel of members."""
    return name == "members" or name.startswith("members.")


def source_of(info: catalog.SeriesInfo) -> str:
    """Return the live source of a row that has one."""
    assert info.live is not None
    return info.live.source
