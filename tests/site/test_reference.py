"""The reference and the documentation pages: whole, linked, self-contained, the same every time."""

from __future__ import annotations

import re
from html import unescape
from importlib import import_module

import pytest

import r2klib
from r2klib.site import docs_site, reference
from tests.made import check_page

NOTEBOOKS = [{"name": "01_history", "href": "01_history.html", "label": "History"}]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    docs_site.write(folder, [*NOTEBOOKS, *docs_site.NAVIGATION])
    for name in ("index.html", "01_history.html"):
        (folder / name).write_text('<h1 id="top">Elsewhere</h1>')
    return folder


@pytest.fixture(scope="module")
def pages(site):
    found = {p.relative_to(site).as_posix(): p.read_text("utf-8") for p in site.rglob("*/*.html")}
    assert {"api/index.html", "api/stats.html", "docs/index.html"} < set(found)
    return found


def text_of(html):
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_every_public_name_is_documented(pages):
    for page in reference.PAGES:
        for name in reference.listed(import_module(f"r2klib.{page}")):
            inside = rf"{re.escape(name)}[.\"]"  # itself, or what a module of that name defines
            assert re.search(rf'id="{inside}', pages[f"api/{page}.html"]), name
            assert re.search(rf'<a href="{page}.html#{inside}', pages["api/index.html"]), name
    for name in r2klib.__all__:
        assert name in pages["api/index.html"]


def test_the_index_names_functions_classes_and_modules_that_are_public_as_a_whole(pages):
    for home in (
        *("stats.html#ols_hac", "claims.html#Verdict", "data.html#catalog.get"),
        *("audit.html#compare.compare", "live.html#pull", "errors.html#SeriesMissing"),
    ):
        assert f'<a href="{home}">' in pages["api/index.html"], home


def test_links_inside_the_site_lead_somewhere(site, pages):
    for name, html in pages.items():
        for href in re.findall(r'<a [^>]*?href="([^"]+)"', html):
            if re.match(r"https?:", href):
                continue
            path, _, anchor = href.partition("#")
            target = (site / name).parent / path if path else site / name
            assert target.is_file(), (name, href)
            if anchor:
                assert f'id="{anchor}"' in target.read_text("utf-8"), (name, href)


def test_every_page_holds_to_what_holds_for_all(pages):
    for html in pages.values():
        check_page(html)


def test_equations_are_mathml_and_nothing_is_left_as_tex(pages):
    assert pages["api/stats.html"].count("<math ") > 50
    for name, html in pages.items():
        assert "r2k-tex" not in html, name
        for formula in re.findall(r"<math.*?</math>", html, re.DOTALL):
            assert "\\" not in formula, (name, text_of(formula))
        prose = re.sub(r"<(pre|code)\b.*?</\1>", "", html, flags=re.DOTALL)
        assert "$$" not in prose, name
        assert not re.search(r":(?:math|func|class):`|\.\. \w+::", text_of(prose)), name


def test_signatures_read_as_in_the_source(pages):
    found = re.search(
        r'id="ols_hac".*?<pre class="r2k-signature"[^>]*>(.*?)</pre>',
        pages["api/stats.html"],
        re.DOTALL,
    )
    said = text_of(found[1])
    assert said.startswith("ols_hac(\n    y: ")
    assert ") -> RegressionFit" in said
    assert '<a href="#RegressionFit">RegressionFit</a>' in found[1]
    assert " 0x" not in "".join(pages.values())  # an address in memory would differ every time


def test_the_sections_of_a_docstring_become_lists():
    html = reference._html(
        "Sum.\n\nParameters\n----------\nx : Series\n    Monthly.\n\nReturns\n-------\nfloat\n"
        "    The sum.\n\nExamples\n--------\n>>> 1 + 1\n2\n"
    )
    assert [text_of(label) for label in re.findall(r"<p class=.r2k-label.>.*?</p>", html)] == [
        "Parameters",
        "Returns",
        "Examples",
    ]
    assert "<strong>x</strong> (Series)" in html
    assert "<h" not in html
    assert re.search(r'<div class="highlight"><pre tabindex="0">.*&gt;&gt;&gt;', html)


def test_only_names_that_are_ours_are_linked():
    homes = {"load": "data.html#load", "Verdict": "claims.html#Verdict", "data": "data.html"}
    html = "<code>data</code> <code>r2klib.load</code> <code>load()</code> <code>Verdict</code>"
    assert reference.linked(html, homes, "claims.html") == (
        '<code>data</code> <a href="data.html#load"><code>r2klib.load</code></a> '
        '<a href="data.html#load"><code>load()</code></a> '
        '<a href="#Verdict"><code>Verdict</code></a>'
    )


def test_a_second_build_reads_what_the_first_one_made(site, pages, tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "reference", lambda: pytest.fail("made again"))
    docs_site.write(tmp_path, [*NOTEBOOKS, *docs_site.NAVIGATION])
    again = {
        p.relative_to(tmp_path).as_posix(): p.read_text("utf-8") for p in tmp_path.rglob("*/*.html")
    }
    assert again == pages


@pytest.mark.slow
def test_what_is_made_anew_is_the_same_and_a_broken_cache_is_no_harm(pages, tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    kept = docs_site.cache_home() / "docs" / f"{docs_site._key()}.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{not json")
    (kept.parent / "older.json").write_text("{}")
    docs_site.write(tmp_path, [*NOTEBOOKS, *docs_site.NAVIGATION])
    assert {
        p.relative_to(tmp_path).as_posix(): p.read_text("utf-8")
        for p in tmp_path.glob("[ad]*/*.html")
    } == pages
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_source_is_shown_without_what_the_docstring_said_above_it():
    shown = reference._undocumented(
        '@cache\nclass A:\n    """Said.\n\n    More.\n    """\n\n    # why\n    @property\n'
        '    def b(self):\n        """Said."""\n\n        return """kept"""\n\n'
        '    def c(self):\n        """Said."""\n'
    )
    assert shown == (
        "@cache\nclass A:\n    # why\n    @property\n    def b(self):\n"
        '        return """kept"""\n\n    def c(self):\n        ...\n'
    )
