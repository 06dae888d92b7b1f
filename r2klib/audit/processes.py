"""Work spread over processes that start clean, use one thread, and leave Ctrl-C to their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def spread(
    work: Callable[[_Item], _Result],
    items: Iterable[_Item],
    jobs: int,
    start: Callable[..., None],
    given: tuple[Any, ...],
) -> Iterator[tuple[_Item, _Result]]:
    """Each item with what came of it, in the order in which they are done.

    Parameters
    ----------
    work : callable
        Of a module's own, as processes find it by its name; so is `start`.
    items : iterable
    jobs : int
        Processes.
    start : callable
        Makes each process ready, once.
    given : tuple
        What `start` is called with.
    """
    with _one_thread_each():
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=start, initargs=given)
        try:
            with _deaf():
                tasks = {pool.submit(work, item): item for item in items}
            for task in as_completed(tasks):
                yield tasks[task], task.result()
        finally:  # also when interrupted: what is at work ends, nothing is begun
            pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun inside never hear an interrupt, not even while they import."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes begun inside use one thread each for linear algebra, unless told otherwise."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    added = [name for name in names if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
