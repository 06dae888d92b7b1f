"""Whose figures are drawn: publishers as a caption names them, from the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from r2klib.data import catalog


def origins_of(sources: Mapping[str, str]) -> list[str]:
    """The publishers of series, each once, with who passes their figures on.

    `sources` are as provenance names them; a series that the catalog does not know is called by
    its.
    """
    known, carried = catalog.series(), catalog.carriers()
    found: dict[str, list[str]] = {}
    for name, source in sources.items():
        carriers = found.setdefault(known[name].publisher if name in known else source, [])
        if name in known and source in carried and carried[source] not in carriers:
            carriers.append(carried[source])
    return [
        f"{publisher} (via {' and '.join(carriers)})" if carriers else publisher
        for publisher, carriers in found.items()
    ]
