"""The data page: what a pull did not get, what is held, what is odd about it."""

import re
from dataclasses import replace

import pytest

from r2klib.data import load, snapshot
from r2klib.site.closing import losing
from r2klib.site.coverage import data_page
from tests.made import Tags, write_snapshot


@pytest.fixture
def edition(monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    write_snapshot("2020-06-01", "2020-05-29")
    return load("2020-06-01")


def test_one_cause_is_one_row_with_its_series_since_when_and_who_loses(edition, monkeypatch):
    opened = snapshot.open_snapshot
    gone = "FRED: it has no series {} (status 404). Update r2klib."

    def in_part(identity):
        found = opened(identity)
        found.manifest["failures"] = {name: gone.format(name) for name in ("FPI", "PNFIC1")}
        found.manifest["failures"]["IWM"] = "no network"
        return found

    assert "did not get" not in data_page(edition, [], "")
    monkeypatch.setattr(snapshot, "open_snapshot", in_part)
    page = data_page(edition, [], "")
    (table,) = re.findall(r'id="failed".*?</table>', page, re.DOTALL)
    rows = [Tags(row).text.strip() for row in table.split("<tr>")[2:]]
    assert len(rows) == 2
    assert "FRED: it has no series (status 404). Update r2klib.FPI and PNFIC1never" in rows[0]
    held = edition.provenance["IWM"].retrieved_at
    assert f"no networkIWM{held[:10]}" in rows[1]
    assert rows[1].endswith(", ".join(losing(edition, ["IWM"])) or "none")


def test_a_series_that_has_not_come_for_long_is_a_number_and_not_a_line(edition, monkeypatch):
    late = replace(
        edition.provenance["IWM"],
        retrieved_at="2020-06-01T00:00:00Z",
        anomalies=("ends on 2020-02-29, 93 days before the pull", "two values look wrong"),
    )
    assert replace(late, last=late.last.replace(year=2020, month=2, day=29)).behind == 93
    provenance = {**edition.provenance, "IWM": late}
    monkeypatch.setattr(type(edition), "provenance", provenance)
    said = Tags(data_page(edition, [], "")).text
    assert "late, days" in said
    assert "two values look wrong" in said
    assert "ends on 2020-02-29" not in said
