"""The ledger is what was frozen: its rows, their kinds, directions and smallest effects."""

from __future__ import annotations

import datetime as dt

import pytest

from r2klib.claims import Claim, Ledger, Theme, evaluate, ledger
from r2klib.claims.pairs import PAIRS
from r2klib.data import catalog, load
from r2klib.errors import InputError, UnknownName

# The rows frozen on 2026-11-22: id, kind, sort, direction, smallest effect.
FROZEN = """
P1 state - - -            P2 link level + 0.10      P3 link level + 2.0       P4 link level + 0.25
P5 link sense + 4.0       P6 link sense + 0.15      P7 untestable - - -       P8 link sense + 2.5
P9 link level + 0.10      P11 link level + 0.25     P14 untestable - - -
H1 link level + 0.5       H2 state - - -            H3 descriptive - - -      H4 link event + 5.0
H5 link level + 0.10      H6 state - - -            H7 link foretell + 2.5
E0 state - - -            E1 link foretell + 2.5    E2 link foretell + 2.5    E3 link sense + 2.5
E4 link foretell + 2.5    E5 merged - - -
R0 state - - -            R1 link sense + 0.25      R2 link sense + 2.5       R3 link foretell + 2.5
R4 link level + 4.0       R5 link sense + 1.5       R6 link event + 5.0       R7 link sense - 0.5
R8 state - - -            R9 link sense - 0.5
V0 state - - -            V1 state - - -            V2 link foretell + 2.5
V3 untestable - - -
V4 state - - -            V5 link foretell - 2.5    V6 state - - -
S0 state - - -            S1 link sense + 2.5       S2 link sense + 0.75      S3 link level + 3.0
S4 link level + 0.25      S5 merged - - -           S6 link event + 3.0       S7 descriptive - - -
K0 state - - -            K1 link sense - 4.0       K2 link foretell - 2.5    K3 link level + 20.0
K4 link event + 5.0       K5 link sense - 2.5
C1 link foretell + 0.02   C2 link event + 5.0       C3 state - - -
C4 link foretell + 0.25   C5 state - - -
"""
# Of version 2, declared after an audit had read both editions.
SECOND = ["P4", "P6", "P7", "E0", "R1", "R2", "R5", "R6", "R8", "V0", "V3", "K1", "K4", "K5", "C1"]
# Rows added on 2026-11-28, after both editions had been read.
ADDED = """
P10 state - - -           P12 state - - -           P13 link level - 0.02
S8 state - - -
Q1 link level - 2.0       Q2 link level + 2.0       Q3 link level + 1.0
C6 descriptive - - -
"""
NEW = ["P9", "P11", "P14", "H6", "H7", "R9", "V5", "V6", "C5"]


# The unit of each smallest effect, also where the design says it.
UNITS = {
    "log ratio": "P2 P9 P11",
    "%/yr": "P3 P5 R4 S3 K1 Q1 Q2 Q3",
    "percentage points": "P4 S6 K4",
    "% per 1 %": "P6",
    "%/yr per sd": "P8 H7 E1 E2 E3 R2 R3 V2 V5 S1 K2 K5",
    "log volatility per decile": "P13",
    "variance ratio minus 1": "H1",
    "log points": "H3 S7",
    "%": "H4 E4 R6 C2",
    "beta minus 1": "H5",
    "% per 25 bp": "R1 R7 R9 S2",
    "% per 100 bp": "R5",
    "loading": "S4",
    "bp": "K3",
    "Brier skill": "C1",
    "information ratio": "C4",
    "series that survive": "C6",
}


def rows_of(text: str) -> list[list[str]]:
    words = text.split()
    return [words[i : i + 5] for i in range(0, len(words), 5)]


ROWS = rows_of(FROZEN)
LATER = dt.date(2026, 11, 28)
VERSIONS = dict.fromkeys((*NEW, *(row[0] for row in rows_of(ADDED))), (1, LATER))
VERSIONS |= dict.fromkeys(SECOND, (2, LATER))


def test_the_frozen_rows():
    rows = [*ROWS, *rows_of(ADDED)]
    assert sorted(row[0] for row in rows) == sorted(ledger())
    for claim_id, kind, sort, direction, sei in rows:
        claim = ledger()[claim_id]
        # "-" as a direction is minus one for a link and none for everything else.
        expected_direction = {"+": 1, "-": -1}[direction] if kind == "link" else None
        assert claim.kind == kind, claim_id
        assert (claim.sort or "-") == sort, claim_id
        assert claim.direction == expected_direction, claim_id
        assert claim.sei == (float(sei) if sei != "-" else None), claim_id
        version = VERSIONS.get(claim_id, (1, dt.date(2026, 11, 22)))
        assert (claim.version, claim.frozen) == version, claim_id


def test_the_units_of_the_frozen_rows():
    said = {claim_id: unit for unit, ids in UNITS.items() for claim_id in ids.split()}
    of_effects = [c for c in ledger().values() if c.kind in ("link", "descriptive")]
    assert said == {claim.id: claim.sei_unit for claim in of_effects}


def test_the_ledger_goes_by_theme_and_number():
    order = ["PHERVSKQC".index(claim_id[0]) for claim_id in ledger()]
    assert order == sorted(order)
    profile = [int(claim_id[1:]) for claim_id in ledger() if claim_id[0] == "P"]
    assert profile == sorted(profile)


def test_every_claim_is_complete():
    for claim in ledger().values():
        assert claim.statement.endswith("."), claim.id
        assert claim.measure, claim.id
        assert claim.refuted_by, claim.id
        assert claim.sei_unit or claim.kind not in ("link", "state"), claim.id
        assert claim.reason if claim.build is None else claim.design is not None, claim.id


def test_every_series_a_claim_names_is_in_the_catalog():
    for claim in ledger().values():
        needed = {series for ids in claim.needs.values() for series in ids}
        needed |= {series for pair in claim.pair.values() if pair for series in PAIRS[pair].series}
        assert needed <= set(catalog.series()), claim.id


def test_names_that_do_not_exist_offer_those_that_do():
    with pytest.raises(UnknownName, match=r"no claim 'K9'.*`r2k claims`"):
        ledger()["K9"]
    with pytest.raises(
        UnknownName, match=r"no theme 'rate'.*'rates'.*Expected profile, .* or conclusion"
    ):
        ledger().theme("rate")


def test_a_link_without_a_smallest_effect_is_refused():
    fields = {"id": "X1", "statement": "x.", "kind": "link", "sei_unit": "%", "measure": "x"}
    with pytest.raises(InputError, match="X1: a link needs sort, direction and sei"):
        Theme("mine").declare(**fields)
    for wrong, said in (
        ({"direction": 2}, "direction must be 1 or -1; got 2"),
        ({"sort": "levels"}, "sort must be 'sense', .* or 'level'; got 'levels'"),
        ({"pair": {"Live": "legs"}}, "pair must be 'sample' or 'live'; got 'Live'"),
    ):
        with pytest.raises(InputError, match=f"Claim X1: {said}"):
            Claim(theme="mine", **{"sort": "level", "direction": 1, "sei": 1.0} | wrong, **fields)
    with pytest.raises(InputError, match="sei must be positive"):
        Claim(theme="mine", sort="level", direction=1, sei=0.0, **fields)


def test_a_claim_that_could_be_tested_is_not_declared_without_a_test():
    fields = {"id": "X1", "statement": "x.", "kind": "state", "sei_unit": "x", "measure": "x"}
    with pytest.raises(InputError, match="X1: a state needs a `design`"):
        Theme("mine").declare(**fields)
    claim = Claim(theme="mine", **fields)
    with pytest.raises(InputError, match="X1 has no test"):
        evaluate(load("sample"), claims=Ledger([claim]), today="2026-11-22", cache=False)


def test_two_claims_cannot_share_an_id():
    with pytest.raises(InputError, match="'P2'"):
        ledger().with_claims([ledger()["P2"]])
