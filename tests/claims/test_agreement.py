"""`agree` returns the verdict where the numbers tie, and raises with both where they do not."""

from __future__ import annotations

import pytest

from r2klib.claims import agree
from r2klib.errors import InputError


def test_numbers_that_tie_give_the_verdict_back(few):
    held = few["H5"]
    low, high = held.estimate.interval
    near = held.estimate.value * (1 + 1e-8)
    assert agree(held, near) is held
    assert agree(held, near, (low, high)) is held


@pytest.mark.parametrize(("what", "place"), [("value", 0), ("lower end", 1), ("upper end", 2)])
def test_numbers_that_differ_are_both_told(few, what, place):
    held = few["H5"]
    numbers = [held.estimate.value, *held.estimate.interval]
    judged = numbers[place]
    numbers[place] += 0.01
    with pytest.raises(InputError, match=f"The {what} worked out for H5") as caught:
        agree(held, numbers[0], tuple(numbers[1:]))
    assert f"{numbers[place]:.10g} beta minus 1" in str(caught.value)
    assert f"{judged:.10g}" in str(caught.value)
    assert "ledger()['H5'].rows(data)" in str(caught.value)


def test_the_tolerance_is_of_the_larger_number(few):
    held = few["H5"]
    off = held.estimate.value + 5e-4
    with pytest.raises(InputError, match="not the declared test"):
        agree(held, off)
    assert agree(held, off, tolerance=1e-3) is held


def test_a_number_that_is_none_never_ties(few):
    with pytest.raises(InputError, match="is nan"):
        agree(few["H5"], float("nan"))


def test_a_state_has_a_value_and_no_interval(few):
    held = few["H2"]
    assert agree(held, held.reading.value) is held
    with pytest.raises(InputError, match="is a state and has no interval"):
        agree(held, held.reading.value, (0.0, 1.0))


def test_a_state_ties_by_whether_it_holds_too(few):
    held = few["H2"]
    value, holds = held.reading.value, held.reading.holds
    assert agree(held, value, holds=holds) is held
    said = "does not hold, and in the ledger it holds"
    if not holds:
        said = "holds, and in the ledger it does not hold"
    with pytest.raises(InputError, match=f"As worked out, H2 {said}") as caught:
        agree(held, value, holds=not holds)
    assert held.claim.sei_unit in str(caught.value)


def test_a_link_neither_holds_nor_fails(few):
    held = few["H5"]
    with pytest.raises(InputError, match="H5 is no state"):
        agree(held, held.estimate.value, holds=True)


def test_where_there_is_no_answer_there_is_nothing_to_agree_with(few):
    nothing = few["P7"]
    with pytest.raises(InputError, match="has no answer to agree with"):
        agree(nothing, 1.0)
