"""`agree`: a number worked out by hand, held against the ledger's."""

from __future__ import annotations

import math

from r2klib.claims.verdict import Verdict
from r2klib.errors import InputError


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
    >>> p2 = r2klib.claims.Ledger([r2klib.claims.ledger()["P2"]])
    >>> verdict = r2klib.evaluate(data, claims=p2)["P2"]
    >>> r2klib.agree(verdict, verdict.estimate.value) is verdict
    True
    """
    answer = verdict.answer
    name = verdict.claim.id
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
        _agree_on_state(verdict, bool(holds))
    return verdict


def _agree_on_state(verdict: Verdict, holds: bool) -> None:
    name, reading = verdict.claim.id, verdict.reading
    if reading is None:
        raise InputError(f"{name} is no state and neither holds nor fails: leave `holds` out.")
    if holds != reading.holds:
        said = {True: "holds", False: "does not hold"}
        raise InputError(
            f"As worked out, {name} {said[holds]}, and in the ledger it {said[reading.holds]}: "
            f"this is not the declared condition ({verdict.claim.sei_unit}). Compare with "
            f"`r2klib.claims.ledger()[{name!r}].estimate(data)`."
        )
