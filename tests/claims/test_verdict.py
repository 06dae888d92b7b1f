"""A verdict: what it shows of itself, and what it says when it is asked again beside the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from r2klib.claims import Estimate, Ledger, Verdicts, evaluate, ledger
from r2klib.errors import InputError
from tests.claims.worlds import answering

TODAY = "2026-11-22"


def test_another_size_beside_the_ledger_has_the_same_answer_and_its_own_p(few):
    held = few["R4"]
    again = held.with_(sei=20)
    assert again.label == "ruled out (negligible, beside the ledger)"
    assert again.claim.sei == 20
    assert (again.q_value, again.by_value) == (held.q_value, held.by_value)
    assert again.r_value is None
    assert again.estimate.p_claimed < held.estimate.p_claimed
    assert replace(again.estimate, p_claimed=held.estimate.p_claimed) == held.estimate
    assert again.n_needed < held.n_needed
    assert again.reason.startswith("Beside the ledger (smallest effect 20 %/yr): The 90 % interval")
    assert held.with_(sei=0.1).claim.sei == 0.1
    assert few["R4"].beside == ""


def test_another_window_asks_the_design_of_fewer_rows_and_keeps_nothing(few, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    held = few["H5"]
    late = held.with_(since="1990", sei=0.5)
    assert late.estimate == late.claim.design(held.evidence.rows.loc["1990":])
    assert late.estimate.n < held.estimate.n
    assert (late.q_value, late.by_value, late.romano_wolf) == (None, None, None)
    assert "since 1990-01-01, smallest effect 0.5" in late.reason
    assert "beside the ledger" in repr(late)
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="none of a ledger's"):
        Verdicts([late], edition="sample", today=dt.date(2026, 11, 22))


def test_events_before_a_window_still_open_months_in_it(few):
    """H4's fall of March 2003 was seen to be over in May: the year after reaches into 2004."""
    held = few["H4"]
    late = held.with_(since="2003-12")
    rows = held.evidence.rows.loc["2003-12":]
    assert late.estimate.n == len(rows["y"].dropna())
    assert rows["event"].sum() == 1
    without = held.claim.design(rows)  # the event before them forgotten
    assert abs(late.estimate.value - without.value) > 0.1


def test_a_state_is_read_again_from_its_later_rows(few):
    held = few["H2"]
    late = held.with_(since="1990")
    assert late.reading == held.claim.design(held.evidence.rows.loc["1990":])
    assert late.evidence.rows.index[0].year == 1990 > held.evidence.rows.index[0].year


def test_p_alone_decides_in_another_window_and_the_reason_says_so(sample):
    answer = Estimate(
        value=1.2, std_error=0.6, interval=(0.2, 2.2), p_value=0.08, n=100, unit="%",
        method="made up", null="nothing",
    )  # fmt: skip
    # Among two links a p of 0.08 makes a q of 0.16 where the other's p is large.
    other = replace(answer, p_value=0.9, interval=(-1.0, 3.4))
    claims = Ledger([answering(answer), answering(other, id="X2")])
    held = evaluate(sample, claims=claims, today=TODAY)["X1"]
    assert (held.status, held.note, held.q_value) == ("inconclusive", "lead", pytest.approx(0.16))
    again = held.with_(since="1990")
    assert (again.status, again.q_value) == ("supported", None)
    assert "(p = 0.08, not corrected)" in again.reason


@pytest.mark.parametrize(
    ("claim_id", "terms", "said"),
    [
        ("R4", {}, "Say what to change"),
        ("R4", {"sei": -1}, "sei must be positive"),
        ("R4", {"since": 1990}, "must be a date"),
        ("R4", {"since": "2030"}, "No row of R4 is left.*Begin earlier"),
        ("E0", {"sei": 1.0}, "no smallest effect: leave `sei` out"),
        ("E0", {"since": "2026-06-30"}, "'growth' is known in 2 of 2 rows; it takes 7"),
        ("C4", {"since": "2017-06-30"}, "No holding was followed by a return"),
    ],
)
def test_terms_that_cannot_be_say_what_can(few, claim_id, terms, said):
    with pytest.raises(InputError, match=said):
        few[claim_id].with_(**terms)


def test_a_verdict_without_evidence_or_dates_has_no_other_window(few, sample):
    nothing = few["P7"]
    with pytest.raises(InputError, match="no evidence here"):
        nothing.with_(since="1990")
    undated = answering(few["R4"].estimate, sei_unit="%/yr")
    undated = replace(undated, build=lambda data: pd.DataFrame({"y": [1.0, 2.0]}))
    held = evaluate(sample, claims=Ledger([undated]), today=TODAY)["X1"]
    with pytest.raises(InputError, match="carry no dates"):
        held.with_(since="1990")


def test_rich_reprs_are_escaped_and_steady(few):
    nasty = replace(few["H5"], reason="<script>alert(1)</script>")
    html = nasty._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html == nasty._repr_html_()
    assert "beta minus 1" in few["H5"].estimate._repr_html_()
    reading = replace(few["E0"].reading, unit="<b>sd</b>")._repr_html_()
    assert "&lt;b&gt;sd" in reading
    assert "higher than 6 months ago: " in reading
    for verdict in few.values():
        assert verdict.claim.id in verdict._repr_html_()


def test_an_answer_and_its_interval_say_themselves_in_words(few):
    found = replace(few["K5"].estimate, value=0.26512, interval=(-0.04, 1.26), unit="points")
    assert f"90 % interval {found.interval:z.1f}" == "90 % interval 0.0 to 1.3"
    assert f"{found.interval}" == str(found.interval) == "(-0.04, 1.26)"
    assert str(found) == "0.265 [-0.04, 1.26] points"
    assert str(few["H2"].reading) in repr(few["H2"])


def test_what_the_ledger_declares_is_what_its_verdicts_carry(few):
    assert all(verdict.claim is ledger()[name] for name, verdict in few.items())
