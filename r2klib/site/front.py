"""The front page: the answer, the pillars, all claims, the pages, what is held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from r2klib.audit.calibration import at_hand
from r2klib.claims import Verdicts
from r2klib.claims.rule import Q_MAX
from r2klib.claims.thesis import Statement
from r2klib.data import Dataset
from r2klib.show.calibration_figures import power_in_words
from r2klib.show.glossary import glossary, marked
from r2klib.show.holder import holder, would_change
from r2klib.show.html import csv_link, squeezed
from r2klib.show.lead import lead
from r2klib.show.lists import SCALE, claims_list
from r2klib.show.notebook import edition_banner
from r2klib.show.pillar_board import board
from r2klib.show.ratio_figure import ratio_figure
from r2klib.show.role_counts import role_counts
from r2klib.show.statements import MEETS, statements_list, status_of, summary
from r2klib.show.status import LOOKS, badge_of
from r2klib.show.weakness import heading, weakness
from r2klib.site.changes import Changes, changes
from r2klib.site.coverage import in_brief
from r2klib.site.forecast import odds
from r2klib.site.pages import Page, render, shell, template
from r2klib.site.upcoming import next_due

#: The page that argues the claims of a theme.
PAGE_OF_THEME = {
    "profile": "01_history",
    "history": "01_history",
    "economy": "02_economy",
    "rates": "03_rates",
    "valuation": "04_valuation",
    "sectors": "05_sectors",
    "risks": "06_risks",
    "quality": "09_quality",
    "conclusion": "07_verdict",
}


@dataclass(frozen=True)
class Listed:
    """A page as the front page lists it."""

    page: Page
    exists: bool
    error: str = ""


def front_page(
    data: Dataset,
    verdicts: Verdicts,
    listed: Sequence[Listed],
    homes: Mapping[str, str],
    navigation: Sequence[dict[str, str]],
    footer: str,
    said: Sequence[Statement] = (),
    changed: Changes | None = None,
) -> str:
    """The whole of ``index.html``.

    Parameters
    ----------
    data, verdicts, footer
    listed : sequence of Listed
        All pages, built or not, in order.
    homes : mapping from claim id to address
        Where each claim is argued; see `claim_homes`.
    navigation : sequence of dict
        Links of the page header.
    said : sequence of Statement
        The thesis, statement by statement; see `r2klib.claims.thesis.checked`. Without any, the
        claims alone are listed.
    changed : Changes, optional
        Since another edition; by default they are looked up.
    """
    changed = changed or changes(data, verdicts.today)
    main = render(
        "front.html.j2",
        lead=lead(verdicts, at_hand(data)).html,
        banner=edition_banner(data, next_due(data, verdicts.today)).html,
        failures=[item for item in listed if item.error],
        pillars=board(verdicts).html,
        weakness=weakness(verdicts),
        weakness_heading=heading(verdicts),
        economy=any(item.page.name == "02_economy" and item.exists for item in listed),
        odds=odds(verdicts).html,
        holder=holder(verdicts),
        would_change=would_change(verdicts),
        ratio=ratio_figure(data).html,
        roles=role_counts(verdicts),
        sure=" ".join(filter(None, (_at_once(verdicts), _how_sure(data)))),
        total=len(verdicts),
        said=len(said),
        statements=statements_list(said, verdicts, "statement-list") if said else "",
        summary=summary(said, verdicts) if said else "",
        sections=list(dict.fromkeys(one.section for one in said)),
        ways=[way for meets, way in MEETS.items() if any(one.meets == meets for one in said)],
        ranked=_statuses(verdicts, said),
        themes=list(dict.fromkeys(verdict.claim.theme for verdict in verdicts.values())),
        scale=SCALE,
        claims=claims_list(verdicts, "claim-list", findings=True),
        claims_csv=csv_link(verdicts.to_frame(), f"claims-{verdicts.edition}", "all claims"),
        changes=changed.html,
        changes_heading=changed.heading,
        built=listed,
        statuses=[
            {"badge": badge_of(status), "meaning": look.meaning} for status, look in LOOKS.items()
        ],
        glossary=glossary(),
        coverage=in_brief(data),
    )
    return shell(
        title="Is the Russell 2000 set to outperform the S&P 500? - r2klib",
        main=marked(linked(main, homes)),
        css=[squeezed(template("front.css"))],
        scripts=("front.js",),
        kind="front",
        name="",
        pages=navigation,
        footer=footer,
    )


def answer_page(
    data: Dataset,
    verdicts: Verdicts,
    homes: Mapping[str, str],
    navigation: Sequence[dict[str, str]],
    footer: str,
) -> str:
    """The whole of ``answer.html``, made to be printed; what it takes is as in `front_page`."""
    main = render(
        "answer.html.j2",
        lead=lead(verdicts, at_hand(data)).html,
        banner=edition_banner(data, next_due(data, verdicts.today)).html,
        ratio=ratio_figure(data, whole_only=True).html,
        pillars=board(verdicts).html,
        would_change=would_change(verdicts),
    )
    return shell(
        title="The answer on one page - r2klib",
        main=linked(main, homes),
        css=[squeezed(template("front.css") + template("answer.css"))],
        kind="front",
        name="answer",
        pages=navigation,
        footer=footer,
    )


def _at_once(verdicts: Verdicts) -> str:
    """How many links were tested, and how many findings each correction for that leaves."""
    links = [v for v in verdicts.values() if v.estimate and v.q_value is not None]
    if not links:
        return ""

    def found(values: Iterable[float | None]) -> int:
        return sum(value is not None and value <= Q_MAX for value in values)

    stepped = [v.romano_wolf for v in links if v.romano_wolf is not None]
    alone = found(v.estimate.p_value for v in links if v.estimate)
    strict = (
        f"{found(stepped)} after Romano and Wolf's stricter one over placebo worlds"
        if stepped
        else "Romano and Wolf's stricter one wants placebo worlds, of which this edition has none"
    )
    return (
        f"{len(links)} links were tested at once, and at the {100 * Q_MAX:.0f} % level chance lets "
        f"about {Q_MAX * len(links):.0f} of them differ from zero. Taken alone {alone} do; "
        f"{found(v.q_value for v in links)} after Benjamini and Hochberg's correction for their "
        f"number, on which statuses rest; {strict}."
    )


def _how_sure(data: Dataset) -> str:
    """What share of true effects the tests find, in worlds of these data or of the stand-in's."""
    table = at_hand(data)
    if table is None:
        return ""
    worlds = f"{table.worlds:,} placebo worlds"
    if table.content != data.content_hash:
        worlds += f" of edition {table.edition}, as none were made of this one"
    return f"How sure is that? {power_in_words(table)} ({worlds})."


def _statuses(verdicts: Verdicts, said: Sequence[Statement]) -> list[str]:
    """Every status that a row of either list has, as they are ranked."""
    met = {*verdicts.counts(), *(status_of(one, verdicts) for one in said)}
    return [*(status for status in LOOKS if status in met), *sorted(met - set(LOOKS))]


def claim_homes(verdicts: Verdicts, anchors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where each claim is argued, as an address: the page of its theme, or the first that has it.

    `anchors` are the claims that are argued or carded on each page.
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
