"""What moved a verdict from one edition to the next: each cause is planted in turn and named.

Editions compared by name: which are meant, what moved the verdicts, what was first said.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import compare
from r2klib.audit.beside import judged
from r2klib.audit.compare import compare_editions, rows_of
from r2klib.audit.comparison import Comparison, Judgement, Step, value_differs
from r2klib.audit.ledgers import KEPT, JudgedLedger
from r2klib.claims import Claim, Ledger, evaluate
from r2klib.claims.designs import Mean
from r2klib.cli import main
from r2klib.data import Dataset, Provenance, load
from r2klib.data.edition import before, edition_named
from r2klib.data.provenance import digest
from r2klib.data.revisions import Change
from r2klib.data.revisions import compare_editions as compare_tables
from r2klib.errors import InputError, SnapshotCorrupt, UnknownName
from tests.made import make_verdict, write_snapshot
from tests.shared import lend_evidence

TODAY = "2020-06-15"
MONTHS = pd.date_range("2000-01-31", periods=240, freq="ME", name="date")


def mean_of(name, **fields):
    """A claim about the mean of one series, judged by the ledger's own rule."""

    def rows(data):
        return data.series(name).to_frame("y")

    return Claim(
        id=name,
        theme="mine",
        statement=f"{name} is large.",
        sort="level",
        direction=1,
        sei=1.0,
        measure="The mean.",
        needs={"live": (name,)},
        build=rows,
        design=Mean(unit="points", scale=1.0, what="mean", null="zero"),
        **fields,
    )


def world(n=200, **changes):
    """Two series whose means are far from 0 and from 1 in standard errors."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(2.0, 1.0, (240, 2)), MONTHS, ["X", "Y"])
    for name, change in changes.items():
        frame[name] = change(frame[name])
    frame = frame.iloc[:n]
    return Dataset.from_frame(
        frame, units="points", frequency="monthly", lag_days=0, name=f"{n} {sorted(changes)}"
    )


CLAIMS = Ledger([mean_of("X"), mean_of("Y")])


def compared(a, b, first=None, claims=CLAIMS):
    return compare_editions(a, b, first=first, claims=claims, today=TODAY)


def as_kept(data, **changes):
    """The ledger of `data` as an older library might have kept it, with fields changed."""
    records = evaluate(data, claims=CLAIMS, today=TODAY).to_records()
    kept = {record["id"]: {name: record[name] for name in KEPT} for record in records}
    for claim_id, fields in changes.items():
        kept[claim_id] |= fields
    return JudgedLedger(data.edition, dt.date(2020, 1, 2), "an older library", "0.0.9", kept)


def only(comparison):
    assert len(comparison.changes) == 1, comparison
    return comparison.changes[0]


def fell(x):
    """The last 40 months are so low that the mean of all is no longer above zero."""
    return x.where(np.arange(len(x)) < 200, -15.0 + np.arange(len(x)) % 3)


def test_the_same_rows_move_nothing():
    a, b = world(), world(X=lambda x: x * (1 + 1e-12))
    found = compared(a, b, as_kept(a))
    assert found.changes == ()
    assert found.unchanged == ("X", "Y")
    assert "Of 2 verdicts 0 changed status" in found.finding


def test_new_rows_are_named():
    a, b = world(200), world(240, X=fell)
    change = compared(a, b, as_kept(a)).statuses[0]
    assert (change.id, change.moved_by) == ("X", ("new rows",))
    assert change.before.label == "supported (material)"
    assert change.after.status == "inconclusive"
    assert [step.cause for step in change.steps] == ["library", "revisions", "new rows"]
    assert [step.status_changed for step in change.steps] == [False, False, True]
    assert change.series == {"X": Change(new=40)}


def test_revisions_are_named():
    a, b = world(), world(X=lambda x: x - 2)
    change = only(compared(a, b, as_kept(a)))
    assert (change.id, change.moved_by) == ("X", ("revisions",))
    assert change.series == {"X": Change(revised=200)}


def test_rows_that_are_gone_count_as_revisions():
    a = world()
    b = a.without("X")
    change = only(compared(a, b, as_kept(a)))
    assert change.moved_by == ("revisions",)
    assert change.after.status == "no data"
    assert change.series == {"X": Change(dropped=200)}


def test_a_change_of_the_library_is_named():
    a, b = world(), world(Y=lambda y: y.where(y.index != MONTHS[3], 9.0))
    first = as_kept(a, X={"status": "immaterial", "note": "", "value": 0.4})  # as version 1 said
    found = compared(a, b, first)
    by_id = {change.id: change for change in found.changes}
    assert by_id["X"].status_changed
    assert by_id["X"].moved_by == ("library",)
    assert by_id["X"].series == {}
    assert not by_id["Y"].status_changed
    assert by_id["Y"].moved_by == ("revisions",)
    assert by_id["Y"].series_behind == {"Y": Change(revised=1)}
    assert "another version of the library" in found.about_library


def test_all_three_at_once_are_told_apart():
    def revised_and_risen(x):
        return x + np.where(np.arange(len(x)) < 200, -1.3, 5.0)

    a, b = world(200), world(240, X=revised_and_risen)
    first = as_kept(a, X={"status": "inconclusive", "note": "", "value": 0.1})
    change = compared(a, b, first).statuses[0]
    assert change.moved_by == ("library", "revisions", "new rows")
    assert [step.value_moved for step in change.steps] == [True, True, True]
    assert change.series_behind == change.series == {"X": Change(new=40, revised=200)}
    values = [change.steps[0].before.value, *(step.after.value for step in change.steps)]
    x = world(200).series("X")
    assert values[1:] == pytest.approx([x.mean(), (x - 1.3).mean(), b.series("X").mean()])


def test_rows_that_fill_a_gap_or_reach_further_back_are_new():
    whole = world(200).series("X")
    gap = whole.drop(whole.index[[0, 50]])
    a = Dataset.from_frame(gap, units="points", frequency="monthly", lag_days=0, name="gap")
    b = Dataset.from_frame(whole, units="points", frequency="monthly", lag_days=0, name="whole")
    assert compare_tables(a, b) == {"X": Change(new=2)}
    pd.testing.assert_series_equal(rows_of(b, a).series("X"), a.series("X"))


def test_a_series_that_only_the_newer_has_is_new_rows():
    b = world()
    a = b.without("X")
    change = only(compared(a, b))
    assert change.moved_by == ("new rows",)
    assert change.before.status == "no data"
    assert change.series == {"X": Change(new=200)}


def test_without_a_kept_ledger_the_library_cannot_be_told():
    a, b = world(200), world(240, X=fell)
    found = compared(a, b)
    assert [step.cause for step in found.statuses[0].steps] == ["revisions", "new rows"]
    assert "cannot be told" in found.about_library


def test_claims_of_one_side_only_are_the_librarys_doing():
    a, b = world(), world(Y=lambda y: y.where(y.index != MONTHS[3], 2.5))
    first = as_kept(a)
    old = first.claims["X"] | {"id": "Z"}
    first = JudgedLedger("a", first.today, "older", "0", {"Z": old, "Y": first.claims["Y"]})
    by_id = {change.id: change for change in compared(a, b, first).changes}
    assert by_id["X"].steps[0].before is None
    assert by_id["X"].moved_by == by_id["Z"].moved_by == ("library",)
    assert by_id["Z"].after is None
    assert "not declared" in compared(a, b, first).to_text()


def test_a_status_that_moved_through_another_claims_p_value_says_so():
    def standing(q, value=0.4):
        return Judgement(
            status="supported" if q <= 0.1 else "inconclusive", note="", value=value,
            std_error=0.2, interval=(0.1, 1.5), p_value=0.04, q_value=q, n=99, unit="points",
        )  # fmt: skip

    assert Step("new rows", standing(0.08), standing(0.12)).by_correction
    assert not Step("new rows", standing(0.08), standing(0.09)).by_correction
    assert not Step("new rows", standing(0.08), standing(0.12, value=0.3)).by_correction


def test_a_status_that_moved_through_r_or_another_pair_says_which():
    held = Judgement(
        status="ruled out", note="", value=0.4, std_error=0.2, interval=(0.1, 1.5), p_value=0.04,
        q_value=0.2, n=99, unit="points", r_value=0.09, agreement="agrees on 2 of 3 pairs",
    )  # fmt: skip
    open_now = replace(held, status="inconclusive", r_value=0.11)
    assert Step("new rows", held, open_now).by_correction
    other_pairs = replace(held, r_value=0.08, agreement="depends on the pair")
    assert other_pairs.label == "ruled out (depends on the pair)"
    assert Step("new rows", held, other_pairs).status_changed
    assert not Step("new rows", held, other_pairs).by_correction
    assert not Step("new rows", held, replace(held, agreement="")).status_changed


def test_a_ledger_that_version_1_kept_can_still_be_read():
    record = make_verdict().to_dict()
    del record["r_value"], record["agreement"]
    assert Judgement.of(record).label == "supported"


def test_the_older_edition_is_judged_on_its_own_day():
    """A claim about today that was fresh then is not refused for being old now."""
    fresh = Ledger([mean_of("X"), mean_of("Y", fresh_months=6)])
    a, b = world(200), world(240)
    first = as_kept(a)
    assert first.today == dt.date(2020, 1, 2)
    moved = compare_editions(a, b, first=first, claims=fresh, today=TODAY).changes
    assert not [change for change in moved if change.status_changed and change.id == "X"]
    day = dt.date(2017, 1, 15)
    first = JudgedLedger(first.edition, day, first.library, first.version, first.claims)
    change = {
        c.id: c for c in compare_editions(a, b, first=first, claims=fresh, today=TODAY).changes
    }
    assert not change["Y"].status_changed
    assert change["Y"].moved_by == ("new rows",)


def test_values_move_beyond_rounding_only():
    def at(value, std_error=1.0, unit="points"):
        return Judgement(
            status="supported", note="", value=value, std_error=std_error, interval=None,
            p_value=None, q_value=None, n=9, unit=unit,
        )  # fmt: skip

    assert not value_differs(at(0.0001), at(0.0004))  # nothing beside a standard error of 1
    assert value_differs(at(0.0001, 1e-4), at(0.0004, 1e-4))
    assert value_differs(at(1.0), at(1.0, unit="percent"))
    assert value_differs(at(1.0), at(None))
    assert not value_differs(at(None), at(None))


def test_the_text_and_the_json_say_the_same():
    a, b = world(200), world(240, X=fell)
    found = compared(a, b, as_kept(a))
    record = json.loads(found.to_json())
    assert record["changes"][0]["moved_by"] == ["new rows"]
    assert record["changes"][0]["series"]["X"] == {"new": 40, "revised": 0, "dropped": 0}
    assert Comparison.from_dict(record) == found
    line = next(line for line in found.to_text().splitlines() if line.startswith("X "))
    assert line.split()[:4] == ["X", "new", "rows", f"{found.statuses[0].before.value:.3g}"]
    assert "inconclusive" in line
    assert "X 40 new" in line


def test_one_edition_twice_is_refused():
    with pytest.raises(InputError, match="nothing to compare"):
        compared(world(), world())


def test_kept_releases_are_cut_to_what_the_older_edition_had():
    index = MONTHS[:3]
    releases = pd.DataFrame(
        {"date": index.repeat(2), "published": pd.to_datetime(["2000-02-10", "2000-03-10",
         "2000-03-11", "2000-04-10", "2000-04-11", "2000-05-10"]), "value": np.arange(6.0)}
    )  # fmt: skip
    x = pd.Series(np.arange(3.0), index, name="X")
    one = Dataset.from_frame(x, units="points", frequency="monthly", lag_days=0, name="one")
    b = Dataset("b", "user", dict(one), one.provenance, vintages={"X": releases})
    a = Dataset("a", "user", dict(one), one.provenance, vintages={"X": releases.iloc[:3]})
    assert rows_of(b, a).releases("X")["value"].tolist() == [0.0, 1.0, 2.0]


def test_a_list_of_a_later_day_is_new_as_a_whole():
    def holdings(day, weight):
        table = pd.DataFrame({"as_of": pd.to_datetime([day, day]), "weight": [weight, 1.0]})
        held = Provenance(
            source="made up", code="", title="", units="", frequency="table", lag_days=0,
            retrieved_at=None, first=table["as_of"][0], last=table["as_of"][0], rows=2,
            sha256=digest(table), terms="", published_in="as_of",
        )  # fmt: skip
        return Dataset(f"{day} {weight}", "snapshot", {"H": table}, {"H": held})

    a = holdings("2020-01-02", 0.5)
    assert rows_of(holdings("2020-02-03", 0.7), a).frame("H")["weight"][0] == 0.5
    assert rows_of(holdings("2020-01-02", 0.7), a).frame("H")["weight"][0] == 0.7


# ---- editions by name ----------------------------------------------------------------------------

DAY = dt.date(2020, 6, 15)


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.delenv("R2K_EDITION", raising=False)
    return tmp_path


@pytest.fixture
def two(home):
    write_snapshot("2019-06-03", "2019-05-31")
    write_snapshot("2020-06-01", "2020-05-29")


def test_names(two):
    assert edition_named("latest") == "2020-06-01"
    assert edition_named("previous") == "2019-06-03"
    assert edition_named("sample") == "sample"
    assert (before("2020-06-01"), before("2019-06-03")) == ("2019-06-03", None)
    assert before("sample") is None
    with pytest.raises(UnknownName, match="'2020-06-01'"):
        edition_named("2020-06-0l")


def test_there_must_be_two(home):
    with pytest.raises(InputError, match="there is none"):
        edition_named("previous")
    write_snapshot("2019-06-03", "2019-05-31")
    with pytest.raises(InputError, match="none before 2019-06-03"):
        edition_named("previous")


@pytest.mark.slow
def test_a_pull_tried_again_the_same_day_is_not_the_one_before(two, capsys):
    write_snapshot("2020-06-01", "2020-05-29")
    assert edition_named("latest") == "2020-06-01.2"
    assert edition_named("previous") == before("2020-06-01.2") == before("2020-06-01")
    assert before("2020-06-01.2") == "2019-06-03"
    assert main(["diff", "--today", "2020-06-15"]) == 0
    assert "from edition 2019-06-03 to 2020-06-01.2" in capsys.readouterr().out


def test_since_takes_what_stood_on_a_day(two, capsys):
    write_snapshot("2020-07-01", "2020-06-30")
    assert main(["diff", "--since", "2019-12-31", "--data"]) == 0
    assert "2019-06-03 -> 2020-07-01" in capsys.readouterr().out
    assert main(["diff", "--since", "2020-06-01", "--data"]) == 0
    assert "2020-06-01 -> 2020-07-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2018-01-01"], "the oldest is 2019-06-03"),
        (["--since", "2020-06-01"], "named twice"),
        (["--since", "soon"], "must be a date"),
        (["sample", "--since", "2019-12-31"], "leave out A: `r2k diff --since 2019-12-31`"),
    ],
)
def test_a_day_that_cannot_be_is_told(two, capsys, arguments, said):
    assert main(["diff", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("latest", "2020-06-01", "named twice"),
        ("sample", "sample", "named twice"),
        ("latest", "previous", "r2k diff previous latest"),
        ("latest", "sample", "r2k diff sample latest"),
        ("2018-01-01", "latest", "no edition '2018-01-01'"),
    ],
)
def test_mistakes_are_one_sentence_and_status_2(two, capsys, a, b, said):
    assert main(["diff", a, b]) == 2
    assert said in capsys.readouterr().err


def test_a_damaged_edition_is_named(two, home, capsys):
    (home / "snapshots" / "2019-06-03" / "data" / "IWM.parquet").write_bytes(b"?")
    assert main(["diff", "--today", "2020-06-15"]) == 1
    assert "IWM.parquet cannot be trusted" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_prints_a_table_or_json(two, capsys):
    assert main(["diff", "--today", "2020-06-15"]) == 0
    table = capsys.readouterr().out
    assert "from edition 2019-06-03 to 2020-06-01" in table
    line = next(line for line in table.splitlines() if line.startswith("P2 "))
    assert "new rows" in line
    assert "IWM 260 new; SPY 260 new" in line
    assert main(["diff", "previous", "latest", "--json", "--today", "2020-06-15"]) == 0
    assert '"moved_by": [\n    "new rows"' in capsys.readouterr().out.replace("     ", "    ")
    assert main(["diff", "--data", "--json"]) == 0
    assert '"new": 260' in capsys.readouterr().out


@pytest.mark.slow  # judges the sample
def test_the_sample_can_be_the_older(two, home):
    lend_evidence(home)
    found = compare.compare("sample", "latest", today=DAY)
    by_id = {change.id: change for change in found.changes}
    steps = by_id["P2"].steps
    assert [step.cause for step in steps] == ["library", "sources", "new rows"]
    assert by_id["P2"].moved_by == ("sources", "new rows")
    assert steps[1].after.status == "no data"  # the sample has no rows of the funds


def test_the_first_ledger_is_kept_and_a_comparison_is_made_once(two, home, monkeypatch):
    first = judged(load("2019-06-03"), DAY)
    (kept,) = (home / "ledgers" / "2019-06-03").glob("*.json")
    text = kept.read_text()
    assert f'"today": "{DAY}"' in text
    judged(load("2019-06-03"), dt.date(2020, 7, 1))
    assert kept.read_text() == text  # the first stays
    found = compare.compare("previous", "latest", today=DAY)
    assert found.first_judged == DAY
    assert "by this same library" in found.about_library
    assert first["P2"].status == {c.id: c for c in found.changes}["P2"].before.status
    monkeypatch.setattr(compare, "compare_editions", None)
    assert compare.compare("previous", "latest", today=DAY) == found


def test_another_library_is_seen_in_the_kept_ledger(two, home):
    judged(load("2019-06-03"), DAY)
    (kept,) = (home / "ledgers" / "2019-06-03").glob("*.json")
    kept.write_text(kept.read_text().replace('"library": "', '"library": "0'))
    assert "another version" in compare.compare("previous", "latest", today=DAY).about_library
    kept.write_text("{}")
    with pytest.raises(SnapshotCorrupt, match="it is no ledger"):
        compare.compare("previous", "latest", today=DAY)


def test_views_and_own_data_leave_no_ledger(two, home):
    data = load("2019-06-03")
    judged(data.as_of("2010-01-01"), DAY)
    judged(data.between("2000-01-01", "2015-01-01"), DAY)
    assert not (home / "ledgers").exists()
