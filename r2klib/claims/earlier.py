"""The last verdicts of version 1, kept beside those of version 2.

A row that is version 2, or whose pair is, shows what version 1 last said of it. These are literals,
written down once from ledgers of version 1 and never worked out again: `earlier.toml` says which.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

from r2klib.claims.nouns import kind_of
from r2klib.data import Dataset
from r2klib.stats.chance import named


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What version 1 of the ledger last said of a claim.

    Parameters
    ----------
    claim : str
        Its id in version 1.
    edition : str
        Where that was read: ``sample`` or a day.
    status, note : str
        In the words of version 1, whose rule knew ``immaterial``.
    measure : str
        What decided then.
    value, unit, interval, q_value, pair, as_of
        As in `Verdict`, where there was an answer.

    Examples
    --------
    >>> r2klib.claims.Earlier(claim="K1", edition="sample", status="immaterial", note="lead").label
    'immaterial (lead)'
    """

    claim: str
    edition: str
    status: str
    note: str = ""
    measure: str = ""
    value: float | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    q_value: float | None = None
    pair: str = ""
    as_of: str = ""

    @property
    def label(self) -> str:
        """The status with its note: ``immaterial (wrong side)``."""
        return f"{self.status} ({self.note})" if self.note else self.status

    def __str__(self) -> str:
        """``K1 in version 1, edition sample: supported (material), 0.253 [0.19, 0.31] ...``."""
        parts = [self.label]
        if self.value is not None:
            ends = "[{:.3g}, {:.3g}] ".format(*self.interval) if self.interval else ""
            parts.append(f"{self.value:.3g} {ends}{self.unit}".rstrip())
        if self.q_value is not None:
            parts.append(named("q", self.q_value))
        if self.as_of:
            parts.append(f"data to {self.as_of}")
        return f"{self.claim} in version 1, edition {self.edition}: {', '.join(parts)}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        said = asdict(self)
        said |= {name: said[name] or None for name in ("unit", "pair", "as_of")}
        interval = None if self.interval is None else list(self.interval)
        return {"version": 1, **said, "interval": interval}


def of(claim_id: str, data: Dataset) -> Earlier | None:
    """Version 1's last verdict of a claim in this kind of edition; None where nothing changed.

    None too for data of one's own, of which version 1 never said anything.
    """
    return None if data.kind == "user" else all_of(kind_of(data)).get(claim_id)


@cache
def all_of(kind: str) -> Mapping[str, Earlier]:
    """All that is kept of ``sample`` or ``live`` editions, by the claim that shows it."""
    text = resources.files("r2klib.claims").joinpath("earlier.toml").read_text(encoding="utf-8")
    records = tomllib.loads(text)[kind]
    return {name: _read(name, record) for name, record in records.items()}


def _read(name: str, record: dict[str, Any]) -> Earlier:
    ends = record.pop("interval", None)
    interval = None if ends is None else (float(ends[0]), float(ends[1]))
    return Earlier(**{"claim": name, **record, "interval": interval})
