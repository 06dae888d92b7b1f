"""The public names: cheap to import, and theirs whatever else was imported."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

from r2klib import report
from r2klib.errors import InputError


def test_importing_the_report_imports_nothing_heavy():
    code = (
        "import sys, r2klib.report; r2klib.report\n"
        "heavy = {'matplotlib', 'pandas', 'nbconvert', 'nbformat', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_showing_something_imports_neither_pyplot_nor_nbconvert():
    code = (
        "import sys\nfrom r2klib import report\nreport.argue, report.build, report.show\n"
        "heavy = {'matplotlib.pyplot', 'nbconvert', 'nbformat'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_module_takes_the_place_of_a_public_name():
    for module in pkgutil.iter_modules(report.__path__):
        import_module(f"r2klib.report.{module.name}")
    for name in report.__all__:
        assert callable(getattr(report, name)), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = report.nonsense


def test_a_figure_of_what_an_edition_lacks_says_what_is_missing(data):
    from r2klib.claims import overview, valuation_gap

    for exhibit in (overview.growth, valuation_gap.reversal):
        shown = report.show(exhibit, data)
        assert shown.text.startswith("No figure: edition ")
        assert "does not hold french." in shown.text
    with pytest.raises(InputError, match="give the edition too"):
        report.show(overview.growth)
