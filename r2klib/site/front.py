"""The front page: the answer, the pillars, all claims, the pages, what is held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from r2klib.audit.calibration import at_hand
from r2klib.claims import Verdict, Verdicts
from r2klib.claims.rule import Q_MAX
from r2klib.claims.thesis import Statement
from r2klib.data import Dataset
from r2klib.errors import listing
from r2klib.show.calibration_figures import power_in_words
from r2klib.show.glossary import glossary, marked
from r2klib.show.holder import holder, would_change
from r2klib.show.html import Display, claim_link, csv_link, escape, join, prose, sentence, squeezed
from r2klib.show.html_figure import Figure
from r2klib.show.lead import lead
from r2klib.show.lists import SCALE, claims_list, role_counts
from r2klib.show.notebook import edition_banner
from r2klib.show.numbers import number
from r2klib.show.pictures import picture
from r2klib.show.pillar_board import board
from r2klib.show.ratio_figure import ratio_figures
from r2klib.show.statements import MEETS, statements_list, status_of, summary
from r2klib.show.status import LOOKS, badge, badge_of, dated
from r2klib.show.verdict_cards import reason_text, source_text
from r2klib.show.weakness import heading, weakness
from r2klib.site.changes import Changes
from r2klib.site.coverage import in_brief
from r2klib.site.pages import render, shell, template
from r2klib.site.results import PageResult

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


#: Figures that move a state or a risk light of the thesis, as a sentence calls them.
AWAITED = {
    "PAYEMS": "employment",
    "INDPRO": "industrial production",
    "CPIAUCSL": "consumer prices",
}

#: What a reader asks of the odds, and the claim that answers.
QUESTIONS = (
    ("The odds today", "C3"),
    ("Have they foretold anything?", "C1"),
    ("Would acting on them have paid?", "C4"),
)


def front_page(
    data: Dataset,
    verdicts: Verdicts,
    pages: Sequence[PageResult],
    homes: Mapping[str, str],
    navigation: Sequence[dict[str, str]],
    footer: str,
    said: Sequence[Statement],
    changed: Changes,
    parts: Mapping[str, str],
) -> str:
    """The whole of ``index.html``.

    `pages` are all of them, built or not, in order; `homes` say where each claim is argued, see
    `claim_homes`; `navigation` are the links of the page header. What is `said` is
    `r2klib.claims.thesis.checked`, what `changed` is since another edition, and `parts` are the
    `answer_parts`.
    """
    main = render(
        "front.html.j2",
        **parts,
        failures=[page for page in pages if page.error],
        weakness=weakness(verdicts),
        followed=heading(verdicts),
        economy=any(page.name == "02_economy" and page.state != "absent" for page in pages),
        holder=holder(verdicts),
        roles=role_counts(verdicts),
        sure=" ".join(filter(None, (_at_once(verdicts), _how_sure(data)))),
        total=len(verdicts),
        said=len(said),
        statements=statements_list(said, verdicts, "statement-list"),
        summary=summary(said, verdicts),
        sections=list(dict.fromkeys(one.section for one in said)),
        ways=[way for meets, way in MEETS.items() if any(one.meets == meets for one in said)],
        ranked=_statuses(verdicts, said),
        themes=list(dict.fromkeys(verdict.claim.theme for verdict in verdicts.values())),
        scale=SCALE,
        claims=claims_list(verdicts, "claim-list", findings=True),
        claims_csv=csv_link(verdicts.to_frame(), f"claims-{verdicts.edition}", "all claims"),
        changes=changed.html,
        changes_heading=changed.heading,
        built=pages,
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


def answer_parts(data: Dataset, verdicts: Verdicts) -> dict[str, str]:
    """What the front page and the answer on one page show of the verdicts, drawings included."""
    ratio, whole_ratio = ratio_figures(data)
    return {
        "lead": lead(verdicts, at_hand(data)).html,
        "banner": edition_banner(data, next_due(data, verdicts.today)).html,
        "ratio": ratio.html,
        "whole_ratio": whole_ratio.html,
        "pillars": board(verdicts).html,
        "odds": odds(verdicts).html,
        "would_change": would_change(verdicts),
    }


def answer_page(
    parts: Mapping[str, str],
    homes: Mapping[str, str],
    navigation: Sequence[dict[str, str]],
    footer: str,
) -> str:
    """The whole of ``answer.html`` of `answer_parts`, made to be printed; see `front_page`."""
    main = render("answer.html.j2", **parts)
    return shell(
        title="The answer on one page - r2klib",
        main=marked(linked(main, homes)),
        css=[squeezed(template("front.css") + template("answer.css"))],
        kind="front",
        name="answer",
        pages=navigation,
        footer=footer,
    )


def next_due(data: Dataset, today: dt.date) -> str:
    """Which figures are due next and by when, as a sentence; empty of what is not live."""
    if data.kind != "snapshot" or data.as_of_date is not None:
        return ""
    due = list[tuple[dt.date, str]]()
    for series, name in AWAITED.items():
        if series not in data:
            continue
        held = data.provenance[series]
        period = held.last + pd.offsets.MonthEnd(1)
        day = held.publication.days(pd.DatetimeIndex([period]))[0].date()
        late = "overdue since" if day < today else "by"
        due.append((day, f"{name} of {period:%B %Y} ({late} {day})"))
    return f"Next: {listing(said for _, said in sorted(due))}." if due else ""


def odds(verdicts: Verdicts) -> Display:
    """The three questions with their computed answers, and the odds drawn month by month.

    Questions whose claim is not among the verdicts are left out.
    """
    asked = [(words, verdicts[claim]) for words, claim in QUESTIONS if claim in verdicts]
    rows = "".join(_asked(words, verdict) for words, verdict in asked)
    lines = [f"{words} {_found(verdict)}" for words, verdict in asked]
    parts = [Display(html=f'<dl class="r2k r2k-odds">{rows}</dl>', text="\n".join(lines))]
    walked = verdicts.get("C1")
    drawn = picture(walked) if walked else None
    if walked and drawn:
        drawn = replace(drawn, title="The odds by month, and the base rate")  # the finding is above
        figure = Figure.of(drawn, source=source_text(walked, drawn.until), name="C1-odds-by-month")
        parts.append(Display(html=figure.html, text=figure.text))
    return join(parts) if asked else Display("", "")


def _asked(words: str, verdict: Verdict) -> str:
    return (
        f"<div><dt>{escape(words)} {claim_link(verdict.claim.id)} "
        f"{badge(verdict)}</dt><dd>{prose(_found(verdict))}</dd></div>"
    )


def _found(verdict: Verdict) -> str:
    """The finding, or why there is none; always a sentence."""
    if verdict.evidence is None:
        return sentence(reason_text(verdict, short=True))
    found = verdict.evidence.finding if verdict.reading else dated(verdict)  # a badge has the day
    return sentence(found)


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
    asked = f"{len(links)} links were" if len(links) > 1 else "1 link was"
    by_chance = Q_MAX * len(links)
    return (
        f"{asked} tested at once, and at the {100 * Q_MAX:.0f} % level chance lets about "
        f"{number(by_chance, 1)} of them differ from zero. Taken alone {alone} do; "
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
    """Links to claims that are argued on another page, sent there.

    Those to claims on the page itself stay; those to claims argued nowhere are unlinked.
    """
    here = {claim: f"#{claim}" for claim in re.findall(r' id="([A-Z]\d+)"', html)}

    def there(match: re.Match[str]) -> str:
        home = here.get(match[1]) or homes.get(match[1])
        return f'class="r2k-id" href="{home}"' if home else 'class="r2k-id"'

    return re.sub(r'class="r2k-id" href="#([A-Z]\d+)"', there, html)
