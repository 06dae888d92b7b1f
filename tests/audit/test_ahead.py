"""Ledgers judged ahead: what evaluating does, done in other processes and found in the cache."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import BrokenExecutor

import pytest

from r2klib.audit import ahead
from r2klib.claims import Ledger, evaluate, ledger
from r2klib.claims.cache import Store
from r2klib.data import load

TODAY = dt.date(2026, 6, 6)
FEW = ("P2", "K1", "H4")


@pytest.fixture
def few(monkeypatch, tmp_path):
    """A home of its own, and a ledger of three claims."""
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    claims = Ledger([ledger()[name] for name in FEW])
    monkeypatch.setattr(ahead, "ledger", lambda: claims)
    return claims


@pytest.mark.slow
def test_the_cache_holds_what_evaluating_finds(few, tmp_path):
    data, told = load("sample"), []
    ahead.judge_ahead([data], TODAY, 2, told.append)
    assert told[0] == "3 tests to run on 1 sets of data"
    assert told[-1].startswith("3 of 3 tests")
    assert all(Store(data).holds(claim) for claim in few.values())
    found = evaluate(data, claims=few, today=TODAY)
    anew = evaluate(data, claims=few, today=TODAY, cache=False)
    for name in FEW:
        assert found[name].label == anew[name].label
        assert found[name].estimate.interval == pytest.approx(anew[name].estimate.interval)
    told.clear()
    ahead.judge_ahead([data], TODAY, 2, told.append)
    assert not told  # nothing is left to do


def test_a_process_that_dies_costs_time_and_no_answer(few, monkeypatch):
    def broken(*_, **__):
        raise BrokenExecutor

    told = []
    monkeypatch.setattr("joblib.Parallel", broken)
    ahead.judge_ahead([load("sample")], TODAY, 2, told.append)
    assert "done in one" in told[-1]
