"""What a kernel has imported before it starts, and whether this system lets it start so.

Nothing but imports of what it is told: no socket, loop or history is made. pyplot is left out,
since it settles on a backend when it is imported; imported in the kernel it finds the inline one.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import time
from collections.abc import Mapping, Sequence

#: What every kernel imports when it starts.
KERNEL = (
    "sqlite3",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
)
#: A thread that runs before the fork may hold a lock that the child then waits for in vain.
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_INLINE = "module://matplotlib_inline.backend_inline"
#: Seconds for a thread that is about to end, such as the one that times matplotlib's font search.
_GRACE = 1.0


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process that forks: `given`, with one thread wherever one can ask.

    matplotlib reads its backend when it is imported, which a plain kernel does after ipykernel
    has named the inline one; here it must be named before.
    """
    return {"MPLBACKEND": _INLINE, **given, **_ONE_THREAD, "PYTHONHASHSEED": "0"}


def unsupported() -> str:
    """Why kernels cannot be forked on this system; empty where they can.

    Elsewhere than on Linux the threads of a process cannot be counted without another package,
    and the system's own libraries may not be used after a fork.
    """
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return f"kernels are not forked on {sys.platform}"
    return "" if threads() else "the threads of a process cannot be counted here"


def threads() -> int:
    """Threads of this process as the system counts them; 0 where it does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - on every fork: no pathlib
    except OSError:
        return 0


def preload(modules: Sequence[str]) -> None:
    """Import modules and `KERNEL`; what cannot be is left to the notebook that asks for it.

    A name that ends in ``.*`` stands for every module of a package.
    """
    for name in (*modules, *KERNEL):
        package = _import(name.removesuffix(".*"))
        if name.endswith(".*"):
            for found in pkgutil.iter_modules(getattr(package, "__path__", ())):
                _import(f"{name[:-1]}{found.name}")


def _import(name: str) -> object:
    with contextlib.suppress(Exception):  # the notebook will show what is wrong with it
        return importlib.import_module(name)
    return None


def unfit() -> str:
    """Why this process must not fork now; empty where it may."""
    end = time.monotonic() + _GRACE
    while (count := threads()) > 1 and time.monotonic() < end:
        time.sleep(0.02)
    if count == 1:
        return ""
    return f"the process to fork from has {count} threads" if count else unsupported()
