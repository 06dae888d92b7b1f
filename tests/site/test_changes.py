"""The front page says what changed since the edition before, and says so where there is none."""

from __future__ import annotations

import datetime as dt

import pytest

from r2klib.audit import compare
from r2klib.data import load
from r2klib.errors import InputError
from r2klib.site.changes import ALONE, changes
from tests.made import Tags, write_snapshot

TODAY = dt.date(2020, 6, 15)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    write_snapshot("2019-06-03", "2019-05-31")
    write_snapshot("2020-06-01", "2020-05-29")
    return tmp_path


@pytest.mark.slow
def test_the_section_names_both_editions_and_what_moved():
    html = changes(load("latest"), TODAY).html
    text = Tags(html).text
    assert "changed status from edition 2019-06-03 to 2020-06-01" in text
    assert "r2k diff 2019-06-03 2020-06-01" in text
    assert "<details" in html
    assert "P2" in text


@pytest.mark.slow
def test_a_pull_tried_again_the_same_day_is_not_the_one_before():
    write_snapshot("2020-06-01", "2020-05-29")
    text = Tags(changes(load("latest"), TODAY).html).text
    assert "from edition 2019-06-03 to 2020-06-01.2" in text


def test_a_damaged_edition_before_is_told(home):
    (home / "snapshots" / "2019-06-03" / "data" / "IWM.parquet").write_bytes(b"?")
    html = changes(load("latest"), TODAY).html
    assert "The edition 2019-06-03 cannot be compared" in html


def test_a_first_snapshot_is_held_against_the_sample(monkeypatch):
    asked = []

    def refused(a, b, today, jobs):
        assert jobs >= 1
        asked.append((a, b, today))
        raise InputError("Made to fail.")

    monkeypatch.setattr(compare, "compare", refused)
    found = changes(load("2019-06-03"), TODAY)
    assert asked == [("sample", "2019-06-03", TODAY)]
    assert found.heading == "What stands otherwise than in the sample"
    assert "The edition sample cannot be compared" in found.html


def test_a_quiet_line_where_there_is_nothing_before():
    found = changes(load("sample"), TODAY)
    assert ALONE in found.html
    assert found.found is None
