"""A tiny site: two notebooks, one of which fails, and stand-ins for the data and the ledger."""

from __future__ import annotations

import pytest

from r2klib.claims.thesis import statements
from r2klib.data import Dataset
from r2klib.site import assembly, build, building
from tests.made import (
    STATUSES,
    TODAY,
    make_data,
    make_verdict,
    make_verdicts,
    write_notebook,
)  # fmt: skip

SHOWN = (
    '<p style="color: red">red</p><script>alert(1)</script>'
    '<section class="r2k-argument" id="P2"><article class="r2k r2k-card r2k-good" '
    'data-r2k-claim="P2" data-r2k-status="supported">P2</article></section>'
    '<a class="r2k-id" href="#P3">P3</a>'
)
WHERE = "print(os.environ['R2K_EDITION'], os.environ['R2K_TODAY'], os.getcwd() != %r)"
GOOD = [
    ("markdown", "# A good page\n\nText with <em>raw</em> HTML.\n\n## Section one\n\n### Deeper"),
    ("code", "import os, r2klib\nx = 21"),
    ("code", "print(x * 2)"),
    ("code", f"from IPython.display import HTML\n{WHERE}\nHTML({SHOWN!r})"),
    ("markdown", "## Section one"),
]
BAD = [
    ("markdown", "# A page <that> fails"),
    ("code", "before = 'shown'\nprint(before)"),
    ("code", "1 / 0"),
    ("markdown", "## Never reached either"),
    ("code", 'show.argue(verdicts["P4"])'),
]


def declared() -> set[str]:
    """A stand-in for the ledger that declares whatever the thesis names."""
    return {claim for one in statements() for claim in one.claims}


@pytest.fixture
def data() -> Dataset:
    return make_data()


@pytest.fixture
def folder(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    good = [(kind, text.replace("%r", repr(str(notebooks)))) for kind, text in GOOD]
    write_notebook(notebooks / "01_good.ipynb", *good)
    write_notebook(notebooks / "02_bad.ipynb", *BAD)
    return notebooks


@pytest.fixture
def verdicts():
    board = [make_verdict(s, f"P{i}") for i, s in enumerate(STATUSES, start=1)]
    board[0] = make_verdict(reason="<script>alert('reason')</script>", claim_id="P1")
    return make_verdicts(board)


@pytest.fixture
def built(folder, tmp_path, data, verdicts, monkeypatch):
    """Call to build the tiny site; the ledger and the data are stand-ins.

    Its kernels are forked with no more imported than its notebooks use.
    """
    monkeypatch.setattr(building, "WARM", ("r2klib",))
    monkeypatch.setattr(assembly, "load", lambda _: data)
    monkeypatch.setattr(assembly, "judged", lambda *_: verdicts)
    monkeypatch.setattr(assembly, "ledger", declared)

    def call(**options):
        options = {"out": tmp_path / "site", "notebooks": folder, "today": TODAY} | options
        return build(log=call.log.append, **options)

    call.log = []
    return call
