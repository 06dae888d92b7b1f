"""The line that ends a build: the answer, the edition, what the pull lacks, the next command."""

from __future__ import annotations

from r2klib.claims import Verdicts, answer, ledger
from r2klib.claims.ages import needed_series
from r2klib.claims.pairs import now
from r2klib.data import Dataset, editions, snapshot
from r2klib.data.edition import before
from r2klib.errors import UnknownName, listing

#: So many names are said; the rest are counted.
_NAMED = 3


def in_one_line(data: Dataset, verdicts: Verdicts) -> str:
    """What a build of this edition has to say, as one line.

    The answer, the edition and how far it reaches, what its pull did not get with the claims that
    lose by it, and the command to go on with.
    """
    word, sentences = answer(verdicts)
    parts = [word, *sentences[:1], f"Edition {data.edition}, data to {now(data).date()}."]
    failed = not_had(data)
    if failed:
        parts.append(_lost(failed, losing(data, list(failed))))
    return " ".join([*parts, f"Next: `{_next(data, bool(failed))}`."])


def not_had(data: Dataset) -> dict[str, str]:
    """Series that the pull of an edition did not get, with the reason; none for the sample."""
    if data.kind != "snapshot":
        return {}
    try:
        return dict(snapshot.open_snapshot(data.edition).manifest["failures"])
    except UnknownName:  # an edition of the user's own
        return {}


def losing(data: Dataset, series: list[str]) -> list[str]:
    """Ids of the claims whose declared test reads one of these series, in ledger order."""
    lost = set(series)
    return [claim.id for claim in ledger().values() if lost & set(needed_series(claim, data))]


def _lost(failed: dict[str, str], claims: list[str]) -> str:
    said = f"The pull did not get {_some(list(failed))}"
    if not claims:
        return f"{said}; no claim's test needs them."
    return f"{said}; by that {_some(claims)} lose."


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return listing(names if more <= 1 else [*names[:_NAMED], f"{more} more"])


def _next(data: Dataset, incomplete: bool) -> str:
    """The sample is followed by today's data, a pull in part by another, a whole one by news."""
    if data.kind != "snapshot" or incomplete or data.edition != editions()[-1]:
        return "r2k today"
    return "r2k diff previous latest" if before(data.edition) else "r2k lab"
