"""The public names: cheap to import, and theirs whatever else was imported."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import r2klib.show
import r2klib.site
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


@pytest.mark.parametrize("room", [r2klib.show, r2klib.site], ids=["show", "site"])
def test_no_module_takes_the_place_of_a_public_name(room):
    """`import r2klib.show.x` puts the module x where the function x would be looked up."""
    modules = {found.name for found in pkgutil.iter_modules(room.__path__)}
    assert not modules & set(room.__all__)
    for name in modules:
        import_module(f"{room.__name__}.{name}")
    for name in room.__all__:
        assert callable(getattr(room, name)), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = show.nonsense


def test_a_figure_of_what_an_edition_lacks_says_what_is_missing(data):
    def exhibit(edition):
        raise SeriesMissing("french.size_value", edition.edition)

    shown = show.figure(exhibit, data)
    assert shown.text == "No figure: edition mine does not hold french.size_value."
    assert "french.size_value" in shown.html
    with pytest.raises(InputError, match="give the edition too"):
        show.figure(exhibit)
    assert show.figure(lambda _: paths(), data).title == paths().title
