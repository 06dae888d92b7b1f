"""`r2k factors`: what it prints, and that a mistake is one message, status 2 and no file."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib.cli import main
from tests import recorded
from tests.shared import r2k

SAMPLE = ["--edition", "sample", "--model", "carhart"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(["factors", *arguments])
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("R2K_OFFLINE", "1")
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))


def test_a_file_in_percent_is_read_as_one_in_decimals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    months = pd.date_range("2010-01-31", periods=48, freq="ME")
    own = pd.Series(np.random.default_rng(1).normal(0.01, 0.04, 48), months, name="fund")
    own.to_csv(tmp_path / "a.csv")
    (100 * own).to_csv(tmp_path / "b.csv")
    said = [
        json.loads(run(capsys, str(tmp_path / name), *SAMPLE, "--units", units, "--json")[1])
        for name, units in (("a.csv", "decimals"), ("b.csv", "percent"))
    ]
    first, second = (table["assets"]["fund"]["params"] for table in said)
    assert first == pytest.approx(second)


@pytest.mark.slow
def test_shapes(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "french.industries12", *SAMPLE, "--json")
    assert status == 0
    assert json.loads(out)["assets"]["Money"]["model"].startswith("carhart")
    assert run(capsys, "french.industries12", *SAMPLE, "--markdown")[1].startswith("|  ")
    assert run(capsys, "french.industries12", *SAMPLE, "--latex")[1].startswith(r"\begin{table}")
    assert "edition       sample" in run(capsys, "french.industries12", *SAMPLE)[1]


def test_the_sample_stands_in_where_there_is_no_snapshot_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, _, err = run(capsys, "french.industries12")
    assert status == 2
    assert "Edition 'sample' lacks RMW and CMA of the model 'ff5'" in err
    assert "It holds capm, ff3 and carhart." in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["AVUV", *SAMPLE], "No data for AVUV in edition 'sample'"),
        (["^rut", *SAMPLE], "Did you mean ^RUT?"),
        (["UNRATE", *SAMPLE, "--units", "dollars"], "'percent' or 'prices'; it is 'dollars'"),
        (["french.size", *SAMPLE], "Did you mean french.size_value?"),
        (["french.industries12", "--edition", "sample", "--model", "ff4"], "no model 'ff4'"),
        (["weights.csv", *SAMPLE], "must sum to 1"),
        (["nothing.csv", *SAMPLE], "nothing.csv cannot be read"),
        (["french.industries12", *SAMPLE, "--start", "2016-06"], "months in common"),
        (["french.industries12", *SAMPLE, "--hac-lags", "many"], "`hac_lags` must be"),
        (["UNRATE", *SAMPLE], "UNRATE is no price"),
        (["french.industries12", *SAMPLE, "--json", "--latex"], "not allowed with"),
        ([], "required"),
    ],
)
def test_mistakes_exit_with_2_and_leave_nothing(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.csv").write_text("ticker,weight\n^GSPC,0.5\n^IXIC,0.4\n", encoding="utf-8")
    status, out, err = run(capsys, *arguments, "--html", "page.html")
    assert (status, out) == (2, "")
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["weights.csv"]


@pytest.mark.slow
def test_a_page_that_cannot_be_written_prints_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "none" / "page.html")
    status, out, err = run(capsys, "french.industries12", *SAMPLE, "--html", nowhere)
    assert (status, out) == (1, "")
    assert "cannot be written" in err


@pytest.mark.slow
def test_a_ticker_that_the_snapshot_lacks_is_fetched(
    tmp_path: Path,
) -> None:
    """On recordings of the live sources; skipped where there are none."""
    if not recorded.REPLAY.is_file():
        pytest.skip("recorded data is not beside this checkout")
    rig = (str(recorded.REPLAY), "--", sys.executable)
    home, page = tmp_path / "home", tmp_path / "page.html"
    shutil.copytree(recorded.pulled(), home)
    ask = ("factors", "IWM", "RSP", "--html", str(page))
    answer = r2k(home, *ask, rig=rig)
    assert answer.returncode == 0, answer.stderr
    assert "RSP: not in the edition, fetched on" in answer.stdout
    assert page.read_text(encoding="utf-8").count("<figure") == 5
    page.unlink()
    answer = r2k(home, "factors", "NOSUCH", *ask[2:], rig=rig)
    assert answer.returncode == 2
    assert "Yahoo: it has no prices of NOSUCH. Is the ticker spelt" in answer.stderr
    assert not page.exists()
    answer = r2k(home, *ask)  # offline, as all that runs without the rig
    assert answer.returncode == 2
    assert "No data for RSP in edition" in answer.stderr
