"""The front page: the answer, the pillars, all claims, the pages, what is held."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from r2klib.claims import Verdicts
from r2klib.data import Dataset
from r2klib.report.notebook import edition_banner
from r2klib.report.numbers import count
from r2klib.report.pages import Page, render, shell
from r2klib.report.status import LOOKS, badge_of
from r2klib.report.tables import SCALE, claims_table, table
from r2klib.report.thesis import answer, pillars

#: The page that argues the claims of a theme.
PAGE_OF_THEME = {
    "profile": "01_history",
    "history": "01_history",
    "economy": "02_economy",
    "rates": "03_rates",
    "valuation": "04_valuation",
    "sectors": "05_sectors",
    "risks": "06_risks",
    "conclusion": "07_verdict",
}


@dataclass(frozen=True)
class Listed:
    """A page as the front page lists it."""

    page: Page
    exists: bool
    error: str = ""

    @property
    def context(self) -> dict[str, Any]:
        """What the template takes."""
        page = self.page
        return {
            "href": page.href,
            "title": page.title,
            "exists": self.exists,
            "failed": bool(self.error),
            "error": self.error,
        }


def front_page(
    data: Dataset,
    verdicts: Verdicts,
    listed: Sequence[Listed],
    homes: Mapping[str, str],
    navigation: Sequence[dict[str, str]],
    footer: str,
) -> str:
    """The whole of ``index.html``.

    Parameters
    ----------
    data : Dataset
    verdicts : Verdicts
    listed : sequence of Listed
        All pages, built or not, in order.
    homes : mapping from claim id to address
        Where each claim is argued; see `claim_homes`.
    navigation : sequence of dict
        Links of the page header.
    footer : str
    """
    pages = [item.context for item in listed]
    main = render(
        "front.html.j2",
        answer=answer(verdicts).html,
        banner=edition_banner(data).html,
        failures=[page for page in pages if page["failed"]],
        pillars=linked(pillars(verdicts).html, homes),
        total=len(verdicts),
        counts=[
            {"status": status, "badge": badge_of(status), "n": n}
            for status, n in verdicts.counts().items()
        ],
        themes=list(dict.fromkeys(verdict.claim.theme for verdict in verdicts.values())),
        scale=SCALE,
        claims=claims_table(verdicts, homes, "claim-list"),
        built=pages,
        statuses=[
            {"badge": badge_of(status), "meaning": look.meaning} for status, look in LOOKS.items()
        ],
        coverage=_coverage(data) + _anomalies(data),
    )
    return shell(
        title="Is the Russell 2000 set to outperform the S&P 500? - r2klib",
        main=main,
        scripts=("front.js",),
        kind="front",
        name="",
        pages=navigation,
        footer=footer,
    )


def claim_homes(verdicts: Verdicts, anchors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where each claim is argued, as an address: the page of its theme, or the first that has it.

    Parameters
    ----------
    verdicts : Verdicts
    anchors : mapping from page name to the claims that are argued or carded on it
    """
    homes = {}
    for claim_id, verdict in verdicts.items():
        wanted = PAGE_OF_THEME.get(verdict.claim.theme, "")
        having = [page for page, ids in anchors.items() if claim_id in ids]
        if having:
            page = wanted if wanted in having else having[0]
            homes[claim_id] = f"{page}.html#{claim_id}"
    return homes


def linked(html: str, homes: Mapping[str, str]) -> str:
    """Links to claims that are argued elsewhere, sent there; those argued nowhere are unlinked."""

    def there(match: re.Match[str]) -> str:
        home = homes.get(match[1])
        return f'class="r2k-id" href="{home}"' if home else 'class="r2k-id"'

    return re.sub(r'class="r2k-id" href="#([A-Z]\d+)"', there, html)


def _coverage(data: Dataset) -> str:
    frame = data.coverage()
    for column in ("first", "last"):
        frame[column] = [when.strftime("%Y-%m-%d") for when in frame[column]]
    frame = frame.drop(columns=["terms"]).rename(columns={"lag_days": "lag, days"})
    return table(
        frame,
        f"{len(frame)} series of edition {data.edition}",
        note="Lag: days from the end of a period to publication.",
        name=f"coverage-{data.edition}",
        formats={"rows": count, "lag, days": count},
    ).html


def _anomalies(data: Dataset) -> str:
    """What is odd about the series of an edition; nothing where nothing is."""
    found = [
        (name, kind, said)
        for name, held in data.provenance.items()
        for kind, texts in (
            ("stale", (held.stale,) if held.stale else ()),
            ("merged with older rows", held.merged),
            ("anomaly", held.anomalies),
        )
        for said in texts
    ]
    if not found:
        return ""
    frame = pd.DataFrame(found, columns=["series", "what", "found"]).set_index("series")
    return table(
        frame,
        f"{len(frame)} things to know about these series",
        note="Found when the data were pulled. Prices are never repaired.",
        name=f"anomalies-{data.edition}",
    ).html
