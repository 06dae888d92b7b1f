"""The ledger stays whole on editions that hold less: past days, and series that are short or gone.

By night: all of it takes hours. One claim's trouble is that claim's, and a claim that cannot be
tested says so; that no test breaks off for want of rows is counted here too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from r2klib import Dataset, load
from r2klib.claims import Claim, Ledger, designs, evaluate, ledger
from r2klib.claims.evaluate import missing_series
from r2klib.data.snapshot import open_snapshot
from tests.claims import needs
from tests.recorded import pulled

TODAY = "2026-11-22"
#: 60 days from 1970 to the sample's end, a leap day and ends of years among them.
DAYS = [
    *(f"{year}-{month}" for year in range(1970, 2026, 2) for month in ("03-31", "12-31")),
    "2009-03-31", "2003-02-28", "2000-02-29", "2020-03-23",
]  # fmt: skip


@cache
def readers() -> dict[str, list[str]]:
    """The claims that read each series of the sample, whatever they declare."""
    found: dict[str, list[str]] = {}
    sample = load("sample")
    for claim in ledger().values():
        if claim.build is None or missing_series(claim, sample):
            continue
        read: set[str] = set()
        evaluate(needs.recording(sample, read), claims=Ledger([claim]), today=TODAY, cache=False)
        for name in read & set(sample):
            found.setdefault(name, []).append(claim.id)
    return found


def quick(claim: Claim) -> Claim:
    """The same claim with the draws of a look: only whether it ends is asked."""
    few = {"draws": designs.FEW_DRAWS} if hasattr(claim.design, "draws") else {}
    return replace(claim, design=replace(claim.design, **few)) if few else claim


@pytest.fixture
def few_draws(monkeypatch):
    """Variants and break tests take few draws too."""
    for draws in ("SPEC_DRAWS", "BREAK_DRAWS"):
        monkeypatch.setattr(designs, draws, designs.FEW_DRAWS)


def cut(data: Dataset, name: str, how: str) -> Dataset:
    """`data` with one series cut to its first or last year, or without it."""
    if how == "removed":
        return data.without(name)
    table = data[name]
    if not isinstance(table.index, pd.DatetimeIndex):
        return data
    year = pd.DateOffset(years=1)
    first = table.index <= table.index[0] + year
    last = table.index >= table.index[-1] - year
    return data.replaced({name: table[first if how == "first year" else last]})


def is_whole(found, claims) -> bool:
    return list(found) == list(claims) and all(v.reason for v in found.values())


@pytest.mark.nightly
@pytest.mark.parametrize("day", DAYS)
def test_every_past_day_has_a_whole_ledger(day, sample, few_draws):
    claims = Ledger([quick(claim) for claim in ledger().values()])
    found = evaluate(sample.as_of(day), claims=claims, today=day, cache=False, strict=False)
    assert is_whole(found, claims)


@pytest.fixture(scope="session")
def recorded() -> Dataset:
    """An edition pulled from the recordings, where they are beside the checkout."""
    return open_snapshot("latest", pulled() / "snapshots").load()


@pytest.mark.nightly
@pytest.mark.parametrize("day", DAYS)
def test_every_past_day_of_a_snapshot_has_a_whole_ledger(day, recorded, few_draws):
    claims = Ledger([quick(claim) for claim in ledger().values()])
    found = evaluate(recorded.as_of(day), claims=claims, today=day, cache=False, strict=False)
    assert is_whole(found, claims)


@pytest.mark.nightly
@pytest.mark.parametrize("how", ["first year", "last year", "removed"])
@pytest.mark.parametrize("name", sorted(load("sample")))
def test_a_series_that_is_short_or_gone_costs_no_other_claim(name, how, sample, few_draws):
    claims = Ledger([quick(ledger()[claim]) for claim in readers().get(name, [])])
    data = cut(sample, name, how)
    assert is_whole(evaluate(data, claims=claims, today=TODAY, cache=False, strict=False), claims)


@pytest.mark.parametrize("how", ["first year", "last year", "removed"])
def test_a_yield_that_is_short_or_gone_leaves_its_claim_without_data(how, sample):
    """The small one of the above: R3 reads DGS10 only beside the French portfolios."""
    claims = Ledger([ledger()["R3"]])
    data = cut(sample, "DGS10", how)
    found = evaluate(data, claims=claims, today=TODAY, cache=False, strict=False)
    assert is_whole(found, claims)
    assert found["R3"].status == "no data"


def test_there_are_sixty_days():
    assert len(set(DAYS)) == 60
    assert np.datetime64(min(DAYS)) < np.datetime64("1971-01-01")
