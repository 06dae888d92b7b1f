"""Who came into an index and who left: told from the lists of two editions."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from r2klib.audit.membership import compare_members
from r2klib.cli import main
from r2klib.data import catalog, snapshot
from r2klib.live.sources import Answer
from r2klib.live.writer import entry, only_writer, write
from tests.claims.worlds import holding

FUND = "ishares.IWM"


def write_list(day, table):
    table = table.assign(as_of=pd.Timestamp(day))
    with only_writer(snapshot.root()):
        stamp = f"{day}T22:00:00Z"
        answer = Answer(FUND, table, "https://example.org/x", stamp, 10)
        entries = {FUND: entry(catalog.get(FUND), answer)}
        write(snapshot.root(), entries, day=day, created_at=stamp, failures={})


@pytest.fixture
def two(monkeypatch, tmp_path):
    """T0 leaves, T1 grows, T2 goes by NEW, FRESH comes."""
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    write_list("2024-06-03", holding([50, 30, 20]))
    later = holding([60, 20, 20], names=["COMPANY 1", "COMPANY 2", "FRESH INC"])
    later["ticker"] = later["ticker"].replace({"T0": "T1", "T1": "NEW", "T2": "FRESH"})
    write_list("2025-06-02", later)


def test_who_came_who_left_and_who_goes_by_another_name(two):
    (found,) = compare_members("previous", "latest")
    assert (str(found.before), str(found.after)) == ("2024-06-03", "2025-06-02")
    assert found.members == (3, 3)
    assert found.came[["ticker", "weight"]].values.tolist() == [["FRESH", pytest.approx(0.2)]]
    assert found.left[["ticker", "weight"]].values.tolist() == [["T0", pytest.approx(0.5)]]
    assert found.renamed == (("T2", "NEW", "COMPANY 2"),)
    # By hand: T0 50 -> 0, T1 30 -> 60, T2 20 -> 20, FRESH 0 -> 20: half of 100 points.
    assert found.turnover == pytest.approx(0.5)


def test_the_command_prints_names_and_weights(two, capsys):
    assert main(["diff", "--members"]) == 0
    out = capsys.readouterr().out
    assert "2024-06-03 -> 2025-06-02: 3 members, then 3" in out
    assert "1 came (20.0% of the newer list), 1 left (50.0% of the older)" in out
    assert "left  T0       50.00%  COMPANY 0, Energy" in out
    assert main(["diff", "--members", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["renamed"] == [{"before": "T2", "after": "NEW", "name": "COMPANY 2"}]


def test_one_list_twice_and_no_list_are_said(two, capsys):
    assert main(["diff", "latest", "latest", "--members"]) == 0
    assert "the list of the same day" in capsys.readouterr().out
    assert main(["diff", "sample", "latest", "--members"]) == 2
    assert "share no list of holdings" in capsys.readouterr().err
