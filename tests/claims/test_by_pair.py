"""Every claim about a pair, asked of any pairs: the claim's own test, on the pair's own rows."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from r2klib import show
from r2klib.claims import Ledger, by_pair, ledger, pairs
from r2klib.claims.asking import examine
from r2klib.claims.nouns import PAIR
from r2klib.data import Dataset
from r2klib.errors import InputError, UnknownName
from tests.claims.worlds import some


def test_each_answer_is_the_designs_of_the_pairs_rows(sample):
    found = by_pair(sample, ["legs", "index"], claims=some("P2", "P4", "K5"))
    assert list(found.index) == [
        (claim, pair) for claim in ("P2", "P4", "K5") for pair in ("legs", "index")
    ]
    claim = ledger()["K5"]
    answer = claim.design.lighter()(claim.rows(sample, pair="index"))
    row = found.loc[("K5", "index")]
    assert (row["value"], row["low"], row["high"]) == (answer.value, *answer.interval)
    assert (row["n"], row["unit"], row["claimed"]) == (answer.n, answer.unit, claim.claimed)

    refused = found.loc[("P4", "legs")]
    assert refused["says"] == ""
    assert "not of two prices" in refused["reason"]
    assert refused[["value", "low", "high"]].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["E1", "R3", "K5"])
def test_a_declared_pair_has_the_very_numbers_of_verdict_and_curve(sample, name):
    found = by_pair(sample, claims=some(name))
    evidence = examine(ledger()[name], sample)
    told = {ledger()[name].pair_of(sample): evidence.answer} | {
        point.label.removeprefix(PAIR): point
        for point in evidence.specifications
        if point.label.startswith(PAIR)
    }
    assert set(told) == set(found.xs(name)["value"].dropna().index)
    for pair, point in told.items():
        row = found.loc[(name, pair)]
        assert (row["value"], row["low"], row["high"]) == (point.value, *point.interval)
        assert row["n"] == point.n


def test_the_side_is_that_of_the_claim(sample):
    """K5 predicts a fall of d with rising spreads: a negative interval speaks for it."""
    found = by_pair(sample, ["legs"], claims=some("K5", "E2"))
    for claim, says in (("K5", "for"), ("E2", "against")):
        row = found.loc[(claim, "legs")]
        assert row["says"] == says
        assert np.sign(row["low"]) == np.sign(row["high"])
        assert (np.sign(row["value"]) == ledger()[claim].direction) == (says == "for")


@pytest.mark.slow
def test_two_symbols_of_the_edition_are_a_pair(sample):
    closes = sample.frame("^RUT")[["Close"]].assign(**{"Adj Close": lambda f: 2 * f["Close"]})
    large = sample.frame("^GSPC")[["Close"]].assign(**{"Adj Close": lambda f: 3 * f["Close"]})
    data = sample.replaced({"^RUT": closes, "^GSPC": large})
    assert pairs.get("^RUT/^GSPC").d(data).to_numpy() == pytest.approx(
        pairs.get("index").d(data).to_numpy()
    )
    found = by_pair(data, ["index", "^RUT/^GSPC"], claims=some("P2"))
    assert found.xs("index", level="pair")["value"].iloc[0] == pytest.approx(
        found.xs("^RUT/^GSPC", level="pair")["value"].iloc[0]
    )


def test_two_names_of_one_pair_are_one_answer():
    """What a claim knows of a declared pair, such as its first forecast, holds by any name."""
    assert pairs.get("IWM/SPY") is pairs.PAIRS["etf"]
    assert pairs.get("^RUT/^GSPC") is not pairs.PAIRS["index"]  # which leaves dividends out


def test_the_first_of_two_names_of_a_pair_is_shown(sample):
    closes = sample.frame("^RUT")[["Close"]].assign(**{"Adj Close": lambda f: f["Close"]})
    added = {"IWM": closes, "SPY": closes**0.5}
    provenance = {**sample.provenance, **dict.fromkeys(added, sample.provenance["^RUT"])}
    data = Dataset("sample", "sample", {**sample, **added}, provenance)
    found = by_pair(data, ["IWM/SPY", "index", "etf"], claims=some("P2"))
    assert list(found.index.get_level_values("pair")) == ["IWM/SPY", "index"]


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        (["indx"], UnknownName, "Did you mean 'index'"),
        (["VBR/VV"], UnknownName, "VBR"),
        (["/SPY"], UnknownName, "/SPY"),
        ([], InputError, "such as 'IWM/SPY'"),
        ("index", InputError, r"\['index'\]"),
        (["^RUT/^RUT"], InputError, "one symbol against itself"),
        ([3], InputError, "got 3"),
    ],
)
def test_what_cannot_be_a_pair_is_said(sample, names, error, said):
    with pytest.raises(error, match=said):
        by_pair(sample, names, claims=some("P2"))


def test_a_ledger_without_a_link_about_a_pair_is_refused(sample):
    with pytest.raises(InputError, match="None of these claims"):
        by_pair(sample, ["index"], claims=Ledger([ledger()["V1"]]))


def test_the_table_shows_signs_intervals_and_reasons(sample):
    found = by_pair(sample, ["legs", "index"], claims=some("P2", "P4"))
    shown = show.by_pair(found, sample)
    assert "1 of 1 claims say the same of every pair" in shown.text
    assert shown.html.count("✓") == 3  # two answers and the note
    assert 'title="The pair &#x27;legs&#x27; is not of two prices' in shown.html


def test_the_figure_has_every_answer_in_sizes_claimed_right_being_for(sample):
    """E2 is contradicted; K5 predicts a fall, so its interval is turned about."""
    found = by_pair(sample, ["legs", "long"], claims=some("E2", "K5", "P4"))
    drawn = show.by_pair(found, sample)
    assert "4 answers: 1 for the claim asked, 2 against it, 1 unclear" in drawn.text
    data = re.search('csv;charset=utf-8,([^"]*)', drawn.html)
    held = pd.read_csv(io.StringIO(unquote(data[1])), index_col="asked")
    legs, smb = "small portfolios against the market", "the SMB factor"
    assert [*held.index] == [f"{claim}, {pair}" for claim in ("E2", "K5") for pair in (legs, smb)]
    row = found.loc[("K5", "legs")]
    assert row["low"] < row["value"] < row["high"] < 0 > row["claimed"]
    told = held.loc[f"K5, {legs}"]
    assert told["low"] == pytest.approx(row["high"] / row["claimed"], rel=1e-5)
    assert told["high"] == pytest.approx(row["low"] / row["claimed"], rel=1e-5)
    assert 0 < told["low"] < told["value"] < told["high"]
    assert "Source: Ken French" in drawn.html
    assert "Edition sample" in drawn.html


def test_pairs_without_an_answer_are_refused_with_the_reasons(sample):
    found = by_pair(sample, ["legs"], claims=some("P4"))
    with pytest.raises(InputError, match="not of two prices"):
        show.by_pair(found, sample)
