"""The feed: valid Atom, an entry for the answer and one for each status that changed."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from types import SimpleNamespace

from r2klib.site.changes import Changes
from r2klib.site.feed import feed
from tests.made import NASTY, make_verdict, make_verdicts

ATOM = "{http://www.w3.org/2005/Atom}"


def standing(status):
    return SimpleNamespace(status=status.partition(" (")[0], label=status)


def changed(*statuses):
    return Changes("since", "", SimpleNamespace(a="2026-05-01", b="2026-06-01", statuses=statuses))


def parsed(changes):
    verdicts = make_verdicts([make_verdict("inconclusive", "E1")])
    return ET.fromstring(feed(verdicts, changes, {"E1": "02_economy.html#E1"}))


def test_without_a_comparison_the_answer_stands_alone():
    root = parsed(Changes("since", "none"))
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary").startswith("Not shown.")
    for node in (root, entry):
        assert node.findtext(f"{ATOM}id")
        assert (
            dt.datetime.fromisoformat(node.findtext(f"{ATOM}updated")).utcoffset() == dt.timedelta()
        )


def test_each_changed_status_is_an_entry_that_leads_to_its_claim():
    root = parsed(
        changed(
            SimpleNamespace(
                id="E1",
                statement=NASTY,
                before=standing("supported"),
                after=standing("supported (material)"),
            ),
            SimpleNamespace(id="X1", statement="New.", before=None, after=standing("holds")),
        )
    )
    _, first, second = root.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == "E1: supported → supported (material)"
    assert first.findtext(f"{ATOM}summary").startswith(NASTY)
    assert first.find(f"{ATOM}link").get("href") == "02_economy.html#E1"
    assert second.findtext(f"{ATOM}title") == "X1: not declared → holds"
    assert second.find(f"{ATOM}link").get("href") == "index.html"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(set(ids)) == 3
