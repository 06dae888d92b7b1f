"""What came of a pull: series by series, and as the table that closes it."""

from __future__ import annotations

from dataclasses import dataclass

from r2klib.live.writer import Entry


@dataclass(frozen=True)
class Outcome:
    """How a pull went for one series: what the snapshot holds of it, if anything.

    Its status is ``"ok"``, ``"stale"`` (carried forward) or ``"missing"`` (nothing to carry
    forward). The reason is why it failed; of one that came, which old rows went or were damaged.
    """

    id: str
    source: str
    status: str
    reason: str = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Pulled:
    """The result of a pull.

    Attributes
    ----------
    snapshot : str or None
        Id of the new snapshot; None where none was written.
    outcomes : tuple of Outcome
        One for each series that was asked for.
    n_bytes : int
        Bytes received.
    seconds : float
        How long it took.
    exit_status : int
        0 all, 3 part or not all that was held is left, 130 ended by Ctrl-C, 1 nothing (or, with
        `strict`, not all).
    unreadable : tuple of str
        Newer snapshots that could not be built on, a sentence each.
    """

    snapshot: str | None
    outcomes: tuple[Outcome, ...]
    n_bytes: int
    seconds: float
    exit_status: int
    unreadable: tuple[str, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it."""
        return self.exit_status == 130

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """What the sources did not give."""
        return tuple(outcome for outcome in self.outcomes if outcome.status != "ok")

    @property
    def lost(self) -> tuple[Outcome, ...]:
        """What came, but with fewer of the old rows or after damage to them."""
        return tuple(one for one in self.outcomes if one.status == "ok" and one.reason)


def summary(pulled: Pulled) -> str:
    """Return the closing table of a pull, and what it comes to.

    A line per series: rows, first, last, rows new/revised/dropped, number of anomalies; then the
    failures with their reasons, each reason once.
    """
    heads = ("series", "source", "rows", "first", "last", "new/revised/dropped", "anomalies")
    table = [heads, *(_row(outcome) for outcome in pulled.outcomes)]
    widths = [max(len(row[at]) for row in table) for at in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in table]  # fmt: skip
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *_reasons(pulled), _closing(pulled)])


def brief(pulled: Pulled) -> str:
    """Return the end of `summary` alone: what failed and why, and what the pull comes to."""
    return "\n".join([*_reasons(pulled), _closing(pulled)])


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
    return [
        *(f"DAMAGED {text}" for text in pulled.unreadable),
        *_grouped("FAILED", pulled.failed),
        *_grouped("LOST", pulled.lost),
    ]


def _grouped(word: str, outcomes: tuple[Outcome, ...]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for outcome in outcomes:
        by_reason.setdefault(outcome.reason, []).append(outcome.id)
    return [f"{word} {', '.join(names)}: {reason}" for reason, names in by_reason.items()]


def _closing(pulled: Pulled) -> str:
    size = f"{pulled.n_bytes / 1e6:.2f} MB in {pulled.seconds:.0f} s"
    had = len(pulled.outcomes) - len(pulled.failed)
    if pulled.snapshot is not None:
        part = "" if not pulled.failed else f" ({len(pulled.failed)} failed)"
        done = f"Snapshot {pulled.snapshot}: {had} series fresh{part}, {size}."
        if pulled.interrupted:
            return f"{done} It was interrupted; `r2k pull` asks for the rest."
        return f"{done} Read it with `r2k report --edition latest`."
    asked = any(one.status == "ok" and one.source != "r2klib" for one in pulled.outcomes)
    why = "not everything could be had (--strict)" if asked else "nothing could be reached"
    why = "it was interrupted" if pulled.interrupted else why
    return f"No snapshot was written: {why}. What was here before stays as it was. {size}."
