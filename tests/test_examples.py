"""Every public name has an example in its docstring, and each prints what it says."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import r2klib
from r2klib import claims, data, desk, live, show, site, stats

#: Public functions and classes by where they are written: a room may offer another's.
PUBLIC = {
    f"{value.__module__}.{value.__qualname__}": value
    for room in (r2klib, claims, data, desk, live, show, site, stats)
    for value in (getattr(room, name) for name in room.__all__)
    if inspect.isfunction(value) or inspect.isclass(value)
}
#: What no test runs, and why: their examples are marked to be skipped.
NOT_RUN = {
    "r2klib.live.by_name.fred": "asks the network",
    "r2klib.live.by_name.fred_md": "asks the network",
    "r2klib.live.by_name.french": "asks the network",
    "r2klib.live.fetching.fetch": "asks the network",
    "r2klib.live.pulling.pull": "asks the network and writes a snapshot",
    "r2klib.site.building.build": "runs every notebook, for minutes",
}


def examples(name: str) -> list[doctest.DocTest]:
    """The docstring's examples; those of a class's methods too."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    names = {"r2klib": r2klib, "np": np, "pd": pd}
    return [test for test in finder.find(PUBLIC[name], name, globs=names) if test.examples]


def runs(test: doctest.DocTest) -> bool:
    return not all(doctest.SKIP in example.options for example in test.examples)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_an_example_that_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # for an example that reads a file it has written
    found = examples(name)
    own = [test for test in found if test.name == name]
    assert own, "has no example"
    assert runs(own[0]) is (name not in NOT_RUN)
    for test in found:
        said: list[str] = []
        result = doctest.DocTestRunner().run(test, out=said.append)
        assert result.failed == 0, "".join(said)


def test_what_is_not_run_is_public() -> None:
    assert NOT_RUN.keys() <= PUBLIC.keys()
