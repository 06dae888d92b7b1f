"""The engine: one status per claim, q over the edition's links, honest gaps."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib import load
from r2klib.claims import Estimate, Ledger, Reading, Stability, Theme, evaluate, ledger
from r2klib.claims.designs import Mean
from r2klib.claims.evaluate import missing_series
from r2klib.errors import InputError, SeriesMissing, UnknownName
from r2klib.home import resolve_today
from tests.claims.worlds import answering, some

TODAY = "2026-11-22"

STATUSES = {
    "supported", "contradicted", "ruled out", "inconclusive", "holds", "does not hold",
    "borderline", "descriptive", "no data", "untestable", "merged",
}  # fmt: skip
FIELDS = [
    "id", "version", "frozen", "theme", "statement", "kind", "sort", "direction", "sei", "sei_unit",
    "status", "note", "value", "std_error", "interval", "p_value", "q_value", "n", "n_effective",
    "mde", "n_needed", "unit", "method", "null", "pair", "as_of", "edition", "vintage", "reason",
    "finding", "r_value", "agreement", "break_date", "break_p", "earlier", "specifications",
]  # fmt: skip


def estimate(value=1.0, std_error=0.1, p=0.01, n=100):
    reach = 1.645 * std_error
    return Estimate(
        value=value, std_error=std_error, interval=(value - reach, value + reach), p_value=p,
        n=n, unit="%", method="made up", null="nothing",
    )  # fmt: skip


def judged(data, answer, **fields):
    """The verdict of a claim that gets this answer whatever the rows are."""
    return evaluate(data, claims=Ledger([answering(answer, **fields)]), today=TODAY)["X1"]


def test_every_claim_has_one_status_and_a_reason(verdicts):
    assert list(verdicts) == list(ledger())
    for verdict in verdicts.values():
        assert verdict.status in STATUSES
        assert verdict.reason


def test_what_the_sample_lacks_is_named_claim_by_claim(verdicts, sample):
    lacking = {name: missing_series(verdict.claim, sample) for name, verdict in verdicts.items()}
    lacking = {name: series for name, series in lacking.items() if series}
    assert {"P6", "P10", "P11", "P12", "P13", "Q1", "R9", "S8", "V6", "C5", "C6"} <= set(lacking)
    for name, series in lacking.items():
        assert verdicts[name].status == "no data"
        assert all(f"`{one}`" in verdicts[name].reason for one in series)


def test_what_the_sample_must_answer(verdicts):
    answered = ["P2", "P3", "P5", "P8", "H1", "H3", "H4", "H5", "K1", "K4", "K5"]
    assert all(verdicts[claim_id].answered for claim_id in answered)


def test_specification_curves_are_long_enough(verdicts):
    for verdict in verdicts.values():
        if verdict.claim.kind == "link" and verdict.evidence:
            assert len(verdict.specifications) >= 6, verdict.claim.id


def test_detectable_effects_declared_with_the_ledger(verdicts):
    """CLAIMS: K1 about 6, C2 6.5 on the sample's legs, H4 7.4 with 12 falls (monthly)."""
    assert verdicts["K1"].mde == pytest.approx(6, abs=1)
    assert verdicts["C2"].mde == pytest.approx(6.5, abs=0.3)
    assert verdicts["H4"].mde == pytest.approx(7.4, abs=0.3)
    assert verdicts["H4"].estimate.n_effective == 12


def test_p_and_interval_cannot_disagree(verdicts):
    for verdict in verdicts.values():
        if verdict.estimate:
            low, high = verdict.estimate.interval
            assert (verdict.estimate.p_value < 0.10) == (low > 0 or high < 0), verdict.claim.id


def test_interval_and_p_of_the_claimed_size_cannot_disagree(verdicts):
    """The upper end, signs turned, lies below the claimed size exactly where its p is under 5 %."""
    for verdict in verdicts.values():
        if verdict.estimate and (sei := verdict.claim.sei):
            ends = [verdict.claim.direction * end for end in verdict.estimate.interval]
            assert (max(ends) < sei) == (verdict.estimate.p_claimed <= 0.05), verdict


def stepped_up(p):
    """Benjamini and Hochberg (1995), by hand."""
    order = np.argsort(p)
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return q


def families(verdicts):
    links = [v for v in verdicts.values() if v.claim.kind == "link" and v.estimate]
    return [[v for v in links if (v.claim.sort == "level") == level] for level in (True, False)]


def test_q_and_r_are_benjamini_hochberg_within_levels_and_within_all_others(verdicts):
    levels, others = families(verdicts)
    for family in (levels, others):
        assert len(family) > 4
        p = np.array([v.estimate.p_value for v in family])
        large = np.array([v.estimate.p_claimed for v in family])
        np.testing.assert_allclose([v.q_value for v in family], stepped_up(p))
        np.testing.assert_allclose([v.r_value for v in family], stepped_up(large))
    rest = [v for v in verdicts.values() if v not in [*levels, *others]]
    assert all(v.q_value is v.r_value is v.by_value is None for v in rest)


def test_q_under_any_dependence_is_the_larger(verdicts):
    """Benjamini and Yekutieli's q is Benjamini and Hochberg's times 1 + 1/2 + ... + 1/m."""
    for links in families(verdicts):
        times = sum(1 / i for i in range(1, len(links) + 1))
        # Where q was cut off at one, or is shared with a later step, the product is a bound.
        for link in links:
            assert link.q_value <= link.by_value <= min(1.0, times * link.q_value) + 1e-12
        first = min(links, key=lambda v: v.q_value)
        assert first.by_value == pytest.approx(times * first.q_value)


def test_a_theme_keeps_the_q_of_the_whole_edition(verdicts):
    assert verdicts.theme("history")["H1"].q_value == verdicts["H1"].q_value
    with pytest.raises(UnknownName, match="'histories'"):
        verdicts.theme("histories")


def test_json_has_the_declared_form(verdicts):
    records = json.loads(verdicts.to_json())
    assert [record["id"] for record in records] == list(ledger())
    for record in records:
        assert set(FIELDS) <= set(record)
        for point in record["specifications"]:
            assert set(point) == {"label", "value", "interval", "n"}


def test_replaced_changes_the_fields_named_and_nothing_else(verdicts):
    changed = verdicts.replaced({"H5": {"romano_wolf": 0.5}})
    assert changed["H5"].romano_wolf == 0.5
    assert changed["H5"].estimate is verdicts["H5"].estimate
    assert all(changed[name] == verdicts[name] for name in verdicts if name != "H5")
    assert (changed.edition, changed.today) == (verdicts.edition, verdicts.today)


# ---- gaps ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_missing_series_is_named_and_never_replaced(sample):
    less = sample.without(["FEDFUNDS", "french.size_value"])
    verdicts = evaluate(less, claims=some("P2", "H5", "R6", "K5"), today=TODAY, cache=False)
    assert verdicts["P2"].status == "no data"
    assert "french.size_value" in verdicts["P2"].reason
    assert "FEDFUNDS" in verdicts["R6"].reason
    assert verdicts["H5"].status == "no data"
    assert verdicts["K5"].status != "no data"


@pytest.mark.slow
def test_an_edition_too_short_to_test_says_so(sample):
    """Cut to what was known in 1953, most claims have their series but not enough of them."""
    verdicts = evaluate(sample.as_of("1953-06-30"), claims=some("P2", "H4", "E1", "C1", "K4"))
    assert len(verdicts) == 5
    short = [verdict for verdict in verdicts.values() if verdict.status == "no data"]
    assert short
    assert all(not verdict.answered and verdict.reason for verdict in short)


def test_where_no_row_is_left_the_series_are_named(sample):
    """Both series are held, and have not a month in common."""
    theme = Theme("mine")
    data = sample.replaced({"UNRATE": sample.series("UNRATE").loc["2000":]})

    @theme.claim(
        id="X1", statement="Made up.", sort="level", direction=1, sei=1.0, design=Mean(),
        needs={"sample": ("UNRATE", "french.factors")},
    )  # fmt: skip
    def apart(data):
        """Unemployment since 2000 beside returns before it."""
        returns = data.frame("french.factors")["SMB"].loc[:"1999"]
        return pd.DataFrame({"y": returns, "x": data.series("UNRATE")}).dropna()

    verdict = evaluate(data, claims=Ledger([apart]), today=TODAY)["X1"]
    assert verdict.status == "no data"
    assert "no row is left" in verdict.reason
    assert "UNRATE, french.factors" in verdict.reason


@pytest.mark.slow
def test_a_claim_about_today_is_refused_on_old_data(sample):
    late = evaluate(sample, claims=some("C3"), today="2026-11-22", cache=False)["C3"]
    assert late.status == "no data"
    assert late.reason.startswith("Refused")
    assert "2018-11-30" in late.reason
    early = evaluate(sample, claims=some("C3"), today="2019-05-30", cache=False)["C3"]
    assert not early.reason.startswith("Refused")


def test_a_series_missing_inside_a_test_is_no_data_and_a_bug_is_not_hidden(sample):
    assert judged(sample, SeriesMissing("^RUT", "sample")).status == "no data"
    with pytest.raises(ZeroDivisionError):
        judged(sample, ZeroDivisionError())


# ---- statuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "status", "note"),
    [
        (estimate(1.0, 0.1, 0.001), "supported", "material"),
        (estimate(-1.0, 0.1, 0.001), "contradicted", ""),
        (estimate(0.1, 0.1, 0.3), "ruled out", "negligible"),
        (estimate(-0.5, 0.4, 0.2), "ruled out", ""),
        (estimate(0.5, 1.0, 0.6), "inconclusive", ""),
    ],
)
def test_a_claim_of_ones_own_is_judged_by_the_same_rule(sample, result, status, note):
    verdict = judged(sample, result)
    assert (verdict.status, verdict.note) == (status, note)
    low, high = (
        f"{end:z.2f}" for end in result.interval
    )  # of an effect of 0.5, as cards have them
    assert f"[{low}, {high}]" in verdict.reason


def test_an_inconclusive_claim_says_what_would_decide(sample):
    verdict = judged(sample, estimate(0.5, 1.0, 0.6, n=100))
    assert verdict.mde == pytest.approx(2.49)
    assert verdict.n_needed == int(np.ceil(100 * (2.49 / 0.5) ** 2))
    # 100 numbers from rows of 1926-07 to 2019-12, 93.5 years: (2.49 / 0.5)^2 times as long.
    assert verdict.years_needed == pytest.approx(93.5 * (2.49 / 0.5) ** 2, rel=1e-3)
    said = f"about {verdict.n_needed:,} observations, 2,319 years at this frequency, would decide"
    assert said in verdict.reason


def test_where_the_sample_is_large_enough_no_more_is_asked_for(sample):
    verdict = judged(sample, estimate(0.3, 0.2, 0.14, n=100))
    assert (verdict.status, verdict.mde < 0.5) == ("inconclusive", True)
    assert "would decide" not in verdict.reason


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (estimate(0.2, 0.1, 0.05), "rules out an effect of the claimed size, 0.5 % (r = 0.0013)."),
        (
            estimate(-0.5, 0.3, 0.11),
            "rules out an effect of the claimed size, 0.5 % (r = 0.00043).",
        ),
        (estimate(1.0, 0.5, 0.2), "leans the claim's way, yet not firmly enough"),
    ],
)
def test_the_reason_says_which_row_decided(sample, result, said):
    assert said in judged(sample, result).reason


@pytest.mark.parametrize(
    ("value", "p", "status", "said"),
    [
        (0.2, 0.04, "supported", "side (q = 0.08); it ends short of 0.5 %, yet not firmly enough"),
        (-0.2, 0.9, "inconclusive", "does not settle the sign (q = 0.95); it ends short of 0.5 %"),
        (-0.4, 0.2, "inconclusive", "leans against the claim, yet not firmly enough among so many"),
    ],
)
def test_a_size_that_is_not_firmly_refuted_is_said_to_be_left_open(sample, value, p, status, said):
    """Among two links whose other p of the claimed size is large, .06 becomes r = .12."""
    reach = 0.15 if value != -0.2 else 0.5
    short = Estimate(
        value=value, std_error=0.4, interval=(value - reach, value + reach), p_value=p,
        p_claimed=0.06, n=100, unit="%", method="made up", null="nothing",
    )  # fmt: skip
    other = replace(short, p_value=0.95, p_claimed=0.9)
    claims = Ledger([answering(short), answering(other, id="X2")])
    verdict = evaluate(sample, claims=claims, today=TODAY)["X1"]
    assert (verdict.status, verdict.r_value) == (status, pytest.approx(0.12))
    assert said in verdict.reason
    assert "(r = 0.12)" in verdict.reason


def test_a_pair_that_says_otherwise_is_in_label_reason_and_json(sample):
    @Theme("mine").claim(
        id="X1", statement="Made up.", sort="level", direction=1, sei=0.5,
        design=Mean(unit="%", scale=100.0), pair={"sample": "legs"},
        variants=lambda ask: ask.remade("long"),
    )  # fmt: skip
    def opposed(data, pair):
        """A mean that is 1 % on one pair and minus 1 % on the other."""
        index = pd.date_range("1950-01-31", periods=400, freq="ME")
        noise = pd.Series(np.random.default_rng(5).normal(0, 0.01, 400), index)
        return (noise + (0.01 if pair == "legs" else -0.01)).to_frame("y")

    verdict = evaluate(sample, claims=Ledger([opposed]), today=TODAY)["X1"]
    assert verdict.label == "supported (material, depends on the pair)"
    assert (verdict.note, verdict.to_dict()["agreement"]) == ("material", "depends on the pair")
    said = "alone, this pair's lies on the claim's side and that of the SMB factor (-"
    assert said in verdict.reason
    assert verdict.reason.endswith("lies against the claim.")


def test_the_break_test_of_the_evidence_is_in_the_record(verdicts):
    held = verdicts["H5"]
    found = Stability(date=dt.date(1984, 2, 29), p_value=0.03)
    told = replace(held, evidence=replace(held.evidence, stability=found)).to_dict()
    assert (told["break_date"], told["break_p"]) == ("1984-02-29", 0.03)
    with pytest.raises(InputError, match=r"\[0, 1\]"):
        Stability(date=dt.date(1984, 2, 29), p_value=1.5)


def test_states_hold_fail_or_lie_between(sample):
    def status(holds, spread):
        reading = Reading(value=1.0, holds=holds, spread=spread, n=1, unit="x", method="x")
        return judged(
            sample, reading, kind="state", sei_unit="x", sort=None, direction=None, sei=None
        ).status

    assert status(True, (True, True)) == "holds"
    assert status(False, (False,)) == "does not hold"
    assert status(True, (False, True)) == "borderline"


def test_an_estimate_must_be_finite_and_in_order():
    with pytest.raises(InputError, match="finite"):
        estimate(value=float("nan"))
    with pytest.raises(InputError, match=r"\[0, 1\]"):
        estimate(p=1.5)


def test_today_is_an_argument_then_the_environment(monkeypatch):
    monkeypatch.setenv("R2K_TODAY", "2020-02-29")
    assert resolve_today(None) == dt.date(2020, 2, 29)
    assert resolve_today("2021-01-01") == dt.date(2021, 1, 1)
    with pytest.raises(InputError, match="expected a date such as"):
        resolve_today("yesterday")


def test_texts_hold_no_markup_or_memory_address(verdicts):
    text = verdicts.to_text() + repr(verdicts) + "".join(map(repr, verdicts.values()))
    assert " at 0x" not in text
    assert "<table" in verdicts._repr_html_()


def test_a_series_that_was_not_out_yet_says_since_when_it_is_there():
    found = evaluate(load("sample").as_of("1946-06-30"), claims=some("K2"), cache=False)["K2"]
    assert found.status == "no data"
    assert "'CPIAUCSL' had been published by 1946-06-30" in found.reason
    assert "came out on 1947-02-20" in found.reason
    assert "does not hold `french.size_value`" not in found.reason


def test_what_is_no_edition_and_no_ledger_is_named(sample):
    with pytest.raises(InputError, match=r"`data` must be a Dataset.*got 'sample'"):
        evaluate("sample")
    with pytest.raises(InputError, match=r"Ledger\(theme\.claims\)` of yours.*got a list"):
        evaluate(sample, claims=[ledger()["P2"]])


def broken(data, pair):
    """Rows that cannot be made."""
    return pd.DataFrame({"y": [1.0]}).iloc[:0].iloc[[0]]


def test_what_a_test_raises_is_that_claims_trouble_alone(sample, monkeypatch):
    declared = {"sort": "level", "direction": 1, "sei": 0.5, "pair": {"sample": "legs"}}
    mine = Theme("mine").claim(
        id="X2", statement="Made up.", design=Mean(unit="%", scale=100.0), **declared
    )(broken)
    both = Ledger([answering(estimate()), mine])
    found = evaluate(sample, claims=both, today=TODAY, strict=False)
    assert found["X1"].answered
    assert found["X2"].status == "no data"
    assert "IndexError" in found["X2"].reason
    assert "strict=True)` or `r2k claims --strict` shows where" in found["X2"].reason
    assert found["X1"].q_value == judged(sample, estimate()).q_value  # one link with an estimate
    with pytest.raises(IndexError):
        evaluate(sample, claims=both, today=TODAY, strict=True)
    monkeypatch.setenv("R2K_STRICT", "0")
    assert evaluate(sample, claims=both, today=TODAY)["X2"].status == "no data"
    monkeypatch.setenv("R2K_STRICT", "1")
    with pytest.raises(IndexError):
        evaluate(sample, claims=both, today=TODAY)
