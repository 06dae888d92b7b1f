"""Pages and the site, from tiny notebooks; the ones that start kernels are marked slow."""

from __future__ import annotations

import json
import sys

import pytest

from r2klib.claims import thesis
from r2klib.errors import InputError, UnknownName
from r2klib.site import assembly, notebooks, runner
from r2klib.site.runner import Failure, without_module
from tests.made import STATUSES, Tags, check_page, write_notebook


def pages(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.suffix == ".html"}


@pytest.mark.slow
def test_a_site_with_a_failing_notebook(built, tmp_path, verdicts):
    result = built()
    assert result.exit_status == 1
    assert [(page.name, page.state) for page in result.pages] == [
        ("01_good", "built"),
        ("02_bad", "failed"),
    ]
    failed = result.failed[0]
    assert failed.cell == 2
    assert failed.error == "code cell 2 (1 / 0): ZeroDivisionError: division by zero"
    assert any("02_bad failed at code cell 2" in line for line in built.log)

    html = pages(tmp_path / "site")
    assert set(html) == {"index.html", "answer.html", "data.html", "01_good.html", "02_bad.html"}
    for page in html.values():
        check_page(page)

    good = html["01_good.html"]
    text = Tags(good).text
    assert "42" in text
    assert "mine 2026-11-22 True" in text  # edition, day and a neutral folder reach the kernel
    assert "<script>alert(1)" not in good
    assert '<a href="#section-one">Section one</a>' in good
    assert 'id="section-one-2"' in good
    assert 'href="#P2">P2 <span class="r2k-badge r2k-good">' in good
    assert good.count('<details class="code">') == 2  # cells without output fold into the next
    assert '<a class="r2k-id">P3</a>' in good  # argued nowhere, so it leads nowhere
    assert "Edition mine: data to 2001-12-31." in text

    bad = html["02_bad.html"]
    assert "shown" in bad
    assert "ZeroDivisionError: division by zero" in bad
    assert "Code cell 2: stopped here" in bad
    assert "Never reached" not in bad  # what was not run ends in the ledger's cards
    assert bad.index("What the ledger says of the rest") < bad.index('data-r2k-claim="P4"')
    assert "Traceback" not in bad
    assert str(tmp_path) not in bad

    index = html["index.html"]
    assert "ZeroDivisionError: division by zero" in index
    assert "A page &lt;that&gt; fails" in index
    assert "✗" in index
    assert 'href="01_good.html#P2"' in index
    ledger = json.loads((tmp_path / "site" / "claims.json").read_text())
    assert ledger == verdicts.to_records()


@pytest.mark.slow
def test_what_has_not_changed_is_kept_and_what_has_is_run(built, folder, tmp_path):
    (folder / "02_bad.ipynb").unlink()
    write_notebook(folder / "02_other.ipynb", ("markdown", "# Other"), "1 + 1")
    out = tmp_path / "site"
    assert built().exit_status == 0
    first = {path: path.read_bytes() for path in out.rglob("*.*")}
    assert {page.state for page in built().pages} == {"kept"}
    assert built.log[-1] == "Nothing has changed: every page is up to date."
    assert {path: path.read_bytes() for path in out.rglob("*.*")} == first

    write_notebook(folder / "02_other.ipynb", ("markdown", "# Other"), "1 + 2")
    (out / "01_good.html").write_text("damaged")
    assert [page.state for page in built(only=["02_other"]).pages] == ["absent", "built"]
    assert [page.state for page in built().pages] == ["built", "built"]
    assert (out / "01_good.html").read_bytes() == first[out / "01_good.html"]
    assert [page.state for page in built(only=["02_other"], force=True).pages] == ["kept", "built"]


@pytest.mark.slow
def test_an_endless_a_dying_and_a_broken_notebook_are_named(built, folder):
    for path in folder.iterdir():
        path.unlink()
    write_notebook(folder / "01_endless.ipynb", "x = 1", "while True: pass")
    write_notebook(folder / "02_dies.ipynb", "import os\nos._exit(3)")
    (folder / "03_broken.ipynb").write_text("{not json")
    result = built(timeout=4, jobs=2)
    errors = [page.error for page in result.pages]
    assert result.exit_status == 1
    assert errors[0] == "code cell 2 (while True: pass): no end within 4 seconds (timeout)"
    assert errors[1] == "code cell 1 (import os): the kernel died"
    assert errors[2].startswith("before the first cell: not a notebook")
    for html in pages(result.out).values():
        check_page(html)


def test_an_unknown_page_is_named_with_the_close_ones(built):
    with pytest.raises(UnknownName, match=r"no page '01_god'.*'01_good'"):
        built(only=["01_god"])


def test_bad_arguments_are_refused_before_any_work(built, tmp_path):
    with pytest.raises(InputError, match="jobs"):
        built(jobs=0)
    with pytest.raises(InputError, match="no notebooks"):
        built(notebooks=tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        built(out=tmp_path / "file")


def test_a_statement_whose_claim_is_not_declared_fails_the_build(built, monkeypatch, tmp_path):
    declared = {claim for one in thesis.statements() for claim in one.claims}
    monkeypatch.setattr(assembly, "ledger", lambda: declared - {"K5", "V2"})
    with pytest.raises(InputError, match=r"Statement 28 \('Economy, rates and .*'\) names V2\."):
        built()
    assert not (tmp_path / "site").exists()


@pytest.mark.slow
def test_the_front_page_alone_has_everything(built, monkeypatch, tmp_path):
    """No page is run: the front page is drawn from the verdicts alone."""
    monkeypatch.setattr(assembly._Site, "stale", lambda self, *_: [])
    built()
    html = (tmp_path / "site" / "index.html").read_text()
    check_page(html)
    text = Tags(html).text
    assert "Not shown." in text
    assert "<script>alert('reason')" not in html
    for status in STATUSES:
        assert status in text
    assert "not built in this run" in text
    assert [m for m in Tags(html).named("tr") if "data-status" in m]
    assert "1 series of edition mine" in text
    assert "holds no pair of small and large companies" in text  # and no empty figure
    statements = [m for m in Tags(html).named("tr") if (m.get("id") or "").startswith("statement-")]
    assert len(statements) == 87


def test_titles_come_from_the_first_heading_and_else_from_the_name(folder):
    assert notebooks.title(folder / "01_good.ipynb") == "A good page"
    plain = write_notebook(folder / "03_no_heading.ipynb", "# not a heading")
    assert notebooks.title(plain) == "No heading"
    (folder / "broken.ipynb").write_text("[]")
    assert notebooks.title(folder / "broken.ipynb") == "Broken"


def test_failures_say_where():
    assert str(Failure(0, "no kernel")) == "before the first cell: no kernel"
    assert str(Failure(3, "E: m", "x = 1")) == "code cell 3 (x = 1): E: m"


def test_a_module_can_be_kept_from_being_imported_for_a_while():
    with without_module("r2klib_no_such"):
        assert sys.modules["r2klib_no_such"] is None
    assert "r2klib_no_such" not in sys.modules
    with without_module("sys"):
        assert sys.modules["sys"] is sys


def test_the_kernels_environment_is_neutral(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    environment = runner.kernel_environment(tmp_path, {"R2K_EDITION": "sample"})
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert environment["IPYTHONDIR"].startswith(str(tmp_path))
    assert environment["R2K_EDITION"] == "sample"
