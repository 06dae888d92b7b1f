"""State times link: nothing stands on one leg."""

from __future__ import annotations

from dataclasses import replace

import pytest

from r2klib.report import answer, pillars
from r2klib.report.thesis import Pillar, answer_text, read_pillars, read_risks
from tests.report.conftest import make_evidence, make_verdict, make_verdicts
from tests.report.test_figure import Tags


@pytest.mark.parametrize(
    ("state", "link", "outcome"),
    [
        ("holds", "supported", "stands"),
        ("holds", "inconclusive", "open"),
        ("borderline", "supported", "open"),
        ("holds", "immaterial", "falls"),
        ("holds", "contradicted", "falls"),
        ("does not hold", "supported", "falls"),
        ("does not hold", "no data", "falls"),
        ("no data", "supported", "unknown"),
        ("holds", "not built yet", "unknown"),
    ],
)
def test_a_pillar_stands_only_on_both(state, link, outcome):
    assert Pillar("Economy", ("E0", state), ("E1", link)).outcome == outcome


def board(lights=None, k0="holds", **statuses):
    chosen = [make_verdict(status, claim) for claim, status in statuses.items()]
    if lights is not None:
        reading = replace(make_verdict("holds").reading, parts=lights)
        evidence = make_evidence(answer=reading)
        chosen.append(make_verdict(k0, "K0", evidence=evidence))
    return make_verdicts(chosen)


LIGHTS = {"slowdown (Sahm)": False, "inflation (3 %)": True, "stress (spread)": False}
FULL = {
    "E0": "holds", "E1": "supported", "R0": "holds", "R3": "supported",
    "V0": "holds", "V2": "supported", "S0": "holds", "S6": "supported",
}  # fmt: skip


def test_each_risk_has_its_own_light():
    verdicts = board(LIGHTS, K1="supported", K2="supported", K5="supported")
    assert [risk.outcome for risk in read_risks(verdicts)] == ["falls", "stands", "falls"]


def test_a_borderline_stress_light_is_undecided():
    verdicts = board(LIGHTS, k0="borderline", K1="supported", K2="supported", K5="supported")
    assert [risk.outcome for risk in read_risks(verdicts)] == ["falls", "stands", "open"]


def test_a_claim_that_is_not_there_is_unknown_never_supported():
    assert {p.outcome for p in read_pillars(board(E0="holds"))} == {"unknown"}
    assert {r.outcome for r in read_risks(board(K1="supported"))} == {"unknown"}


def test_the_answer_follows_from_the_board():
    assert answer_text(board(**FULL))[0] == "Shown."
    assert answer_text(board(LIGHTS, K2="supported", **FULL))[0] == "Shown, with a risk."
    assert answer_text(board(**FULL | {"R3": "immaterial"}))[0] == "Shown in part."
    word, sentences = answer_text(board(**dict.fromkeys(FULL, "inconclusive")))
    assert word == "Not shown."
    assert sentences[0] == (
        "None of the four pillars stands; economy, rates, valuation and sectors cannot be decided."
    )


def test_the_answer_counts_only_what_was_tested():
    verdicts = board(E1="supported", R3="immaterial", V2="no data", E0="holds")
    assert "Of 2 regularities tested" in answer_text(verdicts)[1][1]


def test_the_board_shows_every_pillar_and_risk_in_words():
    text = Tags(pillars(board(LIGHTS, K2="supported", **FULL)).html).text
    for word in ("Economy", "Rates", "Valuation", "Sectors", "Slowdown", "Inflation", "Stress",
                 "stands", "bites", "does not bite", "on", "off"):  # fmt: skip
        assert word in text
    assert "Risk, inflation: bites (K0 holds, K2 supported)" in repr(
        pillars(board(LIGHTS, K2="supported"))
    )
    assert repr(answer(board(**FULL))).startswith("Shown. ")
