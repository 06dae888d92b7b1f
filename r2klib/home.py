"""What the user's environment says, and where r2klib keeps things: one owner for each."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from contextlib import suppress
from pathlib import Path

from r2klib.errors import CannotWrite, InputError


def offline() -> bool:
    """Whether ``R2K_OFFLINE`` forbids connections: anything but 0 does."""
    return os.environ.get("R2K_OFFLINE", "") not in ("", "0")


def resolve_today(today: dt.date | str | None) -> dt.date:
    """The day that decides what is fresh: the argument, else ``R2K_TODAY``, else the clock.

    Raises
    ------
    InputError
        If what is given is no date.
    """
    given = today if today is not None else os.environ.get("R2K_TODAY") or None
    if given is None:
        return dt.date.today()  # noqa: DTZ011 - the user's own calendar day is what is meant
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InputError(f"today: expected a date such as 2026-11-22, got {given!r}.") from None


def data_home() -> Path:
    """Folder of snapshots: ``R2K_HOME``, else the user's data folder."""
    given = os.environ.get("R2K_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("r2klib", appauthor=False)


def cache_home() -> Path:
    """Folder of what can be computed again: ``R2K_HOME/cache``, else the user's cache."""
    given = os.environ.get("R2K_HOME")
    if given:
        return Path(given).expanduser() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("r2klib", appauthor=False)


def is_there(path: Path) -> bool:
    """Whether a file or folder is there and its folder may be entered (`Path.exists` may raise)."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def write_quietly(path: Path, text: str) -> None:
    """Write a small file, whole or not at all; a full or read-only disk leaves nothing behind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, text.encode())
    except OSError:
        return


def write_whole(target: Path, content: bytes, advice: str) -> None:
    """Write one file beside its place and then put it there, so that it is whole or not at all.

    Raises `CannotWrite` if the disk refuses; a file that was there is as it was.
    """
    try:
        _put(target, content)
    except OSError as error:
        raise cannot_write(target, error, advice) from error


def _put(target: Path, content: bytes) -> None:
    """Write beside, then put in place; where the disk refuses, nothing is left."""
    beside = target.with_name(f".{target.stem[:16]}-{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:  # with the rights that the user's umask leaves
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power cut leaves an empty file under the name
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def cannot_write(target: Path, error: OSError, advice: str) -> CannotWrite:
    """The error that names the file, the reason and what to do."""
    return CannotWrite(f"{target} cannot be written ({error.strerror or error}). {advice}")
