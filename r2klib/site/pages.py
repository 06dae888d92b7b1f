"""A notebook that has run, as a page: nbconvert's exporter with a template of our own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import Any

from r2klib.show.html import escape, parts_css, prose, slug, squeezed, tokens_css
from r2klib.show.status import badge_of
from r2klib.site.mathml import lighter, markdown
from r2klib.site.outputs import Outputs
from r2klib.site.runner import Failure, import_jupyter

_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")
#: The card of a claim that is argued: colour role, id and status.
_ARGUED = re.compile(
    r'<section class="r2k-argument".*?<article class="r2k r2k-card r2k-(\w+)"[^>]*? '
    r'data-r2k-claim="([^"]+)" data-r2k-status="([^"]*)"',
    re.DOTALL,
)
#: The one question that a cell asks before it works a claim out, and the cell that argues it.
_GUARD = re.compile(r'^if verdicts\["(\w+)"\]\.answered', re.MULTILINE)
_LACKS = "This edition lacks what it takes to work this out; the cards name the series."
_ARGUES = re.compile(r'\bshow\.(?:argue|card)\(verdicts\["(\w+)"\]')
#: Lines that only IPython reads: magics, shell commands, questions.
_MAGIC = re.compile(r"^\s*[%!?]|[?!]\s*$|=\s*[%!]", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A line of the contents list; claims stand one level below the headings.

    `mark` is HTML that follows the text: a claim's status.
    """

    level: int
    anchor: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Page:
    """What the site says about a page before it is built: file stem and title."""

    name: str
    title: str

    @property
    def href(self) -> str:
        """Address of the page, relative to the site."""
        return f"{self.name}.html"


@dataclass
class Body:
    """A page's article and what was met on the way."""

    html: str
    contents: list[Entry] = field(default_factory=list)
    css: list[str] = field(default_factory=list)


def convert(
    notebook: Any, name: str, failure: Failure | None = None, unanswered: Collection[str] = ()
) -> Body:
    """The cells of a notebook that was run as HTML, by nbconvert and the template ``r2klib``.

    A page ends at the cell where it stopped. A paragraph that only leads to cells of `unanswered`
    claims, which work nothing out, is left out.
    """
    exporter = _exporter()
    outputs = Outputs(name, markdown)
    contents: list[Entry] = []
    exporter.register_filter(
        "r2k_markdown", lambda html: anchored(outputs.tame(html, save=False), outputs, contents)
    )
    exporter.register_filter("r2k_output", lambda output: _listed(outputs.render(output), contents))
    failed = failure.cell if failure else 0
    shown = copy(notebook)
    shown.cells = list(_speaking(_reached(notebook.cells, failed)[0], unanswered))
    _mark_runs(shown.cells, failed)
    html, _ = exporter.from_notebook_node(shown, resources={"r2k_failed_cell": failed})
    return Body(html=html, contents=contents, css=list(outputs.css))


def _reached(cells: Sequence[Any], failed: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """The cells up to the code cell of that number, and those after it; all where it is none."""
    code = [at for at, cell in enumerate(cells) if cell.cell_type == "code"]
    end = code[failed - 1] + 1 if failed else len(cells)
    return cells[:end], cells[end:]


def unreached(notebook: Any, failure: Failure) -> list[str]:
    """The claims that are argued in the cell where a notebook stopped, and after it.

    Of one that came to no cell, all.
    """
    before, after = _reached(notebook.cells, failure.cell)
    rest = (*before[-1:], *after) if failure.cell else notebook.cells
    return [claim for cell in rest for claim in _ARGUES.findall(cell.source)]


def _speaking(cells: Sequence[Any], unanswered: Collection[str]) -> Iterator[Any]:
    """The cells without paragraphs that lead to work not done, unless a card says why.

    Of a heading the line stays, and says so where nothing else does.
    """
    for at, cell in enumerate(cells):
        under = list(takewhile(lambda after: after.cell_type == "code", cells[at + 1 :]))
        idle = [not {*unanswered}.isdisjoint(_GUARD.findall(code.source)) for code in under]
        heading, shown = cell.source.startswith("#"), [code.outputs for code in under]
        works = cell.cell_type == "code" or not idle or not all(idle)
        if works or (heading and "r2k-card" in str(shown)):
            yield cell
        elif heading:
            line = cell.source.partition("\n")[0]
            said = copy(cell)
            said.source = line if any(shown) else f"{line}\n\n{_LACKS}"
            yield said


def _mark_runs(cells: Sequence[Any], failed: int) -> None:
    """Mark code cells that follow each other without output: a page folds them as one.

    The cell that failed stands alone, unfolded.
    """
    before, number = None, 0
    for cell in cells:
        code = cell.cell_type == "code"
        number += code
        joins = (
            code
            and number != failed
            and before is not None
            and before.cell_type == "code"
            and not before.outputs
        )
        cell.metadata["r2k"] = {"joins": joins, "joined": False}
        if joins and before is not None:
            before.metadata["r2k"]["joined"] = True
        before = cell


def anchored(html: str, outputs: Outputs, contents: list[Entry]) -> str:
    """Headings with an id and a permalink, noted in the contents."""

    def anchor(match: re.Match[str]) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        text = unescape(_MARK.sub("", inner)).strip()
        ident = outputs.reserve(slug(text))
        if level == 2:
            contents.append(Entry(level, ident, text))
        if level == 1:
            return f'<h1{attributes} id="{ident}">{inner}</h1>'
        link = f'<a class="permalink" href="#{ident}" aria-label="Link to: {escape(text)}">#</a>'
        return f'<h{level}{attributes} id="{ident}">{inner} {link}</h{level}>'

    return _HEADING.sub(anchor, html)


def _listed(html: str, contents: list[Entry]) -> str:
    """An output unchanged; the claims argued in it are noted in the contents."""
    contents += [
        Entry(3, claim, claim, badge_of(unescape(status), tone=tone))
        for tone, claim, status in _ARGUED.findall(html)
    ]
    return html


def _coloured(source: str) -> str:
    """Code that a keyboard can scroll where it is wide."""
    from pygments import highlight

    written = "ipython3" if _MAGIC.search(source) else "python3"  # which takes half the time
    coloured = lighter(highlight(source, *_highlighter(written)))
    return coloured.replace("<pre>", '<pre tabindex="0">', 1)


@cache
def _highlighter(written: str) -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(written), HtmlFormatter()


@cache
def _exporter() -> Any:
    """One warm exporter for all pages of a run."""
    from jinja2 import pass_context

    html = import_jupyter("nbconvert.exporters.html")
    base = import_jupyter("nbconvert.exporters.templateexporter")

    class PageExporter(html.HTMLExporter):  # type: ignore[misc,name-defined]
        """nbconvert's exporter, less its pass through BeautifulSoup, which takes seconds."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
            self.register_filter("highlight_code", _coloured)
            return base.TemplateExporter.from_notebook_node(self, nb, resources, **kw)

        @pass_context
        def markdown2html(self, context: Any, source: str) -> str:
            return markdown(source, context.get("cell", {}).get("attachments"))

    folder = Path(str(resources.files("r2klib.site").joinpath("templates")))
    return PageExporter(
        template_name="r2klib",
        extra_template_basedirs=[str(folder)],
        exclude_anchor_links=True,
        optimistic_validation=True,  # once, not after each preprocessor
    )


def article(
    body: Body,
    title: str,
    *,
    failure: Failure | None = None,
    banner: str = "",
    turn: tuple[Page | None, Page | None] = (None, None),
    css: Sequence[str] = (),
    **context: Any,
) -> str:
    """A whole page around an article: its contents beside it, the pages before and after beneath.

    `context` is what `shell` takes; an article without a heading gets the page's title.
    """
    heading = "" if "<h1" in body.html else f"<h1>{escape(title)}</h1>"
    main = render(
        "page.html.j2",
        contents=body.contents,
        failure=failure or "",
        banner=banner,
        body=heading + body.html,
        previous=turn[0],
        next=turn[1],
    )
    return shell(title=f"{title} - r2klib", main=main, css=[*body.css, *css], **context)


def turn(pages: Sequence[Page], at: int) -> tuple[Page | None, Page | None]:
    """The pages before and after one."""
    return pages[at - 1] if at else None, pages[at + 1] if at + 1 < len(pages) else None


def shell(
    *, title: str, main: str, css: Sequence[str] = (), scripts: Sequence[str] = (), **context: Any
) -> str:
    """A whole page around `main`, with a policy that lets nothing in and nothing out.

    `main` is HTML that is safe already. `css` are more rules, `scripts` more programs by file name;
    all are named by hash in the policy. `context` is what else ``shell.html.j2`` takes.
    """
    claims = not _classes(parts_css("claims")).isdisjoint(_classes(main))
    style = "\n".join([page_css(claims=claims), *css])
    figures = ("figures.js",) if "r2k-csv" in main else ()
    programs = [template(name) for name in ("theme.js", "page.js", *figures, *scripts)]
    policy = (
        "default-src 'none'; img-src data:; "
        f"style-src {_digest(style)}; "
        f"script-src {' '.join(map(_digest, programs))}; "
        "base-uri 'none'; form-action 'none'"
    )
    around = {"style": style, "programs": programs, "policy": policy}
    return render("shell.html.j2", title=title, main=main, **around, **context)


def render(name: str, /, **context: Any) -> str:
    """A template of the site, outside text escaped."""
    return str(_environment().get_template(name).render(**context))


def _classes(text: str) -> set[str]:
    """Names of our own classes in a style sheet or a page."""
    return set(re.findall(r"\br2k-[a-z]+", text))


@cache
def page_css(*, claims: bool = True) -> str:
    """Style of a page: the palette in light and dark, the pieces it has, the page itself."""
    light, dark = tokens_css(dark=False), tokens_css(dark=True)
    tokens = (
        f":root{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{"
        f":root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}"
    )
    pieces = parts_css() + (parts_css("claims") if claims else "")
    return tokens + squeezed(pieces + template("page.css"))


@cache
def template(name: str) -> str:
    """Text of a file among the templates."""
    return resources.files("r2klib.site").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["prose"] = prose
    return made


def _digest(text: str) -> str:
    """A style or script as the policy names it; a browser hashes what stands between the tags."""
    hashed = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(hashed).decode('ascii')}'"
