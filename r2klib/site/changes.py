"""What changed since another edition: the index's section, from the comparison of verdicts."""

from __future__ import annotations

import datetime as dt
import math
import os
from dataclasses import dataclass

import pandas as pd

from r2klib.audit import compare
from r2klib.audit.comparison import CAUSES, ClaimChange, Comparison, Judgement, series_in_words
from r2klib.data import Dataset, sample
from r2klib.data.edition import before
from r2klib.errors import R2kError
from r2klib.show.html import claim_link, escape
from r2klib.show.numbers import number
from r2klib.show.status import badge_of
from r2klib.show.tables import table
from r2klib.site.pages import render

#: Said where there is nothing to compare with.
ALONE = "There is no edition of an earlier day here to compare with."
#: More changes of status than a reader takes in at once are folded.
MOST = 8


@dataclass(frozen=True)
class Changes:
    """What changed since another edition: the section's heading and body, and the comparison.

    `found` is None where there was nothing to compare with.
    """

    heading: str
    html: str
    found: Comparison | None = None


def changes(data: Dataset, today: dt.date) -> Changes:
    """What changed since the newest snapshot of an earlier day than that of `data`, judged `today`.

    Of a snapshot without an earlier one, against the sample. Where there is nothing to compare
    with, or it cannot be read, one line that says so. The comparison is kept in the cache, so the
    next build of the same edition only reads it.
    """
    since = "What changed since the edition before"
    if data.kind != "snapshot":
        return Changes(since, _line(ALONE))
    earlier = before(data.edition)
    heading = since if earlier else "What stands otherwise than in the sample"
    earlier = earlier or sample.EDITION
    try:
        found = compare.compare(earlier, data.edition, today=today, jobs=os.cpu_count() or 1)
    except R2kError as error:
        said = f"The edition {earlier} cannot be compared with this one. {error}"
        return Changes(heading, _line(said))
    return Changes(heading, _section(found), found)


def _line(text: str) -> str:
    return f'<p class="r2k-source">{escape(text)}</p>'


def _section(found: Comparison) -> str:
    statuses = [
        {
            "link": claim_link(change.id),
            "statement": change.statement,
            "before": _badge(change.before),
            "after": _badge(change.after),
            "why": _why(change),
        }
        for change in found.statuses
    ]
    return render(
        "changes.html.j2",
        finding=found.finding,
        about_library=found.about_library,
        statuses=statuses,
        folded=len(statuses) > MOST,
        n_values=len(found.values),
        values=_values(found),
        command=f"r2k diff {found.a} {found.b}",
    )


def _badge(standing: Judgement | None) -> str:
    return (
        badge_of("not declared") if standing is None else badge_of(standing.status, standing.notes)
    )


def _why(change: ClaimChange) -> str:
    """What moved a claim and by how much, as a sentence or two."""
    causes = [CAUSES[cause] for cause in change.moved_by]
    moved = f"{'; '.join(causes)}".capitalize()
    behind = change.series_behind
    series = f" ({series_in_words(behind)})" if behind else ""
    correction = any(step.by_correction for step in change.steps)
    through = " Only the correction for the number of tests moved it." if correction else ""
    return f"{moved}{series}.{_from_to(change)}{through}"


def _from_to(change: ClaimChange) -> str:
    values = [side.value if side else None for side in (change.before, change.after)]
    if values == [None, None] or values[0] == values[1]:
        return ""
    one, other = map(number, values)
    side = change.after or change.before
    return f" From {one} to {other} {side.unit or ''}".rstrip() + "." if side else ""


def _values(found: Comparison) -> str:
    """The claims of which only the value moved, as a table; empty where there are none."""
    if not found.values:
        return ""
    rows = [
        (
            _value(change.before),
            _value(change.after),
            change.after.unit if change.after else "",
            ", ".join(change.moved_by),
            series_in_words(change.series),
        )
        for change in found.values
    ]
    frame = pd.DataFrame(
        rows,
        index=pd.Index([change.id for change in found.values], name="claim"),
        columns=[found.a, found.b, "unit", "moved by", "rows of the series it needs"],
    )
    title = f"{len(frame)} claims of the same status with another value"
    own = dict.fromkeys((found.a, found.b), number)  # of many units
    return table(frame, title, name=f"moved-{found.a}-{found.b}", formats=own).html


def _value(standing: Judgement | None) -> float:
    if standing is None or standing.value is None:
        return math.nan
    return standing.value
