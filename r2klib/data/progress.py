"""Telling the user how a pull goes: bars on a terminal, plain lines in a log, a closing table."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from r2klib.data.pull import Outcome, Pulled
    from r2klib.data.writer import Entry


class Progress(Protocol):
    """Told of every series, from several threads."""

    def start(self, totals: Mapping[str, int]) -> None:
        """Begin: so many series for each host."""

    def done(self, host: str, series: str, entry: Entry | None, failed: str | None, /) -> None:
        """One series came (`entry`) or failed."""

    def end(self) -> None:
        """All are done."""


class Silent:
    """Says nothing."""

    def start(self, totals: Mapping[str, int]) -> None:
        """Nothing."""

    def done(self, host: str, series: str, entry: Entry | None, failed: str | None) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Lines:
    """One plain line for each series, for logs."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._lock, self._left = file, threading.Lock(), 0

    def start(self, totals: Mapping[str, int]) -> None:
        """Say how much there is to do."""
        self._left = sum(totals.values())
        print(f"{self._left} series from {len(totals)} hosts", file=self._file, flush=True)

    def done(self, host: str, series: str, entry: Entry | None, failed: str | None) -> None:
        """Say what came."""
        came = "" if entry is None else f"{entry.row['rows']:,} rows to {entry.row['last']}"
        with self._lock:
            self._left -= 1
            text = f"[{self._left:>3} left] {host}: {series}: {failed or came}"
            print(text, file=self._file, flush=True)

    def end(self) -> None:
        """Nothing more to say."""


class Bars:
    """One bar for each host."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._bars = file, {}
        self._failed: dict[str, int] = {}

    _bars: dict[str, Any]

    def start(self, totals: Mapping[str, int]) -> None:
        """Draw the bars."""
        from tqdm import tqdm

        for position, (host, total) in enumerate(totals.items()):
            self._bars[host] = tqdm(
                total=total, desc=host, position=position, file=self._file, leave=False
            )

    def done(self, host: str, _series: str, _entry: Entry | None, failed: str | None) -> None:
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


def summary(pulled: Pulled) -> str:
    """Return the closing table of a pull, and what it comes to.

    Parameters
    ----------
    pulled : Pulled
        The result.

    Returns
    -------
    str
        A line per series: rows, first, last, rows new/revised/dropped, number of anomalies;
        then the failures with their reasons, each reason once.
    """
    heads = ("series", "source", "rows", "first", "last", "new/revised/dropped", "anomalies")
    table = [heads, *(_row(outcome) for outcome in pulled.outcomes)]
    widths = [max(len(row[at]) for row in table) for at in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in table]  # fmt: skip
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *_reasons(pulled), _closing(pulled)])


def _row(outcome: Outcome) -> tuple[str, ...]:
    if outcome.entry is None:
        return (outcome.id, outcome.source, "missing", "", "", "", "")
    row = outcome.entry.row
    change = row["change"]
    changed = "first pull" if change is None else "/".join(str(n) for n in change.values())
    if outcome.status == "stale":
        changed = f"stale since {row['stale']['since']}"
    odd = str(len(row["anomalies"])) if row["anomalies"] else ""
    span = (str(row["first"]), str(row["last"]))
    return (outcome.id, outcome.source, f"{row['rows']:,}", *span, changed, odd)


def _reasons(pulled: Pulled) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for outcome in pulled.failed:
        by_reason.setdefault(outcome.reason, []).append(outcome.id)
    return [f"FAILED {', '.join(names)}: {reason}" for reason, names in by_reason.items()]


def _closing(pulled: Pulled) -> str:
    size = f"{pulled.n_bytes / 1e6:.2f} MB in {pulled.seconds:.0f} s"
    had = len(pulled.outcomes) - len(pulled.failed)
    if pulled.snapshot is not None:
        part = "" if not pulled.failed else f" ({len(pulled.failed)} failed)"
        done = f"Snapshot {pulled.snapshot}: {had} series fresh{part}, {size}."
        return f"{done} Read it with `r2k report --edition latest`."
    asked = any(one.status == "ok" and one.source != "r2klib" for one in pulled.outcomes)
    why = "not everything could be had (--strict)" if asked else "nothing could be reached"
    return f"No snapshot was written: {why}. What was here before stays as it was. {size}."
