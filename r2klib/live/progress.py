"""Telling the user how a pull goes: bars on a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from r2klib.live.writer import Entry


class Progress:
    """Told of every series, from several threads; this one says nothing."""

    def start(self, totals: Mapping[str, int]) -> None:
        """Begin: so many series for each host."""

    def done(self, host: str, series: str, entry: Entry | None, failed: str | None, /) -> None:
        """One series came (`entry`) or failed."""

    def end(self) -> None:
        """All are done."""


class Lines(Progress):
    """One plain line for each series, for logs."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._lock, self._left = file, threading.Lock(), 0

    def start(self, totals: Mapping[str, int]) -> None:
        """Say how much there is to do."""
        self._left = sum(totals.values())
        print(f"{self._left} series from {len(totals)} hosts", file=self._file, flush=True)

    def done(self, host: str, series: str, entry: Entry | None, failed: str | None, /) -> None:
        """Say what came."""
        came = "" if entry is None else f"{entry.row['rows']:,} rows to {entry.row['last']}"
        with self._lock:
            self._left -= 1
            text = f"[{self._left:>3} left] {host}: {series}: {failed or came}"
            print(text, file=self._file, flush=True)


class Bars(Progress):
    """One bar for each host."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._bars: dict[str, Any] = {}
        self._failed: dict[str, int] = {}

    def start(self, totals: Mapping[str, int]) -> None:
        """Draw the bars."""
        from tqdm import tqdm

        for position, (host, total) in enumerate(totals.items()):
            self._bars[host] = tqdm(
                total=total, desc=host, position=position, file=self._file, leave=False
            )

    def done(self, host: str, _series: str, _entry: Entry | None, failed: str | None, /) -> None:
        """Move one bar."""
        bar = self._bars[host]
        if failed:
            self._failed[host] = self._failed.get(host, 0) + 1
            bar.set_postfix_str(f"{self._failed[host]} failed", refresh=False)
        bar.update()

    def end(self) -> None:
        """Take the bars away."""
        for bar in self._bars.values():
            bar.close()
