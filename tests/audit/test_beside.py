"""What stands beside the verdicts decides nothing: the same statuses with and without it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.audit import calibration, ledgers
from r2klib.audit.beside import LABEL, beside, judged, months_after
from r2klib.audit.calibration import Calibration, Trials
from r2klib.claims import Ledger, Theme, evaluate, ledger
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
    assert (point.label, point.n) == (f"{LABEL} (Newey-West)", 36)  # 2027 to 2029
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


@pytest.mark.slow
def test_judged_does_both_and_keeps_the_ledger(sample, few, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    monkeypatch.setitem(judged.__globals__, "evaluate", lambda data, today: few)
    found = judged(sample, TODAY)
    assert found["H5"].romano_wolf is not None
    kept = ledgers.first_judged(sample)
    assert kept.today == TODAY
    assert list(kept.claims) == list(few)
    assert kept.claims["H5"]["value"] == few["H5"].estimate.value


# ---- months after the freeze ---------------------------------------------------------------------

MONTHS = pd.date_range("1990-01-31", "2029-06-30", freq="ME", name="date", unit="us")
DAYS = pd.bdate_range("2006-01-02", "2029-06-29", name="date", unit="us")
FROZEN = pd.Timestamp("2026-11-30")
LATER = 31  # months from December 2026 to June 2029


def century_world(end="2029-06-30", before=0.005, after=-0.05):
    """K2's world: what followed a surprise in prices turns round, and grows, after the freeze."""
    rng = np.random.default_rng(1)
    months = MONTHS[: MONTHS.searchsorted(pd.Timestamp(end), side="right")]
    x = pd.Series(rng.normal(0, 0.002, len(MONTHS)), MONTHS)
    effect = np.where(MONTHS > FROZEN, after, before)
    d = effect * (x / x.std()).shift(2).fillna(0.0) + worlds.walk(2, 0.02, MONTHS)
    market = worlds.century(d[months], worlds.walk(3, 0.04, MONTHS))
    prices = 100 * np.exp((0.002 + x).cumsum())[months]
    return worlds.edition(market | {"CPIAUCSL": prices}, {"CPIAUCSL": 20})


def dollar_world():
    """P6's world: the dollar helps until the freeze and hurts afterwards."""
    market, dollar = worlds.walk(5, 0.01, DAYS), worlds.walk(6, 0.004, DAYS)
    effect = np.where(DAYS > FROZEN, -1.0, 1.0)
    d = effect * dollar + worlds.walk(7, 0.004, DAYS)
    broad = worlds.prices(dollar.cumsum())["Close"]
    return worlds.edition(worlds.indices(d, market) | {"DTWEXBGS": broad}, {"DTWEXBGS": 8})


def judge(data, claim):
    verdicts = evaluate(data, claims=Ledger([claim]), today="2029-07-15", cache=False)
    return beside(verdicts, data)[claim.id]


def point(verdict):
    return next((p for p in verdict.specifications if p.label == "after the freeze"), None)


def test_a_monthly_claim_shows_the_months_after_its_freeze_apart():
    verdict = judge(century_world(), ledger()["K2"])
    alone = point(verdict)
    assert alone.n == LATER
    assert alone.interval[1] < 0 < verdict.estimate.value
    assert f"In the {LATER} months since the freeze (2026-11-22) alone: " in verdict.reason
    assert f"{alone.value:.3g}" in verdict.reason
    assert alone.to_dict() in verdict.to_dict()["specifications"]


def test_a_weekly_claim_does_too():
    verdict = judge(dollar_world(), ledger()["P6"])
    alone = point(verdict)
    assert alone.value == pytest.approx(-1.0, abs=0.2)
    assert verdict.estimate.value > 0.5
    # The first whole month is December 2026; a week and its lag need two closes before.
    assert alone.n == pytest.approx(LATER * 52 / 12, abs=3)


@pytest.mark.parametrize(("end", "months"), [("2026-12-31", 1), ("2027-10-31", 11)])
def test_fewer_than_twelve_months_are_counted_and_not_shown(end, months):
    verdict = judge(century_world(end), ledger()["K2"])
    assert point(verdict) is None
    said = f"{months} month{'s' * (months != 1)} of data since the freeze (2026-11-22): too few"
    assert said in verdict.reason


def test_where_a_test_needs_more_months_that_is_said():
    verdict = judge(century_world("2028-03-31"), ledger()["K2"])  # it needs 24 pairs of months
    assert point(verdict) is None
    assert "can make no estimate of the 16 months since the freeze" in verdict.reason


def test_the_freeze_is_that_of_the_claim():
    earlier = replace(ledger()["K2"], frozen=dt.date(2020, 2, 10))
    assert point(judge(century_world(), earlier)).n == 112


@pytest.mark.parametrize(
    ("as_of", "months"),
    [("2026-06-30", 0), ("2026-11-30", 0), ("2026-12-30", 0), ("2026-12-31", 1),
     ("2027-11-29", 11), ("2027-11-30", 12), ("2029-03-30", 28)],
)  # fmt: skip
def test_months_count_once_they_are_over(as_of, months):
    """2029-03-30 is a Friday, the last day of trade in its month."""
    assert months_after(ledger()["K2"], dt.date.fromisoformat(as_of)) == months


def test_before_there_are_any_nothing_is_said(verdicts):
    assert "since the freeze" not in judge(century_world("2026-11-30"), ledger()["K2"]).reason
    assert not [v.claim.id for v in verdicts.values() if "since the freeze" in v.reason]
