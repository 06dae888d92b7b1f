"""Calibration: worlds without the thesis, effects planted in them, and the table they make."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import calibrate, calibration, planting, trials
from r2klib.audit import worlds as worlds
from r2klib.audit.calibration import Calibration, Trials
from r2klib.claims import Ledger, ledger, pairs
from r2klib.cli import main
from r2klib.errors import InputError
from tests.claims import worlds as made_up

TODAY = "2026-11-22"


@pytest.fixture(scope="module")
def world(sample):
    return worlds.shuffled(sample, worlds.order_of(sample, 1, 0))


@pytest.fixture(scope="module")
def tiny():
    """A century of months in which d, the market and the spread know nothing of each other."""
    rng = np.random.default_rng(5)
    months = made_up.MONTHS
    d, market = (pd.Series(rng.normal(0, sd, len(months)), months) for sd in (0.02, 0.04))
    spread = pd.Series(rng.normal(0, 0.1, len(months)).cumsum(), months)
    turns = pd.DatetimeIndex(["1920-01-31", "1950-01-31", "1951-01-31"], name="date")
    recessions = pd.DataFrame({"kind": ["trough", "peak", "trough"], "announced": turns}, turns)
    factors = made_up.factors()
    return made_up.edition(
        {
            "french.size_value_6": made_up.century(d, market),
            "french.factors": factors.assign(**{"Mkt-RF": market - factors["RF"]}),
            "AAA": 5.0 + 0.0 * spread,
            "BAA": 5.0 + spread,
            "BAA10Y": spread,
            "NBER": recessions,
        }
    )


CREDIT = Ledger([ledger()["K5"]])


# ---- worlds -------------------------------------------------------------------------------------


def test_what_is_not_a_relative_return_stays(sample, world):
    moved = {name for name in sample if not sample[name].equals(world[name])}
    assert moved == {
        "french.factors", "french.factors_2017", "french.size_value", "french.size_momentum",
        "french.industries12", "^IXIC",
    }  # fmt: skip
    for table in ("french.factors", "french.factors_2017"):
        for column in ("Mkt-RF", "RF"):
            assert sample.frame(table)[column].equals(world.frame(table)[column])


def test_the_values_of_d_are_the_same_in_another_order(sample, world):
    for name in ("long", "legs"):
        before, after = (pairs.get(name).d(data) for data in (sample, world))
        np.testing.assert_allclose(np.sort(after), np.sort(before), atol=1e-12)
        assert np.isclose(after, before).mean() < 0.05


def test_pairs_move_together(sample, world):
    """A month's d of both pairs comes from one and the same month."""
    before, after = (
        pd.DataFrame({name: pairs.get(name).d(data) for name in ("long", "legs")}).dropna()
        for data in (sample, world)
    )
    rows = [{tuple(row) for row in x.round(10).to_numpy().tolist()} for x in (before, after)]
    assert rows[0] == rows[1]


def test_blocks_of_a_year_stay_whole(sample):
    index = sample.frame("french.factors").index
    rows = worlds.order_of(sample, 1, 0).rows(index)
    assert sorted(rows) == list(range(len(index)))
    neighbours = (np.diff(rows) == 1).mean()
    assert 1 - 1.5 / worlds.BLOCK < neighbours < 1 - 0.5 / worlds.BLOCK


def test_a_world_is_its_seed_and_its_number(sample, world):
    d = pairs.get("long").d
    again = worlds.shuffled(sample, worlds.order_of(sample, 1, 0))
    assert again.content_hash == world.content_hash
    others = [worlds.shuffled(sample, worlds.order_of(sample, *key)) for key in ((1, 1), (2, 0))]
    assert all(not np.allclose(d(other), d(world)) for other in others)


def test_days_move_within_the_span_of_their_pair():
    d, market = made_up.walk(1, 0.005), made_up.walk(2, 0.01)
    data = made_up.edition(made_up.indices(d, market))
    other = worlds.shuffled(data, worlds.order_of(data, 1, 0))
    assert other.frame("^GSPC").equals(data.frame("^GSPC"))
    steps = [
        (np.log(x.frame("^RUT")["Close"]) - np.log(x.frame("^GSPC")["Close"])).diff().dropna()
        for x in (data, other)
    ]
    np.testing.assert_allclose(np.sort(steps[1]), np.sort(steps[0]), atol=1e-12)
    assert abs(np.corrcoef(*steps)[0, 1]) < 0.05


def test_legs_change_places(sample):
    pair = pairs.get("legs")
    order = worlds.order_of(sample, 3, 1)
    other = worlds.swapped(sample, order, pair.small, pair.large)
    before, after = pair.legs(sample), pair.legs(other)
    turned = order.chosen(before.index)
    assert 0.3 < turned.mean() < 0.7
    np.testing.assert_allclose(after[~turned], before[~turned], atol=1e-12)
    np.testing.assert_allclose(after[turned], before.loc[turned, ["large", "small"]], atol=1e-12)


@pytest.mark.parametrize("claim_id", ["P2", "P3"])
def test_legs_are_alike_before_they_change_places(sample, verdicts, claim_id):
    claim, value = ledger()[claim_id], verdicts[claim_id].estimate.value
    alike = planting.World(sample, 1, 0, {claim_id: value})._without_effect(claim)
    assert trials.ask(claim, alike).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("name", ["long", "legs"])
def test_what_is_planted_arrives_in_d(sample, name):
    pair = pairs.get(name)
    amount = pd.Series([0.01, -0.02], pd.DatetimeIndex(["1960-03-31", "1970-12-31"]))
    gained = pair.d(worlds.planted(sample, pair.small, amount)) - pair.d(sample)
    expected = amount.reindex(gained.index).fillna(0.0)
    np.testing.assert_allclose(gained, expected, atol=1e-12)


def test_what_is_planted_in_days_falls_on_the_last_one_of_its_week():
    data = made_up.edition(made_up.indices(made_up.walk(1, 0.005), made_up.walk(2, 0.01)))
    friday = pd.Timestamp("2001-09-14")
    closed = pd.bdate_range("2001-09-11", friday)
    small = data.frame("^RUT").drop(index=closed)
    data = data.replaced({"^RUT": small})
    other = worlds.planted(data, ("^RUT", ""), pd.Series([0.03], pd.DatetimeIndex([friday])))
    gained = np.log(other.frame("^RUT")["Close"]) - np.log(data.frame("^RUT")["Close"])
    assert gained["2001-09-07"] == pytest.approx(0.0, abs=1e-12)
    assert gained["2001-09-10"] == pytest.approx(0.03)
    assert gained.iloc[-1] == pytest.approx(0.03)


# ---- answers and effects ------------------------------------------------------------------------


@pytest.mark.slow
def test_a_test_asked_for_its_answer_says_what_the_whole_test_says(sample, verdicts):
    links = [v for v in verdicts.values() if v.claim.kind == "link" and v.estimate]
    assert len(links) > 15
    for verdict in links:
        assert trials.ask(verdict.claim, sample) == verdict.estimate, verdict.claim.id


@pytest.mark.parametrize("claim_id", ["P3", "P5", "H4", "H5", "E1", "R4", "R5", "R6", "K2", "K4"])
def test_an_effect_put_in_is_the_effect_that_comes_out(sample, claim_id):
    claim = ledger()[claim_id]
    before = trials.ask(claim, sample)
    effect = claim.sei * claim.direction
    after = trials.ask(claim, planting.with_effect(claim, sample, effect))
    assert after.value - before.value == pytest.approx(effect, rel=0.05)


def test_every_link_has_a_null_or_a_reason():
    for claim in ledger().values():
        if claim.kind == "link" and planting.null_of(claim) is None:
            assert len(claim.no_placebo) > 20


# ---- the table ----------------------------------------------------------------------------------


def test_an_effect_of_twice_the_size_is_found_and_nothing_else(tiny):
    table = calibrate.calibrate(tiny, worlds=8, seed=1, claims=CREDIT, today=TODAY, keep=False)
    link = table.links["K5"]
    assert link.found[2.0] == "s" * 8
    assert link.statuses.count("s") + link.statuses.count("c") <= 3
    assert table.power().loc["K5", 2.0] == 100
    assert (table.worlds, table.edition, table.made) == (8, "user", dt.date(2026, 11, 22))


def test_worlds_done_before_are_not_run_again(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    run = {"seed": 1, "claims": CREDIT, "today": TODAY}
    first = calibrate.calibrate(tiny, worlds=2, **run)
    assert calibration.stored(tiny) == Calibration.from_json(first.to_json())
    done = []

    def one_world(plan, number):
        done.append(number)
        return {"K5": (0.5, "i", "iss")}

    monkeypatch.setattr(trials, "one_world", one_world)
    more = calibrate.calibrate(tiny, worlds=3, **run)
    assert done == [2]
    assert more.links["K5"].statuses == first.links["K5"].statuses + "i"


@pytest.mark.slow
def test_two_processes_make_the_same_table(tiny):
    run = {"worlds": 3, "seed": 1, "claims": CREDIT, "today": TODAY, "keep": False}
    assert calibrate.calibrate(tiny, jobs=2, **run) == calibrate.calibrate(tiny, jobs=1, **run)


def test_claims_of_ones_own_stay_in_this_process(tiny):
    own = Ledger([dataclasses.replace(ledger()["K5"], sei=1.0)])
    with pytest.raises(InputError, match="jobs=1"):
        calibrate.calibrate(tiny, worlds=2, jobs=2, claims=own, today=TODAY, keep=False)


def test_an_edition_without_links_says_so(tiny):
    with pytest.raises(InputError, match="No link"):
        calibrate.calibrate(tiny.without(["BAA"]), worlds=1, claims=CREDIT, keep=False)


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


def test_what_chance_won_is_counted():
    found = table(
        {"A": [0.05, -0.05, -0.2, None], "B": [0.5, 0.1, 1e-300, 0.6]},
        {"A": "sci-", "B": "imsi"},
        {"A": {0.5: "iiss", 1.0: "ssss", 2.0: "ssss"}},
    )
    chance = found.chance()
    assert list(chance.loc["A"]) == [50, 25, 25, 25, 25]
    assert list(chance.loc["B"]) == [50, 50, 0, 25, 0]
    assert found.ledgers().to_dict("list") == {
        "supported": [1, 0, 1, 0],
        "contradicted": [0, 1, 0, 0],
    }
    assert list(found.power().loc["A"]) == [50, 100, 100]
    assert list(found.power().index) == ["A"]


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


def test_mistakes_on_the_command_line(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", "--worlds", "0"])
    assert stop.value.code == 2
    assert main(["calibrate", "--edition", "sampel"]) == 2
    assert "Did you mean 'sample'?" in capsys.readouterr().err


# ---- what is shipped ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(sample):
    found = calibration._shipped()
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
    plantable = frozenset(name for name, link in shipped.links.items() if link.found)
    claims = Ledger(ledger()[name] for name in shipped.links)
    values = {name: link.value for name, link in shipped.links.items()}
    plan = trials.Plan(sample, shipped.seed, claims, plantable, values)
    for number in (0, shipped.worlds - 1):
        for name, (signed, status, letters) in trials.one_world(plan, number).items():
            link = shipped.links[name]
            assert link.signed[number] == pytest.approx(signed, rel=1e-3, abs=5e-4), name
            assert link.statuses[number] == status, name
            found = "".join(link.found[size][number] for size in calibration.SIZES if link.found)
            assert found == letters, name


def test_the_shipped_table_keeps_chance_near_its_nominal_rate(shipped):
    """No more than three standard errors of a share above the ten percent allowed."""
    false = (shipped.ledgers() > 0).any(axis="columns").mean()
    assert false < 0.10 + 3 * np.sqrt(0.10 * 0.90 / shipped.worlds)


def test_the_values_beside_q(verdicts):
    for verdict in verdicts.values():
        if verdict.q_value is None:
            assert verdict.by_value is None
            continue
        assert verdict.q_value <= verdict.by_value <= 1
        record = verdict.to_dict()
        assert record["by_value"] == verdict.by_value
        assert record["romano_wolf"] == verdict.romano_wolf
