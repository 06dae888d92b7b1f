"""``r2k lab`` and ``r2k new``: notebooks that are the user's to change, copied from ours.

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
#: What a study of one's own starts from.
TEMPLATE = "08_your_own"
_ADVICE = "Choose another folder with `r2k lab --folder DIR`."
#: The news that JupyterLab offers at its first start, and its look for a newer version.
_QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def copied(folder: Path) -> list[str]:
    """Copy the notebooks, but none over one that was changed since.

    Returns the file names of those that were changed and whose original has changed too: kept as
    they are.

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
    """Run JupyterLab, with `options` of its own, on the copy until it is stopped; its exit status.

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


def new_study(path: Path | str, *, force: bool = False) -> Path:
    """Write the notebook for a study of one's own, and return its path as it was given.

    Raises
    ------
    InputError
        The name does not end in ``.ipynb``, the file is there already and not to be replaced by
        `force`, its folder is not, or this installation lacks the template.
    CannotWrite
        The disk refuses; a file that was there is as it was.
    """
    target = Path(path).expanduser()
    if target.suffix != ".ipynb" or not target.stem:
        raise InputError(
            f"Expected a file name that ends in .ipynb, such as my_study.ipynb, got {str(path)!r}."
        )
    if target.is_dir():
        raise InputError(f"{target} is a folder. Name a file in it: {target / 'my_study.ipynb'}.")
    if not target.parent.is_dir():
        raise InputError(
            f"The folder {target.parent} does not exist. Make it first, or name another."
        )
    if target.exists() and not force:
        raise InputError(
            f"{target} is there already and is left as it is. Name another file, or replace it "
            f"with `r2k new {target} --force`."
        )
    found = notebooks()
    if TEMPLATE not in found:
        raise InputError(f"This installation has no notebook {TEMPLATE}.ipynb. Install it again.")
    write_whole(target, found[TEMPLATE].read_bytes(), "Choose a folder of your own.")
    return target


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
