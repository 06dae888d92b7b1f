"""What IPython offers inside the quotes of a call of ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

from r2klib.completion import offered


@pytest.mark.parametrize(
    ("before", "typed", "name"),
    [
        ('data = r2klib.load("sa', "sa", "sample"),
        ("load('", "", "sample"),
        ('x = data.frame("french.ind', "french.ind", "french.industries12"),
        ("data.as_of('2009-03-31').series('UNR", "UNR", "UNRATE"),
        ('factor_regression(r, f, model="ff', "ff", "ff3"),
        ('verdicts["P1', "P1", "P10"),
    ],
)
def test_names_that_begin_as_typed(before, typed, name):
    found, names = offered(before)
    assert found == typed
    assert name in names
    assert all(one.startswith(typed) for one in names)


@pytest.mark.parametrize("before", ['print("sa', "load(", 'load("sample")', "model", ""])
def test_nothing_elsewhere(before):
    assert offered(before) == ("", [])


def test_a_running_ipython_is_told_once():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from IPython.core.completer import provisionalcompleter\n"
        "shell = InteractiveShell.instance()\n"
        "import r2klib\n"
        "from r2klib.completion import offer\n"
        "offer()\n"
        "text = 'x = 1\\nr2klib.load(\"sam'\n"
        "with provisionalcompleter():\n"
        "    print([c.text for c in shell.Completer.completions(text, len(text))])\n"
        "print(len(shell.Completer.custom_matchers))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["['sample']", "1"]
