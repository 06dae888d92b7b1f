"""The caller's end of the line to the process that kernels are forked from."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r2klib.site.kernels import warm


class NoFork(Exception):
    """A kernel could not be forked; the message says why."""


class ForkedKernel:
    """A kernel that another process is the parent of: what jupyter_client uses of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status once it has ended, None before."""
        return self.returncode

    wait = poll  # asked for only after `poll` gave the status

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel, if it has not ended."""
        if self.returncode is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that kernels are forked from; it starts importing at once, in the background.

    The `environment` is for the imports, each kernel is given its own; the `folder` is empty, for
    nothing may be imported from where it starts; of the `modules`, which the notebooks use,
    ``"package.*"`` stands for every module of a package.
    """

    def __init__(
        self, environment: Mapping[str, str], folder: Path, modules: Sequence[str] = ()
    ) -> None:
        self._kernels: dict[int, ForkedKernel] = {}
        self._awaited: deque[asyncio.Future[ForkedKernel]] = deque()
        self._ready: asyncio.Future[None] | None = None
        self._buffer = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._why = warm.unsupported()
        if self._why:
            return
        self._socket, theirs = socket.socketpair()
        server = ("-m", "r2klib.site.kernels.forkserver", str(theirs.fileno()))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very Python
                [sys.executable, *server, *modules],
                env=warm.environment(environment),
                cwd=folder,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the caller, which then ends this
            )

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the server; None where there is none."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process, and with it all kernels that still run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._socket.close()

    async def fork(self, arguments: list[str], env: Mapping[str, str], cwd: str) -> ForkedKernel:
        """Start a kernel, given what ``ipykernel_launcher`` would be, and its whole environment.

        Raises
        ------
        NoFork
            This system cannot, or the process is not fit to be forked from.
        """
        if self._why:
            raise NoFork(self._why)
        loop = asyncio.get_running_loop()
        if self._ready is None:
            self._ready = loop.create_future()
            self._socket.setblocking(False)
            loop.add_reader(self._socket, self._read, loop)
        await asyncio.shield(self._ready)
        if self._why:
            raise NoFork(self._why)
        answer: asyncio.Future[ForkedKernel] = loop.create_future()
        self._awaited.append(answer)
        request = {"arguments": arguments, "env": dict(env), "cwd": cwd}
        await loop.sock_sendall(self._socket, json.dumps(request).encode() + b"\n")
        return await answer

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            got = self._socket.recv(65536)
        except BlockingIOError:
            return
        except ConnectionError:
            got = b""
        if not got:
            loop.remove_reader(self._socket)
            self._lost()
            return
        *lines, self._buffer = (self._buffer + got).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "ended" in message:
            kernel = self._kernels.pop(message["ended"], None)
            if kernel is not None:
                kernel.returncode = message["status"]
        elif "pid" in message:
            kernel = self._kernels[message["pid"]] = ForkedKernel(message["pid"])
            self._answer(kernel)
        elif "ready" in message:
            self._settle_ready()
        else:
            self._refuse(message["unfit"])

    def _answer(self, kernel: ForkedKernel) -> None:
        answer = self._awaited.popleft() if self._awaited else None
        if answer is None or answer.done():  # nobody waits for it any more
            kernel.kill()
        else:
            answer.set_result(kernel)

    def _lost(self) -> None:
        """The server has ended, and all its kernels with it."""
        for kernel in self._kernels.values():
            kernel.returncode = -signal.SIGKILL
        self._kernels.clear()
        self._refuse(self._why or "the process to fork from has ended")

    def _refuse(self, why: str) -> None:
        """From now on no kernel is forked; those that wait for one are told why."""
        self._why = why
        self._settle_ready()
        while self._awaited:
            answer = self._awaited.popleft()
            if not answer.done():
                answer.set_exception(NoFork(why))

    def _settle_ready(self) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
