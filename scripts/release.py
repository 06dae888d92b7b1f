"""Make a release in dist/ and check it; nothing is uploaded.

python scripts/release.py [--tests]     # with --tests the sdist also runs its quick tests

Both distributions are built, the wheel from the sdist, so that the sdist is known to build itself;
what each must hold is checked, and dist/notes.md has the changelog of this version.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from check_wheel import absent_from

ROOT = Path(__file__).resolve().parents[1]
#: What someone needs who has nothing but the sdist.
IN_SDIST = (
    "Makefile", "pyproject.toml", "environment.yml", "requirements.lock", "requirements-dev.lock",
    "requirements-uv.lock", "requirements-sample.lock", "README.md", "CHANGELOG.md", "LICENSE",
    "CITATION.cff", ".ci/run", ".github/workflows/ci.yml", ".binder/postBuild",
    "scripts/environment.py", "tests/test_project.py", "notebooks/00_start_here.ipynb",
    "docs/report.png", "benchmarks/speed.py",
)  # fmt: skip


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def disagreements(wanted: str) -> list[str]:
    """Places that name another version than pyproject.toml."""
    places = {
        "r2klib/__init__.py": rf'^__version__ = "{re.escape(wanted)}"$',
        "CITATION.cff": rf"^version: {re.escape(wanted)}$",
        "CHANGELOG.md": rf"^## {re.escape(wanted)}\b",
    }
    return [
        name
        for name, pattern in places.items()
        if not re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    ]


def notes(changelog: str, wanted: str) -> str:
    """What the changelog says of a version."""
    found = re.search(
        rf"^## {re.escape(wanted)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    return f"# r2klib {wanted}\n\n{found[1].strip() if found else ''}\n"


def built(source: Path, kind: str, out: Path) -> Path:
    """Build one distribution, in this environment, and return its file; or end and say why not."""
    code = f"from hatchling import build; print(build.build_{kind}({str(out)!r}))"
    command = [sys.executable, "-X", "utf8", "-c", code]
    done = subprocess.run(command, cwd=source, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"The {kind} of {source} cannot be built:\n{done.stdout}{done.stderr}")
    return out / done.stdout.splitlines()[-1]


def unpacked(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def main() -> int:
    wanted, out = version(), ROOT / "dist"
    out.mkdir(exist_ok=True)
    problems = [f"{name} names another version than {wanted}" for name in disagreements(wanted)]
    sdist = built(ROOT, "sdist", out)
    with tempfile.TemporaryDirectory() as name:
        source = unpacked(sdist, Path(name))
        problems += [f"{sdist.name} lacks {p}" for p in IN_SDIST if not (source / p).is_file()]
        wheel = built(source, "wheel", out)
        problems += [f"{wheel.name} lacks {path}" for path in absent_from(wheel)]
        if "--tests" in sys.argv:
            tests = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-n", "auto"]
            if subprocess.run(tests, cwd=source, check=False).returncode:
                problems.append(f"the tests in {sdist.name} fail")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (out / "notes.md").write_text(notes(changelog, wanted), encoding="utf-8")
    print("\n".join(problems or [f"dist/ holds {sdist.name}, {wheel.name} and notes.md."]))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
