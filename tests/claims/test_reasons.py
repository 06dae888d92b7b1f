"""A title asserts only what its verdict bears, and no text can say minus zero."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import r2klib
from r2klib.claims import ledger, words
from r2klib.claims.nouns import Claim, Estimate
from r2klib.claims.reasons import ASSERTED, title_of
from tests.claims.worlds import answering

LINKS = [c for c in ledger().values() if c.kind == "link" and c.design is not None]
FOUND = Estimate(
    value=1.0, std_error=0.5, interval=(-0.5, 2.5), p_value=0.2, n=100, unit="%",
    method="", null="",
)  # fmt: skip


def test_every_link_says_what_would_be_visible():
    silent = [claim.id for claim in LINKS if claim.effect == "such effect"]
    assert silent == [], "needs `effect`, a noun for its title"


@pytest.mark.parametrize("status", ["supported", "contradicted", "inconclusive", "ruled out"])
def test_only_what_is_supported_or_contradicted_is_told_as_a_fact(status):
    claim = answering(FOUND, effect="lead after spring", sei=2.0)
    title = title_of(claim, "After spring small led by 1 %", FOUND, status)
    fact = "fter spring small led by 1 % (90 % interval -0.5 to 2.5 %)"
    assert title == {
        "inconclusive": f"No lead after spring is visible beyond chance: a{fact}",
        "ruled out": f"No lead after spring as large as claimed (2 %) is visible: a{fact}",
    }.get(status, f"A{fact}")


def test_what_only_the_number_of_claims_leaves_undecided_says_so():
    lead = replace(FOUND, interval=(0.2, 1.8))
    title = title_of(answering(FOUND, effect="lead"), "Small led", lead, "inconclusive")
    assert title.startswith(
        "No lead is visible beyond chance among so many claims: small led (90 %"
    )


def test_every_verdict_of_an_edition_is_titled_by_its_status(verdicts):
    for verdict in verdicts.values():
        if not verdict.estimate or verdict.claim.kind != "link":
            continue
        assert "90 % interval" in verdict.evidence.finding, verdict.claim.id
        denied = verdict.evidence.finding.startswith(f"No {verdict.claim.effect}")
        assert denied == (verdict.status not in ASSERTED), verdict.claim.id
        beyond = " is visible beyond chance" in verdict.evidence.finding
        assert beyond == (verdict.status == "inconclusive"), verdict.claim.id


def test_a_verdict_asked_again_is_titled_again(verdicts):
    again = verdicts["P2"].with_(sei=5)
    assert verdicts["P2"].status == "supported"
    assert again.evidence.finding.startswith("No higher volatility of small companies as large as")
    assert again.evidence.finding.count("is visible") == 1


def test_a_word_in_capitals_keeps_them():
    claim: Claim = answering(FOUND)
    assert title_of(claim, "SMB (90 % interval)", FOUND, "inconclusive").endswith(
        ": SMB (90 % interval)"
    )


def test_log_points_become_money_through_exp():
    assert words.percent(-47) == pytest.approx(-37.5, abs=0.01)
    assert words.ahead(-47) == "3,750 USD behind"
    assert words.ahead(10) == "1,050 USD ahead of"


PACKAGE = Path(r2klib.__file__).parent


def test_no_number_is_written_as_minus_zero():
    """Every fixed-point format of a sentence has a z, which takes the sign from zero."""
    for path in (PACKAGE / "claims").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                parts = node.format_spec.values
                form = "".join(
                    part.value if isinstance(part, ast.Constant) else "0" for part in parts
                )
                signed = re.fullmatch(r"[+, ]*\.?\d*f", form)
                assert not signed, f"{path.name}, line {node.lineno}: {form!r}"


def test_no_text_of_the_sample_says_minus_zero(verdicts):
    for verdict in verdicts.values():
        record = verdict.to_dict()
        texts = [record["finding"], record["meaning"], record["reason"], *record["remarks"]]
        for text in texts:
            assert not re.search(r"[-−]0(\.0+)?(?![\d.])(?!\d)", text), (verdict.claim.id, text)


def test_no_end_on_one_side_of_zero_reads_as_zero():
    assert words.ends((0.04, 3.0), 2.5) == ("0.04", "3.00")
    assert words.ends((-0.3, 3.0), 2.5) == ("-0.3", "3.0")
    assert words.effect_of(1.52, 2.5, (0.04, 3.0), "+") == "+1.52"
