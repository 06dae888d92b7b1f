"""Make the virtual environment from a lock file; do nothing while the lock is unchanged.

    python scripts/environment.py .venv requirements.lock [a lock that includes it]

Needs nothing but Python. The environment remembers the content of the lock it was made from: a
changed lock makes it anew, an unchanged one costs a few milliseconds. A larger lock that includes
the asked one (the developers' lock includes the readers') serves as well.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

STAMP = "made-from-lock"
OLDEST = (3, 11)


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        print(
            f"r2klib needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and {sys.executable} is "
            f"{found}. Name a newer one: make PYTHON=python3.12 ...",
            file=sys.stderr,
        )
        return 1
    venv, locks = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    stamp = venv / STAMP
    made_from = stamp.read_text() if stamp.is_file() else ""
    if made_from in {fingerprint(lock) for lock in locks}:
        return 0
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = locks[0]
    try:
        if not grows(made_from, lock):
            print(f"Making {venv} from {lock} ...", flush=True)
            run(sys.executable, "-m", "venv", "--clear", str(venv))
        stamp.unlink(missing_ok=True)
        pip = (str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        run(*pip, "--no-compile", "--no-deps", "--require-hashes", "-r", str(lock))
        run(*pip, "--no-compile", "--no-deps", "--no-build-isolation", "-e", ".")
    except subprocess.CalledProcessError as error:
        print(
            f"Setting up {venv} failed (see above); run the same command again once the cause "
            "is mended.",
            file=sys.stderr,
        )
        return error.returncode or 1
    # Byte-compiled here, on all cores, so that no later start pays for it. A package may carry
    # files that are not valid Python (templates); they are no failure.
    compile_all = (str(python), "-m", "compileall", "-q", "-q", "-j", "0", str(venv), "r2klib")
    subprocess.run(compile_all, check=False)
    stamp.write_text(fingerprint(lock))
    return 0


def grows(made_from: str, lock: Path) -> bool:
    """Whether the environment holds the smaller lock, unchanged, that `lock` adds to."""
    smaller = lock.with_name(lock.name.replace("-dev", ""))
    return smaller != lock and smaller.is_file() and made_from == fingerprint(smaller)


def fingerprint(lock: Path) -> str:
    """Name, content and Python: what the environment depends on."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version.split()[0]}"


def run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
