"""The thesis, statement by statement, as a table: each sentence with its status and its test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from r2klib.claims import Verdict
from r2klib.claims.roles import Standing, standing_of
from r2klib.claims.thesis import Meets, Statement, deciding
from r2klib.errors import listing
from r2klib.show.html import escape, prose
from r2klib.show.status import LOOKS, badge_of

#: Columns: name, and the key that sorts by it.
COLUMNS = (("no.", "order"), ("statement", ""), ("status", "rank"), ("how it is tested", ""))
#: How well a test meets its sentence, in words.
MEETS: Mapping[Meets, str] = {
    "same": "tested as said",
    "proxy": "by a stand-in",
    "none": "no test",
    "definition": "true by definition",
}
#: What a status says of a sentence, in the summary.
_SAID: Mapping[Standing, str] = {
    "so": "borne out",
    "not so": "refuted",
    "open": "undecided",
    "shown": "described only",
    "untold": "not to be told from this edition",
}
#: The same of a sentence that says "because", where its links are so.
_LINKS = "borne out in the links but not in the cause"
_FATES = (_SAID["so"], _LINKS, *(fate for said, fate in _SAID.items() if said != "so"))
_WAYS: Mapping[Meets, str] = {**MEETS, "none": "without a test"}


def statements_table(
    said: Sequence[Statement], verdicts: Mapping[str, Verdict], homes: Mapping[str, str], name: str
) -> str:
    """The statements as a table that narrow screens show as blocks, under their sections.

    Parameters
    ----------
    said : sequence of Statement
    verdicts : mapping from claim id to Verdict
    homes : mapping from claim id to address
        Where each claim is argued; the others are not linked.
    name : str
        Id of the table.
    """
    head = "".join(
        f'<th role="columnheader" scope="col"{_sortable(key)}>{escape(column)}</th>'
        for column, key in COLUMNS
    )
    rows, section = [], ""
    for one in said:
        if one.section != section:
            section = one.section
            rows.append(
                f'<tr role="row" class="group" data-section="{escape(section)}">'
                f'<th role="rowheader" scope="rowgroup" colspan="4">{escape(section)}</th></tr>'
            )
        rows.append(_row(one, verdicts, homes))
    return (
        f'<div class="r2k-claims r2k-statements"><table id="{escape(name)}" role="table" '
        f'aria-label="Statements"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def summary(said: Sequence[Statement], verdicts: Mapping[str, Verdict]) -> str:
    """How many statements there are, how they are tested and how they fare, in two sentences."""
    ways = Counter(one.meets for one in said)
    how = [f"{ways[way]} {word}" for way, word in _WAYS.items() if ways[way]]
    tested = [one for one in said if one.meets in ("same", "proxy")]
    fates = Counter(_fate(one, verdicts) for one in tested)
    fared = [f"{fates[fate]} {fate}" for fate in _FATES if fates[fate]]
    return (
        f"{len(said)} statements: {listing(how)}. "
        f"Of the {len(tested)} that are tested, {listing(fared)}."
    )


def status_of(one: Statement, verdicts: Mapping[str, Verdict]) -> str:
    """The status of a statement: that of the claim that decides, else how it stands without one."""
    verdict = deciding(one, verdicts)
    if verdict is not None:
        return verdict.status
    return "not in this ledger" if one.claims else MEETS[one.meets]


def _fate(one: Statement, verdicts: Mapping[str, Verdict]) -> str:
    """What became of a tested statement, in words; a cause is never borne out as a whole."""
    standing = standing_of(status_of(one, verdicts))
    return _LINKS if one.cause and standing == "so" else _SAID[standing]


def _sortable(key: str) -> str:
    order = "ascending" if key == "order" else "none"
    return f' data-sort="{key}" aria-sort="{order}"' if key else ""


def _row(one: Statement, verdicts: Mapping[str, Verdict], homes: Mapping[str, str]) -> str:
    status = status_of(one, verdicts)
    rank = list(LOOKS).index(status) if status in LOOKS else len(LOOKS)
    data = {
        "order": str(one.n),
        "rank": str(rank),
        "status": status,
        "meets": MEETS[one.meets],
        "section": one.section,
    }
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    cells = (
        f"{escape(one.text)}{_found(one, verdicts)}",
        _badge(one, status, verdicts),
        _test(one, verdicts, homes),
    )
    return (
        f'<tr role="row" id="statement-{one.n}"{attributes}>'
        f'<th role="rowheader" scope="row"><span class="r2k-id">{one.n}</span></th>'
        + "".join(f'<td role="cell">{cell}</td>' for cell in cells)
        + "</tr>"
    )


def _found(one: Statement, verdicts: Mapping[str, Verdict]) -> str:
    """What the deciding claim found, beneath the sentence."""
    verdict = deciding(one, verdicts)
    if verdict is None or verdict.evidence is None:
        return ""
    said = f"{verdict.claim.id}: {verdict.evidence.finding.rstrip('.')}."
    return f'<span class="r2k-refute">{prose(said)}</span>'


def _badge(one: Statement, status: str, verdicts: Mapping[str, Verdict]) -> str:
    """The status with what it must not be taken for."""
    verdict, notes = deciding(one, verdicts), []
    if verdict is not None:
        notes.append(verdict.note)
        so = standing_of(status) == "so"
        notes += ["the links, not the cause"] * (so and one.cause)
        notes += ["by a stand-in"] * (so and one.meets == "proxy" and not one.cause)
        notes += ["a risk"] * (so and one.risk)
    badge = badge_of(status, ", ".join(filter(None, notes)))
    if verdict is not None and one.cause and standing_of(status) == "so":
        return badge.replace("r2k-good", "r2k-slight", 1)  # a green would say too much
    return badge


def _test(one: Statement, verdicts: Mapping[str, Verdict], homes: Mapping[str, str]) -> str:
    """The claims that test a sentence, how well they meet it, or what would decide."""
    several = len(one.claims) > 1
    joined = ", ".join(_link(claim, verdicts, homes, status=several) for claim in one.claims)
    if one.all:
        joined += " (all needed)"
    if one.meets == "definition":
        return joined
    words = one.detail if one.meets == "none" else f"{MEETS[one.meets]}: {one.detail}"
    return f'{joined} <span class="r2k-tag">{prose(words.removesuffix(": "))}</span>'


def _link(
    claim: str, verdicts: Mapping[str, Verdict], homes: Mapping[str, str], *, status: bool
) -> str:
    home = f' href="{escape(homes[claim])}"' if claim in homes else ""
    word = f" {escape(verdicts[claim].status)}" if status and claim in verdicts else ""
    return f'<a class="r2k-id"{home}>{escape(claim)}</a>{word}'
