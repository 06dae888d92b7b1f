"""A claim declares what its test reads: no series less, and none more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from r2klib.claims import ledger
from r2klib.claims.evaluate import missing_series
from r2klib.errors import SeriesMissing
from tests.claims import needs

TESTED = [claim.id for claim in ledger().values() if claim.build is not None]


@pytest.mark.parametrize("name", TESTED)
def test_the_sample_cut_to_the_declared_series_has_the_same_rows(name, sample):
    claim = ledger()[name]
    if missing_series(claim, sample):
        pytest.skip("the sample does not hold its series")
    needs.hold_rows_to_needs(claim, sample)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TESTED)
def test_the_sample_cut_to_the_declared_series_answers_alike(name, sample):
    claim = ledger()[name]
    if missing_series(claim, sample):
        pytest.skip("the sample does not hold its series")
    needs.hold_to_needs(claim, sample)


def test_a_series_too_many_and_one_too_few_are_seen(sample):
    claim = ledger()["R3"]
    with pytest.raises(AssertionError, match=r"R3 never reads \['GS10'\]"):
        needs.hold_to_needs(replace(claim, needs={"sample": ("DGS10", "GS10")}), sample)
    with pytest.raises(SeriesMissing, match="DGS10"):
        needs.hold_to_needs(replace(claim, needs={}), sample)


def test_a_read_of_any_view_is_seen(sample):
    read = set()
    data = needs.recording(sample, read)
    data.as_of("2000-01-31").revised().series("UNRATE")
    data.last("GS10")
    assert "PAYEMS" in data
    assert read == {"UNRATE", "GS10"}
