"""What version 1 last said stays, beside every row that has changed since."""

from __future__ import annotations

import pytest

from r2klib.claims import Ledger, evaluate, ledger
from r2klib.claims.earlier import all_of, of
from tests.claims.worlds import answering, some
from tests.made import make_data

TODAY = "2026-11-28"
#: CLAIMS, the rows marked v2.
VERSION_2 = {
    *("P4", "P6", "P7", "E0", "R1", "R2", "R5", "R6", "R8", "V0", "V3"),
    *("K1", "K4", "K5", "C1"),
}
#: CLAIMS, the new rows: of these version 1 said nothing, but P9 carries what K1 measured.
NEW = {
    *("P9", "P10", "P11", "P12", "P13", "P14", "H6", "H7", "R9", "V5", "V6", "S8"),
    *("Q1", "Q2", "Q3", "C5", "C6"),
}


@pytest.mark.parametrize("kind", ["sample", "live"])
def test_every_row_that_changed_has_what_version_1_said(kind):
    """By the list of CLAIMS, by the rows' own versions, and by the pair that is version 2."""
    kept = set(all_of(kind))
    changed = {
        claim.id
        for claim in ledger().values()
        if claim.version > 1 or claim.pair.get("live") == "century"
        if claim.kind != "merged"
    }
    assert (changed | VERSION_2) - NEW <= kept
    assert kept & NEW == {"P9"}


def test_what_is_kept_is_literal(sample):
    """Version 1's ledger of the sample, as its README and changelog printed it."""
    gap = of("V2", sample)
    assert (gap.status, gap.pair) == ("immaterial", "long")
    assert (gap.value, *gap.interval) == pytest.approx((-0.67, -3.40, 1.71), abs=0.005)
    shortfall = of("P9", sample)
    assert str(shortfall) == (
        "K1 in version 1, edition sample: supported (material), 0.253 [0.193, 0.313] log ratio, "
        "q = 0.0015, data to 2017-03-31"
    )
    assert all_of("live")["K2"].label == "supported"
    assert of("S6", sample) is None


@pytest.mark.slow
def test_it_stands_beside_the_verdict_also_where_there_is_none(sample):
    found = evaluate(sample, claims=some("H5", "P7", "S3", "R1"), today=TODAY)
    assert found["H5"].to_dict()["earlier"]["interval"] == pytest.approx([0.202, 0.327], abs=1e-3)
    assert found["P7"].earlier.status == "untestable"
    assert found["R1"].earlier.status == "no data"
    assert found["S3"].to_dict()["earlier"] is None


def test_a_claim_or_data_of_ones_own_have_none(sample):
    mine = answering(found := evaluate(sample, claims=some("H5"))["H5"].estimate, id="H5",
                     sei_unit=found.unit)  # fmt: skip
    assert evaluate(sample, claims=Ledger([mine]), today=TODAY)["H5"].earlier is None
    assert of("H5", make_data()) is None
