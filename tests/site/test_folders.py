"""The old site stays until the new one is whole, and other people's files are never touched."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from r2klib.errors import InputError, R2kError
from r2klib.site import folders
from r2klib.site.up_to_date import remember


@pytest.fixture
def site(tmp_path):
    """A site that was built before."""
    folder = tmp_path / "site"
    folder.mkdir()
    remember(folder, {})
    (folder / "index.html").write_text("old")
    return folder


def test_a_new_an_empty_and_a_built_folder_can_be_used(tmp_path, site):
    (tmp_path / "empty").mkdir()
    for name in ("new/deep", "empty", "site"):
        assert folders.usable(tmp_path / name) == tmp_path / name


def test_a_file_is_refused(tmp_path):
    (tmp_path / "site").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        folders.usable(tmp_path / "site")


def test_somebody_elses_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(InputError, match="not a site"):
        folders.usable(tmp_path)
    assert (tmp_path / "thesis.doc").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(R2kError, match="cannot write"):
        folders.usable(tmp_path / "closed" / "site")


def test_a_parent_that_is_a_file_is_an_error_with_advice(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(R2kError, match=r"cannot write in .*Choose another folder"):
        folders.usable(tmp_path / "file" / "site")


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt()])
def test_an_error_leaves_the_old_site_and_no_rubbish(site, error):
    def fail():
        with folders.beside(site) as fresh:
            (fresh / "index.html").write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (site / "index.html").read_text() == "old"
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_full_disk_is_told_as_such(site):
    with pytest.raises(R2kError, match=r"No space left.*still there"), folders.beside(site):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("exchange", [True, False], ids=["one step", "two renames"])
def test_the_new_site_takes_the_place_and_strangers_files_come_along(site, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    (site / "CNAME").write_text("example.org")
    (site / "gone.html").write_text("a page of a notebook that is no more")
    with folders.beside(site) as fresh:
        (fresh / "index.html").write_text("new")
        folders.replace(site, fresh)
    assert (site / "index.html").read_text() == "new"
    assert (site / "CNAME").read_text() == "example.org"
    assert not (site / "gone.html").exists()
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_rename_that_fails_puts_the_old_site_back(site, monkeypatch):
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    rename = type(site).rename

    def failing(self, to):
        if to == site and not self.name.endswith("-old"):
            raise OSError(5, "Input/output error")
        return rename(self, to)

    def swap():
        with folders.beside(site) as fresh:
            folders.replace(site, fresh)

    monkeypatch.setattr(type(site), "rename", failing)
    with pytest.raises(R2kError, match="Input/output error"):
        swap()
    assert (site / "index.html").read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="only there can a process be asked for")
def test_what_a_killed_build_left_is_cleared_and_a_running_ones_is_not(site):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = site.with_name(f".site-{gone.pid}-abc")
    running = site.with_name(f".site-{os.getppid()}-abc")
    for folder in (left, running):
        folder.mkdir()
    with folders.beside(site):
        assert not left.exists()
        assert running.exists()


def test_a_link_to_a_site_stays_a_link(tmp_path, site):
    link = tmp_path / "public"
    link.symlink_to(site)
    assert folders.usable(link) == site
