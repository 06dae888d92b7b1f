"""The command line: what it prints, and that a user's mistake is one sentence and status 2."""

from __future__ import annotations

import json
import os

import pytest

from r2klib.cli import main

TODAY = ["--today", "2026-11-22"]


def run(capsys, *arguments):
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def test_claims_as_json(capsys):
    status, out, _ = run(capsys, "claims", "--json", "--theme", "history", *TODAY)
    records = json.loads(out)
    assert status == 0
    assert [record["id"] for record in records] == ["H1", "H2", "H3", "H4", "H5", "H6", "H7"]
    assert records[4]["edition"] == "sample"


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
