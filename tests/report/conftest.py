"""Verdicts of every status, built from the nouns: no data, no test is run."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import Claim, Estimate, Evidence, Exhibit, Reading, Specification, Verdict, Verdicts
from r2klib.data import Dataset

TODAY = dt.date(2026, 11, 22)
NASTY = "<script>alert('x')</script> & \"quotes\""


def make_claim(claim_id: str = "P2", **changes) -> Claim:
    fields = {
        "id": claim_id,
        "theme": "profile",
        "statement": "Small companies are more volatile.",
        "kind": "link",
        "sort": "level",
        "direction": 1,
        "sei": 0.10,
        "sei_unit": "log ratio",
        "measure": "Log ratio of standard deviations.",
    }
    return Claim(**fields | changes)


def make_evidence(**changes) -> Evidence:
    fields = {
        "answer": Estimate(
            value=0.262,
            std_error=0.021,
            interval=(0.228, 0.297),
            p_value=0.0002,
            n=819,
            unit="log ratio",
            method="stationary bootstrap",
            null="both legs are equally volatile",
            n_effective=120.0,
        ),
        "as_of": dt.date(2017, 3, 31),
        "finding": "Small companies were 1.30 times as volatile",
        "meaning": "10,000 USD in small companies strayed further.",
        "pair": "legs",
        "specifications": (
            Specification(label="first half", value=0.305, interval=(0.24, 0.36), n=409),
            Specification(label="bare number", value=-0.05, interval=None, n=12),
        ),
        "exhibits": (paths(),),
        "remarks": ("A remark that matters.",),
    }
    return Evidence(**fields | changes)


def make_verdict(status: str = "supported", claim_id: str = "P2", **changes) -> Verdict:
    """A verdict of `status`, with what the engine gives a claim of that status."""
    fields = {
        "claim": make_claim(claim_id),
        "status": status,
        "reason": f"This is why it is {status}.",
        "edition": "sample",
    }
    if status in ("supported", "contradicted", "immaterial", "inconclusive"):
        fields |= {"evidence": make_evidence(), "q_value": 0.001, "mde": 0.05, "n_needed": 2152}
    elif status in ("holds", "does not hold", "borderline"):
        reading = Reading(
            value=0.36, holds=True, n=120, unit="sd", method="z-score", parts={"rising": True}
        )
        fields["claim"] = make_claim(
            claim_id, kind="state", sort=None, direction=None, sei=None, sei_unit="above median"
        )
        fields["evidence"] = make_evidence(answer=reading, specifications=(), pair="")
    elif status == "descriptive":
        fields["claim"] = make_claim(
            claim_id, kind="descriptive", sort=None, direction=None, sei=None
        )
        fields["evidence"] = make_evidence()
    elif status in ("untestable", "merged"):
        fields["claim"] = make_claim(
            claim_id, kind=status, sort=None, direction=None, sei=None, reason="No data."
        )
    return Verdict(**fields | changes)


STATUSES = (
    "supported",
    "contradicted",
    "immaterial",
    "inconclusive",
    "holds",
    "does not hold",
    "borderline",
    "descriptive",
    "no data",
    "untestable",
    "merged",
)


def make_verdicts(verdicts: list[Verdict] | None = None) -> Verdicts:
    """One verdict of each status, P1 to P12."""
    chosen = verdicts or [make_verdict(s, f"P{i}") for i, s in enumerate(STATUSES, start=1)]
    return Verdicts(chosen, edition="sample", today=TODAY)


def paths(**changes) -> Exhibit:
    index = pd.date_range("1990-01-31", periods=240, freq="ME")
    wave = np.sin(np.arange(240) / 20)
    fields = {
        "kind": "paths",
        "title": "Small companies swung 1.30 times as widely",
        "frame": pd.DataFrame({"small": 20 + 5 * wave, "large": 15 + 3 * wave}, index=index),
        "x": "",
        "y": "volatility, % a year",
        "spans": ((dt.date(2001, 3, 31), dt.date(2001, 11, 30)),),
        "note": "Standard deviation over 36 months.",
    }
    return Exhibit(**fields | changes)


def intervals(**changes) -> Exhibit:
    fields = {
        "kind": "intervals",
        "title": "Beta stood above 1 in two of two decades",
        "frame": pd.DataFrame(
            {"value": [1.05, 1.39], "low": [0.9, 1.2], "high": [1.2, 1.6], "n": [120, 120]},
            index=["1950s", "1960s"],
        ),
        "x": "Dimson beta",
        "y": "",
        "marks": {"beta of the market": 1.0},
    }
    return Exhibit(**fields | changes)


def scatter(n: int = 300, **changes) -> Exhibit:
    x = np.linspace(-2, 2, n)
    fields = {
        "kind": "scatter",
        "title": "A pick-up of growth moved d",
        "frame": pd.DataFrame({"x": x, "y": 2 * x + np.sin(40 * x)}),
        "x": "growth, sd",
        "y": "d, %",
    }
    return Exhibit(**fields | changes)


def bars(n: int = 3, **changes) -> Exhibit:
    frame = pd.DataFrame(
        {"small": np.arange(n) - 1.5, "large": np.arange(n) - 0.5},
        index=[f"month {i}" for i in range(n)],
    )
    fields = {
        "kind": "bars",
        "title": "Small fell further",
        "frame": frame,
        "x": "return, %",
        "y": "",
    }
    return Exhibit(**fields | changes)


def histogram(**changes) -> Exhibit:
    fields = {
        "kind": "histogram",
        "title": "A walk without memory gives this in 1 % of worlds",
        "frame": pd.DataFrame({"draws": np.linspace(-1, 1, 999)}),
        "x": "variance ratio",
        "y": "simulated worlds",
        "marks": {"observed": 0.9},
    }
    return Exhibit(**fields | changes)


EXHIBITS = {
    "paths": paths,
    "intervals": intervals,
    "scatter": scatter,
    "bars": bars,
    "histogram": histogram,
}


@pytest.fixture
def verdict() -> Verdict:
    return make_verdict()


@pytest.fixture
def verdicts() -> Verdicts:
    return make_verdicts()


@pytest.fixture
def data() -> Dataset:
    """A small edition of the user's own."""
    index = pd.date_range("2000-01-31", periods=24, freq="ME")
    frame = pd.DataFrame({"mine": np.arange(24.0)}, index=index)
    return Dataset.from_frame(frame, units="points", frequency="monthly", lag_days=0, name="mine")


@pytest.fixture
def nasty() -> Verdict:
    """A verdict with markup in everything that comes from outside."""
    evidence = make_evidence(
        answer=replace(make_evidence().answer, unit=NASTY, method=NASTY, null=NASTY),
        finding=NASTY,
        meaning=NASTY,
        vintage=NASTY,
        pair=NASTY,
        remarks=(NASTY,),
        specifications=(Specification(label=NASTY, value=0.1, interval=(0.0, 0.2), n=9),),
        exhibits=(
            paths(
                title=NASTY,
                y=NASTY,
                note=NASTY,
                marks={NASTY: 18.0},
                frame=paths().frame.rename(columns={"small": NASTY}),
            ),
        ),
    )
    claim = make_claim(statement=NASTY, sei_unit=NASTY, measure=NASTY)
    return make_verdict(claim=claim, evidence=evidence, reason=NASTY, note=NASTY, edition=NASTY)
