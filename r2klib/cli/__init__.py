"""The command line: ``r2k today``, ``report``, ``pull``, ``claims``, ``diff``, ``doctor``, ...

Nothing heavy is imported before a command needs it, so ``r2k --help`` answers at once. A user's
mistake ends with one message on standard error and an exit status, never with a traceback.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

from r2klib.cli.parser import parser

# `typing` costs a fifth of the time that `r2k --help` takes; type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["command", "main", "parser"]


def command() -> int:
    """Run `main` as a process of its own, and return its exit status.

    What is imported stays until the end: Python looks through it for garbage less often than it
    would, and not once more before it ends, which took longer than many a command.
    """
    atexit.register(gc.freeze)
    gc.set_threshold(100_000, 20, 100)
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``r2k`` with `argv` (default: the process's own arguments) and return its exit status."""
    from r2klib.errors import R2kError

    try:
        return _written(lambda: _run(argv))
    except R2kError as error:
        print(f"r2k: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt as interrupt:  # its words, where a command says what it leaves
        print(f"r2k: interrupted{f'. {interrupt}' if interrupt.args else ''}", file=sys.stderr)
        return 130


def _run(argv: Sequence[str] | None) -> int:
    arguments = parser().parse_args(argv)
    return int(arguments.run(arguments))


def _written(run: Callable[[], int]) -> int:
    """Status of `run` once all that it printed has left this process, or why it could not."""
    try:
        try:
            return run()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        _let_go_of_output()
        return 0
    except OSError as error:
        if error.filename is not None:  # a file of ours, not the output
            raise
        _let_go_of_output()
        print(f"r2k: the output cannot be written ({error.strerror or error}).", file=sys.stderr)
        return 1


def _let_go_of_output() -> None:
    """What is still to be written goes nowhere, or Python complains about it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
