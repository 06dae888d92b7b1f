"""The hash of the source that an answer rests on: what it follows, and what it leaves out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import r2klib
from r2klib.claims import ledger, source
from r2klib.claims.asking import examine
from r2klib.claims.cache import _ALWAYS
from r2klib.claims.source import Source, library

STATS = ("stats.means", "stats.slopes", "stats.other")
FILES = {
    "__init__": "if TYPE_CHECKING:\n    from r2klib.stats import mean\n",
    "stats/__init__": (
        "if TYPE_CHECKING:\n    from r2klib.stats.means import mean as mean\n"
        "    from r2klib.stats.slopes import slope\nHERE = 1\n"
    ),
    "stats/means": '"""Means."""\n\ndef mean(x):\n    """The mean."""\n    return sum(x)\n',
    "stats/slopes": "from .means import mean\n",
    "stats/other": "",
    "data/__init__": "from r2klib.data.sets import Dataset as Data\n",
    "data/sets": "import numpy\n",
    "data/table": "",
    "claims/__init__": "",
    "claims/legs": "from ..data import Data\n",
}


@pytest.fixture
def at(tmp_path, monkeypatch):
    """Call to write a module of a made-up package and to get what it reaches and its hash."""
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(source, "BEGAN", float("inf"))

    def write(name, text):
        path = tmp_path / "r2klib" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    for name, text in FILES.items():
        write(name, text)

    def call(text, **files):
        for name, other in files.items():
            write(name.replace("__", "/", 1), other)
        write("claims/mine", text)
        mine = "r2klib.claims.mine"
        reached = Source(tmp_path).reached(mine) - {mine}
        short = {name.removeprefix("r2klib.") for name in reached}
        return short, Source(tmp_path).hash_of(mine)

    return call


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("import numpy\nfrom pathlib import Path\n", set()),
        ("from r2klib.claims import legs\n", {"claims.legs", "data.sets"}),
        ("import r2klib.stats.slopes as s\n", {"stats.slopes", "stats.means"}),
        ("from r2klib.stats import mean\n", {"stats.means"}),
        ("from r2klib.stats import slope as s\n", {"stats.slopes", "stats.means"}),
        ("from r2klib import mean\n", {"stats.means"}),
        ("from r2klib.data import Data\n", {"data.sets"}),
        ("def f():\n    from r2klib.stats.other import x\n", {"stats.other"}),
        # What is defined in the package itself, and the package as a whole: all of it.
        ("from r2klib.stats import HERE\n", {"stats", *STATS}),
        ("from r2klib import data\n", {"data", "data.sets", "data.table"}),
        ("from r2klib.data import *\n", {"data", "data.sets", "data.table"}),
    ],
)
def test_imports_are_followed_to_where_a_name_comes_from(at, text, reached):
    assert at(text)[0] == reached


def test_what_python_runs_is_hashed_and_what_people_read_is_not(at):
    text = 'import r2klib.stats.means\nX = 1\n\ndef f():\n    """What it does."""\n    return X\n'
    (_, first) = at(text)
    assert at(text.replace("X = 1\n", "X = (\n    1  # one\n)\n"))[1] == first
    assert at(text.replace("What it does.", "Otherwise."))[1] == first
    assert at(text, stats__means='"""Words."""\n\ndef mean(x):\n    return sum(x)\n')[1] == first
    assert at(text.replace("X = 1", "X = 2"))[1] != first
    assert at(text.replace('"""What it does."""', 'g("What it does.")'))[1] != first
    assert at(text, stats__means="def mean(x):\n    return max(x)\n")[1] != first


def test_a_table_beside_its_module_is_part_of_it(at, tmp_path):
    text = "from r2klib.data import table\n"
    (_, first) = at(text)
    (tmp_path / "r2klib" / "data" / "table.toml").write_text("lag = 1\n")
    assert at(text)[1] != first


def test_there_is_no_hash_of_source_that_is_being_written(at, tmp_path, monkeypatch):
    text = "import r2klib.stats.means\n"
    assert at(text)[1] is not None
    means = tmp_path / "r2klib" / "stats" / "means.py"
    monkeypatch.setattr(source, "BEGAN", means.stat().st_mtime - 0.001)
    assert at(text)[1] is None
    monkeypatch.setattr(source, "BEGAN", float("inf"))
    means.write_text("def mean(")
    assert Source(tmp_path).hash_of("r2klib.claims.mine") is None
    means.unlink()
    assert Source(tmp_path).hash_of("r2klib.claims.mine") is None


def test_no_theme_rests_on_another():
    for claim in ledger().values():
        if claim.build is not None:
            own = claim.build.__module__
            themes = {m for m in library().reached(own) if m.startswith("r2klib.claims.themes.")}
            if claim.id == "C5":  # which reads a state of each of three
                assert {module.rpartition(".")[2] for module in themes - {own}} == {
                    "economy", "rates", "valuation",
                }  # fmt: skip
            else:
                assert themes == {own}


@pytest.mark.parametrize("claim_id", ["P3", "H5", "E0", "R4", "S6", "K0", "C2"])
def test_whatever_runs_is_reached(sample, claim_id):
    """Every function of the library that a test calls lies in a module that the hash follows."""
    claim, root = ledger()[claim_id], Path(r2klib.__file__).parent
    files: set[str] = set()

    def seen(frame, event, _):
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(seen)
    try:
        examine(claim, sample)
    finally:
        sys.setprofile(None)
    own = [Path(file).relative_to(root.parent) for file in files if file.startswith(str(root))]
    modules = {".".join(path.with_suffix("").parts) for path in own}
    # How a package finds a name is no part of what the name does.
    modules = {name for name in modules if not name.endswith(".__init__")}
    assert len(modules) > 8
    assert modules <= library().reached(claim.build.__module__, *_ALWAYS)
