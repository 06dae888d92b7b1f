"""The copy that `r2k lab` works on: yours once you change it, renewed while you do not."""

from __future__ import annotations

import json

import pytest

from r2klib.errors import InputError
from r2klib.site import lab
from tests.made import write_notebook


@pytest.fixture
def ours(tmp_path, monkeypatch):
    folder = tmp_path / "ours"
    folder.mkdir()
    write_notebook(folder / "01_a.ipynb", ("markdown", "# A"), ("code", "1"))
    monkeypatch.setattr(lab, "notebooks", lambda: {"01_a": folder / "01_a.ipynb"})
    return folder


def said(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


def test_an_unchanged_copy_is_renewed_even_where_it_was_run(ours, tmp_path):
    copy = tmp_path / "lab"
    assert lab.copied(copy) == []
    run = json.loads((copy / "01_a.ipynb").read_text())
    run["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1"]}]
    (copy / "01_a.ipynb").write_text(json.dumps(run))
    assert lab.copied(copy) == []
    assert json.loads((copy / "01_a.ipynb").read_text()) == run  # nothing new: outputs stay
    write_notebook(ours / "01_a.ipynb", ("markdown", "# A"), ("code", "2"))
    assert lab.copied(copy) == []
    assert said(copy / "01_a.ipynb") == ["# A", "2"]


def test_a_changed_copy_is_kept_and_said_to_be_behind(ours, tmp_path):
    copy = tmp_path / "lab"
    lab.copied(copy)
    write_notebook(copy / "01_a.ipynb", ("markdown", "# Mine"), ("code", "3"))
    assert lab.copied(copy) == []  # there is nothing newer to miss
    write_notebook(ours / "01_a.ipynb", ("markdown", "# A"), ("code", "2"))
    assert lab.copied(copy) == ["01_a.ipynb"]
    assert said(copy / "01_a.ipynb") == ["# Mine", "3"]
    (copy / "01_a.ipynb").unlink()
    assert lab.copied(copy) == []
    assert said(copy / "01_a.ipynb") == ["# A", "2"]


def test_the_originals_and_files_are_refused(ours, tmp_path):
    with pytest.raises(InputError, match="originals"):
        lab.copied(ours)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        lab.copied(tmp_path / "file")
