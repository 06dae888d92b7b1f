"""The notebooks' own words: no result is typed, every claim is argued once, every page closes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from r2klib.claims import ledger

ROOT = Path(__file__).resolve().parents[1]
PAGES = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
#: Digits that prose may hold: names of indices, of the command, dates, claim ids, pages, the
#: level of intervals.
ALLOWED = [
    r"Russell 2000",
    r"\br2k(?=[ `])",
    r"S&P 500",
    r"\b(1[89]|20)\d\d\b(-\d\d(-\d\d)?)?",
    r"\b[PHERVSKC]\d\b",
    r"\b0\d (History|Economy|Rates|Valuation|Sectors|Risks|Verdict|Your own)\b",
    r"\b90 %",
]


def cells(page: str, kind: str) -> list[str]:
    found = json.loads(PAGES[page].read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


@pytest.mark.parametrize("page", PAGES)
def test_no_result_is_typed_into_prose(page):
    for text in cells(page, "markdown"):
        rest = text
        for pattern in ALLOWED:
            rest = re.sub(pattern, "", rest)
        assert not re.search(r"\d", rest), text


@pytest.mark.parametrize("page", PAGES)
def test_ids_in_prose_are_claims(page):
    for text in cells(page, "markdown"):
        for claim_id in re.findall(r"\b[PHERVSKC]\d\b", text):
            assert claim_id in ledger()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_edition_and_closes_with_its_limits(page):
    code = "\n".join(cells(page, "code"))
    assert "report.edition_banner(data)" in code
    assert "report.closing(data" in code
    assert any(text.startswith("## Limits") for text in cells(page, "markdown"))


def test_every_claim_is_argued_once():
    """On the page of its theme, so that its permalink leads to an argument in every edition."""
    argued = [
        claim_id
        for page in PAGES
        if not page.startswith("00")  # which shows one claim as an example
        for claim_id in re.findall(r'argue\(verdicts\["(\w+)"\]\)', "\n".join(cells(page, "code")))
    ]
    assert sorted(argued) == sorted(ledger())
