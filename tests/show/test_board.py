"""The pillar board says in words what the thesis comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from r2klib.claims import Stability
from r2klib.show import answer, board, in_short
from tests.made import Tags, make_evidence, make_verdict, make_verdicts


def ledger_of(lights=None, k0="holds", **statuses):
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


def test_the_board_shows_every_pillar_and_risk_in_words():
    text = Tags(board(ledger_of(LIGHTS, K2="supported", **FULL)).html).text
    for word in ("Economy", "Rates", "Valuation", "Sectors", "Slowdown", "Inflation", "Stress",
                 "stands", "bites", "not lit, undecided", "on", "off"):  # fmt: skip
        assert word in text
    assert "Risk, inflation: bites (K0 holds as of 2017-03-31, K2 supported)" in repr(
        board(ledger_of(LIGHTS, K2="supported"))
    )
    broken = Stability(date=dt.date(1984, 2, 29), p_value=0.03)
    note = {"agreement": "depends on the pair", "evidence": make_evidence(stability=broken)}
    noted = board(ledger_of(**FULL).replaced({"E1": note}))
    beside = "depends on the pair; a break in 1984-02 (p = 0.03)"
    assert f"Economy: undecided (E0 holds as of 2017-03-31, E1 supported; {beside})" in repr(noted)
    assert "depends on the pair" in Tags(noted.html).text
    assert repr(answer(ledger_of(**FULL))).startswith("Shown. ")
    aside = answer(ledger_of(**{**FULL, "S0": "too old"}))
    opening, _ = Tags(aside.html).text.split("Too old to speak")
    assert 'r2k-note">Too old' in aside.html
    assert len(opening.split()) < 55


def test_a_page_in_short_is_shown_as_text_and_as_html():
    shown = in_short(ledger_of(**FULL), "profile")  # the theme of what is made up
    assert repr(shown).startswith("The pillar stands. ")
    assert Tags(shown.html).text.split() == repr(shown).split()
