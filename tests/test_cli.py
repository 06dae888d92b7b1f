"""The command line: what it prints, and that a user's mistake is one sentence and status 2."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from r2klib.cli import editions, main, pages
from r2klib.cli.parser import EXIT_STATUS, parser
from r2klib.live.outcome import Pulled
from r2klib.site.up_to_date import MANIFEST

TODAY = ["--today", "2026-11-22"]


def run(capsys, *arguments):
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


@pytest.mark.slow
def test_claims_as_json(capsys):
    status, out, _ = run(capsys, "claims", "--json", "--theme", "history", *TODAY)
    records = json.loads(out)
    assert status == 0
    assert [record["id"] for record in records] == ["H1", "H2", "H3", "H4", "H5", "H6", "H7"]
    assert records[4]["edition"] == "sample"


@pytest.mark.slow
def test_claims_as_a_table(capsys):
    status, out, _ = run(capsys, "claims", "--theme", "profile", *TODAY)
    assert status == 0
    assert "P2   supported (material)" in out
    assert "Edition sample, read on 2026-11-22" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("claims", "--edition", "sampel"), "Did you mean 'sample'?"),
        (("claims", "--edition", "latest"), "latest"),
        (("claims", "--theme", "rate"), "Did you mean 'rates'"),
        (("claims", "--today", "soon"), "expected a date such as"),
        (("report", "--only", "01_histry"), "01_history"),
        (("report", "--jobs", "0"), "whole number of 1 or more"),
        (("nonsense",), "invalid choice"),
        ((), "required"),
    ],
)
def test_mistakes_exit_with_2_and_one_message(capsys, tmp_path, arguments, said):
    if arguments[:1] == ("report",):
        arguments = (*arguments, "--out", str(tmp_path / "site"))
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert said in err


def test_an_unknown_edition_from_the_environment_is_named(capsys, monkeypatch):
    monkeypatch.setenv("R2K_EDITION", "smaple")
    status, _, err = run(capsys, "claims")
    assert status == 2
    assert "smaple" in err


def test_doctor(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "sample" in out
    assert "BAD" not in out


def test_version(capsys):
    from r2klib import __version__

    assert run(capsys, "--version")[1].strip() == f"r2k {__version__}"


def test_strict_is_told_to_every_process(monkeypatch):
    monkeypatch.setenv("R2K_STRICT", "0")
    assert main(["claims", "--strict", "--theme", "none"]) == 2  # refused before the work starts
    assert os.environ["R2K_STRICT"] == "1"
    monkeypatch.setenv("R2K_STRICT", "0")
    assert main(["report", "--notebook", "none.ipynb", "--strict"]) == 2
    assert os.environ["R2K_STRICT"] == "1"


def test_the_package_runs_as_the_command_does():
    done = subprocess.run(
        [sys.executable, "-m", "r2klib", "new", "my_study"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("r2k: ")
    assert "ends in .ipynb" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_the_output_is_one_message():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "r2klib", "snapshots"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "r2k: the output cannot be written (No space left on device).\n"


def test_exit_statuses_are_those_of_the_documentation(capsys):
    page = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
    table = page.read_text(encoding="utf-8").partition("## Exit status")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    assert {int(status): meaning for status, meaning in rows} == EXIT_STATUS
    _, out, _ = run(capsys, "--help")
    assert all(f"{status}  {meaning}" in out for status, meaning in EXIT_STATUS.items())


def test_every_command_is_in_the_documentation():
    page = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
    told = set(re.findall(r"^\| `r2k (\w+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE))
    (commands,) = (one for one in parser()._actions if isinstance(one.choices, dict))
    assert told == set(commands.choices)


@pytest.mark.parametrize(
    ("stood", "put", "said"),
    [
        (False, False, "No page was written to site"),
        (True, False, "site is as it was"),
        (True, True, "The new report is whole in site"),
        (False, True, "The new report is whole in site"),
    ],
)
def test_an_interrupted_report_says_what_it_leaves(capsys, monkeypatch, tmp_path, stood, put, said):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "site" / MANIFEST

    def interrupted(**_):
        if put:
            place.parent.mkdir(exist_ok=True)
            fresh = tmp_path / "fresh"
            fresh.write_text("{}")
            fresh.replace(place)
        raise KeyboardInterrupt

    if stood:
        place.parent.mkdir()
        place.write_text("{}")
    monkeypatch.setattr("r2klib.site.build", interrupted)
    status, out, err = run(capsys, "report")
    assert (status, out) == (130, "")
    assert err.startswith(f"r2k: interrupted. {said}")
    assert err.count("\n") == 1


def test_commands_in_messages_can_be_pasted(capsys, tmp_path):
    path = tmp_path / "a study of mine.ipynb"
    _, out, _ = run(capsys, "new", str(path))
    assert f"`r2k report --notebook '{path}'`" in out


@pytest.mark.parametrize(
    ("snapshots", "came", "built", "status"),
    [
        (["2026-01-02"], 0, 0, 0),
        (["2026-01-02"], 3, 0, 3),
        (["2026-01-02"], 3, 1, 1),
        (["2026-01-02"], 1, 0, 1),
        (["2026-01-02"], 130, None, 130),
        ([], 1, None, 1),
    ],
)
def test_today_is_a_pull_and_a_report_of_the_latest(
    capsys, monkeypatch, snapshots, came, built, status
):
    asked = []
    monkeypatch.setattr(editions, "pulled", lambda: Pulled(None, (), 0, 0.0, came))
    monkeypatch.setattr("r2klib.data.snapshot.ids", lambda: snapshots)
    monkeypatch.setattr(pages, "_built", lambda given: asked.append(given) or built)
    found, out, _ = run(capsys, "today", "--out", "somewhere")
    assert found == status
    if built is not None:
        assert [(given.edition, given.out) for given in asked] == [("latest", "somewhere")]
    else:
        assert not asked
        assert ("`r2k report` shows the sample edition" in out) == (not snapshots)
