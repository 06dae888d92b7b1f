"""The ledger of an edition as it was first judged here, and of nothing else."""

from __future__ import annotations

import datetime as dt
import json

from r2klib.audit import ledgers
from r2klib.audit.comparison import Judgement
from tests.made import make_verdict

TODAY = dt.date(2026, 11, 22)


def test_only_the_ledger_of_the_whole_edition_is_kept(sample, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    for data in (sample.without("UNRATE"), sample.since("1990"), sample.as_of("2010-01-01")):
        ledgers.keep(data, list, TODAY)
    assert not list(tmp_path.rglob("*.json"))
    ledgers.keep(sample, list, TODAY)
    assert ledgers.path_of(sample).is_file()


def test_what_was_first_said_stays(sample, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    assert ledgers.first_judged(sample) is None
    ledgers.keep(sample, lambda: [record("supported")], TODAY)
    ledgers.keep(sample, lambda: [record("contradicted")], TODAY)
    kept = ledgers.first_judged(sample)
    assert kept.claims["H5"]["status"] == "supported"
    assert (kept.edition, kept.today) == ("sample", TODAY)


def test_as_much_is_kept_of_a_claim_as_a_comparison_asks():
    """Else a verdict that depends on the pair seems to have changed with the library."""
    said = make_verdict(r_value=0.04, agreement="depends on the pair").to_dict()
    kept = {name: said[name] for name in ledgers.KEPT}
    assert Judgement.of(kept) == Judgement.of(said)
    assert Judgement.of(kept).label == "supported (depends on the pair)"


def test_a_ledger_kept_before_its_last_fields_is_read(sample, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    ledgers.keep(sample, lambda: [record("supported")], TODAY)
    path = ledgers.path_of(sample)
    older = json.loads(path.read_text())
    for name in ledgers.LATER:
        del older["claims"][0][name]
    path.write_text(json.dumps(older))
    assert ledgers.first_judged(sample).claims["H5"]["status"] == "supported"


def record(status):
    return dict.fromkeys(ledgers.KEPT) | {"id": "H5", "status": status}
