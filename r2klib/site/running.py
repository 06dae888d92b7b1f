"""How far a build is: on a terminal one line that renews itself, in a log plain lines only."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

_CLEAR = "\r\x1b[K"


class Lines:
    """For a log: what has happened, line by line."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def log(self, line: str) -> None:
        """Say a line that stays."""
        self.stream.write(f"{line}\n")
        self.stream.flush()

    def status(self, line: str) -> None:
        """What is going on at the moment: not for a log."""


class Terminal(Lines):
    """For a terminal: the lines that stay, and below them what is going on at the moment."""

    def log(self, line: str) -> None:
        """Say a line that stays."""
        super().log(_CLEAR + line)

    def status(self, line: str) -> None:
        """Put `line` in the place of the one said before; an empty one clears it."""
        width = shutil.get_terminal_size().columns - 1
        self.stream.write(_CLEAR + line[:width])
        self.stream.flush()


class Running:
    """Which of `total` notebooks are running, at which of their code cells, and which are done.

    `log` takes a line for each that is done, `status` one that says what is running; an empty one
    at the end.
    """

    def __init__(
        self, total: int, log: Callable[[str], None], status: Callable[[str], None]
    ) -> None:
        self.total, self.done = total, 0
        self._log, self._status = log, status
        self._cells: dict[str, str] = {}
        self._lock = threading.Lock()  # cells are told of in another thread than ends

    def at(self, notebook: Path, cell: int, cells: int) -> None:
        """A notebook has come to code cell `cell` of `cells`."""
        with self._lock:
            self._cells[notebook.stem] = f"{notebook.stem} cell {cell} of {cells}"
            self._tell()

    def ended(self, name: str, said: str) -> None:
        """A notebook has been run and its page written; `said` is what became of it."""
        with self._lock:
            self._cells.pop(name, None)
            self.done += 1
            self._log(f"[{self.done}/{self.total}] {name} {said}")
            self._tell()

    def _tell(self) -> None:
        running = ", ".join(self._cells.values())
        left = self.done < self.total
        self._status(f"{self.done} of {self.total} done; {running or 'starting'}" if left else "")
