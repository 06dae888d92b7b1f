"""Evaluate a ledger on one edition: run every test once, correct for their number, judge."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd

from r2klib.claims import earlier
from r2klib.claims.ages import is_old, needed_series, titled, too_old
from r2klib.claims.asking import examine
from r2klib.claims.cache import Store
from r2klib.claims.nouns import Claim, Estimate, Evidence, Status
from r2klib.claims.pairs import now
from r2klib.claims.registry import ByClaim, Ledger, ledger
from r2klib.claims.rule import corrected
from r2klib.claims.verdict import Verdict, decide
from r2klib.data import Dataset
from r2klib.data.catalog import how_to_get
from r2klib.errors import InputError, SeriesMissing, SeriesNotPublished, UnknownName, listing
from r2klib.home import resolve_today
from r2klib.stats.chance import probability

#: The environment variable under which an error of one claim's test ends the whole.
STRICT = "R2K_STRICT"
#: So many missing series are told by their titles, the others by their names alone.
FEW = 2


class Verdicts(ByClaim[Verdict]):
    """The verdicts of one edition by claim id, in ledger order.

    Parameters
    ----------
    verdicts : iterable of Verdict
    edition : str
        The edition they were read from.
    today : datetime.date
        The day that decided what was fresh.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.evaluate(data, claims=h5).counts()
    {'supported': 1}
    """

    def __init__(self, verdicts: Iterable[Verdict], *, edition: str, today: dt.date) -> None:
        super().__init__({verdict.claim.id: verdict for verdict in verdicts})
        for verdict in self.values():
            if verdict.beside:
                raise InputError(f"{verdict!r} is none of a ledger's: show it by itself.")
        self.edition, self.today = edition, today

    def theme(self, *names: str) -> Verdicts:
        """The verdicts of one or more themes; q-values stay those of the whole edition."""
        themes = dict.fromkeys(verdict.claim.theme for verdict in self.values())
        for name in names:
            if name not in themes:
                raise UnknownName("theme", name, themes)
        chosen = (v for v in self.values() if v.claim.theme in names)
        return Verdicts(chosen, edition=self.edition, today=self.today)

    def replaced(self, changes: Mapping[str, Mapping[str, Any]]) -> Verdicts:
        """The verdicts with some fields of some of them in place of their own."""
        changed = (replace(v, **changes.get(name, {})) for name, v in self.items())
        return Verdicts(changed, edition=self.edition, today=self.today)

    def counts(self) -> dict[Status, int]:
        """How many claims ended in each status, most frequent first."""
        return dict(Counter(verdict.status for verdict in self.values()).most_common())

    def to_records(self) -> list[dict[str, Any]]:
        """One plain dict per claim: what ``r2k claims --json`` prints."""
        return [verdict.to_dict() for verdict in self.values()]

    def to_json(self) -> str:
        """The records as JSON text."""
        return json.dumps(self.to_records(), indent=1, ensure_ascii=False, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """One row per claim: status, note, value, interval, q, r, n, unit, pair, agreement."""
        rows = {}
        for claim_id, verdict in self.items():
            record = verdict.to_dict()
            low, high = record["interval"] or (None, None)
            rows[claim_id] = {
                "status": verdict.status,
                "note": verdict.note,
                "value": record["value"],
                "low": low,
                "high": high,
                "q": verdict.q_value,
                "r": verdict.r_value,
                "n": record["n"],
                "unit": record["unit"],
                "pair": record["pair"],
                "agreement": verdict.agreement,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")

    def to_text(self) -> str:
        """A table to read on a terminal: id, status, value with interval, q, r, n, claim."""
        rows = [("id", "status", "effect [90 % interval]", "q", "r", "n", "claim")]
        for verdict in self.values():
            q, r = (
                "" if value is None else probability(value, ".3f")
                for value in (verdict.q_value, verdict.r_value)
            )
            found, n = ("", "") if (a := verdict.answer) is None else (str(a), f"{a.n:,}")
            claim = verdict.claim
            rows.append((claim.id, verdict.label, found, q, r, n, claim.statement))
        widths = [max(len(row[i]) for row in rows) for i in range(6)]
        lines = [
            "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[6]])
            for row in rows
        ]
        counts = ", ".join(f"{count} {status}" for status, count in self.counts().items())
        return "\n".join([*lines, "", f"Edition {self.edition}, read on {self.today}: {counts}."])

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.counts().items())
        return f"<Verdicts on edition {self.edition!r}: {counts}>"

    def _repr_html_(self) -> str:
        rows = []
        for verdict in self.values():
            effect = str(verdict.answer or "–")
            cells = (verdict.claim.id, verdict.label, verdict.claim.statement, effect)
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        head = "<tr><th>id</th><th>status</th><th>claim</th><th>effect [90 %]</th></tr>"
        body = "".join(rows)
        return f"<table class='r2k-verdicts'><thead>{head}</thead><tbody>{body}</tbody></table>"


def evaluate(
    data: Dataset,
    *,
    claims: Ledger | None = None,
    today: dt.date | str | None = None,
    cache: bool = True,
    strict: bool | None = None,
) -> Verdicts:
    """Run every claim's declared test on `data` and give each one status.

    Parameters
    ----------
    data : Dataset
        The edition, from `r2klib.load`.
    claims : Ledger, optional
        The claims to judge; the whole ledger by default. The correction for multiple testing
        runs over the links among them that have data, level links and all others apart.
    today : date, optional
        The day that decides what is fresh; by default ``R2K_TODAY``, else the system date.
    cache : bool
        Whether evidence may be read from, and is written to, the cache on disk. A cached result
        is keyed by the content of the data and by the source that the claim's test rests on, so
        it can never be stale. Claims outside the library's own ledger are never cached.
    strict : bool, optional
        Whether an error that a test raises is raised here. Otherwise it is that claim's trouble
        alone: `no data`, with the error as its reason. By default ``R2K_STRICT=1`` decides.

    Returns
    -------
    Verdicts
        By claim id, in ledger order.

    Raises
    ------
    InputError
        If `data` is no Dataset or `claims` no Ledger.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> h5 = r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.evaluate(data, claims=h5)["H5"].status
    'supported'
    """
    _check_arguments(data, claims)
    chosen = ledger() if claims is None else claims
    day = resolve_today(today)
    own = ledger()
    cached = Store(data) if cache else None
    raising = is_strict() if strict is None else strict
    outcomes: dict[str, Evidence | Verdict] = {}
    for claim in chosen.values():
        blocked = _without_test(claim, data, day)
        if blocked:
            outcomes[claim.id] = blocked
            continue
        shelf = cached if own.get(claim.id) is claim else None
        outcomes[claim.id] = run_test(claim, data, shelf, strict=raising)
    return _with_earlier(judge_all(chosen, outcomes, data.edition, day), data)


def _check_arguments(data: object, claims: object) -> None:
    if not isinstance(data, Dataset):
        raise InputError(
            f"`data` must be a Dataset, such as `r2klib.load('sample')`; got {data!r:.60}."
        )
    if claims is not None and not isinstance(claims, Ledger):
        raise InputError(
            "`claims` must be a Ledger: `claims.Ledger(theme.claims)` of yours alone, "
            "`claims.ledger().with_claims(theme.claims)` of all; got a "
            f"{type(claims).__name__}."
        )


def is_strict() -> bool:
    """Whether ``R2K_STRICT`` asks that what a test raises is raised."""
    return os.environ.get(STRICT, "") not in ("", "0")


def missing_series(claim: Claim, data: Dataset) -> list[str]:
    """Catalog ids that the claim's primary test needs and `data` does not hold."""
    return [series for series in needed_series(claim, data) if series not in data]


def _without_test(claim: Claim, data: Dataset, today: dt.date) -> Verdict | None:
    """The verdict of a claim that cannot be run on this edition; None where it can."""
    if claim.kind == "untestable" or claim.kind == "merged":
        return Verdict(claim=claim, status=claim.kind, reason=claim.reason, edition=data.edition)
    if claim.build is None:
        raise InputError(
            f"Claim {claim.id} has no test: declare it with `@theme.claim(...)` above the function "
            "that tests it."
        )
    missing = missing_series(claim, data)
    if missing:
        reason = _absent(data, missing)
        if claim.reason:
            reason += f" {claim.reason}"
        return Verdict(claim=claim, status="no data", reason=reason, edition=data.edition)
    end = now(data).date()
    if claim.fresh_months is not None and is_old(end, today, claim.fresh_months):
        reason = (
            f"Refused: it speaks of today ({today}), and this edition ends {end}, more than "
            f"{claim.fresh_months} months before. `r2k today` brings today's data."
        )
        return Verdict(claim=claim, status="no data", reason=reason, edition=data.edition)
    return None


def _absent(data: Dataset, missing: list[str]) -> str:
    """Why series are not there: not held, or not out yet on the day of the view."""
    early = {name: said for name in missing if (said := _not_out(data, name))}
    absent = [name for name in missing if name not in early]
    held = [f"This edition does not hold {_named(absent)}."] if absent else []
    how = [_how_to_get(absent, data)] if absent else []
    return " ".join(filter(None, [*held, *how, *early.values()]))


def _named(absent: list[str]) -> str:
    """Series by their names, the first of them by their titles too."""
    return listing([*map(titled, absent[:FEW]), *map("`{}`".format, absent[FEW:])])


def _how_to_get(absent: list[str], data: Dataset) -> str:
    """The command that brings what is not there, as a sentence."""
    if "members" in absent:  # not pulled unless asked for: today's members only
        return "`r2k pull --members 50` brings today's."
    if data.kind == "sample":
        return how_to_get(absent) or "`r2k today` brings today's data."
    return f"`r2k pull --series {' '.join(absent)}` asks for it again."


def _not_out(data: Dataset, name: str) -> str:
    """Since when a series is there that was not on the day of the view; else nothing."""
    try:
        _ = data[name]
    except SeriesNotPublished as error:
        return str(error)
    except (SeriesMissing, UnknownName):
        return ""
    return ""


def run_test(
    claim: Claim, data: Dataset, shelf: Store | None, *, strict: bool = False
) -> Evidence | Verdict:
    """A claim's evidence, from `shelf` where it is kept; a verdict where there can be none."""
    evidence = shelf.read(claim) if shelf else None
    if evidence is not None:
        return evidence
    held = listing(map(titled, needed_series(claim, data))) or "what it needs"
    try:
        evidence = examine(claim, data)
    except SeriesMissing as error:
        reason = str(error)
    except InputError as error:  # the series are here, yet too short or too thin to be tested
        said = re.sub(r" \(`\w+`\)", "", str(error))  # without the name of a parameter
        reason = f"This edition holds too little of {held} to test it: {said}"
    except Exception as error:
        if strict:
            raise
        reason = (
            f"Its test broke off on what this edition holds of {held}, which is too little or "
            f"unlike what it expects ({type(error).__name__}: {error}). "
            "`evaluate(..., strict=True)` or `r2k claims --strict` shows where."
        )
    else:
        if shelf:
            shelf.write(claim, evidence)
        return evidence
    return Verdict(claim=claim, status="no data", reason=reason, edition=data.edition)


def judge_all(
    claims: Ledger, outcomes: Mapping[str, Evidence | Verdict], edition: str, today: dt.date
) -> Verdicts:
    """Give each claim one status; the corrections run over the links that have an estimate."""
    values = corrected(
        (claims[claim_id], outcome.answer)
        for claim_id, outcome in outcomes.items()
        if isinstance(outcome, Evidence)
        and isinstance(outcome.answer, Estimate)
        and claims[claim_id].kind == "link"
    )
    verdicts = [
        outcome
        if isinstance(outcome, Verdict)
        else _of_its_age(
            decide(claims[claim_id], outcome, values.get(claim_id), edition), outcome, today
        )
        for claim_id, outcome in outcomes.items()
    ]
    return Verdicts(verdicts, edition=edition, today=today)


def _of_its_age(verdict: Verdict, evidence: Evidence, today: dt.date) -> Verdict:
    """The verdict; `too old` where it is on a state that was read too long ago."""
    said = too_old(verdict.claim, evidence, verdict.edition, today)
    if not said:
        return verdict
    return replace(verdict, status="too old", reason=f"{said} Then: {verdict.reason}")


def _with_earlier(verdicts: Verdicts, data: Dataset) -> Verdicts:
    """The verdicts of the library's own claims with version 1's beside them."""
    own = ledger()
    found = {
        name: earlier.of(name, data) for name, v in verdicts.items() if own.get(name) is v.claim
    }
    return verdicts.replaced({name: {"earlier": said} for name, said in found.items() if said})
