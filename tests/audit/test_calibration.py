"""The table that a calibration makes: what is counted, its step-down, its file, the one shipped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from r2klib.audit import calibrate, calibration
from r2klib.audit.calibrate import Link
from r2klib.audit.calibration import Calibration, Trials
from r2klib.audit.worlds import WORLD_KINDS, edges_of
from r2klib.claims import ledger, rule
from r2klib.errors import InputError


def table(signed, statuses, found=None):
    """A calibration of links A, B, ... from signed p-values by link."""
    links = {
        name: Trials(
            null="timing",
            value=1.0,
            interval=(0.5, 1.5),
            p_value=0.01,
            signed=tuple(signed[name]),
            statuses=statuses[name],
            found=(found or {}).get(name, {}),
        )
        for name in signed
    }
    worlds = len(next(iter(statuses.values())))
    return Calibration(
        edition="e", content="c", library="l", seed=1, worlds=worlds, block=12,
        made=dt.date(2026, 11, 22), links=links, left_out={"Z": "because"},
    )  # fmt: skip


def test_what_chance_won_is_counted_by_sort_of_world():
    """Even worlds are shuffled, odd ones in place; the larger rate counts."""
    found = table(
        {
            "A": [0.05, 0.5, -0.05, 0.5, -0.2, -0.05, None, 0.5],
            "B": [0.5, 0.02, 0.1, -0.1, 1e-300, 0.03, 0.6, 0.6],
        },
        {"A": "siciici-", "B": "isriciss"},
        {"A": {0.5: "iissiiss", 1.0: "s" * 8, 2.0: "s" * 8}},
    )
    chance = found.chance()
    assert list(chance[["shuffled", "in place"]].loc["A"]) == [50, 25]
    assert list(chance[["shuffled", "in place"]].loc["B"]) == [50, 75]
    sides = ["alone", "claimed side", "other side", "supported", "contradicted"]
    assert list(chance.loc["A", sides]) == [50, 25, 25, 25, 25]
    assert list(chance.loc["B", sides]) == [75, 50, 25, 50, 0]
    # Wilson's interval of 2 of 4 at 90 %, by hand: (0.5 + z²/8 ± z sqrt(1/16 + z²/64)) / (1 + z²/4)
    assert list(chance.loc["A", ["low", "high"]]) == pytest.approx([18.2400, 81.7600], abs=1e-4)
    assert found.ledgers().to_dict("list") == {
        "supported": [1, 1, 0, 0, 0, 0, 1, 1],
        "contradicted": [0, 0, 1, 0, 1, 1, 0, 0],
    }
    assert found.false_ledgers() == {"shuffled": 100, "in place": 75}
    assert list(found.power().loc["A"]) == [50, 100, 100]
    assert list(found.power().index) == ["A"]


def test_the_correction_allows_chance_its_rate_in_each_family():
    now = table({"H5": [0.5], "E1": [0.5]}, {"H5": "i", "E1": "r"})
    assert now.allowed == 20
    assert replace(now, links={"E1": now.links["E1"]}).allowed == 10
    assert Calibration.from_json(now.to_json()).rule == rule.VERSION
    assert not any("rule" in said for said in now.changes({}))
    old = replace(now, rule=1)
    assert "The rule that judges is version 2 now and was version 1" in old.changes({})[0]


def test_the_step_down_follows_the_worlds():
    """19 worlds of two links that never move: a small p is as rare as the worlds can say."""
    found = table({"A": [0.5] * 19, "B": [-0.5] * 19}, {"A": "i" * 19, "B": "i" * 19})
    values = found.romano_wolf({"A": 0.001, "B": 0.9, "C": 0.0})
    assert values == {"A": pytest.approx(1 / 20), "B": pytest.approx(1.0)}
    # One world in nineteen in which the other link rejects harder than A does here.
    rare = table({"A": [0.5] * 19, "B": [1e-5] + [0.5] * 18}, {"A": "i" * 19, "B": "i" * 19})
    assert rare.romano_wolf({"A": 0.001, "B": 0.9})["A"] == pytest.approx(2 / 20)
    assert table({"A": [0.5] * 18}, {"A": "i" * 18}).romano_wolf({"A": 0.001}) == {}


def test_a_table_survives_its_file():
    found = table({"A": [0.0512345678, None]}, {"A": "s-"}, {"A": dict.fromkeys((0.5, 1, 2), "ss")})
    again = Calibration.from_json(found.to_json())
    assert again.links["A"].signed == (0.0512346, None)
    assert Calibration.from_json(again.to_json()) == again
    with pytest.raises(InputError, match="r2k calibrate"):
        Calibration.from_json('{"header": {"format": 0}}')


#: Links that reject more often than 12 % in worlds of one sort, by more than chance. Outcomes of C1
#: overlap by eleven months, and Newey-West errors of few such spells are too small. S4 and S2 are
#: weeks of banks beside yields, whose wild months come in spells longer than the blocks of signs.
OFTEN = {
    calibration.SHIPPED: {"C1"},
    calibration.STAND_IN: {"C1", "E1", "S2", "S4"},
}

# ---- what is shipped ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(sample):
    found = calibration.shipped(calibration.SHIPPED)
    assert found is not None, "make it: r2k calibrate --out r2klib/audit/calibration_sample.json"
    assert found.content == sample.content_hash
    return found


def test_the_shipped_table_is_of_this_ledger(shipped, verdicts):
    """Where a test or the rule has changed its answer: r2k calibrate, and ship the table anew."""
    assert shipped.changes(verdicts) == []
    assert shipped.seed == calibrate.SEED
    assert shipped.worlds >= calibration.LEAST
    assert all(len(link.statuses) == shipped.worlds for link in shipped.links.values())


@pytest.mark.slow
def test_worlds_of_the_shipped_table_come_out_again(sample, shipped):
    links = [
        replace(Link.of(claim, claim.rows(sample)), plantable=bool(shipped.links[claim.id].found))
        for claim in (ledger()[name] for name in shipped.links)
    ]
    numbers = (0, 1, shipped.worlds - 1)
    records = calibrate.together(links, shipped.seed, edges_of(sample), numbers)
    for number, record in records.items():
        for name, (signed, status, letters) in record.items():
            link = shipped.links[name]
            assert link.signed[number] == pytest.approx(signed, abs=5e-3), name  # six figures
            assert link.statuses[number] == status, name
            found = "".join(link.found[size][number] for size in calibration.SIZES if link.found)
            assert found == letters, name


@pytest.mark.slow
def test_every_effect_is_planted_or_says_why(sample, shipped):
    for claim in (ledger()[name] for name in shipped.links):
        why = calibrate._why_unplanted(Link.of(claim, claim.rows(sample)))
        assert why == shipped.links[claim.id].unplanted, claim.id


@pytest.mark.parametrize("name", OFTEN)
def test_shipped_tables_keep_chance_near_its_nominal_rate(name):
    """No more than three standard errors above what two families allow; links alone near ten."""
    table = calibration.shipped(name)
    allowed = table.allowed / 100
    assert allowed == 0.20
    for kind, touched in table.false_ledgers().items():
        count = table.worlds / len(WORLD_KINDS)
        assert touched / 100 < allowed + 3 * np.sqrt(allowed * (1 - allowed) / count), kind
    chance = table.chance()
    assert set(chance.index[chance["low"] > 12]) == OFTEN[name]


def test_the_stand_in_is_a_live_edition_and_says_which():
    table = calibration.shipped(calibration.STAND_IN)
    assert table.edition == "2026-06-06"
    assert table.worlds == calibrate.WORLDS
    assert table.rule == rule.VERSION
    assert set(table.links) > {"S1", "R2", "Q1"}  # which the sample cannot ask
