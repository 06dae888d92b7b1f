"""A state has the age of its oldest input, and one that is too old says nothing of now."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import (
    Ledger,
    Reading,
    Theme,
    ages,
    answer,
    evaluate,
    ledger,
    read_pillars,
    read_risks,
)  # fmt: skip
from r2klib.claims.themes import economy
from r2klib.data import Dataset
from r2klib.show import board, card, scoreboard
from r2klib.show.pictures import picture
from tests.claims import worlds

DAYS = pd.bdate_range("2015-01-01", "2026-06-05", name="date", unit="us")
NEEDS = {"live": ("A", "B"), "sample": ("A",)}


def state(name: str = "X1", holds: bool = True, **fields: object):
    """A state made of two daily series, drawn as a path."""

    def design(rows: pd.DataFrame) -> Reading:
        value = float(rows["A"].iloc[-1])
        return Reading(value=value, holds=holds, n=len(rows), unit="points", method="made up")

    declared = {"id": name, "statement": "Made up.", "kind": "state", "sei_unit": "any"}
    more = {"measure": "made up", "needs": NEEDS, "drawn": ("A",), "axes": ("", "points")}

    @Theme("mine").claim(design=design, **declared | more | fields)
    def rows(data: Dataset) -> pd.DataFrame:
        return data.series("A").to_frame("A")

    return rows


def edition(b_ends: str = "2026-06-05") -> Dataset:
    a = pd.Series(np.arange(len(DAYS)) * 1.0, DAYS)
    return worlds.edition({"A": a, "B": a[:b_ends]})


def judged(data: Dataset, today: str = "2026-06-06", **fields: object):
    claim = state(**fields)
    return evaluate(data, claims=Ledger([claim]), today=today, cache=False)[claim.id]


def test_a_state_is_as_of_the_input_that_ended_first():
    verdict = judged(edition("2026-02-27"))
    assert (verdict.status, verdict.evidence.oldest) == ("holds", "B")
    assert verdict.evidence.as_of == dt.date(2026, 2, 27)
    assert "as of 2026-02-27" in verdict.reason
    assert verdict.to_dict()["as_of"] == "2026-02-27"


@pytest.mark.parametrize(
    ("ends", "today", "status"),
    [
        ("2025-12-05", "2026-06-05", "holds"),
        ("2025-12-05", "2026-06-06", "too old"),  # six months and a day are more than six months
        ("2025-09-25", "2026-06-06", "too old"),
    ],
)
def test_more_than_six_months_before_today_is_too_old(ends: str, today: str, status: str):
    verdict = judged(edition(ends), today)
    assert verdict.status == status
    if status == "too old":
        assert verdict.reason.startswith(
            f"Too old to speak of today ({today}): `B` ends on {ends}, more than 6 months before."
        )


def words_of(html):
    """The text of a page: dates stand in elements of their own, so that they do not break."""
    return re.sub(r"<[^>]+>", "", html)


def test_a_reading_too_old_is_still_shown():
    verdict = judged(edition("2025-09-25"))
    record = verdict.to_dict()
    assert (record["status"], record["value"]) == ("too old", float(len(DAYS) - 1))
    text = words_of(card(verdict).html)
    assert "too old" in text
    assert "as of 2025-09-25" in text
    assert picture(verdict).title.endswith("(by data of 2025-09-25)")


def test_the_sample_is_of_its_own_present_and_never_too_old(sample: Dataset):
    found = evaluate(sample, claims=worlds.some("E0", "K0", "H2"), today="2030-01-01", cache=False)
    assert {v.status for v in found.values()} <= {"holds", "does not hold", "borderline"}
    # The composite is of the last month that all had published when the first of them ended.
    ended = min(sample.last(name) for name in economy.COMPOSITE)
    assert found["E0"].evidence.as_of == (ended - pd.offsets.MonthEnd()).date()
    assert found["K0"].evidence.as_of == sample.last("AAA").date() == dt.date(2018, 12, 31)
    assert found["H2"].evidence.as_of == dt.date(2017, 3, 31)


def test_books_of_past_years_have_no_age(sample: Dataset):
    name = "french.size_value_6"
    tables = worlds.portfolios(np.linspace(0, 1, 1194))
    tables[f"{name}.bm"] = tables[f"{name}.bm"][:"2024-06-30"].copy()
    data = worlds.edition({**tables, "^GSPC": worlds.prices(pd.Series(0.0, DAYS))})
    claim = ledger()["V0"]
    first, day = ages.oldest_input(claim, data)
    assert first in (f"{name}.size", f"{name}.firms")
    assert day == dt.date(2025, 12, 31)


def test_components_at_hand_that_ended_long_ago_are_left_out_and_named():
    months = pd.date_range("1990-01-31", "2026-04-30", freq="ME", name="date", unit="us")
    rng = np.random.default_rng(2)

    def walk() -> pd.Series:
        return pd.Series(100 * np.exp(rng.normal(0.002, 0.01, len(months)).cumsum()), months)

    tables = {name: walk() for name in ("PAYEMS", "INDPRO", "UNRATE", "RRSFS", "CFNAI")}
    tables["CFNAI"] = tables["CFNAI"][:"2025-09-30"]
    tables["RRSFS"] = tables["RRSFS"][:"2025-12-31"]
    data = worlds.edition({**tables, "^GSPC": worlds.prices(pd.Series(0.0, DAYS))})
    assert ages.ended(data, "RRSFS", "CFNAI") == ("CFNAI",)
    found = evaluate(data, claims=worlds.some("E0"), today="2026-06-06", cache=False)["E0"]
    assert "ended too long ago: CFNAI (ends 2025-09-30)." in " ".join(found.evidence.remarks)
    assert found.evidence.as_of == dt.date(2026, 4, 30)
    without = evaluate(
        data.without("CFNAI"), claims=worlds.some("E0"), today="2026-06-06", cache=False
    )["E0"]
    assert found.reading == without.reading


def test_no_pillar_stands_and_no_risk_bites_on_a_state_too_old():
    data = edition("2025-09-25")
    claims = [state("V0"), state("K0")]
    verdicts = evaluate(data, claims=Ledger(claims), today="2026-06-06", cache=False)
    (pillar,) = (p for p in read_pillars(verdicts) if p.state[0] == "V0")
    assert (pillar.state, pillar.as_of) == (("V0", "too old"), "2025-09-25")
    assert pillar.outcome == "unknown"
    assert {risk.state[1] for risk in read_risks(verdicts)} == {"too old"}
    said = " ".join(answer(verdicts)[1])
    assert "Too old to speak of the present: V0 (as of 2025-09-25) and K0 (as of" in said
    assert "no risk bites" in said
    assert "V0 too old by data of 2025-09-25" in board(verdicts).text
    assert "by data of 2025-09-25" in words_of(scoreboard(verdicts).html)
