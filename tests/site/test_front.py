"""The front page on poor editions: an argument still, without an empty figure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pandas as pd
import pytest

from r2klib.claims.thesis import Statement
from r2klib.data import Dataset, load
from r2klib.show.html import claim_link
from r2klib.site.changes import changes
from r2klib.site.front import (
    _at_once,
    answer_page,
    answer_parts,
    front_page,
    linked,
    next_due,
)
from r2klib.site.results import PageResult
from tests.made import Tags, check_page, make_data, make_evidence, make_verdict, make_verdicts

PAGES = [
    PageResult("01_history", "History", "built"),
    PageResult("02_economy", "Economy", "failed", error="cell 3"),
]
SAID = [Statement(n=1, section="One", text="A.", meets="same", claims=("E1",))]


def front_of(data, verdicts) -> str:
    parts = answer_parts(data, verdicts)
    return front_page(
        data, verdicts, PAGES, {}, [], "foot", SAID, changes(data, verdicts.today), parts
    )


def part(data: Dataset, keep) -> Dataset:
    """The edition with only those of its series."""
    names = [name for name in data if keep(name)]
    return Dataset(
        data.edition, data.kind, {n: data[n] for n in names},
        {n: data.provenance[n] for n in names},
    )  # fmt: skip


POOR = {
    "no pair": lambda _: make_data(),
    "no Russell": lambda sample: part(sample, lambda name: name != "^RUT"),
    "half its series": lambda sample: part(sample, lambda name: hash_of(name) % 2 == 0),
}


def hash_of(name: str) -> int:
    return sum(map(ord, name))


@pytest.mark.slow
@pytest.mark.parametrize("poor", POOR)
@pytest.mark.parametrize("status", ["no data", "inconclusive"])
def test_a_poor_edition_has_no_empty_figure_and_an_answer(poor, status):
    data = POOR[poor](load("sample"))
    ids = ("E0", "E1", "R0", "R3", "V0", "V2", "S0", "S6", "K0", "K1", "H5", "K4", "C1", "C3")
    verdicts = make_verdicts([make_verdict(status, claim) for claim in ids])
    for html in (
        front_of(data, verdicts),
        answer_page(answer_parts(data, verdicts), {}, [], "foot"),
    ):
        check_page(html)
        text = Tags(html).text
        assert "None of the four pillars stands" in text
        for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL):
            assert "<path" in figure
        assert not re.search(r"<ul[^>]*></ul>|<dl[^>]*></dl>|<p[^>]*></p>|\bnan\b", html)
        assert "<h2" not in re.sub(r"<h2.*?</section>", "", html, flags=re.DOTALL)
    if poor == "no pair":
        assert "holds no pair" in text


def test_a_page_that_failed_is_named_first():
    html = front_of(make_data(), make_verdicts())
    assert html.index("1 page did not run to its end") < html.index('id="ratio"')


def test_what_is_due_next_has_its_day_and_what_is_late_says_so():
    months = pd.date_range("2019-05-31", "2020-04-30", freq="ME")
    made = Dataset.from_frame(
        pd.DataFrame({"PAYEMS": 1.0, "CPIAUCSL": 2.0}, months),
        units="points",
        frequency="monthly",
        lag_days={"PAYEMS": 12, "CPIAUCSL": 3},
    )
    live = Dataset("2020-06-01", "snapshot", dict(made), dict(made.provenance))
    assert next_due(live, dt.date(2020, 6, 5)) == (
        "Next: consumer prices of May 2020 (overdue since 2020-06-03) and employment of May 2020 "
        "(by 2020-06-12)."
    )
    assert next_due(made, dt.date(2020, 6, 5)) == ""  # nobody waits for an edition of one's own


def test_how_many_links_were_tested_at_once_and_what_corrections_leave():
    at = {
        "P2": (0.01, 0.02, 0.05),
        "P3": (0.05, 0.09, 0.2),
        "P4": (0.08, 0.2, None),
        "P5": (0.5,) * 3,
    }
    verdicts = make_verdicts(
        [
            make_verdict(
                "supported", name, q_value=q, romano_wolf=rw,
                evidence=make_evidence(answer=replace(make_evidence().answer, p_value=p)),
            )
            for name, (p, q, rw) in at.items()
        ]
    )  # fmt: skip
    said = _at_once(verdicts)
    assert said.startswith("4 links were tested at once")
    assert "Taken alone 3 do; 2 after Benjamini and Hochberg's" in said
    assert "; 1 after Romano and Wolf's" in said
    none = make_verdicts([make_verdict("supported", "P2", romano_wolf=None)])
    assert _at_once(none).startswith("1 link was tested")
    assert "lets about 0.1 of them" in _at_once(none)
    assert "of which this edition has none" in _at_once(none)
    assert _at_once(make_verdicts([make_verdict("holds", "R0")])) == ""


def test_a_claim_on_its_own_page_is_linked_there_whoever_declared_it():
    page = "".join(['<section id="M1"></section>', *map(claim_link, ("M1", "P2", "P3"))])
    sent = linked(page, {"P2": "01_history.html#P2"})
    assert re.findall(r'href="([^"]*)"', sent) == ["#M1", "01_history.html#P2"]
    assert '<a class="r2k-id">P3</a>' in sent  # argued nowhere
