"""Made up for tests of what is shown: verdicts of every status, exhibits of every kind, pages read.

Verdicts are built from the nouns: no data is read and no test is run.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from r2klib.claims import Claim, Estimate, Evidence, Reading, Specification, Verdict, Verdicts
from r2klib.claims.designs import Mean
from r2klib.data import Dataset, catalog, snapshot
from r2klib.live.sources import Answer
from r2klib.live.writer import entry, only_writer, write
from r2klib.show import Exhibit

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
        "design": Mean(unit="log ratio"),
        "drawn": ("small", "large"),
        "axes": ("", "volatility, % a year"),
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
        "rows": paths().frame,
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
    if status in ("supported", "contradicted", "ruled out", "inconclusive"):
        fields |= {"evidence": make_evidence(), "q_value": 0.001, "mde": 0.162, "n_needed": 2152}
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
    "ruled out",
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
        "kind": "lines",
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
    "lines": paths,
    "intervals": intervals,
    "scatter": scatter,
    "bars": bars,
    "histogram": histogram,
}


def make_data() -> Dataset:
    """A small edition of the user's own."""
    index = pd.date_range("2000-01-31", periods=24, freq="ME")
    frame = pd.DataFrame({"mine": np.arange(24.0)}, index=index)
    return Dataset.from_frame(frame, units="points", frequency="monthly", lag_days=0, name="mine")


def make_nasty(text: str = NASTY) -> Verdict:
    """A verdict with markup in everything that comes from outside."""
    evidence = make_evidence(
        answer=replace(make_evidence().answer, unit=text, method=text, null=text),
        finding=text,
        meaning=text,
        vintage=text,
        pair=text,
        remarks=(text,),
        specifications=(Specification(label=text, value=0.1, interval=(0.0, 0.2), n=9),),
        rows=paths().frame.rename(columns={"small": text}),
    )
    claim = make_claim(
        statement=text, sei_unit=text, measure=text, drawn=(text, "large"), axes=(text, text),
        design=Mean(unit=text),
    )  # fmt: skip
    return make_verdict(claim=claim, evidence=evidence, reason=text, note=text, edition=text)


def write_snapshot(day: str, last: str, seed: int = 3) -> None:
    """A snapshot of two funds, of which the one is as volatile as `seed` and fate decide."""
    days = pd.bdate_range("2001-01-02", last).as_unit("us").rename("date")
    steps = np.random.default_rng(seed).normal(0.0002, [0.015, 0.010], (len(days), 2))
    entries = {}
    for name, step in zip(("IWM", "SPY"), steps.T, strict=True):
        close = 100 * np.exp(np.cumsum(step))
        bars = pd.DataFrame(dict.fromkeys(catalog.get(name).columns, close), days)
        bars[["Dividends", "Stock Splits"]] = 0.0
        answer = Answer(name, bars, "https://example.org/x", f"{day}T22:00:00Z", 10)
        entries[name] = entry(catalog.get(name), answer)
    folder = snapshot.root()
    with only_writer(folder):
        write(folder, entries, day=day, created_at=f"{day}T22:00:00Z", failures={})


def write_notebook(path: Path, *cells: str | tuple[str, str]) -> Path:
    """A notebook with as little in it as the format allows: code, or pairs of kind and text."""
    pairs = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    content = {
        "cells": [
            {"cell_type": kind, "id": f"c{i}", "metadata": {}, "source": text}
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for i, (kind, text) in enumerate(pairs)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


class Tags(HTMLParser):
    """Start tags and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def check_page(html: str) -> None:
    """What holds for every page: nothing from outside, a policy by hash, ids used once."""
    tags = Tags(html)
    for tag, attributes in tags.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action", "data", "poster"):
            url = attributes.get(name) or ""
            if tag != "a" and attributes.get("rel") != "alternate":  # neither asks for anything
                assert url == "" or url.startswith(("data:", "#")), (tag, url)
            else:
                assert not url.startswith("javascript:")
    assert not re.search(r"url\((?!#)|@import", html)
    ids = [attributes["id"] for _, attributes in tags.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    policy = next(m["content"] for m in tags.named("meta") if m.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        for text in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
    assert tags.tags[0] == ("html", {"lang": "en"})
    assert len(tags.named("h1")) == len(tags.named("main")) == 1
    levels = [int(tag[1]) for tag, _ in tags.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
