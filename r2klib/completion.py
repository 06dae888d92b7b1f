"""What IPython offers inside the quotes of a call: editions, series, models, claims.

``load("``, ``data.frame("``, ``data.series("``, ``model="``: IPython asks a matcher for what stands
before the cursor; ours knows the names and reads no data for it but what is already loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

#: What stands before the name being typed, and what kind of name it is.
_CALLS = (
    (re.compile(r"""\b(?:load|standing_on)\(\s*["']([^"']*)$"""), "edition"),
    (re.compile(r"""\.(?:series|frame|releases|last|basis)\(\s*["']([^"']*)$"""), "series"),
    (re.compile(r"""\bmodel\s*=\s*["']([^"']*)$"""), "model"),
    (re.compile(r"""\bverdicts\[\s*["']([^"']*)$"""), "claim"),
)


def offered(before: str) -> tuple[str, list[str]]:
    """The part of a name that is typed before the cursor, and the names that begin with it.

    Empty where no call of ours is open.
    """
    for pattern, kind in _CALLS:
        if found := pattern.search(before):
            return found[1], [name for name in _names(kind) if name.startswith(found[1])]
    return "", []


def _names(kind: str) -> Iterable[str]:
    if kind == "edition":
        from r2klib.data import editions
        from r2klib.data.edition import LATEST, PREVIOUS

        known = editions()
        return [*known, *((LATEST, PREVIOUS) if len(known) > 1 else ())]
    if kind == "series":
        from r2klib.data import catalog

        return catalog.series()
    if kind == "claim":
        from r2klib.claims import ledger

        return ledger()
    from r2klib.stats import MODELS

    return MODELS


def offer() -> None:
    """Add the matcher to the running IPython; nothing where none runs, or it knows no matchers."""
    try:
        from IPython.core.completer import SimpleCompletion, context_matcher
        from IPython.core.interactiveshell import InteractiveShell
    except ImportError:
        return
    if not InteractiveShell.initialized():
        return

    @context_matcher()  # type: ignore[untyped-decorator, unused-ignore]
    def r2klib_matcher(context: Any) -> dict[str, Any]:
        typed, names = offered(context.text_until_cursor)
        return {
            "completions": [SimpleCompletion(name, type="r2klib") for name in names],
            "matched_fragment": typed,
            "suppress": bool(names),
        }

    r2klib_matcher.matcher_identifier = "r2klib"
    known = InteractiveShell.instance().Completer.custom_matchers
    if "r2klib" not in {getattr(matcher, "matcher_identifier", "") for matcher in known}:
        known.append(r2klib_matcher)
