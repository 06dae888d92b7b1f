"""Every notebook is whole in every edition, and what its page says is what the ledger says."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import ledger
from r2klib.data import catalog, snapshot
from r2klib.live.sources import Answer
from r2klib.live.writer import entry, only_writer, write
from tests.claims import worlds
from tests.recorded import pulled
from tests.shared import lend_docs, lend_evidence, once, r2k, sample_site

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
TODAY = {
    "made up": "2020-01-15", "recorded": "2026-06-06", "half of the recorded": "2026-06-06",
}  # fmt: skip
STAMP = "2020-01-10T00:00:00Z"
SETTLED = {
    *("supported", "contradicted", "ruled out", "inconclusive", "descriptive", "merged"),
    *("holds", "does not hold", "borderline", "too old", "no data", "untestable"),
}


def made_up(folder):
    """A snapshot that holds two indices, six portfolios, factors and one macro series, no more."""
    rng = np.random.default_rng(7)
    steps = worlds.walk(1, 0.004), worlds.walk(2, 0.01)
    factors = worlds.factors()
    spread = pd.Series(rng.normal(0.001, 0.03, len(worlds.MONTHS)), worlds.MONTHS)
    tables = {
        **worlds.indices(*steps),
        "french.factors": factors,
        "french.factors_daily": worlds.factors_daily(),
        **worlds.century(spread, np.log1p(factors["Mkt-RF"] + factors["RF"])),
        "UNRATE": pd.Series(5 + rng.normal(0, 0.2, len(worlds.MONTHS)).cumsum(), worlds.MONTHS),
    }
    answers = {
        name: Answer(name, table, "https://example.org", STAMP) for name, table in tables.items()
    }
    held = {name: entry(catalog.get(name), answer) for name, answer in answers.items()}
    with only_writer(folder):
        write(folder, held, day="2020-01-10", created_at=STAMP, failures={})


def halve(folder):
    """Take every second series out of the one snapshot of a folder, and seal it again."""
    (name,) = snapshot.ids(folder)
    path = folder / name / snapshot.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["sha256"]
    manifest["series"] = dict(list(manifest["series"].items())[::2])
    sealed = manifest | {"sha256": snapshot.manifest_hash(manifest)}
    path.write_text(json.dumps(sealed), encoding="utf-8")


def written(home, kind):
    """Put a snapshot of a kind under a home and build its report beside it."""
    lend_docs(home)
    lend_evidence(home)  # of the sample, against which a first snapshot is held
    if kind == "made up":
        made_up(home / "snapshots")
    else:
        shutil.copytree(pulled() / "snapshots", home / "snapshots")
    if kind.startswith("half"):
        halve(home / "snapshots")
    arguments = ("--edition", "latest", "--today", TODAY[kind], "--out", str(home / "site"))
    built = r2k(home, "report", *arguments)
    assert built.returncode == 0, built.stdout + built.stderr


#: By day `test_notebooks` runs the cells of every page on the recorded edition.
NIGHTLY = [
    pytest.param(kind, marks=pytest.mark.nightly) for kind in ("recorded", "half of the recorded")
]


@pytest.fixture(scope="session", params=["sample", "made up", *NIGHTLY])
def site(request):
    """The folder of a report built on an edition."""
    kind = request.param
    if kind == "sample":
        return sample_site()
    return once(f"edition, {kind}", lambda home: written(home, kind)) / "site"


def claims_of(site):
    return {row["id"]: row for row in json.loads((site / "claims.json").read_text("utf-8"))}


def pages_of(site):
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    return {path.stem: (site / f"{path.stem}.html").read_text("utf-8") for path in notebooks}


class Cards(HTMLParser):
    """Id and status of every verdict card on a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "article" and "data-r2k-claim" in said:
            self.found.append((said["data-r2k-claim"], said["data-r2k-status"]))


def test_every_claim_has_one_status_and_no_data_names_what_is_missing(site):
    claims = claims_of(site)
    assert list(claims) == list(ledger())
    for claim in claims.values():
        assert claim["status"] in SETTLED
        assert claim["reason"]
        if claim["status"] == "no data":
            named = [name for name in catalog.series() if name in claim["reason"]]
            assert named or "ends" in claim["reason"], claim["id"]


def test_every_card_shows_the_ledgers_status(site):
    claims = claims_of(site)
    argued = (html for page, html in pages_of(site).items() if page != "08_your_own")
    shown = [pair for html in argued for pair in Cards(html).found]
    assert {claim_id for claim_id, _ in shown} == set(claims)
    for claim_id, status in shown:
        assert status == claims[claim_id]["status"], claim_id


def test_no_page_shows_a_value_that_is_not_a_number(site):
    for page, html in pages_of(site).items():
        body = re.sub(r"<(script|style|pre).*?</\1>", "", html, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", " ", body)
        assert not re.search(r"\b(nan|NaN|NaT|inf)\b", text), page
        assert "Traceback" not in text, page


def test_the_answer_counts_what_the_ledger_holds(site):
    front, text = (
        " ".join(re.sub(r"<[^>]+>", " ", (site / f"{page}.html").read_text("utf-8")).split())
        for page in ("index", "07_verdict")
    )
    said = re.search(
        r"Of (\w+) claims (\w+) speaks? for it and could have been traded; (\w+) speaks? against",
        text,
    )
    assert said
    total, helps, against = (0 if number == "none" else int(number) for number in said.groups())
    assert total == len(claims_of(site))
    counted = dict(map(reversed, re.findall(r"(\d+)\s+(for it, and could|against it)", front)))
    shown = [int(counted.get(role, 0)) for role in ("for it, and could", "against it")]
    assert shown == [helps, against]
    assert f"What {total} claims do for the thesis" in front
