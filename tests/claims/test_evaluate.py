"""The engine: one status per claim, q over the edition's links, honest gaps, shared evidence."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import Estimate, Evidence, Ledger, Reading, Theme, Verdicts, evaluate, ledger
from r2klib.audit import ledgers as kept
from r2klib.claims.evaluate import resolve_today
from r2klib.claims.cache import Store
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing, UnknownName

TODAY = "2026-11-22"

STATUSES = {
    "supported", "contradicted", "immaterial", "inconclusive", "holds", "does not hold",
    "borderline", "descriptive", "no data", "untestable", "merged",
}  # fmt: skip
FIELDS = [
    "id", "version", "frozen", "theme", "statement", "kind", "sort", "direction", "sei", "sei_unit",
    "status", "note", "value", "std_error", "interval", "p_value", "q_value", "n", "n_effective",
    "mde", "n_needed", "unit", "method", "null", "pair", "as_of", "edition", "vintage", "reason",
    "specifications",
]  # fmt: skip


def estimate(value=1.0, std_error=0.1, p=0.01, n=100):
    reach = 1.645 * std_error
    return Estimate(
        value=value, std_error=std_error, interval=(value - reach, value + reach), p_value=p,
        n=n, unit="%", method="made up", null="nothing",
    )  # fmt: skip


def some(*ids):
    """Part of the ledger, the claims themselves."""
    return Ledger(ledger()[claim_id] for claim_id in ids)


def made_up(claim_id, result, **fields):
    """A one-claim theme whose test returns `result` or raises it."""
    theme = Theme("mine")
    kind = {"kind": "link", "sort": "level", "direction": 1, "sei": 0.5} | fields

    @theme.claim(id=claim_id, statement="Made up.", measure="made up", sei_unit="%", **kind)
    def test(data):
        if isinstance(result, Exception):
            raise result
        return Evidence(answer=result, as_of=dt.date(2018, 11, 30), finding="made up")

    return theme.claims


def test_every_claim_has_one_status_and_a_reason(verdicts):
    assert list(verdicts) == list(ledger())
    for verdict in verdicts.values():
        assert verdict.status in STATUSES
        assert verdict.reason


def test_what_the_sample_must_answer(verdicts):
    answered = ["P2", "P3", "P5", "P8", "H1", "H3", "H4", "H5", "K1", "K4", "K5"]
    assert all(verdicts[claim_id].evidence is not None for claim_id in answered)


def test_specification_curves_are_long_enough(verdicts):
    for verdict in verdicts.values():
        if verdict.claim.kind == "link" and verdict.evidence:
            assert len(verdict.specifications) >= 6, verdict.claim.id


def test_golden_estimates(verdicts):
    # REFERENCES, data rows: Dimson beta 1.1343 + 0.1307 = 1.2649 of the sample's small leg.
    assert verdicts["H5"].estimate.value == pytest.approx(0.2649, abs=5e-4)
    points = {point.label: point.value for point in verdicts["P3"].specifications}
    # SMB %/month by era: 0.207, 0.288, 0.089; January 2.07, other months 0.04.
    assert points["SMB, all months, 1926–2018"] == pytest.approx(12 * 0.207, abs=0.01)
    assert points["SMB, before 1981"] == pytest.approx(12 * 0.288, abs=0.01)
    assert points["SMB, 1981 and later"] == pytest.approx(12 * 0.089, abs=0.01)
    assert points["SMB, January alone"] == pytest.approx(12 * 2.07, abs=0.06)
    # Alpha of the small leg on FF3: -0.0838 %/month.
    alpha = points["alpha beyond market, size and value (FF3)"]
    assert alpha == pytest.approx(12 * -0.0838, abs=0.002)


def test_detectable_effects_declared_with_the_ledger(verdicts):
    """CLAIMS: K1 .10 on the sample, C2 6.5 on its legs, H4 7.4 with 12 falls (monthly)."""
    assert verdicts["K1"].mde == pytest.approx(0.10, abs=0.02)
    assert verdicts["C2"].mde == pytest.approx(6.5, abs=0.3)
    assert verdicts["H4"].mde == pytest.approx(7.4, abs=0.3)
    assert verdicts["H4"].estimate.n_effective == 12


def test_p_and_interval_cannot_disagree(verdicts):
    for verdict in verdicts.values():
        if verdict.estimate:
            low, high = verdict.estimate.interval
            assert (verdict.estimate.p_value < 0.10) == (low > 0 or high < 0), verdict.claim.id


def test_q_is_benjamini_hochberg_over_the_links(verdicts):
    links = [v for v in verdicts.values() if v.claim.kind == "link" and v.estimate]
    p = np.array([v.estimate.p_value for v in links])
    order = np.argsort(p)
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(steps[::-1])[::-1]
    np.testing.assert_allclose([v.q_value for v in links], q)
    others = [v for v in verdicts.values() if v not in links]
    assert all(v.q_value is None for v in others)


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


def test_a_missing_series_is_named_and_never_replaced(sample):
    less = sample.without(["FEDFUNDS", "french.size_value"])
    verdicts = evaluate(less, claims=some("P2", "H5", "R6", "K5"), today=TODAY, cache=False)
    assert verdicts["P2"].status == "no data"
    assert "french.size_value" in verdicts["P2"].reason
    assert "FEDFUNDS" in verdicts["R6"].reason
    assert verdicts["H5"].status == "no data"
    assert verdicts["K5"].status != "no data"


def test_half_of_the_series_missing_still_gives_a_whole_ledger(sample):
    half = [series for i, series in enumerate(sample) if i % 2]
    verdicts = evaluate(sample.without(half), today=TODAY, cache=False)
    assert list(verdicts) == list(ledger())
    assert not any(v.evidence for v in verdicts.values() if v.status == "no data")


def test_an_edition_too_short_to_test_says_so(sample):
    """Cut to what was known in 1953, most claims have their series but not enough of them."""
    verdicts = evaluate(sample.as_of("1953-06-30"), claims=some("P2", "H4", "E1", "C1", "K4"))
    assert len(verdicts) == 5
    short = [verdict for verdict in verdicts.values() if verdict.status == "no data"]
    assert short
    assert all(verdict.evidence is None and verdict.reason for verdict in short)


def test_a_claim_about_today_is_refused_on_old_data(sample):
    late = evaluate(sample, claims=some("C3"), today="2026-11-22", cache=False)["C3"]
    assert late.status == "no data"
    assert late.reason.startswith("Refused")
    assert "2018-11-30" in late.reason
    early = evaluate(sample, claims=some("C3"), today="2019-05-30", cache=False)["C3"]
    assert not early.reason.startswith("Refused")


@pytest.mark.parametrize(
    ("result", "status", "note"),
    [
        (estimate(1.0, 0.1, 0.001), "supported", "material"),
        (estimate(-1.0, 0.1, 0.001), "contradicted", ""),
        (estimate(0.1, 0.1, 0.3), "immaterial", ""),
        (estimate(0.5, 1.0, 0.6), "inconclusive", ""),
    ],
)
def test_a_claim_of_ones_own_is_judged_by_the_same_rule(sample, result, status, note):
    verdict = evaluate(sample, claims=Ledger(made_up("X1", result)), today=TODAY)["X1"]
    assert (verdict.status, verdict.note) == (status, note)
    assert f"{result.interval[0]:.3g}" in verdict.reason


def test_an_inconclusive_claim_says_what_would_decide(sample):
    result = estimate(0.5, 1.0, 0.6, n=100)
    verdict = evaluate(sample, claims=Ledger(made_up("X1", result)), today=TODAY)["X1"]
    assert verdict.mde == pytest.approx(2.49)
    assert verdict.n_needed == int(np.ceil(100 * (2.49 / 0.5) ** 2))
    assert f"{verdict.n_needed:,}" in verdict.reason


def test_states_hold_fail_or_lie_between(sample):
    def status(holds, spread):
        reading = Reading(value=1.0, holds=holds, spread=spread, n=1, unit="x", method="x")
        fields = {"kind": "state", "sort": None, "direction": None, "sei": None}
        claims = Ledger(made_up("X1", reading, **fields))
        return evaluate(sample, claims=claims, today=TODAY)["X1"].status

    assert status(True, (True, True)) == "holds"
    assert status(False, (False,)) == "does not hold"
    assert status(True, (False, True)) == "borderline"


def test_a_series_missing_inside_a_test_is_no_data_and_a_bug_is_not_hidden(sample):
    missing = SeriesMissing("^RUT", "sample")
    verdict = evaluate(sample, claims=Ledger(made_up("X1", missing)), today=TODAY)["X1"]
    assert verdict.status == "no data"
    with pytest.raises(ZeroDivisionError):
        evaluate(sample, claims=Ledger(made_up("X1", ZeroDivisionError())), today=TODAY)


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


def test_evidence_read_back_is_the_evidence_written(sample, verdicts, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    chosen = some("P2", "P3", "H1", "H2", "H4", "H5", "K0", "K5")
    first = evaluate(sample, claims=chosen, today=TODAY)
    again = evaluate(sample, claims=chosen, today=TODAY)
    assert again.to_json() == first.to_json()
    assert len(list(Store(sample).folder.iterdir())) == len(chosen)
    for claim_id, verdict in again.items():
        for read, fresh in zip(verdict.exhibits, verdicts[claim_id].exhibits, strict=True):
            pd.testing.assert_frame_equal(read.frame, fresh.frame, check_freq=False)
            assert read.title == fresh.title
            assert read.spans == fresh.spans
            assert dict(read.marks) == dict(fresh.marks)


def test_data_of_ones_own_never_share_evidence_with_those_they_were_cut_from(
    sample, monkeypatch, tmp_path
):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
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


def test_only_the_ledger_of_the_whole_edition_is_kept(sample, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    for data in (sample.without("UNRATE"), sample.since("1990"), sample.as_of("2010-01-01")):
        kept.keep(data, list, dt.date(2026, 11, 22))
    assert not list(tmp_path.rglob("*.json"))
    kept.keep(sample, list, dt.date(2026, 11, 22))
    assert kept.path_of(sample).is_file()


def test_a_damaged_cache_is_computed_again(sample, verdicts, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    store = Store(sample)
    store.write("H5", verdicts["H5"].evidence)
    assert store.read("H5") is not None
    (store.folder / "H5" / "evidence.json").write_text('{"kind": "estimate"')
    assert store.read("H5") is None
    store.write("H5", verdicts["H5"].evidence)
    (store.folder / "H5" / "0.parquet").write_bytes(b"not parquet")
    assert store.read("H5") is None
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


def test_a_cache_that_cannot_be_written_costs_time_only(sample, monkeypatch, tmp_path):
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("R2K_HOME", str(blocked))
    assert evaluate(sample, claims=some("H5"), today=TODAY)["H5"].evidence is not None


def test_another_size_beside_the_ledger_needs_no_test(verdicts):
    held = verdicts["R4"]
    again = held.with_(sei=20)
    assert again.label == "immaterial (wrong side, beside the ledger)"
    assert again.claim.sei == 20
    assert (again.q_value, again.by_value) == (held.q_value, held.by_value)
    assert again.evidence is held.evidence
    assert again.n_needed < held.n_needed
    assert again.reason.startswith("Beside the ledger (smallest effect 20 %/yr): The 90 % interval")
    assert held.with_(sei=0.1).claim.sei == 0.1
    assert verdicts["R4"].beside == ""


def test_another_window_beside_the_ledger_runs_the_test_and_keeps_nothing(
    verdicts, monkeypatch, tmp_path
):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    late = verdicts["H5"].with_(since="1990", sei=0.5)
    assert late.edition == "sample since 1990-01-01"
    assert late.estimate.n < verdicts["H5"].estimate.n
    assert late.data.edition == late.edition
    assert (late.q_value, late.by_value, late.romano_wolf) == (None, None, None)
    assert "since 1990-01-01, smallest effect 0.5" in late.reason
    assert "beside the ledger" in repr(late)
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="none of a ledger's"):
        Verdicts([late], edition="sample", today=dt.date(2026, 11, 22))


def test_p_alone_decides_in_another_window_and_the_reason_says_so(sample):
    claims = Ledger(made_up("X1", estimate(1.2, 0.6, 0.08)))
    held = evaluate(sample, claims=claims, today=TODAY)["X1"]
    again = held.with_(since="1990")
    assert (again.status, again.q_value) == ("supported", None)
    assert "(p = 0.08, not corrected)" in again.reason


@pytest.mark.parametrize(
    ("claim_id", "terms", "said"),
    [
        ("R4", {}, "Say what to change"),
        ("R4", {"sei": -1}, "sei must be positive"),
        ("R4", {"since": 1990}, "must be a date"),
        ("R4", {"since": "2030"}, "Nothing is left"),
        ("E0", {"sei": 1.0}, "no smallest effect: leave `sei` out"),
        ("E0", {"since": "2016-12-31"}, "Begin earlier"),
    ],
)
def test_terms_that_cannot_be_say_what_can(verdicts, claim_id, terms, said):
    with pytest.raises(InputError, match=said):
        verdicts[claim_id].with_(**terms)


def test_a_verdict_without_evidence_or_data_cannot_be_asked_again(verdicts):
    (nothing, *_) = verdicts.without_answer().values()
    with pytest.raises(InputError, match="no evidence here"):
        nothing.with_(since="1990")
    with pytest.raises(InputError, match=r"`r2klib\.claims\.evaluate\(data\)\['R4'\]`"):
        replace(verdicts["R4"], data=None).with_(since="1990")


def test_texts_hold_no_markup_or_memory_address(verdicts):
    text = verdicts.to_text() + repr(verdicts) + "".join(map(repr, verdicts.values()))
    assert " at 0x" not in text
    assert "<table" in verdicts._repr_html_()


def test_rich_reprs_are_escaped_and_steady(verdicts):
    nasty = replace(verdicts["H5"], reason="<script>alert(1)</script>")
    html = nasty._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html == nasty._repr_html_()
    assert "beta minus 1" in verdicts["H5"].estimate._repr_html_()
    reading = replace(verdicts["E0"].reading, unit="<b>sd</b>")._repr_html_()
    assert "&lt;b&gt;sd" in reading
    assert "higher than 6 months ago: " in reading
    for verdict in verdicts.values():
        assert verdict.claim.id in verdict._repr_html_()
