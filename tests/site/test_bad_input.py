"""What goes wrong is told in one line, with the documented status, and the old site stays."""

from __future__ import annotations

import inspect
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from r2klib import cli
from r2klib.errors import R2kError
from r2klib.site import assembly, build, building, folders, runner, up_to_date
from r2klib.site.runner import read_notebook
from tests.made import write_notebook
from tests.site.conftest import declared

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-22"


@pytest.fixture
def command(monkeypatch, data, verdicts, folder, capsys):
    """Call ``r2k report`` on stand-ins for the data and the ledger, without running a notebook."""
    monkeypatch.setattr(assembly, "load", lambda _: data)
    monkeypatch.setattr(assembly, "judged", lambda *_: verdicts)
    monkeypatch.setattr(assembly, "ledger", declared)
    monkeypatch.setattr(building, "notebooks_in", lambda _: {"01_good": folder / "01_good.ipynb"})
    monkeypatch.setattr(assembly._Site, "stale", lambda self, *_: [])

    def call(*arguments):
        status = cli.main(["report", "--today", DAY, *map(str, arguments)])
        return status, capsys.readouterr().err

    return call


def test_a_file_in_the_place_of_the_site_is_a_mistake(command, tmp_path):
    (tmp_path / "site").write_text("mine")
    status, said = command("--out", tmp_path / "site")
    assert status == 2
    assert said.startswith("r2k: out: ")
    assert said.count("\n") == 1
    assert (tmp_path / "site").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_failure(command):
    status, said = command("--out", "/proc/nowhere/site")
    assert status == 1
    assert "cannot write in /proc/nowhere" in said
    assert "--out" in said


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_the_old_site(command, tmp_path, monkeypatch):
    assert command("--out", tmp_path / "site") == (0, "")
    before = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*.*")}
    write_text = Path.write_text

    def full(self, *arguments, **keywords):
        if self.name == "claims.json":
            raise OSError(28, "No space left on device")
        return write_text(self, *arguments, **keywords)

    monkeypatch.setattr(Path, "write_text", full)
    status, said = command("--out", tmp_path / "site", "--force")
    assert status == 1
    assert "No space left on device" in said
    assert "still there" in said
    assert {path: path.read_bytes() for path in (tmp_path / "site").rglob("*.*")} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_no_room_for_temporary_files_is_told(monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building.tempfile, "TemporaryDirectory", full)
    with pytest.raises(R2kError, match=r"No space left on device.*TMPDIR"), building._scratch():
        pass


def test_without_the_report_extra_the_command_says_what_to_install(command, monkeypatch):
    monkeypatch.setattr(runner, "NEEDED", ("nbconvert", "r2klib_no_such"))
    status, said = command("--out", "site", "--force")
    assert status == 2
    assert "r2klib_no_such is missing" in said
    assert "r2klib[report]" in said


@pytest.mark.parametrize("given", ["0", "-1", "soon"])
def test_a_timeout_that_is_none_is_a_mistake(given, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["report", "--timeout", given])
    assert "--timeout" in capsys.readouterr().err


def test_a_notebook_has_ten_minutes_and_the_help_says_so(capsys):
    assert inspect.signature(build).parameters["timeout"].default == 600
    with pytest.raises(SystemExit, match="0"):
        cli.main(["report", "--help"])
    assert "seconds that one notebook may take (600)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{}], "nbformat": 4}'],
)
def test_what_is_no_notebook_is_a_value_error(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"\w"):
        read_notebook(path)


def test_what_a_notebook_lacks_is_made_good(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = '"cells": [{"cell_type": "code"}, {"cell_type": "raw", "source": "x"}]'
    for text in (f"{{{cells}}}", f'{{"nbformat": 4, "nbformat_minor": 5, {cells}}}'):
        path.write_text(text)
        assert [cell.source for cell in read_notebook(path).cells] == ["", "x"], text


@pytest.mark.slow
def test_a_receipt_is_left_only_by_a_site_that_is_whole(command, tmp_path, monkeypatch):
    """The page was not built, so the next build must look again."""
    assert command("--out", tmp_path / "site") == (0, "")
    assert not up_to_date.is_whole(str(tmp_path / "site"), None, (), DAY)


BUILD = """
import datetime as dt, sys
sys.path.insert(0, sys.argv[1])
from r2klib.site import assembly, build
from tests import made
assembly.load = lambda _: made.make_data()
assembly.judged = lambda *_: made.make_verdicts()
build(out=sys.argv[2], notebooks=sys.argv[3], today=dt.date(2026, 11, 22))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is no child")
def test_a_killed_build_leaves_the_old_site_and_no_process(built, folder, tmp_path):
    out = tmp_path / "site"
    (folder / "02_bad.ipynb").unlink()
    assert built().exit_status == 0
    before = {path: path.read_bytes() for path in out.rglob("*.*")}
    pipe = tmp_path / "pid"
    os.mkfifo(pipe)
    code = f"import os, threading\nopen({str(pipe)!r}, 'w').write(str(os.getpid()))"
    write_notebook(folder / "02_hangs.ipynb", code, "threading.Event().wait()")
    killed = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(ROOT), str(out), str(folder)], stdout=subprocess.DEVNULL
    )
    kernel = os.pidfd_open(int(pipe.read_text()))
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert select.select([kernel], [], [], 30)[0], "the kernel is still running"
    os.close(kernel)
    assert {path: path.read_bytes() for path in out.rglob("*.*")} == before
    assert list(tmp_path.glob(f".site-{killed.pid}-*"))  # what it was building
    with folders.beside(out):
        assert not list(tmp_path.glob(f".site-{killed.pid}-*"))
