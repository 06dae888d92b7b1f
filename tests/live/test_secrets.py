"""The FRED key shows up nowhere: files, logs, output, tracebacks."""

from __future__ import annotations

import logging
import os
import random
import string
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from r2klib import cli
from r2klib.data import catalog
from r2klib.live.sources import Want
from r2klib.live.sources.fred import FredSource, key
from r2klib.live.sources.http import Client, Secret
from tests.live.bodies import API, GRAPH, HTML, api
from tests.live.loopback import Asked, Loopback, Reply

HERE = Path(__file__).resolve().parent
RUN = "import sys; from r2klib.cli import main; sys.exit(main())"
ROWS = {"DGS10": [("2024-06-06", "2024-06-07", 4.3)]}
FAULTS = {
    "healthy": None,
    "refused": Reply(400, b'<error code="400" message="api_key is not registered"/>'),
    "error": Reply(500),
    "page": HTML,
    "reset": Reply(reset=True),
    "half": Reply(200, b"<observations></observations>", truncate=True),
    "elsewhere": Reply(302, headers={"Location": f"https://{GRAPH}/there"}),
    "echo": lambda asked: Reply(302, headers={"Location": _echo("https", asked)}),
    "echo without encryption": lambda asked: Reply(302, headers={"Location": _echo("http", asked)}),
}


def _echo(scheme: str, asked: Asked) -> str:
    return f"{scheme}://{GRAPH}/there?api_key={asked.query['api_key']}"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    letters = string.ascii_lowercase + string.digits
    made = "".join(random.SystemRandom().choices(letters, k=32))
    monkeypatch.setenv("FRED_API_KEY", made)
    return made


def written(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = "\n".join(map(str, folder.rglob("*"))).encode()
    return names + b"".join(path.read_bytes() for path in files)


def frames_of(call: Callable[[], object]) -> BaseException:
    """What a call raises, without the frames of the test, which knows the key."""
    try:
        call()
    except BaseException as error:  # noqa: BLE001 - an interrupt is a case
        here = error.__traceback__
        mine = here.tb_next if here else None
        return error.with_traceback(mine.tb_next if mine else None)
    raise AssertionError("nothing was raised")


def with_locals(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_pull_writes_the_key_nowhere(
    name: str,
    loopback: Loopback,
    secret: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    loopback.route(API, api(ROWS))
    loopback.route(GRAPH, Reply(200, b"elsewhere"))
    if FAULTS[name] is not None:
        loopback.fault(API, FAULTS[name])
    status = cli.main(["pull", "--series", "DGS10"])
    assert status == (0 if name == "healthy" else 1)
    out = capsys.readouterr()
    assert loopback.asked(API)[0].query["api_key"] == secret  # it was in use
    for where in (out.out, out.err, caplog.text, written(tmp_path).decode("latin-1")):
        assert secret not in where
    assert all(secret not in asked.query.values() for asked in loopback.asked(GRAPH))


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "healthy"])
def test_no_frame_of_a_traceback_holds_the_key(name: str, loopback: Loopback, secret: str) -> None:
    from IPython.core.ultratb import VerboseTB

    loopback.route(API, api(ROWS))
    loopback.fault(API, FAULTS[name])
    (job,) = FredSource(with_key=True).jobs([Want(catalog.get("DGS10"))])
    found = key()
    assert found is not None
    with Client(secrets={API: found}, timeout=2, deadline=5) as client:
        caught = frames_of(lambda: list(job.run(client)))
    verbose = "\n".join(
        VerboseTB(theme_name="nocolor", include_vars=True).structured_traceback(
            type(caught), caught, caught.__traceback__
        )
    )
    text = with_locals(caught)
    assert "DGS10" in verbose + text  # the locals are in there
    assert secret not in verbose
    assert secret not in text


def test_an_interrupt_inside_a_request_shows_no_key(
    loopback: Loopback, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback.route(API, api(ROWS))
    client = Client(secrets={API: Secret(secret)})

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("httpcore.ConnectionPool.handle_request", interrupted)
    monkeypatch.setattr("httpcore.HTTPProxy.handle_request", interrupted)
    with client:
        caught = frames_of(lambda: client.get(f"https://{API}/fred/series"))
    assert isinstance(caught, KeyboardInterrupt)
    assert "handle_request" in with_locals(caught)
    assert secret not in with_locals(caught)


def test_a_secret_prints_as_stars() -> None:
    wrapped = Secret("abc")
    assert "abc" not in f"{wrapped} {wrapped!r} {vars(wrapped)} {[wrapped]}"
    assert wrapped.reveal() == "abc"


@pytest.mark.slow
def test_a_process_that_pulls_says_the_key_nowhere(
    loopback: Loopback, secret: str, tmp_path: Path
) -> None:
    loopback.route(API, api(ROWS))
    loopback.fault(API, HTML)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", RUN, "pull", "--series", "DGS10"],
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert done.returncode in (1, 2), done.stderr
    assert secret not in done.stdout + done.stderr
    assert secret.encode() not in written(tmp_path)


@pytest.mark.slow
def test_an_executed_notebook_and_its_page_hold_no_key(
    loopback: Loopback, secret: str, tmp_path: Path
) -> None:
    healthy, page = api(ROWS), HTML

    def answer(asked: Asked) -> Reply:  # well for the pull, a page for the rest
        return healthy(asked) if asked.query.get("series_id") == "DGS10" else page

    loopback.route(API, answer)
    done = subprocess.run(
        [sys.executable, str(HERE / "run_notebook.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    notebook = (tmp_path / "executed.ipynb").read_text()
    for expected in ("Snapshot 20", "SchemaChanged", "sources/http.py", "Secret('***')"):
        assert expected in notebook, expected  # it pulled, failed and showed its frames
    assert "SchemaChanged" in (tmp_path / "executed.html").read_text()
    assert {asked.query["api_key"] for asked in loopback.asked(API)} == {secret}
    assert secret.encode() not in written(tmp_path)
    assert secret not in done.stdout + done.stderr
