"""Every page: it asks for nothing, breaks nothing, bars nobody, and fits phone and paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Site, Tab

WIDTHS = (375, 768, 1440)
#: All of axe's rules, and targets that a finger can hit; the same less contrast, which takes most
#: of the time; in the dark, what colour can change.
RULES = {
    "light": "{resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}",
    "shape": "{resultTypes: ['violations'], rules: {'target-size': {enabled: true}, "
    "'color-contrast': {enabled: false}}}",
    "dark": "{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']}",
}
#: One page of each kind: colours are those of the style sheets that kinds share.
KINDS = (
    "index",
    "01_history",
    "08_your_own",
    "answer",
    "data",
    "docs/verdicts",
    "api/desk",
)
#: To readers a drawing is one picture with a description; axe need not look at its thousand parts.
EMPTIED = "document.querySelectorAll('[role=img] svg').forEach((svg) => svg.replaceChildren())"
#: Texts of figures that are seen: how large they come out, and whether they leave the page.
FIGURE_TEXTS = """
() => Array.from(document.querySelectorAll(".r2k-plot svg text"))
  .filter((text) => text.checkVisibility())
  .map((text) => {
    const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d;
    const box = text.getBoundingClientRect();
    const turned = Math.abs(text.getScreenCTM().b) > 0.01;
    return {said: text.textContent, size: turned ? box.width : size, left: box.left,
            right: box.right, figure: text.closest("figure").id};
  })
"""
SEEN = """
(selector) => Array.from(document.querySelectorAll(selector))
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height > 0)
  .length
"""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("width", "scheme"), [*((w, "light") for w in WIDTHS), (1440, "dark")])
def test_a_page_asks_for_nothing_never_scrolls_sideways_and_has_figures_to_read(
    site: Site, tab: Callable[..., Tab], width: int, scheme: str
) -> None:
    wrong: dict[str, list[str]] = {}
    opened, seen = tab(width, color_scheme=scheme), 0
    for name in site.pages:
        opened.problems.clear()
        opened.page.goto(site.url(name))
        found = opened.found()
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px wide")
        texts = opened.page.evaluate(FIGURE_TEXTS)
        seen += len(texts)
        lost = (t for t in texts if t["size"] < 9 or t["left"] < 0 or t["right"] > width)
        found += [f"text of a figure: {text}" for text in lost]
        if found:
            wrong[name] = found
    assert not wrong
    assert seen > 500


def kinds(site: Site) -> list[str]:
    """All pages, and one of the API's: a template makes those alike, of thousands of parts."""
    return [name for name in site.pages if not name.startswith("api/") or name == "api/desk"]


def violations(page: Page, scheme: str, *, unfolded: bool = True) -> list[str]:
    """What axe finds on a page; it does not look into folds, so code is unfolded for it."""
    for code in page.locator("#code-switch[aria-pressed=false]").all() if unfolded else ():
        code.click()
    page.evaluate(EMPTIED)
    page.evaluate(AXE_SCRIPT)
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {node['html'][:200]} {node['failureSummary']}"
        for rule in page.evaluate(f"axe.run({RULES[scheme]})")["violations"]
        for node in rule["nodes"][:1]
    ]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    site: Site, tab: Callable[..., Tab], scheme: str, *, every: bool
) -> None:
    page, wrong = tab(1280, color_scheme=scheme).page, {}
    for name in site.pages if every else kinds(site) if scheme == "light" else KINDS:
        page.goto(site.url(name))
        rules = scheme if every or name in KINDS else "shape"
        # Code looks alike on every page and has thousands of parts, so two pages show theirs.
        found = violations(page, rules, unfolded=name in ("01_history", "08_your_own"))
        if found:
            wrong[name] = found
    assert not wrong


def test_axe_finds_nothing_on_a_phone(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab(375).page
    for name in ("index", "01_history"):
        page.goto(site.url(name))
        assert violations(page, "shape") == [], name  # colours are those of any width


def test_paper_holds_every_figure_on_a4_and_no_navigation(
    site: Site, tab: Callable[..., Tab]
) -> None:
    opened = tab().page
    for name in kinds(site):
        opened.goto(site.url(name))
        figures = opened.locator("figure").count()
        shut = opened.locator("details figure").count()  # printing opens the drawers, below
        opened.emulate_media(media="print")
        assert opened.evaluate(SEEN, "figure .r2k-plot > svg") == figures - shut, name
        assert opened.evaluate(SEEN, "nav, .skip, .switches, .filters, .permalink") == 0, name
        pdf = opened.pdf(prefer_css_page_size=True, tagged=True)
        opened.emulate_media(media="screen")
        sizes = set(re.findall(rb"/MediaBox \[([^\]]*)\]", pdf))
        assert {tuple(round(float(n)) for n in size.split()) for size in sizes} == {
            (0, 0, 595, 842)
        }, name
        assert len(re.findall(rb"/S /Figure\b", pdf)) >= figures, name
