"""The thesis, statement by statement, as a table: each sentence with its status and its test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from r2klib.claims import Verdict
from r2klib.claims.roles import Standing, standing_of
from r2klib.claims.thesis import Meets, Statement, deciding
from r2klib.errors import listing
from r2klib.show.html import claim_link, escape, prose
from r2klib.show.lists import rank, row, sortable
from r2klib.show.status import badge_of

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


def statements_list(said: Sequence[Statement], verdicts: Mapping[str, Verdict], name: str) -> str:
    """The statements, each with status and test, under their sections; `name` is the table's id."""
    rows: list[str] = []
    for section, ones in groupby(said, key=lambda one: one.section):
        rows.append(
            f'<tr role="row" class="group" data-section="{escape(section)}">'
            f'<th role="rowheader" scope="rowgroup" colspan="4">{escape(section)}</th></tr>'
        )
        rows += (_row(one, verdicts) for one in ones)
    return sortable("Statements", COLUMNS, rows, name, " r2k-statements")


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


def _row(one: Statement, verdicts: Mapping[str, Verdict]) -> str:
    verdict, status = deciding(one, verdicts), status_of(one, verdicts)
    found = ""
    if verdict and verdict.evidence:
        said = f"{verdict.claim.id}: {verdict.evidence.finding.rstrip('.')}."
        found = f'<span class="r2k-refute">{prose(said)}</span>'
    data = {
        "order": str(one.n),
        "rank": rank(status),
        "status": status,
        "meets": MEETS[one.meets],
        "section": one.section,
    }
    cells = (escape(one.text) + found, _badge(one, status, verdict), _test(one, verdicts))
    ident = f'<span class="r2k-id">{one.n}</span>'
    return row(ident, [("", cell) for cell in cells], data, f"statement-{one.n}")


def _badge(one: Statement, status: str, verdict: Verdict | None) -> str:
    """The status with what it must not be taken for."""
    so = verdict is not None and standing_of(status) == "so"
    notes = [verdict.note] if verdict else []
    notes += ["the links, not the cause"] * (so and one.cause)
    notes += ["by a stand-in"] * (so and one.meets == "proxy" and not one.cause)
    notes += ["a risk"] * (so and one.risk)
    badge = badge_of(status, ", ".join(filter(None, notes)))
    # a green would say too much of a cause
    return badge.replace("r2k-good", "r2k-slight", 1) if so and one.cause else badge


def _test(one: Statement, verdicts: Mapping[str, Verdict]) -> str:
    """The claims that test a sentence, how well they meet it, or what would decide."""
    several = len(one.claims) > 1
    joined = ", ".join(_linked(claim, verdicts, status=several) for claim in one.claims)
    if one.all:
        joined += " (all needed)"
    if one.meets == "definition":
        return joined
    words = one.detail if one.meets == "none" else f"{MEETS[one.meets]}: {one.detail}"
    return f'{joined} <span class="r2k-tag">{prose(words.removesuffix(": "))}</span>'


def _linked(claim: str, verdicts: Mapping[str, Verdict], *, status: bool) -> str:
    known = status and claim in verdicts
    return f"{claim_link(claim)} {escape(verdicts[claim].status)}" if known else claim_link(claim)
