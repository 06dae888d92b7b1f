"""How many claims help the thesis, describe, speak against it: counts that a reader can press."""

from __future__ import annotations

from r2klib.claims import Verdicts
from r2klib.claims.roles import ROLES, roles
from r2klib.show.html import claim_link, escape


def role_counts(verdicts: Verdicts) -> str:
    """A line for each role: how many claims, what they do for the thesis, and which they are.

    Parameters
    ----------
    verdicts : Verdicts
    """
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
