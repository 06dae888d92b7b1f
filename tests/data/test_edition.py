"""Which edition is read, and what is said where there is none."""

import pytest

from r2klib.data import editions, load
from r2klib.errors import InputError, UnknownName


@pytest.fixture(autouse=True)
def _no_edition_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("R2K_EDITION", raising=False)


def test_the_sample_is_the_default_and_read_once() -> None:
    assert editions() == ["sample"]
    assert load() is load("sample")
    assert (load().edition, load().kind) == ("sample", "sample")


def test_the_environment_names_the_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R2K_EDITION", "sample")
    assert load() is load("sample")
    monkeypatch.setenv("R2K_EDITION", "smaple")
    with pytest.raises(UnknownName, match=r"named by R2K_EDITION\) 'smaple'.*mean 'sample'"):
        load()
    assert load("sample").edition == "sample"  # the argument rules
    monkeypatch.setenv("R2K_EDITION", "")
    assert load().edition == "sample"


@pytest.mark.parametrize("name", ["2026-06-05", "", "SAMPLE2", 3])
def test_an_unknown_edition_says_how_to_list_them(name: object) -> None:
    with pytest.raises(UnknownName, match=r"no edition .*r2klib\.data\.editions\(\)"):
        load(name)


def test_a_file_is_no_edition_and_is_told_its_reader() -> None:
    for name in ("fund.csv", "/home/me/fund"):
        with pytest.raises(UnknownName, match=r"a file of your own: `r2klib\.data\.read_own\("):
            load(name)


def test_latest_promises_nothing_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"none on this machine.*r2k pull.*load\('sample'\)"):
        load("latest")
