"""The thesis, statement by statement, and how the verdicts leave each of its sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from r2klib.claims.roles import Standing, standing_of
from r2klib.claims.verdict import Verdict
from r2klib.errors import InputError, listing

Meets = Literal["same", "proxy", "none", "definition"]
#: Of several claims that a sentence needs, the first of these decides: one that fails refutes it.
_WEAKEST: tuple[Standing, ...] = ("not so", "untold", "open", "shown", "so")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One sentence of the thesis, and the claims that put it on trial.

    `n` is its number in the order of the argument; the head of ``thesis.toml`` says what the others
    are.
    """

    n: int
    section: str
    text: str
    meets: Meets
    claims: tuple[str, ...] = ()
    detail: str = ""
    all: bool = False
    cause: bool = False
    risk: bool = False


@cache
def statements() -> tuple[Statement, ...]:
    """Every statement of the thesis, in order."""
    from importlib import resources

    text = resources.files("r2klib.claims").joinpath("thesis.toml").read_text(encoding="utf-8")
    return tuple(
        Statement(section=section["title"], **entry | {"claims": tuple(entry.get("claims", ()))})
        for section in tomllib.loads(text)["section"]
        for entry in section["statement"]
    )


def checked(
    ledger: Iterable[str], said: Sequence[Statement] | None = None
) -> tuple[Statement, ...]:
    """The statements, once every claim that they name is known to be declared.

    `InputError`, with number, sentence and id, where one names a claim that is not in the ledger.
    """
    known, said = set(ledger), statements() if said is None else said
    wrong = [
        f"Statement {one.n} ({one.text!r}) names {listing(missing)}."
        for one in said
        if (missing := [claim for claim in one.claims if claim not in known])
    ]
    if wrong:
        raise InputError(
            f"The thesis names claims that the ledger does not hold. {' '.join(wrong)} "
            "Declare the claim, or correct its id in r2klib/claims/thesis.toml."
        )
    return tuple(said)


def deciding(statement: Statement, verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict that gives a statement its status; None without a claim, or where none is held.

    That of its first claim; of the weakest, where it needs all of them: one that fails refutes the
    whole, and one that cannot be told leaves the whole untold.
    """
    held = [verdicts[claim] for claim in statement.claims if claim in verdicts]
    if not held or (statement.all and len(held) < len(statement.claims)):
        return None
    if not statement.all:
        return held[0] if statement.claims[0] in verdicts else None
    return min(held, key=lambda verdict: _WEAKEST.index(standing_of(verdict.status)))
