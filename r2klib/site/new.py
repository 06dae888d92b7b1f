"""``r2k new``: the notebook for a study of one's own, written where the user wants it."""

from __future__ import annotations

from pathlib import Path

from r2klib.errors import InputError
from r2klib.home import write_whole
from r2klib.site.notebooks import notebooks

#: The notebook that is copied.
TEMPLATE = "08_your_own"


def new_study(path: Path | str, *, force: bool = False) -> Path:
    """Write the notebook for a study of one's own.

    Parameters
    ----------
    path : Path or str
        The file to write, ending in ``.ipynb``; its folder must exist.
    force : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file, as given.

    Raises
    ------
    InputError
        The name does not end in ``.ipynb``, the file is there already, its folder is not, or
        this installation lacks the template.
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
