"""What a declaration may leave unsaid, and what it may not."""

from __future__ import annotations

import pandas as pd
import pytest

import r2klib
from r2klib import claims
from r2klib.claims.designs import Mean
from r2klib.errors import InputError

DESIGN = Mean(unit="% a month", scale=100.0)
FIELDS = {"id": "M1", "statement": "It rises.", "sort": "level", "direction": 1, "sei": 0.5}


def returns(data):
    """Mean return of the market,
    simple, by month.

    What follows says more than a measure does.
    """
    return pd.DataFrame({"y": data.frame("french.factors")["Mkt-RF"]})


def declare(build=returns, **fields):
    theme = claims.Theme("mine")
    return theme.claim(**{"design": DESIGN, **FIELDS, **fields})(build)


def test_kind_unit_measure_and_words_follow_from_the_design_and_the_function():
    claim = declare()
    assert (claim.kind, claim.theme, claim.sei_unit) == ("link", "mine", "% a month")
    assert claim.measure == "Mean return of the market, simple, by month."
    data = r2klib.load("sample")
    verdict = claims.evaluate(data, claims=claims.Ledger([claim]))["M1"]
    assert verdict.evidence.finding.startswith("Mean return of the market, simple, by month: +0.6")
    assert [point.label for point in verdict.specifications] == ["first half", "second half"]


def test_what_is_said_stands():
    claim = declare(measure="Another.", kind="descriptive", sei_unit="half-said")
    assert (claim.kind, claim.sei_unit, claim.measure) == ("descriptive", "half-said", "Another.")


def test_needs_of_every_edition_are_said_once():
    assert declare(needs=("GS10",)).needs == {"sample": ("GS10",), "live": ("GS10",)}
    assert declare(needs={"live": ("GS10",)}).needs == {"live": ("GS10",)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sei_unit": "%/yr"}, "answers in % a month, its smallest effect is in %/yr"),
        ({"design": None}, "needs a `design`"),
        ({"build": lambda data: returns(data)}, "say what decides"),
        ({"direction": None}, "needs sort, direction and sei"),
        ({"sei": 0.0}, "must be positive"),
    ],
)
def test_what_a_reader_could_not_do_without_is_asked_for(fields, said):
    with pytest.raises(InputError, match=said):
        declare(**fields)


def test_an_answered_verdict_has_evidence_and_any_other_does_not():
    data = r2klib.load("sample")
    absent = declare(id="M2", needs={"sample": ("IWM",)})
    found = claims.evaluate(data, claims=claims.Ledger([declare(), absent]))
    assert found["M1"].answered
    assert not found["M2"].answered
    assert found["M2"].status == "no data"
