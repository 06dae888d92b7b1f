"""Lists that a front page sorts and filters, and that narrow screens show as blocks.

The roles are said outright, because browsers forget them where a table is shown as blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from r2klib.claims import Verdict, Verdicts
from r2klib.claims.roles import ROLES, role_of, roles
from r2klib.show.html import claim_link, escape, prose
from r2klib.show.inline import aligned
from r2klib.show.numbers import count
from r2klib.show.status import LOOKS, badge
from r2klib.show.verdict_cards import effect_text

#: What the aligned strips show, said once above them.
SCALE = (
    "The drawn intervals share one scale: right is as claimed, the line is zero, the shaded side "
    "begins at the smallest effect of interest; what lies beyond thrice that is drawn at the edge."
)
#: Columns of the list of claims: name, and the key that sorts by it.
COLUMNS = (
    ("id", "order"),
    ("claim", "claim"),
    ("status", "rank"),
    ("effect, 90 % interval", ""),
    ("against the claimed size", "effect"),
    ("n", "n"),
)


def claims_list(verdicts: Verdicts, name: str = "", *, findings: bool = False) -> str:
    """All claims: id, statement, status, effect with its interval drawn, n.

    `name` is the table's id; with `findings` each claim says beneath it what was found.
    """
    rows = (
        _claim(verdict, order, findings=findings) for order, verdict in enumerate(verdicts.values())
    )
    return sortable("Claims", COLUMNS, rows, name)


def role_counts(verdicts: Verdicts) -> str:
    """A line for each role: how many claims, what they do for the thesis, and which they are."""
    lines = []
    for role, ids in roles(verdicts.values()).items():
        words, meaning = ROLES[role]
        if not ids:
            continue
        named = " ".join(map(claim_link, ids))
        lines.append(
            f'<li><button type="button" class="count" data-role="{role}" aria-pressed="false">'
            f"<b>{len(ids)}</b> {escape(words)}</button>"
            f'<span class="r2k-tag">{escape(meaning)} {named}</span></li>'
        )
    return f'<ul class="r2k roles">{"".join(lines)}</ul>'


def sortable(
    label: str, columns: Sequence[tuple[str, str]], rows: Iterable[str], name: str, css: str = ""
) -> str:
    """A list from rows that `row` made; `columns` are names, each with the key that sorts by it."""
    head = "".join(
        f'<th role="columnheader" scope="col"{_sorts(key)}'
        f"{' class=r2k-num' if key == 'n' else ''}>{escape(column)}</th>"
        for column, key in columns
    )
    ident = f' id="{escape(name)}"' if name else ""
    return (
        f'<div class="r2k-claims{css}"><table{ident} role="table" aria-label="{escape(label)}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def row(ident: str, cells: Iterable[tuple[str, str]], data: Mapping[str, str], name: str) -> str:
    """A row: its id as HTML, its cells as class and HTML, what it is sorted and filtered by."""
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    drawn = "".join(
        f'<td role="cell"{f" class={css}" if css else ""}>{inner}</td>' for css, inner in cells
    )
    return (
        f'<tr role="row" id="{escape(name)}"{attributes}>'
        f'<th role="rowheader" scope="row">{ident}</th>{drawn}</tr>'
    )


def rank(status: str) -> str:
    """The place of a status among all, to sort by."""
    return str(list(LOOKS).index(status) if status in LOOKS else len(LOOKS))


def found(verdict: Verdict) -> str:
    """What a claim found, beneath its sentence; empty where nothing was."""
    said = verdict.evidence.finding if verdict.evidence else ""
    return f'<span class="r2k-refute">{prose(said)}</span>' if said else ""


def _sorts(key: str) -> str:
    order = "ascending" if key == "order" else "none"
    return f' data-sort="{key}" aria-sort="{order}"' if key else ""


def _claim(verdict: Verdict, order: int, *, findings: bool) -> str:
    claim, answer = verdict.claim, verdict.estimate or verdict.reading
    effect, drawn = prose(effect_text(verdict)), aligned(verdict)
    size = ""
    if verdict.estimate and claim.sei and claim.direction:
        size = f"{verdict.estimate.value / claim.claimed:z.4f}"
    cells = (
        ("", escape(claim.statement) + (found(verdict) if findings else "")),
        ("", badge(verdict)),
        ("" if effect else "r2k-none", effect or "–"),
        ("r2k-drawn" if drawn else "r2k-none", drawn),
        ("r2k-num" if answer else "r2k-none", count(answer.n) if answer else ""),
    )
    data = {
        "order": str(order),
        "status": verdict.status,
        "rank": rank(verdict.status),
        "theme": claim.theme,
        "role": role_of(verdict),
        "effect": size,
        "n": str(answer.n) if answer else "",
    }
    return row(claim_link(claim.id), cells, data, f"claim-{claim.id}")
