"""Corrections run within two families; a missing p of the claimed size is that of a normal law."""

from __future__ import annotations

from dataclasses import replace

import pytest

from r2klib.claims import Estimate
from r2klib.claims.multiplicity import corrected, p_claimed
from tests.claims.worlds import answering


def link(name, p, p_claimed=0.5, **fields):
    found = Estimate(
        value=0.4, std_error=0.2, interval=(0.1, 0.7), p_value=p, p_claimed=p_claimed, n=100,
        unit="%", method="made up", null="nothing",
    )  # fmt: skip
    return answering(found, id=name, **fields), found


def test_level_links_lend_nothing_to_the_rest():
    """By hand: among two levels .001 is .002 and .04 is .04; among three others .03 becomes .09."""
    links = [
        link("X1", 0.001), link("X2", 0.04),
        link("X3", 0.03, sort="sense"), link("X4", 0.5, sort="event"),
        link("X5", 0.9, sort="foretell"),
    ]  # fmt: skip
    q = {name: found.q for name, found in corrected(links).items()}
    assert q == pytest.approx({"X1": 0.002, "X2": 0.04, "X3": 0.09, "X4": 0.75, "X5": 0.9})


def test_r_is_corrected_like_q_and_by_is_the_larger():
    links = [link("X1", 0.04, 0.04), link("X2", 0.5, 0.9), link("X3", 0.5, 0.01, sort="sense")]
    found = corrected(links)
    assert [found[name].r for name in ("X1", "X2", "X3")] == pytest.approx([0.08, 0.9, 0.01])
    assert found["X1"].by == pytest.approx(1.5 * 0.08)  # 1 + 1/2 for a family of two
    assert found["X3"].by == pytest.approx(0.5)


def test_an_estimate_without_it_gets_a_normal_p_of_the_claimed_size():
    claim, found = link("X1", 0.04, None)  # 0.4, standard error 0.2, claimed 0.5
    # Half a standard error short: 1 - Phi(0.5) = 0.30854 (any normal table).
    assert p_claimed(claim, found) == pytest.approx(0.30854, abs=1e-5)
    other, _ = link("X1", 0.04, None, direction=-1)
    assert p_claimed(other, replace(found, value=-0.4)) == pytest.approx(0.30854, abs=1e-5)
    exact = replace(found, std_error=0.0)
    assert p_claimed(claim, exact) == 0.0
    assert p_claimed(claim, replace(exact, value=0.5)) == 1.0
    assert corrected([(claim, found)])["X1"].r == pytest.approx(0.30854, abs=1e-5)


def test_no_links_no_values():
    assert corrected([]) == {}
