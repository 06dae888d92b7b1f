"""The notebooks: no result is typed, every claim is argued once and worked out, in any edition."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import r2klib
from r2klib import claims, load
from r2klib.claims import ledger
from r2klib.errors import InputError, UnknownName
from tests.claims.themes.test_economy import abroad_edition
from tests.claims.worlds import some
from tests.recorded import judged_recorded
from tests.shared import judged_sample

ROOT = Path(__file__).resolve().parents[1]
PAGES = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
#: Pages on which every claim that the sample answers is worked out beside the ledger.
WORKED = (
    *("01_history", "02_economy", "03_rates", "04_valuation", "05_sectors", "06_risks"),
    *("07_verdict", "09_quality"),
)
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
    argued = [claim_id for page in PAGES for claim_id in argued_on(page)]
    assert sorted(argued) == sorted(ledger())


def test_no_page_repeats_the_ledger_or_gives_a_merged_claim_a_section():
    merged = [one.id for one in ledger().values() if one.kind == "merged"]
    assert merged
    for page, path in PAGES.items():
        assert "scoreboard(" not in "\n".join(cells(page, "code"))
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for before, cell in itertools.pairwise("".join(cell["source"]) for cell in found):
            if any(f'argue(verdicts["{one}"])' in cell for one in merged):
                assert not before.startswith("##"), cell


def argued_on(page: str) -> list[str]:
    call = r'argue\(verdicts\["(\w+)"\](?:, figure=False)?\)'
    return re.findall(call, "\n".join(cells(page, "code")))


@pytest.fixture
def tied(monkeypatch):
    """By claim, in turn, how a notebook's code has held its numbers against the ledger's."""
    found, agree = [], claims.agree

    def noted(verdict, *numbers, holds=None):
        found.append((verdict.claim.id, len(numbers) == 2, holds is not None))
        return agree(verdict, *numbers, holds=holds)

    monkeypatch.setattr(claims, "agree", noted)
    return found


def expected(verdict):
    """An effect ties with its interval, a state by whether it holds, a count by itself."""
    return verdict.claim.id, verdict.estimate is not None, verdict.claim.kind == "state"


@pytest.fixture(params=["sample", "recorded"])
def judged(request):
    """An edition with its ledger."""
    return judged_recorded() if request.param == "recorded" else (load("sample"), judged_sample())


def displayed(thing):
    """A frame is shown by `show.tail` or `show.table`, with its units and without raw digits."""
    assert not isinstance(thing, pd.DataFrame | pd.Series)


@pytest.mark.slow
@pytest.mark.parametrize("page", WORKED)
def test_every_answered_claim_of_a_page_is_worked_out(page, judged, tied, monkeypatch):
    """The page's own cells come to the ledger's numbers, one claim after the other."""
    data, verdicts = judged
    monkeypatch.setattr(claims, "evaluate", lambda _: verdicts)
    monkeypatch.setattr(r2klib, "load", lambda _: data)
    names = {"display": displayed}
    for code in cells(page, "code"):
        exec(code, names)
    answered = [verdicts[one] for one in argued_on(page) if verdicts[one].answered]
    assert tied == [expected(verdict) for verdict in answered]


@pytest.mark.parametrize("page", WORKED)
def test_a_worked_page_is_worked_in_sight(page):
    assert 60 <= sum(len(code.splitlines()) for code in cells(page, "code")) <= 200


def run_cells(page: str, claim_id: str, data, verdicts) -> None:
    """The page's imports, then the cells that work out one claim."""
    names = {"data": data, "verdicts": verdicts, "display": lambda *_: None}
    imports, *rest = cells(page, "code")
    for code in (imports, *(code for code in rest if f'verdicts["{claim_id}"]' in code)):
        exec(code, names)


def test_a_claim_that_the_sample_cannot_answer_is_worked_out_where_it_can_be(tied):
    data = abroad_edition(4.0, 4.0)
    verdicts = claims.evaluate(data, claims=some("E3"), today="2020-01-15", cache=False)
    run_cells("02_economy", "E3", data, verdicts)
    assert tied == [expected(verdicts["E3"])]


def test_another_number_than_the_ledgers_stops_the_page(tied):
    """As where a reader changes a leg: here the claim was judged on another edition."""
    data, other = abroad_edition(4.0, 4.0), abroad_edition(4.0, 3.9)
    verdicts = claims.evaluate(other, claims=some("E3"), today="2020-01-15", cache=False)
    with pytest.raises(InputError, match="worked out for E3"):
        run_cells("02_economy", "E3", data, verdicts)
    assert tied == [expected(verdicts["E3"])]


def test_news_after_the_last_close_is_of_no_day():
    """What is announced after a close counts on the next day of trade, which may not have come."""
    days = pd.date_range("2020-01-06", periods=4, freq="D")
    at = ["2020-01-07 14:00", "2020-01-07 16:00", "2020-01-09 14:00", "2020-01-09 16:30"]
    news = pd.DataFrame({"MPS": [0.1, 0.2, 0.4, 0.8]}, index=pd.DatetimeIndex(at))
    seen = {}

    def law(change, surprise, *_, **__):
        seen["surprise"] = surprise["surprise"]

    names = {
        "data": SimpleNamespace(frame=lambda _: news),
        "pd": pd,
        "r2klib": SimpleNamespace(wild_bootstrap=law),
    }
    (code,) = (code for code in cells("03_rates", "code") if code.startswith("def response"))
    exec(code, names)
    names["response"](pd.Series([0.0, 1.0, 3.0, 6.0], index=days))
    assert seen["surprise"].to_dict() == {days[1]: 0.1, days[2]: 0.2, days[3]: 0.4}


def test_two_holdings_that_never_differ_have_no_ratio_and_the_page_says_so():
    months, said, held = pd.date_range("2020-01-31", periods=24, freq="ME"), [], []
    odds = pd.DataFrame({"probability": 0.6, "base_rate": 0.55}, index=months)
    names = {
        "claims": SimpleNamespace(agree=lambda *numbers: held.append(numbers)),
        "verdicts": dict.fromkeys(("C1", "C4"), SimpleNamespace(answered=True)),
        "show": SimpleNamespace(argue=lambda _, figure=True: None),
        "display": said.append,
        "Markdown": str,
        "odds": odds,
        "d": pd.Series(0.01, months),
    }
    (code,) = (code for code in cells("07_verdict", "code") if "hold, alone" in code)
    exec(code, names)
    assert said == ["The two holdings never differ, so there is no ratio to work out."]
    assert held == []


def test_an_edition_without_a_pair_is_asked_of_none_and_the_page_says_so():
    data, said = load("sample"), []
    prices = [name for name in data if name.startswith(("french", "^", "ff3"))]
    names = {"display": said.append, "data": data.without(prices)}
    imports, *rest = cells("08_your_own", "code")
    for code in (imports, *(code for code in rest if "by_pair" in code)):
        exec(code, names)
    assert ["holds no pair" in shown.data for shown in said] == [True]


@pytest.mark.parametrize("page", ["01_history", "03_rates", "04_valuation", "09_quality"])
def test_what_follows_is_not_left_empty_where_an_edition_cannot_say(page):
    *_, code = (code for code in cells(page, "code") if "show.closing" not in code)
    names, said = {"verdicts": defaultdict(lambda: SimpleNamespace(answered=False))}, []
    exec(code, names | {"display": said.append, "Markdown": str})
    assert said == ["This edition lacks what it takes to say; the cards name the series."]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_sorts_what_is_foretold_by_cuts_of_later(page):
    """Cuts over all months were known in none of them; two sides of one week may be sorted so."""
    for code in cells(page, "code"):
        assert "qcut" not in code or "next month" not in code


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
