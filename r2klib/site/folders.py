"""Where the site stands: checked before work starts, replaced in one step after it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from r2klib.errors import InputError, R2kError
from r2klib.site.up_to_date import MANIFEST

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2
_HERE = -100  # AT_FDCWD


def usable(out: Path) -> Path:
    """The folder of the site, absolute, once it is clear that a site may be put there.

    Raises
    ------
    InputError
        It is a file, or a folder with something else in it.
    R2kError
        Its parent cannot be written.
    """
    target = Path(os.path.abspath(out.expanduser()))  # noqa: PTH100 - keeps a linked folder's name
    if target.is_symlink():
        target = target.resolve()
    if target.exists() and not target.is_dir():
        raise InputError(f"out: {out} is a file; expected a folder for the site, such as site/.")
    if target.is_dir() and not (target / MANIFEST).is_file() and any(target.iterdir()):
        raise InputError(
            f"out: {out} holds files that are not a site of r2klib's, and a build replaces the "
            "whole folder. Name a new or an empty one."
        )
    try:
        try_writing_in(target.parent)
    except OSError as error:
        raise R2kError(
            f"out: cannot write in {target.parent} ({error.strerror}); the site is built beside "
            f"{target.name} and then put in its place. Choose another folder with --out."
        ) from None
    return target


def try_writing_in(folder: Path) -> None:
    """Make a folder, if need be, and raise OSError where no file can be written there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """An empty folder on the same disk as `target`, gone at the end whatever happens."""
    _clear_up(target)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-{os.getpid()}-"))
    fresh.chmod(0o755)
    try:
        yield fresh
    except OSError as error:
        raise R2kError(
            f"The site could not be written ({error.strerror or error}). "
            f"What stood in {target} before is still there."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _clear_up(target: Path) -> None:
    """Remove what builds left behind that were killed: folders named for a process that is gone."""
    for path in target.parent.glob(f".{target.name}-*-*"):
        owner = path.name.removeprefix(f".{target.name}-").partition("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    if os.name != "posix":
        return True  # asking would end it there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def replace(target: Path, fresh: Path) -> None:
    """Put the folder `fresh` in the place of `target`.

    Files in the old site that no build made, such as a host's settings, are brought over first.
    """
    if not target.exists():
        fresh.rename(target)
        return
    ours = {path.name for path in fresh.iterdir()}
    for path in target.iterdir():
        made_by_us = path.suffix == ".html" or path.name in (MANIFEST, "claims.json")
        if path.name not in ours and not made_by_us:
            if path.is_dir():
                shutil.copytree(path, fresh / path.name, symlinks=True)
            else:
                shutil.copy2(path, fresh / path.name, follow_symlinks=False)
    if _exchange(target, fresh):
        return
    old = target.with_name(f"{fresh.name}-old")
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def carry(old: Path, new: Path) -> None:
    """Bring a file of the old site into the new one, without a copy where the disk can."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in a single step, where the system can: no moment without a site."""
    with contextlib.suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        done = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
        return bool(done == 0)
    return False
