"""Every public name of r2klib has an example in its docstring, and each prints what it says."""

from __future__ import annotations

import doctest
import inspect

import numpy as np
import pandas as pd
import pytest

import r2klib

NAMES = [
    name
    for name in r2klib.__all__
    if inspect.isfunction(getattr(r2klib, name)) or inspect.isclass(getattr(r2klib, name))
]


def examples(name: str) -> list[doctest.DocTest]:
    """The docstring's examples; those of a class's methods too."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    names = {"r2klib": r2klib, "np": np, "pd": pd}
    return [test for test in finder.find(getattr(r2klib, name), name, globs=names) if test.examples]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_an_example_that_runs(name: str) -> None:
    found = examples(name)
    assert name in {test.name for test in found}
    for test in found:
        said: list[str] = []
        result = doctest.DocTestRunner().run(test, out=said.append)
        assert result.failed == 0, "".join(said)
