"""A report page of one's own: one notebook run in its folder and made into one file.

The page is self-contained like those of the site. It is written beside and then put in place, so
an error, a full disk or a killed build leaves an older page as it was.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import r2klib
from r2klib.data import editions as editions_here
from r2klib.data import load
from r2klib.data.edition import ENVIRONMENT, LOADED
from r2klib.errors import InputError
from r2klib.home import cannot_write, resolve_today, write_whole
from r2klib.show.notebook import edition_text
from r2klib.site.folders import try_writing_in
from r2klib.site.front import linked
from r2klib.site.notebooks import title
from r2klib.site.pages import Body, article, convert
from r2klib.site.runner import Failure, Kernels
from r2klib.site.up_to_date import MANIFEST

_ADVICE = "Choose another place with --out."


@dataclass(frozen=True)
class StudyResult:
    """What became of a study's page.

    `error` says where and why the notebook stopped, and `cell` is the number of that code cell;
    empty and 0 where it did not. The page then shows how far it came.
    """

    page: Path
    error: str = ""
    cell: int = 0

    @property
    def exit_status(self) -> int:
        """0 where the notebook ran to its end, 1 where it did not."""
        return 1 if self.error else 0


def study(
    notebook: Path | str,
    out: Path | str | None = None,
    edition: str | None = None,
    today: dt.date | None = None,
    timeout: float = 600,
    log: Callable[[str], None] = print,
) -> StudyResult:
    """Run a notebook of one's own and make a report page of it.

    The notebook is run in its own folder and not changed; its metadata may be missing. `out` is the
    page, ending in ``.html``, or a folder for it; by default a file of the notebook's name in the
    present folder. `edition` and `today` are as `build` takes them, for the notebook's
    ``r2klib.load()``.

    Raises
    ------
    InputError
        The notebook is not there or is none, or `out` is somebody else's place.
    UnknownName
        The edition does not exist.
    CannotWrite
        The page cannot be written where it is wanted.
    """
    path = Path(notebook).expanduser()
    content = _read(path)
    page = _usable(path, out)
    data, day = load(edition), resolve_today(today)
    log(f"Running {path}")
    environment = {ENVIRONMENT: data.edition, "R2K_TODAY": day.isoformat()}
    made, failure, editions = _run(content, path.resolve().parent, environment, timeout)
    here = editions_here()
    read = " ".join(
        # of one that the notebook read from elsewhere there is no more than its name
        edition_text(load(name)) if name in here else f"Edition {name}."
        for name in editions
    )
    footer = (
        f"r2klib {r2klib.__version__}. Made from {path.name}. {read or 'It reads no edition.'} "
        f"Judged on {day}. Not investment advice."
    )
    write_whole(page, _html(path, made, failure, footer).encode(), _ADVICE)
    of = f"on edition {' and '.join(editions)}" if editions else "on no edition"
    log(f"{page} failed at {failure}" if failure else f"{page} built {of}")
    return StudyResult(page, str(failure) if failure else "", failure.cell if failure else 0)


def _read(path: Path) -> dict[str, Any]:
    """A notebook's content without outputs."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise InputError(
            f"The notebook {path} {what}. Expected a file such as my_study.ipynb; "
            "`r2k new my_study.ipynb` writes one."
        )
    try:
        content = dict(json.loads(path.read_text(encoding="utf-8")))
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not a notebook of Jupyter's format 4: expected JSON with a list of cells. "
            "Open it in JupyterLab and save it, or start from `r2k new my_study.ipynb`."
        ) from error
    return content


def _usable(notebook: Path, out: Path | str | None) -> Path:
    """The file of the page, once it is clear that one may be written there."""
    name = f"{notebook.stem}.html"
    place = Path(name if out is None else out).expanduser()
    page = place if place.suffix == ".html" else place / name
    if page.is_dir():
        raise InputError(f"out: {page} is a folder; expected a file or a folder to put it in.")
    if page is not place and place.exists() and not place.is_dir():
        raise InputError(f"out: {place} is a file; expected a folder, or a name ending in .html.")
    if (page.parent / MANIFEST).is_file():
        raise InputError(
            f"out: {page.parent} is a report that `r2k report` replaces as a whole, and your page "
            "with it. Name another folder."
        )
    try:
        try_writing_in(page.parent)
    except OSError as error:
        raise cannot_write(page, error, _ADVICE) from error
    return page


def _run(
    content: dict[str, Any], home: Path, environment: dict[str, str], timeout: float
) -> tuple[Any, Failure | None, list[str]]:
    """The notebook run as if in its own folder, why it stopped, and the editions it read."""
    first = (
        f"__import__('os').chdir({str(home)!r}); __import__('sys').path.insert(0, {str(home)!r})"
    )
    go_home: dict[str, Any] = {
        "cell_type": "code", "metadata": {}, "source": first, "outputs": [],
        "execution_count": None,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="r2k-run-") as folder:
        copy = Path(folder) / "study.ipynb"
        copy.write_text(json.dumps({**content, "cells": [go_home, *content["cells"]]}), "utf-8")
        loaded = Path(folder) / "loaded"
        loaded.touch()
        noting = {**environment, LOADED: str(loaded)}
        with Kernels(1, Path(folder), noting, timeout) as kernels:
            run = kernels.run(copy).result()
        editions = list(dict.fromkeys(loaded.read_text(encoding="utf-8").split()))
    failure = run.failure
    if run.notebook is not None:
        del run.notebook.cells[0]
    if failure and failure.cell > 1:  # the reader's cells count from the one after ours
        failure = replace(failure, cell=failure.cell - 1)
    elif failure:
        failure = Failure(0, failure.error)
    return run.notebook, failure, editions


def _html(path: Path, notebook: Any, failure: Failure | None, footer: str) -> str:
    body = Body("") if notebook is None else convert(notebook, path.stem, failure)
    body.html = linked(body.html, {})
    return article(
        body,
        title(path),
        failure=failure,
        kind="page",
        name=path.stem,
        pages=(),
        footer=footer,
        home=False,
    )
