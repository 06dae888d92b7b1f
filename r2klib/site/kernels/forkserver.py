"""The process that kernels are forked from.

``python -m r2klib.site.kernels.forkserver FD MODULE...`` imports the modules, then serves. FD is a
socket to the caller's process. It takes one JSON object a line, ``{"arguments", "env", "cwd"}``,
and answers ``{"pid"}`` or ``{"unfit"}``; at first it says ``{"ready"}`` or ``{"unfit"}``, and
``{"ended", "status"}`` whenever a kernel has ended. When the other end closes, for whatever
reason, the kernels end and so does this process; when this process dies, the system ends them.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import select
import signal
import socket
import sys
from typing import Any

from r2klib.site.kernels import warm

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Import, then fork a kernel for each request until the other end closes."""
    gc.disable()  # and enabled in each kernel: pages that no collection writes to stay shared
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    if sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 - as ipykernel's launcher does
        del sys.path[0]
    warm.preload(sys.argv[2:])
    gc.freeze()
    reason = warm.unfit()
    _say(control, {"unfit": reason} if reason else {"ready": os.getpid()})
    if reason:
        return
    request = _Server(control).serve()
    if request is not None:  # in a kernel: the frames, sockets and signals above are gone
        _be_kernel(request)


def _say(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


class _Server:
    """Waits for requests and for the ends of kernels, in the one thread there may be."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.kernels: set[int] = set()
        # a signal must wake `select`, which Python otherwise resumes
        self.wake, self.wakened = os.pipe()
        for end in (self.wake, self.wakened):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.wakened, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller's process decides

    def serve(self) -> dict[str, Any] | None:
        """Serve until the other end closes: None. In a forked kernel: its request."""
        buffer = b""
        while True:
            readable, _, _ = select.select([self.control.fileno(), self.wake], [], [])
            if self.wake in readable:
                os.read(self.wake, 512)
                self._reap()
            if self.control.fileno() in readable:
                got = self._receive()
                if not got:
                    self._end_all()
                    return None
                *lines, buffer = (buffer + got).split(b"\n")
                for line in lines:
                    request: dict[str, Any] = json.loads(line)
                    if self._fork():
                        return request

    def _receive(self) -> bytes:
        try:
            return self.control.recv(65536)
        except ConnectionError:
            return b""

    def _fork(self) -> bool:
        """Fork; true in the child. With a second thread about, say so and do nothing."""
        reason = warm.unfit()
        if reason:
            self._tell({"unfit": reason})
            return False
        parent = os.getpid()
        child = os.fork()
        if child:
            self.kernels.add(child)
            self._tell({"pid": child})
            return False
        self._leave(parent)
        return True

    def _leave(self, parent: int) -> None:
        """In the child: keep nothing of the server, and end when it ends."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before it could be tied to us
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.control.close()
        os.close(self.wake)
        os.close(self.wakened)
        os.setsid()  # signals reach the kernel with all that it starts, and nothing else

    def _reap(self) -> None:
        while self.kernels:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            self.kernels.discard(child)
            self._tell({"ended": child, "status": os.waitstatus_to_exitcode(status)})

    def _end_all(self) -> None:
        for child in self.kernels:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)

    def _tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(ConnectionError):  # seen as the end of input on the next turn
            _say(self.control, message)


def _be_kernel(request: dict[str, Any]) -> None:
    """Become what ``python -m ipykernel_launcher`` would have become."""
    gc.enable()
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # fresh in each kernel, as in one that imports it itself
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
