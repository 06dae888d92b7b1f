"""The data of an edition as a page: what it holds, how far it reaches, what is odd about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from r2klib.data import Dataset, catalog
from r2klib.data.provenance import ENDS
from r2klib.errors import listing
from r2klib.show.html import escape
from r2klib.show.notebook import edition_banner
from r2klib.show.numbers import count
from r2klib.show.tables import table
from r2klib.site.closing import losing, not_had
from r2klib.site.pages import Body, article

NAME = "data"
#: How the header of every page links to it.
LINK = {"name": NAME, "href": f"{NAME}.html", "label": "Data"}


def data_page(data: Dataset, navigation: Sequence[dict[str, str]], footer: str) -> str:
    """The whole of ``data.html``; `navigation` are the links of the page header."""
    failed = not_had(data)
    lacking = f'<h2 id="failed">What the pull did not get</h2>{_lacking(data, failed)}'
    body = (
        f"<h1>The data of edition {escape(data.edition)}</h1>{edition_banner(data).html}"
        f"{lacking if failed else ''}"
        f'<h2 id="holds">What it holds</h2>{_coverage(data)}'
        f'<h2 id="odd">What is odd about it</h2>{_anomalies(data)}'
    )
    title = f"The data of edition {data.edition}"
    return article(Body(body), title, kind="wide", name=NAME, pages=navigation, footer=footer)


def in_brief(data: Dataset) -> str:
    """What an edition holds, as a sentence."""
    held = data.provenance
    sources = len({series.source for series in held.values()})
    odd = len(_found(data))
    return (
        f"{len(held)} series of edition {data.edition} from {sources} "
        f"source{'s' if sources > 1 else ''}, {min(s.first for s in held.values()):%Y-%m} to "
        f"{max(s.last for s in held.values()):%Y-%m}; "
        + (f"{odd} things to know about them." if odd else "nothing odd was found in them.")
    )


def _lacking(data: Dataset, failed: Mapping[str, str]) -> str:
    """A row a cause: the series, since when they are as they are, and the claims that lose."""
    causes: dict[tuple[str, str], list[str]] = {}
    for name, reason in failed.items():
        held = data.provenance.get(name)
        since = held.retrieved_at[:10] if held and held.retrieved_at else "never"
        causes.setdefault((_cause(name, reason), since), []).append(name)
    rows = [
        (why, listing(names), since, ", ".join(losing(data, names)) or "none")
        for (why, since), names in causes.items()
    ]
    frame = pd.DataFrame(rows, columns=["why", "series", "last got", "claims that lose by it"])
    return table(
        frame.set_index("why"),
        f"{len(failed)} series that the pull of edition {data.edition} did not get",
        note="What was held before stays, as old as it is; r2k today asks again.",
        name=f"lacking-{data.edition}",
    ).html


def _cause(name: str, reason: str) -> str:
    """The reason less the name it was said of, so that one cause is one row."""
    info = catalog.series().get(name)
    code = info.live.code if info and info.live else name
    return reason.replace(f" {code}", "").replace(f" {name}", "")


def _coverage(data: Dataset) -> str:
    frame = data.coverage()
    behind = {name: held.behind for name, held in data.provenance.items()}
    note = "Lag: days from the end of a period to publication."
    if any(behind.values()):
        frame["late, days"] = pd.Series(behind)
        note += " Late: days from the last row to the pull, where the lag explains fewer."
    for column in ("first", "last"):
        frame[column] = [when.strftime("%Y-%m-%d") for when in frame[column]]
    frame = frame.drop(columns=["terms"]).rename(columns={"lag_days": "lag, days"})
    return table(
        frame,
        f"{len(frame)} series of edition {data.edition}",
        note=note,
        name=f"coverage-{data.edition}",
        formats={"rows": count, "lag, days": count, "late, days": count},
    ).html


def _anomalies(data: Dataset) -> str:
    found = _found(data)
    if not found:
        return '<p class="prose">Nothing odd was found in these series.</p>'
    frame = pd.DataFrame(found, columns=["series", "what", "found"]).set_index("series")
    return table(
        frame,
        f"{len(frame)} things to know about these series",
        note="Found when the data were pulled. Prices are never repaired.",
        name=f"anomalies-{data.edition}",
    ).html


def _found(data: Dataset) -> list[tuple[str, str, str]]:
    """What is odd about the series of an edition: series, what, in words."""
    return [
        (name, kind, said)
        for name, held in data.provenance.items()
        for kind, texts in (
            ("stale", (held.stale,) if held.stale else ()),
            ("merged with older rows", held.merged),
            ("anomaly", held.anomalies),
        )
        for said in texts
        if not said.startswith(ENDS)  # which is a column of what is held
    ]
