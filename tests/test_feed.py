"""The feed of changed verdicts: one entry an edition, newest first, the same edition once."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


@pytest.fixture
def feed(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import feed

    return feed


def comparison(edition, *changes):
    return {
        "b": edition, "today": edition, "finding": f"{len(changes)} changed.",
        "changes": [
            {
                "id": name, "statement": f"{name} is <large>.", "status_changed": changed,
                "moved_by": ["new rows"], "before": None, "after": {"status": "supported"},
            }
            for name, changed in changes
        ],
    }  # fmt: skip


def test_an_entry_for_each_edition_and_a_line_for_each_verdict(feed, tmp_path, monkeypatch):
    place, changes = tmp_path / "feed.xml", tmp_path / "changes.json"
    monkeypatch.setattr(sys, "argv", ["feed.py", str(changes), str(place)])
    for found in (
        comparison("2026-05-02", ("P1", True)),
        comparison("2026-06-02"),
        comparison("2026-06-02", ("P2", True), ("P3", False)),
    ):
        changes.write_text(json.dumps(found))
        assert feed.main() == 0
    root = ET.parse(place).getroot()
    atom = f"{{{feed.ATOM}}}"
    assert root.findtext(f"{atom}updated") == "2026-06-02T00:00:00Z"
    assert [one.findtext(f"{atom}content") for one in root.iter(f"{atom}entry")] == [
        "P2: not declared -> supported, moved by new rows. P2 is <large>.",
        "P1: not declared -> supported, moved by new rows. P1 is <large>.",
    ]


def test_a_link_only_where_the_project_has_an_address(feed):
    link = f"{{{feed.ATOM}}}link"
    assert feed.entry(comparison("2026-06-02"), "").find(link) is None
    linked = feed.entry(comparison("2026-06-02"), "https://example.org/r2klib/").find(link)
    assert linked.get("href") == "https://example.org/r2klib/"
