"""The public names: cheap to import, and theirs whatever else was imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from r2klib import show
from r2klib.errors import InputError, SeriesMissing
from tests.made import paths

STEPS = """
import sys, r2klib.show, r2klib.site
print(*sys.modules)
from r2klib import show, site
show.argue, show.figure, show.board, site.build
print(*sys.modules)
"""


def test_a_room_imports_nothing_heavy_and_showing_something_no_pyplot_and_no_nbconvert():
    done = subprocess.run([sys.executable, "-c", STEPS], capture_output=True, text=True, check=True)
    rooms, shown = (set(line.split()) for line in done.stdout.splitlines())
    assert not {"matplotlib", "pandas", "nbconvert", "nbformat", "jinja2"} & rooms
    assert not {"matplotlib.pyplot", "nbconvert", "nbformat"} & shown


def test_a_figure_of_what_an_edition_lacks_says_what_is_missing(data):
    def exhibit(edition):
        raise SeriesMissing("french.size_value", edition.edition)

    shown = show.figure(exhibit, data)
    assert shown.text == "No figure: edition mine does not hold french.size_value."
    assert "french.size_value" in shown.html
    with pytest.raises(InputError, match="give the edition too"):
        show.figure(exhibit)
    assert show.figure(lambda _: paths(), data).title == paths().title
