"""The front page's pieces: the answer, weakness, what a holder has, what would change it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS

from r2klib.audit.calibration import SHIPPED, shipped
from r2klib.claims.score import record
from r2klib.show.glossary import glossary, marked, terms
from r2klib.show.holder import holder, would_change
from r2klib.show.inline import spark
from r2klib.show.lead import lead
from r2klib.show.pillar_board import board
from r2klib.show.weakness import heading, slump, weakness
from tests.made import Tags, make_evidence, make_verdict, make_verdicts
from tests.shared import judged_sample


def scored(scores, outcomes):
    """C1 with these months of its score, the last of which has no outcome yet."""
    rows = pd.DataFrame(
        {"score": [*scores, 4.0], "outcome": [*outcomes, np.nan], "probability": 0.5},
        pd.date_range("2000-01-31", periods=len(scores) + 1, freq="ME"),
    )
    return make_verdict("ruled out", "C1", evidence=make_evidence(rows=rows))


def text_of(html):
    return Tags(html).text.replace("\u00a0", " ")


def test_the_record_counts_completed_months_with_three_conditions():
    """Witness of the interval: statsmodels, the months that met them and the others apart."""
    scores, outcomes = [0.0, 3.0, 4.0, 2.0] * 10, [1.0, 0.0, 1.0, 1.0] * 10
    found = record(scored(scores, outcomes).evidence.rows)
    assert found is not None
    assert (found.full, found.n_full) == (pytest.approx(50.0), 20)
    assert (found.all, found.n_all) == (75.0, 40)
    full = np.array(scores) >= 3
    peer = OLS(100 * np.array(outcomes), np.column_stack([full, ~full]).astype(float))
    told = peer.fit(cov_type="HAC", cov_kwds={"maxlags": 18}, use_t=True).conf_int(0.10)
    assert found.interval == pytest.approx(tuple(told[0]))
    assert record(scored([0.0], [1.0]).evidence.rows) is None


def test_the_answer_says_why_and_how_sure():
    verdicts = make_verdicts(
        [scored([3.0, 3.0, 0.0] * 10, [0.0, 1.0, 1.0] * 10), make_verdict("inconclusive", "E1")]
    )
    text = lead(verdicts).text
    assert text.startswith("Not shown. None of the four pillars stands")
    assert "With three or four conditions met small companies led after 50 % of 20 months" in text
    assert re.search(r"months \(interval \d\d to \d\d\), against 67 % of all\.", text)
    assert "median test" not in text
    assert "conditions" not in lead(make_verdicts([make_verdict("no data", "E1")])).text
    table = shipped(SHIPPED)
    assert table is not None
    whole = lead(verdicts, table).text
    assert whole.endswith("% of effects as claimed.")
    assert len(whole.split()) <= 50
    other = replace(table, edition="2026-06-06")
    assert "of effects as claimed (measured on edition 2026-06-06)." in lead(verdicts, other).text


def test_weakness_is_a_heading_only_where_strength_is_refuted():
    against = make_verdicts([make_verdict("contradicted", "E1"), make_verdict("supported", "H4")])
    assert heading(against)[0] == "Weakness, not strength"
    alone = make_verdicts([make_verdict("contradicted", "E1"), make_verdict("inconclusive", "H4")])
    assert heading(alone)[0] == "Not strength"
    expansions = make_verdicts(
        [make_verdict("contradicted", "E1"), make_verdict("supported", "P5")]
    )
    assert heading(expansions)[0] == "Not strength"  # a lead in expansions is none out of weakness
    undecided = make_verdicts([make_verdict("inconclusive", "E1")])
    assert heading(undecided)[0] == "Strength or weakness?"
    text = text_of(weakness(against))
    assert "E1" in text
    assert "H4" in text
    assert weakness(make_verdicts([make_verdict("no data", "E1")])) == ""


@pytest.mark.slow
def test_a_slump_with_beta_and_without_is_one_sum():
    """What beta accounts for is what the two differences leave between them."""
    gross, net = (judged_sample()[one] for one in ("P5", "K1"))
    text = slump(judged_sample()).text
    lost, left = -gross.estimate.value, net.estimate.value
    inside = 1200 * gross.evidence.rows["y"][gross.evidence.rows["driver"] == 0].mean()
    assert f"averaged {inside:+.1f} % a year, {lost:+.1f} against expansions" in text
    assert f"{left:+.1f} (K1, {net.label})" in text
    assert f"account for {round(lost, 1) - round(left, 1):+.1f}." in text
    assert "(C2, " in text
    assert "(H4, " in text
    assert slump(make_verdicts([make_verdict("supported", "K1")])).text == ""


def test_what_would_change_names_the_condition_that_fails_and_its_day():
    state = make_verdict("does not hold", "R0")
    reading = replace(state.reading, holds=False, parts={"eased": True, "yields calm": False})
    state = make_verdict("does not hold", "R0", evidence=make_evidence(answer=reading))
    text = text_of(would_change(make_verdicts([state, make_verdict("supported", "R3")])))
    assert "R0 needs “yields calm” to be so, which it is not as of 2017-03-31." in text
    assert "R3" not in text
    assert "needs data that this edition does not hold" in text  # the other pillars


def test_without_its_claims_nothing_is_said_of_a_holder():
    assert holder(make_verdicts([make_verdict("holds", "R0")])) == ""


def test_without_their_answers_a_holder_is_told_what_is_lacking():
    text = text_of(holder(make_verdicts([make_verdict("no data", "H5")])))
    assert text == "This edition cannot answer H5, so there is no loss to put into money."


@pytest.mark.slow
def test_a_holder_is_told_of_the_last_falls():
    text = text_of(holder(judged_sample()))
    assert "USD lost in the last 3 falls of the market by a fifth" in text
    assert "small companies" in text
    beta, falls = (judged_sample()[one].estimate for one in ("H5", "K4"))
    assert f"{1 + beta.value:.2f} % for each percent of the market" in text
    assert f"{falls.n} falls alone, from peak to trough: {1 + falls.value / 20:.2f} %" in text


def test_what_could_have_been_seen_needs_no_more_data():
    link = make_verdict("inconclusive", "S6")
    blind = replace(link, mde=2 * link.claim.sei, years_needed=63.2)
    assert "S6 needs 64 years of data in all, which there are not before 2057" in text_of(
        would_change(make_verdicts([blind]))
    )
    seen = text_of(would_change(make_verdicts([replace(link, mde=link.claim.sei / 2)])))
    assert "S6 is undecided, though its sample could have shown" in seen


def test_a_risk_is_coloured_by_what_it_does_not_by_its_light():
    off = replace(make_verdict("holds").reading, parts={"stress (spread)": False})
    k0 = make_verdict("does not hold", "K0", evidence=make_evidence(answer=off))
    armed = board(make_verdicts([k0, make_verdict("supported", "K5")]))
    assert "Risk, stress: would bite if lit" in armed.text
    row = armed.html.split("Stress")[0].rsplit("<tr", 1)[1]
    assert "r2k-slight" in row
    assert "r2k-good" not in armed.html.split("Stress")[1]
    tame = board(make_verdicts([k0, make_verdict("ruled out", "K5")]))
    assert "Risk, stress: does not bite" in tame.text


def test_a_spark_ends_at_the_last_value_and_of_too_little_is_nothing():
    line = pd.Series([1.0, 3.0, 2.0], pd.date_range("2020-01-31", periods=3, freq="ME"))
    assert spark(line, 2.0).count("<path") == 2
    assert 'cx="145"' in spark(line)
    assert spark(line.head(1)) == ""
    assert spark(line * np.nan) == ""
    assert "nan" not in spark(line * 0)


def test_a_term_is_explained_once_and_only_in_running_text():
    html = "<h2>Beta</h2><p>A beta &amp; another beta, <code>beta</code>; alphabeta.</p><p>Beta</p>"
    got = marked(html)
    assert got.count("<abbr") == 1
    assert '<p>A <abbr class="r2k-term" tabindex="0" data-means="' in got
    assert Tags(got).text == Tags(html).text
    assert marked("<p>nothing</p>") == "<p>nothing</p>"


def test_the_glossary_holds_about_twenty_terms_in_one_sentence_each():
    assert 18 <= len(terms()) <= 25
    assert all(means.endswith(".") and means.count(". ") == 0 for means in terms().values())
    assert all(means in text_of(glossary()) for means in terms().values() if "’" not in means)
