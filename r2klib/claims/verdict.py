"""`Verdict`: a claim with its one status in one edition, and how it is decided.

A verdict can be asked again with another window or smallest effect, beside the ledger and never in
it: the same design is put to fewer of the rows, or the same rule applied to another size. `agree`
holds a number worked out by hand against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from r2klib.claims import reasons, reprs
from r2klib.claims.asking import plain_evidence
from r2klib.claims.designs import Design
from r2klib.claims.earlier import Earlier
from r2klib.claims.nouns import (
    Answer,
    Claim,
    Estimate,
    Evidence,
    Reading,
    Specification,
    Stability,
    Status,
)
from r2klib.claims.rule import (
    DEPENDS,
    Corrected,
    judge,
    minimum_detectable_effect,
    observations_needed,
    p_claimed,
    replicated,
)
from r2klib.data.checks import as_day
from r2klib.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A claim with its one honest status in one edition.

    The Benjamini-Hochberg values `q_value` and `r_value` decide; `by_value` (Benjamini and
    Yekutieli, any dependence) and `romano_wolf` (step-down over the edition's placebo ledgers,
    where some were made; see `r2klib.audit.calibrate`) are shown beside them.

    Parameters
    ----------
    claim : Claim
        What was declared.
    status, note : str
        What the rule says, and its note: ``"material"``, ``"lead"``, ``"negligible"``,
        ``"wrong side"`` or nothing.
    reason : str
        Why, in one computed sentence.
    edition : str
        Where it was read.
    evidence : Evidence, optional
        What the test returned; None where there was nothing to run it on.
    q_value, by_value, romano_wolf : float, optional
        The p-value, corrected in three ways for the number of links; links only.
    r_value : float, optional
        The one-sided p of "the effect is at least as large as claimed", corrected as `q_value`.
    mde : float, optional
        Minimum detectable effect, in the claim's unit.
    n_needed : int, optional
        Observations that would bring it down to the smallest effect of interest.
    years_needed : float, optional
        How long it takes to gather them, at the frequency of the rows.
    agreement : str
        Whether other pairs say the same: ``"depends on the pair"``, ``"agrees on 3 of 4 pairs"``,
        or nothing where none was asked; see `r2klib.claims.rule`.
    earlier : Earlier, optional
        The last verdict of version 1, where the claim or its pair has changed since.
    beside : str
        What was changed of the ledger's question, for a verdict beside it; see `with_`.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> verdict = r2klib.evaluate(data, claims=h5)["H5"]
    >>> verdict.label, str(verdict.estimate)
    ('supported (material)', '0.265 [0.199, 0.334] beta minus 1')
    """

    claim: Claim
    status: Status
    reason: str
    edition: str
    note: str = ""
    evidence: Evidence | None = None
    q_value: float | None = None
    r_value: float | None = None
    by_value: float | None = None
    romano_wolf: float | None = None
    mde: float | None = None
    n_needed: int | None = None
    years_needed: float | None = None
    agreement: str = ""
    earlier: Earlier | None = None
    beside: str = ""

    @property
    def able(self) -> bool:
        """Whether the sample had four chances in five of finding an effect as large as claimed.

        At the 10 % level, before the correction for the number of links.
        """
        return self.mde is not None and self.claim.sei is not None and self.mde <= self.claim.sei

    def with_(self, *, since: Any = None, sei: float | None = None) -> Verdict:
        """The same claim judged on other terms, beside the ledger and never in it.

        Parameters
        ----------
        since : date-like, optional
            Ask the same of the rows from this day on; signals keep what they look back on. What
            the ledger's other claims would say there is not asked, so p alone decides, without
            correction.
        sei : float, optional
            Another smallest effect of interest, positive, in the claim's unit. The answer is the
            ledger's, and so is its q where the window is. Whether so large an effect is refuted
            its p alone decides, without correction.

        Returns
        -------
        Verdict
            Its label and reason say that it stands beside the ledger and with what changed;
            nothing of it is kept, and `Verdicts` refuses it.

        Raises
        ------
        InputError
            If nothing is changed, there is no evidence, the rows carry no dates, `sei` is not
            positive or the claim no link, or nothing is left since that day.

        Examples
        --------
        >>> verdicts["R4"].with_(since="1990", sei=8)  # doctest: +SKIP
        """
        return _again(self, since, sei)

    @property
    def answered(self) -> bool:
        """Whether this edition holds what the claim's test needs: there is evidence."""
        return self.evidence is not None

    @property
    def answer(self) -> Answer | None:
        """What the claim's test found; None where there was nothing to run it on."""
        return self.evidence.answer if self.evidence else None

    @property
    def estimate(self) -> Estimate | None:
        """The estimate of a link or descriptive claim; None for states and missing data."""
        return self.answer if isinstance(self.answer, Estimate) else None

    @property
    def reading(self) -> Reading | None:
        """The reading of a state claim; None for everything else."""
        return self.answer if isinstance(self.answer, Reading) else None

    @property
    def specifications(self) -> tuple[Specification, ...]:
        """The specification curve, primary measure not included."""
        return self.evidence.specifications if self.evidence else ()

    @property
    def label(self) -> str:
        """The status with its note: ``supported (material)``."""
        notes = self.notes
        return f"{self.status} ({notes})" if notes else self.status

    @property
    def notes(self) -> str:
        """The note, whether it depends on the pair, and whether it stands beside the ledger."""
        pair = DEPENDS if self.depends_on_pair else ""
        return ", ".join(filter(None, (self.note, pair, self.beside and "beside the ledger")))

    @property
    def depends_on_pair(self) -> bool:
        """Whether another pair, able to decide, says otherwise by its interval alone."""
        return self.agreement == DEPENDS

    @property
    def stability(self) -> Stability | None:
        """The break test of a link; None where it has none."""
        return self.evidence.stability if self.evidence else None

    def to_dict(self) -> dict[str, Any]:
        """The claim and its verdict as plain data, in the form of ``r2k claims --json``."""
        claim, evidence = self.claim, self.evidence
        answer, estimate, reading = self.answer, self.estimate, self.reading
        stability = self.stability
        return {
            "id": claim.id,
            "version": claim.version,
            "frozen": claim.frozen.isoformat(),
            "theme": claim.theme,
            "statement": claim.statement,
            "kind": claim.kind,
            "sort": claim.sort,
            "direction": claim.direction,
            "sei": claim.sei,
            "sei_unit": claim.sei_unit,
            "status": self.status,
            "note": self.note,
            "value": answer.value if answer else None,
            "std_error": estimate.std_error if estimate else None,
            "interval": list(estimate.interval) if estimate else None,
            "p_value": estimate.p_value if estimate else None,
            "q_value": self.q_value,
            "r_value": self.r_value,
            "by_value": self.by_value,
            "romano_wolf": self.romano_wolf,
            "n": answer.n if answer else None,
            "n_effective": estimate.n_effective if estimate else None,
            "mde": self.mde,
            "n_needed": self.n_needed,
            "years_needed": self.years_needed,
            "unit": answer.unit if answer else None,
            "method": answer.method if answer else None,
            "null": estimate.null if estimate else None,
            "parts": dict(reading.parts) if reading else {},
            "pair": evidence.pair or None if evidence else None,
            "as_of": evidence.as_of.isoformat() if evidence else None,
            "edition": self.edition,
            "vintage": evidence.vintage if evidence else None,
            "measure": claim.measure,
            "finding": evidence.finding if evidence else "",
            "meaning": evidence.meaning if evidence else "",
            "reason": self.reason,
            "agreement": self.agreement or None,
            "break_date": stability.date.isoformat() if stability else None,
            "break_p": stability.p_value if stability else None,
            "earlier": self.earlier.to_dict() if self.earlier else None,
            "remarks": list(evidence.remarks) if evidence else [],
            "specifications": [point.to_dict() for point in self.specifications],
        }

    def __repr__(self) -> str:
        found = f": {self.answer}" if self.answer else ""
        return f"<Verdict {self.claim.id} {self.label}{found}>"

    def _repr_html_(self) -> str:
        title = f"{self.claim.id}: {self.claim.statement}"
        record = self.to_dict()
        return reprs.as_table(title, {name: record[name] for name in reprs.VERDICT})


def decide(claim: Claim, evidence: Evidence, corrected: Corrected | None, edition: str) -> Verdict:
    """Give a claim its status; a link without corrected values is judged by its p alone."""
    answer = evidence.answer
    verdict = partial(Verdict, claim=claim, edition=edition, evidence=evidence)
    if claim.kind == "descriptive":
        shown_as = "with its interval" if isinstance(answer, Estimate) else "as it was counted"
        reason = f"Shown {shown_as}; it has no status and is outside multiplicity."
        return verdict(status="descriptive", reason=reason)
    if isinstance(answer, Reading):
        reason = reasons.of_state(claim, answer, evidence.as_of)
        return verdict(status=answer.status, reason=reason)
    return _decide_link(claim, evidence, edition, corrected or Corrected())


def _decide_link(claim: Claim, evidence: Evidence, edition: str, given: Corrected) -> Verdict:
    """The rule applied to a link; p takes the place of a value that was not corrected."""
    answer = evidence.answer
    assert isinstance(answer, Estimate)
    assert claim.sei is not None
    assert claim.direction is not None
    by_q = answer.p_value if given.q is None else given.q
    by_r = p_claimed(answer, claim.claimed) if given.r is None else given.r
    ruling = judge(answer.interval, by_q, by_r, claim.sei, claim.direction)
    mde = minimum_detectable_effect(answer.std_error)
    years = _years(claim, evidence)
    agreement, against = replicated(claim, evidence)
    grounds = reasons.Grounds(
        claim=claim,
        estimate=answer,
        ruling=ruling,
        q_value=given.q,
        r_value=given.r,
        mde=mde,
        n_needed=observations_needed(answer.n, mde, claim.sei),
        years_needed=None if years is None else years * (mde / claim.sei) ** 2,
        against=against,
    )
    told = reasons.title_of(claim, evidence.finding, answer, ruling.status)
    return Verdict(
        claim=claim,
        status=ruling.status,
        note=ruling.note,
        reason=reasons.of_link(grounds),
        edition=edition,
        evidence=replace(evidence, finding=told),
        q_value=given.q,
        r_value=given.r,
        by_value=given.by,
        mde=mde,
        n_needed=grounds.n_needed,
        years_needed=grounds.years_needed,
        agreement=agreement,
    )


def _years(claim: Claim, evidence: Evidence) -> float | None:
    """How long the rows of an answer took to gather; None where they carry no dates."""
    rows, design = evidence.rows, claim.design
    if rows is None:
        return None
    index = (design.used(rows) if isinstance(design, Design) else rows).index
    if not isinstance(index, pd.DatetimeIndex) or len(index) < 2:
        return None
    return (index[-1] - index[0]) / pd.Timedelta(days=365.25) * len(index) / (len(index) - 1)


def _again(verdict: Verdict, since: Any, sei: float | None) -> Verdict:
    """Judge a verdict's claim with other terms; see `Verdict.with_`."""
    claim, evidence = verdict.claim, verdict.evidence
    if evidence is None:
        raise InputError(f"{claim.id} has no evidence here that could be judged: {verdict.reason}")
    changed = []
    if since is not None:
        start = as_day(since, "since")
        evidence = _since(claim, evidence, start)
        changed.append(f"since {start.date()}")
    if sei is not None:
        if claim.kind != "link":
            why = f"no link but {claim.kind}, and has no smallest effect"
            raise InputError(f"{claim.id} is {why}: leave `sei` out.")
        claim = replace(claim, sei=sei)
        evidence = _of_size(claim, evidence)
        changed.append(f"smallest effect {sei:g} {claim.sei_unit}")
    if not changed:
        raise InputError("Say what to change: `since='1990'` for another window, or `sei=8`.")
    made = _judged_beside(verdict, claim, evidence, whole=since is None)
    beside = ", ".join(filter(None, (verdict.beside, *changed)))
    return replace(made, reason=f"Beside the ledger ({beside}): {made.reason}", beside=beside)


def _judged_beside(verdict: Verdict, claim: Claim, evidence: Evidence, *, whole: bool) -> Verdict:
    """Judged on other terms; q is the ledger's where the window is the whole one."""
    if claim.kind != "link":
        made = decide(claim, evidence, None, verdict.edition)
        old = verdict.status == "too old"  # fewer rows make no state younger
        return replace(made, status="too old", reason=verdict.reason) if old else made
    given = Corrected(q=verdict.q_value, by=verdict.by_value) if whole else Corrected()
    made = _decide_link(claim, evidence, verdict.edition, given)
    return replace(made, romano_wolf=verdict.romano_wolf) if whole else made


def _of_size(claim: Claim, evidence: Evidence) -> Evidence:
    """The same answer with the p of another claimed size, from the design's own law."""
    rows, design, answer = evidence.rows, claim.design, evidence.answer
    assert isinstance(answer, Estimate)
    again = design(rows).p_claimed if isinstance(design, Design) and rows is not None else None
    return replace(evidence, answer=replace(answer, p_claimed=again))


def _since(claim: Claim, evidence: Evidence, start: pd.Timestamp) -> Evidence:
    """What the claim's own design says of its rows from a day on; signals keep their past."""
    rows, design = evidence.rows, claim.design
    if rows is None or design is None or not isinstance(rows.index, pd.DatetimeIndex):
        raise InputError(f"The rows of {claim.id} carry no dates, so it has no other window.")
    if start > rows.index[-1]:
        raise InputError(
            f"No row of {claim.id} is left: they end on {rows.index[-1].date()}. Begin earlier."
        )
    kept = design.since(rows, start) if isinstance(design, Design) else rows[rows.index >= start]
    return plain_evidence(claim, kept, design(kept), evidence)


def agree(
    verdict: Verdict,
    value: float,
    interval: tuple[float, float] | None = None,
    *,
    holds: bool | None = None,
    tolerance: float = 1e-6,
) -> Verdict:
    """Hold a number worked out in a notebook against the one that the ledger judged.

    Parameters
    ----------
    verdict : Verdict
        With an answer.
    value : float
        In the claim's unit.
    interval : (float, float), optional
        90 % interval, in the same unit.
    holds : bool, optional
        Of a state: whether its declared condition is met.
    tolerance : float
        Of the larger number, relative; absolute below one.

    Returns
    -------
    Verdict
        The same, so that it can be shown: ``show.argue(agree(verdicts["R5"], slope.value))``.

    Raises
    ------
    InputError
        The numbers differ, or whether the state holds does, or the verdict has none of them: the
        message gives both.

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> h5 = r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> verdict = r2klib.evaluate(data, claims=h5)["H5"]
    >>> r2klib.agree(verdict, verdict.estimate.value) is verdict
    True
    """
    answer, name = verdict.answer, verdict.claim.id
    if answer is None:
        raise InputError(f"{name} has no answer to agree with: {verdict.reason}")
    pairs = [("value", value, answer.value)]
    if interval is not None:
        if verdict.estimate is None:
            raise InputError(f"{name} is a state and has no interval: leave `interval` out.")
        ends = zip(("lower end", "upper end"), interval, verdict.estimate.interval, strict=True)
        pairs += list(ends)
    for what, worked_out, judged in pairs:
        if not math.isclose(worked_out, judged, rel_tol=tolerance, abs_tol=tolerance):
            raise InputError(
                f"The {what} worked out for {name} is {worked_out:.10g} {answer.unit}, and the "
                f"ledger's is {judged:.10g}: this is not the declared test. Compare with "
                f"`r2klib.claims.ledger()[{name!r}].rows(data)`."
            )
    if holds is not None:
        if verdict.reading is None:
            raise InputError(f"{name} is no state and neither holds nor fails: leave `holds` out.")
        if holds != verdict.reading.holds:
            one, other = ("holds" if it else "does not hold" for it in (holds, not holds))
            raise InputError(
                f"As worked out, {name} {one}, and in the ledger it {other}: this is not "
                f"the declared condition ({verdict.claim.sei_unit}). Compare with "
                f"`r2klib.claims.ledger()[{name!r}].estimate(data)`."
            )
    return verdict
