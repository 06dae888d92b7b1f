"""Run notebooks in real kernels, several at a time, each in a process of its own.

The kernel is this very Python with its own packages, started without a kernel spec, so a report
builds in any environment; where a `ForkServer` is given it is forked with its imports done.
Kernels run in a neutral folder with private IPython settings, one BLAS thread each, and end when
this process does.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from r2klib.errors import InputError

if TYPE_CHECKING:
    from r2klib.site.kernels.client import ForkServer

#: One thread at a time: the Jupyter packages import each other in circles.
_IMPORTING = threading.RLock()
#: Packages of the ``report`` extra.
NEEDED = ("nbclient", "nbconvert", "ipykernel", "latex2mathml", "pdoc")
#: What notebooks use, imported once before kernels are forked; the last reads the edition. A
#: claim's test is named by the ledger, not imported, hence whole packages.
WARM = (
    "numpy",
    "pandas",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.io.formats.csvs",
    "pandas.io.formats.html",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "scipy.stats",
    "statsmodels.api",
    "arch.bootstrap",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "r2klib.stats.*",
    "r2klib.claims.*",
    "r2klib.claims.themes.*",
    "r2klib.audit.*",
    "r2klib.show.*",
    "r2klib.site.rehearsal",
)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: Seconds a kernel may take to start, and to end when told so.
STARTUP, SHUTDOWN = 60, 10
#: A Unix socket's path may have some 104 characters; jupyter_client adds a few to the file's.
LONGEST_SOCKET = 90


@dataclass(frozen=True)
class Failure:
    """Why a notebook stopped: at which code cell, as in ``In [7]``, or 0 where none was reached.

    With name and message of the error on one line, and the first line of the cell.
    """

    cell: int
    error: str
    source: str = ""

    def __str__(self) -> str:
        where = f"code cell {self.cell} ({self.source})" if self.cell else "before the first cell"
        return f"{where}: {self.error}"


@dataclass(frozen=True)
class Run:
    """A notebook that was run, with its outputs as far as it came."""

    notebook: Any
    failure: Failure | None


@contextmanager
def without_module(name: str) -> Iterator[None]:
    """Make ``import name`` fail inside the block, where nothing has imported it yet."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def import_jupyter(name: str) -> Any:
    """Import a Jupyter package without its slowest dependency.

    nbformat imports jsonschema, which imports rfc3987_syntax where it is installed, for a check
    of IRIs that no notebook's schema asks for; building that grammar takes over a second.
    jsonschema works without it by design.
    """
    with _IMPORTING, without_module("rfc3987_syntax"):
        return import_module(name)


def require_jupyter() -> None:
    """Make sure that notebooks can be run and converted here.

    Raises
    ------
    InputError
        A package of the ``report`` extra is missing.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"A report needs the report extra ({', '.join(missing)} is missing): "
            "python -m pip install 'r2klib[report]'"
        )


def read_notebook(path: Path) -> Any:
    """A notebook in the current format; what may be missing of one is made good.

    That is its format, metadata, of it or of a cell, a cell's id, what it says, and a place for its
    outputs.

    Raises
    ------
    ValueError
        The file is not a notebook.
    """
    nbformat = import_jupyter("nbformat")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, **content}
        for cell in content.get("cells", ()):
            cell.setdefault("metadata", {})
            cell.setdefault("source", "")
            if cell["cell_type"] == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of missing ids, which no page shows
            return nbformat.reads(json.dumps(content), as_version=4)
    except (AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        raise ValueError(f"{type(error).__name__}: {str(error).splitlines()[0]}") from error


class Kernels:
    """A pool of at most `jobs` kernels at work; leaving the block ends those still running.

    They run in `folder`, an empty one, with `environment` beside this process's own, and each
    notebook may take `timeout` seconds. A `server` forks them; without it each imports for itself.
    `on_cell` takes a notebook's path, the number of the code cell that starts and how many there
    are, in another thread; `log` takes a line where kernels cannot be forked, once.
    """

    def __init__(
        self,
        jobs: int,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        server: ForkServer | None = None,
        on_cell: Callable[[Path, int, int], None] = lambda *_: None,
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.jobs, self.folder, self.timeout = jobs, folder, timeout
        self.environment = kernel_environment(folder, environment)
        self._server, self._on_cell, self._log = server, on_cell, log
        self._loop = asyncio.new_event_loop()
        # nbclient would take over the signals of the main thread
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._running: list[Future[Run]] = []
        #: Set once a notebook has come to a cell, or to its end without one.
        self.under_way = threading.Event()

    def __enter__(self) -> Kernels:
        self._gate = asyncio.Semaphore(self.jobs)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._running:
            future.cancel()
        self._submit(_drain()).result(timeout=2 * SHUTDOWN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, path: Path) -> Future[Run]:
        """Queue a notebook. The future never raises for what happens inside the notebook."""
        future = self._submit(self._run(path))
        self._running.append(future)
        return future

    def _submit(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _run(self, path: Path) -> Run:
        async with self._gate:
            try:
                return await self._read_and_execute(path)
            finally:
                self.under_way.set()

    async def _read_and_execute(self, path: Path) -> Run:
        try:
            notebook = read_notebook(path)
        except (ValueError, OSError) as error:
            return Run(None, Failure(0, f"not a notebook: {_one_line(str(error))}"))
        cells = [cell.cell_type == "code" for cell in notebook.cells]

        def on_cell(index: int) -> None:
            self.under_way.set()
            self._on_cell(path, sum(cells[: index + 1]), sum(cells))

        return await self._execute(notebook, on_cell)

    async def _execute(self, notebook: Any, on_cell: Callable[[int], None]) -> Run:
        nbclient = import_jupyter("nbclient")
        problems = import_jupyter("nbclient.exceptions")
        manager = _kernel_manager(self.folder)
        if self._server is not None:
            _fork_from(self._server, manager, self._refused)
        deadline = time.monotonic() + self.timeout
        at: int | None = None

        def started(cell_index: int, **_: Any) -> None:
            nonlocal at
            at = cell_index
            if notebook.cells[cell_index].cell_type == "code":
                on_cell(cell_index)

        client = nbclient.NotebookClient(
            notebook,
            km=manager,
            startup_timeout=STARTUP,
            # whole seconds are what nbclient takes; at least one, or it would wait for ever
            timeout_func=lambda _: max(1, round(deadline - time.monotonic())),
            resources={"metadata": {"path": str(self.folder)}},
            on_cell_start=started,
        )
        client.log.disabled = True  # what goes wrong is returned, and told once
        failure = None
        try:
            await client.async_execute(
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except problems.CellExecutionError as error:
            failure = _failure(notebook, at, f"{error.ename}: {error.evalue}")
        except problems.CellTimeoutError:
            failure = _failure(notebook, at, f"no end within {self.timeout:g} seconds (timeout)")
        except problems.DeadKernelError:
            failure = _failure(notebook, at, "the kernel died")
        except RuntimeError as error:  # a kernel that never answered
            failure = _failure(notebook, None, str(error))
        finally:
            await _end(manager, client)
        return Run(notebook, failure)

    def _refused(self, why: str) -> None:
        """Tell once why kernels start the slow way."""
        self._log(f"Each notebook imports for itself, which takes longer: {why}.")
        self._log = lambda _: None


def kernel_environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel: this process's, made neutral, and what is `given`."""
    return {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **given,
    }


def _kernel_manager(folder: Path) -> Any:
    client, specs = import_jupyter("jupyter_client"), import_jupyter("jupyter_client.kernelspec")
    launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = specs.KernelSpec(argv=launch, display_name="r2klib", language="python")
    finder = specs.KernelSpecManager()
    finder.get_kernel_spec = lambda _: spec
    manager = client.AsyncKernelManager(kernel_name="python3", kernel_spec_manager=finder)
    manager.shutdown_wait_time = SHUTDOWN / 2
    manager.connection_file = str(folder / f"kernel-{id(manager):x}.json")
    if os.name == "posix" and len(manager.connection_file) < LONGEST_SOCKET:
        manager.transport = "ipc"  # files in our own folder: no port that others could reach
    return manager


def _fork_from(server: ForkServer, manager: Any, on_refusal: Callable[[str], None]) -> None:
    """Have the kernel forked, without an entry point, which takes long to look up."""
    provisioner = import_jupyter("r2klib.site.kernels.provisioner")
    manager.provisioner = provisioner.ForkedProvisioner(
        server, on_refusal, kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec
    )
    manager.provisioner.parent = manager


async def _end(manager: Any, client: Any) -> None:
    """End a kernel whatever state it is in; it holds nothing worth waiting for."""
    if client.kc is not None:
        client.kc.stop_channels()
    if manager.has_kernel:
        await asyncio.shield(manager.shutdown_kernel(now=True))


async def _drain() -> None:
    """Wait for what was cancelled to clean up behind itself."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.gather(*others, return_exceptions=True)


def _failure(notebook: Any, index: int | None, error: str) -> Failure:
    if index is None:
        return Failure(0, _one_line(error))
    cells = notebook.cells[: index + 1]
    number = sum(cell.cell_type == "code" for cell in cells)
    source = next((line for line in cells[-1].source.splitlines() if line.strip()), "")
    return Failure(number, _one_line(error), source.strip()[:80])


def _one_line(text: str) -> str:
    return " ".join(_ANSI.sub("", text).split())[:400]
