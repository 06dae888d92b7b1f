"""How a theme declares its claims, and how the themes make one ledger.

A module of claims holds one `Theme`. A claim with a test decorates the function that makes its
rows; a claim without one is declared with the reason why. Adding a claim touches that one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib import import_module
from typing import Any, TypeVar

import pandas as pd

from r2klib.claims.nouns import Claim
from r2klib.errors import InputError, UnknownName

#: The modules that declare claims, one a theme, and one of what reads states of several.
MODULES = (
    "themes.profile",
    "themes.history",
    "themes.economy",
    "themes.rates",
    "themes.valuation",
    "themes.sectors",
    "themes.risks",
    "themes.quality",
    "themes.conclusion",
    "themes.line_up",
)
#: First letters of claim ids, in the order of the ledger.
LETTERS = "PHERVSKQC"

Test = Callable[..., pd.DataFrame]
T = TypeVar("T")


class Theme:
    """Claims of one theme, in the order a module declares them.

    Parameters
    ----------
    name : str
        ``"history"``, or a name of your own.

    Examples
    --------
    >>> theme = r2klib.claims.Theme("mine")
    >>> why = {"kind": "untestable", "measure": "None.", "reason": "Nobody keeps such a record."}
    >>> claim = theme.declare(id="X1", statement="Small companies are more fun.", **why)
    >>> list(r2klib.claims.Ledger(theme.claims))
    ['X1']
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.claims: list[Claim] = []

    def declare(self, **fields: Any) -> Claim:
        """Declare a claim that no test here can decide; `reason` says why.

        Parameters
        ----------
        **fields
            Those of `Claim` but its theme.

        Returns
        -------
        Claim

        Raises
        ------
        InputError
            If it is neither ``untestable`` nor ``merged``: then it needs a test.
        """
        if isinstance(needs := fields.get("needs"), tuple):
            fields["needs"] = {"sample": needs, "live": needs}
        claim = Claim(theme=self.name, **fields)
        tested = claim.build is not None and claim.design is not None
        if not tested and claim.kind not in ("untestable", "merged"):
            raise InputError(
                f"Claim {claim.id}: a {claim.kind} needs a `design`, and beneath "
                "`@theme.claim(...)` the function that makes its rows. Only an untestable or a "
                "merged claim is declared without them."
            )
        self.claims.append(claim)
        return claim

    def claim(self, **fields: Any) -> Callable[[Test], Claim]:
        """Declare a claim and the function that makes its rows (``Dataset -> DataFrame``).

        Parameters
        ----------
        **fields
            Those of `Claim` but its theme and the function. A link needs no `kind`, no `sei_unit`
            where its design has a unit, and no `measure` where the function says what it is;
            `needs` may be one tuple, for every kind of edition.

        Returns
        -------
        callable
            Takes the function and gives the `Claim`, which then carries its name.

        Raises
        ------
        InputError
            A link lacks its sort, direction or smallest effect of interest.
        """

        def register(build: Any) -> Claim:
            return self.declare(build=build, **fields)

        return register


class ByClaim(Mapping[str, T]):
    """Something of each claim by its id, read-only; one that is not there names those that are."""

    def __init__(self, held: Mapping[str, T]) -> None:
        self._held = dict(held)

    def __getitem__(self, claim_id: str) -> T:
        try:
            return self._held[claim_id]
        except KeyError:
            raise UnknownName("claim", claim_id, self._held, "`r2k claims`") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


class Ledger(ByClaim[Claim]):
    """All declared claims by id, in ledger order: a read-only mapping.

    Parameters
    ----------
    claims : iterable of Claim
        In order, each id once.

    Examples
    --------
    >>> whole = r2klib.claims.ledger()
    >>> list(r2klib.claims.Ledger([whole["H5"], whole["R0"]])), list(whole.theme("quality"))
    (['H5', 'R0'], ['Q1', 'Q2', 'Q3'])
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        held: dict[str, Claim] = {}
        for claim in claims:
            if claim.id in held:
                raise InputError(f"Two claims share the id {claim.id!r}; ids must be unique.")
            held[claim.id] = claim
        super().__init__(held)

    def theme(self, name: str) -> Ledger:
        """The claims of one theme."""
        themes = dict.fromkeys(claim.theme for claim in self.values())
        if name not in themes:
            raise UnknownName("theme", name, themes)
        return Ledger(claim for claim in self.values() if claim.theme == name)

    def with_claims(self, claims: Iterable[Claim]) -> Ledger:
        """A ledger with `claims` added; the ledger itself is never changed."""
        return Ledger([*self.values(), *claims])

    def to_frame(self) -> pd.DataFrame:
        """One row per claim: theme, kind, sort, direction, SEI, unit, statement."""
        columns = ["theme", "kind", "sort", "direction", "sei", "sei_unit", "statement", "measure"]
        rows = {c.id: [getattr(c, column) for column in columns] for c in self.values()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")

    def __repr__(self) -> str:
        return f"<Ledger of {len(self)} claims: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(c.id)}</td><td>{escape(c.kind)}</td>"
            f"<td style='text-align:left'>{escape(c.statement)}</td></tr>"
            for c in self.values()
        )
        head = "<tr><th>id</th><th>kind</th><th style='text-align:left'>claim</th></tr>"
        return f"<table class='r2k-ledger'><thead>{head}</thead><tbody>{rows}</tbody></table>"


@cache
def ledger() -> Ledger:
    """Every declared claim of the thesis, by id.

    Returns
    -------
    Ledger

    Examples
    --------
    >>> from r2klib import claims
    >>> claims.ledger()["H5"].statement
    'Small companies have a higher market beta than the market itself.'
    """
    modules = (import_module(f"r2klib.claims.{name}") for name in MODULES)
    claims = [claim for module in modules for claim in module.theme.claims]
    return Ledger(sorted(claims, key=_place))


def _place(claim: Claim) -> tuple[int, int]:
    """Where a claim of the thesis stands: by the letter of its theme, then by its number."""
    return LETTERS.index(claim.id[0]), int(claim.id[1:])
