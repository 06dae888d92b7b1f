"""What stands beside the verdicts decides nothing: the same statuses with and without it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from r2klib.audit import calibration, ledgers, since_freeze
from r2klib.audit.beside import beside, judged
from r2klib.audit.calibration import Calibration, Trials
from r2klib.claims import Ledger, Theme, evaluate
from r2klib.claims.designs import Mean
from tests.claims import worlds

TODAY = dt.date(2026, 11, 22)


def mean_of_smb(**fields):
    declared = {"id": "X1", "statement": "Made up.", "sort": "level", "direction": 1, "sei": 2.0}

    @Theme("mine").claim(design=Mean(), **declared | fields)
    def smb(data):
        """Mean of SMB."""
        return data.frame("french.factors")[["SMB"]].rename(columns={"SMB": "y"})

    return smb


def shifted(years):
    """SMB on a calendar so many years later, so that months lie after the freeze."""
    factors = worlds.factors()
    months = pd.DatetimeIndex(factors.index) + pd.DateOffset(years=years)
    return worlds.edition({"french.factors": factors.set_axis(months + pd.offsets.MonthEnd(0))})


def calibrated(data, verdicts, worlds=99):
    """A table of worlds in which each of these links had the p of 0.5."""
    links = {
        name: Trials(
            null="timing", value=v.estimate.value, interval=v.estimate.interval,
            p_value=v.estimate.p_value, signed=(0.5,) * worlds, statuses="i" * worlds,
        )
        for name, v in verdicts.items()
    }  # fmt: skip
    return Calibration(
        edition=data.edition, content=data.content_hash, library="", seed=1, worlds=worlds,
        block=12, made=TODAY, links=links, left_out={},
    )  # fmt: skip


def test_step_down_values_come_from_the_editions_own_worlds(monkeypatch):
    data = shifted(0)
    verdicts = evaluate(data, claims=Ledger([mean_of_smb()]), today=TODAY, cache=False)
    assert beside(verdicts, data)["X1"].romano_wolf is None  # none was made
    table = calibrated(data, verdicts)
    monkeypatch.setattr(calibration, "stored", lambda _: table)
    again = beside(verdicts, data)["X1"]
    expected = table.romano_wolf({"X1": verdicts["X1"].estimate.p_value})
    assert again.romano_wolf == again.to_dict()["romano_wolf"] == expected["X1"]
    assert replace(again, romano_wolf=None) == verdicts["X1"]


def test_months_after_the_freeze_are_one_more_point_and_one_more_sentence():
    data, claims = shifted(10), Ledger([mean_of_smb(frozen=dt.date(2026, 12, 31))])
    verdicts = evaluate(data, claims=claims, today="2030-02-01", cache=False)
    held, again = verdicts["X1"], beside(verdicts, data)["X1"]
    (*same, point) = again.specifications
    assert tuple(same) == held.specifications
    # 36 months make three blocks of a year: too few for signs, so Newey-West errors, and it says so
    assert (point.label, point.n) == (f"{since_freeze.LABEL} (Newey-West)", 36)  # 2027 to 2029
    late = data.frame("french.factors")["SMB"].loc["2027":]
    assert point.value == pytest.approx(1200 * late.mean())
    assert again.reason.startswith(f"{held.reason} In the 36 months since the freeze (2026-12-31)")
    assert again.status == held.status
    assert again.estimate is held.estimate


def test_claims_that_are_no_links_stay_as_they_are():
    data = shifted(10)
    claims = Ledger([mean_of_smb(kind="descriptive", frozen=dt.date(2026, 12, 31))])
    verdicts = evaluate(data, claims=claims, today="2030-02-01", cache=False)
    assert beside(verdicts, data)["X1"] == verdicts["X1"]


def test_the_whole_sample_beside_and_with_it(sample, verdicts, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    found = beside(verdicts, sample)
    for name, verdict in found.items():
        assert verdict.status == verdicts[name].status
        if verdict.q_value is None:
            assert (verdict.by_value, verdict.romano_wolf) == (None, None)
        else:
            assert verdict.q_value <= verdict.by_value <= 1
    calibrated_links = set(calibration.stored(sample).links)
    assert {name for name, v in found.items() if v.romano_wolf is not None} == calibrated_links


def test_judged_does_both_and_keeps_the_ledger(sample, few, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.setitem(judged.__globals__, "evaluate", lambda data, today: few)
    found = judged(sample, TODAY)
    assert found["H5"].romano_wolf is not None
    kept = ledgers.first_judged(sample)
    assert kept.today == TODAY
    assert list(kept.claims) == list(few)
    assert kept.claims["H5"]["value"] == few["H5"].estimate.value
