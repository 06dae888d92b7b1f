"""What chance wins from the ledger, and what effects it finds: the table that a calibration makes.

`r2klib.audit.calibrate` fills it. In every placebo world all links are judged by the real rule,
the Benjamini-Hochberg correction running over that world's links, level links and all others apart.
Where nothing is true, the correction keeps the share of ledgers with any false `supported` or
`contradicted` at or below one in ten in each of these families, so two in ten in all, and a link by
itself rejects in one world of ten, half of them on each side. Rates are counted in worlds of each
sort by themselves, shuffled and in place, and the larger one counts.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from r2klib.audit.worlds import WORLD_KINDS, WorldKind
from r2klib.claims import rule
from r2klib.claims.designs import Null
from r2klib.claims.nouns import Status
from r2klib.claims.registry import ledger
from r2klib.claims.rule import family_of
from r2klib.claims.verdict import Verdict
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.home import cache_home
from r2klib.stats import romano_wolf
from r2klib.stats.chance import named

FORMAT = 2
#: Effects planted, in smallest effects of interest.
SIZES = (0.5, 1.0, 2.0)
IN_WORDS = {0.5: "half as large", 1.0: "as large as claimed", 2.0: "twice as large"}
#: A status as a letter, one letter a world.
CODES: dict[Status, str] = {
    "supported": "s",
    "contradicted": "c",
    "ruled out": "r",
    "inconclusive": "i",
    "no data": "-",
}
#: Worlds below which the step-down has nothing to say at ten percent.
LEAST = 19
#: Tables that come with the package: of the sample, and of a live edition of June 2026, which
#: stands in where an edition has none of its own.
SHIPPED, STAND_IN = "calibration_sample.json", "calibration_live.json"
#: What each null leaves to chance.
WORDS: dict[Null, str] = {
    "timing": "responses in other months in blocks of a year, or residuals with other signs",
    "memory": "d in other months or with other signs in blocks of three months",
    "falls": "d in other months or with other signs, its mean zero",
    "legs": "the effect taken out, then small and large change places in half of all years",
}


@dataclass(frozen=True, kw_only=True)
class Trials:
    """One link in all worlds.

    Parameters
    ----------
    null : str
        What is left to chance; a key of `WORDS`.
    value, interval, p_value
        The answer in the edition itself when the table was made, as in `Estimate`.
    signed : tuple of float or None
        By world: the two-sided p-value, negative where the estimate lies against the claim; None
        where the test refused the world.
    statuses : str
        By world, letters of `CODES`.
    found : mapping of size to str
        By planted size, the statuses by world; empty where nothing was planted.
    unplanted : str
        Why nothing was planted.
    """

    null: Null
    value: float
    interval: tuple[float, float]
    p_value: float
    signed: tuple[float | None, ...]
    statuses: str
    found: Mapping[float, str] = field(default_factory=dict)
    unplanted: str = ""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The placebo ledgers of one edition.

    Parameters
    ----------
    edition, content : str
        Name of the edition and hash of its data.
    library : str
        Hash of the library's source and packages that judged.
    seed, worlds, block : int
        Of the random numbers; number of worlds, of the sorts of `worlds.WORLD_KINDS` by turns;
        months in a block.
    made : datetime.date
        The day it was made on.
    rule : int
        Version of the rule that judged.
    links : mapping of claim id to Trials
    left_out : mapping of claim id to str
        Links with an answer in the edition that have no placebo, and why.
    """

    edition: str
    content: str
    library: str
    seed: int
    worlds: int
    block: int
    made: dt.date
    links: Mapping[str, Trials]
    left_out: Mapping[str, str]
    rule: int = rule.VERSION

    # ---- what chance won ----------------------------------------------------------------------

    def chance(self) -> pd.DataFrame:
        """Percent of worlds by link: rejections alone, and false statuses in the whole ledger.

        Returns
        -------
        DataFrame
            A column for each sort of world: p at or below 0.10 (nominal 10); ``alone``, the larger
            of these, and its 90 % interval of Wilson, ``low`` and ``high``; in the worlds of that
            sort, ``claimed side`` and ``other side`` (nominal 5 each), ``supported`` and
            ``contradicted``; by claim id.
        """
        rows = {}
        for name, link in self.links.items():
            by_kind = {kind: _won(link, of) for kind, of in self._of.items()}
            most = max(by_kind, key=lambda kind: by_kind[kind]["alone"])
            rates = {str(kind): won["alone"] for kind, won in by_kind.items()}
            rows[name] = rates | by_kind[most]
        return pd.DataFrame.from_dict(rows, orient="index", dtype=float).rename_axis("id")

    def ledgers(self) -> pd.DataFrame:
        """False statuses by world: columns ``supported`` and ``contradicted``, counts."""
        letters = np.array([list(link.statuses) for link in self.links.values()])
        return pd.DataFrame(
            {
                "supported": (letters == "s").sum(axis=0),
                "contradicted": (letters == "c").sum(axis=0),
            }
        ).rename_axis("world")

    def false_ledgers(self) -> dict[WorldKind, float]:
        """Percent of ledgers in which chance won any status, by sort of world."""
        touched = (self.ledgers() > 0).any(axis="columns").to_numpy()
        return {kind: 100 * float(touched[of].mean()) for kind, of in self._of.items()}

    @property
    def _of(self) -> dict[WorldKind, slice]:
        """Which worlds are of which sort; of none where there are too few."""
        return {
            k: slice(at, None, len(WORLD_KINDS))
            for at, k in enumerate(WORLD_KINDS)
            if at < self.worlds
        }

    @property
    def allowed(self) -> float:
        """Percent of ledgers, at most, in which the correction lets chance win a status.

        That rate in each family of links.
        """
        known = (ledger().get(name) for name in self.links)
        return 100 * rule.Q_MAX * max(1, len({family_of(claim) for claim in known if claim}))

    def power(self) -> pd.DataFrame:
        """Percent of worlds in which an effect of each size was called supported, by link."""
        rows = {
            name: {size: _percent(link.found[size], "s") for size in SIZES}
            for name, link in self.links.items()
            if link.found
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(SIZES), dtype=float)
        return frame.rename_axis("id")

    def romano_wolf(self, p_values: Mapping[str, float]) -> dict[str, float]:
        """Step-down values of the links that were calibrated, from the worlds' joint law of p.

        A link's statistic is the normal deviate of its two-sided p. Its law under the null is what
        the worlds gave, all links of a world together, so that their dependence counts; where a
        test rejects too often by itself, the worlds say so too. Never below 1 / (worlds + 1); empty
        with fewer than `LEAST` worlds.
        """
        names = sorted(name for name in p_values if name in self.links)
        if self.worlds < LEAST or not names:
            return {}
        draws = pd.DataFrame({name: _deviate(_signed(self.links[name])) for name in names})
        observed = pd.Series({name: p_values[name] for name in names}, dtype=float)
        observed.loc[:] = _deviate(observed.to_numpy())
        return {str(k): float(v) for k, v in romano_wolf(observed, draws).items()}

    def changes(self, verdicts: Mapping[str, Verdict]) -> list[str]:
        """What the ledger says otherwise than when the table was made, as sentences.

        Empty where every link has the answer it had: then the rule, the tests and the data are
        to the worlds what they were.
        """
        said = []
        if self.rule != rule.VERSION:
            said.append(
                f"The rule that judges is version {rule.VERSION} now and was version {self.rule} "
                "when the table was made."
            )
        for name, link in self.links.items():
            estimate = verdicts[name].estimate if name in verdicts else None
            if estimate is None:
                said.append(f"{name} had an answer when the table was made and has none now.")
                continue
            now = np.array([estimate.value, *estimate.interval, estimate.p_value])
            then = np.array([link.value, *link.interval, link.p_value])
            if not np.allclose(now, then, rtol=1e-4, atol=1e-6):
                said.append(
                    f"{name} was {link.value:.4g} ({named('p', link.p_value, '.3g')}) when the "
                    "table was made "
                    f"and is {estimate.value:.4g} ({named('p', estimate.p_value, '.3g')}) now."
                )
        for name, verdict in verdicts.items():
            known = name in self.links or name in self.left_out
            if verdict.claim.kind == "link" and verdict.estimate and not known:
                said.append(f"{name} has an answer now and had none when the table was made.")
        return said

    def covers(self, other: Calibration) -> bool:
        """Whether it says all that another one does: as many worlds, and every link."""
        return other.worlds <= self.worlds and other.links.keys() <= self.links.keys()

    # ---- on disk ------------------------------------------------------------------------------

    def to_json(self) -> str:
        """The whole table as JSON text; numbers to six figures."""
        tables = ("links", "left_out")
        own = {n: getattr(self, n) for n in self.__dataclass_fields__ if n not in tables}
        header = {"format": FORMAT, **own, "made": self.made.isoformat()}
        links = {
            name: {
                "null": link.null,
                "value": _six(link.value),
                "interval": [_six(end) for end in link.interval],
                "p_value": _six(link.p_value),
                "signed": [None if p is None else _six(p) for p in link.signed],
                "statuses": link.statuses,
                "found": {f"{size:g}": letters for size, letters in link.found.items()},
                "unplanted": link.unplanted,
            }
            for name, link in self.links.items()
        }
        whole = {"header": header, "left_out": dict(self.left_out), "links": links}
        lines = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
        return _one_line_lists(lines) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Read what `to_json` wrote; `InputError` where it is something else."""
        try:
            whole = json.loads(text)
            header = dict(whole["header"])
            if header.pop("format") != FORMAT:
                raise ValueError("another format")
            header["made"] = dt.date.fromisoformat(header["made"])
            links = {
                name: Trials(
                    **{
                        **record,
                        "interval": tuple(record["interval"]),
                        "signed": tuple(record["signed"]),
                        "found": {float(size): said for size, said in record["found"].items()},
                    }
                )
                for name, record in whole["links"].items()
            }
            return cls(**header, links=links, left_out=whole["left_out"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"Not a calibration table of this version ({error}); make it anew with "
                "`r2k calibrate`."
            ) from error


def stored(data: Dataset) -> Calibration | None:
    """The table made for this edition: here by ``r2k calibrate``, or shipped with the package.

    Of two the one with more worlds. None where neither is of these very data.
    """
    here = (_read(path_of(data)), shipped(SHIPPED), shipped(STAND_IN))
    found = [table for table in here if table is not None]
    found = [table for table in found if table.content == data.content_hash]
    most = max(found, key=lambda table: table.worlds, default=None)
    return most and replace(most, edition=data.edition)  # the very data, perhaps of another name


def stand_in(data: Dataset) -> Calibration | None:
    """A table of another edition of the same kind, where this one has none of its own."""
    return shipped(STAND_IN) if data.kind != "sample" and stored(data) is None else None


def at_hand(data: Dataset) -> Calibration | None:
    """The table of this edition, else the one that stands in."""
    return stored(data) or stand_in(data)


def path_of(data: Dataset) -> Path:
    """Where ``r2k calibrate`` keeps the table of an edition."""
    return cache_home() / "calibration" / "tables" / f"{data.content_hash[:32]}.json"


def _read(path: Path) -> Calibration | None:
    try:
        return Calibration.from_json(path.read_text(encoding="utf-8"))
    except (OSError, InputError):  # not there, or of another version: as if none had been made
        return None


@cache
def shipped(name: str) -> Calibration | None:
    """A table that comes with the package."""
    file = resources.files("r2klib.audit").joinpath(name)
    return Calibration.from_json(file.read_text(encoding="utf-8")) if file.is_file() else None


def _signed(link: Trials) -> np.ndarray:
    """Signed p-values by world, one where a test refused it."""
    return np.array([1.0 if p is None else p for p in link.signed], dtype=float)


def _won(link: Trials, of: slice) -> dict[str, float]:
    """What chance won in some worlds, percent."""
    from statsmodels.stats.proportion import proportion_confint

    p = _signed(link)[of]
    alone = int((np.abs(p) <= 0.10).sum())
    low, high = proportion_confint(alone, len(p), alpha=0.10, method="wilson")
    return {
        "alone": 100 * alone / len(p),
        "low": 100 * low,
        "high": 100 * high,
        "claimed side": 100 * ((p > 0) & (p <= 0.10)).mean(),
        "other side": 100 * ((p < 0) & (p >= -0.10)).mean(),
        "supported": _percent(link.statuses[of], "s"),
        "contradicted": _percent(link.statuses[of], "c"),
    }


def _percent(letters: str, letter: str) -> float:
    return 100 * letters.count(letter) / len(letters) if letters else float("nan")


def _deviate(p: np.ndarray) -> np.ndarray:
    """Absolute normal deviate of a two-sided p; finite for a p of zero."""
    return np.asarray(-ndtri(np.clip(np.abs(p), 1e-300, 1.0) / 2))


def _six(x: float) -> float:
    return float(f"{x:.6g}")


def _one_line_lists(text: str) -> str:
    """Put the numbers of a list on one line: a table of a few hundred lines can be read."""
    return re.sub(r"\[[^\[\]{}\"]*\]", lambda m: re.sub(r"\s+", " ", m[0]), text)
