"""The ledger of each edition as it was first judged on this machine, kept for later comparison.

    <data folder>/ledgers/2026-06-05/3f2a9c....json     by edition and by content of its data

A later version of the library may judge the same data otherwise. What was said at the time cannot
be computed again then, so it is written once, beside the snapshots and not in the cache.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r2klib.claims.cache import library_hash
from r2klib.data import Dataset, editions, load
from r2klib.errors import SnapshotCorrupt
from r2klib.home import data_home, is_there, write_quietly

FORMAT = 1
#: What is kept of each claim: enough to say what was claimed, found and concluded.
KEPT = (
    "id", "version", "status", "note", "value", "std_error", "interval", "p_value", "q_value", "n",
    "unit", "pair", "as_of", "r_value", "agreement",
)  # fmt: skip
#: What ledgers kept before held nothing of.
LATER = ("r_value", "agreement")
_ADVICE = (
    "Delete that file to go on without it: what was said of the edition at the time is then "
    "unknown, and a change of the library cannot be told."
)


@dataclass(frozen=True)
class JudgedLedger:
    """The verdicts on an edition as they were first reached here.

    Parameters
    ----------
    edition : str
    today : datetime.date
        The day that decided what was fresh.
    library, version : str
        Content hash and version of the library that judged.
    claims : mapping of str to mapping
        By claim id, the fields named in `KEPT`.
    """

    edition: str
    today: dt.date
    library: str
    version: str
    claims: Mapping[str, Mapping[str, Any]]


def path_of(data: Dataset) -> Path:
    """Where the ledger of an edition is kept."""
    return data_home() / "ledgers" / data.edition / f"{data.content_hash[:16]}.json"


def keep(data: Dataset, records: Callable[[], Iterable[Mapping[str, Any]]], today: dt.date) -> None:
    """Write the ledger of an edition, unless one is there; a full disk costs it, no more.

    Only whole editions are kept: no views, no cuts, no data of the user's own. `records` gives the
    claims as `Verdict.to_dict` does, and is asked only where they are to be written.
    """
    if data.edition not in editions():
        return
    path = path_of(data)
    if is_there(path) or data != load(data.edition):
        return
    from r2klib import __version__

    content = {
        "format": FORMAT,
        "edition": data.edition,
        "content": data.content_hash,
        "today": today.isoformat(),
        "library": library_hash(),
        "r2klib": __version__,
        "claims": [{name: record[name] for name in KEPT} for record in records()],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_quietly(path, text + "\n")


def first_judged(data: Dataset) -> JudgedLedger | None:
    """The kept ledger of an edition; None where it was never judged here.

    `SnapshotCorrupt` where the file is there and is no ledger of this edition.
    """
    path = path_of(data)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, PermissionError):
        return None
    except (OSError, ValueError) as error:
        raise SnapshotCorrupt(str(path), "it is no ledger", _ADVICE) from error
    try:
        if (content["format"], content["content"]) != (FORMAT, data.content_hash):
            raise SnapshotCorrupt(str(path), "it is the ledger of something else", _ADVICE)
        return JudgedLedger(
            edition=content["edition"],
            today=dt.date.fromisoformat(content["today"]),
            library=content["library"],
            version=content["r2klib"],
            claims={record["id"]: _kept(record) for record in content["claims"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotCorrupt(str(path), "it is no ledger", _ADVICE) from error


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in KEPT if name in record or name not in LATER}
