"""What a reader does: skip, filter, sort, fold, follow, go on, take the data away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, Tab

pytestmark = pytest.mark.slow
#: A number as pages write it: thousands apart, a true minus sign.
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")


@pytest.fixture
def front(site: Site, tab: Callable[..., Tab]) -> Iterator[Page]:
    """The front page; nothing may have gone wrong on it by the end."""
    opened = tab()
    opened.page.goto(site.url("index"))
    yield opened.page
    assert opened.found() == []


def shown(page: Page) -> list[str]:
    """Ids of the claims that the list shows, in its order."""
    return page.locator("#claim-list tbody tr:visible th").all_inner_texts()


def read(text: str) -> list[float]:
    return [float(found.replace(",", "").replace("−", "-")) for found in NUMBER.findall(text)]


def saved(page: Page, link: Locator, folder: Path) -> list[list[str]]:
    """The rows of the file that a click on `link` saves."""
    with page.expect_download() as waiting:
        link.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def near(text: str, value: float) -> bool:
    """Whether the first number in `text` is `value`, rounded to the decimals that are shown."""
    places = len(NUMBER.findall(text)[0].partition(".")[2])
    return read(text)[0] == pytest.approx(value, abs=0.501 * 10**-places)


def listed(page: Page) -> list[str]:
    """Numbers of the statements that the list shows, in its order."""
    return page.locator("#statement-list tbody tr:not(.group):visible th").all_inner_texts()


def test_the_list_is_filtered_by_words_theme_status_and_role(front: Page, site: Site) -> None:
    claims = site.claims
    front.get_by_role("tab", name="claims").click()
    expect(front.locator("#claim-count")).to_have_text(f"{len(claims)} of {len(claims)} claims")
    front.get_by_label("Search").fill("recover")
    said = {i: f"{c['statement']} {c['finding']}".lower() for i, c in claims.items()}
    assert shown(front) == [i for i, text in said.items() if "recover" in text]
    front.get_by_label("Search").fill("")
    front.get_by_label("Theme").select_option("risks")
    risks = [i for i, c in claims.items() if c["theme"] == "risks"]
    assert shown(front) == risks
    status = claims["K1"]["status"]
    front.locator("select[name=status]").select_option(status)
    left = [claim for claim in risks if claims[claim]["status"] == status]
    assert shown(front) == left
    expect(front.locator("#claim-count")).to_have_text(f"{len(left)} of {len(claims)} claims")
    front.get_by_label("Search").fill("no claim says this")
    assert shown(front) == []


def test_a_count_shows_the_claims_that_it_counts(front: Page, site: Site) -> None:
    counted = 0
    for button in front.locator("button.count").all():
        button.focus()
        front.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "true")
        beside = button.locator("xpath=..").locator("a.r2k-id").all_inner_texts()
        assert shown(front) == beside
        assert read(button.inner_text())[0] == len(beside)
        counted += len(beside)
        expect(front.locator("#claim-list thead")).to_be_in_viewport()
        label = button.inner_text().split(maxsplit=1)[1]
        expect(front.locator("#claim-count")).to_contain_text(f"only those {label}")
        front.keyboard.press("Enter")
    assert counted == len(site.claims)


def test_statements_are_the_first_tab_and_found_by_words_and_by_findings(front: Page) -> None:
    every = listed(front)
    assert [int(n) for n in every] == sorted(map(int, every))
    assert len(every) > 60
    expect(front.locator("#claim-list")).to_be_hidden()
    front.get_by_label("Search").fill("Herfindahl")
    assert len(listed(front)) < 5
    front.get_by_label("Search").fill("")
    front.get_by_label("Tested").select_option("no test")
    untested = front.locator("#statement-list tr:not(.group):visible td:nth-child(4)")
    assert 10 < untested.count() == len(listed(front))
    assert all("would decide" in text for text in untested.all_inner_texts())
    front.get_by_label("Part").select_option("What could go wrong")
    assert listed(front) == ["78"]
    expect(front.locator("#statement-list tr.group:visible")).to_have_count(1)
    tab = front.get_by_role("tab", name="statements")
    tab.focus()
    front.keyboard.press("ArrowRight")
    expect(front.get_by_role("tab", name="claims")).to_be_focused()
    expect(front.locator("#claim-list")).to_be_visible()
    expect(front.locator("#statement-list")).to_be_hidden()


def test_a_statement_leads_to_where_its_claim_is_argued(front: Page) -> None:
    row = front.locator("#statement-24")
    expect(row.locator(".r2k-badge")).to_contain_text("supported")
    row.get_by_role("link", name="H5").click()
    expect(front.locator("#H5 .r2k-card")).to_be_in_viewport()


def test_filter_and_sort_are_kept_in_the_address(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab().page
    page.goto(site.url("index"))
    page.get_by_role("tab", name="claims").click()
    page.get_by_label("Theme").select_option("history")
    page.get_by_label("Search").fill("small, or large & 90 %")
    page.get_by_label("Search").fill("")
    page.get_by_role("button", name="against it").click()
    page.get_by_role("button", name="against it").click()
    page.locator("#claim-list thead").get_by_role("button", name="n", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    address = page.evaluate("location.href")
    assert address.partition("#")[2] == "list=claims&theme=history&sort=-n"
    left = shown(page)
    other = tab()
    other.page.goto(address)
    assert shown(other.page) == left
    expect(other.page.locator('[aria-sort="descending"]')).to_have_text("n")
    expect(other.page.locator("#claim-list")).to_be_in_viewport()
    other.page.get_by_label("Search").fill("beta, & 90 %")
    again = tab()
    again.page.goto(other.page.evaluate("location.href"))
    expect(again.page.get_by_label("Search")).to_have_value("beta, & 90 %")
    assert again.found() == other.found() == []


@pytest.mark.parametrize(
    "address", ["list=none&sort=-nothing&theme=x&role=%", "pillars", "=&=", "q"]
)
def test_an_address_of_anybody_elses_does_no_harm(
    site: Site, tab: Callable[..., Tab], address: str
) -> None:
    opened = tab()
    opened.page.goto(site.url("index", address))
    assert len(listed(opened.page)) > 60
    assert opened.found() == []


@pytest.mark.parametrize("width", [1280, 375])
def test_the_first_figure_shows_the_span_that_is_asked_for(
    site: Site, tab: Callable[..., Tab], width: int
) -> None:
    opened = tab(width)
    page = opened.page
    page.goto(site.url("index"))
    figure = page.locator(".small-large figure")
    drawings = figure.locator("svg:visible")
    expect(drawings).to_have_count(1)
    plot = figure.locator(".r2k-plot:visible")
    whole = plot.get_attribute("aria-label")
    for button in figure.locator(".spans button").all():
        button.click()
        expect(drawings).to_have_count(1)
        expect(figure.locator(".r2k-finding:visible")).to_have_count(1)
        expect(figure.locator('[aria-pressed="true"]')).to_have_text(button.inner_text())
        said = figure.locator(".r2k-finding:visible").inner_text()
        label = plot.get_attribute("aria-label")
        assert label is not None
        assert label.startswith(said)
    assert plot.get_attribute("aria-label") == whole  # the last button is the whole
    assert opened.found() == []


def test_recent_returns_are_those_of_the_numbers_drawn(front: Page, tmp_path: Path) -> None:
    rows = saved(front, front.locator(".small-large figure a.r2k-csv"), tmp_path)
    at = rows[0].index
    dates = [row[0] for row in rows[1:]]
    levels = {row[0]: [float(row[at("small")]), float(row[at("large")])] for row in rows[1:]}
    starts = saved(front, front.locator(".small-large > .r2k-scroll a.r2k-csv"), tmp_path)[1:]
    seen = front.locator(".small-large > .r2k-scroll tbody tr").all()
    assert len(starts) == len(seen) == 7
    for (span, *_, start), row in zip(starts, seen, strict=True):
        years = int(span.split("y")[0]) if "a year" in span else 1
        first, last = levels[start], levels[dates[-1]]
        small, large = (
            100 * ((b / a) ** (1 / years) - 1) for a, b in zip(first, last, strict=True)
        )
        cells = [read(text)[0] for text in row.locator("td.r2k-num").all_inner_texts()]
        assert cells == pytest.approx([small, large, small - large], abs=0.051), span


@pytest.mark.parametrize("width", [1280, 375])
def test_the_list_is_sorted_by_keyboard_at_any_width(
    site: Site, tab: Callable[..., Tab], width: int
) -> None:
    page = tab(width).page
    page.goto(site.url("index", "list=claims"))
    ids = list(site.claims)
    assert shown(page) == ids
    heads = page.locator("#claim-list thead")
    by_n = heads.get_by_role("button", name="n", exact=True)
    by_n.focus()
    expect(by_n).to_be_in_viewport()
    page.keyboard.press("Enter")
    counted = [claim for claim in ids if site.claims[claim]["n"] is not None]
    rest = [claim for claim in ids if claim not in counted]
    assert shown(page) == sorted(counted, key=lambda c: site.claims[c]["n"]) + rest
    expect(heads.locator('[aria-sort="ascending"]')).to_have_text("n")
    page.keyboard.press("Enter")
    assert shown(page) == sorted(counted, key=lambda c: -site.claims[c]["n"]) + rest
    expect(heads.locator('[aria-sort="descending"]')).to_have_text("n")
    by_id = heads.get_by_role("button", name="id", exact=True)
    by_id.focus()
    page.keyboard.press(" ")
    assert shown(page) == ids


def test_the_skip_link_comes_first_and_leads_to_the_text(front: Page) -> None:
    front.keyboard.press("Tab")
    skip = front.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    front.keyboard.press("Enter")
    expect(front.locator("main")).to_be_focused()


def test_code_is_folded_and_shown_cell_by_cell_or_all_at_once(
    site: Site, tab: Callable[..., Tab]
) -> None:
    page = tab().page
    page.goto(site.url("01_history"))
    cells, switch = page.locator("details.code"), page.locator("#code-switch")
    assert cells.count() > 5
    expect(page.locator("details.code[open]")).to_have_count(0)
    cells.first.locator("summary").click()
    expect(page.locator("details.code[open]")).to_have_count(1)
    switch.click()
    expect(switch).to_have_text("Hide code")
    expect(page.locator("details.code[open]")).to_have_count(cells.count())
    expect(page.get_by_text('verdicts["P1"]').first).to_be_visible()
    switch.click()
    expect(page.locator("details.code[open]")).to_have_count(0)


def test_light_and_dark_are_the_readers_choice_on_every_page(
    site: Site, tab: Callable[..., Tab]
) -> None:
    page = tab(color_scheme="light").page
    page.goto(site.url("index"))
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.get_by_role("link", name="History", exact=True).click()
    assert page.evaluate(paper) == dark
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(paper) == light


def test_every_claim_has_a_permalink_that_leads_to_its_card(front: Page, site: Site) -> None:
    links = {
        ident: front.locator(f'#claim-list a.r2k-id[href$="#{ident}"]').get_attribute("href")
        for ident in site.claims
    }
    by_page: dict[str, list[str]] = {}
    for ident, href in links.items():
        by_page.setdefault(href.partition(".html#")[0], []).append(ident)
    for name, idents in by_page.items():
        front.goto(site.url(name))
        for ident in idents:
            card = front.locator(f'[id="{ident}"] .r2k-card, .r2k-card[id="{ident}"]')
            expect(card).to_have_count(1)
            expect(card).to_have_attribute("data-r2k-claim", ident)
        front.goto(site.url(name, idents[-1]))
        expect(front.locator(f'[id="{idents[-1]}"]')).to_be_in_viewport()


def test_links_within_and_between_pages_arrive(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab().page
    anchors: dict[str, list[str]] = {}
    links: list[tuple[str, str, str]] = []
    for name in site.pages:
        page.goto(site.url(name))
        assert page.locator("h1").count() == 1, name
        anchors[name] = page.evaluate("Array.from(document.querySelectorAll('[id]'), e => e.id)")
        assert len(anchors[name]) == len(set(anchors[name])), name
        hrefs = page.evaluate("Array.from(document.querySelectorAll('a[href]'), a => a.href)")
        own = [href.partition("#") for href in hrefs if href.startswith("file:")]
        links += [(name, address, anchor) for address, _, anchor in own]
    root = site.folder.as_uri() + "/"
    for name, address, anchor in links:
        assert address.startswith(root), (name, address)
        target = address.removeprefix(root)
        assert (site.folder / target).is_file(), (name, address)
        if anchor:
            assert unquote(anchor) in anchors[target.removesuffix(".html")], (name, address, anchor)


def test_previous_and_next_walk_through_all_notebooks(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab().page
    notebooks = [name for name in site.pages if re.match(r"\d\d_", name)]
    page.goto(site.url(notebooks[0]))
    walked = [notebooks[0]]
    for _ in notebooks[1:]:
        follow(page, "next")
        walked.append(Path(page.url).stem)
    expect(page.locator('a[rel="next"]')).to_have_count(0)
    assert walked == notebooks
    follow(page, "prev")
    assert Path(page.url).stem == notebooks[-2]


def follow(page: Page, way: str) -> None:
    link = page.locator(f'a[rel="{way}"]')
    href = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**/{href}")


def test_three_clicks_lead_from_the_front_page_to_the_data_behind_a_claim(
    front: Page, site: Site, tmp_path: Path
) -> None:
    claim = site.claims["H5"]
    front.goto(site.url("index", "list=claims"))
    front.locator("#claim-list").get_by_role("link", name="H5").click()  # one
    argued = front.locator("#H5")
    expect(argued.locator(".r2k-card")).to_be_visible()
    argued.locator("summary", has_text="other ways of asking").click()  # two
    curve = argued.locator('a.r2k-csv[download="h5-specifications.csv"]')
    rows = saved(front, curve, tmp_path)  # three
    assert rows[0] == ["specification", "value", "low", "high", "n"]
    primary, *others = rows[1:]
    assert float(primary[1]) == pytest.approx(claim["value"], rel=1e-5)  # six figures
    assert [float(cell) for cell in primary[2:4]] == pytest.approx(claim["interval"], rel=1e-5)
    assert [row[0] for row in others] == [point["label"] for point in claim["specifications"]]
    for row, point in zip(others, claim["specifications"], strict=True):
        assert float(row[1]) == pytest.approx(point["value"], rel=1e-5)
        assert int(row[4]) == point["n"]
    front.locator("#code-switch").click()  # and the code, where it is asked for
    expect(front.get_by_text('verdicts["H5"]').first).to_be_visible()


def test_every_figure_and_table_gives_its_data_away(site: Site, tab: Callable[..., Tab]) -> None:
    page, files = tab().page, 0
    for name in site.pages:
        page.goto(site.url(name))
        without = page.evaluate("""
            Array.from(document.querySelectorAll("figure, .output .r2k-scroll, .wide .r2k-scroll"))
              .filter((box) => !box.parentElement.querySelector("a.r2k-csv"))
              .map((box) => box.textContent.slice(0, 80))
        """)
        assert without == [], name
        for link in page.locator("a.r2k-csv").all():
            kind, _, data = link.get_attribute("href").partition(",")
            assert kind == "data:text/csv;charset=utf-8"
            text = unquote(data)
            widths = {len(row) for row in csv.reader(io.StringIO(text))}
            assert len(widths) == 1, (name, link.get_attribute("download"))
            assert len(text.splitlines()) > 1
            files += 1
    assert files > 60


def test_claims_json_and_the_list_as_csv_are_one_click_away(
    front: Page, site: Site, tmp_path: Path
) -> None:
    front.get_by_role("tab", name="claims").click()
    rows = saved(front, front.locator('.after a.r2k-csv[download^="claims-"]'), tmp_path)
    assert [row[0] for row in rows[1:]] == list(site.claims)
    front.get_by_role("link", name="claims.json").click()
    assert json.loads(front.locator("pre").inner_text())[0]["id"] == next(iter(site.claims))


def agrees(claim: dict[str, Any], status: str, effect: str, n: str) -> list[str]:
    """What a page shows of a claim and the ledger says otherwise."""
    wrong = []
    if claim["status"] not in status or (claim["note"] or "") not in status:
        wrong.append(f"status {status!r}")
    if claim["value"] is not None:
        if not near(effect, claim["value"]):
            wrong.append(f"value {effect!r}")
        if read(n)[0] != claim["n"]:
            wrong.append(f"n {n!r}")
    if claim["interval"]:
        ends = effect[effect.rindex("[") :].split(", ")
        if not all(map(near, ends, claim["interval"])):
            wrong.append(f"interval {effect!r}")
    return wrong


def test_the_front_page_says_what_the_ledger_says(front: Page, site: Site) -> None:
    wrong = {}
    for row in front.locator("#claim-list tbody tr").all():
        ident, *cells = row.locator("th, td").all_text_contents()
        claim = site.claims[ident]
        assert cells[0].startswith(claim["statement"])
        assert bool(claim["finding"]) == (cells[0] != claim["statement"])
        found = agrees(claim, cells[1], cells[2], cells[4])
        if found:
            wrong[ident] = found
    assert not wrong


def test_every_card_says_what_the_ledger_says(site: Site, tab: Callable[..., Tab]) -> None:
    page, wrong, met = tab().page, {}, set()
    for name in site.pages:
        page.goto(site.url(name))
        for card in page.locator(".r2k-card").all():
            ident = card.get_attribute("data-r2k-claim")
            if ident not in site.claims:
                assert name == "08_your_own", ident  # a claim of the reader's own
                continue
            claim = site.claims[ident]
            met.add(ident)
            assert claim["statement"] == card.locator("h3").text_content()
            terms = 'dl:first-of-type div:has(dt:text-is("{}")) dd'
            effect = " ".join(
                text
                for term in ("estimate", "reading", "90 % interval")
                for text in card.locator(terms.format(term)).all_text_contents()
            )
            counted = card.locator('dl:first-of-type div:has(dt:text-is("observations")) dd')
            found = agrees(
                claim,
                card.locator(".r2k-standing .r2k-badge").text_content().replace("\u00a0", " "),
                effect,
                " ".join(counted.all_text_contents()),
            )
            if found:
                wrong[ident, name] = found
    assert not wrong
    assert met == set(site.claims)


def test_the_grid_shows_state_and_link_of_the_ledger(front: Page, site: Site) -> None:
    rows = front.locator(".r2k-grid tbody tr")
    assert rows.count() == 7
    for row in rows.all():
        (state, link) = row.locator("td").all()
        ident = link.locator("a.r2k-id").inner_text()
        assert site.claims[ident]["status"] in link.locator(".r2k-badge").text_content()
        assert state.locator("a.r2k-id").inner_text() in ("E0", "R0", "V0", "S0", "K0")


def test_a_word_is_explained_by_keyboard_and_closed_by_escape(front: Page) -> None:
    word = front.locator("abbr.r2k-term").first
    word.focus()
    shown = "(word) => getComputedStyle(word, '::after').content"
    assert word.evaluate(shown) == f'"{word.get_attribute("data-means")}"'
    front.keyboard.press("Escape")
    assert word.evaluate(shown) == "none"


def test_paper_opens_the_drawers_of_cards(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab().page
    page.goto(site.url("02_economy"))
    closed = page.locator(".r2k-drawer:not([open])")
    assert closed.count() == page.locator(".r2k-drawer").count() > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert closed.count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert closed.count() == page.locator(".r2k-drawer").count()


def test_a_figure_is_saved_as_an_image(front: Page, tmp_path: Path) -> None:
    with front.expect_download() as waiting:
        front.locator(".r2k-image").first.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "small-against-large.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > 20_000


def test_the_answer_takes_one_sheet(site: Site, tab: Callable[..., Tab]) -> None:
    page = tab().page
    page.goto(site.url("answer"))
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
