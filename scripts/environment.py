"""Make the virtual environment from a lock file; do nothing while the lock is unchanged.

    python scripts/environment.py .venv requirements.lock [a lock that includes it]

Needs nothing but Python. The environment remembers the content of the lock it was made from: a
changed lock makes it anew, an unchanged one costs a few milliseconds. A larger lock that includes
the asked one (the developers' lock includes the readers') serves as well.

pip brings uv, pinned by hash, and uv installs the lock, in an eighth of the time and with the same
hashes. Where uv cannot (another platform, an index that only pip is told of), pip does it all;
R2K_INSTALLER=pip asks for that.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STAMP = "made-from-lock"
OLDEST = (3, 11)
UV_LOCK = Path("requirements-uv.lock")
#: Seconds between two signs of life, on a terminal and in a log.
BEAT, BEAT_IN_LOG = 0.5, 20.0


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
    lock, started = locks[0], time.monotonic()
    print(
        f"Making {venv} from {lock}: some 250 MB to download where nothing is cached.", flush=True
    )
    try:
        if not grows(made_from, lock):
            run("an empty environment", venv, sys.executable, "-m", "venv", "--clear", str(venv))
        stamp.unlink(missing_ok=True)
        installer = install(venv, lock)
    except Failed as failed:
        print(
            f"{failed}\nSetting up {venv} failed (see above); run the same command again once the "
            "cause is mended.",
            file=sys.stderr,
        )
        return 1
    stamp.write_text(fingerprint(lock))
    size, seconds = megabytes(venv), time.monotonic() - started
    print(
        f"{venv} is ready: {packages(venv)} packages by {installer}, {size:,} MB, {seconds:.0f} s."
    )
    return 0


def install(venv: Path, lock: Path) -> str:
    """Install the lock, and this checkout as it lies here. Returns the installer's name.

    Nothing is byte-compiled: that took longer than all the rest, and Python does it for what it
    imports.
    """
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / ("python.exe" if os.name == "nt" else "python"))
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    locked = ["--no-deps", "--require-hashes", "-r"]
    here = ["--no-deps", "--no-build-isolation", "-e", "."]
    uv = [str(scripts / "uv"), "pip", "install", "--quiet", "--python", python]
    total = len(re.findall(r"^[\w.\-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    name, command = "uv", uv
    try:
        if os.environ.get("R2K_INSTALLER") == "pip":
            raise Failed("R2K_INSTALLER=pip")
        run("uv", venv, *pip, *locked, str(UV_LOCK))
        run("packages by uv", venv, *uv, *locked, str(lock), total=total)
    except Failed as failed:
        print(f"Without uv ({str(failed).splitlines()[0]}); pip takes a few minutes.", flush=True)
        name, command = "pip", pip
        run("packages by pip", venv, *pip, *locked, str(lock), total=total)
    run("r2klib", venv, *command, *here)
    return name


class Failed(Exception):
    """A step ended badly; the message is what it said."""


def run(what: str, venv: Path, *command: str, total: int | None = None) -> None:
    """Run one step and give signs of life while it lasts: what, how far, since when."""
    on_terminal, began = sys.stdout.isatty(), time.monotonic()
    said = began
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        except OSError as error:
            raise Failed(f"{command[0]} does not run: {error.strerror}") from None
        while True:
            try:
                process.wait(timeout=BEAT)
                break
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                far = f"{packages(venv)} of {total} " if total else ""
                line = f"  {far}{what}, {now - began:.0f} s"
                if on_terminal:
                    print(f"\r\x1b[K{line}", end="", flush=True)
                elif now - said >= BEAT_IN_LOG:
                    print(line, flush=True)
                    said = now
            except KeyboardInterrupt:
                process.terminate()
                process.wait()
                raise
        if on_terminal:
            print("\r\x1b[K", end="", flush=True)
        if process.returncode:
            output.seek(0)
            words = output.read().decode(errors="replace").strip()
            raise Failed(words or f"{command[0]} ended with status {process.returncode}")


def packages(venv: Path) -> int:
    """Packages that are installed so far."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = Path("Lib") if os.name == "nt" else Path("lib") / version
    try:
        names = os.listdir(venv / library / "site-packages")  # noqa: PTH208 - one look, no race
    except OSError:  # not made yet
        return 0
    return sum(name.endswith(".dist-info") for name in names)


def megabytes(venv: Path) -> int:
    """Size of the environment on disk."""
    files = (path for path in venv.rglob("*") if not path.is_symlink())
    return round(sum(path.stat().st_size for path in files) / 1e6)


def grows(made_from: str, lock: Path) -> bool:
    """Whether the environment holds the smaller lock, unchanged, that `lock` adds to."""
    smaller = lock.with_name(lock.name.replace("-dev", ""))
    return smaller != lock and smaller.is_file() and made_from == fingerprint(smaller)


def fingerprint(lock: Path) -> str:
    """Name, content and Python: what the environment depends on."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version.split()[0]}"


if __name__ == "__main__":
    raise SystemExit(main())
