"""The notebooks of the report: where they are, in which order, what they are called."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import r2klib
from r2klib.errors import InputError, UnknownName


def notebooks(given: Path | str | None = None) -> dict[str, Path]:
    """Notebooks by page name, in the order of their file names.

    From the folder `given`; by default that of the checkout, else the one that was installed.

    Raises
    ------
    InputError
        There are none.
    """
    package = Path(r2klib.__file__).resolve().parent
    places = [Path(given)] if given else [package.parent / "notebooks", package / "_notebooks"]
    for place in places:
        found = {path.stem: path for path in sorted(place.glob("*.ipynb"))}
        if found:
            return found
    raise InputError(
        f"There are no notebooks in {' or '.join(map(str, places))}. Name their folder with "
        "`notebooks=`, or install r2klib from its wheel, which carries them."
    )


def chosen(only: Sequence[str], sources: Mapping[str, Path]) -> list[str]:
    """The names in `only`, checked; all of them where it is empty.

    Raises
    ------
    UnknownName
        There is no such page.
    """
    names = [name.removesuffix(".ipynb").removesuffix(".html") for name in only]
    for name in names:
        if name not in sources:
            raise UnknownName("page", name, sources)
    return names or list(sources)


def title(path: Path) -> str:
    """The notebook's first heading; its file name where it has none or cannot be read."""
    try:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else []
            for line in lines:
                if line.startswith("# "):
                    return line.removeprefix("# ").strip()
    except (OSError, ValueError, KeyError, TypeError):  # told when the notebook is run
        pass
    return label(path.stem)


def label(name: str) -> str:
    """Short name of a page for the header: ``01_history`` -> ``History``."""
    number, _, rest = name.partition("_")
    return (rest if number.isdigit() and rest else name).replace("_", " ").capitalize()
