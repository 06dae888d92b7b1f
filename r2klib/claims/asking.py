"""One claim asked of one edition: its rows, its answer, the same asked in other ways, its story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any

import pandas as pd

from r2klib.claims import ages, pairs, signals, words
from r2klib.claims.designs import FEW_DRAWS, AfterEvents, Design, Foretell
from r2klib.claims.nouns import (
    PAIR,
    Answer,
    Claim,
    Estimate,
    Evidence,
    Reading,
    Specification,
    Stability,
    Told,
    kind_of,
)
from r2klib.claims.pairs import Pair
from r2klib.data import Dataset
from r2klib.errors import InputError, listing
from r2klib.stats import PredictiveFit
from r2klib.stats.chance import named

#: A point of the curve: an estimate, or for a state its value and the observations behind it.
Point = Estimate | tuple[float, int]
Points = Iterator[tuple[str, Point | None]]


@dataclass(frozen=True)
class Ask:
    """A claim's question, to be put again in other ways.

    What `variants` of a claim is handed. Points of the curve take fewer draws than the answer.
    `rows` are those of the declared answer; `beside` are pairs to ask of besides the one that
    decides, all that the edition holds without it.
    """

    claim: Claim
    data: Dataset
    rows: pd.DataFrame
    beside: tuple[Pair, ...] | None = None

    @property
    def design(self) -> Design:
        """The claim's design."""
        design = self.claim.design
        if not isinstance(design, Design):
            raise InputError(f"Claim {self.claim.id} reads a state; its variants read it again.")
        return design

    def __call__(self, data: Dataset | None = None, /, **choices: Any) -> Estimate | None:
        """Answer from other rows: of other data, or by choices that the claim's rows offer.

        None where they cannot be tested, as half a sample without events: `examine` says so.
        """
        try:
            rows = self.claim.rows(self.data if data is None else data, **choices)
        except InputError:
            return None
        return self.of(rows)

    def of(self, rows: pd.DataFrame | None = None, /, **changes: Any) -> Estimate | None:
        """Answer from these rows, by default the claim's own, with a changed design; or None."""
        design = replace(self.design.lighter(), **changes)
        try:
            return design(self.rows if rows is None else rows)
        except InputError:
            return None

    def usual(self) -> Points:
        """What every claim of this design is asked beside its answer."""
        if isinstance(self.design, Foretell):
            year = self.design.periods_per_year
            yield f"{year} {_PERIODS.get(year, 'periods')} (Hodrick)", self.of(horizon=year)
            yield NEWEY_WEST, self.of(newey_west=True)
        if isinstance(self.design, AfterEvents):
            for months in (self.design.months // 2, 2 * self.design.months):
                yield f"{months} months", self.of(months=months)
            yield _BY_PLACEBO, self.of(placebo=True)
        yield from self.halves()

    def halves(self) -> Points:
        """The first and the second half of the sample."""
        for label, rows in self.design.halves(self.rows):
            yield label, self.of(rows)

    def since(self, start: str) -> Points:
        """The years from one on."""
        yield f"since {start}", self.of(self.design.since(self.rows, start))

    def pairs(self, by: Callable[[pd.Series], pd.Series] = lambda d: d) -> Points:
        """D of every other pair that the edition holds, on the same drivers, signals or events.

        `by` takes monthly d to the rows' periods.
        """
        for pair in self.others():
            yield f"{PAIR}{pair.name}", self.of(with_y(self.rows, by(pair.d(self.data))))

    def remade(self, *names: str) -> Points:
        """Rows made anew of other pairs, where the edition holds them; by default of all."""
        for pair in self.others():
            if not names or pair.name in names:
                yield f"{PAIR}{pair.name}", self(pair=pair.name)

    def revised(self, *series: str, prefix: str = "", **choices: Any) -> Points:
        """The same on today's figures, in an edition that keeps the releases of some series."""
        today = signals.revised(self.data, *series)
        if today is not None:
            yield f"{prefix}{signals.REVISED_BESIDE}", self(today, **choices)

    def others(self) -> list[Pair]:
        """The pairs to ask of besides the one that decides."""
        primary = self.claim.pair_of(self.data)
        beside = pairs.available(self.data) if self.beside is None else self.beside
        return [pair for pair in beside if pair.name != primary]

    def held(self, *series: str) -> bool:
        """Whether the edition holds all of these series."""
        return all(name in self.data for name in series)


_PERIODS = {12: "months", 4: "quarters", 52: "weeks"}
NEWEY_WEST = "Newey-West instead of simulated signals"
_BY_PLACEBO = "placebo dates instead of signs by blocks"


def with_y(rows: pd.DataFrame, y: pd.Series) -> pd.DataFrame:
    """The rows with another outcome, on the dates of either."""
    return rows.drop(columns="y").join(y.rename("y"), how="outer")


@dataclass(frozen=True)
class Found:
    """What was found, for `tell` to put into words; `variants` are the points of the curve."""

    claim: Claim
    data: Dataset
    rows: pd.DataFrame
    answer: Answer
    variants: Mapping[str, Any]

    @property
    def value(self) -> float:
        """The answer's value."""
        return self.answer.value

    @property
    def design(self) -> Any:
        """The claim's design, of the kind that the claim declares."""
        return self.claim.design

    @property
    def estimate(self) -> Estimate:
        """The answer of a link."""
        assert isinstance(self.answer, Estimate)
        return self.answer

    @property
    def reading(self) -> Reading:
        """The answer of a state."""
        assert isinstance(self.answer, Reading)
        return self.answer

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of an estimate, an `Interval`."""
        return self.estimate.interval

    @property
    def used(self) -> pd.DataFrame:
        """The rows that the answer could use."""
        used: pd.DataFrame = self.design.used(self.rows)
        return used

    @cached_property
    def forecast(self) -> PredictiveFit:
        """What stands beside a foretell answer: persistence, IVX, forecasts out of sample."""
        design: Foretell = self.design
        return replace(design, draws=FEW_DRAWS).fit(self.rows)

    def beside(self) -> tuple[str, ...]:
        """What dates drawn by chance say; or persistence, IVX and forecasts out of sample."""
        if isinstance(self.design, AfterEvents):
            if _BY_PLACEBO not in self.variants:
                return ()
            placebo = self.variants[_BY_PLACEBO]
            law = f"{named('p', placebo.p_value, '.2f')} and the 90 % interval is"
            return (f"Judged by as many dates drawn by chance, {law} {placebo.interval:z.1f}.",)
        found = self.forecast
        said = [
            (
                f"The signal's autocorrelation, freed of its bias, is "
                f"{found.autoregression.rho:z.3f}; the IVX test, which needs no estimate of it, "
                f"gives {named('p', found.ivx.pvalue, '.2f')}."
            )
        ]
        if forecasts := found.out_of_sample:
            better = "beat" if forecasts.r2 > 0 else "lost to"
            said.append(
                f"Out of sample, {forecasts.nobs} forecasts {better} the mean to date: R² "
                f"{100 * forecasts.r2:z.1f} %, Clark-West {named('p', forecasts.pvalue, '.2f')}."
            )
        return tuple(said)


def examine(claim: Claim, data: Dataset) -> Evidence:
    """Run the declared test of a claim, which has rows and a design, on an edition.

    `InputError` where the rows cannot be tested, `SeriesMissing` where the edition lacks a series.
    """
    assert claim.design is not None
    rows = claim.rows(data)
    answer = claim.design(rows)
    asked = curve(Ask(claim, data, rows))
    variants = _Variants((label, point) for label, point in asked.items() if _is_known(point))
    found = Found(claim, data, rows, answer, variants)
    told = claim.tell(found) if claim.tell else plainly(claim, answer)
    as_of, oldest = _reaches(claim, data, told.as_of or _until(claim, rows))
    return Evidence(
        answer=answer,
        as_of=as_of,
        oldest=oldest,
        finding=told.finding,
        meaning=told.meaning,
        pair=claim.pair_of(data),
        vintage=told.vintage,
        specifications=tuple(Specification.of(*point) for point in variants.items()),
        remarks=(
            *filter(None, told.remarks),
            *_before_birth(claim, data, rows),
            *_unasked(label for label in asked if label not in variants),
        ),
        rows=rows,
        recessions=_recessions(data, rows.index),
        stability=_stability(claim, rows),
    )


def curve(ask: Ask) -> dict[str, Point | None]:
    """What a claim is asked besides its answer, by label; None where rows do not allow it."""
    if ask.claim.variants is not None:
        return dict(ask.claim.variants(ask))
    return dict(ask.usual()) if isinstance(ask.claim.design, Design) else {}


def _before_birth(claim: Claim, data: Dataset, rows: pd.DataFrame) -> tuple[str, ...]:
    """Of a contemporaneous link: which of its series nobody had yet in its first rows."""
    if claim.sort != "sense" or not isinstance(claim.design, Design):
        return ()
    first = claim.design.used(rows).index[0]
    needs = claim.needs.get(kind_of(data), ())
    return signals.before_birth(data, *needs, start=pd.Timestamp(first))


def _stability(claim: Claim, rows: pd.DataFrame) -> Stability | None:
    """The break test of a link that is not one of levels."""
    if claim.kind != "link" or claim.sort == "level" or not isinstance(claim.design, Design):
        return None
    return claim.design.stability(rows)


class _Variants(dict[str, Any]):
    """The points of the curve; one that the finding speaks of and that is not there is an error."""

    def __missing__(self, label: str) -> Any:
        raise InputError(f"{label!r}, which the finding speaks of, cannot be asked of these rows.")


def _is_known(point: Point | None) -> bool:
    return isinstance(point, Estimate) or (point is not None and isfinite(point[0]))


def _unasked(labels: Iterable[str]) -> tuple[str, ...]:
    said = listing(labels)
    return (f"Too few rows, or too much alike, to be asked otherwise: {said}.",) if said else ()


def plain_evidence(claim: Claim, rows: pd.DataFrame, answer: Answer, like: Evidence) -> Evidence:
    """Evidence of an answer alone, from other rows of the same claim and edition."""
    return Evidence(
        answer=answer,
        as_of=min(_until(claim, rows), like.as_of),
        oldest=like.oldest,
        finding=plainly(claim, answer).finding,
        pair=like.pair,
        vintage=like.vintage,
        rows=rows,
        recessions=like.recessions,
    )


def plainly(claim: Claim, answer: Answer) -> Told:
    """The answer as one sentence, for a claim that brings no words of its own."""
    if isinstance(answer, Reading):
        return Told(finding=f"{answer.method}: {answer.value:.3g} {answer.unit}")
    low, high = words.ends(answer.interval, claim.sei)
    value = f"{answer.value:+.3g}"
    if claim.sei:
        value = words.effect_of(answer.value, claim.sei, answer.interval, "+")
    return Told(
        finding=(
            f"{claim.measure.rstrip('.')}: {value} {answer.unit} (90 % interval {low} to {high})"
        )
    )


def _recessions(data: Dataset, index: pd.Index) -> tuple[tuple[dt.date, dt.date], ...]:
    dated = isinstance(index, pd.DatetimeIndex)
    return signals.recession_spans(data, index[0], index[-1]) if dated else ()


def _reaches(claim: Claim, data: Dataset, until: dt.date) -> tuple[dt.date, str]:
    """How far a claim's data go; those of a state no further than the input that ended first."""
    oldest = ages.oldest_input(claim, data) if claim.kind == "state" else None
    return (until, "") if oldest is None else (min(until, oldest[1]), oldest[0])


def _until(claim: Claim, rows: pd.DataFrame) -> dt.date:
    design = claim.design
    last = design.until(rows) if isinstance(design, Design) else pd.Timestamp(rows.index[-1])
    return last.date()
