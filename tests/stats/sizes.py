"""How much a test tries in an ordinary run, and how much in the nightly one."""

import pytest
from hypothesis import settings


def samples(few: int, many: int) -> pytest.MarkDecorator:
    """Give a simulation `N`: `few` samples in an ordinary run, `many` in the nightly one.

    Few find a nominal 5 % that is 30, as under a wrong error or law; many one that is 12.
    """
    marked = [(few, pytest.mark.slow), (many, pytest.mark.nightly)]
    return pytest.mark.parametrize("N", [pytest.param(N, marks=mark) for N, mark in marked])


def examples(n: int) -> settings:
    """Let hypothesis try `n` examples, of the 100 that its profile tries in an ordinary run."""
    return settings(max_examples=n * settings.default.max_examples // 100)
