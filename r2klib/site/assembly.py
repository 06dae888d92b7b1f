"""Build the site: run what changed, convert it, and put it in place in one step.

The new site grows in a folder beside the old one and takes its place only when it is whole, so an
error, a full disk or a killed build leaves the old site as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

import r2klib
from r2klib.audit import calibration
from r2klib.audit.beside import judged
from r2klib.claims import Verdicts, ledger, thesis
from r2klib.data import Dataset, load
from r2klib.home import data_home, resolve_today
from r2klib.show.glossary import marked
from r2klib.show.notebook import edition_banner, edition_text
from r2klib.show.verdict_cards import card
from r2klib.site import docs_site, folders, up_to_date
from r2klib.site.changes import changes
from r2klib.site.closing import in_one_line
from r2klib.site.coverage import LINK as DATA
from r2klib.site.coverage import data_page
from r2klib.site.feed import NAME as FEED
from r2klib.site.feed import feed
from r2klib.site.front import answer_page, answer_parts, claim_homes, front_page, linked
from r2klib.site.kernels.client import ForkServer
from r2klib.site.notebooks import label, title
from r2klib.site.pages import Body, Entry, Page, article, convert, render, turn, unreached
from r2klib.site.results import BuildResult, PageResult, State
from r2klib.site.runner import Failure, Kernels, import_jupyter
from r2klib.site.running import Running
from r2klib.site.up_to_date import Look, PageRecord, stands


def assemble(
    target: Path,
    found: Mapping[str, Path],
    names: Sequence[str],
    *,
    edition: str | None,
    today: dt.date | str | None,
    jobs: int | None,
    force: bool,
    asked: str | None,
    scratch: Path,
    server: ForkServer,
    timeout: float,
    log: Callable[[str], None],
    status: Callable[[str], None],
) -> BuildResult:
    """Judge the edition, run what is stale, and put the site together; see `build`."""
    look = up_to_date.code(str(next(iter(found.values())).parent))  # before anything is read
    data = load(edition)
    day = resolve_today(today)
    said = thesis.checked(ledger())
    verdicts = judged(data, day)
    up_to_date.look_at_data(look, str(data_home()), data.edition)
    _say_what_goes(target, data.edition, log)
    pages = [Page(name, title(path)) for name, path in found.items()]
    site = _Site(target, data, verdicts, pages, names, said)
    stale = {name: found[name] for name in site.stale(found, names, force, look)}
    running = Running(len(stale), log, status)
    kernels = Kernels(
        max(1, min(jobs or (os.cpu_count() or 1) + 2, len(stale))),  # one starts, one ends
        scratch,
        {"R2K_EDITION": data.edition, "R2K_TODAY": day.isoformat()},
        timeout,
        server,
        running.at,
        log,
    )
    with folders.beside(target) as fresh:
        results = site.rebuild(fresh, stale, kernels, running)
        site.finish(fresh, results)
        folders.replace(target, fresh)
    if not stale:
        log(up_to_date.NOTHING)
    if site.current:
        up_to_date.leave_receipt(
            str(target),
            up_to_date.request(edition, asked, day.isoformat()),
            [page.name for page in site.present],
            look,
        )
    return BuildResult(target, tuple(site.result(page, results) for page in pages))


def _say_what_goes(target: Path, edition: str, log: Callable[[str], None]) -> None:
    """Name the edition whose site this build replaces, where it is another."""
    shown = up_to_date.edition_of(target)
    if shown and shown != edition:
        log(
            f"{target.name} showed edition {shown} and will show {edition}; "
            "`--out` with another folder keeps both."
        )


class _Site:
    """One build of one site."""

    def __init__(
        self,
        target: Path,
        data: Dataset,
        verdicts: Verdicts,
        pages: Sequence[Page],
        chosen: Sequence[str],
        said: Sequence[thesis.Statement],
    ) -> None:
        self.target, self.data, self.verdicts, self.pages = target, data, verdicts, pages
        self.said = said
        self.known = known = up_to_date.remembered(target)
        #: Pages that the new site will have: those chosen now, those that stand there unharmed.
        self.present = [p for p in pages if p.name in chosen or stands(target, p.name, known)]
        self.records: dict[str, PageRecord] = {}
        self.keys: dict[str, str] = {}
        listed = [{"name": p.name, "href": p.href, "label": label(p.name)} for p in self.present]
        self.navigation = [*listed, DATA, *docs_site.NAVIGATION]
        self.footer = (
            f"r2klib {r2klib.__version__}. {edition_text(data)} "
            f"Judged on {verdicts.today}. Not investment advice."
        )

    def stale(
        self, sources: Mapping[str, Path], chosen: Sequence[str], force: bool, look: Look
    ) -> list[str]:
        """Names of the pages that must be run again, in order."""
        around = [
            self.data.edition,
            self.data.content_hash,
            self.verdicts.today.isoformat(),
            look.sha256(str(calibration.path_of(self.data))),
            repr([(page.name, page.title) for page in self.present]),
        ]
        paths = {name: str(path) for name, path in sources.items()}
        self.keys = up_to_date.page_keys(look, paths, around)
        stale = []
        for name in sources:
            record = self.known[name] if stands(self.target, name, self.known) else None
            current = record and record.key == self.keys[name] and not record.error
            if name in chosen and (force or not current):
                stale.append(name)
            elif record:
                self.records[name] = record
        return stale

    def rebuild(
        self, fresh: Path, stale: Mapping[str, Path], kernels: Kernels, running: Running
    ) -> dict[str, PageResult]:
        """Run and convert the stale pages, several at a time. Returns what became of each."""
        results: dict[str, PageResult] = {}
        with kernels:
            queued = {kernels.run(path): name for name, path in stale.items()}
            self.parts = answer_parts(self.data, self.verdicts)  # while kernels start
            if stale:
                kernels.under_way.wait()
                import_jupyter("nbconvert.exporters.html")  # for the pages, while notebooks run
            docs_site.write(fresh, self.navigation)  # while a processor is idle now and then
            for done in as_completed(queued):
                name, run = queued[done], done.result()
                made = results[name] = self._write(fresh, name, run.notebook, run.failure)
                running.ended(name, f"failed at {made.error}" if made.error else made.state)
        return results

    def _write(self, fresh: Path, name: str, notebook: Any, failure: Failure | None) -> PageResult:
        page = next(page for page in self.pages if page.name == name)
        body = Body("") if notebook is None else self._body(name, notebook, failure)
        claims = [entry.anchor for entry in body.contents if entry.level == 3]
        claims += re.findall(r'<article class="r2k r2k-card [^"]*" id="([^"]+)"', body.html)
        html = self._page(page, body, failure)
        (fresh / page.href).write_text(html, encoding="utf-8")
        error, cell = (str(failure), failure.cell) if failure else ("", 0)
        self.records[name] = PageRecord(
            self.keys[name], claims=list(dict.fromkeys(claims)), error=error, cell=cell
        )
        state: State = "failed" if failure else "built"
        return PageResult(name, page.title, state, error, cell)

    def _body(self, name: str, notebook: Any, failure: Failure | None) -> Body:
        """The notebook's cells; of claims that it did not come to, the cards."""
        unanswered = [claim for claim, one in self.verdicts.items() if not one.answered]
        body = convert(notebook, name, failure, unanswered)
        named = unreached(notebook, failure) if failure else []
        rest = [self.verdicts[claim] for claim in dict.fromkeys(named) if claim in self.verdicts]
        if rest:
            body.contents.append(Entry(2, "the-rest", "What the ledger says of the rest"))
            body.html += '<h2 id="the-rest">What the ledger says of the rest</h2>'
            body.html += "".join(card(verdict).html for verdict in rest)
        return body

    def _page(self, page: Page, body: Body, failure: Failure | None) -> str:
        own_banner = "data-r2k-edition" in body.html
        return article(
            replace(body, html=marked(body.html)),
            page.title,
            failure=failure,
            banner="" if own_banner else edition_banner(self.data).html,
            turn=turn(self.present, self.present.index(page)),
            kind="page",
            name=page.name,
            pages=self.navigation,
            footer=self.footer,
        )

    def finish(self, fresh: Path, results: Mapping[str, PageResult]) -> None:
        """Bring over what is kept, then write the front page, the ledger and what to remember."""
        for page in self.present:
            if page.name in self.records and page.name not in results:
                folders.carry(self.target / page.href, fresh / page.href)
        anchors = {name: record.claims for name, record in self.records.items()}
        homes = claim_homes(self.verdicts, anchors)
        for name in results:
            path = fresh / f"{name}.html"
            path.write_text(linked(path.read_text(encoding="utf-8"), homes), encoding="utf-8")
            self.records[name].sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        listed = [self.result(page, results) for page in self.pages]
        data, verdicts, around = self.data, self.verdicts, (self.navigation, self.footer)
        changed = changes(data, verdicts.today)
        files = {
            "index.html": front_page(
                data, verdicts, listed, homes, *around, self.said, changed, self.parts
            ),
            "answer.html": answer_page(self.parts, homes, *around),
            FEED: feed(verdicts, changed, homes, calibration.at_hand(data)),
            DATA["href"]: data_page(data, *around),
            "claims.json": verdicts.to_json() + "\n",
            "llms.txt": render("llms.txt.j2", pages=self.navigation),
        }
        for name, text in files.items():
            (fresh / name).write_text(text, encoding="utf-8")
        said = in_one_line(self.data, self.verdicts)
        up_to_date.remember(fresh, self.records, self.data.edition, said)

    @property
    def current(self) -> bool:
        """Whether every page of the site is what a build of all of them would give."""
        return all(
            page.name in self.records
            and not self.records[page.name].error
            and self.records[page.name].key == self.keys[page.name]
            for page in self.pages
        )

    def result(self, page: Page, results: Mapping[str, PageResult]) -> PageResult:
        """What became of a page, whether it was run or not."""
        if page.name in results:
            return results[page.name]
        record = self.records.get(page.name)
        if record is None:
            return PageResult(page.name, page.title, "absent")
        return PageResult(page.name, page.title, "kept", record.error, record.cell)
