"""The ledger of an edition as it was first judged here, and of nothing else."""

from __future__ import annotations

import datetime as dt

from r2klib.audit import ledgers

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


def record(status):
    return dict.fromkeys(ledgers.KEPT) | {"id": "H5", "status": status}
