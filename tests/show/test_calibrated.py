"""The calibration on the page: its numbers, its tables, and what it says where there is none."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from r2klib import load, show
from r2klib.audit import calibration
from r2klib.audit.beside import beside
from r2klib.audit.calibration import Calibration, Trials
from r2klib.claims import rule
from r2klib.show import calibration_figures
from tests.claims import worlds
from tests.shared import judged_sample

TODAY = "2026-11-22"
IDS = ("P5", "R6", "K5")


@pytest.fixture(scope="module")
def sample():
    return load("sample")


@pytest.fixture(scope="module")
def verdicts():
    return judged_sample(*IDS)


@pytest.fixture(scope="module")
def table(sample, verdicts):
    """Forty worlds, in one of which K5 is falsely supported; P5 rejects alone too often."""
    signed = {"P5": [0.05, 0.5] * 6 + [0.5] * 28, "R6": [-0.5] * 40, "K5": [0.001] + [0.3] * 39}
    statuses = {"P5": "i" * 40, "R6": "r" * 40, "K5": "s" + "i" * 39}
    found = {0.5: "i" * 40, 1.0: "s" * 20 + "i" * 20, 2.0: "s" * 40}
    links = {
        name: Trials(
            null="timing",
            value=verdicts[name].estimate.value,
            interval=verdicts[name].estimate.interval,
            p_value=verdicts[name].estimate.p_value,
            signed=tuple(signed[name]),
            statuses=statuses[name],
            found=found if name != "R6" else {},
            unplanted="" if name != "R6" else "made up",
        )
        for name in IDS
    }
    return Calibration(
        edition="sample", content=sample.content_hash, library="", seed=1, worlds=40, block=12,
        made=dt.date(2026, 11, 22), links=links, left_out={"S4": "made up too"},
        rule=rule.VERSION,
    )  # fmt: skip


@pytest.fixture
def kept(sample, table, tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.setattr(calibration, "shipped", lambda name: None)
    path = calibration.path_of(sample)
    path.parent.mkdir(parents=True)
    path.write_text(table.to_json(), encoding="utf-8")
    return path


def test_titles_are_the_findings(table):
    by_ledger, by_link = calibration_figures.exhibits(table)
    assert "in 5 % of placebo ledgers at most" in by_ledger.title
    assert "any status was won in 5 % of those shuffled and 0 % of those in place" in by_ledger.note
    assert by_ledger.frame.to_dict("list") == {
        "falsely supported": [97.5, 2.5, 0, 0],
        "falsely contradicted": [100, 0, 0, 0],
    }
    assert by_link.title == (
        "Asked alone, links reject in 12 % of worlds shuffled and 0 % of worlds in place "
        f"(nominal 10 %); of {len(by_link.frame)}, 1 more often"
    )
    assert "in 50 % of worlds" in calibration_figures.power_in_words(table)
    assert "5.0 % of ledgers shuffled and 0.0 % of ledgers in place" in calibration_figures.summary(
        table
    )


def test_the_page_shows_figures_tables_and_remarks(sample, verdicts, kept):
    shown = show.calibration(sample, verdicts)
    assert shown.html.count("<figure") == 2
    assert shown.html.count("<table") == 2
    assert "40 placebo ledgers of edition sample, made on" in shown.html
    for said in ("No effect is planted of R6: made up.", "S4: no placebo; made up too"):
        assert said in shown.html
        assert said in shown.text
    assert "has changed" not in shown.text


def test_the_page_says_when_the_ledger_has_changed(sample, verdicts, table, kept):
    other = dataclasses.replace(table.links["K5"], value=9.0)
    changed = dataclasses.replace(table, links={**table.links, "K5": other})
    kept.write_text(changed.to_json(), encoding="utf-8")
    assert "K5 was 9 " in show.calibration(sample, verdicts).text


def test_the_verdicts_carry_the_step_down(sample, verdicts, kept):
    for verdict in beside(verdicts, sample).values():
        assert 1 / 41 <= verdict.romano_wolf <= 1


def test_a_broken_or_foreign_table_is_no_table(sample, verdicts, kept):
    for text in ("{", kept.read_text(encoding="utf-8").replace(sample.content_hash, "0" * 64)):
        kept.write_text(text, encoding="utf-8")
        shown = show.calibration(sample, verdicts)
        assert "`r2k calibrate --edition sample`" in shown.text
        assert "<figure" not in shown.html


def test_another_editions_table_stands_in_and_says_so(
    sample, verdicts, table, monkeypatch, tmp_path
):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    other = dataclasses.replace(table, edition="2026-06-06-abcdef", content="of another one")
    shipped = {calibration.STAND_IN: other}.get
    monkeypatch.setattr(calibration, "shipped", shipped)
    live = worlds.edition({"french.factors": worlds.factors()})
    shown = show.calibration(live, verdicts)
    assert "No placebo ledgers were made of edition" in shown.text
    assert "Those below are of edition 2026-06-06-abcdef" in shown.text
    assert shown.html.count("<figure") == 2
    assert "Romano and Wolf's step-down over" not in shown.text
    assert "has changed" not in shown.text
    assert "Those below" not in show.calibration(sample, verdicts).text
