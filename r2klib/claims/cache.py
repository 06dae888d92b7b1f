"""Evidence on disk, so that every notebook of a run shares one evaluation.

The key is the fingerprint of the data, the source that the claim's test rests on and the versions
of the packages that compute; a result found under it is the result. Plain JSON and parquet,
written beside and renamed, so a killed run leaves nothing half-written. A file that cannot be
read is a miss.

What a cache cannot bring back is kept apart from it, in `r2klib.audit.ledgers`: the ledger of
each edition as it was first judged.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from r2klib.claims.nouns import Claim, Estimate, Evidence, Reading, Specification, Stability
from r2klib.claims.source import library
from r2klib.data import Dataset
from r2klib.data.parquet import read_table
from r2klib.home import cache_home

#: Packages whose release can change a number.
COMPUTING = ("numpy", "pandas", "scipy", "statsmodels", "arch", "linearmodels")
#: What turns any claim into evidence, and evidence into files.
_ALWAYS = ("r2klib.claims.asking", "r2klib.claims.cache")


@cache
def library_hash() -> str:
    """Hash of everything that computes a number: own source, package versions, Python."""
    digest = hashlib.sha256(_versions().encode())
    root = Path(__file__).resolve().parents[1]
    rooms = (sorted((root / room).rglob("*")) for room in ("data", "stats", "claims", "audit"))
    for path in (root / "models.py", *chain.from_iterable(rooms)):
        if path.suffix in (".py", ".toml", ".csv"):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _versions() -> str:
    packages = (f"{package}={version(package)};" for package in COMPUTING)
    return "".join((sys.version.split()[0], *packages))


class Store:
    """The evidence of one edition, by claim and by the source that the claim's test rests on."""

    def __init__(self, data: Dataset) -> None:
        content = f"{data.fingerprint}:{_versions()}"
        key = hashlib.sha256(content.encode()).hexdigest()[:32]
        self.folder = cache_home() / "evidence" / key

    def place(self, claim: Claim) -> Path | None:
        """Where the evidence of a claim is kept; None where its source changed while it ran."""
        assert claim.build is not None
        source = library().hash_of(claim.build.__module__, *_ALWAYS)
        if source is None:
            return None
        # A claim without words of its own is told in those of its measure, perhaps a docstring.
        key = hashlib.sha256(f"{source}:{claim.measure}".encode()).hexdigest()[:32]
        return self.folder / f"{claim.id}-{key}"

    def holds(self, claim: Claim) -> bool:
        """Whether evidence of a claim is here; it may still be damaged."""
        folder = self.place(claim)
        return folder is not None and (folder / "evidence.json").is_file()

    def read(self, claim: Claim) -> Evidence | None:
        """The stored evidence, or None where there is none that can be read."""
        folder = self.place(claim)
        if folder is None:
            return None
        try:
            return _read(folder)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def write(self, claim: Claim, evidence: Evidence) -> None:
        """Store the evidence; a full or read-only disk costs time on the next run, no more."""
        target = self.place(claim)
        if target is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(dir=self.folder, prefix=f".{claim.id}-"))
        except OSError:
            return
        try:
            if evidence.rows is not None:
                evidence.rows.to_parquet(beside / "rows.parquet")
            said = {"kind": type(evidence.answer).__name__, "rows": evidence.rows is not None}
            record = asdict(replace(evidence, rows=None)) | said
            text = json.dumps(record, allow_nan=False, default=dt.date.isoformat)
            (beside / "evidence.json").write_text(text, encoding="utf-8")
            shutil.rmtree(target, ignore_errors=True)
            beside.rename(target)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)


def _read(folder: Path) -> Evidence:
    """The evidence in a folder, its rows the caller's own."""
    evidence = _kept(folder)
    rows = evidence.rows
    return evidence if rows is None else replace(evidence, rows=rows.copy(deep=False))


@lru_cache(maxsize=256)
def _kept(folder: Path) -> Evidence:
    record = _frozen(json.loads((folder / "evidence.json").read_text(encoding="utf-8")))
    return _from_record(record, _rows(folder) if record.pop("rows") else None)


def _rows(folder: Path) -> pd.DataFrame:
    table = read_table((folder / "rows.parquet").read_bytes())
    rows: pd.DataFrame = table.to_pandas(use_threads=False)  # one with threads cannot be forked
    return rows


def _frozen(record: Any) -> Any:
    """What JSON brings back, lists as tuples throughout."""
    if isinstance(record, dict):
        return {name: _frozen(value) for name, value in record.items()}
    return tuple(map(_frozen, record)) if isinstance(record, list) else record


def _from_record(record: dict[str, Any], rows: pd.DataFrame | None) -> Evidence:
    day = dt.date.fromisoformat
    answer = {"Estimate": Estimate, "Reading": Reading}[record.pop("kind")]
    found = record["stability"]
    return Evidence(
        **record
        | {
            "answer": answer(**record["answer"]),
            "as_of": day(record["as_of"]),
            "specifications": tuple(Specification(**point) for point in record["specifications"]),
            "rows": rows,
            "recessions": tuple((day(start), day(end)) for start, end in record["recessions"]),
            "stability": found and Stability(**found | {"date": day(found["date"])}),
        }
    )
