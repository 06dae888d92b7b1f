"""Folders and files of the user's: whole or not at all, with their own rights, or said why not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from r2klib import factor_table
from r2klib.data import editions, load
from r2klib.data.edition import before, edition_named, place
from r2klib.doctor import _folders, _snapshots
from r2klib.errors import CannotRead, CannotWrite
from r2klib.home import is_there, write_whole
from tests.live.small_snapshot import made


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that may not be entered: what the system says of it, whoever runs the tests."""
    home = tmp_path / "another"
    real_stat = Path.stat

    def refused(path: object) -> None:
        if str(path).startswith(str(home)):
            raise PermissionError(13, "Permission denied", str(path))

    def told(path: Path, **options: bool) -> os.stat_result:
        refused(path)
        return real_stat(path, **options)

    def entered(path: Path) -> object:
        refused(path)
        return iter([path / name for name in os.listdir(path)])  # noqa: PTH208 - it is its double

    monkeypatch.setenv("R2K_HOME", str(home / "r2klib"))
    monkeypatch.setattr(Path, "stat", told)
    monkeypatch.setattr(Path, "iterdir", entered)
    return home


def test_a_home_that_cannot_be_entered_stops_no_sample(locked: Path) -> None:
    assert load("sample").edition == "sample"
    assert editions() == ["sample"]
    assert (edition_named("sample"), place("sample"), before("sample")) == ("sample", -1, None)
    assert not is_there(locked / "r2klib")
    for ask in (lambda: edition_named("latest"), lambda: load("2024-06-10")):
        with pytest.raises(CannotRead, match=r"Permission denied\).*R2K_HOME") as caught:
            ask()
        assert str(locked) in str(caught.value)


def test_the_desk_does_not_pass_over_a_home_that_cannot_be_entered(locked: Path) -> None:
    with pytest.raises(CannotRead, match=r"Permission denied\).*R2K_HOME"):
        factor_table("french.industries12", "ff3")
    sample = factor_table("french.industries12", "ff3", data=load("sample"))
    assert sample.edition == "sample"


def test_the_doctor_says_what_is_wrong(locked: Path) -> None:
    findings = [*_folders(), *_snapshots()]
    assert [finding.well for finding in findings] == [False, False, False]
    assert all(str(locked) in finding.found for finding in findings)
    assert "cannot be entered (Permission denied): set R2K_HOME" in findings[0].found


def test_the_doctor_names_a_snapshot_of_a_wrong_clock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    made("2024-06-10")
    assert [finding.well for finding in _snapshots()] == [True]
    ahead = made("9999-01-01")
    (finding,) = _snapshots()
    assert not finding.well
    assert f"delete {ahead.path}" in finding.found


@pytest.mark.skipif(os.name == "nt", reason="rights are another thing there")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_file_has_the_rights_that_the_umask_leaves(umask: int, tmp_path: Path) -> None:
    usual = os.umask(umask)
    try:
        write_whole(tmp_path / "page.html", b"x", "")
    finally:
        os.umask(usual)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o666 & ~umask
    with pytest.raises(CannotWrite, match="Choose"):
        write_whole(tmp_path / "none" / "page.html", b"x", "Choose another.")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
