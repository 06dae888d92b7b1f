"""`r2k new` and `r2k report --notebook`: a study of one's own, from a template to a page."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from r2klib.cli import main
from r2klib.errors import CannotWrite, InputError, UnknownName
from r2klib.site import lab, study
from r2klib.site.notebooks import notebooks
from r2klib.site.runner import Failure, Run, read_notebook
from r2klib.site.up_to_date import MANIFEST
from tests.made import TODAY, Tags, check_page, write_snapshot


def code(*sources):
    """A notebook of bare code cells: no metadata, no ids, no outputs."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return {"cells": cells}


def written(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run_nothing(monkeypatch):
    """No kernel: the notebook comes back as it went in."""

    class Kernels:
        def __init__(self, jobs, folder, environment, timeout):
            Path(environment["R2K_LOADED"]).write_text("".join(f"{n}\n" for n in Kernels.loaded))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def run(self, path):
            return self

        def result(self):
            return Run(read_notebook(Kernels.path), Kernels.failure)

    def call(content, tmp_path, failure=None, loaded=("sample",), log=lambda _: None, **options):
        Kernels.loaded = loaded
        go_home = {"cell_type": "code", "source": "", "metadata": {}, "outputs": []}
        Kernels.failure = failure
        cells = [dict(cell, metadata={}, outputs=[], execution_count=None)
                 if cell["cell_type"] == "code" else dict(cell, metadata={})
                 for cell in content["cells"]]  # fmt: skip
        copy = {"cells": [go_home | {"execution_count": None}, *cells], "metadata": {},
                "nbformat": 4, "nbformat_minor": 4}  # fmt: skip
        Kernels.path = written(tmp_path / "ran.json", copy)
        path = written(tmp_path / "mine.ipynb", content)
        return study.study(path, today=TODAY, log=log, **options)

    monkeypatch.setattr(study, "Kernels", Kernels)
    return call


# ---- the template -----------------------------------------------------------------------------


def test_the_template_is_the_notebook_of_the_report(here, capsys):
    assert main(["new", "my_study.ipynb"]) == 0
    assert "r2k report --notebook my_study.ipynb" in capsys.readouterr().out
    made = here / "my_study.ipynb"
    assert made.read_bytes() == notebooks()[lab.TEMPLATE].read_bytes()
    if os.name == "posix":
        assert made.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in here.iterdir()] == ["my_study.ipynb"]


def test_a_file_is_replaced_only_by_force(here, capsys):
    (here / "my_study.ipynb").write_text("years of work")
    assert main(["new", "my_study.ipynb"]) == 2
    assert "--force" in capsys.readouterr().err
    assert (here / "my_study.ipynb").read_text() == "years of work"
    assert main(["new", "my_study.ipynb", "--force"]) == 0
    assert "cells" in json.loads((here / "my_study.ipynb").read_text())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_study", "ends in .ipynb"),
        ("my_study.py", "ends in .ipynb"),
        (".ipynb", "ends in .ipynb"),
        ("", "ends in .ipynb"),
        ("nowhere/my_study.ipynb", "folder nowhere does not exist"),
        ("file.txt/my_study.ipynb", "folder file.txt does not exist"),
        ("folder.ipynb", "is a folder"),
    ],
)
def test_bad_places_are_named(here, capsys, name, said):
    (here / "file.txt").write_text("x")
    (here / "folder.ipynb").mkdir()
    assert main(["new", name]) == 2
    assert said in capsys.readouterr().err


def test_a_disk_that_refuses_leaves_the_old_file(here, monkeypatch):
    target = here / "my_study.ipynb"
    target.write_text("years of work")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(CannotWrite, match="No space left"):
        lab.new_study(target, force=True)
    assert target.read_text() == "years of work"
    assert [path.name for path in here.iterdir()] == ["my_study.ipynb"]


def test_an_installation_without_the_template_says_so(here, monkeypatch):
    monkeypatch.setattr(lab, "notebooks", lambda: {"00_start_here": here})
    with pytest.raises(InputError, match="08_your_own"):
        lab.new_study("a.ipynb")


def test_the_wheel_carries_the_template():
    """As `pyproject` says: the notebooks go into the package, where `notebooks` looks for them."""
    root = Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["notebooks"] == "r2klib/_notebooks"
    assert (root / "notebooks" / f"{lab.TEMPLATE}.ipynb").is_file()


# ---- the page ---------------------------------------------------------------------------------

PLAIN = {
    "cells": [
        {"cell_type": "markdown", "source": "# Mine & <b>yours</b>\n\n## A question"},
        {"cell_type": "code", "source": "1 + 1"},
    ]
}


def test_a_notebook_without_metadata_becomes_a_page(run_nothing, here):
    made = run_nothing(PLAIN, here)
    assert made.page.name == "mine.html"
    assert made.exit_status == 0
    html = (here / "mine.html").read_text()
    check_page(html)
    text = Tags(html).text
    assert "Made from mine.ipynb" in text
    assert "not today's market" in text
    assert f"Judged on {TODAY}" in text
    assert 'href="index.html"' not in html
    assert '<a href="#a-question">' in html


@pytest.mark.parametrize(
    ("loaded", "said", "footer"),
    [
        (("sample", "sample"), "on edition sample", "portfolios to 2017-03"),
        (("elsewhere", "sample"), "on edition elsewhere and sample", "Edition elsewhere. The samp"),
        ((), "on no edition", "It reads no edition."),
    ],
)
def test_the_page_names_what_the_notebook_read(run_nothing, here, loaded, said, footer):
    lines = []
    run_nothing(PLAIN, here, loaded=loaded, log=lines.append)
    assert lines[-1] == f"mine.html built {said}"
    text = Tags((here / "mine.html").read_text()).text
    assert footer in text
    assert ("not today's market" in text) == ("sample" in loaded)


def test_where_the_page_goes(run_nothing, here):
    assert run_nothing(PLAIN, here, out="pages/deep").page.as_posix() == "pages/deep/mine.html"
    assert run_nothing(PLAIN, here, out="other.html").page.name == "other.html"
    (here / "kept").mkdir()
    (here / "kept" / "notes.txt").write_text("x")
    run_nothing(PLAIN, here, out="kept")
    assert (here / "kept" / "notes.txt").read_text() == "x"


def test_a_failure_is_counted_in_the_readers_cells_and_the_page_is_there(run_nothing, here):
    failure = Failure(2, "ZeroDivisionError: division by zero", "1 / 0")
    made = run_nothing(code("1 / 0", "2"), here, failure=failure)
    assert (made.exit_status, made.cell) == (1, 1)
    assert "code cell 1 (1 / 0): ZeroDivisionError" in made.error
    html = (here / "mine.html").read_text()
    check_page(html)
    assert "did not run to its end" in html
    made = run_nothing(code("1"), here, failure=Failure(1, "the kernel died", "__import__"))
    assert made.error == "before the first cell: the kernel died"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "not a notebook"),
        ("[]", "not a notebook"),
        ("{}", "not a notebook"),
        ('{"cells": 7}', "not a notebook"),
        ('{"cells": ["text"]}', "not a notebook"),
        ('{"cells": [{"source": "x"}]}', "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(here, content, said):
    (here / "bad.ipynb").write_text(content)
    with pytest.raises(InputError, match=said):
        study.study("bad.ipynb")
    assert [path.name for path in here.iterdir()] == ["bad.ipynb"]


def test_places_that_are_taken_are_refused(here):
    path = written(here / "mine.ipynb", PLAIN)
    (here / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        study.study(path, out="file")
    (here / "folder.html").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        study.study(path, out="folder.html")
    (here / "site").mkdir()
    (here / "site" / MANIFEST).write_text("{}")
    with pytest.raises(InputError, match="replaces as a whole"):
        study.study(path, out="site")
    with pytest.raises(CannotWrite, match="--out"):
        study.study(path, out="file/below")
    with pytest.raises(UnknownName, match="'sample'"):
        study.study(path, edition="sampel")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--notebook", "none.ipynb"], "r2k new my_study.ipynb"),
        (["--notebook", "."], "is a folder"),
        (["--notebook", "mine.ipynb", "--only", "01_history"], "--only"),
        (["--notebook", "mine.ipynb", "--force", "--jobs", "2"], "--jobs and --force"),
        (["--notebook", "mine.ipynb", "--edition", "sampel"], "'sample'"),
        (["--notebook", "mine.ipynb", "--today", "soon"], "such as"),
    ],
)
def test_mistakes_are_one_message_and_status_2(here, capsys, arguments, said):
    written(here / "mine.ipynb", PLAIN)
    assert main(["report", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_a_study_runs_in_its_own_folder(here, capsys, monkeypatch):
    """With a module and a file of the reader's beside it, from another folder, in a real kernel."""
    home = here / "my studies"
    home.mkdir()
    (home / "mine.csv").write_text("a\n42\n")
    (home / "beside.py").write_text("ANSWER = 7\n")
    content = code(
        "print(open('mine.csv').read().split()[1])",
        "import beside\nbeside.ANSWER",
        "import os\nos.environ['R2K_TODAY'], os.environ['R2K_EDITION']",
        "sys",
    )
    before = written(home / "mine.ipynb", content).read_bytes()
    assert main(["report", "--notebook", "my studies/mine.ipynb", "--today", str(TODAY)]) == 1
    assert "code cell 4 (sys): NameError" in capsys.readouterr().out  # nothing leaks in
    html = (here / "mine.html").read_text()
    check_page(html)
    text = Tags(html).text
    assert "42" in text
    assert "7" in text
    assert f"('{TODAY}', 'sample')" in text
    assert (home / "mine.ipynb").read_bytes() == before
    left = sorted(p.name for p in home.iterdir() if p.name != "__pycache__")
    assert left == ["beside.py", "mine.csv", "mine.ipynb"]


@pytest.mark.slow
def test_an_edition_that_the_notebook_chooses_is_the_one_named(here, capsys, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(here / "home"))
    write_snapshot("2020-06-01", "2020-05-29")
    written(here / "mine.ipynb", code("import r2klib\nr2klib.load('latest').edition"))
    assert main(["report", "--notebook", "mine.ipynb", "--today", str(TODAY)]) == 0
    assert "built on edition 2020-06-01" in capsys.readouterr().out
    text = Tags((here / "mine.html").read_text()).text
    assert "Edition 2020-06-01: data to 2020-05-29." in text
    assert "sample" not in text


@pytest.mark.slow
def test_the_template_becomes_a_page_as_it_is(here):
    assert main(["new", "my_study.ipynb"]) == 0
    assert main(["report", "--notebook", "my_study.ipynb", "--today", str(TODAY)]) == 0
    html = (here / "my_study.html").read_text()
    check_page(html)
    assert 'data-r2k-claim="M1" data-r2k-status="supported"' in html
    assert "small value" in Tags(html).text
    assert html.count("<figure") >= 2
