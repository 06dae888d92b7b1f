"""The notebooks: no result is typed, every claim is argued once, any edition can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from r2klib.claims import ledger
from r2klib.errors import UnknownName

ROOT = Path(__file__).resolve().parents[1]
PAGES = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
#: Digits that prose may hold: names of indices, of the command, dates, claim ids, pages, the
#: level of intervals.
ALLOWED = [
    r"Russell 2000",
    r"\br2k(?=[ `])",
    r"S&P [56]00",
    r"\b(1[89]|20)\d\d\b(-\d\d(-\d\d)?)?",
    r"\b[PHERVSKQC]\d+\b",
    r"\b0\d (History|Economy|Rates|Valuation|Sectors|Risks|Verdict|Your own|Quality)\b",
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
        for claim_id in re.findall(r"\b[PHERVSKQC]\d+\b", text):
            assert claim_id in ledger()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_edition_and_closes_with_its_limits(page):
    code = "\n".join(cells(page, "code"))
    assert "show.edition_banner(data)" in code
    assert "show.closing(data" in code
    assert any(text.startswith("## Limits") for text in cells(page, "markdown"))


@pytest.mark.parametrize("page", PAGES)
def test_no_page_asks_which_edition_it_reads(page):
    """What plays which part in an edition is the library's to know, not a reader's."""
    assert not re.search(
        r"\.kind\b|kind_of|[!=]= \"(sample|live)\"", "\n".join(cells(page, "code"))
    )


def test_every_claim_is_argued_once():
    """On the page of its theme, so that its permalink leads to an argument in every edition."""
    argued = [
        claim_id
        for page in PAGES
        if not page.startswith("00")  # which shows one claim as an example
        for claim_id in re.findall(r'argue\(verdicts\["(\w+)"\]\)', "\n".join(cells(page, "code")))
    ]
    assert sorted(argued) == sorted(ledger())


def opened(page: str, edition: str | None) -> str:
    """Name of the edition that a page's first cells load, with this value as parameter."""
    imports, parameters, *rest = cells(page, "code")
    load = next(line for code in rest for line in code.splitlines() if line.startswith("data ="))
    names: dict = {}
    exec(f"{imports}\n{parameters}", names)
    assert names["EDITION"] is None
    names["EDITION"] = edition
    exec(load, names)
    return names["data"].edition


@pytest.mark.parametrize("page", PAGES)
def test_the_parameter_or_else_the_environment_chooses_the_edition(page, monkeypatch):
    monkeypatch.delenv("R2K_EDITION", raising=False)
    assert opened(page, None) == "sample"
    monkeypatch.setenv("R2K_EDITION", "1999-01-01")
    with pytest.raises(UnknownName, match=r"named by R2K_EDITION. '1999-01-01'"):
        opened(page, None)
    assert opened(page, "sample") == "sample"  # what the cell says goes before the environment
    with pytest.raises(UnknownName, match=r"no edition .*'smaple'. Did you mean 'sample'"):
        opened(page, "smaple")
