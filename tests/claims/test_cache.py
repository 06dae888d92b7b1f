"""Evidence on disk: what is read back is what was written, and what changed is run again."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import r2klib
from r2klib.claims import Stability, cache, evaluate, ledger, source
from r2klib.claims.cache import Store
from r2klib.data import Dataset
from tests.claims.worlds import some

TODAY = "2026-11-22"
#: One that is quickly answered of each of five themes.
QUICK = ("P3", "H2", "E0", "R0", "K0")


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """A folder of one's own, and source that counts as unchanged even while it is worked on."""
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(source, "BEGAN", float("inf"))
    return tmp_path / "home"


@pytest.fixture
def copied(monkeypatch, tmp_path):
    """A copy of the library's source, which the cache takes for what runs."""
    package = tmp_path / "copy" / "r2klib"
    for room in ("claims", "data", "stats"):
        shutil.copytree(Path(r2klib.__file__).parent / room, package / room)
    for name in ("__init__", "errors", "home", "models"):
        shutil.copy2(Path(r2klib.__file__).with_name(f"{name}.py"), package)
    monkeypatch.setattr(cache, "library", lambda: source.Source(package.parent))
    return package


@pytest.fixture
def ran(sample, monkeypatch):
    """Call to evaluate a few claims; gives the ids of those whose test was run."""
    examine, ids = evaluate.__globals__["examine"], []

    def counted(claim, data):
        ids.append(claim.id)
        return examine(claim, data)

    monkeypatch.setitem(evaluate.__globals__, "examine", counted)

    def call():
        ids.clear()
        evaluate(sample, claims=some(*QUICK), today=TODAY)
        return tuple(ids)

    return call


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# ---- what is kept -------------------------------------------------------------------------------


@pytest.mark.slow
def test_evidence_read_back_is_the_evidence_written(sample, few):
    chosen = some("P3", "H2", "H5", "E0", "R4", "C4")
    first = evaluate(sample, claims=chosen, today=TODAY)
    again = evaluate(sample, claims=chosen, today=TODAY)
    assert again.to_json() == first.to_json()
    assert len(list(Store(sample).folder.iterdir())) == len(chosen)
    for claim_id, verdict in again.items():
        read, fresh = verdict.evidence, few[claim_id].evidence
        assert read == fresh  # all but the rows
        pd.testing.assert_frame_equal(read.rows, fresh.rows, check_freq=False)


def test_a_break_test_and_the_errors_of_the_curve_are_kept(sample, few):
    held = few["K5"].evidence
    found = replace(held, stability=Stability(date=dt.date(1984, 2, 29), p_value=0.03))
    Store(sample).write(ledger()["K5"], found)
    read = Store(sample).read(ledger()["K5"])
    assert read.stability == found.stability
    assert read.specifications == held.specifications
    assert any(point.std_error for point in read.specifications)


def test_data_of_ones_own_never_share_evidence_with_those_they_were_cut_from(sample):
    late = {**sample, "french.size_value": sample.frame("french.size_value").loc["1990":]}
    mine = Dataset("mine", "sample", late, sample.provenance)
    for data, n in ((mine, 327), (sample, 753), (mine, 327)):
        assert evaluate(data, claims=some("R4"), today=TODAY)["R4"].estimate.n == n
    folders = {Store(data).folder for data in (sample, mine, sample.since("1990"))}
    assert len(folders) == 3


def test_the_same_numbers_under_other_lags_or_of_another_kind_are_other_evidence(sample):
    slow = replace(sample.provenance["CPIAUCSL"], lag_days=400)
    others = [
        Dataset("mine", "sample", dict(sample), {**sample.provenance, "CPIAUCSL": slow}),
        Dataset("mine", "user", dict(sample), sample.provenance),
    ]
    assert len({Store(data).folder for data in (sample, *others)}) == 3


def test_a_claim_that_is_told_by_its_measure_is_kept_under_it(sample):
    claim = ledger()["H5"]
    other = replace(claim, measure="Another.")
    assert Store(sample).place(claim) != Store(sample).place(other)


def read_anew(store, claim):
    """What another process would read: a process reads evidence once."""
    cache._kept.cache_clear()
    return store.read(claim)


def test_rows_read_once_are_the_callers_own(sample, few):
    store, claim = Store(sample), ledger()["H5"]
    store.write(claim, few["H5"].evidence)
    rows = read_anew(store, claim).rows
    before = rows.copy()
    rows.iloc[:, :] = 0.0
    pd.testing.assert_frame_equal(store.read(claim).rows, before)


def test_a_damaged_cache_is_computed_again(sample, few):
    store, claim = Store(sample), ledger()["H5"]
    place = store.place(claim)
    store.write(claim, few["H5"].evidence)
    assert store.read(claim) is not None
    for damaged in (
        '{"kind": "Estimate"',
        '{"kind": "Estimate"}',
        '{"kind": "x", "rows": 0}',
        "[]",
    ):
        (place / "evidence.json").write_text(damaged)
        assert read_anew(store, claim) is None
    store.write(claim, few["H5"].evidence)
    (place / "rows.parquet").write_bytes(b"not parquet")
    assert read_anew(store, claim) is None
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


def test_a_cache_that_cannot_be_written_costs_time_only(sample, monkeypatch, tmp_path):
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("R2K_HOME", str(blocked))
    assert evaluate(sample, claims=some("H5"), today=TODAY)["H5"].answered


def test_a_claim_of_ones_own_is_never_kept(sample, home):
    mine = replace(ledger()["H5"], sei=0.2)
    evaluate(sample, claims=r2klib.claims.Ledger([mine]), today=TODAY)
    assert not (home / "cache" / "evidence").exists()


# ---- what is run again --------------------------------------------------------------------------


@pytest.mark.slow
def test_a_change_of_the_source_runs_again_what_rests_on_it(copied, ran):
    themes = copied / "claims" / "themes"
    assert ran() == QUICK
    assert ran() == ()
    # A comment, a docstring or another layout costs nothing.
    change(themes / "rates.py", "theme = Theme(", "# Changed.\ntheme = Theme(\n    ")
    change(copied / "stats" / "hac.py", '"""', '"""Once more: ')
    assert ran() == ()
    # A line of one theme costs that theme's claims.
    change(themes / "rates.py", "SCALE_25 = ", "ADDED = 1\nSCALE_25 = ")
    assert ran() == ("R0",)
    # Of statistics, the themes that use them: factor regressions are in the profile alone.
    change(copied / "stats" / "factors.py", "import numpy as np", "import numpy as np\nADDED = 1")
    assert ran() == ("P3",)
    # What every test goes through costs everything, how verdicts are reached nothing.
    change(copied / "claims" / "rule.py", "Q_MAX = 0.10", "Q_MAX = 0.05")
    assert ran() == ()
    change(copied / "claims" / "estimates.py", "LEVEL = 0.90", "LEVEL = 0.95")
    assert ran() == QUICK
    assert ran() == ()


@pytest.mark.slow
def test_source_that_changed_while_it_runs_keeps_nothing(copied, ran, monkeypatch):
    """A notebook's kernel goes on with what it has loaded."""
    (copied / "claims" / "themes" / "risks.py").touch()
    before = (copied / "claims" / "themes" / "risks.py").stat().st_mtime - 0.001
    monkeypatch.setattr(source, "BEGAN", before)
    assert ran() == QUICK
    assert ran() == ("K0",)
