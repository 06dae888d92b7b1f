"""The line that ends a build: answer, edition, what the pull lacks, who loses by it, what next."""

from __future__ import annotations

import pytest

from r2klib.claims import evaluate
from r2klib.data import load, snapshot
from r2klib.site.closing import in_one_line, losing, not_had
from tests.made import write_snapshot


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))


def test_the_sample_is_followed_by_todays_data():
    data = load("sample")
    assert not_had(data) == {}
    assert "P2" in losing(data, ["french.factors", "french.size_value"])
    assert losing(data, []) == []


def test_what_a_pull_did_not_get_is_named_with_the_claims_that_read_it(monkeypatch):
    write_snapshot("2020-06-01", "2020-05-29")
    data = load("2020-06-01")
    verdicts = evaluate(data, today="2020-06-05", cache=False)
    whole = in_one_line(data, verdicts)
    assert "\n" not in whole
    assert "Edition 2020-06-01, data to 2020-05-29." in whole
    assert whole.endswith("Next: `r2k lab`.")

    opened = snapshot.open_snapshot

    def in_part(identity):
        found = opened(identity)
        found.manifest["failures"] = {"UNRATE": "down", "DGS10": "down"}
        return found

    monkeypatch.setattr(snapshot, "open_snapshot", in_part)
    partly = in_one_line(data, verdicts)
    claims = losing(data, ["UNRATE", "DGS10"])
    assert len(claims) > 4
    said = f"{claims[0]}, {claims[1]}, {claims[2]} and {len(claims) - 3} more"
    assert f"The pull did not get UNRATE and DGS10; by that {said} lose." in partly
    assert partly.endswith("Next: `r2k today`.")
