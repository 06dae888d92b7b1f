"""A build from the outside: what is asked for, and where kernels fork from.

Nothing heavy is imported here: data and claims are, while the fork server imports the same.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from r2klib.errors import InputError, R2kError
from r2klib.site import folders
from r2klib.site.kernels.client import ForkServer
from r2klib.site.notebooks import chosen
from r2klib.site.notebooks import notebooks as notebooks_in
from r2klib.site.results import BuildResult
from r2klib.site.runner import WARM, kernel_environment


def build(
    edition: str | None = None,
    out: Path | str = "site",
    only: Sequence[str] = (),
    jobs: int | None = None,
    force: bool = False,
    today: dt.date | str | None = None,
    notebooks: Path | str | None = None,
    timeout: float = 600,
    log: Callable[[str], None] = print,
    status: Callable[[str], None] = lambda _: None,
) -> BuildResult:
    """Run the notebooks on one edition and build the HTML report.

    A page is kept as it is where nothing it depends on has changed: its notebook, the library,
    the edition's content, the day, Python, and the packages.

    Parameters
    ----------
    edition : str, optional
        Name of the edition; by default ``R2K_EDITION``, else the sample.
    out : Path
        Folder of the site: new, empty, or a site built before.
    only : sequence of str
        Names of the pages to look at, such as ``"01_history"``; the others stay as they are.
    jobs : int, optional
        Notebooks to run at a time; by default one for each core, one that starts and one that ends.
    force : bool
        Rebuild pages that are up to date.
    today : date, optional
        The day that decides what is fresh; by default ``R2K_TODAY``, else the clock.
    notebooks : Path, optional
        Folder of the notebooks; by default those of the checkout, else those that were installed.
    timeout : float
        Seconds that one notebook may take.
    log : callable
        Takes one line of progress at a time.
    status : callable, optional
        Takes what is going on at the moment, again and again, from another thread.

    Returns
    -------
    BuildResult
        Its `exit_status` is 1 where a notebook failed: its page shows how far it came, and the
        front page names the cell and the error.

    Raises
    ------
    InputError
        `out` is a file or somebody else's folder, or there are no notebooks.
    UnknownName
        The edition or a page in `only` does not exist.
    R2kError
        The site cannot be written where it is wanted.

    Examples
    --------
    >>> r2klib.site.build("sample", out="site", only=["01_history"]).exit_status  # doctest: +SKIP
    """
    target = folders.usable(Path(out))
    found = notebooks_in(notebooks)
    names = chosen(only, found)
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs: expected a whole number of 1 or more, got {jobs!r}.")
    read = {"R2K_EDITION": edition} if edition else {}
    with (
        _scratch() as scratch,
        ForkServer(kernel_environment(scratch, read), scratch, WARM) as server,
    ):
        from r2klib.site.assembly import assemble

        return assemble(
            target,
            found,
            names,
            edition=edition,
            today=today,
            jobs=jobs,
            force=force,
            asked=str(notebooks) if notebooks else None,
            scratch=scratch,
            server=server,
            timeout=timeout,
            log=log,
            status=status,
        )


@contextmanager
def _scratch() -> Iterator[Path]:
    """An empty folder for the kernels to run in."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="r2k-run-", ignore_cleanup_errors=True)
    except OSError as error:
        raise R2kError(
            f"There is no folder for temporary files to run notebooks in ({error.strerror}). "
            "Make room, or name another one with TMPDIR."
        ) from None
    with folder as name:
        yield Path(name)
