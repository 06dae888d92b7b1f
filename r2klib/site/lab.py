"""``r2k lab``: JupyterLab on a copy of the notebooks, so that reading them changes none of ours.

lab/01_history.ipynb ...      the copy; yours to change
lab/.copied.json              what each was when it was copied
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from r2klib.errors import InputError
from r2klib.home import write_whole
from r2klib.site.notebooks import notebooks

#: Where the copy remembers what it was made from.
MEMORY = ".copied.json"
FIRST = "00_start_here.ipynb"
_ADVICE = "Choose another folder with `r2k lab --folder DIR`."
#: The news that JupyterLab offers at its first start, and its look for a newer version.
_QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def copied(folder: Path) -> list[str]:
    """Copy the notebooks, but none over one that was changed since.

    Parameters
    ----------
    folder : Path
        Where to; made if it is not there.

    Returns
    -------
    list of str
        File names of those that were changed and whose original has changed too: kept as they are.

    Raises
    ------
    InputError
        `folder` is a file, or the folder of the originals.
    CannotWrite
        The disk refuses.
    """
    sources = notebooks()
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; expected a folder for the copy of the notebooks.")
    if folder.resolve() in {path.parent for path in sources.values()}:
        raise InputError(f"{folder} holds the originals. {_ADVICE}")
    folder.mkdir(parents=True, exist_ok=True)
    known, behind = _remembered(folder), []
    for path in sources.values():
        target, ours = folder / path.name, _said(path)
        if target.exists() and _said(target) not in (known.get(path.name), ours):
            behind += [path.name] if known.get(path.name) != ours else []
            continue
        if not target.exists() or known.get(path.name) != ours:
            write_whole(target, path.read_bytes(), _ADVICE)
        known[path.name] = ours
    write_whole(folder / MEMORY, json.dumps(known, indent=1).encode(), _ADVICE)
    return behind


def start(folder: Path, options: Sequence[str] = ()) -> int:
    """Run JupyterLab on the copy until it is stopped, and return its exit status.

    Parameters
    ----------
    folder : Path
        From `copied`.
    options : sequence of str
        JupyterLab's own.

    Raises
    ------
    InputError
        JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise InputError("`r2k lab` needs JupyterLab: python -m pip install 'r2klib[lab]'")
    root = f"--ServerApp.root_dir={folder.resolve()}"
    command = [sys.executable, "-m", "jupyterlab", *_QUIET, root, *options, str(folder / FIRST)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - what the user asked for


def _remembered(folder: Path) -> dict[str, str]:
    try:
        return dict(json.loads((folder / MEMORY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _said(path: Path) -> str:
    """Hash of what a notebook's cells say; outputs and an editor's marks change nothing."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        said = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):  # half-written: the user's, left alone
        return ""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
