"""How many claims help the thesis, describe, speak against it: counts that a reader can press."""

from __future__ import annotations

from collections.abc import Mapping

from r2klib.claims import Verdicts
from r2klib.claims.roles import ROLES, roles
from r2klib.show.html import escape


def role_counts(verdicts: Verdicts, homes: Mapping[str, str]) -> str:
    """A line for each role: how many claims, what they do for the thesis, and which they are.

    Parameters
    ----------
    verdicts : Verdicts
    homes : mapping from claim id to address
        Where each claim is argued; the others are not linked.
    """
    lines = []
    for role, ids in roles(verdicts.values()).items():
        words, meaning = ROLES[role]
        named = " ".join(_link(claim, homes) for claim in ids)
        lines.append(
            f'<li><button type="button" class="count" data-role="{role}" aria-pressed="false">'
            f"<b>{len(ids)}</b> {escape(words)}</button>"
            f'<span class="r2k-tag">{escape(meaning)} {named}</span></li>'
        )
    return f'<ul class="r2k roles">{"".join(lines)}</ul>'


def _link(claim: str, homes: Mapping[str, str]) -> str:
    home = f' href="{escape(homes[claim])}"' if claim in homes else ""
    return f'<a class="r2k-id"{home}>{escape(claim)}</a>'
