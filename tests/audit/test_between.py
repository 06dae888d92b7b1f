"""Editions compared by name: which are meant, what moved the verdicts, what was first said."""

from __future__ import annotations

import datetime as dt

import pytest

from r2klib.audit import between
from r2klib.audit.beside import judged
from r2klib.cli import main
from r2klib.data import load
from r2klib.data.edition import before, edition_named
from r2klib.errors import InputError, SnapshotCorrupt, UnknownName
from tests.made import write_snapshot
from tests.shared import lend_evidence

TODAY = dt.date(2020, 6, 15)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.delenv("R2K_EDITION", raising=False)
    return tmp_path


@pytest.fixture
def two():
    write_snapshot("2019-06-03", "2019-05-31")
    write_snapshot("2020-06-01", "2020-05-29")


def test_names(two):
    assert edition_named("latest") == "2020-06-01"
    assert edition_named("previous") == "2019-06-03"
    assert edition_named("sample") == "sample"
    assert (before("2020-06-01"), before("2019-06-03")) == ("2019-06-03", None)
    assert before("sample") is None
    with pytest.raises(UnknownName, match="'2020-06-01'"):
        edition_named("2020-06-0l")


def test_there_must_be_two():
    with pytest.raises(InputError, match="there is none"):
        edition_named("previous")
    write_snapshot("2019-06-03", "2019-05-31")
    with pytest.raises(InputError, match="none before 2019-06-03"):
        edition_named("previous")


@pytest.mark.slow
def test_a_pull_tried_again_the_same_day_is_not_the_one_before(two, capsys):
    write_snapshot("2020-06-01", "2020-05-29")
    assert edition_named("latest") == "2020-06-01.2"
    assert edition_named("previous") == before("2020-06-01.2") == before("2020-06-01")
    assert before("2020-06-01.2") == "2019-06-03"
    assert main(["diff", "--today", "2020-06-15"]) == 0
    assert "from edition 2019-06-03 to 2020-06-01.2" in capsys.readouterr().out


def test_since_takes_what_stood_on_a_day(two, capsys):
    write_snapshot("2020-07-01", "2020-06-30")
    assert main(["diff", "--since", "2019-12-31", "--data"]) == 0
    assert "2019-06-03 -> 2020-07-01" in capsys.readouterr().out
    assert main(["diff", "--since", "2020-06-01", "--data"]) == 0
    assert "2020-06-01 -> 2020-07-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2018-01-01"], "the oldest is 2019-06-03"),
        (["--since", "2020-06-01"], "named twice"),
        (["--since", "soon"], "must be a date"),
        (["sample", "--since", "2019-12-31"], "leave out A: `r2k diff --since 2019-12-31`"),
    ],
)
def test_a_day_that_cannot_be_is_told(two, capsys, arguments, said):
    assert main(["diff", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("latest", "2020-06-01", "named twice"),
        ("sample", "sample", "named twice"),
        ("latest", "previous", "r2k diff previous latest"),
        ("latest", "sample", "r2k diff sample latest"),
        ("2018-01-01", "latest", "no edition '2018-01-01'"),
    ],
)
def test_mistakes_are_one_sentence_and_status_2(two, capsys, a, b, said):
    assert main(["diff", a, b]) == 2
    assert said in capsys.readouterr().err


def test_a_damaged_edition_is_named(two, home, capsys):
    (home / "snapshots" / "2019-06-03" / "data" / "IWM.parquet").write_bytes(b"?")
    assert main(["diff", "--today", "2020-06-15"]) == 1
    assert "IWM.parquet cannot be trusted" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_prints_a_table_or_json(two, capsys):
    assert main(["diff", "--today", "2020-06-15"]) == 0
    table = capsys.readouterr().out
    assert "from edition 2019-06-03 to 2020-06-01" in table
    line = next(line for line in table.splitlines() if line.startswith("P2 "))
    assert "new rows" in line
    assert "IWM 260 new; SPY 260 new" in line
    assert main(["diff", "previous", "latest", "--json", "--today", "2020-06-15"]) == 0
    assert '"moved_by": [\n    "new rows"' in capsys.readouterr().out.replace("     ", "    ")
    assert main(["diff", "--data", "--json"]) == 0
    assert '"new": 260' in capsys.readouterr().out


@pytest.mark.slow  # judges the sample
def test_the_sample_can_be_the_older(two, home):
    lend_evidence(home)
    found = between.compare("sample", "latest", today=TODAY)
    by_id = {change.id: change for change in found.changes}
    steps = by_id["P2"].steps
    assert [step.cause for step in steps] == ["library", "sources", "new rows"]
    assert by_id["P2"].moved_by == ("sources", "new rows")
    assert steps[1].after.status == "no data"  # the sample has no rows of the funds


def test_the_first_ledger_is_kept_and_a_comparison_is_made_once(two, home, monkeypatch):
    first = judged(load("2019-06-03"), TODAY)
    (kept,) = (home / "ledgers" / "2019-06-03").glob("*.json")
    text = kept.read_text()
    assert f'"today": "{TODAY}"' in text
    judged(load("2019-06-03"), dt.date(2020, 7, 1))
    assert kept.read_text() == text  # the first stays
    found = between.compare("previous", "latest", today=TODAY)
    assert found.first_judged == TODAY
    assert "by this same library" in found.about_library
    assert first["P2"].status == {c.id: c for c in found.changes}["P2"].before.status
    monkeypatch.setattr(between, "compare_editions", None)
    assert between.compare("previous", "latest", today=TODAY) == found


def test_another_library_is_seen_in_the_kept_ledger(two, home):
    judged(load("2019-06-03"), TODAY)
    (kept,) = (home / "ledgers" / "2019-06-03").glob("*.json")
    kept.write_text(kept.read_text().replace('"library": "', '"library": "0'))
    assert "another version" in between.compare("previous", "latest", today=TODAY).about_library
    kept.write_text("{}")
    with pytest.raises(SnapshotCorrupt, match="it is no ledger"):
        between.compare("previous", "latest", today=TODAY)


def test_views_and_own_data_leave_no_ledger(two, home):
    data = load("2019-06-03")
    judged(data.as_of("2010-01-01"), TODAY)
    judged(data.between("2000-01-01", "2015-01-01"), TODAY)
    assert not (home / "ledgers").exists()
