"""Where r2klib keeps things on this computer: one owner for every folder."""

from __future__ import annotations

import os
from pathlib import Path


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
