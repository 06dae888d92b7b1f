"""The nouns of a comparison: how a claim stood, step by step, from one edition to another."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from r2klib.audit.ledgers import LATER
from r2klib.claims.rule import DEPENDS
from r2klib.data.revisions import Change

#: What can move a verdict. ``sources`` takes the place of ``revisions`` where one edition is the
#: sample and the other is live: the same months then come from elsewhere, and the pair differs.
Cause = Literal["library", "revisions", "sources", "new rows"]
CAUSES: dict[Cause, str] = {
    "library": "the library changed",
    "revisions": "rows that both editions hold were revised, or are gone",
    "sources": "the same rows come from other sources, and other pairs decide",
    "new rows": "rows were added",
}
#: A value has moved where it differs by more than this share of itself or of its standard error,
#: and so that three significant figures show it.
ROUNDING = 1e-3


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How a claim stood at one point on the way."""

    status: str
    note: str
    value: float | None
    std_error: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    q_value: float | None
    n: int | None
    unit: str | None
    r_value: float | None = None
    agreement: str | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any] | None) -> Judgement | None:
        """From a claim's record, if any, as `Verdict.to_dict` or a kept ledger has it."""
        if record is None:
            return None
        fields: dict[str, Any] = {name: record.get(name) for name in LATER}
        fields |= {name: record[name] for name in cls.__dataclass_fields__ if name not in LATER}
        ends = fields["interval"]
        return cls(**{**fields, "interval": None if ends is None else (ends[0], ends[1])})

    @property
    def label(self) -> str:
        """The status with its notes: ``supported (material)``."""
        return f"{self.status} ({self.notes})" if self.notes else self.status

    @property
    def notes(self) -> str:
        """The note, and whether the verdict depends on the pair."""
        return ", ".join(filter(None, (self.note, DEPENDS if self.agreement == DEPENDS else "")))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return asdict(self) | {"interval": self.interval and list(self.interval)}


@dataclass(frozen=True)
class Step:
    """A verdict before and after one thing changed; None where the claim was not declared."""

    cause: Cause
    before: Judgement | None
    after: Judgement | None

    @property
    def status_changed(self) -> bool:
        """Whether the status or its note changed at this step."""
        return status_differs(self.before, self.after)

    @property
    def value_moved(self) -> bool:
        """Whether the value moved by more than rounding at this step."""
        return value_differs(self.before, self.after)

    @property
    def by_correction(self) -> bool:
        """Whether only the correction for the number of tests moved: other claims' p-values did."""
        before, after = self.before, self.after
        if before is None or after is None:
            return False
        if (before.status, before.note) == (after.status, after.note):
            return False
        same = (before.value, before.interval) == (after.value, after.interval)
        return same and (before.q_value, before.r_value) != (after.q_value, after.r_value)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "cause": self.cause,
            "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
            "status_changed": self.status_changed,
            "value_moved": self.value_moved,
            "by_correction": self.by_correction,
        }


def status_differs(before: Judgement | None, after: Judgement | None) -> bool:
    """Whether a claim's status or note differs, or it is declared on one side only."""
    if before is None or after is None:
        return before is not after
    return before.label != after.label


def value_differs(before: Judgement | None, after: Judgement | None) -> bool:
    """Whether a claim's value differs by more than rounding, or is there on one side only."""
    one, other = (None if side is None else side.value for side in (before, after))
    if one is None or other is None or before is None or after is None:
        return one is not other
    if before.unit != after.unit:
        return True
    if f"{one:.3g}" == f"{other:.3g}":
        return False
    scale = max(abs(one), abs(other), before.std_error or 0, after.std_error or 0)
    return not math.isclose(one, other, rel_tol=0, abs_tol=ROUNDING * scale)


@dataclass(frozen=True, kw_only=True)
class ClaimChange:
    """A claim whose status or value differs between the two editions.

    The steps are in the order of the way; the first is missing where A was never judged before. Of
    the series that the claim needs, those that moved.
    """

    id: str
    statement: str
    steps: tuple[Step, ...]
    series: Mapping[str, Change]

    @property
    def before(self) -> Judgement | None:
        """How the claim stood in the older edition."""
        return self.steps[0].before

    @property
    def after(self) -> Judgement | None:
        """How it stands in the newer one."""
        return self.steps[-1].after

    @property
    def status_changed(self) -> bool:
        """Whether its status, and not only its value, differs."""
        return status_differs(self.before, self.after)

    @property
    def moved_by(self) -> tuple[Cause, ...]:
        """What moved the status where that changed, else what moved the value."""
        if self.status_changed:
            return tuple(step.cause for step in self.steps if step.status_changed)
        return tuple(step.cause for step in self.steps if step.value_moved)

    @property
    def series_behind(self) -> dict[str, Change]:
        """Of `series`, the rows of the kind that moved the claim: new, or revised and gone."""
        new = "new rows" in self.moved_by
        old = bool({"revisions", "sources"} & {*self.moved_by})
        found = {
            name: Change(change.new * new, change.revised * old, change.dropped * old)
            for name, change in self.series.items()
        }
        return {name: change for name, change in found.items() if change}

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "id": self.id,
            "statement": self.statement,
            "status_changed": self.status_changed,
            "value_moved": value_differs(self.before, self.after),
            "moved_by": list(self.moved_by),
            "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
            "steps": [step.to_dict() for step in self.steps],
            "series": {name: change.to_dict() for name, change in self.series.items()},
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> ClaimChange:
        """What `to_dict` made."""
        steps = (
            Step(step["cause"], Judgement.of(step["before"]), Judgement.of(step["after"]))
            for step in record["steps"]
        )
        return cls(
            id=record["id"],
            statement=record["statement"],
            steps=tuple(steps),
            series={name: Change(**counts) for name, counts in record["series"].items()},
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Verdicts of two editions side by side, with what moved those that differ.

    Parameters
    ----------
    a, b : str
        The older and the newer edition.
    today : datetime.date
        The day that decided what was fresh in the newer edition.
    library : str
        Content hash of the present library.
    first_judged, first_library : datetime.date and str, or None
        When and by which library A was first judged here; None where it never was.
    changes : tuple of ClaimChange
        Claims whose status or value differs, those with another status first.
    unchanged : tuple of str
        Ids of the rest.
    """

    a: str
    b: str
    today: dt.date
    library: str
    first_judged: dt.date | None
    first_library: str | None
    changes: tuple[ClaimChange, ...]
    unchanged: tuple[str, ...]

    @property
    def statuses(self) -> tuple[ClaimChange, ...]:
        """Claims whose status differs."""
        return tuple(change for change in self.changes if change.status_changed)

    @property
    def values(self) -> tuple[ClaimChange, ...]:
        """Claims whose value differs and whose status does not."""
        return tuple(change for change in self.changes if not change.status_changed)

    @property
    def finding(self) -> str:
        """The comparison in one sentence."""
        total = len(self.changes) + len(self.unchanged)
        return (
            f"Of {total} verdicts {len(self.statuses)} changed status from edition {self.a} to "
            f"{self.b}; {len(self.values)} more moved in value, {len(self.unchanged)} did not move."
        )

    @property
    def about_library(self) -> str:
        """Whether a change of the library can be told, as a sentence."""
        if self.first_judged is None:
            return (
                f"Edition {self.a} had not been judged here before, so a change of the library "
                "cannot be told: it is compared as this library judges it."
            )
        same = self.first_library == self.library
        by = "by this same library" if same else "by another version of the library"
        return f"Edition {self.a} was first judged here on {self.first_judged}, {by}."

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        day = self.first_judged
        return {
            "a": self.a,
            "b": self.b,
            "today": self.today.isoformat(),
            "library": self.library,
            "first_judged": None if day is None else day.isoformat(),
            "first_library": self.first_library,
            "finding": self.finding,
            "changes": [change.to_dict() for change in self.changes],
            "unchanged": list(self.unchanged),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Comparison:
        """What `to_dict` made."""
        day = record["first_judged"]
        return cls(
            a=record["a"],
            b=record["b"],
            today=dt.date.fromisoformat(record["today"]),
            library=record["library"],
            first_judged=None if day is None else dt.date.fromisoformat(day),
            first_library=record["first_library"],
            changes=tuple(ClaimChange.from_dict(change) for change in record["changes"]),
            unchanged=tuple(record["unchanged"]),
        )

    def to_json(self) -> str:
        """The comparison as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def to_text(self) -> str:
        """A table to read on a terminal: what moved each claim, and where it stood on the way."""
        lines = [self.finding, self.about_library]
        if not self.changes:
            return "\n".join(lines)
        causes = [step.cause for step in max((c.steps for c in self.changes), key=len)]
        head = ("id", "moved by", "before", *(AFTER[cause] for cause in causes), "series it needs")
        rows = [head, *(_row(change, len(causes)) for change in self.changes)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        lines.append("")
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join(
            [*lines, "", "= as in the column before; * through other claims' p-values"]
        )

    def __repr__(self) -> str:
        return f"<Comparison {self.a} -> {self.b}: {len(self.statuses)} statuses changed>"


#: What a column of the table holds, by the cause that leads to it.
AFTER: dict[Cause, str] = {
    "library": "this library",
    "revisions": "rows revised",
    "sources": "other sources",
    "new rows": "all rows",
}


def _row(change: ClaimChange, n_steps: int) -> tuple[str, ...]:
    blank = [""] * (n_steps - len(change.steps))
    cells = [in_words(change.before), *(_cell(step) for step in change.steps)]
    return (change.id, ", ".join(change.moved_by), *blank, *cells, series_in_words(change.series))


def _cell(step: Step) -> str:
    if not (step.status_changed or step.value_moved):
        return "="
    return in_words(step.after) + (" *" if step.by_correction else "")


def in_words(standing: Judgement | None) -> str:
    """``0.262 supported (material)``; the status alone where there is no value."""
    if standing is None:
        return "not declared"
    return standing.label if standing.value is None else f"{standing.value:z.3g} {standing.label}"


def series_in_words(series: Mapping[str, Change], most: int = 3) -> str:
    """``UNRATE 1 new, 2 revised; ^RUT 21 new``: at most so many series, the rest counted."""
    said = [f"{name} {_counts(change)}" for name, change in list(series.items())[:most]]
    if len(series) > most:
        said.append(f"{len(series) - most} more")
    return "; ".join(said) or "none of them moved"


def _counts(change: Change) -> str:
    parts = ((change.new, "new"), (change.revised, "revised"), (change.dropped, "gone"))
    return ", ".join(f"{n:,} {what}" for n, what in parts if n)
