"""Whether two ledgers say the same: compare the JSON that `r2k claims --json` prints, twice.

    r2k claims --json --today 2026-06-06 > before.json     (with the library before a change)
    r2k claims --json --today 2026-06-06 > after.json      (and after it)
    python scripts/compare_ledgers.py before.json after.json

Numbers may differ by a billionth of themselves, which is what another order of adding up makes of
them; words in `method` may differ. Whatever else does is printed, and the exit status is 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOLERANCE = 1e-9
FREE = ("method",)


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where two pieces of JSON differ, one line each."""
    before, after = _by_label(before), _by_label(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            if key not in FREE:
                yield from differences(before.get(key), after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}[{i}]")
    elif not _same(before, after):
        yield f"{path}: {before!r} -> {after!r}"


def _by_label(value: Any) -> Any:
    """Points of a curve by their labels: the order in which they were asked is free."""
    if isinstance(value, list) and all(isinstance(x, dict) and "label" in x for x in value):
        return {x["label"]: x for x in value}
    return value


def _same(before: Any, after: Any) -> bool:
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (before, after))
    if numbers:
        return bool(abs(before - after) <= TOLERANCE * max(1.0, abs(before), abs(after)))
    return bool(before == after)


def main(before: str, after: str) -> int:
    """Print the differences of two ledgers, claim by claim."""
    ledgers = [
        {claim["id"]: claim for claim in json.loads(Path(file).read_text(encoding="utf-8"))}
        for file in (before, after)
    ]
    found = list(differences(*ledgers))
    for line in found:
        print(line.lstrip("."))
    print(f"{len(ledgers[0])} claims before, {len(ledgers[1])} after, {len(found)} differences")
    return int(bool(found))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
