"""Forked kernels: warm, else like plain ones, safe to fork, and gone when their time is up."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from r2klib.site import runner
from r2klib.site.kernels import warm
from r2klib.site.kernels.client import ForkServer
from r2klib.site.runner import WARM, Kernels, kernel_environment
from tests.made import write_notebook

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(bool(warm.unsupported()), reason="kernels are not forked here")


def printed(run):
    """What the last cell printed."""
    assert run.failure is None, run.failure
    return "".join(o.text for o in run.notebook.cells[-1].outputs if o.output_type == "stream")


@pytest.fixture(scope="module")
def warm_kernels(tmp_path_factory):
    """Kernels forked from one server; the pool's log and server are at hand."""
    folder = tmp_path_factory.mktemp("kernels")
    log = []
    with (
        ForkServer(kernel_environment(folder, {}), folder, WARM) as server,
        Kernels(2, folder, {"R2K_EDITION": "mine"}, 60, server, log=log.append) as kernels,
    ):
        kernels.lines, kernels.server = log, server
        yield kernels


@linux
@pytest.mark.slow
def test_a_kernel_is_forked_with_its_imports_done(warm_kernels, tmp_path):
    code = (
        "import os, sys\n"
        "warm = {'pandas', 'statsmodels.api', 'r2klib.claims.themes.history'} <= set(sys.modules)\n"
        "print(os.getppid(), warm, os.getsid(0) == os.getpid())"
    )
    run = warm_kernels.run(write_notebook(tmp_path / "a.ipynb", code)).result()
    assert printed(run).split() == [str(warm_kernels.server.pid), "True", "True"]
    assert warm_kernels.lines == []


@linux
@pytest.mark.slow
def test_a_forked_kernel_shows_figures_without_a_magic(warm_kernels, tmp_path):
    """pyplot imported before the kernel has its shell would draw into nothing."""
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    run = warm_kernels.run(write_notebook(tmp_path / "a.ipynb", code)).result()
    assert run.failure is None
    assert ["image/png" in output.data for output in run.notebook.cells[0].outputs] == [True]


@linux
@pytest.mark.slow
def test_a_forked_kernel_has_its_own_environment_folder_and_luck(warm_kernels, tmp_path):
    code = (
        "import os, numpy as np\n"
        "print(os.environ['R2K_EDITION'], os.environ.get('JE_ARROW_MALLOC_CONF'),"
        " os.getcwd(), np.random.random())"
    )
    paths = [write_notebook(tmp_path / f"{name}.ipynb", code) for name in "ab"]
    one, two = [printed(f.result()).split() for f in map(warm_kernels.run, paths)]
    assert one[:3] == two[:3] == ["mine", "None", str(warm_kernels.folder)]
    assert one[3] != two[3]


@linux
@pytest.mark.slow
def test_a_forked_kernel_gives_what_a_plain_one_gives(warm_kernels, tmp_path):
    code = (
        "import gc, sys\n"
        "shell = get_ipython()\n"
        "print(__name__, sys.argv[1:2], type(shell).__name__, shell.execution_count,\n"
        "      shell.history_manager.hist_file, sys.path, sys.stdin.closed,\n"
        "      gc.isenabled(), gc.get_threshold(), sorted({'a', 'b', 'c', 'd'}, key=hash))"
    )
    path = write_notebook(tmp_path / "a.ipynb", code)
    with Kernels(1, tmp_path, {}, 60) as plain:
        expected = printed(plain.run(path).result())
    assert printed(warm_kernels.run(path).result()) == expected


@linux
@pytest.mark.slow
def test_a_kernel_that_dies_is_told_with_its_cell_and_the_next_one_runs(warm_kernels, tmp_path):
    dying = write_notebook(tmp_path / "a.ipynb", "import os\nos.kill(os.getpid(), 9)")
    failure = warm_kernels.run(dying).result().failure
    assert str(failure) == "code cell 1 (import os): the kernel died"
    assert (
        printed(warm_kernels.run(write_notebook(tmp_path / "b.ipynb", "print(1)")).result())
        == "1\n"
    )


@pytest.mark.slow
def test_a_notebook_without_metadata_runs(warm_kernels, tmp_path):
    path = tmp_path / "bare.ipynb"
    cell = {"cell_type": "code", "source": ["print(40 + 2)"]}
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 2}))
    assert printed(warm_kernels.run(path).result()) == "42\n"


@pytest.mark.slow
def test_nothing_is_written_where_the_notebooks_are(warm_kernels, tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    path = write_notebook(folder / "a.ipynb", "open('scratch.txt', 'w').write('x'); print(1)")
    before = path.read_bytes()
    folder.chmod(0o555)
    try:
        assert printed(warm_kernels.run(path).result()) == "1\n"
        assert [p.name for p in folder.iterdir()] == ["a.ipynb"]
        assert path.read_bytes() == before
    finally:
        folder.chmod(0o755)


PRELOADED = """
import gc, json, os, sys
from r2klib.site.kernels import warm
from r2klib.site.runner import WARM
warm.preload(WARM)
import asyncio, sqlite3, zmq, matplotlib.figure
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.history import HistoryManager
from r2klib.data import edition
kinds = (zmq.Context, zmq.Socket, asyncio.AbstractEventLoop, sqlite3.Connection, HistoryManager,
         matplotlib.figure.Figure)
print(json.dumps({
    "threads": warm.threads(),
    "unfit": warm.unfit(),
    "made": [str(type(o)) for o in gc.get_objects() if isinstance(o, kinds)],
    "shell": InteractiveShell.initialized(),
    "read": edition._sample.cache_info().currsize,
    "pyplot": [n for n in sys.modules if n.endswith(("pyplot", "backend_inline"))],
    "missing": [n for n in (*WARM, *warm.KERNEL) if n.removesuffix(".*") not in sys.modules],
    "claims": "r2klib.claims.themes.history" in sys.modules,
    "files": len([f for f in os.listdir("/proc/self/fd")]) - 1,
}))
"""


@linux
@pytest.mark.slow
def test_before_the_fork_there_are_imports_an_edition_one_thread_and_nothing_else(tmp_path):
    environment = warm.environment(kernel_environment(tmp_path, {}))
    done = subprocess.run(
        [sys.executable, "-c", PRELOADED],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {
        "threads": 1,
        "unfit": "",
        "made": [],
        "shell": False,
        "read": 1,
        "pyplot": [],
        "missing": [],
        "claims": True,
        "files": 3,
    }


@linux
def test_a_process_with_a_second_thread_is_not_forked_from(monkeypatch):
    monkeypatch.setattr(warm, "_GRACE", 0)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    before = warm.threads()
    thread.start()
    try:
        assert warm.threads() == before + 1
        assert "threads" in warm.unfit()
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_kernels_are_plain_and_no_process_is_started(tmp_path, monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    with ForkServer({}, tmp_path) as server:
        assert server.pid is None
    assert system in warm.unsupported()


@linux
@pytest.mark.slow
def test_where_a_fork_is_not_safe_a_plain_kernel_runs_and_a_line_says_why(tmp_path):
    """The server is given a second thread before it imports anything."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, threading\n"
        "if 'r2klib.site.kernels.forkserver' in sys.orig_argv:\n"
        "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    path = write_notebook(tmp_path / "a.ipynb", "import os\nprint(os.getppid())")
    log = []
    environment = kernel_environment(tmp_path, {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    with (
        ForkServer(environment, tmp_path) as server,
        Kernels(1, tmp_path, {}, 60, server, log=log.append) as kernels,
    ):
        runs = [kernels.run(path), kernels.run(path)]
        assert [printed(run.result()) for run in runs] == [f"{os.getpid()}\n"] * 2
    why = "the process to fork from has 2 threads"
    assert log == [f"Each notebook imports for itself, which takes longer: {why}."]


@linux
@pytest.mark.slow
def test_a_server_that_cannot_start_costs_time_and_no_more(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", "print(1)")
    log = []
    with (
        ForkServer({"PYTHONHOME": "/nowhere"}, tmp_path) as server,
        Kernels(1, tmp_path, {}, 60, server, log=log.append) as kernels,
    ):
        assert printed(kernels.run(path).result()) == "1\n"
    assert [line.rpartition(": ")[2] for line in log] == ["the process to fork from has ended."]


@pytest.mark.slow
def test_no_kernel_spec_is_needed(tmp_path, monkeypatch):
    specs = runner.import_jupyter("jupyter_client.kernelspec")

    def none(self, name):
        raise specs.NoSuchKernel(name)

    monkeypatch.setattr(specs.KernelSpecManager, "get_kernel_spec", none)
    with Kernels(1, tmp_path, {}, 60) as kernels:
        assert (
            printed(kernels.run(write_notebook(tmp_path / "a.ipynb", "print(1)")).result()) == "1\n"
        )


DRIVER = """
import sys
from pathlib import Path
from r2klib.site.kernels.client import ForkServer
from r2klib.site.runner import Kernels, kernel_environment
folder = Path(sys.argv[1])
with ForkServer(kernel_environment(folder, {}), folder) as server:
    with Kernels(1, folder, {}, 600, server) as kernels:
        kernels.run(folder / "a.ipynb").result()
"""
ENDLESS = """
import os, threading
with open("pids", "w") as file:
    file.write(f"{os.getppid()} {os.getpid()}")
threading.Event().wait()
"""


@linux
@pytest.mark.slow
@pytest.mark.parametrize("killed", ["driver", "server", "both"])
def test_no_kernel_outlives_a_killed_report(tmp_path, killed):
    write_notebook(tmp_path / "a.ipynb", ENDLESS)
    os.mkfifo(tmp_path / "pids")
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(tmp_path)], cwd=ROOT)
    try:
        server, kernel = map(int, (tmp_path / "pids").read_text().split())
        watched = [os.pidfd_open(pid) for pid in (server, kernel)]
        if killed == "both":  # the server has no time to end its kernels, nor has the driver
            os.kill(server, signal.SIGSTOP)
        if killed != "server":
            driver.kill()
            driver.wait()
        if killed != "driver":
            os.kill(server, signal.SIGKILL)
        for pid in watched:  # ready to read once the process has ended
            assert select.select([pid], [], [], 30)[0], "still running"
            os.close(pid)
    finally:
        driver.kill()
        driver.wait()
