"""What a site was made of, so that nothing is done twice: told of the whole, and of each page.

A finished build leaves a receipt in the cache: what was asked for, and every file it read or
wrote with its hash, size, inode and times. While those are what they were, the next build has
nothing to do, and `is_whole` tells so without importing anything slow. A file whose times say that
it may have changed in the moment it was looked at is hashed again, as git does with its index.

Where something did change, a page is kept while its key is the same: the hash of its notebook and
of all that is around it, which a site remembers in a file of its own.
"""
# pathlib and dataclasses take longer to import than all of this takes to run:
# ruff: noqa: PTH100, PTH103, PTH111, PTH112, PTH113, PTH116, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import os
import sys
import time

# `typing` takes as long as the rest; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

#: What a build says that finds nothing to do.
NOTHING = "Nothing has changed: every page is up to date."
#: By this file a folder is known as a site of ours, which a build may replace.
MANIFEST = "r2k-site.json"
#: Packages whose release can change a number, a picture or a page.
PACKAGES = frozenset(
    (
        *("numpy", "pandas", "scipy", "statsmodels", "arch", "linearmodels", "pyarrow"),
        *("matplotlib", "matplotlib_inline", "ipykernel", "ipython", "traitlets"),
        *("nbclient", "nbconvert", "nbformat", "jinja2", "mistune", "pygments", "latex2mathml"),
        "pdoc",
    )
)
#: Files of the library that can change a page; notebooks and documents it carries are not.
_SUFFIXES = (".py", ".toml", ".csv", ".parquet", ".j2", ".css", ".js", ".json")
_FORMAT = 1
#: What decides which edition is read and where it is.
_VARIABLES = ("R2K_EDITION", "R2K_HOME", "XDG_DATA_HOME", "HOME")
#: Nanoseconds within which a file can change twice and keep the time of its first change.
_COARSEST_CLOCK = 2 * 10**9
_LIBRARY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# ---- the whole --------------------------------------------------------------------------------


def is_whole(out: str, edition: str | None, only: Sequence[str], today: str | None) -> bool:
    """Whether the site in `out` is what a build of `edition`, as asked for, would make of it.

    `only` are the pages that are asked for, all of them where it is empty; `today` is an ISO date,
    by default ``R2K_TODAY``, else the clock. False also where there is no receipt, or none that can
    be read.
    """
    day = today or os.environ.get("R2K_TODAY") or time.strftime("%Y-%m-%d")
    target = os.path.abspath(out)
    now = time.time_ns()
    try:
        place = _place(target)
        record = _load(place)
        names = {name.removesuffix(".ipynb").removesuffix(".html") for name in only}
        same = (
            record["out"] == target
            and record["asked"] == request(edition, None, day)
            and names <= set(record["pages"])
            and record["packages"] == packages()
            and all(_names(path) == names for path, names in record["folders"].items())
        )
        if not same:
            return False
        again = _changed_times(record["files"], record["at"])
        if not all(_sha256(path) == record["files"][path][0] for path in again):
            return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    if again:
        record["at"] = now
        _save(place, record, again)
    return True


def request(edition: str | None, notebooks: str | None, today: str) -> dict[str, Any]:
    """What is asked of a build, and of which Python and library; comparable as it is."""
    return {
        "edition": edition,
        "notebooks": notebooks,
        "today": today,
        "python": [sys.version, sys.prefix, _LIBRARY],
        "environment": [os.environ.get(name) for name in _VARIABLES],
    }


class Look:
    """Files and folders as they are `at` one moment, nanoseconds since 1970.

    Of folders, all that is below them; what cannot be read is passed over. `files` holds path to
    hash and what `os.stat` says, `folders` path to names, hidden ones and caches left out.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.at = time.time_ns()
        self.files: dict[str, list[Any]] = {}
        self.folders: dict[str, list[str]] = {}
        for path in paths:
            self.add(path)

    def add(self, path: str, *, deep: bool = True) -> None:
        """Look at one more; without `deep`, not at a folder's folders."""
        if os.path.isdir(path):
            self.folders[path] = _names(path)
            for name in self.folders[path]:
                inside = os.path.join(path, name)
                if deep or not os.path.isdir(inside):
                    self.add(inside, deep=deep)
            return
        try:
            state = _state(path)  # before its content: what changes in between is seen as changed
            self.files[path] = [_sha256(path), *state]
        except OSError:  # a folder's list of names tells when it comes back
            return

    def sha256(self, path: str) -> str:
        """Hash of a file that was looked at; empty where there was none."""
        return str(self.files[path][0]) if path in self.files else ""


def code(notebooks: str) -> Look:
    """Look at what a build runs: library, lock files, documents, notebooks, packages with data.

    `notebooks` is their folder.
    """
    checkout = os.path.dirname(_LIBRARY)
    look = Look([_LIBRARY, *_lock_files(), os.path.join(checkout, "CONTRIBUTING.md")])
    look.add(os.path.join(checkout, "docs"), deep=False)
    look.add(notebooks, deep=False)
    for base in sys.path:  # what the sample is read from
        look.add(os.path.join(base, "arch", "data"))
        look.add(os.path.join(base, "linearmodels", "datasets", "french"))
    return look


def look_at_data(look: Look, home: str, edition: str) -> None:
    """Look at what a build reads besides: the edition, ledgers that were kept, calibrations.

    `home` is the folder of the snapshots and of the ledgers; `look`, from `code`, is added to.
    """
    snapshots = os.path.join(home, "snapshots")
    look.add(os.path.join(home, "ledgers"))
    look.add(_made(os.path.join(_cache(), "calibration", "tables")))
    look.add(os.path.join(snapshots, edition))
    if os.path.isdir(snapshots):  # a new one would be the latest; an older one is compared with
        look.folders[snapshots] = _names(snapshots)
        for name in look.folders[snapshots]:
            look.add(os.path.join(snapshots, name, "manifest.json"))


def leave_receipt(out: str, asked: dict[str, Any], pages: Sequence[str], look: Look) -> None:
    """Leave a receipt for a site that is whole and up to date.

    `asked` is from `request`; `look`, to which the files of the site are added, from `code` before
    anything was read. A cache that cannot be written costs time on the next build, no more.
    """
    target = os.path.abspath(out)
    try:
        look.add(target)
        place = _place(target)
    except OSError:
        return
    record = {
        "format": _FORMAT,
        "out": target,
        "asked": asked,
        "pages": list(pages),
        "packages": packages(),
        "at": look.at,
        "folders": look.folders,
        "files": look.files,
    }
    _save(place, record)


def packages() -> list[str]:
    """Name and version of each of `PACKAGES`, from the names of folders, sorted.

    As `importlib.metadata` finds them, which takes a hundred times as long.
    """
    found: dict[str, str] = {}
    for base in sys.path:
        for name in _listed(base):
            stem, dot, kind = name.rpartition(".")
            if dot and kind in ("dist-info", "egg-info"):
                package, _, version = stem.partition("-")
                package = package.lower().replace(".", "_")
                if package in PACKAGES:
                    found.setdefault(package, f"{package} {version}")
    return sorted(found.values())


# ---- each page --------------------------------------------------------------------------------


class PageRecord:
    """What a site remembers of one page.

    Hashes of what it depends on (see `page_keys`) and of itself; the claims that are argued on it
    or have their card there. `error` and `cell` say why and where its notebook stopped; empty and 0
    where it did not.
    """

    def __init__(
        self, key: str, sha256: str = "", claims: Sequence[str] = (), error: str = "", cell: int = 0
    ) -> None:
        self.key, self.sha256, self.claims = key, sha256, list(claims)
        self.error, self.cell = error, cell


def remembered(site: str | os.PathLike[str]) -> dict[str, PageRecord]:
    """Records by page name; none where there is no site, or its memory cannot be read."""
    try:
        return {name: PageRecord(**known) for name, known in _about(site)["pages"].items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def remember(
    site: str | os.PathLike[str],
    records: Mapping[str, PageRecord],
    edition: str = "",
    said: str = "",
) -> None:
    """Write the records of a site in the order of their names, its edition, and what it says."""
    import json

    pages = {name: vars(record) for name, record in sorted(records.items())}
    content = {"built_by": "r2klib", "edition": edition, "says": said, "pages": pages}
    with open(os.path.join(site, MANIFEST), "w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def edition_of(site: str | os.PathLike[str]) -> str:
    """The edition that a site shows; empty where there is none, or it does not say."""
    return str(_about(site).get("edition", ""))


def closing(site: str) -> str:
    """The line that ends every build: what the site says, and where it is."""
    return f"{_about(site).get('says', '')} Open {os.path.join(site, 'index.html')}".lstrip()


def _about(site: str | os.PathLike[str]) -> dict[str, Any]:
    import json

    try:
        with open(os.path.join(site, MANIFEST), encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}


def stands(site: str | os.PathLike[str], page: str, known: Mapping[str, PageRecord]) -> bool:
    """Whether a page is there as it was written."""
    path = os.path.join(site, f"{page}.html")
    return page in known and os.path.isfile(path) and _sha256(path) == known[page].sha256


def page_keys(look: Look, notebooks: Mapping[str, str], around: Sequence[str]) -> dict[str, str]:
    """Hash of all that each page depends on, by the paths of their notebooks.

    Library with its templates, Python, installed packages, what the lock files pin, the notebook
    itself, and what is `around` it: what all pages share besides, as edition, day, the list of
    pages.
    """
    import hashlib

    locks = [look.sha256(path) for path in _lock_files()]
    shared = "\n".join([sys.version, *packages(), *locks, *library(look), *around])
    return {
        name: hashlib.sha256(f"{look.sha256(path)}\n{shared}".encode()).hexdigest()
        for name, path in notebooks.items()
    }


def library(look: Look | None = None) -> list[str]:
    """Name and hash of each file of r2klib that can change a page."""
    look = look or Look([_LIBRARY])
    return [
        f"{os.path.relpath(path, _LIBRARY)} {look.sha256(path)}"
        for path in sorted(look.files)
        if path.startswith(_LIBRARY + os.sep) and path.endswith(_SUFFIXES)
    ]


# ---- files ------------------------------------------------------------------------------------


def _lock_files() -> list[str]:
    """The files that pin the checkout's environment; none for an installed package."""
    root = os.path.dirname(_LIBRARY)
    return [os.path.join(root, f"requirements{which}.lock") for which in ("", "-dev")]


def _changed_times(files: dict[str, list[Any]], at: int) -> list[str]:
    """Files to be hashed again: touched since, or so shortly before that it might not show."""
    found = []
    for path, (_, *before) in files.items():
        state = _state(path)
        if state != before or state[0] > at - _COARSEST_CLOCK:
            found.append(path)
    return found


def _state(path: str) -> list[int]:
    """Times of change of content and entry, size and inode. Raises OSError without a file."""
    found = os.stat(path)
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _sha256(path: str) -> str:
    import hashlib  # loads OpenSSL: only where something changed

    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _names(folder: str) -> list[str]:
    hidden = (".", "__pycache__")
    return sorted(name for name in os.listdir(folder) if not name.startswith(hidden))


def _made(folder: str) -> str:
    """The folder, made where it was not: what comes into it later is then seen."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:  # a cache that cannot be written keeps no tables either
        return folder
    return folder


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # a zip file, or a folder that is not there
        return []


def _place(target: str) -> str:
    """Where the receipt of a site is kept."""
    import zlib

    return os.path.join(_cache(), "report", f"{zlib.crc32(os.fsencode(target)):08x}.json")


def _cache() -> str:
    """`r2klib.home.cache_home`, on Linux without platformdirs: half of the time there is."""
    given = os.environ.get("R2K_HOME")
    if given:
        return os.path.join(os.path.expanduser(given), "cache")
    if str(sys.platform) == "linux":  # for mypy, which else takes it as settled
        base = os.environ.get("XDG_CACHE_HOME", "").strip() or "~/.cache"
        return os.path.join(os.path.expanduser(base), "r2klib")
    from r2klib.home import cache_home

    return str(cache_home())


def _load(place: str) -> dict[str, Any]:
    import json

    with open(place, encoding="utf-8") as file:
        record = json.load(file)
    if record["format"] != _FORMAT:
        raise ValueError("another r2klib wrote it")
    return dict(record)


def _save(place: str, record: dict[str, Any], again: Iterable[str] = ()) -> None:
    """Write a receipt, with the state of the files hashed `again`."""
    import json
    from pathlib import Path

    from r2klib.home import write_quietly

    try:
        for path in again:
            record["files"][path][1:] = _state(path)
    except OSError:
        return
    write_quietly(Path(place), json.dumps(record))
