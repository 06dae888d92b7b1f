"""State times link: nothing stands on one leg."""

from __future__ import annotations

import datetime as dt

import pytest

from r2klib.claims import (
    Evidence,
    Pillar,
    Reading,
    Verdict,
    Verdicts,
    answer,
    in_short,
    ledger,
    read_pillars,
    read_risks,
)
from r2klib.errors import UnknownName


@pytest.mark.parametrize(
    ("state", "link", "outcome"),
    [
        ("holds", "supported", "stands"),
        ("holds", "inconclusive", "open"),
        ("borderline", "supported", "open"),
        ("holds", "ruled out", "falls"),
        ("holds", "contradicted", "falls"),
        ("does not hold", "supported", "falls"),
        ("does not hold", "no data", "falls"),
        ("no data", "supported", "unknown"),
    ],
)
def test_a_pillar_stands_only_on_both(state, link, outcome):
    assert Pillar("Economy", ("E0", state), ("E1", link)).outcome == outcome


@pytest.mark.parametrize(
    ("state", "link", "outcome"),
    [
        ("holds", "supported", "open"),
        ("holds", "contradicted", "falls"),
        ("does not hold", "supported", "falls"),
        ("no data", "supported", "unknown"),
    ],
)
def test_no_pillar_stands_on_a_link_that_depends_on_the_pair(state, link, outcome):
    pillar = Pillar("Economy", ("E0", state), ("E1", link), agreement="depends on the pair")
    assert pillar.outcome == outcome
    assert Pillar(**vars(pillar) | {"risk": True}).outcome == (
        "stands" if outcome == "open" else outcome
    )
    agrees = Pillar("Rates", ("R0", "holds"), ("R3", "supported"), agreement="agrees on 0 of 1")
    assert agrees.outcome == "stands"


def test_the_board_reads_what_other_pairs_and_years_say():
    verdicts = board(LIGHTS, **FULL | {"K2": "supported"})
    note = {"agreement": "depends on the pair"}
    changed = verdicts.replaced({"E1": note, "K2": note})
    economy, *others = read_pillars(changed)
    assert (economy.outcome, economy.agreement) == ("open", "depends on the pair")
    assert {pillar.outcome for pillar in others} == {"stands"}
    assert [risk.outcome for risk in read_risks(changed)][1] == "stands"
    assert answer(changed)[0] == "Shown in part."


def board(lights=None, k0="holds", **statuses):
    found = [
        Verdict(claim=ledger()[claim_id], status=status, reason="made up", edition="made up")
        for claim_id, status in statuses.items()
    ]
    if lights is not None:
        reading = Reading(value=1.0, holds=True, parts=lights, n=1, unit="lights", method="x")
        evidence = Evidence(answer=reading, as_of=dt.date(2018, 11, 30), finding="x")
        k0_verdict = Verdict(
            claim=ledger()["K0"], status=k0, reason="x", edition="made up", evidence=evidence
        )
        found.append(k0_verdict)
    return Verdicts(found, edition="made up", today=dt.date(2026, 11, 22))


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
    assert answer(board(**FULL))[0] == "Shown."
    assert answer(board(LIGHTS, K2="supported", **FULL))[0] == "Shown, with a risk."
    assert answer(board(**FULL | {"R3": "ruled out"}))[0] == "Shown in part."
    word, sentences = answer(board(**dict.fromkeys(FULL, "inconclusive")))
    assert word == "Not shown."
    assert sentences[0] == (
        "None of the four pillars stands; economy, rates, valuation and sectors undecided."
    )


def test_the_answer_counts_what_claims_do_for_the_thesis():
    verdicts = board(E1="supported", R3="ruled out", V2="no data", E0="holds")
    assert answer(verdicts)[1][1] == (
        "Of 4 claims 1 speaks for it and could have been traded; 1 speaks against it."
    )


def test_the_sample_shows_nothing_that_stands(verdicts):
    word, sentences = answer(verdicts)
    assert word == "Not shown."
    assert sentences[0].startswith("None of the four pillars stands")
    assert next(iter(read_risks(verdicts))).outcome == "falls"  # no recession was on in 2018


def test_a_page_in_short_says_its_pillar_and_what_it_rests_on():
    verdicts = board(S0="holds", S6="ruled out", S1="supported", S3="no data", E1="supported")
    words, sentences = in_short(verdicts, "sectors")
    assert words == "The pillar does not stand."
    assert sentences == [
        f"{ledger()['S0'].statement[:-1]} (S0): holds.",
        "A recovery lifts many sectors at once (S6): ruled out.",
    ]
    noted = board(**FULL).replaced({"S6": {"agreement": "depends on the pair"}})
    assert in_short(noted, "sectors")[0] == "Whether the pillar stands is undecided."


def test_a_page_in_short_names_the_risks_that_bite():
    lit = board(LIGHTS, K1="ruled out", K2="supported", K5="inconclusive")
    words, sentences = in_short(lit, "risks")
    assert words == "Inflation bites."
    assert sentences[0] == (
        "Slowdown (light off, K1 ruled out); Inflation (light on, K2 supported); Stress (light "
        "off, K5 inconclusive)."
    )
    off = board(dict.fromkeys(LIGHTS, False), K1="supported", K2="supported", K5="supported")
    assert in_short(off, "risks")[0] == "No risk bites."
    undecided = board(dict.fromkeys(LIGHTS, True), K1="inconclusive", K2="no data")
    assert in_short(undecided, "risks")[0] == "No risk is shown to bite."


def test_a_page_without_a_pillar_says_its_headline():
    found = board(H5="supported", H4="supported", H1="inconclusive", P6="contradicted")
    words, sentences = in_short(found, "history", "profile", headline=["H4"])
    assert not words
    assert sentences == [
        "Small companies recover powerfully after downturns (H4): supported.",
    ]
    with pytest.raises(UnknownName, match="H9"):
        in_short(found, "history", headline=["H9"])
