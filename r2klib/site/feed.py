"""What changed, for a feed reader: ``feed.xml`` (Atom), beside the front page."""

from __future__ import annotations

from collections.abc import Mapping

from r2klib.audit.calibration import Calibration
from r2klib.audit.comparison import Judgement
from r2klib.claims import Verdicts
from r2klib.show.html import escape
from r2klib.show.lead import lead
from r2klib.site.changes import Changes

NAME = "feed.xml"


def feed(
    verdicts: Verdicts,
    changed: Changes,
    homes: Mapping[str, str],
    table: Calibration | None = None,
) -> str:
    """The whole of ``feed.xml``: the answer of the edition, and each status that changed.

    `homes` says where each claim is argued, `table` is as `lead` takes it. Equal verdicts give
    equal text: the day of every entry is that of the judging.
    """
    day = f"{verdicts.today}T00:00:00Z"
    entries = [
        _entry(
            f"{verdicts.edition}:{verdicts.today}",
            f"Edition {verdicts.edition}: the answer",
            lead(verdicts, table).text,
            "index.html",
            day,
        )
    ]
    if (found := changed.found) is not None:
        entries += [
            _entry(
                f"{found.a}:{found.b}:{change.id}",
                f"{change.id}: {_status(change.before)} → {_status(change.after)}",
                f"{change.statement} From edition {found.a} to {found.b}.",
                homes.get(change.id, "index.html"),
                day,
            )
            for change in found.statuses
        ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>r2klib: what changed</title>'
        f"<id>urn:r2klib:verdicts</id><updated>{day}</updated>"
        f'<link rel="self" href="{NAME}"/><link href="index.html"/>'
        f"<author><name>r2klib</name></author>{''.join(entries)}</feed>\n"
    )


def _entry(ident: str, title: str, text: str, href: str, day: str) -> str:
    return (
        f"<entry><id>urn:r2klib:{escape(ident)}</id><title>{escape(title)}</title>"
        f'<updated>{day}</updated><link href="{escape(href)}"/>'
        f"<summary>{escape(text)}</summary></entry>"
    )


def _status(standing: Judgement | None) -> str:
    return "not declared" if standing is None else standing.label
