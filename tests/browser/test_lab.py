"""Notebooks where people work in them: a real JupyterLab, and fresh kernels anywhere, in any order.

The notebooks are copied first, so that nothing here can change the checkout, and so that they run
far from it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.slow
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
#: Milliseconds that a whole notebook may take, first evaluation of the ledger included.
PATIENCE = 150_000


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


@pytest.fixture
def lab(copied: Path, home: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Address of a JupyterLab of its own: random port and token, no settings but the defaults."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, config = secrets.token_hex(16), tmp_path / "jupyter"
    options = [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={copied}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
              "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    private = {name: str(config / name.lower()) for name in places}
    said = (tmp_path / "lab.log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", *options],
        env={**home, **private},
        cwd=tmp_path,
        stdout=said,
        stderr=said,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status?token={token}", server, Path(said.name))
        yield f"{address}/lab/tree/01_history.ipynb?token={token}"
    finally:
        # as Ctrl+C twice at its terminal: the server ends its kernels, then itself
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        said.close()


def wait_for(address: str, server: subprocess.Popen[bytes], said: Path) -> None:
    """Ask until the server answers; it has a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            alive = server.poll() is None and time.monotonic() < deadline
            assert alive, f"JupyterLab did not start: {said.read_text()[-2000:]}"
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=0.5)  # not a sleep: it ends with the server, if that does


def test_run_all_in_a_real_jupyterlab(browser: Browser, lab: str, copied: Path) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    outside: list[str] = []
    context.route(
        lambda url: not url.startswith(("http://127.0.0.1:", "data:", "blob:")),
        lambda route: (outside.append(route.request.url), route.abort()),
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(lab)
    idle = page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
    expect(idle).to_be_visible(timeout=60_000)  # before that, Run All would ask for a kernel
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = len(code_cells(read(copied / "01_history.ipynb")))
    done = page.locator(".jp-InputPrompt", has_text=re.compile(rf"^\[{last}\]:$"))
    expect(done).to_be_attached(timeout=PATIENCE)
    expect(idle).to_be_visible()

    expect(page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)
    card = page.locator('.r2k-card[data-r2k-claim="P2"]')
    card.scroll_into_view_if_needed()
    expect(card).to_be_visible()
    expect(card.locator(".r2k-badge")).to_contain_text("supported")
    figure = page.locator("#P2 figure").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator("svg.r2k-wide")).to_be_visible()
    assert figure.bounding_box()["width"] > 400

    page.keyboard.press("Control+s")
    page.wait_for_function(
        "() => !document.querySelector('.jp-mod-dirty, .lm-TabBar-tab.jp-mod-dirty')"
    )
    context.close()
    assert outside == []
    problems(read(copied / "01_history.ipynb"), "01_history")


@pytest.mark.parametrize(
    "pages", [PAGES[-1:], pytest.param(PAGES, marks=pytest.mark.nightly)], ids=len
)
def test_notebooks_run_anywhere_last_page_first(
    pages: Sequence[str], home: dict[str, str], copied: Path, tmp_path: Path
) -> None:
    """By the plain tool of the trade, each in a fresh kernel, odd and even ones side by side."""
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"]
    last_first = [str(copied / f"{name}.ipynb") for name in reversed(pages)]
    with (tmp_path / "said.log").open("w+") as said:
        running = [
            subprocess.Popen([*command, *some], env=home, cwd=tmp_path, stdout=said, stderr=said)
            for some in (last_first[::2], last_first[1::2])
            if some
        ]
        ended = {process.wait(timeout=400) for process in running}
        said.seek(0)
        assert ended == {0}, said.read()[-3000:]
    for name in pages:
        problems(read(copied / f"{name}.ipynb"), name)


def problems(notebook: dict[str, Any], name: str) -> None:
    """Every code cell has run and none has an error or a warning among its outputs."""
    for cell in code_cells(notebook):
        source = "".join(cell["source"])
        assert cell["execution_count"], (name, source)
        for output in cell["outputs"]:
            wrong = output["output_type"] == "error" or output.get("name") == "stderr"
            assert not wrong, (name, source, output)


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for c in notebook["cells"] if c["cell_type"] == "code" and "".join(c["source"])]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
