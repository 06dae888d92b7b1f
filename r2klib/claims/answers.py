"""Asking a test for its answer alone, without the curve, the figures and the sentences around it.

A claim's test makes its declared answer before anything else: the first `Estimate` it constructs.
Whoever only wants that one number, many thousand times over, asks inside `only_answers`; the test
then ends with `Answered` at the moment its answer is there. `r2klib.claims.calibrate` does, and
checks on the edition itself that what it gets is what the whole test says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from r2klib.claims.nouns import Estimate

_ONLY = ContextVar("r2klib: only the answer is asked for", default=False)


class Answered(Exception):
    """A test's answer, and what one unit of the effect adds to the returns it was read from.

    Parameters
    ----------
    estimate : Estimate
    imprint : Series or None
        By period, decimals: the returns that the test asks would be larger by ``effect * imprint``
        if the effect were larger by `effect`, in the claim's unit. None where the answer is no
        slope of returns on something.
    """

    def __init__(self, estimate: Estimate, imprint: pd.Series | None) -> None:
        super().__init__(estimate.method)
        self.estimate, self.imprint = estimate, imprint


@contextmanager
def only_answers() -> Iterator[None]:
    """Inside, the first estimate that a test makes ends it with `Answered`."""
    token = _ONLY.set(True)
    try:
        yield
    finally:
        _ONLY.reset(token)


def announce(estimate: Estimate, imprint: pd.Series | None) -> None:
    """End the test that made `estimate` if only its answer is asked for."""
    if _ONLY.get():
        raise Answered(estimate, imprint)
