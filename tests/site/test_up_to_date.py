"""What is up to date, as a whole and page by page: every change that matters is seen, no other."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from r2klib import cli
from r2klib.home import cache_home
from r2klib.site import up_to_date
from r2klib.site.up_to_date import (
    MANIFEST,
    PageRecord,
    closing,
    edition_of,
    remember,
    remembered,
    stands,
)  # fmt: skip

DAY = "2026-11-22"


class Built:
    """A site that was built from a library, a notebook and a lock file of our own."""

    def __init__(self, folder):
        self.folder = folder
        self.library, self.notebooks = (
            folder / "checkout" / "lib",
            folder / "checkout" / "notebooks",
        )
        self.home, self.site = folder / "home", folder / "site"
        files = {
            self.library / "a.py": "a = 1",
            self.library / "sub" / "page.css": "p {}",
            self.notebooks / "01_a.ipynb": "{}",
            self.notebooks / "02_b.ipynb": "{} ",
            self.folder / "checkout" / "requirements.lock": "numpy==2",
            self.home / "snapshots" / "2026-01-02" / "manifest.json": "{}",
            self.site / "index.html": "front",
            self.site / "docs" / "index.html": "docs",
        }
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def leave(self, pages=("01_a", "02_b"), edition=None, days_ago=1):
        """Leave a receipt; all files are old unless told otherwise."""
        for path in self.folder.rglob("*"):
            os.utime(path, ns=(0, 10**18 - days_ago * 86_400 * 10**9))
        look = up_to_date.code(str(self.notebooks))
        up_to_date.look_at_data(look, str(self.home), "sample")
        asked = up_to_date.request(edition, None, DAY)
        up_to_date.leave_receipt(str(self.site), asked, list(pages), look)

    def keys(self, *around):
        """Keys of the two pages, from files as they are now."""
        notebooks = {path.stem: str(path) for path in self.notebooks.iterdir()}
        return up_to_date.page_keys(up_to_date.code(str(self.notebooks)), notebooks, around)

    def holds(self, edition=None, only=(), today=DAY):
        return up_to_date.is_whole(str(self.site), edition, only, today)


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(up_to_date, "_LIBRARY", str(tmp_path / "checkout" / "lib"))
    made = Built(tmp_path)
    made.leave()
    return made


def test_a_site_that_stands_as_it_was_built_holds(built):
    assert built.holds()
    assert built.holds(only=["01_a.ipynb", "02_b.html"])


def test_another_request_is_not_what_was_built(built, monkeypatch):
    assert not built.holds(edition="latest")
    assert not built.holds(today="2026-11-23")
    assert not built.holds(only=["03_c"])
    assert not up_to_date.is_whole(str(built.folder / "other"), None, (), DAY)
    monkeypatch.setenv("R2K_EDITION", "2026-01-02")
    assert not built.holds()


def test_the_day_comes_from_the_environment_where_none_is_given(built, monkeypatch):
    monkeypatch.setenv("R2K_TODAY", DAY)
    assert built.holds(today=None)
    monkeypatch.setenv("R2K_TODAY", "2026-11-23")
    assert not built.holds(today=None)


@pytest.mark.parametrize(
    "changed",
    [
        "checkout/lib/a.py",
        "checkout/lib/sub/page.css",
        "checkout/notebooks/01_a.ipynb",
        "checkout/requirements.lock",
        "home/snapshots/2026-01-02/manifest.json",
        "site/index.html",
        "site/docs/index.html",
    ],
)
def test_a_file_changed_or_gone_is_seen(built, changed):
    path = built.folder / changed
    before = path.read_text()
    path.write_text(before + " ")
    assert not built.holds()
    path.write_text(before)
    assert built.holds()  # the same content again
    path.unlink()
    assert not built.holds()


@pytest.mark.parametrize(
    "added",
    [
        "checkout/lib/b.py",
        "checkout/notebooks/03_c.ipynb",
        "home/snapshots/2026-02-03/x",
        "home/cache/calibration/tables/x.json",
    ],
)
def test_a_file_added_is_seen(built, added):
    path = built.folder / added
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    assert not built.holds()


@pytest.mark.parametrize("added", ["lib/__pycache__/a.pyc", "notebooks/.ipynb_checkpoints/a.ipynb"])
def test_caches_do_not_count(built, added):
    path = built.folder / "checkout" / added
    path.parent.mkdir()
    path.write_text("")
    assert built.holds()


def test_a_change_that_keeps_size_and_time_is_seen(built):
    """As `touch -r` or a copy that keeps times would hide it from size and time alone."""
    path = built.library / "a.py"
    was = path.stat()
    path.write_text("a = 2")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert path.stat().st_size == was.st_size
    assert path.stat().st_mtime_ns == was.st_mtime_ns
    assert not built.holds()


def test_a_file_as_young_as_the_receipt_is_hashed_although_its_times_are_the_same(
    built, monkeypatch
):
    """Changed twice within one tick of the clock, the second time after it was looked at."""
    path = built.library / "a.py"
    state = up_to_date._state
    young = up_to_date.time.time_ns()
    monkeypatch.setattr(
        up_to_date, "_state", lambda p: [young, young, 5, 7] if p == str(path) else state(p)
    )
    built.leave()
    assert built.holds()
    path.write_text("a = 2")
    assert not built.holds()


def test_files_hashed_once_more_are_trusted_from_then_on(built, monkeypatch):
    os.utime(built.library / "a.py", ns=(0, 12345))  # touched, not changed
    hashed = []
    sha256 = up_to_date._sha256
    monkeypatch.setattr(up_to_date, "_sha256", lambda path: hashed.append(path) or sha256(path))
    assert built.holds()
    assert hashed == [str(built.library / "a.py")]
    assert built.holds()
    assert len(hashed) == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 99}', "\x00"])
def test_a_receipt_that_cannot_be_read_is_none(built, text):
    (place,) = (built.home / "cache" / "report").iterdir()
    place.write_text(text)
    assert not built.holds()


def test_a_cache_that_cannot_be_written_costs_time_and_no_more(built):
    (place,) = (built.home / "cache" / "report").iterdir()
    place.unlink()
    place.parent.rmdir()
    place.parent.write_text("a file where the folder should be")
    built.leave()
    assert not built.holds()


def test_another_release_of_a_package_is_seen(built, monkeypatch):
    found = built.folder / "packages"
    (found / "NumPy-9.9.dist-info").mkdir(parents=True)
    (found / "unrelated-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(found), "nowhere", *sys.path])
    assert "numpy 9.9" in up_to_date.packages()
    assert not [line for line in up_to_date.packages() if line.startswith("unrelated")]
    assert not built.holds()


def test_versions_are_those_that_are_installed():
    said = dict(line.split() for line in up_to_date.packages())
    assert {"numpy", "pandas", "statsmodels", "nbconvert", "ipykernel"} <= set(said)
    assert said == {name: version(name) for name in said}


@pytest.mark.parametrize("variables", [{}, {"R2K_HOME": "~/r"}, {"XDG_CACHE_HOME": "/x"}])
def test_receipts_are_kept_in_the_cache(monkeypatch, variables):
    for name in ("R2K_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert up_to_date._cache() == str(cache_home())


# ---- each page --------------------------------------------------------------------------------


def test_a_page_depends_on_its_own_notebook_and_on_all_around_it(built, monkeypatch):
    keys = built.keys("sample", "2026-11-22")
    assert keys == built.keys("sample", "2026-11-22")
    assert keys["01_a"] != keys["02_b"]
    (built.notebooks / "02_b.ipynb").write_text("[]")
    changed = built.keys("sample", "2026-11-22")
    assert changed["01_a"] == keys["01_a"]
    assert changed["02_b"] != keys["02_b"]
    assert not set(keys.values()) & set(built.keys("live", "2026-11-22").values())
    monkeypatch.setattr(up_to_date, "packages", lambda: ["numpy 9.9"])
    assert not set(keys.values()) & set(built.keys("sample", "2026-11-22").values())


@pytest.mark.parametrize("changed", ["lib/a.py", "lib/sub/page.css", "requirements.lock"])
def test_every_page_depends_on_the_library_and_on_the_locks(built, changed):
    keys = built.keys()
    (built.folder / "checkout" / changed).write_text("changed")
    assert not set(keys.values()) & set(built.keys().values())


def test_no_page_depends_on_notebooks_that_the_library_carries(built):
    keys = built.keys()
    carried = built.library / "_notebooks"
    carried.mkdir()
    (carried / "01_a.ipynb").write_text("{}")
    assert built.keys() == keys


def test_a_page_stands_while_it_is_there_as_it_was_written(built):
    # as `printf page | sha256sum` gives it
    sha256 = "3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274"
    known = {"01_a": PageRecord("key", sha256)}
    assert not stands(built.site, "01_a", known)
    (built.site / "01_a.html").write_text("page")
    assert stands(built.site, "01_a", known)
    assert not stands(built.site, "01_a", {})
    (built.site / "01_a.html").write_text("page ")
    assert not stands(built.site, "01_a", known)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"pages": {"a": {"unknown": 1}}}', '{"pages": []}', '{"pages": {"a": 1}}']
)
def test_a_memory_that_cannot_be_read_is_none(built, text):
    (built.site / MANIFEST).write_text(text)
    assert remembered(built.site) == {}


def test_what_is_remembered_comes_back_as_it_was_written(built):
    record = PageRecord("key", "sha256", ["P2"], "code cell 1 (x): E: m", 1)
    remember(built.site, {"01_a": record}, "sample", "Not shown.")
    assert edition_of(built.site) == "sample"
    assert edition_of(built.folder) == ""
    assert closing(str(built.site)) == f"Not shown. Open {built.site / 'index.html'}"
    assert {name: vars(known) for name, known in remembered(built.site).items()} == {
        "01_a": {
            "key": "key", "sha256": "sha256", "claims": ["P2"],
            "error": "code cell 1 (x): E: m", "cell": 1,
        }
    }  # fmt: skip


# ---- the command ------------------------------------------------------------------------------


def test_the_command_says_so_and_imports_nothing_heavy(built, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)  # where no report has left its last line
    monkeypatch.setattr(
        up_to_date, "is_whole", lambda *asked: asked == ("site", "sample", ["01_a"], DAY)
    )
    arguments = ["report", "--out", "site", "--edition", "sample", "--only", "01_a"]
    assert cli.main([*arguments, "--today", DAY]) == 0
    said = f"Nothing has changed: every page is up to date.\nOpen {Path('site', 'index.html')}\n"
    assert capsys.readouterr().out == said

    code = (
        "import sys\nfrom r2klib.cli import main\nfrom r2klib.site import up_to_date\n"
        f"site = {str(built.site)!r}\n"
        f"asked = up_to_date.request(None, None, {DAY!r})\n"
        "up_to_date.leave_receipt(site, asked, ['01_a'], up_to_date.Look())\n"
        f"assert main(['report', '--out', site, '--today', {DAY!r}]) == 0\n"
        "heavy = {'importlib.metadata', 'pandas', 'numpy', 'platformdirs', 'typing'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
